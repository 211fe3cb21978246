import csv
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from typer.testing import Result

import tokencost as library
from tests.repositories import Checkout
from tokencost.pricing import PriceTable
from tokencost.report import VIEWS, OutputFormat, view_of
from tokencost.report.formats import table as table_format
from tokencost.report.formats import writer
from tokencost.report.page import Column, Table, csv_table, only_used, table, widths
from tokencost.reports import Report

Run = Callable[..., Result]

OWN = """schema = 1
[contract]
source = "agreement 7"
percent_off = { haitang = 10 }
[[model]]
id = "plain"
provider = "acme"
  [[model.price]]
  input = 3.0
  output = 10.0
  source = "contract"
  checked = 2026-11-20
"""
RECORDED = {"model": "guess", "input": "hello", "usage": {"prompt_tokens": 10}}
COMMANDS = {
    "calibration": ("count", "--calibrate", "recorded.jsonl", "-m", "guess"),
    "check": ("check", "--text", "hello", "-m", "plain", "--max-tokens", "9"),
    "compare": ("compare", "--text", "hello", "-m", "plain", "-m", "tiered"),
    "compress": ("compress", "--text", "hello   you", "-m", "plain", "--output", "shorter.txt"),
    "count": ("count", "--text", "hello", "-m", "guess"),
    "diff": ("diff", "HEAD", "-m", "plain", "--", "prompt.md"),
    "doctor": ("doctor",),
    "estimate": ("estimate", "--text", "hello", "-m", "plain", "--no-scenarios"),
    "models": ("models", "show", "plain"),
    "prices_changes": (
        *("prices", "add", "plain", "--input", "2", "--output", "8", "--source", "acme.example"),
        *("--checked", "2026-11-20", "--to", "new.toml", "--dry-run"),
    ),
    "prices_diff": ("prices", "diff", "builtin", "own.toml"),
    "prices_validate": ("prices", "validate", "own.toml"),
    "savings": ("estimate", "--text", "hello", "-m", "plain", "-o", "5"),
    "session": ("session", "-m", "plain", "--turns", "2"),
    "tokenizers": ("tokenizers", "list"),
    "transforms": ("compress", "--list"),
}


@pytest.fixture
def report_of(
    monkeypatch: pytest.MonkeyPatch, tokencost: Run, folder: Path
) -> Callable[..., tuple[Report, str]]:
    """Return the report that a command writes, and what it prints."""
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "recorded.jsonl").write_text(f"{json.dumps(RECORDED)}\n" * 9, encoding="utf-8")
    Checkout.create(folder).commit({"prompt.md": "hello"})
    (folder / "prompt.md").write_text("hello you", encoding="utf-8")
    reports: list[Report] = []
    render = library.render

    def spy(report: Report, *args: OutputFormat, **options: Any) -> str:
        reports.append(report)
        return render(report, *args, **options)

    monkeypatch.setattr(library, "render", spy)

    def run(*args: str) -> tuple[Report, str]:
        if "--" in args:  # options stand before it, globs after it
            place = args.index("--")
            args = (*args[:place], *args[place + 2 :], *args[place : place + 2])
        printed = tokencost(*args).stdout
        return reports[-1], printed

    return run


