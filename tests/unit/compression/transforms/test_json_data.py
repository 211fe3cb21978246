import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.compression import ContentType, compress_text
from tokencost.compression.transforms.json_data import JsonCharacters, JsonColumns, JsonCompact

COMPACT, CHARACTERS, COLUMNS = JsonCompact(), JsonCharacters(), JsonColumns()
LINES = JsonCompact(kind=ContentType.JSON_LINES)

SPACES = st.text(" \t\r\n", max_size=3)
NUMBERS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?", fullmatch=True
)
STRINGS = st.lists(
    st.one_of(
        st.sampled_from([r"\n", r"\"", r"\\", r"\/", r"\ud800", r"\udc00", r"\u0000", r"\u00e9"]),
        st.sampled_from(
            [r"\u4e2d", r"\ud83d\ude00", r"\u2028", r"\u200B", r"\\u4e2d", "  ", ": ,"]
        ),
        st.characters(min_codepoint=0x20, exclude_characters='"\\', exclude_categories=["Cs"]),
    ),
    max_size=6,
).map(lambda parts: f'"{"".join(parts)}"')
SCALARS = st.one_of(NUMBERS, STRINGS, st.sampled_from(["true", "false", "null"]))


@st.composite
def spaced(draw: st.DrawFn, start: str, parts: list[str], end: str) -> str:
    space = [draw(SPACES) for _ in range(4)]
    return start + space[0] + f"{space[1]},{space[2]}".join(parts) + space[3] + end


def arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, max_size=4).flatmap(lambda parts: spaced("[", parts, "]"))


def objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.tuples(STRINGS, SPACES, SPACES, inner)
    written = st.lists(members, max_size=4, unique_by=lambda member: json.loads(member[0])).map(
        lambda members: [f"{key}{before}:{after}{value}" for key, before, after, value in members]
    )
    return written.flatmap(lambda parts: spaced("{", parts, "}"))


SOURCES = st.recursive(SCALARS, lambda inner: arrays(inner) | objects(inner), max_leaves=12)
KEYS = st.lists(st.sampled_from(['"a"', '"b b"', r'"\u4e2d"', '"c"']), min_size=1, unique=True)


@st.composite
def tables(draw: st.DrawFn) -> str:
    keys = draw(KEYS)
    rows = draw(st.lists(st.lists(SOURCES, min_size=len(keys), max_size=len(keys)), max_size=4))
    parts = [
        ",".join(f"{key}: {value}" for key, value in zip(keys, row, strict=True)) for row in rows
    ]
    return draw(spaced("[", [f"{{{part}}}" for part in parts], "]"))


def read(text: str) -> Any:
    """Read JSON in another way than the verifiers do: numbers as what was written."""

    class Number(str):
        __slots__ = ()

    def named(value: Any) -> Any:
        match value:
            case Number():
                return f"number {value}"
            case str():
                return f"string {value}"
            case [*parts]:
                return list(map(named, parts))
            case {"pairs": pairs}:
                return {"pairs": [(key, named(member)) for key, member in pairs]}
            case _:
                return value

    decoder = json.JSONDecoder(
        parse_int=Number, parse_float=Number, object_pairs_hook=lambda pairs: {"pairs": pairs}
    )
    return named(decoder.decode(text))


def unfolded(value: Any) -> Any:
    match value:
        case {"pairs": [("cols", list(names)), ("rows", list(rows))]}:
            keys = [name.removeprefix("string ") for name in names]
            return [
                {"pairs": [(key, unfolded(member)) for key, member in zip(keys, row, strict=True)]}
                for row in rows
            ]
        case {"pairs": pairs}:
            return {"pairs": [(key, unfolded(member)) for key, member in pairs]}
        case list():
            return list(map(unfolded, value))
        case _:
            return value


@given(source=SOURCES)
def test_no_datum_changes(source: str) -> None:
    for transform in (COMPACT, CHARACTERS):
        after = transform.compress(source)
        assert read(after) == read(source)
        assert transform.verify(source, after)
        assert len(after) <= len(source)
        assert transform.compress(after) == after
        after.encode()


@given(source=SOURCES | tables())
def test_columns_can_be_put_back_into_objects(source: str) -> None:
    after = COLUMNS.compress(source)
    assert unfolded(read(after)) == read(source)
    assert after == source or COLUMNS.verify(source, after)
    assert COLUMNS.compress(after) == after


@given(sources=st.lists(SOURCES.map(lambda source: source.replace("\n", "").replace("\r", ""))))
def test_json_lines_stay_lines(sources: list[str]) -> None:
    text = "\n".join(sources)
    after = LINES.compress(text)
    assert list(map(read, after.split("\n"))) == list(map(read, sources)) if sources else not after
    assert LINES.verify(text, after)


@pytest.mark.parametrize(
    "source", ['{ "a": 1, "a": 1 }', '[ {"b": { "a": 1, "\\u0061": 2 }} ]', "[ NaN ]"]
)
def test_what_programs_read_in_different_ways_stays(source: str) -> None:
    for kind in (ContentType.JSON, None):
        assert compress_text(source, count=len, kind=kind).text == source
    for text in (f"Measured:\n\n{source}\n\nSum.", f"Here:\n\n```json\n{source}\n```\n"):
        assert compress_text(text, count=len).text == text


