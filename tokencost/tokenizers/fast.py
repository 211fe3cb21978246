"""splintr, an engine that takes big texts faster: the extra `fast`.

It reads our patterns as tiktoken does, but by a newer Unicode: what has a character of which the
two disagree is left to tiktoken. Gemma's patterns look behind themselves, which it cannot, and with
Mistral's older one it is slower. `tests/reference` compares them.
"""

from collections.abc import Callable, Iterator
from functools import cache, reduce
from importlib.util import find_spec

from tokencost.tokenizers import patterns
from tokencost.tokenizers.vocabulary import Vocabulary
from tokencost.values import regex

_NAME = "splintr-rs"
_BYTES_OF_AN_ID = 4
_BLOCK = 1 << 18  # characters; a big text needs no big list of tokens
_PART = 4096  # characters around one that is left to tiktoken
WARM = "qzxjvkwqzxjvkw"  # the first word that is no token has tables made: 130 ms, before any fork
# Greedy is the same for CL100K as possessive, which it does not know.
_GREEDY = {"?+": "?", "++": "+", "*+": "*", "{1,3}+": "{1,3}"}
_SPELLED = {
    patterns.CL100K: reduce(
        lambda text, signs: text.replace(*signs), _GREEDY.items(), patterns.CL100K
    ),
    **{
        pattern: pattern
        for pattern in (
            patterns.O200K,
            patterns.QWEN2,
            patterns.QWEN35,
            patterns.DEEPSEEK_V3,
            patterns.GLM4,
            patterns.KIMI,
            patterns.TEKKEN,
        )
    },
}
# What Unicode 17.0 added to the 16.0 of tiktoken (4,803 characters), and U+0295, of which it
# changed the category; code points in hexadecimal, first and last of each range.
NEWER = (
    "0295-0295 088f-088f 0c5c-0c5c 0cdc-0cdc 1acf-1add 1ae0-1aeb 20c1-20c1 2b96-2b96 a7ce-a7cf "
    "a7d2-a7d2 a7d4-a7d4 a7f1-a7f1 fbc3-fbd2 fd90-fd91 fdc8-fdce 10940-10959 10ec5-10ec7 "
    "10ed0-10ed8 10efa-10efb 11b60-11b67 11db0-11ddb 11de0-11de9 16ea0-16eb8 16ebb-16ed3 "
    "16ff2-16ff6 187f8-187ff 18d09-18d1e 18d80-18df2 1ccfa-1ccfc 1ceba-1ced0 1cee0-1cef0 "
    "1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 1f6d8-1f6d8 1f777-1f77a 1f8d0-1f8d8 1fa54-1fa57 "
    "1fa8a-1fa8a 1fa8e-1fa8e 1fac8-1fac8 1facd-1facd 1faea-1faea 1faef-1faef 1fbfa-1fbfa "
    "2b73a-2b73f 2cea2-2cead 323b0-33479"
)

# Counts the tokens of a text; what the engine reads in another way is counted by the function.
FastCount = Callable[[str, Callable[[str], int]], int]


@cache
def is_fast(pattern: str) -> bool:
    """Say whether texts are counted faster with *pattern*: it is known, and the extra is there."""
    return pattern in _SPELLED and find_spec("splintr") is not None


@cache
def engine() -> str:
    """Return name and version of the engine."""
    from importlib.metadata import version  # lazy: only a big input says what counted it

    return f"{_NAME} {version(_NAME)}"


def fast_counter(vocabulary: Vocabulary, *, pattern: str) -> FastCount:
    """Return what counts the tokens of a text block by block.

    Args:
        vocabulary: its tokens.
        pattern: one that `is_fast`.
    """
    from splintr import Tokenizer  # an extra, 1 ms

    from tokencost.tokenizers.cuts import breaks_of, find_runs
    from tokencost.tokenizers.windows import blocks

    encode = Tokenizer.from_bytes(vocabulary.lines(), _SPELLED[pattern]).encode_flat
    has_newer = regex(f"[^{''.join(_older())}]").search
    breaks = breaks_of(pattern)

    def is_same(text: str) -> bool:
        """Whether both engines read *text* alike; runs are faster in windows."""
        return (text.isascii() or not has_newer(text)) and not any(find_runs(text, pattern))

    def count(text: str, otherwise: Callable[[str], int], *, size: int = _BLOCK) -> int:
        tokens = 0
        for block in blocks(text, breaks, size=size):
            if is_same(block):
                tokens += len(encode(block)) // _BYTES_OF_AN_ID
            elif size == _BLOCK:
                tokens += count(block, otherwise, size=_PART)
            else:
                tokens += otherwise(block)
        return tokens

    return count


def _older() -> Iterator[str]:
    """Yield what both engines know, as ranges: what stands in most texts is found first."""
    ranges = [tuple(int(code, 16) for code in part.split("-")) for part in NEWER.split()]
    start = 0
    for first, last in sorted([*ranges, (0x110000, 0)]):
        yield f"{chr(start)}-{chr(first - 1)}"
        start = last + 1
