"""Every tokenizer by the name the price table gives it."""

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from tokencost.errors import TokencostError, TokenizerError
from tokencost.tokenizers import factors, patterns
from tokencost.tokenizers.content import Content
from tokencost.tokenizers.counts import Tokenizer
from tokencost.tokenizers.encoding import Encoding, all_but_last
from tokencost.tokenizers.measuring import AssumedTokenizer, EstimatedTokenizer, ExactTokenizer

VOCABULARIES = Path(__file__).parent / "vocabularies"

_CLAUDE = "the factors and the band come from a published reconstruction of Claude's tokenizer"
_MEASURED = "the factors were measured on the family's own vocabulary, which is not shipped"
_WEAK = "weak evidence: it takes the family to be like its published peers"


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

# name: (proxy, factors, evidence)
_ESTIMATES: Mapping[str, tuple[str, Mapping[Content, factors.Factor], str]] = {
    "claude-3": ("o200k_base", factors.CLAUDE_3, _CLAUDE),
    "claude-4.7": ("o200k_base", factors.CLAUDE_47, _CLAUDE),
    "gemma3": ("o200k_base", factors.GEMMA, _MEASURED),
    "gemma4": ("o200k_base", factors.GEMMA, _MEASURED),
    "qwen3.5": ("o200k_base", factors.QWEN35, _MEASURED),
    "kimi": ("o200k_base", factors.KIMI, _MEASURED),
    "glm-4": ("o200k_base", factors.GLM, _MEASURED),
    "glm-4.7": ("o200k_base", factors.GLM, _MEASURED),
    "minimax": ("o200k_base", factors.MINIMAX, _MEASURED),
    "doubao": ("deepseek-v3", factors.SAME, _WEAK),
}


def tokenizer_names() -> tuple[str, ...]:
    """Return every known name, those with a vocabulary first."""
    return (*_ENCODINGS, *_ESTIMATES)


def find_tokenizer(name: str, *, assumed: str = "") -> Tokenizer:
    """Return the tokenizer called *name*.

    Args:
        name: as in the price table or `tokenizer_names()`.
        assumed: why the model is believed to use this vocabulary, if that is not known.

    Raises:
        TokenizerError: no tokenizer has this name.
    """
    if name in _ENCODINGS:
        if assumed:
            return AssumedTokenizer(encoding=encoding(name), reason=assumed)
        return ExactTokenizer(encoding=encoding(name))
    if name in _ESTIMATES:
        proxy, by_content, evidence = _ESTIMATES[name]
        if assumed:
            evidence = f"{evidence}; {assumed}"
        return EstimatedTokenizer(
            name=name, proxy=encoding(proxy), factors=by_content, evidence=evidence
        )
    raise unknown_tokenizer(name)


def unknown_tokenizer(name: str) -> TokencostError:
    """Return the error for a name nobody knows, with the nearest ones."""
    from difflib import get_close_matches

    near = get_close_matches(name, tokenizer_names(), n=3) or tokenizer_names()
    return TokenizerError(f"unknown tokenizer {name!r}", hint=f"known are {', '.join(near)}")
