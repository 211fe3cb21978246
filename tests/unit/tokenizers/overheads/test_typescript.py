"""Functions as OpenAI renders them."""

from typing import Any

from tokencost.inputs.request import Tool
from tokencost.tokenizers.overheads.typescript import render_functions

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Where and when.",
    "properties": {
        "city": {"type": "string", "description": "Name of the city"},
        "days": {"type": "integer", "default": 3},
        "unit": {"type": "string", "enum": ["C", "F"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "place": {"$ref": "#/$defs/Place"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
    },
    "required": ["city"],
    "$defs": {
        "Place": {
            "type": "object",
            "properties": {"lat": {"type": "number"}, "inside": {"$ref": "#/$defs/Place"}},
            "required": ["lat"],
        }
    },
}


def _tool(schema: dict[str, Any], description: str | None = None) -> Tool:
    return Tool(name="get_weather", description=description, parameters=schema)


def test_a_function_without_properties_takes_nothing() -> None:
    assert render_functions([_tool({}, "Get it.\n  Then tell.")]).text == (
        "namespace functions {\n\n"
        "// Get it.\nThen tell.\n"
        "type get_weather = () => any;\n\n"
        "} // namespace functions"
    )


def test_properties_have_types_marks_and_comments() -> None:
    lines = render_functions([_tool(_SCHEMA)]).text.split("\n")
    assert lines[:11] == [
        "namespace functions {",
        "",
        "type get_weather = (_: // Where and when.",
        "{",
        "// Name of the city",
        "city: string,",
        "days?: number, // default: 3",
        'unit?: "C" | "F",',
        "tags?: string[],",
        "place?: {",
        "  lat: number,",
    ]
    assert lines[-4:] == ["note?: string | null,", "}) => any;", "", "} // namespace functions"]


def test_a_reference_that_leads_back_to_itself_ends() -> None:
    assert render_functions([_tool(_SCHEMA)]).text.count("lat: number") < 10


def test_only_plain_values_and_lists_of_them_are_usual() -> None:
    assert render_functions([_tool({"properties": {"city": {"type": "string"}}})]).is_usual
    assert not render_functions([_tool(_SCHEMA)]).is_usual
