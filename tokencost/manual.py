"""The guide: Markdown pages that ship with the package, a topic each."""

from difflib import get_close_matches
from pathlib import Path

from tokencost.errors import UsageError

_FOLDER = Path(__file__).with_name("guide")
# In the order in which somebody new would read them.
_TOPICS = (
    "first-steps",
    "first-steps.zh",
    "requests",
    "exact-counts",
    "savings",
    "sessions",
    "budgets",
    "budgets-in-ci",
    "configuration",
    "shorter-texts",
    "own-prices",
    "price-files",
    "names-and-sites",
    "json",
    "python",
    "performance",
    "benchmarks",
    "questions",
    "glossary",
    "options",
    "keys",
    "keys-of-tables",
)


def guide_topics() -> dict[str, str]:
    """Return the topics of the guide, each with what its page is about.

    Examples:
        >>> tokencost.guide_topics()["savings"]
        'What the same work costs in another way'
    """
    return {topic: _title(topic) for topic in _TOPICS}


def guide_page(topic: str) -> str:
    """Return the page of *topic*, in Markdown.

    Raises:
        UsageError: there is no such topic.

    Examples:
        >>> tokencost.guide_page("glossary").splitlines()[0]
        '# Ten words'
    """
    if topic not in _TOPICS:
        close = get_close_matches(topic, _TOPICS, n=1)
        hint = f"did you mean {close[0]}?" if close else "`tokencost guide` lists them"
        raise UsageError(f'the guide has no topic "{topic}"', hint=hint)
    return (_FOLDER / f"{topic}.md").read_text(encoding="utf-8")


def _title(topic: str) -> str:
    first, _, _ = guide_page(topic).partition("\n")
    return first.removeprefix("# ")
