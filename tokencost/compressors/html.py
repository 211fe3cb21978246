"""HTML as Markdown."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import ClassVar

from tokencost.compressors.contract import Level
from tokencost.compressors.html_writing import as_markdown
from tokencost.compressors.kinds import Kind
from tokencost.compressors.markdown import parser

_BEGINNING = re.compile(r"\ufeff?\s*<[a-zA-Z!?/]")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n){3,}")
_UNSHOWN = frozenset({"script", "style", "template", "noscript", "title", "head"})


def begins_as_page(text: str) -> bool:
    """Whether *text* begins with a tag, as nothing does that was turned into Markdown here."""
    return _BEGINNING.match(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlMarkdown:
    """Writes the text of a page with the marks of Markdown; scripts and styles are gone."""

    name: ClassVar[str] = "html-markdown"
    level: ClassVar[Level] = Level.DROPS
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.HTML,)
    summary: ClassVar[str] = "HTML as Markdown (needs the extra html)"
    prefix_stable: ClassVar[bool] = False

    def compress(self, text: str) -> str:
        """Return *text* as Markdown, as it is if it does not begin as a page does.

        Raises:
            MissingExtraError: the extra is not installed.
        """
        if not begins_as_page(text):
            return text
        written = as_markdown(text)
        return _BLANK_LINES.sub("\n\n", written).strip() + text[len(text.rstrip("\r\n")) :]

    def verify(self, before: str, after: str) -> bool:
        """Check that every visible word is still there, in its order."""
        return _shown(before) == _shown(parser().render(after))


class _Shown(HTMLParser):
    """Collects the text that a page shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element; what describes an image stands for it."""
        if tag == "img" and not self._hidden:
            self.parts.append(dict(attrs).get("alt") or "")
        self._hidden += tag in _UNSHOWN

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        self._hidden = max(0, self._hidden - (tag in _UNSHOWN))

    def handle_data(self, data: str) -> None:
        """Take its text."""
        if not self._hidden:
            self.parts.append(data)


def _shown(page: str) -> str:
    reader = _Shown()
    reader.feed(page)
    reader.close()
    return "".join("".join(reader.parts).split())
