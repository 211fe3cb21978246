"""Text to tokens: vocabularies, and honest estimates where there is none."""

from tokencost.tokenizers.counts import Method, TokenCount, Tokenizer
from tokencost.tokenizers.registry import find_tokenizer, tokenizer_names

__all__ = ["Method", "TokenCount", "Tokenizer", "find_tokenizer", "tokenizer_names"]
