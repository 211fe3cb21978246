"""Compress a prompt by proven transforms, weighed with the model's own tokenizer."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from tokencost.compression import (
    CompressedText,
    ContentType,
    Level,
    TransformStep,
    compress_text,
    detect_content_type,
    levels_up_to,
)
from tokencost.compression.contents import (
    Aspects,
    ContentChain,
    Contents,
    InContents,
    content_counter,
    leaves_json,
)
from tokencost.compression.gate import CompressionRun
from tokencost.compression.registry import select_transforms
from tokencost.compression.transforms.embedded_json import find_forms, find_untouched
from tokencost.compression.transforms.json_forms import is_about_layout
from tokencost.errors import Failure, UsageError
from tokencost.estimates.count import CountReport, count
from tokencost.inputs import InputFormat, Prompt, as_input_set, read_prompts
from tokencost.inputs.prompt import interpret
from tokencost.inputs.request import Message, Part, Text, ToolResult
from tokencost.notes import Note, assumed, warning
from tokencost.reports import Report
from tokencost.tokenizers import Method, TokenCount
from tokencost.tokenizers.request_count import announce_prompts
from tokencost.values import dataclass

if TYPE_CHECKING:  # a count without a model needs no price table
    from tokencost.pricing import PriceTable


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CompressionReport(Report):
    """Report of `compress`: the text, its tokens before and after, and what each step did.

    `prefix_stable` is whether a text that begins as this one does still begins alike, so that
    what a provider has cached of it stays cached.
    """

    name: ClassVar[str] = "compress"

    input: str
    kind: str
    format: str | None
    content_type: ContentType
    model: str | None
    text: str
    before: TokenCount
    after: TokenCount
    steps: tuple[TransformStep, ...]
    prefix_stable: bool
    prices: "PriceTable | None"
    assumptions: tuple[Note, ...]
    warnings: tuple[Note, ...]
    failures: tuple[Failure, ...] = ()

    def _summary(self) -> Iterator[str]:
        before, after = self.before, self.after
        mark = "" if before.is_exact and after.is_exact else "~"
        yield f"{mark}{before.expected:,} to {mark}{after.expected:,} tokens"


def compress(
    prompt: str | os.PathLike[str] | Prompt,
    *,
    model: str | None = None,
    default_model: str | None = None,
    tokenizer: str | None = None,
    level: Level = Level.LOSSLESS,
    also: Sequence[str] = (),
    kind: ContentType | None = None,
    input_format: InputFormat = InputFormat.AUTO,
    prices: "PriceTable | None" = None,
) -> CompressionReport:
    """Compress *prompt* by transforms that are proven and save tokens.

    Without a model and a tokenizer the tokens are those of `o200k_base`, as in `count`. Where a
    count is an estimate, its expected value decides.

    Args:
        prompt: a text, the `Path` of a file, or a prompt whose name says what it is.
        model: as `find_offer` takes it; by default the one that a request names itself.
        default_model: the one of a text that names none, without *model*.
        tokenizer: a tokenizer's name; "exact" refuses to estimate.
        level: how much the transforms may take away; the more careful ones are tried as well.
        also: names of further transforms, of any level or from a plug-in.
        kind: what the content is; by default its name and the text itself tell.
        input_format: whether it is a text or holds requests, of which the messages are counted.
        prices: the table that knows the model, by default the shipped one.

    Raises:
        TokencostError: the model, the tokenizer or a transform is unknown or cannot be used.

    Examples:
        >>> report = tokencost.compress('[ { "a": 1.0 }, { "a": 2.0 } ]', model="gpt-4o")
        >>> report
        <CompressionReport: 20 to 14 tokens>
        >>> report.text
        '[{"a":1.0},{"a":2.0}]'
    """
    source = _source(prompt)
    if source.kind == "request":
        input_format = InputFormat.REQUEST

    counter = _Counter(
        name=source.name,
        input_format=input_format,
        model=model,
        default_model=default_model,
        tokenizer=tokenizer,
        prices=prices,
    )
    is_data = counter.is_of_requests(source.text)
    if is_data:
        with announce_prompts(counter.read(source.text), size=len(source.text)):
            compressed = _compress_contents(source.text, counter=counter, level=level, also=also)
    else:
        compressed = compress_text(
            source.text,
            count=counter.count,
            kind=kind,
            name=source.name,
            levels=levels_up_to(level),
            also=also,
        )
    return _report(source, compressed, counter, is_data=is_data)


def _report(
    source: Prompt, compressed: CompressedText, counter: "_Counter", *, is_data: bool
) -> CompressionReport:
    before, after = counter.report(source.text), counter.report(compressed.text)
    return CompressionReport(
        input=source.name,
        kind=before.results[0].kind,
        format=before.results[0].format,
        content_type=detect_content_type(source.text, source.name) if is_data else compressed.kind,
        model=before.results[0].model,
        text=compressed.text,
        before=total(before),
        after=total(after),
        steps=compressed.steps,
        prefix_stable=compressed.prefix_stable,
        prices=before.prices,
        assumptions=(
            *before.assumptions,
            *(
                _left_in_messages(counter.read(compressed.text))
                if is_data
                else _left_alone(compressed)
            ),
        ),
        warnings=(warning("unknown_content"),)
        if compressed.kind is ContentType.OTHER and not is_data
        else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counter:
    """Counts a text as what it is read as, and one content of its messages as a text.

    What was read and counted of a text is kept: each step asks for what the one before left.
    """

    name: str
    input_format: InputFormat
    model: str | None
    default_model: str | None
    tokenizer: str | None
    prices: "PriceTable | None"
    parts: dict[str, list[Prompt]] = field(default_factory=dict)
    contents: dict[str, Contents] = field(default_factory=dict)
    reports: dict[str, CountReport] = field(default_factory=dict)
    aspects: Aspects = field(default_factory=Aspects)

    def read(self, text: str) -> list[Prompt]:
        if text not in self.parts:
            _make_room(self.parts)
            parts = interpret(text, name=self.name, input_format=self.input_format)
            self.parts[text] = list(parts)
        return self.parts[text]

    def read_contents(self, text: str) -> Contents:
        if text not in self.contents:
            _make_room(self.contents)
            self.contents[text] = Contents.of(self.read(text), [text], self.aspects)
        return self.contents[text]

    def is_of_requests(self, text: str) -> bool:
        """Whether what is billed is not *text* itself but the requests in it."""
        return any(part.kind == "request" or part.text != text for part in self.read(text))

    def report(self, text: str) -> CountReport:
        if text not in self.reports:
            _make_room(self.reports, first=1)  # the text as it was is asked for at the end
            self.reports[text] = self._count(self.read(text), self.default_model)
        return self.reports[text]

    def count(self, text: str) -> int:
        return total(self.report(text)).expected

    def _count(self, parts: Sequence[Prompt], default: str | None) -> CountReport:
        return count(
            parts,
            models=self.model or (),
            default_models=(default,) if default else (),
            tokenizer=self.tokenizer,
            prices=self.prices,
        )


_MOST_KEPT = 2  # texts: the one before a step and the one after it


def _make_room(kept: dict[str, Any], *, first: int = 0) -> None:
    while len(kept) - first >= _MOST_KEPT:
        del kept[[*kept][first]]


def _left_alone(compressed: CompressedText) -> Iterator[Note]:
    """Yield what could be shorter and stays as it is, and why."""
    is_prose = compressed.kind in (ContentType.TEXT, ContentType.MARKDOWN)
    if not is_prose:
        return
    forms = find_forms(compressed.text)
    if forms and is_about_layout(compressed.text):
        yield assumed("json_layout", lines=tuple(forms))
    elif forms:
        yield assumed("json_shows_form", lines=tuple(forms))
    if lines := [line for line in find_untouched(compressed.text) if line not in forms]:
        yield assumed("json_untouched", lines=tuple(lines))


def _left_in_messages(parts: Sequence[Prompt]) -> Iterator[Note]:
    yield assumed("request_is_data")
    if places := _places(parts, lambda message: any(map(leaves_json, message.texts))):
        yield assumed("json_in_messages", places=places)
    if places := _places(parts, lambda message: any(map(_is_cited, message.parts))):
        yield assumed("cited_documents", places=places)


def _places(parts: Sequence[Prompt], is_meant: Callable[[Message], bool]) -> tuple[str, ...]:
    requests = [part.request for part in parts if part.request]
    messages = [message for request in requests for message in request.messages]
    return tuple(dict.fromkeys(one.place or "message" for one in messages if is_meant(one)))


def _is_cited(part: Part) -> bool:
    parts = part.content if isinstance(part, ToolResult) else (part,)
    return any(isinstance(inner, Text) and inner.is_cited for inner in parts)


def _compress_contents(
    text: str, *, counter: _Counter, level: Level, also: Sequence[str]
) -> CompressedText:
    """Compress what the messages of requests say, one by one."""
    transforms = select_transforms(levels_up_to(level), also)
    parts = counter.read(text)
    own = next((part.request.model for part in parts if part.request), None)
    kinds = {detect_content_type(content) for content in counter.read_contents(text).numbers}
    has_fences = ContentType.MARKDOWN in kinds
    chosen = tuple(
        transform
        for transform in transforms
        if kinds.intersection(transform.kinds)
        or (has_fences and ContentType.JSON in transform.kinds)
    )
    model = counter.model or own or counter.default_model
    chain = ContentChain(
        transforms=chosen, count=content_counter(model, counter.tokenizer, counter.prices)
    )
    inner = [
        InContents(
            transform=transform,
            name=transform.name,
            level=transform.level,
            summary=transform.summary,
            prefix_stable=transform.prefix_stable,
            read=counter.read_contents,
            chain=chain,
        )
        for transform in chosen
    ]
    run = CompressionRun(text=text, count=counter.count, named=frozenset())
    while run.try_all(inner, ContentType.OTHER, ""):
        pass
    return CompressedText(
        text=run.text,
        kind=ContentType.OTHER,
        tokens_before=run.tokens_before,
        tokens=run.tokens,
        steps=(*run.accepted, *run.refused),
        prefix_stable=run.prefix_stable,
    )


def _source(prompt: str | os.PathLike[str] | Prompt) -> Prompt:
    """Return the one text that is to be compressed; a file is taken as it stands."""
    input_set = (
        read_prompts(prompt, input_format=InputFormat.TEXT)
        if isinstance(prompt, os.PathLike)
        else as_input_set(prompt)
    )
    for error in input_set.errors:
        raise error
    if len(input_set.prompts) != 1:
        raise UsageError("one prompt is compressed at a time", hint="call compress() for each")
    return input_set.prompts[0]


def total(report: CountReport) -> TokenCount:
    """Return the tokens of all results together."""
    counts = [result.tokens for result in report.results]
    first = counts[0]
    together = replace(
        TokenCount.sum(counts), basis=first.basis, overhead_basis=first.overhead_basis
    )
    if len({(count.method, count.tokenizer) for count in counts}) == 1:
        return together
    # Counts of several kinds are compared with each other: no method of one holds for all.
    return replace(together, method=Method.ESTIMATED, tokenizer=None)
