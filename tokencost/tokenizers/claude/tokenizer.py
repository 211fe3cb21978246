"""Count with a reconstruction of Claude's tokenizer."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tokencost.tokenizers.token_count import Method, TokenCount

# Of counts that Anthropic's API had given for texts the reconstruction was not made from.
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "claude-3": "272 of 272 recorded counts of Claude Opus 4.5 that it was not made from",
        "claude-4.7": "272 of 272 recorded counts of Claude Opus 4.7 that it was not made from",
        "claude-4.8": "270 of 272 recorded counts of Claude Opus 5 that it was not made from, the "
        "others to 4 tokens",
    }
)
_LEAST_SLACK = 4  # tokens, the largest error among the recorded counts
_SLACK = 100  # one part in so many, for kinds of text that nobody has recorded
_ASSUMED_SLACK = 8  # the same for a model that may have another vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconstructedTokenizer:
    """Counts as Claude's tokenizer is known to, from outside.

    *reason* is why a model is taken to use it, "" if that is known.
    """

    name: str
    reason: str = ""

    @property
    def method(self) -> Method:
        """How sure its counts are."""
        return Method.ASSUMED if self.reason else Method.RECONSTRUCTED

    def measure(self, text: str) -> TokenCount:
        """Count *text*."""
        from tokencost.tokenizers.claude import count

        tokens = count(text, self.name)
        slack = max(_LEAST_SLACK, tokens // (_ASSUMED_SLACK if self.reason else _SLACK))
        basis = f"ctok's reconstruction, right on {EVIDENCE[self.name]}"
        return TokenCount(
            expected=tokens,
            low=max(min(tokens, 1), tokens - slack),
            high=tokens + slack if tokens else 0,
            method=self.method,
            tokenizer=self.name,
            basis=f"{self.reason}; {basis}" if self.reason else basis,
        )
