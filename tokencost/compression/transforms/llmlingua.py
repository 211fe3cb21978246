"""Remove the words that LLMLingua-2, a small model, takes for unneeded."""

import os
from functools import lru_cache
from typing import Any, ClassVar

from tokencost.compression.transform import ContentType, Level, MissingExtraError, TransformError
from tokencost.values import dataclass

MODEL_VARIABLE = "TOKENCOST_LLMLINGUA_MODEL"
_RATE = 0.5  # the library's own default


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmLingua:
    """Drops about half of the words; whether the output stays as good is not known."""

    name: ClassVar[str] = "llmlingua"
    level: ClassVar[Level] = Level.LOSSY
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.MARKDOWN)
    summary: ClassVar[str] = "words that LLMLingua-2 thinks a model can do without (lossy)"
    prefix_stable: ClassVar[bool] = False

    def compress(self, text: str) -> str:
        """Return *text* without the words that the model drops.

        Raises:
            MissingExtraError: the extra is not installed.
            TransformError: there is no model, or it fails.
        """
        folder = os.environ.get(MODEL_VARIABLE, "")
        model = _model(folder)
        try:
            result = model.compress_prompt([text], rate=_RATE, force_tokens=["\n"])
            return str(result["compressed_prompt"])
        except Exception as error:  # a library that raises whatever its own libraries raise
            raise TransformError(
                f"llmlingua failed: {error}", hint="leave it out, or try a shorter text"
            ) from error

    def verify(self, before: str, after: str) -> bool:
        """Check that nothing is added and nothing has moved: equal it cannot be."""
        rest = iter(before)
        return all(character in rest for character in after if not character.isspace())


@lru_cache(1)
def _model(folder: str) -> Any:
    try:
        from llmlingua import PromptCompressor
    except ImportError as error:
        raise MissingExtraError("llmlingua") from error
    if not folder:
        raise TransformError(
            "llmlingua needs the weights of its model, and nothing is downloaded here",
            hint=f"set {MODEL_VARIABLE} to the folder that holds them",
        )
    try:
        return PromptCompressor(
            folder,
            device_map="cpu",
            model_config={"local_files_only": True, "trust_remote_code": False},
            use_llmlingua2=True,
        )
    except Exception as error:  # as above
        raise TransformError(
            f"llmlingua cannot load {folder!r}: {error}",
            hint=f"check the folder that {MODEL_VARIABLE} names",
        ) from error
