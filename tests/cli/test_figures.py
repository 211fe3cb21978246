"""Figures of every command, to check by hand against tests/prices.toml: JSON and -q."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.commands import COMMANDS, Run, run_command
from tokencost import json_schema, tokenizer_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What -q prints, a line each, and values of the JSON by their path."""

    quiet: tuple[str, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)


CASES = {
    "count": Case(
        quiet=("20",),
        figures={
            "prices": None,
            "results.*.input": ["a.md", "提示.md"],
            "results.*.tokens.input": [10, 10],
            "results.*.tokens.method": ["exact", "exact"],
            "totals.*.tokens": [
                {
                    "input": 20,
                    "input_low": 20,
                    "input_high": 20,
                    "method": "exact",
                    "tokenizer": "o200k_base",
                    "uncounted": [],
                }
            ],
        },
    ),
    "count-models": Case(
        quiet=("acme/plain 20", "acme/guess 18"),
        figures={
            "results.*.tokens.input": [10, 10, 10, 8],
            "results.*.tokens.input_low": [10, 10, 9, 7],
            "results.*.tokens.input_high": [10, 10, 12, 10],
            "results.*.tokens.tokenizer": ["o200k_base", "o200k_base", "doubao", "doubao"],
            "totals.*.tokens.input_high": [20, 22],
        },
    ),
    "count-requests": Case(
        quiet=("acme/plain 57", "acme/guess 60"),
        figures={
            "results.*.input": ["chat.json", "batch.jsonl:1", "batch.jsonl:2"] * 2,
            "results.*.kind": ["request"] * 6,
            # 8 of the texts; of a format that nobody knows 4 to begin with, and 4 a message
            "results.*.tokens.input": [19, 19, 19, 20, 20, 20],
            "results.*.format": ["openai_chat"] * 6,
            "results.*.tokens.uncounted": [["image"]] * 6,
            "results.*.tokens.overhead": [11, 11, 11, 12, 12, 12],
            "totals.*.tokens.input_low": [51, 18],
        },
    ),
    "estimate": Case(
        quiet=("0.00502",),
        figures={
            "results.0.usage": {
                "uncached_input": 10,
                "cache_read": 0,
                "cache_write": {},
                "output": 500,
            },
            "results.0.cost.input": "0.00002",  # 10 at 2
            "results.0.cost.output": "0.005",  # 500 at 10
            "results.0.cost.per_calls": "5.02",  # 1,000 of them
            "results.0.cost.month": None,
            "results.0.context": {"window": 100_000, "fits": True},
            "totals.0.expected": "0.00502",
            "scenarios.0.rows.*.id": [
                *("cache-explicit-5m", "cache-explicit-1h", "compress", "batch", "batch-cache")
            ],
            "scenarios.0.rows.*.applies": [True, True, False, True, True],
            "scenarios.0.rows.0.usage.*.calls": ["1", "999"],
            "scenarios.0.rows.0.usage.*.cost": ["0.005025", "0.005005"],  # written at 2.5, read 0.5
            "scenarios.0.rows.0.saving": "0.01498",  # 999 times 10 at 1.5, but 10 at 0.5 more once
            "scenarios.0.rows.0.worst_case": "5.025",  # written every time
            "scenarios.0.rows.*.break_even_calls": [2, 3, None, None, None],
            "scenarios.0.rows.1.break_even_per_hour": "1.33333333333",  # 2 / 1.5
            "scenarios.0.best.name": "as it is",
            "scenarios.0.best_if_waiting.name": "batch",
            "scenarios.0.rows.*.certainty": [
                *("possible", "possible", "guaranteed", "guaranteed", "possible")
            ],
            "scenarios.0.rows.*.content": ["lossless"] * 5,
            "scenarios.0.rows.0.reason": "it changes the cost by less than 1 %",
            "scenarios.0.rows.3.reason": "batch results may take up to 24 hours",
            "scenarios.0.best_if_waiting.per_call": "0.00251",
            "scenarios.0.best_if_waiting.saving_percent": "50",
        },
    ),
    "estimate-input-only": Case(
        quiet=("0.00002",),
        figures={
            "assumptions.output_tokens": None,
            "results.0.tokens.output": 0,
            "results.0.cost.output": "0",
            "scenarios.0.rows.0.per_call": "0.00000502",  # (10 at 2.5 + 9,990 at 0.5) / 1,000
            "scenarios.0.rows.1.per_call": "0.000005035",  # (10 at 4 + 9,990 at 0.5) / 1,000
            "scenarios.0.rows.4.per_call": "0.00000251",  # half of the first
            "scenarios.0.best_if_waiting.per_calls": "0.01",
        },
    ),
    "estimate-many": Case(
        quiet=(
            "acme/plain@global CNY 42168",  # a month: 6,024 dollars at 7
            "haitang/tiered@cn CNY 6028.5",
            "acme/guess@global CNY 84302.4",
            "acme/likely@global CNY 8484",
        ),
        figures={
            "assumptions.output_tokens": {"low": 200, "expected": 500, "high": 800},
            "assumptions.calls": 10,
            "assumptions.volume_per_month": "600000",  # 20,000 on 30 days
            "fx.*.rate": ["7"],
            "results.0.cost.low": "0.00202",  # 10 at 2 + 200 at 10
            "results.0.cost.high": "0.00802",  # 10 at 2 + 800 at 10
            "results.0.cost.month": "3012",
            "results.0.cost.month_low": "1212",  # 0.00202 x 600,000
            "results.0.cost.month_high": "4812",
            "results.0.cost_converted": {  # all of it at 7
                "currency": "CNY",
                "expected": "0.03514",
                "low": "0.01414",
                "high": "0.05614",
                "per_calls": "0.3514",
                "month": "21084",
                "month_low": "8484",
                "month_high": "33684",
            },
            "results.2.cost_converted": None,  # it is in CNY
            "results.5.cost.low": "0.004028",  # 7 at 4 + 200 at 20
            "results.5.cost.high": "0.01604",  # 10 at 4 + 800 at 20
            "results.*.tokens.method": [*["exact"] * 4, *["estimated"] * 2, *["assumed"] * 2],
            "totals.*.expected": ["0.01004", "0.0100475", "0.020072", "0.00202"],
            "totals.*.tokens.input_low": [20, 19, 16, 15],
            "totals.*.calls": [2] * 4,
            "totals.0.month": "6024",
            "totals.0.month_high": "9624",
            "totals.0.converted.month": "42168",
            "totals.1.converted": None,
            "scenarios.*.prefix.tokens": [0, 0, 0, 0],
            "scenarios.0.prefix.ends_at.text": "# Hello",
            "scenarios.*.best_if_waiting.name": ["batch", "batch", "batch", "as it is"],
            "scenarios.*.best_if_waiting.saving_percent": ["50", "50", "75", "0"],
            "scenarios.0.best_if_waiting.month": "3012",  # half of two inputs
            "scenarios.0.best_if_waiting.converted": {
                "currency": "CNY",
                "per_call": "0.01757",  # half of 0.03514
                "per_calls": "0.3514",  # 20 of them
                "month": "21084",
            },
            "scenarios.1.best_if_waiting.converted": None,
        },
    ),
    "estimate-number": Case(
        quiet=("0.044725",),
        figures={
            "results.0.usage": {
                "uncached_input": 5_000,
                "cache_read": 30_000,
                "cache_write": {"5m": 5_000},
                "output": 100,
            },
            "results.0.kind": "tokens",
            "results.0.format": None,
            "results.0.cost.parts": {
                "uncached_input": "0.02",
                "cache_read": "0.0075",
                "cache_write": "0.015625",
                "storage": None,
                "fees": None,
            },
            "results.0.cost.input": "0.043125",  # 5,000 at 4 + 30,000 at 0.25 + 5,000 at 3.125
            "results.0.cost.output": "0.0016",  # 100 at 16
            "results.0.price.tier": "input >= 32,001",
            "results.0.price.cache_read": "0.25",  # the explicit cache's
            "results.0.tokens.method": "supplied",
            "scenarios.*.best": [None],
            "scenarios.*.rows": [[]],
            "scenarios.*.reason": [
                "which tokens are cached is given: there is nothing to compare with"
            ],
        },
    ),
    "estimate-peak": Case(
        quiet=(),
        figures={
            "results.*.model": ["haitang/peak", "haitang/sale"],
            "results.*.price.hours": ["peak", None],
            "results.*.price.input": ["2", "4"],
            "results.*.cost.expected": [
                "0.000028",
                "0.000048",
            ],  # 10 at 2 + 1 at 8, 10 at 4 + 1 at 8
            "results.*.price.until": [None, "2026-12-31"],
            "scenarios.0.best_if_waiting.name": "cheaper hours",
            "scenarios.0.best_if_waiting.per_call": "0.000014",
            "scenarios.1.best_if_waiting.saving": "0",
            "errors.*.code": ["tokenizer"],  # none is recorded
            "errors.*.model": ["haitang/promised"],
        },
    ),
    "estimate-requests": Case(
        quiet=("acme/plain@global USD 0.000128", "haitang/tiered@cn CNY 0.0000975"),
        figures={
            "results.*.tokens.input": [19, 21],
            "results.*.tokens.overhead": [11, 13],
            "results.*.cost.input": ["0.000038", "0.0000525"],  # at 2 and 2.5
            "results.*.cost.output": ["0.00009", "0.000045"],  # 9 at 10, and at 5 for so few
            "results.*.price.tier": [None, "input <= 32,000, output <= 200"],
            # Its image is not counted: no way of paying less is promised.
            "scenarios.*.best_if_waiting.saving_percent": ["0", "0"],
        },
    ),
    "estimate-no-price": Case(
        quiet=(),
        figures={
            "results.*.cost.expected": [None, "0.8"],  # 200,000 at 4
            "results.*.price.mode": [None, "standard"],
            "results.0.context": {"window": 100_000, "fits": False},
            "scenarios.*.reason": ["an input has no price", None],
            "scenarios.1.best_if_waiting.per_call": "0.2",  # 200,000 at 1 in a batch
            "errors.*.code": ["does_not_fit"],
            "errors.*.model": ["acme/plain"],
        },
    ),
    "compare": Case(
        quiet=(
            "haitang/tiered@cn USD 60.285",  # a month: 0.0020095 x 30,000
            "acme/likely@global USD 60.6",
            "haitang/tiered@intl USD 150.57",
            "acme/plain@global USD 301.2",
            "acme/guess@global USD 602.16",
        ),
        figures={
            "fx": [{"pair": "USD/CNY", "rate": "5", "date": None, "source": "given with --fx"}],
            "results.*.rank": [1, 2, 3, 4, 5],
            "results.*.cost.currency": ["CNY", "USD", "USD", "USD", "USD"],
            "results.0.cost.expected": "0.0100475",  # 19 at 2.5 + 1,000 at 10, 5 CNY a dollar
            "results.*.cost.month": ["301.425", "60.6", "150.57", "301.2", "602.16"],
            "results.0.cost.month_low": "61.425",  # 200 output tokens are at 5
            "results.*.month_common": ["60.285", "60.6", "150.57", "301.2", "602.16"],
            "results.0.ratio": "1",
            "assumptions.currency": "USD",
        },
    ),
    "compare-site": Case(
        quiet=(
            "haitang/tiered@cn USD 0.0342857142857",
            "haitang/tiered@intl USD 0.06",
        ),
        figures={
            "results.*.cost.expected": ["0.24", "0.06"],  # 60,000 at 4, in the tier, and at 1
            "results.*.ratio": ["1", "1.75"],  # 0.06 * 7 / 0.24
            "results.1.warnings.*.text": ["unchecked since 2026-06-01"],
            "warnings.*.about": ["haitang/tiered@intl", None],  # the exchange rate's is for all
        },
    ),
    "check": Case(
        quiet=("pass",),
        figures={
            "status": "pass",
            "findings.*.judged": ["20"],
            "findings.*.headroom": ["0"],
            "findings.*.unit": ["tokens"],
            "prices.as_of": "2026-11-22",
        },
    ),
    "check-all": Case(
        quiet=("pass",),
        figures={
            "findings.*.rule": [
                "max_tokens",
                *["max_tokens_per_file"] * 2,
                *["max_cost_per_call"] * 2,
            ],
            "findings.*.status": ["pass"] * 5,
            "findings.*.headroom": ["0", "10", "10", "0.00286", "0.00286"],
            "findings.3.judged": "0.00714",  # (10 at 2 + 100 at 10) at 7 CNY
            "findings.3.unit": "CNY",
        },
    ),
    "check-budgets": Case(
        quiet=("fail",),
        figures={
            "status": "fail",
            "findings.*.budget": [*["sizes"] * 3, *["costs"] * 5, None],
            "findings.0.judged": "20",
            "findings.1.headroom": "2",  # 10 of 12, more than 80 %
            "findings.*.status": ["fail", "warn", "warn", *["pass"] * 5, "warn"],
            "findings.3.judged": "61.2",  # 2 x (10 at 2 + 100 at 10) x 30,000
            "findings.8.base": "12",
        },
    ),
    "models": Case(
        quiet=(
            *("acme/plain@global", "acme/guess@global", "acme/likely@global", "acme/shared@global"),
            *("haitang/shared@cn", "haitang/tiered@cn", "haitang/tiered@intl"),
            *("haitang/peak@intl", "haitang/sale@cn", "haitang/promised@intl"),
        ),
        figures={
            "results.0.aliases": ["simple"],
            "results.0.prices.0.rates.cache_write": {"5m": "2.5", "1h": "4"},
            "results.1.prices.0.modes.batch.input": "1",
            "results.2.tokenizer.assumed": "Acme has not said",
            "results.2.max_input": 50_000,
            "results.*.tokenizer.method": [
                *("exact", "estimated", "assumed", "exact", "exact"),
                *("exact", "exact", "exact", "exact", "none"),
            ],
            "results.0.prices.0.modes.batch.cache_write": {"5m": "1.25", "1h": "2"},  # half of it,
            "results.9.prices.0.confidence": "low",
        },
    ),
    "models-query": Case(
        quiet=("haitang/shared@cn", "haitang/tiered@cn", "haitang/sale@cn"),
        figures={
            "results.*.model": ["haitang/shared", "haitang/tiered", "haitang/sale"],
            "results.*.currency": ["CNY"] * 3,
            "results.0.prices.0.price_kind": "free",
        },
    ),
    "models-show": Case(
        quiet=("haitang/tiered@cn", "haitang/tiered@intl"),
        figures={
            "results.0.prices.0.rates.output_thinking": "40",
            "results.0.prices.0.rates.cache_read_explicit": "0.25",
            "results.0.prices.0.tiers.*.rates.input": ["4", "7", "2.5"],  # the last is inherited
            "results.0.prices.0.tiers.*.rates.output": ["16", "28", "5"],
            "results.0.prices.0.tiers.*.rates.cache_read": ["0.8", "1.4", "0.5"],
            "results.0.prices.0.modes.batch.output": "5",
            "results.0.prices.0.modes.flex.cache_read": None,  # its own rates are all it has
            "results.0.prices.0.tiers.*.modes.batch.input": ["2", "3.5", "1.25"],
            "results.0.prices.0.tiers.*.modes.flex": [None] * 3,  # not known for tiers
            "results.0.prices.0.input_max": 128_000,
            "results.0.prices.0.fees": {"web_search": "4"},
            "results.0.prices.0.page": "haitang.example/prices",
            "results.1.prices.0.checked": "2026-06-01",
        },
    ),
    "models-show-site": Case(
        quiet=("haitang/sale@cn",),
        figures={
            "results.*.prices.0.in_force": [False],
            "results.*.prices.1.in_force": [True],
            "results.0.prices.*.rates.input": ["8", "4"],
            "results.0.prices.1.list.output": "16",
            "results.0.prices.*.until": ["2026-10-31", "2026-12-31"],
        },
    ),
    "models-select": Case(
        quiet=("acme/plain@global", "acme/guess@global"),
        figures={"results.*.context": [100_000, 1_000_000]},
    ),
    "prices-validate": Case(
        quiet=("valid",), figures={"valid": True, "models": 1, "rows": 1, "mistakes": []}
    ),
    "prices-validate-mistakes": Case(
        quiet=("invalid",),
        figures={
            "valid": False,
            "mistakes.*.message": [
                "broken.toml:8: model acme/plain, price row 1: checked is missing",
                "broken.toml:9: model acme/plain, price row 1: input must be finite and not "
                "negative, not -3.0",
                "broken.toml:12: model acme/plain, price row 1: unknown key chekced = "
                "datetime.date(2026, 11, 20)",
            ],
            "mistakes.2.hint": "did you mean checked?",
        },
    ),
    "prices-add": Case(
        quiet=("haitang/tiered@cn",),
        figures={
            "dry_run": True,
            "changes.*.what": ["added"],
            "changes.*.detail": ["2 in, 8 out from 2026-12-01"],
        },
    ),
    "prices-import": Case(
        quiet=("new/large@global",),
        figures={
            "dry_run": False,
            "changes.*.what": ["skipped", "added", "skipped"],
            "changes.*.name": ["plain", "new/large@global", "acme/image"],
            "changes.1.detail": "1 in, 4 out",
        },
    ),
    "prices-diff": Case(
        quiet=("acme/plain@global", "contract"),
        figures={
            "added": [],
            "removed": [],
            "changed.0.old": "2",
            "changed.0.new": "3",
            "changed.0.change": "1.5",
            "changed.*.key": [
                *("input", "cache_read", "cache_write 5m", "cache_write 1h", "modes batch"),
                *("source", "checked", "haitang % off"),
            ],
        },
    ),
    "session": Case(
        quiet=("7.7955",),  # a month of 300 sessions at 0.025985
        figures={
            "results.0.turns.*.input": [1_710, 3_710, 5_710],  # 10 + 1,700, then 2,000 more
            "results.0.turns.1.billed.*.cache_read": [1_710],
            "results.0.turns.1.billed.*.cache_write": [{"5m": 2_000}],
            "results.0.turns.1.with_cache": "0.008855",  # 1,710 at 0.5, 2,000 at 2.5, 300 at 10
            "results.0.total.without_cache": "0.03126",  # 11,130 at 2, 900 at 10
            "results.0.total.saving": "0.005275",
            "results.0.total.month": "7.7955",  # 300 sessions
            "results.0.cache": {
                "kind": "explicit",
                "ttl": "5m",
                "hit_rate": "1",
                "certainty": "possible",  # acme promises no hits
            },
        },
    ),
    "session-models": Case(
        quiet=(
            "acme/plain@global CNY 4.1566",
            "haitang/tiered@cn CNY 0.59968125",
            "acme/guess@global CNY 13.104",
        ),
        figures={
            "results.*.compact_at": [12_000] * 3,
            "results.*.total.calls": [45] * 3,  # 5 agents, 8 turns and a summary each
            "results.*.total.cache_read": [266_850, 266_850, 0],
            "results.*.total.without_cache": ["0.936", "1.1275", "1.872"],
            "results.0.total.converted.cost": "4.1566",
            "results.0.total.converted.without_cache": "6.552",  # 0.936 at 7
            "results.0.total.converted.month": None,
            "results.0.turns.5.kind": "compaction",
            "results.0.turns.1.billed.*.share": ["0.9", "0.1"],
            "results.2.cache": None,
        },
    ),
    "tokenizers-list": Case(
        quiet=tokenizer_names(),
        figures={
            "results.*.origin": ["shipped"] * 27,
            "results.*.method": ["exact"] * 13 + ["reconstructed"] * 3 + ["estimated"] * 11,
        },
    ),
    "compress": Case(
        quiet=("33",),
        figures={
            "results.0.before.input": 55,
            "results.0.after.input": 33,
            "results.0.content_type": "markdown",
            "results.0.steps.*.after": [49, 42, 38, 33, None, None, None, None, None],
            "results.0.steps.*.accepted": [True] * 4 + [False] * 5,
        },
    ),
    "compress-model": Case(
        quiet=("114",),
        figures={
            "results.*.model": ["acme/guess"],
            "results.*.before.input": [140],
            "results.0.steps.*.after": [114, None],
        },
    ),
    "compress-request": Case(
        quiet=("19",),
        figures={
            "results.0.steps.*.accepted": [False, False],
            "results.0.before.overhead": 11,
            "results.0.after.input_high": None,
        },
    ),
    "compress-list": Case(
        quiet=(
            *("html-markdown", "json-compact", "json-characters", "json-columns"),
            *(
                "embedded-json",
                "python-comments",
                "code-comments",
                "markdown-comments",
                "markdown-badges",
            ),
            *("markdown-tables", "duplicate-paragraphs", "full-width", "markdown-whitespace"),
            *("whitespace", "space-runs", "log-times", "llmlingua"),
        ),
        figures={
            "results.0.kinds": ["html"],
            "results.4.prefix_stable": False,
            "results.16.runs": "by name",
        },
    ),
}


