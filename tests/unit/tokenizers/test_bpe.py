import gc
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost.tokenizers import bpe
from tokencost.tokenizers.bpe import Encoding, announce
from tokencost.tokenizers.patterns import (
    ANY,
    ASCII,
    PLAIN,
    _plain_characters,
    is_word,
    pattern_for,
)
from tokencost.tokenizers.registry import _RECIPES
from tokencost.values import replace

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
few_examples = settings(max_examples=25)  # of each vocabulary, and there are 13
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


WESTERN = sorted(_plain_characters())


@settings(max_examples=40)
@given(text=st.text(st.sampled_from([*WESTERN, *"aZ1 \n'’"]), max_size=60))
def test_plain_texts_count_as_with_the_pattern_for_all_texts(full: Encoding, text: str) -> None:
    assert [*fresh(full.name).id_blocks(text)] == [*full.id_blocks(text)]


def test_every_plain_character_is_split_alike_beside_others(full: Encoding) -> None:
    around = "aa{0}a A{0}A{0}{0} 1{0}1 .{0}. \n{0}\n {0} {0}s'{0}s é{0}É—{0}½  {0}\t{0}°{0}"
    text = "".join(around.format(character) for character in WESTERN)
    for start in range(0, len(text), 4000):
        part = text[start : start + 4000]
        assert [*fresh(full.name).id_blocks(part)] == [*full.id_blocks(part)]


def test_every_two_characters_of_ascii_side_by_side_are_split_alike(full: Encoding) -> None:
    characters = [chr(code) for code in range(128)]
    pairs = [f"{first}{second}{second}{first} " for first, second in product(characters, repeat=2)]
    for start in range(0, len(pairs), 800):
        text = "".join(pairs[start : start + 800])
        counter = fresh(full.name)
        assert [*counter.id_blocks(text)] == [*full.id_blocks(text)]
        assert counter._small
        assert counter._small.alphabet == ASCII


def test_the_pattern_for_plain_texts_is_for_no_other_and_for_none_with_windows() -> None:
    counter = fresh("o200k_base")
    alphabets = []
    for text in ("a word", "naïve – a word", "naïve 一 word", "a word"):
        counter.count(text)
        assert counter._small
        alphabets.append(counter._small.alphabet)
    assert alphabets == [ASCII, PLAIN, ANY, ANY]
    long = fresh("o200k_base")
    long.count("word " * 3_277)  # 16,385 characters
    assert long._small
    assert long._small.alphabet == ANY


def test_a_backslash_before_a_class_is_a_backslash() -> None:
    assert pattern_for(PLAIN, r"\\s|\s") == r"\\s|[\t-\r\x20\xa0]"
    assert pattern_for(ASCII, r"\\\s|\p{Greek}") == r"\\[\t-\r\x20]|\p{Greek}"
    assert pattern_for(ANY, r"\s") == r"\s"


SPACES = {
    # with a token of 128 spaces: 7,812 of them and one of 64
    **dict.fromkeys(("o200k_base", "cl100k_base", "qwen2", "qwen3.5", "deepseek-v3"), 7_813),
    "minimax": 7_813,
    "kimi": 3_907,  # of 256: 3,906 of them and one of 64
    **dict.fromkeys(("glm-4.7", "glm-4"), 1_954),  # of 512: 1,953 of them and one of 64
    "tekken": 15_625,  # of 64; its one of 75 is for a run of that length
    "mistral-spm": 62_501,  # of 16: 62,500 of them, and one of the space that it puts first
    **dict.fromkeys(("gemma4", "gemma3"), 32_259),  # of 31: 32,258 of them and one of 2
}


def test_a_million_spaces_are_counted(full: Encoding) -> None:
    assert full._count_text(" " * 1_000_000) == SPACES[full.name]


def test_a_million_tabs_between_letters_are_counted(full: Encoding) -> None:
    assert 10_000 < full._count_text("a" + "\t" * 1_000_001 + "b") <= 1_000_003


@few_examples
@given(texts=st.lists(TEXTS | st.text(max_size=20), max_size=8))
def test_texts_that_come_one_by_one_count_as_with_the_full_vocabulary(
    full: Encoding, texts: list[str]
) -> None:
    counter = fresh(full.name)
    assert [counter.count(text) for text in texts] == list(map(full._count_text, texts))


