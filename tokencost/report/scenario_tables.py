"""Tables of scenarios: all of one model, the variants of several, and the best of each."""

from decimal import Decimal
from typing import NamedTuple

from tokencost.estimates.results import total_cost
from tokencost.pricing import Mode
from tokencost.report.page import Column, Table, money, only_used, table
from tokencost.report.phrases import sentence
from tokencost.report.price_phrases import cost_mark, marked
from tokencost.report.priced_input import are_calls_shown
from tokencost.report.scenarios import (
    break_even_words,
    in_asked_currency,
    month_of,
    saving_words,
)
from tokencost.reports import number_of
from tokencost.scenarios import Certainty, Outcome, Savings, SavingsReport
from tokencost.tokenizers import TokenCount


class _Row(NamedTuple):
    """A scenario of one of the models; *when* says of the best whether it is answered at once."""

    model: str
    outcome: Outcome
    savings: Savings
    mark: str
    when: str = ""

    @property
    def is_baseline(self) -> bool:
        return self.outcome is self.savings.baseline

    def money(self, amount: Decimal | None) -> str:
        """Return an amount with the mark of what it was estimated from."""
        return marked(self.mark, money(amount, self.savings.offer.currency))

    def remark(self) -> str:
        """Return what is given up for it, or why it is not cheaper."""
        trade_off = self.savings.why_not_chosen(self.outcome)
        if trade_off is not None:
            return sentence(trade_off)
        is_unknown = any(limit.code == "repetition_not_named" for limit in self.savings.limits)
        is_baseline = not self.savings.saving(self.outcome)
        return "nothing says that it repeats (--hit-rate)" if is_unknown and is_baseline else ""


def _columns(report: SavingsReport) -> tuple[Column[_Row], ...]:
    return (
        Column("model", cell=lambda row: row.model),
        Column("scenario", cell=lambda row: row.outcome.name),
        Column(
            _call_words(report),
            cell=lambda row: row.money(row.savings.per_call(row.outcome)),
            number=True,
            rank=1 if report.estimate.options.volume else 0,
        ),
        Column(
            _calls_words(report),
            cell=lambda row: (
                row.money(row.outcome.total)
                if row.outcome.applies and are_calls_shown(report.estimate.options)
                else None
            ),
            number=True,
            rank=3,
        ),
        _month_column(report),
        _converted_column(report),
        Column(
            "saving",
            cell=lambda row: "" if row.is_baseline else saving_words(row.outcome, row.savings),
            number=True,
            rank=1,
        ),
        Column(
            "break-even",
            cell=lambda row: break_even_words(row.outcome.break_even),
            number=True,
            rank=2,
        ),
        Column(
            "certainty",
            cell=lambda row: "" if row.is_baseline else _certainty(row.outcome, row.savings),
        ),
    )


def _mark(savings: Savings, report: SavingsReport) -> str:
    """Return a tilde if what the calls of a model cost has a range: so it has in every way."""
    results = report.estimate.of(savings.offer)
    tokens = TokenCount.sum([result.tokens for result in results])
    return "~" if cost_mark(total_cost(results), tokens) else ""


def _month_column(report: SavingsReport) -> Column[_Row]:
    return Column(
        "a month",
        cell=lambda row: row.money(month_of(row.outcome, row.savings, report)),
        number=True,
        rank=2 if _is_converted(report) else 0,
    )


def _converted_column(report: SavingsReport) -> Column[_Row]:
    """Return the cost in the currency asked for: of a month, or of a call without a volume."""

    def cell(row: _Row) -> str:
        month = month_of(row.outcome, row.savings, report)
        amount = month if report.estimate.options.volume else row.savings.per_call(row.outcome)
        return marked(row.mark, in_asked_currency(amount, row.savings, report))

    return Column(_words_in_currency(report), cell=cell, number=True)


def _is_converted(report: SavingsReport) -> bool:
    return any(result.conversion for result in report.estimate.results)


def _words_in_currency(report: SavingsReport) -> str:
    options = report.estimate.options
    return f"{options.currency} {'a month' if options.volume else _call_words(report)}"


def _certainty(outcome: Outcome, savings: Savings) -> str:
    """Return how sure a scenario is; a cache that counts on the same text says so."""
    counts_on_same_text = not savings.repeats and outcome.worst_case is not None
    return f"{outcome.certainty}, if sent again" if counts_on_same_text else outcome.certainty


def scenario_tables(report: SavingsReport) -> list[Table]:
    """Return a table of everything for one model, and of models by variants for several."""
    if len(report.savings) > 1 and not report.options.only:
        return [only_used(table(_variant_columns(report), report.savings))]
    rows: list[_Row] = []
    for savings in report.savings:
        outcomes = [outcome for outcome in savings.outcomes if _is_shown(outcome, savings, report)]
        for best in () if report.options.only else (savings.best, savings.best_if_waiting):
            if savings.saving(best) and all(row.workload != best.workload for row in outcomes):
                outcomes.append(best)
        if outcomes:
            name, mark = _name_of_several(savings, report), _mark(savings, report)
            rows += [_Row(name, one, savings, mark) for one in (savings.baseline, *outcomes)]
    return [only_used(table(_columns(report), rows))] if rows else []


