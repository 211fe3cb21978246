"""Where a text may be cut so that its parts have the tokens of the whole.

No pattern goes on over a space after something else, and none looks behind itself, so a text may be
cut there whatever stands around. Further places depend on the pattern; `tests/unit/tokenizers`
cuts fuzzed texts at all of them at once, for every vocabulary.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from tokencost.tokenizers import patterns
from tokencost.tokenizers.patterns import INLINE, SPACE
from tokencost.values import dataclass, regex

_HAN = "\u4e00-\u9fa5"
# A line starts a piece unless it starts with white space or, for OpenAI, a slash.
_LINE = f"(?<=\n)(?=[^/\r\n{INLINE}])"
_BREAKS = (
    f"(?<=[^\r\n{INLINE}])(?= )|{_LINE}|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|"
    f"(?<=[{_HAN}])(?=[。，、；：？！])"
)
_GEMMA_BREAKS = f"(?<=[^\r\n{INLINE}>])(?= )|(?<=>)(?= (?!</))|{_LINE}"

# A piece of Chinese characters alone, at the beginning of a line or behind a sign of theirs that
# ends another piece. Behind it stands what is neither a letter, nor a mark, nor an apostrophe.
_SIGNS_OF_HAN = "。，、；：？！《》「」『』【】（）"
_AFTER_HAN = f"[\x00-&(-@\\[-`{{-\x7f{_SIGNS_OF_HAN}“”…—]"
_PIECE_OF_HAN = regex(
    f"[{_HAN}](?:(?<=\n.)|(?<=[{_HAN}][{_SIGNS_OF_HAN}].))[{_HAN}]+(?={_AFTER_HAN}|\\Z)"
)

_PROBE = 8192  # characters from one look for a run to the next
_FAR = f"{{{_PROBE},}}+"
# What may follow a run. A capital letter, for one, joins a word of letters without case that
# nothing small stands in front of: what is behind a cut would count.
_END = r"(?=[^A-Z/\x80-\U0010ffff]|\Z)"
_SPACES = f"[{INLINE}]{_FAR}"
_LINES = f"[\r\n]{_FAR}(?![\\s/])"
_SAME = rf"(?P<same>[^\s/])(?P=same){_FAR}{_END}"
_SIGNS = rf"[!-.:-@\[-`{{-~]{_FAR}{_END}"
_SLASHES = rf"/{_FAR}(?=[A-Za-z0-9 \r\n]|\Z)"
_KANA, _HANGUL = "ぁ-ゖァ-ヺ", "가-힣"


def _runs(*letters: str) -> re.Pattern[str]:
    classes = (rf"[{letter}]{_FAR}{_END}" for letter in letters)
    return regex("|".join((*classes, _SIGNS, _SLASHES, _SPACES, _LINES, _SAME)))


_ONLY_SPACES = regex(_SPACES)
_CASED = _runs("a-z", "A-Z", f"{_HAN}{_KANA}{_HANGUL}")
_UNCASED = _runs(f"A-Za-z{_HAN}{_KANA}{_HANGUL}")
# Characters of which a pattern takes any number for one piece, so that within many of them a text
# may be cut wherever their tokens fall apart.
_RUNS: Mapping[str, re.Pattern[str]] = {
    patterns.O200K: _CASED,
    patterns.TEKKEN: _CASED,
    patterns.KIMI: _runs("a-z", "A-Z", _HAN, f"{_KANA}{_HANGUL}"),
    patterns.CL100K: _UNCASED,
    patterns.QWEN2: _UNCASED,
    patterns.QWEN35: _UNCASED,
    patterns.GLM4: _UNCASED,
    patterns.DEEPSEEK_V3: _runs("A-Za-z", f"{_HAN}{_KANA}", _HANGUL),
    patterns.MISTRAL_SPM: regex(f"[^ ]{_FAR}| {_FAR}"),
    patterns.GEMMA4: regex(f"[^ \n\t]{_FAR}"),
    patterns.GEMMA3: regex(f"[^ \n\t<>]{_FAR}|<{_FAR}(?![/a-z])|>{_FAR}(?! )"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Many characters in a row that a pattern takes for one piece, or for part of one.

    `closing` is the character after them if that decides where their piece ends, else "".
    """

    start: int
    end: int
    closing: str


def breaks_of(pattern: str) -> re.Pattern[str]:
    """Return the places at which big texts are cut for *pattern*."""
    if pattern in (patterns.GEMMA3, patterns.GEMMA4):
        return regex(_GEMMA_BREAKS)
    return regex(_BREAKS) if pattern in _RUNS and pattern != patterns.MISTRAL_SPM else SPACE


def shorten_chinese(text: str) -> str:
    """Return *text* with one Chinese character for each piece that has nothing but these.

    By OpenAI's patterns it falls into as many pieces, and all others are the same: to them one
    letter without case is as good as several.
    """
    return text if text.isascii() else _PIECE_OF_HAN.sub("中", text)


def find_runs(text: str, pattern: str) -> Iterator[Run]:
    """Yield the runs of *text*, as *pattern* takes them; none of 8,000 characters or fewer.

    A run may have started before: within it that makes no difference.
    """
    runs, at = _RUNS.get(pattern, _ONLY_SPACES), 0
    while at + _PROBE <= len(text):
        if (match := runs.match(text, at)) and not _depends_on_more(match):
            start, at = match.span()
            following = text[at : at + 1] if text[start].isspace() else ""
            yield Run(start=start, end=at, closing=following)
        else:
            at += _PROBE


def _depends_on_more(match: re.Match[str]) -> bool:
    """Whether it matters where in a run of one character, or after what, a piece begins.

    Digits are taken a few at a time, and marks belong to the word or to the sign before them.
    """
    same = match.groupdict().get("same")
    return same is not None and (unicodedata.category(same)[0] in "NM" or _is_unassigned(same))


def _is_unassigned(character: str) -> bool:
    return unicodedata.category(character) == "Cn"  # perhaps a digit to a newer engine
