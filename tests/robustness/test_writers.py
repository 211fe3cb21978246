"""Several writers at once: every one of them is kept, or says that it is not."""

import json
import os
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.price_tables import model, overlay, provider
from tests.robustness.test_processes import PROGRAM, environment
from tests.unit.tokenizers.test_user_tokenizers import hugging_face

Command = tuple[str, ...]
_TEXT = "hello world " * 20


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


Kind = tuple[Callable[[int], Iterator[Command]], Callable[[int], int]]
KINDS: dict[str, Kind] = {
    "prices": (_adding_prices, _prices_kept),
    "factors": (_learning_factors, _factors_kept),
    "tokenizers": (_adding_tokenizers, _tokenizers_kept),
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
