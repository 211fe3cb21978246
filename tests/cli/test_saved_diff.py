"""`diff` of two saved reports."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.commands import Run
from tests.repositories import Checkout
from tokencost import json_schema

PRICES = """schema = 1
[[model]]
id = "plain"
provider = "acme"
  [[model.price]]
  input = {}
  output = 10.0
  source = "page"
  checked = 2026-11-20
"""


def words(number: int) -> str:
    """Return a text of as many tokens."""
    return " ".join(["word"] * number)


def save(tokencost: Run, name: str, tokens: int, *options: str, model: str = "plain") -> None:
    """Save an estimate of a text; a token costs a millionth of 2 USD."""
    Path("a.md").write_text(words(tokens))
    asked = ("estimate", "a.md", "-m", model, "-o", "100", "--no-scenarios", "--json")
    result = tokencost(*asked, *options)
    assert result.exit_code == 0, result.stderr
    Path(name).write_text(result.stdout)


def diff(tokencost: Run, *options: str) -> dict[str, Any]:
    result = tokencost("diff", "old.json", "new.json", "--json", *options)
    answer: dict[str, Any] = json.loads(result.stdout)
    Draft202012Validator(json_schema("diff")).validate(answer)
    return answer


def because(answer: dict[str, Any]) -> dict[str, str | None]:
    (file,) = answer["files"]
    parts: dict[str, str | None] = file["because"]
    assert answer["totals"][0]["because"] == parts
    return parts


def test_another_prompt(tokencost: Run) -> None:
    save(tokencost, "old.json", 91)
    save(tokencost, "new.json", 546)
    answer = diff(tokencost)
    (file,) = answer["files"]
    assert (file["path"], file["status"]) == ("a.md", "changed")
    assert [file[end]["tokens"]["input"] for end in ("base", "head")] == [91, 546]
    assert because(answer) == {
        "prompt": "0.00091",
        "prices": "0",
        "model": "0",
        "exchange_rate": "0",
    }
    text = tokencost("diff", "old.json", "new.json").stdout
    assert text.startswith("1 of 1 prompt file changed since old.json: +455 tokens")


def test_other_prices_and_another_prompt_are_told_apart(tokencost: Run) -> None:
    """91 tokens at 2 a million become 546 at 3: 455 x 2, and then 546 x 1."""
    Path("dear.toml").write_text(PRICES.format("3.0"))
    save(tokencost, "old.json", 91)
    save(tokencost, "new.json", 546, "--prices", "dear.toml")
    answer = diff(tokencost)
    assert because(answer)["prompt"] == "0.00091"
    assert because(answer)["prices"] == "0.000546"
    save(tokencost, "new.json", 91, "--prices", "dear.toml")
    answer = diff(tokencost)
    assert (because(answer)["prompt"], because(answer)["prices"]) == ("0", "0.000091")


def test_another_exchange_rate_is_told_from_the_prompt(tokencost: Run) -> None:
    """455 tokens at 2 USD a million and 7 CNY; then 546 tokens and 100 of output at 1 CNY more."""
    save(tokencost, "old.json", 91, "--currency", "CNY", "--fx", "USD/CNY=7")
    save(tokencost, "new.json", 546, "--currency", "CNY", "--fx", "USD/CNY=8")
    answer = diff(tokencost)
    assert answer["files"][0]["delta"]["currency"] == "CNY"
    assert because(answer) == {
        "prompt": "0.00637",
        "prices": "0",
        "model": "0",
        "exchange_rate": "0.002092",
    }


def test_another_model_with_the_same_vocabulary_is_told_from_the_prompt(tokencost: Run) -> None:
    save(tokencost, "old.json", 91)
    save(tokencost, "new.json", 91, model="guess")
    parts = because(diff(tokencost))
    assert parts["prompt"] is None  # another vocabulary: nobody knows the text
    assert parts["prices"] is None
    assert parts["exchange_rate"] == "0"


def test_calls_of_another_output_cannot_be_told_apart(tokencost: Run) -> None:
    save(tokencost, "old.json", 91)
    Path("a.md").write_text(words(91))
    asked = ("estimate", "a.md", "-m", "plain", "-o", "200", "--no-scenarios", "--json")
    Path("new.json").write_text(tokencost(*asked).stdout)
    answer = diff(tokencost)
    assert set(because(answer).values()) == {None}
    assert [warning["code"] for warning in answer["warnings"]] == ["calls_differ"]


def test_nothing_differs(tokencost: Run) -> None:
    save(tokencost, "old.json", 91)
    save(tokencost, "new.json", 91)
    answer = diff(tokencost, "--fail-above", "0tokens")
    assert (answer["files"], answer["status"]) == ([], "pass")
    text = tokencost("diff", "old.json", "new.json").stdout
    assert text.startswith("no prompt has changed since old.json")


@pytest.mark.parametrize(
    ("limit", "exit_code"), [("455tokens", 0), ("454tokens", 1), ("1USD/month", 2)]
)
def test_growth_is_held_against_the_limit(tokencost: Run, limit: str, exit_code: int) -> None:
    save(tokencost, "old.json", 91)
    save(tokencost, "new.json", 546)
    result = tokencost("diff", "old.json", "new.json", "--fail-above", limit, "-q")
    assert result.exit_code == exit_code


def test_inputs_that_came_and_went_are_named(tokencost: Run) -> None:
    save(tokencost, "old.json", 91)
    text = Path("old.json").read_text().replace('"a.md"', '"b.md"')
    Path("new.json").write_text(text)
    assert [(file["path"], file["status"]) for file in diff(tokencost)["files"]] == [
        ("b.md", "added"),
        ("a.md", "deleted"),
    ]


def test_two_saved_diffs_are_compared_by_what_all_files_cost(tokencost: Run, folder: Path) -> None:
    project = Checkout.create(folder)
    project.commit({"p/a.md": words(91)})
    for name, tokens in (("old.json", 100), ("new.json", 150)):
        project.write({"p/a.md": words(tokens)})
        asked = ("diff", "HEAD", "-m", "plain", "--json", "--", "p/")
        Path(name).write_text(tokencost(*asked).stdout)
    answer = diff(tokencost)
    assert answer["files"] == []
    (total,) = answer["totals"]
    assert (total["delta"]["tokens"], total["because"]["prompt"]) == (50, "0.0001")
    assert tokencost("diff", "old.json", "new.json").stdout.startswith("costs have changed since")


def test_saved_diffs_say_that_a_file_of_two_budgets_is_counted_twice(
    tokencost: Run, folder: Path
) -> None:
    project = Checkout.create(folder)
    budget = '[[budget]]\nname = "{}"\nfiles = ["p/**"]\nmax_tokens = 900\n'
    text = f'model = "plain"\n{budget.format("one")}{budget.format("two")}'
    project.commit({"p/a.md": words(91), "tokencost.toml": text})
    for name, tokens in (("old.json", 100), ("new.json", 150)):
        project.write({"p/a.md": words(tokens)})
        Path(name).write_text(tokencost("diff", "HEAD", "--json").stdout)
    result = tokencost("diff", "old.json", "new.json", "--fail-above", "100tokens")
    assert (result.exit_code, "grown by 100 tokens" in result.stdout) == (0, True)
    assert "warning: saved diffs do not say which files are in several budgets" in result.stderr


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", '{"schema": "tokencost.count"}', '{"schema": "tokencost.estimate"}'],
)
def test_what_is_not_a_saved_report_is_an_error(tokencost: Run, text: str) -> None:
    save(tokencost, "old.json", 91)
    Path("new.json").write_text(text)
    result = tokencost("diff", "old.json", "new.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: new.json " in result.stderr
    assert "hint: " in result.stderr


def test_a_report_with_errors_is_not_compared(tokencost: Run) -> None:
    save(tokencost, "old.json", 91)
    asked = ("estimate", "a.md", "gone.md", "-m", "plain", "-o", "100", "--json")
    Path("new.json").write_text(tokencost(*asked).stdout)
    result = tokencost("diff", "old.json", "new.json")
    assert result.exit_code == 2
    assert "new.json is not complete" in result.stderr


def test_one_report_alone_is_an_error(tokencost: Run) -> None:
    save(tokencost, "old.json", 91)
    result = tokencost("diff", "old.json")
    assert result.exit_code == 2
    assert "tokencost diff old.json new.json" in result.stderr


@pytest.mark.parametrize("amount", ['"NaN"', '"Infinity"', '"1e999999"', "{}", '"x"', "-1"])
def test_damaged_amounts_are_errors_or_numbers_and_never_crashes(
    tokencost: Run, amount: str
) -> None:
    save(tokencost, "old.json", 91)
    report = json.loads(Path("old.json").read_text())
    report["results"][0]["cost"]["expected"] = json.loads(amount)
    Path("new.json").write_text(json.dumps(report))
    assert tokencost("diff", "old.json", "new.json").exit_code in (0, 2)


@pytest.mark.parametrize("key", ["input", "input_low", "input_high"])
@pytest.mark.parametrize("odd", [1.7, float("inf"), True, "5", -1])
def test_a_count_that_is_not_a_whole_number_is_an_error_and_never_rounded(
    tokencost: Run, key: str, odd: object
) -> None:
    save(tokencost, "old.json", 5)
    report = json.loads(Path("old.json").read_text())
    report["results"][0]["tokens"][key] = odd
    Path("new.json").write_text(json.dumps(report))
    for pair in (("old.json", "new.json"), ("new.json", "old.json")):
        result = tokencost("diff", *pair)
        assert result.exit_code == 2
        assert "new.json lacks what a report of this version has" in result.stderr


def test_the_growth_of_a_month_is_judged_by_the_saved_ends_of_the_month(tokencost: Run) -> None:
    """Of 30 calls 9 are at 2 a million and 21 at 20; 91 tokens more at 20 are 0.0546 at most."""
    rows = PRICES.format("2.0").replace(
        "  output", '  until = 2026-11-30\n  kind = "promo"\n  output'
    )
    later = rows[rows.index("  [[model.price]]") :]
    later = later.replace("input = 2.0", "input = 20.0").replace(
        "until = 2026-11-30", "from = 2026-12-01"
    )
    Path("sale.toml").write_text(rows + later.replace('  kind = "promo"\n', ""))
    for name, tokens in (("old.json", 91), ("new.json", 182)):
        save(tokencost, name, tokens, "--prices", "sale.toml", "--volume", "1/day")
    limit = diff(tokencost, "--fail-above", "1USD/month")["limit"]
    assert (limit["expected"], limit["judged"]) == ("0.039858", "0.0546")
