"""Reports of a run that cannot begin: each format says the error, and no report of before stays."""

import csv
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft7Validator
from typer.testing import Result

from tests.cli.test_ci_formats import CODE_QUALITY, JUNIT, SARIF
from tests.price_tables import overlay
from tests.repositories import Checkout
from tokencost import TokencostError
from tokencost.interruption import Terminated

Run = Callable[..., Result]
FORMATS = ("json", "csv", "markdown", "github", "junit", "sarif", "gitlab")
GREEN = ("check", "a.md", "-m", "plain", "--max-tokens", "5")
TYPO = ("check", "a.md", "-m", "plain", "--max-tokns", "5")
BUDGET = 'model = "plain"\n[[budget]]\nname = "a"\nfiles = ["*.md"]\nmax_tokens = {}\n'


@pytest.fixture(autouse=True)
def project(folder: Path) -> Checkout:
    """Return a repository with a prompt of two tokens."""
    project = Checkout.create(folder)
    project.commit({"a.md": "hello world", "bad.toml": 'modell = "plain"\n'})
    return project


def reports(folder: str = "out") -> list[str]:
    return [word for name in FORMATS for word in ("--report", f"{name}={folder}/r.{name}")]


def texts(project: Checkout) -> dict[str, str]:
    return {name: (project.folder / "out" / f"r.{name}").read_text("utf-8") for name in FORMATS}


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("check", "--config", "bad.toml"), "bad.toml:1: unknown key modell"),
        ((*GREEN, "--base", "nowhere"), "nowhere"),
        ((*GREEN, "--prices", "none.toml"), "none.toml"),
        (("check", "a.md", "-m", "plain"), "no limit to check against"),
        (TYPO, 'unknown option "--max-tokns"'),
        ((*GREEN, "--report", "xml=x"), '--report "xml=x" is not a format'),
        ((*GREEN, "--json", "-f", "csv"), "--json contradicts --format csv"),
        (("--report=xml=x", *GREEN), 'unknown option "--report"'),
    ],
)
def test_a_run_that_cannot_begin_replaces_its_green_reports_by_the_error(
    tokencost: Run, project: Checkout, command: tuple[str, ...], message: str
) -> None:
    assert tokencost(*GREEN, *reports()).exit_code == 0
    green = texts(project)
    result = tokencost(*command, *reports())
    assert result.exit_code == 2
    assert message in result.stderr
    failed = texts(project)
    assert not green.items() & failed.items()
    assert message in json.loads(failed["json"])["errors"][0]["message"]
    assert json.loads(failed["json"])["schema"] == "tokencost.failure"
    assert message in next(csv.DictReader(failed["csv"].splitlines()))["error"]
    assert failed["markdown"].startswith("<!-- tokencost check -->\n\n**nothing could be judged**")
    assert failed["github"].startswith("::error ")
    JUNIT.validate(failed["junit"])
    (error,) = ElementTree.fromstring(failed["junit"]).iter("error")
    assert message in error.get("message", "")
    Draft7Validator(SARIF).validate(json.loads(failed["sarif"]))
    (invocation,) = json.loads(failed["sarif"])["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert message in notification["message"]["text"]
    Draft7Validator(CODE_QUALITY).validate(json.loads(failed["gitlab"]))
    assert [issue["severity"] for issue in json.loads(failed["gitlab"])] == ["blocker"]
    assert tokencost(*GREEN, *reports()).exit_code == 0
    assert texts(project) == green


@pytest.mark.parametrize("name", ["json", "github", "junit", "sarif", "gitlab"])
def test_what_a_service_reads_from_standard_output_says_the_error_too(
    tokencost: Run, project: Checkout, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = project.folder / "r"
    for command in (("check", "--config", "bad.toml"), TYPO):
        for asked in (("-f", name), (f"--format={name}",), (f"-f{name}",), ("-vf", name)):
            result = tokencost(*command, *asked, "--report", f"{name}=r")
            assert result.exit_code == 2
            assert result.stdout == file.read_text("utf-8")
    monkeypatch.setenv("TOKENCOST_FORMAT", name)
    assert tokencost(*TYPO).stdout == file.read_text("utf-8")
    assert tokencost(*TYPO, "-q").stdout == ""


def test_every_mistake_of_a_configuration_stands_at_its_line(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"tokencost.toml": 'modell = "plain"\nsites = "x"\n'})
    lines = tokencost("check", "-f", "github").stdout.splitlines()
    assert [line.partition(",title")[0] for line in lines] == [
        "::error file=tokencost.toml,line=1",
        "::error file=tokencost.toml,line=2",
        "nothing could be judged: 2 errors",
    ]


def test_formats_of_verdicts_are_not_written_for_what_judges_nothing(
    tokencost: Run, project: Checkout
) -> None:
    result = tokencost("count", "a.md", "--modl", "x", "-f", "junit", "--report", "sarif=r")
    assert (result.exit_code, result.stdout) == (2, "")
    assert not (project.folder / "r").exists()


def test_an_error_replaces_only_what_an_earlier_run_has_written(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"notes.json": '{"prompt": "hello"}', "a.csv": "a report of mine\n"})
    result = tokencost(*TYPO, "--report", "json=notes.json", "--report", "csv=a.csv")
    assert result.exit_code == 2
    for name in ("notes.json", "a.csv"):
        assert f'warning: --report "{name}" is left as it is' in result.stderr
    assert (project.folder / "notes.json").read_text("utf-8") == '{"prompt": "hello"}'
    assert (project.folder / "a.csv").read_text("utf-8") == "a report of mine\n"