def _is_shown(outcome: Outcome, savings: Savings, report: SavingsReport) -> bool:
    """Say whether a scenario has a row: what changes next to nothing has none unless named."""
    is_named = report.options.only or outcome.workload == savings.best.workload
    return outcome.applies and bool(is_named or not savings.is_slight(outcome))


def _variant_columns(report: SavingsReport) -> tuple[Column[Savings], ...]:
    """Return the variants of each model: what a call costs, or the calls of a month."""
    same_text = all(savings.repeats for savings in report.savings)
    volume = report.estimate.options.volume

    def cost(outcome: Outcome | None, savings: Savings) -> str:
        if outcome is None:
            return ""
        month = month_of(outcome, savings, report)
        amount = month if volume else savings.per_call(outcome)
        return "" if amount is None else _cost(outcome, amount, savings, report)

    is_converted = _is_converted(report)
    words = "a month" if volume else _call_words(report)
    return (
        Column(
            f"model, {_words_in_currency(report) if is_converted else f'cost {words}'}",
            cell=lambda savings: savings.offer.name,
        ),
        Column(
            "as it is",  # the table above has it too
            cell=lambda savings: cost(savings.baseline, savings),
            number=True,
            rank=2,
        ),
        Column(
            "cached" if same_text else "cached, if sent again",
            cell=lambda savings: cost(cached_outcome(savings), savings),
        ),
        Column("batch", cell=lambda savings: cost(_batch(savings), savings), number=True, rank=3),
        Column("best", cell=lambda savings: cost(savings.best, savings), number=True),
        Column(
            "if it may wait",
            cell=lambda savings: cost(savings.best_if_waiting, savings),
            number=True,
            rank=1,
        ),
        Column("by", cell=_way_of_waiting, rank=1),
    )


def _way_of_waiting(savings: Savings) -> str:
    """Return what is waited for, a batch or cheaper hours, nothing if waiting saves nothing."""
    waiting = savings.best_if_waiting
    return "" if waiting.workload == savings.best.workload else waiting.name


def cached_outcome(savings: Savings) -> Outcome | None:
    """Return the cheapest outcome with a cache, what is sure before what is not."""
    return min(
        (row for row in savings.outcomes if row.applies and row.is_cache),
        key=lambda row: (row.certainty is Certainty.POSSIBLE, row.total),
        default=None,
    )


def _batch(savings: Savings) -> Outcome | None:
    return next((row for row in savings.outcomes if row.applies and row.id == "batch"), None)


def _cost(outcome: Outcome, amount: Decimal, savings: Savings, report: SavingsReport) -> str:
    """Return what calls cost, with a mark if that is only possible."""
    converted = in_asked_currency(amount, savings, report)
    text = marked(_mark(savings, report), converted or money(amount, savings.offer.currency))
    return f"{text} possible" if outcome.certainty is Certainty.POSSIBLE else text


def _call_words(report: SavingsReport) -> str:
    """Return what a cost of a call is where inputs differ: that of a mean call."""
    return "a call" if _has_one_input(report) else "a mean call"


def _calls_words(report: SavingsReport) -> str:
    words = number_of(report.estimate.options.call_count, "call")
    return words if _has_one_input(report) else f"{words} each"


def _has_one_input(report: SavingsReport) -> bool:
    inputs = {
        len(savings.baseline.workload.requests)
        for savings in report.savings
        if savings.baseline.workload
    }
    return inputs == {1}


def best_tables(report: SavingsReport) -> list[Table]:
    """Return the best of each model: answered at once, and where results may wait."""
    rows: list[_Row] = []
    for savings in report.savings if is_detailed(report) else ():
        name, mark = _name_of_several(savings, report), _mark(savings, report)
        best, waiting = savings.best, savings.best_if_waiting
        rows.append(_Row(name, best, savings, mark, _time_of_answers(savings)))
        if waiting.workload != best.workload:
            rows.append(_Row(name, waiting, savings, mark, "if it may wait"))
    columns: tuple[Column[_Row], ...] = (
        Column("model", cell=lambda row: row.model),
        Column("best", cell=lambda row: row.when),
        Column("scenario", cell=lambda row: row.outcome.name),
        Column(
            _call_words(report),
            cell=lambda row: row.money(row.savings.per_call(row.outcome)),
            number=True,
            rank=2 if report.estimate.options.volume else 0,
        ),
        _month_column(report),
        _converted_column(report),
        Column("trade-off", cell=lambda row: row.remark(), rank=1),
    )
    return [only_used(table(columns, rows))] if rows else []


def _time_of_answers(savings: Savings) -> str:
    workload = savings.baseline.workload
    return "in a batch" if workload and workload.mode == Mode.BATCH else "at once"


def name_before(savings: Savings, report: SavingsReport) -> str:
    """Return the name of a model for the beginning of a line, nothing if it is the only one."""
    name = _name_of_several(savings, report)
    return f"{name}: " if name else ""


def _name_of_several(savings: Savings, report: SavingsReport) -> str:
    return savings.offer.name if len(report.savings) > 1 else ""


def is_detailed(report: SavingsReport) -> bool:
    """Say whether every scenario is shown: for several models JSON has them all."""
    return len(report.savings) == 1 or bool(report.options.only)
