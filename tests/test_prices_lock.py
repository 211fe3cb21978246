"""The shipped figures against those of independent collections, as tests/prices.lock keeps them.

The lock is written by tests/prices/lock.py from packages, never from the table. A figure of the
lock that the table contradicts is a mistake of one of them, unless the lock says why. The table
is read as it is written, so that these checks stand on nothing that they check.
"""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

HERE = Path(__file__).parent
Table = dict[str, Any]
Lock = dict[str, list[dict[str, Any]]]


def read(path: Path) -> Table:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


TABLE = read(HERE.parent / "pricing.toml")
FILE = read(HERE / "prices.lock")
LOCK: Lock = FILE["lock"]
LONG_ANSWER = 1_000  # of tiers by the size of the output, the lock has those of long answers
RATES = ("input", "output", "cache_read")
PLACE = {"model", "site", "day", "tokens", "mode", "sources"}


class Disagreement(NamedTuple):
    """A figure that the table has otherwise than the lock."""

    model: str
    site: str
    what: str
    ours: str
    theirs: str

    @property
    def claim(self) -> str:
        return f"{self.what}: {self.ours}"


def in_words(figures: set[Decimal]) -> str:
    return " or ".join(sorted(f"{figure.normalize():f}" for figure in figures)) or "nothing"


def models(table: Table) -> dict[str, Table]:
    return {f"{model['provider']}/{model['id']}": model for model in table["model"]}


def site_of(table: Table, model: Table, row: Table) -> str:
    sites = table["provider"][model["provider"]]["sites"]
    return str(row.get("site", next(iter(sites))))


def seller_of(table: Table, model: str, site: str) -> str:
    maker = model.partition("/")[0]
    return maker if site in table["provider"][maker]["sites"] else site


def row_on(table: Table, model: Table, site: str, day: date) -> Table | None:
    for row in model.get("price", []):
        in_force = row.get("from", date.min) <= day <= row.get("until", date.max)
        if site_of(table, model, row) == site and in_force:
            return dict(row)
    return None


def holds(tier: Table, tokens: int) -> bool:
    return all(
        (f"{side}_gt" not in tier or size > tier[f"{side}_gt"])
        and (f"{side}_gte" not in tier or size >= tier[f"{side}_gte"])
        and (f"{side}_lt" not in tier or size < tier[f"{side}_lt"])
        and (f"{side}_lte" not in tier or size <= tier[f"{side}_lte"])
        for side, size in {"input": tokens, "output": LONG_ANSWER}.items()
    )


def in_tier(row: Table, tokens: int) -> Table:
    """Return the row with the rates of the last tier that holds."""
    tiers = [tier for tier in row.get("tiers", []) if holds(tier, tokens)]
    return row | tiers[-1] if tiers else row


def cache_rules(table: Table, model: Table, site: str) -> list[Table]:
    """Return the implicit and the explicit rule, key by key the model's or its seller's."""
    maker, seller = model["provider"], seller_of(table, f"{model['provider']}/", site)
    own, shared = model.get("cache", {}), table["provider"][seller].get("cache", {})
    own = own if seller == maker else {}
    if own is False:
        return []
    kinds = [kind for kind in ("implicit", "explicit") if own.get(kind) is not False]
    return [{**shared.get(kind, {}), **own.get(kind, {})} for kind in kinds]


def known_rates(table: Table, model: Table, rates: Table, name: str) -> set[Decimal]:
    """Return what the table may mean by *name*: collections do not tell one cache from another."""
    rules = cache_rules(table, model, site_of(table, model, rates))
    what, _, ttl = name.partition(" ")
    if what == "cache_write":
        written = [rates.get("cache_write", {}).get(ttl)]
        models_by_name = [rate for rate in written if rate is not None]
        factors = [rule["write_x"][ttl] for rule in rules if ttl in rule.get("write_x", {})]
    else:
        names = (what, "cache_read_explicit") if what == "cache_read" else (what,)
        models_by_name = [rates[item] for item in names if item in rates]
        factors = [rule["read_x"] for rule in rules if "read_x" in rule]
        factors = factors if what == "cache_read" else []
    return {*models_by_name, *(rates["input"] * factor for factor in factors)}


