import json
from collections import Counter
from itertools import chain
from math import ceil, exp
from statistics import mean, median, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vocabularies import calibrate
from tests.vocabularies.corpus import Sample
from tokencost.errors import TokenizerError
from tokencost.tokenizers import Method, find_tokenizer, tokenizer_names
from tokencost.tokenizers.approximate import RANGES
from tokencost.tokenizers.approximate import RULERS as RULERS_IN_USE
from tokencost.tokenizers.peers import Factors, Reach, foresee, range_among
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.request_count import as_divisible, placed
from tokencost.tokenizers.token_classes import Ruler, Rulers, Tally, _class_of_marks, class_of
from tokencost.tokenizers.windows import blocks

ENGLISH = "The committee has not yet decided whether the proposal should be accepted.\n"
CHINESE = "委员会尚未决定是否接受该提案，会议将于下周继续进行。\n"
RULER = Ruler(encoding("cl100k_base"))
RULERS = Rulers(*map(encoding, RULERS_IN_USE))
THOUSAND = " world" * 1000  # tokens of ASCII letters
WORDS = {"word", "rare_word", "capitals", "piece", "latin", "rare_latin", "part_of_latin"}
PUT_TOGETHER = {
    *("mark", "space", "symbol", "southeast_asian"),
    *("han", "han_words", "part_of_han", "other_han"),
}


def of_peer(name: str, by_class: dict[str, int]) -> tuple[float, float, float]:
    """Return low, expected and high tokens of a peer, by hand."""
    ranges = json.loads(RANGES.read_text("utf-8"))
    expected, low, high = (
        sum(
            by_class.get(kind, 0) * n / 1000 for kind, n in zip(ranges["classes"], row, strict=True)
        )
        for row in ranges["peers"][name]
    )
    total = sum(by_class.values())
    return expected * min(1, low / total), expected, expected * max(1, high / total)


def reach(table: str, text: str) -> tuple[float, float, float]:
    """Return low, expected and high of *text* by hand: of a text without digits."""
    by_class = dict(RULERS.tally(text).by_class)
    rules = json.loads(RANGES.read_text("utf-8"))["tables"][table]
    rule, names = rules["reach"], rules["peers"]
    lows, middles, highs = zip(*(of_peer(name, by_class) for name in names), strict=True)
    total = sum(by_class.values())
    home = sum(by_class.get(kind, 0) for kind in rule["ruler_but_for"] or ()) / total
    in_pieces = sum(by_class.get(kind, 0) for kind in ("rare_word", "piece"))
    of_words = sum(by_class.get(kind, 0) for kind in WORDS) or 1
    pieces = in_pieces / total * in_pieces / of_words
    capitals = max(0, by_class.get("capitals", 0) / total - 0.03)
    spelled, spelling = (part * capitals for part in rule["capitals"])
    abroad = PUT_TOGETHER - set(rule["ruler_but_for"] or ())
    marks = sum(by_class.get(kind, 0) for kind in abroad) / total
    own = rule["own"] * (1 - home) + rule["own_at_home"] * home
    ends = [
        [middle + own * (end - middle) for middle, end in zip(middles, of, strict=True)]
        for of in (lows, highs)
    ]
    spread, margin = stdev(middles) / mean(middles), 1 + rule["margin"]
    up = max(rule["up"] * spread, rule["marks"] * marks) + spelling
    high = max(ends[1]) * exp(up) * margin
    if rule["ruler_but_for"] is not None:
        sure = {kind: by_class.get(kind, 0) for kind in rule["ruler_but_for"]}
        most = max(of_peer(name, sure)[1] for name in names) if any(sure.values()) else 0
        of_the_first = total - by_class.get("newer_words", 0)
        high = max(high, of_the_first - sum(sure.values()) + most)
    down = rule["down"] * (1 - home + rule["down_at_home"] * home) * spread
    low = min(ends[0]) * exp(-max(down, rule["words"] * pieces) - spelled) / margin
    if rule["fewest_words"] and "newer_words" in by_class:
        beside = {kind: n for kind, n in by_class.items() if kind not in {*WORDS, "newer_words"}}
        rests = [of_peer(name, beside) if beside else (0, 0, 0) for name in names]
        rest = min(middle - own * (middle - end) for end, middle, _ in rests) * exp(-down)
        words = min(by_class["newer_words"], sum(by_class.get(kind, 0) for kind in WORDS))
        fewest, most = (part * words + rest for part in rule["fewest_words"])
        low = max(min(fewest, *middles), min(most, low))
    return low, median(middles), high


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (" brush tensor", {"word": 1, "rare_word": 1}),  # tokens 15,998 and 16,000
        ("; ;", {"mark": 2}),
        ("-- --- ====", {"mark": 1, "rule": 2}),
        ("\\n\\n x^{2}", {"escape": 3, "word": 1, "mark": 1}),
        ("\n\t \u3000", {"space": 3}),
        ("é", {"latin": 1}),
        ("я щ", {"cyrillic": 1, "part_of_cyrillic": 2}),
        ("äd ž ũ", {"latin": 1, "rare_latin": 1, "part_of_latin": 2}),  # 31,975 and 32,063
        ("中。 的", {"han": 3}),
        ("中国", {"han_words": 1}),
        ("の", {"kana": 1}),
        ("의", {"hangul": 1}),
        ("ω", {"greek": 1}),
        ("א", {"hebrew": 1}),
        ("ا", {"arabic": 1}),
        ("ก", {"southeast_asian": 1}),
        ("क", {"indic": 1}),
        ("ა", {"other": 2}),
        ("ԱԲ", {"other": 4}),  # each begins with the byte of some of Cyrillic
        ("→", {"symbol": 1}),
        ("\u200bא", {"symbol": 1, "hebrew": 1}),
        ("\x01 a", {"space": 1, "word": 1}),
        ("men ing under", {"piece": 1, "word": 2}),
        ("I AM HERE", {"piece": 1, "capitals": 2}),
        (
            "国 國 駅",
            {"han": 1, "part_of_han": 3, "other_han": 2},
        ),  # the last two in two and three tokens: in the last of them the character ends
        ("a 1   2", {"piece": 1, "space": 2, "second_space": 1}),
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


