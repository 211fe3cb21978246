"""What was measured, as values and as the file that keeps them."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

TIKTOKEN = "tiktoken"
US = "tokencost-cli"
FAST = "tokencost-cli[fast]"
OURS = (US, FAST)
STORED = Path(__file__).with_name("measurements.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A figure that has a goal: how long something takes as a multiple of something else.

    Attributes:
        what: what was measured.
        beside: what it is compared with.
        value: the median, None where a program failed.
        goal: at most this much.
        unit: "x" for a multiple, else what the value is in.
        cpu: the same of processor time, where *value* is one of wall time.
        amount: the median of the first, in *amount_unit*, where both are processes.
        beside_amount: that of the second.
        amount_unit: "s" or "MiB".
        note: what else is to be said of it.
        is_other_count: whether it counted other tokens than what it is compared with.
    """

    what: str
    beside: str
    value: float | None
    goal: float | None
    unit: str = "x"
    cpu: float | None = None
    amount: float | None = None
    beside_amount: float | None = None
    amount_unit: str = "s"
    note: str = ""
    is_other_count: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """A program on an input: seconds, MiB of its largest process, and the tokens it counted."""

    program: str
    wall: float | None
    cpu: float | None
    peak: float | None
    tokens: int | None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a program said to a question; `failure` is the reason why it said nothing."""

    program: str
    words: str
    is_right: bool | None
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A question, what is right and why, and what programs words."""

    question: str
    truth: str
    why: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What one part of the benchmark has measured.

    Attributes:
        date: the day.
        machine: what it ran on.
        rounds: how often each command was measured.
        load: processes that wanted a core in the minute before the run, where the system tells.
        ratios: figures with goals.
        speeds: programs by the name of their input.
        topics: questions with the answers of programs.
        versions: of the packages that took part.
        missing: packages that were not installed, and why.
        is_quick: whether texts were small and rounds few.
    """

    date: str
    machine: str
    rounds: int
    load: float | None = None
    ratios: list[Ratio] = field(default_factory=list)
    speeds: dict[str, list[Speed]] = field(default_factory=dict)
    topics: list[Topic] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    is_quick: bool = False


def load(path: Path = STORED) -> dict[str, Group]:
    """Return the groups that were measured, by name; none without a file."""
    if not path.exists():
        return {}
    return {name: _group(record) for name, record in json.loads(path.read_text("utf-8")).items()}


def save(groups: dict[str, Group], path: Path = STORED) -> None:
    records = {name: asdict(group) for name, group in sorted(groups.items())}
    text = json.dumps(records, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def differences(groups: Mapping[str, Group]) -> list[str]:
    """Return where this program's count differs from tiktoken's with the same vocabulary."""
    wrong = [
        f"{ratio.what}: {ratio.note}"
        for group in groups.values()
        for ratio in group.ratios
        if ratio.is_other_count
    ]
    for group in groups.values():
        for title, row in group.speeds.items():
            counts = {speed.program: speed.tokens for speed in row}
            right = counts.get(TIKTOKEN)
            wrong += [
                f"{title}: {name} counts {tokens}, not {right}"
                for name, tokens in counts.items()
                if name in OURS and None not in (tokens, right) and tokens != right
            ]
    return wrong


def machine() -> str:
    """Return what the machine is, in words."""
    cores = os.cpu_count()
    return (
        f"{_processor()}, {cores} core{'s' if cores != 1 else ''}, {_memory()}"
        f"{platform.system()}, Python {platform.python_version()}"
    )


def _group(record: dict[str, Any]) -> Group:
    ratios = [Ratio(**ratio) for ratio in record.pop("ratios")]
    speeds = {
        name: [Speed(**speed) for speed in speeds] for name, speeds in record.pop("speeds").items()
    }
    topics = [
        Topic(**topic | {"answers": [Answer(**answer) for answer in topic["answers"]]})
        for topic in record.pop("topics")
    ]
    return Group(ratios=ratios, speeds=speeds, topics=topics, **record)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return ""
    size = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{size / 2**30:.0f} GiB, "
