"""What holds of every answer, whatever was given."""

import signal
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

CODES = {0, 1, 2, 130}
_FORMS = ("error: ", "hint:  ", "warning: ")
_SECONDS = 30  # generous: what grows faster than its input takes minutes


def judge(code: int, stdout: str, stderr: str, *, has_aside: bool = False) -> None:
    """Assert exit code, form of standard error, and that nothing commands a terminal.

    *has_aside* says that a report stands on standard error, as with `compress`.
    """
    assert code in CODES, (code, stderr)
    assert "Traceback" not in stderr, stderr
    assert "internal error" not in stderr, stderr
    lines = stderr.splitlines()
    assert has_aside or all(line.startswith(_FORMS) for line in lines), stderr
    assert code != 2 or any(line.startswith("error: ") for line in lines), (stdout, stderr)
    assert commands_of(stdout + stderr) == set(), (stdout, stderr)


def commands_of(text: str) -> set[str]:
    """Return the characters of *text* that a terminal obeys, or that turn a line around."""
    return {
        character
        for character in set(text)
        if character != "\n"
        and (
            unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
            or unicodedata.bidirectional(character)
            in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        )
    }


class TooLongError(BaseException):
    """Work that has no end. A TimeoutError is an OSError, which commands turn into an answer."""


@contextmanager
def bounded() -> Iterator[None]:
    """End what takes longer than anything small may."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooLongError(f"more than {_SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
