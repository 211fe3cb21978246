"""The diff of two saved reports."""

from collections.abc import Iterator
from decimal import Decimal

from tokencost.budgets.diff_report import (
    CostCauses,
    DiffReport,
    DiffSize,
    FileDifference,
    GrowthLimit,
    TotalDifference,
)
from tokencost.budgets.growth import judge_growth
from tokencost.budgets.priced_files import converted_cost, sum_costs
from tokencost.budgets.saved_reports import SavedCost, SavedReport, read_saved_report
from tokencost.errors import Failure, InputError, TokencostError, UsageError
from tokencost.estimates.results import EstimateOptions
from tokencost.git import FileStatus
from tokencost.money import Money, subtract, sum_of
from tokencost.notes import warning
from tokencost.pricing import Conversion
from tokencost.tokenizers import TokenCount
from tokencost.values import dataclass, replace

_NONE = CostCauses()


def diff_saved(old: str, new: str | None, limit: GrowthLimit | None) -> DiffReport:
    """Compare what two saved reports say.

    Raises:
        InputError: one of them is not a report, or not complete.
        UsageError: there is one only, or they are of two commands.
    """
    if new is None:
        raise UsageError(
            f"{old} is a saved report, and there is none to compare it with",
            hint="name another: tokencost diff old.json new.json",
        )
    first, second = read_saved_report(old), read_saved_report(new)
    if first.is_estimate != second.is_estimate:
        raise UsageError(
            f"{old} and {new} are reports of different commands",
            hint="compare two of estimate, or two of diff",
        )
    return _Comparison(old=first, new=second).report(limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """An input with one model in both reports, None where a report has it not."""

    old: SavedCost | None
    new: SavedCost | None

    @property
    def both(self) -> tuple[SavedCost | None, SavedCost | None]:
        return self.old, self.new

    @property
    def any(self) -> SavedCost:
        """The entry of now, else the former one."""
        entry = self.new or self.old
        assert entry is not None
        return entry

    @property
    def status(self) -> FileStatus | None:
        """What has become of the input, None if it is as it was."""
        if self.old is None or self.new is None:
            return FileStatus.ADDED if self.old is None else FileStatus.DELETED
        return None if self.old.size == self.new.size else FileStatus.CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Two reports side by side."""

    old: SavedReport
    new: SavedReport

    def report(self, limit: GrowthLimit | None) -> DiffReport:
        """Return what differs, and what is held against *limit*."""
        pairs = list(self._pairs())
        files = tuple(self._file(pair) for pair in pairs if pair.status and self.old.is_estimate)
        totals = tuple(self._totals(pairs))
        growth: tuple[Decimal | None, Decimal | None] = (None, None)
        failures = []
        if limit is not None and totals:
            try:
                growth = judge_growth(limit, totals, files, self._converter(limit, totals))
            except TokencostError as error:
                failures.append(Failure(error=error))
        warnings = []
        if self.old.asked != self.new.asked:
            warnings.append(warning("calls_differ", old=self.old.name, new=self.new.name))
        if limit is not None and len({total.budget for total in totals}) > 1:
            warnings.append(warning("budgets_added_up"))
        return DiffReport(
            base=self.old.name,
            head=self.new.name,
            files=files,
            totals=totals,
            failures=tuple(failures),
            prompt_files=len({pair.any.name for pair in pairs}),
            options=EstimateOptions(),
            limit=limit,
            growth=growth[0],
            judged=growth[1],
            warnings=tuple(warnings),
        )

    def _pairs(self) -> Iterator[_Pair]:
        """Pair each model of an input with itself, and one that took another's place with that."""
        olds, news = _by_name(self.old), _by_name(self.new)
        for name in dict.fromkeys([*news, *olds]):
            then, now = olds.get(name, {}), news.get(name, {})
            old = [model for model in then if model not in now]
            new = [model for model in now if model not in then]
            yield from (_Pair(old=then[model], new=now[model]) for model in now if model in then)
            if len(old) == len(new) == 1:
                yield _Pair(old=then[old[0]], new=now[new[0]])
                continue
            yield from (_Pair(old=None, new=now[model]) for model in new)
            yield from (_Pair(old=then[model], new=None) for model in old)

    def _file(self, pair: _Pair) -> FileDifference:
        base, head = self._sizes(pair)
        return FileDifference(
            budget=None,
            path=pair.any.name,
            was=pair.old.name if pair.old else None,
            status=pair.status or FileStatus.CHANGED,
            base=base,
            head=head,
            causes=self._causes(pair),
        )

    def _totals(self, pairs: list[_Pair]) -> Iterator[TotalDifference]:
        groups: dict[tuple[str, str], list[_Pair]] = {}
        for pair in pairs:
            budget = "" if self.new.is_estimate else pair.any.name
            groups.setdefault((budget, pair.any.size.model), []).append(pair)
        for (budget, _), group in groups.items():
            sizes = [self._sizes(pair) for pair in group]
            causes = [self._causes(pair) for pair in group if pair.status]
            yield TotalDifference(
                budget=budget or None,
                base=_sum([base for base, _ in sizes if base]),
                head=_sum([head for _, head in sizes if head]),
                causes=CostCauses.sum(causes) if causes else _NONE,
                files=sum(pair.new.files for pair in group if pair.new),
                changed=len(causes) if self.new.is_estimate else None,
            )

    def _currency(self, pair: _Pair) -> str:
        """Return the currency of a pair: the one of both reports, else that of the model now."""
        if self.old.currency and self.old.currency == self.new.currency:
            return self.old.currency
        return pair.any.size.currency

    def _conversion(self, report: SavedReport, source: str, target: str) -> Conversion | None:
        """Return how *report* converts, or the newer one where it says nothing of it."""
        try:
            return report.find_conversion(source, target)
        except InputError:
            return self.new.find_conversion(source, target)

    def _sizes(self, pair: _Pair) -> tuple[DiffSize | None, DiffSize | None]:
        target = self._currency(pair)
        ends = [(self.old, pair.old), (self.new, pair.new)]
        base, head = (
            None
            if entry is None
            else _converted(
                entry.size, target, self._conversion(report, entry.size.currency, target)
            )
            for report, entry in ends
        )
        return base, head

    def _causes(self, pair: _Pair) -> CostCauses:
        target = self._currency(pair)
        if pair.old is None or pair.new is None:
            base, head = self._sizes(pair)
            start, end = (size.cost.expected if size else Decimal() for size in (base, head))
            return CostCauses(prompt=_less(end, start))
        if self.old.asked != self.new.asked:
            return CostCauses(prompt=None, prices=None, model=None, exchange_rate=None)

        def then(amount: Decimal | None, currency: str) -> Decimal | None:
            conversion = self._conversion(self.old, currency, target)
            return amount if amount is None or conversion is None else conversion.convert(amount)

        old, new = pair.old.size, pair.new.size
        text, prices = self._steps(pair.old, pair.new)
        now = self._sizes(pair)[1]
        start, written = then(old.cost.expected, old.currency), then(text, old.currency)
        priced, end = then(prices, old.currency), then(new.cost.expected, new.currency)
        is_same_model = old.model == new.model
        return CostCauses(
            prompt=_less(written, start),
            prices=_less(end if is_same_model else priced, written),
            model=Decimal() if is_same_model else _less(end, priced),
            exchange_rate=_less(now.cost.expected if now else None, end),
        )

    def _steps(self, old: SavedCost, new: SavedCost) -> tuple[Decimal | None, Decimal | None]:
        """Return what the new text costs with the former model: at its prices of then, and of now.

        The former prices of another size, or the tokens of another vocabulary, nobody knows.
        """
        are_prices_same = self.old.price_key == self.new.price_key
        is_same_text = old.size.tokens == new.size.tokens and old.usage == new.usage
        if old.size.model == new.size.model and are_prices_same:
            return new.size.cost.expected, new.size.cost.expected
        text = old.size.cost.expected if is_same_text else None
        if old.size.tokens.tokenizer == new.size.tokens.tokenizer and text is None:
            text = new.cost_at_rates_of(old)
        return text, text if are_prices_same else None

    def _converter(self, limit: GrowthLimit, totals: tuple[TotalDifference, ...]) -> "_Converter":
        money = limit.increase.money
        return _Converter(self, money.currency if money else totals[0].currency)


@dataclass(frozen=True, slots=True)
class _Converter:
    """Converts into the currency of a limit."""

    comparison: _Comparison
    target: str

    def __call__(self, amount: Decimal, source: str) -> Money:
        conversion = self.comparison.new.find_conversion(source, self.target)
        converted = amount if conversion is None else conversion.convert(amount)
        return Money(amount=converted, currency=self.target)


def _by_name(report: SavedReport) -> dict[str, dict[str, SavedCost]]:
    names: dict[str, dict[str, SavedCost]] = {}
    for cost in report.costs:
        names.setdefault(cost.name, {})[cost.size.model] = cost
    return names


def _less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if amount is None or other is None else subtract(amount, other)


def _converted(size: DiffSize, target: str, conversion: Conversion | None) -> DiffSize:
    if conversion is None:
        return size
    cost = converted_cost(size.cost, conversion)
    month_ends = size.month_ends and converted_cost(size.month_ends, conversion)
    month = size.month if size.month is None else conversion.convert(size.month)
    return replace(size, currency=target, cost=cost, month=month, month_ends=month_ends)


def _sum(sizes: list[DiffSize]) -> DiffSize | None:
    if not sizes:
        return None
    months = [size.month_ends for size in sizes if size.month_ends is not None]
    return replace(
        sizes[0],
        tokens=TokenCount.sum([size.tokens for size in sizes]),
        cost=sum_costs([size.cost for size in sizes]),
        month=sum_of(size.month for size in sizes),
        month_ends=sum_costs(months) if len(months) == len(sizes) else None,
    )
