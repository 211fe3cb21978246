"""OpenAI's interfaces of texts without messages: completions and embeddings."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import Text, TokenIds
from tokencost.inputs.request_formats.json_values import Json, describe
from tokencost.inputs.request_formats.request_format import ReadKey, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, ignore
from tokencost.inputs.request_formats.tools import read_tools

_TAKING_IDS = ("openai_completions", "openai_embeddings")


def read_texts(reader: RequestReader, value: Any, place: str) -> None:
    """Take a text, a list of texts, or tokens by their numbers; other forms do not bill these."""
    match value:
        case str():
            reader.add("user", [Text(text=value)], place)
        case list() if value and all(type(item) is int for item in value):
            if reader.format.name not in _TAKING_IDS:
                reader.note("tokens as numbers", place)
            else:
                reader.add("user", [TokenIds(number=len(value))], place)
        case list():
            for number, item in enumerate(value, start=1):
                if isinstance(item, dict):
                    reader.add("user", reader.content([item], f"{place} {number}"), place)
                else:
                    read_texts(reader, item, f"{place} {number}")
        case dict():
            reader.add("user", reader.content(value, place), place)
        case _:
            raise reader.problem(f"has {describe(value)} as {place}, not text or a list")


def _read_prompts(reader: RequestReader, value: Any, place: str) -> None:
    """Take a prompt; of a list each one has outputs of its own."""
    if isinstance(value, list) and any(isinstance(item, dict) and "role" in item for item in value):
        reader.add_messages(value)
        return
    read_texts(reader, value, place)
    if isinstance(value, list) and any(isinstance(item, str | list) for item in value):
        reader.outputs *= len(value)


def _read_suffix(reader: RequestReader, value: Any, place: str) -> None:
    reader.add("suffix", reader.content(reader.text(value, place), place), place)


class OpenAICompletions(RequestFormat):
    """`prompt`, a text beside a model."""

    name: ClassVar[str] = "openai_completions"
    marks: ClassVar[tuple[str, ...]] = ("prompt",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"prompt"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "prompt": _read_prompts,
        "suffix": _read_suffix,
        "tools": read_tools,
    }

    def recognises(self, body: Json) -> bool:
        """Whether there are texts in `prompt` and a model beside it."""
        prompt = body.get("prompt")
        if isinstance(prompt, list) and (not prompt or any(map(_is_object, prompt))):
            return False
        return isinstance(prompt, str | list) and isinstance(body.get("model"), str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


class OpenAIEmbeddings(RequestFormat):
    """`input` and no output: a list of texts, or the settings that only embeddings have."""

    name: ClassVar[str] = "openai_embeddings"
    marks: ClassVar[tuple[str, ...]] = ("input", "texts")
    body_keys: ClassVar[frozenset[str]] = frozenset({"input", "texts"})
    has_output: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "input": read_texts,
        "texts": read_texts,
        "inputs": read_texts,
        **ignore("dimensions", "encoding_format", "input_type", "embedding_types", "task"),
        **ignore("output_dimension", "output_dtype", "normalized", "late_chunking"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether `input` is a list of texts or tokens, or stands beside settings of embeddings."""
        value, model = body.get("input", body.get("texts")), body.get("model")
        if not isinstance(model, str):  # Amazon Bedrock names it beside the body
            return "input_type" in body and isinstance(value, list)
        is_embedding = "embed" in model or bool(
            {"dimensions", "encoding_format", "input_type", "embedding_types"} & body.keys()
        )
        if isinstance(value, str):
            return is_embedding
        return (
            isinstance(value, list)
            and bool(value)
            and (is_embedding or all(isinstance(item, str | int | list) for item in value))
        )
