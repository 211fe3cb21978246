"""Commands as Typer takes them: options of groups one by one, help in groups, none stands twice."""

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from inspect import Parameter
from typing import Annotated, Any, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

from tokencost import UsageError

# The headings of the help, in their order; what none of them names is under "Options".
_HEADINGS = {
    "Session": "--preset --turns --system --tools --user --tool-output --agents --staged "
    "--compact-at --summary --turn-interval --gap",
    "Limits": "--max-tokens --max-tokens-per-file --max-cost-per-call --max-cost-per-month "
    "--max-increase --fits --warn-at --base --changed --fail-above",
    "Input": "--text --files-from --exclude --encoding --as --max-input-size --jobs",
    "Sizes": "--input-tokens --cached-tokens --cache-write-tokens --cache-ttl --cache "
    "--prefix-tokens --uncounted-tokens --output-tokens",
    "Price": "--model --site --mode --thinking --at --currency --fx --prices --tokenizer",
    "How often": "--calls --volume --hit-rate",
    "Savings": "--scenario --scenarios --no-scenarios --lossy --alternatives --placeholder --final",
    "Output": "--format --json --report --quiet --verbose --by-input --all --color",
    "Configuration": "--config --no-config",
}
# The page of the guide that is about a command, in the order of the commands.
PAGES = {
    "estimate": "savings",
    "compare": "names-and-sites",
    "count": "exact-counts",
    "compress": "shorter-texts",
    "check": "budgets",
    "diff": "budgets",
    "init": "configuration",
    "doctor": "configuration",
    "session": "sessions",
    "models": "names-and-sites",
    "prices": "own-prices",
    "tokenizers": "exact-counts",
    "schema": "json",
}
_HEADING_OF = {option: heading for heading, row in _HEADINGS.items() for option in row.split()}


class Only(frozenset[str]):
    """The options of a group that a command takes: `Annotated[Group, Only({"at"})]`."""


class Without(frozenset[str]):
    """The options of a group that a command does not take."""


def register(app: typer.Typer, command: Callable[..., None], name: str | None = None) -> None:
    """Add *command* to *app*; its help is its docstring, its name that of the function."""
    text = with_examples(inspect.getdoc(command) or "")
    app.command(name, cls=Command, help=text)(expand(command))


def with_examples(text: str) -> str:
    """Mark each indented block, so that its lines are not joined."""
    return text.replace("\n\n    ", "\n\n\b\n    ")


def expand(command: Callable[..., None]) -> Callable[..., None]:
    """Return *command* with the options of its groups in its signature.

    A group is a parameter whose type is a dataclass. Each of its fields becomes a parameter, and
    the values are packed again before *command* is called. A field that is a group itself is one
    value that all groups with such a field share.
    """
    groups: dict[str, tuple[type, list[str], dict[str, type]]] = {}
    shared: dict[type, list[str]] = {}
    parameters: list[Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        group, options = _options_of(parameter.annotation)
        if group is None:
            parameters.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
            continue
        inner: dict[str, Any] = {
            option.name: option.type for option in options if _is_group(option.type)
        }
        own = [option for option in options if option.name not in inner]
        groups[parameter.name] = group, [option.name for option in own], inner
        parameters += map(_parameter, own)
        for part in inner.values():
            if part not in shared:
                shared[part] = [option.name for option in fields(part)]
                parameters += map(_parameter, fields(part))

    def run(**values: Any) -> None:
        packed = {
            part: part(**{option: values.pop(option) for option in options})
            for part, options in shared.items()
        }
        for name, (group, options, inner) in groups.items():
            values[name] = group(
                **{option: values.pop(option) for option in options},
                **{option: packed[part] for option, part in inner.items()},
            )
        command(**values)

    run.__name__, run.__module__ = command.__name__, command.__module__
    run.__annotations__ = {}  # to evaluate those that the signature has already takes 0.6 ms
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def _options_of(annotation: Any) -> "tuple[type | None, list[Field[Any]]]":
    is_annotated = get_origin(annotation) is Annotated
    group = annotation.__origin__ if is_annotated else annotation
    if not _is_group(group):
        return None, []
    options = {option.name: option for option in fields(group)}
    for choice in annotation.__metadata__ if is_annotated else ():
        options = _chosen(options, choice)
    return group, list(options.values())


def _is_group(annotation: Any) -> bool:
    return isinstance(annotation, type) and is_dataclass(annotation)


def _chosen(options: "Mapping[str, Field[Any]]", choice: Only | Without) -> "dict[str, Field[Any]]":
    if unknown := choice - options.keys():
        raise TypeError(f"no such options: {', '.join(sorted(unknown))}")
    return {
        name: option
        for name, option in options.items()
        if (name in choice) == isinstance(choice, Only) or _is_group(option.type)
    }


def _parameter(option: "Field[Any]") -> Parameter:
    default = Parameter.empty if option.default is MISSING else option.default
    return Parameter(option.name, Parameter.KEYWORD_ONLY, default=default, annotation=option.type)


class _Help:
    """Help in groups of options, with whole summaries in lists of commands."""

    help: str | None

    def get_short_help_str(self, limit: int = 0) -> str:
        """Return the first paragraph, which nothing cuts."""
        del limit
        return " ".join((self.help or "").partition("\n\n")[0].split())

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and options under their headings."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        sections |= {heading: [] for heading in _HEADINGS}
        for parameter in self.get_params(ctx):  # type: ignore[attr-defined]
            if record := parameter.get_help_record(ctx):
                sections[_heading(parameter)].append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
        if isinstance(self, TyperGroup):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Name the page of the guide that has more."""
        page = PAGES.get(next(iter(ctx.command_path.split()[1:]), ""), "first-steps")
        formatter.write_paragraph()
        formatter.write_text(f"More: tokencost guide {page}")


def _heading(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return "Arguments"
    return next(
        (_HEADING_OF[option] for option in parameter.opts if option in _HEADING_OF), "Options"
    )


class Command(_Help, TyperCommand):
    """A command; an option that may stand once is refused when it stands twice."""

    def make_parser(self, ctx: Any) -> Any:
        """Return a parser that counts how often each option stands."""
        parser = super().make_parser(ctx)
        parse_args = parser.parse_args

        def parse_once(args: list[str]) -> Any:
            values, rest, order = parse_args(args)
            if not ctx.resilient_parsing:
                _refuse_repeated(order)
            return values, rest, order

        parser.parse_args = parse_once  # type: ignore[method-assign]
        return parser


class Group(_Help, TyperGroup):
    """Commands under one name."""


def _refuse_repeated(parameters: list[Any]) -> None:
    """Raise UsageError for the first option that stands twice and may not.

    Click takes the last one, and says nothing of those before it.
    """
    times = Counter(parameter for parameter in parameters if parameter.param_type_name == "option")
    if any(parameter.is_eager for parameter in times):  # --help answers whatever stands beside it
        return
    for parameter, number in times.items():
        if number > 1 and not parameter.multiple and not parameter.count:
            raise UsageError(
                f"{parameter.opts[0]} is given {_times(number)}", hint="it may stand once"
            )


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"
