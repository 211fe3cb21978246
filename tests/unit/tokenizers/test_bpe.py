import gc
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
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
Encode = Callable[[str], list[int]]
few_examples = settings(max_examples=25)  # of each vocabulary
TEXTS = st.lists(PIECES, max_size=30).map("".join)


def fresh(name: str) -> Encoding:
    return Encoding(_RECIPES[name])


def whole(name: str) -> Encoding:
    """Return an encoding that has no need of a restricted vocabulary any more."""
    full = fresh(name)
    full.count("a b" * bpe._FEW_CHARACTERS)
    return full


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield each vocabulary, one after the other: together they would take 1.5 GB."""
    yield request.param
    gc.collect()


@pytest.fixture(scope="module")
def full(name: str) -> Encoding:
    return whole(name)


@pytest.fixture(scope="module")
def one_piece(full: Encoding) -> Encode:
    """Return an encoder that takes a run of white space for one piece, whatever its length."""
    encoder = full._encoder(full.vocabulary.ranks(), pattern=bpe._ONE_PIECE)
    return encoder.encode_ordinary


@pytest.mark.parametrize(
    ("family", "text", "tokens"),
    [
        ("o200k_base", "hello world", 2),
        ("o200k_base", "", 0),
        ("cl100k_base", "hello world", 2),
        ("qwen2", "通义千问", 4),
        ("deepseek-v3", "你好", 1),
    ],
)
def test_small_texts_count_as_their_vendor_says(family: str, text: str, tokens: int) -> None:
    assert fresh(family).count(text) == tokens


def test_what_looks_like_a_special_token_is_plain_text(name: str) -> None:
    assert fresh(name).count("hello <|endoftext|> world") > 3


@few_examples
@given(text=TEXTS)
def test_the_restricted_vocabulary_counts_as_the_full_one_does(full: Encoding, text: str) -> None:
    assert fresh(full.name).count(text) == full._count_text(text)


@few_examples
@given(text=st.text(max_size=100))
def test_no_text_is_too_strange(full: Encoding, text: str) -> None:
    count = fresh(full.name).count(text)
    assert count == full._count_text(text)
    assert count <= len(text.encode()) * 3


@few_examples
@given(text=TEXTS)
def test_cutting_out_runs_of_white_space_changes_nothing(
    full: Encoding, one_piece: Encode, text: str
) -> None:
    expected = full._count_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bpe, "_RUN", re.compile(f"[{bpe._INLINE}]{{2,}}"))
        patch.setattr(full, "_piece", one_piece)
        assert full._count_text(text) == expected


@few_examples
@given(text=TEXTS)
def test_cutting_into_blocks_changes_nothing(full: Encoding, text: str) -> None:
    expected = full._count_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bpe, "_BLOCK", 3)
        assert "".join(bpe.blocks(text, full.recipe.cut)) == text
        assert full._count_text(text) == expected


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("o200k_base", 7813),  # with a token of 128 spaces: 7,812 of them and one of 64
        ("cl100k_base", 7813),
        ("qwen2", 7813),
        ("deepseek-v3", 7813),
        ("gemma4", 32_259),  # with one of 31: 32,258 of them and one of 2
    ],
    indirect=["name"],
)
def test_a_million_spaces_are_counted(full: Encoding, tokens: int) -> None:
    assert full._count_text(" " * 1_000_000) == tokens


def test_a_million_tabs_between_letters_are_counted(full: Encoding) -> None:
    assert 10_000 < full._count_text("a" + "\t" * 1_000_001 + "b") <= 1_000_003


def test_after_many_small_texts_the_full_encoder_takes_over() -> None:
    counter = fresh("o200k_base")
    text = "hello world " * 1000
    counts = {counter.count(f"{text}{number}") for number in range(12)}
    assert counter._full is not None
    assert counts == {2002}
