"""Reports of `count`, and a text with its tokens made visible."""

from collections.abc import Iterable, Sequence
from typing import Any

from tokencost.estimates.count import CountReport, PromptCount
from tokencost.report.formats.json import envelope, token_sum_dict, tokens_dict
from tokencost.report.page import Column, CsvTable, Page, csv_table, only_used, table
from tokencost.report.page_notes import (
    count_cell,
    count_notes,
    method_word,
    notes_of,
    overhead_notes,
    range_cell,
)
from tokencost.report.phrases import sentences
from tokencost.tokenizers import TokenCount

_BACKGROUNDS = ("\x1b[30;46m", "\x1b[30;43m", "\x1b[30;42m", "\x1b[30;45m")
_RESET = "\x1b[0m"

Counts = Sequence[PromptCount]  # a row: one count, or those of one model that are summed up


def _tokens(counts: Counts) -> TokenCount:
    return TokenCount.sum([count.tokens for count in counts])


def _input(counts: Counts) -> str:
    return counts[0].input if len(counts) == 1 else f"sum of {len(counts)}"


def _count_cell(counts: Counts) -> str:
    tokens = _tokens(counts)
    if len(counts) == 1:
        return count_cell(tokens)
    return f"{'~' if tokens.low != tokens.high else ''}{tokens.expected:,}"


def _range_cell(counts: Counts) -> str:
    tokens = _tokens(counts)
    return "" if tokens.low == tokens.high and len(counts) > 1 else range_cell(tokens)


def _method(counts: Counts) -> str:
    return method_word(counts[0].tokens.method)


_COLUMNS: tuple[Column[Counts], ...] = (
    Column("input", value=lambda counts: counts[0].input, cell=_input),
    Column(csv="kind", value=lambda counts: counts[0].kind),
    Column("model", value=lambda counts: counts[0].model),
    Column("tokens", value=lambda counts: _tokens(counts).expected, cell=_count_cell, number=True),
    Column("between", cell=_range_cell, number=True),
    Column(csv="tokens_low", value=lambda counts: _tokens(counts).low),
    Column(csv="tokens_high", value=lambda counts: _tokens(counts).high),
    Column(
        "tokenizer",
        cell=lambda counts: counts[0].tokens.tokenizer or "" if len(counts) == 1 else "",
    ),
    Column(
        "count",
        value=_method,
        cell=lambda counts: _method(counts) if len(counts) == 1 else "",
        csv="method",
    ),
    Column(csv="tokenizer", value=lambda counts: counts[0].tokens.tokenizer),
)


class CountView:
    """The counts, with a total for each model where there are several inputs."""

    def page(self, report: CountReport) -> Page:
        """Lay out one row for each count, and the totals."""
        totals = [counts for counts in _by_model(report) if len(counts) > 1]
        counts = table(_COLUMNS, ([count] for count in report.results), totals=totals)
        return Page(
            tables=(only_used(counts),),
            notes=(
                *count_notes(
                    (count.model, count.tokens) for count in report.results if count.model
                ),
                *overhead_notes((count.model, count.tokens) for count in report.results),
                *notes_of("assumed", report.assumptions),
                *notes_of("note", report.warnings),
            ),
        )

    def csv(self, report: CountReport) -> CsvTable:
        """Return one row for each count."""
        return csv_table(_COLUMNS, ([count] for count in report.results))

    def as_dict(self, report: CountReport) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=report.prices,
            assumptions={"notes": sentences(report.assumptions)},
            body={
                "results": [
                    {
                        "input": count.input,
                        "kind": count.kind,
                        "model": count.model,
                        "tokens": tokens_dict(count.tokens),
                    }
                    for count in report.results
                ],
                "totals": [
                    {"model": counts[0].model, "tokens": token_sum_dict(_tokens(counts))}
                    for counts in _by_model(report)
                ],
            },
            warnings=report.warnings,
            failures=report.failures,
        )

    def quiet(self, report: CountReport) -> str:
        """Return the total; with several models every line names its model."""
        groups = _by_model(report)
        lines = []
        for counts in groups:
            label = f"{counts[0].model}\t" if len(groups) > 1 else ""
            lines.append(f"{label}{_tokens(counts).expected}\n")
        return "".join(lines)


def _by_model(report: CountReport) -> list[list[PromptCount]]:
    groups: dict[str | None, list[PromptCount]] = {}
    for count in report.results:
        groups.setdefault(count.model, []).append(count)
    return list(groups.values())


def show_tokens(tokens: Iterable[bytes], *, color: bool) -> str:
    """Return *tokens* side by side, each with a background, or between bars without colour.

    A token that is only a part of a character is written as its bytes.
    """
    shown = [_visible(token) for token in tokens]
    if not color:
        return "|".join(shown) + "\n"
    painted = (
        "\n".join(
            f"{_BACKGROUNDS[number % len(_BACKGROUNDS)]}{line}{_RESET}" if line else ""
            for line in text.split("\n")
        )
        for number, text in enumerate(shown)
    )
    return "".join(painted) + "\n"


def _visible(token: bytes) -> str:
    text = token.decode(errors="replace")
    if "\ufffd" in text and "\ufffd".encode() not in token:
        return "".join(f"<{byte:02x}>" for byte in token)
    marked = text.replace("\n", "↵\n").replace("\t", "→").replace("\r", "␍")
    return "".join(
        character if character.isprintable() or character == "\n" else f"<U+{ord(character):04X}>"
        for character in marked
    )
