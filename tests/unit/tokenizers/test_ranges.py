import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost.errors import TokenizerError
from tokencost.tokenizers import Method, find_tokenizer, tokenizer_names
from tokencost.tokenizers.approximate import RANGES
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.token_classes import Ruler, class_of

ENGLISH = "The committee has not yet decided whether the proposal should be accepted.\n"
CHINESE = "委员会尚未决定是否接受该提案，会议将于下周继续进行。\n"
RULER = Ruler(encoding("cl100k_base"))
THOUSAND = " hello" * 1000  # tokens of ASCII letters


def factors(table: str, kind: str) -> tuple[int, int, int]:
    """Return low, expected and high tokens for a thousand of the ruler's."""
    low, expected, high = json.loads(RANGES.read_text("utf-8"))["tables"][table]["thousandths"][
        kind
    ]
    return low, expected, high


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (" hello world", {"word": 2}),
        ("; ;", {"mark": 2}),
        ("\n\t \u3000", {"space": 3}),
        ("é", {"latin": 1}),
        ("я", {"cyrillic": 1}),
        ("中。", {"han": 2}),
        ("の", {"kana": 1}),
        ("의", {"hangul": 1}),
        ("ω", {"greek": 1}),
        ("א", {"hebrew": 1}),
        ("ا", {"arabic": 1}),
        ("ก", {"southeast_asian": 1}),
        ("क", {"indic": 1}),
        ("ა", {"other": 2}),
        ("→", {"symbol": 1}),
        ("\u200bא", {"symbol": 1, "hebrew": 1}),
        ("\x01 a", {"space": 1, "word": 1}),
        ("men ing under", {"piece": 1, "word": 2}),
    ],
)
def test_a_token_belongs_to_the_script_of_its_first_visible_character(
    text: str, tokens: dict[str, int]
) -> None:
    assert RULER.tally(text).by_class == tokens


def test_a_token_of_half_a_character_belongs_to_that_characters_script() -> None:
    tokens = encoding("cl100k_base").tokens("鑫 鑫")
    assert tokens == [b"\xe9", b"\x91", b"\xab", b" \xe9", b"\x91", b"\xab"]
    assert RULER.tally("鑫 鑫").by_class == {"part_of_han": 6}


def test_digits_are_counted_one_by_one_and_three_together() -> None:
    assert RULER.tally("1234567 and 12") == ({"word": 1, "space": 1}, 9, 4)


SCRIPTS = "ab1 2\n\u3000你好鑫𠮷abвγδ한국かなไทยक्षღა😀é²½㊙\u200b״אב،"


@given(text=st.text(alphabet=SCRIPTS, max_size=80))
def test_a_token_has_the_class_of_the_first_visible_of_its_characters_however_they_are_cut(
    text: str,
) -> None:
    of_byte = [class_of(character) for character in text for _ in character.encode()]
    expected: Counter[str] = Counter()
    end = 0
    for token in encoding("cl100k_base").tokens(text):
        start, end = end, end + len(token)
        if not token.isdigit():
            visible = [kind for kind in of_byte[start:end] if kind != "space"]
            kind = visible[0].replace("digit", "mark") if visible else "space"
            is_piece = kind == "word" and len(token) <= 3 and not token[:1].isspace()
            is_part = kind == "han" and not token.decode(errors="ignore").strip()
            expected["piece" if is_piece else "part_of_han" if is_part else kind] += 1
    assert RULER.tally(text).by_class == expected


@given(text=st.text(max_size=300))
def test_no_token_is_lost_between_the_classes(text: str) -> None:
    by_class, _, groups = RULER.tally(text)
    assert sum(by_class.values()) + groups == encoding("cl100k_base").count(text)


@given(text=st.text(max_size=60), before=st.text(max_size=60))
def test_a_text_has_the_same_classes_after_others(text: str, before: str) -> None:
    used = Ruler(encoding("cl100k_base"))
    used.tally(before)
    assert used.tally(text) == Ruler(encoding("cl100k_base")).tally(text)


@pytest.mark.parametrize("name", tokenizer_names())
@settings(max_examples=40)
@given(text=st.text(max_size=100))
def test_every_range_holds_its_count(name: str, text: str) -> None:
    tokens = find_tokenizer(name).measure(text)
    assert tokens.holds(tokens.expected)
    if not name.startswith("claude"):  # which drops control characters
        assert (tokens.expected > 0) == (text != "")


def test_a_vocabulary_of_the_model_is_exact_and_has_no_range() -> None:
    tokens = find_tokenizer("o200k_base").measure("hello world")
    assert (tokens.method, tokens.low, tokens.expected, tokens.high) == (Method.EXACT, 2, 2, 2)


def test_an_assumption_never_prints_exact() -> None:
    tokens = find_tokenizer("o200k_base", assumed="nobody said so").measure(ENGLISH * 100)
    exact = find_tokenizer("o200k_base").measure(ENGLISH * 100).expected
    assert (tokens.method, tokens.expected, tokens.basis) == (
        Method.ASSUMED,
        exact,
        "nobody said so",
    )
    assert tokens.low < exact
    assert tokens.holds(exact + 1)


