"""Reports of `estimate` with scenarios."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tokencost.notes import assumed
from tokencost.pricing import Conversion
from tokencost.report.estimate import EstimateView
from tokencost.report.page import (
    CsvTable,
    Page,
    PageNote,
)
from tokencost.report.page_notes import brief_exchange_rates, names_by_text, notes_of
from tokencost.report.phrases import sentence, sentence_about, sentences
from tokencost.report.price_phrases import exchange_rate_notes
from tokencost.report.scenario_tables import (
    best_tables,
    cached_outcome,
    is_detailed,
    name_before,
    scenario_tables,
)
from tokencost.report.scenarios import (
    prefix_notes,
    scenario_dict,
)
from tokencost.scenarios import (
    Certainty,
    DynamicText,
    NoSavings,
    Savings,
    SavingsReport,
)
from tokencost.usage import CacheKind

# the table says it: under trade-off, and how certain a scenario is
_TOLD_ELSEWHERE = {"results_wait", "other_hours", "if_sent_again"}
_ESTIMATE = EstimateView()
# thresholds that a little less, or more, is on the cheaper side of
_WITHIN_REACH = {"tier_just_exceeded", "output_tier_just_exceeded", "prefix_almost_cacheable"}
# what would save in a month, which no row of calls says
_OF_MONTH = {"cheaper_in_a_month", "cheaper_hours_in_a_month"}
# what the reasons say that a scenario is not the best
_TOLD = {"if_sent_again", "cache_hits_not_guaranteed", "batch_delay", "quality_not_verified"}


class SavingsView:
    """An estimate, with what it would cost in other ways below it."""

    def page(self, report: SavingsReport) -> Page:
        """Lay out the estimate, and the scenarios of its models."""
        costs = _ESTIMATE.page(report.estimate)
        rates: tuple[str, ...] = ()
        tables = [*scenario_tables(report), *best_tables(report)]
        if any(savings.alternatives for savings in report.savings):
            from tokencost.report.alternatives import alternative_tables

            tables += alternative_tables(report)
            rates = tuple(brief_exchange_rates(_conversions(report)))
        notes = (*costs.notes, *_notes(report))
        template = ["placeholders unfilled"] if _has_placeholder(report) else []

        def complete(page: Page) -> Page:
            brief = page.brief and tuple(dict.fromkeys((*page.brief, *rates, *template)))
            return replace(page, tables=(*page.tables, *tables), notes=notes, brief=brief)

        return replace(complete(costs), summary=costs.summary and complete(costs.summary))

    def csv(self, report: SavingsReport) -> CsvTable:
        """Return the rows of the estimate: scenarios have other columns."""
        return _ESTIMATE.csv(report.estimate)

    def as_dict(self, report: SavingsReport) -> dict[str, Any]:
        """Spell out the JSON: that of the estimate, with the scenarios in it."""
        return _ESTIMATE.as_dict(
            report.estimate,
            scenarios=[scenario_dict(model, report) for model in report.models],
            conversions=_conversions(report),
            failures=report.failures,
        )

    def quiet(self, report: SavingsReport) -> str:
        """Return the exact sum of the estimate."""
        return _ESTIMATE.quiet(report.estimate)


def _conversions(report: SavingsReport) -> list[Conversion | None]:
    """Return how alternatives are made comparable with what they could replace."""
    return [
        alternative.conversion for savings in report.savings for alternative in savings.alternatives
    ]


def _has_placeholder(report: SavingsReport) -> bool:
    """Say whether something is filled into a text before it is sent, which changes its size."""
    prefixes = [savings.prefix for savings in report.savings]
    ends = (prefix.ends_at for prefix in prefixes)
    notes = (note for prefix in prefixes for note in prefix.notes)
    return any(end and end.why is DynamicText.PLACEHOLDER for end in ends) or any(
        note.code == "samples_have_placeholder" for note in notes
    )


def _notes(report: SavingsReport) -> list[PageNote]:
    """Return what the scenarios rest on, which do not apply, and what lies near by."""
    lines: list[PageNote] = []
    for savings in report.savings:
        name = name_before(savings, report)
        if is_detailed(report):
            shown, others = _reasons(savings, report)
            for label, texts in (
                ("why not more", (*_why_not_more(savings), *shown)),
                ("prefix", sentences(prefix_notes(savings))),
                ("scenario", _assumed(savings)),
                ("not applicable", others),
            ):
                lines += notes_of(label, [f"{name}{text}" for text in texts])
        lines += _near(savings, name)
    for model in report.models:
        if isinstance(model, NoSavings):
            lines += notes_of("no savings", [f"{model.offer.name}: {sentence(model.reason)}"])
    if any(savings.alternatives for savings in report.savings):
        lines += notes_of("scenario", [assumed("models_not_compared")])
        lines += exchange_rate_notes(_conversions(report))
    if report.savings and not is_detailed(report):
        lines += notes_of("why not more", _caches_of_several(report))
        lines += notes_of("scenario", [assumed("best_of_certain")])
    return lines


def _near(savings: Savings, name: str) -> Iterable[PageNote]:
    """Yield which thresholds are near; one on whose other side it costs less is of the answer."""
    months = [note for note in savings.limits if note.code in _OF_MONTH]
    yield from notes_of("why not more", [f"{name}{sentence(note)}" for note in months])
    for note in savings.warnings:
        label = "why not more" if note.code in _WITHIN_REACH else "near"
        yield from notes_of(label, [f"{name}{sentence(note)}"])


def _reasons(savings: Savings, report: SavingsReport) -> tuple[list[str], list[str]]:
    """Return why scenarios do not apply: of those that were asked for, and of the rest."""
    asked: list[str] = []
    others: list[str] = []
    is_about_caches = _asks_for_cache(report) and cached_outcome(savings) is None
    kind = f"cache-{report.estimate.options.cache}"
    for outcome in savings.outcomes:
        if outcome.reason is not None:
            is_asked = (
                report.options.only
                or (is_about_caches and outcome.is_cache)
                or outcome.id.startswith(kind)
            )
            text = sentence_about(replace(outcome.reason, about=outcome.name))
            (asked if is_asked else others).append(text)
    return asked, others


def _asks_for_cache(report: SavingsReport) -> bool:
    """Say whether an option is about a cache: who gives one waits for a row of it."""
    options, estimated = report.options, report.estimate.options
    is_option = (options.hit_rate, options.prefix, options.ttl) != (None, None, None)
    return is_option or estimated.cache in [*CacheKind] or estimated.cache_ttl is not None


def _caches_of_several(report: SavingsReport) -> Iterable[str]:
    """Yield why costs with a cache are only possible, of models without a table each."""
    caches = [cached_outcome(savings) for savings in report.savings]
    if any(row and row.certainty is Certainty.POSSIBLE for row in caches):
        yield sentence(assumed("caches_possible"))


def _why_not_more(savings: Savings) -> Iterable[str]:
    """Yield why scenarios that cost less are not the best, with their names."""
    reasons = (
        (outcome.name, [why_not])
        for outcome in savings.outcomes
        if outcome.applies and not savings.is_slight(outcome)
        if (why_not := savings.why_not_chosen(outcome)) is not None
        if why_not.code not in _TOLD_ELSEWHERE
    )
    for text, names in names_by_text(reasons).items():
        yield f"{', '.join(names)}: {text}"


def _assumed(savings: Savings) -> Iterable[str]:
    """Yield what the scenarios rest on, with the ids of those that do."""
    scenarios = (
        (row.id, [note for note in row.assumptions if note.code not in _TOLD])
        for row in savings.outcomes
        if row.applies and not savings.is_slight(row)
    )
    for text, ids in names_by_text(scenarios).items():
        yield f"{', '.join(ids)}: {text}"
