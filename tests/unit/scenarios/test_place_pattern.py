"""Expressions of users find what `re` finds, in work that the length of the text bounds."""

import random
import re
import time
import warnings

import pytest

from tokencost import UsageError
from tokencost.scenarios.place_pattern import PlacePattern


def starts(expression: str, text: str) -> list[int]:
    return sorted(PlacePattern(expression).starts(text))


@pytest.mark.parametrize(
    ("expression", "text", "expected"),
    [
        (r"\[[a-z ]+\]", "to [my name] and [you]\n[them]", [3, 23]),
        (r"<<.*?>>", "<a> <<b>>", [4]),
        (r"\b[A-Z]{3}\b", "ABCD abc ABC", [9]),
        (r"(?im)name: *$", "NAME: \nName: x\nname: ", [0, 15]),
        (r"(?m)^#", "a #\n#\n#", [4, 6]),
        (r"X{2,3}", "X XX XXXX", [2]),
        (r"(?:foo|ba+r)_(?P<n>\d+)", "bar_ baaar_7", [5]),
        (r"\x41|\u0042|\103", "abcC", [3]),
        (r"<[^>]*>", "<a\nb>", [0]),  # over two lines
        (r"[]x]", "a]", [1]),
        (r"a{,2}b|{}|c{}", "aab {} c", [0]),
    ],
)
def test_the_first_match_of_each_line_is_found(
    expression: str, text: str, expected: list[int]
) -> None:
    assert starts(expression, text) == expected


_ATOMS = r"a b x \w \d . [ab] [^a] \b ^ $ \n A \s \x61 []a] \B \A \Z".split()  # noqa: SIM905
_REPEATS = "* + ? {2} {1,2} {0,2} {,2} {2,} *? ??".split()  # noqa: SIM905


def _expression(source: random.Random, depth: int = 0) -> str:
    choice = source.randrange(12)
    if depth > 3 or choice < 5:
        return source.choice(_ATOMS)
    inner = _expression(source, depth + 1)
    if choice < 7:
        return f"({source.choice(('', '?:'))}{inner})"
    if choice < 8:
        return f"(?:{inner}|{_expression(source, depth + 1)})"
    if choice < 10:
        return f"(?:{inner})" + source.choice(_REPEATS)
    return inner + _expression(source, depth + 1)


@pytest.mark.parametrize("seed", range(10))
def test_matches_begin_where_those_of_re_begin(seed: int) -> None:
    source = random.Random(seed)
    compared = 0
    for _ in range(60):
        expression = source.choice(("", "(?i)", "(?m)", "(?s)", "(?ms)")) + _expression(source)
        text = "".join(source.choice("aabbx1A \n\n") for _ in range(source.randrange(12)))
        try:
            found_places = starts(expression, text)
        except UsageError:
            continue
        compared += 1
        first: dict[int, int] = {}
        with warnings.catch_warnings(action="ignore"):
            compiled = re.compile(expression)
        for place in range(len(text) + 1):
            if compiled.match(text, place):
                first.setdefault(text.count("\n", 0, place), place)
        assert found_places == sorted(first.values()), (expression, text)
    assert compared > 30


@pytest.mark.parametrize(
    "expression", ["(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*)*(.*)*b", ".*.*.*.*.*b", "a.{190}b"]
)
def test_an_expression_that_re_would_try_for_years_takes_time_by_the_length_of_the_text(
    expression: str,
) -> None:
    before = time.process_time()
    assert starts(expression, "a" * 100_000) == []
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("[", "is not a regular expression"),
        ("(" * 5000, "is longer than 1,000 characters"),
        ("(" * 400 + "a" + ")" * 400, "is nested too deeply"),
        ("a*", "also matches nothing"),
        ("(?:a|)", "also matches nothing"),
        ("(a{500}){500}", "is too large"),
        ("((((){99}){99}){99}){99}", "is too large"),
        ("a{9999999}", "is too large"),
        ("(?=a)b", "looks around, back, or sets flags inside"),
        ("(?<!a)b", "looks around, back, or sets flags inside"),
        ("(?x)a", "looks around, back, or sets flags inside"),
        (r"(a)\1", "refers back"),
        (r"(?P<a>a)(?P=a)", "looks around, back, or sets flags inside"),
        ("a++", "has a repeat that gives nothing back"),
        ("(?>a)", "looks around, back, or sets flags inside"),
    ],
)
def test_what_cannot_be_searched_in_bounded_work_is_refused(expression: str, problem: str) -> None:
    with pytest.raises(UsageError, match=re.escape(problem)):
        PlacePattern(expression)


def test_a_set_in_a_set_makes_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert starts("[[a]b", "[b") == [0]
    assert not recwarn.list
