"""Inputs counted and priced for the models of a budget, now and as they were at a base."""

from collections.abc import Iterable, Mapping, Sequence

from tokencost.budgets.case import Baseline, Case
from tokencost.budgets.files import FileReading, paths_in, reader_of
from tokencost.errors import Failure, TokencostError
from tokencost.estimates.cost_range import month_notes
from tokencost.estimates.count import (
    CountReport,
    PromptCount,
    count,
    group_by_model,
    named_model,
    no_model_named,
)
from tokencost.estimates.estimate import estimate
from tokencost.estimates.results import Estimate, EstimateReport
from tokencost.inputs import InputSet, Prompt
from tokencost.notes import Note, assumed
from tokencost.pricing import PriceTable, find_model, find_offer, price_at
from tokencost.pricing import named_model as meant_model
from tokencost.values import dataclass, replace

Measured = PromptCount | Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The results of inputs with one model.

    *unmeasured* are the files of inputs that have none, with "" for those without a file.
    """

    model: str
    results: tuple[Measured, ...]
    report: CountReport | EstimateReport
    unmeasured: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What inputs were at a base.

    Attributes:
        results: by file, the results of what it held, of each file that differs.
        unknown: by file, why nobody knows what it was.
        added: the files that were not there.
        names: by file, its name at the base where that was another.
        deleted: the results of files that are not there any more.
    """

    results: Mapping[str, tuple[tuple[str, Measured], ...]]
    unknown: Mapping[str, TokencostError]
    added: frozenset[str]
    names: Mapping[str, str]
    deleted: tuple[tuple[str, Measured], ...]

    def of_file(
        self, file: str, model: str, now: Sequence[Measured], *, is_only: bool
    ) -> tuple[Measured, ...] | None:
        """Return the results of what *file* held, None if it was not there or nobody knows.

        Results of several models are never together: a sum over models would hide a growth.

        Args:
            file: its name now.
            model: the model of *now*.
            now: its results of now, which are those of then for a file that is as it was.
            is_only: whether its requests name their model and all of them this one: that which all
                of them named then is what they are compared with.
        """
        if file in self.added or file in self.unknown:
            return None
        if file not in self.results:
            return tuple(now)
        former = self.results[file]
        names = {name for name, _ in former}
        is_another = is_only and model not in names and len(names) == 1
        return tuple(of for name, of in former if is_another or name == model)

    def of_deleted(self, model: str) -> tuple[Measured, ...]:
        """Return the results of files that are gone."""
        return tuple(of for name, of in self.deleted if name == model)


def prompt_of(result: Measured) -> Prompt:
    """Return the input that a result is of; its name alone may be that of another too."""
    if not isinstance(result.prompt, Prompt):
        raise TypeError("only prompts are measured")
    return result.prompt


def model_of(result: Measured) -> str:
    """Return the name of a result's model, without a site."""
    return result.offer.model.name if isinstance(result, Estimate) else result.model or ""


def warnings_of_results(report: EstimateReport) -> Iterable[Note]:
    """Yield the warnings of single results once for each model, which they are about."""
    both = dict.fromkeys(
        (result.offer.name, note) for result in report.results for note in result.warnings
    )
    return (replace(note, about=name) for name, note in both)


def assumptions_of_quotes(report: EstimateReport) -> Iterable[Note]:
    """Yield what single prices rest on once for each model, which they are about."""
    both = dict.fromkeys(
        (result.offer.name, note)
        for result in report.results
        if result.quote
        for note in result.quote.assumptions
    )
    return (replace(note, about=name) for name, note in both)


def price_assumptions(report: EstimateReport) -> Iterable[Note]:
    """Yield what the prices of a report rest on."""
    options = report.options
    if options.output is not None:
        yield assumed("output_up_to", tokens=options.output.high)
    else:
        yield assumed("output_of_requests")
    mode = str(report.mode or "as each request asks")
    yield assumed("prices_of", date=report.price_date, mode=mode, sources=report.prices.labels)
    yield from assumptions_of_quotes(report)
    for name, note in month_notes(report.results, options, report.price_date):
        yield replace(note, about=name)


def measure(
    case: Case, prompts: Sequence[Prompt], prices: PriceTable
) -> tuple[list[Measurement], list[Failure]]:
    """Count *prompts* for each model of *case*, and price them if a limit is on cost."""
    failures = [] if case.models or case.options.default_models else [*_without_model(prompts)]
    measurements: dict[str, Measurement] = {}
    for name, of_model in _groups(case, prompts, prices):
        report = _report(case, name, of_model, prices)
        failures += report.failures
        if isinstance(report, CountReport) and report.results:
            failures += _retired(case, name, prices)
        label = model_of(report.results[0]) if report.results else name
        if label in measurements:  # the same model at another site
            label = name
        measurements.setdefault(
            label,
            Measurement(
                model=label,
                results=report.results,
                report=report,
                unmeasured=_unmeasured(of_model, report.results),
            ),
        )
    return [*measurements.values()], failures


