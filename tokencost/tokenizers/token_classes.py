"""The tokens of a text by class: the script of the first character in a token that can be seen."""

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate, compress
from typing import NamedTuple

from tokencost.tokenizers.bpe import Encoding

SPACE = "space"
_DIGIT = "digit"  # counted apart
_LETTERS_OF_LATIN = "latin?"  # signs lie among them
_ANY = "other?"

# Where a class begins; it ends where the next begins.
_BLOCKS = (
    *((0x80, _LETTERS_OF_LATIN), (0x250, _ANY), (0x300, "latin"), (0x370, "greek")),
    *((0x400, "cyrillic"), (0x530, _ANY), (0x590, "hebrew"), (0x600, "arabic"), (0x900, "indic")),
    *((0xE00, "southeast_asian"), (0x10A0, _ANY), (0x1100, "hangul"), (0x1200, _ANY)),
    *((0x1780, "southeast_asian"), (0x1800, _ANY), (0x1E00, "latin"), (0x1F00, "greek")),
    *((0x2000, _ANY), (0x3000, "han"), (0x3040, "kana"), (0x3100, _ANY), (0x3130, "hangul")),
    *((0x3190, _ANY), (0x31F0, "kana"), (0x3200, _ANY), (0x3400, "han"), (0xA000, _ANY)),
    *((0xAC00, "hangul"), (0xD7B0, _ANY), (0xF900, "han"), (0xFB00, _ANY), (0xFB1D, "hebrew")),
    *((0xFB50, "arabic"), (0xFE00, _ANY), (0xFE70, "arabic"), (0xFF00, "han"), (0xFF66, "kana")),
    *((0xFFA0, _ANY), (0x20000, "han"), (0x40000, _ANY)),
)
_STARTS = [start for start, _ in _BLOCKS]
_CONTINUES, _LEADS = 0x80, 0xC0  # bytes of UTF-8 within a character, and the first that leads one


@cache
def class_of(character: str) -> str:
    """Return the class of *character*; white space and control characters are "space"."""
    code = ord(character)
    if character.isspace() or code < 0x20:
        return SPACE
    if code < 0x80:
        return "word" if character.isalpha() else _DIGIT if character.isdigit() else "mark"
    block = _BLOCKS[bisect_right(_STARTS, code) - 1][1]
    if block == _LETTERS_OF_LATIN:
        return "latin" if character.isalpha() else "symbol"
    if block != _ANY:
        return block
    is_mark = code < 0xFE00 and unicodedata.category(character).startswith("M")
    return "other" if is_mark or character.isalpha() else "symbol"


def _class_of_text(text: str) -> str:
    return next((kind for kind in map(class_of, text) if kind != SPACE), SPACE)


class Tally(NamedTuple):
    """How many tokens of each class a text has; those of ASCII digits alone stand apart."""

    by_class: Mapping[str, int]
    digits: int  # one by one
    digit_groups: int  # of three, the last of a run with what is left


class _Tokens(dict[int, bytes]):
    """The bytes of each token, looked up when it is first asked for."""

    def __init__(self, encoding: Encoding) -> None:
        super().__init__()
        self._vocabulary = encoding.vocabulary

    def __missing__(self, rank: int) -> bytes:
        self[rank] = token = self._vocabulary.token(rank)
        return token


class Ruler:
    """An encoding that says of what class its tokens are; it takes three digits at a time."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._tokens = _Tokens(encoding)
        self._classes: dict[int, str] = {}
        self._straddlers: set[int] = set()  # tokens that hold parts of characters
        self.tally = lru_cache(16)(self._tally)

    def _tally(self, text: str) -> Tally:
        tokens: Counter[int] = Counter()
        by_class: Counter[str] = Counter()
        for ids in self._encoding.id_blocks(text):
            tokens.update(ids)
            self._meet(set(ids).difference(self._classes))
            if not self._straddlers.isdisjoint(ids):
                by_class.update(self._straddling(ids))
        digits = groups = 0
        for rank, number in tokens.items():
            if self._classes[rank] == _DIGIT:
                digits += number * len(self._tokens[rank])
                groups += number
            elif rank not in self._straddlers:
                by_class[self._classes[rank]] += number
        return Tally(by_class, digits, groups)

    def _meet(self, ranks: set[int]) -> None:
        for rank in ranks:
            token = self._tokens[rank]
            try:
                whole, is_whole = token.decode(), True
            except UnicodeDecodeError as error:
                whole, is_whole = token[: error.start].decode(), False
            kind = _class_of_text(whole)
            if kind == SPACE and not is_whole:
                self._straddlers.add(rank)
            self._classes[rank] = "mark" if kind == _DIGIT and not token.isdigit() else kind

    def _straddling(self, ids: Sequence[int]) -> list[str]:
        """Return the classes of the tokens whose first visible character is not whole in them."""
        data = b"".join(map(self._tokens.__getitem__, ids))
        ends = accumulate(map(len, map(self._tokens.__getitem__, ids)))
        places = compress(zip(ids, ends, strict=True), map(self._straddlers.__contains__, ids))
        return [_class_within(data, end - len(self._tokens[rank]), end) for rank, end in places]


def _class_within(data: bytes, start: int, end: int) -> str:
    """Return the class of the bytes from *start* to *end*, with the characters they are part of."""
    while _CONTINUES <= data[start] < _LEADS:
        start -= 1
    while end < len(data) and _CONTINUES <= data[end] < _LEADS:
        end += 1
    return _class_of_bytes(data[start:end])


@lru_cache(1 << 16)
def _class_of_bytes(characters: bytes) -> str:
    return _class_of_text(characters.decode())
