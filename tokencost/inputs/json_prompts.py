"""Prompts in JSON: one request, several of them, or one in each line."""

import json
import re
from collections.abc import Iterator
from typing import Any, TypeGuard

from tokencost.errors import InputError
from tokencost.inputs.prompt import Prompt
from tokencost.inputs.recorded_usage import (
    holds_usage,
    may_hold_usage,
    refuse_usage,
    usage_error,
)
from tokencost.inputs.request_formats import (
    find_bodies,
    may_hold_request,
    read_body,
    read_request,
)
from tokencost.inputs.request_formats.json_values import to_json
from tokencost.notes import Note, warning

_TEXT_KEYS = ("text", "prompt")
# Keys that other data rarely has: JSON with one of them should be valid.
_SURE_MARKS = ('"messages"', '"contents"', '"role"', '"parts"', '"input"')
_EXPORTED = '"chat_messages"'  # of chats that people have exported
_LINE_MARKS = (*(f'"{key}"' for key in _TEXT_KEYS), _EXPORTED)
_MESSAGES = ("messages", "contents", "conversations", "conversation", "input", "prompt")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_MOST_NESTED = 200
_MOST_WRAPPED = 4  # objects around messages that no format knows
_MAY_BE_DEEP = 2 * _MOST_NESTED


def may_be_strings(start: str) -> bool:
    """Whether a text that begins so may be strings of JSON: none goes on in the next line."""
    line, is_whole, _ = start.partition("\n")
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return not is_whole
    return True


def read_json(text: str, *, name: str) -> Iterator[Prompt]:
    """Yield the requests in *text*, which is to hold one or several.

    Raises:
        InputError: it is not JSON or not a request; the message names the place.
    """
    value = _decode(text, name=name)
    if not (prompts := [*_requests(text, value, name=name)]):
        request = read_request(value, name=name)
        prompts = [Prompt(name=name, text=text, kind="request", request=request)]
    yield from prompts


def read_value(value: Any, *, text: str, name: str) -> Iterator[Prompt]:
    """Yield the requests in decoded JSON, whose *text* is known to be sound."""
    if not (prompts := [*_requests(text, value, name=name)]):
        request = read_request(value, name=name)
        prompts = [Prompt(name=name, text=text, kind="request", request=request)]
    yield from prompts


def recognise_json(text: str, *, name: str, notes: list[Note]) -> Iterator[Prompt]:
    """Yield the requests in *text*, or *text* itself if it is some other data.

    Raises:
        InputError: it is a log of calls, or a request that is broken.
    """
    if not (may_hold_request(text) or may_hold_usage(text) or _EXPORTED in text):
        yield Prompt(name=name, text=text)
        return
    try:
        value = _decode(text, name=name)
    except InputError:
        if _are_lines(text):
            yield from recognise_lines(text, name=name, notes=notes)
            return
        if any(mark in text for mark in _SURE_MARKS):
            raise
        value = None
    if holds_usage(value) or (isinstance(value, list) and any(map(holds_usage, value))):
        raise usage_error(name)
    is_text = True
    for prompt in _requests(text, value, name=name):
        is_text = False
        yield prompt
    if is_text:
        yield _as_text(text, value, name=name, notes=notes)


def recognise_pipe(text: str, *, name: str, notes: list[Note]) -> Iterator[Prompt]:
    """Yield the prompts of a text without a name, which is looked at as files are."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start and start in '{["':
        try:
            _decode(text, name=name)
        except InputError:
            if _are_lines(text):
                yield from recognise_lines(text, name=name, notes=notes)
                return
        else:
            if start != '"':
                yield from recognise_json(text, name=name, notes=notes)
                return
    yield Prompt(name=name, text=text)


def recognise_lines(text: str, *, name: str, notes: list[Note]) -> Iterator[Prompt]:
    """Yield the prompts of each line, or *text* itself if its lines are some other data.

    Raises:
        InputError: it is a log of calls, or a line is not a prompt while the first is.
    """
    refuse_usage(text, name=name)
    lines = enumerate(text.split("\n"), start=1)
    number, first = next(((number, line) for number, line in lines if line.strip()), (1, ""))
    if first.lstrip().startswith('"'):
        yield from read_lines(text, name=name)
        return
    if not any(mark in first for mark in _LINE_MARKS) and not may_hold_request(first):
        yield Prompt(name=name, text=text)
        return
    try:
        value = _decode(first, name=name, first_line=number)
    except InputError:
        if any(mark in first for mark in _SURE_MARKS):
            raise
        value = None
    if _is_prompt(value):
        yield from read_lines(text, name=name)
    else:
        yield _as_text(text, value, name=name, notes=notes)


def read_lines(text: str, *, name: str) -> Iterator[Prompt]:
    """Yield the prompts of each line: texts, and requests.

    Raises:
        InputError: a line is neither; the message names it.
    """
    is_empty = True
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            is_empty = False
            try:
                yield from _read_line(line, number, name=f"{name}:{number}", file=name)
            except InputError as error:
                raise error.at(name, number)  # noqa: B904 - it is the same error
    if is_empty:
        raise InputError(f"{name!r} has no lines", hint="write one request a line")


def _read_line(line: str, number: int, *, name: str, file: str) -> Iterator[Prompt]:
    value = _decode(line, name=file, first_line=number)
    if isinstance(value, str):
        yield Prompt(name=name, text=value)
        return
    is_text = True
    for prompt in _requests(line, value, name=name):
        is_text = False
        yield prompt
    if is_text:
        content = _content(value)
        if content is not None:
            yield Prompt(name=name, text=content)
        else:
            request = read_request(value, name=name)
            yield Prompt(name=name, text=line, kind="request", request=request)


def _requests(text: str, value: object, *, name: str) -> Iterator[Prompt]:
    for body in find_bodies(value):
        place = f"{name}{body.place}"
        request = read_body(body, name=place)
        own_text = to_json(body.body) if body.place else text
        yield Prompt(name=place, text=own_text, kind="request", request=request)


def _content(value: object) -> str | None:
    """Return the text that is all of a line's prompt."""
    if isinstance(value, dict):
        return next((value[key] for key in _TEXT_KEYS if isinstance(value.get(key), str)), None)
    return None


