"""Where a prompt shows instead of telling: code in blocks, ticks and lines, examples, and data."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from itertools import groupby, islice
from operator import itemgetter
from typing import Generic, TypeVar

from tokencost.values import dataclass, regex

_FENCE = regex(r"^[ \t>]*(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_TICKS = regex("`+")
_SHORTEST_FENCE = 3
_SHELL = (
    r"aws|brew|cat|cd|chmod|cp|curl|docker|echo|export|gcloud|gh|git|go|grep|jq|kubectl|ls|make|mkdir"
    r"|mv|node|npm|npx|pip|pnpm|printf|python3?|rm|sed|ssh|sudo|tar|uv|wget|yarn"
)
_CODE_LINE = regex(
    r"""
      (?<!["'\w])(?:[fF][rR]?|[rR][fF])\\?["'] | (?<![\w$])\$@?"[^"\n]*\{   # an f-string, in C# too
    | ["']\.format\( | \b(?:e?println|e?print|format|panic|write|writeln)!\(
    | [\w)\]"'`]\s{0,9}=>                                  # but "=> {answer}"
    | \b(?:[sf]?printf|[Pp]rintln|Sprintf|Printf|print|echo|console\.\w+|log(?:ger|ging)?\.\w+)\(
    | ^\s*[A-Za-z_][\w.]*\s*[+:]?=\s*(?:["'`]|[A-Za-z_][\w.]*\()   # name = "..., name = call(
    | \bimport\s*\{ | (?<!%[ ])(?<!%-[ ])\bfrom\s+[\w."'/@-]+\s+import\b
    | \bconst\s+[\w{\[][^=\n]{0,80}=
    | \breturn\s+(?:\{\s*\w+\s*:|[A-Za-z_][\w.]*\(|<\w)
    | \bexport\s*\{
    | <[^<>\n]*[\w-]=\{ | \s(?:v-|ng-|\*ng|th:)[\w:.-]+=      # an attribute of JSX, Vue, Angular
    | ^\s*(?:if|elif|while)\s+\[ | ^\s*(?:if|for|while|switch)\s*\([^\n]*\)\s*\{
    | @(?:param|returns?|type|throws|property|typedef)\s*\{
    | \b(?:class|className)=["'] | \s@[a-z.]+=["'] | \son[A-Z]\w*=
    | [)\]"'`]\s*;\s*(?:$|//)
    | ^\s*echo\s+["'$] | =\$\( | ^\s*\$\s+\w | \s&&\s | ^\s*@[A-Za-z_][\w.]*(?:\(.*)?$
    | ^\s*[.#@][A-Za-z][\w-]*(?:[\s.:>,][\w\s.:>,-]*)?\{     # a rule of CSS
    | \bg?awk\s(?:-\S{1,9}\s){0,2}'
    | \bSELECT\b[^\n]{1,300}\bFROM\b | \b(?:UPDATE\b[^\n]{1,80}\bSET|INSERT\sINTO|DELETE\sFROM)\b
    | ^\s*(?:WHERE|AND|OR)\s[\w.]+\s?[=<>]
    | ^\s*(?:async\s+)?def\s+\w+\( | ^\s*\#define\s
    | </?(?:a|button|caption|code|d[dt]|div|h[1-6]|label|li|option|pre|small|span|t[dhr])[\s>]
    """,
    re.VERBOSE | re.MULTILINE,
)
# Few lines have what these begin with, and to compile them takes 0.5 ms.
_SIGNS_OF_CALLS = (
    *("lambda", ") ", "let", "var", "% ", "printf "),
    *('("', "('", "(`", "raise ", "throw "),
)
_CALL_LINE = regex(
    r"""\blambda\b[^:\n]{0,40}:\s | ^\s*[A-Za-z_][\w.]*\([^()\n]{0,80}\)\s*(?:\#|//)\s
    | \b(?:let|var)\s*\{[^{}\n]{0,60}\}\s*= | ["']\s%\s[\w(] | ^\s*printf\s
    | ^\s*\[?[A-Za-z_][\w.]*\(["'`] | ^\s*(?:raise|throw\snew)\s\w+\(""",
    re.VERBOSE,
)
_SHELL_LINE = regex(
    rf"^\s*(?:{_SHELL})\b[^\n]{{0,400}}?(?:\s--?[A-Za-z]|\s\||\$\w)"
    r"|^\s*(?:aws|cd|chmod|cp|docker|echo|git|kubectl|mkdir|mv|npm|rm|s?cp|ssh|sudo)\s[^\n]{0,400}?\$\{"
)

# An example is one whatever stands between; what "if" begins ends with its sentence.
_EXAMPLE = regex(
    r"(?<![.@\w])(?:for example|e\.g\.|such as|examples?|(?:zum )?beispiel|par exemple"
    r"|por ejemplo)(?!\w)|例如|比如|示例|例えば|например|(?:^|[\s（(。；])例\s?[：:]",
    re.IGNORECASE,
)
_EXAMPLES = (
    *("example", "e.g.", "such as", "beispiel", "exemple", "ejemplo"),
    *("例", "比如", "например"),
)
_LONGEST_EXAMPLE, _LONGEST_HEADING = 300, 30  # characters
_CONDITION = regex(
    r"\b(?:if|suppose|assume|assuming|imagine|wenn|si|se|если)\b(?:(?![.!?]\s).)*$"
    r"|(?:假设|如果|假如|もし)[^。！？]*$",
    re.IGNORECASE,
)
_SPOKEN = regex(r"(?:[A-Za-z,]|(?<!ntent\"|ystem\"|rompt\"|\"role\"):)\s[\"“「](?=\w)(?!\w+\":)")
_SAID = regex(r"[^\"\n]*\"[,.]?\s+[a-z]")
_LONGEST_CONDITION = 200  # characters

_NEAR = 300
_LONGEST_LINE = 20_000  # characters in which a sign of code is looked for

Span = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class CodeRegions:
    """The code in *text*; lines are looked at only when somebody asks about them."""

    text: str
    _fences: list[Span] = field(default_factory=list)
    _bounds: Span = (0, -1)  # of the line that was looked at last
    _inline: list[Span] = field(default_factory=list)
    _line_is_code: bool | None = None  # not asked yet
    _has_examples: bool | None = None

    def __post_init__(self) -> None:
        """Find the fenced blocks, each with its fences."""
        self._fences = list(fenced_blocks(self.text))

    def fence_around(self, place: int) -> Span | None:
        """Return the fenced block in which *place* is."""
        return _around(place, self._fences)

    def inline_code_around(self, place: int) -> Span | None:
        """Return the code between back ticks in which *place* is, the ticks included."""
        self._look_at_line(place)
        return _around(place, self._inline)

    def is_code(self, place: int) -> bool:
        """Whether *place* is in a fenced block, between back ticks, or in a line of code."""
        return self.is_quoted_code(place) or self.is_in_line_of_code(place)

    def is_quoted_code(self, place: int) -> bool:
        """Whether *place* is in a fenced block or between back ticks."""
        return self.inline_code_around(place) is not None or self.fence_around(place) is not None

    def is_shown(self, place: int, start: int, line: str) -> bool:
        """Whether *place*, in the *line* that begins at *start*, is quoted code or an example."""
        if (self._fences or "`" in line) and self.is_quoted_code(place):
            return True
        if self._has_examples is None:
            lower = self.text.lower()
            self._has_examples = any(word in lower for word in _EXAMPLES)
        return self._has_examples and is_below_example(self.text, start)

    def is_in_line_of_code(self, place: int) -> bool:
        """Whether *place* is in a line with a strong sign of code."""
        self._look_at_line(place)
        if self._line_is_code is None:
            start, end = self._bounds
            line = self.text[start : min(end, start + _LONGEST_LINE)]
            is_call = any(sign in line for sign in _SIGNS_OF_CALLS) and _CALL_LINE.search(line)
            self._line_is_code = bool(
                is_call or _CODE_LINE.search(line) or _SHELL_LINE.search(line)
            )
        return self._line_is_code

    def near(self, place: int) -> str:
        """Return the line of *place*, of a long one some hundred characters on either side."""
        self._look_at_line(place)
        start, end = self._bounds
        return self.text[max(start, place - _NEAR) : min(end, place + _NEAR)]

    def _look_at_line(self, place: int) -> None:
        start, end = self._bounds
        if start <= place <= end:
            return
        end = self.text.find("\n", place)
        self._bounds = start, end = (
            self.text.rfind("\n", 0, place) + 1,
            len(self.text) if end < 0 else end,
        )
        line = self.text[start:end]
        self._line_is_code = None
        self._inline = list(_inline_code(line, start))


def _around(place: int, spans: Sequence[Span]) -> Span | None:
    """Return which of *spans*, in their order, holds *place*."""
    number = bisect_right(spans, place, key=itemgetter(0)) - 1
    return spans[number] if number >= 0 and place < spans[number][1] else None


def fenced_blocks(text: str) -> Iterator[Span]:
    """Yield where blocks between two fences stand; a fence that nothing closes is text."""
    if "```" not in text and "~~~" not in text:
        return
    opened: re.Match[str] | None = None
    fences = list(_FENCE.finditer(text))
    for fence in fences:
        marks, info = fence[1], fence[2].strip()
        if opened is None:
            if marks[0] == "~" or "`" not in info:
                opened = fence
        elif marks[0] == opened[1][0] and len(marks) >= len(opened[1]) and not info:
            yield opened.start(), fence.end()
            opened = None
    if opened is not None and len(opened[1]) > _SHORTEST_FENCE:
        yield from _closed_by_shorter(opened, fences)


def _closed_by_shorter(opened: re.Match[str], fences: Sequence[re.Match[str]]) -> Iterator[Span]:
    """Yield the block of a long fence that only a shorter one closes, as people write."""
    for fence in fences[fences.index(opened) + 1 :]:
        if fence[1][0] == opened[1][0] and not fence[2].strip():
            yield opened.start(), fence.end()
            return


def _inline_code(line: str, offset: int) -> Iterator[Span]:
    """Yield what stands between equal runs of back ticks."""
    runs = [match.span() for match in _TICKS.finditer(line)]
    by_length = {
        length: [start for start, _ in group]
        for length, group in groupby(sorted(runs, key=_length), key=_length)
    }
    done = 0
    for start, end in runs:
        if start < done:
            continue
        starts = by_length[end - start]
        later = bisect_right(starts, start)
        if later < len(starts):
            done = starts[later] + end - start
            yield offset + start, offset + done


def _length(span: Span) -> int:
    return span[1] - span[0]


def is_below_example(text: str, start: int) -> bool:
    """Whether the line above the one that begins at *start*, or a heading, announces an example."""
    above = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
    if above.rstrip().endswith(":") and is_example(above):
        return True
    paragraph = text[max(0, start - _LONGEST_EXAMPLE) : start].rpartition("\n\n")[2]
    lines = paragraph.split("\n")
    return any(len(line) <= _LONGEST_HEADING and _is_heading_of_example(line) for line in lines)


def _is_heading_of_example(line: str) -> bool:
    match = _EXAMPLE.search(line)
    rest = line[: match.start()] + line[match.end() :] if match else "none"
    return not any(map(str.isalpha, rest))


def is_example(line: str) -> bool:
    """Whether *line* says that it shows an example."""
    return _EXAMPLE.search(line) is not None


def is_supposed(text: str, place: int) -> bool:
    """Whether what stands at *place* is only assumed or told; JSON of a request tells nothing."""
    start = max(0, place - _LONGEST_CONDITION, text.rfind("\n", 0, place) + 1)
    before = text[start:place]
    if _CONDITION.search(before):
        return True
    if before.count('"') % 2 and _SAID.match(text, place):
        return True
    quotes = [match.start() for match in _SPOKEN.finditer(before)]
    return bool(quotes) and before.count('"', quotes[-1]) % 2 == 1


_ENOUGH = 50  # numbers that told nothing
_MOST_KNOWN = 20_000  # surroundings; a text with more repeats none
_ENOUGH_LINES, _LONGEST_ALIKE = 8, 500  # lines, and characters of one
_ZEROS = {ord(digit): "0" for digit in "123456789"}
_MOST_NUMBERS = 50_000  # of a line: more are a table
_BEFORE, _AFTER, _SHORTEST_KEY = 32, 12, 2  # characters
_DIGIT = regex(r"[0-9]")
_SHORT_TEXT = 10_000  # characters: of so few, any number is looked at
_FROM_DIGIT = regex(r"[0-9][^\n]*")
_NUMBER = regex(
    r"(?:(?<![A-Za-z])[A-Za-z]{1,20})?(?P<digit>[0-9])[0-9A-Za-z]*(?:[.+/%:_-]+[0-9A-Za-z]+)*"
)


Place = tuple[int, str]  # where the first digit of a number stands, and what stands around it


def _places(line: str) -> Iterator[Place]:
    """Yield the numbers of *line*; what stands around one ends at a comma or brace."""
    before, end, around, at = "", 0, "", -1
    for match in islice(_NUMBER.finditer(line), _MOST_NUMBERS):
        start = match.start()
        gap = line[end:start] if start - end < _BEFORE else line[start - _BEFORE : start]
        if at >= 0:
            yield at, around + gap[:_AFTER].partition(",")[0]
        else:
            gap = "\n" + gap
        cut = max(gap.rfind(","), gap.rfind("{"))
        around = f"{gap[cut:]}0" if 0 <= cut < len(gap) - _SHORTEST_KEY else f"{before}0{gap}0"
        at, end, before = match.start(1), match.end(), gap
    if at >= 0:
        yield at, around + line[end : end + _AFTER].partition(",")[0]


Told = TypeVar("Told")


class Surroundings(Generic[Told]):
    """What stood around the numbers of a text so far: behind the same words they are data.

    A log of 1 MB has 70,000 numbers behind some ten labels, and to read a label takes 10 µs. Where
    enough numbers of the same surroundings told nothing of the call, others are not looked at, and
    where enough lines differ in digits alone the others are not read.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._looks: dict[str, int] = {}
        self._alike: dict[str, tuple[int, list[Told]]] = {}

    def is_known(self, around: str) -> bool:
        """Whether enough numbers were looked at that stood so, and told nothing."""
        return self._looks.get(around, 0) >= _ENOUGH

    def lines(
        self, text: str, may_tell: Callable[[str], bool]
    ) -> Iterator[tuple[int, str, list[Place]]]:
        """Yield where lines begin that *may_tell* something, with their numbers not seen yet."""
        for match in _FROM_DIGIT.finditer(text):
            start = text.rfind("\n", 0, match.start()) + 1
            line = text[start : match.end()]
            if line.isdecimal():
                continue
            if self._alike and self.told_alike(line):
                yield start, line, []
            elif places := self._unknown(line, len(text)):
                if may_tell(line):
                    yield start, line, places
                else:
                    for place in places:
                        self.looked_at(place[1])

    def told_alike(self, line: str) -> list[Told]:
        """Return what enough lines told that differ from *line* in digits alone, if they did."""
        times, told = self._alike.get(line.translate(_ZEROS), (0, []))
        return told if times >= _ENOUGH_LINES else []

    def remember(self, line: str, told: list[Told], key: Callable[[Told], object]) -> None:
        """Remember what *line* told: it is the same as another line's if *key* of it is."""
        if len(line) > _LONGEST_ALIKE:
            return
        if len(self._alike) > _MOST_KNOWN:
            self._alike.clear()
        shape = line.translate(_ZEROS)
        times, last = self._alike.get(shape, (0, []))
        is_same = list(map(key, told)) == list(map(key, last))
        self._alike[shape] = (times + 1 if is_same else 1, told)

    def _unknown(self, line: str, size: int) -> list[Place]:
        if size < _SHORT_TEXT:
            return [(match.start(), "") for match in _DIGIT.finditer(line)]
        looks = self._looks
        return [place for place in _places(line) if looks.get(place[1], 0) < _ENOUGH]

    def told(self, around: str) -> None:
        """Remember that a number told something of the call: others around it may."""
        self._looks[around] = 0

    def looked_at(self, around: str) -> None:
        """Remember that a number told nothing, or no more than others around it."""
        if len(self._looks) > _MOST_KNOWN:
            self._looks.clear()
        self._looks[around] = self._looks.get(around, 0) + (around != "")
