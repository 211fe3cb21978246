"""Exact counts: byte-pair encoding with a model's own vocabulary, block by block."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tokencost.tokenizers.engine import Encoder, SmallEncoder
from tokencost.tokenizers.patterns import (
    ANY,
    SPACE,
    alphabet_of,
    is_word,
    pattern_for,
    segments,
)
from tokencost.tokenizers.vocabulary import Vocabulary
from tokencost.values import dataclass

if TYPE_CHECKING:  # few have it
    from tokencost.tokenizers.fast import FastCount

T = TypeVar("T")

_BYTES = 256
_ONE_PART = 16_384  # characters; what is longer is looked at for places to cut
_WINDOWS = (2048, 16_384, 131_072)  # characters, tried in turn
MUCH = 2_000_000  # characters; from here on a faster engine is worth its loading
_WRITTEN_SPACE = "▁"
_REMEMBERED = 16  # texts: many models share a vocabulary, and ask one after the other

# Looking up the substrings of a text costs less than building the full encoder up to about
# here, in characters and in windows looked at; `tests/benchmarks/crossover.py` measures it.
_FEW_CHARACTERS = 100_000
_FEW_LOOKUPS = 400_000
# What making a small encoder costs beside the looking up, as characters: the pattern is compiled.
# Texts that come one by one, each with new words, get the full encoder after about 40.
_OF_AN_ENCODER = 2_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a text becomes tokens.

    Attributes:
        name: as the price table spells it.
        path: the vocabulary file.
        pattern: splits a text into the pieces that are encoded one by one.
        size: how many tokens of the file belong to it, None for all.
        nfc: whether the family normalizes a text to NFC first.
        prefix: what it puts before a text.
        is_sentencepiece: whether it is a SentencePiece model. These write a space as "▁", so
            that this character counts as one; and the tokens after the single bytes only help to
            put characters together: one that is left over counts for each of its bytes.
        cut: where a text may be cut to look up what occurs in it.
        first_id: the id of the first token, None where ids do not follow ranks or are not known.
        is_own: whether the pattern is a user's, which may try too many ways to split a text.
    """

    name: str
    path: Path
    pattern: str
    size: int | None = None
    nfc: bool = False
    prefix: str = ""
    is_sentencepiece: bool = False
    cut: re.Pattern[str] = SPACE
    first_id: int | None = None
    is_own: bool = False


class Announcement:
    """Distinct texts that are about to be counted, and who has prepared for them."""

    __slots__ = ("prepared", "size", "texts")

    def __init__(self, texts: Iterable[str], size: int) -> None:
        self.texts = tuple(dict.fromkeys(texts))
        self.size = max(size, sum(map(len, self.texts)))  # in characters
        self.prepared: set[object] = set()


_ANNOUNCED: ContextVar[Announcement | None] = ContextVar("_ANNOUNCED", default=None)


@contextmanager
def announce(texts: Iterable[str], *, size: int = 0) -> Iterator[None]:
    """Let encodings know that *texts* will be counted, as long as the block runs.

    It changes what counting costs and never what it returns. *size*: of how many characters, if
    more than *texts* will be.
    """
    token = _ANNOUNCED.set(Announcement(texts, size))
    try:
        yield
    finally:
        _ANNOUNCED.reset(token)


def _composed(text: str) -> str:
    """Return *text* in NFC."""
    import unicodedata  # most vocabularies take a text as it is

    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _is_much(size: int) -> bool:
    """Whether a faster engine pays for *size* characters, or for all that are announced."""
    announced = _ANNOUNCED.get()
    return max(size, announced.size if announced else 0) >= MUCH


def _take_announced(taker: object) -> Announcement | None:
    """Return the texts that are announced, once for each *taker*."""
    texts = _ANNOUNCED.get()
    if texts is None or taker in texts.prepared:
        return None
    texts.prepared.add(taker)
    return texts


def _alphabet_of(text: str) -> int:
    """Return which characters a pattern has to know: all where windows put others beside them."""
    return alphabet_of(text) if len(text) <= _ONE_PART else ANY


