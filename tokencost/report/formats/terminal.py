"""A page in colour, for a person at a terminal; the only module that knows rich."""

import io
from collections.abc import Iterator, Sequence
from itertools import chain, dropwhile, takewhile
from typing import TYPE_CHECKING

from tokencost.report.page import Page, PageNote, Table, text_width, widths, with_columns
from tokencost.values import regex, replace

if TYPE_CHECKING:  # it takes 20 ms, and is needed where lines are folded
    from rich.table import Table as Grid

_GAP = 2
_PARTS, _HYPHENS, _SPACES = regex(r"(?<=/)|(?=@)"), regex(r"(?<=-)"), regex(" (?!%)")
_SLACK = 20
_SHORTEST_NAME, _SHORTEST_PART, _SHORTEST = 12, 8, 4
_SHORTEST_NOTE, _SHORTEST_PROSE = 20, 24
_MOST_ROWS = 12  # of a table that goes on below itself where it is too wide
_LABEL_STYLES = {"warning": "yellow", "error": "red", "assumed": "cyan", "hidden": "yellow"}
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_CELL_STYLES = {"fail": "bold red", "error": "bold red", "pass": "green", "no price": "red"}


def render_terminal(page: Page, *, width: int | None, color: bool = True) -> str:
    """Return *page* for a terminal, with colours or without.

    On a terminal of this *width* notes are wrapped, and what a table can spare is left out if
    it is too wide, or follows below where all is asked for; nothing that is shown is ever cut.
    Without a *width* there is no limit.
    """
    tables, hidden = list[Table](), dict[str, None]()
    for table in page.tables:
        is_continued = not page.brief and len(table.rows) <= _MOST_ROWS
        parts = [table] if width is None else _parts(table, width, is_continued=is_continued)
        shown = {column.name for part in parts for column in part.columns}
        hidden |= {column.name: None for column in table.columns if column.name not in shown}
        tables += parts
    notes = list(page.notes)
    if hidden and not page.brief:
        text = f"{', '.join(hidden)}: widen the terminal, or see --json"
        notes.append(PageNote(label="hidden", text=text))
    page = replace(page, tables=tuple(tables), notes=tuple(notes))
    lines = [*_lines(page, width=width, color=color)] if _fits(page, width) else []
    return "\n".join(lines or _folded(page, width=width, color=color)) + "\n"


def _fits(page: Page, width: int | None) -> bool:
    """Whether no line of *page* is folded, and how wide each text is beyond doubt."""
    labels, texts = _widths_of_notes(page.notes)
    lines = [page.lead, *(page.brief or ()), *(note.text for note in page.notes)]
    return (
        all(_column_widths(table, width) == widths(table) for table in page.tables)
        and all(0 not in widths(table) for table in page.tables)
        and all(map(_is_sure, _texts(page)))
        and all(text_width(line) == len(line) for line in lines)
        and all(page.brief or ())
        and (width is None or texts <= max(_SHORTEST_NOTE, width - labels - _GAP))
        and (width is None or all(len(line) <= width for line in page.brief or ()))
    )


def _texts(page: Page) -> Iterator[str]:
    """Yield every text of *page*."""
    yield page.lead
    for table in page.tables:
        yield from (column.name for column in table.columns)
        for row in table.rows:
            yield from row
    for note in page.notes:
        yield from (note.label, note.text)
    yield from page.brief or ()


def _is_sure(text: str) -> bool:
    """Whether all terminals agree on how wide *text* is: emoji and marks need a table."""
    return text.isascii() or all(
        character < "\u0300" or "\u2010" <= character < "\u2600" or "一" <= character <= "龥"
        for character in text
    )


def _lines(page: Page, *, width: int | None, color: bool) -> Iterator[str]:
    """Yield the lines of a page that fits, styled as rich does."""
    for line in _lines_of_words(page.lead, width):
        yield _styled(line, "bold", color=color).rstrip()
    if page.lead:
        yield ""
    for table in page.tables:
        sizes, header = widths(table), [column.name for column in table.columns]
        numbers = [column.number for column in table.columns]
        yield _row(header, sizes, numbers, [""] * len(sizes), row_style="bold", color=color)
        for place, row in enumerate(table.rows):
            styles = [_CELL_STYLES.get(cell, "") for cell in row]
            row_style = "bold" if place >= len(table.rows) - table.totals else ""
            yield _row(row, sizes, numbers, styles, row_style=row_style, color=color)
        yield ""
    both = _widths_of_notes(page.notes)
    for note in page.notes:
        cells = note.label, note.text
        yield _row(cells, both, (False, False), _note_styles(note), row_style="", color=color)
    if page.notes and page.brief:
        yield ""
    room = max(map(text_width, page.brief or ("",))) if width is None else width
    for line in page.brief or ():
        padded = line + " " * (room - text_width(line))
        yield _styled(padded, "dim", color=color).rstrip()


