"""Compare the same prompts across models, the cheapest first."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

from tokencost.errors import Failure, Failures, TokencostError, UsageError
from tokencost.estimates.cost_range import NO_MONTH, cost_of_month
from tokencost.estimates.count import as_model_names
from tokencost.estimates.estimate import Estimator, Inputs, length
from tokencost.estimates.model_count import (
    bases_of,
    counted_together,
    doubts_of,
    split_notes,
    tokenizers_for,
)
from tokencost.estimates.results import (
    Estimate,
    EstimateOptions,
    TotalCost,
    in_words,
    options_with_output,
    shared_mode,
    total_cost,
    with_default_output,
)
from tokencost.inputs import Prompts, watched
from tokencost.money import divide
from tokencost.notes import Note
from tokencost.pricing import (
    Conversion,
    Mode,
    Offer,
    PriceDate,
    PriceKind,
    PriceTable,
    Selection,
    as_price_table,
    select_offers,
)
from tokencost.reports import Report, number_of
from tokencost.usage import InputTokens, OutputSize
from tokencost.values import dataclass, replace

_COMMON_CURRENCY = "USD"
_COMPARED = ("model_set_aside", "region_set_aside")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One model at one site with all prompts, each of them one call.

    *cost* is in the currency of the site, and *month* what the volume of a month costs; *common*
    and *month_common* are what is expected in the currency of the comparison. *ratio* is what it
    is ranked by over that of the cheapest. A row that cannot be ranked says why in *error*.
    """

    offer: Offer
    results: tuple[Estimate, ...]
    cost: TotalCost | None
    conversion: Conversion | None = None
    common: Decimal | None = None
    month: TotalCost = NO_MONTH
    month_common: Decimal | None = None
    ratio: Decimal | None = None
    error: TokencostError | None = None

    @property
    def is_free(self) -> bool:
        """Whether a price of it is that of a model that is given away."""
        quotes = (estimate.quote for estimate in self.results)
        return any(quote and quote.price.conditions.kind is PriceKind.FREE for quote in quotes)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How many rows of a comparison were not asked for."""

    free: int = 0
    dearer: int = 0
    unpriced: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.free + self.dearer + self.unpriced


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Comparison(Report):
    """Report of `compare`: ranked rows first, then those that do not fit or have no price.

    They are ranked by a call, or by a month where a volume says how many calls it has: those with a
    day that has no price come last. *left_out* is how many rows were not asked for.
    """

    name: ClassVar[str] = "compare"

    rows: tuple[ComparisonRow, ...]
    currency: str
    failures: tuple[Failure, ...]
    options: EstimateOptions
    price_date: PriceDate
    prices: PriceTable
    warnings: tuple[Note, ...]
    assumptions: tuple[Note, ...] = ()
    left_out: LeftOut = LeftOut()

    def top(self, number: int) -> "Comparison":
        """Return the *number* cheapest rows alone."""
        dropped = self.rows[number:]
        unpriced = sum(row.common is None for row in dropped)
        left_out = replace(
            self.left_out,
            dearer=self.left_out.dearer + len(dropped) - unpriced,
            unpriced=self.left_out.unpriced + unpriced,
        )
        return replace(self, rows=self.rows[:number], left_out=left_out)

    def without_free(self) -> "Comparison":
        """Return the rows that are not given away, which limits how much of them anybody gets."""
        rows = tuple(row for row in self.rows if not row.is_free)
        free = self.left_out.free + len(self.rows) - len(rows)
        return replace(self, rows=rows, left_out=replace(self.left_out, free=free))

    @property
    def mode(self) -> Mode | None:
        """The mode of all results, None if they differ."""
        return shared_mode(self.options, [result for row in self.rows for result in row.results])

    @property
    def ranked(self) -> tuple[ComparisonRow, ...]:
        """The rows that have a price."""
        return tuple(row for row in self.rows if row.common is not None)

    def amount(self, row: ComparisonRow) -> Decimal | None:
        """Return what *row* is ranked by, None if it has no such cost."""
        return row.month_common if self.options.volume else row.common

    def _summary(self) -> Iterator[str]:
        yield number_of(len(self.rows) + self.left_out.total, "row")
        if self.ranked:
            cheapest = self.ranked[0]
            yield f"cheapest {cheapest.offer.name} at {in_words(cheapest.results)}"


def compare(
    prompts: Prompts | InputTokens,
    models: str | Sequence[str] = (),
    *,
    output_tokens: OutputSize | None = None,
    selection: Selection | None = None,
    options: EstimateOptions | None = None,
    prices: PriceTable | None = None,
    strict: bool = True,
) -> Comparison:
    """Price *prompts*, each of them one call, with many models and rank these by the sum.

    With a volume that is the sum of a month, in which prices may change.

    Args:
        prompts: what `estimate` takes.
        models: names; one without a site stands for all of its sites, and one that has no price at
            any of them is a failure. Without names it is the whole table.
        output_tokens: 500, a range such as (200, 800) or (200, 400, 800), or `OutputTokens`; the
            same as the output of *options*.
        selection: providers, sites and the smallest context window wanted.
        options: what `estimate` takes; its currency is that of the ranking, by default the one
            all offers share, else USD.
        prices: the price table, by default the shipped one.
        strict: raise the first failure instead of reporting it.

    Raises:
        UsageError: nothing is left to compare.
        TokencostError: if *strict*, for the first unknown model, unreadable input, or model that
            was named and has no price.

    Examples:
        >>> report = tokencost.compare("Hello!", ["gpt-4o", "gpt-4o-mini"], output_tokens=500)
        >>> [row.offer.name for row in report.ranked][0]
        'openai/gpt-4o-mini@global'
    """
    failures = Failures(strict=strict)
    models = as_model_names(models)
    options = options_with_output(options, output_tokens)
    prices = as_price_table(prices)
    selection = selection or Selection()
    if options.site:
        selection = replace(selection, sites=(*selection.sites, options.site))
    inputs = Inputs.of(prompts, failures)
    options = with_default_output(options, inputs.prompts)
    offers = select_offers(prices, selection, names=models, failures=failures)
    if not offers and not failures.kept:
        raise UsageError(
            "no model of the table is selected", hint="ask for fewer conditions at once"
        )
    options = replace(options, currency=options.currency or _currency(offers), site=None)
    estimator = Estimator(options=options, prices=prices, failures=failures)
    # Of nothing that could be read no model has a price, and none lacks one either.
    rows, notes = _rows(offers if inputs.prompts else (), inputs, estimator)
    _check_answered(rows, failures, are_named=bool(models))
    allowed, warnings = split_notes(
        inputs.notes,
        ((result.input, result.tokens) for row in rows for result in row.results),
        uncounted_tokens=options.uncounted_tokens,
    )
    assumptions, doubts = estimator.summed_up_notes()
    # That other models and sites are compared than a request names needs no word.
    assumptions = tuple(note for note in assumptions if note.code not in _COMPARED)
    return Comparison(
        rows=_ranked(rows, by_month=options.volume is not None),
        currency=options.currency or _COMMON_CURRENCY,
        failures=tuple(failures.kept),
        options=options,
        price_date=estimator.price_date,
        prices=prices,
        assumptions=(*allowed, *assumptions, *bases_of(notes)),
        warnings=(*warnings, *doubts, *doubts_of(notes)),
    )


def _currency(offers: Sequence[Offer]) -> str:
    """Return the currency that all of *offers* share, else the common one."""
    currencies = {offer.currency for offer in offers}
    return currencies.pop() if len(currencies) == 1 else _COMMON_CURRENCY


def _check_answered(rows: Sequence[ComparisonRow], failures: Failures, *, are_named: bool) -> None:
    """Take as failures the models that were asked for by name and have no price anywhere.

    Where none was named and none has a price, the first reason stands for all.
    """
    ranked = {row.offer.model.name for row in rows if row.common is not None}
    unanswered: dict[str, TokencostError] = {}
    for row in rows:
        if row.error and row.offer.model.name not in ranked:
            unanswered.setdefault(row.offer.model.name, row.error)
    for name, error in list(unanswered.items())[: None if are_named else int(not ranked)]:
        failures.add(error, model=name)


def _rows(
    offers: Sequence[Offer], inputs: Inputs, estimator: Estimator
) -> tuple[list[ComparisonRow], Sequence[Note]]:
    """Return the rows, and notes on how they were counted."""
    failures = {offer.name: Failures(strict=False) for offer in offers}
    results: dict[str, list[Estimate]] = {offer.name: [] for offer in offers}
    pairs = ((offer.model, prompt) for prompt in inputs.texts for offer in offers)
    with counted_together(
        inputs.texts, lambda: tokenizers_for(pairs, estimator.options.tokenizer)
    ) as notes:
        # Prompt by prompt: models that share a vocabulary count it once.
        for prompt in watched(inputs.prompts, size=length):
            for offer in offers:
                own = replace(estimator, failures=failures[offer.name])
                if (result := own.estimate(prompt, offer)) is not None:
                    results[offer.name].append(result)
    errors = {name: [failure.error for failure in of.kept] for name, of in failures.items()}
    return [
        _row(offer, results[offer.name], errors[offer.name], estimator) for offer in offers
    ], notes


def _row(
    offer: Offer,
    results: Sequence[Estimate],
    errors: Sequence[TokencostError],
    estimator: Estimator,
) -> ComparisonRow:
    cost = total_cost(results) if results else None
    if errors or cost is None or cost.expected is None:
        error = errors[0] if errors else None
        return ComparisonRow(offer=offer, results=tuple(results), cost=cost, error=error)
    conversion = results[0].conversion
    month = cost_of_month(results, estimator.options, estimator.price_date)
    in_month = month.expected
    return ComparisonRow(
        offer=offer,
        results=tuple(results),
        cost=cost,
        conversion=conversion,
        common=conversion.convert(cost.expected) if conversion else cost.expected,
        month=month,
        month_common=conversion.convert(in_month) if conversion and in_month else in_month,
    )


def _ranked(rows: Sequence[ComparisonRow], *, by_month: bool) -> tuple[ComparisonRow, ...]:
    """Return *rows* with the cheapest first, then those without a month, then without a price."""
    amounts = [(row.month_common if by_month else row.common, row) for row in rows]
    priced = [(amount, row) for amount, row in amounts if amount is not None]
    priced.sort(key=lambda entry: (entry[0], entry[1].offer.name))
    others = [row for amount, row in amounts if amount is None and row.common is not None]
    others.sort(key=lambda row: (row.common, row.offer.name))
    unpriced = [row for row in rows if row.common is None]
    unpriced.sort(key=lambda row: (row.error.code if row.error else "", row.offer.name))
    cheapest = next((amount for amount, _ in priced if amount), None)
    return (
        *(
            replace(row, ratio=divide(amount, cheapest) if cheapest else None)
            for amount, row in priced
        ),
        *others,
        *unpriced,
    )
