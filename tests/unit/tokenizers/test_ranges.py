import json
from collections import Counter
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost.errors import TokenizerError
from tokencost.tokenizers import Method, find_tokenizer, tokenizer_names
from tokencost.tokenizers.approximate import RANGES
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.text_kinds import TextKinds, ranged
from tokencost.tokenizers.token_classes import Ruler, class_of

ENGLISH = "The committee has not yet decided whether the proposal should be accepted.\n"
CHINESE = "委员会尚未决定是否接受该提案，会议将于下周继续进行。\n"
RULER = Ruler(encoding("cl100k_base"))
THOUSAND = " hello" * 1000  # tokens of ASCII letters


def reach(table: str, text: str) -> tuple[float, float, float]:
    """Return low, expected and high of *text* by hand: of a text without digits."""
    ranges = json.loads(RANGES.read_text("utf-8"))
    by_class = RULER.tally(text).by_class
    rows, rules = ranges["tables"][table], ranges["kinds"]
    expected = sum(n * rows["thousandths"][kind] for kind, n in by_class.items()) / 1_000_000
    likeness = TextKinds(tuple(ranges["classes"]), rules["centres"], rules).likeness(by_class)
    low, middle, high = (
        sum(share * rows["of_kinds"][place][column] for place, share in likeness.shares)
        for column in range(3)
    )
    wider = 1 + likeness.beyond
    return expected * low / wider, expected * middle, expected * high * wider


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


@pytest.mark.parametrize("text", [THOUSAND, ENGLISH * 20, CHINESE * 20, THOUSAND + CHINESE * 30])
def test_an_assumption_reaches_as_far_as_the_vocabularies_of_its_kind(text: str) -> None:
    for name, table in (("qwen2", "chinese_assumed"), ("o200k_base", "western_assumed")):
        tokens = find_tokenizer(name, assumed="nobody said so").measure(text)
        low, _, high = reach(table, text)
        count = encoding(name).count(text)
        assert tokens.expected == count
        assert tokens.low == min(int(low), count)
        assert tokens.high == max(ceil(high), count)


def test_an_assumption_always_holds_what_the_assumed_vocabulary_counts() -> None:
    assert RULER.tally("中" * 1000).by_class == {"han": 1000}
    tokens = find_tokenizer("qwen2", assumed="nobody said so").measure("中" * 1000)
    assert tokens.expected == 1000
    assert tokens.holds(1000)


def test_an_assumption_may_count_less_than_any_vocabulary_of_its_kind_would() -> None:
    text = "有限公司" * 100  # one token of four characters, where others have several
    tokens = find_tokenizer("qwen2", assumed="nobody said so").measure(text)
    assert (tokens.low, tokens.expected) == (100, 100)
    assert tokens.high is not None
    assert tokens.high > 200


@pytest.mark.parametrize("text", [THOUSAND, ENGLISH * 20, CHINESE * 20, THOUSAND + CHINESE * 30])
def test_an_estimate_is_the_tokens_of_cl100k_by_their_class_and_the_kind_of_text(
    text: str,
) -> None:
    low, expected, high = reach("chinese", text)
    tokens = find_tokenizer("hunyuan").measure(text)
    assert tokens.method is Method.ESTIMATED
    assert (tokens.low, tokens.expected, tokens.high) == (int(low), int(expected + 0.5), ceil(high))


# Two kinds of text, of which one has only words and the other only Han characters.
TWO_KINDS = TextKinds(
    ("word", "han"),
    ((1.0, 0.0), (0.0, 1.0)),
    {"floor": 0.0, "near": 0.5, "least": 0.02, "known": 0.25, "growth": 0.4},
)


def test_a_text_like_one_kind_of_text_has_the_range_of_that_kind() -> None:
    likeness = TWO_KINDS.likeness({"word": 1000})
    assert likeness.shares == ((0, 1.0),)
    assert likeness.beyond == 0
    assert ranged(1000, likeness, [(0.9, 1.0, 1.1), (0.5, 0.6, 0.7)]) == (900, 1000, 1100)


def test_a_text_between_two_kinds_has_what_lies_between_their_ranges_and_more() -> None:
    likeness = TWO_KINDS.likeness({"word": 500, "han": 500})  # 0.765 from both
    assert [(place, round(share, 9)) for place, share in likeness.shares] == [(0, 0.5), (1, 0.5)]
    assert round(likeness.beyond, 3) == round(0.4 * (0.765 - 0.25), 3)
    low, middle, high = ranged(1000, likeness, [(0.9, 1.0, 1.1), (0.5, 0.6, 0.7)])
    assert low == pytest.approx(700 / (1 + likeness.beyond))
    assert middle == pytest.approx(800)
    assert high == pytest.approx(900 * (1 + likeness.beyond))


def test_common_contents_have_a_narrow_range_and_rare_ones_a_wide_one() -> None:
    def width(text: str) -> float:
        tokens = find_tokenizer("hunyuan").measure(text)
        return ((tokens.high or 0) - tokens.low) / tokens.expected

    assert width(ENGLISH * 20) < 0.3
    assert width(CHINESE * 20) < 0.5
    assert width("คณะกรรมการยังไม่ได้ตัดสินใจว่าจะรับข้อเสนอหรือไม่ " * 20) > 0.8


@given(text=st.text(max_size=300))
def test_the_shares_of_the_kinds_of_text_are_one_together(text: str) -> None:
    ranges = json.loads(RANGES.read_text("utf-8"))
    kinds = TextKinds(tuple(ranges["classes"]), ranges["kinds"]["centres"], ranges["kinds"])
    likeness = kinds.likeness(RULER.tally(text).by_class)
    assert sum(share for _, share in likeness.shares) == pytest.approx(1)
    assert likeness.beyond >= 0


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
    assert basis.startswith(
        "cl100k_base times factors by script and kind of text, table chinese_wide: taken to be"
    )
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
    centres = ranges["kinds"]["centres"]
    assert all(len(centre) == len(ranges["classes"]) for centre in centres)
    for table in ranges["tables"].values():
        assert list(table["thousandths"]) == list(ranges["classes"])
        assert len(table["of_kinds"]) == len(centres)
        for low, expected, high in table["of_kinds"]:
            assert 0 <= low <= expected <= high
    used = {family["table"] for family in ranges["families"].values()}
    assert used <= set(ranges["tables"])


def test_an_unknown_tokenizer_names_the_nearest() -> None:
    with pytest.raises(TokenizerError, match="unknown tokenizer 'o200k'") as raised:
        find_tokenizer("o200k")
    assert raised.value.hint.startswith("did you mean o200k_base")


def test_the_high_end_of_a_range_is_rounded_up() -> None:
    _, _, high = reach("western", "hello")
    assert 1 < high < 2
    assert find_tokenizer("grok").measure("hello").high == 2


@pytest.mark.parametrize("text", ["a", ".", " ", "中"])
def test_a_text_that_is_not_empty_has_a_token_at_least(text: str) -> None:
    for name in set(tokenizer_names()) - set(tokenizer_names(exact=True)):
        assert find_tokenizer(name).measure(text).low >= 1, name
