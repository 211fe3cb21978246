import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tokencost.compression import ContentType, Level, compress_text
from tokencost.compression.transforms.markdown import (
    MarkdownBadges,
    MarkdownComments,
    MarkdownSpace,
    MarkdownTables,
)
from tokencost.compression.transforms.markdown_blocks import (
    _block_parser,
    _plain_lines,
    differs_only_in,
    find_fences,
    front_matter_end,
    verbatim_lines,
)

TABLES, SPACE, COMMENTS, BADGES = (
    MarkdownTables(),
    MarkdownSpace(),
    MarkdownComments(),
    MarkdownBadges(),
)
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

LINES = st.sampled_from(
    [
        *("", " ", "   ", "word", "two  words  ", "break  ", "tab\t", "    code  ", "\tcode \t"),
        *("```", "```json", "~~~", '{ "a": 1 }', "- item ", "  - inner  ", "1. one", "> quote  "),
        *(
            "# heading  ",
            "===",
            "---",
            "| a  |  b |",
            "|----|:--:|",
            "| `x|` | \\| |",
            "||",
            "a | b",
        ),
        *("<!-- note -->", "<!--", "-->", "text <!-- note --> more", "`<!-- code -->`", "<div>"),
        *("[a]: http://b  ", "[a]", "**bold**\u200b", "\u200b", "\ufeff", "\\", "`code", "span`  "),
        *("![b](https://img.shields.io/x.svg)", "[![b](https://x.io/badge.svg)](https://x.io)"),
    ]
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n"])
TEXTS = st.lists(st.tuples(LINES, ENDS).map("".join), max_size=12).map("".join)


def shown(text: str) -> str:
    """Return how *text* renders, without what has no width."""
    return re.sub("[\u200b\ufeff]", "", RENDERER.render(text.removeprefix("\ufeff")))


@given(text=TEXTS)
def test_padding_and_space_do_not_render(text: str) -> None:
    for transform in (TABLES, SPACE):
        after = transform.compress(text)
        assert shown(after) == shown(text)
        assert transform.verify(text, after)
        assert transform.compress(after) == after
        assert len(after) <= len(text)


@given(text=TEXTS)
def test_what_is_dropped_is_all_that_is_missing(text: str) -> None:
    for transform, shown in (
        (COMMENTS, r"<!--.*?-->"),
        (BADGES, r"<a [^>]*><img [^>]*></a>|<img [^>]*>"),
    ):
        after = transform.compress(text)
        if transform.verify(text, after):
            rest, left = (
                "".join(re.sub(shown, "", RENDERER.render(source), flags=re.DOTALL).split())
                for source in (text, after)
            )
            assert rest.replace("<p></p>", "") == left.replace("<p></p>", "")


@given(text=TEXTS)
def test_a_text_is_never_longer_and_the_second_time_the_same(text: str) -> None:
    levels = tuple(Level)
    first = compress_text(text, count=len, kind=ContentType.MARKDOWN, levels=levels)
    assert first.tokens == len(first.text) <= len(text)
    assert (
        compress_text(first.text, count=len, kind=ContentType.MARKDOWN, levels=levels).text
        == first.text
    )
    careful = compress_text(text, count=len, kind=ContentType.MARKDOWN)
    if not fences_of(text):
        assert shown(careful.text) == shown(text)


# Marks of blocks, in lists and quotes, with words behind them or alone.
_MARKS = st.sampled_from(
    [
        *("", "", "", "", "- ", "* ", "+", "1. ", "10) ", "> ", "># ", "# ", "###", "  ", "   "),
        *("---", "===", "***", "- - ", "- > ", "> 1.  ", "    ", "\t", "+++", "![", "&amp;"),
        *("*", "__", "!"),
    ]
)
_WORDS = st.sampled_from(["", "", "word", "two words", "word*", "*a", "**b**", "_c_", "7.", "- d"])
_BLANKS = st.sampled_from(["", "", "", "\n", "\n\n", " \n", "  \n\n"])
_SPACES = st.sampled_from(["", "", " ", "  ", "   "])
_LINE = st.tuples(
    st.tuples(_MARKS, _MARKS, _WORDS).map("".join), _SPACES, _SPACES, _BLANKS, _BLANKS
)


@given(lines=st.lists(_LINE, max_size=9))
def test_plain_lines_that_are_equal_render_alike(lines: list[tuple[str, ...]]) -> None:
    before = "\n".join(line + spaces + blanks for line, spaces, _, blanks, _ in lines)
    after = "\n".join(line + spaces + blanks for line, _, spaces, _, blanks in lines)
    plain = _plain_lines(before)
    if plain and plain == _plain_lines(after):
        assert RENDERER.render(before) == RENDERER.render(after)


@given(text=TEXTS | st.lists(_LINE.map("".join), max_size=9).map("\n".join))
def test_a_text_that_is_not_parsed_has_no_block_in_which_every_character_counts(text: str) -> None:
    verbatim = set(range(text[: front_matter_end(text)].count("\n")))
    for token in _block_parser().parse(text):
        if token.type in ("fence", "code_block", "html_block") and token.map:
            verbatim.update(range(*token.map))
    assert verbatim_lines(text) == verbatim


def test_words_and_marks_are_proven_without_a_parser() -> None:
    assert _plain_lines("# Do \n\n\n- this  \n- that\n\n") == [
        ("# Do", False),
        ("", False),
        ("- this", True),
        ("- that", False),
    ]
    assert _plain_lines("    code") == _plain_lines("a `b \nc`") == _plain_lines("a\u00a0") == []


def fences_of(text: str) -> list[ContentType]:
    return [fence.kind for fence in find_fences(text)]


def test_a_table_loses_its_padding() -> None:
    before = "| name   | count |\n| ------ | ----: |\n| a \\| b |    12 |\n"
    assert TABLES.compress(before) == "|name|count|\n|---|---:|\n|a \\| b|12|\n"


@pytest.mark.parametrize(
    "text",
    [
        "a | b\n--- | ---\n1 | 2\n",  # without bars at the ends: left alone
        "```\n| a   | b |\n|-----|---|\n```\n",
        "    | a   | b |\n    |-----|---|\n",
        "---\nx: |\n  | a   | b |\n---\n",
        "no table   |   at all\n",
    ],
)
def test_what_is_not_a_table_keeps_its_spaces(text: str) -> None:
    assert TABLES.compress(text) == text


def test_a_hard_break_survives() -> None:
    assert SPACE.compress("one   \ntwo \nthree\n\n\t\n\n\nfour\n") == "one  \ntwo\nthree\n\nfour\n"


@pytest.mark.parametrize(
    "text",
    [
        "```\nx  \n\n\n\ny\n```\n",
        "    x  \n\n\n\n    y\n",
        "<pre>\nx  \n</pre>\n",
        "---\nkey: |\n  x  \n\n\n\n  y\n---\n",
    ],
)
def test_space_in_code_html_and_front_matter_stays(text: str) -> None:
    assert SPACE.compress(text) == text


def test_line_ends_stay() -> None:
    assert SPACE.compress("one \r\n\r\n\r\n\r\ntwo\r\n") == "one\r\n\r\ntwo\r\n"
    assert SPACE.compress("one \ntwo ") == "one\ntwo "  # more may be appended


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one  \ntwo\n", "one\ntwo\n"),
        ("one\n\ntwo\n", "one\ntwo\n"),
        ("```\nx \n```\n", "```\nx\n```\n"),
        ("# one\n", "one\n"),
        ("[a]: b\n\n[a]\n", "[a]: c\n\n[a]\n"),
        ("`a  b`\n", "`a b`\n"),
        ("- a\n\n- b\n", "- a\n- b\n"),
    ],
)
def test_another_rendering_is_noticed(before: str, after: str) -> None:
    assert not SPACE.verify(before, after)
    assert not TABLES.verify(before, after)


