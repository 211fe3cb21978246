"""Several writers at once: every one of them is kept, or says that it is not."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.price_tables import model, overlay, provider
from tests.robustness.test_processes import PROGRAM, environment
from tests.unit.tokenizers.test_user_tokenizers import hugging_face
from tokencost.user_files import locked

Command = tuple[str, ...]
_TEXT = "hello world " * 20
CONFIGURATION = """# ours
model = "gpt-4o"
[[budget]]
files = ["prompts/**"]
max_tokens = 99 # all
"""


def _adding_prices(writers: int) -> Iterator[Command]:
    """Yield commands that add a model each to one table."""
    price = ("--input", "2", "--output", "8", "--currency", "USD", "--source", "s")
    for number in range(writers):
        id_ = f"x/m{number}"
        yield ("prices", "add", id_, *price, "--checked", "2026-11-20", "--to", "own.toml")


def _prices_kept(writers: int) -> int:
    models = tomllib.loads(Path("own.toml").read_text(encoding="utf-8"))["model"]
    return len({entry["id"] for entry in models} & {f"m{number}" for number in range(writers)})


def _learning_factors(writers: int) -> Iterator[Command]:
    """Yield commands that learn the factor of a model each."""
    models = [model(f"m{number}", tokenizer="doubao", input=1) for number in range(writers)]
    Path("own.toml").write_bytes(overlay(provider("acme"), *models))
    record = {"prompt": _TEXT, "usage": {"prompt_tokens": 60}}
    Path("u.jsonl").write_text(f"{json.dumps(record)}\n" * 5, encoding="utf-8")
    for number in range(writers):
        named = ("-m", f"acme/m{number}", "--prices", "own.toml")
        yield ("count", "--calibrate", "u.jsonl", *named)


def _factors_kept(writers: int) -> int:
    path = Path("home", "tokencost", "factors.toml")
    factors = tomllib.loads(path.read_text(encoding="utf-8"))
    return len(factors.keys() & {f"acme/m{number}" for number in range(writers)})


def _adding_tokenizers(writers: int) -> Iterator[Command]:
    """Yield commands that add a tokenizer each; every second one writes the same."""
    Path("tokenizer.json").write_text(json.dumps(hugging_face()), encoding="utf-8")
    for number in range(writers):
        name = f"own-{number}" if number % 2 else "own-same"
        yield ("tokenizers", "add", name, "tokenizer.json")


def _tokenizers_kept(writers: int) -> int:
    kept = Path("home", "tokencost", "tokenizers")
    names = [f"own-{number}" if number % 2 else "own-same" for number in range(writers)]
    return sum((kept / f"{name}.bin").exists() and _is_whole(name) for name in names)


def _is_whole(name: str) -> bool:
    args = (*PROGRAM, "count", "--text", "abc", "--tokenizer", name, "-q")
    counted = subprocess.run(args, capture_output=True, check=False, env=_environment())
    return counted.stdout == b"1\n"


def _environment() -> dict[str, str]:
    return environment(XDG_CONFIG_HOME=str(Path("home").resolve()))


def _recording_sizes(writers: int) -> Iterator[Command]:
    """Yield commands that record the size of a file each in one configuration."""
    Path("prompts").mkdir()
    for number in range(writers):
        Path("prompts", f"{number}.md").write_text("hello", encoding="utf-8")
    Path("tokencost.toml").write_text(CONFIGURATION, encoding="utf-8")
    for number in range(writers):
        yield ("check", "--update", f"prompts/{number}.md")


def _sizes_kept(writers: int) -> int:
    text = Path("tokencost.toml").read_text(encoding="utf-8")
    assert text.startswith(CONFIGURATION)  # with its comment
    recorded = tomllib.loads(text)["recorded"]
    return sum(recorded.get(f"prompts/{number}.md") == 1 for number in range(writers))


Kind = tuple[Callable[[int], Iterator[Command]], Callable[[int], int]]
KINDS: dict[str, Kind] = {
    "prices": (_adding_prices, _prices_kept),
    "factors": (_learning_factors, _factors_kept),
    "tokenizers": (_adding_tokenizers, _tokenizers_kept),
    "sizes": (_recording_sizes, _sizes_kept),
}


@pytest.mark.posix
@pytest.mark.skipif(os.name != "posix", reason="the user's folder is named by XDG")
@pytest.mark.parametrize("writers", [4, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", KINDS)
def test_what_each_of_several_writers_at_once_writes_is_kept(
    folder: Path,  # noqa: ARG001
    kind: str,
    writers: int,
) -> None:
    commands, kept = KINDS[kind]
    processes = [
        subprocess.Popen(
            [*PROGRAM, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=_environment(),
        )
        for command in list(commands(writers))
    ]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * writers, errors
    assert kept(writers) == writers


# The process ends itself at the call that is named, as a loss of power would.
_CUT = """
import os, sys
from tokencost.__main__ import run
module, name = sys.argv[1].split(".")
setattr(sys.modules[module] if module in sys.modules else __import__(module), name,
        lambda *_: os.kill(os.getpid(), 9))
sys.argv = ["tokencost", *sys.argv[2:]]
run()
"""


@pytest.mark.posix
@pytest.mark.skipif(os.name != "posix", reason="kill")
@pytest.mark.parametrize("call", ["os.fsync", "os.replace", "tempfile.mkstemp"])
@pytest.mark.parametrize("line", ["check --update", pytest.param("init", marks=pytest.mark.slow)])
def test_what_is_cut_off_while_it_writes_leaves_the_old_file_or_the_whole_new_one(
    folder: Path, line: str, call: str
) -> None:
    list(_recording_sizes(3))
    name = Path("tokencost.toml")
    if line.startswith("init"):
        name.unlink()
    before = name.read_bytes() if name.exists() else None
    subprocess.run(
        [sys.executable, "-c", _CUT, call, *line.split()],
        check=False,
        cwd=folder,
        capture_output=True,
        env=_environment(),
    )
    if name.exists() and name.read_bytes() != before:
        whole = tomllib.loads(name.read_text(encoding="utf-8"))
        assert line.startswith("init") or call == "os.replace"
        assert whole["budget"]


@pytest.mark.posix
@pytest.mark.skipif(os.name != "posix", reason="the user's folder is named by XDG")
@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("sizes", "tokencost.toml"),
        pytest.param("prices", "own.toml", marks=pytest.mark.slow),
        pytest.param("factors", "home/tokencost/factors.toml", marks=pytest.mark.slow),
    ],
)
def test_a_writer_reads_only_what_nobody_else_is_changing(
    folder: Path,  # noqa: ARG001
    kind: str,
    file: str,
) -> None:
    first, second = KINDS[kind][0](2)
    subprocess.run([*PROGRAM, *first], check=True, capture_output=True, env=_environment())
    path = Path(file)
    with locked(path):
        process = subprocess.Popen(
            [*PROGRAM, *second],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        with pytest.raises(subprocess.TimeoutExpired):  # it waits
            process.wait(timeout=2)
        path.write_text(f"{path.read_text(encoding='utf-8')}# meanwhile\n", encoding="utf-8")
    assert process.wait(timeout=60) == 0
    assert KINDS[kind][1](2) == 2
