"""Remove white space that says nothing from prose and logs."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from tokencost.compression.transform import ContentType, Level, Words, remembered
from tokencost.compression.transforms.verbatim import (
    is_indented,
    is_quoted,
    lines_to_keep,
    quoted_spans,
)
from tokencost.values import dataclass, regex

# Joiners and non-joiners are not among these: several scripts are spelled with them, and who sets
# a word joiner means it.
UNSEEN = "\u200b\ufeff"

# Scripts that are written without spaces and may mark their words with zero-width ones.
_SPACELESS = "\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\ua980-\ua9df"
# Inside of words: in front of a mark such a character may keep it from being one.
_UNSEEN = regex(rf"(?<=[^\W_])(?<![{_SPACELESS}])[{UNSEEN}]+(?=[^\W_])(?![{_SPACELESS}])")
_RUN = regex(r"(?<=\S) {2,}(?=\S)")
_LEVEL = regex(
    r"^((?:\[?\d{4}-\d\d-\d\d|\+\d)\S*(?: \S+){0,2}? \[?"
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?) {2,}(?=\S)"
)
# Two spaces between sentences are a habit of typewriters; anywhere else somebody may mean them.
_SENTENCE_END = regex(r"(?<=[a-z][.!?])  (?=[A-Z][a-z])")
_MARKS_OF_CODE = regex(r"[\t|{};=<>\\]|^(?: {2,}|[$!%#]|\w*\[)")
_BREAK = "  "
_MARKS_OF_SPACE = ("  ", " \n", "\n\n", "\r", *UNSEEN)
# Of a text that is about its own spaces, lines or characters none of them is without a meaning.
_LINES = (
    r"\b(?:white ?-?spaces?\b|spac(?:ing|e bar)\b|indent"
    r"|(?:blank|empty|trailing|leading|double|single|extra|multiple|consecutive|two|three|four"
    r"|no|many|\d+) (?:blank |empty |trailing |leading )?(?:spaces?|blanks?|lines?|newlines?)\b"
    r"|(?:spaces|newlines|line[- ]?(?:breaks?|numbers?|lengths?|counts?)|line \d+)\b"
    r"|(?:count|number of|many) (?:all |of )?(?:the )?(?:characters|letters|lines|bytes)\b"
    r"|hmac|byte[- ](?:for|by)[- ]byte"
    r"|length of\b|verbatim\b|word[- ]for[- ]word\b|as[- ]is\b|exactly as\b"
    r"|(?:keep|preserve|retain|original|exact|same) (?:the |all |its |this )?(?:original )?"
    r"(?:format|layout)|(?:type|copy|repeat|reproduce) (?:it |this )?exactly"
    r"|(?:md5|sha-?\d+|checksum|base64|unicode|zero-?width)\b"
    r"|(?:invisible|hidden|unseen|unprintable) char"
    r"|leerzeichen|leerzeile|zeilenumbr|einrück|wortwörtlich|wörtlich|buchstabengetreu"
    r"|genau so\b|espaces?\b|espacement|lignes? vides?"
    r"|sauts? de ligne|mot à mot|espacios?\b|líneas? (?:en blanco|vacías)|saltos? de línea"
    r"|espaços?\b|linhas? em branco|spazi\b|righe vuote"
    r"|пробел|відступ|пробіл|отступ|пуст\w{1,3} строк|дословн"
    r"|spatie|witregel|spacj|odstęp|dosłown|boşlu|girinti|mellanslag|mellomrom|mellemrum|blanksteg"
    r"|välilyön|mezer|medzer|szóköz|spații|spațiu|khoảng trắng|dấu cách|spasi\b|razmak|κεν[άό]"
    r"|διάστημα)"
    r"|空格|空行|空白|缩进|换行|逐字|原样|零宽|不可见|間隔|间隔"
    r"|スペース|改行|字下げ|そのまま|공백|띄어쓰기|줄바꿈|들여쓰기|빈칸|간격"
    r"|مساف|فراغ|فاصله|רווח|रिक्त स्थान|स्पेस|ช่องว่าง|เว้นวรรค"
)
# Words of the look and the characters of a text, which say nothing about JSON inside it.
_LOOK = (
    r"\b(?:align|padd(?:ed|ing)\b|tabs?\b|strings?\b|gaps? between\b"
    r"|(?:a|the|these|odd|wider?) gaps?\b|proof-?read|copy-?edit"
    r"|exactly[.:!]|(?:keep|leave|left|kept) (?:\w+ ){0,3}as (?:it|they) (?:is|are|was|were)\b"
    r"|\d+ ?(?:st|nd|rd|th) (?:line|char)|mime-version|boundary=|http/\d"
    r"|typograph|punctuation\b|typos?\b|formatting\b|homo(?:glyph|graph)|phish|tokeni[sz]e"
    r"|regexp?\b|regular expression|monospace|ascii[- ]art|zeichen\b|caractères?\b|caracteres\b"
    r"|caratteri\b|символ|layout\b|justif(?:y|ied)\b|cent(?:er|re|ered|red)\b"
    r"|wrap\b|columns?\b|normali[sz]e|clean(?:ed)?[ -]?up\b|letter by letter|levenshtein|encod"
    r"|unchanged\b|unaltered\b|unmodified\b|kerning|tid(?:y|ied)\b|identical|differ(?:s|ences?)?\b"
    r"|watermark|steganograph|spot the|room around|this (?:line|string)\b|how long is\b|blancs\b"
    r"|witruimte|abst[aä]nd|zeile\b|formatier|ligne\b|línea\b|formato\b|formataç|riga\b|linha\b)"
    r"|すきま|空欄|行の|الأحرف|对齐|排版|校对|标点|字符|字元|字数|文字数|글자 ?수"
)
_ABOUT_LINES, _ABOUT_SPACE = Words(_LINES), Words(f"{_LINES}|{_LOOK}")
# Between words of prose a few spaces are careless; more of them, or beside anything else than two
# words, stand for a layout. What follows a colon is cited, unless it is long.
_LONGEST_CARELESS = 4
_COLON = regex(r":\s|：")
_LONGEST_CITED, _MOST_CITED = 120, 3  # characters behind a colon or in a line, and lines
_AROUND_WORDS = ".,;:!?…()[]*_\"'“”„‘’«»-–—。，、；：！？（）"
# A value that is left out, or that is blank itself.
_LABEL_ALONE = regex(r"[\w .\"-]{1,60}[=:_]\s*$")


def without_unseen(line: str) -> str:
    """Return *line* without the characters that have no width and no meaning.

    A line with a back tick stays: in code they are what the text is about. So does what is quoted,
    an address, and a word that stands there without them as well: it is compared with itself.
    """
    if "`" in line or not any(character in line for character in UNSEEN):
        return line
    words = {word.strip(_AROUND_WORDS) for word in line.split()}
    quoted = quoted_spans(line)

    def unless_meant(match: re.Match[str]) -> str:
        start = max(line.rfind(" ", 0, match.start()), line.rfind("\t", 0, match.start())) + 1
        word = line[start:].split(None, 1)[0]
        bare = _UNSEEN.sub("", word)
        is_address = any(mark in bare.strip(_AROUND_WORDS) for mark in "./@:_\\")
        is_compared = bare.strip(_AROUND_WORDS) in words
        is_meant = is_address or is_compared or is_quoted(match.start(), quoted)
        return match[0] if is_meant else ""

    return _UNSEEN.sub(unless_meant, line)


@remembered
def is_about_space(text: str) -> bool:
    """Whether *text* speaks of spaces, lines or characters, and may mean its own."""
    return _ABOUT_SPACE.search(text) is not None


@remembered
def is_about_lines(text: str) -> bool:
    """Whether *text* speaks of spaces or lines, and may mean those of what it holds."""
    return is_about_space(text) and _ABOUT_LINES.search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitespace:
    """Removes trailing spaces, repeated blank lines, and the second space between sentences."""

    name: ClassVar[str] = "whitespace"
    level: ClassVar[Level] = Level.LOSSLESS
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.LOG)
    summary: ClassVar[str] = "trailing spaces, blank lines, zero-width characters of prose and logs"
    prefix_stable: ClassVar[bool] = False  # what comes later may speak of spaces

    def compress(self, text: str) -> str:
        """Return *text* without them; what is aligned, quoted, indented or code stays."""
        return _shorten(text, _after_sentences)

    def verify(self, before: str, after: str) -> bool:
        """Compare the words line by line, the paragraphs, the indentation and what is quoted."""
        return list(_kept_parts(before)) == list(_kept_parts(after))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceRuns:
    """Removes all but one of several spaces inside lines of prose and logs."""

    name: ClassVar[str] = "space-runs"
    level: ClassVar[Level] = Level.REFORMATTED
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.LOG)
    summary: ClassVar[str] = "runs of spaces inside lines of prose and logs"
    prefix_stable: ClassVar[bool] = False

    def compress(self, text: str) -> str:
        """Return *text* without them; what is aligned, quoted, indented or code stays."""
        return _shorten(text, _single_space)

    def verify(self, before: str, after: str) -> bool:
        """Compare the words line by line, the paragraphs, the indentation and what is quoted."""
        return list(_kept_parts(before)) == list(_kept_parts(after))


def _shorten(text: str, change: Callable[[str, Sequence[str], str], str]) -> str:
    """Return *text* without trailing space and repeated blank lines, its lines changed."""
    if not _may_have_space(text) or is_about_space(text):
        return text
    lines = [without_unseen(line) for line in text.split("\n")]
    verbatim, last = _verbatim(lines), len(lines) - 1
    cited = _cited_lines(lines)
    kept: list[str] = []
    for number, line in enumerate(lines):
        if number in verbatim:
            kept.append(line)
            continue
        is_blank = not line.strip(" \r")
        if is_blank and kept and not kept[-1].strip(" \r") and number < last:
            continue
        neighbours = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
        changed = line if number in cited else change(line, neighbours, text)
        kept.append(changed if number == last else _trim_line(changed))  # more may be appended
    return "\n".join(kept)


def _verbatim(lines: Sequence[str]) -> set[int]:
    return lines_to_keep([*(f"{line}\n" for line in lines[:-1]), lines[-1]])


def _cited_lines(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines of short paragraphs that stand behind a colon."""
    cited: set[int] = set()
    paragraph: list[int] = []
    is_behind_colon = False
    for number, line in enumerate([*lines, ""]):
        if line.strip():
            paragraph.append(number)
            if line.rstrip().endswith((":", "：")):
                paragraph, is_behind_colon = [], True
            continue
        if not paragraph:
            continue
        is_short = all(len(lines[place]) <= _LONGEST_CITED for place in paragraph)
        if is_behind_colon and len(paragraph) <= _MOST_CITED and is_short:
            cited.update(paragraph)
        paragraph, is_behind_colon = [], False
    return cited


