"""Scenarios of shorter text: proven transforms, and parts left out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from operator import is_
from typing import TYPE_CHECKING

from tokencost.costs.cache import Certainty, Marks, PromptTokens
from tokencost.costs.workload import Workload
from tokencost.inputs import Prompt
from tokencost.notes import Note, assumed, reason
from tokencost.scenarios.prefix import shared_prefix
from tokencost.scenarios.recounter import Recounter
from tokencost.scenarios.results import Content
from tokencost.scenarios.scenario import (
    Axis,
    Context,
    Variant,
    with_prefix,
    with_requests,
)
from tokencost.values import dataclass

if TYPE_CHECKING:  # sizes without a text start faster without the transforms
    from tokencost.compression import Level
    from tokencost.compression.contents import Contents

# What runs unasked has a budget of work, the same on every machine; `tokencost compress` has none.
_MOST = 200_000  # bytes
_MOST_TAGS = 20_000  # of HTML, each of which takes as long as dozens of characters of text
_NAMES = {
    Content.REFORMATTED: "in another notation",
    Content.LOSSY: "without comments and decoration",
}
_WORTH = 100  # of what drops something a saving below 1 in so many tokens is not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rewrite:
    """What transforms have made of all prompts."""

    prompts: tuple[Prompt, ...]
    tokens: tuple[int, ...]
    transforms: tuple[str, ...]
    content: Content
    keeps_prefix: bool


class Compress:
    """Send texts, or the contents of messages, in fewer tokens."""

    id = "compress"
    axes = frozenset({Axis.REQUESTS})

    def variants(self, workload: Workload, context: Context) -> Iterable[Variant]:
        """Yield what is proven to keep everything, then what is left if more is given up."""
        recounter = context.recounter
        variant = Variant(id=self.id, name="compressed")
        if not recounter.prompts:
            return
        too_much = _why_too_much(recounter.prompts)
        if too_much is not None:
            yield replace(variant, reason=too_much)
            return
        from tokencost.compression import Level

        lossless = _rewrite(recounter.prompts, recounter, [Level.LOSSLESS])
        if lossless.transforms:
            yield _compressed(variant, lossless, workload, context)
        else:
            yield replace(variant, reason=reason("nothing_to_compress"))
        lossy = _rewrite(lossless.prompts, recounter, [Level.REFORMATTED, Level.LOSSY])
        before, after = sum(lossless.tokens), sum(lossy.tokens)
        if (before - after) * _WORTH >= before > 0:
            both = replace(
                lossy,
                transforms=(*lossless.transforms, *lossy.transforms),
                keeps_prefix=lossless.keeps_prefix and lossy.keeps_prefix,
            )
            content = lossy.content
            shorter = replace(variant, id=f"{self.id}-{content}", name=_NAMES[content])
            yield _compressed(shorter, both, workload, context)


def _why_too_much(prompts: Sequence[Prompt]) -> Note | None:
    """Return why shortening *prompts* is more work than is done unasked, None if it is not."""
    texts = [text for prompt in prompts for text in _texts(prompt)]
    characters = sum(map(len, texts))
    if characters > _MOST or sum(len(text.encode(errors="replace")) for text in texts) > _MOST:
        return reason("too_long_to_compress", most=_MOST)
    if sum(text.count("<") for text in texts) > _MOST_TAGS:
        return reason("too_many_tags_to_compress", most=_MOST_TAGS)
    return None


def _texts(prompt: Prompt) -> Iterable[str]:
    if prompt.request is None:
        return (prompt.text,)
    return (text for message in prompt.request.messages for text in message.texts)


def _compressed(
    variant: Variant, rewrite: _Rewrite, workload: Workload, context: Context
) -> Variant:
    recounter = context.recounter
    if context.options.prefix is None:
        prefix = shared_prefix(rewrite.prompts, count=recounter.count, split=recounter.split)
    else:  # nobody says how much of it is left
        prefix = replace(context.prefix, tokens=0, shared=())
    shorter = [
        replace(
            request,
            input=tokens,
            continues=False,
            answered=0,
            marks=_marks_in(prompt, request.marks, recounter.count),
        )
        for request, prompt, tokens in zip(
            workload.requests, rewrite.prompts, rewrite.tokens, strict=True
        )
    ]
    requests = with_prefix(shorter, prefix)
    return replace(
        variant,
        change=with_requests(requests),
        content=rewrite.content,
        keeps_prefix=rewrite.keeps_prefix,
        assumptions=(
            assumed("compressed_by", transforms=rewrite.transforms),
            *recounter.doubts,
        ),
    )


def _marks_in(prompt: Prompt, marks: Marks | None, count: Callable[[Prompt], int]) -> Marks | None:
    """Return where *marks* end in a request of the same parts, each of which may be shorter."""
    if not marks or prompt.request is None:
        return marks
    from tokencost.estimates.cache_marks import cut_at_marks  # few requests have any

    ends = [count(cut) for cut in cut_at_marks(prompt.request)][-len(marks) :]
    return tuple((end, ttl) for end, (_, ttl) in zip(ends, marks, strict=True))


def _rewrite(
    prompts: Sequence[Prompt], recounter: Recounter, levels: Sequence["Level"]
) -> _Rewrite:
    from tokencost.compression.gate import CompressionRun, run_transforms

    runs: dict[object, CompressionRun] = {}  # messages of many requests are alike
    compressed: dict[object, CompressionRun] = {}

    def alone(text: str) -> str:
        key = (text, "", ())
        if key not in runs:
            runs[key] = run_transforms(text, count=count, levels=levels)
        return runs[key].text

    def rewrite(text: str, name: str = "", contents: "Contents | None" = None) -> str:
        meanings = contents.that_mean(text) if contents else ()
        key = (text, name, meanings if any(meanings) else ())
        if key not in runs:
            runs[key] = run_transforms(
                text,
                count=count,
                name=name,
                levels=levels,
                is_meant=lambda transform: (
                    contents is not None and text in contents.meant(transform)
                ),
            )
        compressed[key] = runs[key]
        return runs[key].text

    def count(text: str) -> int:
        return recounter.count(Prompt(name="<compressed>", text=text))

    files = _Files(prompts)
    rewritten = tuple(
        _shorter(prompt, _rewrite_prompt(prompt, rewrite, alone, files), recounter)
        for prompt in prompts
    )
    if all(map(is_, rewritten, prompts)):
        compressed.clear()
    steps = [step for text in compressed.values() for step in text.accepted]
    return _Rewrite(
        prompts=rewritten,
        tokens=tuple(map(recounter.count, rewritten)),
        transforms=tuple(dict.fromkeys(step.name for step in steps)),
        content=Content.least(Content[step.level.name] for step in steps),
        keeps_prefix=all(text.prefix_stable for text in compressed.values()),
    )


def _shorter(before: Prompt, after: Prompt, recounter: Recounter) -> Prompt:
    """Return *after* if it has fewer tokens as a whole: some providers write JSON anew."""
    is_shorter = after is not before and recounter.count(after) < recounter.count(before)
    return after if is_shorter else before


class _Files:
    """The contents of each file, read when one of them would change."""

    def __init__(self, prompts: Sequence[Prompt]) -> None:
        self._prompts = prompts
        self._contents: dict[str, Contents] = {}

    def contents_beside(self, prompt: Prompt) -> "Contents":
        """Return what all requests say that are in one file with *prompt*."""
        file = prompt.file or prompt.name
        if file not in self._contents:
            from tokencost.compression.contents import Aspects, Contents

            requests = [
                other
                for other in self._prompts
                if other.request and (other.file or other.name) == file
            ]
            texts = [request.text for request in requests]
            self._contents[file] = Contents.of(requests, texts, Aspects())
        return self._contents[file]


def _rewrite_prompt(
    prompt: Prompt, rewrite: Callable[..., str], alone: Callable[[str], str], files: _Files
) -> Prompt:
    """Return *prompt* rewritten, of a request its contents one by one; tools stay as they are.

    One that nothing changes is returned itself: what it was counted as holds. What the requests of
    a file speak of is asked only where a content would change if it stood *alone*.
    """
    request = prompt.request
    if request is None:
        text = rewrite(prompt.text, prompt.name)
        return prompt if text == prompt.text else replace(prompt, text=text)
    if all(message.rewrite(alone) is message for message in request.messages):
        return prompt
    contents = files.contents_beside(prompt)
    messages = tuple(
        message.rewrite(lambda text: rewrite(text, contents=contents))
        for message in request.messages
    )
    if all(map(is_, messages, request.messages)):
        return prompt
    return replace(prompt, request=replace(request, messages=messages))


_SHARES = (20, 50)  # per cent


class Lossy:
    """Leave out so much of every prompt; only where it was asked for."""

    id = "lossy"
    axes = frozenset({Axis.REQUESTS})

    def variants(self, workload: Workload, context: Context) -> Iterable[Variant]:
        """Yield a variant for each share, without a prefix: nobody says what is left of it."""
        for share in _SHARES if context.options.lossy else ():
            requests = tuple(_without(request, share) for request in workload.requests)
            yield Variant(
                id=f"{self.id}-{share}",
                name=f"{share} % left out",
                change=with_requests(requests),
                content=Content.LOSSY,
                keeps_prefix=False,
                certainty=Certainty.POSSIBLE,
                assumptions=(assumed("quality_not_verified"),),
            )


def _without(request: PromptTokens, share: int) -> PromptTokens:
    """Return *request* without a share of each part of it."""

    def left(tokens: int) -> int:
        return -(-tokens * (100 - share) // 100)

    marks = request.marks and tuple((left(end), ttl) for end, ttl in request.marks)
    return replace(request, input=left(request.input), prefix=0, marks=marks)
