"""What a request format is, and the reader that asks the formats about a body."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol

from tokencost.errors import InputError
from tokencost.inputs.request import (
    Message,
    Part,
    Request,
    Text,
    Tool,
    ToolCall,
    UncountedPart,
    to_compact_json,
)

Json = Mapping[str, Any]

TEXT_KEYS = ("text", "thinking", "refusal", "output", "reasoning_content")
_ARGUMENT_KEYS = ("arguments", "input", "args", "response")


class Content(NamedTuple):
    """Where the texts of a part are: in nested content, or in calls of functions."""

    nested: object = None
    calls: Sequence[object] = ()


class RequestFormat(Protocol):
    """One provider's form of a request, as far as it differs from OpenAI's chat completions.

    Providers take over parts of each other's forms, so every format is asked about every body, and
    the first one that has an answer gives it. A format has to say where its messages are; the rest
    is there to be overridden.
    """

    name: ClassVar[str]
    marks: ClassVar[tuple[str, ...]] = ()
    """Keys of which one stands in every text that holds a request of this form."""
    system_keys: ClassVar[tuple[str, ...]] = ()
    """Keys of a body for text that stands before the messages."""
    settings_keys: ClassVar[tuple[str, ...]] = ()
    """Keys of a body for an object of settings, such as the output limit and the tools."""
    limit_keys: ClassVar[tuple[str, ...]] = ()
    """Keys of a body or of its settings for the most output tokens."""
    content_keys: ClassVar[tuple[str, ...]] = ()
    """Keys of a message for its content."""
    schema_keys: ClassVar[tuple[str, ...]] = ()
    """Keys of a tool for the JSON schema of its parameters."""

    def recognises(self, body: Json) -> bool:
        """Whether *body* is surely a request in this form, and not some other data."""
        ...

    def messages(self, holder: Json) -> object:
        """Return what stands in *holder* for the messages, None if this is not its form."""
        ...

    def holder(self, body: Json) -> Json | None:  # noqa: ARG002
        """Return the object in *body* that holds the messages, None if it is the body itself."""
        return None

    def role(self, message: Json) -> str | None:  # noqa: ARG002
        """Return the role of a message that does not name one."""
        return None

    def calls(self, message: Json) -> Sequence[object]:  # noqa: ARG002
        """Return the calls of functions in *message*."""
        return ()

    def content(self, part: Json) -> Content | None:  # noqa: ARG002
        """Return where the texts of *part* are, None if it is not a part of this form."""
        return None

    def functions(self, tool: Json) -> Sequence[object] | None:  # noqa: ARG002
        """Return the functions that *tool* declares, None if it is not a tool of this form."""
        return None


def is_conversation(value: object) -> bool:
    """Whether *value* is a list of messages, or an object that has one."""
    if isinstance(value, Mapping):
        value = value.get("messages")
    return isinstance(value, list) and bool(value) and all(map(_is_message, value))


def _is_message(value: object) -> bool:
    return isinstance(value, Mapping) and (
        (isinstance(value.get("role"), str) and ("content" in value or "parts" in value))
        or isinstance(value.get("parts"), list)
        or (isinstance(value.get("role"), str) and "tool_calls" in value)
    )


@dataclass(slots=True, kw_only=True)
class RequestReader:
    """Reads the body of one request, piece by piece."""

    name: str
    formats: Sequence[RequestFormat]
    _messages: list[Message] = field(default_factory=list)
    _tools: list[Tool] = field(default_factory=list)
    _uncounted: list[UncountedPart] = field(default_factory=list)

    def read(self, body: Json) -> Request:
        """Return the request.

        Raises:
            InputError: the body is not a request; the message names what is wrong and where.
        """
        for key in self._keys("system_keys"):
            if body.get(key):
                self._add("system", body[key], where=key)
        settings = self._settings(body)
        self._add_messages(self._find_messages(body))
        self._add_tools(body.get("tools") or body.get("functions") or [])
        self._add_tools(settings.get("tools") or [])
        model = body.get("model")
        return Request(
            format=self._format(body),
            messages=tuple(self._messages),
            tools=tuple(self._tools),
            model=model if isinstance(model, str) and model else None,
            max_output=self._output_limit(body, settings),
            uncounted=tuple(self._uncounted),
        )

    def problem(self, what: str) -> InputError:
        """Return the error that says *what* is wrong."""
        return InputError(
            f"{self.name!r} {what}",
            hint="pass --as text to count the file as it stands, or mend the request",
        )

    def _keys(self, attribute: str) -> Iterator[str]:
        for format_ in self.formats:
            yield from getattr(format_, attribute)

    def _find_messages(self, body: Json) -> object:
        holder = self._holder(body)
        for format_ in self.formats:
            if (messages := format_.messages(holder)) is not None:
                return messages
        raise self.problem("has no messages, contents, input or prompt")

    def _holder(self, body: Json) -> Json:
        holders = (format_.holder(body) for format_ in self.formats)
        return next((inner for inner in holders if inner is not None), body)

    def _format(self, body: Json) -> str:
        """Return the name of the most special format that recognises *body*, asked last."""
        names = [format_.name for format_ in self.formats if format_.recognises(body)]
        holder = self._holder(body)
        names = (
            names
            or [format_.name for format_ in self.formats if format_.messages(holder) is not None][
                :1
            ]
        )
        return names[-1] if names else ""

    def _settings(self, body: Json) -> Json:
        settings: Json = {}
        for key in self._keys("settings_keys"):
            if isinstance(value := body.get(key), Mapping):
                settings = {**settings, **value}
        return settings

    def _output_limit(self, body: Json, settings: Json) -> int | None:
        for place in (body, settings):
            for key in self._keys("limit_keys"):
                value = place.get(key)
                if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                    return value
        return None

    def _add_messages(self, messages: object) -> None:
        if isinstance(messages, str):
            self._add("user", messages, where="input")
            return
        if not isinstance(messages, list):
            raise self.problem(f"has {describe(messages)} where messages should be")
        for number, message in enumerate(messages, start=1):
            where = f"message {number}"
            if isinstance(message, str):
                self._add("user", message, where=where)
            elif not isinstance(message, Mapping):
                raise self.problem(f"has {describe(message)} as {where}")
            else:
                self._add_message(message, where=where)

    def _add_message(self, message: Json, *, where: str) -> None:
        role = message.get("role")
        if role is None:
            roles = (format_.role(message) for format_ in self.formats)
            role = next((own for own in roles if own is not None), None)
        if not isinstance(role, str):
            raise self.problem(f"has no role in {where}")
        keys = ("content", *self._keys("content_keys"))
        content = next((message[key] for key in keys if message.get(key)), None)
        calls = [
            *(message.get("tool_calls") or []),
            *([message["function_call"]] if message.get("function_call") else []),
            *(call for format_ in self.formats for call in format_.calls(message)),
        ]
        name = message.get("name")
        is_author = role != "tool" and not calls and isinstance(name, str)
        self._add(role, content, where=where, calls=calls, name=name if is_author else None)

    def _add(
        self,
        role: str,
        content: object,
        *,
        where: str,
        calls: Sequence[object] = (),
        name: str | None = None,
    ) -> None:
        parts = [*self._parts(content, where=where)]
        parts += [self._call(call, where=where) for call in calls]
        self._messages.append(Message(role=role, parts=tuple(parts), name=name, place=where))

    def _parts(self, content: object, *, where: str) -> Iterator[Part]:
        match content:
            case None:
                return
            case str():
                yield Text(text=content)
            case list():
                for part in content:
                    yield from self._parts(part, where=where)
            case Mapping():
                yield from self._part(content, where=where)
            case _:
                raise self.problem(f"has {describe(content)} as content of {where}")

    def _part(self, part: Json, *, where: str) -> Iterator[Part]:
        """Yield the texts of a part; of one without text, keep what it is."""
        for format_ in self.formats:
            if (content := format_.content(part)) is not None:
                yield from self._parts(content.nested, where=where)
                for call in content.calls:
                    yield self._call(call, where=where)
                return
        texts = [part[key] for key in TEXT_KEYS if isinstance(part.get(key), str)]
        yield from (Text(text=text) for text in texts)
        if not texts:
            self._uncounted.append(UncountedPart(part=_name_uncounted(part), place=where))

    def _call(self, call: object, *, where: str) -> ToolCall:
        if not isinstance(call, Mapping):
            raise self.problem(f"has {describe(call)} as tool call of {where}")
        function = call.get("function")
        function = function if isinstance(function, Mapping) else call
        name = function["name"] if isinstance(function.get("name"), str) else ""
        keys = [key for key in _ARGUMENT_KEYS if function.get(key) is not None]
        value = function[keys[0]] if keys else ""
        is_as_sent = isinstance(value, str | Mapping)
        return ToolCall(name=name, arguments=value if is_as_sent else to_compact_json(value))

    def _add_tools(self, tools: object) -> None:
        if not isinstance(tools, list):
            raise self.problem(f"has {describe(tools)} where tools should be")
        for tool in tools:
            if not isinstance(tool, Mapping):
                raise self.problem(f"has {describe(tool)} as tool")
            answers = (format_.functions(tool) for format_ in self.formats)
            functions = next((answer for answer in answers if answer is not None), None)
            for function in [tool.get("function") or tool] if functions is None else functions:
                self._add_function(function)

    def _add_function(self, function: Any) -> None:
        name = function.get("name")
        if not isinstance(name, str):  # a search tool or the like, which the provider defines
            what = function.get("type") or next(iter(function), "")
            self._uncounted.append(UncountedPart(part=f"built-in tool {what}", place="tools"))
            return
        keys = ("parameters", *self._keys("schema_keys"))
        parameters: object = next((function[key] for key in keys if function.get(key)), {})
        self._tools.append(
            Tool(
                name=name,
                description=function.get("description"),
                parameters=parameters if isinstance(parameters, Mapping) else {},
                definition=function,
            )
        )


def _name_uncounted(part: Json) -> str:
    """Return what a part without text is."""
    words = " ".join([str(part.get("type", "")), *map(str, part)]).lower()
    media = str(part.get("inline_data") or part.get("inlineData") or "").lower()
    for word in ("image", "audio", "video", "document", "file"):
        if word in words or word in media:
            return "file" if word == "document" else word
    return str(part.get("type") or "part without text")


def describe(value: object) -> str:
    """Return what kind of JSON value *value* is."""
    names = {"list": "a list", "dict": "an object", "str": "a text", "NoneType": "null"}
    return names.get(type(value).__name__, f"{value!r}")
