"""Code in other languages than Python without its comments."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.cutting import ends_line, goes_on, line_start, without
from tokencost.compressors.directives import is_directive
from tokencost.compressors.kinds import Kind

if TYPE_CHECKING:  # imported when the first code is read
    from pygments.lexer import Lexer

LANGUAGES = (
    *(Kind.C, Kind.CPP, Kind.CSHARP, Kind.CSS, Kind.GO, Kind.JAVA, Kind.JAVASCRIPT, Kind.KOTLIN),
    *(Kind.RUST, Kind.SHELL, Kind.SQL, Kind.SWIFT, Kind.TYPESCRIPT),
)
_COMMENT = re.compile(r"(?://|#|--)[^\r\n]*|/\*.*\*/", re.DOTALL)
# Where a lexer may take text for code: here documents, tags inside JavaScript, templates with
# braces inside, and C inside the comments of Go.
_MISLEADING = {
    Kind.SHELL: re.compile("<<"),
    Kind.JAVASCRIPT: re.compile(r"</|/>|`[^`]*\$\{[^}`]*[{`]"),
    Kind.TYPESCRIPT: re.compile(r"</|/>|`[^`]*\$\{[^}`]*[{`]"),
    Kind.GO: re.compile(r'import\s+"C"|"C"\s*\n'),
    Kind.KOTLIN: re.compile('"""|\\$\\{'),
    Kind.SWIFT: re.compile(r'"""|#"|\\\('),
    Kind.CSHARP: re.compile('"""|\\$@?"|@\\$?"'),
    Kind.JAVA: re.compile('"""'),
    Kind.SQL: re.compile(r"\$\w*\$|\\"),
    Kind.CPP: re.compile(r'R"'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeComments:
    """Removes comments that end their lines and that only a reader needs.

    Documentation (`/** */`, `///`), licences and directives stay; so does everything in a file
    with constructs that a lexer is known to misread.
    """

    kind: Kind
    name: ClassVar[str] = "code-comments"
    level: ClassVar[Level] = Level.DROPS
    summary: ClassVar[str] = "comments of code, not documentation, licences and directives"
    prefix_stable: ClassVar[bool] = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The one language."""
        return (self.kind,)

    def compress(self, text: str) -> str:
        """Return *text* without them, as it is if it cannot be read for sure."""
        misleading = _MISLEADING.get(self.kind)
        if misleading and misleading.search(text):
            return text
        pieces = _pieces(text, self.kind)
        return text if pieces is None else without(text, _comments(text, pieces))

    def verify(self, before: str, after: str) -> bool:
        """Compare everything but the comments that are gone and white space."""
        old, new = _said(before, self.kind), _said(after, self.kind)
        return old is not None and old == new


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    start: int
    text: str
    is_comment: bool
    type: object


@lru_cache(len(LANGUAGES))
def _lexer(kind: Kind) -> "Lexer":
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(str(kind))


@lru_cache(1)  # what was written is read again to prove it
def _pieces(text: str, kind: Kind) -> list[_Piece] | None:
    """Return the tokens of *text*, None if something in it is not understood."""
    from pygments.token import Comment, Error

    kept = (Comment.Preproc, Comment.PreprocFile, Comment.Hashbang, Comment.Special)
    pieces: list[_Piece] = []
    for start, type_, value in _lexer(kind).get_tokens_unprocessed(text):
        if _is(type_, Error):
            return None
        is_comment = _is(type_, Comment) and not any(_is(type_, each) for each in kept)
        if is_comment and pieces and pieces[-1].is_comment and _continues(pieces[-1], start):
            last = pieces.pop()  # nested comments come in pieces
            start, value = last.start, last.text + value
        pieces.append(_Piece(start=start, text=value, is_comment=is_comment, type=type_))
    return pieces


def _is(type_: tuple[str, ...], parent: tuple[str, ...]) -> bool:
    return type_[: len(parent)] == parent


def _continues(last: _Piece, start: int) -> bool:
    return last.start + len(last.text) == start and not last.text.endswith(("\n", "*/"))


def _comments(text: str, pieces: list[_Piece]) -> list[tuple[int, int]]:
    spans = []
    for piece in pieces:
        if not piece.is_comment:
            continue
        said = piece.text.rstrip()
        end = ends_line(text, piece.start + len(said))
        starts_word = piece.start == 0 or text[piece.start - 1].isspace()
        if end is not None and starts_word and _may_go(text, piece.start, said):
            spans.append((piece.start, end))
    return spans


def _may_go(text: str, start: int, comment: str) -> bool:
    if not _COMMENT.fullmatch(comment):  # what `#if 0` leaves out looks like one to a lexer
        return False
    if is_directive(comment) or comment.endswith("\\") or goes_on(text, start):
        return False
    is_alone = not text[line_start(text, start) : start].strip()
    return is_alone or "\n" not in comment


def _said(text: str, kind: Kind) -> list[tuple[object, str]] | None:
    pieces = _pieces(text, kind)
    if pieces is None:
        return None
    gone = {start for start, _ in _comments(text, pieces)}
    return [
        (piece.type, bare)
        for piece in pieces
        if piece.start not in gone and (bare := piece.text.strip())
    ]
