"""Tests of patterns of many words, and of answers that are kept."""

import re

import pytest

from tokencost.compression.transform import Words, remembered

MUCH = "zzz " * 10_000


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(?:space|spaced|tabs?\b|(?:two|three) (?:blank )?lines?\b|x[yz]|a\|b)|空格|空行",
        r"(?<![a-z])(?:form|format(?:o|ul)?|(?:re)?turn)(?![a-z])|like this",
        r"\b(?:as|like) (?:the )?above\b|\bas is\b|ta+b|c{2}at",
    ],
)
def test_words_match_as_their_pattern_does_before_and_after_they_are_arranged(pattern: str) -> None:
    words, plain = Words(pattern), re.compile(pattern)
    texts = [
        *("space", "a spaced line", "tab", "tabs", "tabsy", "two lines", "three blank lines"),
        *(
            "two blank",
            "xy",
            "x",
            "a|b",
            "a b",
            "有空格",
            "空",
            "form",
            "forms",
            "formatul",
            "turn",
        ),
        *("return", "sturn", "like this", "as the above", "like above", "as  above", "as is"),
        *("taaab", "tb", "ccat", "cat", ""),
    ]
    for _ in range(2):
        for text in texts:
            bare = re.sub(" +", " ", text)
            assert (words.search(text) is None) is (plain.search(bare) is None), text
        assert words.search(MUCH) is None
    assert words.search("SPACE form AS IS") is not None


def test_words_are_words_however_far_apart_they_stand() -> None:
    assert Words(r"\bdouble spaces\b").search("Two DOUBLE    spaces.") is not None


def test_of_one_text_it_is_asked_once_whatever_is_asked_in_between() -> None:
    asked: list[str] = []

    @remembered
    def is_long(text: str) -> bool:
        asked.append(text)
        return len(text) > 3

    texts = [f"text {number}" for number in range(1_000)]
    assert all(map(is_long, [*texts, *texts]))
    assert asked == texts
