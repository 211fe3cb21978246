"""Count parts and rewrites of prompts as the prompts themselves were counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tokencost.errors import Failures
from tokencost.estimates.count import count_for_model
from tokencost.estimates.options import EstimateOptions
from tokencost.estimates.results import Estimate
from tokencost.inputs import Prompt
from tokencost.tokenizers import Method, find_tokenizer
from tokencost.tokenizers.exact import ExactTokenizer

Split = Callable[[str], Sequence[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounting:
    """The prompts of one model, and how it counts.

    `split` splits a text into the model's tokens, None if its vocabulary is not known; `doubts`
    says so of counts that rest on another one.
    """

    prompts: tuple[Prompt, ...]
    count: Callable[[Prompt], int]
    split: Split | None
    doubts: tuple[str, ...] = ()


def recounting(
    prompts: Sequence[Prompt], results: Sequence[Estimate], options: EstimateOptions
) -> Recounting:
    """Return how the model of *results*, which are about *prompts*, counts."""
    model = results[0].offer.model
    known = {  # the whole texts were counted before, and others come again
        prompt.text: result.tokens.expected
        for prompt, result in zip(prompts, results, strict=False)
        if prompt.request is None
    }

    def count(prompt: Prompt) -> int:
        if prompt.request is None and prompt.text in known:
            return known[prompt.text]
        tokens = count_for_model(prompt, model, options.tokenizer, Failures(strict=True))
        counted = tokens.expected if tokens else 0
        if prompt.request is None:
            known[prompt.text] = counted
        return counted

    tokens = results[0].tokens
    is_proxy = tokens.method is Method.ESTIMATED
    return Recounting(
        prompts=tuple(prompts),
        count=count,
        split=_splitter(tokens.tokenizer, options),
        doubts=("counted with the vocabulary of another family",) if is_proxy else (),
    )


def _splitter(name: str | None, options: EstimateOptions) -> Split | None:
    if name is None or options.tokenizer is not None:
        return None
    found = find_tokenizer(name)
    return found.encoding.tokens if isinstance(found, ExactTokenizer) else None