@few_examples
@given(announced=st.lists(TEXTS, max_size=5), others=st.lists(TEXTS, max_size=3))
def test_texts_that_are_announced_count_as_with_the_full_vocabulary_and_so_do_others(
    full: Encoding, announced: list[str], others: list[str]
) -> None:
    counter = fresh(full.name)
    with announce(announced):
        for text in (*announced, *others):
            assert counter.count(text) == full._count_text(text)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of the encoders that are made from now on."""
    sizes: list[int] = []
    encoder = Encoding._encoder

    def noted(self: Encoding, ranks: dict[bytes, int], *, pattern: str) -> object:
        sizes.append(len(ranks))
        return encoder(self, ranks, pattern=pattern)

    monkeypatch.setattr(Encoding, "_encoder", noted)
    return sizes


def test_after_big_texts_the_full_encoder_takes_over(made: list[int]) -> None:
    counter = fresh("o200k_base")
    text = "hello world " * 1000
    counts = {counter.count(f"{text}{number}") for number in range(12)}
    assert counts == {2002}
    assert made[-1] == 199_998
    assert made.count(199_998) == 1


def test_of_1000_texts_that_come_one_by_one_40_have_a_small_encoder(made: list[int]) -> None:
    counter = fresh("o200k_base")
    for number in range(1000):
        counter.count(f"ticket {number}")
    assert 35 <= len(made) <= 45
    assert made[-1] == 199_998


def test_1000_announced_texts_share_one_small_encoder(made: list[int]) -> None:
    counter = fresh("o200k_base")
    texts = [f"ticket {number}" for number in range(1000)]
    with announce(texts):
        assert [counter.count(text) for text in texts] == [3] * 1000  # "ticket", " ", "999"
    assert len(made) == 1
    assert made[0] < 2000


def test_announced_texts_of_more_than_100_000_characters_get_the_full_encoder_at_once(
    made: list[int],
) -> None:
    counter = fresh("o200k_base")
    texts = [f"{number} " * 10 for number in range(10_000)]
    with announce(texts):
        for text in texts:
            counter.count(text)
    assert made == [199_998]


def test_words_that_came_before_need_no_other_encoder(made: list[int]) -> None:
    counter = fresh("o200k_base")
    for text in ("red green", "red green green"):
        counter.count(text)
    assert len(made) == 1


def test_what_stands_within_something_that_came_before_needs_no_other_encoder(
    made: list[int],
) -> None:
    counter = fresh("o200k_base")
    # "green" is " green" without its space; what "gree-1" may have stands in " gree-12".
    texts = ("red green", "green", "red gree-12", "gree-1", "blue")
    counts = [counter.count(text) for text in texts]
    assert len(made) == 3  # for the first text, for "gree-12" and for "blue"
    assert counts == [fresh("o200k_base").count(text) for text in texts]


def test_in_a_word_that_is_a_token_nothing_is_looked_for(made: list[int]) -> None:
    counter = fresh("o200k_base")
    counter.count("red green")
    assert made == [259]  # 256 bytes, "red", " green" and "green"
    counter.count("gree")  # which " green" does not bring
    assert counter.count("gree") == fresh("o200k_base").count("gree")
    assert len(made) >= 2


def test_a_word_that_came_as_a_whole_is_looked_through_for_a_text_that_is_not_plain() -> None:
    counter = fresh("o200k_base")
    texts = ("red green", "red green 新", "red greens green,", "grin green")
    counts = [counter.count(text) for text in texts]
    assert counts == [fresh("o200k_base").count(text) for text in texts]


def test_for_a_text_that_is_not_plain_a_word_that_came_before_is_looked_through(
    made: list[int],
) -> None:
    after_a_plain_text, alone = fresh("o200k_base"), fresh("o200k_base")
    after_a_plain_text.count("red green")
    after_a_plain_text.count("red green \u65b0")
    alone.count("red green \u65b0")
    _, second, same = made
    assert second == same  # "gre", "een" and the like included


def test_with_a_pattern_of_a_user_a_word_that_is_a_token_is_looked_through() -> None:
    """In pairs of letters "hello" is "he", "ll" and "o", although it is a token as a whole."""
    recipe = replace(_RECIPES["o200k_base"], pattern="[a-z]{1,2}|[^a-z]+", is_own=True)
    assert Encoding(recipe).count("hello") == 3


@pytest.mark.parametrize("text", ["heLLo", "AI", "don't", " Éire", "hello2", "  hello", ""])
def test_what_a_pattern_may_split_is_not_a_word(text: str) -> None:
    assert not is_word(text)
    assert all(map(is_word, ("hello", " Hello", "A", " a")))


def test_the_encoder_for_plain_texts_is_one_for_ascii_as_well(made: list[int]) -> None:
    counter = fresh("o200k_base")
    for text in ("red café", "red"):
        counter.count(text)
    assert len(made) == 1


def test_two_words_side_by_side_are_not_one_that_came_before(made: list[int]) -> None:
    counter = fresh("o200k_base")
    for text in ("red green", " greenred", "\u65b0"):
        counter.count(text)
    assert len(made) == 3
