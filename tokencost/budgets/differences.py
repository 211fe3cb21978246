"""The files of one budget at both ends: what each of them comes to, and all of them together."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from itertools import pairwise

from tokencost.budgets.diff_report import CostCauses, FileDifference, TotalDifference
from tokencost.budgets.priced_files import FilePrompts, PricedFiles, Pricing, price_files, size_of
from tokencost.errors import Failure, TokencostError
from tokencost.estimates.results import Estimate, EstimateReport, total_cost
from tokencost.git import Comparison, FileStatus
from tokencost.inputs import Prompt
from tokencost.money import subtract, sum_of
from tokencost.pricing import Conversion
from tokencost.values import dataclass, replace

FileModel = tuple[str, str]  # a file, and a model that it is priced for


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPart:
    """Files that are compared with the same models: those of a budget, or those that were named.

    Attributes:
        budget: the name of the budget, None for files that were named.
        wants: whether a path of the repository is one of them.
        before: how they were priced at the base.
        now: how they are priced.
    """

    budget: str | None
    wants: Callable[[str], bool]
    before: Pricing
    now: Pricing


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffTexts:
    """What was read of both ends; what is the same at both is the same prompt."""

    comparison: Comparison
    then: FilePrompts
    now: FilePrompts

    def names(self, place: "_Place") -> set[str]:
        """Return what errors call the prompts of a file."""
        prompts = (
            *self.then.prompts.get(place.was or "", ()),
            *self.now.prompts.get(place.path, ()),
        )
        return {prompt.name for prompt in prompts}


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDiff:
    """The differences of one part, and the reports that they rest on.

    Attributes:
        keys: the files of the part with their models, at either end.
        own_files: of *files* those that no part before has counted with the same model.
        own_totals: the totals of what no part before has counted.
    """

    files: tuple[FileDifference, ...]
    totals: tuple[TotalDifference, ...]
    failures: tuple[Failure, ...]
    reports: tuple[EstimateReport, ...]
    conversions: tuple[Conversion, ...] = ()
    keys: frozenset[FileModel] = frozenset()
    own_files: tuple[FileDifference, ...] = ()
    own_totals: tuple[TotalDifference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A file of a part: *was* is None if it was not there, *status* if it is as it was."""

    path: str
    was: str | None
    status: FileStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A file with one model at both ends; a side is empty where there was or is nothing.

    Attributes:
        key: the file, by whatever tells it apart.
        prompts: what is in it now.
        then: its results at the base.
        now: its results now, of another model if that is what has changed.
    """

    key: str
    prompts: tuple[Prompt, ...]
    then: tuple[Estimate, ...]
    now: tuple[Estimate, ...]

    @property
    def then_model(self) -> str:
        """The model at the base."""
        return self.then[0].offer.name if self.then else ""

    @property
    def model(self) -> str:
        """The model of now, else that of the base."""
        return self.now[0].offer.name if self.now else self.then_model


def compare_part(part: DiffPart, texts: DiffTexts, counted: Collection[FileModel]) -> PartDiff:
    """Count and price the files of *part* at both ends; every different text once.

    Those that parts before have *counted* are compared too, and left out of what is its own.
    """
    places = list(_places(part, texts.comparison))
    unread = {*texts.then.failures, *texts.now.failures, *texts.comparison.failures}
    gaps = {place.path for place in places if {place.path, place.was} & unread}
    now_files = _files(texts.now.prompts, (place.path for place in places), "now")
    then_files = _files(texts.then.prompts, (place.was for place in places), "then")
    is_alike = part.before == part.now
    if is_alike:
        priced = price_files({**now_files, **then_files}, part.now)
        ends = [priced, priced]
    else:
        ends = [price_files(then_files, part.before), price_files(now_files, part.now)]
    failures = dict.fromkeys(failure for end in ends for failure in end.failures)
    failed = {failure.input for failure in failures if failure.input}
    gaps |= {place.path for place in places if not failed.isdisjoint(texts.names(place))}
    whole = [place for place in places if place.path not in gaps]
    differences = _Differences(part, texts, ends[0], ends[1])
    try:
        compared = differences.of(whole, counted)
    except TokencostError as error:
        return _without_differences([*failures, Failure(error=error)], ends)
    return replace(
        compared,
        totals=() if gaps else compared.totals,
        failures=tuple(failures),
        reports=tuple(end.report for end in ends[: 1 if is_alike else 2]),
    )


def _without_differences(failures: Iterable[Failure], ends: Iterable[PricedFiles]) -> PartDiff:
    reports = tuple(end.report for end in ends)
    return PartDiff(files=(), totals=(), failures=tuple(failures), reports=reports)


def _places(part: DiffPart, comparison: Comparison) -> Iterator[_Place]:
    """Yield the files of a part; one that came from elsewhere was added, as far as it knows."""
    for change in comparison.changes:
        is_here = change.kind is not FileStatus.DELETED and part.wants(change.path)
        was_here = change.was is not None and part.wants(change.was)
        if is_here and was_here:
            yield _Place(path=change.path, was=change.was, status=change.kind)
        elif is_here:
            yield _Place(path=change.path, was=None, status=FileStatus.ADDED)
        elif was_here:
            path = change.was or ""
            yield _Place(path=path, was=path, status=FileStatus.DELETED)
    for path in comparison.unchanged:
        if part.wants(path):
            yield _Place(path=path, was=path, status=None)


def _files(
    prompts: Mapping[str, tuple[Prompt, ...]], paths: Iterable[str | None], end: str
) -> dict[str, tuple[Prompt, ...]]:
    """Return the prompts of *paths*, under names that differ between the ends."""
    return {
        f"{end}:{path}": prompts[path] for path in paths if path is not None and path in prompts
    }


@dataclass(frozen=True, slots=True)
class _Differences:
    """Pairs the results of both ends."""

    part: DiffPart
    texts: DiffTexts
    then: PricedFiles
    now: PricedFiles
    conversions: dict[Conversion, None] = field(default_factory=dict)

    def of(self, places: list[_Place], counted: Collection[FileModel]) -> PartDiff:
        pairs = [(place, pair) for place in places for pair in self._pairs(place)]
        currencies = {
            pair.model: self.part.now.options.currency or (pair.now or pair.then)[0].offer.currency
            for _, pair in pairs
        }
        for _, pair in pairs:
            self._keep_conversions(pair, currencies[pair.model])
        before, now = self.part.before, self.part.now
        unsure = [pair for place, pair in pairs if place.status is not None or before != now]
        causes = find_causes(unsure, before, now, currencies)
        files = tuple(
            FileDifference(
                budget=self.part.budget,
                path=place.path,
                was=place.was,
                status=place.status,
                base=size_of(pair.then, before, currencies[pair.model]),
                head=size_of(pair.now, now, currencies[pair.model]),
                causes=causes[pair.key, pair.model],
            )
            for place, pair in pairs
            if place.status is not None
        )
        own = [both for both in pairs if (both[1].key, both[1].model) not in counted]
        totals = self._totals(pairs, causes, currencies)
        return PartDiff(
            files=files,
            totals=totals,
            failures=(),
            reports=(),
            conversions=tuple(self.conversions),
            keys=frozenset((pair.key, pair.model) for _, pair in pairs),
            own_files=tuple(file for file in files if (file.path, file.model) not in counted),
            own_totals=totals if own == pairs else self._totals(own, causes, currencies),
        )

    def _keep_conversions(self, pair: Pair, target: str) -> None:
        for pricing, results in ((self.part.before, pair.then), (self.part.now, pair.now)):
            for source in {result.offer.currency for result in results} - {target}:
                if conversion := pricing.find_conversion(source, target):
                    self.conversions[conversion] = None

    def _totals(
        self,
        pairs: list[tuple[_Place, Pair]],
        causes: Mapping[tuple[str, str], CostCauses],
        currencies: Mapping[str, str],
    ) -> tuple[TotalDifference, ...]:
        groups: dict[str, list[tuple[_Place, Pair]]] = {}
        for both in pairs:
            groups.setdefault(both[1].model, []).append(both)
        return tuple(
            self._total(group, causes, currencies[model]) for model, group in groups.items()
        )

    def _total(
        self,
        pairs: list[tuple[_Place, Pair]],
        causes: Mapping[tuple[str, str], CostCauses],
        currency: str,
    ) -> TotalDifference:
        of_pairs = [causes.get((pair.key, pair.model)) for _, pair in pairs]
        then = [result for _, pair in pairs for result in pair.then]
        now = [result for _, pair in pairs for result in pair.now]
        return TotalDifference(
            budget=self.part.budget,
            base=size_of(then, self.part.before, currency),
            head=size_of(now, self.part.now, currency),
            causes=CostCauses.sum([cause for cause in of_pairs if cause]),
            files=len({place.path for place, pair in pairs if pair.now}),
            changed=sum(place.status is not None for place, _ in pairs),
        )

    def _pairs(self, place: _Place) -> Iterator[Pair]:
        """Pair each model of a file with itself, and one that took another's place with that."""
        is_gone = place.status is FileStatus.DELETED
        then = self.then.results.get(f"then:{place.was}", {}) if place.was else {}
        now = {} if is_gone else self.now.results.get(f"now:{place.path}", {})
        prompts = () if is_gone else self.texts.now.prompts.get(place.path, ())
        old, new = [model for model in then if model not in now], [*now]
        fresh = [model for model in now if model not in then]
        former = {fresh[0]: old[0]} if len(old) == len(fresh) == 1 else {}
        for model in new:
            before = then.get(former.get(model, model), ())
            yield Pair(key=place.path, prompts=prompts, then=before, now=now[model])
        for model in old:
            if model not in former.values():
                yield Pair(key=place.path, prompts=(), then=then[model], now=())


