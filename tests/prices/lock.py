"""Write tests/prices.lock: what independent collections say about the models of the price table.

    python -m venv /tmp/lock
    /tmp/lock/bin/pip install genai-prices==0.2.3 currencyconverter==0.18.23 pyyaml
    /tmp/lock/bin/pip install --no-deps litellm==1.110.2 model-prices==0.0.5 \
        metergraph-core==0.7.4 openai-cost-calculator==1.3.0 rates==1.1.0
    npm install --prefix /tmp/bank model-bank@1.0.20260927202305 zod
    /tmp/lock/bin/python tests/prices/lock.py /tmp/bank/node_modules/model-bank

Of the price table it reads the names alone: which models are sold where. Every figure is a
collection's. Where collections contradict one another the one that more families say is kept, of
equally many the newest. Where the table deliberately says something else, differences.toml beside
this script gives the reason, and is copied into the lock.
"""

import gzip
import json
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "pricing.toml"
LOCK = HERE.parent / "prices.lock"
BASE = 1_000  # tokens of the input that the lowest rates are looked up for
MILLION = Decimal(1_000_000)
CALCULATED = {"input": "input", "output": "output", "cache_read": "cached_input"}
BATCH = {"processing": "batch"}
BOUNDS = (100, 128, 200, 256, 272, 512)  # thousands of tokens, as in the names of litellm

