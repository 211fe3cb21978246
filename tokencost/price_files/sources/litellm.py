"""The price file of litellm: `model_prices_and_context_window.json`."""

import re
from collections.abc import Iterator, Mapping, Sequence
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

_SAMPLE = "sample_spec"
_PER_MILLION = 6
_TEXT = ("chat", "completion", "responses")
_MODES = {"batches": "batch", "flex": "flex", "priority": "priority", "ultrafast": "ultrafast"}
_WRITTEN = "cache_creation_input_token_cost"
_RATES = {
    "input_cost_per_token": "input",
    "input_cost_per_token_cache_hit": "cache_read",
    "output_cost_per_token": "output",
    "output_cost_per_reasoning_token": "output_thinking",
    "cache_read_input_token_cost": "cache_read",
    "explicit_cache_read_input_token_cost": "cache_read_explicit",
    _WRITTEN: WRITE,
    f"{_WRITTEN}_above_1hr": f"{WRITE}1h",
    f"{_WRITTEN}_above_12hr": f"{WRITE}12h",
}
_FIELD = re.compile(
    rf"(?P<rate>{'|'.join(_RATES)})(?:_above_(?P<bound>\d{{1,9}})k_tokens)?"
    rf"(?:_(?P<mode>{'|'.join(_MODES)}))?"
)
_OTHER_BOUND = re.compile(rf"(?:{'|'.join(_RATES)})_above_(?!\d{{1,9}}(?:k_tokens|hr))")
_MONEY = re.compile(r"cost|pric|multiplier")
_TIERED = "tiered_pricing"
_SEARCH = "search_context_cost_per_query"
_FACTORS = "provider_specific_entry"
_NAMES = {
    "alibaba": "Alibaba Cloud",
    "azure": "Azure OpenAI",
    "bedrock": "Amazon Bedrock",
    "deepseek": "DeepSeek",
    "minimax": "MiniMax",
    "moonshotai": "Moonshot AI",
    "openai": "OpenAI",
    "openrouter": "OpenRouter",
    "vertex-ai": "Google Vertex AI",
    "xai": "xAI",
    "zhipu": "Zhipu AI",
}

# Fields and their values by the number of input tokens above which they hold; 0 is the base.
_Levels = dict[int, dict[str, Any]]


def read(data: bytes, *, file: str) -> Foreign:
    """Read the file.

    Raises:
        InputError: it is not JSON, or not litellm's.
    """
    models = parse_json(data, file=file)
    if not isinstance(models, Mapping) or not any(
        isinstance(entry, Mapping) and "litellm_provider" in entry for entry in models.values()
    ):
        raise wrong_shape(
            file, source="litellm", expected="an object of models that name a litellm_provider"
        )
    return collect_rows(models.items(), _read)


def _read(key: str, entry: object) -> tuple[Sequence[ForeignRow], Sequence[Skipped]]:
    if key == _SAMPLE:
        raise Refused("a sample")
    if not isinstance(entry, Mapping):
        raise Refused("not an object")
    mode = entry.get("mode")
    if mode not in _TEXT:
        raise Refused(f"not a text model: {mode or 'no mode'}")
    if entry.get("off_peak_pricing"):
        raise Refused("prices by the hour are not read")
    provider = provider_slug(entry.get("litellm_provider"))
    model = _id(key, entry["litellm_provider"])
    left_out: list[str] = []
    ttl = _ttl(entry, provider=provider, model=model)
    levels = _levels(entry)
    tiered = _tiered_rates(_with_tiered(levels.pop(None, {}), entry.get(_TIERED)), ttl, left_out)
    modes: dict[str, ModeRates | Decimal] = {
        name: _mode(own, ttl, left_out) for name, own in levels.items() if name
    }
    modes.update(_fast(entry, left_out))
    fees = _fees(entry, left_out)
    price = priced(tiered, free=says_free(key), modes=modes, fees=fees, left_out=left_out)
    left_out += _others(entry)
    row = ForeignRow(
        key=key,
        provider=provider,
        provider_name=_NAMES.get(provider) or provider.replace("-", " ").title(),
        id=model,
        currency="USD",
        context=None,
        max_input=limit(entry.get("max_input_tokens")),
        max_output=limit(entry.get("max_output_tokens")),
        price=price,
        left_out=tuple(dict.fromkeys(left_out)),
        site=site_of(provider),
    )
    return [row], ()


def _id(key: str, provider: str) -> str:
    """Return the key without the name of the provider that it may begin with."""
    first, _, rest = key.partition("/")
    family = re.sub(r"-.*|_converse$|_text$", "", provider)
    return rest if rest and first in (provider, provider.replace("_", "-"), family) else key


