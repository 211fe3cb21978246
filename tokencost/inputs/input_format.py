"""Interpret a text that was read: as it stands, or as requests in JSON."""

from collections.abc import Iterator
from enum import StrEnum

from tokencost.errors import InputError
from tokencost.inputs.prompt import Prompt

_TEXT_KEYS = ("text", "prompt")


class InputFormat(StrEnum):
    """What an input is; AUTO looks at the name and, in JSON, at what is in it."""

    AUTO = "auto"
    TEXT = "text"
    REQUEST = "request"
    JSONL = "jsonl"


def interpret(text: str, *, name: str, input_format: InputFormat) -> Iterator[Prompt]:
    """Yield the prompts of *text*: one, or one for each line of a JSONL file.

    Raises:
        InputError: it is to be JSON and is not, or no request; the message names the place.
    """
    match input_format:
        case InputFormat.TEXT:
            yield Prompt(name=name, text=text)
        case InputFormat.REQUEST:
            yield _request(text, _decoded(text, name=name), name=name)
        case InputFormat.JSONL:
            yield from _lines(text, name=name)
        case InputFormat.AUTO:
            yield from _guessed(text, name=name)


def _guessed(text: str, *, name: str) -> Iterator[Prompt]:
    ending = name.lower().rpartition(".")[2]
    if ending in ("jsonl", "ndjson") and _begins_with_prompt(text, name=name):
        yield from _lines(text, name=name)
    elif ending == "json" and _may_be_request(text):
        from tokencost.inputs.request_formats.json_body import is_request

        value = _decoded(text, name=name)
        if is_request(value):
            yield _request(text, value, name=name)
        else:
            yield Prompt(name=name, text=text)
    else:
        yield Prompt(name=name, text=text)


def _may_be_request(text: str) -> bool:
    """Rule out other JSON, which need not be valid: it is counted as it stands."""
    return any(f'"{key}"' in text for key in ("role", "messages", "contents", "parts", "input"))


def _begins_with_prompt(text: str, *, name: str) -> bool:
    """Tell lines of requests and texts from other JSON lines, such as those of a log."""
    from tokencost.inputs.request_formats.json_body import is_request

    lines = enumerate(text.split("\n"), start=1)
    number, first = next(((number, line) for number, line in lines if line.strip()), (1, ""))
    if not _may_be_request(first) and not any(f'"{key}"' in first for key in _TEXT_KEYS):
        return first.lstrip().startswith('"')
    value = _decoded(first, name=name, first_line=number)
    return is_request(value) or (
        isinstance(value, dict) and any(isinstance(value.get(key), str) for key in _TEXT_KEYS)
    )


def _lines(text: str, *, name: str) -> Iterator[Prompt]:
    found = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            found = True
            place = f"{name}:{number}"
            value = _decoded(line, name=name, first_line=number)
            own = value
            if isinstance(value, dict):
                own = next((value[key] for key in _TEXT_KEYS if key in value), None)
            if isinstance(own, str):
                yield Prompt(name=place, text=own)
            else:
                yield _request(line, value, name=place)
    if not found:
        raise InputError(f"{name!r} has no lines", hint="write one request a line")


def _request(text: str, value: object, *, name: str) -> Prompt:
    from tokencost.inputs.request_formats.json_body import (
        read_request,  # texts start faster without it
    )

    return Prompt(name=name, text=text, kind="request", request=read_request(value, name=name))


def _decoded(text: str, *, name: str, first_line: int = 1) -> object:
    import json

    try:
        value: object = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        line = error.lineno + first_line - 1
        raise InputError(
            f"{name!r} is not valid JSON: {error.msg} at line {line}, column {error.colno}",
            hint="mend it, or pass --as text to count the file as it stands",
        ) from error
    except RecursionError as error:
        raise InputError(
            f"{name!r} is nested too deeply to be a request",
            hint="pass --as text to count the file as it stands",
        ) from error
    return value
