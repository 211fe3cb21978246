import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli.commands import OWN, Run
from tests.repositories import Checkout
from tokencost import json_schema
from tokencost.git import renames


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
def test_markdown_is_a_comment_with_the_answer_first_and_two_columns(
    tokencost: Run, project: Checkout
) -> None:
    project.git("mv", "prompts/b.md", "prompts/c.md")
    text = tokencost("diff", "main", "-f", "markdown", *ASKED).stdout
    marker, lead, table, totals, *_ = text.split("\n\n")
    assert marker == "<!-- tokencost diff -->"
    assert lead.startswith("**2 of 2 prompt files changed since main: +455 tokens")
    assert table.splitlines()[2:] == [
        "| prompts/a.md<br>**changed** 91 → 546<br>acme/plain@global | +$0.000910<br>(+500.0 %) |"
    ]
    assert totals == (
        "- 2 files, acme/plain@global, 100 → 555 tokens, $0.000200 → $0.00111 a call each"
    )
    folded = text.partition("<details><summary>1 cost the same</summary>")[2]
    assert "prompts/b.md<br>→<br>prompts/c.md<br>**renamed** 9" in folded


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
        (("main", "a", "b", *ASKED), "unexpected argument"),
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
def test_a_growth_of_what_is_estimated_is_marked_like_both_its_ends(tokencost: Run) -> None:
    asked = ("-m", "guess", "--volume", "1k/month", "--", "prompts/")
    lead, _, _, row, *_ = tokencost("diff", "main", *asked).stdout.splitlines()
    assert re.search(r": ~\+\d+ tokens, ~\+\$0\.00\d+ \(", lead)
    assert row.count("~$") == 4  # of a call and of a month, before and now
    assert "~+$" in row
    assert "~+$" in tokencost("diff", "main", "-f", "markdown", *asked).stdout
    assert "~" not in tokencost("diff", "main", *ASKED).stdout


@pytest.mark.usefixtures("project")
def test_what_prices_assume_is_said_of_a_diff_and_of_a_check_as_of_an_estimate(
    tokencost: Run,
) -> None:
    limit = ("--max-cost-per-call", "9USD")
    rest = ("-m", "peak", "-o", "10")
    commands = ("diff", "main", *rest, "--", "prompts/"), ("check", "prompts/a.md", *rest, *limit)
    for command in (*commands, ("estimate", "prompts/a.md", *rest)):
        assert "peak rates (--at)" in tokencost(*command).stdout
        option = ("-v", *command[1:])
        assert "haitang/peak@intl: peak rates, no time of" in tokencost(command[0], *option).stdout
        told = json.loads(tokencost(command[0], "--json", *command[1:]).stdout)["assumed"]
        assert ("no_time_of_day", "haitang/peak@intl") in {
            (one["code"], one["about"]) for one in told
        }
    asked = ("-o", "10", *limit, "--fx", "USD/CNY=8")
    in_yuan = tokencost("check", "prompts/a.md", "-m", "haitang/tiered@cn", *asked).stdout
    assert "USD/CNY 8 · prices of" in in_yuan


@pytest.mark.usefixtures("project")
def test_two_models_have_a_row_each(tokencost: Run) -> None:
    lines = tokencost("diff", "main", "-m", "guess", *ASKED).stdout.splitlines()
    assert sum("acme/plain@global" in line for line in lines) == 2
    assert sum("acme/guess@global" in line for line in lines) == 2


def test_help_shows_where_globs_stand(tokencost: Run) -> None:
    assert "BASE} [HEAD] [-- GLOB...]" in tokencost("diff", "--help").stdout


CONFIGURATION = """model = "plain"
output_tokens = 10
[[budget]]
name = "short"
files = ["prompts/a.md"]
max_tokens = 9
[[budget]]
name = "all"
files = ["prompts/**"]
model = "tiered"
volume = "1000/month"
max_tokens = 9
"""


