"""What is read from the price file of another project, and what its readers share."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Context, Decimal
from typing import Any, TypeAlias, TypeVar

from tokencost.usage import MOST_TOKENS
from tokencost.values import dataclass

Rates: TypeAlias = dict[str, Decimal]
T = TypeVar("T")

WRITE = "cache_write "  # with the time to live, as in "cache_write 5m"
_SINGLE = ("input", "output", "output_thinking", "cache_read", "cache_read_explicit")

_DIGITS, _FLOAT_DIGITS, _FACTOR_DIGITS = 12, 9, 6
_FLOAT_NOISE = _SMALLEST = Decimal("1e-9")
_LARGEST = Decimal("1e9")

# Names that other projects have for providers of our table.
_PROVIDERS = {
    "amazon-bedrock": "bedrock",
    "aws": "bedrock",
    "azure-text": "azure",
    "bedrock-converse": "bedrock",
    "cohere-chat": "cohere",
    "dashscope": "alibaba",
    "gemini": "google",
    "llama": "meta",
    "meta-llama": "meta",
    "moonshot": "moonshotai",
    "x-ai": "xai",
    "xiaomi-mimo": "xiaomi",
    "zai": "zhipu",
}
_VERTEX = ("vertex-ai", "google-vertex")
_INTERNATIONAL = frozenset(
    ("alibaba", "deepseek", "minimax", "moonshotai", "stepfun", "tencent", "xiaomi", "zhipu")
)
_FREE = (":free", "-free", " (free)")
_NOT_A_NUMBER = "a price that is not a number"
_TTL_OF_PROVIDER = {"alibaba": "5m", "minimax": "5m", "moonshotai": "5m"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRow:
    """One price row; `price` has the keys of our `[[model.price]]`.

    `left_out` names the fields with money in them that it cannot say; no `site` is the home.
    """

    key: str
    provider: str
    provider_name: str
    id: str
    currency: str
    context: int | None
    max_input: int | None
    max_output: int | None
    price: Mapping[str, Any]
    left_out: tuple[str, ...]
    site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An entry that gave no row; `reason` is one of a few, so that they can be grouped."""

    key: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Everything that a file gave, in its order."""

    rows: tuple[ForeignRow, ...]
    skipped: tuple[Skipped, ...]


class Refused(Exception):  # noqa: N818 - it is an outcome of reading, never shown as an error
    """Says why an entry gives no row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TieredRates:
    """Base rates by name, and those of requests with more than so many input tokens."""

    base: Rates
    tiers: Mapping[int, Rates] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRates:
    """The rates of a mode and the foreign fields they came from, apart for the tiers."""

    tiered: TieredRates
    fields: tuple[str, ...]
    tier_fields: tuple[str, ...] = ()


def collect_rows(
    entries: Iterable[tuple[str, T]],
    read: Callable[[str, T], tuple[Sequence[ForeignRow], Sequence[Skipped]]],
) -> Foreign:
    """Read every entry; of two entries of one model the first counts."""
    rows: list[ForeignRow] = []
    skipped: list[Skipped] = []
    taken: dict[tuple[str, str], str] = {}
    for key, entry in entries:
        try:
            rows_read, rows_skipped = read(key, entry)
        except Refused as refused:
            skipped.append(Skipped(key=key, reason=str(refused)))
            continue
        skipped += rows_skipped
        name = (rows_read[0].provider, rows_read[0].id)
        if name in taken:
            skipped.append(
                Skipped(key=key, reason="the same model as another entry", detail=taken[name])
            )
        else:
            taken[name] = key
            rows += rows_read
    return Foreign(rows=tuple(rows), skipped=tuple(skipped))


def provider_slug(name: object) -> str:
    """Return our id of the provider that another project calls *name*."""
    text = name.lower() if isinstance(name, str) else ""
    slug = re.sub(r"[^a-z0-9.]+", "-", text).strip("-").removeprefix("text-completion-")
    if not slug:
        raise Refused("no provider")
    return "vertex-ai" if slug.startswith(_VERTEX) else _PROVIDERS.get(slug, slug)


def site_of(provider: str) -> str | None:
    """Return the site that prices in dollars are for; None is the home."""
    return "intl" if provider in _INTERNATIONAL else None


def write_ttl(provider: str, model: str) -> str | None:
    """Return how long a cache write lives whose price does not say so, None if unknown."""
    return "5m" if "claude" in model.lower() else _TTL_OF_PROVIDER.get(provider)


def says_free(*names: object) -> bool:
    """Say whether one of the names of an entry calls it free."""
    return any(isinstance(name, str) and name.lower().endswith(_FREE) for name in names)


def limit(value: object) -> int | None:
    """Return a number of tokens, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    whole = number.is_finite() and 0 < number <= MOST_TOKENS and number == int(number)
    return int(number) if whole else None


def amount(value: object, *, shift: int = 0) -> Decimal:
    """Return a price times ten to the power of *shift*, without the noise of binary floats.

    Raises:
        Refused: it is not a price.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(_NOT_A_NUMBER)
    number = Decimal(value)
    if not number.is_finite():
        raise Refused(_NOT_A_NUMBER)
    if number < 0:
        raise Refused("a negative price")
    if number and not _SMALLEST.scaleb(-shift) <= number <= _LARGEST.scaleb(-shift):
        raise Refused("an implausible price")
    return _plain(_rounded(number.scaleb(shift)))