Costs = Mapping[tuple[str, str], Decimal | None]  # by file and model


def find_causes(
    pairs: Sequence[Pair], before: Pricing, now: Pricing, currency: Mapping[str, str]
) -> dict[tuple[str, str], CostCauses]:
    """Return the causes by file and model of now, in the *currency* of that model.

    The new text is first priced with the former model and prices, then with the former model at
    the prices of now, then with the model of now, and last converted at the exchange rate of now.
    What was added or deleted is all of it a change of the prompt.
    """
    moved = [pair for pair in pairs if pair.then and pair.now]
    changed = [pair for pair in moved if not _is_alike(pair, before, now)]
    with_new_text = _costs(changed, before)
    with_new_prices = with_new_text if before.prices is now.prices else _costs(changed, now)
    causes: dict[tuple[str, str], CostCauses] = {}
    for pair in pairs:
        target = currency[pair.model]
        old, new = _Converter(before, target), _Converter(now, target)
        start, end = old.total(pair.then), new.total(pair.now)
        if pair.then and pair.now and not _is_alike(pair, before, now):
            key = pair.key, pair.then_model
            source = pair.then[0].offer.currency
            text = old.convert(with_new_text.get(key), source)
            prices = old.convert(with_new_prices.get(key), source)
            model = old.total(pair.now)
            steps = [start, text, prices, model, end]
        else:
            steps = [start, end, end, end, end]
        prompt, prices, model, rate = (
            None if a is None or b is None else subtract(b, a) for a, b in pairwise(steps)
        )
        causes[pair.key, pair.model] = CostCauses(
            prompt=prompt, prices=prices, model=model, exchange_rate=rate
        )
    return causes


