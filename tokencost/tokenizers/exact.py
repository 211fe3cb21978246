"""Counts without a doubt: by the model's own vocabulary."""

from dataclasses import dataclass
from typing import ClassVar

from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.token_count import Method, TokenCount


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactTokenizer:
    """Counts with the model's own vocabulary."""

    encoding: Encoding
    method: ClassVar[Method] = Method.EXACT

    @property
    def name(self) -> str:
        """The vocabulary's name."""
        return self.encoding.name

    def measure(self, text: str) -> TokenCount:
        """Count *text*; there is no band."""
        count = self.encoding.count(text)
        return TokenCount(
            expected=count, low=count, high=count, method=self.method, tokenizer=self.name
        )