def put(
    rates: Rates,
    name: str,
    value: object,
    *,
    source: str,
    left_out: list[str],
    shift: int = 0,
    base: Mapping[str, Decimal] | None = None,
) -> None:
    """Put a rate among *rates*, unless it is absent or a cache rate of 0.

    That goes to *left_out*, as the field *source* of the file. *base* are the rates of smaller
    requests where *rates* are those of a tier.

    Raises:
        Refused: it is not a price, or 0 for large requests only.
    """
    if value is None:
        return
    rate = amount(value, shift=shift)
    if rate or name in ("input", "output"):
        rates[name] = rate
    elif base is not None and name in base:
        raise Refused("a price of 0 in one tier only")
    else:
        left_out.append(source)


def priced(
    tiered: TieredRates,
    *,
    free: bool,
    modes: Mapping[str, ModeRates | Decimal],
    fees: Mapping[str, Decimal],
    left_out: list[str],
) -> dict[str, Any]:
    """Return the keys of a price row; what it cannot say is added to *left_out*.

    Raises:
        Refused: the row would be wrong or say nothing.
    """
    kind = _kind(tiered, free=free)
    tiered = _without_needless_thinking(tiered)
    tiers = [
        {"input_gt": bound, **_nested(rates)}
        for bound, rates in sorted(tiered.tiers.items())
        if rates
    ]
    parts = {"tiers": tiers, "modes": _changes(tiered, modes, left_out), "fees": dict(fees)}
    return {**kind, **_nested(tiered.base), **{key: part for key, part in parts.items() if part}}


def _kind(tiered: TieredRates, *, free: bool) -> dict[str, str]:
    base = tiered.base
    if "input" not in base or "output" not in base:
        raise Refused("no price per token")
    if not base["input"] or not base["output"]:
        if not free:
            raise Refused("a price of 0 that does not say free")
        if base["input"] or base["output"] or tiered.tiers:
            raise Refused("said to be free, but only half of it is")
        return {"kind": "free"}
    if any(0 in (rates.get("input"), rates.get("output")) for rates in tiered.tiers.values()):
        raise Refused("a price of 0 in one tier only")
    return {}


def _without_needless_thinking(tiered: TieredRates) -> TieredRates:
    # A price of thinking that only repeats that of the output goes with it into the tiers.
    carried = tiered.base if _extra(tiered.base) else _without(tiered.base, "output_thinking")
    more = [_extra({**carried, **rates}) for rates in (tiered.base, *tiered.tiers.values())]
    if min(more) < 0:
        raise Refused("thinking is cheaper than the output")
    if not any(more):
        return TieredRates(
            base=_without(tiered.base, "output_thinking"),
            tiers={n: _without(rates, "output_thinking") for n, rates in tiered.tiers.items()},
        )
    if any("output" in rates and "output_thinking" not in rates for rates in tiered.tiers.values()):
        raise Refused("a tier without its price of thinking")
    return tiered


def _extra(rates: Rates) -> Decimal:
    return rates.get("output_thinking", rates["output"]) - rates["output"]


def _changes(
    tiered: TieredRates, modes: Mapping[str, ModeRates | Decimal], left_out: list[str]
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, mode in modes.items():
        if isinstance(mode, Decimal):
            changes[name] = mode
            continue
        own = mode.tiered.base
        thinks = "output_thinking" in tiered.base and "output_thinking" not in own
        if not own.get("input") or not own.get("output") or thinks:
            left_out += [*mode.fields, *mode.tier_fields]
            continue
        factor = _factor(tiered, _without_needless_thinking(mode.tiered))
        if factor is None:
            left_out += mode.tier_fields
        changes[name] = factor or _nested(_without_needless_thinking(TieredRates(base=own)).base)
    return changes


def _factor(standard: TieredRates, own: TieredRates) -> Decimal | None:
    """Return the number that makes every standard rate one of the mode's, if there is one."""
    pairs = [(standard.base, own.base)]
    pairs += [(rates, own.tiers.get(bound, {})) for bound, rates in standard.tiers.items()]
    if standard.tiers.keys() != own.tiers.keys() or any(a.keys() != b.keys() for a, b in pairs):
        return None
    ratio = own.base["input"] / (standard.base["input"] or 1)
    factor = _plain(Context(prec=_FACTOR_DIGITS).plus(ratio))
    exact = all(a[name] * factor == b[name] for a, b in pairs for name in a)
    return factor if exact else None


def _nested(rates: Rates) -> dict[str, Any]:
    single = {name: rates[name] for name in _SINGLE if name in rates}
    writes = {
        name.removeprefix(WRITE): rate for name, rate in rates.items() if name.startswith(WRITE)
    }
    return {**single, "cache_write": writes} if writes else single


def _without(rates: Rates, name: str) -> Rates:
    return {key: rate for key, rate in rates.items() if key != name}


def _rounded(number: Decimal) -> Decimal:
    if len(number.normalize().as_tuple().digits) <= _DIGITS:
        return number
    short = Context(prec=_FLOAT_DIGITS).plus(number)
    if abs(short - number) < number * _FLOAT_NOISE:
        return short
    return Context(prec=_DIGITS).plus(number)


def _plain(number: Decimal) -> Decimal:
    short = number.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short
