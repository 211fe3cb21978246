"""The public names: one table, which the type checker sees as well, with every type it needs."""

import ast
import dataclasses
import inspect
import pkgutil
import sys
import typing
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

import tokencost

PACKAGE = Path(tokencost.__file__).parent


def names_for_the_type_checker() -> dict[str, str]:
    """Return each name that is imported under TYPE_CHECKING, with its module."""
    module = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in module.body if isinstance(node, ast.If)]
    return {
        alias.asname or "": statement.module or ""
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def types_by_name() -> dict[str, Any]:
    """Return every class and alias of the package, for annotations that stand in quotes."""
    types: dict[str, Any] = {}
    for module in pkgutil.walk_packages(tokencost.__path__, "tokencost."):
        if not module.name.endswith("__main__"):
            types |= {
                name: value
                for name, value in vars(import_module(module.name)).items()
                if name[0].isupper()
            }
    return types


def own_names(holder: Any) -> dict[str, Any]:
    """Return the names of the module that an annotation stands in."""
    return vars(sys.modules[holder.__module__])


def annotated(value: Any) -> Iterator[Any]:
    """Yield what a public name annotates: itself, or its public methods and properties."""
    if isinstance(value, FunctionType):
        yield value
    elif inspect.isclass(value):
        yield value
        for name, member in vars(value).items():
            function = member.fget if isinstance(member, property) else member
            function = getattr(function, "__func__", function)
            if isinstance(function, FunctionType) and not name.startswith("_"):
                yield function


def classes_in(annotation: Any) -> Iterator[type]:
    """Yield the classes of the package that an annotation mentions."""
    if inspect.isclass(annotation) and annotation.__module__.startswith("tokencost"):
        yield annotation
    for argument in typing.get_args(annotation):
        if isinstance(argument, list):  # the arguments of a Callable
            for item in argument:
                yield from classes_in(item)
        else:
            yield from classes_in(argument)


def test_every_public_name_exists_and_is_listed_once() -> None:
    assert len(tokencost.__all__) == len(set(tokencost.__all__))
    assert dir(tokencost) == tokencost.__all__
    for name in tokencost.__all__:
        assert getattr(tokencost, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = tokencost.nonsense


def test_a_type_checker_sees_the_names_of_the_table() -> None:
    table = {
        name: f"tokencost.{module}"
        for modules in tokencost.PUBLIC_NAMES.values()
        for module, names in modules.items()
        for name in names.split()
    }
    assert names_for_the_type_checker() == table


def test_every_type_that_a_public_name_mentions_is_public() -> None:
    types = types_by_name()
    public = {getattr(tokencost, name) for name in tokencost.__all__ if name != "PRESETS"}
    missing = {
        f"{mentioned.__module__}.{mentioned.__qualname__} (by {name})"
        for name in tokencost.__all__
        for holder in annotated(getattr(tokencost, name))
        for annotation in typing.get_type_hints(holder, localns=types | own_names(holder)).values()
        for mentioned in classes_in(annotation)
        if mentioned not in public
    }
    assert missing == set(), "add them to PUBLIC_NAMES in tokencost/__init__.py"


def test_what_a_command_returns_is_a_report() -> None:
    for name in tokencost.__all__:
        value = getattr(tokencost, name)
        if inspect.isclass(value) and name.endswith("Report"):
            assert issubclass(value, tokencost.Report)
            assert value is tokencost.Report or dataclasses.is_dataclass(value)
