"""Pages for a terminal: written at once where nothing is folded, and there as rich writes them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost import reports
from tokencost.report.formats import terminal
from tokencost.report.page import Column, Page, PageNote, Table, text_width

WORDS = st.sampled_from(
    [
        *("", "a", "pass", "fail", "error", "no price", "$0.00355", "openai/gpt-4o@global"),
        *("two words", "█▎", "¥0.5", "– x", "提示.md", "é", "e\u0301", "🙂", "a" * 30),
    ]
)
LINES = st.sampled_from(["", "a", "It costs $1", "some words in a line", "提示", "– x", "w " * 40])
NOTES = st.builds(
    PageNote,
    label=st.sampled_from(["status", "warning", "price", "error", "assumed"]),
    text=WORDS | LINES,
)


def test_a_long_name_in_a_note_ends_its_line_where_a_part_does() -> None:
    page = Page(tables=(), notes=(PageNote(label="price", text="anthropic/claude-5@global: dear"),))
    assert terminal.render_terminal(page, width=28, color=False).splitlines() == [
        *("price  anthropic/claude-5", "       @global: dear")
    ]


def test_a_number_and_its_per_cent_stand_in_one_line() -> None:
    page = Page(tables=(), lead="3 turns cost less (-34.8 %, possible)")
    assert terminal.render_terminal(page, width=25, color=False).splitlines() == [
        *("3 turns cost less", "(-34.8 %, possible)", "")
    ]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.lists(st.builds(Column, WORDS, number=st.booleans()), min_size=1, max_size=4))
    row = st.tuples(*[WORDS] * len(columns))
    rows = tuple(draw(st.lists(row, max_size=4)))
    return Table(columns=tuple(columns), rows=rows, totals=draw(st.integers(0, len(rows))))


PAGES = st.builds(
    Page,
    tables=st.lists(tables(), max_size=3).map(tuple),
    notes=st.lists(NOTES, max_size=3).map(tuple),
    lead=LINES,
    brief=st.none() | st.lists(LINES, min_size=1, max_size=3).map(tuple),
)


@given(page=PAGES, width=st.none() | st.integers(20, 120), color=st.booleans())
def test_a_page_that_fits_is_written_as_rich_writes_it(
    *,
    page: Page,
    width: int | None,
    color: bool,
) -> None:
    if terminal._fits(page, width):
        lines = list(terminal._lines(page, width=width, color=color))
        assert lines == terminal._folded(page, width=width, color=color)


@pytest.mark.parametrize("text", ["提示", "🙂", "e\u0301", "w " * 40])
def test_a_note_that_is_folded_or_of_a_width_in_doubt_is_left_to_rich(text: str) -> None:
    notes = (PageNote(label="price", text="a line"), PageNote(label="price", text=text))
    assert terminal._fits(Page(tables=(), notes=notes[:1]), 80)
    assert not terminal._fits(Page(tables=(), notes=notes), 80)


WIDE = "tencent/hunyuan-2.0-thinking-20251109@cn"


@pytest.mark.parametrize(
    ("room", "lines"),
    [
        (40, [WIDE]),
        (33, ["tencent/", "hunyuan-2.0-thinking-20251109@cn"]),
        (29, ["tencent/", "hunyuan-2.0-thinking-20251109", "@cn"]),
        (24, ["tencent/hunyuan-2.0-", "thinking-20251109@cn"]),
    ],
)
def test_a_wide_name_ends_its_lines_where_a_part_of_it_ends(room: int, lines: list[str]) -> None:
    assert terminal._broken(WIDE, room).split("\n") == lines
    assert "".join(lines) == WIDE


def test_headings_give_way_before_names() -> None:
    columns: tuple[Column[str], ...] = (
        Column("model"),
        Column("cached, if sent again"),
        Column("best", number=True),
    )
    table = Table(columns=columns, rows=((WIDE, "$116.90 possible", "$353.94"),))
    assert terminal._column_widths(table, None) == [40, 21, 7]
    assert terminal._column_widths(table, 67) == [40, 16, 7]
    assert terminal._column_widths(table, 60) == [28, 21, 7]  # a name gives way all the same


def test_headings_stay_in_a_line_where_names_have_to_give_way_all_the_same() -> None:
    columns: tuple[Column[str], ...] = (Column("model"), Column("a month", number=True))
    table = Table(columns=columns, rows=((WIDE, "$353.94"), (WIDE, "$1.00")))
    wide = Table(columns=columns, rows=((WIDE, "$1.00"),))
    assert terminal._column_widths(table, 40) == [31, 7]
    assert terminal._column_widths(wide, 40) == [31, 7]
    assert terminal._column_widths(wide, 47) == [40, 5]


def test_python_prints_no_character_that_is_spelled_out() -> None:
    every = map(chr, range(0x110000))
    assert not [one for one in every if one.isprintable() and re.match(reports._UNPRINTABLE, one)]


def test_a_range_a_chinese_name_and_an_accent_have_the_width_of_their_characters() -> None:
    assert list(map(text_width, ("1–3", "提示.md", "e\u0301", "a\x1b"))) == [3, 7, 1, 2]
