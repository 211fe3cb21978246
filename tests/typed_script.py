"""A script as users type it: mypy --strict has to accept it, and to refuse what is marked."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import tokencost


def texts() -> Iterator[str]:
    yield from ("hello", "hello world")


def main(folder: Path) -> Decimal:
    messages = [{"role": "user", "content": "Hello!"}]
    body = {"model": "gpt-4o", "messages": messages, "max_tokens": 100}
    report = tokencost.estimate("Hello!", "gpt-4o", output_tokens=500)
    tokencost.estimate(["Hello!", "You!"], ["gpt-4o", "gpt-4o-mini"], output_tokens=(200, 800))
    tokencost.estimate(messages, "gpt-4o", output_tokens=(200, 400, 800))
    tokencost.estimate([messages, messages], ("gpt-4o",))
    tokencost.estimate(body)
    tokencost.estimate([body, body])
    tokencost.estimate(folder, "gpt-4o", options=tokencost.EstimateOptions(calls=10))
    tokencost.estimate([folder], "gpt-4o")
    tokencost.estimate(texts(), "gpt-4o")
    tokencost.estimate(tokencost.InputTokens(total=9), "gpt-4o")
    tokencost.estimate(tokencost.read_prompts(folder), "gpt-4o")
    tokencost.count(tokencost.Prompt(name="a", text="Hello!"), "gpt-4o")
    tokencost.compare(messages, ["gpt-4o", "gpt-4o-mini"], output_tokens=9).top(1)
    tokencost.check(messages, "gpt-4o", limits=tokencost.Limits(max_tokens=100))
    tokencost.session(tokencost.Session(turns=2, system="Be brief."), "gpt-4o")
    try:
        tokencost.count(None)  # type: ignore[arg-type]
        tokencost.count(b"Hello!")  # type: ignore[arg-type]
        tokencost.estimate("Hello!", 5)  # type: ignore[arg-type]
        tokencost.estimate("Hello!", "gpt-4o", output_tokens="5")  # type: ignore[arg-type]
    except tokencost.TokencostError as error:
        print(error.message, error.hint, sep="\n")
    rows: list[dict[str, object]] = report.to_rows()
    print(report, rows, report.to_json(), report.to_dict()["totals"])
    (result,) = report.results
    tokens: int = result.tokens.expected
    assert tokens
    report.results[0].expected_cost.is_finite()
    monthly = tokencost.EstimateOptions(volume=tokencost.Volume(per_month=Decimal(20_000)))
    tokencost.estimate("Hello!", "gpt-4o", output_tokens=500, options=monthly)
    cost: tokencost.CostRange | None = result.cost
    return cost.expected.total if cost else result.expected_cost