def _is_alike(pair: Pair, before: Pricing, now: Pricing) -> bool:
    """Tell whether nothing but the text can differ."""
    rates = before.options.exchange_rates == now.options.exchange_rates
    return rates and before.prices is now.prices and pair.then_model == pair.model


def _costs(pairs: Sequence[Pair], pricing: Pricing) -> Costs:
    """Return what the new text of each pair costs with its former model, None without a price."""
    by_model: dict[str, dict[str, tuple[Prompt, ...]]] = {}
    for pair in pairs:
        by_model.setdefault(pair.then_model, {})[pair.key] = pair.prompts
    costs: dict[tuple[str, str], Decimal | None] = {}
    for model, files in by_model.items():
        with_model = Pricing(models=(model,), options=pricing.options, prices=pricing.prices)
        for key, results in price_files(files, with_model).results.items():
            of_file = [result for of_model in results.values() for result in of_model]
            costs[key, model] = total_cost(of_file).expected if of_file else None
    return costs


@dataclass(frozen=True, slots=True)
class _Converter:
    """Amounts of one end in one currency."""

    pricing: Pricing
    target: str

    def total(self, results: Sequence[Estimate]) -> Decimal | None:
        return sum_of(
            self.convert(total_cost([result]).expected, result.offer.currency) for result in results
        )

    def convert(self, amount: Decimal | None, source: str) -> Decimal | None:
        conversion = self.pricing.find_conversion(source, self.target)
        return amount if amount is None or conversion is None else conversion.convert(amount)
