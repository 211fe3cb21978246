"""Declarations of functions, in the words of every provider, and tools that a provider defines."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tokencost.errors import InputError
from tokencost.inputs.request import Tool
from tokencost.inputs.request_formats.json_values import Json, besides, describe, first_of
from tokencost.inputs.request_formats.request_reader import RequestReader

_SCHEMA_KEYS = ("parameters", "input_schema", "inputSchema", "parameter_definitions")
_JSON_SCHEMA_KEYS = ("parametersJsonSchema", "parameters_json_schema")
_DECLARATIONS = ("functionDeclarations", "function_declarations")
_CACHE_KEYS = ("cache_control", "cachePoint")
_OF_ONE = {"name", "function", "custom", "toolSpec", *_DECLARATIONS}
_HINT = 'give them as a request has them, [{"type": "function", ...}], or how many tokens they are'
_OWN_TYPES = ("function", "custom")  # of tools that the caller defines


def read_tools(reader: RequestReader, value: Any, place: str) -> None:
    """Take the tools: a list, one object, an object of several by name, or these as JSON text."""
    for number, tool in enumerate(_listed(reader, value, place), start=1):
        _add_tool(reader, tool, f"tool {number}" if place == "tools" else place)


def find_tools(text: str, *, name: str) -> Sequence[Any] | None:
    """Return the tools that JSON defines, None for any other text.

    They are a list, stand under "tools", as in a request, or in the "toolConfig" of Bedrock's.

    Raises:
        InputError: it is JSON, or has the name of JSON, and does not define tools.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not name.endswith(".json"):
            return None
        raise InputError(f"{name!r} is not JSON: {error}", hint=_HINT, path=name) from error
    if isinstance(value, dict):
        if "tools" not in value and isinstance(config := value.get("toolConfig"), dict):
            value = {"tools": config.get("tools")}
        tools = _of_object(value)
        is_tools = "tools" not in value and (value.keys() & _OF_ONE or tools != [value])
        value = tools if is_tools else value.get("tools")
    elif not isinstance(value, list) and not name.endswith(".json"):
        return None
    if not isinstance(value, list) or not all(isinstance(tool, dict) and tool for tool in value):
        raise InputError(f"{name!r} does not define tools", hint=_HINT, path=name)
    return value


def add_tools_of_item(reader: RequestReader, value: Any, place: str) -> None:
    """Take the tools that an item among the messages brings."""
    for tool in _listed(reader, value, f"tools of {place}"):
        _add_tool(reader, tool, place)


