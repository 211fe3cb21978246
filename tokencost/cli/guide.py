"""`tokencost guide`."""

from typing import Annotated

import typer

from tokencost.cli import completion
from tokencost.cli.streams import has_color, terminal_width, write

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

    On a terminal a page is laid out, in a pipe it is the Markdown itself.

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
    write(page if width is None else _laid_out(page, width=width, color=color), color=color)


def _laid_out(page: str, *, width: int, color: bool) -> str:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(width, _WIDEST), force_terminal=color, no_color=not color or None)
    with console.capture() as capture:
        console.print(Markdown(page, hyperlinks=False))
    return capture.get()
