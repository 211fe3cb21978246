"""What shorter texts would save: those that transforms make of them, and those of a what-if."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tokencost.compressors import Level, compressed
from tokencost.inputs import Prompt
from tokencost.recounting import Recounting
from tokencost.scenarios import Certainty, Content, Shorter, WhatIf, Work
from tokencost.scenarios.prefix import shared_prefix

_MOST = 200_000  # characters; `tokencost compress` takes any
_LOSSY = (20, 50)  # per cent
_NAMES = {Content.FORMAT: "in another notation", Content.DROPS: "without comments and decoration"}
_WORTH = 100  # of what drops something a saving below 1 in so many tokens is not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rewritten:
    """What transforms have made of all prompts."""

    prompts: tuple[Prompt, ...]
    tokens: tuple[int, ...]
    names: tuple[str, ...]
    content: Content
    is_stable: bool


def shorter_texts(base: Work, counting: Recounting, what_if: WhatIf) -> Sequence[Shorter]:
    """Return the requests of *base* in fewer tokens, as far as they are texts.

    What a request says is data, and stays as it is.
    """
    return [*_compressed(base, counting, what_if), *(_lossy(base) if what_if.lossy else ())]


def _compressed(base: Work, counting: Recounting, what_if: WhatIf) -> Iterable[Shorter]:
    prompts = counting.prompts
    if not prompts or any(each.chat is not None for each in prompts):
        return
    same = Shorter(
        id="compress",
        name="compressed",
        requests=base.requests,
        content=Content.SAME,
        is_stable=True,
    )
    if sum(len(each.text) for each in prompts) > _MOST:
        yield replace(same, reason="too long to try here: `tokencost compress` does")
        return
    kept = _rewritten(prompts, counting, [Level.SAME])
    if kept.names:
        yield _shorter(same, kept, base, counting, what_if)
    else:
        yield replace(same, reason="nothing to gain")
    dropped = _rewritten(kept.prompts, counting, [Level.FORMAT, Level.DROPS])
    if (sum(kept.tokens) - sum(dropped.tokens)) * _WORTH >= sum(kept.tokens) > 0:
        name = _NAMES[dropped.content]
        less = replace(same, id=f"compress-{dropped.content}", name=name, content=dropped.content)
        both = replace(
            dropped,
            names=(*kept.names, *dropped.names),
            is_stable=kept.is_stable and dropped.is_stable,
        )
        yield _shorter(less, both, base, counting, what_if)


def _rewritten(
    prompts: Sequence[Prompt], counting: Recounting, levels: Sequence[Level]
) -> _Rewritten:
    def count(text: str) -> int:
        return counting.count(Prompt(name="<compressed>", text=text))

    found = [compressed(each.text, count=count, name=each.name, levels=levels) for each in prompts]
    steps = [step for each in found for step in each.accepted]
    contents = [Content(step.level) for step in steps]
    return _Rewritten(
        prompts=tuple(
            replace(prompt, text=each.text) for prompt, each in zip(prompts, found, strict=True)
        ),
        tokens=tuple(each.tokens for each in found),
        names=tuple(dict.fromkeys(step.name for step in steps)),
        content=max(contents, key=list(Content).index, default=Content.SAME),
        is_stable=all(each.prefix_stable for each in found),
    )


def _shorter(
    shorter: Shorter, found: _Rewritten, base: Work, counting: Recounting, what_if: WhatIf
) -> Shorter:
    if what_if.prefix is None:
        shared = shared_prefix(found.prompts, count=counting.count, split=counting.split)
        prefix = shared.tokens or 0
    else:
        prefix = 0  # nobody says how much of it is left
    return replace(
        shorter,
        requests=tuple(
            replace(sent, input=tokens, prefix=min(prefix, tokens))
            for sent, tokens in zip(base.requests, found.tokens, strict=True)
        ),
        is_stable=found.is_stable,
        assumptions=(f"by {', '.join(found.names)}",),
    )


def _lossy(base: Work) -> Iterable[Shorter]:
    """Yield what it would save to leave out so much of the input, whichever way."""
    for share in _LOSSY:
        requests = [
            replace(each, input=-(-each.input * (100 - share) // 100), prefix=0)
            for each in base.requests
        ]
        yield Shorter(
            id=f"lossy-{share}",
            name=f"{share} % left out",
            requests=tuple(requests),
            content=Content.DROPS,
            is_stable=False,
            certainty=Certainty.WHAT_IF,
            assumptions=("what the answers are worth then is not verified",),
        )
