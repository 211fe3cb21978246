"""`tokencost count`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tokencost import UsageError
from tokencost.cli import options, parse
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Only

if TYPE_CHECKING:  # it brings statistics, and random with them
    from tokencost import CalibrationReport


def count(
    *,
    inputs: options.InputOptions,
    pricing: Annotated[
        options.PricingOptions, Only({"models", "prices", "tokenizer", "uncounted"})
    ],
    show: Annotated[
        bool,
        typer.Option("--show", help="The text, token by token; of two models side by side."),
    ] = False,
    ids: Annotated[
        bool, typer.Option("--ids", help="The ids of the tokens, where they are known.")
    ] = False,
    tree: Annotated[
        bool, typer.Option("--tree", help="Show folders with their sums, the largest first.")
    ] = False,
    total: Annotated[bool, typer.Option("--total", help="Show the sum alone.")] = False,
    sort: Annotated[
        str | None,
        typer.Option("--sort", metavar="tokens|path", help="Sort inputs by size or by path."),
    ] = None,
    top: Annotated[
        str | None, typer.Option("--top", metavar="N", help="Show the N largest inputs alone.")
    ] = None,
    min_tokens: Annotated[
        str,
        typer.Option("--min-tokens", metavar="N", help="Show inputs of at least N tokens alone."),
    ] = "0",
    calibrate: Annotated[
        str | None,
        typer.Option(
            "--calibrate",
            metavar="USAGE.JSONL",
            help="Learn from recorded usage how far counts are off.",
        ),
    ] = None,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget",
            help="Unlearn that, for MODELs that follow or for all.",
        ),
    ] = False,
    output: OutputOptions,
) -> None:
    """Count the tokens of each input and in total.

    Without a model the vocabulary is o200k_base, GPT-4o's. A count that is not exact comes
    with its range. Sums are always those of all inputs, also of those that are not shown.

        tokencost count prompt.md
        tokencost count --text "hello world" -q
        tokencost count docs/ -m alibaba/qwen3-max -m deepseek/deepseek-v4-pro
        git ls-files '*.md' | tokencost count --files-from -
        tokencost count src/ --tree --min-tokens 1k
        tokencost count --calibrate usage.jsonl
        tokencost count --text "tokenization" --show -m gpt-5.4-mini -m qwen3-max
    """
    import tokencost

    models = pricing.model_names
    order = parse.optional(_order, "--sort", sort)
    largest = parse.optional(parse.positive_count, "--top", top)
    smallest = parse.count("--min-tokens", min_tokens)
    if tree and total:
        raise UsageError("--tree contradicts --total", hint="leave one of the two out")
    if show or ids:
        if show and ids:
            raise UsageError("--show contradicts --ids", hint="leave one of the two out")
        output.write_text(_tokens(inputs, pricing, ids=ids, color=output.has_color))
        return
    if forget or calibrate is not None:
        names = (*models, *(inputs.paths or ())) if forget else models
        calibration = _calibration(calibrate, names, pricing, output, forget=forget)
        output.write(calibration, done="the factors are written")
        return
    prompts = inputs.read(output.progress, pricing=pricing)
    defaults = () if pricing.tokenizer else pricing.default_models
    name_models = any(prompt.request and prompt.request.model for prompt in prompts.prompts)
    needs_prices = bool(models or defaults or name_models)
    with inputs.workers(), output.progress("Counting"):
        report = tokencost.count(
            prompts,
            models=models,
            default_models=defaults,
            tokenizer=pricing.tokenizer_name,
            uncounted_tokens=pricing.uncounted_tokens,
            prices=pricing.price_table(is_priced=False) if needs_prices else None,
            strict=False,
        )
    if order or largest or smallest:
        report = report.select(sort=order, top=largest, min_tokens=smallest)
    if tree or total:
        report = replace(report, layout="tree" if tree else "total")
    output.finish(report, report.failures, has_rows=bool(report.counts))


def _calibration(
    calibrate: str | None,
    models: Sequence[str],
    pricing: options.PricingOptions,
    output: OutputOptions,
    *,
    forget: bool,
) -> "CalibrationReport":
    """Learn from the file, or take back what was learned."""
    import tokencost

    prices = pricing.price_table(is_priced=False)
    if calibrate is None:
        return tokencost.forget_calibration(models, prices=prices)
    if forget:
        raise UsageError("--forget contradicts --calibrate", hint="leave one of the two out")
    with output.progress("Counting"):
        return tokencost.calibrate(Path(calibrate), models=models, prices=prices)


def _order(option: str, text: str) -> Literal["tokens", "path"]:
    return "path" if parse.choice(option, text, ("tokens", "path")) == "path" else "tokens"


def _tokens(
    inputs: options.InputOptions, pricing: options.PricingOptions, *, ids: bool, color: bool
) -> str:
    """Return the texts of the inputs, token by token or as ids, with each of the tokenizers."""
    import tokencost

    tokenizers = _tokenizers(pricing)
    read = replace(inputs, read_as="text").read()
    for error in read.errors:
        raise error
    parts = []
    for prompt in read.prompts:
        heading = f"{prompt.name}:\n" if len(read.prompts) > 1 else ""
        if ids:
            for model, tokenizer in tokenizers.items():
                label = f"{model}: " if len(tokenizers) > 1 else ""
                numbers = tokencost.token_ids_of(prompt.text, tokenizer=tokenizer)
                heading += f"{label}{' '.join(map(str, numbers))}\n"
            parts.append(heading)
            continue
        tokens = {
            model: tokencost.tokens_of(prompt.text, tokenizer=tokenizer)
            for model, tokenizer in tokenizers.items()
        }
        if len(tokens) == 1:
            parts.append(heading + tokencost.show_tokens(*tokens.values(), color=color))
        else:
            parts.append(heading + tokencost.compare_tokens(tokens))
    return "".join(parts)


def _tokenizers(pricing: options.PricingOptions) -> dict[str, str]:
    """Return the tokenizer that is named, else those of the one or two models, by their names."""
    import tokencost

    models = pricing.model_names or pricing.default_models
    if pricing.tokenizer:
        return {pricing.tokenizer: pricing.tokenizer}
    if len(models) > 2:
        raise UsageError(
            "--show and --ids are for one model, or two side by side", hint="name two with -m"
        )
    tokenizers = {}
    for name in models:
        model = tokencost.find_model(pricing.price_table(is_priced=False), name)
        if model.tokenizer is None:
            raise UsageError(
                f'no tokenizer is recorded for "{name}"', hint="name one with --tokenizer"
            )
        tokenizers[model.name] = model.tokenizer
    return tokenizers or {"o200k_base": "o200k_base"}
