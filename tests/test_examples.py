"""The examples in docstrings, and a script as users type it."""

import base64
import doctest
import inspect
import json
import re
from datetime import date
from pathlib import Path
from types import FunctionType

import pytest

import tokencost
from tests import typed_script
from tests.repositories import Checkout

PUBLIC = {name: getattr(tokencost, name) for name in tokencost.__all__}
FUNCTIONS = [name for name, value in PUBLIC.items() if isinstance(value, FunctionType)]
RECORDED = {"input": "hello", "usage": {"prompt_tokens": 8}}
FOREIGN = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": 2e-06,
    "output_cost_per_token": 1e-05,
}


@pytest.fixture
def examples_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder that has the files of the examples, and is the user's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    tokens = (base64.b64encode(bytes([byte])) for byte in range(256))
    lines = [b"%b %d\n" % (token, rank) for rank, token in enumerate(tokens)]
    (folder / "mine.tiktoken").write_bytes(b"".join(lines))
    (folder / "recorded.jsonl").write_text(f"{json.dumps(RECORDED)}\n" * 9, encoding="utf-8")
    (folder / "litellm.json").write_text(json.dumps({"gpt-x": FOREIGN}), encoding="utf-8")
    for name in ("docs/a.md", "docs/drafts/b.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("hello world", encoding="utf-8")
    repository = Checkout.create(folder)
    repository.commit({})
    return folder


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.usefixtures("examples_folder")
def test_a_public_function_has_an_example_that_runs(name: str) -> None:
    names = {"tokencost": tokencost, "Path": Path, "date": date}
    text = inspect.getdoc(getattr(tokencost, name)) or ""
    example = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    assert example.examples
    printed: list[str] = []
    doctest.DocTestRunner(verbose=False).run(example, out=printed.append)
    assert printed == []


def test_help_on_estimate_shows_an_example() -> None:
    text = inspect.getdoc(tokencost.estimate) or ""
    assert '>>> report = tokencost.estimate("Summarize' in text


@pytest.mark.usefixtures("examples_folder")
def test_a_typed_script_runs() -> None:
    typed_script.main(Path("docs"))


def test_what_readme_shows_is_in_the_typed_script() -> None:
    """As type checkers read it: mypy --strict goes over the script, and not over README."""
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^report\.(\S+)  # Decimal", readme, re.MULTILINE)
    assert f"report.{example}" in inspect.getsource(typed_script)
