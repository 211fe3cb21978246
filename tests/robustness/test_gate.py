"""Hostile configurations, repositories, reports and lists in front of what judges and compares."""

import copy
import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.conftest import Run
from tests.repositories import Checkout
from tests.robustness.generators import (
    HOSTILE_NAMES,
    HOSTILE_TOML,
    JUNK,
    NUMBERS,
    configuration_text,
    mutated,
)
from tests.robustness.judge import bounded, judge

CI_FORMATS = ("github", "junit", "sarif", "gitlab")
FORMATS = ("table", "markdown", "json", "csv", *CI_FORMATS)
BUDGET = "model = 'plain'\n[[budget]]\nname = 'b'\nfiles = ['**/*.md']\nmax_tokens_per_file = 9\n"


def answers(run: Run, *args: str, stdin: bytes | None = None) -> int:
    """Run a command in bounded work and judge its answer; return the exit code."""
    with bounded():
        result = run(*args, stdin=stdin)
    if chosen := [args[place + 1] for place, arg in enumerate(args) if arg == "-f"]:
        check_form(chosen[-1], result.stdout, result.exit_code)
    is_for_eyes = not chosen or chosen[-1] in ("table", "markdown", "github")
    judge(result.exit_code, result.stdout if is_for_eyes else "", result.stderr)
    return result.exit_code


def check_form(name: str, text: str, code: int) -> None:
    """Assert that what programs read is what they can read, whenever there is an answer."""
    if name == "json" or (text and name in ("sarif", "gitlab")):
        json.loads(text)
    elif text and name == "junit":
        ElementTree.fromstring(text)
    elif name == "github":
        lines = [line for line in text.splitlines() if "::" in line[:2]]
        assert all(line.startswith(("::error", "::warning", "::notice")) for line in lines), text
    assert code in (0, 1, 2)


def try_configuration(run: Run, seed: int) -> None:
    """A project's configuration, or the user's, is wrong in one to three places."""
    source = random.Random(f"configuration {seed}")
    Path("a.md").write_text("hello world", encoding="utf-8")
    Path("own.toml").write_text("schema = 1\n", encoding="utf-8")
    text = configuration_text(seed)
    is_nested = source.random() < 0.3
    name = "pyproject.toml" if is_nested else "tokencost.toml"
    nested = b"[tool.tokencost]\n" + text.replace(b"[[budget", b"[[tool.tokencost.budget")
    Path(name).write_bytes(nested if is_nested else text)
    users = Path("home/.config/tokencost/config.toml")
    with pytest.MonkeyPatch.context() as patch:
        if seed % 5 == 0:
            users.parent.mkdir(parents=True, exist_ok=True)
            users.write_bytes(configuration_text(seed + 1))
            patch.setenv("HOME", str(Path("home").resolve()))
        for command in ("check", "count a.md", "estimate a.md", "doctor", "init --dry-run"):
            form = () if command.startswith("init") else ("-f", source.choice(FORMATS[:4]))
            answers(run, *command.split(), *form)
        before = Path(name).read_bytes()
        code = answers(run, "check", "--update")
        assert code != 2 or Path(name).read_bytes() == before
        assert code == 2 or tomllib.loads(Path(name).read_text(encoding="utf-8"))
    for path in (Path(name), users):
        path.unlink(missing_ok=True)


