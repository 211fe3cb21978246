"""Transforms applied where their content stands: a whole text, or the fenced blocks in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tokencost.compressors.code import LANGUAGES
from tokencost.compressors.contract import Compressor, CompressorError
from tokencost.compressors.kinds import Kind
from tokencost.compressors.markdown import differs_only_in, fences

# Of other kinds a fenced block shows how they look: HTML is an example there, not a page.
_FENCED = frozenset({Kind.JSON, Kind.JSON_LINES, Kind.PYTHON, *LANGUAGES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A text after one transform; `blocks` are the fenced blocks that changed, old to new."""

    text: str
    blocks: Mapping[str, str] = field(default_factory=dict)


def rewrite(
    transform: Compressor, text: str, kind: Kind, count: Callable[[str], int]
) -> Rewritten | None:
    """Return *text* with *transform* applied, None if it holds nothing for it.

    A fenced block changes only if that is proven for the block and saves tokens in it.

    Raises:
        CompressorError: a transform from elsewhere fails.
    """
    if kind in transform.kinds:
        return Rewritten(text=_run(transform, text))
    if kind is not Kind.MARKDOWN or not _FENCED & set(transform.kinds):
        return None
    changed, blocks, is_there = text, {}, False
    for fence in fences(text):  # from the last to the first, so that places stay true
        if fence.kind not in transform.kinds or fence.kind not in _FENCED:
            continue
        is_there = True
        before = text[fence.start : fence.end]
        after = _run(transform, before)
        if after != before and transform.verify(before, after) and count(after) < count(before):
            changed = changed[: fence.start] + after + changed[fence.end :]
            blocks[_as_parsed(before)] = _as_parsed(after)
    return Rewritten(text=changed, blocks=blocks) if is_there else None


def is_proven(transform: Compressor, text: str, kind: Kind, rewritten: Rewritten) -> bool:
    """Whether what *transform* made of *text* keeps what it promises to keep."""
    if kind in transform.kinds:
        return bool(transform.verify(text, rewritten.text))
    kinds = frozenset(_FENCED & set(transform.kinds))
    return differs_only_in(text, rewritten.text, rewritten.blocks, kinds=kinds)


def _run(transform: Compressor, text: str) -> str:
    try:
        after = transform.compress(text)
    except CompressorError:
        raise
    except Exception as error:  # a plug-in that raises whatever it likes
        raise CompressorError(
            f"the transform {transform.name!r} failed: {type(error).__name__}: {error}",
            hint="leave it out",
        ) from error
    if not isinstance(after, str):
        raise CompressorError(
            f"the transform {transform.name!r} returned no text but {after!r}", hint="leave it out"
        )
    return after


def _as_parsed(content: str) -> str:
    return content.replace("\r\n", "\n").replace("\r", "\n")
