"""Check what callers in Python give to public functions and values, where a name is handed out.

Annotations say what an argument may be. `guard` has them asked of whatever comes through a name of
`tokencost`: at every call of a function or method, and of every new value of a class. Inside the
package the type checker has asked already, so that values made there are not asked again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, wraps
from importlib import import_module
from operator import index, is_
from os import PathLike, fsdecode, fsencode
from pathlib import Path
from types import FunctionType, MappingProxyType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from tokencost.errors import UsageError
from tokencost.values import add_checks

_HOW = {
    "int": "give a whole number from 0",
    "Decimal": 'give a Decimal, such as Decimal("0.9")',
    "timedelta": "give a timedelta, such as timedelta(minutes=5)",
    "date": "give a date, such as date(2026, 11, 22)",
    "str": "give a text",
    "bool": "give True or False",
    "Path": 'give a Path, such as Path("prompt.md")',
    "Volume": "give Volume(per_month=Decimal(20_000))",
    "PriceDate": 'give parse_price_date("2026-11-22")',
    "OutputTokens": "give OutputTokens(low=200, expected=400, high=800)",
    "Money": 'give Money(amount=Decimal("0.02"), currency="USD")',
    "Increase": "give Increase(tokens=500)",
    "PriceTable": "give load_price_table(Path(...))",
    "Callable": "give a function",
    "models": 'give a name such as "gpt-4o", a list of names, or () for none',
}
_MOST_BITS = 3_000  # of a whole number; Python writes no more than 14,000 of them
_GUARDED: set[type] = set()
_SHOWN = 80  # characters of a value
_NAMES = {"currency", "default_model", "default_site", "model", "models", "site", "tokenizer"}
_NUMBERS = (int, Decimal)
_ASKED = (int, Decimal, str)  # more than for their type
_PATHS = {str, PathLike, Path, type(None)}
_TEXTS = (str, bytes, bytearray)
_SERIES = (tuple, list, frozenset, Iterable, Sequence)
_AS_GOOD: dict[Any, Any] = {Decimal: (Decimal, int), Path: PathLike}
_LISTS = (tuple, frozenset, Sequence)  # made of whatever gives items one by one
_SAID_THERE = {"output_tokens", "prompts", "size"}  # who takes them knows what was meant
_AT_HAND = (tuple, list, set, frozenset, dict, MappingProxyType)  # items that nothing has to load


def guard(value: Any) -> Any:
    """Return what a public name stands for, so that its arguments are checked.

    A function is returned as one that checks first; a class checks its values and methods itself.
    """
    if isinstance(value, FunctionType):
        for kind in get_args(value.__annotations__.get("options")):
            guard(kind)  # those of a report can be replaced without their name
        guarded = _checked(value)
        guarded.__module__ = "tokencost"  # where pickle looks it up
        return guarded
    for kind in map(type, value.values()) if isinstance(value, dict) else [value]:
        if "__dataclass_fields__" in getattr(kind, "__dict__", ()) and kind not in _GUARDED:
            _GUARDED.add(kind)
            _guard_class(kind)
            _guard_methods(kind)
    return value


def _guard_class(kind: Any) -> None:
    parts: list[tuple[str, Any, Any]] = []  # worked out for the first value: few have one
    counts: list[str] = []
    names = _NAMES if kind.__name__.endswith("Options") else ()

    def check_types(self: object) -> None:
        if not parts:
            scope, fields = vars(import_module(kind.__module__)), kind.__dataclass_fields__
            asked = [(n, _resolved(part.type, scope), part.default) for n, part in fields.items()]
            counts.extend(name for name, type_, _ in asked if _never_negative(type_))
            parts.extend(asked)  # at last: another thread that sees them asks for all
        for name, type_, default in parts:
            if (value := getattr(self, name)) is not default:
                object.__setattr__(self, name, fit(name, value, type_))

    def check_values(self: object) -> None:
        for name in counts:
            check_count(name, getattr(self, name))
        for name in names:
            _check_name(name, getattr(self, name, None))

    add_checks(kind, check_types, check_values)


def _guard_methods(kind: Any) -> None:
    for name, member in [*vars(kind).items()]:
        function = getattr(member, "__func__", member)
        if isinstance(function, FunctionType) and not name.startswith("_"):
            checked = _checked(function)
            setattr(kind, name, checked if function is member else type(member)(checked))


def _never_negative(annotation: Any) -> bool:
    """Say whether a whole number or an amount from 0 stands in an annotation."""
    if annotation is int or get_origin(annotation) is Annotated:
        return True
    return any(map(_never_negative, get_args(annotation)))


def check_count(name: str, value: Any) -> None:
    """Raise UsageError if a number is below 0, or one that stands in *value*."""
    if isinstance(value, int | Decimal):
        if value < 0:
            raise UsageError(f"{name} is {value}, below 0", hint="give a number from 0")
    elif isinstance(value, Mapping):
        for key, number in value.items():
            check_count(f"{name}[{_shown(key)}]", number)
    elif isinstance(value, tuple) and value and isinstance(value[0], int | tuple):
        for number in value:
            check_count(name, number)


def _checked(function: Any) -> Any:
    inner = function
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    code, scope, types = inner.__code__, inner.__globals__, inner.__annotations__
    number = code.co_argcount
    names = code.co_varnames[: number + code.co_kwonlyargcount + 1]
    rest = names[-1] if code.co_flags & 0x04 else ""  # *args

    @wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        given = list(args)
        for place, value in enumerate(args):
            name = names[place] if place < number else rest
            if name in types:
                given[place] = _argument(name, value, _resolved(types[name], scope))
        for name, value in options.items():
            if name in types:
                options[name] = _argument(name, value, _resolved(types[name], scope))
        return function(*given, **options)

    return call


def _argument(name: str, value: Any, wanted: Any) -> Any:
    if name in _SAID_THERE and not any(_is_of(value, type_) for type_ in get_args(wanted)):
        return value
    value = fit(name, value, wanted)
    if isinstance(value, int) and wanted is not bool:
        check_count(name, value)
    if name in _NAMES:
        _check_name(name, value)
    return value


def _check_name(name: str, value: Any) -> None:
    """Raise UsageError for an empty name, such as that of an unset variable: it asks for none."""
    if isinstance(value, str) and not value.strip():
        raise UsageError(f"{name} is {value!r}, not a name", hint="leave it out, or name one")


def _resolved(annotation: Any, scope: dict[str, Any]) -> Any:
    """Return what an annotation in quotes names, or itself while that is not loaded."""
    try:
        return eval(annotation, scope) if isinstance(annotation, str) else annotation
    except NameError:
        return annotation


def fit(name: str, value: Any, wanted: Any) -> Any:
    """Return *value* as an argument of the type that the annotation *wanted* says.

    A text that spells a choice becomes that choice, and a list or what comes one by one a tuple.
    Raises UsageError if it is of another type, or a number that cannot be one.
    """
    kind = type(value)
    if kind is wanted:
        return _checked_number(name, value) if wanted in _NUMBERS else value
    if type(wanted) is UnionType and kind in wanted.__args__ and kind not in _ASKED:
        return value
    if wanted is Any or wanted is object or isinstance(wanted, TypeVar):
        return value
    origin = get_origin(wanted)
    if origin is Annotated:
        return fit(name, value, wanted.__origin__)
    if origin is UnionType or origin is Union:
        return _fit_union(name, value, get_args(wanted))
    if not _is_of(value, wanted):
        raise misfit(name, value, wanted)
    return _converted(name, value, origin or wanted, get_args(wanted))


def _is_of(value: Any, wanted: Any) -> bool:
    """Say whether *value* is of a type: truths are not numbers, texts not lists, hours not days."""
    if isinstance(wanted, str):
        return any(_is_called(value, *part.strip().split("[")) for part in wanted.split("|"))
    origin = get_origin(wanted)
    if origin is Annotated or origin is Literal:
        return value in get_args(wanted) if origin is Literal else _is_of(value, wanted.__origin__)
    kind = origin or wanted
    if isinstance(value, bool | datetime) or (isinstance(value, _TEXTS) and kind in _SERIES):
        return kind is type(value)
    if kind in _LISTS:  # the keys alone of a mapping are not what was meant
        return isinstance(value, Iterable) and not isinstance(value, Mapping)
    if getattr(kind, "_is_protocol", False) or isinstance(value, _AS_GOOD.get(kind, kind)):
        return True  # whoever takes what a protocol names asks what it can do
    is_number = kind in _NUMBERS and _is_whole(value)
    is_text = isinstance(value, str) and isinstance(kind, type) and issubclass(kind, str)
    return is_number or (is_text and (not issubclass(kind, StrEnum) or value in [*kind]))


def _is_called(value: Any, name: str, items: str = "") -> bool:
    """Say whether *value* is of a type that is spelled out, for what it names is not loaded."""
    names = ["None" if value is None else kind.__name__ for kind in type(value).__mro__]
    inside = value if items and name in names else ()
    return name in names and all(_is_called(i, items.partition(",")[0]) for i in inside)


def _is_whole(value: Any) -> bool:
    with suppress(TypeError):  # an array has `__index__` too
        return index(value) is not None
    return False


def _converted(name: str, value: Any, kind: Any, types: tuple[Any, ...]) -> Any:
    """Return *value*, which is of a kind or as good, as that kind, its items too."""
    if kind is int or kind is Decimal:
        is_number = kind is Decimal and isinstance(value, _NUMBERS)
        return _checked_number(name, value if is_number else index(value))
    if kind is PathLike or kind is Path:
        path = _checked_path(name, value)
        return path if isinstance(path, kind) else Path(fsdecode(path))
    if types and kind is not Literal:
        return _fit_items(name, value, kind, types)
    if isinstance(kind, type) and issubclass(kind, str) and not isinstance(value, kind):
        return kind(str.__str__(value))  # of a member of another enumeration its value
    return value


def _fit_union(name: str, value: Any, types: tuple[Any, ...]) -> Any:
    kind = type(value)
    if kind in types:  # as most are
        if kind is str:
            return _checked_path(name, value) if _are_paths(types) else value
        return _checked_number(name, value) if kind in _NUMBERS else value
    fitting = [type_ for type_ in types if type_ is Any or _is_of(value, type_)]
    if not fitting:
        raise misfit(name, value, *types)
    # several kinds of lists: whoever takes them tells them apart by what is in them
    return fit(name, value, fitting[0]) if len(fitting) == 1 else value


@cache
def _are_paths(types: tuple[Any, ...]) -> bool:
    """Say whether a text among *types* is the path of a file, for nothing else is there."""
    kinds = {get_origin(type_) or type_ for type_ in types}
    return kinds <= _PATHS and not kinds.isdisjoint((PathLike, Path))


def _checked_path(name: str, value: Any) -> Any:
    """Return the path of a file, unless no file can have it."""
    with suppress(UnicodeEncodeError):
        if b"\0" not in fsencode(value):
            return value
    raise UsageError(f"{name} {_shown(value)} is not a path", hint="give the path of a file")


def _fit_items(name: str, value: Any, kind: Any, types: tuple[Any, ...]) -> Any:
    comes_once = kind is Iterable and isinstance(value, Iterator | Mapping)
    if comes_once or (kind in _LISTS and not isinstance(value, kind)):
        value = frozenset(value) if kind is frozenset else tuple(value)
    if type(value) not in _AT_HAND or not value:
        return value
    if isinstance(value, Mapping):
        return _fit_mapping(name, value, *types) if len(types) == 2 else value
    is_of_one = kind is not tuple or types[-1] is Ellipsis
    if is_of_one and types[0] not in _NUMBERS and {*map(type, value)} == {types[0]}:
        return value  # most are; a million names of files take no time
    if not is_of_one and len(value) != len(types):
        raise misfit(name, value, kind)
    wanted = types[:1] * len(value) if is_of_one else types
    pairs = enumerate(zip(value, wanted, strict=True))
    items = [fit(f"{name}[{place}]", item, type_) for place, (item, type_) in pairs]
    return value if all(map(is_, items, value)) else type(value)(items)


def _fit_mapping(name: str, value: Any, key: Any, content: Any) -> Any:
    pairs = [
        (fit(f"a key of {name}", first, key), fit(f"{name}[{_shown(first)}]", second, content))
        for first, second in value.items()
    ]
    is_same = all(a is b and c is d for (a, c), (b, d) in zip(pairs, value.items(), strict=True))
    if len(dict(pairs)) < len(pairs):  # such as a time to live that is spelled in two ways
        raise UsageError(f"{name} has a key twice: {_shown([*value])}", hint="leave one out")
    return value if is_same else dict(pairs)


def _checked_number(name: str, value: Any) -> Any:
    """Return *value*, a whole number or a Decimal, unless nobody could have as many."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise UsageError(f"{name} is {value}, not a number", hint="give a finite one")
    elif value.bit_length() > _MOST_BITS:
        raise UsageError(f"{name} is a number of hundreds of digits", hint="give a smaller one")
    return value


