"""Counts with a range: on an assumption, or by another vocabulary."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.content_factors import SAME, Content, Factor, by_content
from tokencost.tokenizers.token_count import Method, TokenCount

# The percentiles behind the factors come from longer chunks; a short text strays further.
_SHORT = 200
_SHORT_WIDENS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedTokenizer:
    """Counts with a vocabulary that a model is only believed to use, and says why."""

    encoding: Encoding
    reason: str
    method: ClassVar[Method] = Method.ASSUMED

    @property
    def name(self) -> str:
        """The vocabulary's name."""
        return self.encoding.name

    def measure(self, text: str) -> TokenCount:
        """Count *text*; the band is what another vocabulary of its time would give."""
        count = self.encoding.count(text)
        _, low, high = _by_factors(text, self.encoding, SAME)
        return TokenCount(
            expected=count,
            low=min(low, count),
            high=max(high, count),
            method=self.method,
            tokenizer=self.name,
            basis=self.reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedTokenizer:
    """Counts with a proxy vocabulary and corrects by factors per kind of content."""

    name: str
    proxy: Encoding
    factors: Mapping[Content, Factor]
    evidence: str
    method: ClassVar[Method] = Method.ESTIMATED

    def measure(self, text: str) -> TokenCount:
        """Estimate the tokens of *text* from those of the proxy."""
        expected, low, high = _by_factors(text, self.proxy, self.factors)
        return TokenCount(
            expected=expected,
            low=low,
            high=high,
            method=self.method,
            tokenizer=self.name,
            basis=f"{self.proxy.name} times factors by content; {self.evidence}",
        )


def _by_factors(
    text: str, proxy: Encoding, factors: Mapping[Content, Factor]
) -> tuple[int, int, int]:
    """Return expected, low and high tokens; a text that is not empty has at least one."""
    counts = {kind: proxy.count(part) for kind, part in by_content(text).items()}
    total = sum(counts.values())
    if total == 0:
        return 0, 0, 0
    expected = sum(count * factors[kind].expected for kind, count in counts.items())
    low = sum(count * factors[kind].low for kind, count in counts.items())
    high = sum(count * factors[kind].high for kind, count in counts.items())
    if total < _SHORT:
        low = expected - _SHORT_WIDENS * (expected - low)
        high = expected + _SHORT_WIDENS * (high - expected)
    middle = max(1, (expected + 500) // 1000)
    return middle, min(middle, max(1, low // 1000)), max(middle, -(-high // 1000))
