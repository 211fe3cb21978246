"""What a check judges: inputs, what they were at a base, and the limits that hold for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from tokencost.budgets.budget import Budget, Limits
from tokencost.budgets.files import BudgetFiles, path_in
from tokencost.errors import ConfigurationError, GitError, TokencostError, UsageError
from tokencost.estimates.count import named_model
from tokencost.estimates.results import EstimateOptions, with_default_output
from tokencost.inputs import InputSet, Prompt
from tokencost.inputs.gitignore import Globs
from tokencost.notes import Note
from tokencost.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFile:
    """A file as it was at the base, of one that is not the same now.

    Attributes:
        path: its path then, "/" separated, from the root of the baseline.
        content: its bytes then, None if they are those of now: the file was only renamed.
    """

    path: str
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What differs from a base; a path that was compared and none of these has is as it was.

    Paths are "/" separated, from *root*.

    Attributes:
        name: what people call the base, such as "main".
        root: the absolute folder that paths are relative to.
        changed: by path of now, the file as it was: with another content, another path or both.
        added: paths that were not there; only absolute limits hold for them.
        deleted: files that are not there any more.
        unknown: by path, why nobody knows what was there.
        compared: the paths that were compared, None for all there are; nobody knows of others.
        notes: what may make it another base than is meant.
    """

    name: str
    root: Path
    changed: Mapping[str, BaseFile]
    added: frozenset[str] = frozenset()
    deleted: tuple[BaseFile, ...] = ()
    unknown: Mapping[str, TokencostError] = field(default_factory=dict)
    compared: frozenset[str] | None = None
    notes: tuple[Note, ...] = ()

    def unknown_of(self, path: str) -> TokencostError | None:
        """Return why nobody knows what was at *path*, None if that is known."""
        if path in self.unknown:
            return self.unknown[path]
        if self.compared is None or path in self.compared:
            return None
        return GitError(
            f'"{path}" is not among the files that were compared with "{self.name}"',
            hint="name it by the path that it has in the repository",
        )

    @property
    def differing(self) -> frozenset[str]:
        """The paths of now that are not as they were, or may not be."""
        return self.added | frozenset(self.changed) | frozenset(self.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Inputs, and the limits that hold for them.

    Attributes:
        budget: the name of the budget, None for limits of the command line.
        limits: what is allowed.
        models: names of models; without one each request is judged with its own.
        options: how inputs are counted and priced.
        prompts: the inputs.
        is_whole: whether these are all inputs, of which none could not be read.
        asked: the files that limits of each file are judged for, None for all.
        deleted: paths of files that would be among the inputs if they still were there.
        twins: links to other files of these, which a sum counts once.
        place: file and line where the budget is written, "" without one.
    """

    budget: str | None
    limits: Limits
    models: tuple[str, ...]
    options: EstimateOptions
    prompts: tuple[Prompt, ...]
    is_whole: bool
    asked: frozenset[str] | None = None
    deleted: tuple[BaseFile, ...] = ()
    twins: frozenset[str] = frozenset()
    place: str = ""


def case_of_limits(
    inputs: InputSet, limits: Limits, models: tuple[str, ...], options: EstimateOptions
) -> Case:
    """Return the case of limits that are given without a budget.

    Raises:
        UsageError: something that they need is not given.
    """
    case = Case(
        budget=None,
        limits=limits,
        models=models,
        options=with_default_output(options, inputs.prompts),
        prompts=inputs.prompts,
        is_whole=not inputs.errors,
    )
    check_case(case)
    return case


def case_of_budget(
    budget: Budget,
    files: BudgetFiles,
    models: tuple[str, ...],
    options: EstimateOptions,
    base: Baseline | None,
) -> Case:
    """Return the case of *budget*; what *models* and *options* say goes before what it says."""
    members = frozenset(files.members.get(budget.name, ()))
    prompts = tuple(prompt for prompt in files.inputs.prompts if prompt.file in members)
    allowance = options.uncounted_tokens
    return Case(
        budget=budget.name,
        limits=budget.limits,
        models=models or budget.models,
        options=with_default_output(
            replace(
                options,
                output=options.output or budget.output,
                default_models=options.default_models or budget.default_models,
                default_output=options.default_output or budget.default_output,
                volume=options.volume or budget.volume,
                uncounted_tokens=budget.uncounted_tokens if allowance is None else allowance,
            ),
            prompts,
        ),
        prompts=prompts,
        is_whole=not files.inputs.errors,
        asked=files.asked,
        deleted=tuple(_deleted(budget, base)) if base else (),
        twins=frozenset(_twins(files.members.get(budget.name, ()), files.twins)),
        place=budget.place,
    )


def _twins(members: Sequence[str], links: Mapping[str, str]) -> Iterator[str]:
    """Yield what is another of *members* again."""
    files: set[str] = set()
    for member in members:
        file = links.get(member, member)
        if file in files:
            yield member
        files.add(file)


def _deleted(budget: Budget, base: Baseline) -> Iterator[BaseFile]:
    """Yield the files that fell under *budget* at the base and are gone."""
    globs, exclude = Globs.of(budget.files), Globs.of(budget.exclude)
    root = budget.root.absolute()
    for file in base.deleted:
        path = path_in(root, base.root / file.path)
        if globs.select(path) and not exclude.select(path):
            yield file


def check_case(case: Case) -> None:
    """Raise an error for what the limits of *case* need and it does not have.

    Raises:
        UsageError: options do not say it.
        ConfigurationError: it is not said of a budget that is written in a file, or no text falls
            under that.
    """
    if case.budget is not None and not case.prompts:
        if case.asked is None and case.is_whole:
            raise error_at(
                case.place,
                f'no text falls under budget "{case.budget}"',
                hint="check its globs: binary files do not count",
            )
        return
    if case.limits.max_cost_per_month is not None and case.options.volume is None:
        raise _lacking(
            case,
            "a limit on the cost of a month needs the number of calls in it",
            key='volume = "20k/month"',
            option="pass --volume, for example --volume 20k/month",
        )
    if case.limits.costs and case.options.output is None and case.options.default_output is None:
        _check_outputs(case)
    has_model = bool(case.models or case.options.default_models)
    if not has_model and not any(map(named_model, case.prompts)):
        raise _lacking(
            case,
            "no model named",
            key='model = "openai/gpt-5.4-mini"',
            option="pass -m openai/gpt-5.4-mini or set TOKENCOST_MODEL",
        )


def _check_outputs(case: Case) -> None:
    """Raise an error unless every input is a request that limits its output itself."""
    unlimited = [
        prompt.name
        for prompt in case.prompts
        if prompt.request is None or prompt.request.max_output is None
    ]
    if not unlimited and case.prompts:
        return
    message = "a limit on cost needs the output tokens, which cost money too"
    if len(unlimited) < len(case.prompts):
        message += f"; {len(unlimited)} of the inputs do not limit theirs: {unlimited[0]}"
    raise _lacking(
        case,
        message,
        key="output_tokens = 500",
        option="pass --output-tokens, for example -o 500, or -o 0 for the input alone",
    )


def _lacking(case: Case, message: str, *, key: str, option: str) -> TokencostError:
    """Return the error about something that a *key* of a configuration or an *option* would say."""
    about = f'budget "{case.budget}": {message}' if case.budget else message
    return error_at(case.place, about, hint=f"add {key}, or {option}" if case.place else option)


def error_at(place: str, message: str, *, hint: str) -> TokencostError:
    """Return the error of what is written at *place*, file and line, or was said by options."""
    if not place:
        return UsageError(message, hint=hint)
    return ConfigurationError(f"{place}: {message}", hint=hint, place=place)
