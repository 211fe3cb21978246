"""The bill of a request: the tokens of its texts, and what its provider bills beside them.

A file of a thousand requests has few that differ in more than their texts: what is billed beside
these is worked out once for each such `Outline`.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from tokencost.inputs.request import (
    Message,
    Part,
    Request,
    Text,
    ToolCall,
    ToolResult,
    UncountedPart,
)
from tokencost.tokenizers.overheads import billing_site, find_message_formats
from tokencost.tokenizers.overheads.rule import (
    Called,
    Charge,
    MessageFormat,
    Outline,
    Returned,
    Shape,
    content,
    outline_of,
    tools_of,
)
from tokencost.tokenizers.request_count import key_of, measure, remembered
from tokencost.tokenizers.token_count import Method, TokenCount, Tokenizer
from tokencost.values import replace

_NOT_DOCUMENTED = "the contents are exact; what frames them is not documented as billed"
_NO_TEXT = "\udfff"  # half a character
_FLOAT = 1e-6  # what floats make of a whole number
_COUNTED = (Method.EXACT, Method.ASSUMED)
_MOST_REMEMBERED = 10_000  # texts
_LEAST_SLACK = 4  # tokens; what a reconstruction may be off in a text of any length


def count_request(
    request: Request, tokenizer: Tokenizer, *, model: str, site: str = ""
) -> TokenCount:
    """Count everything of *request* that is billed for *model* at *site*.

    Where only the site would tell how it is billed, the range holds each way.
    """
    counts = _counts(request, tokenizer, model, site)
    if len(counts) == 1:
        return counts[0]
    low, high = min([count.low for count in counts]), max(map(_most, counts))
    return replace(counts[0], low=low, high=high)


def _counts(request: Request, tokenizer: Tokenizer, model: str, site: str) -> list[TokenCount]:
    """Count a request in each way that it may be billed, the likeliest first."""
    outline, own = outline_of(request)
    if outline and (bills := find_bills(outline, model, tokenizer.name, site)):
        texts = _texts_for(tokenizer, proven=bills[0].is_proven)
        return [_billed(bill, own, texts) for bill in bills]
    site = billing_site(site, request)
    formats = find_message_formats(model, tokenizer.name, site=site, form=request.format)
    texts = _texts_for(tokenizer, proven=_are_proven(formats))
    return [_count(request, texts, format_) for format_ in formats]


class Bill(NamedTuple):
    """What the charges of an outline sum up to, beside its texts.

    *texts* are the places of those that are billed, and texts that all its requests have, such as
    names of tools: *fixed* are the charges of these, whose tokens only a tokenizer tells.
    *slack* is in tokens either way. *is_proven* says that recorded bills show what was assumed of
    the vocabulary, however it is billed. *counts* are those of sizes of the texts that came before,
    where these are counted exactly.
    """

    format: MessageFormat
    is_proven: bool
    is_exact: bool
    texts: tuple[int | str, ...]
    fixed: tuple[Charge, ...]
    added: int
    overhead: int
    slack: float
    counts: dict[int, TokenCount]


@lru_cache(256)
def find_bills(outline: Outline, model: str, tokenizer: str, site: str) -> tuple[Bill, ...]:
    """Return how requests of an outline are billed, as `find_message_formats` returns the formats.

    There are none if they are billed for something that their texts have to be asked for.
    """
    request, places = _with_places(outline)
    site = billing_site(site, request)
    formats = find_message_formats(model, tokenizer, site=site, form=outline.format)
    is_proven = _are_proven(formats)
    bills = [_bill(request, places, format_, is_proven=is_proven) for format_ in formats]
    return tuple(bill for bill in bills if bill) if all(bills) else ()


def _with_places(outline: Outline) -> tuple[Request, dict[str, int]]:
    """Return a request of that outline, and of each of its texts the place.

    In the texts stands half a character, as in no text of a request.
    """
    places: dict[str, int] = {}
    messages: list[Message] = []
    for role, own in zip(outline.messages[::2], outline.messages[1::2], strict=True):
        shapes = own if isinstance(own, tuple) else (None,) * int(own)
        parts = tuple(_with_place(shape, places) for shape in shapes)
        messages.append(Message(role=str(role), parts=parts))
    read = {"messages": tuple(messages), "tools": tools_of(outline.tools)}
    return Request(**outline._asdict() | read), places


def _with_place(shape: Shape, places: dict[str, int]) -> Part:
    if isinstance(shape, Called):
        return _call_at(shape, places)
    if isinstance(shape, Returned):
        texts = tuple(_text_at(places) for _ in range(shape.texts))
        return ToolResult(name=shape.name, content=texts)
    return _text_at(places)


def _text_at(places: dict[str, int]) -> Text:
    text = f"{_NO_TEXT}{len(places)}"
    places[text] = len(places)
    return Text(text=text)


def _call_at(shape: Called, places: dict[str, int]) -> ToolCall:
    """Return a call with as many arguments of each kind, in whose values stands no text."""
    if not shape.texts + shape.others:
        return ToolCall(name=shape.name, arguments={})
    key = f"{_NO_TEXT}{len(places)} "
    values = [key] * shape.texts + [[key]] * shape.others
    arguments = {f"{key}{index}": value for index, value in enumerate(values)}
    # As a text it has blanks: no rule that writes it anew gets the same.
    sent = json.dumps(arguments, ensure_ascii=False) if shape.is_text else arguments
    call = ToolCall(name=shape.name, arguments=sent)
    places[call.arguments_text] = len(places)
    return call


def _bill(
    request: Request, places: Mapping[str, int], format_: MessageFormat, *, is_proven: bool
) -> Bill | None:
    """Sum up the charges of a request whose texts are their places; None if these do not tell."""
    texts: list[int | str] = []
    fixed: list[Charge] = []
    added = overhead = 0
    slack = 0.0
    for charge in format_.charges(request):
        place = places.get(charge.text)
        if place is not None and charge == content(charge.text):
            texts.append(place)
            continue
        if _NO_TEXT in charge.text or charge.hidden or charge.stands_for:
            return None
        if charge.is_possible or charge.text:
            fixed.append(charge)
        if charge.is_possible:
            continue
        if charge.text:
            texts.append(charge.text)
        else:
            overhead += charge.tokens if charge.is_overhead else 0
            slack += abs(charge.tokens) * charge.share
        added += charge.tokens
        slack += charge.slack
    return Bill(
        format=format_,
        is_proven=is_proven,
        is_exact=format_.is_exact(request),
        texts=tuple(texts),
        fixed=tuple(fixed),
        added=added,
        overhead=overhead,
        slack=slack,
        counts={},
    )


def _most(count: TokenCount) -> int:
    return count.expected if count.high is None else count.high


class _Texts:
    """Counts of texts, each counted once; *proven* if bills show what was assumed of them."""

    __slots__ = ("_counts", "_name", "_proven", "_tokenizer", "are_plain")

    def __init__(self, tokenizer: Tokenizer, *, proven: bool) -> None:
        self.are_plain = True  # all so far are exact numbers of a vocabulary: their sum tells all
        self._tokenizer, self._name = tokenizer, tokenizer.name
        self._proven = proven
        self._counts: dict[str, TokenCount] = {}

    def count(self, text: str) -> TokenCount:
        if (count := self._counts.get(text)) is None:
            count = measure(self._tokenizer, text)
            if count.low != count.high and self._is_sure(count):
                count = replace(count, low=count.expected, high=count.expected)
            if count.method is not Method.EXACT or count.basis or count.tokenizer != self._name:
                self.are_plain = False
            if len(self._counts) == _MOST_REMEMBERED:
                self._counts.clear()
            self._counts[text] = count
        return count

    def _is_sure(self, count: TokenCount) -> bool:
        """Whether the slack of the message format has room for what a text may be off.

        The few tokens that any reconstructed text may be off would add up, over the many short
        texts of a request, to more than recorded bills have ever shown. Of a vocabulary that is
        assumed bills may show that it is the right one.
        """
        if count.method is Method.RECONSTRUCTED:
            return count.expected - count.low <= _LEAST_SLACK
        return self._proven and count.method is Method.ASSUMED


def _are_proven(formats: Iterable[MessageFormat]) -> bool:
    return all(format_.billed_vocabulary for format_ in formats)


def _texts_for(tokenizer: Tokenizer, *, proven: bool) -> _Texts:
    """Return what counts the texts of requests, the same one as long as they are announced."""
    key = key_of(tokenizer), proven
    texts = (counted := remembered()).get(key)
    if texts is None:
        texts = counted[key] = _Texts(tokenizer, proven=proven)
    return texts


def _billed(bill: Bill, own: Sequence[str], texts: _Texts) -> TokenCount:
    """Count a request of which all but its own texts is known."""
    counts = [texts.count(own[text] if isinstance(text, int) else text) for text in bill.texts]
    counts = counts or [texts.count("")]
    is_plain = texts.are_plain and not bill.fixed  # then it has no range
    size = sum([count.expected for count in counts])
    count = bill.counts.get(size) if is_plain else None
    if count is None:
        contents = TokenCount.sum(counts)
        overhead, slack, possible = bill.overhead, bill.slack, 0
        for charge in bill.fixed:
            tokens = texts.count(charge.text)
            if charge.is_possible:
                possible += _most(tokens)
                continue
            both = charge.tokens + tokens.expected
            overhead += both if charge.is_overhead else 0
            slack += abs(both) * charge.share
        count = _framed(
            contents,
            bill.format,
            added=bill.added,
            overhead=overhead,
            slack=slack,
            is_exact=bill.is_exact and not possible,
            possible=possible,
        )
        if is_plain and len(bill.counts) < _MOST_REMEMBERED:
            bill.counts[size] = count
    return count


def _count(request: Request, texts: _Texts, format_: MessageFormat) -> TokenCount:
    counts: list[TokenCount] = []
    added = overhead = possible = 0
    slack = 0.0
    hidden: list[UncountedPart] = []
    stands_for: dict[str, int] = {}
    for charge in format_.charges(request):
        text, more, off, share, is_overhead, unread, place, unseen, is_possible = charge
        tokens = more
        if is_possible:
            possible += _most(texts.count(text))
            continue
        if text:
            counts.append(count := texts.count(text))
            tokens += count.expected
        added += more
        slack += off + abs(tokens) * share
        overhead += tokens if is_overhead else 0
        if unseen:
            stands_for[unseen] = stands_for.get(unseen, 0) + tokens
        if unread:
            hidden.append(UncountedPart(part=unread, place=place))
    uncounted = (*request.uncounted, *hidden)
    return _framed(
        TokenCount.sum(counts or [texts.count("")]),
        format_,
        added=added,
        overhead=overhead,
        slack=slack,
        is_exact=not uncounted and not possible and format_.is_exact(request),
        possible=possible,
        stands_for=stands_for,
        uncounted=uncounted,
    )


def _framed(
    contents: TokenCount,
    format_: MessageFormat,
    *,
    added: int,
    overhead: int,
    slack: float,
    is_exact: bool,
    possible: int = 0,
    stands_for: Mapping[str, int] = MappingProxyType({}),
    uncounted: tuple[UncountedPart, ...] = (),
) -> TokenCount:
    """Return the count of a request from that of its texts and the sums of its charges."""
    expected = max(0, contents.expected + added)
    off = _whole(format_.widen(slack, total=expected), contents.method)
    is_exact = is_exact and contents.method is Method.EXACT
    return TokenCount(
        tokenizer=contents.tokenizer,
        expected=expected,
        low=min(expected, max(0, contents.low + added - off)),
        high=max(expected, _most(contents) + added + off) + possible,
        method=_method(contents.method, is_exact=is_exact),
        basis=contents.basis or ("" if is_exact else _NOT_DOCUMENTED),
        overhead=overhead,
        overhead_basis=format_.basis
        + "".join(f"; {part} taken as about {tokens:,}" for part, tokens in stands_for.items()),
        uncounted=uncounted,
    )


def _whole(slack: float, method: Method) -> int:
    """Return *slack* in whole tokens: a bill differs from what a vocabulary counts by no less.

    What is itself estimated or reconstructed has no such borders.
    """
    return math.floor(slack + _FLOAT) if method in _COUNTED else math.ceil(slack - _FLOAT)


def _method(method: Method, *, is_exact: bool) -> Method:
    return Method.ASSUMED if method is Method.EXACT and not is_exact else method
