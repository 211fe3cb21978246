import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from tokencost.compression import MissingExtraError, TransformError, compress_text, levels_up_to
from tokencost.compression.transform import Level
from tokencost.compression.transforms.extras import MODEL_VARIABLE, LlmLingua, _model

TEXT = "The quick brown fox jumps over the lazy dog."


class PromptCompressor:
    def __init__(self, model_name: str, **options: Any) -> None:
        if model_name == "broken":
            raise OSError("no weights")
        assert options["use_llmlingua2"]
        assert options["model_config"]["local_files_only"]  # nothing is downloaded

    def compress_prompt(self, context: list[str], **options: Any) -> dict[str, str]:
        assert options["rate"] == 0.5
        (text,) = context
        if text == "fails":
            raise RuntimeError("out of memory")
        return {"compressed_prompt": "quick fox jumps dog."}


@pytest.fixture(autouse=True)
def forgetting() -> Iterator[None]:
    _model.cache_clear()
    yield
    _model.cache_clear()


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("llmlingua")
    module.PromptCompressor = PromptCompressor  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "llmlingua", module)
    monkeypatch.setenv(MODEL_VARIABLE, "weights")


@pytest.mark.usefixtures("library")
def test_it_runs_by_name_alone() -> None:
    result = compress_text(TEXT, count=len, also=["llmlingua"])
    assert result.text == "quick fox jumps dog."
    assert not result.prefix_stable
    assert compress_text(TEXT, count=len, levels=levels_up_to(Level.LOSSY)).text == TEXT


@pytest.mark.usefixtures("library")
def test_a_text_that_fails_is_an_error() -> None:
    with pytest.raises(TransformError, match="llmlingua failed: out of memory"):
        compress_text("fails", count=len, also=["llmlingua"])


@pytest.mark.usefixtures("library")
def test_weights_that_cannot_be_loaded_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODEL_VARIABLE, "broken")
    with pytest.raises(TransformError, match="cannot load 'broken': no weights"):
        compress_text(TEXT, count=len, also=["llmlingua"])


@pytest.mark.usefixtures("library")
def test_without_weights_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MODEL_VARIABLE)
    with pytest.raises(TransformError, match="nothing is downloaded") as raised:
        compress_text(TEXT, count=len, also=["llmlingua"])
    assert MODEL_VARIABLE in raised.value.hint


def test_without_the_extra_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llmlingua", None)
    with pytest.raises(MissingExtraError, match="'llmlingua' is not installed") as raised:
        compress_text(TEXT, count=len, also=["llmlingua"])
    assert raised.value.hint == 'pip install "tokencost-cli[llmlingua]"'


@pytest.mark.parametrize("after", ["fox quick", "a quick fox", "quick cat"])
def test_words_that_were_not_there_are_noticed(after: str) -> None:
    assert LlmLingua().verify(TEXT, "quick fox")
    assert not LlmLingua().verify(TEXT, after)