def test_two_rulers_count_words_the_second_alone_japanese_and_the_third_alone_chinese() -> None:
    text = "Tempo limite: 12 の日本"
    first, second = (Ruler(encoding(name)).tally(text) for name in ("cl100k_base", "o200k_base"))
    words = {"word": 1, "piece": 1, "rare_word": 1}
    assert first.by_class == words | {"mark": 1, "space": 1, "kana": 1, "han": 2}
    assert second.by_class == {"rare_word": 2, "mark": 1, "space": 1, "kana": 1, "han_words": 1}
    both = words | {"mark": 1, "space": 1, "newer_words": 2, "kana": 1, "han_words": 1}
    assert RULERS.tally(text) == Tally(both, digits=2, digit_groups=1)


def test_digits_are_counted_one_by_one_and_three_together() -> None:
    words = {"word": 1, "space": 1}
    assert RULER.tally("1234567 and 12") == Tally(words, digits=9, digit_groups=4)


SCRIPTS = "ab1 2\n-^\\\u3000你好國駅鑫𠮷ABabγδ한국かなไทยक्षღა😀é²½㊙\u200b״אב،"


def finer(kind: str, token: bytes, rank: int, *, before: bytes, is_cut: bool, ends: bool) -> str:
    """Return the class within a script.

    Args:
        kind: the script.
        token: its bytes.
        rank: its place in the vocabulary.
        before: the token before it.
        is_cut: whether it begins or ends within a character.
        ends: whether its first visible character ends in it.
    """
    begins_a_word, visible = token[:1].isspace(), token.strip()
    is_bare = not token.decode(errors="ignore").strip()
    classes = {
        "space": [("second_space", token == b" " and before.isspace())],
        "word": [
            ("capitals", visible.isupper() and len(visible) > 1),
            ("piece", len(token) <= 3 and not begins_a_word),
            ("rare_word", rank >= 16_000),
        ],
        "mark": [
            ("rule", len(visible) >= 3 and len(set(visible)) == 1),
            ("escape", visible[:1] == b"\\" or b"^" in visible),
        ],
        "latin": [("part_of_latin", is_cut and is_bare), ("rare_latin", rank >= 32_000)],
        "cyrillic": [("part_of_cyrillic", is_cut)],
        "han": [("part_of_han", is_bare), ("han_words", len(token) - begins_a_word > 3)],
        "other_han": [("part_of_han", not ends)],
    }
    return next((name for name, applies in classes.get(kind, ()) if applies), kind)


