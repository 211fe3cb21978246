"""Count one prompt for one model: exactly, within a range, or with its upper end open."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING

from tokencost.errors import Failures, TokencostError, TokenizerError, UsageError
from tokencost.inputs import Prompt
from tokencost.inputs.jobs import number_of_workers
from tokencost.notes import Note, Severity, assumed, warning
from tokencost.tokenizers import Method, TokenCount, Tokenizer, find_tokenizer
from tokencost.tokenizers.bpe import MUCH
from tokencost.tokenizers.registry import DEFAULT_TOKENIZER
from tokencost.tokenizers.request_count import (
    announce_prompts,
    count_prompt,
    key_of,
    load,
    size_of,
)
from tokencost.usage import MOST_TOKENS

if TYPE_CHECKING:  # a count without a model starts faster without the price table's code
    from tokencost.pricing import Model, PriceTable

_COUNTED: ContextVar[dict[object, TokenCount] | None] = ContextVar("_COUNTED", default=None)

EXACT = "exact"
ALLOWED = "uncounted_parts_allowed_for"
_UNCOUNTED = "parts_not_counted"
_LEAST_FOR_WORKERS = 3_000_000  # characters; of fewer, one process has counted half meanwhile
_LEAST_WITH_FAST = 20_000_000


def count_for_model(
    prompt: Prompt,
    model: "Model",
    tokenizer: str | None,
    failures: Failures,
    uncounted_tokens: int | None = None,
    *,
    site: str = "",
) -> TokenCount | None:
    """Count a prompt with the model's own tokenizer, or with the one that was asked for.

    Where it is bought, at *site*, decides how some providers bill a request.

    What the user has learned about the model corrects a count that is not exact, and the range of
    one with uncounted parts is open, or has *uncounted_tokens* for them. None if it cannot be
    counted that way; the reason is then one of *failures*.
    """
    tokens = count_uncorrected(prompt, model, tokenizer, failures, site=site)
    if tokens is None:
        return None
    if not (tokenizer or tokens.is_exact):  # what is exact has no factor
        from tokencost.tokenizers.user_factors import (
            apply_user_factor,  # a count without a model starts faster without
        )

        tokens = apply_user_factor(tokens, model.name)
    return tokens.bounded(uncounted_tokens)


def count_uncorrected(
    prompt: Prompt, model: "Model", tokenizer: str | None, failures: Failures, *, site: str = ""
) -> TokenCount | None:
    """Count a prompt as `count_for_model` does, without what the user has learned."""
    try:
        name, reason = _choice(model, tokenizer)
        tokens = _count(prompt, name, assumed=reason, model=model.id, site=site)
    except TokencostError as error:
        failures.add(error, of=prompt.name, model=model.name)
        return None
    if tokenizer == EXACT and not is_exact(tokens):
        failures.add(inexact(model.name, tokens), of=prompt.name, model=model.name)
        return None
    return tokens


def is_name_of(name: str, model: "Model", prices: "PriceTable") -> bool:
    """Whether a request that names *name* means *model*."""
    if name in (model.id, model.name):
        return True
    from tokencost.pricing import named_model  # requests name few models, and most of them so

    named = named_model(prices, name)
    return named is not None and named.model is model


@contextmanager
def counted_once() -> Iterator[None]:
    """Count every prompt once for each way of counting, as long as the block runs.

    Prompts are told apart by being the same object: whoever asks has to keep them.
    """
    token = _COUNTED.set({})
    try:
        yield
    finally:
        _COUNTED.reset(token)


def _count(prompt: Prompt, tokenizer: str, *, assumed: str, model: str, site: str) -> TokenCount:
    """Count *prompt*, or return what was counted before; texts are the same for every model."""
    counted = _COUNTED.get()
    way = (tokenizer, assumed) if prompt.request is None else (tokenizer, assumed, model, site)
    tokens = None if counted is None else counted.get((id(prompt), way))
    if tokens is None:
        own = find_tokenizer(tokenizer, assumed=assumed)
        tokens = count_prompt(prompt, own, model=model, site=site)
        if counted is not None:
            counted[id(prompt), way] = tokens
    return tokens


def _choice(model: "Model", tokenizer: str | None) -> tuple[str, str]:
    """Return the tokenizer that was asked for, else the model's own, and why it is believed.

    Raises:
        TokenizerError: there is none.
    """
    if tokenizer and tokenizer != EXACT:
        return tokenizer, "chosen with --tokenizer"
    if model.tokenizer is None:
        raise TokenizerError(
            f"no tokenizer is recorded for {model.name}",
            hint="name one with --tokenizer, or as `tokenizer` of the model in your own table; "
            "--input-tokens needs none",
        )
    return model.tokenizer, model.tokenizer_assumed


def doubts_of(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return those of *notes* that are warnings."""
    return tuple(note for note in notes if note.severity is Severity.WARNING)


