"""The scenarios of one model: as JSON, and phrases about their prefix and break-even."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tokencost.costs.workload import WorkloadCost
from tokencost.money import Money, format_exact, has_no_end, round_figures, round_quotient
from tokencost.notes import Note, assumed
from tokencost.report.formats.json import exact, note_dicts
from tokencost.report.phrases import sentence
from tokencost.report.price_phrases import percent
from tokencost.scenarios import BreakEven, NoSavings, Outcome, Savings, SavingsReport
from tokencost.values import dataclass


def scenario_dict(model: Savings | NoSavings, report: SavingsReport) -> dict[str, Any]:
    """Spell out the scenarios of one model, or why it has none."""
    return _savings(model, report) if isinstance(model, Savings) else _no_savings(model)


def _no_savings(model: NoSavings) -> dict[str, Any]:
    return {
        "model": model.offer.model.name,
        "site": model.offer.site,
        "currency": model.offer.currency,
        "reason": sentence(model.reason),
        "prefix": None,
        "baseline": None,
        "best": None,
        "best_if_waiting": None,
        "rows": [],
        "limits": [],
        "alternatives": [],
        "warnings": [],
    }


def _savings(savings: Savings, report: SavingsReport) -> dict[str, Any]:
    """Spell out the scenarios of one model."""
    prefix = savings.prefix
    return {
        "model": savings.offer.model.name,
        "site": savings.offer.site,
        "currency": savings.offer.currency,
        "reason": None,
        "prefix": {
            "tokens": prefix.tokens,
            "basis": sentence(prefix.basis),
            "ends_at": None
            if prefix.ends_at is None
            else {
                "line": prefix.ends_at.line,
                "reason": prefix.ends_at.why,
                "text": prefix.ends_at.text,
            },
            "reordered": prefix.reordered,
            "reordered_lines": list(prefix.reordered_lines),
            "notes": note_dicts(prefix.notes),
        },
        "baseline": _outcome(savings.baseline, savings, report),
        "best": _outcome(savings.best, savings, report),
        "best_if_waiting": _outcome(savings.best_if_waiting, savings, report),
        "rows": [_outcome(outcome, savings, report) for outcome in savings.outcomes],
        "limits": note_dicts(savings.limits),
        "alternatives": [
            {
                "model": alternative.offer.model.name,
                "site": alternative.offer.site,
                "scenario": alternative.outcome.id,
                "currency": alternative.offer.currency,
                "per_calls": format_exact(alternative.outcome.total),
                "compared": format_exact(alternative.cost),
                "compared_month": None
                if alternative.month is None
                else format_exact(alternative.month),
                "free": alternative.is_free,
            }
            for alternative in savings.alternatives
        ],
        "warnings": note_dicts(savings.warnings),
    }


def in_asked_currency(
    amount: Decimal | None, savings: Savings, report: SavingsReport
) -> Money | None:
    """Return an amount in the currency that was asked for, None if it is the site's own."""
    conversion = report.estimate.of(savings.offer)[0].conversion
    if conversion is None or amount is None:
        return None
    return Money(amount=conversion.convert(amount), currency=conversion.target)


def month_of(outcome: Outcome, savings: Savings, report: SavingsReport) -> Decimal | None:
    """Return what the volume of a month costs, None without one or a price."""
    volume = report.estimate.options.volume
    return savings.per_month(outcome, volume.per_month) if volume else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Amounts:
    """How the amounts of a scenario are written: exactly, or those of a mean with 12 digits.

    How many calls hit a cache is a mean where they come at random, and has no last digit.
    """

    is_mean: bool

    @classmethod
    def of(cls, outcome: Outcome) -> "_Amounts":
        billed = [
            calls for cost in (outcome.cost, outcome.worst_case) if cost for calls in cost.billed
        ]
        return cls(is_mean=any(has_no_end(calls.calls) for calls in billed))

    def text(self, amount: Decimal | None) -> str | None:
        return exact(round_quotient(amount) if self.is_mean and amount is not None else amount)


