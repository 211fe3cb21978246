"""The formats in the order in which they are asked; a new one is a module and its line here."""

from functools import lru_cache

from tokencost.inputs.request_formats.anthropic import AnthropicMessages
from tokencost.inputs.request_formats.bedrock import BedrockConverse, BedrockInvoke
from tokencost.inputs.request_formats.cohere import CohereChat, Rerank
from tokencost.inputs.request_formats.dashscope import DashScope
from tokencost.inputs.request_formats.gemini import GeminiContents, GeminiEmbeddings
from tokencost.inputs.request_formats.json_values import Json
from tokencost.inputs.request_formats.libraries import LangChainMessages, VercelMessages
from tokencost.inputs.request_formats.ollama import Ollama
from tokencost.inputs.request_formats.openai_chat import OpenAIChat
from tokencost.inputs.request_formats.openai_responses import OpenAIResponses
from tokencost.inputs.request_formats.openai_texts import OpenAICompletions, OpenAIEmbeddings
from tokencost.inputs.request_formats.otel import OpenTelemetry
from tokencost.inputs.request_formats.request_format import Grammar, RequestFormat
from tokencost.inputs.request_formats.training_sets import (
    Alpaca,
    CompletionPairs,
    PreferencePairs,
    ShareGpt,
)

# The most special first: the first one that recognises a body reads it.
FORMATS: tuple[RequestFormat, ...] = (
    PreferencePairs(),
    CompletionPairs(),
    Rerank(),
    DashScope(),
    GeminiContents(),
    GeminiEmbeddings(),
    OpenTelemetry(),
    LangChainMessages(),
    VercelMessages(),
    BedrockConverse(),
    BedrockInvoke(),
    Ollama(),
    AnthropicMessages(),
    CohereChat(),
    ShareGpt(),
    OpenAIChat(),
    OpenAIEmbeddings(),
    OpenAIResponses(),
    OpenAICompletions(),
    Alpaca(),
)
GRAMMAR = Grammar.of(FORMATS)


@lru_cache(256)  # many requests have the same keys
def _candidates(keys: frozenset[str]) -> tuple[RequestFormat, ...]:
    return tuple(format_ for format_ in FORMATS if format_.body_keys & keys)


# Keys of which formats look at more than that they are there; "system" is not one of them.
_LOOKED_AT = frozenset[str]().union(*(format_.body_keys for format_ in FORMATS))
_LOOKED_AT -= {"messages", "input", "system"}


def find_format(body: Json) -> RequestFormat | None:
    """Return the format that recognises *body*."""
    keys = frozenset(body)
    model = body.get("model", "")
    is_common = isinstance(model, str) and _LOOKED_AT.isdisjoint(keys)
    kinds = None
    if is_common and "input" in keys:
        kinds = _kind_of_input(body["input"]) if "messages" not in keys else None
    elif is_common:
        kinds = _kinds_of_parts(body.get("messages"))
    tools = _kinds_of_tools(body["tools"]) if kinds is not None and "tools" in body else _NO_KINDS
    if kinds is None or tools is None:
        return _first(body, keys)
    shape = keys, model, kinds, tools
    if shape not in _BY_SHAPE:
        if len(_BY_SHAPE) == _MOST_SHAPES:
            _BY_SHAPE.clear()
        _BY_SHAPE[shape] = _first(body, keys)
    return _BY_SHAPE[shape]


_BY_SHAPE: dict[tuple[object, ...], RequestFormat | None] = {}
_MOST_SHAPES = 256
_NO_KINDS, _TEXT, _ITEMS = (frozenset[object](own) for own in ((), ("text",), ("item",)))
# Of a message: its role apart, no format looks at what stands there but for the content's parts.
_NOT_LOOKED_AT = {"role", "content", "name", "tool_calls", "tool_call_id"}


def _kinds_of_parts(messages: object) -> frozenset[object] | None:
    """Return the parts of messages that are a role, a content and calls, by their keys and types.

    None of other messages, and of contents in which a format may find more than that.
    """
    if not messages or not isinstance(messages, list):
        return None
    kinds: set[object] = set()
    for message in messages:
        if not (isinstance(message, dict) and message.keys() <= _NOT_LOOKED_AT):
            return None
        content = message.get("content")
        if not isinstance(message.get("role"), str):
            return None
        if not isinstance(content, str) and not _add_kinds(content, kinds):
            return None
    return frozenset(kinds) if kinds else _NO_KINDS


def _add_kinds(content: object, kinds: set[object]) -> bool:
    """Add the parts of a content that has some, False if a format may find more in it."""
    if isinstance(content, list):
        for part in content:
            type_ = part.get("type", "") if isinstance(part, dict) else None
            if not isinstance(type_, str):
                return False
            kinds.add((*part, type_))
        return True
    return content is None


def _kind_of_input(value: object) -> frozenset[object] | None:
    """Return the kind of an input that is a text or items with a role each, None of another."""
    if isinstance(value, str):
        return _TEXT
    if not value or not isinstance(value, list):
        return None
    for item in value:
        if not isinstance(item, dict) or not isinstance(item.get("role"), str):
            return None
    return _ITEMS


def _kinds_of_tools(tools: object) -> frozenset[object] | None:
    """Return the tools of a list by their keys, None of what is not a list of objects."""
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        return None
    return frozenset(map(tuple, tools))


def _first(body: Json, keys: frozenset[str]) -> RequestFormat | None:
    for format_ in _candidates(keys):
        if format_.recognises(body):
            return format_
    return None


def similar_key(key: str) -> str:
    """Return the key of a request that *key* is nearly written as, "" if there is none."""
    from difflib import get_close_matches  # few keys are unknown

    return "".join(get_close_matches(key, GRAMMAR.keys, n=1, cutoff=0.8))
