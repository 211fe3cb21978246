"""What reports say in words: the sentences of notes, and lines that several reports share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tokencost.errors import Failure
from tokencost.money import Money, format_exact, format_money
from tokencost.notes import Note
from tokencost.report.page import PageNote
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import OutputTokens

if TYPE_CHECKING:  # types alone: a count starts faster without the price table's code
    from tokencost.estimates.results import Estimate

DASH = "–"
_LEVEL_WORDS = {"lossless": "same", "reformatted": "format", "lossy": "drops"}


def count_cell(tokens: TokenCount) -> str:
    """Return a count; a tilde marks one that is not exact."""
    return f"{'' if tokens.is_exact else '~'}{tokens.expected:,}"


def range_cell(tokens: TokenCount) -> str:
    """Return the range of a count, nothing if it is exact."""
    return "" if tokens.is_exact else f"{tokens.low:,}{DASH}{tokens.high:,}"


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
        lines.setdefault(text, PageNote(label="count", text=text))
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
        requests = "1 request" if len(added) == 1 else f"{len(added):,} requests"
        what = f"{sum(added):,} tokens of message format in {requests}: " if any(added) else ""
        lines.append(PageNote(label="framing", text=f"{model}{what}{basis}"))
    return lines


def has_output(asked: OutputTokens | None, results: "Iterable[Estimate]") -> bool:
    """Say whether output is priced: because it was asked for, or requests allow some."""
    return asked is not None or any(estimate.output.high for estimate in results)


def output_assumptions(asked: OutputTokens | None, *, has_output: bool) -> list[str]:
    """Say which output was priced."""
    if asked is None and has_output:
        return ["no output tokens named: as many as each request allows itself"]
    if asked is None:
        return ["input only: no output tokens named (--output-tokens)"]
    if asked.low != asked.high:
        return [f"{asked.low:,} to {asked.high:,} output tokens, {asked.expected:,} expected"]
    return []


def level_word(level: str) -> str:
    """Return the word for what a transform of *level* leaves of a text."""
    return _LEVEL_WORDS[level]


def notes_of(label: str, notes: Iterable[Note | str]) -> list[PageNote]:
    """Return the distinct sentences of *notes* under one label."""
    return [PageNote(label=label, text=text) for text in dict.fromkeys(sentences(notes))]


def failure_notes(failures: Sequence[Failure]) -> list[PageNote]:
    """Return what has no result, for formats that have no other stream."""
    return notes_of("error", [str(failure.error) for failure in failures])


Sentence = str | Callable[..., str]


def _session_turns(
    *, turns: int, agents: int, user: int, tool_output: int, output_tokens: int
) -> str:
    loop = "1 turn" if turns == 1 else f"{turns:,} turns"
    return (
        f"{f'{agents:,} agents of ' if agents > 1 else ''}{loop}: each sends all before it, "
        f"{user:,} tokens of a user and {tool_output:,} of tools, "
        f"and adds {output_tokens:,} of an answer"
    )


# What each note says, by its code: a template of its details, or a function of them. One table for
# each package that writes notes, in the order of the packages.
_INPUTS: Mapping[str, Sentence] = {}
_PRICING: Mapping[str, Sentence] = {}
_TOKENIZERS: Mapping[str, Sentence] = {}
_COSTS: Mapping[str, Sentence] = {}
_PRICE_FILES: Mapping[str, Sentence] = {}
_ESTIMATES: Mapping[str, Sentence] = {}
_COMPRESSION: Mapping[str, Sentence] = {
    "nothing_to_change": "nothing to change",
    "not_proven": "not proven to keep what it has to keep",
    "no_fewer_tokens": "no fewer tokens",
    "missing_extra": 'the extra {extra!r} is not installed: pip install "tokencost-cli[{extra}]"',
    "request_is_data": "a request: what is billed is what its messages say, and that is data and "
    "stays as it is; --as text takes the file for a text",
    "unknown_content": "no kind of content that is known well enough to be changed, or not valid "
    "as what its name says; --kind names it",
}
_SESSIONS: Mapping[str, Sentence] = {
    "session_turns": _session_turns,
    "agents_begin_at_once": "all agents begin at once and each write system and tools",
    "agents_begin_staged": "all agents begin after the first one has written system and tools",
    "sessions_per_month": lambda sessions: f"{sessions:,} sessions in a month of 30 days",
    "prefix_tokens": "{tokens:,} tokens of system and tools",
    "history_summarized": "above {above:,} tokens the history becomes a summary of {summary:,}",
    "cache_used": lambda kind, ttl: f"{kind} cache{f', written for {ttl}' if ttl else ''}",
    "hit_rate_given": "{hit_rate} of the turns are hits, as you assume",
    "hits_not_guaranteed": "every turn inside the lifetime is a hit, which its seller does not "
    "promise (--hit-rate)",
    "lifetime_not_published": "the lifetime is not published; after a pause nothing is left",
    "no_cache_requested": "no cache, as asked for",
    "no_session_cache": "{offer} has no cache that a session can use",
}
_SCENARIOS: Mapping[str, Sentence] = {}
_BUDGETS: Mapping[str, Sentence] = {}

_SENTENCES: Mapping[str, Sentence] = {
    **_INPUTS,
    **_PRICING,
    **_TOKENIZERS,
    **_COSTS,
    **_PRICE_FILES,
    **_ESTIMATES,
    **_COMPRESSION,
    **_SESSIONS,
    **_SCENARIOS,
    **_BUDGETS,
}


def sentence(note: Note) -> str:
    """Return what *note* says, without what it is about.

    In a template a `Decimal` stands exactly as it is and `Money` as people write it.
    """
    template = _SENTENCES[note.code]
    if not isinstance(template, str):
        return template(**note.values)
    return template.format_map({name: _formatted(value) for name, value in note.details})


def text_of(note: Note | str) -> str:
    """Return the sentence of a note; a text that is not a note yet stays as it is."""
    return note if isinstance(note, str) else sentence(note)


def sentences(notes: Iterable[Note | str]) -> list[str]:
    """Return what *notes* say."""
    return list(map(text_of, notes))


def _formatted(value: object) -> object:
    match value:
        case Decimal():
            return format_exact(value)
        case Money():
            return format_money(value.amount, value.currency)
        case _:
            return value