def _converted(
    outcome: Outcome, savings: Savings, report: SavingsReport, amounts: _Amounts
) -> dict[str, str | None] | None:
    own = {
        "per_call": savings.per_call(outcome),
        "per_calls": outcome.cost.total if outcome.cost else None,
        "month": month_of(outcome, savings, report),
    }
    converted = {name: in_asked_currency(amount, savings, report) for name, amount in own.items()}
    of_call = converted["per_call"]
    if of_call is None:
        return None
    texts = {
        name: amounts.text(money.amount if money else None) for name, money in converted.items()
    }
    return {"currency": of_call.currency, **texts}


def _outcome(outcome: Outcome, savings: Savings, report: SavingsReport) -> dict[str, Any]:
    cost, baseline, amounts = outcome.cost, savings.baseline.total, _Amounts.of(outcome)
    why_not = savings.why_not_chosen(outcome)
    return {
        "id": outcome.id,
        "name": outcome.name,
        "applies": outcome.applies,
        "reason": None if why_not is None else sentence(why_not),
        "usage": [] if cost is None else _usages(cost, amounts),
        "storage": amounts.text(cost.storage if cost else None),
        "per_call": amounts.text(savings.per_call(outcome)),
        "per_calls": amounts.text(cost.total if cost else None),
        "month": amounts.text(month_of(outcome, savings, report)),
        "converted": _converted(outcome, savings, report, amounts),
        "saving": amounts.text(savings.saving(outcome)),
        "saving_percent": None
        if cost is None or not baseline
        else format_exact(percent(baseline - cost.total, baseline)),
        "worst_case": amounts.text(outcome.worst_case.total if outcome.worst_case else None),
        "break_even_calls": outcome.break_even.calls,
        "break_even_per_hour": exact(
            round_quotient(outcome.break_even.per_hour) if outcome.break_even.per_hour else None
        ),
        "certainty": outcome.certainty,
        "content": outcome.content,
        "assumptions": note_dicts(outcome.assumptions),
    }


def _usages(cost: WorkloadCost, amounts: _Amounts) -> Sequence[dict[str, Any]]:
    return [
        {
            "calls": amounts.text(calls.calls),
            "uncached_input": calls.usage.uncached_input,
            "cache_read": calls.usage.cache_read,
            "cache_write": dict(calls.usage.cache_write),
            "output": calls.usage.output,
            "cost": format_exact(calls.price),
        }
        for calls in cost.billed
    ]


_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def break_even_words(break_even: BreakEven) -> str:
    """Return from which call, and from how many calls an hour, a scenario saves."""
    parts = []
    if (calls := break_even.calls) is not None:
        ending = "th" if calls % 100 in (11, 12, 13) else _ENDINGS.get(calls % 10, "th")
        parts.append(f"{calls:,}{ending} call")
    if break_even.per_hour is not None:
        parts.append(f"from {round_figures(break_even.per_hour):f}/hour")
    return ", ".join(parts)


_LONGEST = 60  # characters of a line that is quoted


def prefix_notes(savings: Savings) -> Iterable[Note]:
    """Yield what calls have in common, unless it is not known whether they do, and what ends it."""
    prefix = savings.prefix
    if prefix.tokens is None:
        return
    if savings.repeats:
        yield assumed("prefix_repeats", tokens=prefix.tokens, basis=sentence(prefix.basis))
    if prefix.ends_at:
        end, text = prefix.ends_at, prefix.ends_at.text
        text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
        yield assumed("prefix_ends", line=end.line, why=end.why, text=text)
    yield from prefix.notes
    is_told = any(outcome.id == "reorder" for outcome in savings.outcomes)
    if prefix.reordered is not None and prefix.reordered > prefix.tokens and not is_told:
        yield assumed(
            "prefix_if_reordered",
            lines=tuple(prefix.reordered_lines),
            tokens=prefix.reordered,
        )


def saving_words(outcome: Outcome, savings: Savings) -> str:
    """Return the share of the cost that is saved, and the least of it where hits are not sure."""
    baseline = savings.baseline.total
    if not outcome.applies or not baseline:
        return ""
    most = percent(baseline - outcome.total, baseline)
    worst = outcome.worst_case and percent(baseline - outcome.worst_case.total, baseline)
    return f"{most} %" if worst in (None, most) else f"{worst} to {most} %"