def with_budgets(project: Checkout, text: str = CONFIGURATION) -> None:
    project.git("switch", "-q", "main")
    project.commit({"tokencost.toml": text})
    project.git("switch", "-q", "branch")
    project.git("rebase", "-q", "main")


def test_budgets_say_which_files_with_which_models(tokencost: Run, project: Checkout) -> None:
    with_budgets(project)
    answer = json.loads(tokencost("diff", "main", "--json").stdout)
    assert [(file["budget"], file["path"], file["head"]["model"]) for file in answer["files"]] == [
        ("short", "prompts/a.md", "acme/plain"),
        ("all", "prompts/a.md", "haitang/tiered"),
    ]
    short, whole = answer["totals"]
    assert (short["files"], whole["files"]) == (1, 2)
    assert short["head"]["cost"]["month"] is None
    assert whole["head"]["cost"]["month"] is not None
    assert short["head"]["cost"]["expected"] == "0.001192"  # 546 at 2 and 10 at 10 a million


def test_another_model_in_the_configuration_is_told_from_the_prompt(
    tokencost: Run, project: Checkout
) -> None:
    """455 tokens more at 2 a million, and then 546 tokens at 3 less than 2."""
    text = CONFIGURATION.partition('[[budget]]\nname = "all"')[0]
    with_budgets(project, text)
    project.write({"tokencost.toml": text.replace('model = "plain"', 'model = "likely"')})
    answer = json.loads(tokencost("diff", "main", "--json").stdout)
    (file,) = answer["files"]
    assert (file["base"]["model"], file["head"]["model"]) == ("acme/plain", "acme/likely")
    parts = file["because"]
    assert parts["prompt"] == "0.00091"
    assert parts["prices"] == parts["exchange_rate"] == "0"
    delta = Decimal(file["head"]["cost"]["expected"]) - Decimal(file["base"]["cost"]["expected"])
    assert Decimal(parts["model"]) == delta - Decimal("0.00091")
    assert "model" in tokencost("diff", "main").stdout


def test_another_price_file_is_told_from_the_prompt(tokencost: Run, project: Checkout) -> None:
    """100 tokens at 2 a million become 555 at 3: 455 x 2, and then 555 x 1."""
    with_budgets(project, CONFIGURATION.replace("[[budget]]", 'prices = "own.toml"\n[[budget]]', 1))
    prices = OWN.replace("[contract]\n", "").replace('source = "agreement 7"\n', "")
    prices = prices.replace("percent_off = { haitang = 10 }\n", "")
    project.git("switch", "-q", "main")
    project.commit({"own.toml": prices.replace("3.0", "2.0")})
    project.git("switch", "-q", "branch")
    project.git("rebase", "-q", "main")
    project.write({"own.toml": prices})
    answer = json.loads(tokencost("diff", "main", "--json").stdout)
    (total,) = [total for total in answer["totals"] if total["budget"] == "short"]
    assert total["because"] == {
        "prompt": "0.00091",
        "prices": "0.000546",
        "model": "0",
        "exchange_rate": "0",
    }


@pytest.mark.parametrize("is_file_removed", [True, False])
def test_prices_that_a_branch_removes_are_told_from_the_prompt(
    tokencost: Run, project: Checkout, *, is_file_removed: bool
) -> None:
    """100 tokens at 3 a million become 555 at 2: 455 x 3, and then 555 x 1 less."""
    prices = OWN.replace("[contract]\n", "").replace('source = "agreement 7"\n', "")
    prices = prices.replace("percent_off = { haitang = 10 }\n", "")
    with_budgets(project, CONFIGURATION.replace("[[budget]]", 'prices = "own.toml"\n[[budget]]', 1))
    project.git("switch", "-q", "main")
    project.commit({"own.toml": prices})
    project.git("switch", "-q", "branch")
    project.git("rebase", "-q", "main")
    project.write({"tokencost.toml": CONFIGURATION})
    if is_file_removed:
        project.write({"own.toml": None})
    answer = json.loads(tokencost("diff", "main", "--json").stdout)
    (total,) = [total for total in answer["totals"] if total["budget"] == "short"]
    assert total["because"] == {
        "prompt": "0.001365",
        "prices": "-0.000546",
        "model": "0",
        "exchange_rate": "0",
    }
    with_option = json.loads(tokencost("diff", "main", "--json", "--prices", "builtin").stdout)
    (total,) = [total for total in with_option["totals"] if total["budget"] == "short"]
    assert total["because"]["prices"] == "0"  # named for both ends


