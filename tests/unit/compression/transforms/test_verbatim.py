"""What a line quotes is found by one look at it."""

import re
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.compression.transforms.verbatim import is_quoted, quoted_over_lines, quoted_spans

MARKS = "\"'`“”„‘’‚«»‹›「」『』《》〈〉【】〝〞〟＂＇❝❞❛❜״｢｣"
BY_HAND = re.compile(
    r"(?P<ticks>`{3,}+).*?(?P=ticks)|(?<!`)``(?!`).*?(?:``|'')|(?<!`)`(?!`).*?`"
    r'|"[^"]*"|\'[^\']*\'|“[^”]*”|„[^“”]*[“”]|‘[^’]*’|‚[^‘’]*[‘’]|«[^»]*»|‹[^›]*›'
    r"|「[^」]*」|『[^』]*』|《[^》]*》|〈[^〉]*〉|【[^】]*】|〝[^〞〟]*[〞〟]|＂[^＂]*＂|＇[^＇]*＇|❝[^❞]*❞|❛[^❜]*❜|״[^״]*״|｢[^｣]*｣"
    r"|(?<!\S)(?:”(?! )[^”]*”|’(?! )[^’]*’|»(?! )[^«»]*[«»]|›(?! )[^‹]*‹)"
)


@given(st.text(alphabet=f"{MARKS}a ", max_size=30))
def test_a_quotation_ends_at_the_next_mark_that_closes_it(line: str) -> None:
    assert quoted_spans(line) == [match.span() for match in BY_HAND.finditer(line)]


def test_a_place_is_quoted_between_marks_and_on_them() -> None:
    spans = quoted_spans("a 'b c' d «e»")
    assert [is_quoted(place, spans) for place in range(13)] == [
        *[False] * 2,
        *[True] * 5,
        *[False] * 3,
        *[True] * 3,
    ]


@pytest.mark.parametrize("mark", MARKS)
def test_marks_that_nothing_closes_take_one_look(mark: str) -> None:
    begun = perf_counter()
    assert len(quoted_spans(f"{mark} a" * 100_000)) <= 50_000
    assert perf_counter() - begun < 30  # a look to the end of the line for each takes minutes


@pytest.mark.parametrize(
    "quotation",
    [
        "„a  b“ ‚c  d‘",
        "»a  b« ›c  d‹",
        "« a  b »",
        "”a  b”",
        "《甲  乙》【丙  丁】",
        "``a ` b``",
        "``a  b''",
    ],
)
def test_the_marks_of_every_language_quote(quotation: str) -> None:
    line = f"He wrote {quotation} twice."
    spans = quoted_spans(line)
    assert all(is_quoted(gap.start(), spans) for gap in re.finditer("  ", line))
    assert spans[0][0] == 9


def test_one_quotation_may_follow_another_at_once_and_one_without_an_end_is_none() -> None:
    assert quoted_spans('"a  b""c  d"') == [(0, 6), (6, 12)]
    assert quoted_spans('"a  b""c  d') == [(0, 6)]
    assert quoted_spans('a  b" c') == []
    assert quoted_spans("''") == [(0, 2)]


def test_in_french_the_mark_that_closes_does_not_open() -> None:
    assert quoted_spans("fin » et « a  b »") == [(9, 17)]


@pytest.mark.parametrize(
    "lines",
    [
        ["cat <<'END'\n", "a\n", "END\n"],
        ["<pre>\n", "a\n", "</pre>\n"],
        ["\\begin{verbatim}\n", "a\n", "\\end{verbatim}\n"],
        ["《一\n", "二》\n"],
    ],
)
def test_what_is_shown_as_it_is_goes_over_lines(lines: list[str]) -> None:
    assert quoted_over_lines(["before\n", *lines, "after\n"]) == set(range(1, len(lines) + 1))
