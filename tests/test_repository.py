"""What the code and its documents have to keep to, as far as a program can tell."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = ROOT / "tokencost", ROOT / "tests"
ROOT_MODULES = {
    *("__init__", "__main__", "arguments", "corpora", "errors", "interruption", "manual", "money"),
    "notes",
    *("quantities", "reports", "toml_text", "usage", "user_files", "values", "version"),
}
LONGEST_MODULE, LONGEST_BODY, MOST_MODULES = 350, 45, 280
FEWEST_PACKAGES, MOST_PACKAGES = 11, 18
VAGUE_NAMES = {"each", "found", "held", "known", "said"}
GOLDENS = {"test_table": 31, "test_csv": 3, "test_markdown": 3}

# Reasons of `prices import`, which are printed and change together with the rest of the output.


def modules(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def short(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def vague_names(path: Path) -> Iterator[str]:
    """Yield where a variable has a name that says nothing of what it holds."""
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) if name in VAGUE_NAMES:
                yield f"{path}:{node.lineno}"
            case ast.arg(arg=name) if name in VAGUE_NAMES:
                yield f"{path}:{node.lineno}"
            case _:
                pass


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the string literals of a module, docstrings among them, with their lines."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def bodies(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the functions of a module with the lines of their bodies, docstrings aside."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
            yield node.name, (node.end_lineno or 0) - first.lineno + 1


def test_a_variable_is_named_for_what_it_holds() -> None:
    assert [place for path in modules(PACKAGE, TESTS) for place in vague_names(path)] == []


def test_a_module_is_named_with_a_noun() -> None:
    assert [path for path in modules(PACKAGE) if path.stem.endswith("ing")] == []


def test_a_thing_is_not_another_and_never_no_other() -> None:
    """In English one says "x is not a date"; "there is no date" and "no longer" are right."""
    wrong = re.compile(r"(?<!there )\b(?:is|are) no (?!longer\b|more\b)\w+", re.IGNORECASE)
    sentences = [
        f"{path}:{line}: {match[0]}"
        for path in modules(PACKAGE)
        for line, text in texts(path)
        for match in wrong.finditer(text)
    ]
    assert sentences == []


def test_the_package_stays_small_enough_to_be_known() -> None:
    packages = [path.parent for path in PACKAGE.glob("*/__init__.py")]
    assert FEWEST_PACKAGES <= len(packages) <= MOST_PACKAGES
    assert {path.stem for path in PACKAGE.glob("*.py")} == ROOT_MODULES
    assert len(modules(PACKAGE)) <= MOST_MODULES


def test_modules_and_functions_fit_on_a_few_screens() -> None:
    assert [
        short(path)
        for path in modules(PACKAGE)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
        or any(lines > LONGEST_BODY for _, lines in bodies(path))
    ] == []


def layers() -> dict[str, int]:
    """Return the height of each part of the package, the lowest 0."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [
        contract
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    ]
    return {
        name.strip(): height
        for height, layer in enumerate(reversed(contract["layers"]))
        for name in layer.replace(":", "|").split("|")
    }


def typing_imports(path: Path) -> Iterator[str]:
    """Yield the parts of the package that a module imports for the type checker only."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for statement in node.body:
                if isinstance(statement, ast.ImportFrom) and statement.module:
                    top, _, rest = statement.module.partition(".")
                    if top == "tokencost":
                        names = [rest] if rest else [alias.name for alias in statement.names]
                        yield from (name.partition(".")[0] for name in names)


def test_the_type_checker_sees_no_import_of_a_higher_layer() -> None:
    heights = layers()
    public = len(heights)  # the public names stand above everything that they are taken from
    for path in modules(*(folder for folder in PACKAGE.iterdir() if folder.is_dir())):
        own = path.relative_to(PACKAGE).parts[0]
        for part in typing_imports(path):
            is_below = heights.get(part, public) < heights[own]
            assert is_below or part == own or own == "cli", (path, part)


def test_the_picture_of_the_layers_is_that_of_the_contract() -> None:
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = text.split("```")[1]
    heights = layers()
    drawn = [
        {heights[name] for name in re.findall(r"(?:^|  )(\w+)(?=  )", line) if name in heights}
        for line in picture.strip().splitlines()
    ]
    assert drawn == [{height} for height in reversed(range(len(drawn)))]
    assert heights.keys() <= set(re.findall(r"\w+", picture))


DOCUMENTS = [
    *(ROOT / ".github").glob("*.md"),
    *(path for path in (ROOT / ".ci").iterdir() if path.is_file()),
    ROOT / "README.md",
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_path_or_a_module_that_a_document_names_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"(?<![\w/.-])(?:tokencost|tests|\.ci|\.github)/[\w./-]*\w", text):
        assert (ROOT / name).exists(), name
    for name in re.findall(r"\b(?:from|import_module\()[ \"']+(tokencost(?:\.\w+)+)", text):
        where = ROOT / name.replace(".", "/")
        assert where.is_dir() or where.with_suffix(".py").exists(), name


def test_the_scripts_call_what_is_there() -> None:
    hook = (ROOT / ".ci" / "compile_prices.py").read_text(encoding="utf-8")
    load = importlib.import_module("tokencost.pricing.load")
    assert set(re.findall(r"\bload\.(\w+)", hook)) <= set(dir(load))
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for module, names in re.findall(r"^from (tokencost\S*) import (.*)$", script, re.MULTILINE):
        assert set(names.split(", ")) <= set(dir(importlib.import_module(module)))


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    folders = PACKAGE, TESTS, ROOT / ".ci", ROOT / ".github"
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in (*files, ROOT / "README.md", ROOT / "pyproject.toml", ROOT / "pricing.toml"):
        if path.suffix not in {".pyc", ".bin", ".pieces"} and path != Path(__file__):
            text = path.read_bytes()
            assert not re.search(rb"(?<![\w.])/(?:home|root|Users|work)/\w", text), path


def test_golden_files_stay_few() -> None:
    files = list(TESTS.rglob("__snapshots__/*/*"))
    for test, most in GOLDENS.items():
        assert len([path for path in files if path.name.startswith(f"{test}[")]) <= most
    assert len(files) <= sum(GOLDENS.values())