@given(text=st.text(alphabet=SCRIPTS, max_size=80))
def test_a_token_has_the_class_of_the_first_visible_of_its_characters_however_they_are_cut(
    text: str,
) -> None:
    kinds = [class_of(character) for character in text for _ in character.encode()]
    ends = [len(text[: place + 1].encode()) for place, c in enumerate(text) for _ in c.encode()]
    cl100k = encoding("cl100k_base")
    expected: Counter[str] = Counter()
    end, before = 0, b""
    for rank, token in zip(chain(*cl100k.id_blocks(text)), cl100k.tokens(text), strict=True):
        start, end = end, end + len(token)
        if not token.isdigit():
            first = next((at for at in range(start, end) if kinds[at] != "space"), start)
            kind = finer(
                kinds[first].replace("digit", "mark"),
                token,
                rank,
                before=before,
                is_cut=not {start, end} <= {0, *ends},
                ends=ends[first] <= end,
            )
            expected[kind] += 1
        before = token
    assert RULER.tally(text).by_class == expected


@given(text=st.text(max_size=300))
def test_no_token_is_lost_between_the_classes(text: str) -> None:
    tally = RULER.tally(text)
    assert sum(tally.by_class.values()) + tally.digit_groups == encoding("cl100k_base").count(text)


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
        "nobody said so; range: what other vocabularies of its kind would give",
    )
    assert tokens.low < exact
    assert tokens.holds(exact + 1)


@pytest.mark.parametrize("mark", ["…。", '"，'])
def test_a_mark_of_chinese_behind_another_counts_in_a_part_without_more_of_them(mark: str) -> None:
    part, alone = f"a {mark}\n\n", "b 你"
    of_parts = [
        RULERS.tally_part(text, is_first=text == part).by_class.get("han") for text in (part, alone)
    ]
    assert of_parts == [1, 1]
    assert RULERS.tally(part + alone).by_class["han"] == 2


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
    text = "中华人民共和国" * 100  # one token of seven characters, where the ruler has two
    tokens = find_tokenizer("deepseek-v3", assumed="nobody said so").measure(text)
    assert (tokens.low, tokens.expected) == (100, 100)
    assert tokens.high is not None
    assert tokens.high > 200


def test_chinese_is_measured_by_a_vocabulary_that_knows_its_words() -> None:
    tokens = find_tokenizer("doubao").measure("人工智能" * 100)  # one token to all that are known
    assert (tokens.low, tokens.expected, tokens.high) == (89, 98, 105)
    assert RULERS.tally("人工智能，2024の").by_class == {
        "han_words": 1,
        "han": 1,  # the comma
        "kana": 1,
    }


def test_a_mark_of_chinese_is_one_character_whatever_white_space_is_in_its_token() -> None:
    assert encoding("qwen2").tokens("。\n") == ["。\n".encode()]
    assert RULERS.tally("。\n").by_class == {"han": 1}
    assert RULERS.tally("。 ").by_class == {"han": 1, "space": 1}


@pytest.mark.parametrize("name", ["doubao", "ernie", "grok", "muse"])
def test_a_text_in_parts_has_the_range_of_the_whole_in_chinese_as_well(name: str) -> None:
    tokenizer = find_tokenizer(name)
    divisible = as_divisible(tokenizer)
    assert divisible is not None
    whole = f"{ENGLISH} {CHINESE} 人工智能 " * 3
    pieces = list(blocks(whole, divisible.breaks, size=60))
    assert len(pieces) > 3
    tally: Counter[str] = Counter()
    for piece, place in placed(pieces):
        tally.update(divisible.tally(piece, **place))
    assert divisible.total(tally) == tokenizer.measure(whole)


@pytest.mark.parametrize("text", [THOUSAND, ENGLISH * 20, CHINESE * 20, THOUSAND + CHINESE * 30])
def test_an_estimate_is_the_tokens_of_the_rulers_by_class_and_as_far_as_the_peers_lie_apart(
    text: str,
) -> None:
    low, expected, high = reach("chinese", text)
    tokens = find_tokenizer("hunyuan").measure(text)
    assert tokens.method is Method.ESTIMATED
    assert (tokens.low, tokens.expected, tokens.high) == (int(low), int(expected + 0.5), ceil(high))


