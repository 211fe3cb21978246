"""Name what makes two samples of one prompt differ."""

import re
from collections.abc import Callable, Sequence

from tokencost.scenarios.dates import is_clock_or_epoch, is_day
from tokencost.scenarios.dynamic_text import DynamicText
from tokencost.values import regex

_UUID = regex(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HASH = regex(r"(?=[0-9a-f]*\d)[0-9a-f]{7,64}", re.IGNORECASE)
_ULID = regex(r"[0-9A-HJKMNP-TV-Z]{26}")
_PREFIXED = regex(r"([a-z]{2,12}[_-])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{6,64}")
_ADDRESS = regex(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?")
_VERSION = regex(r"v?\d{1,6}(?:\.\d{1,6}){2,3}(?:-[\w.]{1,20})?")
_NUMBER = regex(r"[-+]?\d[\d,.]*")
_WORD = regex(r"[^\s\"'(){}\[\]<>,;|]+")
_WORDS_AROUND = 2
_LONGEST_COUNTER = 18  # digits

Kind = Callable[[str, str], bool]


def why_different(line: str, other: str) -> DynamicText:
    """Return what kind of thing makes two lines differ, from their first difference."""
    if is_same_data(line, other):
        return DynamicText.REORDERED_KEYS
    if sorted(_WORD.findall(line)) == sorted(_WORD.findall(other)):
        return DynamicText.REORDERED_WORDS
    place = next(
        (at for at, pair in enumerate(zip(line, other, strict=False)) if len(set(pair)) > 1),
        min(len(line), len(other)),
    )
    own, others = (_word_at(text, place) for text in (line, other))
    if _are_times(own, others):
        return DynamicText.TIMESTAMP
    if all(is_day(_phrase_at(text, place)) for text in (line, other)):
        return DynamicText.DATE
    for why, test in _KINDS:
        if test(own, others):
            return why
    if _NUMBER.fullmatch(own) and _NUMBER.fullmatch(others):
        return DynamicText.NUMBER
    return DynamicText.OTHER


def is_same_data(line: str, other: str) -> bool:
    """Say whether two JSON texts differ, and say the same."""
    try:
        import json  # lines that differ are rare, and it takes 1 ms

        return line != other and bool(json.loads(line) == json.loads(other))
    except (ValueError, RecursionError):
        return False


def _word_at(text: str, place: int) -> str:
    """Return the word that reaches over *place*, "" between two."""
    words = (match for match in _WORD.finditer(text) if match.start() <= place <= match.end())
    return next((match[0].rstrip(".:") for match in words), "")


def _phrase_at(text: str, place: int) -> str:
    """Return the word at *place* with those around it: a date may be written in words."""
    words = list(_WORD.finditer(text))
    number = next((at for at, word in enumerate(words) if place <= word.end()), 0)
    near = words[max(0, number - _WORDS_AROUND) : number + _WORDS_AROUND + 1]
    return text[near[0].start() : near[-1].end()] if near else ""


def _both(pattern: re.Pattern[str]) -> Kind:
    return lambda own, other: bool(pattern.fullmatch(own) and pattern.fullmatch(other))


def _have_one_prefix(own: str, other: str) -> bool:
    first, second = _PREFIXED.fullmatch(own), _PREFIXED.fullmatch(other)
    return bool(first and second and first[1] == second[1])


def _are_times(own: str, other: str) -> bool:
    return is_clock_or_epoch(own) and is_clock_or_epoch(other)


def _count_up(own: str, other: str) -> bool:
    are_numbers = own.isdecimal() and other.isdecimal() and len(own) <= _LONGEST_COUNTER
    return are_numbers and abs(int(own) - int(other[:_LONGEST_COUNTER])) == 1


_KINDS: tuple[tuple[DynamicText, Kind], ...] = (
    (DynamicText.UUID, _both(_UUID)),
    (DynamicText.DATE, lambda own, other: is_day(own) and is_day(other)),
    (
        DynamicText.COUNTER,
        lambda own, other: len(own) <= _LONGEST_COUNTER and _count_up(own, other),
    ),
    (DynamicText.ADDRESS, _both(_ADDRESS)),
    (DynamicText.VERSION, _both(_VERSION)),
    (DynamicText.ID, _both(_ULID)),
    (DynamicText.ID, _have_one_prefix),
    (DynamicText.HASH, lambda own, other: not own.isdecimal() and _both(_HASH)(own, other)),
)


def common_beginning(texts: Sequence[str]) -> str:
    """Return the longest beginning of all *texts*: that of the least and the greatest."""
    first, last = min(texts), max(texts)
    low, high = 0, min(len(first), len(last))
    while low < high:
        middle = (low + high + 1) // 2
        if first[:middle] == last[:middle]:
            low = middle
        else:
            high = middle - 1
    return first[:low]
