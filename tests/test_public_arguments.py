"""Whatever callers in Python give to a public name is taken as what it is, or named by an error."""

import dataclasses
import inspect
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from os import PathLike
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pytest

import tokencost
from tokencost import TokencostError, UsageError

API: Any = tokencost  # what callers give it is of any type
HALF, NUL, HUGE = "half \ud800", "a\0b", 10**5_000
WRONG: tuple[Any, ...] = (
    *(None, 0, -1, 1.5, float("nan"), True, HUGE, "nonsense", "", HALF, NUL, b"bytes"),
    *(Decimal("NaN"), Decimal("Infinity"), Decimal(-1), [], {}, (), [None], {1: 2}, {"a": 1}, (1,)),
    *(object(), Path("nowhere"), datetime(2026, 1, 1), date(2026, 1, 1), timedelta(-1), len),
)
KINDS: dict[Any, tuple[Any, ...]] = {
    int: (1.5, float("nan"), True, "nonsense", b"bytes", Decimal(1), [], {}, -1, HUGE),
    Decimal: (1.5, float("nan"), True, "nonsense", Decimal("NaN"), Decimal("Infinity"), [], HUGE),
    bool: (0, 1, None, "nonsense", ""),
    str: (None, 0, 1.5, True, b"bytes", [], Path("nowhere")),
    date: (None, "2026-01-01", datetime(2026, 1, 1)),
    timedelta: (None, 5, 1.5, "5m"),
}


def classes() -> Iterator[type]:
    for name in tokencost.__all__:
        value = getattr(tokencost, name)
        if inspect.isclass(value) and dataclasses.is_dataclass(value):
            yield value


def values_in(holder: Any, seen: dict[type, Any]) -> dict[type, Any]:
    """Return one value of each dataclass that *holder* is made of."""
    items: Any = ()
    if dataclasses.is_dataclass(holder) and not isinstance(holder, type):
        if type(holder) in seen:
            return seen
        seen[type(holder)] = holder
        items = [getattr(holder, part.name) for part in dataclasses.fields(holder)]
    elif isinstance(holder, Mapping):
        items = holder.values()
    elif isinstance(holder, tuple | list | frozenset):
        items = holder
    for _, item in zip(range(20), items, strict=False):
        values_in(item, seen)
    return seen


@pytest.fixture(scope="module")
def examples() -> dict[type, Any]:
    """Return a value of most public dataclasses, from reports and by hand."""
    prompt, model = "You are a clerk. " * 200 + "{question}", ["gpt-4o", "qwen3-max"]
    options = tokencost.EstimateOptions(volume=tokencost.Volume(per_month=Decimal(1000)))
    report = tokencost.estimate(prompt, model, output_tokens=(1, 5), options=options)
    tool = {"name": "f", "parameters": {"type": "object"}}
    request = {
        "messages": [{"role": "user", "content": "hello"}],
        "tools": [{"type": "function", "function": tool}],
    }
    money = tokencost.Money(amount=Decimal(1), currency="USD")
    rate = tokencost.ExchangeRate(
        base="USD", quote="CNY", rate=Decimal(7), day=None, source="the bank"
    )
    made: tuple[Any, ...] = (
        *(tokencost.savings(report, tokencost.ScenarioOptions(alternatives=1)), money, rate),
        *(tokencost.count(request, "gpt-4o"), tokencost.compress("a  b"), options),
        *(tokencost.session(tokencost.Session(turns=2), model), tokencost.Session()),
        tokencost.check(prompt, "gpt-4o", limits=tokencost.Limits(max_tokens=1)),
        *(tokencost.Usage(), tokencost.InputTokens(total=1), tokencost.TokenIds(number=1)),
        *(tokencost.Reasoning(text="a"), tokencost.HiddenReasoning(length=1)),
        *(tokencost.Media(part="image"), tokencost.ToolCall(name="f"), tokencost.ToolResult()),
        *(tokencost.Increase(tokens=5), tokencost.Selection(), tokencost.Limits(max_tokens=1)),
        *(tokencost.CacheMark(place="tool 1"), tokencost.Configuration(), tokencost.FileReading()),
        tokencost.load_price_table().models[0],
    )
    seen: dict[type, Any] = {}
    for value in made:
        values_in(value, seen)
    public = set(classes())
    return {kind: value for kind, value in seen.items() if kind in public}