# Of 1,000 words the first has 900, the second 1,100, and both up to a tenth more or less.
TWO_PEERS = (
    {"word": Factors(900, 900, 1100), "han": Factors(500, 1000, 1000)},
    {"word": Factors(1100, 900, 1100), "han": Factors(700, 1000, 1000)},
)
# Of 1,000 pieces, as of 1,000 rare words, either peer has 1,000 without more or less.
OF_PIECES = tuple(
    {**peer, "piece": Factors(1000, 1000, 1000), "rare_word": Factors(1000, 1000, 1000)}
    for peer in TWO_PEERS
)
# Of 1,000 marks as well.
OF_MARKS = tuple(
    {**peer, **dict.fromkeys(("mark", "escape", "capitals"), Factors(1000, 1000, 1000))}
    for peer in OF_PIECES
)
WITHIN = Reach(
    own=1,
    own_at_home=1,
    down=0,
    up=0,
    margin=0,
    words=0,
    marks=0,
    capitals=(0, 0),
    digits=0,
    fewest_words=None,
    down_at_home=1,
    ruler_but_for=None,
)


def test_a_peer_has_its_own_factors_for_each_class_and_ends_as_wide_as_its_own_texts_lie() -> None:
    assert foresee({"word": 1000}, TWO_PEERS[0]) == (810, 900, 990)
    assert foresee({"word": 1000, "han": 1000}, TWO_PEERS[0]) == (1330, 1400, 1470)
    odd = {"word": Factors(900, 1100, 1200), "han": Factors(900, 800, 700)}  # beyond its own texts
    assert foresee({"word": 1000}, odd) == (900, 900, 1080)
    assert foresee({"han": 1000}, odd) == (720, 900, 900)


def test_a_range_reaches_from_the_lowest_peer_to_the_highest_and_expects_their_median() -> None:
    assert range_among({"word": 1000}, TWO_PEERS, WITHIN) == pytest.approx((810, 1000, 1210))
    half = WITHIN._replace(own=0.5)  # of the way to the ends of each peer
    assert range_among({"word": 1000}, TWO_PEERS, half) == pytest.approx((855, 1000, 1155))


def test_a_range_reaches_further_where_its_peers_lie_apart() -> None:
    spread = 141.4214 / 1000  # the standard deviation of 900 and 1,100 by their mean
    low, middle, high = range_among({"word": 1000}, TWO_PEERS, WITHIN._replace(down=2, up=0.5))
    assert middle == 1000
    assert low == pytest.approx(810 * exp(-2 * spread))
    assert high == pytest.approx(1210 * exp(0.5 * spread))
    alike = (TWO_PEERS[0], TWO_PEERS[0])
    assert range_among({"word": 1000}, alike, WITHIN._replace(down=2, up=0.5)) == (810, 900, 990)


def test_words_that_all_peers_cut_into_pieces_may_be_whole_in_another_vocabulary() -> None:
    whole = WITHIN._replace(words=0.2)
    for kind in ("piece", "rare_word"):
        low, middle, high = range_among({kind: 1000}, OF_PIECES, whole)
        assert (middle, high) == (1000, 1000)  # though the peers agree
        assert low == pytest.approx(1000 * exp(-0.2))
    assert range_among({"word": 1000}, OF_PIECES, whole)[0] == 810  # a common word is whole already
    low, _, _ = range_among({"word": 1000, "piece": 1000}, OF_PIECES, WITHIN)
    half, _, _ = range_among({"word": 1000, "piece": 1000}, OF_PIECES, whole)
    assert half == pytest.approx(low * exp(-0.05))  # half of half: any language has some
    low, _, _ = range_among({"mark": 1000, "piece": 1000}, OF_MARKS, WITHIN)
    beside, _, _ = range_among({"mark": 1000, "piece": 1000}, OF_MARKS, whole)
    assert beside == pytest.approx(low * exp(-0.1))  # half of the text, all of its words


