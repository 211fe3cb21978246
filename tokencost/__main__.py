"""`python -m tokencost` and the console script."""

from typing import NoReturn

from tokencost.interruption import code_of, set_caught


def run() -> None:
    """Run the command line; a crash must never look like a broken budget."""
    try:
        set_caught(is_caught=True)
        _run()
    except KeyboardInterrupt as error:
        _leave(code_of(error))
    except SystemExit as ending:
        _leave(ending.code)
    _leave(0)


def _leave(code: object) -> NoReturn:
    """End the process at once: to take everything down that is in it takes 10 ms."""
    import os
    import sys

    set_caught(is_caught=False)
    code = 0 if code is None else code
    if isinstance(code, int) and not sys.gettrace() and not sys.getprofile():
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None:
                    stream.flush()
            except (OSError, ValueError):  # Python says what it says of that
                sys.exit(code)
        os._exit(code & 0xFF)
    sys.exit(code)  # type: ignore[arg-type]


def _run() -> None:
    import gc
    import io
    import sys

    gc.set_threshold(200_000)  # at start-up thousands of objects are made and none is garbage

    if sys.stdout is None:  # Python was started with it closed
        if sys.stderr is not None:
            sys.stderr.write("error: standard output is closed\nhint:  send it to a file\n")
        sys.exit(2)

    from tokencost.cli import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the same bytes whatever locale and system say
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        app(prog_name="tokencost")
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # Python itself would exit 1, the code of a broken budget
        _report_crash(error)
        sys.exit(2)


def _report_crash(error: BaseException) -> None:
    """Write one line on what nobody thought of, and how to report it."""
    import os
    import sys
    import traceback

    from tokencost import __version__, printable

    if os.environ.get("TOKENCOST_DEBUG"):
        traceback.print_exc()
    kind = type(error).__name__
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = "".join(f" in {frame.name}, line {frame.lineno}" for frame in place)
    version = f"tokencost {__version__}, Python {sys.version.partition(' ')[0]}"
    line = printable(f"error: internal error: {kind}: {error}{where} ({version})")
    hint = "run it again with TOKENCOST_DEBUG=1, and report the trace with the command line"
    sys.stderr.write(f"{line}\nhint:  {hint}\n")


if __name__ == "__main__":
    run()
