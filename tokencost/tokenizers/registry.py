"""Every tokenizer by the name the price table gives it."""

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tokencost.errors import TokenizerError
from tokencost.tokenizers import patterns
from tokencost.tokenizers.counts import Tokenizer
from tokencost.tokenizers.encoding import Encoding, all_but_last
from tokencost.tokenizers.exact import ExactTokenizer

VOCABULARIES = Path(__file__).parent / "vocabularies"


def _cl100k_tail(following: str) -> int | None:
    return None if following == "" else 1  # `\s++$` takes it, and never steps back


def _deepseek_tail(following: str) -> int | None:
    ends = following == "" or unicodedata.category(following).startswith("N")
    return 0 if ends or patterns.is_deepseek_cjk(following) else 1


@cache
def encoding(name: str) -> Encoding:
    """Return the encoding of this name, one object for a process so that it loads once."""
    pattern, nfc, run_tail = _ENCODINGS[name]
    path = VOCABULARIES / f"{name}.bin"
    return Encoding(name=name, path=path, pattern=pattern, nfc=nfc, run_tail=run_tail)


_ENCODINGS: Mapping[str, tuple[str, bool, Callable[[str], int | None]]] = {
    "o200k_base": (patterns.O200K, False, all_but_last),
    "cl100k_base": (patterns.CL100K, False, _cl100k_tail),
    "qwen2": (patterns.QWEN2, True, all_but_last),
    "deepseek-v3": (patterns.DEEPSEEK_V3, False, _deepseek_tail),
}


def tokenizer_names() -> tuple[str, ...]:
    """Return every known name, those with a vocabulary first."""
    from tokencost.tokenizers.factors import FAMILIES

    return (*_ENCODINGS, *FAMILIES)


def find_tokenizer(name: str, *, assumed: str = "") -> Tokenizer:
    """Return the tokenizer called *name*.

    Args:
        name: as in the price table or `tokenizer_names()`.
        assumed: why the model is believed to use this vocabulary, if that is not known.

    Raises:
        TokenizerError: no tokenizer has this name.
    """
    if name in _ENCODINGS and not assumed:
        return ExactTokenizer(encoding=encoding(name))
    # Only counts with a band need to know what kinds of content a text has.
    from tokencost.tokenizers.estimated import AssumedTokenizer, EstimatedTokenizer
    from tokencost.tokenizers.factors import FAMILIES

    if name in _ENCODINGS:
        return AssumedTokenizer(encoding=encoding(name), reason=assumed)
    if name in FAMILIES:
        proxy, factors, evidence = FAMILIES[name]
        return EstimatedTokenizer(
            name=name,
            proxy=encoding(proxy),
            factors=factors,
            evidence=f"{evidence}; {assumed}" if assumed else evidence,
        )
    from difflib import get_close_matches

    near = get_close_matches(name, tokenizer_names(), n=3)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(tokenizer_names())}"
    )
    raise TokenizerError(f"unknown tokenizer {name!r}", hint=hint)
