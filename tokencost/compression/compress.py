"""Compress a prompt by proven transforms, weighed with the model's own tokenizer."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from tokencost.compression import (
    CompressedText,
    ContentType,
    Level,
    TransformStep,
    compress_text,
    detect_content_type,
    levels_up_to,
)
from tokencost.compression.transforms.embedded_json import find_forms, find_untouched
from tokencost.compression.transforms.json_forms import is_about_layout
from tokencost.errors import Failure, UsageError
from tokencost.estimates.count import CountReport, count
from tokencost.inputs import InputFormat, Prompt, as_input_set, read_prompts
from tokencost.inputs.prompt import interpret
from tokencost.notes import Note, assumed, warning
from tokencost.reports import Report
from tokencost.tokenizers import Method, TokenCount
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

    def count_tokens(text: str) -> CountReport:
        parts = list(interpret(text, name=source.name, input_format=input_format))
        return count(
            parts,
            models=model or (),
            default_models=(default_model,) if default_model else (),
            tokenizer=tokenizer,
            prices=prices,
        )

    is_data = _is_data(source, input_format)
    compressed = compress_text(
        source.text,
        count=lambda text: total(count_tokens(text)).expected,
        kind=ContentType.OTHER if is_data else kind,
        name=source.name,
        levels=levels_up_to(level),
        also=also,
    )
    before = count_tokens(source.text)
    return CompressionReport(
        input=source.name,
        kind=before.results[0].kind,
        format=before.results[0].format,
        content_type=detect_content_type(source.text, source.name) if is_data else compressed.kind,
        model=before.results[0].model,
        text=compressed.text,
        before=total(before),
        after=total(count_tokens(compressed.text)),
        steps=compressed.steps,
        prefix_stable=compressed.prefix_stable,
        prices=before.prices,
        assumptions=(*before.assumptions, *_left_alone(compressed, is_data=is_data)),
        warnings=(warning("unknown_content"),)
        if compressed.kind is ContentType.OTHER and not is_data
        else (),
    )


def _left_alone(compressed: CompressedText, *, is_data: bool) -> Iterator[Note]:
    """Yield what could be shorter and stays as it is, and why."""
    if is_data:
        yield assumed("request_is_data")
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


def _is_data(source: Prompt, input_format: InputFormat) -> bool:
    """Whether what is billed is not the text itself but the requests in it."""
    parts = interpret(source.text, name=source.name, input_format=input_format)
    return any(part.kind == "request" or part.text != source.text for part in parts)
