"""What each command prints for people, as whole files: `pytest --snapshot-update` writes them."""

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.cli.commands import COMMANDS, Run, run_command

STYLE = re.compile(r"\x1b\[[\d;]*m")
BOLD, DIM, RED, GREEN, CYAN = (f"\x1b[{code}m" for code in (1, 2, 31, 32, 36))
WITH_A_TABLE = [name for name in COMMANDS if name != "prices-validate-mistakes"]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", WITH_A_TABLE)
def test_table(name: str, tokencost: Run, golden: SnapshotAssertion) -> None:
    assert run_command(tokencost, name, "-f", "table").stdout == golden


@pytest.mark.usefixtures("files")
def test_mistakes_of_a_price_file_are_errors_and_leave_the_table_out(tokencost: Run) -> None:
    result = run_command(tokencost, "prices-validate-mistakes")
    assert result.stdout == ""
    assert "broken.toml:12: model acme/plain, price row 1: unknown key chekced" in result.stderr


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", WITH_A_TABLE)
def test_colour_changes_no_character(name: str, tokencost: Run) -> None:
    plain = run_command(tokencost, name, "-f", "table", "--color", "never").stdout
    coloured = run_command(tokencost, name, "--color", "always").stdout
    assert BOLD in coloured or DIM in coloured
    lines = [STYLE.sub("", line).rstrip() for line in coloured.rstrip("\n").splitlines()]
    assert lines == plain.splitlines()


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("estimate-many", {BOLD: ["input", "sum of 2", "~¥6,028.50", "as it is"]}),
        ("estimate-many", {DIM: ["price", "rate"], CYAN: ["assumed"]}),
        ("estimate-no-price", {RED: ["no price"]}),
        ("check-all", {BOLD: ["status"], GREEN: ["pass"], DIM: ["status"]}),
        ("compare", {BOLD: ["of the dearest"], DIM: ["rate"], CYAN: ["assumed"]}),
        ("models", {BOLD: ["more tiers"], DIM: ["prices"]}),
        ("prices-import", {BOLD: ["entries"], DIM: ["sum", "note"]}),
    ],
)
def test_styles_say_what_is_a_heading_a_sum_or_a_warning(
    name: str, texts: dict[str, list[str]], tokencost: Run
) -> None:
    output = run_command(tokencost, name, "-v", "--color", "always").stdout
    spans = re.findall(r"(\x1b\[[\d;]*m)([^\x1b]*)", output)
    for style, wanted in texts.items():
        assert set(wanted) <= {text.strip() for code, text in spans if code == style}
    assert "10" not in {text.strip() for code, text in spans if code == BOLD}  # a row is not a sum


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("columns", [40, 80, 100, 200])
def test_a_narrow_terminal_hides_columns_unless_asked_for_all_and_cuts_nothing(
    columns: int, tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokencost.cli.output.terminal_width", lambda: columns)
    args = "estimate-many", "--by-input", "--color", "always"
    brief, output = run_command(tokencost, *args).stdout, run_command(tokencost, *args, "-v").stdout
    assert "hidden" not in brief
    for text in ("提示.md", "acme/likely", "$0.00101", "$6,024.00", "¥42,168.00", "~10"):
        assert text in output
    assert ("hidden" in output) == (columns < 80)  # what does not fit follows below
    assert ("$0.00403–0.0160" in output) == (columns >= 80)
    assert ("$0.00403–0.0160" in brief) == (columns >= 200)


@pytest.mark.usefixtures("files")
def test_several_inputs_and_models_are_summed_for_each_model(tokencost: Run) -> None:
    summed = run_command(tokencost, "estimate-many").stdout
    listed = run_command(tokencost, "estimate-many", "--by-input").stdout
    assert "a.md" not in summed
    sums = [line.split() for line in listed.splitlines() if line.startswith("sum of 2")]
    assert [line.split() for line in summed.splitlines() if line.startswith("sum of 2")] == sums
    assert (summed.count("--by-input"), listed.count("--by-input")) == (1, 0)
    assert listed.count("a.md") == 4


@pytest.mark.usefixtures("files")
def test_two_runs_print_the_same_bytes(tokencost: Run) -> None:
    first, second = (run_command(tokencost, "estimate-many", "--json").stdout_bytes for _ in "12")
    assert first == second


def test_a_check_shows_what_breaks_a_limit_and_counts_the_rest(
    tokencost: Run, folder: Path
) -> None:
    for name, words in (("far.md", 10), ("middle.md", 50), ("close.md", 80), ("over.md", 120)):
        (folder / name).write_text(" a" * words, encoding="utf-8")
    command = ("check", "*.md", "-m", "plain", "--max-tokens-per-file", "100", "--warn-at", "0.8")
    brief = tokencost(*command).stdout
    names = ("over.md", "close.md", "middle.md", "far.md")
    rows = [line.split()[:2] for line in brief.splitlines() if "acme/plain" in line]
    assert rows == [["fail", "over.md"], ["warn", "close.md"]]
    assert brief.startswith("1 of 4 prompts breaks a limit\n")
    assert "fail: 2 of 4 within (--all) · closest: middle.md, 50 of 100 tokens\n" in brief
    everything = tokencost(*command, "--all").stdout
    assert "fail: 2 of 4 within ·" in everything
    assert all(name in everything for name in names)
    assert "far.md" in tokencost(*command, "-f", "csv").stdout
    for name in names[:2]:
        (folder / name).unlink()
    closest = tokencost(*command).stdout  # of what is far from its limit the closest is named
    assert closest.startswith("2 prompts within every limit\n")
    assert ("middle.md, 50 of 100" in closest, "far.md" in closest) == (True, False)


def test_with_a_volume_several_models_are_compared_by_the_month(tokencost: Run) -> None:
    command = ("estimate", "--text", "hello", "-m", "plain", "-m", "likely", "-o", "100")
    assert "model, cost a call" in tokencost(*command).stdout
    monthly = tokencost(*command, "--volume", "40k/month").stdout
    assert "model, cost a month" in monthly
    assert re.search(r"^acme/plain@global +\$40\.08 .*\$20\.04 ", monthly, re.MULTILINE)
    # 1 token at 2 and 100 at 10 are $0.001002 a call, $40.08 for 40,000; a batch costs half


def test_what_is_waited_for_has_its_name_beside_the_saving(tokencost: Run) -> None:
    command = ("estimate", "--text", "hello", "-m", "plain", "-m", "peak", "-m", "likely")
    answer = tokencost(*command, "-o", "100").stdout
    ways = {line.split("  ")[0]: line.split("  ")[-1] for line in answer.splitlines()}
    assert ways["model, cost a call"] == "by"
    assert ways["acme/plain@global"] == "batch"
    assert ways["haitang/peak@intl"] == "cheaper hours"
    assert ways["acme/likely@global"].strip().startswith("~$")  # waiting saves nothing there


def test_a_month_has_a_range_where_a_call_has_one_and_both_are_converted(tokencost: Run) -> None:
    """1,000 in and 100 to 300 out are 3 to 5 thousandths of a dollar: 30 to 50 for 10,000."""
    command = ("estimate", "--input-tokens", "1k", "-m", "plain", "-o", "100-300")
    answer = tokencost(*command, "--volume", "10k/month", "--currency", "CNY").stdout
    header, row = answer.splitlines()[:2]
    assert header.split("  ")[-1] == "CNY a month"
    assert row.split()[-4:] == ["~$40.00", "$30.00–50.00", "~¥0.0280", "~¥280.00"]
    best = next(line for line in answer.splitlines() if line.startswith("if it may wait"))
    assert best.split()[5:9] == ["~$0.00200", "~$20.00", "~¥140.00", "batch"]


@pytest.mark.parametrize(
    ("options", "amount"),
    [
        ((), "0.004"),
        (("--volume", "10k/month"), "40"),
        (("--volume", "10k/month", "--currency", "CNY"), "280"),
        (("--calls", "10"), "0.004"),
    ],
    ids=" ".join,
)
def test_quiet_prints_the_month_where_a_volume_is_given_and_else_a_call(
    options: tuple[str, ...], amount: str, tokencost: Run
) -> None:
    size = ("--input-tokens", "1k", "-m", "plain", "-o", "200", "-q", *options)
    assert tokencost("estimate", *size).stdout == f"{amount}\n"
    if "--calls" not in options:
        ranked = tokencost("compare", *size).stdout
        assert ranked == f"acme/plain@global\t{'CNY' if 'CNY' in options else 'USD'}\t{amount}\n"


def test_quiet_prints_no_call_where_a_month_is_asked_for_and_has_no_price(tokencost: Run) -> None:
    size = ("--input-tokens", "1k", "-m", "sale", "-o", "200", "-q")
    dated = ("--at", "2026-12-20", "--volume", "10k/month")
    result = tokencost("estimate", *size, *dated)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a day of the month has no known price" in result.stderr


RETIRED = """schema = 1
[[model]]
id = "old"
provider = "acme"
tokenizer = "o200k_base"
retired = 2026-06-30
replaced_by = "acme/plain"
  [[model.price]]
  until = 2026-06-30
  input = 8.0
  output = 40.0
  source = "Acme's page"
  checked = 2026-06-01
"""


def test_a_retired_model_says_since_when_and_what_took_its_place(
    tokencost: Run, folder: Path
) -> None:
    (folder / "retired.toml").write_text(RETIRED, encoding="utf-8")
    size = ("--input-tokens", "10", "-o", "5", "--prices", "retired.toml", "-m", "old")
    one = tokencost("estimate", *size).stdout
    assert "  retired 2026-06-30" in one
    assert "no savings  acme/old@global: retired on 2026-06-30, replaced by acme/plain\n" in one
    both = tokencost("compare", *size, "-m", "plain").stdout
    row = next(line for line in both.splitlines() if "acme/old" in line)
    assert row.split()[:2] == ["retired", "2026-06-30"]
    assert row.endswith("acme/plain")
    assert "no price" not in one + both


def test_a_comparison_in_one_currency_has_no_column_that_says_everything_twice(
    tokencost: Run,
) -> None:
    size = ("--input-tokens", "1k", "-o", "100", "-m", "plain")
    assert tokencost("compare", *size, "-m", "guess").stdout.lstrip().startswith("a call  ")
    both = tokencost("compare", *size, "-m", "tiered@cn").stdout
    assert both.lstrip().startswith("USD a call  ")


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        ((), ["a call", "1,000 calls"]),
        (("--volume", "9k/day"), ["a call", "a month"]),
        (("--volume", "9k/day", "--calls", "10"), ["a call", "10 calls", "a month"]),
    ],
    ids=str,
)
def test_a_month_takes_the_place_of_the_thousand_calls(
    options: tuple[str, ...], columns: list[str], tokencost: Run
) -> None:
    size = ("--input-tokens", "1k", "-o", "100", "-m", "plain")
    lines = tokencost("estimate", *size, *options).stdout.splitlines()
    names = [re.split(r" {2,}", line) for line in (lines[0], lines[3])]
    assert all([name for name in row if name in columns] == columns for row in names)
    assert sum("calls" in name for row in names for name in row) == 2 * (
        len(columns) - 1 - ("a month" in columns)
    )
