import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.commands import Run
from tests.repositories import Checkout
from tokencost import json_schema


def words(number: int) -> str:
    """Return a text of as many tokens."""
    return " ".join(["word"] * number)


ASKED = ("-m", "plain", "--", "prompts/")


@pytest.fixture
def project(folder: Path) -> Checkout:
    """A branch on which a prompt has grown from 91 to 546 words, which cost 2 USD a million."""
    project = Checkout.create(folder)
    project.commit({"prompts/a.md": words(91), "prompts/b.md": words(9)})
    project.git("switch", "-q", "-c", "branch")
    project.commit({"prompts/a.md": words(546)})
    return project


@pytest.mark.usefixtures("project")
def test_a_prompt_that_grows_is_told_with_both_costs(tokencost: Run) -> None:
    result = tokencost("diff", "main", *ASKED)
    assert (result.exit_code, result.stderr) == (0, "")
    lead, _, header, row, _, _, total, *_ = result.stdout.splitlines()
    assert lead == (
        "1 of 2 prompt files changed since main: +455 tokens, +$0.000910 (+455.0 %) "
        "a call with each"
    )
    assert header.split("  ")[0] == "status"
    assert re.split(" {2,}", row) == [
        "changed",
        "prompts/a.md",
        "91 → 546",
        "$0.000182 → $0.00109",
        "+$0.000910 (+500.0 %)",
    ]
    assert "100 → 555" in total


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("options", [(), ("--fail-above", "400tokens"), ("--volume", "20k/month")])
def test_the_json_keeps_its_schema(tokencost: Run, options: tuple[str, ...]) -> None:
    result = tokencost("diff", "main", "branch", "--json", *options, *ASKED)
    answer = json.loads(result.stdout)
    Draft202012Validator(json_schema("diff")).validate(answer)
    (file,) = answer["files"]
    assert (file["path"], file["was"], file["status"]) == (
        "prompts/a.md",
        "prompts/a.md",
        "changed",
    )
    assert [file[end]["tokens"]["input"] for end in ("base", "head")] == [91, 546]
    assert [file[end]["cost"]["expected"] for end in ("base", "head")] == ["0.000182", "0.001092"]
    assert file["delta"]["cost"] == file["because"]["prompt"] == "0.00091"


@pytest.mark.usefixtures("project")
def test_csv_has_a_row_for_each_file(tokencost: Run) -> None:
    header, row, *rest = tokencost("diff", "main", "-f", "csv", *ASKED).stdout.splitlines()
    values = dict(zip(header.split(","), row.split(","), strict=True))
    assert (values["path"], values["base_tokens"], values["head_tokens"]) == (
        "prompts/a.md",
        "91",
        "546",
    )
    assert (values["delta_cost"], values["because_prompt"], rest) == ("0.00091", "0.00091", [])


@pytest.mark.usefixtures("project")
def test_markdown_has_the_answer_first(tokencost: Run) -> None:
    lines = tokencost("diff", "main", "-f", "markdown", *ASKED).stdout.splitlines()
    assert lines[0].startswith("**1 of 2 prompt files changed since main: +455 tokens")
    assert lines[2].startswith("| status | file | tokens | a call | change |")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("amount", "exit_code", "verdict"),
    [("455tokens", 0, "pass"), ("454tokens", 1, "fail"), ("1USD/month", 2, "error")],
)
def test_growth_above_the_limit_ends_with_1_and_what_cannot_be_judged_with_2(
    tokencost: Run, amount: str, exit_code: int, verdict: str
) -> None:
    result = tokencost("diff", "main", "-q", "--fail-above", amount, *ASKED)
    assert (result.exit_code, result.stdout) == (exit_code, f"{verdict}\n")
    assert ("error: " in result.stderr) == (exit_code == 2)


@pytest.mark.usefixtures("project")
def test_the_table_says_how_the_limit_is_kept(tokencost: Run) -> None:
    result = tokencost("diff", "main", "--fail-above", "10%", *ASKED)
    assert "fail: limit 10%, grown by 455%" in result.stdout


def test_a_change_of_the_work_tree_is_seen_without_a_head(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"prompts/b.md": words(10)})
    assert "2 of 2 prompt files" in tokencost("diff", "main", *ASKED).stdout
    assert "1 of 2 prompt files" in tokencost("diff", "main", "branch", *ASKED).stdout


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("nope", *ASKED), 'unknown ref "nope"'),
        (("main", "nope", *ASKED), 'unknown ref "nope"'),
        (("main", "-m", "plain"), "no files are named"),
        (("main", "-m", "plain", "--"), "no files are named"),
        (("main", "-m", "plain", "--", "x.md"), "no files match 'x.md'"),
        (("main", "--", "prompts/"), "no model named"),
        (("main", "a", "b", *ASKED), "Got unexpected extra argument"),
        (("main", "--fail-above", "5", *ASKED), '--fail-above "5" is not an amount'),
    ],
)
def test_what_cannot_be_compared_ends_with_2(
    tokencost: Run, command: tuple[str, ...], message: str
) -> None:
    result = tokencost("diff", *command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"error: {message}" in result.stderr or message in result.stderr
    assert "hint: " in result.stderr


def test_outside_of_a_repository_it_ends_with_2(tokencost: Run) -> None:
    result = tokencost("diff", "main", *ASKED)
    assert result.exit_code == 2
    assert "is not in a git repository" in result.stderr


@pytest.mark.usefixtures("project")
def test_two_models_have_a_row_each(tokencost: Run) -> None:
    lines = tokencost("diff", "main", "-m", "guess", *ASKED).stdout.splitlines()
    assert sum("acme/plain@global" in line for line in lines) == 2
    assert sum("acme/guess@global" in line for line in lines) == 2


def test_help_shows_where_globs_stand(tokencost: Run) -> None:
    assert "BASE} [HEAD] [-- GLOB...]" in tokencost("diff", "--help").stdout