def test_pieces_of_words_and_the_spread_of_the_peers_count_only_by_the_larger() -> None:
    words = {"word": 1000, "piece": 1000}
    spread = stdev((1900, 2100)) / 2000
    low = range_among(words, OF_PIECES, WITHIN)[0]
    for down, factor in ((1, 0.1), (2, 2 * spread)):  # the spread is 0.0707
        reach = WITHIN._replace(down=down, words=0.4)
        assert range_among(words, OF_PIECES, reach)[0] == pytest.approx(low * exp(-factor))


def test_marks_and_scripts_that_all_peers_have_whole_may_be_cut_by_another_vocabulary() -> None:
    cut = WITHIN._replace(marks=0.2)
    low, middle, high = range_among({"mark": 1000}, OF_MARKS, cut)
    assert (low, middle) == (1000, 1000)  # though the peers agree
    assert high == pytest.approx(1000 * exp(0.2))
    assert range_among({"escape": 1000}, OF_MARKS, cut)[2] == 1000
    whole = range_among({"word": 1000, "mark": 1000}, OF_MARKS, WITHIN)[2]
    assert range_among({"word": 1000, "mark": 1000}, OF_MARKS, cut)[2] == pytest.approx(
        whole * exp(0.1)
    )
    han = range_among({"han": 1000}, TWO_PEERS, cut)[2]
    assert han == pytest.approx(700 * exp(0.2))
    at_home = cut._replace(ruler_but_for=("han",))
    assert range_among({"han": 1000}, TWO_PEERS, at_home)[2] == 700
    up = cut._replace(up=2)  # 0.28 by the spread of 900 and 1,100, which is more
    assert range_among({"word": 1000}, TWO_PEERS, up)[2] == pytest.approx(
        1210 * exp(2 * stdev((900, 1100)) / 1000)
    )


def test_names_in_capitals_may_be_whole_in_another_vocabulary_or_spelled() -> None:
    apart = WITHIN._replace(capitals=(1, 2))
    few, _, many = range_among({"mark": 870, "capitals": 130}, OF_MARKS, apart)
    assert few == pytest.approx(1000 * exp(-0.1))  # 13 % are capitals, 3 % any text may have
    assert many == pytest.approx(1000 * exp(0.2))
    assert range_among({"mark": 970, "capitals": 30}, OF_MARKS, apart) == (1000, 1000, 1000)
    both = apart._replace(words=0.2, marks=0.1)  # beside what pieces and marks do
    pieces = {"piece": 870, "capitals": 130}
    low, _, _ = range_among(pieces, OF_MARKS, both)
    assert low == pytest.approx(1000 * exp(-0.2 * 0.87 * 0.87 - 0.1))
    _, _, high = range_among({"mark": 870, "capitals": 130}, OF_MARKS, both)
    assert high == pytest.approx(1000 * exp(0.1 * 0.87 + 0.2))


@pytest.mark.parametrize("kind", sorted(PUT_TOGETHER))
def test_whatever_is_put_together_may_be_cut_by_another_vocabulary(kind: str) -> None:
    whole = ({kind: Factors(1000, 1000, 1000)},) * 2
    assert range_among({kind: 1000}, whole, WITHIN)[2] == 1000
    assert range_among({kind: 1000}, whole, WITHIN._replace(marks=0.2))[2] == pytest.approx(
        1000 * exp(0.2)
    )


# Of 1,000 words, 800 by the second ruler, a peer has 1,000, another 1,200; of marks both the same.
NEWER = {"word": 1000, "newer_words": 800}
AS_RULED = tuple(
    {
        **dict.fromkeys(("word", "mark"), Factors(thousandths, 1000, 1000)),
        "newer_words": Factors(0, 1000, 1000),
    }
    for thousandths in (1000, 1200)
)


@pytest.mark.parametrize(
    ("fewest_words", "low"),
    [
        (None, 1000),  # the lower peer's count
        ((0.9, 1), 800),  # the second ruler has no more
        ((0.5, 0.6), 480),
        ((0.5, 2), 1000),
        ((1.5, 2), 1000),  # a peer's own count is never left out
    ],
)
def test_the_low_end_of_words_lies_where_the_better_ruler_has_them(
    fewest_words: tuple[float, float] | None, low: float
) -> None:
    reach = WITHIN._replace(fewest_words=fewest_words)
    assert range_among(NEWER, AS_RULED, reach)[0] == pytest.approx(low)
    first_is_better = {"word": 1000, "newer_words": 1300}
    best = None if fewest_words is None else tuple(0.8 * part for part in fewest_words)
    reach = WITHIN._replace(fewest_words=best)
    assert range_among(first_is_better, AS_RULED, reach)[0] == pytest.approx(low)
    reach = WITHIN._replace(fewest_words=fewest_words)
    peers = [{**peer, "mark": Factors(1000, 1000, 1000)} for peer in AS_RULED]
    assert range_among({**NEWER, "mark": 100}, peers, reach)[0] == pytest.approx(low + 100)