# The day each collection speaks for; litellm's is the day of its upload at the earliest.
DAYS = {
    "genai-prices": date(2026, 11, 9),
    "litellm": date(2026, 11, 19),
    "model-prices": date(2026, 10, 26),
    "metergraph-core": date(2026, 10, 25),
    "openai-cost-calculator": date(2026, 9, 23),
    "model-bank": date(2026, 9, 27),
    "rates": date(2026, 9, 28),
}
VERSIONS = {
    "genai-prices": "0.2.3",
    "litellm": "1.110.2",
    "model-prices": "0.0.5",
    "metergraph-core": "0.7.4",
    "openai-cost-calculator": "1.3.0",
    "model-bank": "1.0.20260927202305",
    "rates": "1.1.0",
    "currencyconverter": "0.18.23",
}
# Our provider and site, and what each collection calls it.
SELLERS: dict[tuple[str, str], dict[str, str]] = {
    ("openai", "global"): {
        "rates": "openai",
        **dict.fromkeys(("genai-prices", "litellm", "model-prices"), "openai"),
        "metergraph-core": "openai-api",
        "openai-cost-calculator": "openai",
        "model-bank": "openai",
    },
    ("anthropic", "global"): {
        "rates": "anthropic",
        **dict.fromkeys(("genai-prices", "litellm", "model-prices"), "anthropic"),
        "metergraph-core": "anthropic-api",
        "openai-cost-calculator": "anthropic",
        "model-bank": "anthropic",
    },
    ("google", "global"): {
        "rates": "google",
        "genai-prices": "google",
        "litellm": "gemini",
        "model-prices": "google",
        "metergraph-core": "google-api",
        "openai-cost-calculator": "gemini",
        "model-bank": "google",
    },
    ("xai", "global"): {
        "rates": "xai",
        "genai-prices": "x-ai",
        "litellm": "xai",
        "model-prices": "xai",
        "metergraph-core": "xai-api",
        "model-bank": "xai",
    },
    ("mistral", "global"): {
        "rates": "mistral",
        **dict.fromkeys(("genai-prices", "litellm", "model-prices"), "mistral"),
        "metergraph-core": "mistral-api",
        "openai-cost-calculator": "mistral",
    },
    ("meta", "global"): {
        "rates": "meta",
        **dict.fromkeys(("genai-prices", "litellm", "model-prices"), "meta"),
        "metergraph-core": "meta-api",
    },
    ("deepseek", "intl"): {
        "rates": "deepseek",
        **dict.fromkeys(("genai-prices", "litellm", "model-prices"), "deepseek"),
        "metergraph-core": "deepseek-api",
    },
    ("alibaba", "intl"): {
        "rates": "alibaba",
        "litellm": "dashscope",
        "model-prices": "alibaba",
        "metergraph-core": "alibaba-api",
    },
    ("moonshotai", "intl"): {
        "rates": "moonshotai",
        "genai-prices": "moonshotai",
        "litellm": "moonshot",
        "model-prices": "moonshotai",
        "metergraph-core": "moonshot-api",
    },
    ("zhipu", "intl"): {
        "rates": "zai",
        "genai-prices": "zai",
        "litellm": "zai",
        "model-prices": "zai",
        "metergraph-core": "zai-api",
    },
    ("minimax", "intl"): {
        "rates": "minimax",
        **dict.fromkeys(("genai-prices", "litellm", "model-prices"), "minimax"),
        "metergraph-core": "minimax-api",
    },
    ("xiaomi", "intl"): {
        "rates": "xiaomi",
        "litellm": "xiaomi_mimo",
        "model-prices": "xiaomi",
    },
    ("stepfun", "intl"): {"model-prices": "stepfun-ai", "rates": "stepfun-ai"},
    ("byteplus", "intl"): {"model-prices": "byteplus", "rates": "byteplus"},
    ("longcat", "intl"): {"model-prices": "longcat", "rates": "longcat"},
    ("openrouter", "global"): {
        "rates": "openrouter",
        "genai-prices": "openrouter",
        "openai-cost-calculator": "openrouter",
        "metergraph-core": "openrouter-api",
    },
    ("deepseek", "cn"): {"model-bank": "deepseek"},
    ("alibaba", "cn"): {"model-bank": "qwen"},
    ("moonshotai", "cn"): {"model-bank": "moonshot"},
    ("zhipu", "cn"): {"model-bank": "zhipu"},
    ("minimax", "cn"): {"model-bank": "minimax"},
    ("volcengine", "cn"): {"model-bank": "volcengine"},
    ("baidu", "cn"): {"model-bank": "wenxin"},
    ("iflytek", "cn"): {"model-bank": "spark"},
    ("tencent", "cn"): {"model-bank": "hunyuan"},
    ("xiaomi", "cn"): {"model-bank": "xiaomimimo"},
    ("stepfun", "cn"): {"model-bank": "stepfun"},
}
# Models that a collection calls by another name than the table does.
RENAMED = {
    ("openai-cost-calculator", "codestral"): "codestral-2508",
    ("openai-cost-calculator", "ministral-3-14b"): "ministral-14b-2512",
    ("openai-cost-calculator", "ministral-3-8b"): "ministral-8b-2512",
    ("openai-cost-calculator", "ministral-3-3b"): "ministral-3b-2512",
    ("openai-cost-calculator", "mistral-large-3"): "mistral-large-2512",
    ("openai-cost-calculator", "mistral-small-4"): "mistral-small-2603",
    ("genai-prices", "claude-3-5-sonnet"): "claude-3-5-sonnet-20241022",
    ("genai-prices", "claude-3-haiku"): "claude-3-haiku-20240307",
    ("genai-prices", "claude-3-opus-latest"): "claude-3-opus-20240229",
    ("genai-prices", "mistral-medium-3-1"): "mistral-medium-2508",
    ("genai-prices", "grok-4-1-fast-reasoning"): "grok-4-1-fast",
    ("model-prices", "seed-1-8-251228"): "seed-1-8",
    ("model-prices", "seed-2-0-lite-260428"): "seed-2-0-lite",
    ("model-prices", "seed-2-0-mini-260428"): "seed-2-0-mini",
    ("model-prices", "seed-2-0-pro-260328"): "seed-2-0-pro",
}
# Prices that these collections store as they are in peak hours; the table has those of the others.
AT_PEAK = {"deepseek/deepseek-flash", "deepseek/deepseek-v4-pro"}
PEAK_SOURCES = {"litellm", "metergraph-core"}
# Of model-bank's prices; the other collections have dollars alone.
CURRENCIES = dict.fromkeys(("cn", "volcengine", "tencent"), "CNY")
WRITES = {"anthropic": "5m", "openai": "30m", "moonshotai": "5m", "alibaba": "5m", "minimax": "5m"}

Key = tuple[str, str, int, str, date | None]  # model, site, tokens, mode, day of its history


@dataclass(frozen=True)
class Claim:
    """One figure of one collection."""

    key: Key
    name: str
    value: Decimal
    source: str
    day: date


