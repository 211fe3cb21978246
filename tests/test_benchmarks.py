"""What the benchmark measured becomes the page; how long anything takes is not tested."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks import corpora, page
from tests.benchmarks.answers import judged
from tests.benchmarks.environments import Environment
from tests.benchmarks.goals import hard
from tests.benchmarks.measurements import (
    TIKTOKEN,
    US,
    Answer,
    Group,
    Ratio,
    Speed,
    Topic,
    differences,
    load,
    save,
)
from tests.benchmarks.peers import speeds
from tests.benchmarks.processes import Command, Runs, reason, run
from tests.benchmarks.questions import ERROR
from tests.benchmarks.setting import Setting, Sizes, wall

PYTHON = sys.executable


def group(**parts: object) -> Group:
    common = {"date": "2026-11-26", "machine": "a machine", "rounds": 3}
    return Group(**common | parts)  # type: ignore[arg-type]


def speed(program: str, tokens: int | None, failure: str = "") -> Speed:
    if failure:
        return Speed(program=program, wall=None, cpu=None, peak=None, tokens=None, failure=failure)
    return Speed(program=program, wall=1.5, cpu=2.25, peak=90.4, tokens=tokens)


def answer(program: str, words: str, failure: str = "", *, is_right: bool | None) -> Answer:
    return Answer(program=program, words=words, failure=failure, is_right=is_right)


def run_each(*codes: str, rounds: int = 2) -> Runs:
    """Run Python code as commands, each named by its place."""
    commands = [
        Command(name=str(place), argv=(PYTHON, "-c", code)) for place, code in enumerate(codes)
    ]
    return run(commands, folder=Path.cwd(), environment={}, rounds=rounds, warm=False)


def test_the_page_shows_what_is_stored() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page()


def test_a_figure_is_shown_with_its_goal_and_with_what_ran_beside_it() -> None:
    ratio = Ratio(
        what="`count`",
        beside="`pass`",
        value=6.5,
        goal=7,
        cpu=6.25,
        amount=0.065,
        beside_amount=0.01,
    )
    lines = [*page.goals({"cold": group(ratios=[ratio])})]
    assert lines[0] == "Measured 2026-11-26 on a machine. Medians of 3 rounds."
    assert lines[-1] == "| `count` | 6.5x | 7x | 6.25x | 65 ms | `pass`, 10 ms |"


def test_memory_is_shown_in_mib_and_a_figure_of_its_own_with_its_unit() -> None:
    memory = Ratio(what="a", beside="b", value=1.05, goal=1.15, amount=105.4, amount_unit="MiB")
    alone = Ratio(what="c", beside="", value=0.125, goal=0.15, unit="ms")
    *_, first, second = page.goals({"big": group(ratios=[memory, alone])})
    assert first == "| a | 1.05x | 1.15x |  | 105 MiB | b |"
    assert second == "| c | 0.125 ms | 0.15 ms |  |  |  |"


def test_a_quick_try_says_that_it_is_one() -> None:
    lines = [*page.goals({"cold": group(is_quick=True, load=6.25)})]
    assert lines[0].endswith(" Load average before it: 6.25.")
    assert "Some of it is a quick try" in lines[1]


def test_a_figure_that_could_not_be_had_is_a_dash_with_its_reason() -> None:
    ratio = Ratio(
        what="spaces", beside="tiktoken", value=None, goal=0.1, amount=1.5, note="tiktoken fails: x"
    )
    *_, row, space, note = page.goals({"hard": group(ratios=[ratio])})
    assert row == "| spaces | – (1) | 0.1x |  | 1.50 s | tiktoken |"
    assert (space, note) == ("", "1. tiktoken fails: `x`")


def test_parts_measured_on_several_days_say_so() -> None:
    parts = {"cold": group(), "hard": group(date="2026-11-27", machine="another", rounds=15)}
    first = next(iter(page.goals(parts)))
    assert first == (
        "Measured 2026-11-26 to 2026-11-27 on a machine; another. Medians of 3 or 15 rounds."
    )


def test_a_program_that_fails_is_shown_with_what_it_said() -> None:
    rows = {"1 MB": [speed(TIKTOKEN, 10), speed("ttok", None, "Error: no")]}
    *_, row, _, note = page.speeds({"peers": group(speeds=rows)})
    assert row == "| 1 MB | 1.50 / 2.25, 90 | fails (1) |"
    assert note == "1. ttok: `Error: no`"


def test_a_count_that_differs_from_tiktokens_is_named() -> None:
    rows = {"1 MB": [speed(TIKTOKEN, 1000), speed(US, 1000), speed("ttok", 1001)]}
    *_, row, _, note = page.speeds({"peers": group(speeds=rows)})
    assert row == "| 1 MB | 1.50 / 2.25, 90 | 1.50 / 2.25, 90 | 1.50 / 2.25, 90 (1) |"
    assert note == "1. ttok: `1,001 tokens, where tiktoken counts 1,000`"


def test_our_count_that_is_not_tiktokens_is_a_difference_and_that_of_others_is_not() -> None:
    other = Ratio(
        what="big", beside="b", value=1, goal=2, note="9 tokens, not 8", is_other_count=True
    )
    rows = {"1 MB": [speed(TIKTOKEN, 10), speed(US, 11), speed("ttok", 12)], "2 MB": [speed(US, 9)]}
    assert differences({"big": group(ratios=[other]), "peers": group(speeds=rows)}) == [
        "big: 9 tokens, not 8",
        f"1 MB: {US} counts 11, not 10",
    ]


def test_a_program_that_was_not_installed_is_named_with_the_reason() -> None:
    parts = {"peers": group(versions={"ttok": "1.0"}, missing={"litellm": "no wheel"})}
    assert "ttok 1.0, litellm was not installed (no wheel)." in [*page.speeds(parts)]


def test_versions_of_several_parts_stand_once_above_their_figures() -> None:
    parts = {name: group(versions={"tiktoken": "0.14.0"}) for name in ("cold", "hard")}
    assert [*page.goals(parts | {"big": group(versions={"ttok": "1.0"})})][2:4] == [
        "tiktoken 0.14.0, ttok 1.0.",
        "",
    ]


def test_answers_stand_beside_the_right_one() -> None:
    words = [
        answer("one", "0.75", is_right=True),
        answer("two", "0.37500000000000006", is_right=False),
        answer("three", "", "KeyError: m", is_right=False),
        answer("four", "at least 11", is_right=None),
    ]
    topic = Topic(question="`a|b` in USD", truth="0.75", why="3 x 0.25", answers=words)
    *_, row, _, note = page.answers({"answers": group(topics=[topic])})
    assert row == (
        "| `a\\|b` in USD | 0.75: 3 x 0.25 | 0.75 ✓ | 0.375 | error (1) | at least 11 (holds) |"
    )
    assert note == "1. three: `KeyError: m`"


def test_a_refusal_is_right_where_there_is_no_answer() -> None:
    words = [answer("one", "", "KeyError: m", is_right=True)]
    topic = Topic(question="a price", truth=ERROR, why="no such model", answers=words)
    rows = [*page.answers({"answers": group(topics=[topic])})]
    assert rows[-1] == "| a price | an error: no such model | refuses ✓ |"


@pytest.mark.parametrize(
    ("truth", "words", "failure", "is_right"),
    [
        ("0.75", "0.7500000000000001", "", True),
        ("0.75", "0.76", "", False),
        ("0.75", "0.132 USD", "", False),
        ("0.75", "", "KeyError", False),
        ("776", "at least 11", "", None),
        ("10", "at least 11", "", False),
        ("0", "0", "", True),
        (ERROR, "0.0", "", False),
        (ERROR, "", "KeyError", True),
    ],
)
def test_an_answer_is_judged_by_what_is_right(
    truth: str, words: str, failure: str, *, is_right: bool | None
) -> None:
    assert judged(truth, words, failure) is is_right


def test_what_is_stored_is_read_back_as_it_was(tmp_path: Path) -> None:
    groups = {
        "answers": group(
            topics=[
                Topic(question="q", truth="1", why="w", answers=[answer("a", "1", is_right=True)])
            ]
        ),
        "cold": group(ratios=[Ratio(what="w", beside="b", value=1.5, goal=2)]),
        "peers": group(speeds={"x": [speed("a", 1)]}, versions={"a": "1"}, missing={"b": "no"}),
    }
    save(groups, tmp_path / "measurements.json")
    assert load(tmp_path / "measurements.json") == groups
    assert load(tmp_path / "nowhere.json") == {}


@pytest.mark.parametrize(
    "make",
    [
        lambda size: corpora.filled(["one line", "一行"], size),
        corpora.one_letter,
        corpora.spaces,
        corpora.random_letters,
    ],
)
def test_a_text_has_the_size_that_it_is_made_for(make: object) -> None:
    assert callable(make)
    size = len(make(10_000).encode())
    assert 9_998 <= size <= 10_000


def test_many_files_have_5_kb_each_in_folders_of_100(tmp_path: Path) -> None:
    corpus = corpora.write_many(tmp_path, 101)
    files = sorted(tmp_path.rglob("*.txt"))
    assert {file.stat().st_size for file in files} == {5_000}
    assert [file.parent.name for file in files[98:]] == ["000", "000", "001"]
    assert (corpus.name, corpus.size) == ("101 files of 5 kB", 505_000)


def test_a_short_text_has_85_characters() -> None:
    assert {len(text) for text in corpora.short_texts(1_000)} == {85}


@pytest.mark.parametrize(
    ("errors", "why"),
    [
        ("warning: old\nerror: no model\nhint:  choose one\n", "error: no model"),
        ("Traceback:\n  File x\nValueError: bad text\nDo this.\n", "ValueError: bad text"),
        ("Usage: x\nnothing here\n", "nothing here"),
        ("", "exit code 3"),
    ],
)
def test_a_failure_is_told_by_the_line_of_its_error(errors: str, why: str) -> None:
    assert reason(errors, 3) == why


def test_what_would_begin_after_the_end_is_left_out_and_says_so(tmp_path: Path) -> None:
    nothing = Environment(programs=tmp_path, versions={})
    lines: list[str] = []
    setting = Setting(
        folder=tmp_path,
        variables={},
        own=nothing,
        fast=None,
        plain=nothing,
        sizes=Sizes(),
        ends_at=0,
        tell=lines.append,
    )
    assert hard(setting) == []
    assert speeds(setting, {}) == {}
    assert lines[0] == "10 MB of one letter is left out: the time is over"
    assert len(lines) == 4 + 8  # words without an end, and inputs of all programs


@pytest.mark.posix
def test_a_command_that_fails_is_not_run_again() -> None:
    runs = run_each("print('x')", "import sys; sys.exit('no')")
    assert [len(runs.of(name)) for name in "01"] == [2, 1]
    assert runs.printed("0") == "x"
    assert runs.reason("1") == "no"
    assert runs.median("1", wall) is None
    assert runs.ratio("0", "1", lambda ours, theirs: ours.wall / theirs.wall) is None


@pytest.mark.posix
def test_a_process_is_measured_without_the_one_that_started_it() -> None:
    """Its peak memory is its own: the system hands down that of the starter."""
    ballast = bytearray(300_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    (bare,) = run_each("pass", rounds=1).of("0")
    assert len(ballast) > bare.peak * 2**20


@pytest.mark.posix
def test_a_process_that_takes_too_long_is_ended() -> None:
    command = Command(name="slow", argv=(PYTHON, "-c", "import time; time.sleep(60)"))
    runs = run([command], folder=Path.cwd(), environment={}, rounds=2, patience=0.5, warm=False)
    assert runs.reason("slow") == "not ready after 0.5 s"
