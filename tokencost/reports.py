"""What every report can do; the package `report` registers how."""

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Protocol

# Control characters, and those that change the direction or the lines of what stands around them.
# Joiners stay: scripts and emoji are spelled with them.
_UNPRINTABLE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)


class Views(Protocol):
    """How reports are written: `tokencost.report` is one."""

    def as_dict(self, report: "Report", /) -> dict[str, Any]:
        """Return what the JSON of *report* holds."""
        ...

    def as_json(self, report: "Report", /) -> str:
        """Return *report* as JSON."""
        ...

    def as_rows(self, report: "Report", /) -> list[dict[str, Any]]:
        """Return the rows of *report*."""
        ...

    def as_html(self, report: "Report", /) -> str:
        """Return *report* as HTML."""
        ...

    def as_markdown(self, report: "Report", /) -> str:
        """Return *report* as Markdown."""
        ...


class Report:
    """Base of what `estimate`, `compare`, `count`, `check` and the others return."""

    __slots__ = ()

    name: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it: amounts of money are decimal strings."""
        return _views().as_dict(self)

    def to_json(self) -> str:
        """Return the report as the command prints it with `--json`."""
        return _views().as_json(self)

    def to_rows(self) -> list[dict[str, Any]]:
        """Return the rows of the CSV, which `pandas.DataFrame` and `polars.DataFrame` take.

        All have the same keys; values are texts, whole numbers, `Decimal`, truth values or None
        for a number that is not known. Of more than 100 rows polars needs to see all of them
        for that: `polars.DataFrame(rows, infer_schema_length=None)`.
        """
        return _views().as_rows(self)

    def __repr__(self) -> str:
        words = [*self._summary()]
        if failures := len(getattr(self, "failures", ())):
            words.append(number_of(failures, "failure"))
        return f"<{type(self).__name__}: {', '.join(words)}>"

    def _summary(self) -> Iterator[str]:
        """Yield a few words on what the report holds, failures aside."""
        yield self.name

    def _repr_html_(self) -> str:
        """Return the report as notebooks show it."""
        return _views().as_html(self)

    def _repr_markdown_(self) -> str:
        """Return the report as notebooks without HTML show it."""
        return _views().as_markdown(self)


def number_of(number: int, noun: str) -> str:
    """Return "1 prompt" or "1,234 prompts"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def number_of_inputs(results: "list[tuple[str, str]]") -> int:
    """Return how many inputs there are in pairs of an input's and a model's name.

    Inputs may share a name: then those of the model that has most of them are counted.
    """
    names = {name for name, _ in results}
    models = [model for _, model in results]
    if len({*results}) == len(results):
        return len(names)
    return max(map(models.count, {*models}))


def _no_views() -> Views:
    raise RuntimeError("no package has registered how reports are written")


_views: Callable[[], Views] = _no_views


def register_views(load: Callable[[], Views]) -> None:
    """Say how reports are written; *load* is called when a report is first asked."""
    global _views
    _views = load


def printable(text: str) -> str:
    r"""Return *text* in one line that a terminal only shows: "\x1b" and "\n" are spelled out.

    File names, ids and sources come from others: they could clear a screen, write to a clipboard
    or pretend to be another line of a report.

    Examples:
        >>> print(tokencost.printable("a\x1b[2Jb"))
        a\x1b[2Jb
    """
    if text.isprintable():
        return text
    return re.sub(_UNPRINTABLE, _spelled, text)


def _spelled(match: "re.Match[str]") -> str:
    return match[0].encode("unicode_escape").decode()
