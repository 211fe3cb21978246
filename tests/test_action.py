"""The action for GitHub: its shell steps are run as a runner runs them."""

import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.repositories import Checkout
from tokencost.values import dataclass

pytestmark = pytest.mark.posix
ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "actions" / "tokencost"
yaml: Any = importlib.import_module("yaml")  # untyped
TEXT = (FOLDER / "action.yml").read_text(encoding="utf-8")
ACTION = yaml.safe_load(TEXT)
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
BUDGETS = """
model = "openai/gpt-4o"
[[budget]]
name = "all"
files = ["prompts/**"]
max_tokens_per_file = 300
"""
TOKENCOST = f'exec {sys.executable} -m tokencost "$@"\n'
RECORDING = 'for argument; do printf "%s\\n" "[$argument]"; done > arguments\n'
MARKER = "<!-- tokencost check -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a step of a job left behind."""

    code: int
    printed: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """Return the folder of a job whose work tree has budgets for its prompts."""
    Checkout.create(tmp_path / "work").write({"tokencost.toml": BUDGETS})
    (tmp_path / "temp").mkdir()
    return tmp_path


def run(runner: Path, step: str, **environment: str) -> Step:
    """Run a step; what its expressions would give is in *environment*."""
    names = STEPS[step].get("env", {}).keys()
    assert names <= environment.keys()
    files = {name: runner / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_bytes(b"")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[step]["run"]],
        cwd=runner / "work",
        env={
            "PATH": f"{runner / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(runner),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(FOLDER),
            "GITHUB_REPOSITORY": "owner/shop",
            "RUNNER_TEMP": str(runner / "temp"),
            **{name: str(file) for name, file in files.items()},
            **environment,
        },
        capture_output=True,
        check=False,
    )
    assert b"command not found" not in done.stderr, done.stderr
    lines = files["GITHUB_OUTPUT"].read_text().splitlines()
    return Step(
        code=done.returncode,
        printed=done.stdout.decode(),
        outputs=dict(line.split("=", 1) for line in lines),
        summary=files["GITHUB_STEP_SUMMARY"].read_text(),
    )


def check(runner: Path, command: str = TOKENCOST, **environment: str) -> Step:
    """Run the step that judges, with *command* in place of tokencost."""
    program = stand_in(runner, "tokencost", command)
    return run(
        runner, "check", **{"COMMAND": program, "ARGUMENTS": "", "BASE": "auto", **environment}
    )


def stand_in(runner: Path, name: str, script: str) -> str:
    path = runner / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}")
    path.chmod(0o755)
    return str(path)


def write(runner: Path, name: str, words: int) -> None:
    (runner / "work" / "prompts").mkdir(exist_ok=True)
    (runner / "work" / "prompts" / name).write_text(" word" * words)


def test_300_tokens_of_300_are_green(runner: Path) -> None:
    write(runner, "a.md", 300)
    step = check(runner)
    assert step.code == 0
    assert step.outputs["status"] == "pass"
    assert step.outputs["exit-code"] == "0"
    assert "::" not in step.printed
    assert step.summary.startswith(MARKER)
    assert Path(step.outputs["markdown"]).read_text() == step.summary
    assert Path(step.outputs["json"]).is_file()


def test_301_tokens_of_300_are_red_with_an_annotation_at_the_file(runner: Path) -> None:
    write(runner, "a, b.md", 301)
    step = check(runner)
    assert step.code == 1
    assert step.outputs["status"] == "fail"
    assert step.outputs["exit-code"] == "1"
    assert "::error file=prompts/a%2C b.md,line=1,title=" in step.printed
    assert "301" in step.summary


def test_a_broken_budget_beside_a_file_that_cannot_be_read_is_2(runner: Path) -> None:
    write(runner, "a.md", 301)
    (runner / "work" / "prompts" / "b.md").write_bytes(b"\xff")
    step = check(runner)
    assert step.code == 2
    assert step.outputs["status"] == "error"
    assert step.printed.count("::error ") == 2
    assert "prompts/b.md" in step.summary


def test_a_run_without_an_answer_says_why_in_the_summary_and_in_an_annotation(
    runner: Path,
) -> None:
    (runner / "work" / "tokencost.toml").write_text('modell = "100%"')
    step = check(runner)
    assert step.code == 2
    assert step.outputs["status"] == "error"
    assert step.summary.startswith(MARKER)
    assert "modell" in step.summary
    (annotation,) = (line for line in step.printed.splitlines() if line.startswith("::error"))
    assert "modell" in annotation
    assert "(did you mean model?)" in annotation
    assert "::error file=tokencost.toml,line=1," in annotation


