"""Tokens of a request: its contents, and what the message format adds."""

from typing import ClassVar

import pytest

from tokencost.inputs import Prompt
from tokencost.inputs.request import Message, Request
from tokencost.tokenizers import Method, TokenCount
from tokencost.tokenizers.overheads.bill import _whole
from tokencost.tokenizers.request_count import count_prompt


class _HundredTokens:
    """Counts every text as 100 tokens, under the name of a vocabulary of Claude."""

    name: ClassVar[str] = "claude-4.7"
    method: ClassVar[Method] = Method.RECONSTRUCTED

    def measure(self, text: str) -> TokenCount:
        size = 100 if text else 0
        return TokenCount(
            expected=size, low=size, high=size, method=self.method, tokenizer=self.name
        )


@pytest.mark.parametrize(
    ("model", "range_"),
    [
        ("claude-opus-4-7", (108, 111, 114)),
        ("claude-opus-4-7-20260416", (108, 111, 114)),
        ("anthropic/claude-opus-4-7", (108, 111, 114)),
        ("claude-next", (103, 106, 109)),  # as the vocabulary alone says
    ],
)
def test_one_message_to_claude_opus_4_7_adds_11_tokens(
    model: str, range_: tuple[int, int, int]
) -> None:
    request = Request(messages=(Message.of("user", "hello"),))
    prompt = Prompt(name="r.json", text="", kind="request", request=request)
    tokens = count_prompt(prompt, _HundredTokens(), model=model)
    assert (tokens.low, tokens.expected, tokens.high) == range_
    assert tokens.overhead == tokens.expected - 100


@pytest.mark.parametrize(
    ("method", "off"), [(Method.ASSUMED, 2), (Method.ESTIMATED, 3), (Method.RECONSTRUCTED, 3)]
)
def test_a_slack_of_2_4_tokens_is_2_of_a_vocabulary_and_3_of_an_estimate(
    method: Method, off: int
) -> None:
    """A Responses request of 350 tokens may be off by 1 and 4 in 1,000."""
    assert _whole(2.4, method) == off
    assert _whole(3 - 1e-12, method) == _whole(3 + 1e-12, method) == 3
