"""Ctrl-C while the program starts, and signals that end it while it works."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.robustness.test_processes import COUNT, environment, shell

pytestmark = [pytest.mark.posix, pytest.mark.skipif(os.name != "posix", reason="needs a shell")]

# What Python does before the first line of the package cannot be caught there.
_INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
wanted = sys.argv.pop(1)
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == wanted:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
sys.argv[0] = "/bin/tokencost"
from tokencost.__main__ import run
run()
"""


@pytest.mark.parametrize(
    "module",
    [
        "tokencost.reports", "tokencost.__main__", "tokencost.cli", "tokencost.cli.failures",
        "tokencost.cli.count", "tokencost.estimates.count", "tokencost.tokenizers.bpe", "tiktoken",
        "tokencost.report.count",
    ],
)  # fmt: skip
def test_ctrl_c_while_a_module_is_imported_is_130_without_a_trace(module: str) -> None:
    args = (*COUNT, "-m", "gpt-4o", "--show")
    result = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, module, *args],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")


def test_ctrl_c_is_left_to_a_program_that_imports_the_package() -> None:
    code = "import os, signal, tokencost\n"
    code += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    code += "try: os.kill(os.getpid(), signal.SIGINT)\n"
    code += "except KeyboardInterrupt: print('mine')"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment()
    )
    assert result.stdout == "mine\n"


def test_ctrl_c_that_is_ignored_stays_so() -> None:
    result = shell('trap "" INT; "$@" & sleep 0.15; kill -INT $!; wait $!', *COUNT, "-q")
    assert (result.returncode, result.stdout) == (0, "1\n")


_ENDED = """
import os, signal, sys
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
number = int(sys.argv.pop(1))
sys.argv[0] = "/bin/tokencost"
import tokencost
def end(*_, **__):
    os.kill(os.getpid(), number)
    while True: pass
tokencost.estimate = end
from tokencost.__main__ import run
run()
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_run_that_is_told_to_end_leaves_no_report_of_one_before(
    tmp_path: Path, name: str, code: int
) -> None:
    report = tmp_path / "cost.json"
    report.write_text('{"schema": "tokencost.estimate"}')
    args = ("estimate", "--input-tokens", "10", "-m", "gpt-4o", "--report", f"json={report}")
    result = subprocess.run(
        [sys.executable, "-c", _ENDED, str(int(getattr(signal, name))), *args],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert (result.returncode, result.stdout, result.stderr) == (code, "", "")
    assert f"interrupted: {name}" in report.read_text()
