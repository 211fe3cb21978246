"""What kind of character each one is to the marking; a letter stands for each kind.

    w  letter of a word, or a mark that stays with it    W  a symbol that is part of words
    m  a combining mark that stays with a word; without one before it, it opens a word itself
    d  ASCII digit                                       D  Arabic digit
    p  ASCII punctuation, and some other that runs along with it
    P  any other punctuation, symbols, marks that stay outside of words
    N  any other decimal digit                           O  any other number (½, ², ①)
    v  variation selector
    L  Chinese, Hangul, everything beyond U+FFFF, and what is left

These are measured sets; where one is a list, no rule of Unicode gives the same.
"""

import unicodedata
from itertools import chain

from tokencost.tokenizers.claude.pieces import CAPS, SHIFT

# Letters since Unicode 16, which Python may not know: capital and small.
NEW_CASE_PAIRS = {"\u1c89": "\u1c8a", "\ua7cb": "\u0264"}

_NEW_LETTERS = frozenset(chain(*NEW_CASE_PAIRS.items()))
_RUNNING = frozenset("—»«•°„–−£§€…√→（№†└│·─═█\u0f0d")
_IDEOGRAPHIC_SYMBOLS = frozenset("〄〒〓〠〶〷〾〿")
# Runic golden numbers, Roman numerals, circled letters, Bamum numbers.
_SYMBOL_LETTERS = frozenset(
    chain(
        range(0x16EE, 0x16F1), range(0x2160, 0x2189), range(0x24B6, 0x24EA), range(0xA6E6, 0xA6F0)
    )
)
_ARABIC_DIGITS = frozenset("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")
_SELECTORS = range(0xFE00, 0xFE10)
_IDEOGRAPHIC_PUNCTUATION = range(0x3001, 0x3040)
_ASTRAL = 0x10000
_LOOSE_LETTERS = (
    *(range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4), range(0xF900, 0xFB00)),
    *(range(0x3005, 0x3007), range(0x3031, 0x3036), range(0x303B, 0x303D)),
)
# Vowels that open a word like letters do.
_SYRIAC_VOWELS = frozenset(map(chr, (0x0711, *range(0x0730, 0x0740))))


def _spread(ranges: str) -> frozenset[str]:
    """Return the characters of hexadecimal ranges such as "300-344 658"."""
    bounds = (entry.partition("-") for entry in ranges.split())
    return frozenset(
        chr(code)
        for low, _, high in bounds
        for code in range(int(low, 16), int(high or low, 16) + 1)
    )


# The marks below U+10000 that are not "Alphabetic" in Unicode 17, variation selectors left out.
_OUTSIDE_WORDS = _spread("""
    300-344 346-362 483-489 591-5af 658 6df-6e0 6ea-6ec 740-74a 7eb-7f3 7fd 818-819 82d 859-85b
    898-89f 8ca-8d3 8e0-8e1 8ea-8ef 93c 94d 951-954 9bc 9cd 9fe a3c a4d abc acd afd-aff b3c b4d
    b53-b55 bcd c3c c4d cbc ccd d3b-d3c d4d dca e47-e4c e4e eba ec8-ecc ece f18-f19 f35 f37 f39
    f3e-f3f f84 f86-f87 fc6 1037 1039-103a 135d-135f 1714-1715 1734 17b4-17b5 17c9-17d3 17dd
    180b-180d 180f 1939-193b 1a60 1a75-1a7c 1a7f 1ab0-1abe 1ac1-1acb 1acf-1af0 1b34 1b44 1b6b-1b73
    1baa-1bab 1be6 1bf2-1bf3 1c37 1cd0-1cd2 1cd4-1ce8 1ced 1cf4 1cf7-1cf9 1dc0-1dd2 1df5-1dff
    20d0-20f0 2cef-2cf1 2d7f 302a-302f 3099-309a a66f-a672 a67c-a67d a6f0-a6f1 a806 a82c a8c4
    a8e0-a8f1 a92b-a92d a953 a9b3 a9c0 aabf aac1 aaf6 abec-abed fe20-fe2f
""")
# The others among those that Unicode 14 (Python 3.11) does not know.
_NEW_MARKS = frozenset("\u05c8\u05c9\u0897\u0cf3")


