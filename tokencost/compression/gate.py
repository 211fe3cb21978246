"""The gate: a transform counts only if its result is proven and saves tokens."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from tokencost.compression.detection import detect_content_type
from tokencost.compression.registry import is_builtin, select_transforms
from tokencost.compression.transform import (
    ContentType,
    Level,
    MissingExtraError,
    Transform,
    TransformError,
)
from tokencost.compression.transforms.code import LANGUAGES
from tokencost.compression.transforms.json_forms import shows_form
from tokencost.compression.transforms.markdown_blocks import differs_only_in, find_fences
from tokencost.notes import Note, reason
from tokencost.values import dataclass

TokenCounter = Callable[[str], int]

LEVELS = tuple(Level)
NOTHING_TO_CHANGE = reason("nothing_to_change")
NOT_PROVEN = reason("not_proven")
NO_FEWER_TOKENS = reason("no_fewer_tokens")

# Of other types a fenced block shows how they look: HTML is an example there, not a page.
_JSON = frozenset({ContentType.JSON, ContentType.JSON_LINES})
_FENCED = frozenset({*_JSON, ContentType.PYTHON, *LANGUAGES})


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformStep:
    """One transform: the tokens of the whole text before and after it.

    `after` is None where nothing was counted; `reason` says why a step was not accepted.
    """

    name: str
    level: Level
    before: int
    after: int | None
    accepted: bool
    reason: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompressedText:
    """A text after its transforms; *tokens* never exceeds *tokens_before*.

    `prefix_stable` is whether every transform that changed it writes the beginning of a text
    alike whatever follows. Which transforms are worth it is decided by the whole text, though: what
    is to be cached is best compressed alone, once.
    """

    text: str
    kind: ContentType
    tokens_before: int
    tokens: int
    steps: tuple[TransformStep, ...]
    prefix_stable: bool

    @property
    def accepted(self) -> tuple[TransformStep, ...]:
        """The steps that changed the text."""
        return tuple(step for step in self.steps if step.accepted)


def levels_up_to(level: Level) -> tuple[Level, ...]:
    """Return *level* and the more careful ones."""
    return LEVELS[: LEVELS.index(level) + 1]


def compress_text(
    text: str,
    *,
    count: TokenCounter,
    kind: ContentType | None = None,
    name: str = "",
    levels: Iterable[Level] = (Level.LOSSLESS,),
    also: Iterable[str] = (),
) -> CompressedText:
    """Apply transforms to *text* one after another, as long as one is accepted.

    Compressing the result again changes nothing, except by a transform that runs by name alone.

    Args:
        text: what is to be sent.
        count: counts the tokens of a text, as the model does.
        kind: what *text* is; by default its *name* and the text itself tell.
        name: of the file that the text is from.
        levels: of the transforms to try.
        also: names of further ones, which may be plug-ins.

    Raises:
        TransformError: a name is unknown, or a transform that was named cannot run.

    Examples:
        >>> tokencost.compress_text('{ "a": 1.0 }', count=len).text
        '{"a":1.0}'
    """
    run = run_transforms(text, count=count, kind=kind, name=name, levels=levels, also=also)
    return CompressedText(
        text=run.text,
        kind=kind or detect_content_type(text, name),
        tokens_before=run.tokens_before,
        tokens=run.tokens,
        steps=(*run.accepted, *run.refused),
        prefix_stable=run.prefix_stable,
    )


def run_transforms(
    text: str,
    *,
    count: TokenCounter,
    kind: ContentType | None = None,
    name: str = "",
    levels: Iterable[Level] = (Level.LOSSLESS,),
    also: Iterable[str] = (),
    is_meant: Callable[[Transform], bool] | None = None,
) -> "CompressionRun":
    """Do what `compress_text` does, without counting a text that no transform changes.

    A transform that would change what *is_meant* as it is does not run.
    """
    named = (also,) if isinstance(also, str) else tuple(also)
    transforms = [
        transform
        for transform in select_transforms(levels, named)
        if is_meant is None or not is_meant(transform)
    ]
    run = CompressionRun(text=text, count=count, named=frozenset(named))
    while run.try_all(filter(is_builtin, transforms) if named else transforms, kind, name):
        pass
    for transform in transforms if named else ():
        if not is_builtin(transform):  # once: nobody knows whether it comes to an end
            run.try_one(transform, kind or detect_content_type(run.text, name))
    return run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    """A transform that changed nothing, before the tokens were *before*: None if not counted."""

    transform: Transform
    before: int | None
    after: int | None
    why: Note


class CompressionRun:
    """A text on its way through the transforms, with the steps so far."""

    def __init__(self, *, text: str, count: TokenCounter, named: frozenset[str]) -> None:
        self.text = text
        self.accepted: list[TransformStep] = []
        self._before = text
        self._tokens: int | None = None
        self._tokens_before: int | None = None
        self._refused: dict[str, _Refusal] = {}
        self._applied: list[Transform] = []
        self._count = count
        self._named = named
        self._last_tried: dict[int, tuple[str, ContentType]] = {}

    @property
    def tokens(self) -> int:
        """Of the text as it is now."""
        if self._tokens is None:
            self._tokens = self.tokens_before
        return self._tokens

    @property
    def tokens_before(self) -> int:
        """Of the text as it was."""
        if self._tokens_before is None:
            self._tokens_before = self._count(self._before)
        return self._tokens_before

    @property
    def refused(self) -> list[TransformStep]:
        """The transforms that were tried, and changed nothing."""
        return [
            _step(
                refusal.transform,
                self.tokens_before if refusal.before is None else refusal.before,
                refusal.after,
                refusal.why,
            )
            for refusal in self._refused.values()
        ]

    @property
    def prefix_stable(self) -> bool:
        """Whether all that changed the text write its beginning alike whatever follows."""
        return all(transform.prefix_stable for transform in self._applied)

    def try_all(self, transforms: Iterable[Transform], kind: ContentType | None, name: str) -> bool:
        """Try all of them and return whether one was accepted."""
        accepted_before = len(self.accepted)
        current_kind = kind or detect_content_type(self.text, name)
        for transform in transforms:
            if current_kind not in transform.kinds and current_kind is not ContentType.MARKDOWN:
                continue
            if self.try_one(transform, current_kind) and kind is None:
                current_kind = detect_content_type(self.text, name)
        return len(self.accepted) > accepted_before

    def try_one(self, transform: Transform, kind: ContentType) -> bool:
        """Apply a transform, and keep its result if that is proven and has fewer tokens."""
        if self._last_tried.get(id(transform)) == (self.text, kind):
            return False
        self._last_tried[id(transform)] = (self.text, kind)
        try:
            result = _apply(transform, self.text, kind, self._count)
        except MissingExtraError as error:
            if transform.name in self._named:
                raise
            return self._refuse(transform, reason("missing_extra", extra=error.extra))
        if result is None:
            return False
        if result.text == self.text:
            return self._refuse(transform, NOTHING_TO_CHANGE)
        if not _is_verified(transform, self.text, kind, result):
            return self._refuse(transform, NOT_PROVEN)
        tokens = self._count(result.text)
        if tokens >= self.tokens:
            return self._refuse(transform, NO_FEWER_TOKENS, tokens)
        self._accept(transform, result.text, tokens)
        return True

    def _accept(self, transform: Transform, text: str, tokens: int) -> None:
        self.accepted.append(_step(transform, self.tokens, tokens, None))
        self._refused.pop(transform.name, None)
        self._applied.append(transform)
        self.text, self._tokens = text, tokens

    def _refuse(self, transform: Transform, why: Note, after: int | None = None) -> bool:
        if all(step.name != transform.name for step in self.accepted):
            self._refused[transform.name] = _Refusal(
                transform=transform, before=self._tokens, after=after, why=why
            )
        return False


def _step(transform: Transform, before: int, after: int | None, why: Note | None) -> TransformStep:
    return TransformStep(
        name=transform.name,
        level=Level(transform.level),
        before=before,
        after=after,
        accepted=why is None,
        reason=why,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _TransformedText:
    """A text after one transform; `blocks` are the fenced blocks that changed, old to new."""

    text: str
    blocks: Mapping[str, str] = field(default_factory=dict)


def _apply(
    transform: Transform, text: str, kind: ContentType, count: TokenCounter
) -> _TransformedText | None:
    """Return *text* with *transform* applied, None if it holds nothing for it.

    A fenced block changes only if that is proven for the block and saves tokens in it.

    Raises:
        TransformError: a plug-in fails.
    """
    if kind in transform.kinds:
        return _TransformedText(text=_output(transform, text))
    if kind is not ContentType.MARKDOWN or not (kinds := _FENCED & set(transform.kinds)):
        return None
    changed, blocks, has_blocks = text, {}, False
    for fence in find_fences(text):  # from the last to the first, so that places stay true
        if fence.kind not in kinds or (fence.kind in _JSON and shows_form(text, fence)):
            continue
        has_blocks = True
        before = text[fence.start : fence.end]
        after = _output(transform, before)
        if after != before and transform.verify(before, after) and count(after) < count(before):
            changed = changed[: fence.start] + after + changed[fence.end :]
            blocks[_as_parsed(before)] = _as_parsed(after)
    return _TransformedText(text=changed, blocks=blocks) if has_blocks else None


def _is_verified(
    transform: Transform, text: str, kind: ContentType, result: _TransformedText
) -> bool:
    """Whether *result* keeps of *text* what *transform* promises to keep."""
    if kind in transform.kinds:
        return bool(transform.verify(text, result.text))
    kinds = frozenset(_FENCED & set(transform.kinds))
    return differs_only_in(text, result.text, result.blocks, kinds=kinds)


def _output(transform: Transform, text: str) -> str:
    try:
        after = transform.compress(text)
    except TransformError:
        raise
    except Exception as error:  # a plug-in that raises whatever it likes
        raise TransformError(
            f'transform "{transform.name}" failed: {type(error).__name__}: {error}',
            hint="leave it out",
        ) from error
    if not isinstance(after, str):
        raise TransformError(
            f'transform "{transform.name}" returned {after!r}, which is not a text',
            hint="leave it out",
        )
    return after


def _as_parsed(content: str) -> str:
    return content.replace("\r\n", "\n").replace("\r", "\n")
