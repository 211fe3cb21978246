"""Finds the bodies of requests in decoded JSON: alone, in lists, in the lines of batch files."""

from collections.abc import Iterator
from typing import NamedTuple

from tokencost.inputs.request_formats.gemini import GeminiEmbeddings
from tokencost.inputs.request_formats.json_values import Json, type_of
from tokencost.inputs.request_formats.libraries import is_langchain_message
from tokencost.inputs.request_formats.openai_responses import OpenAIResponses
from tokencost.inputs.request_formats.registry import find_format
from tokencost.inputs.request_formats.request_format import RequestFormat

# Of a line of a batch file and the like: the key of the body, and those that only a batch has.
_WRAPPERS = {
    "body": ("custom_id", "url"),
    "params": ("custom_id",),
    "modelInput": ("recordId", "modelInput"),
    "request": ("key",),
    "generateContentRequest": (),  # of Gemini's interface that counts tokens
}
# A line of a batch of Vertex AI holds nothing but the request.
_BATCH_LINE = frozenset({"request"})
_EMBEDDINGS = GeminiEmbeddings()  # several contents of one call stand in a list of requests
LISTS = ("requests", "inlinedRequests", "inlined_requests")


class Body(NamedTuple):
    """The body of one request; *place* is its number in a list, "" if it stands alone.

    *format* recognises it, None if that was not asked yet.
    """

    body: Json
    place: str = ""
    is_batch: bool = False
    format: RequestFormat | None = None


def find_bodies(value: object) -> Iterator[Body]:
    """Yield the bodies of requests in decoded JSON; none if it is some other data.

    It may be a body, messages alone, the line of a batch file, or a list of these.
    """
    if isinstance(value, list):
        if messages := _as_messages(value):
            yield Body(messages)
        elif value and find_body(value[0]) is not None:
            yield from _listed(value)
    elif isinstance(value, dict):
        yield from _in_object(value)


def _in_object(value: Json) -> Iterator[Body]:
    requests: list[object] | None = None
    for key in LISTS:  # asked of every line: no generator
        if isinstance(value.get(key), list):
            requests = value[key]
            break
    batch = value.get("batch")
    if requests is not None and _EMBEDDINGS.recognises(value):
        yield Body(value, format=_EMBEDDINGS)
    elif requests is not None:
        if requests and find_body(requests[0]) is not None:
            yield from _listed(requests)
    elif isinstance(batch, dict):  # Gemini's
        config = batch.get("input_config", batch.get("inputConfig"))
        inner = config.get("requests") if isinstance(config, dict) else None
        yield from (body._replace(is_batch=True) for body in find_bodies(inner))
    elif (body := find_body(value)) is not None:
        yield body


def _listed(values: list[object]) -> Iterator[Body]:
    for number, value in enumerate(values, start=1):
        inner = find_body(value)
        if inner is None:
            body = value if isinstance(value, dict) else {}
            yield Body(body, f":{number}", is_batch=False)
        else:
            yield inner._replace(place=f":{number}")


def find_body(value: object) -> Body | None:
    """Return the one body in *value*, which may be wrapped; None if it is not a request."""
    if isinstance(value, list):
        messages = _as_messages(value)
        return Body(messages) if messages else None
    if not isinstance(value, dict):
        return None
    if (format_ := find_format(value)) is not None:
        return Body(value, format=format_)
    for key, marks in _WRAPPERS.items():
        inner = value.get(key)
        if isinstance(inner, list) and (messages := _as_messages(inner)):
            inner = messages
        if isinstance(inner, dict) and (format_ := find_format(inner)) is not None:
            model = value.get("model", value.get("modelId"))
            if isinstance(model, str) and "model" not in inner:
                inner = {"model": model, **inner}
            is_batch = any(mark in value for mark in marks) or (
                format_.name == "gemini" and value.keys() == _BATCH_LINE
            )
            return Body(inner, is_batch=is_batch, format=format_)
    return None


def _as_messages(value: list[object]) -> Json | None:
    """Return a body of *value* if these are messages; other data may have roles too."""
    if not any(map(_is_message, value)):
        return None
    if any(isinstance(item, dict) and "from" in item for item in value):
        return {"conversations": value}
    if any(isinstance(item, dict) and _is_item(item) for item in value):
        return {"input": value}
    if all(isinstance(item, dict) and _is_content(item) for item in value):
        return {"contents": value}
    return {"messages": value}


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and (
        (isinstance(value.get("role"), str) and any(key in value for key in _CONTENTS))
        or (isinstance(value.get("from"), str) and isinstance(value.get("value"), str))
        or isinstance(value.get("parts"), list)
        or is_langchain_message(value)
    )


_CONTENTS = ("content", "parts", "tool_calls", "toolInvocations")


def _is_item(item: Json) -> bool:
    return (
        not is_langchain_message(item)
        and "role" not in item
        and type_of(item) in OpenAIResponses.items
    )


def _is_content(item: Json) -> bool:
    parts = item.get("parts")
    return isinstance(parts, list) and not any(
        isinstance(part, dict) and "type" in part for part in parts
    )
