"""What it takes to count one short prompt with many vocabularies.

    python tests/benchmarks/families.py

Prints the time of first counts of 1 kB by twelve fresh encodings, that of constructing twelve
`tiktoken.Encoding` from tokens that are in memory already, and their ratio, medians of several
rounds of one run.
"""

import statistics
import time
from collections.abc import Callable

import tiktoken

from tokencost.tokenizers import tokenizer_names
from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.registry import encoding

ROUNDS = 7
FAMILIES = tokenizer_names(exact=True)[:12]
PROMPT = ("Summarize the report in three sentences. 请用三句话总结这份报告。\n" * 20)[:1000]


def timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def count_all() -> None:
    for name in FAMILIES:
        Encoding(encoding(name).recipe).count(PROMPT)


def construct_all() -> None:
    for name, ranks in RANKS.items():
        pattern = encoding(name).recipe.pattern
        tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


RANKS = {name: encoding(name).vocabulary.ranks() for name in FAMILIES}


def main() -> None:
    pairs = [(timed(count_all), timed(construct_all)) for _ in range(ROUNDS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(count / construction for count, construction in pairs)
    print(
        f"{len(FAMILIES)} first counts of 1 kB {ours:.0f} ms, "
        f"{len(FAMILIES)} constructions {theirs:.0f} ms, ratio {ratio:.3f}"
    )


if __name__ == "__main__":
    main()
