"""The label in front of a value, and what each of its words says of the value.

"Current time:" and "Aktuelle Uhrzeit:" are two words of the same two roles, so a rule is written
once, over roles, and holds in every language whose words are listed here.
"""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from tokencost.values import regex


class Role:
    """What a word in a label is: bits, as a word can be several things."""

    NOW = 1 << 0  # current, today: the moment of the call
    WHOSE = 1 << 1  # local, server: whose clock tells it
    STAMP = 1 << 2  # timestamp: a moment by itself
    TIME = 1 << 3  # date, time, clock: names what is told
    WEEKDAY = 1 << 4
    FILLER = 1 << 5  # is, the, at
    OWNER = 1 << 6  # user, your: whose it is
    EVENT = 1 << 7  # generated, started: what happened at a moment of this call
    WRITTEN = 1 << 24  # updated, created: said of a document by itself
    LAST = 1 << 8  # last, previous: of what happens again and again
    SUBJECT = 1 << 9  # report, session: what it happened to
    LEFT = 1 << 10  # left, used, balance: a share that changes with each call
    REMAINS = 1 << 21  # remaining, elapsed: such a share, in front of what it is of
    RESTS = 1 << 23  # such a share where it is a verb, and closes a label as a colon does
    STATE = 1 << 11  # pending, waiting: how many there are at the moment
    MEASURE = 1 << 12  # load, temperature: what is measured again, where it is said of now
    PROGRESS = 1 << 13  # turn, attempt: what is counted
    CALL = 1 << 14  # request, trace: made anew for each call
    CASE = 1 << 15  # order, ticket: what a call is about
    ID = 1 << 16  # id, number: what identifies
    COMMIT = 1 << 17  # commit, revision: a state of a repository
    STANDING = 1 << 18  # version, maximum: holds for long, whatever stands beside it
    STAGE = 1 << 20  # step, page: counted where it is said of now, as documents have them too
    PLANNED = 1 << 22  # meeting, deadline: what is to happen at a moment
    TOLD = 1 << 19  # user, answer, story: what follows is what somebody says


_WORDS = Path(__file__).with_name("label_words.txt")
_SHORT_WORD = 2  # letters, as the "x" of a header
_NUMBER_AT_END = ("nummer", "nr", "numer", "kennung")
_SHORTEST_BEGINNING, _LONGEST_BEGINNING = 2, 14


@cache
def _tables() -> dict[str, dict[str, int]]:
    """Return the roles of words, of the ends of labels without spaces and of what is inside."""
    tables: dict[str, dict[str, int]] = {}
    table: dict[str, int] = {}
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        name, colon, words = line.partition(": ")
        if colon and not line.startswith("#"):
            role: int = getattr(Role, name.upper())
            for word in words.split():
                table[word] = table.get(word, 0) | role
        elif line.startswith("["):
            table = tables.setdefault(line.strip("[]"), {})
    return tables


@lru_cache(4096)
def roles_of(word: str) -> int:
    """Return what *word*, in lower case, can be in a label."""
    if is_run(word):
        return _roles_of_run(word)
    table = _tables()["words"]
    roles = table.get(word, 0)
    if word.isdecimal():
        return 0
    if len(word) <= _SHORT_WORD:
        return roles or Role.FILLER
    if word.endswith("id") and (noun := table.get(word[:-2], 0) & (Role.CALL | Role.CASE)):
        return noun | Role.ID  # "traceid"
    if word.endswith(_NUMBER_AT_END):  # "Bestellnummer"
        roles |= Role.ID
    for end in range(min(len(word), _LONGEST_BEGINNING), _SHORTEST_BEGINNING, -1):
        if begun := table.get(f"{word[:end]}*"):
            return roles | begun
    return roles


def is_run(text: str) -> bool:
    """Whether *text* is of a language that does not put spaces between all words."""
    return not text.isascii() and any(
        "\u3040" <= letter <= "\u9fff"
        or "\uac00" <= letter <= "\ud7af"
        or "\u0e00" <= letter <= "\u0e7f"
        for letter in text
    )