def _lines_of_words(text: str, width: int | None) -> list[str]:
    """Return *text* in lines that end between words; a word that is wider has its own."""
    lines: list[str] = []
    for word in _SPACES.split(text) if text else ():
        if lines and (width is None or text_width(f"{lines[-1]} {word}") <= width):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _row(
    cells: Sequence[str],
    sizes: Sequence[int],
    numbers: Sequence[bool],
    styles: Sequence[str],
    *,
    row_style: str,
    color: bool,
) -> str:
    parts = []
    for cell, size, is_number, style in zip(cells, sizes, numbers, styles, strict=True):
        space = " " * (size - text_width(cell))
        words = dict.fromkeys(f"{row_style} {style}".split())
        parts.append(
            _styled(space + cell if is_number else cell + space, " ".join(words), color=color)
        )
    return _styled(" " * _GAP, row_style, color=color).join(parts).rstrip()


def _styled(text: str, style: str, *, color: bool) -> str:
    if not (text and style and color):
        return text
    return f"\x1b[{';'.join(_CODES[word] for word in style.split())}m{text}\x1b[0m"


def _folded(page: Page, *, width: int | None, color: bool) -> list[str]:
    """Return the lines of a page of which some are folded."""
    from rich.console import Console, Group
    from rich.table import Table as Grid
    from rich.text import Text

    texts = (page.lead, *(page.brief or ()))
    notes = sum(_widths_of_notes(page.notes))
    widest = max(1, notes, *map(_width, page.tables), *map(text_width, texts))
    lead = "\n".join(_lines_of_words(page.lead, width))
    parts: list[Grid | Text] = [Text(lead, style="bold"), Text()] if lead else []
    for table in page.tables:
        parts += [_grid(table, _column_widths(table, width)), Text()]
    if page.notes:
        parts.append(_notes(page.notes, width))
        parts += [Text()] * bool(page.brief)
    if page.brief:
        room = max(len(line) for line in page.brief) if width is None else width
        lines = Grid.grid()
        lines.add_column(overflow="fold", width=room)
        for line in page.brief:
            lines.add_row(Text(line, style="dim"))
        parts.append(lines)
    console = Console(
        file=io.StringIO(),
        # Both kinds of columns have their widths already: with room to spare rich cuts nothing.
        width=max(widest, width or 0) + _SLACK,
        height=1,  # unused, but without it a width is ignored where TERM=dumb
        force_terminal=True,
        color_system="standard" if color else None,
        no_color=False,  # decided by the caller; --color always beats NO_COLOR
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(Group(*parts), soft_wrap=width is None)
    return [line.rstrip() for line in capture.get().splitlines()]


def _parts(table: Table, width: int, *, is_continued: bool) -> list[Table]:
    """Return *table* as it fits, and if *is_continued* below it what did not, named like it."""
    parts, columns = [_fitted(table, width)], table.columns
    names = _places_of_names(table)
    while is_continued:
        shown = {id(column) for part in parts for column in part.columns}
        rest = [place for place, column in enumerate(columns) if id(column) not in shown]
        if not rest:
            break
        more = with_columns(table, sorted({*names, *rest}))
        fitted = _fitted(more, width)
        if all(id(column) in shown for column in fitted.columns):
            fitted = _fitted(more, width, is_folded=True)
        if all(id(column) in shown for column in fitted.columns):
            break
        parts.append(fitted)
    return parts


def _places_of_names(table: Table) -> list[int]:
    """Return which columns say what a row is: the first texts, up to the next number."""
    columns = [(place, one) for place, one in enumerate(table.columns) if one.name]
    texts = dropwhile(lambda column: column[1].number, columns)
    names = takewhile(lambda column: not column[1].number, texts)
    return [place for place, one in names if not one.rank] or [0]


def _fitted(table: Table, width: int, *, is_folded: bool = False) -> Table:
    """Return *table* without what it can spare, as little of it as makes it fit.

    Names that are folded in any case, or may be, are as narrow as they can be; a sentence is folded
    before it is left out.
    """
    columns = table.columns
    sizes = [
        min(size, _SHORTEST_PROSE) if column.rank and not column.number else size
        for size, column in zip(widths(table), columns, strict=True)
    ]
    ranked = (place for place, column in enumerate(columns) if column.rank)
    spare = sorted(ranked, key=lambda place: columns[place].rank)
    shown, dropped = {*range(len(columns))}, list[int]()

    def fits(places: set[int]) -> bool:
        return sum(sizes[place] for place in places) + _GAP * (len(places) - 1) <= width

    if is_folded or not fits(shown - {*spare}):
        for place, column in enumerate(columns):
            sizes[place] = sizes[place] if column.number else min(sizes[place], _SHORTEST_NAME)
    while spare and not fits(shown):
        dropped.append(spare.pop())
        shown.remove(dropped[-1])
    for place in reversed(dropped):  # a narrow one may fit where a wide one did not
        shown |= {place} if fits(shown | {place}) else set()
    return table if len(shown) == len(columns) else with_columns(table, sorted(shown))


def _width(table: Table) -> int:
    return sum(widths(table)) + _GAP * (len(table.columns) - 1)


def _column_widths(table: Table, width: int | None) -> list[int]:
    """Return the width of each column; headings give way first, then long names, never numbers.

    Names end their lines where a part does, and within one only where nothing else is left.
    """
    wanted = widths(table)
    excess = 0 if width is None else _width(table) - width
    least = _least_widths(table)
    if 0 < excess <= sum(wanted) - sum(least):  # no name has to give way
        for place, enough in enumerate(least):
            cut = min(excess, wanted[place] - enough)
            wanted[place] -= cut
            excess -= cut
    for shortest in (_SHORTEST_NAME, _SHORTEST_PART, None, _SHORTEST):
        for place in sorted(range(len(wanted)), key=wanted.__getitem__, reverse=True):
            if excess > 0 and not table.columns[place].number:
                enough = shortest or max(_widest_part(table, place), _SHORTEST)
                cut = min(excess, max(0, wanted[place] - enough))
                wanted[place] -= cut
                excess -= cut
    return wanted


def _widest_part(table: Table, place: int) -> int:
    """Return how wide a column is with a line for each part of a word."""
    texts = (table.columns[place].name, *(row[place] for row in table.rows))
    lines = (line for text in texts for line in _broken(text, 1).split())
    return max(map(text_width, lines), default=0)


def _least_widths(table: Table) -> list[int]:
    """Return how wide each column is with its heading in several lines, a word in each."""
    words = [max(map(text_width, column.name.split()), default=0) for column in table.columns]
    cells = [max(map(text_width, column), default=0) for column in zip(*table.rows, strict=True)]
    return list(map(max, words, cells or words))


def _broken(text: str, room: int) -> str:
    """Return *text* with long words in lines that end where a part does.

    That is after "/", before "@", else after "-".
    """
    return " ".join(_broken_word(word, room) for word in text.split(" "))


def _broken_word(word: str, room: int) -> str:
    if text_width(word) <= room:
        return word
    lines = [""]
    wholes = _PARTS.split(word)
    for part in chain(*(_HYPHENS.split(part) if len(part) > room else (part,) for part in wholes)):
        if lines[-1] and text_width(lines[-1] + part) > room:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _grid(table: Table, columns: list[int]) -> "Grid":
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for column, width in zip(table.columns, columns, strict=True):
        grid.add_column(
            Text(column.name),
            justify="right" if column.number else "left",
            overflow="fold",
            width=width,
        )
    for number, row in enumerate(table.rows):
        total = number >= len(table.rows) - table.totals
        cells = [
            Text(_broken(cell, room), style=_CELL_STYLES.get(cell, ""))
            for cell, room in zip(row, columns, strict=True)
        ]
        grid.add_row(*cells, style="bold" if total else None)
    return grid


def _widths_of_notes(notes: Sequence[PageNote]) -> tuple[int, int]:
    """Return the width of the longest label, and of the longest text."""
    labels = max((text_width(note.label) for note in notes), default=0)
    return labels, max((text_width(note.text) for note in notes), default=0)


def _note_styles(note: PageNote) -> tuple[str, str]:
    """Return the styles of a label and of its text."""
    text_style = _CELL_STYLES.get(note.text, "") if note.label == "status" else ""
    return _LABEL_STYLES.get(note.label, "dim"), text_style


def _notes(notes: Sequence[PageNote], width: int | None) -> "Grid":
    from rich.table import Table as Grid
    from rich.text import Text

    widest, longest = _widths_of_notes(notes)
    grid = Grid.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(no_wrap=True, width=widest)
    room = longest if width is None else max(_SHORTEST_NOTE, width - widest - _GAP)
    grid.add_column(overflow="fold", width=min(longest, room))
    for note in notes:
        style, text_style = _note_styles(note)
        text = _broken(note.text, room)
        grid.add_row(Text(note.label, style=style), Text(text, style=text_style))
    return grid