def kind(character: str) -> str:
    """Return the kind of a character other than white space."""
    code, category = ord(character), unicodedata.category(character)
    if character in _NEW_LETTERS:
        return "w"
    if code in _SYMBOL_LETTERS:
        return "W" if category == "So" else "w"
    if character.isascii():
        return _ascii_kind(character)
    if code >= _ASTRAL:
        return "L"
    if code in _SELECTORS:
        return "v"
    if character in _OUTSIDE_WORDS:
        return "P"
    if category[0] == "M" or character in _NEW_MARKS:
        return _mark_kind(character)
    return _other_kind(character, category)


def _ascii_kind(character: str) -> str:
    if character.isalpha():
        return "w"
    return "d" if character.isdigit() else "p"


def _mark_kind(character: str) -> str:
    combines = unicodedata.combining(character) != 0 and character not in _SYRIAC_VOWELS
    return "m" if combines else "w"


def _other_kind(character: str, category: str) -> str:
    if character in _RUNNING:
        return "p"
    if category in ("Nd", "No"):
        if character in _ARABIC_DIGITS:
            return "D"
        return "N" if category == "Nd" else "O"
    if category[0] == "L":
        return "L" if any(ord(character) in letters for letters in _LOOSE_LETTERS) else "w"
    return "P" if _is_punctuation(character, category) else "L"


def _is_punctuation(character: str, category: str) -> bool:
    if ord(character) in _IDEOGRAPHIC_PUNCTUATION and (
        category[0] == "P" or character in _IDEOGRAPHIC_SYMBOLS
    ):
        return False
    return category[0] in "PS" or category in ("Cf", "Cn")


class _Kinds(dict[int, str]):
    """A table for `str.translate` that fills itself."""

    def __missing__(self, code: int) -> str:
        self[code] = name = kind(chr(code))
        return name


KINDS = _Kinds()


_NEW_SMALL = frozenset(NEW_CASE_PAIRS.values())
_NOT_CASED = "ϴ"  # a capital in Unicode, none to the models
_DOTTED = "İ"  # has no single small letter: stays, and does not count among the others
_SHARP = "ẞ"  # a word with it is written as it is


def case_marked(word: str, *, capitals_from: int | None) -> tuple[str, str]:
    """Return the marker of *word* ("" for none) and how it is then written.

    Args:
        word: a run of letters, symbols and marks.
        capitals_from: the length from which a word all in capitals has a marker, None for never.
    """
    if (word.isascii() and word.islower()) or _SHARP in word:
        return "", word
    is_long = capitals_from is not None and len(word) >= capitals_from
    if is_long and _DOTTED not in word and _is_all_capitals(word):
        return CAPS, _lowered(word)
    if word[0] != _DOTTED and _is_capital(word[0]) and not _has_capital(word[1:]):
        return SHIFT, _lowered(word)
    return "", word


def _is_all_capitals(word: str) -> bool:
    """Return whether there are capitals and, symbols apart, nothing else."""
    others = [character for character in word if not _is_capital(character)]
    return len(others) < len(word) and not any(map(_is_small_or_caseless, others))


def _is_small_or_caseless(character: str) -> bool:
    small = character in _NEW_SMALL or character.islower()
    return small or unicodedata.category(character)[0] in "LM"


def _has_capital(text: str) -> bool:
    return any(_is_capital(character) for character in text if character != _DOTTED)


def _is_capital(character: str) -> bool:
    if character in NEW_CASE_PAIRS:
        return True
    return character.isupper() and _lower(character) != character


def _lower(character: str) -> str:
    if character in (_NOT_CASED, _DOTTED):
        return character
    return NEW_CASE_PAIRS.get(character) or character.lower()


def _lowered(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_lower, text))
