"""How many tokens of input a provider billed, by the shape of its usage."""

from collections.abc import Mapping
from typing import Any

# Where the input stands, and what of it stands beside: what Anthropic and Bedrock read from a
# cache or write to it, and what Gemini's own tools read. OpenAI and those who copy it have cached
# tokens inside their number.
_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("prompt_tokens", ()),
    ("input_tokens", ("cache_read_input_tokens", "cache_creation_input_tokens")),
    ("inputTokens", ("cacheReadInputTokens", "cacheWriteInputTokens")),
    ("promptTokenCount", ("toolUsePromptTokenCount",)),
    ("prompt_token_count", ("tool_use_prompt_token_count",)),
)
_USAGES = ("usage", "usageMetadata", "usage_metadata")


def recorded_input(record: Mapping[str, Any]) -> int | None:
    """Return the whole input that *record* says was billed, None if it says none.

    The usage stands in the record, or in the `response` in it, or in the `body` of that.
    """
    answer = record.get("response")
    answer = answer.get("body", answer) if isinstance(answer, Mapping) else record
    usages = (answer.get(key) for key in _USAGES)
    usage = next((usage for usage in usages if isinstance(usage, Mapping)), {})
    for key, beside in _SHAPES:
        parts = [usage.get(name) or 0 for name in (key, *beside)]
        if key in usage and all(_is_count(part) for part in parts):
            return sum(parts) or None
    return None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