def _unmeasured(prompts: Iterable[Prompt], results: Iterable[Measured]) -> frozenset[str]:
    measured = {id(prompt_of(result)) for result in results}
    return frozenset(prompt.file for prompt in prompts if id(prompt) not in measured)


def _groups(
    case: Case, prompts: Sequence[Prompt], prices: PriceTable
) -> list[tuple[str, list[Prompt]]]:
    """Return the prompts of each model, which has as many names as people give it."""
    groups: dict[str, tuple[str, dict[int, Prompt]]] = {}
    for names, of_names in group_by_model(case.models, prompts, case.options.default_models):
        for name in [names] if isinstance(names, str) else names:
            _, members = groups.setdefault(_offer_name(name, case, prices), (name, {}))
            members.update((id(prompt), prompt) for prompt in of_names)
    return [(name, [*members.values()]) for name, members in groups.values()]


def _offer_name(name: str, case: Case, prices: PriceTable) -> str:
    """Return the one name of what *name* means; itself if that is nothing, or has no price."""
    options = case.options
    try:
        return find_offer(prices, name, site=options.site, default_site=options.default_site).name
    except TokencostError:
        meant = meant_model(prices, name)
        return f"{meant.model.name}@{meant.site}" if meant else name


def _report(
    case: Case, model: str, prompts: Sequence[Prompt], prices: PriceTable
) -> CountReport | EstimateReport:
    inputs = InputSet(prompts=tuple(prompts), errors=(), notes=())
    options = case.options
    if case.limits.costs:
        return estimate(inputs, model, options=options, prices=prices, strict=False)
    return count(
        inputs,
        model,
        tokenizer=options.tokenizer,
        uncounted_tokens=options.uncounted_tokens,
        prices=prices,
        strict=False,
    )


def _retired(case: Case, name: str, prices: PriceTable) -> Iterable[Failure]:
    """Yield a failure if *name* was not sold any more, of which only a price would tell."""
    options = case.options
    price_date = options.price_date or prices.price_date
    model = find_model(prices, name)
    is_over = model.last_day is not None and price_date.day > model.last_day
    if is_over or (not model.sites and model.replaced_by):
        try:
            site, default = options.site, options.default_site
            price_at(find_offer(prices, name, site=site, default_site=default), price_date)
        except TokencostError as error:
            yield Failure(error=error, model=model.name)


def _without_model(prompts: Iterable[Prompt]) -> Iterable[Failure]:
    for prompt in prompts:
        if not named_model(prompt):
            yield Failure(error=no_model_named(prompt), input=prompt.name)


def measure_past(case: Case, base: Baseline, prices: PriceTable, reading: FileReading) -> Past:
    """Count and price what the inputs of *case* were at *base*, of those that differ."""
    paths = paths_in(
        base.root, dict.fromkeys(prompt.file for prompt in case.prompts if prompt.file)
    )
    contents: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for file, path in paths.items():
        if (before := base.changed.get(path)) is None:
            continue
        if before.path != path:
            names[file] = before.path
        if before.content is not None:
            contents[file] = before.content
    reasons = {file: base.unknown_of(path) for file, path in paths.items()}
    unknown = {file: reason for file, reason in reasons.items() if reason is not None}
    unknown |= {path: base.unknown[path] for path in base.unknown if path not in paths.values()}
    results = _measure_contents(case, contents, prices, reading, unknown)
    gone = {file.path: file.content for file in case.deleted if file.content is not None}
    deleted = _measure_contents(case, gone, prices, reading, unknown)
    return Past(
        results=results,
        unknown=unknown,
        added=frozenset(file for file, path in paths.items() if path in base.added),
        names=names,
        deleted=tuple(of for of_file in deleted.values() for of in of_file),
    )


def _measure_contents(
    case: Case,
    contents: Mapping[str, bytes],
    prices: PriceTable,
    reading: FileReading,
    unknown: dict[str, TokencostError],
) -> dict[str, tuple[tuple[str, Measured], ...]]:
    """Return by file the results of its former content; why there are none goes to *unknown*."""
    prompts: list[Prompt] = []
    for file, content in contents.items():
        reader = reader_of(reading)
        reader.add_bytes(content, name=file)
        inputs = reader.reading()
        prompts += inputs.prompts
        if inputs.errors:
            unknown[file] = inputs.errors[0]
    measurements, failures = measure(case, prompts, prices)
    files: dict[str | None, set[str]] = {}
    for prompt in prompts:
        files.setdefault(prompt.name, set()).add(prompt.file)
    results: dict[str, list[tuple[str, Measured]]] = {file: [] for file in contents}
    for measurement in measurements:
        for result in measurement.results:
            results[prompt_of(result).file].append((measurement.model, result))
    for failure in failures:
        unknown.update(dict.fromkeys(files.get(failure.input, ()), failure.error))
    return {file: tuple(of_file) for file, of_file in results.items()}
