"""The page of the guide that shows what was measured: its tables, made of the stored figures."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.benchmarks.environments import ROOT
from tests.benchmarks.measurements import TIKTOKEN, Answer, Group, Ratio, Speed, load

PAGE = ROOT / "tokencost" / "guide" / "benchmarks.md"
_PART = re.compile(r"(<!-- measured: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ORDER = ("cold", "small", "requests", "loop", "files", "big", "hard", "compare", "own-prices")
_UNITS = {"x": "x", "": "", "ms": " ms"}


def page(groups: Mapping[str, Group] | None = None, path: Path = PAGE) -> str:
    """Return the page with the tables of *groups*, by default of what is stored."""
    measured = load() if groups is None else groups
    parts = {"goals": goals, "speeds": speeds, "answers": answers}

    def part(match: re.Match[str]) -> str:
        lines = "\n".join(parts[match[2]](measured))
        return f"{match[1]}{lines}\n{match[3]}"

    return _PART.sub(part, path.read_text(encoding="utf-8"))


def goals(groups: Mapping[str, Group]) -> Iterator[str]:
    """Yield the table of figures with goals."""
    shown = {name: groups[name] for name in _ORDER if name in groups}
    if not shown:
        return
    yield from _circumstances(shown.values())
    yield from _versions(shown.values())
    yield "| what | is | goal | of processor time | it takes | beside |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    notes: list[str] = []
    for group in shown.values():
        for ratio in group.ratios:
            yield _ratio_row(ratio, notes)
    yield from _footnotes(notes)


def speeds(groups: Mapping[str, Group]) -> Iterator[str]:
    """Yield the table of programs and texts."""
    if "peers" not in groups:
        return
    group = groups["peers"]
    yield from _circumstances([group])
    yield from _versions([group])
    names = list(dict.fromkeys(speed.program for row in group.speeds.values() for speed in row))
    yield f"| wall s / processor s, MiB | {' | '.join(names)} |"
    yield f"| --- |{' ---: |' * len(names)}"
    notes: list[str] = []
    for title, row in group.speeds.items():
        cells = {speed.program: speed for speed in row}
        right = cells[TIKTOKEN].tokens if TIKTOKEN in cells else None
        line = [_speed_cell(cells.get(name), right, notes) for name in names]
        yield f"| {title} | {' | '.join(line)} |"
    yield from _footnotes(notes)


def answers(groups: Mapping[str, Group]) -> Iterator[str]:
    """Yield the table of questions."""
    if "answers" not in groups:
        return
    group = groups["answers"]
    yield from _circumstances([group])
    yield from _versions([group])
    words = [answer for topic in group.topics for answer in topic.answers]
    names = list(dict.fromkeys(answer.program for answer in words))
    yield f"| question | what is right | {' | '.join(names)} |"
    yield f"| --- | --- |{' --- |' * len(names)}"
    notes: list[str] = []
    for topic in group.topics:
        cells = {answer.program: answer for answer in topic.answers}
        line = [_answer_cell(cells.get(name), notes) for name in names]
        truth = f"{topic.truth}: {topic.why}"
        yield f"| {_cell(topic.question)} | {_cell(truth)} | {' | '.join(line)} |"
    yield from _footnotes(notes)


def _circumstances(groups: Iterable[Group]) -> Iterator[str]:
    """Yield when and where: once if it is the same for all of them."""
    groups = [*groups]
    machines = list(dict.fromkeys(group.machine for group in groups))
    days = sorted({group.date for group in groups})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    rounds = sorted({group.rounds for group in groups})
    times = f" Medians of {' or '.join(map(str, rounds))} rounds." if rounds[-1:] > [1] else ""
    loads = [group.load for group in groups if group.load is not None]
    busy = f" Load average before it: {max(loads):.2f}." if loads else ""
    yield f"Measured {when} on {'; '.join(machines)}.{times}{busy}"
    if any(group.is_quick for group in groups):
        yield "Some of it is a quick try: small texts, few rounds, a machine with other work."
    yield ""


def _versions(groups: Iterable[Group]) -> Iterator[str]:
    parts: dict[str, None] = {}
    for group in groups:
        parts |= {f"{name} {version}": None for name, version in group.versions.items()}
        parts |= {f"{name} was not installed ({why})": None for name, why in group.missing.items()}
    if parts:
        yield f"{', '.join(parts)}."
        yield ""


def _ratio_row(ratio: Ratio, notes: list[str]) -> str:
    unit = _UNITS[ratio.unit]
    value = "–" if ratio.value is None else f"{ratio.value:.3g}{unit}"
    if ratio.note:
        value += _footnote(ratio.note, notes)
    goal = "" if ratio.goal is None else f"{ratio.goal:g}{unit}"
    beside = ratio.beside
    if ratio.beside_amount is not None:
        beside = f"{beside}, {_amount(ratio.beside_amount, ratio.amount_unit)}"
    took = "" if ratio.amount is None else _amount(ratio.amount, ratio.amount_unit)
    cpu = "" if ratio.cpu is None else f"{ratio.cpu:.3g}x"
    return f"| {ratio.what} | {value} | {goal} | {cpu} | {took} | {beside} |"


def _speed_cell(speed: Speed | None, right: int | None, notes: list[str]) -> str:
    if speed is None:
        return ""
    if speed.wall is None or speed.cpu is None or speed.peak is None:
        return f"fails{_footnote(f'{speed.program}: {speed.failure}', notes)}"
    cell = f"{speed.wall:.2f} / {speed.cpu:.2f}, {speed.peak:.0f}"
    if right is not None and speed.tokens != right:
        tokens = "no count" if speed.tokens is None else f"{speed.tokens:,} tokens"
        cell += _footnote(f"{speed.program}: {tokens}, where tiktoken counts {right:,}", notes)
    return cell


def _answer_cell(answer: Answer | None, notes: list[str]) -> str:
    if answer is None:
        return ""
    mark = {True: " ✓", None: " (holds)", False: ""}[answer.is_right]
    if answer.failure and answer.is_right:
        return f"refuses{mark}"
    if answer.failure:
        return f"error{_footnote(f'{answer.program}: {answer.failure}', notes)}"
    return f"{_number(answer.words)}{mark}"


def _number(words: str) -> str:
    """Return an answer as it was given, a long fraction of a float cut."""
    try:
        return words if len(words) < 10 else f"{float(words):.6g}"
    except ValueError:
        return words


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _footnote(text: str, notes: list[str]) -> str:
    if text not in notes:
        notes.append(text)
    return f" ({notes.index(text) + 1})"


def _footnotes(notes: list[str]) -> Iterator[str]:
    if notes:
        yield ""
    for number, note in enumerate(notes, start=1):
        text = " ".join(note.split()).replace("`", "'")
        name, colon, rest = text.partition(": ")
        yield f"{number}. {name}: `{rest}`" if colon else f"{number}. {text}"


def _amount(amount: float, unit: str) -> str:
    if unit == "s" and amount < 0.9995:
        return f"{1000 * amount:.0f} ms"
    return f"{amount:.2f} s" if unit == "s" else f"{amount:.0f} {unit}"
