"""`tokencost check`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tokencost import UsageError
from tokencost.cli import options, parse
from tokencost.cli.limit_options import BaseOptions, LimitOptions
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Without
from tokencost.values import dataclass, replace

if TYPE_CHECKING:  # imported through the package when the command runs
    from collections.abc import Sequence

    from tokencost import (
        Baseline,
        Budget,
        BudgetFiles,
        CheckReport,
        Configuration,
        EstimateOptions,
        FileReading,
        InputSet,
        Limits,
        Status,
    )


class FailOn(StrEnum):
    """From which status on a check fails."""

    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictOptions:
    """What a verdict means for the exit code, and for the recorded sizes."""

    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", metavar="warn|fail", help="Exit 1 from this status on.")
    ] = FailOn.FAIL
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 where a limit is broken; errors stay 2.")
    ] = False
    allow_empty: Annotated[
        bool,
        typer.Option("--allow-empty", help="Pass if no file that is named has a budget."),
    ] = False
    update: Annotated[
        bool,
        typer.Option("--update", help="Record today's sizes in the configuration."),
    ] = False

    def __post_init__(self) -> None:
        """Refuse contradictions before anything is read."""
        if self.exit_zero and self.fail_on is FailOn.WARN:
            raise UsageError(
                "--exit-zero contradicts --fail-on warn", hint="leave one of the two out"
            )

    def status(self, report: "CheckReport") -> "Status":
        """Return the status that the command exits by."""
        from tokencost import Status

        match report.status:
            case Status.FAIL if self.exit_zero:
                return Status.WARN
            case Status.WARN if self.fail_on is FailOn.WARN:
                return Status.FAIL
            case status:
                return status


def check(
    *,
    inputs: options.InputOptions,
    limits: LimitOptions,
    against: BaseOptions,
    output_tokens: options.OutputTokens = None,
    volume: options.MonthlyVolume = None,
    pricing: Annotated[options.PricingOptions, Without({"currency"})],
    verdict: VerdictOptions,
    all_rows: Annotated[bool, typer.Option("--all", help="Show also what passes.")] = False,
    output: OutputOptions,
) -> None:
    """Fail when a budget is broken.

    Budgets stand in [tool.tokencost] of pyproject.toml, or in tokencost.toml (`tokencost init`
    writes a start). Limits of the command line replace them; files without limits narrow them.

    Exit 0: within all limits; 1: a limit is broken; 2: could not judge. A count with a range is
    judged at its upper end. What cannot be judged (an unreadable file, an unknown model, a
    missing price or exchange rate, a glob that matches nothing) never passes.
    -f and --report also take github, junit, sarif and gitlab.

        tokencost check
        tokencost check prompts/ -m openai/gpt-5.4-mini --max-tokens 8000
        tokencost check prompts/ -m qwen3-max -o 500 --max-cost-per-call 0.02CNY
        tokencost check --base main --changed
        tokencost check prompts/ -m gpt-5.4-mini --max-increase 10% --base main
    """
    own = limits.limits()
    estimate_options = pricing.estimate_options(output=output_tokens, volume=volume)
    if own is not None:
        if verdict.update:
            raise UsageError(
                "--update records sizes of configured budgets", hint="leave the limits out"
            )
        report = _judge_limits(own, against, inputs, pricing, estimate_options, verdict, output)
    else:
        # What the configuration says of all calls is what a budget says that leaves it out.
        of_option = parse.optional(parse.volume, "--volume", volume)
        models = pricing.ambient_models or pricing.default_models
        estimate_options = replace(estimate_options, volume=of_option, default_models=models)
        report = _judge_budgets(limits, against, inputs, pricing, estimate_options, verdict, output)
    output.finish(
        report,
        report.failures,
        has_rows=bool(report.findings) or not report.failures,
        all_rows=all_rows,
        is_verdict=True,
        status=verdict.status(report),
        done="the sizes are recorded" if verdict.update and not report.failures else "",
    )


def _judge_limits(
    limits: "Limits",
    against: BaseOptions,
    inputs: options.InputOptions,
    pricing: options.PricingOptions,
    estimate_options: "EstimateOptions",
    verdict: VerdictOptions,
    output: OutputOptions,
) -> "CheckReport":
    """Judge what the command line names against its own limits."""
    import tokencost

    models = pricing.model_names
    has_model = bool(models or pricing.default_models)
    if not has_model and not (inputs.paths or inputs.files_from or inputs.is_piped):
        raise UsageError(
            "no model named", hint="pass -m openai/gpt-5.4-mini or set TOKENCOST_MODEL"
        )
    try:
        prompts, baseline = _inputs_and_base(limits, against, inputs, pricing, output)
    except tokencost.InputError as error:
        if inputs.are_named:
            raise
        example = "`tokencost check prompts/ --max-tokens 8k`"
        hint = f"name files, as in {example}, or leave the limits out to judge the budgets"
        raise tokencost.InputError(error.message, hint=hint) from error
    with inputs.workers(), output.progress("Counting"):
        return tokencost.check(
            prompts,
            models=models,
            limits=limits,
            base=baseline,
            options=estimate_options,
            prices=pricing.price_table(),
            allow_empty=verdict.allow_empty or against.changed,
        )


def _inputs_and_base(
    limits: "Limits",
    against: BaseOptions,
    inputs: options.InputOptions,
    pricing: options.PricingOptions,
    output: OutputOptions,
) -> "tuple[InputSet, Baseline | None]":
    """Read what the command line names, or what of it differs from the base."""
    import tokencost

    if against.base is None:
        return inputs.read(output.progress, every_file=True, pricing=pricing), None
    if not against.changed:
        prompts = inputs.read(output.progress, every_file=True, pricing=pricing)
        files = dict.fromkeys(prompt.file for prompt in prompts.prompts if prompt.file)
        return prompts, tokencost.read_baseline(against.base, files)
    if limits.is_on_sum:
        raise UsageError(
            "a limit for all inputs together cannot be judged of those that changed",
            hint="leave --changed out, or limit each file: --max-tokens-per-file 2k",
        )
    _refuse_texts(inputs, "--changed is for files, not for texts")
    output.check_targets(globs=inputs.paths or ())
    exclude, exclude_root = inputs.exclusions
    changed, baseline = tokencost.read_changed_files(
        against.base,
        paths=inputs.paths or (),
        files_from=inputs.files_from,
        exclude=exclude,
        exclude_root=exclude_root,
        reading=_reading(inputs),
    )
    return changed.inputs, baseline


def _refuse_texts(inputs: options.InputOptions, message: str) -> None:
    if inputs.texts or "-" in (inputs.paths or ()):
        raise UsageError(message, hint="name files, or give a limit alone: --max-tokens 4000")


def _judge_budgets(
    limits: LimitOptions,
    against: BaseOptions,
    inputs: options.InputOptions,
    pricing: options.PricingOptions,
    estimate_options: "EstimateOptions",
    verdict: VerdictOptions,
    output: OutputOptions,
) -> "CheckReport":
    """Judge the configured budgets, or those of the files that the command line names."""
    import tokencost

    configuration = pricing.configuration.configuration or tokencost.Configuration()
    pricing.configuration.remember_budgets()
    budgets = _budgets(configuration, limits)
    output.check_targets(budgets)
    with inputs.workers(), output.progress("Reading"):
        files, baseline = _files(budgets, against, inputs)
    with inputs.workers(), output.progress("Counting"):
        report = tokencost.check(
            files,
            models=pricing.models or (),
            budgets=budgets,
            base=baseline,
            recorded=None if verdict.update else configuration.recorded,
            options=estimate_options,
            prices=pricing.price_table(),
            allow_empty=verdict.allow_empty or against.changed,
        )
    if verdict.update and configuration.path is not None:
        return tokencost.record_sizes(
            configuration.path, report, keep_others=files.asked is not None
        )
    return report


def _budgets(configuration: "Configuration", limits: LimitOptions) -> "tuple[Budget, ...]":
    """Return the configured budgets, with what the command line says of all of them.

    Raises:
        UsageError: there are none.
    """
    import tokencost

    budgets = tokencost.budgets_of(configuration)
    if not budgets:
        where = f'"{configuration.path.name}" has no budget' if configuration.path else ""
        raise UsageError(
            f"no limit to check against{where and f': {where}'}",
            hint="pass --max-tokens, --max-tokens-per-file, --max-cost-per-call, "
            "--max-cost-per-month or --fits, or write budgets: tokencost init",
        )
    warn_at = limits.share_to_warn_at
    if warn_at is None:
        return budgets
    return tuple(
        replace(budget, limits=replace(budget.limits, warn_at=warn_at)) for budget in budgets
    )


def _files(
    budgets: "Sequence[Budget]", against: BaseOptions, inputs: options.InputOptions
) -> "tuple[BudgetFiles, Baseline | None]":
    """Read the files of *budgets*, or those that the command line names or that have changed."""
    import tokencost

    _refuse_texts(inputs, "budgets are for files, not for texts")
    paths, exclude = inputs.paths or (), inputs.exclude or ()
    reading = _reading(inputs)
    if against.base is not None and against.changed:
        return tokencost.read_changed_files(
            against.base,
            budgets,
            paths,
            files_from=inputs.files_from,
            exclude=exclude,
            reading=reading,
        )
    files = tokencost.read_budget_files(
        budgets, paths, files_from=inputs.files_from, exclude=exclude, reading=reading
    )
    if against.base is None:
        return files, None
    names = dict.fromkeys(name for members in files.members.values() for name in members)
    return files, tokencost.read_baseline(against.base, names, budgets=budgets)


def _reading(inputs: options.InputOptions) -> "FileReading":
    """Return how files are read."""
    import tokencost

    return tokencost.FileReading(
        encoding=inputs.encoding,
        input_format=inputs.input_format,
        max_bytes=parse.optional(parse.size, "--max-input-size", inputs.max_size),
    )
