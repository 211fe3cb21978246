"""Tells logs and answers, which hold the tokens that were billed, from prompts."""

import json
import re

from tokencost.errors import InputError

_USAGE = (
    *("usage", "usageMetadata", "usage_metadata", "token_usage", "tokenUsage", "total_token_usage"),
    *("last_token_usage", "usageObject"),
)
_COUNTS = ("prompt_eval_count", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")
_MARK = re.compile('"(?:' + "|".join(map(re.escape, (*_USAGE, *_COUNTS))) + r')"\s*:')
# Where a record keeps what came back; the contents of messages are not searched.
_HOLDERS = frozenset(
    {
        *("response", "body", "message", "result", "payload", "info", "data", "event", "record"),
        *("modelOutput", "attributes", "metadata", "output", "assistantMessage", "tokens"),
    }
)
_DEPTH = 5


def may_hold_usage(text: str) -> bool:
    """Rule out text without a key that stands for recorded tokens, without decoding it."""
    return _MARK.search(text) is not None


def holds_usage(value: object, depth: int = _DEPTH) -> bool:
    """Whether decoded JSON is a record of a call with the tokens that it used."""
    if not isinstance(value, dict) or not depth:
        return False
    if any(_is_count(value.get(key)) for key in _COUNTS):
        return True
    if any(_counts_tokens(value.get(key)) for key in _USAGE):
        return True
    return any(holds_usage(value[key], depth - 1) for key in _HOLDERS & value.keys())


def _counts_tokens(value: object) -> bool:
    return isinstance(value, dict) and any(
        "token" in key.lower() and _is_count(number) for key, number in value.items()
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def refuse_usage(text: str, *, name: str) -> None:
    """Raise if *text* is a record of calls, or has one among its lines.

    Raises:
        InputError: it holds recorded tokens, so it is not a prompt.
    """
    if may_hold_usage(text) and any(map(_line_holds_usage, text.split("\n"))):
        raise usage_error(name)


def _line_holds_usage(line: str) -> bool:
    if not may_hold_usage(line):
        return False
    try:
        return holds_usage(json.loads(line))
    except (ValueError, RecursionError):
        return False


def usage_error(name: str) -> InputError:
    """Return the error of a log that was given as a prompt."""
    return InputError(
        f"{name} holds recorded usage, not prompts",
        hint=f"usage logs are not priced yet (tokencost usage {name} will)",
    )