def bases_of(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return those of *notes* that say what numbers rest on."""
    return tuple(note for note in notes if note.severity is Severity.ASSUMED)


@contextmanager
def counted_together(
    prompts: Sequence[Prompt], work: Callable[[], Iterable[tuple[Tokenizer, Prompt]]]
) -> Iterator[Sequence[Note]]:
    """Let *prompts* be counted in the block, much of it at once, by workers if that pays.

    Args:
        prompts: what will be counted.
        work: says with which tokenizers.

    Yields:
        notes on the engine that counted, and on workers that died.
    """
    jobs = number_of_workers()
    if sum(prompt.characters for prompt in prompts) < min(MUCH, _LEAST_FOR_WORKERS):
        with announce_prompts(prompts):
            yield ()
        return
    pairs = [*_not_counted(work())]
    prompts = [prompt for _, prompt in pairs]
    size = size_of(prompts)
    fast, is_all_fast = _fast_names(pairs) if size >= MUCH else ((), False)
    notes = _engine_notes(fast)
    least = _LEAST_WITH_FAST if is_all_fast else _LEAST_FOR_WORKERS
    if jobs == 1 or sum(prompt.characters for prompt in prompts) < least:
        with announce_prompts(prompts, size=size):
            yield notes
        return
    from tokencost.corpora import measured  # a small count starts faster without

    with measured(pairs, jobs=jobs, size=size) as deaths:
        yield (*notes, *deaths)


def _fast_names(pairs: Iterable[tuple[Tokenizer, Prompt]]) -> tuple[tuple[str, ...], bool]:
    """Return the vocabularies that count much text faster than tiktoken, and whether all do."""
    from tokencost.tokenizers.fast import is_fast

    tokenizers = {id(tokenizer): tokenizer for tokenizer, _ in pairs}.values()
    encodings = [getattr(tokenizer, "encoding", None) for tokenizer in tokenizers]
    names = {one.name for one in encodings if one and is_fast(one.recipe.pattern)}
    is_all = all(one.name in names and one.method is Method.EXACT for one in tokenizers)
    return tuple(sorted(names)), is_all


def _engine_notes(tokenizers: tuple[str, ...]) -> tuple[Note, ...]:
    """Return what counts much text with these *tokenizers*, if that is not tiktoken."""
    from tokencost.tokenizers.fast import engine

    if not tokenizers:
        return ()
    return (assumed("counted_by_engine", engine=engine(), tokenizers=tokenizers),)


def _not_counted(work: Iterable[tuple[Tokenizer, Prompt]]) -> Iterator[tuple[Tokenizer, Prompt]]:
    """Yield the pairs of *work* but for the texts that were counted before."""
    counted = _COUNTED.get()
    for tokenizer, prompt in work:
        if not counted or (id(prompt), (tokenizer.name, key_of(tokenizer).reason)) not in counted:
            yield tokenizer, prompt


def tokenizers_for(
    pairs: Iterable[tuple["Model", Prompt]], tokenizer: str | None
) -> Iterator[tuple[Tokenizer, Prompt]]:
    """Yield the tokenizer that counts each prompt, where there is one."""
    find = cache(find_tokenizer)  # one for all prompts of a model
    for model, prompt in pairs:
        with suppress(TokencostError):
            name, reason = _choice(model, tokenizer)
            yield find(name, assumed=reason), prompt


def load_tokenizers(
    models: Sequence[str] = (),
    *,
    tokenizer: str | None = None,
    prices: "PriceTable | None" = None,
) -> None:
    """Load what counts much text for *models*, or else with one *tokenizer*, before it is counted.

    Counts are the same without; a few small ones are faster without, too.

    Raises:
        TokencostError: there is no such model or tokenizer.

    Examples:
        >>> with tokencost.workers(meanwhile=lambda: tokencost.load_tokenizers(["gpt-4o"])):
        ...     tokencost.count("hello world", "gpt-4o")
        <CountReport: 1 prompt, 1 model, 2 tokens>
    """
    choices = {(DEFAULT_TOKENIZER if tokenizer in (None, EXACT) else tokenizer or "", "")}
    if models:
        from tokencost.pricing import as_price_table, find_models

        strict = Failures(strict=True)
        named = find_models(as_price_table(prices), models, failures=strict)
        choices = {_choice(one.model, tokenizer) for one in named}
    for name, reason in choices:
        load(find_tokenizer(name, assumed=reason), size=MUCH)


def is_exact(tokens: TokenCount) -> bool:
    """Say whether a count is that of the model's own vocabulary, with nothing left out."""
    return tokens.method is Method.EXACT and not tokens.uncounted


def inexact(name: str, tokens: TokenCount) -> TokenizerError:
    """Return the error of `--tokenizer exact` where a count is not."""
    why = f"only {tokens.method}"
    if tokens.uncounted:
        why = f"{describe_uncounted(tokens)} is not counted"
    return TokenizerError(
        f"{name} cannot be counted exactly here: {why}",
        hint="leave out --tokenizer exact to accept a range",
    )


def describe_uncounted(tokens: TokenCount) -> str:
    """Return what is not counted, each kind of part with its places."""
    places: dict[str, list[str]] = {}
    for uncounted in tokens.uncounted:
        places.setdefault(uncounted.part, []).append(uncounted.place)
    return ", ".join(_with_places(part, where) for part, where in places.items())


def _with_places(name: str, places: Iterable[str]) -> str:
    where = "; ".join(dict.fromkeys(filter(None, places)))
    return f"{name} ({where})" if where else name


def check_allowance(uncounted_tokens: int | None) -> None:
    """Raise UsageError unless *uncounted_tokens* is a number of tokens, or not given."""
    if uncounted_tokens is not None and not 0 <= uncounted_tokens <= MOST_TOKENS:
        raise UsageError(
            f"uncounted tokens must be a plausible number from 0, not {uncounted_tokens}",
            hint="pass --uncounted-tokens 1000",
        )


def split_notes(
    notes: Iterable[Note],
    counts: Iterable[tuple[str, TokenCount]],
    *,
    uncounted_tokens: int | None,
) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """Return assumptions and warnings: what is not counted is a warning, unless it is allowed for.

    Args:
        notes: the warnings of what was read.
        counts: the inputs with their counts, which say what is not in them.
        uncounted_tokens: the allowance for each request, None if there is none.
    """
    warnings = [note for note in notes if note.code != _UNCOUNTED]
    by_part: dict[str, dict[str, dict[str, None]]] = {}
    numbers: Counter[str] = Counter()
    uncounted_of = ((name, tokens.uncounted) for name, tokens in counts if tokens.uncounted)
    for name, parts in dict.fromkeys(uncounted_of):
        for uncounted in parts:
            by_part.setdefault(uncounted.part, {}).setdefault(name, {})[uncounted.place] = None
            numbers[uncounted.part] += 1
    kinds = [
        (part, numbers[part], tuple(_with_places(name, places) for name, places in inputs.items()))
        for part, inputs in by_part.items()
    ]
    if uncounted_tokens is None:
        for part, number, inputs in kinds:
            option = "--uncounted-tokens" if part == kinds[-1][0] else ""  # of the last one alone
            warnings.append(
                warning(_UNCOUNTED, number=number, part=part, inputs=inputs, option=option)
            )
        return (), tuple(warnings)
    return tuple(
        assumed(
            ALLOWED,
            tokens=uncounted_tokens,
            number=number,
            part=part,
            inputs=inputs,
        )
        for part, number, inputs in kinds
    ), tuple(warnings)