def in_mode(table: Table, model: Table, rates: Table, mode: str) -> Table:
    """Return the rates in *mode*, nothing if the table has no price for it."""
    if not mode:
        return rates
    change = rates.get("modes", {}).get(mode)
    if isinstance(change, dict):
        return change
    if change is None:
        return {}
    moded = {name: rates[name] * change for name in RATES if name in rates}
    seller = table["provider"][model["provider"]]
    caching = model.get("batch_cache", seller.get("batch_cache", "discounted"))
    if caching == "standard" and "cache_read" in rates:
        moded["cache_read"] = rates["cache_read"]
    return moded


def rate_disagreements(table: Table, lock: Lock) -> Iterator[Disagreement]:
    models_by_name = models(table)
    for entry in lock["rates"]:
        name, site, tokens, mode = (
            entry.get(key, "") for key in ("model", "site", "tokens", "mode")
        )
        sources = ", ".join(entry["sources"])
        model = models_by_name.get(name)
        row = row_on(table, model, site, entry["day"]) if model else None
        if not model or not row:
            what = f"price of {entry['day']}"
            yield Disagreement(name, site, what, "nothing", f"sold by {sources}")
            continue
        if tokens > row.get("input_max", tokens):
            continue
        rates = in_mode(table, model, in_tier(row, tokens), mode)
        for figure in sorted(entry.keys() - PLACE):
            ours = known_rates(table, model, rates, figure) if rates else set()
            if entry[figure] not in ours:
                what = " ".join(filter(None, (f"{tokens}", mode, figure)))
                theirs = f"{entry[figure]} on {entry['day']} in {sources}"
                yield Disagreement(name, site, what, in_words(ours), theirs)


def window_disagreements(table: Table, lock: Lock) -> Iterator[Disagreement]:
    models_by_name = models(table)
    for entry in lock["windows"]:
        model = models_by_name.get(entry["model"], {})
        ours = model.get("context", model.get("max_input"))
        if ours != entry["tokens"]:
            theirs = f"{entry['tokens']} in {', '.join(entry['sources'])}"
            yield Disagreement(entry["model"], "", "window", f"{ours}", theirs)


def end_disagreements(table: Table, lock: Lock) -> Iterator[Disagreement]:
    """Yield ends that differ, those that lie ahead as well as those that came."""
    models_by_name = models(table)
    for entry in lock["ends"]:
        model = models_by_name.get(entry["model"], {})
        ours = model.get("retired", model.get("ends"))
        if ours != entry["day"]:
            theirs = f"{entry['day']} in {', '.join(entry['sources'])}"
            yield Disagreement(entry["model"], "", "end", f"{ours}", theirs)
    for entry in lock["removed"]:
        gone = models_by_name.get(entry["model"])
        row = row_on(table, gone, entry["site"], table["as_of"]) if gone else None
        if row and row.get("kind") != "estimate":
            yield Disagreement(entry["model"], entry["site"], "end", "none", "no longer sold")


def exchange_disagreements(table: Table, lock: Lock) -> Iterator[Disagreement]:
    theirs = {entry["day"]: entry for entry in lock["euro"]}
    for ours in table["fx"]:
        day, rate = ours["date"], Decimal(ours["rate"])
        pair = f"{ours['base']}/{ours['quote']}"
        if day not in theirs:
            yield Disagreement(pair, "", f"rate of {day}", f"{rate}", "no such day")
            continue
        euro = {"EUR": Decimal(1)} | {code: Decimal(theirs[day][code]) for code in ("USD", "CNY")}
        exact = euro[ours["quote"]] / euro[ours["base"]]
        step = Decimal(1).scaleb(exact.adjusted() - 5)
        if rate != exact.quantize(step, rounding=ROUND_HALF_EVEN):
            yield Disagreement(pair, "", f"rate of {day}", f"{rate}", f"{exact:.6}")


CHECKS = (rate_disagreements, window_disagreements, end_disagreements, exchange_disagreements)