def _ttl(entry: Mapping[str, Any], *, provider: str, model: str) -> str | None:
    if provider == "openai" and f"{_WRITTEN}_above_12hr" in entry:
        return "30m"
    return write_ttl(provider, model)


def _levels(entry: Mapping[str, Any]) -> dict[str | None, _Levels]:
    """Return the fields that are prices of a token, by mode and by size of the request."""
    levels: dict[str | None, _Levels] = {}
    for field, value in entry.items():
        if value is None:
            continue
        if parts := _FIELD.fullmatch(field):
            bound = int(parts["bound"] or 0) * 1_000
            mode = _MODES.get(parts["mode"])
            levels.setdefault(mode, {}).setdefault(bound, {})[field] = value
        elif _OTHER_BOUND.match(field):
            raise Refused("tiers on something else")
    return levels


def _with_tiered(levels: _Levels, tiered: object) -> _Levels:
    """Return the levels of a list of tiers with ranges, if there is one."""
    if not tiered:
        return levels
    if levels.keys() - {0}:
        raise Refused("two kinds of tiers")
    tiers: _Levels = {}
    end: int | None = 0
    for start, stop, fields in _ranges(tiered):
        if end is None or start != end:
            raise Refused("tiers that do not follow each other")
        tiers[end], end = fields, limit(stop)
    if len({frozenset(fields) for fields in tiers.values()}) > 1:
        raise Refused("tiers that name different rates")
    if any(tiers[0].get(field) != value for field, value in levels.get(0, {}).items()):
        raise Refused("two prices of the same")
    return tiers


def _ranges(tiered: object) -> Iterator[tuple[object, object, dict[str, Any]]]:
    for tier in tiered if isinstance(tiered, list) else [tiered]:
        match tier:
            case {"range": [start, stop], **fields} if fields.keys() <= _RATES.keys():
                yield start, stop, {str(field): value for field, value in fields.items()}
            case _:
                raise Refused("tiers on something else")


def _tiered_rates(levels: _Levels, ttl: str | None, left_out: list[str]) -> TieredRates:
    base: Rates = {}
    tiers: dict[int, Rates] = {}
    above: Rates = {}
    for bound, fields in sorted(levels.items()):
        if bound == 0:
            base = _rates(fields, ttl, left_out, base=None)
        else:
            above = {**above, **_rates(fields, ttl, left_out, base=base)}
            tiers[bound] = above
    return TieredRates(base=base, tiers=tiers)


def _rates(
    fields: Mapping[str, Any], ttl: str | None, left_out: list[str], *, base: Rates | None
) -> Rates:
    rates: Rates = {}
    for field, value in fields.items():
        parts = _FIELD.fullmatch(field)
        name = _RATES[parts["rate"]] if parts else ""
        if name == WRITE and ttl is None:
            left_out.append(field)
            continue
        name = f"{WRITE}{ttl}" if name == WRITE else name
        own: Rates = {}
        put(own, name, value, source=field, left_out=left_out, shift=_PER_MILLION, base=base)
        if name in rates and own and own[name] != rates[name]:
            raise Refused("two prices of the same")
        rates.update(own)
    return rates


def _mode(levels: _Levels, ttl: str | None, left_out: list[str]) -> ModeRates:
    return ModeRates(
        tiered=_tiered_rates(levels, ttl, left_out),
        fields=tuple(levels.get(0, ())),
        tier_fields=tuple(field for bound, fields in levels.items() if bound for field in fields),
    )


def _fast(entry: Mapping[str, Any], left_out: list[str]) -> dict[str, Decimal]:
    """Return the mode that a factor on the whole price gives; others are left out."""
    factors = entry.get(_FACTORS)
    if not isinstance(factors, Mapping):
        return {}
    numbers = {name: value for name, value in factors.items() if isinstance(value, int | Decimal)}
    left_out += [f"{_FACTORS}.{name}" for name in numbers if name != "fast"]
    return {"fast": amount(numbers["fast"])} if numbers.get("fast") else {}


def _fees(entry: Mapping[str, Any], left_out: list[str]) -> dict[str, Decimal]:
    """Return the fee for 1,000 searches, if all sizes of a search cost the same."""
    sizes = entry.get(_SEARCH)
    if not isinstance(sizes, Mapping) or not any(sizes.values()):
        return {}
    first, *others = sizes.values()
    if any(fee != first for fee in others):
        left_out.append(_SEARCH)
        return {}
    return {"web_search": amount(first, shift=3)}


def _others(entry: Mapping[str, Any]) -> Iterator[str]:
    for field, value in entry.items():
        is_read = field in (_TIERED, _SEARCH) or _FIELD.fullmatch(field)
        if value and not is_read and _MONEY.search(field):
            yield field
