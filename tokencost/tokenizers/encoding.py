"""Counting with a vocabulary: byte-pair encoding as tiktoken runs it."""

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tokencost.tokenizers.cutting import blocks, long_runs, segments
from tokencost.tokenizers.vocabulary import Vocabulary

if TYPE_CHECKING:  # a native extension, imported when the first text is counted
    import tiktoken

_ONE_PIECE = r"(?s:.+)"
_REMEMBERED = 16  # texts: many models share a vocabulary, and ask one after the other

# Looking up the substrings of a text costs less than building the full encoder up to about
# here, in characters and in windows looked at; `tests/benchmarks/crossover.py` measures it.
_FEW_CHARACTERS = 100_000
_FEW_LOOKUPS = 400_000


def all_but_last(following: str) -> int | None:
    r"""Say how `\s+(?!\S)` takes a run of white space: to its end, or not its last character."""
    return 0 if following == "" else 1


class Encoding:
    """A vocabulary with its pre-tokenizer pattern; `count(text)` returns a number of tokens.

    Args:
        name: as the price table spells it.
        path: the vocabulary file.
        pattern: splits a text into the pieces that are encoded one by one.
        nfc: whether the family normalizes a text to NFC first.
        run_tail: how many characters a run of white space leaves to the piece that starts with
            this following character ("" at the end); None where the pattern needs no help.
    """

    def __init__(
        self,
        *,
        name: str,
        path: Path,
        pattern: str,
        nfc: bool = False,
        run_tail: Callable[[str], int | None] = all_but_last,
    ) -> None:
        self.name = name
        self._path = path
        self._pattern = pattern
        self._nfc = nfc
        self._run_tail = run_tail
        self._vocabulary: Vocabulary | None = None
        self._full: tiktoken.Encoding | None = None
        self._looked_up = 0
        self.count = lru_cache(_REMEMBERED)(self._count_text)

    @property
    def vocabulary(self) -> Vocabulary:
        """The tokens, mapped when they are first needed."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self._path)
        return self._vocabulary

    def _count_text(self, text: str) -> int:
        """Return the number of tokens of *text*; what looks like a special token is plain text."""
        if self._nfc and not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        total, done = 0, 0
        for start, end in long_runs(text):
            tail = self._run_tail(text[end : end + 1])
            if tail is not None:
                total += self._count(text[done:start]) + self._count_piece(text[start : end - tail])
                done = end - tail
        return total + self._count(text[done:])

    def _count(self, text: str) -> int:
        if not text:
            return 0
        encoder = self._encoder_for(text)
        return sum(len(encoder.encode_ordinary(block)) for block in blocks(text))

    def _count_piece(self, text: str) -> int:
        encoder = self._encoder(self.vocabulary.ranks(), pattern=_ONE_PIECE)
        return len(encoder.encode_ordinary(text))

    def _encoder_for(self, text: str) -> "tiktoken.Encoding":
        """Return the full encoder if it is there or worth building, else one made for *text*.

        Byte-pair encoding looks up nothing but substrings of a piece, so an encoder that knows
        only the tokens occurring in the text finds the same ones as the full encoder.
        """
        if self._full is None:
            self._looked_up += len(text)
            if self._looked_up <= _FEW_CHARACTERS:
                found = self.vocabulary.found_in(segments(text), limit=_FEW_LOOKUPS)
                if found is not None:
                    return self._encoder(found, pattern=self._pattern)
            self._full = self._encoder(self.vocabulary.ranks(), pattern=self._pattern)
        return self._full

    def _encoder(self, ranks: dict[bytes, int], *, pattern: str) -> "tiktoken.Encoding":
        import tiktoken

        return tiktoken.Encoding(
            self.name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={}
        )
