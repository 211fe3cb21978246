"""Warnings, errors and hints on a terminal: lines that end between words."""

import os
import sys
from typing import Any

import pytest

from tokencost.cli.streams import wrap, write_line_aside


class _Terminal:
    """Standard error that says it is a terminal, and keeps what it is told."""

    def __init__(self, *, is_terminal: bool) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def fileno(self) -> int:
        return 2


def written(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool) -> str:
    """Return what a warning of 40 words becomes on 80 columns."""
    lines: list[str] = []
    monkeypatch.setattr(sys, "stderr", _Terminal(is_terminal=is_terminal))
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((80, 24)))
    monkeypatch.delenv("COLUMNS", raising=False)

    def keep(message: str, **_: Any) -> None:
        lines.append(message)

    monkeypatch.setattr("typer.echo", keep)
    write_line_aside("warning: ", " ".join(["words"] * 40))
    return "".join(lines)


def test_lines_end_between_words_and_go_on_below_the_first_one() -> None:
    assert wrap("hint:  ", "ten of ten letters", 17) == "hint:  ten of ten\n       letters"


def test_a_word_that_is_longer_than_the_line_stays_whole() -> None:
    assert wrap("error: ", "a " + "b" * 30, 20) == "error: a\n       " + "b" * 30


def test_chinese_characters_take_two_columns() -> None:
    assert wrap("error: ", "中文 中文", 15) == "error: 中文\n       中文"
    assert wrap("error: ", "中文 中文", 16) == "error: 中文 中文"


def test_a_terminal_gets_no_line_wider_than_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = written(monkeypatch, is_terminal=True).splitlines()
    assert len(lines) == 4  # eleven words of six columns beside the nine of the label
    assert max(map(len, lines)) <= 80


def test_a_pipe_gets_one_line_for_each_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(monkeypatch, is_terminal=False).count("\n") == 1
