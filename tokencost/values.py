"""Dataclasses that are made without compiling code, and patterns compiled when first used.

What `dataclasses.dataclass` writes and compiles takes 0.6 ms a class, and a small estimate defines
100 classes. These take 0.03 ms, with the same parameters, equality, `repr`, immutability, slots and
invariants; `replace`, `fields`, `asdict` and whatever else is in `dataclasses` takes them. A class
of which many values are made gets the code that `dataclasses` would have written, which is twice as
fast, as soon as that pays.
A pattern takes up to 3 ms to compile, and of 100 that a command may need it uses a few.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

__all__ = ["add_checks", "dataclass", "regex", "replace"]

if TYPE_CHECKING:  # to a type checker they are dataclasses
    from dataclasses import dataclass as dataclass  # noqa: TID251
    from dataclasses import replace as replace
    from re import compile as regex

    def add_checks(cls: type, before: Callable[[Any], None], after: Callable[[Any], None]) -> None:
        """Have each new value of *cls* checked before and after its own invariants are asked."""
else:
    from dataclasses import _FIELD, KW_ONLY, MISSING, Field, FrozenInstanceError, field
    from functools import partial
    from operator import attrgetter
    from typing import ClassVar, get_origin

    _put = object.__setattr__
    _MANY = 80  # values: they took as much longer by now as compiling takes

    def dataclass(*, frozen=False, slots=False, kw_only=False, repr=True):  # noqa: A002
        """Return a decorator that makes a class a dataclass; its parameters are those there."""

        def make(cls):
            own = _own_fields(cls, kw_only=kw_only)
            inherited = {}
            for base in reversed(cls.__mro__[1:]):
                inherited.update(getattr(base, "__dataclass_fields__", {}))
            parts = inherited | own
            namespace = {
                name: value
                for name, value in cls.__dict__.items()
                if name not in own and name not in ("__dict__", "__weakref__")
            }
            if slots:
                namespace["__slots__"] = tuple(name for name in own if name not in inherited)
            methods = _methods(parts, frozen=frozen, has_repr=repr)
            for name, value in methods.items():
                namespace.setdefault(name, value)
            namespace["__dataclass_fields__"] = parts
            namespace["__signature__"] = _Signature()
            made = type(cls)(cls.__name__, cls.__bases__, namespace)
            made.__qualname__ = cls.__qualname__
            if "__init__" not in cls.__dict__:
                made.__init__ = _initializer(made, has_check=hasattr(cls, "__post_init__"))
            return made

        return make

    def replace(value, /, **changes):
        """Return *value* with *changes*; it is made anew, so that its invariants hold."""
        for name in value.__dataclass_fields__:
            if name not in changes:
                changes[name] = getattr(value, name)
        return type(value)(**changes)

    def add_checks(cls, before, after):
        """Have each new value of *cls* checked before and after its own invariants are asked."""
        own = getattr(cls, "__post_init__", None)

        def check_all(self):
            before(self)
            if own:
                own(self)
            after(self)

        cls.__post_init__ = check_all
        cls.__init__ = _initializer(cls, has_check=True)

    def _own_fields(cls, *, kw_only):
        own = {}
        for name, annotation in cls.__annotations__.items():
            if annotation is KW_ONLY:
                kw_only = True
            elif annotation is not ClassVar and get_origin(annotation) is not ClassVar:
                part = cls.__dict__.get(name, MISSING)
                own[name] = part = part if isinstance(part, Field) else field(default=part)
                part.name, part.type, part.kw_only = name, annotation, kw_only
                part._field_type = _FIELD
        return own

    def _methods(parts, *, frozen, has_repr):
        """Return what every dataclass has, for these fields."""
        names = tuple(parts)
        positional = tuple(name for name, part in parts.items() if not part.kw_only)
        compared = [name for name, part in parts.items() if part.compare]
        key = attrgetter(*compared) if compared else lambda _: ()

        def is_equal(self, other):
            return key(self) == key(other) if type(self) is type(other) else NotImplemented

        def state(self):
            return [getattr(self, name) for name in names]

        def restore(self, state):
            for name, value in zip(names, state, strict=True):
                _put(self, name, value)

        methods = {
            "__eq__": is_equal,
            "__hash__": (lambda self: hash(key(self))) if frozen else None,
            "__getstate__": state,
            "__setstate__": restore,
            "__replace__": replace,
            "__match_args__": positional,
        }
        if has_repr:
            methods["__repr__"] = _described
        if frozen:
            methods |= {"__setattr__": _refuse_change, "__delattr__": _refuse_change}
        return methods

    def _initializer(cls, *, has_check):
        parts, positional = cls.__dataclass_fields__, cls.__match_args__
        total, number = len(parts), 0
        defaults = {n: part.default for n, part in parts.items() if part.default is not MISSING}

        def initialize(self, /, *args, **values):
            nonlocal number
            number += 1
            if number == _MANY:
                cls.__init__ = _compiled_initializer(cls, has_check=has_check)
            if args:
                values = _with_positional(self, positional, args, values)
            if len(values) != total:
                values = _completed(self, defaults | values)
            for name, value in values.items():
                if name not in parts:
                    raise _misuse(self, values)
                _put(self, name, value)
            if has_check:
                self.__post_init__()

        return initialize

    def _compiled_initializer(cls, *, has_check):
        """Return the same as a function with these parameters, which takes no loop."""
        names, parameters, lines = {}, {False: [], True: []}, []
        for name, part in cls.__dataclass_fields__.items():
            default = part.default
            if part.default_factory is not MISSING:
                names[f"make_{name}"], default = part.default_factory, _MADE
                lines.append(f" if {name} is made: {name} = make_{name}()")
            names[f"default_{name}"] = default
            is_given = default is MISSING
            parameters[part.kw_only].append(name if is_given else f"{name}=default_{name}")
            slot = getattr(cls, name, None)
            names[f"put_{name}"] = getattr(slot, "__set__", None) or partial(_put_by_name, name)
            lines.append(f" put_{name}(self, {name})")
        lines += [" self.__post_init__()"] * has_check
        keywords = [", *, ", ", ".join(parameters[True])] if parameters[True] else []
        start = ", ".join(["self", *parameters[False]]) + "".join(keywords)
        exec(
            "\n".join([f"def __init__({start}):", *lines, " return"]),
            names | {"made": _MADE, "__name__": __name__},
            names,
        )
        return names["__init__"]

    _MADE = object()  # stands for a value that is made for each object

    def _put_by_name(name, self, value):
        _put(self, name, value)

    def _completed(self, values):
        """Return *values* with those that are made for each object."""
        parts = self.__dataclass_fields__
        for name, part in parts.items() if len(values) != len(parts) else ():
            if part.default_factory is not MISSING and name not in values:
                values[name] = part.default_factory()
        if len(values) != len(parts):
            raise _misuse(self, values)
        return values

    def _with_positional(self, names, args, values):
        call = f"{type(self).__qualname__}()"
        if len(args) > len(names):
            raise TypeError(f"{call} takes {len(names)} positional arguments, not {len(args)}")
        given = dict(zip(names, args, strict=False))
        if twice := given.keys() & values.keys():
            raise TypeError(f"{call} got multiple values for {', '.join(sorted(twice))}")
        return given | values

    def _misuse(self, values):
        """Return what is wrong with the arguments: one does not belong, or is missing."""
        parts = type(self).__dataclass_fields__
        unexpected = [name for name in values if name not in parts]
        missing = [
            name
            for name, part in parts.items()
            if part.default is MISSING and part.default_factory is MISSING and name not in values
        ]
        what = "got unexpected arguments" if unexpected else "is missing arguments"
        return TypeError(f"{type(self).__qualname__}() {what}: {', '.join(unexpected or missing)}")

    def _described(self):
        parts = type(self).__dataclass_fields__.items()
        shown = (f"{name}={getattr(self, name)!r}" for name, part in parts if part.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _refuse_change(self, name, *_):
        raise FrozenInstanceError(f"cannot change field {name!r} of {type(self).__qualname__}")

    class _Signature:
        """The parameters of a dataclass, worked out when somebody asks for them."""

        def __get__(self, instance, owner):
            if instance is not None:
                raise AttributeError("__signature__")
            from inspect import Parameter, Signature

            def parameter(part):
                default = Parameter.empty if part.default is MISSING else part.default
                default = default if part.default_factory is MISSING else ...
                kind = Parameter.KEYWORD_ONLY if part.kw_only else Parameter.POSITIONAL_OR_KEYWORD
                return Parameter(part.name, kind, default=default, annotation=part.type)

            parts = owner.__dataclass_fields__.values()
            return Signature(map(parameter, sorted(parts, key=lambda part: part.kw_only)))

    _OF_A_PATTERN = (
        *("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn"),
        *("flags", "groups", "groupindex"),
    )

    class regex:  # noqa: N801
        """What `re.compile` returns, compiled when one of its methods is first asked for."""

        def __init__(self, source, flags=0):
            self.pattern = source
            self._flags = flags

        def __getattr__(self, name):
            if name not in _OF_A_PATTERN:
                raise AttributeError(name)
            import re

            compiled = re.compile(self.pattern, self._flags)
            for method in _OF_A_PATTERN:
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)

        def __repr__(self):
            return f"regex({self.pattern!r})"
