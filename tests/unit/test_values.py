import copy
import dataclasses
import inspect
import pickle
import pkgutil
import re
from collections.abc import Callable
from dataclasses import KW_ONLY, FrozenInstanceError, field
from importlib import import_module
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tokencost
from tokencost.values import dataclass, regex, replace

Make = Callable[..., Any]


def shapes(make: Make) -> list[Any]:
    """Return classes of each form that the package has, made with one of the two decorators."""

    class Base:
        __slots__ = ()
        kind: ClassVar[str] = "base"

    @make(frozen=True, slots=True, kw_only=True)
    class Frozen(Base):
        kind: ClassVar[str] = "frozen"
        number: int
        text: str = "none"
        many: dict[str, int] = field(default_factory=dict, hash=False, compare=False)
        hidden: int = field(default=3, repr=False)

        def __post_init__(self) -> None:
            if self.number < 0:
                raise ValueError("negative")

        @property
        def double(self) -> int:
            return 2 * self.number

    @make(frozen=True, slots=True, kw_only=True)
    class Child(Frozen):
        more: tuple[int, ...] = ()

    @make(slots=True, kw_only=True)
    class Open:
        number: int = 0

    @make(frozen=True, slots=True)
    class Positional:
        number: int
        text: str = "none"
        _: KW_ONLY
        last: int = 1

    return [Frozen, Child, Open, Positional]


def often(**parameters: Any) -> Any:
    """Return the decorator, for a class of which so many values were made that it is compiled."""

    def make(kind: type) -> Any:
        made: Any = dataclass(**parameters)(kind)
        for _ in range(200):
            made(number=1)
        assert made.__init__.__code__.co_filename == "<string>"
        return made

    return make


OURS, OFTEN, THEIRS = shapes(dataclass), shapes(often), shapes(dataclasses.dataclass)
PAIRS = [
    pytest.param(ours, theirs, id=f"{ours.__name__}-{name}")
    for name, group in (("ours", OURS), ("often", OFTEN))
    for ours, theirs in zip(group, THEIRS, strict=True)
]
MAKES = pytest.mark.parametrize(
    "make", [dataclass, often, dataclasses.dataclass], ids=["ours", "often", "theirs"]
)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@given(number=st.integers(0, 3), other=st.integers(0, 3))
def test_values_look_compare_and_change_as_dataclasses_do(
    ours: Any, theirs: Any, number: int, other: int
) -> None:
    mine, its = ours(number=number), theirs(number=number)
    assert repr(mine) == repr(its)
    assert (mine == ours(number=other)) == (its == theirs(number=other))
    assert mine != its
    assert dataclasses.asdict(mine) == dataclasses.asdict(its)
    changed = replace(mine, number=other)
    assert changed == dataclasses.replace(mine, number=other)
    assert repr(changed) == repr(dataclasses.replace(its, number=other))
    assert repr(copy.deepcopy(mine)) == repr(mine)
    assert ours.__match_args__ == theirs.__match_args__
    assert [part.name for part in dataclasses.fields(ours)] == [
        part.name for part in dataclasses.fields(theirs)
    ]
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)


@MAKES
def test_frozen_values_have_a_hash_and_do_not_change(make: Make) -> None:
    frozen, child, opened, positional = shapes(make)
    assert len({frozen(number=1), frozen(number=1), frozen(number=2), child(number=1)}) == 3
    assert positional(1, "b") == positional(1, text="b") != positional(1)
    value = frozen(number=1)
    changes: list[Callable[[], Any]] = [
        lambda: setattr(value, "number", 2),
        lambda: delattr(value, "number"),
        lambda: setattr(value, "new", 2),
    ]
    for change in changes:
        with pytest.raises((FrozenInstanceError, TypeError)):
            change()
    changing = opened()
    changing.number = 5
    assert changing == opened(number=5)
    with pytest.raises(TypeError):
        hash(changing)
    with pytest.raises(AttributeError):
        changing.new = 1


@MAKES
def test_wrong_arguments_and_broken_invariants_are_refused(make: Make) -> None:
    frozen, child, _, positional = shapes(make)
    for kind in (frozen, child):
        with pytest.raises(ValueError, match="negative"):
            kind(number=-1)
        with pytest.raises(ValueError, match="negative"):
            dataclasses.replace(kind(number=1), number=-1)
    calls: list[Callable[[], Any]] = [
        lambda: frozen(),
        lambda: frozen(1),
        lambda: frozen(number=1, name="x"),
        lambda: positional(1, "b", 2),
        lambda: positional(1, number=1),
        lambda: positional(),
    ]
    for call in calls:
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("frozen", [OURS[0], OFTEN[0]], ids=["ours", "often"])
def test_defaults_that_are_made_are_not_shared(frozen: Any) -> None:
    first, second = frozen(number=1), frozen(number=1)
    assert first.many == second.many == {}
    assert first.many is not second.many
    assert (first.double, frozen.kind) == (2, "frozen")
    assert not hasattr(first, "__dict__")


def test_values_of_the_package_survive_a_pickle() -> None:
    price = tokencost.load_price_table().models[0]
    assert pickle.loads(pickle.dumps(price)) == price


def test_every_dataclass_of_the_package_is_made_the_light_way() -> None:
    classes = {
        value
        for module in pkgutil.walk_packages(tokencost.__path__, "tokencost.")
        if not module.name.endswith("__main__")
        for value in vars(import_module(module.name)).values()
        if inspect.isclass(value) and value.__module__.startswith("tokencost")
    }
    made = [kind for kind in classes if "__dataclass_fields__" in vars(kind)]
    assert len(made) > 150
    assert [kind for kind in made if kind.__init__.__module__ != "tokencost.values"] == []


@given(text=st.text("ab1-\n ", max_size=20))
def test_a_pattern_that_is_compiled_later_matches_as_one_that_is_compiled_at_once(
    text: str,
) -> None:
    source, flags = r"(?P<word>[ab]+)-?(\d)?$", re.MULTILINE | re.IGNORECASE
    later, at_once = regex(source, flags), re.compile(source, flags)
    assert (later.pattern, later.flags, later.groups) == (source, at_once.flags, 2)
    assert later.sub("*", text) == at_once.sub("*", text)
    assert later.subn("*", text) == at_once.subn("*", text)
    assert later.split(text) == at_once.split(text)
    assert later.findall(text) == at_once.findall(text)
    spans = [match.span("word") for match in at_once.finditer(text)]
    assert [match.span("word") for match in later.finditer(text)] == spans
    for method in ("search", "match", "fullmatch"):
        assert bool(getattr(later, method)(text, 1)) == bool(getattr(at_once, method)(text, 1))


def test_a_pattern_is_compiled_once_and_only_when_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sources: list[str] = []
    compile_ = re.compile

    def noted(source: str, flags: int = 0) -> re.Pattern[str]:
        sources.append(source)
        return compile_(source, flags)

    monkeypatch.setattr(re, "compile", noted)
    used, unused = regex("a+"), regex("(")
    assert repr(unused) == "regex('(')"
    assert [bool(used.search("aa")), bool(used.match("b"))] == [True, False]
    assert sources == ["a+"]
    with pytest.raises(AttributeError):
        _ = used.nonsense  # type: ignore[attr-defined]


def test_every_pattern_of_the_package_compiles() -> None:
    patterns = [
        value
        for module in pkgutil.walk_packages(tokencost.__path__, "tokencost.")
        if not module.name.endswith("__main__")
        for value in vars(import_module(module.name)).values()
        if type(value).__name__ == "regex"
    ]
    assert len(patterns) > 50
    for pattern in patterns:
        assert pattern.groups >= 0
