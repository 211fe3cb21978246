"""The price file of models.dev: `api.json`."""

from collections.abc import Iterator, Mapping, Sequence
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
    collect_rows,
    limit,
    priced,
    provider_slug,
    put,
    says_free,
    site_of,
)
from tokencost.pricing import SPECIAL_MODES

_WRITTEN = "cache_write"
_RATES = {
    "input": "input",
    "output": "output",
    "reasoning": "output_thinking",
    "cache_read": "cache_read",
    _WRITTEN: f"{WRITE}5m",  # read for Anthropic's models only: no others say how long it lives
}
_TIERS, _OLD_TIER, _OLD_BOUND = "tiers", "context_over_200k", 200_000


def read(data: bytes, *, file: str) -> Foreign:
    """Read the file.

    Raises:
        InputError: it is not JSON, or not that of models.dev.
    """
    providers = parse_json(data, file=file)
    if not isinstance(providers, Mapping) or not any(
        isinstance(provider, Mapping) and isinstance(provider.get("models"), Mapping)
        for provider in providers.values()
    ):
        raise wrong_shape(
            file, source="models.dev", expected="an object of providers with their models"
        )
    return collect_rows(_entries(providers), _read)


def _entries(providers: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str, str, object]]]:
    for name, provider in providers.items():
        match provider:
            case {"models": Mapping() as models, **others}:
                shown = others.get("name")
                for model, values in models.items():
                    called = shown if isinstance(shown, str) and shown else name
                    yield f"{name}/{model}", (name, called, model, values)
            case _:
                yield name, (name, name, "", None)


def _read(
    key: str, entry: tuple[str, str, str, object]
) -> tuple[Sequence[ForeignRow], Sequence[Skipped]]:
    name, provider_name, model, values = entry
    if not isinstance(values, Mapping):
        raise Refused("not an object")
    cost = values.get("cost")
    if not isinstance(cost, Mapping):
        raise Refused("no price per token")
    _check_modalities(values.get("modalities"), cost)
    provider = provider_slug(name)
    left_out: list[str] = []
    price = priced(
        _tiered_rates(cost, model=model, left_out=left_out),
        free=says_free(model, values.get("name")),
        modes=_modes(values.get("experimental"), model=model, left_out=left_out),
        fees={},
        left_out=left_out,
    )
    limits = values.get("limit")
    limits = limits if isinstance(limits, Mapping) else {}
    row = ForeignRow(
        key=key,
        provider=provider,
        provider_name=provider_name,
        id=model,
        currency="USD",
        context=limit(limits.get("context")),
        max_input=limit(limits.get("input")),
        max_output=limit(limits.get("output")),
        price=price,
        left_out=tuple(dict.fromkeys(left_out)),
        site=site_of(provider),
    )
    return [row], ()


def _check_modalities(modalities: object, cost: Mapping[str, Any]) -> None:
    """Refuse what is not text, or has one price for text and for something dearer."""
    outputs = modalities.get("output") if isinstance(modalities, Mapping) else None
    if not isinstance(outputs, list) or not outputs:
        return
    if "text" not in outputs:
        raise Refused(f"not a text model: {outputs[0]}")
    for other in outputs:
        if other != "text" and f"output_{other}" not in cost:
            raise Refused(f"one price for text and {other}")


def _tiered_rates(
    cost: Mapping[str, Any], *, model: str, left_out: list[str], prefix: str = ""
) -> TieredRates:
    tiers: dict[int, Rates] = {}
    base = _rates(cost, model=model, left_out=left_out, prefix=prefix, base=None)
    for bound, fields in _tiers(cost):
        if bound in tiers:
            raise Refused("tiers on something else")
        tiers[bound] = _rates(
            fields, model=model, left_out=left_out, prefix=f"{prefix}{_TIERS}.", base=base
        )
    if len({frozenset(rates) for rates in tiers.values()}) > 1:
        raise Refused("tiers that name different rates")
    return TieredRates(base=base, tiers=tiers)


def _tiers(cost: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Return the tiers with their bounds; the field for 200k is what the list was before."""
    tiers = cost.get(_TIERS)
    if not tiers:
        if isinstance(old := cost.get(_OLD_TIER), Mapping):
            yield _OLD_BOUND, old
        return
    for tier in tiers if isinstance(tiers, list) else [tiers]:
        match tier:
            case {"tier": {"type": "context", "size": size}, **fields} if bound := limit(size):
                yield bound, {str(field): value for field, value in fields.items()}
            case _:
                raise Refused("tiers on something else")


def _rates(
    cost: Mapping[str, Any],
    *,
    model: str,
    left_out: list[str],
    prefix: str,
    base: Rates | None,
) -> Rates:
    rates: Rates = {}
    for field, value in cost.items():
        if field in (_TIERS, _OLD_TIER):
            continue
        name = _RATES.get(field)
        if name is None or (field == _WRITTEN and "claude" not in model.lower()):
            left_out += [f"{prefix}{field}"] if value else []
        else:
            put(rates, name, value, source=f"{prefix}{field}", left_out=left_out, base=base)
    return rates


def _modes(experimental: object, *, model: str, left_out: list[str]) -> dict[str, ModeRates]:
    modes = experimental.get("modes") if isinstance(experimental, Mapping) else None
    read: dict[str, ModeRates] = {}
    for name, mode in modes.items() if isinstance(modes, Mapping) else ():
        cost = mode.get("cost") if isinstance(mode, Mapping) else None
        path = f"experimental.modes.{name}"
        if not isinstance(cost, Mapping):
            continue
        if name not in SPECIAL_MODES:
            left_out.append(path)
            continue
        tiered = _tiered_rates(cost, model=model, left_out=left_out, prefix=f"{path}.")
        tiers = (f"{path}.{_TIERS}",) if tiered.tiers else ()
        read[name] = ModeRates(tiered=tiered, fields=(path,), tier_fields=tiers)
    return read