def _may_have_space(text: str) -> bool:
    """Rule out, in less time than lines take, a text in which there is nothing to remove."""
    return text.endswith(" ") or any(mark in text for mark in _MARKS_OF_SPACE)


def _trim_line(line: str) -> str:
    content = line.rstrip(" \r")
    is_drawn = bool(content) and not any(map(str.isalnum, content))
    if is_drawn or content.endswith("\\") or _LABEL_ALONE.match(line):
        return line
    end = "\r" if line.endswith("\r") else ""
    breaks = line.removesuffix("\r").endswith(_BREAK)  # Markdown breaks a line there
    return content + (_BREAK if breaks and content else "") + end


def _after_sentences(line: str, neighbours: Sequence[str], text: str) -> str:
    return _with_single_spaces(line, neighbours, text, _SENTENCE_END)


def _single_space(line: str, neighbours: Sequence[str], text: str) -> str:
    if "  " not in line:
        return line
    is_log = _LEVEL.match(line) is not None
    line = _LEVEL.sub(r"\1 ", line)  # padded in every line of a log
    return _with_single_spaces(line, neighbours, text, _RUN, is_log=is_log)


def _with_single_spaces(
    line: str,
    neighbours: Sequence[str],
    text: str,
    spaces: re.Pattern[str],
    *,
    is_log: bool = False,
) -> str:
    """Return *line* with one space for several, as it is if one run of them may be meant."""
    if "  " not in line or _MARKS_OF_CODE.search(line) or any(map(is_indented, neighbours)):
        return line
    runs = [*_RUN.finditer(line)]
    for neighbour in neighbours:
        others = [run.span() for run in _RUN.finditer(neighbour)]
        for side in (0, 1):  # a table, whose empty cells are spaces, too
            if {run.span()[side] for run in runs} & {other[side] for other in others}:
                return line
    if not is_log and not _are_careless(line, runs, text):
        return line
    quoted = quoted_spans(line)
    return spaces.sub(lambda run: run[0] if is_quoted(run.start(), quoted) else " ", line)


