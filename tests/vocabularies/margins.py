"""How far beyond its peers each factor of a table has to reach, class by class and side by side.

Known families differ from each other in scripts that one of them has learned well or ill; the next
one will too. So every family is left out in turn, and wherever its ranges fail too often for a kind
of text, the class that is peculiar to that kind is widened on the side that fails, step by step.
Only fitted texts are looked at: those that stand apart then tell how well it went.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tokencost.tokenizers.token_classes import Tally

TARGET = 0.91  # of the texts of a kind, all families together
TARGET_OF_EVERYDAY = 0.93  # those that stand apart have other formats, and stray further
_STEP = 1.02
_LIMIT = 4.0  # times; what is beyond it nobody could foresee
_STEPS = 2_000
_EVERYDAY_LANGUAGES = ("language en", "language zh_Hans")
_LEAST_SHARE = 0.05  # of a text's tokens, for a class to be worth widening for it
_EVERYWHERE = (
    0.01  # a class that is rarer than this anywhere is no more peculiar than one that is not
)


class Margin(NamedTuple):
    """What the low factor of a class is divided by, and what the high one is multiplied by."""

    down: float = 1.0
    up: float = 1.0


class Case(NamedTuple):
    """A text, and what a family that is left out makes of it."""

    kind: str
    tally: Tally
    truth: int
    factors: Mapping[str, tuple[float, float, float]]  # of its class, by the others

    def at(self, side: int, margins: Mapping[str, Margin]) -> float:
        """Return the low end (side 0) or the high end (side 1) of its range."""
        digits = (self.tally.digit_groups, self.tally.digits)[side]
        return digits + sum(
            number * self.factors[kind][2 * side] * (margins[kind][side] ** (1, -1)[1 - side])
            for kind, number in self.tally.by_class.items()
        )


def is_everyday(kind: str) -> bool:
    """Whether texts of this kind are sent most: all but languages beside English and Chinese."""
    return not kind.startswith("language") or kind in _EVERYDAY_LANGUAGES


def find_margins(cases: Sequence[Case]) -> Mapping[str, Margin]:
    """Return the margins with which *cases* are within their ranges in every kind of text."""
    margins: dict[str, Margin] = defaultdict(Margin)
    by_kind: dict[str, list[int]] = defaultdict(list)
    by_class: dict[str, list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        by_kind[case.kind].append(place)
        for kind in case.tally.by_class:
            by_class[kind].append(place)
    everywhere = _shares(cases, by_kind)
    fails = [[_fails(case, side, margins) for case in cases] for side in (0, 1)]
    open_kinds = sorted(by_kind)
    for _ in range(_STEPS):
        missed = {
            kind: sum(fails[0][place] or fails[1][place] for place in by_kind[kind])
            / len(by_kind[kind])
            - (1 - (TARGET_OF_EVERYDAY if is_everyday(kind) else TARGET))
            for kind in open_kinds
        }
        worst = max(missed, key=lambda kind: missed[kind], default="")
        if not worst or missed[worst] <= 0:
            break
        side = int(
            sum(fails[1][p] for p in by_kind[worst]) > sum(fails[0][p] for p in by_kind[worst])
        )
        failing = [cases[place] for place in by_kind[worst] if fails[side][place]]
        widened = _peculiar(failing, everywhere, margins, side)
        if not widened:
            open_kinds.remove(worst)
            continue
        margin = margins[widened]
        margins[widened] = (
            margin._replace(up=margin.up * _STEP)
            if side
            else margin._replace(down=margin.down * _STEP)
        )
        for place in by_class[widened]:
            fails[side][place] = _fails(cases[place], side, margins)
    return dict(margins)


def _fails(case: Case, side: int, margins: Mapping[str, Margin]) -> bool:
    end = case.at(side, margins)
    return -int(-end // 1) < case.truth if side else max(1, int(end)) > case.truth


def _shares(cases: Sequence[Case], by_kind: Mapping[str, Sequence[int]]) -> Mapping[str, float]:
    """Return the mean share of each class in what people send most."""
    everyday = [kind for kind in by_kind if is_everyday(kind)]
    shares: dict[str, float] = defaultdict(float)
    for kind in everyday:
        for place in by_kind[kind]:
            total = sum(cases[place].tally.by_class.values()) or 1
            for name, number in cases[place].tally.by_class.items():
                shares[name] += number / total / len(by_kind[kind]) / len(everyday)
    return shares


def _peculiar(
    failing: Sequence[Case],
    everywhere: Mapping[str, float],
    margins: Mapping[str, Margin],
    side: int,
) -> str:
    """Return the class that *failing* texts have more of than others, "" if none can be widened."""
    shares: dict[str, float] = defaultdict(float)
    for case in failing:
        total = sum(case.tally.by_class.values()) or 1
        for kind, number in case.tally.by_class.items():
            shares[kind] += number / total / len(failing)
    candidates = [
        kind
        for kind, share in shares.items()
        if share >= _LEAST_SHARE and margins[kind][side] < _LIMIT
    ]
    return max(
        candidates, key=lambda k: shares[k] / (everywhere.get(k, 0) + _EVERYWHERE), default=""
    )
