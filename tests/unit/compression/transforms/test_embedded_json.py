"""JSON inside prose: compacted where it is data, left where it shows a form."""

import json
from time import perf_counter

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


def test_the_last_of_many_records_is_one_though_no_line_break_follows() -> None:
    record = '{ "id": 10, "name": "Ada Lovelace", "born": 1815 }'
    text = "The people:\n\n" + "\n".join([record] * 10)
    assert EMBEDDED.compress(text).endswith('{"id":10,"name":"Ada Lovelace","born":1815}')
    assert "{ " not in EMBEDDED.compress(text)


def test_json_may_end_a_text_without_a_line_break() -> None:
    text = f"These are the facts about her:\n\n{DATA}"
    short = EMBEDDED.compress(text)
    assert short.endswith('"years":[1815,1852.0]}')
    assert EMBEDDED.verify(text, short)
    assert not EMBEDDED.verify(text, short[:-1])


def test_what_stands_before_and_between_json_may_not_change() -> None:
    text = f"Facts of her:\n{DATA}\nAnd of her brother:\n{DATA}\nWho is it?\n"
    short = EMBEDDED.compress(text)
    assert EMBEDDED.verify(text, short)
    for part in ("Facts", "brother", "Who"):
        assert not EMBEDDED.verify(text, short.replace(part, part[::-1]))


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


RECORDS = [{"id": number, "name": f"user {number}", "tags": ["a", "b"]} for number in range(5)]
LINES = "\n".join(map(json.dumps, RECORDS))  # 5 x 48 = 240 characters
SHORT = json.dumps(RECORDS, separators=(",", ":"))


def quote(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("before", "source", "after"),
    [
        ("Ann wrote:\n\n", quote(json.dumps(RECORDS)), f"> {SHORT}\n"),
        ("Ann wrote:\n\n", quote(json.dumps(RECORDS, indent=2)), f"> {SHORT}\n"),
        (
            "Ann wrote:\n\n",
            quote(f"Look:\n```json\n{DATA}\n```\n"),
            quote('Look:\n```json\n{"name":"Ada  L.","years":[1815,1852.0]}\n```\n'),
        ),
        (
            "She is:\n\n```\n",
            DATA,
            '{"name":"Ada  L.","years":[1815,1852.0]}',
        ),
        ("She is:\n\n~~~text\n", DATA, '{"name":"Ada  L.","years":[1815,1852.0]}'),
        (
            "- She is:\n\n  ```json\n  ",
            DATA.replace("\n", "\n  "),
            '{"name":"Ada  L.","years":[1815,1852.0]}',
        ),
        ("The users:\n\n", LINES, LINES.replace(", ", ",").replace(": ", ":")),
        ("The users:\n\n```\n", LINES, LINES.replace(", ", ",").replace(": ", ":")),
        (
            "The users are: ",
            f"{json.dumps(RECORDS)} Who is the first?",
            f"{SHORT} Who is the first?",
        ),
        ("<function_results>\n", '{"a": 1}\n</function_results>', '{"a":1}\n</function_results>'),
        ("<tool_result>", '{"a": 1, "b": 2}</tool_result>', '{"a":1,"b":2}</tool_result>'),
        ("The city:\n\n", '{\n  "name": "\\u5317\\u4eac"\n}', '{"name":"北京"}'),
        (
            "Measured:\n\n",
            '{\n"a": 1e400, "A": 1.0, "b": 12345678901234567890.10, "c": -0\n}',
            '{"a":1e400,"A":1.0,"b":12345678901234567890.10,"c":-0}',
        ),
    ],
)
def test_data_is_compacted_wherever_it_stands(before: str, source: str, after: str) -> None:
    closing = "\n```\n" if "```" in before else "\n~~~\n" if "~~~" in before else "\n"
    if before.startswith("- "):
        closing = "\n  ```\n"
    text, short = (f"{before}{json_text}{closing}\nEnd\n" for json_text in (source, after))
    assert EMBEDDED.compress(text) == short
    assert EMBEDDED.verify(text, short)
    assert EMBEDDED.compress(short) == short
    assert EMBEDDED.compress(text.replace("\n", "\r\n")) == short.replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text",
    [
        f"{question}\n\n{DATA}\n"
        for question in (
            "Responde con el siguiente formato:",
            "Réponds ainsi, sur ce modèle :",
            "出力形式：",
            "다음 형식으로 답하세요:",
            "Ответь в формате:",
            "Antworte so:",
            "Verilen biçimde yaz:",
            "<output_format>",
            "<example>",
        )
    ]
    + [
        f"```json\n{DATA}\n```\n\nMake one like the above for him.\n",
        f"The list:\n\n{DATA}\n\nReturn the same list with his name.\n",
        f"The facts:\n\n{DATA}\n\nFill them in.\n",
        f"The facts:\n\n{DATA}\n\nAdd his name and give me the JSON.\n",
        f"The facts:\n\n{DATA}\n\nThen show the whole file.\n",
        f"The model prints\n\n{DATA}\n",
        'The facts:\n\n{\n  "title": "string",\n  "score": 0\n}\n',
        *(
            f"{about}:\n\n```json\n{DATA}\n```\n"
            for about in (
                "Why does my formatter print this?",
                "Pretty-print it",
                "Edit this file and give me a patch",
                "On which line is the error?",
                "Why is it escaped",
                "Apply a search/replace edit",
                "Resolve the conflict",
                "What is in column 5",
                "Translate it, and do not touch the keys",
            )
        ),
        'Input: {"a": 1, "b": 2}\nOutput: {"sum": 3}\n',
        "\n".join(f'{{"text": "{"a" * 60}", "answer": {number}}}' for number in range(4)) + "\n",
        f"```python\nx = {DATA}\n```\n",
        f"```\nbefore\n{DATA}\n```\n",
        f"```\n{DATA}\nafter\n```\n",
        f"For example:\n\n{quote(DATA)}\nGo on.\n",
        f'Two of them:\n\n{{"a": "{"m" * 120}"}}\n{{"a": "{"n" * 120}"}}\n\nEnd\n',
        "```\n{'a':  1}\n```\n",
        '```\n{\n  "a": 1,\n}\n```\n',
        '```\n{\n  "a": 1 // one\n}\n```\n',
    ],
)
def test_a_form_in_any_language_and_a_text_about_its_layout_stay(text: str) -> None:
    assert EMBEDDED.compress(text) == text
    assert compress_text(text, count=len, name="a.md").text == text