def disagreements(table: Table, lock: Lock = LOCK) -> list[Disagreement]:
    return [item for check in CHECKS for item in check(table, lock)]


EXPLAINED = {
    (difference["model"], difference.get("site", ""), claim): difference["reason"]
    for difference in FILE["difference"]
    for claim in difference["says"]
}


def unexplained(table: Table, lock: Lock = LOCK) -> list[Disagreement]:
    findings = disagreements(table, lock)
    return [item for item in findings if (item.model, item.site, item.claim) not in EXPLAINED]


def test_the_table_agrees_with_the_collections_or_the_lock_says_why_not() -> None:
    assert unexplained(TABLE) == []


def test_no_explanation_outlives_its_difference() -> None:
    findings = {(item.model, item.site, item.claim) for item in disagreements(TABLE)}
    assert set(EXPLAINED) - findings == set()
    assert all(EXPLAINED.values())


def test_every_seller_of_the_table_has_rates_in_the_lock() -> None:
    locked = {seller_of(TABLE, entry["model"], entry["site"]) for entry in LOCK["rates"]}
    sellers = {
        seller_of(TABLE, name, site_of(TABLE, model, row))
        for name, model in models(TABLE).items()
        for row in model.get("price", [])
    }
    # No package has prices of iFlytek: model-bank lists its models without.
    assert sellers - locked == {"iflytek"}


def test_most_models_on_sale_are_in_the_lock() -> None:
    locked = {(entry["model"], entry["site"]) for entry in LOCK["rates"]}
    sold = {
        (name, site_of(TABLE, model, row))
        for name, model in models(TABLE).items()
        for row in model.get("price", [])
    }
    assert len(locked & sold) >= 0.85 * len(sold)


# What follows puts wrong figures into the table, one at a time, and asks whether anybody notices.

Change = Callable[[Table], None]


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def with_changed(name: str, change: Change) -> Table:
    """Return the table with a changed copy of one model."""
    changed = copied(models(TABLE)[name])
    change(changed)
    others = [model for models_by_name, model in models(TABLE).items() if models_by_name != name]
    return TABLE | {"model": [*others, changed]}


BY_MODEL: dict[str, Lock] = {}
for kind, entries in LOCK.items():
    for entry in entries:
        if "model" in entry:
            empty: Lock = {item: [] for item in LOCK}
            BY_MODEL.setdefault(entry["model"], empty)[kind].append(entry)


def notices(name: str, change: Change) -> bool:
    return bool(unexplained(with_changed(name, change), BY_MODEL[name]))


def locked(figure: str, *, mode: str = "") -> list[Any]:
    """Return the models and sites of whose *figure* the lock has another source."""
    findings = dict.fromkeys(
        (entry["model"], entry["site"])
        for entry in LOCK["rates"]
        if figure in entry and entry.get("mode", "") == mode
    )
    return [pytest.param(*item, id="@".join(item)) for item in findings]


def rows_of(model: Table, site: str) -> list[Table]:
    return [row for row in model["price"] if site_of(TABLE, model, row) == site]


def scaled(site: str, factor: str, names: tuple[str, ...] = RATES) -> Change:
    def change(model: Table) -> None:
        for row in rows_of(model, site):
            for rates in (row, *row.get("tiers", [])):
                rates |= {name: rates[name] * Decimal(factor) for name in names if name in rates}

    return change


@pytest.mark.parametrize("factor", ["1.25", "0.1"])
@pytest.mark.parametrize(("model", "site"), locked("input"))
def test_rates_that_are_off_are_noticed(model: str, site: str, factor: str) -> None:
    assert notices(model, scaled(site, factor))


@pytest.mark.parametrize(("model", "site"), locked("output"))
def test_an_output_rate_that_is_off_is_noticed(model: str, site: str) -> None:
    assert notices(model, scaled(site, "1.2", ("output",)))


@pytest.mark.parametrize(("model", "site"), locked("cache_read"))
def test_a_cache_read_that_is_off_is_noticed(model: str, site: str) -> None:
    assert notices(model, scaled(site, "2.1", ("cache_read", "cache_read_explicit")))