def test_an_assumption_reaches_as_far_as_the_vocabularies_of_its_kind() -> None:
    for name, table in (("qwen2", "chinese_assumed"), ("o200k_base", "western_assumed")):
        tokens = find_tokenizer(name, assumed="nobody said so").measure(THOUSAND)
        low, _, high = factors(table, "word")
        assert (tokens.low, tokens.expected, tokens.high) == (min(low, 1000), 1000, high)


def test_an_assumption_always_holds_what_the_assumed_vocabulary_counts() -> None:
    assert RULER.tally("中" * 1000).by_class == {"han": 1000}
    low, _, high = factors("chinese_assumed", "han")
    assert high < 1000
    tokens = find_tokenizer("qwen2", assumed="nobody said so").measure("中" * 1000)
    assert (tokens.low, tokens.expected, tokens.high) == (low, 1000, 1000)


def test_an_assumption_may_count_less_than_any_vocabulary_of_its_kind_would() -> None:
    text = "有限公司" * 100  # one token of four characters, where others have several
    tokens = find_tokenizer("qwen2", assumed="nobody said so").measure(text)
    assert (tokens.low, tokens.expected) == (100, 100)
    assert tokens.high is not None
    assert tokens.high > 200


def test_an_estimate_is_the_tokens_of_cl100k_times_the_factors_of_their_script() -> None:
    words, han = factors("chinese", "word"), factors("chinese", "han")
    tokens = find_tokenizer("hunyuan").measure(THOUSAND)
    assert tokens.method is Method.ESTIMATED
    assert (tokens.low, tokens.expected, tokens.high) == words
    tokens = find_tokenizer("hunyuan").measure(THOUSAND + "中" * 1000)
    assert tokens.low == words[0] + han[0]
    assert tokens.expected == words[1] + han[1]
    assert tokens.high == words[2] + han[2]


def test_digits_may_be_tokens_of_one_or_of_three_whatever_is_believed() -> None:
    number = "123456789" * 100
    ranges = {
        name: find_tokenizer(name).measure(number) for name in ("hunyuan", "doubao")
    }  # the first is believed to have either, the second one token for each
    assert {(tokens.low, tokens.high) for tokens in ranges.values()} == {(300, 900)}
    assert ranges["hunyuan"].expected == 600
    assert ranges["doubao"].expected == 900


def test_a_family_says_which_table_it_uses_and_why() -> None:
    basis = find_tokenizer("ernie").measure("").basis
    assert basis.startswith("cl100k_base times factors by script, table chinese_wide: taken to be")
    assert "its open models use SentencePiece" in basis


def test_a_family_of_which_nothing_is_known_has_the_widest_range() -> None:
    def width(name: str) -> int:
        tokens = find_tokenizer(name).measure(THOUSAND)
        return (tokens.high or 0) - tokens.low

    widest = max(tokenizer_names(), key=width)
    assert widest == "muse"
    assert "nothing is known of it" in find_tokenizer("muse").measure("").basis


@pytest.mark.parametrize("name", ["doubao", "ernie", "grok", "muse"])
@pytest.mark.parametrize(
    "line",
    [
        "The quick brown fox jumps over the lazy dog. ",
        "敏捷的棕色狐狸跳过了懒狗。",
        '{"id": 1763, "name": "Ann", "score": 0.25}, ',
        "for name in names: total += prices[name] * 3; ",
        "Комитет ещё не решил, принять ли предложение. ",
    ],
)
@settings(max_examples=30)
@given(place=st.floats(min_value=0, max_value=1))
def test_a_line_break_moves_no_estimate_of_200_tokens_by_more_than_2_per_cent(
    name: str, line: str, place: float
) -> None:
    text = line * 60
    at = int(place * len(text))
    before = find_tokenizer(name).measure(text)
    after = find_tokenizer(name).measure(f"{text[:at]}\n{text[at:]}")
    assert before.expected >= 200
    for was, is_now in (
        (before.low, after.low),
        (before.expected, after.expected),
        (before.high or 0, after.high or 0),
    ):
        assert abs(is_now - was) <= 0.02 * was


def test_the_tables_are_complete_and_ordered() -> None:
    ranges = json.loads(RANGES.read_text(encoding="utf-8"))
    for table in ranges["tables"].values():
        assert list(table["thousandths"]) == list(ranges["classes"])
        for low, expected, high in table["thousandths"].values():
            assert 0 <= low <= expected <= high
    used = {family["table"] for family in ranges["families"].values()}
    assert used <= set(ranges["tables"])


def test_an_unknown_tokenizer_names_the_nearest() -> None:
    with pytest.raises(TokenizerError, match="unknown tokenizer 'o200k'") as raised:
        find_tokenizer("o200k")
    assert raised.value.hint.startswith("did you mean o200k_base")


def test_the_high_end_of_a_range_is_rounded_up() -> None:
    assert factors("western", "word")[2] == 1108  # a word is at most 1.108 tokens: up to two
    assert find_tokenizer("grok").measure("hello").high == 2
