"""README and the guide: their examples, run; `python -m tests.documents` writes them anew.

A fenced block of `console` holds commands behind "$ " and what they print. One whose language is
followed by a name (```` ```toml own.toml ````) is a file that the examples of its page read.
"""

import contextlib
import fcntl
import io
import os
import re
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

import tokencost
from tests.benchmarks import page as benchmarks
from tokencost.cli import app

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "tokencost" / "guide"
PAGES = (ROOT / "README.md", *sorted(GUIDE.glob("*.md")))
PICTURE = ROOT / ".github" / "terminal.svg"
_FENCE = re.compile(r"^```(\w+)(?: ([\w./-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_OWN = re.compile(r"(?<![\w./-])tokencost(?= )")
_UNSET = (
    "COLUMNS",
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "TOKENCOST_",
    "TIKTOKEN_",
    "COVERAGE_",
    "SOURCE_DATE_",
    "GIT_",
)


def blocks(text: str, language: str) -> Iterator[str]:
    """Yield what the fenced blocks of a language hold that are not files."""
    for match in _FENCE.finditer(text):
        if match[1] == language and not match[2]:
            yield match[3]


def write_files(text: str, folder: Path) -> None:
    """Write the files that the page *text* shows to *folder*."""
    for match in _FENCE.finditer(text):
        if match[2]:
            path = folder / match[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(match[3], encoding="utf-8")


def examples(text: str) -> list[tuple[str, str]]:
    """Return the commands of a page with what it says that they print."""
    return [pair for block in blocks(text, "console") for pair in _EXAMPLE.findall(block)]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_UNSET)}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(folder / ".config"),
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def run(command: str, folder: Path) -> str:
    """Return what *command* prints in *folder*, the answer before the errors."""
    result = subprocess.run(
        ["bash", "-c", _OWN.sub(f"{sys.executable} -m tokencost", command)],
        capture_output=True,
        cwd=folder,
        env=_environment(folder),
        check=False,
    )
    return (result.stdout + result.stderr).decode()


def run_on_terminal(command: str, folder: Path) -> str:
    """Return what *command* prints in *folder* to a terminal of 80 x 24 in colour.

    Errors go elsewhere, and progress with them, which a slow machine would show.
    """
    program, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", _OWN.sub(f"{sys.executable} -m tokencost", command)],
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder) | {"TERM": "xterm-256color"},
    )
    os.close(terminal)
    printed = b""
    with contextlib.suppress(OSError):  # how Linux says that nobody writes any more
        while part := os.read(program, 65_536):
            printed += part
    process.wait()
    os.close(program)
    return printed.decode().replace("\r\n", "\n")


def refreshed(text: str, folder: Path) -> str:
    """Return the page *text* with what its examples print now, run in *folder*."""
    write_files(text, folder)

    def printed(match: re.Match[str]) -> str:
        return f"$ {match[1]}\n{run(match[1], folder)}"

    def block(match: re.Match[str]) -> str:
        body = _EXAMPLE.sub(printed, match[3]) if match[1] == "console" else match[3]
        name = f" {match[2]}" if match[2] else ""
        return f"```{match[1]}{name}\n{body}```"

    return _FENCE.sub(block, text)


def options() -> dict[tuple[str, str, str], list[str]]:
    """Return every option as it is spelled, with what it does, and the commands that have it."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    root = typer.main.get_command(app)
    context = typer.Context(root, info_name="tokencost")
    assert isinstance(root, TyperGroup)
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        for part in getattr(command, "commands", {name: command}).values():
            _add_options(rows, part, name if part is command else f"{name} {part.name}")
    return dict(sorted(rows.items()))


def _add_options(rows: dict[tuple[str, str, str], list[str]], command: Any, name: str) -> None:
    context = typer.Context(command, info_name=name, help_option_names=["-h", "--help"])
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if parameter.param_type_name == "option" and record:
            option = next(word for word in parameter.opts if word.startswith("--"))
            rows.setdefault((option, *record), []).append(name)


def options_page() -> str:
    """Return the page of all options."""
    lines = ["# All options", "", "| option | what it does | in |", "| --- | --- | --- |"]
    for (_, spelled, text), commands in options().items():
        where = "every command that reports" if len(commands) > 12 else ", ".join(commands)
        lines.append(f"| `{_cell(spelled)}` | {_cell(text)} | {where} |")
    return "\n".join(lines) + "\n"


# Reports of what a prompt is and costs; the keys of the others have a page of their own.
_OF_PROMPTS = {*("check", "compare", "compress", "count", "diff", "estimate", "failure", "session")}
_WRITTEN_BY_PEOPLE = {*("configuration", "price_file")}


def keys() -> dict[str, tuple[str, list[str]]]:
    """Return every key of every report, with what it holds and the reports that have it."""
    rows: dict[str, tuple[str, list[str]]] = {}
    for name in tokencost.schema_names():
        if name not in _WRITTEN_BY_PEOPLE:
            _add_keys(rows, tokencost.json_schema(name), name)
    return dict(sorted(rows.items()))


def _add_keys(rows: dict[str, tuple[str, list[str]]], part: Any, name: str) -> None:
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if key == "properties":
            for own, schema in value.items():
                reports = rows.setdefault(own, (schema.get("description", ""), []))[1]
                if name not in reports:
                    reports.append(name)
        if isinstance(value, dict | list):
            _add_keys(rows, value, name)


def _keys_page(title: str, *, of_prompts: bool) -> str:
    lines = [
        *(f"# {title}", ""),
        "`tokencost schema NAME` has them where they stand, with their types.",
        *("", "| key | what it holds | in |", "| --- | --- | --- |"),
    ]
    for key, (text, reports) in keys().items():
        if of_prompts != _OF_PROMPTS.isdisjoint(reports):
            where = "every report" if len(reports) > 8 else ", ".join(reports)
            lines.append(f"| `{key}` | {_cell(text)} | {where} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


# What the picture of README shows, typed as two lines.
_SHOWN = "tokencost estimate prompt.md -o 300", "-m gpt-6.1-sol -m qwen3-max -m claude-sonnet-5"
_FONT = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)  # from a host; a reader's own will do


def picture() -> str:
    """Return what a terminal of 80 columns shows of a command, as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(PAGES[0].read_text(encoding="utf-8"), Path(folder))
        printed = run_on_terminal(" ".join(_SHOWN), Path(folder))
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    typed = " \\\n    ".join(_SHOWN)
    console.print(Text.from_ansi(f"$ {typed}\n{printed}"), soft_wrap=True)
    style = _FONT.sub("", CONSOLE_SVG_FORMAT)
    return console.export_svg(title="tokencost", code_format=style, unique_id="terminal")


GENERATED: dict[str, Callable[[], str]] = {
    "benchmarks.md": benchmarks.page,  # of what was measured and stored; nothing is run for it
    "options.md": options_page,
    "keys.md": partial(_keys_page, "Keys of the JSON: counts, costs, savings", of_prompts=True),
    "keys-of-tables.md": partial(_keys_page, "Keys of the JSON: tables", of_prompts=False),
}


def main() -> None:
    """Write the pages that are made of the code, and what the examples print now into theirs."""
    for name, made in GENERATED.items():
        (GUIDE / name).write_text(made(), encoding="utf-8")
    PICTURE.write_text(picture(), encoding="utf-8")
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            new = refreshed(text, Path(folder))
        if new != text:
            page.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
