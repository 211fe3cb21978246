"""Where looking up a text's own tokens stops being cheaper than building the full encoder.

    python tests/benchmarks/crossover.py

For texts of growing size it prints the time of a first count both ways and their ratio. The two
limits in `tokencost/tokenizers/bpe.py` are set a little below the place where it reaches 1.
"""

import random
import sysconfig
import time
from pathlib import Path

from tokencost.tokenizers import bpe as module
from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.registry import _RECIPES

ROUNDS = 5
SIZES = (1_000, 10_000, 30_000, 60_000, 100_000, 200_000)


def fresh(name: str) -> Encoding:
    return Encoding(_RECIPES[name])


def first_count(name: str, text: str, *, restricted: bool) -> float:
    module._FEW_CHARACTERS = module._FEW_LOOKUPS = 10**12 if restricted else 0
    best = float("inf")
    for _ in range(ROUNDS):
        counter = fresh(name)
        started = time.perf_counter()
        counter.count(text)
        best = min(best, time.perf_counter() - started)
    return best * 1000


def main() -> None:
    library = Path(sysconfig.get_path("stdlib"))
    code = "".join(
        (library / name).read_text(encoding="utf-8")
        for name in ("argparse.py", "ast.py", "difflib.py", "inspect.py")
    )
    chinese = (Path(__file__).parents[1] / "reference" / "chinese.txt").read_text(encoding="utf-8")
    # Shuffled characters repeat no phrases: the worst case that still looks like Chinese.
    characters = list(chinese * 400)
    random.Random(1).shuffle(characters)
    texts = {"code": code, "Chinese": chinese * 400, "shuffled Chinese": "".join(characters)}
    for name in ("o200k_base", "qwen2"):
        for kind, text in texts.items():
            for size in SIZES:
                own = first_count(name, text[:size], restricted=True)
                full = first_count(name, text[:size], restricted=False)
                print(
                    f"{name:11} {kind:16} {size:8,} characters: own tokens {own:7.1f} ms, "
                    f"full encoder {full:7.1f} ms, ratio {own / full:5.2f}"
                )


if __name__ == "__main__":
    main()
