"""A vocabulary as one memory-mapped file: any token can be looked up without reading the rest.

Layout, 32-bit numbers in little-endian order:

    magic, number of tokens n, number of slots, length of the longest token if it is over 254
    reach     131,072 bytes: the longest token whose first 4, 8 or 16 bytes hash here, at most 255
    slots     a hash table with linear probing; a slot is 0 or (check << 18 | rank + 1)
    offsets   n + 1 numbers: token r is blob[offsets[r]:offsets[r + 1]]
    blob      the bytes of all tokens in rank order
"""

import mmap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from zlib import crc32

from tokencost.errors import TokencostError

_MAGIC = 0x31564354
_HEADER = 16
_REACH = 131_072
_STEMS = (4, 8, 16)
_RANK_BITS = 18
_RANK = (1 << _RANK_BITS) - 1
_LONGEST = 255  # of what a byte can say; it stands for the longest token of all


class VocabularyError(TokencostError):
    """A vocabulary file that is not one, or not for this machine."""

    code = "vocabulary"


class Vocabulary:
    """The tokens of one encoding with their ranks (merge priorities, dense from 0)."""

    __slots__ = ("_blob", "_file", "_longest", "_offsets", "_reach", "_size", "_slots")

    def __init__(self, path: Path, *, size: int | None = None) -> None:
        """Map the file at *path*; its tokens are read when they are asked for.

        Args:
            path: the vocabulary file.
            size: how many of its first tokens make up the vocabulary, None for all of them.
        """
        with path.open("rb") as file:
            self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        view = memoryview(self._file)
        # Read in the machine's own byte order: on a big-endian one the magic does not fit.
        magic, self._size, slots, self._longest = view[:_HEADER].cast("I")
        if magic != _MAGIC:
            raise VocabularyError(f"{path.name} is not a vocabulary file for this machine")
        start = _HEADER
        self._reach = view[start : start + _REACH]
        start += _REACH
        self._slots = view[start : start + 4 * slots].cast("I")
        start += 4 * slots
        self._offsets = view[start : start + 4 * (self._size + 1)].cast("I")
        self._blob = start + 4 * (self._size + 1)
        self._size = size or self._size

    def __len__(self) -> int:
        return self._size

    def token(self, rank: int) -> bytes:
        """Return the bytes of the token of this rank."""
        blob, offsets = self._blob, self._offsets
        return self._file[blob + offsets[rank] : blob + offsets[rank + 1]]

    def ranks(self) -> dict[bytes, int]:
        """Return every token with its rank, which is what a full encoder is built from."""
        offsets = self._offsets[: self._size + 1].tolist()
        tokens = self._file[self._blob : self._blob + offsets[-1]]
        return {tokens[start:end]: rank for rank, (start, end) in enumerate(pairwise(offsets))}

    def lines(self) -> bytes:
        """Return every token in base64 with its rank, a line each, as OpenAI publishes them."""
        from binascii import b2a_base64  # only an engine that is optional reads them

        offsets = self._offsets[: self._size + 1].tolist()
        tokens = self._file[self._blob : self._blob + offsets[-1]]
        return b"".join(
            [
                b"%b %d\n" % (b2a_base64(tokens[start:end], newline=False), rank)
                for rank, (start, end) in enumerate(pairwise(offsets))
            ]
        )

    def found_in(self, segments: Iterable[str], *, limit: int) -> dict[bytes, int] | None:
        """Return the tokens that occur in *segments*, and all single bytes, with their ranks.

        None when more than *limit* places would have to be looked at: from there on building
        the full encoder is the cheaper way (and some texts have very many places indeed).
        """
        reach = self._reach
        candidates: set[bytes] = set()
        seen: set[bytes] = set()
        for segment in segments:
            data = segment.encode()
            for start in range(len(data) - 1):
                longest = reach[crc32(data[start : start + 4]) % _REACH]
                if longest >= 8:
                    longest = max(7, reach[crc32(data[start : start + 8]) % _REACH])
                    if longest >= 16:
                        longest = max(15, reach[crc32(data[start : start + 16]) % _REACH])
                        if longest == _LONGEST:
                            longest = self._longest or _LONGEST
                window = data[start : start + (longest or 3)]
                if window not in seen:
                    seen.add(window)
                    candidates.update([window[:stop] for stop in range(2, len(window) + 1)])
                    limit -= len(window)
                    if limit < 0:
                        return None
        return self._bytes() | self.find(candidates)

    def _bytes(self) -> dict[bytes, int]:
        """Return the rank of each single byte; most vocabularies begin with them."""
        first = self._file[self._blob : self._blob + 256]
        if self._offsets[256] == 256:
            return {first[rank : rank + 1]: rank for rank in range(256)}
        return self.find([bytes((byte,)) for byte in range(256)])

    def find(self, candidates: Iterable[bytes]) -> dict[bytes, int]:
        """Return those of *candidates* that are tokens, with their ranks."""
        file, blob, offsets = self._file, self._blob, self._offsets
        slots, size, tokens = self._slots, len(self._slots), self._size
        ranks = {}
        for candidate in candidates:
            hashed = crc32(candidate)
            check, at = hashed >> _RANK_BITS, hashed % size
            while slot := slots[at]:
                if slot >> _RANK_BITS == check:
                    rank = (slot & _RANK) - 1
                    start = blob + offsets[rank]
                    if file[start : blob + offsets[rank + 1]] == candidate:
                        if rank < tokens:
                            ranks[candidate] = rank
                        break
                at = at + 1 if at + 1 < size else 0
        return ranks


def pack(tokens: Sequence[bytes]) -> bytes:
    """Return the file that `Vocabulary` maps, for *tokens* in rank order.

    Raises:
        ValueError: a token comes twice, a single byte is missing, or there are too many tokens.
    """
    if len(set(tokens)) != len(tokens) or not {bytes((b,)) for b in range(256)} <= set(tokens):
        raise ValueError("tokens must be distinct and include all 256 single bytes")
    if len(tokens) >= _RANK:
        raise ValueError("too many tokens for this format")
    longest = max(map(len, tokens))
    from array import array
    from struct import pack as packed

    size = 2 * len(tokens) | 1
    reach, slots, offsets = bytearray(_REACH), array("I", bytes(4 * size)), array("I", [0])
    for rank, token in enumerate(tokens):
        hashed = crc32(token)
        at = hashed % size
        while slots[at]:
            at = (at + 1) % size
        slots[at] = hashed >> _RANK_BITS << _RANK_BITS | (rank + 1)
        offsets.append(offsets[-1] + len(token))
        for length in _STEMS:
            if len(token) >= length:
                stem = crc32(token[:length]) % _REACH
                reach[stem] = max(reach[stem], min(len(token), _LONGEST))
    header = packed("<4I", _MAGIC, len(tokens), size, longest if longest >= _LONGEST else 0)
    return header + reach + slots.tobytes() + offsets.tobytes() + b"".join(tokens)
