"""The options of the scenarios of `estimate`."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.price_tables import model, price_file
from tokencost import builtin_path
from tokencost.report.scenarios import break_even_words
from tokencost.scenarios import BreakEven

Run = Callable[..., Result]
TEN = ("estimate", "--input-tokens", "10000", "--prefix-tokens", "8000", "-m", "plain")


def rows(result: Result) -> dict[str, str]:
    (savings,) = json.loads(result.stdout)["scenarios"]
    return {row["id"]: row["per_calls"] for row in savings["rows"]}


def test_scenarios_are_of_the_number_of_calls(tokencost: Run) -> None:
    costs = rows(tokencost(*TEN, "--calls", "10", "--json"))
    # plain: 2 in, 0.5 read, 2.5 written for 5 minutes, half as a batch
    assert costs["cache-explicit-5m"] == "0.096"  # 0.02 + 0.004, nine times 0.004 + 0.004
    assert costs["batch"] == "0.1"


def test_the_volume_says_how_many_calls_hit_a_cache(tokencost: Run) -> None:
    hourly = tokencost(*TEN, "--volume", "10/hour", "--json")
    assert rows(hourly) == rows(tokencost(*TEN, "--volume", "7.2k/month", "--json"))
    rare = tokencost(*TEN, "--volume", "7/month", "-v").stdout
    assert "Poisson arrivals, 0.00972 calls an hour: expected hit rate 0.1 %" in rare
    often = tokencost(*TEN, "--volume", "20k/hour", "-v").stdout
    assert "Poisson arrivals, 20000 calls an hour: expected hit rate above 99.9 %" in often
    assert "10 calls an hour:" in tokencost(*TEN, "--volume", "10/hour", "-v").stdout


@pytest.mark.parametrize(
    ("site", "volume", "saving", "best"),
    [
        ("cn", "100/month", "-16.3", "as it is"),
        ("cn", "20000/month", "54.2", "explicit cache 5m"),
        ("intl", "100/month", "-15.8", "as it is"),
        ("intl", "20000/month", "52.4", "explicit cache 5m"),
    ],
)
def test_a_cache_pays_from_enough_calls_on(
    tokencost: Run, site: str, volume: str, saving: str, best: str
) -> None:
    sizes = ("--input-tokens", "7500", "--prefix-tokens", "6000", "-o", "300")
    prices = ("--prices", str(builtin_path()), "-m", f"qwen3-max@{site}")
    result = tokencost("estimate", *sizes, *prices, "--volume", volume, "--json")
    (savings,) = json.loads(result.stdout)["scenarios"]
    (cache,) = (row for row in savings["rows"] if row["id"] == "cache-explicit-5m")
    assert cache["saving_percent"] == saving
    assert savings["best"]["name"] == best


def test_only_the_scenarios_that_are_named_are_shown(tokencost: Run) -> None:
    assert set(rows(tokencost(*TEN, "--scenario", "batch", "--json"))) == {"batch", "batch-cache"}


def test_the_table_has_no_row_of_the_best_beside_the_scenarios_that_are_named(
    tokencost: Run,
) -> None:
    named = tokencost(*TEN, "--scenario", "cache").stdout
    assert not lines_of(named, "batch ")
    assert lines_of(named, "as it is")


def lines_of(output: str, *labels: str) -> list[str]:
    """Return the lines that begin with one of *labels*, their words one blank apart."""
    lines = (" ".join(line.split()) for line in output.splitlines())
    return [line for line in lines if line.startswith(labels)]


def test_the_best_at_once_and_the_best_that_may_wait_are_two_lines(tokencost: Run) -> None:
    output = tokencost(*TEN, "--calls", "10", "--hit-rate", "1").stdout
    # 0.02 a call: cached 0.025 - 0.001 + 9 times 0.008 for ten, and half of that in a batch
    assert lines_of(output, "best", "at once", "if it may wait") == [
        "best scenario a call trade-off",
        "at once explicit cache 5m $0.00960",
        "if it may wait explicit cache 5m + batch $0.00480 batch results may take up to 24 hours",
    ]


def test_the_best_of_calls_that_are_a_batch_is_not_at_once(tokencost: Run) -> None:
    output = tokencost(*TEN, "--mode", "batch").stdout
    assert lines_of(output, "in a batch", "at once") == ["in a batch as it is $0.0100"]


def test_a_scenario_that_costs_less_says_why_it_is_not_the_best(tokencost: Run) -> None:
    output = tokencost(*TEN, "--calls", "10").stdout
    assert lines_of(output, "at once", "why not more") == [
        "at once as it is $0.0200",
        "why not more explicit cache 5m, explicit cache 1h, explicit cache 5m + batch: "
        "the provider does not guarantee hits (--hit-rate)",
    ]


TEXT = ("estimate", "--text", "hello " * 2_000, "-m", "plain", "--volume", "20000/month")


def test_a_text_given_once_is_not_taken_for_one_that_is_sent_again(tokencost: Run) -> None:
    output = tokencost(*TEXT).stdout
    assert lines_of(output, "at once", "prefix") == [
        "at once as it is $0.00400 $80.04 nothing says that it repeats (--hit-rate)"
    ]
    (cached,) = lines_of(output, "explicit cache 1h $")
    assert cached.endswith("possible, if sent again")
    again = tokencost(*TEXT, "--calls", "1000", "-v").stdout
    assert "if sent again" not in again
    assert lines_of(again, "prefix")


def test_a_change_below_1_per_cent_has_no_row_but_json_has_it(tokencost: Run) -> None:
    args = ("estimate", "--text", "hello", "-m", "plain", "-o", "500")  # 0.3 % of it is input
    assert lines_of(tokencost(*args).stdout, "explicit cache 5m $") == []
    (savings,) = json.loads(tokencost(*args, "--json").stdout)["scenarios"]
    cached = savings["rows"][0]
    assert (cached["id"], cached["applies"]) == ("cache-explicit-5m", True)
    assert cached["reason"] == "it changes the cost by less than 1 %"
    named = tokencost(*args, "--scenario", "cache").stdout
    assert len(lines_of(named, "explicit cache")) == 2


def test_a_loss_that_is_only_possible_has_a_row(tokencost: Run) -> None:
    args = ("estimate", "--input-tokens", "10000", "--prefix-tokens", "500", "-m", "plain")
    output = tokencost(*args, "--calls", "2").stdout
    # of 0.04: 500 tokens written at 4 and read at 0.5 lose 0.00025, written twice 0.002
    (cached,) = lines_of(output, "explicit cache 1h $")
    assert "-5.0 to -0.6 % 3rd call" in cached


@pytest.mark.parametrize(
    ("split", "cost"),
    [
        ((), "0.025"),  # 10,000 are written at 2.5: the provider does so unless it is told not to
        (("--cached-tokens", "0"), "0.02"),  # none is cached: all are input at 2
        (("--cache-write-tokens", "0"), "0.02"),
        (("--cached-tokens", "1000"), "0.0181"),  # 1,000 read at 0.1, the others at 2
        (("--cached-tokens", "0", "--cache", "implicit"), "0.025"),
    ],
)
def test_who_says_that_nothing_is_cached_pays_for_plain_input(
    tokencost: Run, split: tuple[str, ...], cost: str
) -> None:
    written = {"implicit": {"ttl": ["30m"], "write_x": {"30m": 1.25}}, "source": "page"}
    prices = price_file(model("writes", input=2, output=10, cache_read=0.1, cache=written))
    Path("own.toml").write_bytes(prices)
    args = ("estimate", "--input-tokens", "10000", "-o", "0", "-m", "writes", *split)
    assert tokencost(*args, "--prices", "own.toml", "-q").stdout == f"{cost}\n"


def test_where_there_are_no_scenarios_a_line_says_why(tokencost: Run) -> None:
    args = ("estimate", "--input-tokens", "100", "--cached-tokens", "50", "-m", "plain")
    why = "which tokens are cached is given: there is nothing to compare with"
    assert lines_of(tokencost(*args).stdout, "no savings") == [
        f"no savings acme/plain@global: {why}"
    ]
    (savings,) = json.loads(tokencost(*args, "--json").stdout)["scenarios"]
    assert (savings["reason"], savings["best"], savings["rows"]) == (why, None, [])


def test_several_models_are_one_table_of_models_by_variants(tokencost: Run) -> None:
    output = tokencost(*TEN, "-m", "tiered", "--calls", "10").stdout
    heading, plain = lines_of(output, "model, cost a call", "acme/plain@global $")
    assert heading == "model, cost a call as it is cached batch best if it may wait by"
    assert plain == "acme/plain@global $0.0200 $0.00960 possible $0.0100 $0.0200 $0.0100 batch"


@pytest.mark.parametrize("args", [("--no-scenarios",), ("-f", "csv"), ("-q",)])
def test_scenarios_can_be_left_out(tokencost: Run, args: tuple[str, ...]) -> None:
    assert "batch" not in tokencost(*TEN, *args).stdout


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("plain", "--hit-rate", "0.9"), "cannot tell which part of the input repeats"),
        (("sale", "--prefix-tokens", "5"), "the model has no cache with a known rate"),
        (("peak", "--hit-rate", "0.9"), "the model has no cache with a known rate"),
    ],
)
def test_who_asks_for_a_cache_that_saves_nothing_is_told_why(
    tokencost: Run, args: tuple[str, ...], reason: str
) -> None:
    model, *asked = args
    command = ("estimate", "--input-tokens", "10", "-o", "5", "-m", model)
    assert lines_of(tokencost(*command).stdout, "why not more") == []
    (line,) = lines_of(tokencost(*command, *asked).stdout, "why not more")
    assert reason in line


def test_who_asks_for_a_kind_of_cache_and_gets_the_other_is_told_why(tokencost: Run) -> None:
    command = ("estimate", "--input-tokens", "10000", "-o", "5", "-m", "doubao-seed-2.0-pro")
    asked = (*command, "--prefix-tokens", "8k", "--calls", "9", "--prices", str(builtin_path()))
    ((_, reason),) = (
        line.split(": ", 1)
        for line in tokencost(*asked, "--cache", "explicit").stdout.splitlines()
        if line.startswith("why not more  explicit cache: ")
    )
    assert reason == "storage is billed by the hour, as long as is asked: --cache-ttl"
    assert "explicit cache" not in tokencost(*asked).stdout


def test_cheaper_hours_are_named(tokencost: Run) -> None:
    command = ("estimate", "--text", "hello", "-m", "peak", "-o", "5", "--at", "2026-11-23")
    output = tokencost(*command).stdout
    assert "only outside mon-fri 09:00-12:00 and 14:00-18:00 Asia/Shanghai" in output


def test_a_table_of_scenarios_fits_a_hundred_columns(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokencost.cli.output.terminal_width", lambda: 100)
    output = tokencost(*TEN, "--volume", "1000/day", "--color", "always").stdout
    for text in ("a month", "saving", "break-even", "certainty", "guaranteed"):
        assert text in output


@pytest.mark.parametrize(
    ("args", "error", "hint"),
    [
        (("--volume", "often"), '--volume "often" is not a volume', "2.5/hour"),
        (("--volume", "0/hour"), '--volume "0/hour" is not a volume', "2.5/hour"),
        (("--rate", "20/h"), 'unknown option "--rate"', "did you mean --hit-rate?"),
        (("--hit-rate", "2"), '--hit-rate "2" is not a share', "0.9"),
        (("--scenario", "magic"), "unknown scenario 'magic'", "batch"),
    ],
)
def test_a_mistake_is_exit_2(tokencost: Run, args: tuple[str, ...], error: str, hint: str) -> None:
    result = tokencost(*TEN, *args)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert error in first
    assert hint in second


def test_a_prefix_longer_than_the_input_leaves_the_price_and_says_why(tokencost: Run) -> None:
    result = tokencost(*TEN[:3], "--prefix-tokens", "10001", "-m", "plain")
    assert result.exit_code == 2
    assert "$0.0200" in result.stdout
    assert "a prefix of 10,001 tokens is longer than <input tokens> (10,000)" in result.stderr


@pytest.mark.parametrize(
    ("calls", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (12, "12th"), (21, "21st")]
)
def test_a_break_even_is_an_ordinal_number(calls: int, words: str) -> None:
    assert break_even_words(BreakEven(calls=calls)) == f"{words} call"


def test_an_answer_with_scenarios_fits_23_rows_of_80_columns(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokencost.cli.output.terminal_width", lambda: 80)
    template = "Section: press the green key and wait.\n" * 700 + "{{question}}"
    output = tokencost("estimate", "--text", template, "-m", "plain", "-o", "500", "--color=always")
    lines = re.sub(r"\x1b\[[\d;]*m", "", output.stdout).splitlines()
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80
    assert lines_of("\n".join(lines), "at once", "batch + explicit cache 5m")


def test_a_placeholder_may_be_named_and_a_text_called_final(tokencost: Run, tmp_path: Path) -> None:
    prompt = tmp_path / "p.md"
    prompt.write_text("Be brief.\n" * 50 + "About [topic].\n" + "Write for {reader}.\n")

    def line(*args: str) -> object:
        output = tokencost("estimate", str(prompt), "-m", "plain", "-o", "9", "--json", *args)
        ends_at = json.loads(output.stdout)["scenarios"][0]["prefix"]["ends_at"]
        return ends_at and (ends_at["line"], ends_at["reason"])

    assert line() == (52, "placeholder")
    assert line("--placeholder", r"\[[a-z ]+\]") == (51, "placeholder")
    assert line("--final") is None


def test_a_cost_of_a_text_with_placeholders_says_that_they_are_not_filled_in(
    tokencost: Run,
) -> None:
    template = ("estimate", "--text", "Answer this: {question}", "-m", "plain")
    assert "placeholders unfilled ·" in tokencost(*template).stdout
    assert "unfilled" not in tokencost(*template, "--final").stdout


def test_a_final_text_with_placeholders_is_refused(tokencost: Run) -> None:
    result = tokencost(*TEN, "--final", "--placeholder", "x")
    assert result.exit_code == 2
    assert "error: a final text has no placeholders" in result.stderr
    result = tokencost(*TEN, "--placeholder", "[")
    assert result.exit_code == 2
    assert 'error: placeholder "[" is not a regular expression' in result.stderr
    result = tokencost(*TEN, "--placeholder", "(a|a)*b(?=c)", "-q")
    assert result.exit_code == 2
    assert 'error: placeholder "(a|a)*b(?=c)" looks around' in result.stderr


def test_no_amount_has_more_digits_than_mean_something(tokencost: Run) -> None:
    """Hits at random are a mean that never ends; 12 digits of it are written, and of no other."""
    size = ("--input-tokens", "7500", "--prefix-tokens", "6000", "-o", "300", "-m", "plain")
    (savings,) = json.loads(
        tokencost("estimate", *size, "--volume", "20/hour", "--currency", "CNY", "--json").stdout
    )["scenarios"]
    texts: list[str] = []
    for row in savings["rows"]:
        amounts = [row[key] for key in ("per_call", "per_calls", "month", "saving", "worst_case")]
        amounts += [*(row["converted"] or {}).values(), *(part["calls"] for part in row["usage"])]
        texts += [text for text in amounts if text and text[-1].isdigit()]
    assert len(texts) > 20
    assert all(len(text.replace(".", "").lstrip("-0")) <= 12 for text in texts)


SHIPPED = ("estimate", "-m", "gpt-4o", "--prices", str(builtin_path()))


def test_a_cache_that_is_named_and_does_not_apply_says_why(tokencost: Run) -> None:
    short = (*SHIPPED, "--text", "hello world")
    assert lines_of(tokencost(*short).stdout, "why not more") == []
    assert lines_of(tokencost(*short, "--scenario", "cache").stdout, "why not more") == [
        "why not more implicit cache: prefix of 2 tokens is below the cache minimum of 1,024"
    ]


def test_a_cache_whose_lifetime_nobody_publishes_is_possible_with_a_volume_as_without(
    tokencost: Run,
) -> None:
    """10,000 at 2.5 and 500 at 10 are $0.03 a call; each that reads 8,000 at 1.25 saves $0.01."""
    calls = (*SHIPPED, "--input-tokens", "10000", "--prefix-tokens", "8000", "-o", "500")
    for volume in ((), ("--volume", "20/hour")):
        (cached,) = lines_of(tokencost(*calls, *volume).stdout, "implicit cache $")
        assert "0.0 to 33.0 %" in cached  # 999 of 1,000 read 7,936, in steps of 128
        assert cached.endswith("possible")
        assert lines_of(tokencost(*calls, *volume).stdout, "why not more") == [
            "why not more implicit cache, implicit cache + batch: the provider does not guarantee "
            "hits (--hit-rate)"
        ]
    given = tokencost(*calls, "--volume", "20/hour", "--hit-rate", "90%").stdout
    assert lines_of(given, "why not more") == []
    (cached,) = lines_of(given, "implicit cache $")
    assert cached.endswith("expected")


def test_several_models_name_the_option_once(tokencost: Run) -> None:
    several = (*TEN, "-m", "tiered")
    output = tokencost(*several).stdout
    assert output.count("--hit-rate") == 1
    assert lines_of(output, "why not more") == [
        "why not more what a cache saves is only possible where nothing says how many calls hit "
        "it (--hit-rate)"
    ]
    assert "--hit-rate" not in tokencost(*several, "--hit-rate", "90%").stdout


def test_a_hit_rate_says_that_a_prefix_is_long_enough_whose_range_begins_too_low(
    tokencost: Run,
) -> None:
    text = "".join(f"line {number} of some text 第二\n" for number in range(120))  # 959 to 1,210
    args = ("estimate", "--text", text, "--calls", "10", "-m", "qwen3-max", *SHIPPED[3:])
    (line,) = lines_of(tokencost(*args).stdout, "why not more explicit cache 5m")
    assert line.endswith("may be below the cache minimum of 1,024 (--hit-rate)")
    (cached,) = lines_of(tokencost(*args, "--hit-rate", "80%").stdout, "explicit cache 5m")
    assert cached.endswith("expected")


def test_caches_of_several_models_that_lack_the_hit_rate_name_the_option_once(
    tokencost: Run,
) -> None:
    args = (*SHIPPED, "-m", "deepseek-flash", "--input-tokens", "10000", "--prefix-tokens", "8000")
    output = tokencost(*args, "--volume", "20/hour").stdout
    (line,) = lines_of(output, "why not more")
    assert line.endswith("where nothing says how many calls hit it (--hit-rate)")
    assert output.count(" possible  ") == 2