def test_the_better_ruler_keeps_a_low_end_from_reaching_too_far() -> None:
    reach = WITHIN._replace(down=5, fewest_words=(0.9, 1))  # the spread is 0.1286
    alone = WITHIN._replace(down=5)
    assert range_among(NEWER, AS_RULED, alone)[0] == pytest.approx(
        1000 * exp(-5 * stdev((1000, 1200)) / 1100)
    )  # about 526
    assert range_among(NEWER, AS_RULED, reach)[0] == pytest.approx(720)


def test_what_is_beside_the_words_reaches_down_by_the_spread_of_the_peers() -> None:
    reach = WITHIN._replace(down=1, fewest_words=(0.9, 1))
    peers = [{**peer, "mark": peer["word"]} for peer in AS_RULED]  # of marks 1,000 or 1,200 as well
    low, _, _ = range_among({**NEWER, "mark": 1000}, peers, reach)
    assert low == pytest.approx(800 + 1000 * exp(-stdev((1000, 1200)) / 1100))  # about 1,679


def test_no_low_end_of_words_counts_on_a_space_before_a_number() -> None:
    reach = WITHIN._replace(fewest_words=(0.9, 1))
    peers = [{**peer, "second_space": Factors(1000, 1000, 1000)} for peer in AS_RULED]
    assert range_among({**NEWER, "second_space": 50}, peers, reach)[0] == pytest.approx(800)


def test_a_range_reaches_less_far_where_digits_leave_much_open() -> None:
    less = WITHIN._replace(down=1, up=1, words=0.01, digits=3)
    spread = stdev((900, 1100)) / 1000
    alone = range_among({"word": 1000}, TWO_PEERS, less)
    assert alone == pytest.approx((810 * exp(-spread), 1000, 1210 * exp(spread)))
    # Half of it may be digits: the reach is 1 / (1 + 3 * 0.5), two fifths.
    low, middle, high = range_among({"word": 1000}, TWO_PEERS, less, open_digits=1000)
    assert middle == 1000
    assert low == pytest.approx((900 - 0.4 * 90) * exp(-0.4 * spread))
    assert high == pytest.approx((1100 + 0.4 * 110) * exp(0.4 * spread))


@given(st.integers(1, 200), st.integers(0, 200))
def test_a_digit_more_never_lowers_an_end(words: int, digits: int) -> None:
    tokenizer = find_tokenizer("doubao")
    text = "word " * words
    measured = (tokenizer.measure(text + "7" * many) for many in (digits, digits + 1))
    (low, high), (low_of_more, high_of_more) = ((of.low or 0, of.high or 0) for of in measured)
    assert 0 < low <= low_of_more
    assert high <= high_of_more


def test_a_range_reaches_less_far_down_in_a_script_that_the_family_was_made_for() -> None:
    spread = stdev((500, 700)) / 600
    at_home = WITHIN._replace(down=1, down_at_home=0.5, ruler_but_for=("han",))
    low, _, _ = range_among({"han": 1000}, TWO_PEERS, at_home)
    assert low == pytest.approx(500 * exp(-0.5 * spread))
    abroad, _, _ = range_among({"word": 1000}, TWO_PEERS, at_home)
    assert abroad == pytest.approx(810 * exp(-stdev((900, 1100)) / 1000))


def test_the_ends_of_the_peers_count_less_in_a_script_that_the_family_was_made_for() -> None:
    reach = WITHIN._replace(own_at_home=0.5, ruler_but_for=("word",))
    low, _, high = range_among({"word": 1000}, TWO_PEERS, reach)
    assert low == pytest.approx(855)  # half way from 900 to 810
    assert high == pytest.approx(1155)  # half way from 1,100 to 1,210
    abroad = range_among({"word": 1000}, TWO_PEERS, reach._replace(ruler_but_for=("han",)))
    assert abroad == pytest.approx((810, 1000, 1210))


