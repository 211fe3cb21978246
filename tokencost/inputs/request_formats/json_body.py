"""Requests of several interfaces as a `Request`.

Understood are OpenAI's chat completions and responses, which most others have taken over,
Anthropic's messages, Gemini's contents, DashScope's input, and the lines of their batch files.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tokencost.errors import InputError
from tokencost.inputs.request import Message, Request, Tool

_WRAPPED = ("body", "params", "request")  # in lines of batch files
_OUTPUT_LIMITS = ("max_completion_tokens", "max_output_tokens", "max_tokens", "maxOutputTokens")
_TEXT_KEYS = ("text", "thinking", "refusal", "output", "reasoning_content")


def is_request(value: object) -> bool:
    """Say whether decoded JSON is a request or the messages of one, and not some other data."""
    if isinstance(value, list):
        return bool(value) and all(_is_message(each) for each in value)
    if not isinstance(value, Mapping):
        return False
    value = _unwrapped(value)
    said = value.get("messages") or value.get("contents") or value.get("input")
    if isinstance(said, Mapping):
        said = said.get("messages")
    return isinstance(said, list) and is_request(said)


def read_request(value: object, *, name: str) -> Request:
    """Read decoded JSON as a request.

    Raises:
        InputError: it is none; the message names what is wrong and where.
    """
    reader = _Reader(name=name)
    if isinstance(value, list):
        reader.messages(value)
        return reader.request({})
    if not isinstance(value, Mapping):
        raise reader.problem(f"is no request but {_kind(value)}")
    request = _unwrapped(value)
    body = request.get("input")
    body = body if isinstance(body, Mapping) else request
    reader.system(request)
    for key in ("messages", "contents", "input", "prompt"):
        if body.get(key) is not None:
            reader.messages(body[key])
            break
    else:
        raise reader.problem("has no messages, contents, input or prompt")
    reader.tools(request.get("tools") or request.get("functions") or [])
    reader.tools(_parameters(request).get("tools") or [])
    return reader.request(request)


def _unwrapped(request: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in _WRAPPED:
        inner = request.get(key)
        if isinstance(inner, Mapping) and "messages" not in request:
            return inner
    return request


def _is_message(value: object) -> bool:
    return isinstance(value, Mapping) and (
        (isinstance(value.get("role"), str) and ("content" in value or "parts" in value))
        or isinstance(value.get("parts"), list)
        or (isinstance(value.get("role"), str) and "tool_calls" in value)
    )


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Collects what a request holds."""

    name: str
    _messages: list[Message] = field(default_factory=list)
    _tools: list[Tool] = field(default_factory=list)
    _not_counted: list[str] = field(default_factory=list)

    def problem(self, what: str) -> InputError:
        return InputError(
            f"{self.name!r} {what}",
            hint="pass --as text to count the file as it stands, or mend the request",
        )

    def request(self, request: Mapping[str, Any]) -> Request:
        model = request.get("model")
        return Request(
            messages=tuple(self._messages),
            tools=tuple(self._tools),
            model=model if isinstance(model, str) and model else None,
            max_output=_output_limit(request),
            uncounted_parts=tuple(self._not_counted),
        )

    def system(self, request: Mapping[str, Any]) -> None:
        for key in ("system", "instructions", "system_instruction", "systemInstruction"):
            if request.get(key):
                self._add("system", request[key], where=key)

    def messages(self, messages: object) -> None:
        if isinstance(messages, str):
            self._add("user", messages, where="input")
            return
        if not isinstance(messages, list):
            raise self.problem(f"has {_kind(messages)} where messages should be")
        for number, message in enumerate(messages, start=1):
            where = f"message {number}"
            if isinstance(message, str):
                self._add("user", message, where=where)
            elif not isinstance(message, Mapping):
                raise self.problem(f"has {_kind(message)} as {where}")
            else:
                self._message(message, where=where)

    def _message(self, message: Mapping[str, Any], *, where: str) -> None:
        role = message.get("role", "model" if "parts" in message else None)
        if role is None and isinstance(message.get("type"), str):
            role = "tool" if message["type"].endswith("output") else "assistant"
        if not isinstance(role, str):
            raise self.problem(f"has no role in {where}")
        name = message.get("name")
        content = next(
            (message[key] for key in ("content", "parts", "output") if message.get(key)), None
        )
        calls = [
            *(message.get("tool_calls") or []),
            *([message["function_call"]] if message.get("function_call") else []),
            *([message] if message.get("type") == "function_call" else []),
        ]
        own = name if role != "tool" and not calls and isinstance(name, str) else None
        self._add(role, content, where=where, calls=calls, name=own)

    def _add(
        self,
        role: str,
        content: object,
        *,
        where: str,
        calls: Sequence[object] = (),
        name: str | None = None,
    ) -> None:
        texts = [*self._texts(content, where=where)]
        for call in calls:
            texts += self._call(call, where=where)
        self._messages.append(Message(role=role, texts=tuple(texts), name=name))

    def _texts(self, content: object, *, where: str) -> Iterator[str]:
        match content:
            case None:
                return
            case str():
                yield content
            case list():
                for part in content:
                    yield from self._texts(part, where=where)
            case Mapping():
                yield from self._part(content, where=where)
            case _:
                raise self.problem(f"has {_kind(content)} as content of {where}")

    def _part(self, part: Mapping[str, Any], *, where: str) -> Iterator[str]:
        """Yield the texts of a part: of text, of a tool call or result, or of none at all."""
        if "parts" in part:
            yield from self._texts(part["parts"], where=where)
            return
        for key in ("functionCall", "function_call", "functionResponse", "function_response"):
            if isinstance(part.get(key), Mapping):
                yield from self._call(part[key], where=where)
                return
        kind = part.get("type")
        if kind == "tool_use":
            yield from self._call(part, where=where)
        elif kind == "tool_result":
            yield from self._texts(part.get("content"), where=where)
        elif found := [part[key] for key in _TEXT_KEYS if isinstance(part.get(key), str)]:
            yield from found
        else:
            self._not_counted.append(_uncounted(part))

    def _call(self, call: object, *, where: str) -> Iterator[str]:
        if not isinstance(call, Mapping):
            raise self.problem(f"has {_kind(call)} as tool call of {where}")
        function = call.get("function")
        function = function if isinstance(function, Mapping) else call
        if isinstance(function.get("name"), str):
            yield function["name"]
        for key in ("arguments", "input", "args", "response"):
            if function.get(key) is not None:
                value = function[key]
                yield value if isinstance(value, str) else compact(value)

    def tools(self, tools: object) -> None:
        if not isinstance(tools, list):
            raise self.problem(f"has {_kind(tools)} where tools should be")
        for tool in tools:
            if not isinstance(tool, Mapping):
                raise self.problem(f"has {_kind(tool)} as tool")
            declared = tool.get("function_declarations") or tool.get("functionDeclarations")
            for each in declared if isinstance(declared, list) else [tool.get("function") or tool]:
                self._tool(each)

    def _tool(self, tool: Mapping[str, Any]) -> None:
        name = tool.get("name")
        if not isinstance(name, str):  # a search tool or the like, which the provider defines
            self._not_counted.append(f"built-in tool {tool.get('type') or next(iter(tool), '')}")
            return
        parameters = tool.get("parameters") or tool.get("input_schema") or {}
        self._tools.append(
            Tool(
                name=name,
                description=str(tool.get("description") or ""),
                parameters=parameters if isinstance(parameters, Mapping) else {},
                text=compact(tool),
            )
        )


def compact(value: object) -> str:
    """Return *value* as JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parameters(request: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = {}
    for key in ("parameters", "generationConfig", "generation_config", "config"):
        value = request.get(key)
        if isinstance(value, Mapping):
            found = {**found, **value}
    return found


def _output_limit(request: Mapping[str, Any]) -> int | None:
    for place in (request, _parameters(request)):
        for key in _OUTPUT_LIMITS:
            value = place.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
    return None


def _uncounted(part: Mapping[str, Any]) -> str:
    """Return what a part without text is."""
    said = " ".join([str(part.get("type", "")), *map(str, part)]).lower()
    media = str(part.get("inline_data") or part.get("inlineData") or "").lower()
    for word in ("image", "audio", "video", "document", "file"):
        if word in said or word in media:
            return "file" if word == "document" else word
    return str(part.get("type") or "part without text")


def _kind(value: object) -> str:
    names = {"list": "a list", "dict": "an object", "str": "a text", "NoneType": "null"}
    return names.get(type(value).__name__, f"{value!r}")
