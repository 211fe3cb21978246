"""Text to tokens: vocabularies, and honest estimates where there is none."""

from tokencost.tokenizers.registry import (
    find_tokenizer,
    token_ids_of,
    tokenizer_names,
    tokens_of,
)
from tokencost.tokenizers.token_count import Method, TokenCount, Tokenizer

__all__ = [
    "Method",
    "TokenCount",
    "Tokenizer",
    "find_tokenizer",
    "token_ids_of",
    "tokenizer_names",
    "tokens_of",
]
