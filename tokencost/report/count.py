"""Reports of `count`, and a text with its tokens made visible."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tokencost.errors import UsageError
from tokencost.estimates.count import CountReport, PromptCount
from tokencost.report.page import (
    Column,
    CsvTable,
    Page,
    Table,
    csv_table,
    only_used,
    table,
    text_width,
)
from tokencost.report.page_notes import (
    brief_count,
    count_cell,
    count_notes,
    method_word,
    notes_of,
    overhead_notes,
    range_cell,
    uncounted_cell,
    warnings_of_inputs,
)
from tokencost.tokenizers import TokenCount
from tokencost.values import dataclass

_BACKGROUNDS = ("\x1b[30;46m", "\x1b[30;43m", "\x1b[30;42m", "\x1b[30;45m")
_RESET = "\x1b[0m"
_ROW = 30  # bytes, from which on a row of equal tokens ends

Counts = Sequence[PromptCount]  # a row: one count, or those of one model that are summed up


def _tokens(counts: Counts) -> TokenCount:
    return TokenCount.sum([count.tokens for count in counts])


def _input(counts: Counts) -> str:
    return counts[0].input if len(counts) == 1 else f"sum of {len(counts)}"


_COLUMNS: tuple[Column[Counts], ...] = (
    Column("input", value=lambda counts: counts[0].input, cell=_input),
    Column(csv="kind", value=lambda counts: counts[0].kind),
    Column("model", value=lambda counts: counts[0].model),
    Column(
        "tokens",
        value=lambda counts: _tokens(counts).expected,
        cell=lambda counts: count_cell(_tokens(counts)),
        number=True,
    ),
    Column("between", cell=lambda counts: range_cell(_tokens(counts)), number=True, rank=1),
    Column(csv="input_low", value=lambda counts: _tokens(counts).low),
    Column(csv="input_high", value=lambda counts: _tokens(counts).high),
    Column(
        "tokenizer",
        cell=lambda counts: counts[0].tokens.tokenizer or "" if len(counts) == 1 else "",
        rank=3,
    ),
    Column(
        "count",
        value=lambda counts: counts[0].tokens.method,
        cell=lambda counts: method_word(counts[0].tokens.method) if len(counts) == 1 else "",
        csv="method",
        rank=2,
    ),
    Column(csv="tokenizer", value=lambda counts: counts[0].tokens.tokenizer),
    Column(csv="uncounted", value=lambda counts: uncounted_cell(_tokens(counts))),
)


def _shared(values: Iterable[str | None]) -> str | None:
    """Return what all counts of a sum have in common, None if they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


_SUM_COLUMNS: tuple[Column[Counts], ...] = (
    Column("input", value=_input),
    Column("kind", value=lambda counts: _shared(count.kind for count in counts)),
    *_COLUMNS[2:-3],
    Column("method", value=lambda counts: _shared(str(one.tokens.method) for one in counts)),
    Column("tokenizer", value=lambda counts: _shared(count.tokens.tokenizer for count in counts)),
    Column(csv="uncounted", value=lambda counts: uncounted_cell(_tokens(counts))),
)


def _table(report: CountReport) -> Table:
    sums = _models(report.counts)
    if report.layout == "total":
        return table(_COLUMNS, sums)
    totals = [counts for counts in sums if len(counts) > 1]
    if report.layout == "tree":
        lines = list(folder_lines(report))
        name: Column[FolderLine] = Column("input", cell=lambda line: line.label)
        rest = [_of_line(column) for column in _COLUMNS[1:] if column.name or column.cell]
        sum_lines = [FolderLine(label=_input(counts), counts=counts) for counts in totals]
        return table([name, *rest], lines, totals=sum_lines)
    return table(_COLUMNS, ([count] for count in report.results), totals=totals)


