"""The notes below the tables of a page, and the cells of counts in them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tokencost.errors import Failure
from tokencost.money import format_exact
from tokencost.notes import Note, assumed
from tokencost.report.page import DASH, PageNote
from tokencost.reports import number_of
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import OutputTokens

if TYPE_CHECKING:  # types alone: a count starts faster without the price table's code
    from tokencost.budgets.diff_report import DiffReport
    from tokencost.estimates.compare import Comparison, LeftOut
    from tokencost.estimates.count import CountReport
    from tokencost.estimates.results import Estimate, EstimateOptions, EstimateReport
    from tokencost.pricing import Conversion, PriceTable
    from tokencost.sessions import SessionReport

_FEW = 2  # tokenizers that are named in brief
_BRIEF_SESSION = ("turns_apart", "cache_used", "history_summarized", "history_kept")
_BRIEF_COUNT = {"default_tokenizer": "for GPT-4o"}
_BRIEF = {
    "cache_ttl_by_default": "cache writes for {ttl} (--cache-ttl)",
    "cache_making_left_out": "without making and keeping the cache",
    "contract_discount": "contract discount",
    "dearer_hours": "peak rates (--at)",
    "discount_applied": "contract discount",
    "input_written_by_default": "with cache writes (--cache none)",
    "no_time_of_day": "peak rates (--at)",
    "month_beyond_end": "the model ends within the month",
    "month_of_peak_days": "some days of the month at peak rates (--at)",
    "month_of_two_prices": "the price changes within the month",
    "nothing_left_after_pauses": "nothing read after pauses (--hit-rate)",
    "output_without_thinking": "without thinking (--thinking)",
    "promotion_ends": "promotional price",
    "promise_ends": "promotional price",
    "tier_of_all_outputs": "tier of all outputs together",
    "tier_of_unknown_output": "dearest tier (-o)",
    "turns_at_one_time": "all turns at one time (--at)",
}


def notes_of(label: str, notes: Iterable[Note | str]) -> list[PageNote]:
    """Return *notes*, and texts that are put together already, once each under one label."""
    texts = (note if isinstance(note, str) else _sentence(note) for note in notes)
    return [PageNote(label=label, text=text) for text in dict.fromkeys(texts)]


def warnings_of_inputs(notes: Iterable[Note]) -> list[PageNote]:
    """Return what *notes* warn of, each once, after the names of the inputs that they are about."""
    names: dict[str, list[str]] = {}
    for note in notes:
        names.setdefault(_sentence(note), []).extend(filter(None, [note.about]))
    return notes_of("warning", [_of_inputs(inputs, text) for text, inputs in names.items()])


def _of_inputs(names: Sequence[str], text: str) -> str:
    from tokencost.report.phrase_parts import few  # most inputs need no warning

    return f"{few(names)}: {text}" if names else text


def first_few(texts: list[str], most: int = 5) -> list[Note | str]:
    """Return the first few: with the whole table there are dozens, and JSON has them all."""
    texts = list(dict.fromkeys(texts))
    left_out = len(texts) - most
    return [*texts[:most], *([assumed("notes_left_out", notes=left_out)] if left_out > 0 else [])]


def failure_notes(failures: Sequence[Failure]) -> list[PageNote]:
    """Return what has no result, for formats that have no other stream."""
    return notes_of("error", [failure.error.message for failure in failures])


def about(name: str, notes: Iterable[Note]) -> list[str]:
    """Return what *notes* say of the model or scenario *name*."""
    return [f"{name}: {text}" for text in _sentences(notes)]


def names_by_text(notes: Iterable[tuple[str, Iterable[Note]]]) -> dict[str, list[str]]:
    """Return the sentences of several models or scenarios, with the names of those they are of."""
    names: dict[str, list[str]] = {}
    for name, of_name in notes:
        for text in _sentences(of_name):
            names.setdefault(text, []).append(name)
    return names


def count_cell(tokens: TokenCount) -> str:
    """Return a count; a tilde marks one with a range, words one with an open end."""
    return f"{count_mark(tokens)}{tokens.expected:,}"


def count_mark(tokens: TokenCount) -> str:
    """Return what stands in front of a count, or of a cost that follows from it."""
    if tokens.high is None:
        return "at least " if tokens.low == tokens.expected else "at least ~"
    return "" if tokens.low == tokens.high else "~"


def range_cell(tokens: TokenCount) -> str:
    """Return the range of a count, nothing if it has no width, or is open without a doubt below."""
    if tokens.high is None:
        return "" if tokens.low == tokens.expected else f"from {tokens.low:,}"
    return "" if tokens.low == tokens.high else f"{tokens.low:,}{DASH}{tokens.high:,}"


def uncounted_cell(tokens: TokenCount) -> str | None:
    """Return what CSV says of parts that are not counted."""
    return ", ".join(uncounted.part for uncounted in tokens.uncounted) or None


def method_word(method: Method) -> str:
    """Return the word that is printed for a way of counting."""
    return "given" if method is Method.SUPPLIED else str(method)


def count_notes(counts: Iterable[tuple[str | None, TokenCount]]) -> list[PageNote]:
    """Return one line for each way of counting that a report used."""
    lines: dict[str, PageNote] = {}
    for model, tokens in counts:
        what = f"{method_word(tokens.method)}, {tokens.tokenizer}"
        text = what if tokens.method is Method.EXACT else f"{what}: {tokens.basis}"
        text = f"{model}: {text}" if model else text
        if text not in lines:
            lines[text] = PageNote(label="count", text=text)
    return list(lines.values())


def overhead_notes(counts: Iterable[tuple[str | None, TokenCount]]) -> list[PageNote]:
    """Return a line for what the message format of requests adds, for each model."""
    overheads: dict[tuple[str, str], list[int]] = {}
    for model, tokens in counts:
        if tokens.overhead_basis:
            key = f"{model}: " if model else "", tokens.overhead_basis
            overheads.setdefault(key, []).append(tokens.overhead)
    lines = []
    for (model, basis), added in overheads.items():
        requests = number_of(len(added), "request")
        what = f"{sum(added):,} tokens of message format in {requests}: " if any(added) else ""
        lines.append(PageNote(label="framing", text=f"{model}{what}{basis}"))
    return lines


def brief_count(report: "CountReport") -> tuple[str, ...]:
    """Say in few words how tokens were counted."""
    notes = [note for note in report.assumptions if note.code != "counted_by_engine"]
    return tuple(_BRIEF_COUNT.get(note.code) or _sentence(note) for note in notes)


def brief_estimate(report: "EstimateReport") -> list[str]:
    """Say in few words what an estimate rests on."""
    quotes = [estimate.quote for estimate in report.results if estimate.quote]
    return [
        *brief_exchange_rates(estimate.conversion for estimate in report.results),
        brief_prices(report.price_date, report.prices),
        *_brief_counts(estimate.tokens for estimate in report.results),
        *_brief_output(
            report.options.output, has_output=has_output(report.options.output, report.results)
        ),
        *brief_assumptions(note for quote in quotes for note in quote.assumptions),
        *_brief_volume(report.options, report.results),
        *(_brief_months(report) if report.options.volume else ()),
        *_brief_terms(report.assumptions),
    ]


def _brief_months(report: "EstimateReport") -> list[str]:
    from tokencost.estimates.cost_range import month_notes

    notes = month_notes(report.results, report.options, report.price_date)
    return brief_assumptions(note for _, note in notes)


def brief_comparison(comparison: "Comparison", notes: Iterable[Note]) -> list[str]:
    """Say in few words what a comparison leaves out, and what it rests on."""
    unpriced = sum(row.common is None for row in comparison.rows)
    results = [estimate for row in comparison.rows for estimate in row.results]
    left_out = comparison.left_out
    return [
        *([_sentence(rows_left_out(left_out))] if left_out.total else []),
        *([f"{unpriced:,} above without a price"] if unpriced else []),
        *brief_exchange_rates(row.conversion for row in comparison.rows),
        brief_prices(comparison.price_date, comparison.prices),
        *_brief_ranges(estimate.tokens for estimate in results),
        *_brief_output(
            comparison.options.output, has_output=has_output(comparison.options.output, results)
        ),
        *brief_assumptions(notes),
        *_brief_volume(comparison.options, results),
        *_brief_terms(comparison.assumptions),
    ]


def brief_diff(report: "DiffReport") -> list[str]:
    """Say in few words what a diff rests on, and how its limit is kept."""
    sizes = [size for total in report.totals for size in (total.base, total.head) if size]
    if report.prices is None:
        return _brief_counts(size.tokens for size in sizes)
    output = report.options.output or report.options.default_output
    return [
        *brief_exchange_rates(report.conversions),
        brief_prices(report.price_date, report.prices),
        *_brief_counts(size.tokens for size in sizes),
        *([f"{output.low:,} output tokens"] if output and output.low == output.high else []),
        *_brief_output(output, has_output=output is not None),
        *brief_assumptions(report.assumptions),
        *_brief_terms(report.assumptions),
    ]


def _brief_volume(options: "EstimateOptions", results: "Iterable[Estimate]") -> list[str]:
    """Say of which of several inputs a month has so many calls."""
    inputs = {estimate.input for estimate in results} if options.volume else ()
    return ["--volume of each input"] if len(inputs) > 1 else []


def _brief_terms(notes: Iterable[Note]) -> list[str]:
    """Say what requests ask for, and what of it an option has said otherwise."""
    ends = ("mode_of_request", "cache_of_request", "_set_aside", "outputs_each")
    terms = (note for note in notes if note.code.endswith(ends) or "cache_marks" in note.code)
    return _sentences(terms)


def rows_left_out(left_out: "LeftOut") -> Note:
    """Say how many rows of a comparison are not shown."""
    return assumed(
        "rows_left_out", free=left_out.free, dearer=left_out.dearer, unpriced=left_out.unpriced
    )


def brief_session(report: "SessionReport") -> tuple[str, ...]:
    """Say in few words what a session consists of, and what it rests on."""
    session, notes = report.session, list(report.assumptions)
    if len(report.results) == 1:  # a pause may outlast what the cache keeps
        notes_of_it, is_auto = report.results[0].assumptions, session.compact_at == "auto"
        notes += (note for note in notes_of_it if is_auto and note.code.startswith("history_"))
        notes += (note for note in notes_of_it if session.has_pauses and note.values.get("ttl"))
    return (
        f"{session.user:,} user, {session.tool_output:,} tool, "
        f"{session.output_tokens:,} output tokens a turn",
        *_sentences(note for note in notes if note.code in _BRIEF_SESSION),
        *brief_exchange_rates(result.conversion for result in report.results),
        brief_prices(report.price_date, report.prices),
        *_brief_counts(result.prefix for result in report.results),
        *brief_assumptions(note for result in report.results for note in result.assumptions),
    )


def _brief_counts(counts: Iterable[TokenCount]) -> list[str]:
    """Say in few words how tokens were counted."""
    by_method: dict[str, dict[str, None]] = {}
    with_range: set[str] = set()
    for tokens in counts:
        if tokens.tokenizer:
            method = method_word(tokens.method)
            by_method.setdefault(method, {})[tokens.tokenizer] = None
            if "~" in count_mark(tokens):
                with_range.add(method)
    return [
        f"{'~ ' if method in with_range else ''}{method} "
        f"({', '.join(names) if len(names) <= _FEW else f'{len(names)} tokenizers'})"
        for method, names in by_method.items()
    ]


def _brief_ranges(counts: Iterable[TokenCount]) -> list[str]:
    """Say what a tilde stands for, where there is one."""
    methods = dict.fromkeys(method_word(one.method) for one in counts if "~" in count_mark(one))
    return [f"~ {'/'.join(methods)}"] if methods else []


def brief_prices(price_date: object, prices: "PriceTable") -> str:
    """Say in few words of which day and table the prices are, and how old where that is limited."""
    age = prices.age
    old = f", the table {number_of(age.days, 'day')} old on {age.day}" if age else ""
    from tokencost.report.phrase_parts import tables_named

    tables = tables_named(prices.labels)
    return f"prices of {price_date}{tables and f' ({tables})'}{old}"


def brief_exchange_rates(conversions: "Iterable[Conversion | None]") -> list[str]:
    """Say in few words at which exchange rates amounts were converted."""
    rates = dict.fromkeys(conversion.rate for conversion in conversions if conversion is not None)
    return [f"{rate.base}/{rate.quote} {format_exact(rate.rate)}" for rate in rates]


def _brief_output(asked: OutputTokens | None, *, has_output: bool) -> list[str]:
    """Say in few words which output was priced, unless its column does."""
    if asked is None:
        return ["output as requests limit it" if has_output else "input only (-o adds output)"]
    if asked.low == asked.high:
        return []
    return [f"{asked.low:,} to {asked.high:,} output tokens"]


def brief_assumptions(notes: Iterable[Note]) -> list[str]:
    """Say in few words what else the prices assume that a number depends on."""
    brief = (_BRIEF[note.code].format(**note.values) for note in notes if note.code in _BRIEF)
    return list(dict.fromkeys(brief))


def has_output(asked: OutputTokens | None, results: "Iterable[Estimate]") -> bool:
    """Say whether output is priced: because it was asked for, or requests allow some."""
    return asked is not None or any(estimate.output.high for estimate in results)


def output_assumptions(asked: OutputTokens | None, *, has_output: bool) -> list[Note]:
    """Say which output was priced."""
    if asked is None:
        return [assumed("output_of_requests" if has_output else "input_only")]
    if asked.low == asked.high:
        return []
    return [assumed("output_range", low=asked.low, high=asked.high, expected=asked.expected)]


def estimate_assumptions(report: "EstimateReport") -> list[Note]:
    """Return what an estimate rests on: first what all of it does, then by model."""
    from tokencost.estimates.cost_range import month_notes  # a count starts faster without
    from tokencost.report.formats.json import notes_about

    options = report.options
    notes = [
        assumed("prices_of", date=report.price_date, sources=report.prices.labels),
        *output_assumptions(options.output, has_output=has_output(options.output, report.results)),
        *report.assumptions,
    ]
    if options.volume:
        several = len({estimate.input for estimate in report.results}) > 1
        notes.append(assumed("calls_per_month", calls=options.volume.per_month, of_each=several))
    for name, note in month_notes(report.results, options, report.price_date):
        notes += notes_about(name, [note])
    for estimate in report.results:
        if estimate.quote:
            notes += notes_about(estimate.offer.name, estimate.quote.assumptions)
    return notes


def _sentence(note: Note) -> str:
    from tokencost.report.phrases import sentence  # an exact count has nothing to say

    return sentence(note)


def _sentences(notes: Iterable[Note]) -> list[str]:
    return list(map(_sentence, notes))
