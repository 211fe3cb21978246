"""How far the tokens of texts lie from what is expected, kind of text by kind of text.

A kind of text is a point here (`centres.py`), and a text belongs to those that it is near to. Each
has a low, a middle and a high factor: quantiles of what is true divided by what was expected, of
families that were left out. Then contents that have names are looked at, and families: where too
many fail, they get more weight on the side that fails; where fewer fail than may, they get less.
Only fitted texts are looked at: those that stand apart then tell how well it went.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp
from statistics import median
from typing import NamedTuple

from tokencost.tokenizers.text_kinds import Likeness, Range, ranged

PLAIN = 14.0  # what lies outside a range weighs so much more than what lies within
_FIRST, _LEAST, _MOST = 12.0, 2.0, 400.0
_ROUNDS = 25
_STEP, _FINE_STEP, _FINE_ROUNDS = 0.3, 0.12, 10
_MAY_FAIL, _LANGUAGES_MAY_FAIL, _FAMILY_MAY_FAIL = 0.08, 0.09, 0.09
_UNCERTAIN = 4  # texts: of a content with so few, half as many may fail
_NARROW = 2.0  # what a narrower range is worth, beside failures
_LEAST_REACH = 0.06  # to either side: sources and formats differ more than texts of one do
_EVERYDAY_LANGUAGES = ("language en", "language zh_Hans")


def is_everyday(content: str) -> bool:
    """Whether such texts are sent most: all but languages beside English and Chinese."""
    return not content.startswith("language") or content in _EVERYDAY_LANGUAGES


@dataclass(frozen=True, slots=True)
class Case:
    """A text, and what a family makes of it that others were to foresee.

    Attributes:
        content: its name.
        family: whose tokens are the truth.
        expected: tokens beside digits, by the others.
        true: tokens of the family beside digits.
        digits: tokens of digits: the fewest, those of the family, the most.
        likeness: to the kinds of text.
    """

    content: str
    family: str
    expected: float
    true: int
    digits: tuple[int, int, int]
    likeness: Likeness

    def ends(self, rows: Sequence[Range]) -> tuple[int, int]:
        """Return the lowest and the highest number of tokens, as `approximate.py` does."""
        low, _, high = ranged(self.expected, self.likeness, rows)
        return max(1, int(low) + self.digits[0]), -int(-high // 1) + self.digits[2]

    @property
    def truth(self) -> int:
        """All tokens."""
        return self.true + self.digits[1]


class _Member(NamedTuple):
    """A case that is near to a kind of text."""

    ratio: float
    weight: float
    content: str
    family: str


@dataclass(slots=True)
class _Weights:
    """What a content or a family weighs below and above a range, and how many of it fail."""

    size: int
    below: float
    above: float
    fail_below: int = 0
    fail_above: int = 0

    def adapt(self, may_fail: float, step: float) -> float:
        """Weigh more if more than *may_fail* do, else less; return the part that is too many."""
        fails = self.fail_below + self.fail_above
        too_many = fails / self.size - may_fail
        push = step * min(3.0, max(-1.0, too_many / may_fail))
        share = self.fail_above / fails if fails and too_many > 0 else 0.5
        self.above *= exp(push * max(0.1, 2 * share))
        self.below *= exp(push * max(0.1, 2 - 2 * share))
        self.fail_below = self.fail_above = 0
        return max(0.0, too_many)

    def keep_within(self, least: float, most: float) -> None:
        """Let no weight be less or more."""
        self.below = min(most, max(least, self.below))
        self.above = min(most, max(least, self.above))


def plain_rows(cases: Sequence[Case], kinds: int) -> list[Range]:
    """Return the factors of each kind of text with one case of fifteen outside on either side."""
    contents, families = _groups(cases, PLAIN)
    return _rows(_members(cases, contents, kinds), contents, families)


def widened_rows(cases: Sequence[Case], kinds: int, margin: float) -> list[Range]:
    """Return the factors with which *cases* are within their ranges in every content.

    Args:
        cases: of families that were left out.
        kinds: how many kinds of text there are.
        margin: what the ends are multiplied and divided by, as texts that stand apart stray more.
    """
    contents, families = _groups(cases, _FIRST)
    members = _members(cases, contents, kinds)
    best, best_rows = float("inf"), [(1.0, 1.0, 1.0)] * kinds
    for number in range(_ROUNDS):
        rows = _rows(members, contents, families)
        width = _try(cases, rows, contents, families)
        step = _STEP if number < _ROUNDS - _FINE_ROUNDS else _FINE_STEP
        too_many = 5 * sum(group.adapt(_FAMILY_MAY_FAIL, step) for group in families.values())
        for name, group in contents.items():
            may_fail = _MAY_FAIL if is_everyday(name) else _LANGUAGES_MAY_FAIL
            texts = group.size / len(families)
            too_many += group.adapt(may_fail * texts / (texts + _UNCERTAIN), step)
            group.keep_within(_LEAST, _MOST)
        for group in families.values():
            group.keep_within(0.8, 8)  # a factor on the weights of contents
        if too_many + _NARROW * width < best:
            best, best_rows = too_many + _NARROW * width, rows
    return [
        (
            min(low, middle - _LEAST_REACH) / margin,
            middle,
            max(high, middle + _LEAST_REACH) * margin,
        )
        for low, middle, high in best_rows
    ]


def _groups(cases: Iterable[Case], first: float) -> tuple[dict[str, _Weights], dict[str, _Weights]]:
    contents: dict[str, _Weights] = {}
    families: dict[str, _Weights] = {}
    for case in cases:
        contents.setdefault(case.content, _Weights(0, first, first)).size += 1
        families.setdefault(case.family, _Weights(0, 1, 1)).size += 1
    return contents, families


def _members(
    cases: Iterable[Case], contents: dict[str, _Weights], kinds: int
) -> list[list[_Member]]:
    """Return for each kind of text its cases by their ratio; every content weighs as much."""
    members: list[list[_Member]] = [[] for _ in range(kinds)]
    for case in cases:
        for kind, share in case.likeness.shares if case.expected else ():
            members[kind].append(
                _Member(
                    case.true / case.expected,
                    share / contents[case.content].size,
                    case.content,
                    case.family,
                )
            )
    return [sorted(of) for of in members]


def _rows(
    members: Iterable[Sequence[_Member]],
    contents: dict[str, _Weights],
    families: dict[str, _Weights],
) -> list[Range]:
    rows = []
    for of in members:
        low = _border(
            of,
            {name: group.below for name, group in contents.items()},
            {name: group.below for name, group in families.items()},
        )
        high = _border(
            of[::-1],
            {name: group.above for name, group in contents.items()},
            {name: group.above for name, group in families.items()},
        )
        middle = _border(of, dict.fromkeys(contents, 1.0), dict.fromkeys(families, 1.0))
        rows.append((min(low, middle), middle, max(high, middle)))
    return rows


def _border(
    members: Sequence[_Member], contents: dict[str, float], families: dict[str, float]
) -> float:
    """Return the ratio up to which *members*, so weighed, outweigh those after it."""
    before, after = 0.0, sum(member.weight for member in members)
    for ratio, weight, content, family in members:
        before += weight * contents[content] * families[family]
        after -= weight
        if before >= after:
            return ratio
    return 1.0


def _try(
    cases: Iterable[Case],
    rows: Sequence[Range],
    contents: dict[str, _Weights],
    families: dict[str, _Weights],
) -> float:
    """Note which cases fail; return the median width of the ranges beside the truth."""
    widths = []
    for case in cases:
        low, high = case.ends(rows)
        widths.append((high - low) / case.truth)
        for group in (contents[case.content], families[case.family]):
            group.fail_below += case.truth < low
            group.fail_above += case.truth > high
    return median(widths)
