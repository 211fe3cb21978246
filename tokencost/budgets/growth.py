"""Hold the growth of a diff against its limit."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from tokencost.budgets.diff_report import (
    CostDifference,
    DiffSize,
    FileDifference,
    GrowthLimit,
    TotalDifference,
)
from tokencost.errors import UncountedError, UsageError
from tokencost.money import Money, multiply, subtract, sum_exact
from tokencost.values import dataclass

Convert = Callable[[Decimal, str], Money]  # an amount and its currency into that of the limit
_Ends = tuple[Decimal | None, Decimal | None, Decimal | None]
_NOTHING: _Ends = (Decimal(), Decimal(), Decimal())


def judge_growth(
    limit: GrowthLimit,
    totals: Sequence[TotalDifference],
    files: Sequence[FileDifference],
    convert: Convert,
) -> tuple[Decimal, Decimal]:
    """Return by how much all prompts grow, in the unit of *limit*: as expected, and as judged.

    Budgets add up; of several models of one budget, each by itself would be an answer, and the one
    that grows most is judged.

    Raises:
        TokencostError: a cost is not known, or nothing says how many calls a month has.
    """
    by_budget: dict[str | None, list[_Grown]] = {}
    for total in totals:
        own = [file for file in files if (file.budget, file.model) == (total.budget, total.model)]
        by_budget.setdefault(total.budget, []).append(_grown(limit, total, own, convert))
    if limit.increase.percent is None:
        most = [max(models, key=lambda grown: grown.judged) for models in by_budget.values()]
        return (
            sum_exact(grown.expected for grown in most),
            sum_exact(grown.judged for grown in most),
        )
    most = [max(models, key=_share) for models in by_budget.values()]
    base = sum_exact(grown.base for grown in most)
    expected, judged = (
        sum_exact(getattr(grown, end) for grown in most) for end in ("expected", "judged")
    )
    if not base and (expected or judged):
        raise UsageError(
            "there is nothing at the base that could grow by a share of it",
            hint="limit the growth in tokens or money: --fail-above 500tokens",
        )
    share = _percent(expected, base)
    return share, max(share, _percent(judged, sum_exact(grown.start for grown in most)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grown:
    """What prompts with one model were, and by how much they grow.

    *start* is what they were at the end of the range that is judged.
    """

    base: Decimal
    start: Decimal
    expected: Decimal
    judged: Decimal


def _grown(
    limit: GrowthLimit,
    total: TotalDifference,
    files: Iterable[FileDifference],
    convert: Convert,
) -> _Grown:
    ends = _ends_of(limit)
    base, expected = _expected(total, ends)
    doubt = Decimal()
    if total.base and total.head and total.base.model != total.head.model:
        doubt = _doubt(total, ends)
    else:
        doubt = sum_exact(_doubt(file, ends) for file in files)
    judged = sum_exact([expected, doubt])
    start = _start(total, ends, base)
    if limit.unit != "tokens":
        base, start, expected, judged = (
            convert(amount, total.currency).amount for amount in (base, start, expected, judged)
        )
    return _Grown(base=base, start=start, expected=expected, judged=judged)


def _start(
    total: CostDifference, ends: Callable[[DiffSize | None], _Ends], base: Decimal
) -> Decimal:
    """Return of what a growth is a share: at the high end, what was there at the high end."""
    high = ends(total.base)[2]
    is_alike = total.base and total.head and _is_alike(total.base, total.head)
    return high if is_alike and high is not None else base


def _ends_of(limit: GrowthLimit) -> Callable[[DiffSize | None], _Ends]:
    """Return what tells the low end, what is expected, and the high end of a size."""
    if limit.unit == "tokens":
        return _tokens
    return _month if limit.is_monthly else _cost


def _tokens(size: DiffSize | None) -> _Ends:
    if size is None:
        return _NOTHING
    low, expected, high = size.tokens.low, size.tokens.expected, size.tokens.high
    return Decimal(low), Decimal(expected), None if high is None else Decimal(high)


def _cost(size: DiffSize | None) -> _Ends:
    return _NOTHING if size is None else (size.cost.low, size.cost.expected, size.cost.high)


def _month(size: DiffSize | None) -> _Ends:
    if size is None:
        return _NOTHING
    if size.month is None:
        raise UsageError(
            "nothing says how many calls a month has, or a day of it has no price",
            hint="pass --volume 20k/month, or limit the growth of a call: --fail-above 0.01USD",
        )
    if size.month_ends is not None:
        return size.month_ends.low, size.month, size.month_ends.high
    low, expected, high = _cost(size)
    if not expected:
        return size.month, size.month, size.month
    ends = [None if end is None else multiply(size.month, end) / expected for end in (low, high)]
    return ends[0], size.month, ends[1]


def _expected(
    total: CostDifference, ends: Callable[[DiffSize | None], _Ends]
) -> tuple[Decimal, Decimal]:
    _, base, _ = ends(total.base)
    _, head, _ = ends(total.head)
    if base is None or head is None:
        raise _not_known()
    return base, subtract(head, base)


def _doubt(difference: CostDifference, ends: Callable[[DiffSize | None], _Ends]) -> Decimal:
    """Return by how much the growth may be larger than expected.

    The same way of counting errs the same way at both ends, so that high is held against high.
    """
    then, now = difference.base, difference.head
    (then_low, then_expected, then_high), (_, expected, high) = ends(then), ends(now)
    start = then_high if then and now and _is_alike(then, now) else then_low
    if start is None or high is None or expected is None or then_expected is None:
        raise _not_known()
    grown = subtract(expected, then_expected)
    return max(Decimal(), subtract(subtract(high, start), grown))


def _is_alike(then: DiffSize, now: DiffSize) -> bool:
    ways = [(size.model, size.tokens.method, size.tokens.tokenizer) for size in (then, now)]
    return ways[0] == ways[1]


def _not_known() -> UncountedError:
    return UncountedError(
        "the growth is not judged: a part of a prompt is not counted, or has no price",
        hint="allow for it with --uncounted-tokens N, or leave it out",
    )


def _share(grown: _Grown) -> Decimal:
    if not grown.base:
        return Decimal("Infinity") if grown.judged > 0 else Decimal()
    return max(grown.expected / grown.base, grown.judged / grown.start)


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return multiply(part, 100) / whole if whole else Decimal()
