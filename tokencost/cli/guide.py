"""`tokencost guide`."""

from collections.abc import Iterator
from typing import Annotated

import typer

from tokencost.cli import completion
from tokencost.cli.streams import chosen_pager, has_color, page_through, terminal_width, write

_WIDEST = 100  # columns; longer lines are hard to read


def guide(
    *,
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]",
            help="A page of the guide; without one they are listed.",
            autocompletion=completion.topics,
        ),
    ] = None,
) -> None:
    """Read the guide, a page a topic.

    On a terminal a page is laid out, and longer than the screen shown by `$PAGER` or less, unless
    PAGER is empty or NO_PAGER is set. In a pipe it is the Markdown itself.

        tokencost guide
        tokencost guide savings
    """
    import tokencost

    if topic is None:
        topics = tokencost.guide_topics()
        longest = max(map(len, topics))
        lines = [f"{name:<{longest}}  {title}\n" for name, title in topics.items()]
        write("".join(lines), color=False)
        return
    page, width, color = tokencost.guide_page(topic), terminal_width(), has_color("auto")
    if width is None:
        write(page, color=color)
        return
    text = _laid_out(page, width=width, color=color)
    if pager := chosen_pager(text.count("\n")):
        page_through(text, pager)
    else:
        write(text, color=color)


def _laid_out(page: str, *, width: int, color: bool) -> str:
    from rich.console import Console
    from rich.markdown import CodeBlock, Markdown
    from rich.text import Text

    class Example(CodeBlock):
        """A block whose lines are as long as they are: tables that are folded cannot be read."""

        def __rich_console__(self, *_: object) -> Iterator[Text]:
            yield Text(f"{self.text}".rstrip(), "cyan", no_wrap=True, overflow="ignore")

    class Page(Markdown):
        elements = Markdown.elements | {"fence": Example, "code_block": Example}

    console = Console(width=min(width, _WIDEST), force_terminal=color, no_color=not color or None)
    with console.capture() as capture:
        console.print(Page(page, hyperlinks=False), crop=False)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
