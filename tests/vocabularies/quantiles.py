"""Quantile regression with few non-negative factors, without a library for numbers."""

from collections.abc import Mapping, Sequence

_ROUNDS = 40
_NEAREST = 1e-3  # residuals below count as this large
_PULL = 1e-4  # towards the factor of all classes together, for those that hardly occur


def fit(
    rows: Sequence[Mapping[str, float]],
    values: Sequence[float],
    weights: Sequence[float],
    quantile: float,
) -> dict[str, float]:
    """Return factors so that *quantile* of the values lie below the sum of their row times these.

    The pinball loss is made small by least squares with weights from the residuals before.

    Args:
        rows: of each observation the weight of every class that it has.
        values: what the rows are to give.
        weights: how much each observation counts.
        quantile: between 0 and 1.
    """
    names = sorted({name for row in rows for name in row})
    places = {name: place for place, name in enumerate(names)}
    sparse = [[(places[name], weight) for name, weight in row.items()] for row in rows]
    common = sorted(values)[int(quantile * len(values))]
    factors = [common] * len(names)
    for _ in range(_ROUNDS):
        matrix = [[0.0] * len(names) for _ in names]
        right = [0.0] * len(names)
        for row, value, weight_of_row in zip(sparse, values, weights, strict=True):
            residual = value - sum(factors[place] * weight for place, weight in row)
            side = quantile if residual > 0 else 1 - quantile
            scale = weight_of_row * side / max(abs(residual), _NEAREST)
            for place, weight in row:
                scaled = scale * weight
                right[place] += scaled * value
                line = matrix[place]
                for other, other_weight in row:
                    line[other] += scaled * other_weight
        pull = _PULL * sum(matrix[place][place] for place in range(len(names))) / len(names)
        for place in range(len(names)):
            matrix[place][place] += pull
            right[place] += pull * common
        factors = [max(0.0, factor) for factor in _solve(matrix, right)]
    return dict(zip(names, factors, strict=True))


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Return x of matrix times x = right, by Gauss's elimination; the matrix is positive."""
    size = len(right)
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for place in range(size):
        top = lines[place]
        for line in lines[place + 1 :]:
            share = line[place] / top[place]
            if share:
                for column in range(place, size + 1):
                    line[column] -= share * top[column]
    solution = [0.0] * size
    for place in reversed(range(size)):
        line = lines[place]
        solved = sum(line[column] * solution[column] for column in range(place + 1, size))
        solution[place] = (line[size] - solved) / line[place]
    return solution
