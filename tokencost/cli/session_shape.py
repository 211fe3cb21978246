"""The shape of a session from the options of the command line."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tokencost.cli import parse
from tokencost.errors import UsageError

if TYPE_CHECKING:  # imported through the package when it is called
    from datetime import timedelta

    from tokencost import Prompt, Session


def shape(
    preset: str | None,
    *,
    system: str | None,
    tools: str | None,
    compact_at: str | None,
    turn_interval: str | None,
    gap: Sequence[str] | None,
    hit_rate: str | None,
    **numbers: int | None,
) -> "Session":
    """Return the preset, or the default, with everything that was named in its place.

    Raises:
        UsageError: an option makes no sense.
        InputError: a file cannot be read.
    """
    from tokencost import PRESETS, Session

    if preset is not None and preset not in PRESETS:
        raise UsageError(f"--preset {preset!r} is unknown", hint=f"known are {', '.join(PRESETS)}")
    named: dict[str, Any] = {
        **numbers,
        "system": _size(system),
        "tools": _size(tools),
        "compact_at": _threshold(compact_at),
        "turn_interval": None
        if turn_interval is None
        else _duration("--turn-interval", turn_interval),
        "gaps": None if gap is None else dict(map(_gap, gap)),
        "hit_rate": parse.share(hit_rate),
    }
    base = PRESETS[preset] if preset else Session()
    return replace(base, **{name: value for name, value in named.items() if value is not None})


def _size(text: str | None) -> "int | Prompt | None":
    """Read a number of tokens, or the file of that name."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    import tokencost

    reading = tokencost.read_prompts([text], input_format=tokencost.InputFormat.TEXT)
    for error in reading.errors:
        raise error
    (prompt,) = reading.prompts
    return prompt


def _threshold(text: str | None) -> int | str | None:
    if text is None or text == "auto":
        return text
    if not (text.isascii() and text.isdigit()):
        raise UsageError(
            f"--compact-at {text!r} is no number of tokens", hint="write 100000 or auto"
        )
    return int(text)


def _gap(text: str) -> "tuple[int, timedelta]":
    turn, _, time = text.partition("=")
    if not (turn.isascii() and turn.isdigit()):
        raise UsageError(f"--gap {text!r} names no turn", hint="write --gap 10=2h")
    return int(turn), _duration("--gap", time)


def _duration(option: str, text: str) -> "timedelta":
    from tokencost.usage import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}", hint="write 90s, 5m, 2h or 1d") from error
