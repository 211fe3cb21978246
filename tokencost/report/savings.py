"""The scenarios of an estimate, as tables and in JSON."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from tokencost.money import format_exact, format_money
from tokencost.report import estimate
from tokencost.report.json_envelope import money
from tokencost.report.phrases import remarks
from tokencost.report.table import Column, Remark, Sheet, Table, only_used
from tokencost.scenarios import BreakEven, Outcome, Savings, SavingsReport

_TENTH = Decimal("0.1")


CSV_COLUMNS = estimate.CSV_COLUMNS


def sheet(report: SavingsReport) -> Sheet:
    """Lay out the estimate, with what it would cost in other ways below it."""
    costs = estimate.sheet(report.estimate)
    if not report.savings:
        return costs
    return Sheet(
        tables=(*costs.tables, *_tables(report)), remarks=(*costs.remarks, *_remarks(report))
    )


def as_dict(report: SavingsReport) -> dict[str, Any]:
    """Spell out the JSON: that of the estimate, with the scenarios in it."""
    return estimate.as_dict(
        report.estimate,
        scenarios=[_savings(savings, report) for savings in report.savings],
        failures=report.failures,
    )


def csv_rows(report: SavingsReport) -> Iterable[tuple[object, ...]]:
    """Return the rows of the estimate: scenarios have other columns."""
    return estimate.csv_rows(report.estimate)


def quiet(report: SavingsReport) -> str:
    """Return the exact sum of the estimate."""
    return estimate.quiet(report.estimate)


def _tables(report: SavingsReport) -> list[Table]:
    """Return a table of everything for one model, and of the best of each for several."""
    columns = (
        Column(name="model"),
        Column(name="scenario"),
        Column(name="per call", number=True, rank=4),
        Column(name=_calls_words(report), number=True),
        Column(name="month", number=True),
        Column(name="saving", number=True),
        Column(name="pays from", number=True, rank=1),
        Column(name="certainty", rank=3),
    )
    cells: list[tuple[str, ...]] = []
    for each in report.savings:
        rows = [one for one in each.outcomes if one.applies] if _is_detailed(report) else []
        rows += [each.best] if _is_news(each, rows) else []
        name = each.offer.name if len(report.savings) > 1 else ""
        if rows and _is_detailed(report):
            rows = [each.baseline, *rows]
        cells += [_row(name, row, each, report) for row in rows]
    found = [only_used(Table(columns=columns, rows=tuple(cells)))] if cells else []
    return [*found, *_alternatives(report)]


def _calls_words(report: SavingsReport) -> str:
    calls = report.estimate.options.calls
    inputs = {len(each.baseline.work.requests) for each in report.savings if each.baseline.work}
    words = f"{calls:,} call{'s' * (calls != 1)}"
    return words if inputs == {1} else f"{words} each"


def _alternatives(report: SavingsReport) -> list[Table]:
    """Return the cheaper models, each beside the one that it could replace."""
    columns = (
        Column(name="in place of"),
        Column(name="model"),
        Column(name="scenario"),
        Column(name=f"{report.estimate.options.calls:,} calls", number=True),
        Column(name="compared", number=True),
        Column(name="saving", number=True),
    )
    rows = [
        (
            each.offer.name,
            one.offer.name,
            one.outcome.name,
            ""
            if one.outcome.bill is None
            else format_money(one.outcome.bill.total, one.offer.currency),
            format_money(one.cost, each.offer.currency),
            ""
            if each.cheapest_guaranteed.bill is None
            else f"{_percent(one.cost, each.cheapest_guaranteed.bill.total)} %",
        )
        for each in report.savings
        for one in each.alternatives
    ]
    return [only_used(Table(columns=columns, rows=tuple(rows)))] if rows else []


def _remarks(report: SavingsReport) -> list[Remark]:
    """Return what the scenarios rest on, which do not apply, and what lies near by."""
    lines: list[Remark] = []
    for each in report.savings:
        name = f"{each.offer.name}: " if len(report.savings) > 1 else ""
        if _is_detailed(report):
            left_out = [f"{one.name}: {one.reason}" for one in each.outcomes if not one.applies]
            bound = [text for text in each.limits if text not in left_out]
            for label, texts in (
                ("prefix", _prefix_words(each)),
                ("scenario", _assumed(each)),
                ("left out", left_out),
                ("bound by", bound),
            ):
                lines += remarks(label, [f"{name}{text}" for text in texts])
        lines += remarks("near", [f"{name}{text}" for text in each.warnings])
    if any(each.alternatives for each in report.savings):
        lines += remarks("scenario", ["other models: what they can do is not compared"])
    if not _is_detailed(report):
        lines += remarks("scenario", ["the best of what is certain; name one model to see all"])
    return lines


def _is_detailed(report: SavingsReport) -> bool:
    """Say whether every scenario is shown: for several models JSON has them all."""
    return len(report.savings) == 1 or bool(report.options.only)


def _assumed(savings: Savings) -> Iterable[str]:
    """Yield what the scenarios rest on, each with the ids of those that do."""
    assumed: dict[str, list[str]] = {}
    for each in savings.outcomes:
        for text in each.assumptions if each.applies else ():
            assumed.setdefault(text, []).append(each.id)
    for text, ids in assumed.items():
        yield f"{', '.join(ids)}: {text}"


def _is_news(savings: Savings, rows: Sequence[Outcome]) -> bool:
    """Say whether the best combination saves anything, and no row says it already."""
    best = savings.best
    return bool(savings.saving(best)) and not any(each.work == best.work for each in rows)


def _row(name: str, outcome: Outcome, savings: Savings, report: SavingsReport) -> tuple[str, ...]:
    currency, volume = savings.offer.currency, report.estimate.options.volume
    each = savings.per_call(outcome)
    bill = outcome.bill
    month = savings.per_month(outcome, volume.per_month) if volume else None
    is_best = outcome.work == savings.best.work and bool(savings.saving(savings.best))
    what = f"{outcome.name} (best)" if is_best else outcome.name
    return (
        name,
        what,
        "" if each is None else format_money(each, currency),
        "" if bill is None else format_money(bill.total, currency),
        "" if month is None else format_money(month, currency),
        "" if outcome is savings.baseline else _saving(outcome, savings),
        _break_even(outcome.break_even),
        "" if outcome is savings.baseline else str(outcome.certainty),
    )


def _saving(outcome: Outcome, savings: Savings) -> str:
    """Return the share of the bill that is saved, and the least of it where hits are not sure."""
    baseline = savings.baseline.bill
    if baseline is None or outcome.bill is None or not baseline.total:
        return ""
    most = _percent(outcome.bill.total, baseline.total)
    if outcome.worst_case is None:
        return f"{most} %"
    return f"{_percent(outcome.worst_case.total, baseline.total)} to {most} %"


def _percent(cost: Decimal, baseline: Decimal) -> Decimal:
    """Return how much less than *baseline* a cost is, in per cent; a loss is negative."""
    share = (baseline - cost) / baseline * 100
    return share.quantize(_TENTH, ROUND_HALF_EVEN)


def _break_even(found: BreakEven) -> str:
    parts = []
    if found.calls is not None:
        parts.append(f"call {found.calls:,}")
    if found.per_hour is not None:
        parts.append(f"{_three_digits(found.per_hour)}/h")
    return ", ".join(parts)


def _three_digits(number: Decimal) -> str:
    last = Decimal(1).scaleb(min(number.adjusted() - 2, 0))
    return f"{number.quantize(last, ROUND_HALF_EVEN):f}"


def _prefix_words(savings: Savings) -> Iterable[str]:
    prefix = savings.prefix
    if prefix.tokens is None:
        return
    count = "1 token comes" if prefix.tokens == 1 else f"{prefix.tokens:,} tokens come"
    yield f"{count} again: {prefix.basis}"
    if prefix.ends_at:
        text = (
            prefix.ends_at.text
            if len(prefix.ends_at.text) <= 60
            else f"{prefix.ends_at.text[:57]}..."
        )
        yield f"it ends in line {prefix.ends_at.line} ({prefix.ends_at.why}): {text}"
    is_told = any(each.id == "reorder" for each in savings.outcomes)
    if prefix.reordered is not None and prefix.reordered > prefix.tokens and not is_told:
        yield f"with {prefix.lines_in_words} at the end it would be {prefix.reordered:,} tokens"


def _savings(savings: Savings, report: SavingsReport) -> dict[str, Any]:
    """Spell out the scenarios of one model."""
    prefix = savings.prefix
    return {
        "model": savings.offer.model.name,
        "site": savings.offer.site,
        "currency": savings.offer.currency,
        "prefix": {
            "tokens": prefix.tokens,
            "basis": prefix.basis,
            "stop": None
            if prefix.ends_at is None
            else {
                "line": prefix.ends_at.line,
                "why": prefix.ends_at.why,
                "text": prefix.ends_at.text,
            },
            "moved": prefix.reordered,
            "moved_lines": list(prefix.reordered_lines),
        },
        "baseline": _outcome(savings.baseline, savings, report),
        "rows": [_outcome(each, savings, report) for each in savings.outcomes],
        "best": _outcome(savings.best, savings, report),
        "bound_by": list(savings.limits),
        "alternatives": [
            {
                "model": each.offer.model.name,
                "site": each.offer.site,
                "scenario": each.outcome.id,
                "currency": each.offer.currency,
                "calls": money(each.outcome.bill.total if each.outcome.bill else None),
                "compared": format_exact(each.cost),
            }
            for each in savings.alternatives
        ],
        "warnings": list(savings.warnings),
    }


def _outcome(outcome: Outcome, savings: Savings, report: SavingsReport) -> dict[str, Any]:
    volume = report.estimate.options.volume
    bill = outcome.bill
    return {
        "id": outcome.id,
        "name": outcome.name,
        "applies": outcome.applies,
        "reason": outcome.reason or None,
        "usage": [] if bill is None else _usages(outcome),
        "storage": None if bill is None else format_exact(bill.storage),
        "per_call": money(savings.per_call(outcome)),
        "calls": None if bill is None else format_exact(bill.total),
        "month": money(savings.per_month(outcome, volume.per_month)) if volume else None,
        "saving": money(savings.saving(outcome)),
        "saving_percent": None
        if bill is None or savings.baseline.bill is None or not savings.baseline.bill.total
        else format_exact(_percent(bill.total, savings.baseline.bill.total)),
        "floor": money(outcome.worst_case.total if outcome.worst_case else None),
        "break_even_calls": outcome.break_even.calls,
        "break_even_per_hour": money(outcome.break_even.per_hour),
        "certainty": str(outcome.certainty),
        "content": str(outcome.content),
        "assumptions": list(outcome.assumptions),
    }


def _usages(outcome: Outcome) -> Sequence[dict[str, Any]]:
    billed = outcome.bill.billed if outcome.bill else ()
    return [
        {
            "calls": format_exact(each.calls),
            "uncached": each.usage.uncached_input,
            "cache_read": each.usage.cache_read,
            "cache_write": dict(each.usage.cache_write),
            "output": each.usage.output,
            "cost": format_exact(each.price),
        }
        for each in billed
    ]