def test_a_price_file_of_the_base_that_is_nowhere_is_an_error(
    tokencost: Run, project: Checkout
) -> None:
    with_budgets(project, CONFIGURATION.replace("[[budget]]", 'prices = "own.toml"\n[[budget]]', 1))
    project.write({"tokencost.toml": CONFIGURATION})
    result = tokencost("diff", "main")
    assert result.exit_code == 2
    assert '"main" names the price file "own.toml", which is neither in it nor' in result.stderr


def test_a_limit_on_nothing_is_not_kept(tokencost: Run, project: Checkout) -> None:
    project.write({"prompts/a.md": None, "prompts/b.md": None, "prompts/x.png": b"\0\1"})
    project.git("add", "-A")
    project.git("commit", "-q", "-m", "a picture alone")
    result = tokencost("diff", "HEAD", "--fail-above", "10%", *ASKED)
    assert result.exit_code == 2
    assert "error: nothing to judge" in result.stderr


def test_files_that_git_keeps_in_another_encoding_are_read_in_that(
    tokencost: Run, project: Checkout
) -> None:
    attributes = "prompts/a.md working-tree-encoding=UTF-16\n"
    project.git("switch", "-q", "main")
    project.write({".gitattributes": attributes, "prompts/b.md": words(9).encode("utf-16")})
    project.commit({"prompts/a.md": words(91).encode("utf-16")})
    project.git("switch", "-q", "-C", "branch")
    project.write({"prompts/a.md": words(100).encode("utf-16")})
    for encoding in ("utf-16", "UTF_16"):
        answer = tokencost("diff", "main", "--json", "--encoding", encoding, *ASKED)
        (total,) = json.loads(answer.stdout)["totals"]
        assert [total[end]["tokens"]["input"] for end in ("base", "head")] == [100, 109]
    command = ("-m", "plain", "--encoding", "utf-16", "--base", "main", "--json")
    project.write({"prompts/a.md": None})
    result = tokencost("check", "prompts/", "--max-tokens", "900", *command)
    assert (result.exit_code, result.stderr) == (0, "")


def test_another_exchange_rate_is_told_from_the_prompt(tokencost: Run, project: Checkout) -> None:
    """455 tokens at 2 USD a million and 7 CNY, and then 546 tokens and 10 of output at 1 more."""
    text = f'currency = "CNY"\nfx = "USD/CNY=7"\n{CONFIGURATION}'
    with_budgets(project, text.partition('[[budget]]\nname = "all"')[0])
    configuration = project.folder / "tokencost.toml"
    configuration.write_text(configuration.read_text().replace("CNY=7", "CNY=8"))
    answer = json.loads(tokencost("diff", "main", "--json").stdout)
    (file,) = answer["files"]
    assert file["because"] == {
        "prompt": "0.00637",
        "prices": "0",
        "model": "0",
        "exchange_rate": "0.001192",
    }


def test_globs_stand_in_place_of_budgets(tokencost: Run, project: Checkout) -> None:
    with_budgets(project)
    answer = json.loads(tokencost("diff", "main", "--json", "--", "prompts/").stdout)
    assert [total["budget"] for total in answer["totals"]] == [None]
    assert answer["totals"][0]["head"]["model"] == "acme/plain"