def test_no_low_end_counts_on_a_space_before_a_number() -> None:
    peer = {"word": Factors(1000, 1000, 1000), "second_space": Factors(1000, 1000, 1000)}
    tokens = {"word": 100, "second_space": 50}
    assert range_among(tokens, (peer, peer), WITHIN) == (100, 150, 150)


def test_a_margin_moves_both_ends_out() -> None:
    low, _, high = range_among({"word": 1000}, TWO_PEERS, WITHIN._replace(margin=0.1))
    assert (low, high) == pytest.approx((810 / 1.1, 1210 * 1.1))


def test_a_family_may_have_as_many_tokens_as_the_ruler_but_for_scripts_that_it_was_made_for() -> (
    None
):
    def high(but_for: tuple[str, ...] | None) -> float:
        reach = WITHIN._replace(ruler_but_for=but_for)
        return range_among({"word": 100, "han": 1000}, TWO_PEERS, reach)[2]

    assert high(None) == pytest.approx((110 + 700) * (1 + 0.1 * 100 / 1100))  # about 817
    assert high(()) == 1100
    assert high(("han",)) == pytest.approx(high(None))  # 100 words and at most 700 of Han are fewer
    assert high(("word",)) == 1000 + 110
    newer = {"word": 100, "han": 1000, "newer_words": 90}  # the same words, by the other ruler
    peers = [{**peer, "newer_words": Factors(0, 1000, 1000)} for peer in TWO_PEERS]
    assert range_among(newer, peers, WITHIN._replace(ruler_but_for=()))[2] == 1100


def test_common_contents_have_a_narrow_range_and_rare_ones_a_wide_one() -> None:
    def width(text: str) -> float:
        tokens = find_tokenizer("hunyuan").measure(text)
        return ((tokens.high or 0) - tokens.low) / tokens.expected

    assert width(ENGLISH * 20) < 0.3
    assert width(CHINESE * 20) < 0.5
    assert width("คณะกรรมการยังไม่ได้ตัดสินใจว่าจะรับข้อเสนอหรือไม่ " * 20) > 0.8


def test_digits_may_be_tokens_of_one_or_of_three_whatever_is_believed() -> None:
    number = "123456789" * 100
    ranges = {
        name: find_tokenizer(name).measure(number) for name in ("hunyuan", "doubao")
    }  # the first is believed to have either, the second one token for each
    assert {(tokens.low, tokens.high) for tokens in ranges.values()} == {(300, 900)}
    assert ranges["hunyuan"].expected == 600
    assert ranges["doubao"].expected == 900


def test_a_digit_that_stands_alone_leaves_nothing_open() -> None:
    text = "page 7, " * 100
    assert RULERS.tally(text)[1:] == (100, 100, 0)
    low, _, high = reach("chinese", text)  # of all but the digits, and as far as without them
    tokens = find_tokenizer("hunyuan").measure(text)
    assert (tokens.low, tokens.high) == (int(low) + 100, ceil(high) + 100)


@pytest.mark.parametrize("name", ["doubao", "ernie", "grok"])
def test_line_ends_of_windows_may_be_two_tokens_more_each(name: str) -> None:
    lines = "    return;\n" * 100
    unix, windows = (
        find_tokenizer(name).measure(text) for text in (lines, lines.replace("\n", "\r\n"))
    )
    assert (windows.low, windows.expected) == (unix.low, unix.expected)
    assert windows.high is not None
    assert unix.high is not None
    assert windows.high == unix.high + 200
    deepseek = encoding("deepseek-v3")  # has either character as a token of its own
    assert deepseek.count(lines.replace("\n", "\r\n")) == deepseek.count(lines) + 200


def test_the_returns_of_parts_add_up() -> None:
    parts = [RULERS.tally_part(part, is_first=part == "a\r") for part in ("a\r", "\nb\r\n")]
    assert [part.numbers["returns"] for part in parts] == [1, 1]
    added = Tally.of(Counter(parts[0].numbers) + Counter(parts[1].numbers) + Counter({"digits": 0}))
    assert added.returns == RULERS.tally("a\r\nb\r\n").returns == 2


