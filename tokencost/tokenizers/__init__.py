"""Text to tokens: vocabularies, and honest estimates where there is none."""

from tokencost.tokenizers.counts import Method, TokenCount, Tokenizer
from tokencost.tokenizers.framing import Frame, find_frame
from tokencost.tokenizers.registry import find_tokenizer, tokenizer_names

__all__ = [
    "Frame",
    "Method",
    "TokenCount",
    "Tokenizer",
    "find_frame",
    "find_tokenizer",
    "tokenizer_names",
]