_TELLING = ~(Role.FILLER | Role.OWNER | Role.WEEKDAY | Role.STANDING | Role.PLANNED | Role.TOLD)
WORD = regex(r"[^\s\d_:=()\[\]{}<>\"'`.,;!?/|*#-]+")
_MARKS = "’“”„«»「」『』【】（）：，。；！？、–—"
IT_IS = (
    *("it is", "it's", "it’s", "is het", "es ist", "il est", "son las", "sono le", "são"),
    *("klockan är", "het is", "jest godzina", "as of", "on est"),
)
_IN_RUNS = ("第", "前", "전", "种子")  # beside those of the tables
_IS_IN_RUNS = ("为", "是", "為")


def may_tell(line: str) -> bool:
    """Whether a label can stand in *line*: to look at its words takes less than at its values."""
    lower = _CAMEL.sub(" ", line).lower()
    words = WORD.findall(lower)
    if not lower.isascii():
        if is_run(line) and any(word in lower for word in _told_in_runs()):
            return True
        words = [word.strip(_MARKS) for word in words if word.isascii() or not is_run(word)]
    return any(map(_TELLING.__and__, map(roles_of, words))) or any(it in lower for it in IT_IS)


@lru_cache(4096)
def tells(word: str) -> bool:
    """Whether *word*, or a part of it that a capital begins, tells something in a label."""
    parts = _CAMEL.sub(" ", word.strip(_MARKS)).lower().split()
    return any(part == "ago" or (not is_run(part) and roles_of(part) & _TELLING) for part in parts)


@cache
def words_of_runs() -> re.Pattern[str]:
    """Return what stands in any label, of a language without spaces, that tells something."""
    return re.compile("|".join(map(re.escape, _told_in_runs())))


@cache
def _told_in_runs() -> tuple[str, ...]:
    tables = _tables()
    words = [word for word, role in tables["ends"].items() if role != Role.FILLER]
    whole = [word for word, role in tables["whole"].items() if role != Role.WEEKDAY]
    return (*_IN_RUNS, *words, *tables["inside"], *whole)


@lru_cache(1024)
def _roles_of_run(label: str) -> int:
    """Return what a label without spaces between its words can be."""
    roles = _roles_at_end(label) | _tables()["whole"].get(label, 0)
    for word, role in _tables()["inside"].items():
        if word in label and (roles & Role.ID or role not in (Role.CALL, Role.CASE)):
            roles |= role
    nows, _ = _ends()
    if label.startswith(nows) and not roles & ~Role.FILLER:
        roles = Role.STATE
    if roles & Role.PROGRESS and any(now in label for now in nows):
        roles |= Role.NOW
    return roles


@cache
def _ends() -> tuple[tuple[str, ...], int]:
    """Return what ends labels without spaces and is of now, and how long the longest end is."""
    ends = _tables()["ends"]
    return tuple(end for end, role in ends.items() if role == Role.NOW), max(map(len, ends))


def _roles_at_end(label: str) -> int:
    """Return what the last word of a label is that is not a particle or the name of a time."""
    ends = _tables()["ends"]
    longest = _ends()[1]
    while label:
        sizes = range(min(longest, len(label)), 0, -1)
        size = next((size for size in sizes if label[-size:] in ends), 0)
        role = ends.get(label[-size:], 0) if size else 0
        if role != Role.FILLER:
            return role
        label = label[:-size]
    return Role.FILLER


