"""Reports of `estimate` and `diff` that were saved as JSON."""

import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tokencost.budgets.diff_report import DiffSize
from tokencost.errors import InputError, UsageError
from tokencost.estimates.results import TotalCost
from tokencost.money import ExchangeRate, multiply, sum_exact
from tokencost.pricing import Conversion
from tokencost.reports import number_of
from tokencost.tokenizers import Method, TokenCount
from tokencost.values import dataclass, regex

_MTOK = 1_000_000
_AMOUNT = regex(r"[0-9]{1,40}(?:\.[0-9]{1,60})?")
_HINT = "save one with `tokencost estimate ... --json > old.json`"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedCost:
    """What a saved report says of one input, or of all of them, with one model.

    Attributes:
        name: the input; of a saved diff the budget, or "" for all files that were named.
        size: tokens and cost, in the currency of the model.
        usage: the tokens as they are billed, None in a saved diff.
        rates: those that they were priced at, per million tokens, None in a saved diff.
        tier: which sizes the rates are for.
        files: how many inputs these are.
    """

    name: str
    size: DiffSize
    files: int = 1
    usage: Mapping[str, Any] | None = None
    rates: Mapping[str, Any] | None = None
    tier: str | None = None

    def cost_at_rates_of(self, other: "SavedCost") -> Decimal | None:
        """Return what this usage costs at the rates of *other*, None if nobody can tell.

        The rates have to be those of the same sizes, and to give the cost that *other* has: fees,
        hours and thinking are billed by more than rates.
        """
        if self.tier != other.tier or _priced(other.usage, other.rates) != other.size.cost.expected:
            return None
        return _priced(self.usage, other.rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReport:
    """A report that was saved as JSON.

    Attributes:
        name: the file.
        is_estimate: whether its costs are those of inputs, not of budgets.
        costs: what it says.
        price_key: what tells its prices from others: the digest of the tables and the day.
        asked: the output and the rest that a call was priced with.
        currency: what costs were converted into, None if they were not.
        rates: the exchange rates that it used.
    """

    name: str
    is_estimate: bool
    costs: tuple[SavedCost, ...]
    price_key: tuple[Any, ...]
    asked: Mapping[str, Any]
    currency: str | None
    rates: tuple[ExchangeRate, ...]

    def find_conversion(self, source: str, target: str) -> Conversion | None:
        """Return how this report converts, None if nothing needs converting.

        Raises:
            InputError: it has no such rate.
        """
        if source == target:
            return None
        for rate in self.rates:
            if {rate.base, rate.quote} == {source, target}:
                return Conversion(source=source, target=target, rate=rate, day=rate.day or date.min)
        raise InputError(
            f"{self.name} has no exchange rate from {source} to {target}",
            hint=f"save both reports with --currency {target}",
        )


def is_saved_report(name: str) -> bool:
    """Tell whether *name* is a file, and not to be taken for a ref."""
    return name.endswith(".json") and Path(name).is_file()


def read_saved_report(name: str | os.PathLike[str]) -> SavedReport:
    """Read a report of `estimate` or `diff`.

    Raises:
        InputError: it is not one, or not complete.
    """
    import json

    label = os.fspath(name)
    try:
        report = json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{label} cannot be read as JSON: {error}", hint=_HINT) from error
    schema = report.get("schema") if isinstance(report, dict) else None
    if schema not in ("tokencost.estimate", "tokencost.diff"):
        raise InputError(f"{label} is not a report of estimate or diff", hint=_HINT)
    if errors := report.get("errors"):
        number = len(errors) if isinstance(errors, list) else 1
        raise InputError(
            f"{label} is not complete: it has {number_of(number, 'error')}",
            hint="save one in which every input is counted and priced",
        )
    try:
        return _read_report(label, report, schema)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, UsageError) as error:
        raise InputError(
            f"{label} lacks what a report of this version has: {error!r}", hint=_HINT
        ) from error


