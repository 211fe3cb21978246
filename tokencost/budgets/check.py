"""Check inputs against limits; what cannot be judged never passes."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from tokencost.budgets.amount import Windows, output_to_keep
from tokencost.budgets.budget import Basis, Budget, Limits, budgets_of, options_of, prices_of
from tokencost.budgets.case import (
    Baseline,
    Case,
    case_of_budget,
    case_of_limits,
    check_case,
    error_at,
)
from tokencost.budgets.files import (
    BudgetFiles,
    FileReading,
    nothing_to_judge,
    read_budget_files,
)
from tokencost.budgets.findings import CheckReport, FileSize, Finding
from tokencost.budgets.judgement import Judge
from tokencost.budgets.measurement import (
    Measurement,
    measure,
    measure_past,
    price_assumptions,
    prompt_of,
    warnings_of_results,
)
from tokencost.budgets.recorded import differing_sizes, gone_files
from tokencost.configuration.settings import Configuration
from tokencost.errors import Failure, TokencostError, UsageError
from tokencost.estimates.count import as_model_names
from tokencost.estimates.model_count import ALLOWED, counted_once
from tokencost.estimates.results import EstimateOptions, EstimateReport, options_with_output
from tokencost.inputs import InputSet, Prompt, Prompts, as_input_set
from tokencost.inputs.files import EmptyListError
from tokencost.inputs.prompt import shown_name
from tokencost.notes import Note, assumed, warning
from tokencost.pricing import PriceDate, PriceTable, as_price_table
from tokencost.tokenizers import TokenCount
from tokencost.usage import OutputSize
from tokencost.values import dataclass, replace


def check(
    prompts: Prompts | BudgetFiles | None = None,
    models: str | Sequence[str] = (),
    *,
    limits: Limits | None = None,
    budgets: Sequence[Budget] = (),
    configuration: Configuration | None = None,
    base: Baseline | None = None,
    recorded: Mapping[str, int] | None = None,
    allow_empty: bool = False,
    output_tokens: OutputSize | None = None,
    options: EstimateOptions | None = None,
    prices: PriceTable | None = None,
) -> CheckReport:
    """Judge *prompts* against *limits*, or files against *budgets*, at the upper end of each range.

    Without models each request is judged with the one it names itself. Prices are asked for only
    if a limit is on cost. Nothing is raised for an input or model that cannot be judged: it becomes
    a failure of the report, whose status then is "error".

    Args:
        prompts: what to judge; of budgets what `read_budget_files` returned, by default all files
            that their globs match.
        models: one name or several, in place of those of budgets.
        limits: what is allowed.
        budgets: limits for the files that their globs match.
        configuration: says what nothing else does: budgets where there are no limits, models,
            output tokens, exchange rates, prices, recorded sizes.
        base: what files were; growth is judged against it.
        recorded: sizes of files in tokens, by path from the root of the budgets; what differs
            from them is a warning.
        allow_empty: whether a check of no file at all passes.
        output_tokens: the same as the output of *options*.
        options: how inputs are counted and priced; what it says of output, volume and uncounted
            parts goes before what budgets say.
        prices: the price table, by default the shipped one.

    Raises:
        UsageError: there is nothing to judge by, limits contradict each other, or one on cost has
            no output tokens, which may be 0 but must be given, unless each request limits its own.

    Examples:
        >>> tokencost.check("hello world", "gpt-4o", limits=tokencost.Limits(max_tokens=4000))
        <CheckReport: pass, 1 limit judged>
    """
    names = as_model_names(models)
    options = options_with_output(options, output_tokens)
    if configuration is not None:
        if limits is None and not budgets:
            budgets, recorded = budgets_of(configuration), recorded or configuration.recorded
        prices = prices or prices_of(configuration, options.price_date)
        options = options_of(configuration, options, has_budgets=limits is None)
    _check_arguments(limits, budgets)
    prices = as_price_table(prices)
    checked = _Checked(prices=prices, price_date=options.price_date or prices.price_date)
    checked.warnings += base.notes if base else ()
    files = None
    if limits is not None:
        inputs = _as_inputs(prompts, allow_empty=allow_empty)
        checked.fail_inputs(inputs)
        if inputs.prompts or not allow_empty:
            checked.judge([case_of_limits(inputs, limits, names, options)], base, FileReading())
        number = _number(inputs.prompts)
    else:
        files = prompts if isinstance(prompts, BudgetFiles) else _read(prompts, budgets)
        inputs = files.inputs
        checked.fail_inputs(inputs)
        cases = [case_of_budget(budget, files, names, options, base) for budget in budgets]
        checked.judge(cases, base, files.reading)
        asked = files.asked
        number = _number(p for p in inputs.prompts if asked is None or p.file in asked)
        if recorded:
            root = budgets[0].root.absolute()
            checked.findings += differing_sizes(checked.sizes, recorded, root=root)
            checked.gone = () if asked is not None else gone_files(files, recorded, root=root)
    checked.check_judged(number, files, allow_empty=allow_empty)
    outside = files.outside if files else ()
    report = checked.report(inputs, base=base, number=number, outside=outside)
    return replace(report, places={budget.name: budget.place for budget in budgets})


def _check_arguments(limits: Limits | None, budgets: Sequence[Budget]) -> None:
    if limits is not None and not isinstance(limits, Limits):
        raise UsageError(f"limits is {limits!r}, not Limits", hint="give Limits(max_tokens=4000)")
    if limits is None and not budgets:
        raise UsageError(
            "no limit to check against",
            hint="pass --max-tokens, --max-tokens-per-file, --max-cost-per-call, "
            "--max-cost-per-month or --fits, or write budgets: tokencost init",
        )
    if limits is not None and budgets:
        raise UsageError(
            "limits and budgets are given, which contradict each other",
            hint="give limits for the prompts, or budgets for the files that they name",
        )
    names = [budget.name for budget in budgets]
    if twice := next((budget for budget in budgets if names.count(budget.name) > 1), None):
        raise error_at(
            twice.place,
            f'two budgets are called "{twice.name}"',
            hint="give each a name of its own",
        )


def _as_inputs(prompts: Prompts | BudgetFiles | None, *, allow_empty: bool) -> InputSet:
    if prompts is None or isinstance(prompts, BudgetFiles):
        raise UsageError("no prompts to judge", hint="give a text, a pathlib.Path or a list")
    inputs = as_input_set(prompts, every_file=True)
    if not allow_empty:
        return inputs
    errors = tuple(error for error in inputs.errors if not isinstance(error, EmptyListError))
    return replace(inputs, errors=errors)


def _read(prompts: Prompts | None, budgets: Sequence[Budget]) -> BudgetFiles:
    """Read the files of budgets: all of them, or those that paths name."""
    if prompts is None:
        return read_budget_files(budgets)
    items = prompts if isinstance(prompts, list | tuple) else [prompts]
    paths = [item for item in items if isinstance(item, os.PathLike)]
    if len(paths) < len(items):
        raise UsageError(
            "budgets are for files, not for texts", hint="give pathlib.Path(...), or limits=..."
        )
    return read_budget_files(budgets, paths)


@dataclass(slots=True, kw_only=True)
class _Checked:
    """What has been judged so far."""

    prices: PriceTable
    price_date: PriceDate
    findings: list[Finding] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    assumptions: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    sizes: dict[str, FileSize] = field(default_factory=dict)
    counts: dict[str, list[TokenCount]] = field(default_factory=dict)
    bases: dict[Basis, None] = field(default_factory=dict)
    without_base: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    gone: tuple[str, ...] = ()
    unlimited: list[str | None] = field(default_factory=list)

    def fail_inputs(self, inputs: InputSet) -> None:
        """Take what could not be read."""
        self.failures += [Failure(error=error) for error in inputs.errors]

    def judge(self, cases: Sequence[Case], base: Baseline | None, reading: FileReading) -> None:
        """Judge each of *cases*; one of a budget that cannot be judged leaves the others."""
        with counted_once():
            for case in cases:
                if case.budget is None:
                    self._judge(case, base, reading)
                    continue
                try:
                    check_case(case)
                    if case.prompts:
                        self._judge(case, base, reading)
                except TokencostError as error:
                    self.failures.append(Failure(error=error))

    def _judge(self, case: Case, base: Baseline | None, reading: FileReading) -> None:
        measurements, failures = measure(case, case.prompts, self.prices)
        self.failures += failures
        past = measure_past(case, base, self.prices, reading) if base else None
        windows = Windows(prices=self.prices, price_date=self.price_date)
        self.bases[case.limits.on] = None
        if base is None and case.limits.needs_base:
            self.without_base.append(case.budget or "")
        if _keeps_no_room(case):
            self.assumptions.append(assumed("window_without_output", about=case.budget or ""))
        if past and case.limits.max_increase is not None and case.limits.has_limit:
            self.added += [
                shown_name(file)
                for file in sorted(past.added)
                if case.asked is None or file in case.asked
            ]
        mixed = _files_of_several_models(measurements)
        for measurement in measurements:
            judge = Judge(
                case=case,
                measurement=measurement,
                past=past,
                windows=windows,
                mixed=mixed,
                failures=self.failures,
            )
            findings = [*judge.findings()]
            self.findings += findings
            self.unlimited += [finding.file for finding in findings if finding.is_unlimited]
            self._note(measurement)
            counts = self.counts.setdefault(measurement.model, [])
            counts += [result.tokens for result in measurement.results]
            self._size(measurement, case)

    def _note(self, measurement: Measurement) -> None:
        report = measurement.report
        is_priced = isinstance(report, EstimateReport)
        self.assumptions += [n for n in report.assumptions if is_priced or n.code == ALLOWED]
        self.warnings += report.warnings
        if isinstance(report, EstimateReport):
            self.warnings += warnings_of_results(report)
            self.assumptions += price_assumptions(report)

    def _size(self, measurement: Measurement, case: Case) -> None:
        """Keep how large each file that is asked for is for the model that counts most."""
        tokens: dict[str, int] = {}
        for result in measurement.results:
            file = prompt_of(result).file
            tokens[file] = tokens.get(file, 0) + result.tokens.expected
        for file, number in tokens.items():
            largest = self.sizes.get(file)
            is_asked = case.asked is None or file in case.asked
            if file and is_asked and (largest is None or number > largest.tokens):
                self.sizes[file] = FileSize(tokens=number, model=measurement.model)

    def check_judged(self, number: int, files: BudgetFiles | None, *, allow_empty: bool) -> None:
        """Take a failure if nothing was judged, and nobody said that this is all right."""
        if self.failures or self.findings:
            return
        if not number and not allow_empty:
            self.failures.append(Failure(error=nothing_to_judge(files)))
        elif self.without_base:
            error = UsageError(
                "growth is not judged without a base, and nothing else is limited",
                hint="name a base: --base main",
            )
            self.failures.append(Failure(error=error))

    def _doubts(self) -> Iterable[Note]:
        """Yield a warning if a recorded file is gone, or nothing limits files that were added."""
        if self.gone:
            yield warning("recorded_and_gone", files=self.gone)
        if self.unlimited:
            yield warning("added_without_limit", files=tuple(dict.fromkeys(self.unlimited)))

    def report(
        self, inputs: InputSet, *, base: Baseline | None, number: int, outside: Sequence[str]
    ) -> CheckReport:
        """Return the report, in which the same note or failure stands once."""
        ends = [_judged_at(basis) for basis in self.bases]
        if self.without_base:
            ends.append(assumed("growth_not_judged", budgets=tuple(self.without_base)))
        if self.added:
            ends.append(assumed("growth_of_added", files=tuple(dict.fromkeys(self.added))))
        if outside:
            ends.append(assumed("files_under_no_budget", files=tuple(map(shown_name, outside))))
        failures = {
            (failure.error.message, failure.input, failure.model): failure
            for failure in self.failures
        }
        notes = [note for note in inputs.notes if note.code != "parts_not_counted"]
        return CheckReport(
            findings=tuple(self.findings),
            failures=tuple(failures.values()),
            prices=self.prices,
            price_date=self.price_date,
            assumptions=tuple(dict.fromkeys([*ends, *self.assumptions])),
            warnings=tuple(dict.fromkeys([*notes, *self._doubts(), *self.warnings])),
            base=base.name if base else None,
            inputs=number,
            sizes=self.sizes,
            counts={model: TokenCount.sum(of) for model, of in self.counts.items() if of},
            gone=self.gone,
            may_be_empty=not self.findings,  # else it would be one of the failures
        )


def _files_of_several_models(measurements: Iterable[Measurement]) -> frozenset[str]:
    files = Counter(
        file
        for measurement in measurements
        for file in {prompt_of(result).file for result in measurement.results}
    )
    return frozenset(file for file, number in files.items() if number > 1)


def _number(prompts: Iterable[Prompt]) -> int:
    """Return how many inputs these are; a file and an entry of another may have the same name."""
    return len({(prompt.file, prompt.name) for prompt in prompts})


def _keeps_no_room(case: Case) -> bool:
    """Say whether some input may fill a window, for nobody says how long its output gets."""
    requests = [prompt.request for prompt in case.prompts]
    outputs = [request.max_output if request else None for request in requests]
    return (
        case.limits.fits
        and case.limits.reserve is None
        and any(output_to_keep(case.options, output) is None for output in outputs)
    )


def _judged_at(basis: Basis) -> Note:
    if basis == Basis.EXPECTED:
        return assumed("judged_at_expected")
    return assumed("judged_at_upper_end")