_LONGEST, _LONGEST_ROW, _MOST_BARS = 90, 1_000, 2  # of a label; of a row, before its value
_MOST_WORDS = 8
# What stands between a label and its value, from the value back.
_OPENING = " \t\"'“„”*_`<(（[【「~≈$€£¥"
_CLOSING = "\"'”*_` "
_CURRENCY = regex(r"(?<=[:：=]\s)(?:EUR|USD|GBP|JPY|CNY|RMB|CHF|INR|[A-Z]{1,3}\$|Rs\.?)\s?$")
_ENDS_OF_CURRENCIES = ("R", "D", "P", "Y", "B", "F", "s", "$", ".")
BEFORE_ID = ("is", "no", "nr", "number", "id", "identifier")
_AND = ("and", "that", "und", "dass", "et", "que", "y", "e", "и", "что")
_OPERATOR = regex(r"(?:[-+*/!<>=]|\b\d[\d.,^]{0,20}[)\s]{0,2})=[\s$]{0,2}$")  # "4 + 5 = "
_TAG = regex(r"<[\w:.-]+>")
_LONGEST_QUALIFIER, _LONGEST_OF_ZONE = 30, 50  # "(UTC)", "(UTC - YYYY-MM-DD HH:MM:SS)"
_QUALIFIER = regex(r"\s?[(（]([^()（）\n]{1,30})[)）]")
_AT = frozenset(("in", "at", "on"))  # "in New York"
_PLACE = regex(r"\s(?:here\s)?(?P<at>in|at|on)(?:\s[\w/+'’-]{1,30}){1,3}?(?=\sis$|$)")
_CLAUSE_END = regex(  # the last one in a text that goes on
    r".*(?:[。！？；，|\t{}\[\](),（）、<>“”「」【】：]|[.!?;:]\s|\s[—–-]+\s|--|==)(?=.)", re.DOTALL
)
_FIELD_OPENING = regex(r"[\s>*•+#=\"'`\d.)_~-]*")
_AFTER_OPENING = tuple('([{|<>,:【（：\t"—')
_SPLIT = regex(r"[\s_\-/:=.,\"'’*`#&@+~]+")
_CAMEL = regex(r"(?<=[a-z])(?=[A-Z])")


class Label(NamedTuple):
    """What stands in front of a value: its words in lower case, and what each can be.

    *joint* is ":" where a colon or an equals sign closes it, "<" where it is a tag, "#" before a
    number, and "" where words go on. A *field* begins its line, cell or bracket; a *key* is one of
    JSON.
    """

    words: tuple[str, ...]
    roles: tuple[int, ...]
    joint: str
    every: int  # role of any of them
    is_field: bool
    is_key: bool

    @property
    def is_closed(self) -> bool:
        """Whether it names what follows and does not go on in words."""
        return self.joint in (":", "<")

    def has(self, role: int) -> bool:
        """Whether one of its words can be *role*."""
        return self.every & role != 0

    def strangers(self, allowed: int) -> int:
        """Return how many of its words can be none of *allowed*."""
        return sum(not roles & allowed for roles in self.roles)

    @property
    def is_title(self) -> bool:
        """Whether it begins as a heading does, and not as a sentence."""
        return self.is_field and not self.roles[0] & Role.FILLER

    @property
    def is_numbered(self) -> bool:
        """Whether it is a title that ends in a word for a number of a case: "Docket no."."""
        return self.is_title and self.words[-1] in BEFORE_ID and self.has(Role.CALL | Role.CASE)


def label_before(line: str, start: int) -> Label | None:
    """Return the label of the value at *start* of *line*, None if there is none."""
    low = max(0, start - _LONGEST)
    head = line[low:start].rstrip(_OPENING)
    # Two searches: to count them all for each value of a long line would take minutes.
    is_cell_of_many = head.endswith("|") and (
        line.find("|", line.find("|", start) + 1) > start
        or line.count("|", max(0, start - _LONGEST_ROW), start) > _MOST_BARS
    )
    if is_cell_of_many or _OPERATOR.search(line, low, start):
        return None
    text = line[low:start]
    text = _CURRENCY.sub("", text) if text.rstrip().endswith(_ENDS_OF_CURRENCIES) else text
    text, joint = _without_joint(text.rstrip(_OPENING))
    is_key = joint == ":" and text.endswith('"')
    text = _unqualified(text, is_closed=bool(joint))
    cut = _clause_start(text)
    before = text[:cut].rstrip()
    if before.endswith((":", "：")) and roles_of(_last_word(before)) & Role.TOLD:
        return None
    words = _words(text[cut:])
    if not words or len(words) > 2 * _MOST_WORDS:
        return None
    is_first = low == 0 and _FIELD_OPENING.fullmatch(before) is not None
    is_field = (is_first or before.endswith(_AFTER_OPENING)) and len(words) <= _MOST_WORDS
    words, roles = _last_clause(words[-_MOST_WORDS:])
    every = 0
    for own in roles:
        every |= own
    return Label(words, roles, joint, every, is_field, is_key)


