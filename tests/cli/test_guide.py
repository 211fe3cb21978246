"""The guide on a terminal: what is longer than the screen is shown page by page."""

import os
import pydoc
import shutil
import signal
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from typer.testing import Result

from tokencost.cli.streams import chosen_pager

Run = Callable[..., Result]
PAGED: list[tuple[str, str]] = []


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at a terminal of 24 lines that has less and more."""
    PAGED.clear()
    commands = {"less": "/bin/less", "more": "/bin/more"}
    size = os.terminal_size((80, 24))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(shutil, "which", commands.get)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: size)
    monkeypatch.setattr(pydoc, "pipepager", lambda text, pager: PAGED.append((text, pager)))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for name in ("PAGER", "NO_PAGER", "LESS", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("lines", "environment", "pager"),
    [
        (24, {}, "less"),
        (23, {}, ""),  # and the prompt of the shell
        (24, {"PAGER": "more -d"}, "more -d"),
        (24, {"PAGER": ""}, ""),
        (24, {"PAGER": "cat"}, ""),
        (24, {"PAGER": "nosuch"}, ""),
        (24, {"NO_PAGER": "1"}, ""),
        (24, {"TERM": "dumb"}, ""),
        (24, {"CI": "true"}, ""),  # a terminal at which nobody sits
    ],
)
def test_a_pager_is_for_what_does_not_fit_and_where_one_is_wanted(
    lines: int, environment: dict[str, str], pager: str
) -> None:
    assert chosen_pager(lines, environment) == pager


def test_no_pager_waits_where_nobody_presses_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: False))
    assert chosen_pager(24, {}) == ""


def test_a_row_of_an_example_is_a_line_on_a_narrow_terminal_too(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokencost.cli.guide.terminal_width", lambda: 40)
    monkeypatch.setattr("tokencost.cli.guide.chosen_pager", lambda _: "")
    lines = tokencost("guide", "savings").stdout.splitlines()
    assert "explicit cache 5m  ¥0.0143    ¥0.143         52.3 %  2nd call, from 2.94/hour" in {
        line.rpartition("  ")[0] for line in lines
    }
    assert all(len(line) <= 40 for line in lines if line.startswith("Below its answer"))


def test_a_long_page_is_paged_on_a_terminal_and_written_to_a_pipe(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tokencost("guide", "json").stdout.startswith("# ")
    assert PAGED == []
    monkeypatch.setattr("tokencost.cli.guide.terminal_width", lambda: 80)
    monkeypatch.setattr("tokencost.cli.guide.chosen_pager", lambda lines: "less" * (lines >= 24))
    result = tokencost("guide", "json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert [(len(text.splitlines()) >= 24, pager) for text, pager in PAGED] == [(True, "less")]
    assert os.environ.pop("LESS") == "FRSX"