TIERED = sorted(
    {
        (entry["model"], entry["site"])
        for entry in LOCK["rates"]
        if entry["tokens"] > 1_000 and "mode" not in entry and "input" in entry
    }
)


@pytest.mark.parametrize("factor", ["1.1", "0.8"])
@pytest.mark.parametrize(("model", "site"), TIERED)
def test_a_tier_that_begins_elsewhere_is_noticed(model: str, site: str, factor: str) -> None:
    def change(table: Table) -> None:
        for row in rows_of(table, site):
            for tier in row.get("tiers", []):
                for bound in ("input_gt", "input_gte"):
                    if bound in tier:
                        tier[bound] = int(tier[bound] * Decimal(factor))

    assert notices(model, change)


@pytest.mark.parametrize("model", [entry["model"] for entry in LOCK["windows"]])
@pytest.mark.parametrize("factor", [10, Decimal("0.1")])
def test_a_window_that_is_off_is_noticed(model: str, factor: int | Decimal) -> None:
    def change(table: Table) -> None:
        for limit in ("context", "max_input"):
            if limit in table:
                table[limit] = int(table[limit] * factor)

    assert notices(model, change)


@pytest.mark.parametrize(("model", "site"), locked("input", mode="batch"))
def test_a_batch_price_that_is_off_is_noticed(model: str, site: str) -> None:
    def change(table: Table) -> None:
        for row in rows_of(table, site):
            batch = row.get("modes", {}).get("batch")
            if isinstance(batch, dict):
                row["modes"]["batch"] = {name: rate * 2 for name, rate in batch.items()}
            elif batch:
                row["modes"]["batch"] = batch + Decimal("0.1")

    assert notices(model, change)


@pytest.mark.parametrize("number", range(len(TABLE["fx"])))
def test_an_exchange_rate_that_is_off_is_noticed(number: int) -> None:
    rates: list[Table] = copied(TABLE["fx"])
    rates[number]["rate"] *= Decimal("1.0001")
    alone: Lock = {kind: [] for kind in LOCK}
    assert unexplained(TABLE | {"fx": rates}, alone | {"euro": LOCK["euro"]})


BOTH = [
    name
    for name, locks in BY_MODEL.items()
    if {"cn", "intl"} <= {entry["site"] for entry in locks["rates"]}
]


@pytest.mark.parametrize("model", BOTH)
def test_sites_that_are_swapped_are_noticed(model: str) -> None:
    def change(table: Table) -> None:
        for row in table["price"]:
            row["site"] = {"cn": "intl", "intl": "cn"}.get(row["site"], row["site"])

    assert notices(model, change)


WRITTEN = sorted(
    {
        (entry["model"], figure.partition(" ")[2])
        for entry in LOCK["rates"]
        for figure in entry
        if figure.startswith("cache_write ")
    }
)


@pytest.mark.parametrize(("model", "ttl"), WRITTEN)
def test_a_time_to_live_that_is_off_is_noticed(model: str, ttl: str) -> None:
    changed = with_changed(model, lambda table: rename_ttl(table, ttl))
    provider = copied(TABLE["provider"][model.partition("/")[0]])
    rename_ttl(provider, ttl)
    providers = TABLE["provider"] | {model.partition("/")[0]: provider}
    assert unexplained(changed | {"provider": providers}, BY_MODEL[model])


def rename_ttl(value: object, ttl: str) -> None:
    """Give another name to *ttl* wherever a price or a factor is said for it."""
    if isinstance(value, dict):
        if ttl in value:
            value["99h"] = value.pop(ttl)
        for item in value.values():
            rename_ttl(item, ttl)
    elif isinstance(value, list):
        for item in value:
            rename_ttl(item, ttl)


@pytest.mark.parametrize("model", [entry["model"] for entry in LOCK["ends"]])
def test_an_end_that_is_off_is_noticed(model: str) -> None:
    def later(table: Table) -> None:
        table["retired" if "retired" in table else "ends"] += timedelta(days=31)

    def forgotten(table: Table) -> None:
        del table["retired" if "retired" in table else "ends"]

    assert notices(model, later)
    assert notices(model, forgotten)
