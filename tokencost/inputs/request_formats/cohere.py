"""Cohere's chat, version 1, and searches of rerankers, whose form others took over from Cohere.

Version 2 of the chat has the form of OpenAI's messages with documents.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import Part, Text
from tokencost.inputs.request_formats.json_values import Json, has_role
from tokencost.inputs.request_formats.openai_texts import read_texts
from tokencost.inputs.request_formats.parts import call, result_of
from tokencost.inputs.request_formats.request_format import ReadKey, ReadParts, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, ignore, inside
from tokencost.inputs.request_formats.tools import read_tools


def _read_history(reader: RequestReader, value: Any, place: str) -> None:
    reader.add_messages(reader.items(value, place))


def _read_message(reader: RequestReader, value: Any, place: str) -> None:
    """Take the newest message of the user, which comes after the history."""
    text = reader.text(value, place)
    if text:
        reader.add_last("user", [Text(text=text)], place)


def _read_results(reader: RequestReader, value: Any, place: str) -> None:
    parts: list[Part] = []
    for number, item in enumerate(reader.items(value, place), start=1):
        where = f"{place} {number}"
        result = reader.mapping(item, where)
        given = reader.mapping(result.get("call"), f"call of {where}")
        parts += call(reader, given.get("name"), given.get("parameters"), where)
        for output in reader.items(result.get("outputs"), f"outputs of {where}"):
            parts += result_of(reader, output, where)
    if parts:
        reader.add_last("tool", parts, place)


def _read_preamble(reader: RequestReader, value: Any, place: str) -> None:
    reader.add_system(reader.text(value, place), place)


def _plan(reader: RequestReader, value: Any, place: str) -> list[Part]:
    return reader.content(reader.text(value, f"tool_plan of {place}"), place)


def _old_message(reader: RequestReader, value: Any, place: str) -> list[Part]:
    return reader.content(reader.text(value, f"message of {place}"), place)


class CohereChat(RequestFormat):
    """`message` beside `chat_history`."""

    name: ClassVar[str] = "cohere"
    marks: ClassVar[tuple[str, ...]] = ("message",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"message"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "preamble": _read_preamble,
        "chat_history": _read_history,
        "message": _read_message,
        "tools": read_tools,
        "tool_results": _read_results,
        **ignore("k", "p", "prompt_truncation", "search_queries_only", "citation_quality"),
        **ignore("force_single_step", "return_prompt", "raw_prompting", "conversation_id"),
    }
    message_keys: ClassVar[Mapping[str, ReadParts | None]] = {
        "tool_plan": _plan,
        "message": _old_message,
    }

    def recognises(self, body: Json) -> bool:
        """Whether there is a text in `message`, beside a history or a model."""
        return isinstance(body.get("message"), str) and (
            has_role(body.get("chat_history")) or isinstance(body.get("model"), str)
        )


def _read_query(reader: RequestReader, value: Any, place: str) -> None:
    """Take the query, and keep that it may be billed once a document, or the search as a whole.

    Voyage and Jina bill the query with each document, DashScope once, Cohere a search and no
    tokens (their price pages, 2026-11). Which it is the form does not say.
    """
    read_texts(reader, value, place)
    reader.note("query that may be billed with each document", place)


_HOLDERS = ("documents", "texts", "passages")
_SEARCH: Mapping[str, ReadKey | None] = {
    "query": _read_query,
    **dict.fromkeys(_HOLDERS, read_texts),
}
_SETTINGS = (
    *("top_n", "top_k", "return_documents", "return_text", "rank_fields", "raw_scores"),
    *("max_chunks_per_doc", "max_tokens_per_doc", "truncation_direction", "api_version"),
)


class Rerank(RequestFormat):
    """`query` beside `documents`, perhaps in `input`: Cohere, Voyage, Jina, DashScope."""

    name: ClassVar[str] = "rerank"
    marks: ClassVar[tuple[str, ...]] = ("query",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"query", "input"})
    has_output: ClassVar[bool] = False
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        **_SEARCH,
        **ignore(*_SETTINGS, "instruct", "instruction", "truncation"),
        "input": inside(_SEARCH),
        "parameters": inside({**COMMON, **ignore(*_SETTINGS, "instruct")}),
    }

    def recognises(self, body: Json) -> bool:
        """Whether a query and documents stand beside a model or a setting of such a search."""
        holder = body.get("input")
        search = holder if isinstance(holder, dict) else body
        return (
            isinstance(search.get("query"), str)
            and any(isinstance(search.get(key), list) for key in _HOLDERS)
            and "messages" not in body
            and (isinstance(body.get("model"), str) or any(key in body for key in _SETTINGS))
        )
