"""The price file of genai-prices: `prices/data.json`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tokencost.price_files.sources import parse_json, wrong_shape
from tokencost.price_files.sources.foreign_rows import (
    WRITE,
    Foreign,
    ForeignRow,
    ModeRates,
    Rates,
    Refused,
    Skipped,
    TieredRates,
    amount,
    collect_rows,
    limit,
    priced,
    provider_slug,
    put,
    says_free,
    site_of,
    write_ttl,
)
from tokencost.pricing import SPECIAL_MODES
from tokencost.values import dataclass

_BY_HOUR = "prices by the hour are not read"
_WRITTEN = "cache_write_mtok"
_RATES = {
    "input_mtok": "input",
    "output_mtok": "output",
    "output_reasoning_mtok": "output_thinking",
    "cache_read_mtok": "cache_read",
    _WRITTEN: WRITE,
    "cache_write_5m_mtok": f"{WRITE}5m",
    "cache_write_1h_mtok": f"{WRITE}1h",
}
_SEARCH = "web_searches_kcount"
_VARIANTS = "price_variants"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    """Prices since a day, None for ever; those of a mode name it."""

    since: date | None
    prices: Mapping[str, Any]
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """An entry of the file with its provider; `unread` are the variants that are left out."""

    key: str
    id: str
    provider: str
    provider_name: str
    values: Mapping[str, Any]
    variants: Sequence[_Dated] = ()
    unread: Sequence[str] = ()


def read(data: bytes, *, file: str) -> Foreign:
    """Read the file; a model whose price changed gives a row for every period.

    Raises:
        InputError: it is not JSON, or not that of genai-prices.
    """
    providers = parse_json(data, file=file)
    match providers:
        case [{"id": str(), "models": list()}, *_]:
            return collect_rows(_entries(providers), _read)
        case _:
            raise wrong_shape(
                file, source="genai-prices", expected="a list of providers with their models"
            )


def _entries(providers: Iterable[object]) -> Iterator[tuple[str, _Model | None]]:
    for provider in providers:
        match provider:
            case {"id": str() as name, "models": list() as models, **others}:
                for model in models:
                    shown = others.get("name")
                    yield _entry(name, shown if isinstance(shown, str) else name, model)
            case _:
                yield "?", None


def _entry(provider: str, provider_name: str, model: object) -> tuple[str, _Model | None]:
    match model:
        case {"id": str() as name, **values} if name:
            key = f"{provider}/{name}"
            # Its Google is the Gemini API, and Vertex AI for the models of others.
            on_vertex = provider == "google" and name.startswith("claude")
            return key, _Model(
                key=key,
                id=name,
                provider=provider_slug("google-vertex" if on_vertex else provider),
                provider_name=provider_name,
                values={str(field): value for field, value in values.items()},
            )
        case _:
            return f"{provider}/?", None


def _read(_key: str, model: _Model | None) -> tuple[Sequence[ForeignRow], Sequence[Skipped]]:
    if model is None:
        raise Refused("no id")
    standard = _standard(model.values.get("prices"))
    variants, unread = _variants(model.values.get(_VARIANTS))
    model = replace(model, variants=variants, unread=unread)
    rows: list[ForeignRow] = []
    refused: list[Skipped] = []
    for first, last in _spans([*standard, *variants]):
        in_force = [dated for dated in standard if _holds(dated, first)]
        if not in_force:
            continue
        try:
            rows.append(_row(model, in_force[-1].prices, first=first, last=last))
        except Refused as reason:
            span = "".join((f" from {first}" if first else "", f" until {last}" if last else ""))
            refused.append(Skipped(key=f"{model.key}{span}", reason=str(reason)))
    if not rows:
        raise Refused(refused[-1].reason if refused else "no price per token")
    return _merged(rows), refused


def _standard(prices: object) -> list[_Dated]:
    match prices:
        case Mapping():
            return [_Dated(since=None, prices=prices)]
        case list():
            return [_conditional(entry) for entry in prices]
        case _:
            raise Refused("no price per token")


def _conditional(entry: object) -> _Dated:
    match entry:
        case {"prices": Mapping() as prices, **others}:
            return _Dated(since=_since(others.get("constraint")), prices=prices)
        case _:
            raise Refused("a condition that is not read")


def _since(constraint: object) -> date | None:
    match constraint:
        case None:
            return None
        case {"start_date": str() as day, **others} if not others:
            try:
                return date.fromisoformat(day)
            except ValueError as error:
                raise Refused("a date that is none") from error
        case {"start_time": _}:
            raise Refused(_BY_HOUR)
        case _:
            raise Refused("a condition that is not read")


def _variants(entries: object) -> tuple[list[_Dated], list[str]]:
    """Return the variants that are modes, and the names of those that are not."""
    modes: list[_Dated] = []
    unread: list[str] = []
    for entry in entries if isinstance(entries, list) else ():
        match entry:
            case {"prices": Mapping() as prices} if not prices:
                continue
            case {"when": {"processing": "batch" as mode, **others}} if not others:
                pass
            case {"when": {"speed": "fast" as mode, **others}} if not others:
                pass
            case {"when": {"service_tier": str() as mode, **others}} if (
                mode in SPECIAL_MODES and not others
            ):
                pass
            case {"when": Mapping() as when}:
                unread += [f"{_VARIANTS}.{name}={value}" for name, value in when.items()]
                continue
            case _:
                raise Refused("a condition that is not read")
        modes.append(replace(_conditional(entry), mode=mode))
    return modes, unread


def _spans(dated: Iterable[_Dated]) -> Iterator[tuple[date | None, date | None]]:
    first: date | None = None
    for since in sorted({prices.since for prices in dated if prices.since}):
        yield first, since - _DAY
        first = since
    yield first, None


def _holds(dated: _Dated, day: date | None) -> bool:
    return dated.since is None or (day is not None and dated.since <= day)


def _merged(rows: Iterable[ForeignRow]) -> list[ForeignRow]:
    """Join the periods that follow each other and differ in nothing else."""
    merged: list[ForeignRow] = []
    for row in rows:
        before = merged[-1] if merged else None
        if before and _follows(before, row) and _undated(before) == _undated(row):
            first = {name: day for name, day in before.price.items() if name == "from"}
            last = {name: day for name, day in row.price.items() if name == "until"}
            merged[-1] = replace(row, price={**first, **last, **_undated(row)[0]})
        else:
            merged.append(row)
    return merged


def _follows(before: ForeignRow, row: ForeignRow) -> bool:
    return bool(before.price.get("until") == row.price["from"] - _DAY)


def _undated(row: ForeignRow) -> tuple[dict[str, Any], tuple[str, ...]]:
    price = {name: value for name, value in row.price.items() if name not in ("from", "until")}
    return price, row.left_out


def _row(
    model: _Model, prices: Mapping[str, Any], *, first: date | None, last: date | None
) -> ForeignRow:
    if any("_text_" in name and name.endswith("_mtok") for name in prices):
        raise Refused("text priced apart from the rest")
    left_out = list(model.unread)
    tiered = _tiered_rates(model, prices, left_out)
    price = priced(
        tiered,
        free=says_free(model.id, model.values.get("name")),
        modes=_modes(model, prices, first, left_out),
        fees=_fees(prices),
        left_out=left_out,
    )
    left_out += [name for name, value in prices.items() if value and not _is_read(name, value)]
    days = {"from": first, "until": last}
    return ForeignRow(
        key=model.key,
        provider=model.provider,
        provider_name=model.provider_name,
        id=model.id,
        currency="USD",
        context=None,
        # It is documented as the most input tokens, and often is the whole window.
        max_input=limit(model.values.get("context_window")),
        max_output=None,
        price={**{name: day for name, day in days.items() if day}, **price},
        left_out=tuple(dict.fromkeys(left_out)),
        site=site_of(model.provider),
    )


def _is_read(name: str, value: object) -> bool:
    return name in _RATES or (name == _SEARCH and not isinstance(value, Mapping))


def _fees(prices: Mapping[str, Any]) -> dict[str, Decimal]:
    value = prices.get(_SEARCH)
    return {"web_search": amount(value)} if value and _is_read(_SEARCH, value) else {}


def _modes(
    model: _Model, prices: Mapping[str, Any], day: date | None, left_out: list[str]
) -> dict[str, ModeRates]:
    """Return the modes of *day*; a rate that a variant does not name is the standard one."""
    changes: dict[str, dict[str, Any]] = {}
    for variant in model.variants:
        if _holds(variant, day):
            own = changes.setdefault(variant.mode, {})
            own.update({name: rate for name, rate in variant.prices.items() if name not in own})
    modes: dict[str, ModeRates] = {}
    for mode, own in changes.items():
        named = {name: f"{_VARIANTS}.{mode}.{name}" for name in own}
        left_out += [named[name] for name in own if name not in _RATES]
        if own.keys() & _RATES.keys():
            modes[mode] = ModeRates(
                tiered=_tiered_rates(model, {**prices, **own}, left_out),
                fields=tuple(named[name] for name in own if name in _RATES),
                tier_fields=tuple(
                    f"{named[name]}.tiers"
                    for name, value in own.items()
                    if name in _RATES and isinstance(value, Mapping)
                ),
            )
    return modes


def _tiered_rates(model: _Model, prices: Mapping[str, Any], left_out: list[str]) -> TieredRates:
    ttl = write_ttl(model.provider, model.id)
    steps = {name: _steps(value) for name, value in prices.items() if name in _RATES}
    if ttl is None and _WRITTEN in steps:
        del steps[_WRITTEN]
        left_out.append(_WRITTEN)
    levels: dict[int, Rates] = {}
    for bound in sorted({bound for rates in steps.values() for bound in rates} | {0}):
        rates = levels.setdefault(bound, {})
        for name, by_start in steps.items():
            reached = [start for start in by_start if start <= bound]
            if bound and reached == [0]:
                continue
            put(
                rates,
                f"{WRITE}{ttl}" if name == _WRITTEN else _RATES[name],
                by_start[max(reached)],
                source=name,
                left_out=left_out,
                base=levels[0] if bound else None,
            )
    return TieredRates(base=levels.pop(0), tiers=levels)


def _steps(value: object) -> dict[int, Any]:
    """Return a price by the number of input tokens above which it holds."""
    match value:
        case {"base": base, "tiers": list() as tiers}:
            steps = {0: base}
            for tier in tiers:
                start = limit(tier.get("start")) if isinstance(tier, Mapping) else None
                if start is None or start in steps:
                    raise Refused("tiers on something else")
                steps[start] = tier.get("price")
            return steps
        case Mapping():
            raise Refused("tiers on something else")
        case _:
            return {0: value}
