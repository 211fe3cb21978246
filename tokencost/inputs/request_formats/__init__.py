"""The formats of requests, and what finds and reads the requests in decoded JSON.

A format subclasses `RequestFormat`, has a `name`, `marks` and `body_keys`, says which bodies it
`recognises`, and which reader takes each key of a body, of a message and of a part.
"""

from tokencost.errors import InputError
from tokencost.inputs.request import Request
from tokencost.inputs.request_formats.bodies import LISTS, Body, find_bodies, find_body
from tokencost.inputs.request_formats.json_values import Json, describe
from tokencost.inputs.request_formats.registry import FORMATS, GRAMMAR, find_format
from tokencost.inputs.request_formats.request_format import RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.tools import find_tools

__all__ = [
    "FORMATS",
    "Body",
    "find_bodies",
    "find_tools",
    "is_request",
    "may_hold_request",
    "read_body",
    "read_request",
]

_MARKS = tuple(
    dict.fromkeys(
        f'"{mark}"' for mark in (*LISTS, *(mark for form in FORMATS for mark in form.marks))
    )
)
# Of a body that no format recognises: which format's errors fit, by the key that it has.
_BY_KEY = {
    "messages": "openai_chat",
    "input": "openai_responses",
    "contents": "gemini",
    "prompt": "openai_completions",
}


def may_hold_request(text: str) -> bool:
    """Rule out other JSON, which need not be valid, without decoding it."""
    return any(mark in text for mark in _MARKS)


def is_request(value: object) -> bool:
    """Whether decoded JSON is a request or several, and not some other data."""
    return any(True for _ in find_bodies(value))


def read_request(value: object, *, name: str) -> Request:
    """Return decoded JSON as a request.

    Args:
        value: the body of a request, a line of a batch file, or messages alone.
        name: what errors call it.

    Raises:
        InputError: it is not a request; the message names what is wrong and where.
    """
    body = find_body(value) or (Body(value) if isinstance(value, dict) else None)
    if body is None and isinstance(value, list):
        body = Body({"messages": value})
    if body is None:
        raise _problem(name, f"is not a request but {describe(value)}")
    return read_body(body, name=name)


def read_body(body: Body, *, name: str) -> Request:
    """Return the body of a request as a request.

    Raises:
        InputError: it is not one; the message names what is wrong and where.
    """
    fields, format_ = body.body, body.format
    while isinstance(extra := fields.get("extra_body"), dict):  # of OpenAI's library, and again
        fields = {**{key: fields[key] for key in fields if key != "extra_body"}, **extra}
        format_ = None
    format_ = format_ or find_format(fields) or _by_key(fields)
    if format_ is None:
        raise _problem(name, "has no messages, contents, input or prompt")
    try:
        return RequestReader(name=name, format_=format_, grammar=GRAMMAR).read(
            fields, is_batch=body.is_batch
        )
    except RecursionError as error:
        raise _problem(name, "is nested too deeply to be a request") from error


def _by_key(body: Json) -> RequestFormat | None:
    """Return the format whose errors fit a body that none recognises."""
    name = next((name for key, name in _BY_KEY.items() if body.get(key) is not None), None)
    return next((format_ for format_ in FORMATS if format_.name == name), None)


def _problem(name: str, what: str) -> InputError:
    return InputError(
        f"{name!r} {what}",
        hint="pass --as text to count the file as it stands, or mend the request",
    )
