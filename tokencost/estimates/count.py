"""Count tokens, without a price table unless a model is named."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import repeat
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tokencost.errors import Failure, Failures, UsageError
from tokencost.estimates.model_count import (
    EXACT,
    bases_of,
    check_allowance,
    count_for_model,
    counted_together,
    doubts_of,
    inexact,
    is_exact,
    is_name_of,
    split_notes,
    tokenizers_for,
)
from tokencost.inputs import Prompt, Prompts, as_input_set, watched
from tokencost.notes import Note, assumed
from tokencost.reports import Report, number_of, number_of_inputs
from tokencost.tokenizers import TokenCount, Tokenizer, find_tokenizer
from tokencost.tokenizers.registry import DEFAULT_TOKENIZER
from tokencost.tokenizers.request_count import count_prompt
from tokencost.values import dataclass, replace

if TYPE_CHECKING:  # a count without a model starts faster without the price table's code
    from tokencost.pricing import NamedModel, PriceTable

DEFAULT_MODEL = "gpt-4o"
# A model for bodies of a form that does not name one, because the address does that.
_TAKES_FORM = {
    "anthropic": "anthropic/claude-sonnet-5",
    "bedrock_converse": "anthropic/claude-sonnet-5",
    "gemini": "google/gemini-3.5-flash",
}

Layout = Literal["list", "tree", "total"]  # of tables: all inputs, folders with sums, or a sum
Order = Literal["tokens", "path"]
_Counts = list[tuple[Prompt, str | None, TokenCount | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptCount:
    """The tokens of one input by one tokenizer; *model* is None if none was asked for.

    *format* is the form of a request, None for a text. *prompt* is the input itself: two may have
    the same name.
    """

    input: str
    kind: str
    model: str | None
    tokens: TokenCount
    format: str | None = None
    prompt: Prompt | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CountReport(Report):
    """Report of `count`; what could not be counted is in *failures*."""

    name: ClassVar[str] = "count"

    results: tuple[PromptCount, ...]
    failures: tuple[Failure, ...]
    prices: "PriceTable | None"
    assumptions: tuple[Note, ...]
    warnings: tuple[Note, ...]
    not_shown: tuple[PromptCount, ...] = ()
    layout: Layout = "list"
    order: Order | None = None

    @property
    def counts(self) -> tuple[PromptCount, ...]:
        """What totals sum up: the results, and what is not shown of them."""
        return (*self.results, *self.not_shown)

    def select(self, *, sort: Order | None, top: int | None, min_tokens: int = 0) -> "CountReport":
        """Return the report of the same counts that shows a part of the inputs, in an order.

        An input is as large as its largest count. The largest are shown first if *top* is given
        without an order; totals still sum up everything.
        """
        sizes: dict[str, int] = {}
        for count in self.results:
            sizes[count.input] = max(sizes.get(count.input, 0), count.tokens.expected)
        largest = sorted(sizes, key=lambda name: (-sizes[name], name))
        shown = {name for name in largest[:top] if sizes[name] >= min_tokens}
        by_size = top is not None if sort is None else sort == "tokens"
        order = {
            name: place
            for place, name in enumerate(largest if by_size else sorted(sizes) if sort else sizes)
        }
        results = sorted(self.results, key=lambda count: order[count.input])
        hidden = len(sizes) - len(shown)
        note = (assumed("inputs_not_shown", number=hidden, total=len(sizes)),) if hidden else ()
        return replace(
            self,
            order=sort,
            results=tuple(count for count in results if count.input in shown),
            not_shown=tuple(count for count in results if count.input not in shown),
            assumptions=(*self.assumptions, *note),
        )

    def _summary(self) -> Iterator[str]:
        models = {count.model for count in self.counts if count.model}
        yield number_of(
            number_of_inputs([(count.input, count.model or "") for count in self.counts]), "prompt"
        )
        if models:
            yield number_of(len(models), "model")
        if self.counts and len(models) < 2:
            tokens = TokenCount.sum([count.tokens for count in self.counts])
            yield f"{'' if tokens.is_exact else '~'}{number_of(tokens.expected, 'token')}"


def count(
    prompts: Prompts,
    models: str | Sequence[str] = (),
    *,
    default_models: Sequence[str] = (),
    tokenizer: str | None = None,
    uncounted_tokens: int | None = None,
    prices: "PriceTable | None" = None,
    strict: bool = True,
) -> CountReport:
    """Count the tokens of *prompts* for each model, or with one tokenizer.

    Without a model and a tokenizer the vocabulary is `o200k_base`, and the report says so.

    Args:
        prompts: a text, a `Path` of a file or folder, chat messages, the decoded body of a
            request, a list of one of these, or what `read_prompts` returned.
        models: one name or several, as `find_model` takes them.
        default_models: names for what is not a request that names its model, without *models*.
        tokenizer: a tokenizer's name; "exact" refuses to estimate.
        uncounted_tokens: what to allow for each request that has a part that is not counted, such
            as an image; without it the range of such a request is open.
        prices: the table that knows the models, by default the shipped one.
        strict: raise the first failure instead of reporting it.

    Raises:
        TokencostError: if *strict*, for the first unknown model or uncountable text.

    Examples:
        >>> tokencost.count("hello world")
        <CountReport: 1 prompt, 2 tokens>
        >>> tokencost.count(["hello", "hello world"], "gpt-4o").results[1].tokens.expected
        2
    """
    failures = Failures(strict=strict)
    models = as_model_names(models)
    check_allowance(allowance := uncounted_tokens)
    reading = as_input_set(prompts)
    for error in reading.errors:
        failures.add(error)
    assumptions: tuple[Note, ...] = ()
    counts: _Counts
    own_models = not models and not tokenizer and any(map(named_model, reading.prompts))
    if models or own_models or default_models:
        from tokencost.pricing import as_price_table, find_models

        prices = as_price_table(prices)
        pairs = [
            (named, prompt)
            for names, prompts_ in group_by_model(models, reading.prompts, default_models)
            for named in find_models(prices, names, failures=failures)
            for prompt in prompts_
        ]
        counts, notes = _counted_for(pairs, reading.prompts, tokenizer, failures, allowance)
        assumptions = _about_models(pairs, prices, is_own=own_models)
        _refuse_without_model(() if default_models or not own_models else reading.prompts, failures)
    else:
        if tokenizer in (None, EXACT):
            assumptions = (assumed("default_tokenizer", tokenizer=DEFAULT_TOKENIZER),)
        counts, notes = _counted_with(tokenizer, reading.prompts, failures, allowance)
    results = [_counted(prompt, name, tokens) for prompt, name, tokens in counts if tokens]
    named = ((result.input, result.tokens) for result in results)
    allowed, warnings = split_notes(reading.notes, named, uncounted_tokens=allowance)
    return CountReport(
        results=tuple(results),
        failures=tuple(failures.kept),
        prices=prices if models or own_models or default_models else None,
        assumptions=(*assumptions, *allowed, *bases_of(notes)),
        warnings=(*warnings, *doubts_of(notes)),
    )


def _counted_for(
    pairs: Sequence[tuple["NamedModel", Prompt]],
    prompts: Sequence[Prompt],
    tokenizer: str | None,
    failures: Failures,
    allowance: int | None,
) -> tuple[_Counts, Sequence[Note]]:
    """Count each prompt for its model; also return notes on how that went."""
    models = ((named.model, prompt) for named, prompt in pairs)
    with counted_together(prompts, lambda: tokenizers_for(models, tokenizer)) as notes:
        return [
            (prompt, named.model.name, _count_at(named, prompt, tokenizer, failures, allowance))
            for named, prompt in watched(pairs, size=lambda pair: pair[1].characters)
        ], notes


def _counted_with(
    tokenizer: str | None, prompts: Sequence[Prompt], failures: Failures, allowance: int | None
) -> tuple[_Counts, Sequence[Note]]:
    """Count each prompt without a model; also return notes on how that went."""
    with counted_together(prompts, lambda: zip(repeat(_chosen(tokenizer)), prompts)) as notes:
        return [
            (prompt, None, count_with_tokenizer(tokenizer, prompt, failures, allowance))
            for prompt in watched(prompts, size=lambda prompt: prompt.characters)
        ], notes


def _count_at(
    named: "NamedModel",
    prompt: Prompt,
    tokenizer: str | None,
    failures: Failures,
    allowance: int | None,
) -> TokenCount | None:
    """Count a prompt for a model at the site that its name speaks of."""
    return count_for_model(prompt, named.model, tokenizer, failures, allowance, site=named.site)


def _about_models(
    pairs: Iterable[tuple["NamedModel", Prompt]], prices: "PriceTable", *, is_own: bool
) -> tuple[Note, ...]:
    notes = (assumed("models_of_requests"),) if is_own else _models_set_aside(pairs, prices)
    named = (assumed("prices_set", sources=prices.labels),) if prices.places else ()
    return (*notes, *named)


def _models_set_aside(
    pairs: Iterable[tuple["NamedModel", Prompt]], prices: "PriceTable"
) -> tuple[Note, ...]:
    """Return which models requests name that are counted for none of these, but for others."""
    counted: dict[str, dict[str, None]] = {}  # for each input that names a model
    asked: dict[str, str] = {}
    others: dict[tuple[str, str], str] = {}  # the model by its name, "" if the request means it
    for named, prompt in pairs:
        if (own := named_model(prompt)) is None:
            continue
        model = named.model.name
        if (other := others.get((own, model))) is None:
            other = "" if is_name_of(own, named.model, prices) else model
            others[own, model] = other
        asked[prompt.name] = own
        counted.setdefault(prompt.name, {})[other] = None
    numbers: dict[tuple[str, str], int] = {}
    for name, models in counted.items():
        if "" not in models:
            key = (
                asked[name],
                " and ".join(models) if len(models) < 3 else f"{len(models)} others",
            )
            numbers[key] = numbers.get(key, 0) + 1
    return tuple(
        assumed("model_not_counted", asked=own, counted=others, number=number)
        for (own, others), number in numbers.items()
    )


def _refuse_without_model(prompts: Iterable[Prompt], failures: Failures) -> None:
    """Take as failures the prompts that are for no model, where others name their own."""
    for prompt in prompts:
        if not named_model(prompt):
            failures.add(no_model_named(prompt), of=prompt.name)


def count_with_tokenizer(
    tokenizer: str | None, prompt: Prompt, failures: Failures, allowance: int | None
) -> TokenCount | None:
    """Count a prompt with one tokenizer, without a model; None if it is not exact and has to be."""
    is_default = tokenizer in (None, EXACT)
    tokens = count_prompt(prompt, _chosen(tokenizer), model=DEFAULT_MODEL if is_default else "")
    if tokenizer == EXACT and not is_exact(tokens):
        failures.add(inexact("the input", tokens), of=prompt.name)
        return None
    return tokens.bounded(allowance)


def _chosen(tokenizer: str | None) -> Tokenizer:
    return find_tokenizer(DEFAULT_TOKENIZER if tokenizer in (None, EXACT) else tokenizer or "")


def as_model_names(models: Any) -> tuple[str, ...]:
    """Return one name or several as names.

    Raises:
        UsageError: they are not names.
    """
    if isinstance(models, str):
        return (models,) if models else ()
    if not models:
        return ()
    names: tuple[Any, ...] = tuple(models) if isinstance(models, Iterable) else (models,)
    wrong = [name for name in names if not isinstance(name, str) or not name]
    if wrong:
        raise UsageError(
            f"a model is {wrong[0]!r}, not a name",
            hint='give names such as "openai/gpt-5.4-mini"; `tokencost models` lists them',
        )
    return names


def no_model_named(prompt: Prompt | None = None) -> UsageError:
    """Return the error of an input that is for no model, with one that takes its form."""
    form = prompt.request.format if prompt and prompt.request else ""
    return UsageError(
        "no model named", hint=f"pass -m {_TAKES_FORM.get(form, 'openai/gpt-5.4-mini')}"
    )


def named_model(prompt: Prompt) -> str | None:
    """Return the model that a request names itself."""
    return prompt.request.model if prompt.request else None


def group_by_model(
    models: str | Sequence[str], prompts: Sequence[Prompt], defaults: Sequence[str] = ()
) -> list[tuple[str | Sequence[str], Sequence[Prompt]]]:
    """Return which models each prompt is for: *models*, else the one it names, else *defaults*.

    Prompts that name none are left out if there are no defaults.
    """
    if models:
        return [(models, prompts)]
    groups: dict[str, list[Prompt]] = {}
    for prompt in prompts:
        if own := named_model(prompt):
            groups.setdefault(own, []).append(prompt)
    unnamed = [prompt for prompt in prompts if not named_model(prompt)] if defaults else []
    return [*groups.items(), *([(defaults, unnamed)] if unnamed else [])]


def _counted(prompt: Prompt, model: str | None, tokens: TokenCount) -> PromptCount:
    return PromptCount(
        input=prompt.name,
        kind=prompt.kind,
        model=model,
        tokens=tokens,
        format=prompt.format,
        prompt=prompt,
    )