def test_a_budget_without_a_file_at_either_end_is_an_error(
    tokencost: Run, project: Checkout
) -> None:
    with_budgets(project, CONFIGURATION.replace("prompts/a.md", "pompts/a.md"))
    result = tokencost("diff", "main")
    assert result.exit_code == 2
    assert 'no files fall under budget "short"' in result.stderr


@pytest.mark.parametrize(
    ("text", "phrase"), [("", "input only"), ("output_tokens = 300\n", "300 output tokens")]
)
def test_the_output_of_a_configuration_is_said_where_it_is_priced(
    tokencost: Run, project: Checkout, text: str, phrase: str
) -> None:
    project.write({"tokencost.toml": text})
    answer = tokencost("diff", "main", *ASKED).stdout
    assert phrase in answer
    assert ("input only" in answer) is (phrase == "input only")


TWO_BUDGETS = """model = "plain"
[[budget]]
name = "all"
files = ["prompts/**"]
max_tokens_per_file = 900
[[budget]]
name = "one"
files = ["prompts/a.md"]
max_tokens_per_file = 900
"""


@pytest.mark.parametrize(("amount", "exit_code"), [("455tokens", 0), ("454tokens", 1)])
def test_a_file_of_two_budgets_has_grown_once(
    tokencost: Run, project: Checkout, amount: str, exit_code: int
) -> None:
    project.write({"tokencost.toml": TWO_BUDGETS})
    result = tokencost("diff", "main", "--fail-above", amount)
    assert (result.exit_code, "grown by 455 tokens" in result.stdout) == (exit_code, True)
    percent = tokencost("diff", "main", "--fail-above", "455%")  # of 100 tokens, not of 191
    assert (percent.exit_code, "grown by 455%" in percent.stdout) == (0, True)


def test_a_file_of_two_budgets_with_two_models_has_grown_with_each(
    tokencost: Run, project: Checkout
) -> None:
    project.write(
        {"tokencost.toml": TWO_BUDGETS.replace('name = "one"', 'name = "one"\nmodel = "tiered"')}
    )
    result = tokencost("diff", "main", "--fail-above", "1000tokens")
    assert "grown by 910 tokens" in result.stdout


@pytest.mark.parametrize(
    ("files", "lead"),
    [
        ({"prompts/a.md": None, "prompts/b.md": None}, "2 of 2 prompt files deleted since main"),
        ({"prompts/a.md": None}, "1 of 2 prompt files deleted since main"),
        ({"prompts/c.md": "else"}, "2 of 3 prompt files changed since main"),
        ({"prompts/a.md": words(91), "prompts/c.md": "else"}, "1 of 3 prompt files added since"),
        ({"prompts/a.md": words(91)}, "no prompt has changed since main"),
        (
            {"prompts/a.md": words(91), "prompts/b.md": None, "prompts/c.md": words(9)},
            "1 of 2 prompt files renamed since main",
        ),
        ({"prompts/b.md": None, "prompts/c.md": "else"}, "3 of 3 prompt files changed since main"),
        ({"prompts/b.md": b"\xff"}, "1 of 1 prompt file changed since main"),
    ],
)
def test_the_first_line_counts_the_files_of_both_ends(
    tokencost: Run, project: Checkout, files: dict[str, str | bytes | None], lead: str
) -> None:
    project.write(files)
    assert tokencost("diff", "main", *ASKED).stdout.startswith(lead)


def test_files_of_several_budgets_are_counted_once(tokencost: Run, project: Checkout) -> None:
    project.write({"tokencost.toml": TWO_BUDGETS, "prompts/b.md": words(10)})
    assert tokencost("diff", "main").stdout.startswith("2 of 2 prompt files changed since main")


def test_a_diff_says_where_renames_were_not_followed(
    tokencost: Run, project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renames, "_MOST_COMPARED", 0)
    project.write({"prompts/a.md": None, "prompts/c.md": words(100)})
    result = tokencost("diff", "main", "--fail-above", "500tokens", *ASKED)
    assert result.exit_code == 0  # a sum is the same
    assert "as added counts prompts/c.md" in result.stderr
