"""What every turn of a session begins with: system and tools, counted as a request sends them."""

import json
from dataclasses import replace
from typing import Any

from tokencost.errors import Failures, InputError
from tokencost.estimates.model_count import count_for_model
from tokencost.inputs import as_input_set
from tokencost.inputs.request_formats import read_request
from tokencost.pricing import Offer
from tokencost.sessions.session import Session, Size
from tokencost.tokenizers import Method, TokenCount


def count_prefix(
    session: Session, offer: Offer, tokenizer: str | None, failures: Failures
) -> TokenCount | None:
    """Count system and tools; None, and a failure, if a text of them cannot be counted.

    Tools that are definitions in JSON are counted as those of a request: in the form and with all
    that the provider adds, whatever white space the file has. Any other text is counted as it is.
    """
    system = _count(session.system, offer, tokenizer, failures)
    tools = _count_tools(session.tools, offer, tokenizer, failures)
    return None if system is None or tools is None else TokenCount.sum([system, tools])


def _count_tools(
    size: Size, offer: Offer, tokenizer: str | None, failures: Failures
) -> TokenCount | None:
    prompts = [] if isinstance(size, int) else as_input_set(size).prompts
    definitions = _definitions(prompts[0].text) if len(prompts) == 1 else None
    if definitions is None:
        return _count(size, offer, tokenizer, failures)
    asked: list[dict[str, Any]] = [{"role": "user", "content": "x"}]
    bodies = ({"messages": asked, "tools": definitions}, {"messages": asked})
    try:
        requests = [read_request(body, name=prompts[0].name) for body in bodies]
    except InputError:  # JSON of another kind
        return _count(size, offer, tokenizer, failures)
    counts = [
        count_for_model(
            replace(prompts[0], kind="request", request=request),
            offer.model,
            tokenizer,
            failures,
            site=offer.site,
        )
        for request in requests
    ]
    whole, rest = counts
    return None if whole is None or rest is None else _difference(whole, rest)


def _definitions(text: str) -> list[Any] | None:
    """Return the tools that *text* defines, None if it has none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    tools = value.get("tools") if isinstance(value, dict) else value
    is_list = isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools)
    return tools if is_list and tools else None


def _difference(whole: TokenCount, rest: TokenCount) -> TokenCount:
    """Return what tools add to a request, both ends of the range likewise."""
    expected = whole.expected - rest.expected
    high = None if whole.high is None or rest.high is None else whole.high - rest.high
    return replace(
        whole,
        expected=expected,
        low=min(expected, max(0, whole.low - rest.low)),
        high=None if high is None else max(expected, high),
        overhead=max(0, whole.overhead - rest.overhead),
    )


def _count(
    size: Size, offer: Offer, tokenizer: str | None, failures: Failures
) -> TokenCount | None:
    if isinstance(size, int):
        return TokenCount(
            expected=size, low=size, high=size, method=Method.SUPPLIED, tokenizer=None
        )
    input_set = as_input_set(size)
    for error in input_set.errors:
        failures.add(error, model=offer.model.name)
    counts = [
        count_for_model(prompt, offer.model, tokenizer, failures, site=offer.site)
        for prompt in input_set.prompts
    ]
    counted = [tokens for tokens in counts if tokens is not None]
    return TokenCount.sum(counted) if counted and len(counted) == len(counts) else None
