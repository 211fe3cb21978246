"""Capitals, which a word may show by a marker in front of its small letters."""

import unicodedata

from tokencost.tokenizers.claude.classes import NEW_CASE_PAIRS
from tokencost.tokenizers.claude.pieces import CAPS, SHIFT

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