@dataclass(frozen=True)
class Sheet:
    """What one collection says about one model at one site."""

    model: str
    site: str
    source: str
    day: date
    since: date | None = None  # of a price that its source dates, the first day

    @property
    def ttl(self) -> str:
        """The time to live that a price for writing to a cache is for, if none is named."""
        return WRITES.get(self.model.partition("/")[0], "")

    def claim(
        self, name: str, value: object, *, tokens: int = BASE, mode: str = ""
    ) -> Iterator[Claim]:
        """Yield the figure unless it is missing, or 0, which stands for missing in most of them."""
        amount = None if value is None else plain(Decimal(str(value)))
        if amount:
            key = (self.model, self.site, tokens, mode, self.since)
            yield Claim(key, name, amount, self.source, self.since or self.day)

    def dated(self, first: date) -> "Sheet":
        """Return the sheet for the prices from that day on."""
        return replace(self, since=first)

    @property
    def keeps_prices(self) -> bool:
        """Whether a price of the past says anything: a reseller's list changes by the hour."""
        return self.site != "openrouter"

    def steps(self, name: str, steps: list[tuple[int, object]], **where: Any) -> Iterator[Claim]:
        """Yield a rate by size of the input: each step is the last size below it, and its rate.

        A token on either side of the bound is looked up, not the bound itself: collections do
        not agree on which side it is.
        """
        for number, (bound, rate) in enumerate(steps):
            yield from self.claim(name, rate, tokens=bound + 1 if bound else BASE, **where)
            if number and steps[number - 1][0] + 1 < bound - 1:
                yield from self.claim(name, steps[number - 1][1], tokens=bound - 1, **where)


def data(package: str, name: str) -> str:
    """Return the text of a file inside *package*."""
    return raw(package, name).decode()


def raw(package: str, name: str) -> bytes:
    """Return a file inside *package*, which is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(f"{package} is not installed")
    return (Path(spec.origin).parent / name).read_bytes()


def plain(value: Decimal) -> Decimal:
    """Return *value* without the noise of binary fractions and of prices per token."""
    return Decimal(f"{value:.9f}").normalize()


def normal(name: str) -> str:
    """Return the form of a name that all collections share."""
    return name.lower().replace(".", "-")


class Names:
    """Which models the table has, by the names of collections."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self.limits: dict[str, dict[str, str]] = defaultdict(dict)
        self.makers_sites: dict[str, list[str]] = {}
        table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
        for model in table["model"]:
            maker, name = model["provider"], f"{model['provider']}/{model['id']}"
            self.makers_sites[name] = own = list(table["provider"][maker]["sites"])
            for site in {row.get("site", own[0]) for row in model.get("price", [])}:
                seller, names = (maker, site), [model["id"], *model.get("aliases", [])]
                if site not in own:
                    seller = (site, next(iter(table["provider"][site]["sites"])))
                    sold_as = model.get("sold_as", {}).get(site, [])
                    names = [called for called in sold_as if called[0] != "-"] or names
                for called in names:
                    self.names[seller].setdefault(normal(called), name)

    def find(self, seller: tuple[str, str], name: str, source: str) -> str | None:
        """Return our name of what *source* calls *name*; a reseller puts the maker before it."""
        called = RENAMED.get((source, name), name).rpartition("/")[2]
        return self.names[seller].get(normal(called))


def sheets(
    names: Names, source: str, listed: dict[str, dict[str, Any]]
) -> Iterator[tuple[Sheet, Any]]:
    """Yield what *source* says about our models; *listed* is its models by seller and name."""
    for seller, keys in SELLERS.items():
        entries = listed.get(keys.get(source, ""), {})
        for name, entry in entries.items():
            model = names.find(seller, name, source)
            if model and not (model in AT_PEAK and source in PEAK_SOURCES):
                site = seller[1] if model.startswith(f"{seller[0]}/") else seller[0]
                yield Sheet(model, site, source, DAYS[source]), entry


def genai(names: Names) -> Iterator[Claim]:
    """Read genai-prices: dated prices, tiers, batch."""
    providers = import_module("genai_prices.data").providers

    listed = {item.id: {model.id: model for model in item.models} for item in providers}
    for sheet, model in sheets(names, "genai-prices", listed):
        prices = model.prices if isinstance(model.prices, list) else [model]
        dated = [(first_day(item), item.prices) for item in prices if has_day(item)]
        started = [item for item in dated if item[0] is None or item[0] <= sheet.day]
        yield from genai_rates(sheet, started[-1][1])
        for first, item in started:
            if first and sheet.keeps_prices:
                yield from genai_rates(sheet.dated(first), item)
        batch = [item for item in model.price_variants or [] if item.when == BATCH]
        in_force = [item for item in batch if (first_day(item) or date.min) <= sheet.day]
        if in_force:
            newest = max(in_force, key=lambda item: first_day(item) or date.min)
            yield from genai_rates(sheet, newest.prices, mode="batch")


