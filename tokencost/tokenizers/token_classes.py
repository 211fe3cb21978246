"""The tokens of a text by class: the script of the first character in a token that can be seen.

Within a script classes go by what tells vocabularies apart: English and code are put together from
other words than Indonesian, prose from other marks than formulas and ruled lines. Several rulers
say more than one: where a newer vocabulary knows words that an older one spells, others differ as
well.
"""

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import compress
from typing import NamedTuple

from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.peers import HAN, NEWER_WORDS, SECOND_SPACE, WORDS
from tokencost.tokenizers.token_count import TOKENS

SPACE = "space"
_DIGIT = "digit"  # counted apart
_LETTERS_OF_LATIN = "latin?"  # signs lie among them
_ANY = "other?"

# Where a class begins; it ends where the next begins.
_BLOCKS = (
    *((0x80, _LETTERS_OF_LATIN), (0x250, _ANY), (0x300, "latin"), (0x370, "greek")),
    *((0x400, "cyrillic"), (0x530, _ANY), (0x590, "hebrew"), (0x600, "arabic"), (0x680, "persian")),
    *((0x700, "arabic"), (0x900, "indic")),
    *((0xE00, "southeast_asian"), (0x10A0, _ANY), (0x1100, "hangul"), (0x1200, _ANY)),
    *((0x1780, "southeast_asian"), (0x1800, _ANY), (0x1E00, "latin"), (0x1F00, "greek")),
    *((0x2000, _ANY), (0x3000, "han"), (0x3040, "kana"), (0x3100, _ANY), (0x3130, "hangul")),
    *((0x3190, _ANY), (0x31F0, "kana"), (0x3200, _ANY), (0x3400, "han"), (0xA000, _ANY)),
    *((0xAC00, "hangul"), (0xD7B0, _ANY), (0xF900, "han"), (0xFB00, _ANY), (0xFB1D, "hebrew")),
    *((0xFB50, "arabic"), (0xFE00, _ANY), (0xFE70, "arabic"), (0xFF00, "han"), (0xFF66, "kana")),
    *((0xFFA0, _ANY), (0x20000, "han"), (0x40000, _ANY)),
)
_STARTS = [start for start, _ in _BLOCKS]
_IDEOGRAPHIC_SPACE = 0x3000
_SHORT = 3  # letters: what English seldom needs, and other languages are put together from
_COMMON = 16_000  # ranks: the words of English and of code are among the first
_OFTEN = 32_000  # ranks: letters with marks in languages that the ruler was made for
_IDEOGRAPHS = 0x3400
_BYTES_OF_HAN = 3  # of one character
_OF_JAPANESE_AND_KOREAN = ("kana", "hangul")
_MUCH = 100_000  # characters; of fewer an encoder may know those alone that stand in the text
_RULED = 3  # marks of one kind in a row: a line, a row of dots
_PARTS = {kind: f"part_of_{kind}" for kind in ("han", "latin", "cyrillic")}


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
    if block == "han":
        return "han" if code < _IDEOGRAPHS or _is_simplified(character) else "other_han"
    if block != _ANY:
        return block
    is_mark = code < 0xFE00 and unicodedata.category(character).startswith("M")
    return "other" if is_mark or character.isalpha() else "symbol"


def _is_simplified(ideograph: str) -> bool:
    """Whether the first standard of mainland China has it, enough for nearly all texts there."""
    try:
        return bool(ideograph.encode("gb2312"))
    except UnicodeEncodeError:
        return False


_NO_CLASSES = frozenset({TOKENS, "digits", "digit_groups", "returns"})
_OF_A_RETURN = 2  # tokens at most: itself and its line break, which the ruler has in one


class Tally(NamedTuple):
    """How many tokens of each class a text has; those of ASCII digits alone stand apart."""

    by_class: Mapping[str, int]
    digits: int  # one by one
    digit_groups: int  # of three, the last of a run with what is left
    returns: int = 0  # carriage returns, before the line breaks of files from Windows

    @property
    def open_tokens(self) -> int:
        """How many more there are to a vocabulary that has digits and returns one by one."""
        return self.digits - self.digit_groups + _OF_A_RETURN * self.returns

    @property
    def numbers(self) -> Mapping[str, int]:
        """All of it by name; of parts of a text they add up."""
        beside = {"digits": self.digits, "digit_groups": self.digit_groups, "returns": self.returns}
        return {**self.by_class, **beside}

    @classmethod
    def of(cls, numbers: Mapping[str, int]) -> "Tally":
        """Return the tally that has these *numbers*, beside others."""
        classes = {kind: number for kind, number in numbers.items() if kind not in _NO_CLASSES}
        return cls(classes, numbers["digits"], numbers["digit_groups"], numbers["returns"])