def _listed(reader: RequestReader, value: Any, place: str) -> Sequence[Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else []
        except (ValueError, RecursionError) as error:
            raise reader.problem(f"has text that is not JSON as {place}") from error
    if isinstance(value, dict):
        return _of_object(value)
    return reader.items(value, place)


def _of_object(tools: Json) -> Sequence[Any]:
    """Return the tools of an object: itself, or each with the name it stands under."""
    is_one = not tools.keys().isdisjoint(_OF_ONE)
    if is_one or not all(isinstance(tool, dict) for tool in tools.values()):
        return [tools]
    if not all(any(key in tool for key in _SCHEMA_KEYS) for tool in tools.values()):
        return [tools]
    return [{"name": name, **tool} for name, tool in tools.items()]


def _add_tool(reader: RequestReader, tool: Any, place: str, namespace: str | None = None) -> None:
    if not isinstance(tool, dict):
        raise reader.problem(f"has {describe(tool)} as {place}, not an object")
    if declared := first_of(tool, *_DECLARATIONS):
        for function in reader.items(declared, f"functions of {place}"):
            _add_function(reader, function, place)
        for key in besides(tool, set(_DECLARATIONS)):
            reader.note(f"built-in tool {key}", place)
    elif tool.get("type") == "namespace":
        _add_namespace(reader, tool, place)
    else:
        for function, is_deferred in _functions(reader, tool, place):
            _add_function(reader, function, place, namespace=namespace, is_deferred=is_deferred)
    for key in _CACHE_KEYS:
        reader.mark_tool(tool.get(key), len(reader.tools) - 1, place)


def _add_namespace(reader: RequestReader, tool: Json, place: str) -> None:
    """Take a group of functions; what describes it is text of its own."""
    name = reader.text(tool.get("name"), f"name of {place}")
    reader.note_beside(tool, {"type", "name", "description", "tools"}, place)
    reader.add_system(reader.text(tool.get("description"), f"description of {place}"), place)
    for inner in reader.items(tool.get("tools"), f"tools of {place}"):
        _add_tool(reader, inner, place, namespace=name)


def _functions(reader: RequestReader, tool: Json, place: str) -> Iterator[tuple[Any, bool]]:
    """Yield the function that *tool* declares; of one that the provider defines, keep its name."""
    is_deferred = bool(first_of(tool, "defer_loading", "deferLoading"))
    kind = tool.get("type")
    if "toolSpec" in tool:
        reader.note_beside(tool, {"toolSpec", "cachePoint"}, place)
        yield _spec(reader, tool["toolSpec"], place), is_deferred
    elif tool.get("function") is not None:
        reader.note_beside(tool, _BESIDE, place)
        yield tool["function"], is_deferred
    elif isinstance(tool.get("custom"), dict):
        reader.note_beside(tool, {"type", "custom", "cache_control"}, place)
        yield {"type": "custom", **tool["custom"]}, is_deferred
    elif isinstance(tool.get("name"), str) and (
        kind is None or kind in _OWN_TYPES or any(key in tool for key in _SCHEMA_KEYS)
    ):
        yield tool, is_deferred
    elif set(tool) != {"cachePoint"}:
        what = kind if isinstance(kind, str) and kind else next(iter(tool), "")
        reader.note(f"built-in tool {what}", place)


def _spec(reader: RequestReader, spec: Any, place: str) -> Json:
    """Return Bedrock's words of a function with the schema where others have it."""
    spec = reader.mapping(spec, f"toolSpec of {place}")
    schema = reader.mapping(spec.get("inputSchema"), f"inputSchema of {place}")
    if "json" in schema:
        reader.note_beside(schema, {"json"}, place)
    return {**spec, "inputSchema": schema.get("json", schema)}


_BESIDE = frozenset(
    {
        *("type", "function", "cache_control", "strict", "defer_loading", "deferLoading"),
        *("eager_input_streaming", "allowed_callers", "id"),
    }
)


def _add_function(
    reader: RequestReader,
    function: Any,
    place: str,
    *,
    namespace: str | None = None,
    is_deferred: bool = False,
) -> None:
    function = reader.mapping(function, f"function of {place}")
    name = reader.text(function.get("name"), f"name of {place}")
    if not name:
        raise reader.problem(f"has no name in {place}")
    json_schema = first_of(function, *_JSON_SCHEMA_KEYS)
    schema = json_schema if json_schema is not None else first_of(function, *_SCHEMA_KEYS)
    if isinstance(schema, str):  # some collections keep the schema as JSON text
        schema = _decoded(reader, schema, place)
    parameters = reader.mapping(schema, f"parameters of {place}")
    description = reader.text(function.get("description"), f"description of {place}")
    reader.tools.append(
        Tool(
            name=name,
            description=description if "description" in function else None,
            parameters=parameters,
            definition={key: value for key, value in function.items() if key not in _CACHE_KEYS},
            is_json_schema=json_schema is not None,
            is_deferred=is_deferred or bool(function.get("defer_loading")),
            is_custom=function.get("type") == "custom" and not parameters,
            namespace=namespace,
            place=place,
        )
    )


def _decoded(reader: RequestReader, schema: str, place: str) -> Any:
    try:
        return json.loads(schema) if schema else {}
    except (ValueError, RecursionError) as error:
        raise reader.problem(f"has text that is not JSON as parameters of {place}") from error