def test_json_that_is_short_stays_and_is_named() -> None:
    text = (
        'Intro\n\n> said:\n> { "b": 2 }\n\n```\n{ "c": 3 }\n```\n\n```\n{"short":"already"}\n```\n'
        '\n{ "d": 4 }\n\n- [ ] { a task }\n\n```python\nx = { "e": 5 }\n```\n'
        '\nSo { "f": 6 } it was.\n'
    )
    assert EMBEDDED.compress(text) == text
    assert find_untouched(text) == [4, 7, 14, 22]
    report = compress(Prompt(name="a.md", text=text), model="gpt-4o")
    assert [sentence(note) for note in report.assumptions if note.code == "json_untouched"] == [
        "JSON in lines 4, 7, 14, 22 stays as it is: so short that it may be an example; "
        "```json and <data> mark data"
    ]


def test_json_of_a_text_about_its_layout_is_named() -> None:
    text = f"Why is it indented so?\n\n{DATA}\n\n```json\n{DATA}\n```\n"
    report = compress(Prompt(name="a.md", text=text), model="gpt-4o")
    assert report.text == text
    assert [sentence(note) for note in report.assumptions if note.code == "json_layout"] == [
        "JSON in lines 3, 9 stays as it is: the text speaks of how something is written"
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
    source = json.dumps(value, indent=2)
    for text in (
        f"Facts:\n{source}\nThat was all.\n",
        f"Facts:\n\n{quote(source)}\nThat was all.\n",
        f"Facts:\n\n```\n{source}\n```\n",
        f"Facts:\n\n- ```json\n  {source.replace(chr(10), chr(10) + '  ')}\n  ```\n",
        f"Facts:\n{json.dumps({'a': value})}\n" + f"{json.dumps({'a': value})}\n" * 9,
        f"<data>{source}</data>\n",
    ):
        after = EMBEDDED.compress(text)
        assert EMBEDDED.verify(text, after)
        assert len(after) <= len(text)
        assert EMBEDDED.compress(after) == after
        assert EMBEDDED.compress(text.replace("\n", "\r\n")) == after.replace("\n", "\r\n")


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


@pytest.mark.parametrize(
    "announced",
    [
        *("Your verdict goes thus:", "Stick to the following:", "Wrap the verdict in this:"),
        *("Here is how your verdict arrives:", "Make it fit:", "Our machine understands:"),
        *("Compose it along these lines:", "We parse it with a script, hence:", "Type it up:"),
        *(
            "Nothing fancy, just:",
            "Sous cette forme :",
            "请照这样写：",
            "こんな感じで書いてください：",
        ),
    ],
)
@pytest.mark.parametrize("fence", ["", "```"])
def test_json_at_the_end_is_data_only_if_the_line_above_it_says_so(
    announced: str, fence: str
) -> None:
    """In whatever words a form is asked for, nobody asks for one as they announce data."""
    for line, is_data in ((announced, False), ("These are the facts:", True), ("| a | 1 |", True)):
        text = f"Sort the ticket into one of five queues.\n\n{line}\n{fence}\n{DATA}\n{fence}"
        assert (EMBEDDED.compress(text) != text) is is_data, line
        assert EMBEDDED.compress(f"{text}\n\nWho is she?\n") != text


@pytest.mark.parametrize("before", ["", "> ", "```\n"])
def test_many_records_are_read_at_once(before: str) -> None:
    mark = before if before == "> " else ""
    text = (
        f"The users:\n\n{before if not mark else ''}"
        + f'{mark}{{"id": 1, "name": "Ann"}}\n' * 10_000
    )
    begun = perf_counter()
    assert len(EMBEDDED.compress(text)) == len(text) - 3 * 10_000
    assert perf_counter() - begun < 10  # a look at the whole text for each takes a minute
    assert find_untouched(EMBEDDED.compress(text)) == []


def test_like_objects_before_an_open_end_are_examples_of_the_next_one() -> None:
    records = json.dumps({"name": "a", "sizes": [1, 2, 3]}, indent=2)
    shots = f"Cat:\n{records}\n\nDog:\n{records}\n\n"
    assert compress_text(f"{shots}Cow:", count=len, kind=ContentType.TEXT).text.startswith(shots)
    asked = f"{shots}Which is it?"
    assert compress_text(asked, count=len, kind=ContentType.TEXT).tokens < len(asked)


@pytest.mark.parametrize(
    "before", ["Sign this payload:", "Rename name to key:", "Continue this:", "Fill in:", "Hash:"]
)
def test_json_behind_an_order_to_give_it_back_or_to_hash_it_stays(before: str) -> None:
    records = json.dumps({"name": "a", "sizes": [1, 2, 3]}, indent=2)
    text = f"{before}\n\n{records}\n\nThank you, and be quick."
    assert compress_text(text, count=len, kind=ContentType.TEXT).text == text


def test_fenced_json_is_asked_about_once_however_many_blocks_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    class Counted:
        def search(self, text: str) -> None:
            asked.append(text)

    monkeypatch.setattr("tokencost.compression.transforms.json_forms._ABOUT_LAYOUT", Counted())
    block = '```json\n{ "hundredfold": 1 }\n```\n\nWords.\n\n'
    compress_text(block * 100, count=len, kind=ContentType.MARKDOWN)
    assert 0 < len(asked) < 10


RECORD = json.dumps({"name": "Ada L.", "sizes": [1, 2, 3]}, indent=2)


@pytest.mark.parametrize(
    "text",
    [
        f"<person>Ada</person>\n<result>\n{RECORD}\n</result>\n<person>Bob</person>\n<result>\n",
        f"<person>Ada</person>\n<data>\n{RECORD}\n</data>\n\n<person>Bob</person>",
        f"<person>Ada</person>\n<data>{RECORD}</data>\n<person>Bob</person>\n",
        f"Person: Ada\n{RECORD}\n\nPerson: Bob.\n",
        f"Person: Ada\n```json\n{RECORD}\n```\n\nPerson: Bob.\n",
        f"[person] Ada\n[facts]\n{RECORD}\n[person] Bob\n[facts]\n",
        f"## Person\nAda\n## Facts\n{RECORD}\n## Person\nBob\n## Facts\n",
        f"A1.\n{RECORD}\nQ2. Who is Bob?\nA2.\n",
        f"Ada =>\n{RECORD}\nBob =>\n",
    ],
)
def test_an_example_that_ends_as_the_text_does_stays(text: str) -> None:
    assert compress_text(text, count=len).text == text
    asked = f"{text}\nWho is older?"
    shorter = asked.replace(RECORD, '{"name":"Ada L.","sizes":[1,2,3]}')
    assert compress_text(asked, count=len).text == shorter


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Beispielausgabe:", ""),
        ("The result is structured as", ""),
        ("Merge these two:", ""),
        (r"What is \u00e9?", ""),
        ("Use exactly these fields:", ""),
        ("E.g.", ""),
        ("Give me an object like so:", ""),
        ("Provide your analysis as", ""),
        ("Deliver:", ""),
        ("レスポンス例", ""),
        ("What I want to get:", ""),
        ("Target:", ""),
        ("The message should be", ""),
        ("El resultado debe ser así:", ""),
        ("Cut this into chunks of 50 characters.", ""),
        ("What shows the editor?", ""),
        ("", "Return the updated object."),
        ("", "Give the object back with a new name."),
        ("", "Extend it with two items."),
        ("", "Generate five similar ones."),
        ("", "Now do the same for Oslo."),
        ("", "Use this as a template."),
        ("", "Create a new one for tomorrow."),
        ("", "Add a third flight."),
        ("", "Delete the second entry and show the rest."),
        ("", "Mail: hello, I am Ann."),
        ("", "<text>hello</text>"),
        ("", "Make another one like this."),
        ("", "Give me 3 more."),
        ("<<<<<<< SEARCH", ">>>>>>> REPLACE"),
        ("Content-Length: 24", ""),
    ],
)
def test_json_that_shows_a_form_or_whose_characters_count_stays(before: str, after: str) -> None:
    text = f"Hello.\n\n{before or 'Here:'}\n{RECORD}\n\n{RECORD}\n{after or 'So.'}\n\nThank you.\n"
    assert compress_text(text, count=len).text == text


