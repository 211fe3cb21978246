"""Progress on standard error, and what it is drawn from."""

import io
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from importlib import import_module

import pytest

import tokencost
from tokencost import Prompt
from tokencost.cli import output
from tokencost.cli.output import OutputOptions

PROMPTS = [Prompt(name="a", text="x" * 30), Prompt(name="b", text="y" * 70)]


class Terminal(io.StringIO):
    """A standard error that people look at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    import_module("rich.progress")  # takes its time
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(output, "_PATIENCE", 0.01)
    return Terminal()


def written(terminal: Terminal, options: OutputOptions, work: Callable[[], object]) -> str:
    """Return what is written to *terminal* while *work* is done."""
    with redirect_stderr(terminal), options.progress("Counting"):
        work()
    return terminal.getvalue()


def wait_and_count() -> None:
    time.sleep(0.3)  # by now it is shown
    tokencost.count(PROMPTS)
    time.sleep(0.3)


def test_a_terminal_shows_how_much_is_done_and_how_fast_and_keeps_nothing(
    terminal: Terminal,
) -> None:
    text = written(terminal, OutputOptions(), wait_and_count)
    assert "Counting" in text
    assert "100%" in text
    assert "characters/s" in text
    assert text.endswith("\x1b[2K")  # the line is erased


def test_what_is_done_soon_shows_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_PATIENCE", 60.0)
    assert written(terminal, OutputOptions(), lambda: tokencost.count(PROMPTS)) == ""


def test_nothing_is_shown_to_who_asks_for_the_result_alone(terminal: Terminal) -> None:
    assert written(terminal, OutputOptions(quiet=True), wait_and_count) == ""


def test_nothing_is_shown_where_standard_error_is_a_file(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "isatty", lambda: False)
    assert written(terminal, OutputOptions(), wait_and_count) == ""


def test_nothing_is_shown_on_a_terminal_that_cannot_redraw_a_line(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert written(terminal, OutputOptions(), wait_and_count) == ""


def test_the_line_is_gone_when_the_work_fails(terminal: Terminal) -> None:
    def fail() -> None:
        time.sleep(0.3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        written(terminal, OutputOptions(), fail)
    text = terminal.getvalue()
    assert text.endswith("\x1b[2K")
    time.sleep(0.3)
    assert terminal.getvalue() == text


@pytest.mark.parametrize(
    ("call", "times"),
    [
        (lambda: tokencost.count(PROMPTS), 1),
        (lambda: tokencost.count(PROMPTS, models=["openai/gpt-4o", "openai/o3"]), 2),
        (lambda: tokencost.estimate(PROMPTS, models=["openai/gpt-4o", "openai/o3"]), 2),
        (lambda: tokencost.compare(PROMPTS, models=["openai/gpt-4o", "openai/o3"]), 1),
    ],
    ids=["count", "count-models", "estimate", "compare"],
)
def test_who_watches_is_told_how_many_characters_are_done(
    call: Callable[[], object], times: int
) -> None:
    steps: list[tuple[int, int]] = []
    with tokencost.watch(lambda done, total: steps.append((done, total))):
        call()
    total = 100 * times
    expected = [0, 30, 100, *([130, 200] if times == 2 else [])]
    assert steps == [(done, total) for done in expected]
    tokencost.count(PROMPTS)
    assert len(steps) == len(expected)
