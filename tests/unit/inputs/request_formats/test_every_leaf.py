"""In every form each text is counted, a setting, or named; and no value of a wrong type passes."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.inputs.request_formats.request_bodies import BODIES
from tokencost.errors import InputError
from tokencost.inputs.request import Request
from tokencost.inputs.request_formats import FORMATS, find_bodies, read_body
from tokencost.inputs.request_formats.registry import GRAMMAR, find_format

MARK = "quaymark"
# Keys whose text never reaches the model: ids, kinds and settings.
SETTINGS = {
    *("model", "modelId", "gen_ai.request.model", "type", "role", "from", "id", "state", "format"),
    *("call_id", "tool_call_id", "tool_use_id", "toolUseId", "toolCallId", "service_tier", "team"),
    *("effort", "summary", "inference_geo", "mode", "result_format", "taskType", "tool_choice"),
    *("signature", "media_type", "mimeType"),
}
# Codes of which only the length is kept, and what lies behind a part that is named.
CODES = {"thoughtSignature", "encrypted_content", "data", "url", "bytes", "image", "images"}
CODES |= {"previous_response_id"}
BEHIND = {*CODES, "tool_choice"}
# Objects of settings, and of media and built-in tools, which are named as a whole.
CLOSED = {"metadata", "tool_choice", "image_url", "cache_control", "cachePoint", "thinking"}
CLOSED |= {"thinkingConfig", "googleSearch", "inlineData", "options", "image", "reasoning"}


def paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], object]]:
    """Yield every value in *value* with its path."""
    yield path, value
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield from paths(inner, (*path, key))


def with_value(body: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """Return a copy of *body* with another value at *path*."""
    changed: Any = copy.deepcopy(body)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return changed  # type: ignore[no-any-return]


def read(value: object) -> list[Request]:
    return [read_body(body, name="r.json") for body in find_bodies(value)]


def counted(request: Request) -> str:
    """Return everything of *request* that is counted."""
    schema = request.output_schema
    return "\n".join(
        [
            *(text for message in request.messages for text in message.texts),
            *(message.name or "" for message in request.messages),
            *(json.dumps(tool.definition) for tool in request.tools),
            *(tool.namespace or "" for tool in request.tools),
            *((schema.text, schema.name or "", schema.description or "") if schema else ()),
        ]
    )


def test_there_is_a_body_of_every_form() -> None:
    assert set(BODIES) == {format_.name for format_ in FORMATS}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_read_in_its_own_form(name: str) -> None:
    (request,) = read(BODIES[name])
    assert request.format == name


@pytest.mark.parametrize("name", BODIES)
def test_every_text_is_counted_a_setting_or_named_as_not_counted(name: str) -> None:
    body = BODIES[name]
    passed_over = []
    for path, value in paths(body):
        if not isinstance(value, str) or path[-1] in SETTINGS or BEHIND & {*path}:
            continue
        (request,) = read(with_value(body, path, MARK))
        is_named = any(MARK in uncounted.part for uncounted in request.uncounted)
        if not (MARK in counted(request) or is_named):
            passed_over.append(path)
    assert passed_over == []


@pytest.mark.parametrize("name", BODIES)
def test_a_key_that_no_form_knows_is_counted_or_named(name: str) -> None:
    body = BODIES[name]
    passed_over = []
    for path, value in paths(body):
        if not isinstance(value, dict) or CLOSED & {*path} or is_built_in(value):
            continue
        (request,) = read(with_value(body, (*path, "novel"), MARK))
        is_named = any("novel" in uncounted.part for uncounted in request.uncounted)
        if not (MARK in counted(request) or is_named):
            passed_over.append(path)
    assert passed_over == []


def is_built_in(value: dict[str, Any]) -> bool:
    return "googleSearch" in value or str(value.get("type")).startswith("web_search")


WRONG: tuple[object, ...] = (5, 0, True, "x", "", [], {}, [5], ["x"], [[]], {"a": 5}, None)


@pytest.mark.parametrize("name", BODIES)
def test_a_value_of_another_type_is_read_or_an_error_in_one_line(name: str) -> None:
    errors = []
    for path, _ in paths(BODIES[name]):
        for value in WRONG if path else ():
            try:
                for request in read(with_value(BODIES[name], path, value)):
                    counted(request)
            except InputError as error:
                errors.append(error)
    assert errors or name == "bedrock_invoke"
    assert all(error.hint and "\n" not in error.message for error in errors)


VALUES = [value for body in BODIES.values() for value in body.values()]
KEYS = sorted({key for body in BODIES.values() for key in body} | {*GRAMMAR.keys})


@given(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=6))
def test_the_format_of_a_body_is_the_first_of_all_that_recognises_it(body: dict[str, Any]) -> None:
    assert find_format(body) is next((form for form in FORMATS if form.recognises(body)), None)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_mixed_with_another_is_in_the_first_form_that_recognises_it(name: str) -> None:
    for other in BODIES.values():
        body = {**BODIES[name], **other}
        assert find_format(body) is next(form for form in FORMATS if form.recognises(body))


@pytest.mark.parametrize("name", BODIES)
def test_no_format_recognises_a_body_without_one_of_its_keys(name: str) -> None:
    for form in FORMATS:
        rest = {key: value for key, value in BODIES[name].items() if key not in form.body_keys}
        assert not form.recognises(rest)
