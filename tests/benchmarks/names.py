"""Time to find a name, in milliseconds: `python -m tests.benchmarks.names`.

A name that the table has, one that a rule leads to, and one that is unknown and gets suggestions.
"""

from contextlib import suppress
from statistics import median
from time import perf_counter

from tests.price_tables import model, provider, table
from tokencost import TokencostError, find_model, load_price_table
from tokencost.pricing import PriceTable

NAMES = ("openai/gpt-4o", "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "gpt-4oo")


def milliseconds(prices: PriceTable, name: str, *, runs: int = 50) -> float:
    """Return the median time of looking *name* up."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        with suppress(TokencostError):
            find_model(prices, name)
        times.append(perf_counter() - start)
    return 1_000 * median(times)


if __name__ == "__main__":
    shipped = load_price_table()
    many = table(provider("acme"), *(model(f"m-{number}", input=1) for number in range(1_000)))
    for name in NAMES:
        print(f"{milliseconds(shipped, name):8.3f} ms  {name}, shipped table")
    for name in ("acme/m_999", "m-9999"):
        print(f"{milliseconds(many, name):8.3f} ms  {name}, 1,000 models")
