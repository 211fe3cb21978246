"""Kinds of text without names: points among texts, each in the middle of those nearest to it."""

import random
from collections.abc import Sequence
from math import dist

_ROUNDS = 30

Point = Sequence[float]


def centres_of(points: Sequence[Point], number: int) -> list[list[float]]:
    """Return *number* centres of *points*: each is the mean of the points nearest to it."""
    chance = random.Random(0)
    centres = [list(chance.choice(points))]
    gaps = [dist(point, centres[0]) ** 2 for point in points]
    while len(centres) < number:
        centres.append(list(chance.choices(points, gaps)[0]))
        gaps = [
            min(gap, dist(point, centres[-1]) ** 2) for gap, point in zip(gaps, points, strict=True)
        ]
    for _ in range(_ROUNDS):
        members: list[list[Point]] = [[] for _ in centres]
        for point in points:
            distances = [dist(point, centre) for centre in centres]
            members[distances.index(min(distances))].append(point)
        centres = [
            [sum(column) / len(own) for column in zip(*own, strict=True)] if own else centre
            for own, centre in zip(members, centres, strict=True)
        ]
    return centres
