"""The sentences of notes, and other words that reports print."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tokencost.errors import TokencostError
from tokencost.money import Money, format_exact, format_money
from tokencost.notes import Note
from tokencost.report.phrase_parts import (
    Sentence,
    caching_words,
    few,
    in_and_out,
    line_words,
    requests,
    schedule_words,
    tables_after,
    tables_named,
)
from tokencost.report.savings_phrases import COMPRESSION, MARKS, MONTHS, SCENARIOS, SESSIONS
from tokencost.reports import number_of
from tokencost.usage import NO_CACHE

if TYPE_CHECKING:  # a type alone: a count starts faster without the price table's code
    from tokencost.pricing.schedule import Schedule


def hint_of(error: TokencostError) -> str:
    """Return the hint of *error*, and what its notes say.

    >>> tokencost.hint_of(tokencost.UsageError("no model named", hint="name one"))
    'name one'
    """
    return "; ".join(filter(None, [error.hint, *sentences(error.notes)]))


def _binary_files_skipped(*, files: Sequence[str], folder: str = "", pattern: str = "") -> str:
    where = f" under {folder}" if folder else f" matching {pattern}" if pattern else ""
    return f"skipped {number_of(len(files), 'binary file')}{where}: {few(files)}"


def _prices_of(*, date: object, sources: Sequence[str], mode: str = "") -> str:
    return f"prices of {date}{f', mode {mode}' if mode else ''}{tables_after(sources)}"


def _prices_in_force(*, day: date, sources: Sequence[str]) -> str:
    return (
        f"per million tokens, in force on {day}, base tier, standard mode, off-peak "
        f"hours{tables_after(sources)}; `tokencost models show ID` has the rest"
    )


def _prices_set(*, sources: Sequence[str]) -> str:
    return f"price {tables_named(sources)}"


def _prefix_repeats(*, tokens: int, basis: str) -> str:
    what = "1 token repeats" if tokens == 1 else f"{tokens:,} tokens repeat"
    return f"{what} in every call ({basis})"


def _no_time_of_day(*, schedule: "Schedule", inside: bool, **rates: Decimal | None) -> str:
    return (
        f"peak rates, no time of day given ({schedule_words(schedule)}); "
        f"name one with --at to price a request {'outside' if inside else 'inside'} them, "
        f"at {in_and_out(**rates)} per MTok"
    )


def _promise_ended(
    *, promised_until: date, input_rates: Sequence[Decimal], output_rates: Sequence[Decimal]
) -> str:
    ends = zip(input_rates, output_rates, strict=True)
    low, high = (in_and_out(input_rate=rates[0], output_rate=rates[1]) for rates in ends)
    return (
        f"{low} was promised through {promised_until} only: since then up to {high}, the list price"
    )


def _model_retired(*, day: date, replaced_by: str) -> str:
    return f"retired on {day}{f', replaced by {replaced_by}' if replaced_by else ''}"


def _ends_soon(*, ends: date, replaced_by: str) -> str:
    after = f"; {replaced_by} takes its place" if replaced_by else ""
    return f"ends on {ends}, as announced{after}"


def _window_unknown(*, largest: int | None) -> str:
    checked = f"; no model takes more than {largest:,} tokens" if largest else ""
    return f"the window of the model is not known, so that the request may not fit{checked}"


def _rows_left_out(*, free: int, dearer: int, unpriced: int) -> str:
    numbers = {"free": free, "dearer": dearer, "unpriced": unpriced}
    words = [f"{number:,} {what}" for what, number in numbers.items() if number]
    option = "--all" if dearer or unpriced else "--no-free"
    return f"{', '.join(words)}: {option}"


# What each note says, by its code: a template of its details, or a function of them. One table for
# each package that writes notes, in the order of the packages.
_INPUTS: Mapping[str, Sentence] = {
    "binary_files_skipped": _binary_files_skipped,
    "inputs_empty": lambda inputs: (
        f"{few(inputs)} {'is' if len(inputs) == 1 else 'are'} empty: 0 tokens"
    ),
    "messages_as_text": "looks like messages in a form that is not known: counted as text",
    "key_not_read": lambda key, inputs, near: (
        f'not read: the number of the unknown key "{key}", in {few(inputs)}'
        f"{f'; did you mean {near}?' if near else ''}"
    ),
    "parts_not_counted": lambda number, part, inputs, option="": (
        f"not counted: {number:,} x {part}, in {few(inputs)}"
        f"{f'; {option} N allows for it' if option else ''}"
    ),
}
_PRICING: Mapping[str, Sentence] = {
    "contract_discount": "contract discount of {percent} % ({source})",
    "no_time_of_day": _no_time_of_day,
    "holidays_unknown": "the holidays of {calendar} are known from {first} to {last} only: {day} "
    "is taken as no holiday",
    "provider_zone_unknown": "the provider's zone is not recorded: its day is taken as {day}, and "
    "prices change then",
    "mode_keeps_cache_rates": "{mode} does not discount the cache: its rates stay the standard "
    "ones",
    "mode_without_cache_discount": "{mode} has no cache discount: a cached token costs as much as "
    "any other",
    "output_without_thinking": "output without thinking; with it (--thinking) a MTok is {rate}",
    "promise_ended": _promise_ended,
    "ends_soon": _ends_soon,
    "model_retired": _model_retired,
    "window_unknown": _window_unknown,
    "promotion_ends": "promotional price, ends {last}",
    "promise_ends": "promotional price, promised through {last}",
    "promotion_may_be_over": "promotional through {last}; ranges reach to the price after it, "
    "--at DATE prices one day",
    "price_uncertain": lambda because: f"the price is uncertain: {because.split('. ')[0]}",
    "price_checked_long_ago": "unchecked since {checked}",
    "price_start_unknown": "the price was checked on {checked}; since when it holds is not "
    "recorded, so that of {day} is uncertain",
    "exchange_rate_old": "the rate of {base} to {quote} is of {rate_day}, over 90 days before "
    "{price_day}; give a newer one with --fx",
}
_TOKENIZERS: Mapping[str, Sentence] = {}
_COSTS: Mapping[str, Sentence] = {}
_PRICE_FILES: Mapping[str, Sentence] = {
    "comments_not_kept": "comments are not kept; the file as it was is {backup} beside it",
    "shipped_rows_replaced": lambda offer, rows: (
        f"yours takes the place of {'the shipped row' if rows == 1 else f'the {rows} shipped rows'}"
        f" of {offer}"
    ),
    "days_uncovered": "{offer} has no price {side} {day} any more: add a row for those days",
    "no_tokenizer_imported": "no tokenizer is imported: count these models with --tokenizer, or "
    "--input-tokens",
    "no_tokenizer": lambda models: (
        f"{few(models)}: no tokenizer, so that texts are counted with --tokenizer NAME alone"
    ),
    "rate_jumps": "{key} goes from {old} to {new}: check the decimal point",
    "cache_read_above_input": "cached input at {cache_read} is dearer than input at {input_rate}",
    "output_below_input": "output at {output} is cheaper than input at {input_rate}",
    "prices_not_imported": "prices that a row cannot say: {fields}",
}
_ESTIMATES: Mapping[str, Sentence] = {
    "inputs_not_shown": (
        "not shown: {number} of {total} inputs (--top, --min-tokens); sums include them"
    ),
    "worker_died": lambda number: (
        "a worker ended too early; what it had was counted once more"
        if number == 1
        else f"{number} workers ended too early; what they had was counted once more"
    ),
    "counted_by_engine": lambda engine, tokenizers: (
        f"{' and '.join(tokenizers)}: big inputs counted by {engine}, "
        "which gives the numbers of tiktoken"
    ),
    "models_of_requests": "no model named: each request is counted for the one it names itself",
    "default_tokenizer": "no model named: counted with {tokenizer}, as for GPT-4o",
    "mode_of_request": lambda mode, words, number: (
        f"{requests(number, 'ask')} for {words}: mode {mode}"
    ),
    "model_set_aside": lambda asked, priced, number: (
        f"{requests(number, 'name')} the model {asked}; priced with {priced}, as given"
    ),
    "model_not_counted": lambda asked, counted, number: (
        f"{requests(number, 'name')} the model {asked}; counted for {counted}, as given"
    ),
    "region_set_aside": lambda asked, priced, number: (
        f"{requests(number, 'ask')} for the region {asked}; priced at site {priced}, as given"
    ),
    "mode_set_aside": lambda asked, priced, number: (
        f"{requests(number, 'ask')} for {asked}; priced in mode {priced}, as given"
    ),
    "output_set_aside": lambda asked, priced, number: (
        f"{requests(number, 'allow')} at most {asked:,} tokens; priced with {priced:,} of output, "
        "as given"
    ),
    "cache_of_request": lambda cache, ttl, number: (
        f"{requests(number, 'ask')} for {caching_words(cache, ttl)}"
    ),
    "cache_set_aside": lambda asked, asked_ttl, priced, ttl, number: (
        f"{requests(number, 'ask')} for {caching_words(asked, asked_ttl)}; priced "
        f"{'without' if priced == NO_CACHE else f'with {caching_words(priced, ttl)}'}, as given"
    ),
    "outputs_each": lambda outputs, most, number: (
        f"{requests(number, 'ask')} for {outputs} outputs of {most // outputs:,} tokens each: "
        f"{most:,} in all"
    ),
    "uncounted_parts_allowed_for": lambda tokens, number, part, inputs: (
        f"{tokens:,} tokens allowed for what is not counted of a request: {number:,} x {part}, "
        f"in {few(inputs)}"
    ),
    "size_has_no_price": "at {input_tokens:,} input and {output_tokens:,} output tokens: {error}",
}
_BUDGETS: Mapping[str, Sentence] = {
    "calls_differ": "{old} and {new} price calls of another output or mode, so that nobody can "
    "tell what makes the difference",
    "configuration_not_read": "{path} of {ref} has mistakes: models and prices of then are taken "
    "to be those of now",
    "judged_at_expected": "counts and costs are judged as they are expected",
    "growth_not_judged": lambda budgets: (
        f"growth not judged (--base){': ' if any(budgets) else ''}{', '.join(budgets)}"
    ),
    "growth_of_added": lambda files: f"growth not judged (added): {few(files)}",
    "added_without_limit": lambda files: (
        f"nothing limits {few(files)}: a file that was added has no size to grow from, and its "
        "budget no other limit"
    ),
    "budgets_added_up": "saved diffs do not say which files are in several budgets: such a file is "
    "counted with each",
    "several_merge_bases": "{base} and this branch were merged into each other and parted at "
    "{number} commits, of which {commit} is compared with",
    "recorded_and_gone": lambda files: (
        f"recorded, and held by no budget any more: {few(files)} (tokencost check --update)"
    ),
    "renames_not_followed": lambda files: (
        f"too much was added and deleted to tell what was renamed; as added counts {few(files)}"
    ),
    "window_without_output": "no room kept for output in windows (-o)",
    "sizes_recorded": "{number:,} sizes are recorded in {file}, {changed:,} of them changed",
    "files_under_no_budget": lambda files: (
        f"{len(files):,} of the files that are named {'falls' if len(files) == 1 else 'fall'} "
        f"under no budget: {few(files)}"
    ),
    "judged_at_upper_end": "counts and costs are judged at their upper end",
    "output_up_to": "up to {tokens:,} output tokens a call",
}
_REPORTS: Mapping[str, Sentence] = {
    "prices_of": _prices_of,
    "prices_set": _prices_set,
    "prices_in_force": _prices_in_force,
    "past_rows": lambda rows: f"what {rows} past row{' rests' if rows == 1 else 's rest'} on: -v",
    "input_written_by_default": "the provider writes the input to its implicit cache ({ttl}) and "
    "bills that, unless it is told not to: --cache none",
    "rest_is_plain_input": "the other {tokens:,} input tokens are plain input, neither read from a "
    "cache nor written to one (--cache-write-tokens)",
    "tier_of_unknown_output": "the output, which is not named, picks the tier: the dearest one is "
    "taken (--output-tokens)",
    "tier_of_all_outputs": "the tier is that of all {outputs} outputs; the range has that of each",
    "cache_ttl_by_default": "cache writes for {ttl}, the first time to live that the provider "
    "lists (--cache-ttl)",
    "input_only": "input only: no output tokens named (--output-tokens)",
    "output_of_requests": "no output tokens named: as many as each request allows itself",
    "output_range": "{low:,} to {high:,} output tokens, {expected:,} expected",
    "calls_per_month": lambda calls, of_each=False: (
        f"{calls:,} calls {'of each input ' if of_each else ''}in a month of 30 days"
    ),
    "discount_applied": "{discount} for {models}",
    "dearer_hours": "peak rates for {models}; name a time with --at",
    "rows_left_out": _rows_left_out,
    "calls_left_out": "{calls:,} more",
    "changes_left_out": "{changes:,}, see -f csv",
    "notes_left_out": "... and {notes} more, see --json",
    "prefix_repeats": _prefix_repeats,
    "prefix_ends": "it ends in line {line} ({why}): {text}",
    "prefix_if_reordered": lambda lines, tokens: (
        f"with {line_words(lines)} at the end it would be {number_of(tokens, 'token')}"
    ),
    "models_not_compared": "other models: what they can do is not compared",
    "best_of_certain": "name one model to see all its scenarios",
    "factors_forgotten": "counts of these models are as they were before",
    "nothing_learned": "nothing was learned, so that nothing is taken back",
    "requests_left_out": "{requests:,} requests with parts that are not counted were left out",
    "factor_learned": lambda model, factor, overhead, requests, source: (
        f"{model}: times {factor}{f' plus {overhead:,} a request' if overhead else ''}, from "
        f"{requests:,} requests of {source}; --forget takes it back"
    ),
    "factors_kept": "from now on counts of these models are corrected, and say so",
    "models_of_file": "{models:,}",
    "rows_of_file": "{rows:,}",
    "rows_compared": "{added} added, {removed} removed, {changed} changed",
    "file_written": "{path} written",
    "file_would_be_written": "{path} would be written",
    "file_unchanged": "{path} stays as it is",
}

_SENTENCES: Mapping[str, Sentence] = {
    **_INPUTS,
    **_PRICING,
    **_TOKENIZERS,
    **_COSTS,
    **_PRICE_FILES,
    **_ESTIMATES,
    **COMPRESSION,
    **MARKS,
    **MONTHS,
    **SESSIONS,
    **SCENARIOS,
    **_BUDGETS,
    **_REPORTS,
}


def sentence(note: Note) -> str:
    """Return what *note* says, without what it is about.

    In a template a `Decimal` stands exactly as it is and `Money` as people write it.
    """
    template = _SENTENCES[note.code]
    if not isinstance(template, str):
        return template(**note.values)
    return template.format_map({name: _formatted(value) for name, value in note.details})


def sentence_about(note: Note) -> str:
    """Return what *note* says, after the name of what it is about."""
    return f"{note.about}: {sentence(note)}" if note.about else sentence(note)


def sentences(notes: Iterable[Note]) -> list[str]:
    """Return what *notes* say."""
    return list(map(sentence, notes))


def _formatted(value: object) -> object:
    match value:
        case Decimal():
            return format_exact(value)
        case Money():
            return format_money(value.amount, value.currency)
        case _:
            return value
