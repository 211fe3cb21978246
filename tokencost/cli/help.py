"""Help texts from docstrings, with their examples left as they are."""

import inspect
import re
from collections.abc import Callable

_EXAMPLES = re.compile(r"\n\n(?=    )")


def help_of(command: Callable[..., None]) -> str:
    """Return the help text of a command."""
    return with_examples(inspect.getdoc(command) or "")


def with_examples(text: str) -> str:
    """Mark each indented block, so that its lines are not joined."""
    return _EXAMPLES.sub("\n\n\b\n", text)
