"""How the model of an estimate counts parts and rewrites of its prompts."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tokencost.errors import Failures
from tokencost.estimates.model_count import count_for_model
from tokencost.estimates.results import Estimate
from tokencost.inputs import Prompt, large_of
from tokencost.notes import Note, assumed
from tokencost.scenarios.prefix import Split
from tokencost.tokenizers import Method, find_tokenizer
from tokencost.tokenizers.registry import ExactTokenizer
from tokencost.values import dataclass

if TYPE_CHECKING:  # few requests have any
    from tokencost.scenarios.cache_marks import MarkedEnd


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

    @property
    def marked_ends(self) -> "tuple[tuple[MarkedEnd, ...], ...]":
        """Where the cache marks of each request end, () if none has one."""
        requests = [prompt.request for prompt in self.prompts]
        if not any(request and request.cache_marks for request in requests):
            return ()
        from tokencost.scenarios.cache_marks import find_marked_ends

        return tuple(
            find_marked_ends(request, self.count) if request else () for request in requests
        )

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
