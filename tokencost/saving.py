"""From priced inputs to the scenarios of what else the same work could cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tokencost.answers import Estimate, Request
from tokencost.counting import measured
from tokencost.errors import UsageError
from tokencost.failures import Failures
from tokencost.inputs import Prompt
from tokencost.pricing import Moment
from tokencost.scenarios import Prefix, Savings, Sent, WhatIf, Work, explore
from tokencost.scenarios.prefix import shared_prefix
from tokencost.tokenizers import find_tokenizer
from tokencost.tokenizers.exact import ExactTokenizer
from tokencost.workload import InputTokens

_NUMBERS = Prefix(
    tokens=None, basis="which part of the input comes again is not known: --prefix-tokens"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The answers of one model, each with the input it is about."""

    results: Sequence[Estimate]
    inputs: Sequence[Prompt | InputTokens]


def savings(priced: Priced, *, request: Request, moment: Moment, what_if: WhatIf) -> Savings | None:
    """Return the scenarios of all inputs of one model together.

    None where there is nothing to compare with: an input has no price, or its cached tokens were
    named already.

    Raises:
        TokencostError: the prefix that was named is longer than an input, or cannot be counted.
    """
    first = priced.results[0]
    if first.quote is None or any(each.cost is None for each in priced.results):
        return None
    if any(each.usage.input != each.usage.uncached for each in priced.results):
        return None
    prefix = _prefix(priced, request, what_if)
    base = Work(
        offer=first.offer,
        moment=moment,
        mode=request.mode,
        thinking=request.thinking,
        requests=tuple(
            Sent(
                input=each.tokens.expected,
                prefix=min(prefix.tokens or 0, each.tokens.expected),
                output=each.output.expected,
            )
            for each in priced.results
        ),
        rounds=request.calls,
    )
    return explore(base, rates=first.quote.rates, prefix=prefix, what_if=what_if)


def _prefix(priced: Priced, request: Request, what_if: WhatIf) -> Prefix:
    if what_if.prefix is not None:
        for each in priced.results:
            if what_if.prefix > each.tokens.expected:
                raise UsageError(
                    f"a prefix of {what_if.prefix:,} tokens is longer than {each.input} "
                    f"({each.tokens.expected:,})",
                    hint="--prefix-tokens is the part that every call begins with",
                )
        return Prefix(tokens=what_if.prefix, basis="as you say")
    prompts = [each for each in priced.inputs if isinstance(each, Prompt)]
    if len(prompts) < len(priced.inputs):
        return _NUMBERS
    return shared_prefix(
        prompts, count=_counter(priced, prompts, request), split=_splitter(priced, request)
    )


def _counter(
    priced: Priced, prompts: Sequence[Prompt], request: Request
) -> Callable[[Prompt], int]:
    """Return what counts parts of the prompts; the whole ones were counted before."""
    model = priced.results[0].offer.model
    known = {
        prompt.text: result.tokens.expected
        for prompt, result in zip(prompts, priced.results, strict=True)
        if prompt.chat is None
    }

    def count(prompt: Prompt) -> int:
        if prompt.chat is None and prompt.text in known:
            return known[prompt.text]
        tokens = measured(prompt, model, request.tokenizer, Failures(strict=True))
        return tokens.expected if tokens else 0

    return count


def _splitter(priced: Priced, request: Request) -> Callable[[str], Sequence[bytes]] | None:
    """Return what splits a text into tokens, None if the vocabulary is not the model's own."""
    name = priced.results[0].tokens.tokenizer
    if name is None or request.tokenizer is not None:
        return None
    found = find_tokenizer(name)
    return found.encoding.tokens if isinstance(found, ExactTokenizer) else None