def has_day(priced: Any) -> bool:
    """Say whether a price depends on the day alone, not on the hour."""
    constraint = getattr(priced, "constraint", None)
    return constraint is None or hasattr(constraint, "start_date")


def first_day(priced: Any) -> date | None:
    """Return the first day of a price, None if it always held."""
    return getattr(getattr(priced, "constraint", None), "start_date", None)


def genai_rates(sheet: Sheet, prices: Any, *, mode: str = "") -> Iterator[Claim]:
    """Yield the rates of one price."""
    for name in ("input", "output", "cache_read"):
        value: Any = getattr(prices, f"{name}_mtok", None)
        if hasattr(value, "tiers"):
            steps = [(0, value.base), *((tier.start, tier.price) for tier in value.tiers)]
            yield from sheet.steps(name, steps, mode=mode)
        else:
            yield from sheet.claim(name, value, mode=mode)
    written = {"1h": prices.cache_write_1h_mtok, sheet.ttl: prices.cache_write_mtok}
    for ttl, value in written.items():
        if ttl and not mode and not hasattr(value, "tiers"):
            yield from sheet.claim(f"cache_write {ttl}", value)


def litellm(names: Names) -> Iterator[Claim]:
    """Read litellm: a flat list, a suffix for every condition."""
    fields = {
        "input": "input_cost_per_token",
        "output": "output_cost_per_token",
        "cache_read": "cache_read_input_token_cost",
    }
    for sheet, entry in sheets(names, "litellm", litellm_entries()):
        for name, field in fields.items():
            yield from sheet.steps(name, litellm_steps(entry, field))
            batch = per_million(entry.get(f"{field}_batches"))
            yield from sheet.claim(name, batch, mode="batch")
        field = "cache_creation_input_token_cost"
        ttls = {"1h": f"{field}_above_1hr", "12h": f"{field}_above_12hr"}
        if sheet.ttl:
            ttls[sheet.ttl] = field
        for ttl, name in ttls.items():
            yield from sheet.claim(f"cache_write {ttl}", per_million(entry.get(name)))


def litellm_entries() -> dict[str, dict[str, Any]]:
    """Return litellm's entries by seller and name."""
    listed: dict[str, dict[str, Any]] = defaultdict(dict)
    text = data("litellm", "model_prices_and_context_window_backup.json")
    for name, entry in json.loads(text).items():
        seller = entry.get("litellm_provider")
        prefix = "" if seller in ("openai", "anthropic") else f"{seller}/"
        if seller and name.startswith(prefix) and "/" not in name[len(prefix) :]:
            listed[seller][name[len(prefix) :]] = entry
    return listed


def litellm_steps(entry: dict[str, Any], field: str) -> list[tuple[int, object]]:
    """Return the rates of an entry by size of the input."""
    if tiers := entry.get("tiered_pricing"):
        return [(int(tier["range"][0]), per_million(tier.get(field))) for tier in tiers]
    above = {bound: entry.get(f"{field}_above_{bound}k_tokens") for bound in BOUNDS}
    steps = [(bound * 1_000, per_million(rate)) for bound, rate in above.items() if rate]
    return [(0, per_million(entry.get(field))), *steps]


def per_million(value: object) -> Decimal | None:
    """Return a rate per token as one per million."""
    return None if value is None else Decimal(str(value)) * MILLION


def model_prices(names: Names) -> Iterator[Claim]:
    """Read model-prices: a ledger of segments, the last one in force; some days are documented."""
    listed = json.loads(data("model_prices", "snapshot.json"))["prices"]
    for sheet, modes in sheets(names, "model-prices", listed):
        segments = [item["rates"] for item in modes.get("standard", []) if item["rates"]]
        for rates in segments:
            if rates["valid_from_basis"] == "documented":
                # The first whole day, wherever the seller's midnight is.
                moment = datetime.fromisoformat(rates["valid_from"])
                first = (moment + timedelta(hours=23)).date()
                yield from ledger_rates(sheet.dated(first), rates)
        if segments:
            yield from ledger_rates(sheet, segments[-1])
            if sheet.ttl:
                yield from sheet.claim(f"cache_write {sheet.ttl}", segments[-1].get("cache_write"))
        batch = [item["rates"] for item in modes.get("batch", []) if item["rates"]]
        if batch:
            yield from ledger_rates(sheet, batch[-1], mode="batch")


