"""Decoded JSON: values of the type that a provider takes, or an error that names the place."""

from collections.abc import Callable, Mapping, Sequence, Set
from json import JSONEncoder
from typing import Any

from tokencost.errors import InputError

Json = Mapping[str, Any]
Problem = Callable[[str], InputError]  # makes the error of an input from what is wrong with it


_encode = JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes a new one each time


def to_json(value: object) -> str:
    """Return *value* as JSON with a blank after each comma and colon, as Python writes it.

    Raises:
        TypeError: it has values that no JSON has.
        ValueError: it holds itself.
    """
    return _encode(value)


def describe(value: object) -> str:
    """Return what kind of JSON value *value* is."""
    match value:
        case None:
            return "null"
        case str():
            return "a text"
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return repr(value)[:40]


def as_object(value: object, place: str, problem: Problem) -> Json:
    """Return *value* if it is an object, an empty one for null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise problem(f"has {describe(value)} as {place}, not an object")
    return value


def as_list(value: object, place: str, problem: Problem) -> Sequence[Any]:
    """Return *value* if it is a list, an empty one for null."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise problem(f"has {describe(value)} as {place}, not a list")
    return value


def as_text(value: object, place: str, problem: Problem) -> str:
    """Return *value* if it is a text, an empty one for null."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise problem(f"has {describe(value)} as {place}, not a text")
    return value


def as_number(value: object, place: str, problem: Problem) -> int | None:
    """Return *value* if it is a whole number, None for null."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise problem(f"has {describe(value)} as {place}, not a whole number")


def first_of(body: Json, *keys: str) -> Any:
    """Return the first value of *keys* that is there and not null."""
    for key in keys:
        if (value := body.get(key)) is not None:
            return value
    return None


def type_of(value: object) -> str:
    """Return the `type` of an object, "" if it names none."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""


def is_short_message(value: object) -> bool:
    """Whether *value* is a message of nothing but a role and a content."""
    return isinstance(value, dict) and value.keys() == _SHORT and isinstance(value["role"], str)


def is_text_part(value: object) -> bool:
    """Whether *value* is a part of nothing but text, in the words of most forms.

    Those of Responses are the same with a type of their own.
    """
    return (
        isinstance(value, dict)
        and value.keys() == _TEXT
        and isinstance(value["text"], str)
        and value["type"] in _TEXT_TYPES
    )


_SHORT, _TEXT = {"role", "content"}, {"type", "text"}
_TEXT_TYPES = ("text", "input_text", "output_text")


def besides(value: Json, *sets: Set[str]) -> list[str]:
    """Return the keys of *value* that are in none of *sets*, in their order: sets have none."""
    others: Set[str] = value.keys()
    for names in sets:
        others = others - names
    return [key for key in value if key in others] if others else []


def has_text(value: object) -> bool:
    """Whether a text that is not empty stands anywhere in *value*, keys apart."""
    match value:
        case str():
            return bool(value)
        case dict():
            return any(map(has_text, value.values()))
        case list():
            return any(map(has_text, value))
        case _:
            return False


def has_number(value: object) -> bool:
    """Whether a whole number other than 0 stands anywhere in *value*: of tokens, or of money."""
    match value:
        case bool():
            return False
        case int() | float():
            return value != 0 and value == value // 1
        case dict():
            return any(map(has_number, value.values()))
        case list():
            return any(map(has_number, value))
        case _:
            return False


def has_role(value: object, *keys: str) -> bool:
    """Whether *value* is a list of which an item is an object with a role."""
    if not isinstance(value, list):
        return False
    for item in value:  # asked of every body by many formats: no generators
        if isinstance(item, dict):
            for key in keys or ROLE:
                if isinstance(item.get(key), str):
                    return True
    return False


ROLE = ("role",)
