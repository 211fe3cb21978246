"""Scenarios of shorter text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tokencost.compression import CompressedText, Level, compress_text
from tokencost.costs.workload import Workload
from tokencost.inputs import Prompt
from tokencost.inputs.request import Request
from tokencost.scenarios.explore import ShorterPrompt
from tokencost.scenarios.options import ScenarioOptions
from tokencost.scenarios.prefix import shared_prefix
from tokencost.scenarios.recount import Recounting
from tokencost.scenarios.results import Certainty, Content

_MOST = 200_000  # characters; `tokencost compress` takes any
_LOSSY = (20, 50)  # per cent
_NAMES = {
    Content.REFORMATTED: "in another notation",
    Content.LOSSY: "without comments and decoration",
}
_WORTH = 100  # of what drops something a saving below 1 in so many tokens is not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rewritten:
    """What transforms have made of all prompts."""

    prompts: tuple[Prompt, ...]
    tokens: tuple[int, ...]
    names: tuple[str, ...]
    content: Content
    is_stable: bool


def shorter_texts(
    base: Workload, counting: Recounting, options: ScenarioOptions
) -> Sequence[ShorterPrompt]:
    """Return the requests of *base* in fewer tokens: texts, or the contents of their messages."""
    return [*_compressed(base, counting, options), *(_lossy(base) if options.lossy else ())]


def _compressed(
    base: Workload, counting: Recounting, options: ScenarioOptions
) -> Iterable[ShorterPrompt]:
    prompts = counting.prompts
    if not prompts:
        return
    same = ShorterPrompt(
        id="compress",
        name="compressed",
        requests=base.requests,
        content=Content.LOSSLESS,
        is_stable=True,
    )
    if sum(len(each.text) for each in prompts) > _MOST:
        yield replace(same, reason="too long to try here: `tokencost compress` does")
        return
    kept = _rewritten(prompts, counting, [Level.LOSSLESS])
    if kept.names:
        yield _shorter(same, kept, base, counting, options)
    else:
        yield replace(same, reason="nothing to gain")
    dropped = _rewritten(kept.prompts, counting, [Level.REFORMATTED, Level.LOSSY])
    if (sum(kept.tokens) - sum(dropped.tokens)) * _WORTH >= sum(kept.tokens) > 0:
        name = _NAMES[dropped.content]
        less = replace(
            same, id=f"compress-{dropped.content.name.lower()}", name=name, content=dropped.content
        )
        both = replace(
            dropped,
            names=(*kept.names, *dropped.names),
            is_stable=kept.is_stable and dropped.is_stable,
        )
        yield _shorter(less, both, base, counting, options)


def _rewritten(
    prompts: Sequence[Prompt], counting: Recounting, levels: Sequence[Level]
) -> _Rewritten:
    steps: list[CompressedText] = []

    def rewritten(text: str, name: str = "") -> str:
        found = compress_text(text, count=count, name=name, levels=levels)
        steps.append(found)
        return found.text

    def count(text: str) -> int:
        return counting.count(Prompt(name="<compressed>", text=text))

    found = tuple(
        replace(each, text=rewritten(each.text, each.name))
        if each.request is None
        else replace(each, request=_rewritten_chat(each.request, rewritten))
        for each in prompts
    )
    accepted = [step for each in steps for step in each.accepted]
    contents = [Content[step.level.name] for step in accepted]
    return _Rewritten(
        prompts=found,
        tokens=tuple(map(counting.count, found)),
        names=tuple(dict.fromkeys(step.name for step in accepted)),
        content=max(contents, key=list(Content).index, default=Content.LOSSLESS),
        is_stable=all(each.prefix_stable for each in steps),
    )


def _rewritten_chat(request: Request, rewritten: Callable[[str], str]) -> Request:
    """Return *request* with its contents rewritten, each by itself; tools stay as they are."""
    return replace(
        request,
        messages=tuple(
            replace(each, texts=tuple(map(rewritten, each.texts))) for each in request.messages
        ),
    )


def _shorter(
    shorter: ShorterPrompt,
    found: _Rewritten,
    base: Workload,
    counting: Recounting,
    options: ScenarioOptions,
) -> ShorterPrompt:
    if options.prefix is None:
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
        assumptions=(f"by {', '.join(found.names)}", *counting.doubts),
    )


def _lossy(base: Workload) -> Iterable[ShorterPrompt]:
    """Yield what it would save to leave out so much of the input, whichever way."""
    for share in _LOSSY:
        requests = [
            replace(each, input=-(-each.input * (100 - share) // 100), prefix=0)
            for each in base.requests
        ]
        yield ShorterPrompt(
            id=f"lossy-{share}",
            name=f"{share} % left out",
            requests=tuple(requests),
            content=Content.LOSSY,
            is_stable=False,
            certainty=Certainty.POSSIBLE,
            assumptions=("what the answers are worth then is not verified",),
        )
