"""CSV, Markdown and JSON say the same as the table: one golden each, the rest by comparison."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.commands import COMMANDS, Run, run_command
from tests.cli.test_figures import values_at

Report = dict[str, Any]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", ["estimate-many", "models", "session-models"])
def test_csv(name: str, tokencost: Run, golden: SnapshotAssertion) -> None:
    assert run_command(tokencost, name, "-f", "csv").stdout == golden


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", ["estimate-many", "models-show", "prices-import"])
def test_markdown(name: str, tokencost: Run, golden: SnapshotAssertion) -> None:
    assert run_command(tokencost, name, "-f", "markdown").stdout == golden


def columns(text: str) -> Mapping[str, str]:
    """Return where in the JSON the value of each column stands, "" for what is not compared."""
    pairs = (word.partition("=") for word in text.split())
    return {name: path if sign else name for name, sign, path in pairs}


RANGE = (
    "tokens=tokens.input input_low=tokens.input_low input_high=tokens.input_high "
    "method=tokens.method "
)

# The columns of each CSV in their order, by the schema of the same report as JSON.
COLUMNS = {
    "count": columns(
        f"input kind model {RANGE} tokenizer=tokens.tokenizer uncounted=tokens.uncounted"
    ),
    "estimate": columns(
        f"input kind model site {RANGE} tokenizer=tokens.tokenizer "
        "uncounted=tokens.uncounted output_tokens=tokens.output "
        "currency=total.currency cost_input=cost.input cost_output=cost.output cost_low=cost.low "
        "cost_expected=cost.expected cost_high=cost.high calls=assumptions.calls "
        "cost_per_calls=cost.per_calls "
        "volume_per_month=assumptions.volume_per_month cost_month=cost.month "
        "cost_month_low=cost.month_low cost_month_high=cost.month_high "
        "converted_currency=cost_converted.currency cost_converted=cost_converted.expected "
        "month_converted=cost_converted.month "
        "mode=assumptions.mode tier=price.tier price_checked=price.checked "
        "price_source=price.source"
    ),
    "compare": columns(
        f"rank model site status {RANGE} "
        "uncounted=tokens.uncounted output_tokens=tokens.output currency=cost.currency "
        "cost_low=cost.low cost_expected=cost.expected cost_high=cost.high cost_month=cost.month "
        "cost_month_low=cost.month_low cost_month_high=cost.month_high "
        "common_currency=assumptions.currency cost_common month_common ratio price_checked= "
        "price_source= problem"
    ),
    "check": columns("status budget rule file model expected judged limit headroom unit base"),
    "models": columns(
        "model site currency for= from=price.from until=price.until input=price.rates.input "
        "output=price.rates.output output_thinking=price.rates.output_thinking "
        "cache_read=price.rates.cache_read cache_read_explicit=price.rates.cache_read_explicit "
        "cache_storage_hour=price.rates.cache_storage_hour cache_write=price.rates.cache_write "
        "peak_multiplier= context= max_output tokenizer=tokenizer.name price_kind=price.price_kind "
        "checked=price.checked source=price.source"
    ),
    "prices_validate": columns("file valid models rows mistake=message hint"),
    "prices_changes": columns("what name reason detail"),
    "prices_diff": columns("what= model row key old new change"),
    "session": columns(
        "model site call= turn kind agents input cache_read= cache_write= output "
        "currency=total.currency cost_without_cache=without_cache cost_with_cache=with_cache"
    ),
    "tokenizers": columns("name method origin basis"),
    "compress": columns("transform level before after accepted reason"),
    "transforms": columns("transform level runs kinds prefix_stable summary"),
}


def estimate_records(report: Report) -> Iterator[Report]:
    """Yield each result with the total of its offer, which knows the currency in any case."""
    totals = {(total["model"], total["site"]): total for total in report["totals"]}
    for result in report["results"]:
        total = totals[result["model"], result["site"]]
        yield {**result, "total": total, "assumptions": report["assumptions"]}


def mistake_records(report: Report) -> Iterator[Report]:
    """Yield the file with each mistake, or once without any."""
    for mistake in report["mistakes"] or [{"message": None, "hint": None}]:
        yield {**report, **mistake}


# What each row of a CSV is about, where that is not an entry of `results`.
RECORDS: Mapping[str, Callable[[Report], Iterable[Report]]] = {
    "estimate": estimate_records,
    "compare": lambda report: (
        {**result, "assumptions": report["assumptions"]} for result in report["results"]
    ),
    "models": lambda report: (
        {**result, "price": price} for result in report["results"] for price in result["prices"]
    ),
    "session": lambda report: (
        {**result, **call} for result in report["results"] for call in result["turns"]
    ),
    "compress": lambda report: (step for result in report["results"] for step in result["steps"]),
    "check": lambda report: report["findings"],
    "prices_changes": lambda report: report["changes"],
    "prices_diff": lambda report: report["changed"],
    "prices_validate": mistake_records,
}


def cell(value: Any) -> str:
    """Return *value* of the JSON as the CSV writes it."""
    match value:
        case None:
            return ""
        case dict():
            return " ".join(f"{key}={entry}" for key, entry in value.items())
        case list():
            return " ".join(value)
        case _:
            return str(value)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
def test_csv_has_the_figures_of_the_json(name: str, tokencost: Run) -> None:
    report = json.loads(run_command(tokencost, name, "--json").stdout)
    schema = report["schema"].removeprefix("tokencost.")
    text = run_command(tokencost, name, "-f", "csv").stdout
    header, *lines = csv.reader(io.StringIO(text))
    assert header == list(COLUMNS[schema])
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    about = list(RECORDS[schema](report) if schema in RECORDS else report["results"])
    if schema == "models":  # the base of a row, then a line for each tier and mode with rates
        rows = [row for row in rows if row["for"] == "base"]
    if schema == "models" and "show" not in COMMANDS[name]:
        about = [record for record in about if record["price"]["in_force"]]
    compared = {column: path for column, path in COLUMNS[schema].items() if path}
    assert [{column: row[column] for column in compared} for row in rows] == [
        {column: cell(values_at(record, path)) for column, path in compared.items()}
        for record in about
    ]


def words(line: str) -> str:
    """Return the words of a line without the space between them."""
    return re.sub(r"\s+", "", line)


def of_markdown(line: str) -> str:
    """Return what a line of Markdown says, in the words of the table."""
    line = re.sub(r"^- \*\*(.*?)\*\*: ", r"\1 ", line)
    line = re.sub(r"^- ", "", line)
    line = re.sub(r"^\*\*(.*)\*\*$", r"\1", line)
    cells = re.split(r"(?<!\\)\|", line)
    return re.sub(r"\\(.)", r"\1", words("".join(cells)))


# A brief check is a comment on a pull request: test_ci_formats.py is about that.
AS_THE_TABLE = [
    pytest.param(name, options, id=f"{name}{'-v' * bool(options)}")
    for name in COMMANDS
    for options in ((), ("-v",))
    if options or not name.startswith("check")
]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("name", "options"), AS_THE_TABLE)
def test_markdown_says_what_the_table_says_and_its_warnings(
    name: str, options: tuple[str, ...], tokencost: Run
) -> None:
    result = run_command(tokencost, name, "-f", "table", *options)
    table, warnings = result.stdout, result.stderr
    mark, _, markdown = run_command(tokencost, name, "-f", "markdown", *options).stdout.partition(
        "\n\n"
    )
    assert re.fullmatch(r"<!-- tokencost [a-z]+ -->", mark) or not table
    doubts = re.findall(r"^- \*\*warning\*\*: (.*)$", markdown, re.MULTILINE)
    assert len(set(doubts)) == warnings.count("warning: ")
    markdown = re.sub(r"^- \*\*(warning|error)\*\*: .*\n", "", markdown, flags=re.MULTILINE)
    blocks = [block.splitlines() for block in re.split(r"\n{2,}", markdown.strip("\n"))]
    tables = [lines for lines in blocks if lines and lines[0].startswith("|")]
    for lines in tables:
        assert re.fullmatch(r"\|( -{3}:? \|)+", lines.pop(1))
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert [[of_markdown(line) for line in lines] for lines in blocks] == [
        [words(line) for line in block.splitlines()] for block in table.strip("\n").split("\n\n")
    ]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
def test_every_sentence_of_the_json_stands_in_the_table(name: str, tokencost: Run) -> None:
    report = json.loads(run_command(tokencost, name, "--json").stdout)
    result = run_command(tokencost, name, "-f", "table", "-v")
    output = result.stdout + result.stderr
    notes = report["assumed"] + report["warnings"]
    for entry in report.get("results", []):
        notes += entry.get("warnings", [])
    for note in notes:
        assert note["text"] in output