def test_there_is_a_command_for_every_view() -> None:
    assert set(COMMANDS) == set(VIEWS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_report_as_json_is_what_the_command_prints(
    name: str, report_of: Callable[..., tuple[Report, str]]
) -> None:
    report, printed = report_of(*COMMANDS[name], "--json")
    assert report.name == name
    assert report.to_json() == printed
    assert json.loads(printed) == report.to_dict()
    schema = library.json_schema(json.loads(printed)["schema"].removeprefix("tokencost."))
    Draft202012Validator(schema).validate(json.loads(printed))


SERVICES = {"github", "junit", "sarif", "gitlab"}  # formats of what judges


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("output_format", sorted({*OutputFormat} - SERVICES))
def test_every_report_has_every_format(
    name: str, output_format: OutputFormat, report_of: Callable[..., tuple[Report, str]]
) -> None:
    report, printed = report_of(*COMMANDS[name], "-f", output_format)
    assert library.render(report, output_format, warnings=False) == printed
    assert printed.endswith("\n")
    assert view_of(report).quiet(report).endswith("\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_report_is_one_line_in_python_and_a_page_in_a_notebook(
    name: str, report_of: Callable[..., tuple[Report, str]]
) -> None:
    report, _ = report_of(*COMMANDS[name], "-f", "markdown")
    assert re.fullmatch(rf"<{type(report).__name__}: [^<>\n]{{5,80}}>", repr(report))
    assert report._repr_markdown_() == library.render(report, OutputFormat.MARKDOWN)
    html = ElementTree.fromstring(f"<div>{report._repr_html_()}</div>")
    assert {element.tag for element in html} <= {"table", "p", "details"}
    texts = "".join(html.itertext())
    for note in view_of(report).page(report).as_asked(verbose=True, all_rows=True).notes:
        assert note.text in texts


def test_html_in_a_name_stays_text() -> None:
    prompt = library.Prompt(name="<script>", text="hello")
    assert "<script>" not in library.count(prompt)._repr_html_()


@pytest.mark.parametrize("name", COMMANDS)
def test_rows_are_plain_and_alike(name: str, report_of: Callable[..., tuple[Report, str]]) -> None:
    report, printed = report_of(*COMMANDS[name], "-f", "csv")
    rows = report.to_rows()
    header, *lines = printed.splitlines()
    assert len(rows) == len(list(csv.reader(lines)))
    for row in rows:
        assert list(row) == header.split(",")
        assert {type(value) for value in row.values()} <= {str, int, bool, Decimal, type(None)}
    for key in header.split(","):
        types = {type(row[key]) for row in rows}
        assert len(types - {type(None)}) <= 1
        assert str not in types or type(None) not in types
        amounts = [row[key] for row in rows if isinstance(row[key], Decimal)]
        assert len({amount.as_tuple().exponent for amount in amounts}) <= 1


def test_limits_on_tokens_and_on_cost_are_numbers_of_one_type(prices: PriceTable) -> None:
    money = library.Money(amount=Decimal(1), currency="USD")
    limits = library.Limits(max_tokens=5, max_cost_per_call=money)
    report = library.check("hello", "plain", limits=limits, output_tokens=1, prices=prices)
    assert [row["limit"] for row in report.to_rows()] == [5, 1]
    assert {type(row["limit"]) for row in report.to_rows()} == {Decimal}


def test_a_session_with_pauses_says_how_long_its_cache_is_kept() -> None:
    apart = library.Session(turns=2, turn_interval=library.parse_duration("10m"))
    for session, is_told in ((apart, True), (library.Session(turns=2), False)):
        page = library.render(library.session(session, "claude-sonnet-5"))
        told = "10m between turns · explicit cache, written for 5m ·"
        assert (told in " ".join(page.replace("\n", " · ").split())) == is_told, page


def test_a_session_that_nothing_is_read_in_costs_the_same_with_a_cache_and_without() -> None:
    # an hour between its turns is too long for a cache whose lifetime nobody publishes
    agent = library.Session(turns=2, system=2_000, turn_interval=library.parse_duration("1h"))
    report = library.session(agent, "gpt-4o")
    page = library.render(report)
    # 3,700 + 5,700 in at 2.50 and 600 out at 10 per million
    assert page.splitlines()[0] == "2 turns with gpt-4o: $0.0295 with cache and without"


def test_in_python_a_table_says_what_may_make_it_wrong(prices: PriceTable) -> None:
    report = library.compare("hello", ["plain", "tiered"], prices=prices)
    warning = library.warnings_of(report)[0]
    assert f"warning  {warning}\n" in library.render(report)
    assert warning not in library.render(report, warnings=False)


def test_a_line_on_a_report_marks_what_is_uncertain_or_missing(prices: PriceTable) -> None:
    def line(prompts: Any, models: Any, **options: Any) -> str:
        return repr(library.estimate(prompts, models, prices=prices, strict=False, **options))

    assert line("hello", "plain", output_tokens=5) == (
        "<EstimateReport: 1 prompt, 1 model, $0.0000520 a call>"
    )
    assert "1 model, ~$" in line("hello", "guess")
    assert "~$" in line("hello", "plain", output_tokens=(1, 9))
    assert "for a call each without output>" in line(["hello", "hello"], "plain")
    assert "(free price)" in line("hello", "haitang/shared")
    assert line("hello", ["plain", "nothing"]) == ("<EstimateReport: 1 prompt, 1 model, 1 failure>")
    twins = [library.Prompt(name="same", text="hello")] * 2
    assert "2 prompts, 2 models" in line(twins, ["plain", "tiered"])


@pytest.mark.parametrize("output_format", OutputFormat)
def test_every_format_has_a_module(output_format: OutputFormat) -> None:
    assert callable(writer(output_format).render)


@pytest.mark.parametrize("output_format", ["yaml", "terminal", "", None, 1])
def test_a_format_that_there_is_not_is_an_error_that_names_those_there_are(
    output_format: Any,
) -> None:
    with pytest.raises(library.UsageError, match="output_format is") as error:
        library.render(library.count("hello world"), output_format)
    assert "table, json, csv" in error.value.hint


def test_the_rows_of_a_csv_are_as_long_as_its_header(
    report_of: Callable[..., tuple[Report, str]],
) -> None:
    for command in COMMANDS.values():
        report, _ = report_of(*command)
        header, rows = view_of(report).csv(report)
        assert len(set(header)) == len(header)
        assert all(header)
        assert {len(row) for row in rows} <= {len(header)}


def test_a_column_is_for_people_for_csv_or_for_both() -> None:
    columns: tuple[Column[int], ...] = (
        Column("number", value=lambda row: row, cell=lambda row: f"{row:,}"),
        Column("sign", cell=lambda row: "-" if row < 0 else "+"),
        Column("half", value=lambda row: row // 2 if row % 2 == 0 else None),
        Column(csv="exact", value=lambda row: str(row)),
    )
    laid_out = table(columns, [1000], totals=[1001])
    assert [column.name for column in laid_out.columns] == ["number", "sign", "half"]
    assert laid_out.rows == (("1,000", "+", "500"), ("1,001", "+", ""))
    assert laid_out.totals == 1
    header, rows = csv_table(columns, [1000, 1001])
    assert header == ("number", "half", "exact")
    assert list(rows) == [(1000, 500, "1000"), (1001, None, "1001")]


def test_the_columns_of_a_table_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []

    def measure(laid_out: Table) -> list[int]:
        measured.append(len(laid_out.rows))
        return widths(laid_out)

    monkeypatch.setattr(table_format, "widths", measure)
    report = library.count([library.Prompt(name=f"{number}.txt", text="a") for number in range(99)])
    assert library.render(report).count("\n") > 99
    assert measured == [100]


def test_cells_are_written_when_somebody_looks_and_once() -> None:
    asked: list[int] = []

    def cell(row: int) -> int:
        asked.append(row)
        return row * 2

    laid_out = table((Column("twice", cell=cell, number=True),), (1, 2))
    assert (len(laid_out.rows), asked) == (2, [])
    assert (list(laid_out.rows), laid_out.rows[1]) == ([("2",), ("4",)], ("4",))
    assert asked == [1, 2]


def test_columns_that_are_empty_are_looked_for_when_somebody_looks() -> None:
    asked: list[int] = []

    def cell(row: int) -> str:
        asked.append(row)
        return "" if row < 3 else "three"

    columns: tuple[Column[int], ...] = (Column("number", cell=str), Column("word", cell=cell))
    small, large = only_used(table(columns, [1, 2])), only_used(table(columns, [1, 2, 3]))
    assert (len(small.rows), len(large.rows), asked) == (2, 3, [])
    assert [column.name for column in small.columns] == ["number"]
    assert [column.name for column in large.columns] == ["number", "word"]
    assert list(small.rows) == [("1",), ("2",)]
    assert list(large.rows) == [("1", ""), ("2", ""), ("3", "three")]
    assert asked == [1, 2, 1, 2, 3]


def test_notes_on_many_counts_write_no_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    report = library.count([library.Prompt(name=f"{number}.txt", text="a") for number in range(9)])
    monkeypatch.setattr(Column, "text", None)
    assert library.warnings_of(report) == ()
