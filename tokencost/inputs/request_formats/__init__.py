"""The formats of requests, and what reads a decoded body by them.

A format subclasses `RequestFormat`, has a `name`, and says where its body keeps things:

- `marks`: keys of which one stands in every text that holds such a request;
- `recognises(body)` and `messages(holder)`: whether it is one, and its messages; `holder(body)`
  where these stand in an object of their own;
- `system_keys`, `settings_keys`, `limit_keys`, `content_keys` and `schema_keys`: of a body, of
  its settings, of a message, of a tool;
- `role(message)`, `calls(message)`, `content(part)` and `functions(tool)`: only where a message,
  a part or a tool has a form of its own.
"""

from collections.abc import Mapping

from tokencost.inputs.request import Request
from tokencost.inputs.request_formats.anthropic import AnthropicMessages
from tokencost.inputs.request_formats.dashscope import DashScope
from tokencost.inputs.request_formats.gemini import GeminiContents
from tokencost.inputs.request_formats.openai import OpenAIChat, OpenAICompletions, OpenAIResponses
from tokencost.inputs.request_formats.request_reader import (
    Json,
    RequestFormat,
    RequestReader,
    describe,
)

# In the order in which they are asked: the first one with an answer gives it.
FORMATS: tuple[RequestFormat, ...] = (
    DashScope(),
    OpenAIChat(),
    GeminiContents(),
    AnthropicMessages(),
    OpenAIResponses(),
    OpenAICompletions(),
)
_WRAPPERS = ("body", "params", "request")  # of the lines of batch files


def may_hold_request(text: str) -> bool:
    """Rule out other JSON, which need not be valid, without decoding it."""
    return any(f'"{mark}"' in text for format_ in FORMATS for mark in format_.marks)


def is_request(value: object) -> bool:
    """Whether decoded JSON is a request or the messages of one, and not some other data."""
    body = _find_body(value)
    return body is not None and any(format_.recognises(body) for format_ in FORMATS)


def read_request(value: object, *, name: str) -> Request:
    """Return decoded JSON as a request.

    Args:
        value: the body of a request, a line of a batch file, or messages alone.
        name: what errors call it.

    Raises:
        InputError: it is not a request; the message names what is wrong and where.
    """
    reader = RequestReader(name=name, formats=FORMATS)
    body = _find_body(value)
    if body is None:
        raise reader.problem(f"is not a request but {describe(value)}")
    return reader.read(body)


def _find_body(value: object) -> Json | None:
    """Return the body of a request that may be wrapped; messages alone become one."""
    if isinstance(value, list):
        return {"messages": value}
    if not isinstance(value, Mapping):
        return None
    for key in _WRAPPERS:
        body = value.get(key)
        if isinstance(body, Mapping) and "messages" not in value:
            return body
    return value
