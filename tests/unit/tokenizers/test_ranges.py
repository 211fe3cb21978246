import argparse
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost.errors import TokenizerError
from tokencost.tokenizers import Method, find_tokenizer, tokenizer_names
from tokencost.tokenizers.approximate import Content, by_content

ENGLISH = "The committee has not yet decided whether the proposal should be accepted.\n"
CHINESE = "委员会尚未决定是否接受该提案，会议将于下周继续进行。\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ENGLISH * 40, Content.ENGLISH),
        (CHINESE * 100, Content.CHINESE),
        (
            "使用 configure --prefix 命令设置安装目录 /usr/local/share 之后运行 make\n" * 60,
            Content.CHINESE_MIXED,
        ),
        ("Комитет ещё не решил, принять ли предложение.\n" * 60, Content.OTHER),
        ("위원회는 아직 결정하지 않았다.\n" * 100, Content.OTHER),
        (Path(argparse.__file__).read_text(encoding="utf-8")[12_000:16_000], Content.CODE),
        (json.dumps([{"name": "a", "price": 1.5, "tags": ["x", "y"]}] * 40), Content.JSON),
        (
            json.dumps([{"name": "a", "price": 1.5, "tags": ["x", "y"]}] * 40, indent=2),
            Content.JSON,
        ),
        ("# Title\n\n- one point\n- another point\n\n" * 60, Content.MARKDOWN),
    ],
)
def test_the_kind_of_content_is_measured_on_the_text(text: str, kind: Content) -> None:
    assert list(by_content(text)) == [kind]


def test_a_mixed_text_is_split_into_its_kinds() -> None:
    assert len(ENGLISH) * 27 > 2000  # the chunks end with the English lines
    parts = by_content(ENGLISH * 54 + CHINESE * 100)
    assert list(parts) == [Content.ENGLISH, Content.CHINESE]


@given(text=st.text(max_size=3000))
def test_no_character_is_lost_between_the_kinds(text: str) -> None:
    assert sorted("".join(by_content(text).values())) == sorted(text)


@pytest.mark.parametrize("name", tokenizer_names())
@settings(max_examples=40)
@given(text=st.text(max_size=100))
def test_every_range_holds_its_count(name: str, text: str) -> None:
    tokens = find_tokenizer(name).measure(text)
    assert tokens.low <= tokens.expected <= tokens.high
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
    assert (tokens.low, tokens.high) == (exact * 92 // 100, -(-exact * 108 // 100))


def test_an_estimate_is_the_proxy_times_the_factor_of_the_content() -> None:
    proxy = find_tokenizer("o200k_base").measure(ENGLISH * 100).expected
    tokens = find_tokenizer("muse").measure(ENGLISH * 100)
    assert tokens.method is Method.ESTIMATED
    assert tokens.expected == round(proxy * 1.019)
    assert (tokens.low, tokens.high) == (int(proxy * 0.675), -(-proxy * 1635 // 1000))


def test_a_short_text_has_twice_the_range() -> None:
    proxy = find_tokenizer("o200k_base").measure(ENGLISH).expected
    assert proxy < 200
    tokens = find_tokenizer("doubao").measure(ENGLISH)  # 1.004, from 0.871 to 1.213
    assert (tokens.low, tokens.high) == (int(proxy * 0.738), -(-proxy * 1422 // 1000))


def test_an_unknown_tokenizer_names_the_nearest() -> None:
    with pytest.raises(TokenizerError, match="unknown tokenizer 'o200k'") as raised:
        find_tokenizer("o200k")
    assert raised.value.hint.startswith("did you mean o200k_base")
