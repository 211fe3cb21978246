"""Find text that changes from call to call: placeholders, the time, ids, counters."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain

from tokencost.scenarios.code_regions import CodeRegions
from tokencost.scenarios.current_values import find_current_values
from tokencost.scenarios.placeholders import find_placeholders
from tokencost.values import dataclass


class DynamicText(StrEnum):
    """What ends a prefix: a kind of text that changes from call to call."""

    PLACEHOLDER = "placeholder"
    TIMESTAMP = "timestamp"
    UUID = "UUID"
    DATE = "date"
    ID = "id"
    HASH = "hash"
    COUNTER = "counter"
    VERSION = "version"
    ADDRESS = "IP address"
    NUMBER = "number"
    REORDERED_KEYS = "keys in another order"
    REORDERED_WORDS = "words in another order"
    OTHER = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicPlace:
    """Where something changes: a character and its line (from 1), and what it is."""

    start: int
    line: int
    why: DynamicText

    @property
    def is_daily(self) -> bool:
        """Whether it stays the same for a day: a cache lives until midnight."""
        return self.why is DynamicText.DATE


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRules:
    r"""What counts as a placeholder beside the forms that are plain by themselves.

    Attributes:
        patterns: regular expressions of what else is one, such as `\[[a-z ]+\]`.
        is_final: whether nothing is filled in: there are no placeholders.
    """

    patterns: tuple[str, ...] = ()
    is_final: bool = False


def find_dynamic_places(text: str, rules: TemplateRules) -> Sequence[DynamicPlace]:
    """Return everything that changes from call to call or from day to day, in its order."""
    code = CodeRegions(text=text)
    places = [(value.start, DynamicText(value.kind)) for value in find_current_values(code)]
    places += [(start, DynamicText.PLACEHOLDER) for start in placeholder_starts(code, rules)]
    return tuple(_with_lines(text, sorted(places)))


def placeholder_starts(code: CodeRegions, rules: TemplateRules) -> Sequence[int]:
    """Return where placeholders begin, in their order."""
    if rules.is_final:
        return ()
    starts = find_placeholders(code)
    if not rules.patterns:
        return starts
    from tokencost.scenarios.place_pattern import PlacePattern  # few name one

    own = (PlacePattern(pattern).starts(code.text) for pattern in rules.patterns)
    return sorted({*starts, *chain.from_iterable(own)})


def _with_lines(text: str, places: Sequence[tuple[int, DynamicText]]) -> Iterator[DynamicPlace]:
    line, counted = 1, 0
    for start, why in places:
        line += text.count("\n", counted, start)
        counted = start
        yield DynamicPlace(start=start, line=line, why=why)
