"""How the model of an estimate counts parts and rewrites of its prompts, and how far off."""

from collections.abc import Callable, Iterator, Sequence

from tokencost.errors import Failures
from tokencost.estimates.model_count import count_for_model
from tokencost.estimates.results import Estimate
from tokencost.inputs import Prompt, large_of
from tokencost.notes import Note, assumed
from tokencost.scenarios.prefix import Split
from tokencost.tokenizers import Method, find_tokenizer
from tokencost.tokenizers.registry import ExactTokenizer
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounter:
    """The prompts of one model, and how that model counts parts and rewrites of them, each once.

    `split` splits a text into the model's tokens, None if its vocabulary is not known; `doubts`
    are assumptions of such counts.
    """

    prompts: tuple[Prompt, ...]
    count: Callable[[Prompt], int]
    split: Split | None
    doubts: tuple[Note, ...] = ()

    @classmethod
    def of(cls, results: Sequence[Estimate], tokenizer: str | None) -> "Recounter":
        """Return how the model of *results* counts, with the tokenizer that was asked for."""
        prompts = [result.prompt for result in results if isinstance(result.prompt, Prompt)]
        if any(large_of(prompt) for prompt in prompts):
            prompts = []  # what is too large to be held is known by its size alone
        offer, tokens = results[0].offer, results[0].tokens
        counts = {  # a request by itself: its arguments have no hash, and it stays as it is
            _identity(result.prompt): (result.prompt, result.tokens.expected)
            for result in results
            if isinstance(result.prompt, Prompt) and not large_of(result.prompt)
        }

        def count(prompt: Prompt) -> int:
            key = _identity(prompt)
            if key not in counts:
                recount = count_for_model(
                    prompt, offer.model, tokenizer, Failures(strict=True), site=offer.site
                )
                counts[key] = (prompt, recount.expected if recount else 0)
            return counts[key][1]

        is_proxy = tokens.method is Method.ESTIMATED
        return cls(
            prompts=tuple(prompts),
            count=count,
            split=_splitter(tokens.tokenizer) if tokenizer is None else None,
            doubts=(assumed("counted_with_other_vocabulary"),) if is_proxy else (),
        )


def _identity(prompt: Prompt) -> str | int:
    return prompt.text if prompt.request is None else id(prompt.request)


def _splitter(name: str | None) -> Split | None:
    tokenizer = None if name is None else find_tokenizer(name)
    return tokenizer.encoding.tokens if isinstance(tokenizer, ExactTokenizer) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRange:
    """How far a count may be off: *low* and *high* where *expected* is counted."""

    low: int = 1
    expected: int = 1
    high: int = 1

    @classmethod
    def of(cls, results: Sequence[Estimate]) -> "CountRange":
        """Return the range of all *results* together; an open one ends at what is counted."""
        tokens = [result.tokens for result in results if result.tokens.expected]
        if not tokens:
            return cls()
        return cls(
            low=sum(count.low for count in tokens),
            expected=sum(count.expected for count in tokens),
            high=sum(count.expected if count.high is None else count.high for count in tokens),
        )

    def least(self, tokens: int) -> int:
        """Return what *tokens* of such a count are at least."""
        return tokens * self.low // self.expected

    def most(self, tokens: int) -> int:
        """Return what *tokens* of such a count are at most."""
        return -(-tokens * self.high // self.expected)


def limit_within(results: Sequence[Estimate]) -> Note | None:
    """Return the first tier or window that is within the range of an input, None without one."""
    return next((note for result in results for note in _limits(result)), None)


def _limits(result: Estimate) -> Iterator[Note]:
    low, high = result.tokens.low, result.tokens.high
    if high is None or low == high or result.quote is None:
        return
    model, price = result.offer.model, result.quote.price
    for tier in price.rates.tiers:
        for last in ((tier.input_from or 0) - 1, tier.input_to or 0):
            if low <= last < high:
                yield assumed("tier_within_range", last=last, low=low, high=high)
    rest = result.each_output
    windows = (
        model.context and model.context - rest,
        model.max_input,
        price.conditions.input_max,
    )
    for window in filter(None, windows):
        if low <= window < high:
            yield assumed("window_within_range", window=window, low=low, high=high)