def test_a_family_says_which_table_it_uses_and_why() -> None:
    basis = find_tokenizer("ernie").measure("").basis
    assert basis.startswith(
        "cl100k_base, o200k_base and qwen2 times factors by script and kind of token, "
        "table chinese_wide: "
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
    for rows in ranges["peers"].values():
        assert [len(row) for row in rows] == [len(ranges["classes"])] * 3
        assert min(map(min, rows)) >= 0
    for table in ranges["tables"].values():
        assert len(table["peers"]) >= 2
        assert set(table["peers"]) <= set(ranges["peers"])
        assert set(table["reach"]["ruler_but_for"] or ()) <= set(ranges["classes"])
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


def test_the_reach_of_a_table_is_the_one_that_was_tried() -> None:
    tables = json.loads(RANGES.read_text("utf-8"))["tables"]
    assert set(tables) == set(calibrate.TABLES)
    for name, table in calibrate.TABLES.items():
        assert tables[name]["peers"] == list(table.peers)
        written = json.loads(json.dumps(table.reach._asdict()))
        assert tables[name]["reach"] == written


# Ten texts of 100 words, of which a family makes 91 to 109 tokens, and one apart that is not seen.
TEXTS = [Sample(kind="prose", text=str(place), apart=place == 10) for place in range(11)]
TALLIES = [Tally({"word": 100}, 0, 0)] * 11
TOKENS = calibrate.Counts([91, 93, 95, 97, 99, 101, 103, 105, 107, 109, 900], [0] * 11)


def test_a_peer_has_the_factors_of_the_texts_that_are_fitted() -> None:
    peer = calibrate.peer_of(TOKENS, TEXTS, TALLIES, ("word", "han"))
    assert 990 <= peer["word"].expected <= 1010  # half of the texts have fewer, half more
    assert 91 <= peer["word"].expected * peer["word"].low / 10_000 <= 93.1  # one of ten has fewer
    assert 106.9 <= peer["word"].expected * peer["word"].high / 10_000 <= 109  # one has more
    assert peer["han"] == (1000, 1000, 1000)  # of which there is no text


def test_a_family_is_tried_on_the_texts_apart_by_all_others() -> None:
    def peer(thousandths: int) -> dict[str, Factors]:
        return {"word": Factors(thousandths, 1000, 1000)}

    peers = {"low": peer(900), "high": peer(1100), "tried": peer(5000)}
    table = calibrate.Table(tuple(peers), ("tried",), WITHIN)
    counts = {"tried": calibrate.Counts([0] * 10 + [100], [0] * 11)}
    trials = list(calibrate.trials_of(table, peers, counts, TEXTS, TALLIES))
    assert trials == [("prose", 10, "tried", True, 0.2)]  # 90 to 110 for 100
    counts = {"tried": calibrate.Counts([0] * 10 + [120], [0] * 11)}
    assert not next(calibrate.trials_of(table, peers, counts, TEXTS, TALLIES)).holds


def test_an_assumption_is_tried_with_each_other_family_as_the_one_that_is_believed_in() -> None:
    peers = {name: {"word": Factors(1000, 1000, 1000)} for name in ("low", "high", "tried")}
    table = calibrate.Table(tuple(peers), tuple(peers), WITHIN, is_of_assumptions=True)
    numbers = {"low": 80, "high": 100, "tried": 125}
    counts = {name: calibrate.Counts([0] * 10 + [n], [0] * 11) for name, n in numbers.items()}
    trials = list(calibrate.trials_of(table, peers, counts, TEXTS, TALLIES))
    # All others foresee 100 in every text: from 100 to the 125 that is believed in, for 80, and so
    # on; of three families only 100 is held by another's count.
    assert [(trial.family, trial.holds, trial.width) for trial in trials] == [
        *(("low", False, 0), ("low", False, 0.3125)),
        *(("high", True, 0.2), ("high", True, 0.25)),
        *(("tried", False, 0.16), ("tried", False, 0)),
    ]


@pytest.mark.parametrize(
    ("marks", "kind"),
    [("---", "rule"), ("....", "rule"), ("-*=", "mark"), ("--", "mark"), ("\\(", "escape")],
)
def test_a_rule_is_three_or_more_of_one_mark(marks: str, kind: str) -> None:
    assert _class_of_marks(marks.encode()) == kind