def _are_careless(line: str, runs: Sequence[re.Match[str]], text: str) -> bool:
    """Whether all *runs* of spaces are few, between two words, and neither quoted nor cited.

    Fields of one or two words are columns, and words that stand in *text* with one space as well
    are compared.
    """
    words = len(line.split())
    if len(runs) > 1 and words <= _WORDS_OF_FIELD * (len(runs) + 1):
        return False
    quoted, cited = quoted_spans(line), _start_of_citation(line)
    return all(
        run.start() < cited
        and not is_quoted(run.start(), quoted)
        and _is_careless(line, run)
        and not _is_compared(line, run, text)
        for run in runs
    )


_WORDS_OF_FIELD = 2
_WORDS_COMPARED = 3


def _is_compared(line: str, run: re.Match[str], text: str) -> bool:
    before = line[: run.start()].split()[1 - _WORDS_COMPARED :]
    words = [*before, *line[run.end() :].split()[: _WORDS_COMPARED - 1]]
    phrases = (words[place : place + _WORDS_COMPARED] for place in range(len(words)))
    return any(" ".join(phrase) in text for phrase in phrases if len(phrase) == _WORDS_COMPARED)


def _start_of_citation(line: str) -> int:
    colon = _COLON.search(line)
    is_short = colon is not None and len(line) - colon.end() <= _LONGEST_CITED
    return colon.start() if colon and is_short else len(line)


