"""How near a text is to the kinds of text that were measured, by its shares of token classes."""

from collections.abc import Mapping, Sequence
from math import dist, exp, sqrt
from typing import NamedTuple

Range = tuple[float, float, float]  # low, expected, high


class Likeness(NamedTuple):
    """To which kinds of text a text belongs.

    Attributes:
        shares: how much it has of each kind that it is near to, by the kind's place; 1 together.
        beyond: by what part its range grows on either side, 0 if it is like what was measured.
    """

    shares: tuple[tuple[int, float], ...]
    beyond: float


class TextKinds:
    """Kinds of text, each a point among the shares that the classes of tokens have.

    The shares are taken as their roots, so that a class counts that is rare everywhere. Every
    part of the answer moves steadily with the text: no text flips from one kind to another.
    """

    def __init__(
        self, classes: Sequence[str], centres: Sequence[Sequence[float]], rules: Mapping[str, float]
    ) -> None:
        """Take the coordinates of *centres* in the order of *classes*.

        Args:
            classes: of tokens.
            centres: the roots of their shares in each kind of text.
            rules: "floor", what is added to every share; "near", the distance at which a kind
                counts for little more than half of one at no distance; "least", what does not
                count any more; "known", the distance up to which a text is like what was
                measured; "growth", by what part a range grows for each unit beyond.
        """
        self._classes = classes
        self._centres = centres
        self._rules = rules

    def point(self, by_class: Mapping[str, int]) -> list[float]:
        """Return where a text of so many tokens of each class stands."""
        total = sum(by_class.values()) or 1
        floor = self._rules["floor"]
        return [sqrt(by_class.get(kind, 0) / total + floor) for kind in self._classes]

    def likeness(self, by_class: Mapping[str, int]) -> Likeness:
        """Return which kinds a text of so many tokens of each class is like."""
        point, rules = self.point(by_class), self._rules
        distances = [dist(point, centre) for centre in self._centres]
        nearest = min(distances)
        scale = -1 / (2 * rules["near"] ** 2)
        weights = [
            (place, weight)
            for place, distance in enumerate(distances)
            if (weight := exp(scale * (distance**2 - nearest**2)) - rules["least"]) > 0
        ]
        total = sum(weight for _, weight in weights)
        return Likeness(
            tuple((place, weight / total) for place, weight in weights),
            rules["growth"] * max(0.0, nearest - rules["known"]),
        )


def ranged(expected: float, likeness: Likeness, rows: Sequence[Range]) -> Range:
    """Return *expected* as low, expected and high by the factors *rows* of each kind of text."""
    low, middle, high = (
        expected * sum(share * rows[place][column] for place, share in likeness.shares)
        for column in range(3)
    )
    return low / (1 + likeness.beyond), middle, high * (1 + likeness.beyond)
