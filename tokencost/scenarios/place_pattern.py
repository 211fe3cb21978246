r"""Find where a regular expression of a user begins to match, in work that the text bounds.

`re` tries one way after the other, and `(a+)+b` has 2^n of them. Here all are followed at once, and
from the end of the text to its beginning: a bit for each place of the expression (Glushkov, "The
abstract theory of automata", 1961) says whether the rest of the text can go on from there. What no
such automaton can do, to look around and to refer back, is refused.
"""

import re
import warnings
from collections.abc import Iterator

from tokencost.errors import UsageError
from tokencost.values import dataclass, regex

_MOST_PLACES = 200  # of an expression whose counted repeats are written out
_MOST_CHARACTERS = 1_000
_MOST_GROUPS = 50  # inside one another
_MOST_ATOMS = 2_000  # read, those of counted groups as often as they are counted
_MOST_STEPS_KEPT = 50_000

_FLAGS = regex(r"\(\?([aimsu]+)\)")
_GROUP = regex(r"\((?:\?(?::|P<\w+>))?")
_COUNT = regex(r"\{(?!\})(\d*)(?:(,)(\d*))?\}")
_ESCAPE = regex(r"\\(?:x..|u.{4}|U.{8}|N\{[^}]*\}|0[0-7]{0,2}|[0-3][0-7]{2}|.)", re.DOTALL)
_SET = regex(r"\[\^?(?:\]|\\.|[^\]\\])(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEATS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_BOUNDARIES = (r"\b", r"\B", r"\A", r"\Z", r"\z", "^", "$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part of an expression: its places that may be first and last, as bits."""

    first: int = 0
    last: int = 0
    is_empty: bool = False  # whether it also matches nothing


_NOTHING = _Part(is_empty=True)


class PlacePattern:
    """A regular expression of which it is asked where matches begin."""

    def __init__(self, expression: str) -> None:
        """Read *expression*.

        Raises:
            UsageError: it is not one, is too large, or looks around or back.
        """
        self._expression = expression
        if len(expression) > _MOST_CHARACTERS:
            raise self._refused(f"is longer than {_MOST_CHARACTERS:,} characters")
        try:
            with warnings.catch_warnings(action="ignore"):  # of "[[", which future sets may mean
                re.compile(expression)
        except (re.error, RecursionError, OverflowError) as error:
            raise UsageError(
                f'placeholder "{expression}" is not a regular expression: {error}',
                hint=r'a bracket is written "\[": --placeholder "\[[a-z ]+\]"',
            ) from error
        self._sources: list[str] = []  # of each place: what one character, or none, is to match
        self._followers: list[int] = []  # of each place: the places that may come next
        flags = _FLAGS.match(expression)
        self._flags = f"(?{flags[1]})" if flags else ""
        self._at, self._depth, self._atoms = flags.end() if flags else 0, 0, 0
        self._whole = self._alternatives()
        if self._whole.is_empty:
            raise UsageError(
                f'placeholder "{expression}" also matches nothing',
                hint="write + in place of *, and --final if the text has no placeholders",
            )
        self._boundaries = self._bits(_BOUNDARIES)
        with warnings.catch_warnings(action="ignore"):
            self._tests = [
                (re.compile(self._flags + source), self._bits((source,)))
                for source in dict.fromkeys(self._sources)
            ]
        self._matching: dict[str, int] = {}
        self._leading = [self._leading_to(low) for low in range(0, len(self._sources), 8)]

    def starts(self, text: str) -> Iterator[int]:
        """Yield, from the end, where matches begin in *text*: the first in each line."""
        steps: dict[tuple[int, tuple[str, int]], int] = {}
        live, start = 0, None  # the places from which the rest of the text can go on
        for at in range(len(text), -1, -1):
            character = text[at : at + 1]
            if character == "\n" and start is not None:
                yield start
                start = None
            if self._boundaries:  # what one asks lies a character around it, and at both ends
                low, high = max(0, at - 1), at + 2
                near = text[low:high] + ("x" if high < len(text) else ""), at - low
            else:
                near = character, 0
            if (before := steps.get((live, near))) is None:
                if len(steps) > _MOST_STEPS_KEPT:
                    steps.clear()
                before = self._with_boundaries(self._before(live) & self._match(character), *near)
                steps[live, near] = before
            live = before
            if live & self._whole.first:
                start = at
        if start is not None:
            yield start

    def _before(self, live: int) -> int:
        """Return the places after which a match may end, or go on with one of *live*."""
        before = self._whole.last
        for leading in self._leading:
            if not live:
                break
            before |= leading[live & 255]
            live >>= 8
        return before

    def _leading_to(self, low: int) -> list[int]:
        """Return, for each choice of the eight places from *low*, the places before them."""
        leading = [0]
        for place in range(low, low + 8):
            bit = 1 << place
            own = sum(1 << one for one, after in enumerate(self._followers) if after & bit)
            leading += [before | own for before in leading]
        return leading

    def _match(self, character: str) -> int:
        """Return the places that *character* fits, "" for the end of the text."""
        if (fitting := self._matching.get(character)) is None:
            fitting = 0
            for test, places in self._tests:
                if character and not places & self._boundaries and test.fullmatch(character):
                    fitting |= places
            self._matching[character] = fitting
        return fitting

    def _with_boundaries(self, live: int, near: str, at: int) -> int:
        """Return *live* and the boundaries that hold at a place of the text *near* it."""
        if not self._boundaries:
            return live
        holding = 0
        for test, places in self._tests:
            if places & self._boundaries and test.match(near, at):
                holding |= places
        while (more := live | self._before(live) & holding) != live:
            live = more
        return live

    def _bits(self, sources: tuple[str, ...]) -> int:
        return sum(1 << place for place, own in enumerate(self._sources) if own in sources)

    # Each of these reads on from where the last one ended.

    def _alternatives(self) -> _Part:
        part = self._sequence()
        while self._take("|"):
            other = self._sequence()
            part = _Part(
                first=part.first | other.first,
                last=part.last | other.last,
                is_empty=part.is_empty or other.is_empty,
            )
        return part

    def _sequence(self) -> _Part:
        part = _NOTHING
        while self._at < len(self._expression) and self._expression[self._at] not in "|)":
            part = self._joined(part, self._repeated())
        return part

    def _joined(self, part: _Part, other: _Part) -> _Part:
        self._follow(part.last, other.first)
        return _Part(
            first=part.first | (other.first if part.is_empty else 0),
            last=other.last | (part.last if other.is_empty else 0),
            is_empty=part.is_empty and other.is_empty,
        )

    def _follow(self, last: int, first: int) -> None:
        for place in range(len(self._followers)):
            if last >> place & 1:
                self._followers[place] |= first

    def _repeated(self) -> _Part:
        """Read an atom and how often it stands: `a{2,4}` is read as `aaa?a?`."""
        start = self._at
        part = self._atom()
        least, most = self._count()
        end, whole = self._at, _NOTHING
        for number in range(max(least, most or 1)):
            if number:
                self._at = start
                part = self._atom()
            if number >= least:
                part = _Part(first=part.first, last=part.last, is_empty=True)
            if most is None and number + 1 >= least:
                self._follow(part.last, part.first)
            whole = self._joined(whole, part)
        self._at = end
        return _NOTHING if most == 0 else whole

    def _count(self) -> tuple[int, int | None]:
        least: int
        most: int | None
        if mark := self._take(*_REPEATS):
            least, most = _REPEATS[mark]
        elif count := _COUNT.match(self._expression, self._at):
            self._at = count.end()
            least = int(count[1] or 0)
            most = (int(count[3]) if count[3] else None) if count[2] else least
            if max(least, most or 0) > _MOST_PLACES:
                raise self._refused("is too large")
        else:
            return 1, 1
        self._take("?")  # lazy: the places where matches begin are the same
        if self._take("+"):
            raise self._refused("has a repeat that gives nothing back")
        return least, most

    def _atom(self) -> _Part:
        expression, at = self._expression, self._at
        self._atoms += 1
        if self._atoms > _MOST_ATOMS:
            raise self._refused("is too large")
        if not expression.startswith("(", at):
            match = _ESCAPE.match(expression, at) or _SET.match(expression, at)
            self._at = match.end() if match else at + 1
            return self._place(expression[at : self._at])
        group = _GROUP.match(expression, at)
        if group is None or expression.startswith("?", group.end()):
            raise self._refused("looks around, back, or sets flags inside")
        self._at = group.end()
        self._depth += 1
        if self._depth > _MOST_GROUPS:
            raise self._refused("is nested too deeply")
        part = self._alternatives()
        self._depth -= 1
        self._at += 1  # the bracket, which `re` has seen
        return part

    def _place(self, source: str) -> _Part:
        if source[0] == "\\" and source[1] in "123456789" and len(source) < len(r"\101"):
            raise self._refused("refers back")
        if len(self._sources) >= _MOST_PLACES:
            raise self._refused("is too large")
        bit = 1 << len(self._sources)
        self._sources.append(source)
        self._followers.append(0)
        return _Part(first=bit, last=bit)

    def _take(self, *marks: str) -> str:
        mark = self._expression[self._at : self._at + 1]
        if mark not in marks:
            return ""
        self._at += 1
        return mark

    def _refused(self, why: str) -> UsageError:
        return UsageError(
            f'placeholder "{self._expression}" {why}',
            hint="use letters, sets, groups and repeats alone, so that a search comes to an end",
        )
