"""What becomes of a text before its words are marked."""

import re
import unicodedata

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SPACES = re.compile("[\x00\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_THAI_AM = ("\u0e4d\u0e32", "\u0e33")  # NFC does not compose it, Claude does


def normalize(text: str, *, folds_quotes: bool) -> str:
    """Return *text* as the model reads it.

    NFC, without control characters (except tab and line feed) and private ones, and with one kind
    of space. Only the older models take curly quotes for straight ones.
    """
    if text.isascii():
        return _CONTROLS.sub("", text).replace("\x00", " ")
    text = unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))
    text = _CONTROLS.sub("", text).replace(*_THAI_AM)
    text = _PRIVATE.sub("", text)
    if folds_quotes:
        text = text.translate(_QUOTES)
    return _SPACES.sub(" ", text)