def ledger_rates(sheet: Sheet, rates: dict[str, Any], *, mode: str = "") -> Iterator[Claim]:
    """Yield the rates of one segment."""
    for name in ("input", "output", "cache_read"):
        tiers = [(item["above"], item.get(name)) for item in rates.get("tiers", [])]
        yield from sheet.steps(name, [(0, rates.get(name)), *tiers], mode=mode)


def metergraph(names: Names) -> Iterator[Claim]:
    """Read metergraph-core: dated prices by channel."""
    for sheet, price in sheets(names, "metergraph-core", metergraph_prices()):
        long = price.get("rules", {}).get("long_context") or {}
        for name in ("input", "output", "cache_read"):
            rate = price.get(f"{name}_per_mtok")
            steps = [(0, rate)]
            if factor := long.get(f"{name}_multiplier"):
                steps.append((long["threshold"], Decimal(str(rate)) * Decimal(str(factor))))
            yield from sheet.steps(name, steps)
            yield from sheet.claim(name, price.get(f"batch_{name}_per_mtok"), mode="batch")
        for ttl in ("5m", "1h") if sheet.ttl == "5m" else ():
            yield from sheet.claim(f"cache_write {ttl}", price.get(f"cache_write_{ttl}_per_mtok"))


def metergraph_prices() -> dict[str, dict[str, Any]]:
    """Return the prices in force everywhere, by channel and model."""
    listed: dict[str, dict[str, Any]] = defaultdict(dict)
    for model in import_module("yaml").safe_load(data("metergraph_core", "data/prices.yaml"))[
        "models"
    ]:
        maker, _, name = model["canonical_id"].partition("/")
        for price in model.get("prices", []):
            started = str(price.get("effective_from", "")) <= str(DAYS["metergraph-core"])
            if price.get("region") == "global" and not price.get("effective_to") and started:
                resold = price["channel"] == "openrouter-api"
                listed[price["channel"]][f"{maker}/{name}" if resold else name] = price
    return listed


def cost_calculator(names: Names) -> Iterator[Claim]:
    """Read openai-cost-calculator: prices under conditions."""
    listed = {}
    for seller in ("openai", "anthropic", "gemini", "mistral", "openrouter"):
        text = data("openai_cost_calculator", f"data/pricing/{seller}.json")
        listed[seller] = {model["id"]: model for model in json.loads(text)["models"]}
    for sheet, model in sheets(names, "openai-cost-calculator", listed):
        for price in model["prices"]:
            conditions = price.get("conditions") or {}
            mode = {None: "", "batch": "batch"}.get(conditions.get("service_tier"))
            if set(conditions) - {"service_tier"} or mode is None:
                continue
            for name, key in CALCULATED.items():
                yield from sheet.claim(name, price["rates"].get(key), mode=mode)


_RANGE = re.compile(r"\[([0-9.]+), ([0-9.]+|infinity)\]")


def model_bank(names: Names, listed: dict[str, dict[str, Any]]) -> Iterator[Claim]:
    """Read model-bank: prices in the currency of the seller, by ranges in millions of tokens."""
    units = {"textInput": "input", "textOutput": "output", "textInput_cacheRead": "cache_read"}
    for sheet, model in sheets(names, "model-bank", listed):
        pricing = model.get("pricing") or {}
        if pricing.get("currency", "USD") != CURRENCIES.get(sheet.site, "USD"):
            continue
        for unit in pricing.get("units", []):
            if name := units.get(unit["name"]):
                yield from sheet.steps(name, ranges(unit))


def ranges(unit: dict[str, Any]) -> list[tuple[int, object]]:
    """Return the rates by size of the input, for a long answer without thinking."""
    if unit["strategy"] == "fixed":
        return [(0, unit["rate"])]
    if unit["strategy"] == "tiered":
        bounds = [0, *(item["upTo"] for item in unit["tiers"][:-1])]
        return list(zip(bounds, (item["rate"] for item in unit["tiers"]), strict=True))
    findings: dict[int, object] = {}
    for label, rate in unit["lookup"]["prices"].items():
        if "true" not in label and (match := _RANGE.match(label)):
            # Of several ranges of the output the last one, for long answers, stays.
            findings[int(Decimal(match[1]) * MILLION)] = rate
    return sorted(findings.items())


