import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.tokenizers import bpe
from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.registry import _RECIPES

NAMES = list(_RECIPES)
# Characters at which patterns change their mind, and white space of every kind.
PIECES = st.sampled_from(
    [
        *"aZ1é中あ・ー!/\n\r\t .，'-",
        "\u3000",
        "\u00a0",
        "\x1c",
        "\u0301",
        "  ",
        "    ",
        "\t\t\t",
        "'s",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def fresh(name: str) -> Encoding:
    return Encoding(_RECIPES[name])


def whole(name: str) -> Encoding:
    """Return an encoding that has no need of a restricted vocabulary any more."""
    full = fresh(name)
    full.count("a b" * bpe._FEW_CHARACTERS)
    return full


FULL = {name: whole(name) for name in NAMES}


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("o200k_base", "hello world", 2),
        ("o200k_base", "", 0),
        ("cl100k_base", "hello world", 2),
        ("qwen2", "通义千问", 4),
        ("deepseek-v3", "你好", 1),
    ],
)
def test_small_texts_count_as_their_vendor_says(name: str, text: str, tokens: int) -> None:
    assert fresh(name).count(text) == tokens


@pytest.mark.parametrize("name", NAMES)
def test_what_looks_like_a_special_token_is_plain_text(name: str) -> None:
    assert fresh(name).count("hello <|endoftext|> world") > 3


@pytest.mark.parametrize("name", NAMES)
@given(text=TEXTS)
def test_the_restricted_vocabulary_counts_as_the_full_one_does(name: str, text: str) -> None:
    assert fresh(name).count(text) == FULL[name]._count_text(text)


@pytest.mark.parametrize("name", NAMES)
@given(text=st.text(max_size=100))
def test_no_text_is_too_strange(name: str, text: str) -> None:
    count = fresh(name).count(text)
    assert count == FULL[name]._count_text(text)
    assert count <= len(text.encode()) * 3


@pytest.mark.parametrize("name", NAMES)
@given(text=TEXTS)
def test_cutting_out_runs_of_white_space_changes_nothing(name: str, text: str) -> None:
    expected = FULL[name]._count_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bpe, "_RUN", re.compile(f"[{bpe._INLINE}]{{2,}}"))
        full = FULL[name]
        patch.setattr(full, "_piece", lambda run: _one_piece(name, run))
        assert full.count(text) == expected


_PIECES = {
    name: FULL[name]._encoder(FULL[name].vocabulary.ranks(), pattern=bpe._ONE_PIECE)
    for name in NAMES
}


def _one_piece(name: str, run: str) -> list[int]:
    return _PIECES[name].encode_ordinary(run)


@pytest.mark.parametrize("name", NAMES)
@given(text=TEXTS)
def test_cutting_into_blocks_changes_nothing(name: str, text: str) -> None:
    expected = FULL[name]._count_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bpe, "_BLOCK", 3)
        assert "".join(bpe.blocks(text, _RECIPES[name].cut)) == text
        assert FULL[name]._count_text(text) == expected


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("o200k_base", 7813),  # with a token of 128 spaces: 7,812 of them and one of 64
        ("cl100k_base", 7813),
        ("qwen2", 7813),
        ("deepseek-v3", 7813),
        ("gemma4", 32_259),  # with one of 31: 32,258 of them and one of 2
    ],
)
def test_a_million_spaces_are_counted(name: str, tokens: int) -> None:
    assert FULL[name]._count_text(" " * 1_000_000) == tokens


@pytest.mark.parametrize("name", NAMES)
def test_a_million_tabs_between_letters_are_counted(name: str) -> None:
    assert 10_000 < FULL[name]._count_text("a" + "\t" * 1_000_001 + "b") <= 1_000_003


def test_after_many_small_texts_the_full_encoder_takes_over() -> None:
    counter = fresh("o200k_base")
    text = "hello world " * 1000
    counts = {counter.count(f"{text}{number}") for number in range(12)}
    assert counter._full is not None
    assert counts == {2002}
