"""The gate: a transform counts only if it is proven and saves tokens."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tokencost.compression.content_type import ContentType
from tokencost.compression.detection import detect_content_type
from tokencost.compression.registry import chosen, is_builtin
from tokencost.compression.transform import Level, MissingExtraError, Transform, TransformError
from tokencost.compression.transforms.code import LANGUAGES
from tokencost.compression.transforms.markdown_blocks import differs_only_in, fences

# Of other kinds a fenced block shows how they look: HTML is an example there, not a page.
_FENCED = frozenset({ContentType.JSON, ContentType.JSON_LINES, ContentType.PYTHON, *LANGUAGES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A text after one transform; `blocks` are the fenced blocks that changed, old to new."""

    text: str
    blocks: Mapping[str, str] = field(default_factory=dict)


def rewrite(
    transform: Transform, text: str, kind: ContentType, count: Callable[[str], int]
) -> Rewritten | None:
    """Return *text* with *transform* applied, None if it holds nothing for it.

    A fenced block changes only if that is proven for the block and saves tokens in it.

    Raises:
        CompressorError: a transform from elsewhere fails.
    """
    if kind in transform.kinds:
        return Rewritten(text=_run(transform, text))
    if kind is not ContentType.MARKDOWN or not _FENCED & set(transform.kinds):
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


def is_proven(transform: Transform, text: str, kind: ContentType, rewritten: Rewritten) -> bool:
    """Whether what *transform* made of *text* keeps what it promises to keep."""
    if kind in transform.kinds:
        return bool(transform.verify(text, rewritten.text))
    kinds = frozenset(_FENCED & set(transform.kinds))
    return differs_only_in(text, rewritten.text, rewritten.blocks, kinds=kinds)


def _run(transform: Transform, text: str) -> str:
    try:
        after = transform.compress(text)
    except TransformError:
        raise
    except Exception as error:  # a plug-in that raises whatever it likes
        raise TransformError(
            f"the transform {transform.name!r} failed: {type(error).__name__}: {error}",
            hint="leave it out",
        ) from error
    if not isinstance(after, str):
        raise TransformError(
            f"the transform {transform.name!r} returned no text but {after!r}", hint="leave it out"
        )
    return after


def _as_parsed(content: str) -> str:
    return content.replace("\r\n", "\n").replace("\r", "\n")


Count = Callable[[str], int]

LEVELS = tuple(Level)
NOTHING = "nothing to change"
UNPROVEN = "not proven to keep what it has to keep"
DEARER = "no fewer tokens"


def up_to(level: Level) -> tuple[Level, ...]:
    """Return *level* and the more careful ones."""
    return LEVELS[: LEVELS.index(level) + 1]


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
    reason: str = ""


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


def compress_text(
    text: str,
    *,
    count: Count,
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
        CompressorError: a name is unknown, or a transform that was named cannot run.
    """
    named = tuple(also)
    work = _Work(text=text, count=count, tokens=count(text), named=frozenset(named))
    before = work.tokens
    transforms = chosen(levels, named)
    first_kind = kind or detect_content_type(text, name)
    while work.one_pass(list(filter(is_builtin, transforms)), kind, name):
        pass
    for each in transforms:
        if not is_builtin(each):  # once: nobody knows whether it comes to an end
            work.attempt(each, kind or detect_content_type(work.text, name))
    return CompressedText(
        text=work.text,
        kind=first_kind,
        tokens_before=before,
        tokens=work.tokens,
        steps=(*work.accepted, *work.refused.values()),
        prefix_stable=all(each.prefix_stable for each in work.used),
    )


class _Work:
    """A text on its way through the transforms."""

    def __init__(self, *, text: str, count: Count, tokens: int, named: frozenset[str]) -> None:
        self.text = text
        self.tokens = tokens
        self.accepted: list[TransformStep] = []
        self.refused: dict[str, TransformStep] = {}
        self.used: list[Transform] = []
        self._count = count
        self._named = named
        self._tried: dict[int, tuple[str, ContentType]] = {}

    def one_pass(
        self, transforms: Iterable[Transform], kind: ContentType | None, name: str
    ) -> bool:
        """Try all of them and return whether one was accepted."""
        done = len(self.accepted)
        now = kind or detect_content_type(self.text, name)
        for each in transforms:
            if self.attempt(each, now) and kind is None:
                now = detect_content_type(self.text, name)
        return len(self.accepted) > done

    def attempt(self, transform: Transform, kind: ContentType) -> bool:
        """Apply a transform if it may be; keep what came of it."""
        if self._tried.get(id(transform)) == (self.text, kind):
            return False
        self._tried[id(transform)] = (self.text, kind)
        try:
            rewritten = rewrite(transform, self.text, kind, self._count)
        except MissingExtraError as error:
            if transform.name in self._named:
                raise
            return self._refuse(transform, f"{error}: {error.hint}")
        if rewritten is None:
            return False
        if rewritten.text == self.text:
            return self._refuse(transform, NOTHING)
        if not is_proven(transform, self.text, kind, rewritten):
            return self._refuse(transform, UNPROVEN)
        tokens = self._count(rewritten.text)
        if tokens >= self.tokens:
            return self._refuse(transform, DEARER, tokens)
        self._accept(transform, rewritten.text, tokens)
        return True

    def _accept(self, transform: Transform, text: str, tokens: int) -> None:
        self.accepted.append(self._step(transform, tokens, accepted=True))
        self.refused.pop(transform.name, None)
        self.used.append(transform)
        self.text, self.tokens = text, tokens

    def _refuse(self, transform: Transform, reason: str, after: int | None = None) -> bool:
        if all(step.name != transform.name for step in self.accepted):
            step = self._step(transform, after, accepted=False, reason=reason)
            self.refused[transform.name] = step
        return False

    def _step(
        self, transform: Transform, after: int | None, *, accepted: bool, reason: str = ""
    ) -> TransformStep:
        return TransformStep(
            name=transform.name,
            level=Level(transform.level),
            before=self.tokens,
            after=after,
            accepted=accepted,
            reason=reason,
        )
