"""The contents of files as prompts, counted and priced."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from tokencost.budgets.diff_report import DiffSize
from tokencost.budgets.files import FileReading
from tokencost.errors import Failure, InputError
from tokencost.estimates.cost_range import cost_of_month
from tokencost.estimates.estimate import estimate
from tokencost.estimates.results import (
    Estimate,
    EstimateOptions,
    EstimateReport,
    TotalCost,
    total_cost,
)
from tokencost.inputs import InputSet, Prompt
from tokencost.inputs.files import binary, decode, is_binary, is_plainly_binary
from tokencost.inputs.prompt import interpret
from tokencost.money import sum_of
from tokencost.notes import Note
from tokencost.pricing import Conversion, PriceDate, PriceTable, find_conversion
from tokencost.reports import printable
from tokencost.tokenizers import TokenCount
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """With what files are counted and priced at one end."""

    models: tuple[str, ...]
    options: EstimateOptions
    prices: PriceTable

    @property
    def price_date(self) -> PriceDate:
        """When the prices hold, by default on the day of the table."""
        return self.options.price_date or self.prices.price_date

    def find_conversion(self, source: str, target: str) -> Conversion | None:
        """Return how to convert, None if nothing needs converting.

        Raises:
            NoRateError: there is no exchange rate.
        """
        return find_conversion(
            source,
            target,
            day=self.price_date.day,
            given=self.options.exchange_rates,
            listed=self.prices.exchange_rates,
        )


@dataclass(slots=True, kw_only=True)
class FilePrompts:
    """The prompts of each file of one end; pictures and the like have none and are *skipped*.

    Those that git keeps *in_utf8* have no other encoding there.
    """

    reading: FileReading
    in_utf8: frozenset[str] = frozenset()
    prompts: dict[str, tuple[Prompt, ...]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    failures: dict[str, InputError] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def read(self, path: str, content: bytes, *, name: str) -> None:
        """Take a file; errors and prompts call it *name*."""
        encoding = "utf-8" if path in self.in_utf8 else self.reading.encoding
        if is_binary(content, encoding=encoding):
            if is_plainly_binary(path):
                self.skipped.append(path)
            else:
                self.failures[path] = binary(name)
            return
        try:
            text = decode(content, name=name, encoding=encoding)
            prompts = interpret(
                text,
                name=printable(name),
                input_format=self.reading.input_format,
                notes=self.notes,
            )
            self.prompts[path] = tuple(prompts)
        except InputError as error:
            self.failures[path] = error.at(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedFiles:
    """What prompts cost, for each file by each of its models.

    *failures* are by the prompts that they are about, None for a model that has no result at all.
    """

    report: EstimateReport
    results: Mapping[str, Mapping[str, tuple[Estimate, ...]]]
    failures: tuple[Failure, ...]


def price_files(files: Mapping[str, Sequence[Prompt]], pricing: Pricing) -> PricedFiles:
    """Count and price every prompt; whoever has the same prompts has their results."""
    prompts = {id(prompt): prompt for of_file in files.values() for prompt in of_file}
    report = estimate(
        InputSet(prompts=tuple(prompts.values()), errors=(), notes=()),
        models=pricing.models,
        options=pricing.options,
        prices=pricing.prices,
        strict=False,
    )
    by_prompt: dict[int, list[Estimate]] = {}
    for result in report.results:
        by_prompt.setdefault(id(result.prompt), []).append(result)
    results: dict[str, dict[str, tuple[Estimate, ...]]] = {}
    for path, of_file in files.items():
        by_model: dict[str, list[Estimate]] = {}
        for prompt in of_file:
            for result in by_prompt.get(id(prompt), ()):
                by_model.setdefault(result.offer.name, []).append(result)
        results[path] = {name: tuple(of_model) for name, of_model in by_model.items()}
    return PricedFiles(report=report, results=results, failures=report.failures)


def size_of(results: Sequence[Estimate], pricing: Pricing, currency: str) -> DiffSize | None:
    """Return what results come to, in *currency*; None if there are none.

    Raises:
        NoRateError: one of them is in another currency, and there is no exchange rate.
    """
    if not results:
        return None
    costs, months = [], []
    for result in results:
        conversion = pricing.find_conversion(result.offer.currency, currency)
        month = cost_of_month([result], pricing.options, pricing.price_date)
        costs.append(converted_cost(total_cost([result]), conversion))
        months.append(converted_cost(month, conversion))
    month_ends = sum_costs(months)
    return DiffSize(
        model=results[0].offer.name,
        tokens=TokenCount.sum([result.tokens for result in results]),
        currency=currency,
        cost=sum_costs(costs),
        month=month_ends.expected,
        month_ends=month_ends,
    )


def converted_cost(cost: TotalCost, conversion: Conversion | None) -> TotalCost:
    """Return *cost* in the other currency, as it is without a conversion."""
    if conversion is None:
        return cost
    low, expected, high = (
        None if end is None else conversion.convert(end)
        for end in (cost.low, cost.expected, cost.high)
    )
    return TotalCost(low=low, expected=expected, high=high)


def sum_costs(costs: Sequence[TotalCost]) -> TotalCost:
    """Return costs together; an end that one of them does not have is none."""
    return TotalCost(
        low=sum_of(cost.low for cost in costs),
        expected=sum_of(cost.expected for cost in costs),
        high=sum_of(cost.high for cost in costs),
    )