def test_json_in_front_of_words_that_ask_for_nothing_stays() -> None:
    for after, is_data in (
        ("The train was late again and I had to wait.", False),
        ("The train was late. How long did I wait?", True),
        ("The train was late. Explain why.", True),
        ("Thank you very much.", False),
        ("Thank you.", True),
        (f"And the others are here:\n\n{RECORD}", True),
    ):
        text = f"Here:\n\n{RECORD}\n\n{after}\n"
        assert (compress_text(text, count=len).text != text) is is_data


@pytest.mark.parametrize(
    "before",
    [
        *("Data:", "Answer the question with this record:", "Antwort des Servers:"),
        *("<api_response>", "Yours to read, and one more thing:"),
        *(
            "Whether she may return it:",
            "Write a haiku about this cart.",
            "What should we do next?",
        ),
    ],
)
def test_json_behind_words_that_say_nothing_of_a_form_is_data(before: str) -> None:
    after = "\n</api_response>" if before.startswith("<") else ""
    text = f"{before}\n{RECORD}{after}\n"
    shorter = text.replace(RECORD, '{"name":"Ada L.","sizes":[1,2,3]}')
    assert compress_text(text, count=len).text == shorter


def test_fenced_json_with_little_beside_it_is_data() -> None:
    nested = json.dumps({"error": {"code": 404, "details": {"id": "r-7"}}}, indent=4)
    text = f"Who is she?\n\n```json\n{nested}\n```\n"
    shorter = text.replace(nested, '{"error":{"code":404,"details":{"id":"r-7"}}}')
    assert compress_text(text, count=len).text == shorter
