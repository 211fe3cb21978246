"""Whole-process time of a small count, as a ratio to an empty Python run beside it.

    python tests/benchmarks/startup.py [ROUNDS]

Runs the two in turn, so that a machine that slows down slows both, and prints the median ratio.
Installed packages come with byte code; a checkout is compiled first to match them.
"""

import compileall
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import tokencost

EMPTY = [sys.executable, "-c", "pass"]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, check=True)
    return time.perf_counter() - started


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(Path(tokencost.__file__).parent, quiet=1)
    script = str(Path(sys.executable).with_name("tokencost"))
    with tempfile.TemporaryDirectory() as folder:
        prompt = Path(folder) / "prompt.md"
        prompt.write_text("The quick brown fox jumps over the lazy dog. " * 22, encoding="utf-8")
        commands = {
            "count, 1 kB": [script, "count", str(prompt)],
            "count -m, 1 kB": [script, "count", str(prompt), "-m", "openai/gpt-4o"],
            "estimate, 1 kB": [script, "estimate", str(prompt), "-m", "openai/gpt-4o"],
            "--version": [script, "--version"],
            "completion": [script],
        }
        completion = {
            "_TOKENCOST_COMPLETE": "complete_bash",
            "COMP_WORDS": "tokencost estimate -m openai/",
            "COMP_CWORD": "3",
        }
        for name, command in commands.items():
            own = environment | completion if name == "completion" else environment
            pairs = [
                (seconds(command, own), seconds(EMPTY, environment)) for _ in range(rounds + 1)
            ][1:]
            ratio = median(ours / empty for ours, empty in pairs)
            ours, empty = (median(times) * 1000 for times in zip(*pairs, strict=True))
            print(f"{name:16} {ours:6.1f} ms   python -c pass {empty:5.1f} ms   ratio {ratio:5.2f}")


if __name__ == "__main__":
    main()