def _together(first: Tally, second: Tally, third: Tally | None, returns: int) -> Tally:
    """Return what the rulers say: of words two, of East Asian characters those that know them."""
    east_asian = {*HAN, *_OF_JAPANESE_AND_KOREAN}
    by_class = {kind: n for kind, n in first.by_class.items() if kind not in east_asian}
    for ruler, classes in ((second, _OF_JAPANESE_AND_KOREAN), (third, HAN)):
        if ruler is not None:
            by_class |= {kind: n for kind, n in ruler.by_class.items() if kind in classes}
    if words := sum(second.by_class.get(kind, 0) for kind in WORDS):
        by_class[NEWER_WORDS] = words
    return first._replace(by_class=by_class, returns=returns)


class _Tokens(dict[int, bytes]):
    """The bytes of each token, looked up when it is first asked for."""

    def __init__(self, encoding: Encoding) -> None:
        super().__init__()
        self._vocabulary = encoding.vocabulary

    def __missing__(self, rank: int) -> bytes:
        self[rank] = token = self._vocabulary.token(rank)
        return token


class Ruler:
    """An encoding that says of what class its tokens are.

    A token that begins within a character, or ends before its first is whole, has the class of
    that character, which its neighbours complete.
    """

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._tokens = _Tokens(encoding)
        self._classes: dict[int, str] = {}
        self._parts: set[int] = set()  # tokens that say too little by themselves
        self._after: dict[tuple[int, int], str] = {}  # what they are after another token
        self._after_two: dict[tuple[int, ...], str] = {}
        self.tally = lru_cache(16)(self._tally)

    def tally_part(self, part: str, *, is_first: bool) -> Tally:
        """Return what a part of a text has that was cut at a break."""
        return self._tally_blocks(self._encoding.part_blocks(part, is_first=is_first))

    def _tally(self, text: str) -> Tally:
        return self._tally_blocks(self._encoding.id_blocks(text))

    def _tally_blocks(self, blocks: Iterable[Sequence[int]]) -> Tally:
        by_class: Counter[str] = Counter()
        digits = groups = 0
        for ids in blocks:
            numbers = Counter(ids)
            for rank in numbers.keys() - self._classes.keys():
                self._classes[rank] = self._class_of(rank)
            for rank, number in numbers.items():
                kind = self._classes[rank]
                if kind == _DIGIT:
                    digits += number * len(self._tokens[rank])
                    groups += number
                elif kind:
                    by_class[kind] += number
            if not self._parts.isdisjoint(numbers):
                by_class.update(self._classes_of_parts(ids))
        return Tally(by_class, digits, groups)

    def _class_of(self, rank: int) -> str:
        token = self._tokens[rank]
        if token == b" ":  # behind others of a line it stands before a number
            self._parts.add(rank)
            return ""
        kind = _class_of_beginning(token, 0)
        if not kind:
            self._parts.add(rank)
        if kind == "mark" or (kind == _DIGIT and not token.isdigit()):
            return _class_of_marks(token.strip())
        if kind in _FINER:
            return _FINER[kind](token, rank)
        return kind

    def _classes_of_parts(self, ids: Sequence[int]) -> Iterator[str]:
        tokens, after = self._tokens, self._after
        for place in compress(range(len(ids)), map(self._parts.__contains__, ids)):
            pair = ids[place - 1] if place else -1, ids[place]
            kind = after.get(pair)
            if kind is None:
                before = tokens[pair[0]] if place else b""
                kind = after[pair] = _class_after(before, tokens[pair[1]])
            kind = kind or self._class_of_third(ids, place)
            yield _PARTS.get(kind, kind)

    def _class_of_third(self, ids: Sequence[int], place: int) -> str:
        """Return the class of the token at *place* if the one before leaves it open."""
        three = tuple(ids[max(0, place - 2) : place + 1])
        kind = self._after_two.get(three)
        if kind is None:
            *before, token = map(self._tokens.__getitem__, three)
            start = sum(map(len, before))
            kind = _class_of_beginning(b"".join(before) + token, start)
            self._after_two[three] = kind
        return kind or self._class_among(ids, place)

    def _class_among(self, ids: Sequence[int], place: int) -> str:
        """Return the class of the token at *place* from as many neighbours as a character has."""
        before, token, following = (
            b"".join(map(self._tokens.__getitem__, ids[max(0, first) : last]))
            for first, last in ((place - 3, place), (place, place + 1), (place + 1, place + 4))
        )
        end = whole = len(before) + len(token)
        data = before + token + following
        while whole < len(data) and _continues(data[whole]):
            whole += 1
        kind = _class_of_beginning(data[:whole], len(before))
        # Which characters they are is for the token to say in which they end.
        return "han" if kind == "other_han" and whole > end else kind


