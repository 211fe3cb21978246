"""Every tokenizer by the name the price table gives it."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from tokencost.errors import TokenizerError
from tokencost.inputs.prompt import check_whole
from tokencost.tokenizers import patterns
from tokencost.tokenizers.bpe import Encoding, Recipe
from tokencost.tokenizers.patterns import SPACE_NOT_IN_TAGS
from tokencost.tokenizers.token_count import TOKENS, Method, TokenCount, Tokenizer
from tokencost.values import dataclass

VOCABULARIES = Path(__file__).parent / "vocabularies"
DEFAULT_TOKENIZER = "o200k_base"


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
        """Count *text*; there is no range."""
        return self.total({TOKENS: self.encoding.count(text)})

    @property
    def breaks(self) -> re.Pattern[str]:
        """Where a text may be cut."""
        return self.encoding.breaks

    def tally(self, part: str, *, is_first: bool, is_last: bool) -> Mapping[str, int]:  # noqa: ARG002
        """Count the tokens of a part."""
        return {TOKENS: self.encoding.count_part(part, is_first=is_first)}

    def total(self, tally: Mapping[str, int]) -> TokenCount:
        """Return the count of a text from that of its parts."""
        count = tally[TOKENS]
        return TokenCount(
            expected=count, low=count, high=count, method=self.method, tokenizer=self.name
        )


def _own(name: str, assumed: str) -> Tokenizer | None:
    """Return what the user has added, or what an installed package offers."""
    from tokencost.tokenizers.approximate import AssumedTokenizer
    from tokencost.tokenizers.user_tokenizers import own_recipe, plugged_in

    if (recipe := own_recipe(name)) is not None:
        counter = Encoding(recipe)
        if assumed:
            return AssumedTokenizer(encoding=counter, rulers=_rulers(), reason=assumed)
        return ExactTokenizer(encoding=counter)
    return plugged_in(name)


@cache
def encoding(name: str) -> Encoding:
    """Return the encoding of this name, one object for a process so that it loads once."""
    return Encoding(_RECIPES[name])


def _recipe(name: str, pattern: str, *, file: str = "", **rules: Any) -> Recipe:
    path = VOCABULARIES / f"{file or name}.bin"
    return Recipe(name=name, path=path, pattern=pattern, **rules)


_GEMMA: Mapping[str, Any] = {
    "is_sentencepiece": True,
    "cut": SPACE_NOT_IN_TAGS,
}
_RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        _recipe("o200k_base", patterns.O200K, first_id=0),
        _recipe("cl100k_base", patterns.CL100K, first_id=0),
        _recipe("qwen2", patterns.QWEN2, nfc=True, first_id=0),
        _recipe("qwen3.5", patterns.QWEN35, nfc=True),
        _recipe("deepseek-v3", patterns.DEEPSEEK_V3, first_id=3),
        _recipe("glm-4.7", patterns.GLM4, first_id=0),
        _recipe("glm-4", patterns.GLM4, file="glm-4.7", size=151_329, first_id=0),
        _recipe("kimi", patterns.KIMI, first_id=0),
        _recipe("minimax", patterns.O200K, nfc=True, first_id=0),
        _recipe("tekken", patterns.TEKKEN, first_id=1_000),
        _recipe(
            "mistral-spm",
            patterns.MISTRAL_SPM,
            prefix=" ",
            is_sentencepiece=True,
        ),
        _recipe("gemma4", patterns.GEMMA4, size=256_629, **_GEMMA),
        _recipe("gemma3", patterns.GEMMA3, file="gemma4", **_GEMMA),
    )
}


def _rulers() -> tuple[Encoding, Encoding, Encoding]:
    """Return what texts are measured with that no vocabulary counts."""
    from tokencost.tokenizers.approximate import RULERS

    first, second, third = map(encoding, RULERS)
    return first, second, third


def tokenizer_names(*, exact: bool = False) -> tuple[str, ...]:
    """Return every known name, or only those that count with a vocabulary of their own.

    Examples:
        >>> "o200k_base" in tokencost.tokenizer_names(exact=True)
        True
    """
    if exact:
        return tuple(_RECIPES)
    from tokencost.tokenizers.approximate import family_names
    from tokencost.tokenizers.claude.tokenizer import EVIDENCE

    return (*_RECIPES, *EVIDENCE, *family_names())


def find_tokenizer(name: str, *, assumed: str = "") -> Tokenizer:
    """Return the tokenizer called *name*.

    Args:
        name: as in the price table or `tokenizer_names()`.
        assumed: why the model is believed to use this vocabulary, if that is not known.

    Raises:
        TokenizerError: no tokenizer has this name.
    """
    if name in _RECIPES and not assumed:
        return ExactTokenizer(encoding=encoding(name))
    # Only counts with a range need to know what a text is made of.
    from tokencost.tokenizers.approximate import (
        AssumedTokenizer,
        EstimatedTokenizer,
        family_names,
    )
    from tokencost.tokenizers.claude.tokenizer import EVIDENCE, ReconstructedTokenizer

    if name in EVIDENCE:
        return ReconstructedTokenizer(name=name, reason=assumed)
    if name in _RECIPES:
        return AssumedTokenizer(encoding=encoding(name), rulers=_rulers(), reason=assumed)
    if name in family_names():
        return EstimatedTokenizer(name=name, rulers=_rulers(), reason=assumed)
    if (own := _own(name, assumed)) is not None:
        return own
    from difflib import get_close_matches

    near = get_close_matches(name, tokenizer_names(), n=3)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(tokenizer_names())}"
    )
    raise TokenizerError(f"unknown tokenizer {name!r}", hint=hint)


def tokens_of(text: str, *, tokenizer: str = DEFAULT_TOKENIZER) -> list[bytes]:
    """Return the tokens of *text* one by one.

    Raises:
        TokenizerError: there is no such tokenizer, or it counts without a vocabulary.
        InputError: the text has half a character.

    Examples:
        >>> tokencost.tokens_of("hello world")
        [b'hello', b' world']
    """
    return _vocabulary(tokenizer).encoding.tokens(_whole(text))


def token_ids_of(text: str, *, tokenizer: str = DEFAULT_TOKENIZER) -> list[int]:
    """Return the ids of the tokens of *text*.

    Raises:
        TokenizerError: there is no such tokenizer, or the ids of its tokens are not known.
        InputError: the text has half a character.

    Examples:
        >>> tokencost.token_ids_of("hello world")
        [24912, 2375]
    """
    ids = _vocabulary(tokenizer).encoding.ids(_whole(text))
    if ids is None:
        raise TokenizerError(
            f"the ids of {tokenizer} do not follow the ranks of its tokens, and are not kept here",
            hint="--show prints its tokens",
        )
    return ids


def _whole(text: str) -> str:
    return check_whole(text, "the text")


def _vocabulary(tokenizer: str) -> ExactTokenizer:
    vocabulary = find_tokenizer(tokenizer)
    if not isinstance(vocabulary, ExactTokenizer):
        raise TokenizerError(
            f"{tokenizer} has no vocabulary whose tokens could be shown",
            hint="`tokencost tokenizers list` shows which are exact",
        )
    return vocabulary
