"""A text with its tokens made visible."""

from collections.abc import Iterable

_BACKGROUNDS = ("\x1b[30;46m", "\x1b[30;43m", "\x1b[30;42m", "\x1b[30;45m")
_RESET = "\x1b[0m"


def show_tokens(tokens: Iterable[bytes], *, color: bool) -> str:
    """Return *tokens* side by side, each with a background, or between bars without colour.

    A token that is only a part of a character is written as its bytes.
    """
    shown = [_visible(token) for token in tokens]
    if not color:
        return "|".join(shown) + "\n"
    painted = (
        "\n".join(
            f"{_BACKGROUNDS[number % len(_BACKGROUNDS)]}{line}{_RESET}" if line else ""
            for line in text.split("\n")
        )
        for number, text in enumerate(shown)
    )
    return "".join(painted) + "\n"


def _visible(token: bytes) -> str:
    text = token.decode(errors="replace")
    if "\ufffd" in text and "\ufffd".encode() not in token:
        return "".join(f"<{byte:02x}>" for byte in token)
    marked = text.replace("\n", "↵\n").replace("\t", "→").replace("\r", "␍")
    return "".join(
        character if character.isprintable() or character == "\n" else f"<U+{ord(character):04X}>"
        for character in marked
    )
