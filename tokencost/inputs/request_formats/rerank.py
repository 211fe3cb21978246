"""Requests that order documents by a query: Cohere, Voyage, Jina, DashScope, Text Embeddings."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request_formats.json_values import Json
from tokencost.inputs.request_formats.openai_texts import read_texts
from tokencost.inputs.request_formats.request_format import ReadKey, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, ignore, inside


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
    """`query` beside `documents`, perhaps in `input`."""

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
