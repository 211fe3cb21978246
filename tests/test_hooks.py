"""The hook for pre-commit, run as pre-commit runs it: its entry, at the root of a repository."""

import importlib
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repositories import Checkout

ROOT = Path(__file__).parents[1]
yaml: Any = importlib.import_module("yaml")  # untyped
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BUDGETS = """
model = "openai/gpt-4o"
[[budget]]
name = "all"
files = ["prompts/**"]
max_tokens = 300
"""


def commit_and_run(folder: Path, files: dict[str, str | bytes | None]) -> int:
    """Run the hook on a repository in which *files* are staged, and return its exit code."""
    repository = Checkout.create(folder)
    repository.write({"tokencost.toml": BUDGETS, **files})
    repository.git("add", "--all")
    program, *arguments = shlex.split(HOOKS[0]["entry"])
    assert program == "tokencost"  # a script of the package that pre-commit installs
    command = [sys.executable, "-m", "tokencost", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def test_one_process_judges_all_files_whatever_is_committed() -> None:
    """File names would come in parts, each within the limit on all; a deletion comes with none."""
    (hook,) = HOOKS
    assert hook["id"] == "tokencost-check"
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
    assert hook["always_run"] is True
    assert hook["require_serial"] is True


@pytest.mark.parametrize(("words", "code"), [(150, 0), (151, 1)])
def test_300_tokens_in_two_files_are_committed_and_302_are_not(
    tmp_path: Path, words: int, code: int
) -> None:
    text = " word" * words
    assert commit_and_run(tmp_path, {"prompts/a.md": text, "prompts/b.md": text}) == code


def test_a_commit_after_which_a_budget_has_no_file_is_refused(tmp_path: Path) -> None:
    assert commit_and_run(tmp_path, {"other.md": "text"}) == 2
