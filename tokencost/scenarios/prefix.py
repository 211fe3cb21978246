"""The beginning that requests share, and what ends it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from tokencost.inputs import Prompt
from tokencost.notes import Note, assumed
from tokencost.scenarios.dynamic_text import (
    DynamicPlace,
    DynamicText,
    TemplateRules,
    find_dynamic_places,
)
from tokencost.scenarios.text_differences import common_beginning, is_same_data, why_different
from tokencost.values import dataclass

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.request import Message, Request
    from tokencost.scenarios.conversation import SharedBeginning

Count = Callable[[Prompt], int]
Split = Callable[[str], Sequence[bytes]]

_MOST_MOVED = 5
_AHEAD = 64  # characters beyond the common ones, for tokens that reach over the border
_MOST_SPLIT = 8
_COMMON_RULES = TemplateRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixEnd:
    """What ends the shared beginning: in which line, and what kind of thing it is."""

    line: int
    why: DynamicText
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """Tokens that every request begins with, None if nobody knows them.

    `basis` says how they were found, `notes` what else to know of them. `reordered` is what they
    would be with `reordered_lines` (from 1) at the end. Of a conversation that grows `shared` is
    what each request shares with others, which is more than what all of them do.
    """

    tokens: int | None
    basis: Note
    ends_at: PrefixEnd | None = None
    reordered: int | None = None
    reordered_lines: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    shared: "tuple[SharedBeginning, ...]" = ()


def shared_prefix(
    prompts: Sequence[Prompt],
    *,
    count: Count,
    split: Split | None,
    rules: TemplateRules = _COMMON_RULES,
) -> Prefix:
    """Return what *prompts* share.

    One text is a template that is sent again and again: it is the same up to its first
    placeholder, time of day, or the like; a date holds for a day. Of one request everything before
    the last message comes again, or what stands before the first placeholder of its only user
    message. What several share is measured, whatever it looks like.

    Args:
        prompts: at least one.
        count: counts a prompt as the model does.
        split: splits a text into the model's tokens, None if they are not known.
        rules: what counts as a placeholder.
    """
    requests = [prompt.request for prompt in prompts if prompt.request is not None]
    if not requests:
        texts = [prompt.text for prompt in prompts]
        if len(texts) == 1:
            return _of_template(texts[0], count, rules)
        return _of_texts(texts, count, split, rules)
    if len(requests) < len(prompts):
        return Prefix(tokens=0, basis=assumed("prefix_of_texts_and_requests"))
    if len(requests) == 1:
        return _of_request(requests[0], count, rules)
    return _of_requests(requests, count)


def _of_template(text: str, count: Count, rules: TemplateRules) -> Prefix:
    places = find_dynamic_places(text, rules)
    end = _first(places)
    if end is None:
        return Prefix(
            tokens=count(_prompt(text)),
            basis=assumed("prefix_whole_text"),
            notes=_daily_notes(text, places),
        )
    reordered, lines = _without_lines(text, places)
    return Prefix(
        tokens=count(_prompt(text[: end.start])),
        basis=assumed("prefix_up_to_dynamic_text", what=end.why),
        ends_at=_ends_at(text, end.start, end.why),
        reordered=count(_prompt(reordered)),
        reordered_lines=lines,
        notes=_daily_notes(text, [place for place in places if place.start < end.start]),
    )


def _first(places: Sequence[DynamicPlace]) -> DynamicPlace | None:
    """Return what ends a prefix: a date alone does not, it holds until midnight."""
    return next((place for place in places if not place.is_daily), None)


def _daily_notes(text: str, places: Sequence[DynamicPlace]) -> tuple[Note, ...]:
    day = next((place for place in places if place.is_daily), None)
    if day is None:
        return ()
    line = _line(text, day.line)
    return (assumed("prefix_changes_daily", line=day.line, text=line),)


def _ends_at(text: str, place: int, why: DynamicText) -> PrefixEnd:
    number = text.count("\n", 0, place) + 1
    return PrefixEnd(line=number, why=why, text=_line(text, number))


def _line(text: str, number: int) -> str:
    return text.split("\n")[number - 1].strip()


def _without_lines(text: str, places: Sequence[DynamicPlace]) -> tuple[str, tuple[int, ...]]:
    """Return *text* without the lines that change from call to call, and their numbers."""
    reordered = {place.line for place in places if not place.is_daily}
    lines = enumerate(text.split("\n"), start=1)
    return "\n".join(line for number, line in lines if number not in reordered), tuple(
        sorted(reordered)
    )


def _of_texts(
    texts: Sequence[str], count: Count, split: Split | None, rules: TemplateRules
) -> Prefix:
    common = common_beginning(texts)
    tokens = _tokens(common, texts, count, split)
    ends_at = _difference(texts, common)
    prefix = Prefix(
        tokens=tokens,
        basis=assumed("prefix_of_texts", number=len(texts)),
        ends_at=ends_at,
        notes=tuple(_sample_notes(common, ends_at, count, rules)),
    )
    if ends_at is None:
        return prefix
    reordered, lines = _with_lines_moved(texts, ends_at)
    later = _tokens(common_beginning(reordered), reordered, count, split)
    return replace(prefix, reordered=later, reordered_lines=lines) if later > tokens else prefix


def _sample_notes(
    common: str, ends_at: PrefixEnd | None, count: Count, rules: TemplateRules
) -> Iterator[Note]:
    """Yield what samples have in common that others may not."""
    places = find_dynamic_places(common, rules)
    placeholders = [place for place in places if place.why is DynamicText.PLACEHOLDER]
    # a value in the line that differs may be cut there: "2026-11-2" of three days
    cut = ends_at.line if ends_at else None
    values = [
        place for place in places if place.why is not DynamicText.PLACEHOLDER and place.line != cut
    ]
    for code, of_kind in (
        ("samples_have_placeholder", placeholders),
        ("samples_of_one_day", values),
    ):
        if of_kind:
            place = of_kind[0]
            yield assumed(
                code,
                line=place.line,
                text=_line(common, place.line),
                tokens=count(_prompt(common[: place.start])),
            )


def _tokens(common: str, texts: Sequence[str], count: Count, split: Split | None) -> int:
    """Return the tokens in common: one that reaches over the border is not one of them."""
    ends = list(dict.fromkeys(text[: len(common) + _AHEAD] for text in texts))[:_MOST_SPLIT]
    if split is None or len(ends) == 1:
        return count(_prompt(common))
    pieces = [split(end) for end in ends]
    for number, alike in enumerate(zip(*pieces, strict=False)):
        if len(set(alike)) > 1:
            return number
    return min(map(len, pieces))


def _difference(texts: Sequence[str], common: str) -> PrefixEnd | None:
    """Return what ends *common*, None if a text ends there."""
    longer = [text for text in texts if len(text) > len(common)]
    if len(longer) < len(texts):
        return None
    first = longer[0]
    second = next(text for text in longer if text[len(common)] != first[len(common)])
    number = common.count("\n")
    first_line, second_line = (text.split("\n")[number] for text in (first, second))
    why = (
        DynamicText.REORDERED_KEYS
        if is_same_data(first, second)
        else why_different(first_line, second_line)
    )
    return _ends_at(first, len(common), why)


def _with_lines_moved(
    texts: Sequence[str], ends_at: PrefixEnd
) -> tuple[list[str], tuple[int, ...]]:
    """Return *texts* without the lines by which they differ, one after the other."""
    lines = [text.splitlines(keepends=True) for text in texts]
    kept = [list(range(len(own))) for own in lines]
    gone: list[int] = []
    number: int | None = ends_at.line - 1
    while number is not None and len(gone) < _MOST_MOVED:
        gone.append(kept[0][number] + 1 if number < len(kept[0]) else number + 1)
        for places in kept:
            del places[number : number + 1]
        now = [
            "".join(own[place] for place in places) for own, places in zip(lines, kept, strict=True)
        ]
        common = common_beginning(now)
        following = _difference(now, common)
        number = None if following is None else following.line - 1
    return [
        "".join(own[place] for place in places) for own, places in zip(lines, kept, strict=True)
    ], tuple(gone)


def _of_request(request: "Request", count: Count, rules: TemplateRules) -> Prefix:
    from tokencost.inputs.request import Message

    *head, last = request.messages or (Message.of("user", ""),)
    if not head and not request.tools:
        return _of_template("\n".join(last.texts), count, rules)
    # The only message of a user is a template; one that follows others is what differs.
    is_only = last.role == "user" and all(message.role != "user" for message in head)
    searched = [*head, last] if is_only else head
    notes: tuple[Note, ...] = ()
    for number, message in enumerate(searched):
        for place, text in enumerate(message.texts):
            places = find_dynamic_places(text, rules)
            if message is not last:
                notes += _daily_notes(text, places)
            end = _first(places)
            if end is None or (message is last and end.why is not DynamicText.PLACEHOLDER):
                continue
            part = message.up_to(place, end.start)
            return Prefix(
                tokens=count(_request(request, (*searched[:number], part))),
                basis=assumed("prefix_messages_up_to_dynamic_text", what=end.why),
                ends_at=_ends_at(text, end.start, end.why),
                reordered=count(_request(request, _stable(searched, rules))),
                reordered_lines=(end.line,),
                notes=notes,
            )
    return Prefix(
        tokens=count(_request(request, tuple(head))),
        basis=assumed("prefix_all_but_last_message"),
        notes=notes,
    )


def _stable(messages: "Sequence[Message]", rules: TemplateRules) -> "tuple[Message, ...]":
    """Return *messages* without the lines that change from call to call."""
    return tuple(
        message.rewrite(lambda text: _without_lines(text, find_dynamic_places(text, rules))[0])
        for message in messages
    )


def _of_requests(requests: "Sequence[Request]", count: Count) -> Prefix:
    from tokencost.scenarios.conversation import may_continue, shared_beginnings

    first = requests[0]
    if any(request.tools != first.tools for request in requests):
        return Prefix(tokens=0, basis=assumed("prefix_of_different_tools"))

    def tokens(messages: "tuple[Message, ...]") -> int:
        return count(_request(first, messages)) if messages or first.tools else 0

    rows = [request.messages for request in requests]
    messages, texts = _beginning(rows)
    prefix = Prefix(
        tokens=tokens(messages),
        basis=assumed("prefix_of_requests", number=len(requests)),
        ends_at=_difference(texts, common_beginning(texts)) if texts else None,
    )
    shared = shared_beginnings(requests, tokens) if may_continue(requests) else ()
    if any(beginning.continues for beginning in shared):
        basis = assumed("prefix_of_conversation", number=len(requests))
        return replace(prefix, basis=basis, shared=shared)
    if prefix.ends_at is None:
        return prefix
    reordered, lines = _with_lines_moved(texts, prefix.ends_at)
    place = len(messages) - bool(common_beginning(texts))
    later = tokens(
        _beginning([_with_text(*pair, place) for pair in zip(rows, reordered, strict=True)])[0]
    )
    gains = prefix.tokens is not None and later > prefix.tokens
    return replace(prefix, reordered=later, reordered_lines=lines) if gains else prefix


def _beginning(rows: "Sequence[tuple[Message, ...]]") -> "tuple[tuple[Message, ...], list[str]]":
    """Return the messages in common, the last perhaps in part, and the texts that then differ."""
    from tokencost.inputs.request import Message, are_equal

    same = sum(1 for _ in takewhile(are_equal, zip(*rows, strict=False)))
    messages = rows[0][:same]
    rest = [row[same] for row in rows if len(row) > same]
    if len(rest) < len(rows) or len({message.role for message in rest}) > 1:
        return messages, []
    texts = ["\n".join(message.texts) for message in rest]
    common = common_beginning(texts)
    return (
        *messages,
        Message.of(rest[0].role, common, name=rest[0].name),
    ) if common else messages, texts


def _with_text(messages: "tuple[Message, ...]", text: str, place: int) -> "tuple[Message, ...]":
    """Return *messages* with another text in the one at *place*."""
    from tokencost.inputs.request import Message

    last = messages[place]
    changed = Message.of(last.role, text, name=last.name)
    return (*messages[:place], changed, *messages[place + 1 :])


def _prompt(text: str) -> Prompt:
    return Prompt(name="<prefix>", text=text)


def _request(request: "Request", messages: "tuple[Message, ...]") -> Prompt:
    return Prompt(
        name="<prefix>", text="", kind="request", request=replace(request, messages=messages)
    )
