"""Values of one call, hour or day: only behind a label that says so."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.scenarios.code_regions import CodeRegions
from tokencost.scenarios.current_values import (
    _COUNTER,
    _ID,
    _NOW,
    _NOW_ABROAD,
    _OF_COUNTER,
    _OF_ID,
    _OF_NOW,
    _OF_NOW_ABROAD,
    find_current_values,
)


def kinds(text: str) -> list[str]:
    return [value.kind for value in find_current_values(CodeRegions(text=text))]


@pytest.mark.parametrize(
    "text",
    [
        "Current time: 2026-11-22 10:32:05",
        "It is Monday, November 23, 2026, 10:32 AM.",
        "The current date is 12/29/2025, 9:37:36 PM.",
        "Saturday it was. Local time 23:57",
        '"timestamp": "2026-11-22T10:32:05Z"',
        "now=1763800325",
        "现在时间是10:32",
        "系统时间：2026-11-22T10:32:05+08:00",
        "Date: 2026-11-22\nTime: 10:32",
        "Current time (UTC): 10:32",
        "The current time in New York is 10:32.",
        "It's currently 10:32 AM.",
        "Server time: 2026-11-22 10:32",
        "Unix time: 1763800325",
        "【当前时间】10:32",
        "当前时间为：2026年11月22日10时32分",
        "现在是北京时间2026年11月22日10:32。",
        "Aktuelle Uhrzeit: 10:32",
        "Date et heure actuelles : 22/11/2026 10:32",
        "Текущее время: 10:32",
        "現在時刻：2026年11月22日 10時32分",
        "현재 시간은 오전 10시 32분입니다.",
        "现在是晚上10:32。",
        "当前时刻：10:32",
        "System clock: 10:32:07",
        "The current time is 10:32. If it is asked for, say so.",
    ],
)
def test_a_time_ends_what_is_alike(text: str) -> None:
    assert kinds(text) == ["timestamp"]


@pytest.mark.parametrize(
    "text",
    [
        "Today's date is March 4, 2026.",
        "**Current date**: 2026-11-22",
        "The current date is 09th August, 2025.",
        "Today is 22.11.2026.",
        "<date>2026-11-22</date>",
        "今天是11月22日，星期日。",
        "今天是公历2026年11月22日。",
        "Today is Sunday.",
        "Day of week: Sunday",
        "今天是星期日。",
        "Today's date (ISO): 2026-11-22",
        "Today's date in the usual form is 22 November 2026.",
        "The date is currently November 22, 2026.",
        "As of today, November 22, 2026, we are open.",
        "Current date: Sunday, 22-Nov-2026",
        "Today is 20261122.",
        "Today is 11/22/26.",
        "Heute ist Sonntag, der 22. November 2026.",
        "Nous sommes le 22 novembre 2026.",
        "La fecha de hoy es 22/11/2026.",
        "Hoje é 22 de novembro de 2026.",
        "Oggi è il 22/11/2026.",
        "Сегодня 22 ноября 2026 года.",
        "今日は2026年11月22日（日）です。",
        "오늘은 2026년 11월 22일입니다.",
    ],
)
def test_a_date_without_a_time_is_told_apart(text: str) -> None:
    assert kinds(text) == ["date"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("request_id: req_7Hq2LmX9", "id"),
        ('"session_id": "a81bc81b-dead-4e5d-abff-90865d1e13b1"', "id"),
        ("会话编号：88412907", "id"),
        ("Reference for this chat: R-2026-1188", "id"),
        ("<session_id>a1b2c3d4</session_id>", "id"),
        ("The user's id is u_839201.", "id"),
        ("Session ID (secret): a1b2c3d4", "id"),
        ("Turn 5 of 12", "counter"),
        ("[Turn 5]", "counter"),
        ("--- Turn 5 ---", "counter"),
        ("Current iteration: 3", "counter"),
        ("You have only 4 steps left.", "counter"),
        ("Turns remaining: 3", "counter"),
        ("Token usage: 1532/200000", "counter"),
        ("tokens_used: 1532", "counter"),
        ("当前轮次：3", "counter"),
        ("random_seed=77120934", "counter"),
        ("Current commit hash: 3f2a9b7c", "counter"),
        ("Attempt 2 of 3: try again.", "counter"),
        ("You have 4 more steps left.", "counter"),
        ("Remaining steps: 11", "counter"),
        ("这是第3轮对话。", "counter"),
        ("seed=77120934", "counter"),
        ("Current commit: 3f2a9b7c", "counter"),
    ],
)
def test_ids_and_counters_of_a_call_are_found(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "The treaty of 2026-11-22 and the log line of 2026-11-22T10:00 say so.",
        "Date: 2026-11-22",
        "As of March 4, 2026 the shop is open.",
        "If today is 2026-11-22, answer Sunday.",
        "例如，今天是2026年11月22日。",
        "Example UUID: 123e4567-e89b-12d3-a456-426614174000",
        '"session_id": {"type": "string"}',
        "request_id: xxxxxx12",
        "RequestId: a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
        "session_id: 128-bit number",
        "The session is 45-minutes long",
        "If it rains and the current time is 10:32, answer A.",
        "If today is Sunday, the shop is closed.",
        "It is Sunday and Ann wakes up.",
        "wenn heute der 22.11.2026 ist",
        "Now 3 decks of cards and 5 marbles are on the table.",
        "Hoy comemos a las 10:30. Il est 5 fois plus grand.",
        "2024年11月26日に発売された。 2024년 11월 26일에 나왔다.",
        "Step 1: read. Example 3: write. Question 4/10. At most 5.",
        "Knowledge cutoff: 2024-06",
        "`Current time: 10:32`",
        "```\nCurrent time: 10:32\n```",
        "gpt-4o-2024-08-06 is the model, version 3.11.4",
    ],
)
def test_values_of_documents_and_examples_are_not(text: str) -> None:
    assert kinds(text) == []


def test_a_label_with_three_values_is_one_of_data() -> None:
    lines = [f"user id: 8812{number}0\ntimestamp: 2026-11-2{number} 10:32" for number in range(3)]
    assert kinds("\n".join(lines)) == []
    assert kinds("\n".join(lines[:2])) == ["id", "timestamp"] * 2
    assert kinds("\n".join(lines[:1] * 3)) == ["id", "timestamp"] * 3
    assert kinds("request id: a-1001\nuser id: b-1002\nsession id: c-1003") == ["id"] * 3
    times = "\n".join(f"Current time: 10:3{number}" for number in range(3))
    assert kinds(times) == ["timestamp"] * 3


def test_a_time_stamp_in_the_head_of_a_letter_is_that_of_the_letter() -> None:
    assert kinds("Subject: boats\nTimestamp: 2026-11-22 10:32\nDear Ann") == []
    assert kinds("Timestamp: 2026-11-22 10:32\nFrom: Ann") == []
    assert kinds("Be kind.\nTimestamp: 2026-11-22 10:32\nAnswer Ann.") == ["timestamp"]


def test_a_word_after_a_label_is_not_an_id() -> None:
    assert not find_current_values(CodeRegions(text="session: planning for 3 teams"))
    assert find_current_values(CodeRegions(text="session: planning-42 for 3 teams"))


# Without the letters beyond ASCII that are also "i", "k" and "s" where case is ignored.
LETTERS = st.characters(exclude_characters="\u0130\u0131\u017f\u212a", exclude_categories=["Cs"])


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (_NOW, _OF_NOW),
        (_NOW_ABROAD, _OF_NOW_ABROAD),
        (_ID, _OF_ID),
        (_COUNTER, _OF_COUNTER),
    ],
)
@given(data=st.data())
def test_what_a_pattern_finds_has_one_of_its_words(
    pattern: re.Pattern[str], words: tuple[str, ...], data: st.DataObject
) -> None:
    source = re.compile(pattern.pattern, pattern.flags)
    line = data.draw(st.from_regex(source, fullmatch=False, alphabet=LETTERS))
    assert any(word in line.lower() for word in words)
