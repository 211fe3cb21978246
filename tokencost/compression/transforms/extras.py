"""Transforms that need an extra: HTML as Markdown, and words that LLMLingua-2 drops."""

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from tokencost.compression.transform import ContentType, Level, MissingExtraError, TransformError
from tokencost.compression.transforms.markdown_blocks import markdown_parser
from tokencost.values import dataclass, regex

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_MARK = regex(r"<(?=[a-zA-Z/!?])|`|~(?=~)")
_INVISIBLE = ["script", "style", "template", "noscript", "title"]
_ROWS = ["thead", "tbody", "tfoot", "tr", "td", "th"]
# A row of Markdown is one line: a cell with such a thing in it belongs to a table made for looks.
_NOT_IN_CELLS = ["table", "p", "div", "ul", "ol", "dl", "pre", "blockquote", "h1", "h2", "h3", "h4"]


def convert_to_markdown(page: str) -> str:
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
    """Remove what is not shown, and turn what Markdown has no marks for into plain blocks."""
    from bs4.element import PreformattedString

    for element in soup(_INVISIBLE):
        element.decompose()
    for node in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
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


_BEGINNING = regex(r"\ufeff?\s*<[a-zA-Z!?/]")
_BLANK_LINES = regex(r"\n(?:[ \t]*\n){2,}")
_HIDDEN = frozenset({"script", "style", "template", "noscript", "title", "head"})

# The parser of the standard library reads to the end of the text for each tag that has none.
_MOST_OPEN_TAGS = 100


def begins_as_page(text: str) -> bool:
    """Whether *text* begins with a tag, which no Markdown does that was made of a page here."""
    return _BEGINNING.match(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlMarkdown:
    """Writes the text of a page with the marks of Markdown; scripts and styles are gone."""

    name: ClassVar[str] = "html-markdown"
    level: ClassVar[Level] = Level.LOSSY
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.HTML,)
    summary: ClassVar[str] = "HTML as Markdown (needs the extra html)"
    prefix_stable: ClassVar[bool] = False

    def compress(self, text: str) -> str:
        """Return *text* as Markdown, as it is if it is not a page, too deep or broken.

        Raises:
            MissingExtraError: the extra is not installed.
        """
        if not begins_as_page(text) or text.count("<") - text.count(">") > _MOST_OPEN_TAGS:
            return text
        try:
            markdown = convert_to_markdown(text)
        except RecursionError:  # thousands of elements inside each other
            return text
        return _BLANK_LINES.sub("\n\n", markdown).strip() + text[len(text.rstrip("\r\n")) :]

    def verify(self, before: str, after: str) -> bool:
        """Check that every visible word is still there, in its order."""
        return _visible_text(before) == _visible_text(markdown_parser().render(after))


def _visible_text(page: str) -> str:
    """Return the text that *page* shows, without white space."""
    from html.parser import HTMLParser  # few texts are pages, and it takes 2 ms

    class VisibleText(HTMLParser):
        """Collects the text that a page shows."""

        def __init__(self) -> None:
            super().__init__(convert_charrefs=True)
            self.parts: list[str] = []
            self._hidden = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            """Enter an element; what describes an image stands for it."""
            if tag == "img" and not self._hidden:
                self.parts.append(dict(attrs).get("alt") or "")
            self._hidden += tag in _HIDDEN

        def handle_endtag(self, tag: str) -> None:
            """Leave an element."""
            self._hidden = max(0, self._hidden - (tag in _HIDDEN))

        def handle_data(self, data: str) -> None:
            """Take its text."""
            if not self._hidden:
                self.parts.append(data)

    page_parser = VisibleText()
    page_parser.feed(page)
    page_parser.close()
    return "".join("".join(page_parser.parts).split())


MODEL_VARIABLE = "TOKENCOST_LLMLINGUA_MODEL"
_RATE = 0.5  # the library's own default


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmLingua:
    """Drops about half of the words; whether the output stays as good is not known."""

    name: ClassVar[str] = "llmlingua"
    level: ClassVar[Level] = Level.LOSSY
    kinds: ClassVar[tuple[ContentType, ...]] = (ContentType.TEXT, ContentType.MARKDOWN)
    summary: ClassVar[str] = "words that LLMLingua-2 thinks a model can do without (lossy)"
    prefix_stable: ClassVar[bool] = False

    def compress(self, text: str) -> str:
        """Return *text* without the words that the model drops.

        Raises:
            MissingExtraError: the extra is not installed.
            TransformError: there is no model, or it fails.
        """
        folder = os.environ.get(MODEL_VARIABLE, "")
        model = _model(folder)
        try:
            result = model.compress_prompt([text], rate=_RATE, force_tokens=["\n"])
            return str(result["compressed_prompt"])
        except Exception as error:  # a library that raises whatever its own libraries raise
            raise TransformError(
                f"llmlingua failed: {error}", hint="leave it out, or try a shorter text"
            ) from error

    def verify(self, before: str, after: str) -> bool:
        """Check that nothing is added and nothing has moved: equal it cannot be."""
        rest = iter(before)
        return all(character in rest for character in after if not character.isspace())


@lru_cache(1)
def _model(folder: str) -> Any:
    try:
        from llmlingua import PromptCompressor
    except ImportError as error:
        raise MissingExtraError("llmlingua") from error
    if not folder:
        raise TransformError(
            "llmlingua needs the weights of its model, and nothing is downloaded here",
            hint=f"set {MODEL_VARIABLE} to the folder that holds them",
        )
    try:
        return PromptCompressor(
            folder,
            device_map="cpu",
            model_config={"local_files_only": True, "trust_remote_code": False},
            use_llmlingua2=True,
        )
    except Exception as error:  # as above
        raise TransformError(
            f"llmlingua cannot load {folder!r}: {error}",
            hint=f"check the folder that {MODEL_VARIABLE} names",
        ) from error