def annotations_of(name: str) -> dict[str, Any]:
    """Return the annotations of a public function, or of the fields of a class."""
    value = inspect.unwrap(getattr(tokencost, name))
    names = ("PriceTable", "Request", "SharedBeginning", "UncountedPart")  # loaded when used
    return get_type_hints(value, localns={name: getattr(tokencost, name) for name in names})


def is_of(value: Any, wanted: Any) -> bool:
    """Whether *value* is what an annotation says, its items too, as far as only that tells.

    A whole number will do for an amount, the text of a choice for the choice, and whatever gives
    items one by one for a list, unless it is a text; a mapping gives its keys where it is iterated.
    """
    kind, types = get_origin(wanted) or wanted, get_args(wanted)
    if kind in (UnionType, Union):
        return any(is_of(value, type_) for type_ in types)
    if kind in (tuple, list, frozenset, Iterable, Sequence):
        value = [*value] if kind is Iterable and isinstance(value, Mapping) else value
        return is_list_of(value, types, is_of_one=kind is not tuple or types[-1] is Ellipsis)
    if kind in (dict, Mapping):
        pairs = value.items() if isinstance(value, Mapping) else [(object(), object())]
        return all(is_of(key, types[0]) and is_of(item, types[1]) for key, item in pairs)
    if kind is Literal:
        return value in types
    if kind is Callable:
        return callable(value)
    return kind in (Any, object) or isinstance(kind, TypeVar) or is_one(value, kind)


def is_list_of(value: Any, types: tuple[Any, ...], *, is_of_one: bool) -> bool:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | Mapping):
        return False
    items = [*value]
    wanted = types[:1] * len(items) if is_of_one else types
    return len(items) == len(wanted) and all(map(is_of, items, wanted))


def is_one(value: Any, kind: type) -> bool:
    if isinstance(value, bool | datetime):
        return type(value) is kind
    if issubclass(kind, StrEnum):
        return value in [*kind]
    as_good: dict[type, Any] = {Decimal: int | Decimal, Path: PathLike}
    return isinstance(value, as_good.get(kind, kind))


def problem_of(call: Callable[[], object]) -> TokencostError | None:
    """Let *call* raise whatever is not an error of the library."""
    try:
        call()
    except TokencostError as error:
        return error
    return None


def assert_taken_as(call: Callable[[], object], value: Any, wanted: Any) -> None:
    """Fail if *call* takes what is not of its type, or raises an error without a hint."""
    problem = problem_of(call)
    if problem is None:
        assert is_of(value, wanted), f"{call} took {value!r:.80} for {wanted}"
        return
    assert problem.hint
    assert "\n" not in problem.message


def test_most_public_values_are_tried(examples: dict[type, Any]) -> None:
    assert len(examples) > 65


def test_no_value_of_another_type_is_taken_or_ends_in_an_error_of_python(
    examples: dict[type, Any],
) -> None:
    for kind, example in examples.items():
        parts = {part.name: getattr(example, part.name) for part in dataclasses.fields(example)}
        types = annotations_of(kind.__name__)
        for name in parts:
            for wrong in WRONG:
                assert_taken_as(partial(kind, **parts | {name: wrong}), wrong, types[name])


def test_numbers_texts_and_days_of_another_type_or_sign_are_refused(
    examples: dict[type, Any],
) -> None:
    taken = []
    for kind, example in examples.items():
        parts = {part.name: getattr(example, part.name) for part in dataclasses.fields(example)}
        for part in dataclasses.fields(example):
            for wrong in KINDS.get(part.type, ()):
                problem = problem_of(partial(kind, **parts | {part.name: wrong}))
                if not isinstance(problem, UsageError):
                    taken.append(f"{kind.__name__}({part.name}={type(wrong)!s})")
    assert taken == []


