"""`python -m tokencost` and the console script."""


def run() -> None:
    """Run the command line; a crash must never look like a broken budget."""
    import gc
    import io
    import sys

    gc.set_threshold(50_000)  # at start-up thousands of objects are made and none is garbage

    if sys.stdout is None:  # Python was started with it closed
        if sys.stderr is not None:
            sys.stderr.write("error: standard output is closed\nhint:  send it to a file\n")
        sys.exit(2)

    from tokencost.cli import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the same bytes whatever the locale says
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(prog_name="tokencost")
    except Exception:  # Python itself would exit 1, the code of a broken budget
        import traceback

        traceback.print_exc()
        sys.exit(2)


if __name__ == "__main__":
    run()
