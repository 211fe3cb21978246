"""Pages for a terminal: written at once where nothing is folded, and there as rich writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.report.formats import terminal
from tokencost.report.page import Column, Page, PageNote, Table

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