class Encoding:
    """A vocabulary put to use; `count(text)` takes what looks like a special token for text."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.name = recipe.name  # in the price table
        self._vocabulary: Vocabulary | None = None
        self._full: Encoder | None = None
        self._small: SmallEncoder | None = None
        self._fast: FastCount | None = None
        self._rent = 0  # characters looked up, and encoders made, for want of the full one
        self._count_text = partial(self.count_part, is_first=True)
        self.count = lru_cache(_REMEMBERED)(self._count_text)

    @property
    def vocabulary(self) -> Vocabulary:
        """The tokens, mapped when they are first needed."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self.recipe.path, size=self.recipe.size)
        return self._vocabulary

    @cached_property
    def _extra(self) -> Mapping[int, int]:
        """The tokens that a helper counts for beyond itself."""
        extra: dict[int, int] = {}
        for rank in range(_BYTES, len(self.vocabulary)) if self.recipe.is_sentencepiece else ():
            token = self.vocabulary.token(rank)
            if len(token.decode(errors="ignore")) > 0:
                break
            extra[rank] = len(token) - 1
        return extra

    def count_part(self, part: str, *, is_first: bool) -> int:
        """Return the number of tokens of a part of a text, which was cut at a break."""
        text = self._normalized(part, is_first=is_first)
        if _is_much(len(part)) and (fast := self._fast_counter()):
            return fast(text, self._count_normalized)
        return self._count_normalized(text)

    def _count_normalized(self, text: str) -> int:
        if 0 < len(text) <= _ONE_PART and not self._extra:
            return self._encoder_for(text).count(text)
        return sum(self._encoded(text, self._length))

    def prepare(self, size: int) -> None:
        """Load what counts texts of *size* characters, before processes are forked for them."""
        if _is_much(size) and (fast := self._fast_counter()):
            from tokencost.tokenizers.fast import WARM

            fast(WARM, self._count_normalized)
        else:
            self._load()

    def _fast_counter(self) -> "FastCount | None":
        """Return what counts big texts faster, None if there is nothing."""
        if self._fast is None:
            from tokencost.tokenizers.fast import fast_counter, is_fast

            if is_fast(self.recipe.pattern):
                self._fast = fast_counter(self.vocabulary, pattern=self.recipe.pattern)
        return self._fast

    def part_blocks(self, part: str, *, is_first: bool) -> Iterable[Sequence[int]]:
        """Return the ranks of the tokens of such a part, in parts of bounded size."""
        return self._parts(part, lambda ids: ids, is_first=is_first)

    @property
    def breaks(self) -> re.Pattern[str]:
        """Where a text may be cut."""
        from tokencost.tokenizers.cuts import breaks_of

        return breaks_of(self.recipe.pattern)

    def tokens(self, text: str) -> list[bytes]:
        """Return the tokens of *text* one by one, of the text as it is normalized."""
        return [self.vocabulary.token(rank) for part in self.id_blocks(text) for rank in part]

    def ids(self, text: str) -> list[int] | None:
        """Return the ids of the tokens of *text*, None if they are not known."""
        first = self.recipe.first_id
        if first is None:
            return None
        return [first + rank for part in self.id_blocks(text) for rank in part]

    def id_blocks(self, text: str) -> Iterator[Sequence[int]]:
        """Yield the ranks of the tokens of *text* in parts of bounded size."""
        yield from self._parts(text, lambda ids: ids)

    def _parts(
        self, text: str, take: Callable[[Sequence[int]], T], *, is_first: bool = True
    ) -> Iterable[T]:
        """Return what *take* makes of the tokens of each part of *text*."""
        return self._encoded(self._normalized(text, is_first=is_first), take)

    def _encoded(self, text: str, take: Callable[[Sequence[int]], T]) -> Iterable[T]:
        """Return what *take* makes of the tokens of each part of a normalized *text*."""
        pattern = self.recipe.pattern
        if not text:
            return ()
        encode = self._encoder_for(text).encode
        if len(text) <= _ONE_PART:
            return (take(encode(text)),)
        from tokencost.tokenizers.cuts import breaks_of, find_runs
        from tokencost.tokenizers.windows import JoinError, Windows

        runs = tuple(find_runs(text, pattern))
        windows = partial(
            Windows, text, breaks=breaks_of(pattern), encode=encode, token=self.vocabulary.token
        )
        for size in _WINDOWS if runs else ():
            with suppress(JoinError):
                return [take(ids) for ids in windows(runs=runs, window=size).parts()]
        return map(take, windows(runs=()).parts())

    def _normalized(self, text: str, *, is_first: bool = True) -> str:
        """Return *text*, or a part of one, as the vocabulary sees it."""
        if self.recipe.nfc and not text.isascii():
            text = _composed(text)
        if text and is_first:
            text = self.recipe.prefix + text
        if self.recipe.is_sentencepiece:
            text = text.replace(_WRITTEN_SPACE, " ")
        return text

    def _length(self, tokens: Sequence[int]) -> int:
        extra = self._extra
        return len(tokens) + (sum(extra.get(token, 0) for token in tokens) if extra else 0)

    def _encoder_for(self, text: str) -> Encoder:
        """Return the full encoder if it is there or worth building, else a small one.

        Byte-pair encoding looks up nothing but substrings of a piece, so an encoder that knows
        all tokens occurring in the text finds the same ones as the full encoder.
        """
        if self._full is not None:
            return self._full
        if len(text) <= _FEW_CHARACTERS:
            small, parts = self._small, segments(text, self.recipe.cut)
            if small is not None and small.suits(parts, _alphabet_of(text)):
                return small.encoder
            small = self._enlarged(small, parts, text)
            if small is not None:
                self._small = small
                return small.encoder
        return self._load()

    def _load(self) -> Encoder:
        """Return the full encoder, built if it is not there."""
        if self._full is None:
            self._full = self._encoder(self.vocabulary.ranks(), pattern=self.recipe.pattern)
            self._small = None
        return self._full

    def _enlarged(
        self, small: SmallEncoder | None, parts: set[str], text: str
    ) -> SmallEncoder | None:
        """Return *small* with the tokens of *text*, and of all texts that are announced.

        None if the full encoder is the cheaper way, for all texts so far. *parts* are those of
        *text*.
        """
        announced = None if self._fast else _take_announced(self)
        self._rent += _OF_AN_ENCODER + max(len(text), announced.size if announced else 0)
        if self._rent - _OF_AN_ENCODER > _FEW_CHARACTERS:
            return None
        texts = list(map(self._normalized, announced.texts)) if announced else []
        for other in texts:
            parts |= segments(other, self.recipe.cut)
        alphabet = max(map(_alphabet_of, (text, *texts)))
        done: set[str] = set()
        if small is not None:
            done = {*small.within} if small.alphabet < alphabet == ANY else small.segments
            alphabet = max(alphabet, small.alphabet)
            parts |= small.segments
        new = parts - done
        whole = self._words_in(new) if alphabet < ANY and not self.recipe.is_own else {}
        ranks = self.vocabulary.found_in(new - whole.keys(), limit=_FEW_LOOKUPS)
        if ranks is None:
            return None
        parts |= whole.keys()
        ranks.update((word.encode(), rank) for word, rank in whole.items())
        if small is not None:
            ranks |= small.ranks
        pattern = pattern_for(alphabet, self.recipe.pattern)
        return SmallEncoder(parts, ranks, self._encoder(ranks, pattern=pattern), alphabet=alphabet)

    def _words_in(self, parts: Iterable[str]) -> dict[str, int]:
        """Return the words among *parts* that are tokens, with and without the space before them.

        A piece that is a token is looked up as a whole, whatever else might be within it.
        """
        words = {part.encode() for part in parts if is_word(part)}
        words |= {word[1:] for word in words if word[:1] == b" "}
        return {word.decode(): rank for word, rank in self.vocabulary.find(words).items()}

    def _encoder(self, ranks: dict[bytes, int], *, pattern: str) -> Encoder:
        return Encoder(ranks, pattern=pattern, is_own=self.recipe.is_own)