def _is_careless(line: str, spaces: re.Match[str]) -> bool:
    """Whether *spaces* are few and stand between two words."""
    if len(spaces[0]) > _LONGEST_CARELESS:
        return False
    start = line.rfind(" ", 0, spaces.start()) + 1
    end = line.find(" ", spaces.end())
    around = line[start : spaces.start()], line[spaces.end() : end if end >= 0 else len(line)]
    return all(map(_is_word, around))


def _is_word(text: str) -> bool:
    bare = text.strip(f"{_AROUND_WORDS}\r")
    letters = bare.replace("'", "").replace("’", "").replace("-", "")
    return letters.isalpha() and (bare == "I" or bare.lower() == bare or bare.upper() != bare)


def _kept_parts(text: str) -> Iterator[object]:
    """Yield what has to stay: for each line its parts, and None between paragraphs."""
    is_blank = False
    lines = [without_unseen(line) for line in text.split("\n")]
    verbatim = _verbatim(lines)
    for number, line in enumerate(lines):
        if number in verbatim:
            yield line
            continue
        if not line.strip(" \r"):
            is_blank = True
            continue
        if is_blank:
            yield None
        is_blank = False
        indentation = line[: len(line) - len(line.lstrip())]
        breaks = line.removesuffix("\r").endswith(_BREAK)
        words = [word for word in line.rstrip(" \r").split(" ") if word]
        yield (
            indentation,
            words,
            [line[start:end] for start, end in quoted_spans(line)],
            breaks,
            line.endswith("\r"),
        )
