"""Tokenizers that a user adds, and those that packages offer."""

import base64
import json
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest

from tokencost import add_tokenizer, count, list_tokenizers, show_tokens, tokens_of
from tokencost.errors import TokenizerError
from tokencost.tokenizers import Method, TokenCount, find_tokenizer
from tokencost.tokenizers.conversion import byte_alphabet
from tokencost.tokenizers.registry import encoding

TEXT = "Hello wörld, 12345 你好!\n\n  def f(x):\treturn x  # 'quoted'"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path


def tiktoken_file(name: str) -> bytes:
    ranks = encoding(name).vocabulary.ranks()
    return b"".join(b"%b %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items())


def hugging_face(**changes: Any) -> dict[str, Any]:
    """Return a small tokenizer.json that knows "ab" and "abc"."""
    letters = sorted(byte_alphabet())
    split = {"type": "Split", "pattern": {"Regex": r"\w+|\W"}, "behavior": "Isolated"}
    model = {
        "type": "BPE",
        "vocab": {token: place for place, token in enumerate([*letters, "ab", "abc"])},
        "merges": ["a b", ["ab", "c"]],
    }
    steps = [split, {"type": "ByteLevel", "use_regex": False}]
    whole = {
        "model": model,
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": steps},
    }
    for place, value in changes.items():
        part, _, key = place.partition("__")
        if key:
            whole[part][key] = value  # type: ignore[index]
        else:
            whole[part] = value
    return whole


Add = Callable[..., str]


@pytest.fixture
def add(tmp_path: Path) -> Add:
    def added(content: object, *, name: str = "mine", pattern: str = "") -> str:
        file = tmp_path / "file.json"
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        file.write_bytes(data)
        (listed,) = add_tokenizer(name, file, pattern=pattern).listed
        return listed.method

    return added


def test_a_tiktoken_file_with_a_known_pattern_counts_as_the_shipped_one(add: Add) -> None:
    assert add(tiktoken_file("qwen2"), pattern="qwen2") == "exact"
    mine = find_tokenizer("mine").measure(TEXT)
    assert mine.expected == find_tokenizer("qwen2").measure(TEXT).expected
    assert mine.method is Method.EXACT


def test_a_tokenizer_json_is_run_by_its_merges_and_its_pattern(add: Add) -> None:
    add(hugging_face())
    tokens = tokens_of("abc ab é", tokenizer="mine")
    assert tokens == [b"abc", b" ", b"ab", b" ", b"\xc3", b"\xa9"]


def test_an_assumption_stays_one_with_a_tokenizer_of_ones_own(add: Add) -> None:
    add(hugging_face())
    assert find_tokenizer("mine", assumed="perhaps").measure("abc").method is Method.ASSUMED


def test_it_is_counted_with_and_listed(add: Add) -> None:
    add(hugging_face())
    (result,) = count("abc", tokenizer="mine").results
    assert result.tokens.expected == 1
    assert ("mine", "own") in {(listed.name, listed.origin) for listed in list_tokenizers().listed}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (hugging_face(model__type="Unigram"), "a Unigram model"),
        (hugging_face(model__byte_fallback=True), "its model has byte_fallback"),
        (hugging_face(model__merges=["a ▁"]), "not byte-level: it has the character '▁'"),
        (hugging_face(normalizer={"type": "Lowercase"}), "it normalizes by Lowercase"),
        (hugging_face(pre_tokenizer={"type": "Metaspace"}), "it splits by Metaspace"),
        (
            hugging_face(pre_tokenizer={"type": "ByteLevel", "add_prefix_space": True}),
            "it puts a space before a text",
        ),
        (
            hugging_face(
                pre_tokenizer={
                    "type": "Split",
                    "pattern": {"Regex": "x"},
                    "behavior": "Removed",
                }
            ),
            "it splits in the manner Removed",
        ),
        (hugging_face(pre_tokenizer=None), "it splits 0 times in a row"),
        (
            hugging_face(
                pre_tokenizer={"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated"}
            ),
            "its pattern is none to tiktoken",
        ),
        (
            hugging_face(
                pre_tokenizer={"type": "Split", "pattern": {"Regex": "a+"}, "behavior": "Isolated"}
            ),
            "its pattern leaves characters out",
        ),
        ({"something": "else"}, "neither a tokenizer.json nor a tekken.json"),
        (b"{", "not valid JSON"),
        (b"YQ== 0\nnonsense\n", "line 2 is not a token with its rank"),
        (b"YQ== 0\nYg== 2\n", "its ranks have holes"),
    ],
)
def test_what_cannot_be_run_exactly_is_refused_and_leaves_nothing(
    add: Add, home: Path, content: object, why: str
) -> None:
    with pytest.raises(TokenizerError) as raised:
        add(content)
    assert f"cannot be run exactly: {why}" in str(raised.value)
    assert not (home / "tokencost").exists()


def test_a_file_that_does_not_say_how_it_splits_needs_a_pattern(add: Add) -> None:
    with pytest.raises(TokenizerError, match="does not say how a text is split") as raised:
        add(tiktoken_file("cl100k_base"))
    assert "o200k" in raised.value.hint


@pytest.mark.parametrize(("name", "message"), [("qwen2", "is taken"), ("A b", "is not a name")])
def test_a_name_has_to_be_free_and_plain(add: Add, name: str, message: str) -> None:
    with pytest.raises(TokenizerError, match=message):
        add(hugging_face(), name=name)


def test_a_broken_folder_is_told(add: Add, home: Path) -> None:
    add(hugging_face())
    (home / "tokencost" / "tokenizers" / "mine.toml").write_text("pattern = 1", encoding="utf-8")
    with pytest.raises(TokenizerError, match="is broken"):
        find_tokenizer("mine")


class Words:
    name = "words"
    method = Method.ESTIMATED

    def measure(self, text: str) -> TokenCount:
        words = len(text.split())
        return TokenCount(
            expected=words, low=words, high=words, method=self.method, tokenizer="words"
        )


WORDS = Words()


@pytest.mark.parametrize("value", ["Words", "WORDS"])
def test_an_installed_package_may_offer_one(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    entry = EntryPoint("words", f"{__name__}:{value}", "tokencost.tokenizers")
    monkeypatch.setattr(EntryPoint, "load", lambda _: globals()[value])
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda **by: EntryPoints([entry]).select(**by)
    )
    (result,) = count("one two three", tokenizer="words").results
    assert result.tokens.expected == 3
    assert ("words", "plug-in") in {
        (listed.name, listed.origin) for listed in list_tokenizers().listed
    }


def test_tokens_are_shown_one_by_one() -> None:
    tokens = tokens_of("hello world\n𠀀")
    assert b"".join(tokens).decode() == "hello world\n𠀀"
    assert show_tokens(tokens, color=False) == "hello| world|↵\n|<f0>|<a0><80>|<80>\n"
    assert "\x1b[30;46mhello\x1b[0m\x1b[30;43m world\x1b[0m" in show_tokens(tokens, color=True)


def test_an_estimate_has_no_tokens_to_show() -> None:
    with pytest.raises(TokenizerError, match="doubao has no vocabulary"):
        tokens_of("x", tokenizer="doubao")