def _read_report(label: str, report: Mapping[str, Any], schema: str) -> SavedReport:
    is_estimate = schema == "tokencost.estimate"
    costs = (
        [_estimated(result) for result in report["results"]]
        if is_estimate
        else [
            SavedCost(
                name=_text(total["budget"] or ""),
                size=_size(total["head"]),
                files=_count(total["files"]),
            )
            for total in report["totals"]
            if total["head"]
        ]
    )
    names = [(cost.name, cost.size.model) for cost in costs]
    if len({*names}) < len(names):
        raise InputError(
            f"{label} has several inputs of one name", hint="give each file a name of its own"
        )
    converted = {
        result["cost_converted"]["currency"]
        for result in (report["results"] if is_estimate else ())
        if result["cost_converted"]
    }
    asked = report["assumptions"]
    return SavedReport(
        name=label,
        is_estimate=is_estimate,
        costs=tuple(costs),
        price_key=(report["prices"]["digest"], report["prices"]["at"]),
        asked={key: asked[key] for key in ("output_tokens", "mode", "thinking")},
        currency=converted.pop() if len(converted) == 1 else None,
        rates=tuple(map(_exchange_rate, report["fx"])),
    )


def _estimated(result: Mapping[str, Any]) -> SavedCost:
    price = result["price"]
    return SavedCost(
        name=_text(result["input"]),
        size=_size(result),
        usage=_usage(result["usage"]),
        rates=_rates(price),
        tier=price["tier"],
    )


def _usage(usage: Mapping[str, Any]) -> Mapping[str, Any]:
    writes = {ttl: _count(tokens) for ttl, tokens in usage["cache_write"].items()}
    kinds = ("uncached_input", "cache_read", "output")
    return {**{kind: _count(usage[kind]) for kind in kinds}, "cache_write": writes}


def _rates(price: Mapping[str, Any]) -> Mapping[str, Any]:
    writes = {ttl: _amount(rate) for ttl, rate in (price["cache_write"] or {}).items()}
    kinds = ("input", "cache_read", "output")
    return {**{kind: _amount(price[kind]) for kind in kinds}, "cache_write": writes}


def _size(end: Mapping[str, Any]) -> DiffSize:
    tokens, cost = end["tokens"], end["cost"]
    return DiffSize(
        model=_text(end["model"]) + (f"@{_text(end['site'])}" if end["site"] else ""),
        tokens=TokenCount(
            expected=_count(tokens["input"]),
            low=_count(tokens["input_low"]),
            high=None if tokens["input_high"] is None else _count(tokens["input_high"]),
            method=Method(tokens["method"]),
            tokenizer=_text(tokens["tokenizer"]),
        ),
        currency=_text(cost["currency"]),
        cost=TotalCost(
            low=_amount(cost["low"]), expected=_amount(cost["expected"]), high=_amount(cost["high"])
        ),
        month=_amount(cost["month"]),
        month_ends=TotalCost(
            low=_amount(cost["month_low"]),
            expected=_amount(cost["month"]),
            high=_amount(cost["month_high"]),
        )
        if "month_high" in cost
        else None,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _amount(text: object) -> Decimal | None:
    if text is None:
        return None
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text!r} is not an amount")
    return Decimal(text)


def _exchange_rate(rate: Mapping[str, Any]) -> ExchangeRate:
    base, _, quote = rate["pair"].partition("/")
    day = date.fromisoformat(rate["date"]) if rate["date"] else None
    number = _amount(rate["rate"])
    if not number:
        raise ValueError(f"{rate['rate']} is not an exchange rate")
    return ExchangeRate(base=base, quote=quote, rate=number, day=day, source=rate["source"])


def _priced(usage: Mapping[str, Any] | None, rates: Mapping[str, Any] | None) -> Decimal | None:
    """Return what tokens cost at rates per million, None if a rate is missing."""
    if usage is None or rates is None:
        return None
    parts = [
        (usage["uncached_input"], rates["input"]),
        (usage["cache_read"], rates["cache_read"]),
        (usage["output"], rates["output"]),
        *((tokens, rates["cache_write"].get(ttl)) for ttl, tokens in usage["cache_write"].items()),
    ]
    amounts = []
    for tokens, rate in parts:
        if tokens and rate is None:
            return None
        if tokens:
            amounts.append(multiply(rate, tokens) / _MTOK)
    return sum_exact(amounts)
