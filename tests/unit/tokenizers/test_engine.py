"""The engine without the package around it is the one that the package uses."""

import subprocess
import sys

import pytest

from tokencost.tokenizers.engine import Encoder
from tokencost.tokenizers.registry import encoding

BYTES = {bytes((byte,)): byte for byte in range(256)}


def test_tiktoken_that_is_imported_later_has_the_same_engine() -> None:
    script = """
import sys
from tokencost.tokenizers.engine import Encoder
ranks = {bytes((byte,)): byte for byte in range(256)}
assert Encoder(ranks, pattern="(?s:.+)").encode("ab") == [97, 98]
assert "tiktoken" not in sys.modules and "concurrent.futures" not in sys.modules
import tiktoken
encoding = tiktoken.Encoding("b", pat_str="(?s:.+)", mergeable_ranks=ranks, special_tokens={})
assert encoding.encode_ordinary("ab") == [97, 98]
assert Encoder(ranks, pattern="(?s:.+)").encode("ab") == [97, 98]
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_pair_that_is_a_token_is_one_and_a_lone_surrogate_is_a_replacement_character() -> None:
    encoder = Encoder(BYTES | {b"ab": 256}, pattern="(?s:.+)")
    assert encoder.encode("abc") == [256, 99]
    assert encoder.encode("\ud800") == list("\ufffd".encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello world",
        "\0unused\0",
        "a\0unused\0b \0unused\0",
        "\0unused",
        "<|endoftext|> ends \r\n\n nothing  ",
        "中文\U00010940\u20c1é",
        "\ud800 half",
    ],
)
def test_tokens_are_counted_as_they_are_encoded_whatever_the_engine_holds_for_special(
    text: str,
) -> None:
    for name in ("o200k_base", "cl100k_base"):
        encoder = encoding(name)._load()
        assert encoder.count(text) == len(encoder.encode(text))