def calls(folder: Path) -> dict[str, dict[str, Any]]:
    """Return arguments that each public function takes."""
    text, model = "hello", "gpt-4o"
    prompts = {"prompts": text, "models": model, "prices": None}
    priced = prompts | {"output_tokens": 5, "options": None}
    report = tokencost.estimate(text, model, output_tokens=5)
    check = tokencost.check(text, model, limits=(limits := tokencost.Limits(max_tokens=9)))
    table = tokencost.load_price_table()
    file = folder / "a.md"
    return {
        "add_price": {
            "path": folder / "own.toml",
            "name": "acme/large",
            "price": {"input": 1, "source": "a", "checked": date(2026, 1, 1)},
            "model": None,
            "currency": "CNY",
            "dry_run": True,
        },
        "budgets_of": {"configuration": tokencost.Configuration()},
        "check": priced
        | {"limits": limits, "budgets": (), "base": None, "recorded": None, "allow_empty": False},
        "compare": priced | {"selection": None, "strict": True},
        "compare_tokens": {"tokens": {"a": [b"x"], "b": [b"x"]}},
        "compress": {
            "prompt": text,
            "model": model,
            "tokenizer": None,
            "level": "lossless",
            "also": (),
            "kind": None,
            "input_format": "auto",
            "prices": None,
        },
        "compress_text": {"text": text, "count": len, "levels": ("lossless",), "also": ()},
        "count": prompts | {"tokenizer": None, "uncounted_tokens": None, "strict": True},
        "diagnose": {"configuration": None, "prices": None, "environment": {}},
        "estimate": priced | {"strict": True},
        "find_budget": {"file": "a.md", "budgets": []},
        "find_configurations": {"folder": folder},
        "find_model": {"table": table, "name": model},
        "find_offer": {"table": table, "name": model, "site": None, "default_site": None},
        "guide_page": {"topic": "python"},
        "json_schema": {"name": "estimate"},
        "list_models": {"query": "gpt", "selection": None, "price_date": None, "prices": None},
        "load_configuration": {"path": None, "folder": folder, "user": False},
        "load_price_table": {"user": None, "is_asked_for": True},
        "load_tokenizers": {"models": (model,), "tokenizer": None, "prices": None},
        "parse_duration": {"text": "5m"},
        "parse_increase": {"option": "--max-increase", "text": "5%"},
        "parse_price_date": {"text": "2026-11-22"},
        "printable": {"text": text},
        "read_budget_files": {"budgets": [], "paths": (), "files_from": None, "exclude": ()},
        "read_prompts": {
            "paths": file,
            "texts": (),
            "files_from": None,
            "exclude": (),
            "max_bytes": None,
            "encoding": "utf-8",
            "input_format": "auto",
            "every_file": False,
            "stdin": None,
        },
        "record_sizes": {"path": folder / "sizes.toml", "report": check, "keep_others": False},
        "render": {
            "report": report,
            "output_format": "table",
            "verbose": False,
            "color": False,
            "all_rows": False,
            "width": None,
            "warnings": True,
        },
        "render_failures": {"failures": (), "output_format": "json", "command": ""},
        "render_quiet": {"report": report},
        "replace_file": {"path": folder / "new.txt", "data": b"x"},
        "savings": {"report": report, "options": None, "strict": True},
        "session": {
            "session": tokencost.Session(turns=1),
            "models": model,
            "options": None,
            "prices": None,
            "strict": True,
        },
        "show_model": {"name": model, "price_date": None, "prices": None},
        "show_tokens": {"tokens": [b"x"], "color": False},
        "suggest_configuration": {"folder": folder, "models": (), "prices": None},
        "token_ids_of": {"text": text, "tokenizer": "o200k_base"},
        "tokenizer_names": {"exact": False},
        "tokens_of": {"text": text, "tokenizer": "o200k_base"},
        "validate_prices": {"path": folder / "own.toml", "strict": False},
        "warnings_of": {"report": report, "all_rows": True, "has_notes": True},
        "with_settings": {"table": table, "places": {}, "max_age": None, "age_place": ""},
        "workers": {"jobs": 1, "meanwhile": None},
    }


def test_no_argument_of_another_type_is_taken_or_ends_in_an_error_of_python(folder: Path) -> None:
    (folder / "a.md").write_text("hello", encoding="utf-8")
    for name, arguments in calls(folder).items():
        function, types = getattr(API, name), annotations_of(name)
        for argument in arguments:
            for wrong in WRONG:
                call = partial(function, **arguments | {argument: wrong})
                assert_taken_as(call, wrong, types[argument])