def test_a_program_that_ends_well_and_writes_nothing_did_not_pass(runner: Path) -> None:
    step = check(runner, "exit 0\n")
    assert step.code == 2
    assert step.outputs["status"] == "error"


@pytest.mark.parametrize(
    ("base", "branch", "option"),
    [
        ("auto", "main", ["[--base=origin/main]"]),
        ("auto", "", []),
        ("none", "main", []),
        ("v1.0", "main", ["[--base=v1.0]"]),
    ],
)
def test_the_base_is_the_branch_that_a_pull_request_is_for(
    runner: Path, base: str, branch: str, option: list[str]
) -> None:
    check(runner, RECORDING, BASE=base, GITHUB_BASE_REF=branch)
    arguments = (runner / "work" / "arguments").read_text().splitlines()
    assert [argument for argument in arguments if "--base" in argument] == option


def test_arguments_stand_one_a_line_and_none_is_run(runner: Path) -> None:
    check(runner, RECORDING, ARGUMENTS="a b.md\n\n  $(touch x)\n--fail-on=warn; touch x\n")
    arguments = (runner / "work" / "arguments").read_text().splitlines()
    assert arguments[-3:] == ["[a b.md]", "[$(touch x)]", "[--fail-on=warn; touch x]"]
    assert not (runner / "work" / "x").exists()


def comment(runner: Path, gh: str, markdown: str = f"{MARKER}\n\n**text**\n") -> Step:
    """Run the step that comments, with a stand-in for GitHub's own program."""
    stand_in(runner, "gh", f'echo "$*" >> {runner}/calls\n{gh}')
    (runner / "check.md").write_text(markdown)
    return run(
        runner,
        "comment",
        GH_TOKEN="none",
        PULL_REQUEST="7",
        MARKDOWN=str(runner / "check.md"),
    )


@pytest.mark.parametrize(
    ("ids", "written"),
    [
        ("", "--method POST repos/owner/shop/issues/7/comments"),
        ("echo 12", "--method PATCH repos/owner/shop/issues/comments/12"),
        ("printf '12\\n34\\n'", "--method PATCH repos/owner/shop/issues/comments/12"),
    ],
    ids=["the first", "one is there", "two are there"],
)
def test_a_comment_that_is_there_is_updated(runner: Path, ids: str, written: str) -> None:
    step = comment(runner, f'case "$*" in *--paginate*) {ids or ":"};; esac\n')
    assert step.code == 0
    looked, wrote = (runner / "calls").read_text().splitlines()
    assert f'startswith("{MARKER}")' in looked
    assert written in wrote


def test_a_token_that_may_not_write_is_a_warning_for_the_verdict_stands_without(
    runner: Path,
) -> None:
    step = comment(runner, "exit 1\n")
    assert step.code == 0
    assert step.printed.startswith("::warning title=tokencost::")


def test_a_comment_is_never_longer_than_github_takes(runner: Path) -> None:
    comment(runner, "", f"{MARKER}\n" + "| row |\n" * 20_000)
    body = (runner / "check.md.comment").read_text()
    assert body.startswith(MARKER)
    assert 50_000 < len(body.encode()) < 65_536
    assert body.endswith("The rest stands in the summary of the job.\n")


def test_the_action_installs_the_commit_it_lies_in(runner: Path) -> None:
    python = stand_in(
        runner,
        "python",
        f'echo "$@" >> {runner}/calls\n'
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n',
    )
    step = run(runner, "install", PYTHON=python)
    assert step.code == 0
    venv, pip = (runner / "calls").read_text().splitlines()
    assert venv == f"-m venv {runner}/temp/tokencost"
    assert pip.split()[-3:] == ["--constraint", f"{FOLDER}/constraints.txt", f"{FOLDER}/../../.."]
    assert (FOLDER / "../../../pyproject.toml").is_file()
    assert step.outputs["command"] == f"{runner}/temp/tokencost/bin/tokencost"


def test_everything_that_the_action_runs_is_pinned() -> None:
    uses = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in uses)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = {
        line.partition("==")[0]
        for line in (FOLDER / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    needed = {re.split(r"[<>=]", name)[0] for name in project["dependencies"]}
    assert needed <= pinned


def test_no_input_is_pasted_into_a_script_and_only_the_comment_sees_the_token() -> None:
    assert all("${{" not in step.get("run", "") for step in STEPS.values())
    using = [name for name, step in STEPS.items() if "github-token" in str(step.get("env"))]
    assert using == ["comment"]
    for name, described in ACTION["inputs"].items():
        assert described["description"]
        assert f"inputs.{name} " in TEXT
    assert ACTION["inputs"]["github-token"]["default"] == ""
    assert all(described["description"] for described in ACTION["outputs"].values())
