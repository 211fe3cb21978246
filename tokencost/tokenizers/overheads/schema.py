"""JSON schemas as providers see them: as text, as a list of strings, and how usual they are."""

import json
from collections.abc import Iterator, Mapping, Set
from typing import Any

Schema = Mapping[str, Any]

PLAIN_TYPES = ("string", "integer", "number", "boolean")
_KINDS = frozenset({"type", "$ref", "$schema", "$id"})  # whose values are written in other words


def spaced(value: object) -> str:
    """Return *value* as JSON with a blank after each comma and colon, as Python writes it."""
    return json.dumps(value, ensure_ascii=False)


def properties(schema: object) -> Mapping[str, Any]:
    """Return the properties of a schema, by name."""
    value = schema.get("properties") if isinstance(schema, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def type_of(schema: object) -> str:
    """Return the type of a schema in lower case, "" if it has none or several."""
    value = schema.get("type") if isinstance(schema, Mapping) else None
    return value.lower() if isinstance(value, str) else ""


def is_plain(schema: object) -> bool:
    """Whether a parameter is a text, a number or a truth value without choices or a default."""
    return (
        isinstance(schema, Mapping)
        and type_of(schema) in PLAIN_TYPES
        and not ({"enum", "default", "anyOf", "oneOf", "allOf", "$ref"} & schema.keys())
    )


def is_plain_list(schema: object) -> bool:
    """Whether a parameter is a list of texts or numbers."""
    if type_of(schema) != "array" or not isinstance(schema, Mapping):
        return False
    return is_plain(schema.get("items") or {})


def is_seen(schema: object) -> bool:
    """Whether a parameter is plain, a list of these, one of several such, or an object of such.

    A default of null is not written.
    """
    if not isinstance(schema, Mapping) or {"enum", "oneOf", "allOf", "$ref"} & schema.keys():
        return False
    if schema.get("default") is not None or "const" in schema:
        return False
    if isinstance(kinds := schema.get("anyOf"), list):
        return all(map(is_seen, kinds))
    if own := properties(schema):
        return all(map(is_seen, own.values()))
    return type_of(schema) in (*PLAIN_TYPES, "null") or is_plain_list(schema)


def strings(value: object, *, without: Set[str] = frozenset()) -> Iterator[str]:
    """Yield every text of a declaration: names of properties, and all values that are texts.

    Values under the keys *without* are left out, but not those of properties of these names.
    """
    match value:
        case str() if value:
            yield value
        case Mapping():
            for key, inner in value.items():
                if key == "properties" and isinstance(inner, Mapping):
                    yield from map(str, inner)
                    yield from strings([*inner.values()], without=without)
                elif key not in without:
                    yield from strings(inner, without=without)
        case list() | tuple():
            for inner in value:
                yield from strings(inner, without=without)
        case _:
            pass


def leaves(value: object) -> Iterator[str]:
    """Yield keys and values of arguments as texts."""
    match value:
        case Mapping():
            for key, inner in value.items():
                yield str(key)
                yield from leaves(inner)
        case list() | tuple():
            for inner in value:
                yield from leaves(inner)
        case str():
            yield value
        case _:
            yield json.dumps(value)


def as_object(arguments: object) -> Mapping[str, Any]:
    """Return the arguments of a call as an object; those that are not one become empty."""
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError:
            return {}
    return arguments if isinstance(arguments, Mapping) else {}


def resolve(schema: Schema, definitions: Schema) -> Schema:
    """Return what a schema stands for, if it refers to one of *definitions*."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    target = definitions.get(reference.rpartition("/")[2])
    return target if isinstance(target, Mapping) else {}


def definitions_of(schema: object) -> Schema:
    """Return the schemas that others in *schema* refer to."""
    if not isinstance(schema, Mapping):
        return {}
    for key in ("$defs", "definitions"):
        if isinstance(value := schema.get(key), Mapping):
            return value
    return {}


def left_out(value: object, written: str) -> str:
    """Return the texts of a declaration or schema that do not stand in what is *written* of it."""
    texts = dict.fromkeys(strings(value, without=_KINDS))
    return "\n".join(text for text in texts if not _stands_in(text, written))


def _stands_in(text: str, written: str) -> bool:
    if text in written or json.dumps(text, ensure_ascii=False)[1:-1] in written:
        return True
    return all(line.strip() in written for line in text.split("\n"))