@pytest.mark.parametrize(
    ("call", "message", "hint"),
    [
        (lambda: API.list_models(1), "query is 1, not str", "give a text"),
        (lambda: API.count("hi", None), "models is None, not str", "or () for none"),
        (lambda: API.read_prompts(1), "paths is 1, not str", "type str, PathLike or Sequence"),
        (lambda: API.read_prompts("a.md", max_bytes="5k"), "max_bytes is '5k', not int", "whole"),
        (lambda: API.read_prompts("a.md", max_bytes=-1), "max_bytes is -1, below 0", "from 0"),
        (lambda: API.TokenIds(number=-1), "number is -1, below 0", "from 0"),
        (
            lambda: API.PromptTokens(input=9, prefix=0, output=0, marks=[(-1, None)]),
            "marks is -1, below 0",
            "from 0",
        ),
        (lambda: API.Usage(output=1.5), "output is 1.5, not int", "give a whole number"),
        (lambda: API.Usage(cache_write={"5x": 1}), "'5x' is not a time to live", 'Ttl("5m")'),
        (lambda: API.Ttl(5), "5 is not a time to live", 'give Ttl("5m")'),
        (lambda: API.Rates(input=Decimal(-1)), "input is -1, below 0", "from 0"),
        (lambda: API.Rates(input=0.5), "input is 0.5, not Decimal", 'give Decimal("0.5")'),
        (lambda: API.Message(role="user", parts=["hi"]), "parts[0] is 'hi', not Text", "Text"),
        (lambda: API.Message.of("user", 5), "texts is 5, not str", "give a text"),
        (
            lambda: API.estimate("hi", "gpt-4o", output_tokens=(5,)),
            "output tokens (5,) are not a whole number or a range of them",
            "give 500, (200, 800)",
        ),
        (
            lambda: dataclasses.replace(API.count("hi").results[0].tokens, uncounted=(1,)),
            "uncounted is (1,), not tuple[UncountedPart, ...]",
            "give one of type tuple[UncountedPart, ...]",
        ),
        (lambda: API.Request(messages=[None]), "messages[0] is None, not Message", "Message"),
        (lambda: API.validate_prices("own.toml"), "path is 'own.toml', not Path", "give Path("),
        (lambda: API.load_price_table(5), "paths is 5, not str", "give one of type str or Path"),
        (lambda: API.estimate("hi", "gpt-4o", strict=1), "strict is 1, not bool", "True or False"),
        (lambda: API.EstimateOptions(site=" "), "site is ' ', not a name", "leave it out"),
        (lambda: API.count("hi", tokenizer=""), "tokenizer is '', not a name", "leave it out"),
        (lambda: API.compare_tokens({"a": []}), "tokens are of 1 models, not of two", "name two"),
        (lambda: API.render(API.count("hi"), width=-1), "width is -1, below 0", "from 0"),
        (lambda: API.find_configurations(NUL), "folder 'a\\x00b' is not a path", "the path"),
    ],
)
def test_what_cannot_be_is_named_with_its_value(
    call: Callable[[], object], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as raised:
        call()
    assert raised.value.message == message
    assert hint in raised.value.hint


def test_a_text_that_spells_a_choice_is_that_choice() -> None:
    options = API.EstimateOptions(mode="batch", cache="explicit", cache_ttl="5m")
    assert options.mode is tokencost.Mode.BATCH
    assert options.cache is tokencost.CacheKind.EXPLICIT
    assert type(options.cache_ttl) is tokencost.Ttl
    usage = API.Usage(cache_write={"5m": 1})
    assert [type(ttl) for ttl in usage.cache_write] == [tokencost.Ttl]


def test_a_time_to_live_that_is_spelled_in_two_ways_is_given_twice() -> None:
    with pytest.raises(UsageError, match="cache_write has a key twice") as raised:
        API.InputTokens(total=10, cache_write={"60m": 1, "1h": 2})
    assert raised.value.hint == "leave one out"


def test_lists_and_what_comes_one_by_one_are_kept_as_tuples() -> None:
    words = ["lossy", "batch"]
    expected = ("lossy", "batch")
    assert API.ScenarioOptions(only=words).only == expected
    assert API.ScenarioOptions(only=(word for word in words)).only == expected


def test_a_checked_function_is_still_itself() -> None:
    assert pickle.loads(pickle.dumps(tokencost.count)) is tokencost.count
    assert [*inspect.signature(tokencost.savings).parameters] == ["report", "options", "strict"]
    assert (tokencost.count.__doc__ or "").startswith("Count")


def test_values_that_are_made_a_thousand_times_are_still_checked() -> None:
    for number in range(1_000):
        tokencost.TokenIds(number=number)
    with pytest.raises(UsageError):
        tokencost.TokenIds(number=-1)