class Rulers:
    """Three encodings that measure a text together: an old, a multilingual and a Chinese one.

    The second knows words of Japanese and Korean that the first puts together from characters, and
    how far the two lie apart on Latin letters tells English and code from other languages. The
    third knows the words of Chinese as others do that are made there; it is asked where there are
    Chinese characters.
    """

    def __init__(self, first: Encoding, second: Encoding, third: Encoding) -> None:
        self._first, self._second, self._third = map(Ruler, (first, second, third))

    def tally(self, text: str) -> Tally:
        """Return how many tokens of each class *text* has."""
        short = _shortened(text) if len(text) >= _MUCH else text
        second = self._second.tally(short)
        third = self._third.tally(text) if _is_chinese(text) else None
        return _together(self._first.tally(short), second, third, text.count("\r"))

    def tally_part(self, part: str, *, is_first: bool) -> Tally:
        """Return what a part of a text has that was cut at a break of the first."""
        short = _shortened(part)
        second = self._second.tally_part(short, is_first=is_first)
        third = self._third.tally_part(part, is_first=is_first) if _is_chinese(part) else None
        return _together(
            self._first.tally_part(short, is_first=is_first), second, third, part.count("\r")
        )


def _shortened(text: str) -> str:
    """Return what the first two are asked: what they make of Chinese characters is not used."""
    from tokencost.tokenizers.cuts import shorten_chinese  # small texts need none of it

    return shorten_chinese(text)


def _is_chinese(text: str) -> bool:
    """Whether the third is asked; others hide marks of Chinese in tokens that begin otherwise."""
    return not text.isascii() and not {"han", "other_han"}.isdisjoint(map(class_of, set(text)))


def _class_after(before: bytes, token: bytes) -> str:
    """Return the class of *token* behind the token *before*, "" if that is open."""
    if token == b" ":
        return SECOND_SPACE if before.isspace() else SPACE
    return _class_of_beginning(before + token, len(before))


def _class_of_word(token: bytes, rank: int) -> str:
    if token.isupper() and len(token.strip()) > 1:
        return "capitals"
    if len(token) <= _SHORT and not token[:1].isspace():
        return "piece"
    return "word" if rank < _COMMON else "rare_word"


def _class_of_latin(_: bytes, rank: int) -> str:
    return "latin" if rank < _OFTEN else "rare_latin"


def _class_of_han(token: bytes, _: int) -> str:
    if not token.decode(errors="ignore").strip():
        return "part_of_han"
    return "han" if len(token.strip()) <= _BYTES_OF_HAN else "han_words"


def _class_of_cyrillic(token: bytes, _: int) -> str:
    try:
        token.decode()
    except UnicodeDecodeError:
        return "part_of_cyrillic"
    return "cyrillic"


_FINER = {
    "word": _class_of_word,
    "latin": _class_of_latin,
    "han": _class_of_han,
    "cyrillic": _class_of_cyrillic,
}


def _class_of_marks(marks: bytes) -> str:
    """Return the class of a token that begins with a mark of ASCII, or a digit before others."""
    if len(marks) >= _RULED and len(set(marks)) == 1:
        return "rule"
    return "escape" if marks[:1] == b"\\" or b"^" in marks else "mark"


def _continues(byte: int) -> bool:
    return 0x80 <= byte < 0xC0  # within a character of UTF-8


def _class_of_beginning(data: bytes, start: int) -> str:
    """Return the class of what can first be seen in *data* from *start* on, "" if that is open."""
    while start >= 0 and _continues(data[start]):
        start -= 1
    if start < 0:
        return ""
    try:
        whole, rest = data[start:].decode(), b""
    except UnicodeDecodeError as error:
        whole, rest = data[start : start + error.start].decode(), data[start + error.start :]
    kind = next((kind for kind in map(class_of, whole) if kind != SPACE), SPACE)
    return kind if kind != SPACE or not rest else _class_of_lead(rest)


def _class_of_lead(data: bytes) -> str:
    """Return the class that all characters have which begin with *data*, "" if they differ."""
    length = 2 if data[0] < 0xE0 else 3 if data[0] < 0xF0 else 4
    first = data[0] & (0x7F >> length)
    for byte in data[1:]:
        first = first << 6 | byte & 0x3F
    missing = 6 * (length - len(data))
    first <<= missing
    last = first + (1 << missing) - 1
    block = bisect_right(_STARTS, first)
    if block != bisect_right(_STARTS, last) or first <= _IDEOGRAPHIC_SPACE <= last:
        return ""
    kind = _BLOCKS[block - 1][1]
    return "" if kind in (_LETTERS_OF_LATIN, _ANY) else kind
