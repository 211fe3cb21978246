"""What families with a known vocabulary make of a text, and how far others may lie from them."""

from collections.abc import Mapping, Sequence
from math import exp, sqrt
from typing import NamedTuple

Range = tuple[float, float, float]  # low, expected, high


class Factors(NamedTuple):
    """Of a class of token: what a peer makes of one token of the ruler, in thousandths.

    Attributes:
        expected: its tokens.
        low: where nine of ten of its texts lie above, of what is expected of the whole text.
        high: where nine of ten of its texts lie below.
    """

    expected: int
    low: int
    high: int


Peer = Mapping[str, Factors]  # by class of token
WORDS = ("word", "rare_word", "capitals", "piece", "latin", "rare_latin", "part_of_latin")
WORDS_IN_PIECES = ("rare_word", "piece")
HAN = ("han", "han_words", "part_of_han", "other_han")
# What one vocabulary has whole and another puts together, whatever it was made for.
PUT_TOGETHER = ("mark", "space", "symbol", "southeast_asian", *HAN)
CAPITALS = ("capitals",)
_FEW_CAPITALS = 0.03  # of the tokens
NEWER_WORDS = "newer_words"  # by the second ruler, which stand beside those of the first
SECOND_SPACE = "second_space"


class Reach(NamedTuple):
    """How far a family may lie from its peers.

    Attributes:
        own: what counts of the way from what is expected of a peer to its low and high end.
        own_at_home: the same in the scripts that the family was surely made for.
        down: for each unit of the spread of the peers, what the logarithm of the low end goes down.
        up: and of the high end up.
        margin: the part by which either end lies further out.
        words: what the logarithm of the low end goes down at least, if a text is nothing but rare
            words and pieces of words: a vocabulary may know whole what none of its peers does. Of
            fewer it is less by the square, for all languages have some.
        marks: what the logarithm of the high end goes up at least, if a text is nothing but marks,
            spaces, signs and scripts without spaces: another may spell what all its peers have
            whole. Scripts that the family was surely made for do not count.
        capitals: what the logarithms of the low and the high end go further down and up, if a
            text is nothing but words in capitals: names of constants one vocabulary has whole, and
            another spells. Not of the few that any text has.
        digits: how much shorter it reaches, the more digits there are of which their rule leaves
            open whether they are tokens: of a family that is at an end with its digits and at the
            same end with all else there are few.
        fewest_words: between which parts of the words of the ruler that has fewer the low end lies:
            another may know the words of any language as well, and none of the peers knows them
            much better. A peer's own count is never left out. None: wherever that is.
        down_at_home: what counts of *down* in the scripts that the family was surely made for.
        ruler_but_for: the classes of those scripts, whose tokens it has fewer of than the ruler. In
            all others it may have as many: the ruler is a vocabulary as well. None: the ruler does
            not count, and no script is its own.
    """

    own: float
    own_at_home: float
    down: float
    up: float
    margin: float
    words: float
    marks: float
    capitals: Sequence[float]
    digits: float
    fewest_words: Sequence[float] | None
    down_at_home: float
    ruler_but_for: Sequence[str] | None


def foresee(by_class: Mapping[str, int], peer: Peer) -> Range:
    """Return low, expected and high tokens of a text by the factors of one peer.

    What is expected lies within the ends, also of texts that are unlike all that was measured.
    """
    expected = low = high = 0
    for kind, number in by_class.items():
        factors = peer[kind]
        expected += number * factors.expected
        low += number * factors.low
        high += number * factors.high
    whole = expected / 1000
    total = 1000 * (sum(by_class.values()) or 1)
    return min(whole, whole * low / total), whole, max(whole, whole * high / total)