def misfit(name: str, value: Any, *types: Any) -> UsageError:
    """Return the error of a value that is of none of these types."""
    if choices := [choice for type_ in types for choice in _choices(type_)]:
        return UsageError(f"{name} is {_shown(value)}", hint=f"give one of {', '.join(choices)}")
    types = tuple(type_ for type_ in types if type_ is not type(None))
    kinds = [getattr(type_, "__origin__", type_) for type_ in types]
    names = list(dict.fromkeys(getattr(kind, "__name__", str(kind)) for kind in kinds))
    wanted = " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    hint = _HOW.get(name) or _HOW.get(wanted, f"give one of type {wanted}")
    if Decimal in kinds and isinstance(value, float):
        hint = f'give Decimal("{value}")'
    elif isinstance(value, bytes) and str in kinds:
        hint = 'decode it: data.decode("utf-8")'
    elif isinstance(value, str) and Path in kinds:
        hint = f"give Path({_shown(value)})"
    elif isinstance(value, str) and any(_is_fit((value,), type_) for type_ in types):
        hint = f"give ({_shown(value)},)"
    return UsageError(f"{name} is {_shown(value)}, not {names[0]}", hint=hint)


def _is_fit(value: Any, type_: Any) -> bool:
    with suppress(UsageError):
        return fit("", value, type_) is not None
    return False


def _choices(type_: Any) -> list[str]:
    if get_origin(type_) is Literal:
        return [*get_args(type_)]
    return [*type_] if isinstance(type_, type) and issubclass(type_, StrEnum) else []


def _shown(value: object) -> str:
    with suppress(ValueError):  # a whole number that is too long to be written
        return f"{value!r:.{_SHOWN}}"
    return f"of type {type(value).__name__}"