def _of_line(column: Column[Counts]) -> "Column[FolderLine]":
    return Column(
        column.name,
        cell=lambda line: column.text(line.counts),
        number=column.number,
        rank=column.rank,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderLine:
    """A line of a tree: a folder with all that is in it, or an input; of one model."""

    label: str
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """What is in a folder: all its counts, and what of it is shown."""

    counts: list[PromptCount]
    folders: "dict[str, _Folder]"
    inputs: dict[str, list[PromptCount]]

    @property
    def has_shown(self) -> bool:
        return bool(self.inputs) or any(folder.has_shown for folder in self.folders.values())


def folder_lines(report: CountReport) -> Iterator[FolderLine]:
    """Yield the folders of the inputs, each with the sum of all that is in it.

    The largest come first, unless the report is sorted by path.
    """
    top = _Folder(counts=[], folders={}, inputs={})
    for place, count in enumerate(report.counts):
        *parents, name = count.input.replace(os.sep, "/").split("/")
        folder = top
        for parent in parents:
            empty = _Folder(counts=[], folders={}, inputs={})
            folder = folder.folders.setdefault(parent, empty)
            folder.counts.append(count)
        if place < len(report.results):
            folder.inputs.setdefault(name, []).append(count)
    yield from _lines(top, "", is_by_path=report.order == "path")


def _lines(folder: _Folder, indent: str, *, is_by_path: bool) -> Iterator[FolderLine]:
    children: dict[str, _Folder | list[PromptCount]] = dict(folder.inputs)
    for name, inside in folder.folders.items():
        if inside.has_shown:
            children.update([_joined(name, inside)])

    def rank(name: str) -> tuple[int, str]:
        child = children[name]
        counts = child.counts if isinstance(child, _Folder) else child
        size = max(_tokens(group).expected for group in _models(counts))
        return (0 if is_by_path else -size), name

    for name in sorted(children, key=rank):
        child = children[name]
        if isinstance(child, list):
            yield from (FolderLine(label=f"{indent}{name}", counts=[count]) for count in child)
            continue
        for counts in _models(child.counts):
            yield FolderLine(label=f"{indent}{name}", counts=counts)
        yield from _lines(child, f"{indent}  ", is_by_path=is_by_path)


def _joined(name: str, folder: _Folder) -> tuple[str, _Folder]:
    """Return a folder with its path, down to where there is more in it than one other folder."""
    path = f"{name}/"
    while len(folder.folders) == 1:
        ((below, inside),) = folder.folders.items()
        if len(inside.counts) < len(folder.counts):
            break
        path, folder = f"{path}{below}/", inside
    return path, folder


class CountView:
    """The counts, with a total for each model where there are several inputs."""

    def page(self, report: CountReport) -> Page:
        """Lay out one row for each count, and the totals."""
        return Page(
            tables=(only_used(_table(report)),),
            notes=(
                *count_notes((count.model, count.tokens) for count in report.counts if count.model),
                *overhead_notes((count.model, count.tokens) for count in report.counts),
                *notes_of("assumed", report.assumptions),
                *warnings_of_inputs(report.warnings),
            ),
            brief=brief_count(report),
        )

    def csv(self, report: CountReport) -> CsvTable:
        """Return one row for each count, or only the sums."""
        if report.layout == "total":
            return csv_table(_SUM_COLUMNS, _models(report.counts))
        return csv_table(_COLUMNS, ([count] for count in report.results))

    def as_dict(self, report: CountReport) -> dict[str, Any]:
        """Spell out the JSON."""
        from tokencost.report.formats.json import envelope, token_sum_dict, tokens_dict

        return envelope(
            report.name,
            prices=report.prices,
            assumptions={},
            assumed=report.assumptions,
            body={
                "results": [
                    {
                        "input": count.input,
                        "kind": count.kind,
                        "format": count.format,
                        "model": count.model,
                        "tokens": tokens_dict(count.tokens),
                    }
                    for count in report.results
                ],
                "totals": [
                    {"model": counts[0].model, "tokens": token_sum_dict(_tokens(counts))}
                    for counts in _models(report.counts)
                ],
            },
            warnings=report.warnings,
            failures=report.failures,
        )

    def quiet(self, report: CountReport) -> str:
        """Return the total; with several models every line names its model."""
        totals = [(counts[0].model, _tokens(counts).expected) for counts in _models(report.counts)]
        if len(totals) == 1:
            return f"{totals[0][1]}\n"
        return "".join(f"{model}\t{total}\n" for model, total in totals)


def _models(counts: Iterable[PromptCount]) -> list[list[PromptCount]]:
    groups: dict[str | None, list[PromptCount]] = {}
    for count in counts:
        groups.setdefault(count.model, []).append(count)
    return list(groups.values())


def show_tokens(tokens: Iterable[bytes], *, color: bool) -> str:
    """Return *tokens* side by side, each with a background, or between bars without colour.

    A token that is only a part of a character is written as its bytes.

    >>> print(tokencost.show_tokens([b"hello", b" world"], color=False), end="")
    hello| world
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


def compare_tokens(tokens: Mapping[str, Sequence[bytes]]) -> str:
    """Return the tokens of one text by two models side by side, under the names of these.

    Rows end where both have a border; those where the models differ have a star between them.

    >>> tokencost.compare_tokens({"a": [b"to", b"ken"], "b": [b"token"]}).splitlines()[-1]
    'to|ken   * token'
    """
    if len(tokens) != 2:
        raise UsageError(f"tokens are of {len(tokens)} models, not of two", hint="name two")
    (first, left), (second, right) = tokens.items()
    rows = [(first, "", second), (f"{len(left):,} tokens", "", f"{len(right):,} tokens")]
    equal: list[bytes] = []
    for mine, yours in _segments(left, right):
        if mine == yours:
            equal += mine
        if equal and (mine != yours or sum(map(len, equal)) >= _ROW or b"\n" in mine[-1]):
            rows.append((_bars(equal), "", _bars(equal)))
            equal = []
        if mine != yours:
            rows.append((_bars(mine), "*", _bars(yours)))
    rows += [(_bars(equal), "", _bars(equal))] if equal else []
    width = max(text_width(mine) for mine, _, _ in rows)
    return "".join(
        f"{mine}{' ' * (width - text_width(mine))} {mark or ' '} {yours}\n"
        for mine, mark, yours in rows
    )


def _segments(left: Sequence[bytes], right: Sequence[bytes]) -> Iterator[tuple[list[bytes], ...]]:
    """Yield the tokens of both between the places where both have a border.

    Places are counted from the end: some families put a space before a text. Texts that differ
    otherwise, because one family normalizes them, are one segment.
    """
    mine, yours = b"".join(left), b"".join(right)
    if not mine.endswith(yours) and not yours.endswith(mine):
        yield list(left), list(right)
        return
    borders = set(_left_after(left)) & set(_left_after(right))
    yield from zip(_cut(left, borders), _cut(right, borders), strict=True)


def _left_after(tokens: Sequence[bytes]) -> Iterator[int]:
    """Yield how many bytes follow each token."""
    rest = sum(map(len, tokens))
    for token in tokens:
        rest -= len(token)
        yield rest


def _cut(tokens: Sequence[bytes], borders: set[int]) -> list[list[bytes]]:
    parts: list[list[bytes]] = [[]]
    for token, rest in zip(tokens, _left_after(tokens), strict=True):
        parts[-1].append(token)
        if rest in borders and rest:
            parts.append([])
    return parts


def _bars(tokens: Iterable[bytes]) -> str:
    return "|".join(map(_visible, tokens)).replace("\n", "")


def _visible(token: bytes) -> str:
    text = token.decode(errors="replace")
    if "\ufffd" in text and "\ufffd".encode() not in token:
        return "".join(f"<{byte:02x}>" for byte in token)
    marked = text.replace("\n", "↵\n").replace("\t", "→").replace("\r", "␍")
    return "".join(
        character if character.isprintable() or character == "\n" else f"<U+{ord(character):04X}>"
        for character in marked
    )
