"""The shipped prices worked out a second time: from the TOML itself, with plain Decimal.

Nothing of the package is used here. What every line says is what the README says of price files.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
RAW: Entry = tomllib.loads(
    (Path(__file__).parents[1] / "pricing.toml").read_text(encoding="utf-8"), parse_float=Decimal
)
ONE = Decimal(1)
SINGLE = (
    *("input", "output", "output_thinking"),
    *("cache_read", "cache_read_explicit", "cache_storage_hour"),
)
UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
MODES = ("standard", "batch", "flex", "priority", "fast", "ultrafast")


def seconds(ttl: str) -> int:
    return int(ttl[:-1]) * UNITS[ttl[-1]]


@dataclass(frozen=True, kw_only=True)
class Sold:
    """A price row of a model at a site, `factor` times what the row says."""

    model: Entry
    row: Entry
    site: str
    factor: Decimal = ONE

    @property
    def seller(self) -> str:
        """The maker, or the provider that the site is named for."""
        maker = str(self.model["provider"])
        return maker if self.site in RAW["provider"][maker]["sites"] else self.site

    @property
    def of_model(self) -> Entry:
        """What is different for the model: the maker's rules for it are not those of a reseller."""
        return self.model if self.seller == self.model["provider"] else {}

    @property
    def name(self) -> str:
        return f"{self.model['provider']}/{self.model['id']}@{self.site}"

    @property
    def caches(self) -> dict[str, Entry]:
        """The rules of the implicit and the explicit cache, those of the model over the others."""
        provider, own = RAW["provider"][self.seller], self.of_model.get("cache", {})
        rules: dict[str, Entry] = {}
        if own is False:
            return {}
        for kind in ("implicit", "explicit"):
            below, above = provider.get("cache", {}).get(kind), own.get(kind)
            if above is not False and (below is not None or above is not None):
                rules[kind] = {**(below or {}), **(above or {})}
        return rules

    @property
    def batch_cache(self) -> str:
        rule = RAW["provider"][self.seller].get("batch_cache", "discounted")
        return str(self.of_model.get("batch_cache", rule))

    def day(self) -> date:
        """Return a day on which the row is in force, that of the table if it can be."""
        first, last = self.row.get("from", date.min), self.row.get("until", date.max)
        day: date = min(max(RAW["as_of"], first), last)
        return day

    @property
    def peak(self) -> Decimal:
        """What rates are multiplied by at the dearest hours."""
        schedule = RAW["schedule"].get(self.row.get("schedule"), {})
        return Decimal(schedule.get("multiplier", ONE))

    def borders(self, what: str) -> set[int]:
        """Return sizes on both sides of every border of a tier."""
        sizes = set()
        for tier in self.row.get("tiers", ()):
            for bound, first in (("gt", 1), ("gte", 0), ("lt", 0), ("lte", 1)):
                if f"{what}_{bound}" in tier:
                    inside = tier[f"{what}_{bound}"] + first
                    sizes |= {inside - 1, inside}
        return sizes

    def fits(self, tokens: int, output: int) -> bool:
        limits = (
            (tokens + output, self.model.get("context")),
            (tokens, self.model.get("max_input")),
            (output, self.model.get("max_output")),
            (tokens, self.row.get("input_max")),
        )
        return all(limit is None or size <= limit for size, limit in limits)

    def rates(self, *, tokens: int, output: int, mode: str, peak: Decimal) -> Entry | None:
        """Return what a million tokens cost, None where the list does not say."""
        tier = next(
            (tier for tier in reversed(self.row.get("tiers", ())) if _holds(tier, tokens, output)),
            None,
        )
        over = tier or {}
        rates = {name: over.get(name, self.row.get(name)) for name in SINGLE}
        writes = {**self.row.get("cache_write", {}), **over.get("cache_write", {})}
        caches = self.caches
        for kind, rule in caches.items():
            name = (
                "cache_read_explicit" if kind == "explicit" and len(caches) == 2 else "cache_read"
            )
            if rates[name] is None and "read_x" in rule:
                rates[name] = rates["input"] * rule["read_x"]
            for ttl, factor in rule.get("write_x", {}).items():
                writes.setdefault(ttl, rates["input"] * factor)
        change = ONE if mode == "standard" else self.row.get("modes", {}).get(mode)
        if change is None or (isinstance(change, dict) and tier):
            return None
        if isinstance(change, dict):
            rates = {name: change.get(name) for name in SINGLE}
            writes = change.get("cache_write", {})
            change = ONE
        kept = {} if change >= 1 else {"standard": ONE, "discounted": change}
        on_caches = kept.get(self.batch_cache, change)
        if change < 1 and self.batch_cache == "none":
            rates = {
                n: rates["input"] if r and n.startswith("cache") else r for n, r in rates.items()
            }
            writes = dict.fromkeys(writes, rates["input"])
        scaled: Entry = {
            name: rate and rate * (on_caches if name.startswith("cache") else change)
            for name, rate in rates.items()
        }
        scaled["cache_write"] = {ttl: rate * on_caches for ttl, rate in writes.items()}
        return _times(scaled, peak * self.factor)

    def written_by_default(self, rates: Entry, tokens: int) -> tuple[str, int] | None:
        """Return the lifetime and the size of what an implicit cache writes and bills."""
        rule = self.caches.get("implicit")
        ttls = sorted(rates["cache_write"], key=seconds)
        if rule is None or not ttls or ("explicit" in self.caches and not rule.get("write_x")):
            return None
        listed = [ttl for ttl in rule.get("ttl", ()) if ttl in ttls]
        return (listed or ttls)[0], cacheable(rule, tokens)


def cacheable(rule: Entry, tokens: int) -> int:
    """Return how many of the first tokens a cache takes: none below its least size."""
    least, step = rule.get("min_tokens", 0), rule.get("granularity", 1)
    return 0 if tokens < least else tokens - (tokens - least) % step


def _holds(tier: Entry, tokens: int, output: int) -> bool:
    for what, size in (("input", tokens), ("output", output)):
        if not (
            tier.get(f"{what}_gt", -1) < size
            and tier.get(f"{what}_gte", 0) <= size
            and size <= tier.get(f"{what}_lte", size)
            and size < tier.get(f"{what}_lt", size + 1)
        ):
            return False
    return True


def _times(rates: Entry, factor: Decimal) -> Entry:
    return {
        name: {ttl: write * factor for ttl, write in rate.items()}
        if isinstance(rate, dict)
        else rate and rate * factor
        for name, rate in rates.items()
    }


def parted(row: Entry) -> Iterator[Entry]:
    """Yield a row through the end of its promise, and the list price that is taken from then on."""
    end = row.get("promised_until")
    if end is None:
        yield row
        return
    yield {**row, "until": end}
    names = ("site", "schedule", "input_max", "modes")
    kept: Entry = {name: row[name] for name in names if name in row}
    yield {**kept, **row["list"], "from": end + timedelta(days=1)}


def sold() -> Iterator[Sold]:
    """Yield every price row at its site, and at those that sell at a multiple of the home."""
    for model in RAW["model"]:
        provider = RAW["provider"][model["provider"]]
        home = next(iter(provider["sites"]))
        rows = [part for row in model.get("price", []) for part in parted(row)]
        own = {row.get("site", home) for row in rows}
        for row in rows:
            site = row.get("site", home)
            yield Sold(model=model, row=row, site=site)
            for other, factor in provider.get("site_multiplier", {}).items():
                if site == home and other not in own and other not in model.get("not_at", ()):
                    yield Sold(model=model, row=row, site=other, factor=Decimal(factor))
