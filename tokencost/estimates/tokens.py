"""The tokens of a text themselves."""

from tokencost.errors import TokenizerError
from tokencost.estimates.count import DEFAULT_TOKENIZER
from tokencost.tokenizers import find_tokenizer
from tokencost.tokenizers.registry import ExactTokenizer


def tokens_of(text: str, *, tokenizer: str = DEFAULT_TOKENIZER) -> list[bytes]:
    """Return the tokens of *text* one by one.

    Raises:
        TokenizerError: there is no such tokenizer, or it counts without a vocabulary.

    Examples:
        >>> tokencost.tokens_of("hello world")
        [b'hello', b' world']
    """
    return _vocabulary(tokenizer).encoding.tokens(text)


def token_ids_of(text: str, *, tokenizer: str = DEFAULT_TOKENIZER) -> list[int]:
    """Return the ids of the tokens of *text*.

    Raises:
        TokenizerError: there is no such tokenizer, or the ids of its tokens are not known.

    Examples:
        >>> tokencost.token_ids_of("hello world")
        [24912, 2375]
    """
    ids = _vocabulary(tokenizer).encoding.ids(text)
    if ids is None:
        raise TokenizerError(
            f"the ids of {tokenizer} do not follow the ranks of its tokens, and are not kept here",
            hint="--show prints its tokens",
        )
    return ids


def _vocabulary(tokenizer: str) -> ExactTokenizer:
    vocabulary = find_tokenizer(tokenizer)
    if not isinstance(vocabulary, ExactTokenizer):
        raise TokenizerError(
            f"{tokenizer} has no vocabulary whose tokens could be shown",
            hint="`tokencost tokenizers list` shows which are exact",
        )
    return vocabulary
