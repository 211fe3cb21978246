"""The gate: a transform counts only if it is proven and the text has fewer tokens."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tokencost.compressors.contract import Compressor, Level, MissingExtraError
from tokencost.compressors.detecting import detect
from tokencost.compressors.kinds import Kind
from tokencost.compressors.nesting import is_proven, rewrite
from tokencost.compressors.registry import chosen, is_builtin

Count = Callable[[str], int]

LEVELS = tuple(Level)
NOTHING = "nothing to change"
UNPROVEN = "not proven to keep what it has to keep"
DEARER = "no fewer tokens"


def up_to(level: Level) -> tuple[Level, ...]:
    """Return *level* and the more careful ones."""
    return LEVELS[: LEVELS.index(level) + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
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
class Compressed:
    """A text after its transforms; *tokens* never exceeds *tokens_before*.

    `prefix_stable` is whether every transform that changed it writes the beginning of a text
    alike whatever follows. Which transforms are worth it is decided by the whole text, though: what
    is to be cached is best compressed alone, once.
    """

    text: str
    kind: Kind
    tokens_before: int
    tokens: int
    steps: tuple[Step, ...]
    prefix_stable: bool

    @property
    def accepted(self) -> tuple[Step, ...]:
        """The steps that changed the text."""
        return tuple(step for step in self.steps if step.accepted)


def compressed(
    text: str,
    *,
    count: Count,
    kind: Kind | None = None,
    name: str = "",
    levels: Iterable[Level] = (Level.SAME,),
    also: Iterable[str] = (),
) -> Compressed:
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
    first_kind = kind or detect(text, name)
    while work.one_pass(list(filter(is_builtin, transforms)), kind, name):
        pass
    for each in transforms:
        if not is_builtin(each):  # once: nobody knows whether it comes to an end
            work.attempt(each, kind or detect(work.text, name))
    return Compressed(
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
        self.accepted: list[Step] = []
        self.refused: dict[str, Step] = {}
        self.used: list[Compressor] = []
        self._count = count
        self._named = named
        self._tried: dict[int, tuple[str, Kind]] = {}

    def one_pass(self, transforms: Iterable[Compressor], kind: Kind | None, name: str) -> bool:
        """Try all of them and return whether one was accepted."""
        done = len(self.accepted)
        now = kind or detect(self.text, name)
        for each in transforms:
            if self.attempt(each, now) and kind is None:
                now = detect(self.text, name)
        return len(self.accepted) > done

    def attempt(self, transform: Compressor, kind: Kind) -> bool:
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

    def _accept(self, transform: Compressor, text: str, tokens: int) -> None:
        self.accepted.append(self._step(transform, tokens, accepted=True))
        self.refused.pop(transform.name, None)
        self.used.append(transform)
        self.text, self.tokens = text, tokens

    def _refuse(self, transform: Compressor, reason: str, after: int | None = None) -> bool:
        if all(step.name != transform.name for step in self.accepted):
            step = self._step(transform, after, accepted=False, reason=reason)
            self.refused[transform.name] = step
        return False

    def _step(
        self, transform: Compressor, after: int | None, *, accepted: bool, reason: str = ""
    ) -> Step:
        return Step(
            name=transform.name,
            level=Level(transform.level),
            before=self.tokens,
            after=after,
            accepted=accepted,
            reason=reason,
        )
