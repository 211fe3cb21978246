"""HTML written as Markdown by the library markdownify, of the extra `html`."""

import re
from typing import TYPE_CHECKING, Any

from tokencost.compressors.contract import MissingExtraError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_MARK = re.compile(r"<(?=[a-zA-Z/!?])|`|~(?=~)")
_INVISIBLE = ["script", "style", "template", "noscript", "title"]
_ROWS = ["thead", "tbody", "tfoot", "tr", "td", "th"]
# A row of Markdown is one line: a cell with such a thing in it belongs to a table made for looks.
_NOT_IN_CELLS = ["table", "p", "div", "ul", "ol", "dl", "pre", "blockquote", "h1", "h2", "h3", "h4"]


def as_markdown(page: str) -> str:
    """Return the text of *page* with the marks of Markdown.

    Raises:
        MissingExtraError: the extra is not installed.
    """
    try:
        from bs4 import BeautifulSoup
        from markdownify import ATX
    except ImportError as error:
        raise MissingExtraError("html") from error

    soup = BeautifulSoup(page, "html.parser")
    _simplify(soup)
    converter = _converter()(heading_style=ATX, bullets="-", autolinks=False)
    return str(converter.convert_soup(soup))


def _simplify(soup: "BeautifulSoup") -> None:
    """Take out what is not shown, and turn what Markdown has no marks for into plain blocks."""
    from bs4.element import PreformattedString

    for element in soup(_INVISIBLE):
        element.decompose()
    for node in soup.find_all(string=lambda each: isinstance(each, PreformattedString)):
        node.extract()  # comments, declarations and instructions
    for table in soup("table"):
        if table.find(_NOT_IN_CELLS):
            for part in (table, *table(_ROWS)):
                part.name = "div"
    for part in soup(["dl", "dt", "dd"]):
        part.name = "p" if part.name == "dt" else "div"


def _converter() -> Any:
    from markdownify import MarkdownConverter

    base: Any = MarkdownConverter  # its methods are not in its stubs

    class Converter(base):  # type: ignore[misc]
        """Escapes what would be read as a mark or as the end of a cell."""

        def escape(self, text: str, parent_tags: set[str]) -> Any:
            return _MARK.sub(r"\\\g<0>", super().escape(text, parent_tags))

        def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> Any:
            return super().convert_td(el, text.replace("|", r"\|"), parent_tags)

        def convert_th(self, el: Any, text: str, parent_tags: set[str]) -> Any:
            return super().convert_th(el, text.replace("|", r"\|"), parent_tags)

    return Converter
