"""Chinese that two of the rulers need not be asked of, because their tokens of it are not used."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost.tokenizers.approximate import RULERS as NAMES
from tokencost.tokenizers.cuts import shorten_chinese
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.token_classes import Rulers

RULERS = Rulers(*map(encoding, NAMES))
LINE = "委员会尚未决定是否接受该提案，会议将于下周继续进行（2024年 the old  rules）。\n"
PIECES = st.sampled_from(
    [
        *(
            "中",
            "提案",
            "会议将于下周继续进行",
            "鑫龥",
            "の",
            "カ",
            "한",
            "々",
            "〇",
            "㐀",
            "\U00020000",
        ),
        *("，", "。", "《", "》", "（", "）", "“", "”", "…", "—", "\u3000", "ＡＢ", "１"),
        *("\n", "\r\n", " ", "  ", "\t", "\xa0", "\x1c", "\u2028", "'s", "'", "’", "/", "-", "<b>"),
        *(
            "a",
            "The",
            "é",
            "\u0301",
            "\u3099",
            "\u302a",
            "\u200d",
            "7",
            "2024",
            "²",
            "🙂",
            "Ж",
            "ا",
        ),
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_a_part_has_the_classes_of_the_same_text_that_is_measured_as_it_stands(text: str) -> None:
    assert len(text) < 100_000  # of which all is asked
    assert RULERS.tally_part(text, is_first=True) == RULERS.tally(text)


def test_five_thousand_lines_have_five_thousand_times_the_tokens_of_one() -> None:
    one, many = RULERS.tally(LINE).numbers, RULERS.tally(LINE * 5_000).numbers
    assert many == {kind: 5_000 * number for kind, number in one.items()}


def test_of_a_clause_behind_another_or_at_the_beginning_of_a_line_one_character_is_left() -> None:
    assert shorten_chinese("\n会议继续，提案通过（下周）。") == "\n中，中（中）。"


@pytest.mark.parametrize(
    "text",
    [
        "会议继续",  # what is before a part is not known
        "\n会议继续の",
        "\n会议继续a",
        "\n会议继续\u302a",
        "\n会议继续's",
        "会议， 继续。",  # the space may be in a token with what follows
        "\n“会议继续”",
        "a，会议继续。",
        "会议，，继续。",
    ],
)
def test_chinese_that_may_share_a_token_with_what_counts_stays(text: str) -> None:
    assert shorten_chinese(text) == text
