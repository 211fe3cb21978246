"""Remove comments from source code."""

import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from tokencost.compression.transform import ContentType, Level
from tokencost.compression.transforms.directives import is_directive
from tokencost.values import dataclass, regex

if TYPE_CHECKING:  # imported when the first code is read
    from pygments.lexer import Lexer


def remove_spans(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return *text* without *spans*, each of which ends where its line ends.

    The space in front of a span goes with it, and so does a line of which nothing is left.
    """
    kept: list[str] = []
    done = 0
    for start, end in spans:
        line = line_start(text, start)
        if text[line:start].isspace() or line == start:
            kept.append(text[done:line])
            done = _next_line(text, end)
        else:
            kept.append(text[done:start].rstrip(" \t"))
            done = end
    return "".join(kept) + text[done:]


def line_start(text: str, place: int) -> int:
    """Return where the line of *place* begins."""
    after_newline = text.rfind("\n", 0, place) + 1
    return max(after_newline, text.rfind("\r", after_newline, place) + 1)


def ends_line(text: str, end: int) -> int | None:
    """Return where the line ends, None if more than space follows *end* in it."""
    while end < len(text) and text[end] in " \t":
        end += 1
    return end if end == len(text) or text[end] in "\r\n" else None


def goes_on(text: str, start: int) -> bool:
    """Whether the line before that of *start* ends with a backslash, and goes on in it."""
    line = line_start(text, start)
    return text[max(0, line - 3) : line].rstrip("\r\n").endswith("\\")


def _next_line(text: str, end: int) -> int:
    if text.startswith("\r\n", end):
        return end + 2
    return end + 1 if end < len(text) else end


LANGUAGES = (
    *(
        ContentType.C,
        ContentType.CPP,
        ContentType.CSHARP,
        ContentType.CSS,
        ContentType.GO,
        ContentType.JAVA,
        ContentType.JAVASCRIPT,
        ContentType.KOTLIN,
    ),
    *(
        ContentType.RUST,
        ContentType.SHELL,
        ContentType.SQL,
        ContentType.SWIFT,
        ContentType.TYPESCRIPT,
    ),
)
_GO_DECLARATIONS = ("package", "import", "const", "var", "type", "func")
_COMMENT = regex(r"(?://|#|--)[^\r\n]*|/\*.*\*/", re.DOTALL)
# Where a lexer may take text for code: here documents, tags inside JavaScript, templates with
# braces inside, and C inside the comments of Go.
_MISLEADING = {
    ContentType.SHELL: regex("<<"),
    ContentType.JAVASCRIPT: regex(r"</|/>|`[^`]*\$\{[^}`]*[{`]"),
    ContentType.TYPESCRIPT: regex(r"</|/>|`[^`]*\$\{[^}`]*[{`]"),
    ContentType.GO: regex(r'import\s+"C"|"C"\s*\n'),
    ContentType.KOTLIN: regex('"""|\\$\\{'),
    ContentType.SWIFT: regex(r'"""|#"|\\\('),
    ContentType.CSHARP: regex('"""|\\$@?"|@\\$?"'),
    ContentType.JAVA: regex('"""'),
    ContentType.SQL: regex(r"\$\w*\$|\\"),
    ContentType.CPP: regex(r'R"'),
}


# Lexers look ahead for the end of a line, of white space or of a declaration, again from each word:
# where one is long they take the square of it, or more.
_LONGEST_LINE, _LONGEST_STRETCH, _LONGEST_SPACE = 2_000, 10_000, 200  # characters
_SPACES = regex(r"\s{2,}")
_STOPS = regex(r"[;{}()]")


def is_tangled(text: str) -> bool:
    """Whether a line, a stretch without a stop or one of white space is longer than in code."""
    if any(len(space[0]) > _LONGEST_SPACE for space in _SPACES.finditer(text)):
        return True
    if any(len(stretch) > _LONGEST_STRETCH for stretch in _STOPS.split(text)):
        return True
    return any(len(line) > _LONGEST_LINE for line in text.split("\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeComments:
    """Removes comments that end their lines and that only a reader needs.

    Documentation (`/** */`, `///`, in Go what stands outside of functions), licences and
    directives stay; so does everything in a file with constructs that a lexer is known to misread.
    """

    kind: ContentType
    name: ClassVar[str] = "code-comments"
    level: ClassVar[Level] = Level.LOSSY
    summary: ClassVar[str] = "comments of code, not documentation, licences and directives"
    prefix_stable: ClassVar[bool] = True

    @property
    def kinds(self) -> tuple[ContentType, ...]:
        """The one language."""
        return (self.kind,)

    def compress(self, text: str) -> str:
        """Return *text* without them, as it is if a lexer may misread it or take too long."""
        misleading = _MISLEADING.get(self.kind)
        if (misleading and misleading.search(text)) or is_tangled(text):
            return text
        pieces = _pieces(text, self.kind)
        return text if pieces is None else remove_spans(text, self._removable(text, pieces))

    def verify(self, before: str, after: str) -> bool:
        """Compare everything but the comments that are gone and white space."""
        if is_tangled(before):
            return before == after
        old, new = self._kept_pieces(before), self._kept_pieces(after)
        return old is not None and old == new

    def _removable(self, text: str, pieces: "list[_Piece]") -> list[tuple[int, int]]:
        return _code_comments(
            text, _in_functions(pieces) if self.kind is ContentType.GO else pieces
        )

    def _kept_pieces(self, text: str) -> list[tuple[object, str]] | None:
        pieces = _pieces(text, self.kind)
        if pieces is None:
            return None
        removed = {start for start, _ in self._removable(text, pieces)}
        return [
            (piece.type, bare)
            for piece in pieces
            if piece.start not in removed and (bare := piece.text.strip())
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    start: int
    text: str
    is_comment: bool
    type: object


@lru_cache(len(LANGUAGES))
def _lexer(kind: ContentType) -> "Lexer":
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(str(kind))


@lru_cache(1)  # what was written is read again to prove it
def _pieces(text: str, kind: ContentType) -> list[_Piece] | None:
    """Return the tokens of *text*, None if something in it is not understood."""
    from pygments.token import Comment, Error

    kept = (Comment.Preproc, Comment.PreprocFile, Comment.Hashbang, Comment.Special)
    pieces: list[_Piece] = []
    for start, type_, value in _lexer(kind).get_tokens_unprocessed(text):
        if _is(type_, Error):
            return None
        is_comment = _is(type_, Comment) and not any(_is(type_, kept_type) for kept_type in kept)
        if is_comment and pieces and pieces[-1].is_comment and _continues(pieces[-1], start):
            last = pieces.pop()  # nested comments come in pieces
            start, value = last.start, last.text + value
        pieces.append(_Piece(start=start, text=value, is_comment=is_comment, type=type_))
    return pieces


def _is(type_: tuple[str, ...], parent: tuple[str, ...]) -> bool:
    return type_[: len(parent)] == parent


def _continues(last: _Piece, start: int) -> bool:
    return last.start + len(last.text) == start and not last.text.endswith(("\n", "*/"))


def _code_comments(text: str, pieces: Iterable[_Piece]) -> list[tuple[int, int]]:
    spans = []
    for piece in pieces:
        if not piece.is_comment:
            continue
        comment = piece.text.rstrip()
        end = ends_line(text, piece.start + len(comment))
        starts_word = piece.start == 0 or text[piece.start - 1].isspace()
        if end is not None and starts_word and _is_removable(text, piece.start, comment):
            spans.append((piece.start, end))
    return spans


def _is_removable(text: str, start: int, comment: str) -> bool:
    if not _COMMENT.fullmatch(comment):  # what `#if 0` leaves out looks like one to a lexer
        return False
    if is_directive(comment) or comment.endswith("\\") or goes_on(text, start):
        return False
    is_alone = not text[line_start(text, start) : start].strip()
    return is_alone or "\n" not in comment


def _in_functions(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield what stands in bodies of Go's functions; other comments are what godoc reads."""
    opened: list[bool] = []  # brackets: whether each is the brace of a body
    is_function, previous = False, ""
    for piece in pieces:
        word = piece.text
        if any(opened):
            yield piece
        if piece.is_comment or word.isspace():
            continue
        if not opened and word in _GO_DECLARATIONS:
            is_function = word == "func"
        if word in ("(", "[", "{"):
            is_type = previous in ("struct", "interface")
            opened.append(word == "{" and is_function and not opened and not is_type)
        elif word in (")", "]", "}") and opened:
            opened.pop()
        previous = word


_SCRIPT_START, _SCRIPT_END = regex(r"#\s*/// \w+"), regex(r"#\s*///\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonComments:
    """Removes comments that only a reader needs; docstrings stay."""

    name: ClassVar[str] = "python-comments"
    level: ClassVar[Level] = Level.LOSSY
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.PYTHON,)
    summary: ClassVar[str] = "comments of Python, not docstrings, licences and directives"
    prefix_stable: ClassVar[bool] = True

    def compress(self, text: str) -> str:
        """Return *text* without them, as it is if it is not Python."""
        try:
            comments = _python_comments(text)
        except (SyntaxError, ValueError):  # tokenize's own error is a SyntaxError from 3.12
            return text
        return remove_spans(text, comments)

    def verify(self, before: str, after: str) -> bool:
        """Compare the syntax trees, type comments included."""
        old, new = _tree(before), _tree(after)
        return old is not None and old == new


def _python_comments(text: str) -> list[tuple[int, int]]:
    """Return where the comments are that only a reader needs."""
    import tokenize

    lines = io.StringIO(text, newline="").readlines()
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    spans: list[tuple[int, int]] = []
    is_metadata = False  # a block of settings for whatever runs the script
    try:
        for token in tokenize.generate_tokens(iter([*lines, ""]).__next__):
            if token.type != tokenize.COMMENT:
                continue
            if is_metadata or _SCRIPT_START.match(token.string):
                is_metadata = not _SCRIPT_END.match(token.string)
            elif not is_directive(token.string):
                start = starts[token.start[0] - 1] + token.start[1]
                if not goes_on(text, start):
                    spans.append((start, start + len(token.string.rstrip("\r\n"))))
    except tokenize.TokenError as error:
        raise ValueError from error
    return spans


def _tree(text: str) -> str | None:
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old escapes, which do not matter here
        try:
            tree = ast.parse(text, type_comments=True)
            for ignore in tree.type_ignores:
                ignore.lineno = 0  # lines move, and what is ignored in them moves with them
            return ast.dump(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
