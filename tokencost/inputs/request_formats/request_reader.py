"""Reads the body of one request, key by key, so that nothing in it is passed over."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from tokencost.errors import InputError
from tokencost.inputs.request import (
    CacheMark,
    Media,
    Message,
    OutputSchema,
    Part,
    Request,
    Text,
    Tool,
    ToolResult,
    UncountedPart,
)
from tokencost.inputs.request_formats.json_values import (
    Json,
    as_list,
    as_object,
    as_text,
    besides,
    describe,
    has_number,
    has_text,
    is_short_message,
    is_text_part,
)
from tokencost.inputs.request_formats.request_format import Grammar, ReadKey, RequestFormat

_UNKNOWN = object()
# The last is a part of its own, and ends what stands before it.
_CACHE_KEYS = ("cache_control", "prompt_cache_breakpoint", "cachePoint")
# Of every part: what the provider keeps for itself, and never shows to the model.
_PART_SETTINGS = frozenset(
    {
        *("type", "id", "index", "status", "state", "cache_control", "prompt_cache_breakpoint"),
        *("annotations", "logprobs", "citations", "providerOptions", "providerMetadata"),
        *("experimental_providerMetadata", "callProviderMetadata", "format"),
    }
)
# Of a message: in which order its parts stand, whatever the order of its keys.
_THOUGHTS = ("reasoning_details", "reasoning_content", "reasoning", "thinking")
_ORDER = {**dict.fromkeys(_THOUGHTS, 0), "content": 1}
_AFTER_CONTENT = 2


def _as_result(parts: list[Part], name: str | None) -> list[Part]:
    """Return *parts* of a message of the role "tool" as what a function returned."""
    content = tuple(part for part in parts if isinstance(part, Text | Media))
    others: list[Part] = [part for part in parts if not isinstance(part, Text | Media)]
    if not content and any(isinstance(part, ToolResult) for part in others):
        return others
    return [ToolResult(name=name, content=content), *others]


class RequestReader:
    """Collects what a body holds; a format's readers call it, and set what is as in `Request`."""

    model: str | None = None
    max_output: int | None = None
    output_schema: OutputSchema | None = None
    tool_choice: str | None = None
    thinking: str | None = None
    effort: str | None = None
    has_task_budget = False
    outputs = 1
    service_tier: str | None = None
    speed: str | None = None
    region: str | None = None
    cache_options: tuple[str | None, str | None] = (None, None)
    interface = ""

    def __init__(self, *, name: str, format_: RequestFormat, grammar: Grammar) -> None:
        self.name = name
        self.format = format_
        self.grammar = grammar
        self.tools: list[Tool] = []
        self._system: list[Message] = []
        self._messages: list[Message] = []
        self._last: list[Message] = []
        self._uncounted: list[UncountedPart] = []
        self._unread: list[UncountedPart] = []
        self._marks: list[CacheMark] = []
        self._system_marks: list[CacheMark] = []
        self._message_marks: list[CacheMark] = []
        self._pending_marks: list[tuple[int, str | None, str]] = []

    def read(self, body: Json, *, is_batch: bool = False) -> Request:
        """Return the request.

        Raises:
            InputError: the body is not a request; the message names what is wrong and where.
        """
        self.read_keys(body, self.format.keys)
        shift = len(self._system)
        later = [replace(mark, message=(mark.message or 0) + shift) for mark in self._message_marks]
        return Request(
            format=self.format.name,
            messages=(*self._system, *self._messages, *self._last),
            tools=tuple(self.tools),
            model=self.model,
            max_output=self.max_output if self.format.has_output else 0,
            output_schema=self.output_schema,
            tool_choice=self.tool_choice,
            thinking=self.thinking,
            effort=self.effort,
            has_task_budget=self.has_task_budget,
            outputs=self.outputs,
            service_tier=self.service_tier,
            speed=self.speed,
            region=self.region,
            cache=self.cache_options[0],
            cache_ttl=self.cache_options[1],
            is_batch=is_batch,
            interface=self.interface,
            cache_marks=(*self._marks, *self._system_marks, *later),
            uncounted=tuple(self._uncounted),
            unread=tuple(self._unread),
        )

    def problem(self, what: str) -> InputError:
        """Return the error that says *what* is wrong."""
        return InputError(
            f"{self.name!r} {what}",
            hint="pass --as text to count the file as it stands, or mend the request",
        )

    def read_keys(
        self,
        body: Json,
        keys: Mapping[str, ReadKey | None],
        place: str = "",
        *,
        is_open: bool = True,
    ) -> None:
        """Read each key of *body* by its reader; *is_open* also takes those of other formats."""
        for key, value in body.items():
            read: Any = keys.get(key, _UNKNOWN)
            if read is _UNKNOWN and is_open:
                read = self.grammar.keys.get(key, _UNKNOWN)
            if read is _UNKNOWN:
                self.note_unknown(key, value, place or "the body")
            elif read is not None and value is not None:
                read(self, value, f"{key} of {place}" if place else key)

    def note(self, part: str, place: str) -> None:
        """Keep that *part* reaches the model and is not counted."""
        self._uncounted.append(UncountedPart(part=part, place=place))

    def note_unknown(self, key: str, value: object, place: str) -> None:
        """Keep a key that no format knows, if there is text or a number in it."""
        if has_text(value):
            self.note(f'unknown key "{key}"', place)
        elif has_number(value):
            self._unread.append(UncountedPart(part=key, place=place))

    def note_beside(self, value: Json, keys: Set[str], place: str) -> None:
        """Keep what stands in *value* besides *keys*."""
        for key in besides(value, keys):
            self.note_unknown(key, value[key], place)

    # Messages

    def add_messages(self, messages: Iterable[Any], *, takes_text: bool = False) -> None:
        """Add messages, and items that have no role; of *messages* a text may be one."""
        for message in messages:
            place = f"message {len(self._messages) + 1}"
            if isinstance(message, str) and takes_text:
                self.add("user", [Text(text=message)], place)
            elif not isinstance(message, dict):
                raise self.problem(f"has {describe(message)} as {place}, not an object")
            elif is_short_message(message) and message["role"] != "tool":  # most of them
                self.add(message["role"], self.content(message["content"], place), place)
            else:
                self._add_message(message, place)

    def _add_message(self, message: Json, place: str) -> None:
        role, type_ = message.get("role"), message.get("type")
        item = self.grammar.items.get(type_) if isinstance(type_, str) else None
        if item is not None:
            item(self, message, place)
            return
        if role is None and "parts" in message:
            role = "user" if not self._messages else "model"  # a content without role is the user's
        if not isinstance(role, str):
            if role is None and isinstance(type_, str):
                if type_ in self.grammar.parts:  # a part without a message around it is the user's
                    self.add("user", self._part(message, place, 0), place)
                else:
                    self.note(type_, place)
                return
            raise self.problem(f"has no role in {place}")
        name = as_text(message.get("name"), f"name of {place}", self.problem) or None
        parts = self._message_parts(message, place)
        if role == "tool":
            parts, name = _as_result(parts, name), None
        self.add(role, parts, place, name=name)

    def _message_parts(self, message: Json, place: str) -> list[Part]:
        groups = [
            (_ORDER.get(key, _AFTER_CONTENT), self._parts_of_key(key, value, place))
            for key, value in message.items()
            if value is not None and key not in ("role", "name")
        ]
        for key in _CACHE_KEYS:
            if key in message:
                self._mark(message[key], sum(len(parts) for _, parts in groups) - 1, place)
        if len(groups) == 1:
            return list(groups[0][1])
        return [part for _, parts in sorted(groups, key=lambda group: group[0]) for part in parts]

    def _parts_of_key(self, key: str, value: object, place: str) -> Sequence[Part]:
        if key == "content":
            return self.content(value, place)
        read: Any = self.grammar.message_keys.get(key, _UNKNOWN)
        if read is _UNKNOWN:
            self.note_unknown(key, value, place)
            return ()
        parts: Sequence[Part] = () if read is None else read(self, value, place)
        return parts

    def add(self, role: str, parts: Sequence[Part], place: str, *, name: str | None = None) -> None:
        """Add a message of *parts*, as the last one."""
        if self._pending_marks:
            self._keep_marks(self._message_marks, len(self._messages))
        self._messages.append(Message(role=role, parts=tuple(parts), name=name, place=place))

    def add_last(self, role: str, parts: Sequence[Part], place: str) -> None:
        """Add a message that comes after all others, in whatever order the keys stand."""
        self._last.append(Message(role=role, parts=tuple(parts), place=place))

    def add_system(self, content: object, place: str) -> None:
        """Add text that stands before the messages."""
        if parts := self.content(content, place):
            self._keep_marks(self._system_marks, len(self._system))
            self._system.append(Message(role="system", parts=tuple(parts), place=place))

    # Contents

    def content(self, content: Any, place: str) -> list[Part]:
        """Return the parts of a text, of a part, or of a list of these."""
        match content:
            case str():
                return [Text(text=content)] if content else []
            case list():
                parts: list[Part] = []
                for number, part in enumerate(content, start=1):
                    if is_text_part(part):
                        parts += [Text(text=part["text"])] if part["text"] else []
                    else:
                        parts += self._part(part, f"{place}, part {number}", len(parts))
                return parts
            case dict():
                return list(self._part(content, place, 0))
            case None:
                return []
            case _:
                raise self.problem(
                    f"has {describe(content)} as content of {place}, not text or a list"
                )

    def _part(self, part: Any, place: str, before: int) -> Sequence[Part]:
        if isinstance(part, (str, list)):  # a union would be made each time
            return self.content(part, place)
        if not isinstance(part, dict):
            raise self.problem(f"has {describe(part)} as {place}, not text or an object")
        type_: Any = part.get("type")
        is_typed, marks = isinstance(type_, str), len(self._pending_marks)
        parts = self._typed_part(part, type_, place) if is_typed else self._keyed_part(part, place)
        for number, (_, ttl, where) in enumerate(self._pending_marks[marks:], start=marks):
            self._pending_marks[number] = before + len(parts) - 1, ttl, where  # of a part within
        for key in _CACHE_KEYS:
            if key in part:
                self._mark(part[key], before + len(parts) - 1, place)
        return parts

    def _typed_part(self, part: Json, type_: str, place: str) -> Sequence[Part]:
        rules = self.grammar.parts
        rule = rules.get(type_) or rules.get(type_.partition("-")[0] + "-")
        if rule is None:
            keyed = [key for key in part if key in self.grammar.part_keys]
            if not keyed:
                self.note(type_, place)
                return ()
            return self._keyed_part(part, place)
        for key in besides(part, rule.keys, _PART_SETTINGS):
            self.note_unknown(key, part[key], place)
        return rule.read(self, part, place)

    def _keyed_part(self, part: Json, place: str) -> Sequence[Part]:
        parts: list[Part] = []
        readers = self.grammar.part_keys
        for key, value in part.items():
            read: Any = readers.get(key, _UNKNOWN)
            if read is _UNKNOWN:
                if key not in _PART_SETTINGS:
                    self.note_unknown(key, value, place)
            elif read is not None and value is not None:
                parts += read(self, part, place)
        return parts

    # Caches

    def _mark(self, value: object, part: int, place: str) -> None:
        if value is None:
            return
        mark = as_object(value, f"cache mark of {place}", self.problem)
        ttl = as_text(mark.get("ttl"), f"ttl of {place}", self.problem) or None
        self._pending_marks.append((part, ttl, place))

    def _keep_marks(self, marks: list[CacheMark], message: int) -> None:
        for part, ttl, place in self._pending_marks:
            own = {"part": part} if part >= 0 else {"is_before": True}
            marks.append(CacheMark(place=place, ttl=ttl, message=message, **own))
        self._pending_marks.clear()

    def mark_tool(self, value: object, tool: int, place: str) -> None:
        """Keep that a cache ends after a tool."""
        if value is not None:
            mark = as_object(value, f"cache mark of {place}", self.problem)
            ttl = as_text(mark.get("ttl"), f"ttl of {place}", self.problem) or None
            self._marks.append(CacheMark(place=place, ttl=ttl, tool=max(0, tool)))

    def mark_request(self, value: object, place: str) -> None:
        """Keep that the request asks for a cache, and leaves to the provider where it ends."""
        mark = as_object(value, place, self.problem)
        ttl = as_text(mark.get("ttl"), f"ttl of {place}", self.problem) or None
        self._marks.append(CacheMark(place=place, ttl=ttl))

    # Values

    def items(self, value: object, place: str) -> Sequence[Any]:
        """Return a list, or raise the error that names its place."""
        return as_list(value, place, self.problem)

    def mapping(self, value: object, place: str) -> Json:
        """Return an object, or raise the error that names its place."""
        return as_object(value, place, self.problem)

    def text(self, value: object, place: str) -> str:
        """Return a text, or raise the error that names its place."""
        return as_text(value, place, self.problem)
