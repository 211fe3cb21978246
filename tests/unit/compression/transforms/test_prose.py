"""White space, widths and repetitions of prose and logs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.compression.transforms.prose import DuplicateParagraphs, FullWidth, LogTimes, decode
from tokencost.compression.transforms.space import SpaceRuns, Whitespace

SPACE, RUNS, WIDE = Whitespace(), SpaceRuns(), FullWidth()
TWICE, TIMES = DuplicateParagraphs(), LogTimes()

LINES = st.sampled_from(
    [
        *(
            "",
            " ",
            "  ",
            "one  two",
            "one   two   three ",
            "break  ",
            "  indented  text",
            "a\tb  c ",
        ),
        *('say "a  b"  now', "don't  stop  it's", "x = 1;  y", "`a  b`  c", "| a  | b", "名  字  "),
        *("\ufeffone", "a\u200bb  c", "ก\u200bก", "PID   CMD", "1     ls", "long sentence.  Next."),
    ]
)
TEXTS = st.lists(
    st.tuples(LINES, st.sampled_from(["\n", "\n", "\r\n"])).map("".join), max_size=9
).map("".join)
STAMPS = st.datetimes().map(
    lambda price_date: st.sampled_from(
        [
            f"{price_date:%Y-%m-%d %H:%M:%S}",
            f"{price_date:%Y-%m-%dT%H:%M:%S}.{price_date.microsecond:06}Z",
            f"{price_date:%Y-%m-%d %H:%M:%S},{price_date.microsecond // 1000:03}",
            f"{price_date:%Y-%m-%d %H:%M:%S}.{price_date.microsecond // 100_000}+08:00",
        ]
    )
)
LOG_LINES = st.one_of(
    STAMPS.flatmap(lambda stamps: stamps).map(lambda stamp: f"{stamp} said"),
    st.integers(0, 99_999).map(
        lambda second: (
            f"2026-11-22 {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02},5 x"
        )
    ),
    st.sampled_from(
        [
            *("+1 x", "2026-02-30 10:00:00 x", "2026-11-22 23:59:60 x", "  traceback", "", "\r"),
            *("2026-11-22 10:00:00.1234567 x", "0001-01-01 00:00:00 x", "9999-12-31 23:59:59 x"),
        ]
    ),
)


@given(text=TEXTS, transform=st.sampled_from([SPACE, RUNS]))
def test_words_lines_and_paragraphs_stay(text: str, transform: Whitespace | SpaceRuns) -> None:
    after = transform.compress(text)
    assert transform.verify(text, after)
    assert transform.compress(after) == after
    assert len(after) <= len(text)
    words = [re.sub(r"(?<=b)\u200b|(?<=a)\u200b", "", source).split() for source in (text, after)]
    assert words[0] == words[1]
    assert after.endswith("\n") == text.endswith("\n")


def test_prose_is_written_with_single_spaces() -> None:
    before = "One.  Two.\n\n\n\nThree \nand   four.\r\n"
    assert SPACE.compress(before) == "One. Two.\n\nThree\nand   four.\r\n"
    assert RUNS.compress(before) == "One. Two.\n\nThree\nand four.\r\n"


def test_a_letter_of_the_alphabet_is_no_word_about_characters() -> None:
    assert SPACE.compress("Zeichenketten sind schön.  Das ist gut.\n") == (
        "Zeichenketten sind schön. Das ist gut.\n"
    )


def test_the_levels_of_a_log_lose_their_padding() -> None:
    before = (
        "2026-11-22 10:00:00,000 INFO     app: a  b\n+1.5 WARNING  app:  c\n+2 [main] DEBUG  d\n"
    )
    after = "2026-11-22 10:00:00,000 INFO app: a b\n+1.5 WARNING app: c\n+2 [main] DEBUG d\n"
    assert RUNS.compress(before) == after
    assert RUNS.verify(before, after)
    assert SPACE.compress(before) == before


@pytest.mark.parametrize(
    "text",
    [
        "PID   CMD\n1     ls\n",  # columns that stand under each other
        "a\t\tb  c\n",
        "    code  here\n",
        'He said "a  b" twice.\n',
        "x = 1;  # note\n",
        "a line that breaks  \nhere\n",
        "ก\u200bก\n",
        "\u200b# no heading\n",
        "می\u200cخواهم\n",
        "Here is the change:\n-one  two\n+one two\n",
        "-last \n+last\n",
        "He said “a  b” and «c  d», 「名  字」 and ‘e  f’.\n",
        "Name    Age\nAnn     30\nBo      7\n",
        "Write `a\u200bb` for it.\n",
        "Put two  spaces between words, like  this.\n",
        "Leave the blank lines as they are.\n\n\n\nEnd.\n",
        "保留空格：甲  乙\n",
        'He wrote: "One.  Two.\n\n\nThree  and four." That was all.\n',
        'Sum this up:\n"""\none.  Two\n\n\n\nthree \n"""\n',
        "„Eins.  Zwei.\n\n\nDrei.“\n",
        "「一\n\n\n二」\n",
        "def f():\n    a = 1\n\n\n    return a \n",
        "The fog comes\n  on little feet.\n\n\n\nIt sits.\n",
        "one.  Two\n  three\n",
        "-one\n+two\n \n \n-three\n+four\n",
        "See you.\n-- \nAnn\n",
        "one\ntwo. ",
        "Proofread this.  It is short. \n\n\nEnd\n",
        "How many lines follow?\none\n\n\n\ntwo\n",
        "Is there a zero-width character?\na\u200bb \n",
        "Übersetze mit allen Leerzeichen.  Danke. \n",
        "改行を保つ：\n一\n\n\n\n二\n",
        "Was it so:  here   and   there?\n",  # cited behind a colon
        "The menu said:\n\nsoup   of   the   day\n",
        "soup of the day       three euros\n",  # far apart
        "drwx root   123 Jan  1 a.txt\n",
        "The notes are G   C   D today.\n",
        "│   └── file\n",
        "Nimm »rot   und   blau« und 《甲  乙》.\n",
        "Hoeveel spaties staan   hier?\n",
        "Ile spacji   jest tutaj?\n",
        "cat <<END\none   two\n\n\n\nEND\n",
        "<pre>\none   two\n\n\n\n</pre>\n",
        "SEPARATOR=   \nEND=x\n",
        'Is "a\u200bb" the same?\n',
        "Is there a watermark in wo\u200brd?\n",
        "-one\n+two\n \n",
        "Wie   groß ist der Abstand?\n",
        "Wrap   this   at 40.\n",
        "Write »red   and   blue» and ❝the   sea❞.\n",
        "Is pay\u200bpal.com a trap, or user\u200bname the same as username?\n",
        "Hark!  We have       heard of the kings.\n",  # one run of the line is meant, and so all
        "The blank is    and the other is    .\n",
        "     size  used\n   50G   20G\n",
        "den  Hund  sah   er\n",  # fields of one or two words
        "日本語  テスト  データ\n一  二  三\n",
        "one: the price is  high today\ntwo: the price is high today\n",  # compared
        "✗ there  is a gap\n✓ there is a gap\n",
        "It is done.  We go now.\nIt is done. We go now.\n",
        "the cat \nthe cat\n",
        "ACGT ACGT\n** * \n",
        "a line that ends so\\ \nand goes on\n",
        "Yours,\n\n\n\n\nJohn Smith         Mary Jones\n",
        'say "\n\n\nnothing\n\n\n" and wait\n',
        "word\u2060joiner \u2060is set by hand\n",
        "Put this there:\n<<<\nfoo.  Bar \n\n\nbaz\n>>>\n",
        "=== file: a.txt ===\nFoo.  Bar \n\n\nbaz\n=== end ===\nsum it up\n",
        "--- b.txt\nFoo.  Bar \n\n\nbaz\n---\nsum it up\n",
        '<file name="a">\nFoo.  Bar \n\n\nbaz\n</file>\n',
        "<example>\nFoo.  Bar \n\n\nbaz\n</example>\n",
        "[code]\nFoo.  Bar \n\n\nbaz\n[/code]\n",
        "{noformat}\nFoo.  Bar \n\n\nbaz\n{noformat}\n",
        "( o.o ) \n > ^ < \n/ | | \\\n",
        "MIME-Version: 1.0\n\n--x\n\nHello.  Bye. \n\n\n\n--x--\n",
        "%%%\nFoo.  Bar \n\n\nbaz\n%%%\nsum it up\n",
        "BEGIN FILE\nFoo.  Bar \n\n\nbaz\nEND FILE\n",
        "$ ls  here\ntotal 0\n",
        "!old line  here\n!new line here\n",
        "Why is there a gap  between these two words?\n",
        "Transcribe the page exactly.\n\nThe  dog ran home.\n",
        "Please keep it as it is.  The  dog ran home. \n",
        "Which of them has a double  blank?\nThis  one or that one.\n",
        "Echo it unchanged.  The  cat sat. \n",
        "Which of them are identical?  The  cat sat. \n",
        "Wie viele Zeichen sind das?  Es  ist ein Satz. \n",
    ],
)
def test_space_that_may_mean_something_stays(text: str) -> None:
    assert SPACE.compress(text) == text
    assert RUNS.compress(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one two\n", "onetwo\n"),
        ("one\n\ntwo\n", "one\ntwo\n"),
        ("one\ntwo\n", "one two\n"),
        ("  one\n", "one\n"),
        ('"a  b"\n', '"a b"\n'),
        ("one  \ntwo\n", "one\ntwo\n"),
        ("one\r\n", "one\n"),
        ("a\tb\n", "a b\n"),
        ("a\u3000b\n", "a b\n"),
    ],
)
def test_another_text_is_noticed(before: str, after: str) -> None:
    assert not SPACE.verify(before, after)


@given(text=st.text(st.sampled_from("ＡｚＺ０９，。！（ａb中　ｱ ①\n`"), max_size=20))
def test_only_letters_and_digits_become_narrow(text: str) -> None:
    after = WIDE.compress(text)
    assert WIDE.verify(text, after)
    assert WIDE.compress(after) == after
    assert [letter for letter in text if letter not in "ＡｚＺ０９ａ"] == [
        new for old, new in zip(text, after, strict=True) if old not in "ＡｚＺ０９ａ"
    ]


def test_full_width_letters_become_ordinary_ones_outside_code() -> None:
    before = "型号ＡＢＣ１２３，共５件。\n\n```\nＡ\n```\n\n`Ｂ`\n"
    after = "型号ABC123，共5件。\n\n```\nＡ\n```\n\n`Ｂ`\n"
    assert WIDE.compress(before) == after


def test_columns_between_full_width_spaces_stay() -> None:
    assert WIDE.compress("　　２５\n张三　　２５　　北京\n") == "　　25\n张三　　２５　　北京\n"


def test_the_first_and_last_letters_and_digits_are_narrowed_and_their_neighbours_stay() -> None:
    assert WIDE.compress("０９ＡＺａｚ") == "09AZaz"
    assert WIDE.compress("／：＠［｀｛") == "／：＠［｀｛"  # what stands before and after them


@pytest.mark.parametrize("after", ["型号ABD", "型号AB", "型號ABC", "型号abc"])
def test_other_letters_are_noticed(after: str) -> None:
    assert WIDE.verify("型号ＡＢＣ", "型号ABC")
    assert not WIDE.verify("型号ＡＢＣ", after)


def test_other_compatible_characters_are_not_letters() -> None:
    assert not WIDE.verify("（", "(")


@given(
    text=st.lists(
        st.sampled_from(["short", "x" * 50, "y" * 50, "z" * 50 + "\nz", "", "\n", " "]), max_size=9
    ).map("\n\n".join)
)
def test_no_paragraph_is_lost_for_good(text: str) -> None:
    after = TWICE.compress(text)
    assert TWICE.verify(text, after)
    assert TWICE.compress(after) == after
    assert set(re.split(r"\n\s*\n", text.strip())) == set(re.split(r"\n\s*\n", after.strip()))


def test_the_first_of_equal_paragraphs_stays() -> None:
    long = "A paragraph that is long enough to be worth it.\nWith two lines."
    assert TWICE.compress(f"{long}\n\nB\n\n{long}\n\nB\n\n{long}\n") == f"{long}\n\nB\n\nB\n"


@pytest.mark.parametrize("after", ["a\n\nb", "b\n\na\n\nc", "a\n\nb\n\nc\n\nd", ""])
def test_a_lost_or_moved_paragraph_is_noticed(after: str) -> None:
    assert TWICE.verify("a\n\nb\n\na\n\nc", "a\n\nb\n\nc")
    assert not TWICE.verify("a\n\nb\n\na\n\nc", after)


@given(lines=st.lists(LOG_LINES, max_size=12))
def test_every_time_can_be_read_back(lines: list[str]) -> None:
    text = "\n".join(lines)
    after = TIMES.compress(text)
    assert after == text or TIMES.verify(text, after)
    assert after == text or decode(after) == text
    assert TIMES.compress(after) == after
    assert len(after) <= len(text)


def test_times_become_the_seconds_since_the_line_before() -> None:
    before = (
        "2026-11-22 10:00:00,000 INFO start\n"
        "2026-11-22 10:00:01,250 INFO next\n"
        "  traceback\n"
        "2026-11-22 10:01:01,250 INFO later\n"
        "2026-11-22 10:01:00,000 INFO back in time\n"
        "2026-11-23 10:01:00,000 INFO the next day\n"
        "2026-11-23 10:01:00,000 INFO at once\n"
    )
    assert TIMES.compress(before) == (
        "2026-11-22 10:00:00,000 INFO start\n"
        "+1.25 INFO next\n"
        "  traceback\n"
        "+60 INFO later\n"
        "2026-11-22 10:01:00,000 INFO back in time\n"
        "2026-11-23 10:01:00,000 INFO the next day\n"
        "+0 INFO at once\n"
    )


@pytest.mark.parametrize(
    "after",
    [
        "2026-11-22 10:00:00 a\n+2 b",
        "2026-11-22 10:00:00 a\n+99999999999 b",
        "2026-11-22 10:00:00 a\n+1 c",
        "2026-11-22 10:00:00 a",
    ],
)
def test_another_time_is_noticed(after: str) -> None:
    before = "2026-11-22 10:00:00 a\n2026-11-22 10:00:01 b"
    assert TIMES.verify(before, "2026-11-22 10:00:00 a\n+1 b")
    assert not TIMES.verify(before, after)


def test_a_time_that_is_written_in_another_way_stays_whole() -> None:
    text = "2026-11-22 10:00:00 a\n2026-11-22T10:00:01 b\n2026-11-22T10:00:02Z c\n"
    assert TIMES.compress(text) == text


def test_a_log_with_such_marks_of_its_own_stays() -> None:
    text = "2026-11-22 10:00:00 a\n2026-11-22 10:00:01 b\n+5 c"
    assert TIMES.compress(text) == text
    assert not TIMES.verify(text, "2026-11-22 10:00:00 a\n+1 b\n+5 c")


@pytest.mark.parametrize(
    "transform", [SPACE, WIDE, TWICE, TIMES], ids=lambda transform: transform.name
)
def test_what_stands_in_front_does_not_depend_on_what_follows(transform: Whitespace) -> None:
    parts = [
        "2026-11-22 10:00:00 ＡＢ  one.  two \n2026-11-22 10:00:03 x\n\n",
        "A paragraph that is long enough to be worth it.\n\n\n",
        "A paragraph that is long enough to be worth it.\n\nend\n",
    ]
    for cut in (1, 2):
        head = transform.compress("".join(parts[:cut])).rstrip("\n")
        assert transform.compress("".join(parts)).startswith(head)