def values_at(report: Any, path: str) -> Any:
    """Return the value at *path*; a star stands for every entry of a list."""
    key, _, rest = path.partition(".")
    if key == "*":
        return [values_at(entry, rest) if rest else entry for entry in report]
    if report is None:
        return None
    value = report[int(key)] if isinstance(report, list) else report[key]
    return values_at(value, rest) if rest else value


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
def test_figures_are_those_computed_by_hand(name: str, tokencost: Run) -> None:
    output = run_command(tokencost, name, "--json").stdout
    report = json.loads(output)
    figures = CASES[name].figures
    assert {path: values_at(report, path) for path in figures} == figures
    assert list(report)[:5] == ["schema", "schema_version", "tool", "prices", "fx"]
    assert output == json.dumps(report, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
def test_quiet_prints_the_result_alone(name: str, tokencost: Run) -> None:
    output = run_command(tokencost, name, "-q").stdout
    assert [line.replace("\t", " ") for line in output.splitlines()] == list(CASES[name].quiet)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
def test_json_keeps_its_schema(name: str, tokencost: Run) -> None:
    report = json.loads(run_command(tokencost, name, "--json").stdout)
    schema = json_schema(report["schema"].removeprefix("tokencost."))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(report)


@pytest.mark.parametrize("command", ["count", "estimate", "compare", "session"])
def test_every_way_of_counting_keeps_the_schema(command: str, tokencost: Run) -> None:
    text = ("--system", "README.md") if command == "session" else ("--text", "hi")
    Path("README.md").write_text("hi", encoding="utf-8")
    for name in tokenizer_names():
        args = (command, *text, "-m", "plain", "--tokenizer", name, "--json")
        schema = json_schema(command)
        Draft202012Validator(schema).validate(json.loads(tokencost(*args).stdout))
