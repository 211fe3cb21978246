"""JSON inside prose: compacted where it is data, left where it shows a form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.compression import ContentType, compress_text
from tokencost.compression.compress import compress
from tokencost.compression.transforms.embedded_json import (
    EmbeddedJson,
    find_forms,
    find_json_blocks,
    find_untouched,
)
from tokencost.inputs import Prompt
from tokencost.report.phrases import sentence

EMBEDDED = EmbeddedJson()
DATA = '{\n  "name": "Ada  L.",\n  "years": [1815, 1852.0]\n}'
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def test_json_that_stands_as_data_is_one_line_and_the_rest_stays() -> None:
    text = f"These are the facts about her:\n\n{DATA}\n\nUse  them.\n"
    short = (
        'These are the facts about her:\n\n{"name":"Ada  L.","years":[1815,1852.0]}\n\nUse  them.\n'
    )
    assert EMBEDDED.compress(text) == short
    assert EMBEDDED.verify(text, short)
    assert EMBEDDED.compress(short) == short


@pytest.mark.parametrize(
    "text",
    [
        f"Answer in this format:\n{DATA}\n",
        f"For example:\n\n{DATA}\n",
        f"Answer in this form.\nFor her:\n{DATA}\n",
        f"输出：\n{DATA}\n",
        'Facts:\n{\n  "name": "<name>"\n}\n',
        'Facts:\n{\n  "name": "{{name}}"\n}\n',
        f"Keep the indentation:\n\n\n{DATA}\n",
        f"Facts: {DATA} end\n",
        '[1, 2] is a list\n{ "a": 1 }\n',
        "Facts:\n{\n  broken\n}\n",
        f"Her:\n{DATA}\nMake one for him in the same format.\n",
        f"Ada's JSON\nJSON:\n{DATA}\nBob's JSON\nJSON:",
        f"User: who?\nAssistant:\n{DATA}\n",
        f"资料：\n{DATA}\n请按上述格式写。\n",
        f"Count the lines of it.\n{DATA}\n",
        f"Code:\n\n    {DATA.replace(chr(10), chr(10) + '    ')}\n",
    ],
)
def test_what_shows_a_form_or_is_not_data_stays(text: str) -> None:
    assert EMBEDDED.compress(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [("Her data: ", ""), ("<facts>", "</facts>"), ("\n<facts>\n", "\n</facts>"), ("facts = ", "")],
)
def test_a_label_or_a_tag_may_stand_beside_it(before: str, after: str) -> None:
    text = f"About her:\n{before}{DATA}{after}\nWho is it?\n"
    short = EMBEDDED.compress(text)
    assert short == text.replace(DATA, '{"name":"Ada  L.","years":[1815,1852.0]}')
    assert EMBEDDED.verify(text, short)
    assert not EMBEDDED.verify(text, short.replace("Who", "who"))


def test_a_line_of_200_characters_is_data_and_a_shorter_one_may_be_an_example() -> None:
    numbers = ", ".join(["10"] * 49)  # 49 x 4 - 2 = 194 characters
    assert EMBEDDED.compress(f"Facts:\n[{numbers}, 100]\nEnd\n") == (
        f"Facts:\n[{numbers.replace(' ', '')},100]\nEnd\n"
    )
    assert EMBEDDED.compress(f"Facts:\n[{numbers}]\nEnd\n") == f"Facts:\n[{numbers}]\nEnd\n"
    assert list(find_json_blocks(f"Facts:\n[{numbers.replace(' ', '')},1000]\n")) == []


@pytest.mark.parametrize("tag", ["pre", "script", "textarea"])
def test_json_that_a_page_shows_as_it_is_stays(tag: str) -> None:
    text = f"Look:\n\n<{tag}>\n{DATA}\n</{tag}>\n"
    assert EMBEDDED.compress(text) == text


def test_json_in_a_fence_that_shows_a_form_stays_and_is_named() -> None:
    form = f"# Task\n\nReturn JSON like this:\n\n```json\n{DATA}\n```\n"
    assert compress_text(form, count=len).text == form
    assert find_forms(form) == [6]
    data = f"# Task\n\nThe facts about her.\n\n```json\n{DATA}\n```\n"
    assert '{"name":"Ada  L."' in compress_text(data, count=len).text
    assert find_forms(data) == []


def test_json_that_is_quoted_short_or_in_a_block_without_a_language_stays_and_is_named() -> None:
    text = (
        'Intro\n\n> {\n>   "a": 1\n> }\n\n> said:\n> { "b": 2 }\n\n'
        '```\n{ "c": 3 }\n```\n\n```\n{"short":"already"}\n```\n\n{ "d": 4 }\n\n'
        '- [ ] { a task }\n\n```python\nx = { "e": 5 }\n```\n'
    )
    assert EMBEDDED.compress(text) == text
    assert find_untouched(text) == [3, 8, 11, 18]
    report = compress(Prompt(name="a.md", text=text), model="gpt-4o")
    assert [sentence(note) for note in report.assumptions if note.code == "json_untouched"] == [
        "JSON in lines 3, 8, 11, 18 stays as it is: short, quoted or in a block without a "
        "language; ```json marks data"
    ]


def test_prose_around_much_json_is_prose() -> None:
    data = json.dumps([{"a": {"b": {"c": number}}} for number in range(9)], indent=1)
    text = f"Here is what is known.\n{data}\nWhat does it say?\n"
    result = compress_text(text, count=len)
    assert result.kind is ContentType.TEXT
    assert result.tokens * 2 < result.tokens_before


def test_what_stays_is_named_with_its_line() -> None:
    blocks = list(find_json_blocks(f"Facts:\n{DATA}\nReply like this:\n{DATA}\n"))
    assert [(block.line, block.is_data) for block in blocks] == [(2, True), (7, False)]


@given(value=VALUES)
def test_the_data_stays(value: object) -> None:
    text = f"Facts:\n{json.dumps(value, indent=2)}\nThat was all.\n"
    after = EMBEDDED.compress(text)
    assert EMBEDDED.verify(text, after)
    assert len(after) <= len(text)


@pytest.mark.parametrize(
    "after",
    [
        'Facts:\n{"name":"Ada L.","years":[1815,1852.0]}\n',
        'Facts:\n{"name":"Ada  L.","years":[1815,1852]}\n',
        'Fact:\n{"name":"Ada  L.","years":[1815,1852.0]}\n',
        'Facts:\n{"name":"Ada  L.","years":[1815,1852.0]} more\n',
        'Facts:\n{"years":[1815,1852.0],"name":"Ada  L."}\n',
        'Facts:\n{"name":"Ada  L.","years":[1815,1852.0]}\nmore\n',
        'Facts:\n{"name":"Ada  L.","years":[1815,1852.0]}',
    ],
)
def test_other_data_or_another_text_is_noticed(after: str) -> None:
    assert not EMBEDDED.verify(f"Facts:\n{DATA}\n", after)


def test_nested_openings_are_not_read_again_and_again() -> None:
    assert list(find_json_blocks("[1,\n" * 3_000)) == []
    assert list(find_json_blocks("[\n" * 100_000)) == []


def test_markdown_and_text_are_compressed() -> None:
    for name in ("a.md", "a.txt"):
        text = f"# Facts\n\n{DATA}\n\nMore words.\n"
        result = compress_text(text, count=len, name=name, kind=None)
        assert result.kind in (ContentType.MARKDOWN, ContentType.TEXT)
        assert '{"name":"Ada  L."' in result.text