def _last_clause(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words behind the last "and" that joins a sentence to them, and their roles."""
    roles = tuple(map(roles_of, words))
    for place in range(len(words) - 2, 0, -1):
        if words[place] in _AND and not all(roles[:place]):
            return words[place + 1 :], roles[place + 1 :]
    return words, roles


def _clause_start(text: str) -> int:
    """Return where the last clause of *text* begins, with the one before a lone "on"."""
    end = _CLAUSE_END.match(text)
    if end is None:
        return 0
    start = end.end()
    if text[:start].rstrip().endswith((",", "，")):
        words = _words(text[start:])
        if words[:1] == ("which",) or (len(words) == 1 and roles_of(words[0]) & Role.FILLER):
            before = _CLAUSE_END.match(text, 0, start)
            return before.end() if before else 0
    return start


def _last_word(text: str) -> str:
    words = _words(text[-_LONGEST_QUALIFIER:])
    return words[-1] if words else ""


def _without_joint(text: str) -> tuple[str, str]:
    """Return a label without what joins it to its value, and that."""
    if text.endswith("#"):
        text = text[:-1].rstrip(_OPENING)
        return text.rstrip(":=： "), "#"
    if text.endswith("|") and text.strip("| ").count("|") == 0:  # the other cell of a row
        return text.rstrip("| "), ":"
    if text.endswith((":", "=", "：", "→")):
        return text.rstrip(":=：→ "), ":"
    if text.endswith(_IS_IN_RUNS) and is_run(text[-_SHORT_WORD:]):
        return text[:-1], ":"
    if text.endswith(">") and (tag := text.rfind("<")) >= 0 and _TAG.fullmatch(text, tag):
        return text[:-1], "<"
    return text, ""


def _unqualified(text: str, *, is_closed: bool) -> str:
    """Return a label without what stands in brackets, and without a place behind a time."""
    text = text.rstrip(_CLOSING)
    if text.endswith((")", "）")):
        opening = max(text.rfind("("), text.rfind("（"))
        outside, inside = text[:opening].rstrip(), text[opening + 1 : -1]
        is_told = _says_now(inside) and not roles_of(_last_word(outside)) & Role.NOW
        is_zone = _says_now(inside.partition(" ")[0])
        longest = _LONGEST_OF_ZONE if is_zone else _LONGEST_QUALIFIER
        if opening > 0 and len(text) - opening <= longest and not is_told:
            text = outside
    text = text.rstrip("]】」" + _CLOSING)
    if "(" in text or "（" in text:
        text = _QUALIFIER.sub(lambda match: f" {match[1]}" if _says_now(match[1]) else "", text)
    place = None if _AT.isdisjoint(text.split()) else _PLACE.search(text)
    if place and (is_closed or place.end() < len(text)):
        outside = text[: place.start()]
        is_time = roles_of(_last_word(outside)) & (Role.NOW | Role.TIME | Role.STAMP)
        if is_time and (place["at"] == "in" or any(map(_says_now, _words(outside)))):
            return outside + text[place.end() :]
    return text


def _says_now(text: str) -> bool:
    """Whether what stands in brackets tells that a value is of now: "Date (today)"."""
    return roles_of(text.lower()) & (Role.NOW | Role.WHOSE) != 0


def _words(text: str) -> tuple[str, ...]:
    if is_run(text):
        return ("".join(text.lower().split()).strip("、，,"),)
    lower = text.lower()
    if lower != text:
        lower = _CAMEL.sub(" ", text).lower()
    return tuple(filter(None, _SPLIT.split(lower)))