@pytest.mark.parametrize(
    "literal",
    ["1e400", "1.0", "-0", "-0.0", "0.10", "1E+2", "123456789012345678901234567890", "1" * 5000],
)
def test_numbers_stay_as_they_are_written(literal: str) -> None:
    assert COMPACT.compress(f'{{ "a" : {literal} }}') == f'{{"a":{literal}}}'


def test_keys_stay_in_order_and_as_often_as_they_were() -> None:
    assert COMPACT.compress('{"b": 1, "a": 2, "b": 3}\n') == '{"b":1,"a":2,"b":3}\n'


def test_a_string_keeps_its_spaces() -> None:
    assert COMPACT.compress(r'["a  b", "\" : , {", "\\"]') == r'["a  b","\" : , {","\\"]'


@pytest.mark.parametrize(
    ("escaped", "written"),
    [
        (r'"\u4e2d\u6587"', '"中文"'),
        (r'"\ud83d\ude00"', '"😀"'),
        (r'"\u00E9\/"', '"é/"'),
        (r'"\\u4e2d"', r'"\\u4e2d"'),
        (r'"\ud83d"', r'"\ud83d"'),
        (r'"\ude00\ud83d"', r'"\ude00\ud83d"'),
        (r'"\u0022\u005c\u0000"', r'"\u0022\u005c\u0000"'),
        (r'"\u200b\u2028\u00a0\ufeff"', r'"\u200b\u2028\u00a0\ufeff"'),
        (r'"\u2764\ufe0f \u3164 \u0915\u0941"', r'"❤\ufe0f \u3164 कु"'),
    ],
)
def test_only_what_can_be_seen_is_written_out(escaped: str, written: str) -> None:
    assert CHARACTERS.compress(escaped) == written


def test_like_objects_become_columns_at_any_depth() -> None:
    source = '{"n": [{"a": 1.0, "b": [{"c": 1}, {"c": 2}]}, {"a": 2, "b": []}]}\n'
    assert COLUMNS.compress(source) == (
        '{"n":{"cols":["a","b"],"rows":[[1.0,{"cols":["c"],"rows":[[1],[2]]}],[2,[]]]}}\n'
    )


@pytest.mark.parametrize(
    "source",
    [
        '[{"a": 1}, {"b": 2}]',
        '[{"a": 1, "b": 2}, {"b": 2, "a": 1}]',
        '[{"a": 1}]',
        "[{}, {}]",
        '[{"a": 1, "a": 2}, {"a": 1, "a": 2}]',
        '[{"a": 1}, {"a": 2}, 3]',
        '[{"cols": [], "rows": []}, {"cols": [], "rows": []}]',
        '[[{"a": 1}, {"a": 2}], {"cols": ["x"], "rows": []}]',
        "nonsense",
        "[" * 100_000,
    ],
)
def test_what_cannot_be_put_back_stays(source: str) -> None:
    assert COLUMNS.compress(source) == source


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"a":1.0}', '{"a":1}'),
        ('{"a":1}', '{"a":"1"}'),
        ('{"a":1,"b":2}', '{"b":2,"a":1}'),
        ('{"a":1,"a":2}', '{"a":2}'),
        ("[-0]", "[0]"),
        ("[1e400]", "[Infinity]"),
        ("[1e400]", "[1e500]"),
        ("[1.0]", "[1.00]"),
        ('["a  b"]', '["a b"]'),
        ("[true]", "[1]"),
        ("{}", "[]"),
        ("[1 2]", "[12]"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_changed_datum_is_noticed(before: str, after: str) -> None:
    assert not COMPACT.verify(before, after)
    assert not CHARACTERS.verify(before, after)
    assert not LINES.verify(before, after)


@pytest.mark.parametrize(
    "after",
    [
        '{"cols":["a"],"rows":[[1],[2.0]]}',
        '{"cols":["b"],"rows":[[1],[2]]}',
        '{"cols":["a"],"rows":[[1]]}',
        '{"cols":["a"],"rows":[[1],[2,3]]}',
        "nonsense",
    ],
)
def test_columns_that_hold_other_data_are_noticed(after: str) -> None:
    before = '[{"a": 1}, {"a": 2}]'
    assert COLUMNS.verify(before, '{"cols":["a"],"rows":[[1],[2]]}')
    assert not COLUMNS.verify(before, after)


def test_data_that_look_like_columns_are_never_taken_for_them() -> None:
    before = '{"x": {"cols": ["a"], "rows": [[1]]}}'
    assert not COLUMNS.verify(before, '{"x":[{"a":1}]}')
    named = '[{"cols": 1, "rows": 2}, {"cols": 3, "rows": 4}]'
    assert not COLUMNS.verify(named, '{"cols":["cols","rows"],"rows":[[1,2],[3,4]]}')
    assert not COLUMNS.verify('{"x": [{"a": 1}]}', '{"x": {"cols": ["a"], "rows": [[2]]}}')


def test_a_lost_line_is_noticed() -> None:
    assert LINES.verify("[1]\n[ 2 ]\n", "[1]\n[2]\n")
    assert not LINES.verify("[1]\n[2]\n", "[1]\n")
    assert not LINES.verify("[1]\n\n[2]", "[1]\n[2]")


@pytest.mark.parametrize(("text", "after"), [("[ 1 ]\r\n[ 2 ]\r\n", "[1]\r\n[2]\r\n")])
def test_line_ends_stay(text: str, after: str) -> None:
    assert LINES.compress(text) == after
    assert COMPACT.compress("[ 1 ]\r\n\r\n") == "[1]\r\n"
    assert COMPACT.compress("\ufeff[ 1 ]") == "[1]"