def test_an_earlier_report_that_is_an_input_now_stays(tokencost: Run, project: Checkout) -> None:
    assert tokencost(*GREEN, "--report", "json=r.json").exit_code == 0
    before = (project.folder / "r.json").read_bytes()
    assert tokencost("compress", "a.md", "--output", "b", "--report", "json=b").exit_code == 2
    assert not (project.folder / "b").exists()
    for command in (TYPO, ("check", "-m", "plain", "--max-tokens", "9", "--base", "nowhere")):
        result = tokencost(*command, "r.json", "--report", "json=r.json")
        assert result.exit_code == 2
        assert (project.folder / "r.json").read_bytes() == before


def test_a_report_that_is_written_stays_where_standard_output_breaks(
    tokencost: Run, project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TokencostError("cannot write the report: No space left on device")

    monkeypatch.setattr("tokencost.cli.output.write", refuse)
    result = tokencost(*GREEN, "--report", "json=r.json")
    assert result.exit_code == 2
    assert json.loads((project.folder / "r.json").read_text("utf-8"))["status"] == "pass"


def test_a_report_that_cannot_be_replaced_is_named(tokencost: Run, project: Checkout) -> None:
    (project.folder / "out").mkdir()
    result = tokencost(*TYPO, "--report", "json=out", "--report", "json=a.md/r.json")
    assert result.exit_code == 2
    assert 'warning: --report "out" is a folder' in result.stderr
    assert 'warning: --report "a.md/r.json" cannot be written' in result.stderr
    result = tokencost(*GREEN, "--report", "json=out")
    assert result.stderr.count('--report "out" is a folder') == 1  # is the error


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        (RuntimeError("odd"), "RuntimeError: odd", 2),
        (KeyboardInterrupt(), "interrupted", 130),
        (Terminated("SIGTERM", 143), "interrupted: SIGTERM", 143),
    ],
)
def test_a_run_that_crashes_or_is_interrupted_leaves_no_green_report(
    tokencost: Run,
    project: Checkout,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    message: str,
    code: int,
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise error

    assert tokencost(*GREEN, *reports()).exit_code == 0
    monkeypatch.setattr("tokencost.check", crash, raising=False)
    with suppress(RuntimeError):
        assert tokencost(*GREEN, *reports()).exit_code == code
    for name, text in texts(project).items():
        assert message in text, name


@pytest.mark.parametrize(
    "text",
    [
        "input,output\na,b\n",
        "| input | output |\n",
        "Stay within\n",
        "[1]\n",
        '{"schema": "x"}',
        "<a/>",
    ],
)
def test_examples_of_prompts_are_not_taken_for_earlier_reports(
    tokencost: Run, project: Checkout, text: str
) -> None:
    project.write({"own": text})
    for name in FORMATS:
        assert tokencost(*TYPO, "--report", f"{name}=own").exit_code == 2
        assert (project.folder / "own").read_text("utf-8") == text


def test_a_check_that_could_not_judge_a_file_was_not_a_successful_run(
    tokencost: Run, project: Checkout
) -> None:
    (project.folder / "b.md").write_bytes(b"\xff")
    for files, is_whole in ((("a.md",), True), (("a.md", "b.md"), False)):
        result = tokencost("check", *files, "-m", "plain", "--max-tokens", "5", "-f", "sarif")
        (invocation,) = json.loads(result.stdout)["runs"][0]["invocations"]
        assert invocation["executionSuccessful"] is is_whole
        assert ("toolExecutionNotifications" in invocation) is not is_whole


@pytest.mark.parametrize(
    "answered",
    [
        ("estimate", "--text", "hi", "-m", "plain"),
        ("compare", "--text", "hi"),
        ("count", "--text", "hi"),
        ("compress", "--text", "hi"),
        ("session", "-m", "plain", "--turns", "2"),
        ("models", "plain"),
        ("tokenizers", "list"),
        ("doctor",),
        ("prices", "validate", "prices.toml"),
        ("prices", "diff", "prices.toml", "prices.toml"),
    ],
    ids=" ".join,
)
def test_an_error_takes_the_place_of_an_earlier_report_of_any_command(
    tokencost: Run, project: Checkout, answered: tuple[str, ...]
) -> None:
    (project.folder / "prices.toml").write_bytes(overlay())
    reports = ("--report", "markdown=out.md", "--report", "csv=out.csv")
    assert tokencost(*answered, *reports).exit_code == 0
    table, mark = project.folder / "out.md", f"<!-- tokencost {answered[0]} -->\n\n"
    assert table.read_text("utf-8").startswith(mark)
    assert tokencost(answered[0], "--nothing", *reports).exit_code == 2
    assert table.read_text("utf-8").startswith(f"{mark}**nothing could be answered**")
    assert (project.folder / "out.csv").read_text("utf-8").startswith("error,hint\n")
