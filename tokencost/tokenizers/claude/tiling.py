"""The smallest number of pieces that a marked text can be put together from."""

from functools import lru_cache

from tokencost.tokenizers.claude.pieces import Pieces

_REMEMBERED = 32_768  # chunks
_SHORT = 48  # characters; longer ones hardly ever come again


class Tiling:
    """Costs of chunks, by one list of pieces."""

    def __init__(self, pieces: Pieces) -> None:
        """Use *pieces*."""
        self._pieces = pieces
        self._remembering = lru_cache(_REMEMBERED)(self._cost)

    def cost(self, chunk: str) -> int:
        """Return the least tokens that make up *chunk*."""
        if chunk in self._pieces.known:
            return 1
        return self._remembering(chunk) if len(chunk) <= _SHORT else self._cost(chunk)

    def loose(self, characters: str) -> int:
        """Return the tokens of characters that no piece connects with others."""
        return sum(map(self._pieces.costs.__getitem__, characters))

    def _cost(self, chunk: str) -> int:
        if chunk.count(chunk[:1]) == len(chunk) > 1:
            return self._repeated(chunk)
        return self._shortest(chunk)

    def _repeated(self, run: str) -> int:
        """Return the cost of one character many times over.

        Let k be the length of the longest piece of this character alone. Of any k other pieces
        of a tiling some have a total length that k divides (two of their k + 1 partial sums
        leave the same remainder), and pieces of length k do for these at no more cost. So fewer
        than k other pieces are enough; they cover less than k * k characters, and what is beyond
        that are pieces of length k.
        """
        known, lengths = self._pieces.known, self._pieces.lengths[run[:2]]
        longest = max((length for length in lengths if run[:length] in known), default=1)
        beyond = max(0, len(run) - longest * longest) // longest if longest > 1 else 0
        return beyond + self._shortest(run[: len(run) - beyond * longest])

    def _shortest(self, chunk: str) -> int:
        """Find the shortest path over the places between characters, from the end backwards."""
        known, lengths, costs = self._pieces.known, self._pieces.lengths, self._pieces.costs
        size = len(chunk)
        best = [0] * (size + 1)
        for start in range(size - 1, -1, -1):
            least = costs[chunk[start]] + best[start + 1]
            for length in lengths[chunk[start : start + 2]]:
                end = start + length
                if end > size:
                    break
                if best[end] + 1 < least and chunk[start:end] in known:
                    least = best[end] + 1
            best[start] = least
        return best[0]