def try_repository(run: Run, seed: int) -> None:
    """Files of hostile names, changed, added, renamed and deleted since the base."""
    source = random.Random(f"repository {seed}")
    folder = Path(f"r{seed}")
    folder.mkdir()
    repository = Checkout.create(folder)
    names = [f"{name.replace('/', '')}{end}" for name in HOSTILE_NAMES for end in (".md", "")]
    first, second, third = source.sample(names, 3)
    texts = ("", "hello\n", "hello world " * 9, "\x1b[31m" * 5, "\ufeff", "\r\r\n", '{"a":')
    repository.commit(
        {"tokencost.toml": BUDGET + f"max_increase = '{source.choice(('10%', '1tokens'))}'\n"}
        | {f"p/{name}": source.choice(texts) for name in (first, second)}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (Path("p") / third).write_text(source.choice(texts), encoding="utf-8")
        (Path("p") / first).write_text(source.choice(texts), encoding="utf-8")
        if source.random() < 0.5:
            (Path("p") / second).rename(Path("p") / f"{second}2.md")
        if source.random() < 0.3:
            (Path("p") / first).unlink()
        head = source.choice(("HEAD", first, "-x", "HEAD~9", "a..b", "\x1b[31m", ""))
        for form in source.sample(FORMATS, 3):
            answers(run, "check", "--base", "HEAD", "-f", form)
            answers(run, "check", "--base", "HEAD", "--changed", "-f", form, "--all")
            answers(run, "check", "-f", form, "--base", head)
            if form not in CI_FORMATS:
                answers(run, "diff", "HEAD", "-f", form)
                answers(run, "diff", "HEAD", "-f", form, "-m", "plain", "--", first, "p/**")
                answers(run, "diff", "HEAD", head, "-f", form, "-m", "plain", "--", "**")
        number = source.choice(NUMBERS)
        answers(run, "diff", "HEAD", f"--fail-above={number}", "-m", "plain", "--", "**")
        answers(run, "check", "--base=HEAD", f"--max-increase={number}", "-m", "plain", ".")
        answers(run, "init", "--dry-run", "-m", "plain", "--no-config")
        answers(run, "check", "--update", "-q")
        answers(run, "doctor")


def try_saved_report(run: Run, seed: int) -> None:
    """Two reports are compared, of which one is wrong in one to three places."""
    source = random.Random(f"report {seed}")
    Path("a.md").write_text("hello", encoding="utf-8")
    kind = source.choice(("estimate a.md -m plain", "diff old.json old.json", "count a.md"))
    if not Path("old.json").exists():
        old = run("estimate", "a.md", "-m", "plain", "-o", "5", "-f", "json").stdout
        Path("old.json").write_text(old, encoding="utf-8")
    report = json.loads(run(*kind.split(), "-f", "json").stdout)
    keys = ("tokens", "expected", "__proto__", "per_call", "results", "files", "input")
    changed = mutated(report, source, (*JUNK, "1e400", "9" * 5000, "-1", "NaN"), names=keys)
    text = json.dumps(changed)
    if source.random() < 0.2:
        text = text.replace("0", source.choice(("9" * 5000, "[" * 9000, "1e999", "NaN")), 1)
    Path("new.json").write_text(text, encoding="utf-8")
    form = source.choice(FORMATS[:4])
    for pair in (("old.json", "new.json"), ("new.json", "old.json"), ("new.json", "new.json")):
        answers(run, "diff", *pair, "-f", form)


_PLACES = (
    *HOSTILE_NAMES, "folder", "loop", "loop/x", "a.md", "a.md/x", "/dev/full", "/dev/null", "",
    "x" * 300, "-", ".", "/proc/self/x", "new/x.json", "../" * 40 + "proc/x",
)  # fmt: skip


def try_report_file(run: Run, seed: int) -> None:
    """A report is to go where none can, or to a name that commands."""
    source = random.Random(f"place {seed}")
    Path("a.md").write_text("hello", encoding="utf-8")
    for name in ("folder", "shut"):
        Path(name).mkdir(exist_ok=True)
    Path("loop").unlink(missing_ok=True)
    Path("loop").symlink_to("loop")
    form, name = source.choice((*FORMATS, "nonsense")), source.choice(_PLACES)
    for command in ("count a.md", "estimate a.md -m plain", "check a.md -m plain --max-tokens 0"):
        code = answers(run, *command.split(), "--report", f"{form}={name}")
        assert code in ((1, 2) if command.startswith("check") else (0, 2))
    assert Path("a.md").read_text(encoding="utf-8") == "hello"
    answers(run, "compress", "a.md", "-q", f"--output={name}" if name else "--output=x")


def try_words(run: Run, seed: int) -> None:
    """Names of topics, schemas, models, tokenizers and numbers of workers that are none."""
    source = random.Random(f"words {seed}")
    word = source.choice((*HOSTILE_NAMES, *NUMBERS, "../../x", "a" * 5000, "{}", "%s", "\ud800"))
    Path("a.md").write_text("hello", encoding="utf-8")
    for command in ("guide", "schema", "models", "models show", "diff", "tokenizers add x"):
        answers(run, *command.split(), "--", word)
    answers(run, "prices", "import", "--checked=today", "--", word, "a.md")
    for option in ("--jobs", "--exclude", "--max-increase", "--base", "--config", "--warn-at"):
        answers(run, "check", "a.md", "-m", "plain", "--max-tokens=9", f"{option}={word}")
    answers(run, "estimate", "a.md", "-m", "plain", f"--placeholder={word}", f"--scenario={word}")
    answers(run, "estimate", "a.md", "-m", "plain", "--alternatives", "1", f"--color={word}")


KINDS = {
    "configuration": (try_configuration, 20),
    "repository": (try_repository, 5),
    "saved report": (try_saved_report, 20),
    "report file": (try_report_file, 15),
    "words": (try_words, 15),
}
_SHARE = 5


@pytest.mark.parametrize(
    ("kind", "first"),
    [(kind, first) for kind, (_, cases) in KINDS.items() for first in range(0, cases, _SHARE)],
)
def test_hostile_surroundings_get_an_answer_or_an_error(
    tokencost: Run, kind: str, first: int
) -> None:
    for seed in range(first, first + _SHARE):
        KINDS[kind][0](tokencost, seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
@pytest.mark.parametrize("kind", KINDS)
def test_twenty_times_as_many_hostile_surroundings(tokencost: Run, kind: str, part: int) -> None:
    attempt, cases = KINDS[kind]
    for seed in range((part + 1) * 1000, (part + 1) * 1000 + cases):
        attempt(tokencost, seed)


@pytest.mark.parametrize("data", HOSTILE_TOML)
def test_what_toml_can_hold_and_no_configuration_does_is_refused(
    tokencost: Run, data: bytes
) -> None:
    Path("a.md").write_text("hello", encoding="utf-8")
    Path("tokencost.toml").write_bytes(data)
    for command in ("check", "check --update", "count a.md", "estimate a.md -m plain", "doctor"):
        code = answers(tokencost, *command.split())
        assert code == 2 or not data.strip(), command
    assert Path("tokencost.toml").read_bytes() == data


_ODD: tuple[Any, ...] = (
    5,
    "x",
    None,
    [],
    {},
    -1,
    True,
    1.5,
    float("inf"),
    "9" * 5000,
    ["a"],
    {"a": 1},
    "\x1b[2J",
)


@pytest.mark.parametrize("step", [97, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["estimate a.md -m plain -m tiered -o 5", "diff o.json o.json"])
def test_every_place_of_a_saved_report_may_hold_anything(
    tokencost: Run, kind: str, step: int
) -> None:
    Path("a.md").write_text("hello", encoding="utf-8")
    estimate = tokencost("estimate", "a.md", "-m", "plain", "-m", "tiered", "-o", "5", "--json")
    Path("o.json").write_text(estimate.stdout, encoding="utf-8")
    report = json.loads(tokencost(*kind.split(), "--json").stdout)
    cases = [(path, odd) for path in paths_of(report) for odd in _ODD]
    assert len(cases) > 1_000
    for path, odd in cases[::step]:
        changed = copy.deepcopy(report)
        holder = changed
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = odd
        Path("n.json").write_text(json.dumps(changed), encoding="utf-8")
        answers(tokencost, "diff", "o.json", "n.json", "-f", "json")
        answers(tokencost, "diff", "n.json", "o.json", "-f", "table")


def paths_of(value: Any) -> Iterator[tuple[Any, ...]]:
    """Yield where each value in *value* stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (key,)
        if isinstance(inner, dict | list):
            yield from ((key, *rest) for rest in paths_of(inner))
