"""The answer of `count` as sheet, JSON and CSV."""

from collections.abc import Iterable, Sequence
from typing import Any

from tokencost.estimates.count import CountReport, PromptCount
from tokencost.report.phrases import (
    band_cell,
    count_cell,
    count_remarks,
    framing_remarks,
    method_word,
    remarks,
)
from tokencost.report.table import Column, Sheet, Table, only_used
from tokencost.tokenizers import TokenCount

_COLUMNS = (
    Column(name="input"),
    Column(name="model"),
    Column(name="tokens", number=True),
    Column(name="between", number=True),
    Column(name="tokenizer"),
    Column(name="count"),
)
CSV_COLUMNS = (
    "input",
    "kind",
    "model",
    "tokens",
    "tokens_low",
    "tokens_high",
    "method",
    "tokenizer",
)


def sheet(report: CountReport) -> Sheet:
    """Lay out the counts, with a total for each model where there are several inputs."""
    rows = [
        (
            each.input,
            each.model or "",
            count_cell(each.tokens),
            band_cell(each.tokens),
            each.tokens.tokenizer or "",
            method_word(each.tokens.method),
        )
        for each in report.results
    ]
    totals = [_total_row(group) for group in _groups(report) if len(group) > 1]
    return Sheet(
        tables=(only_used(Table(columns=_COLUMNS, rows=(*rows, *totals), totals=len(totals))),),
        remarks=(
            *count_remarks((each.model, each.tokens) for each in report.results if each.model),
            *framing_remarks((each.model, each.tokens) for each in report.results),
            *remarks("assumed", report.assumptions),
            *remarks("note", report.warnings),
        ),
    )


def as_dict(report: CountReport) -> dict[str, Any]:
    """Spell out the JSON."""
    from tokencost.report.json_envelope import envelope, tokens_dict  # with the price table's code

    return envelope(
        "count",
        prices=report.prices,
        assumptions={"notes": list(report.assumptions)},
        body={
            "results": [
                {
                    "input": each.input,
                    "kind": each.kind,
                    "model": each.model,
                    "tokens": tokens_dict(each.tokens),
                }
                for each in report.results
            ],
            "totals": [
                {
                    "model": group[0].model,
                    "tokens": {
                        "input": tokens.expected,
                        "input_low": tokens.low,
                        "input_high": tokens.high,
                    },
                }
                for group in _groups(report)
                for tokens in [_sum(group)]
            ],
        },
        warnings=report.warnings,
        failures=report.failures,
    )


def csv_rows(report: CountReport) -> Iterable[tuple[object, ...]]:
    """Return one row for each result."""
    for each in report.results:
        tokens = each.tokens
        yield (
            each.input,
            each.kind,
            each.model,
            tokens.expected,
            tokens.low,
            tokens.high,
            method_word(tokens.method),
            tokens.tokenizer,
        )


def quiet(report: CountReport) -> str:
    """Return the total; with several models every line names its model."""
    groups = _groups(report)
    lines = []
    for group in groups:
        label = f"{group[0].model}\t" if len(groups) > 1 else ""
        lines.append(f"{label}{_sum(group).expected}\n")
    return "".join(lines)


def _groups(report: CountReport) -> list[list[PromptCount]]:
    groups: dict[str | None, list[PromptCount]] = {}
    for each in report.results:
        groups.setdefault(each.model, []).append(each)
    return list(groups.values())


def _sum(group: Sequence[PromptCount]) -> TokenCount:
    return TokenCount.sum([result.tokens for result in group])


def _total_row(group: Sequence[PromptCount]) -> tuple[str, ...]:
    tokens = _sum(group)
    approximate = tokens.low != tokens.high
    return (
        f"sum of {len(group)}",
        group[0].model or "",
        f"{'~' if approximate else ''}{tokens.expected:,}",
        f"{tokens.low:,}–{tokens.high:,}" if approximate else "",
        "",
        "",
    )