def read_bank(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the chat models of the npm package by seller and name."""
    script = """
        import { pathToFileURL } from "url";
        const out = {};
        for (const seller of process.argv[2].split(",")) {
          const file = pathToFileURL(process.argv[1] + "/dist/aiModels/" + seller + ".mjs");
          const models = (await import(file)).default;
          out[seller] = Object.fromEntries(models.filter((m) => m.type === "chat").map((m) =>
            [m.id, { pricing: m.pricing, context: m.contextWindowTokens }]));
        }
        console.log(JSON.stringify(out));
    """
    sellers = sorted({keys["model-bank"] for keys in SELLERS.values() if "model-bank" in keys})
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script, str(folder.resolve()), ",".join(sellers)],
        capture_output=True,
        check=True,
        text=True,
    )
    read: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return read


def windows(names: Names, bank: dict[str, dict[str, Any]]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield windows that two collections agree on, or that one gives and no other contradicts."""
    providers = import_module("genai_prices.data").providers

    ledger: dict[str, dict[str, Any]] = defaultdict(dict)
    for model in json.loads(gzip.decompress(raw("rates", "ai/ledger-ai.json.gz")))["models"]:
        ledger[model["provider"]][model["id"]] = (model.get("context") or {}).get("input")
    collections: dict[str, dict[str, dict[str, Any]]] = {
        "genai-prices": {p.id: {m.id: m.context_window for m in p.models} for p in providers},
        "litellm": {
            seller: {name: entry.get("max_input_tokens") for name, entry in entries.items()}
            for seller, entries in litellm_entries().items()
        },
        "model-bank": {
            seller: {name: model.get("context") for name, model in models.items()}
            for seller, models in bank.items()
        },
        "rates": ledger,
    }
    claims: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for source, listed in collections.items():
        for sheet, window in sheets(names, source, listed):
            is_makers = sheet.site in names.makers_sites[sheet.model]
            if is_makers and isinstance(window, int) and window > 0:
                claims[sheet.model][window].add(source)
    for model, sizes in sorted(claims.items()):
        window, sources = max(sizes.items(), key=lambda item: (len(item[1]), item[0]))
        if len(sources) > 1 or len(sizes) == 1:
            yield model, window, sorted(sources)


def ends(names: Names) -> Iterator[tuple[str, date, str]]:
    """Yield the day that a collection gives as a model's last."""
    for sheet, entry in sheets(names, "litellm", litellm_entries()):
        if entry.get("deprecation_date"):
            yield sheet.model, date.fromisoformat(entry["deprecation_date"]), "litellm"


def removed(names: Names) -> Iterator[tuple[str, str, date]]:
    """Yield models that model-prices no longer finds on sale, and the last day it wrote a price."""
    snapshot = json.loads(data("model_prices", "snapshot.json"))
    listed = snapshot["status"]
    for sheet, status in sheets(names, "model-prices", listed):
        if status == "removed":
            seller = SELLERS[sheet.model.partition("/")[0], sheet.site]["model-prices"]
            for name, modes in snapshot["prices"][seller].items():
                model_key = names.find(
                    (sheet.model.partition("/")[0], sheet.site), name, "model-prices"
                )
                rates = (modes.get("standard") or [{}])[-1].get("rates")
                if model_key == sheet.model and rates:
                    yield sheet.model, sheet.site, date.fromisoformat(rates["valid_from"][:10])


def settled(claims: list[Claim], last: dict[tuple[str, str], date]) -> Iterator[Claim]:
    """Keep of every figure what most collections say, on a day on which the model was sold."""
    by_figure: dict[tuple[Key, str], dict[Decimal, list[Claim]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for claim in claims:
        by_figure[claim.key, claim.name][claim.value].append(claim)
    for values in by_figure.values():
        agreed = max(
            values.values(),
            key=lambda item: (len({c.source for c in item}), max(c.day for c in item)),
        )
        first = max(agreed, key=lambda claim: claim.day)
        end = last.get(first.key[:2], first.day)
        day = first.day if first.key[-1] else min(first.day, end)
        sources = ", ".join(sorted({claim.source for claim in agreed}))
        yield Claim(first.key, first.name, first.value, sources, day)


def order(key: Key, day: date) -> tuple[str, str, date, int, str]:
    """Return what rows are sorted by."""
    model, site, tokens, mode, since = key
    return model, site, since or date.max, tokens, mode + str(day)


def lines(claims: list[Claim]) -> Iterator[str]:
    """Yield a line for every model, site, size and mode, and set of sources."""
    rows: dict[tuple[Key, date, str], dict[str, Decimal]] = defaultdict(dict)
    for claim in claims:
        rows[claim.key, claim.day, claim.source][claim.name] = claim.value
    for (key, day, sources), figures in sorted(rows.items(), key=lambda item: order(*item[0][:2])):
        model, site, tokens, mode, _ = key
        named = ", ".join(
            f'"{name}" = {figures[name]:f}' if " " in name else f"{name} = {figures[name]:f}"
            for name in sorted(figures)
        )
        moded = f'mode = "{mode}", ' if mode else ""
        yield (
            f'  {{ model = "{model}", site = "{site}", day = {day}, tokens = {tokens}, {moded}'
            f"{named}, sources = {quoted(sources.split(', '))} }},"
        )


def exchange() -> Iterator[str]:
    """Yield the euro's rates on the last day of every month."""
    by_day: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for rate in import_module("fx").rates():
        if rate.base == "EUR":
            by_day[rate.day][rate.quote] = rate.rate
    for day, quotes in sorted(by_day.items()):
        yield f"  {{ day = {day}, USD = {quotes['USD']}, CNY = {quotes['CNY']} }},"


def check_versions(bank_folder: Path) -> None:
    """Refuse packages whose day is not known here."""
    for package, wanted in VERSIONS.items():
        if package == "model-bank":
            findings = json.loads((bank_folder / "package.json").read_text())["version"]
        else:
            findings = version(package)
        if findings != wanted:
            sys.exit(f"{package} {findings} is installed, the days here are those of {wanted}")


def last_days(
    names: Names, claims: list[Claim], retirements: list[tuple[str, date, str]]
) -> dict[tuple[str, str], date]:
    """Return until when a model that is no longer sold had a price, by what collections say."""
    last: dict[tuple[str, str], date] = {}
    for model, site, day in removed(names):
        last[model, site] = max(day, last.get((model, site), day))
    for model, site in {claim.key[:2] for claim in claims}:
        for retired, day, _ in retirements:
            if retired == model:
                last[model, site] = min(day, last.get((model, site), day))
    return last


def quoted(sources: list[str]) -> str:
    """Return a list of texts as TOML."""
    return "[" + ", ".join(f'"{item}"' for item in sources) + "]"


def main(bank_folder: Path) -> None:
    """Write the lock."""
    check_versions(bank_folder)
    names, bank = Names(), read_bank(bank_folder)
    collections = (genai, litellm, model_prices, metergraph, cost_calculator)
    claims = [claim for read in collections for claim in read(names)]
    claims += model_bank(names, bank)
    retirements = sorted(set(ends(names)))
    gone = sorted({(model, site) for model, site, _ in removed(names)})
    LOCK.write_text(
        "\n".join(
            [
                "# Written by tests/prices/lock.py from the packages below; do not edit.",
                "# Rates are per million tokens in the currency of the site, for an input of so",
                "# many tokens and a long answer.",
                "",
                "[packages]",
                *(f'"{package}" = "{wanted}"' for package, wanted in VERSIONS.items()),
                "",
                "[lock]",
                "rates = [",
                *lines(list(settled(claims, last_days(names, claims, retirements)))),
                "]",
                "windows = [",
                *(
                    f'  {{ model = "{model}", tokens = {window}, sources = {quoted(sources)} }},'
                    for model, window, sources in windows(names, bank)
                ),
                "]",
                "ends = [",
                *(
                    f'  {{ model = "{model}", day = {day}, sources = {quoted([source])} }},'
                    for model, day, source in retirements
                ),
                "]",
                "removed = [",
                *(
                    f'  {{ model = "{model}", site = "{site}", sources = ["model-prices"] }},'
                    for model, site in gone
                ),
                "]",
                "euro = [",
                *exchange(),
                "]",
                "",
                (HERE / "differences.toml").read_text(encoding="utf-8"),
            ]
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