def _is_prompt(value: object) -> bool:
    return (
        isinstance(value, str) or _content(value) is not None or any(map(bool, find_bodies(value)))
    )


def _are_lines(text: str) -> bool:
    """Whether more than one line follows another, and the first is JSON by itself."""
    first, _, rest = text.lstrip("\ufeff \t\r\n").partition("\n")
    if not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _as_text(text: str, value: object, *, name: str, notes: list[Note]) -> Prompt:
    """Return *text* as it stands, with a warning if it looks like messages."""
    if _resembles_messages(value):
        notes.append(warning("messages_as_text", about=name))
    return Prompt(name=name, text=text)


def _resembles_messages(value: object) -> bool:
    if isinstance(value, dict):
        message = value.get("message")
        names_model = isinstance(value.get("model"), str)
        has_key = any(
            _are_objects(value.get(key)) or (names_model and key in value) for key in _MESSAGES
        )
        is_message = isinstance(message, dict) and "content" in message
        return has_key or is_message or _holds_messages(value, _MOST_WRAPPED)
    has_content = _are_objects(value) and any("content" in item for item in value)
    return has_content or _holds_messages(value, _MOST_WRAPPED)


def _holds_messages(value: object, depth: int) -> bool:
    """Whether somewhere in *value* stands an object with somebody's role and a content.

    Chats that people export name who said it in other places: `author.role`, or `sender`.
    """
    if isinstance(value, dict):
        author = value.get("author")
        role = author.get("role") if isinstance(author, dict) else value.get("role")
        says = value.keys() & ({"text"} if "sender" in value else {"content", "parts"})
        is_message = isinstance(role or value.get("sender"), str) and bool(says)
        return is_message or (
            depth > 0 and any(_holds_messages(inner, depth - 1) for inner in value.values())
        )
    return isinstance(value, list) and any(_holds_messages(item, depth) for item in value)


def _are_objects(value: object) -> TypeGuard[list[dict[str, object]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _decode(text: str, *, name: str, first_line: int = 1) -> object:
    try:
        value: object = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        line = error.lineno + first_line - 1
        raise InputError(
            f"{name!r} is not valid JSON: {error.msg} at line {line}, column {error.colno}",
            hint="mend it, or pass --as text to count the file as it stands",
        ).at(name, line) from error
    except (RecursionError, ValueError) as error:  # a number of too many digits
        raise InputError(
            f"{name!r} is nested too deeply to be a request"
            if isinstance(error, RecursionError)
            else f"{name!r} has a number that is too long",
            hint="pass --as text to count the file as it stands",
        ) from error
    if text.count("[") + text.count("{") > _MAY_BE_DEEP and _is_too_deep(value):
        raise InputError(
            f"{name!r} is nested too deeply to be a request",
            hint="pass --as text to count the file as it stands",
        )
    if "\\u" in text and _HALF.search(text):
        _refuse_half_characters(value, name=name)
    return value


def _is_too_deep(value: object) -> bool:
    """Whether *value* is nested more often than any request."""
    level = [value]
    for _ in range(_MOST_NESTED):
        level = [
            inner
            for item in level
            for inner in (
                item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
            )
        ]
        if not level:
            return False
    return True


def _refuse_half_characters(value: object, *, name: str) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name!r} has half a character: U+{ord(error.object[error.start]):04X}",
            hint="mend the escape \\u that is half of a pair",
        ) from error