def range_among(
    by_class: Mapping[str, int], peers: Sequence[Peer], reach: Reach, *, open_digits: int = 0
) -> Range:
    """Return low, expected and high tokens of a text for a family that *peers* stand for.

    The expected number is the median of theirs. The ends are the outermost of theirs, and further
    out by the spread of what is expected of them: where those that are known lie apart, one that
    is not known may lie apart as well. A space behind others, before a number, is a token to some
    and part of the one before to others: as with digits, the low end does not count on it.

    Args:
        by_class: the rulers' tokens of the text.
        peers: two or more.
        reach: how far beyond them.
        open_digits: digits beside those tokens that may be tokens of their own or part of others.
    """
    home_classes = reach.ruler_but_for or ()
    foreseen = [foresee(by_class, peer) for peer in peers]
    expected = sorted(middle for _, middle, _ in foreseen)
    half = len(expected) // 2
    median = (expected[half] + expected[-half - 1]) / 2
    scale = 1 / (1 + reach.digits * _share_of_digits(by_class, open_digits))
    spread = scale * _spread(expected)
    home = _share(by_class, home_classes)
    own = scale * (reach.own + (reach.own_at_home - reach.own) * home)
    down = reach.down * (1 - (1 - reach.down_at_home) * home) * spread
    sure = _but_for(by_class, peers, (SECOND_SPACE,)) if SECOND_SPACE in by_class else foreseen
    further = max(down, reach.words * _share_of_pieces(by_class))
    capitals = max(0.0, _share(by_class, CAPITALS) - _FEW_CAPITALS)
    spelled, spelling = (part * capitals for part in reach.capitals)
    low = _lowest(sure, own) * exp(-further - spelled) / (1 + reach.margin)
    if reach.fewest_words is not None and NEWER_WORDS in by_class:
        others = _but_for(by_class, peers, (SECOND_SPACE, NEWER_WORDS, *WORDS))
        beside, words = _lowest(others, own) * exp(-down), _of_words(by_class)
        fewest, most = (part * words + beside for part in reach.fewest_words)
        low = max(min(fewest, *(middle for _, middle, _ in sure)), min(most, low))
    put_together = [kind for kind in PUT_TOGETHER if kind not in home_classes]
    up = max(reach.up * spread, reach.marks * _share(by_class, put_together))
    high = max(middle + own * (high - middle) for _, middle, high in foreseen)
    high *= exp(up + spelling) * (1 + reach.margin)
    if reach.ruler_but_for is not None:
        high = max(high, _as_the_ruler(by_class, peers, reach.ruler_but_for))
    return low, median, high


def _lowest(foreseen: Sequence[Range], own: float) -> float:
    return min(middle - own * (middle - low) for low, middle, _ in foreseen)


def _but_for(
    by_class: Mapping[str, int], peers: Sequence[Peer], classes: Sequence[str]
) -> list[Range]:
    """Return what is foreseen of the tokens that are of none of *classes*."""
    rest = {kind: number for kind, number in by_class.items() if kind not in classes}
    return [foresee(rest, peer) for peer in peers]


def _of_words(by_class: Mapping[str, int]) -> int:
    """Return the tokens of Latin letters by the ruler that has fewer."""
    return min(by_class[NEWER_WORDS], sum(by_class.get(kind, 0) for kind in WORDS))


def _spread(numbers: Sequence[float]) -> float:
    """Return the standard deviation of *numbers* as a part of their mean."""
    mean = sum(numbers) / len(numbers)
    if not mean:
        return 0.0
    return sqrt(sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)) / mean


def _share(by_class: Mapping[str, int], classes: Sequence[str]) -> float:
    """Return what part of the rulers' tokens is of *classes*."""
    total = sum(by_class.values())
    return sum(by_class.get(kind, 0) for kind in classes) / total if total else 0.0


def _share_of_pieces(by_class: Mapping[str, int]) -> float:
    """Return what part of the tokens is rare words and pieces, times what part it is of words."""
    words = sum(by_class.get(kind, 0) for kind in WORDS)
    pieces = sum(by_class.get(kind, 0) for kind in WORDS_IN_PIECES)
    return _share(by_class, WORDS_IN_PIECES) * pieces / words if pieces else 0.0


def _share_of_digits(by_class: Mapping[str, int], digits: int) -> float:
    """Return what part *digits* are of themselves and the first ruler's other tokens."""
    return digits / (digits + _of_the_ruler(by_class)) if digits else 0.0


def _of_the_ruler(by_class: Mapping[str, int]) -> int:
    """Return the tokens of the rulers; of words those of the first."""
    return sum(number for kind, number in by_class.items() if kind != NEWER_WORDS)


def _as_the_ruler(
    by_class: Mapping[str, int], peers: Sequence[Peer], but_for: Sequence[str]
) -> float:
    """Return the ruler's tokens, in the classes *but_for* the most that is expected of a peer."""
    others = {kind: number for kind, number in by_class.items() if kind in but_for}
    most = max(
        sum(number * peer[kind].expected for kind, number in others.items()) for peer in peers
    )
    return _of_the_ruler(by_class) - sum(others.values()) + most / 1000