def test_comments_go_where_they_are_comments() -> None:
    before = "one <!-- a --> two\n\n<!-- b\nc -->\n\n`<!-- d -->`\n\n```\n<!-- e -->\n```\n"
    after = COMMENTS.compress(before)
    assert after == "one  two\n\n\n`<!-- d -->`\n\n```\n<!-- e -->\n```\n"
    assert COMMENTS.verify(before, after)


@pytest.mark.parametrize(
    "text",
    [
        "- a\n\n<!-- -->\n\n- b\n",  # it keeps two lists apart
        "<!-- Copyright Acme -->\ntext\n",
        "---\na: <!-- b -->\n---\n",
        "one\n\n<!-- more -->\n\ntwo\n",
        "<!-- _class: lead -->\n\n# One\n",
        "<!-- BLOG-POST-LIST:START -->\none\n",
    ],
)
def test_a_comment_with_a_purpose_stays(text: str) -> None:
    assert COMMENTS.compress(text) == text


def test_paragraphs_stay_apart() -> None:
    assert COMMENTS.compress("one\n<!-- a -->\ntwo\n") == "one\n\ntwo\n"


def test_badges_go_and_pictures_stay() -> None:
    badge = "[![Build](https://img.shields.io/b.svg)](https://ci)"
    before = f"# Title {badge}\n\n![Diagram](diagram.png) ![](https://x/badge.svg)\n"
    after = BADGES.compress(before)
    assert after == "# Title \n\n![Diagram](diagram.png) \n"
    assert BADGES.verify(before, after)


@pytest.mark.parametrize("after", ["one\n", "one two\n", "one <!-- a -->\n"])
def test_other_losses_are_noticed(after: str) -> None:
    assert not COMMENTS.verify("one <!-- a --> **two**\n", after)
    assert not BADGES.verify("one ![d](d.png) **two**\n", after)


def test_blocks_are_found_where_they_are_whole() -> None:
    text = "```json\n{}\n```\n\n- ```json\n  {}\n  ```\n\n~~~ py\n~~~\n\n```yaml\n```\n\n```json\n{"
    assert fences_of(text) == [ContentType.PYTHON, ContentType.JSON]


def test_only_the_named_contents_may_change() -> None:
    json, contents = frozenset({ContentType.JSON}), {"{ }\n": "{}\n"}
    before = "a\n\n```json\n{ }\n```\n"
    assert differs_only_in(before, "a\n\n```json\n{}\n```\n", contents, kinds=json)
    assert not differs_only_in(before, "a\n\n```json\n[]\n```\n", contents, kinds=json)
    assert not differs_only_in(before, "b\n\n```json\n{}\n```\n", contents, kinds=json)
    assert not differs_only_in(before, "a\n\n```json\n{}\n```\n", contents, kinds=frozenset())


def test_front_matter_ends_at_its_second_line() -> None:
    assert front_matter_end("---\na: 1\n---\ntext") == 13
    assert front_matter_end("+++\na = 1\n+++\n") == 14
    assert front_matter_end("text\n---\na\n---\n") == 0


def test_a_table_that_is_indented_is_narrowed_and_stays_indented() -> None:
    before = "  | a    | b |\n  |------|---|\n  | 1    | 2 |\n"
    assert TABLES.compress(before) == "  |a|b|\n  |---|---|\n  |1|2|\n"
