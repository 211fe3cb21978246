"""Commands as Typer takes them: groups of options one by one, help texts from docstrings."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from inspect import Parameter
from typing import Annotated, Any, get_origin

import typer

_EXAMPLES = re.compile(r"\n\n(?=    )")


class Only(frozenset[str]):
    """The options of a group that a command takes: `Annotated[Group, Only({"at"})]`."""


class Without(frozenset[str]):
    """The options of a group that a command does not take."""


def register(app: typer.Typer, command: Callable[..., None], name: str | None = None) -> None:
    """Add *command* to *app*; its help is its docstring, its name that of the function."""
    app.command(name, help=with_examples(inspect.getdoc(command) or ""))(expand(command))


def with_examples(text: str) -> str:
    """Mark each indented block, so that its lines are not joined."""
    return _EXAMPLES.sub("\n\n\b\n", text)


def expand(command: Callable[..., None]) -> Callable[..., None]:
    """Return *command* with the options of its groups in its signature.

    A group is a parameter whose type is a dataclass. Each of its fields becomes a parameter, and
    the values are packed again before *command* is called.
    """
    groups: dict[str, tuple[type, list[str]]] = {}
    parameters: list[Parameter] = []
    for parameter in inspect.signature(command).parameters.values():
        group, options = _options_of(parameter.annotation)
        if group is None:
            parameters.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
        else:
            groups[parameter.name] = group, [option.name for option in options]
            parameters += map(_parameter, options)

    def run(**values: Any) -> None:
        for name, (group, options) in groups.items():
            values[name] = group(**{option: values.pop(option) for option in options})
        command(**values)

    run.__name__, run.__module__ = command.__name__, command.__module__
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def _options_of(annotation: Any) -> "tuple[type | None, list[Field[Any]]]":
    is_annotated = get_origin(annotation) is Annotated
    group = annotation.__origin__ if is_annotated else annotation
    if not is_dataclass(group) or not isinstance(group, type):
        return None, []
    options = {option.name: option for option in fields(group)}
    for choice in annotation.__metadata__ if is_annotated else ():
        options = _chosen(options, choice)
    return group, list(options.values())


def _chosen(options: "Mapping[str, Field[Any]]", choice: Only | Without) -> "dict[str, Field[Any]]":
    if unknown := choice - options.keys():
        raise TypeError(f"no such options: {', '.join(sorted(unknown))}")
    return {
        name: option
        for name, option in options.items()
        if (name in choice) == isinstance(choice, Only)
    }


def _parameter(option: "Field[Any]") -> Parameter:
    default = Parameter.empty if option.default is MISSING else option.default
    return Parameter(option.name, Parameter.KEYWORD_ONLY, default=default, annotation=option.type)
