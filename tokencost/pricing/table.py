"""The price table as values: who sells what, where, since when, at which rates and discounts."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from tokencost.money import ExchangeRate, FromZero
from tokencost.pricing.cache_rules import BatchCache, CacheRules
from tokencost.pricing.discounts import Discount, VolumeDiscount
from tokencost.pricing.rates import RateCard
from tokencost.pricing.schedule import Calendar, PriceDate, Schedule, TableAge, judge_age, today
from tokencost.values import dataclass, replace


class PriceKind(StrEnum):
    """What a price is."""

    LIST = "list"
    PROMO = "promo"
    FREE = "free"
    ESTIMATE = "estimate"
    CONTRACT = "contract"


class Confidence(StrEnum):
    """How well a price is supported."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider; the first of its sites is its home.

    A site with a multiplier has the rates of the home times that factor, unless a model has rows
    of its own there. A provider that `resells` is a site of others' models, its region `id-region`.

    How it writes names: `prefixes` that mean it, each with the site that it means; what may stand
    between its prefix and a name (`path`); forms of whole ids (`patterns`); what to put in place of
    parts of a name (`respelled`), all with the groups `model`, `maker`, `version` and `region`;
    endings that change what is sold (`variants`). `caches_of` are the makers whose caches a
    reseller bills as they do. `known_as` is what people call the maker, and `families` its models
    by the beginning of their names; neither is a name of a model.
    """

    id: str
    name: str
    sites: Mapping[str, str]  # site -> currency
    site_multiplier: Mapping[str, FromZero]
    batch_cache: BatchCache
    cache: CacheRules | None
    volumes: tuple[VolumeDiscount, ...]
    resells: bool
    prefixes: Mapping[str, str]
    path: str
    patterns: tuple[str, ...]
    respelled: Mapping[str, str]
    variants: Mapping[str, str]
    caches_of: tuple[str, ...]
    known_as: tuple[str, ...]
    families: Mapping[str, tuple[str, ...]]

    @property
    def home(self) -> str:
        """The site that is meant when none is named."""
        return next(iter(self.sites))


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The days of a price row, both included; None leaves a side open.

    `promised_until` is the day through which the provider promised the price; a table has rows of
    their own for the days before and after.
    """

    first: date | None = None
    last: date | None = None
    promised_until: date | None = None

    @property
    def span(self) -> str:
        """The days in words."""
        match self.first, self.last:
            case None, None:
                return "any day"
            case first, None:
                return f"from {first}"
            case None, last:
                return f"until {last}"
            case first, last:
                return f"{first} to {last}"

    @property
    def is_empty(self) -> bool:
        """Whether not a day is among them."""
        return self.first is not None and self.last is not None and self.last < self.first

    def covers(self, day: date) -> bool:
        """Say whether the row is in force on *day*."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """For whom, up to which size and at which hours a price holds.

    `context` is the window of these days, where it was another than the model's of today.
    """

    kind: PriceKind = PriceKind.LIST
    context: int | None = None
    input_max: int | None = None
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a price is from and how far to trust it.

    `derived` says how the rates follow from those of another site, "" if they are the site's own.
    """

    source: str
    page: str = ""
    checked: date
    confidence: Confidence = Confidence.HIGH
    note: str = ""
    derived: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price row: the rates of one model at one site, with their days, conditions and source.

    Where a promise has ended and nobody knows what became of its rates, `rates` are those of the
    list and `lasting` the promised ones, which may last: what is billed lies between the two.
    """

    site: str
    validity: Validity
    rates: RateCard
    conditions: Conditions
    provenance: Provenance
    lasting: RateCard | None = None

    def parted(self) -> "tuple[Price, ...]":
        """Return the row through the end of its promise, and what is known of the days after."""
        validity = self.validity
        end = validity.promised_until
        if end is None or end == date.max or (validity.last and validity.last <= end):
            return (self,)
        rows = [replace(self, validity=replace(validity, last=end))]
        if listed := self.rates.listed:
            days = replace(validity, first=max(validity.first or date.min, end + timedelta(days=1)))
            rows.append(
                replace(
                    self,
                    validity=days,
                    rates=listed,
                    conditions=replace(self.conditions, kind=PriceKind.LIST),
                    lasting=self.rates,
                )
            )
        return tuple(row for row in rows if not row.validity.is_empty)

    def scaled(self, factor: Decimal) -> "Price":
        """Return the row with every rate times *factor*."""
        lasting = self.lasting and self.lasting.scaled(factor)
        return replace(self, rates=self.rates.scaled(factor), lasting=lasting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of one provider; limits are in tokens, None if unknown.

    `context` holds input and output together; `max_input` is the limit of providers that give
    input and output limits of their own. `not_at` are sites whose multiplier is not for this model.
    A model that is retired, or no longer offered under this id, says what took its place. `ends`
    is the last day of one that is still sold, as its maker has announced it.

    `snapshots` are endings of its names that the maker documents as the same model at the same
    price. `sold_as` has the names that a seller uses: where it has whole ones, only those have the
    seller's price; what begins with "-" is an ending of the model's own names.
    """

    id: str
    provider: str
    aliases: tuple[str, ...]
    snapshots: tuple[str, ...]
    sold_as: Mapping[str, tuple[str, ...]]
    match: tuple[str, ...]
    tokenizer: str | None
    tokenizer_assumed: str
    context: int | None
    max_input: int | None
    max_output: int | None
    not_at: tuple[str, ...]
    cache: CacheRules | None
    batch_cache: BatchCache | None
    retired: date | None
    ends: date | None
    replaced_by: str
    prices: tuple[Price, ...]

    @property
    def last_day(self) -> date | None:
        """The last day on which it was or will be sold, None if no end is known."""
        return self.retired or self.ends

    @property
    def name(self) -> str:
        """The name nobody else has: `provider/id`."""
        return f"{self.provider}/{self.id}"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that its maker uses, without the provider."""
        bare = (self.id, *self.aliases)
        return (*bare, *(f"{name}-{day}" for name in bare for day in self.snapshots))

    @property
    def lasting(self) -> "Model":
        """The model as it is sold if promotions last whose promise has ended."""
        prices = (
            replace(price, rates=price.lasting, lasting=None) if price.lasting else price
            for price in self.prices
        )
        return replace(self, prices=tuple(prices))

    @property
    def sites(self) -> tuple[str, ...]:
        """Sites with a price row, in the order of the rows."""
        return tuple(dict.fromkeys(price.site for price in self.prices))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """Everything that the price files say, in their order.

    `names` and `prefixes` are what `pricing.names` looks names up in. `places` says of sources
    that a configuration names where it does, and `age` how old the table is, if that is limited.
    """

    as_of: date
    sources: tuple[str, ...]
    digests: tuple[str, ...]
    providers: Mapping[str, Provider]
    models: Sequence[Model]
    exchange_rates: tuple[ExchangeRate, ...]
    schedules: Mapping[str, Schedule]
    calendars: Mapping[str, Calendar]
    discounts: tuple[Discount, ...] = ()
    names: str
    prefixes: Mapping[str, tuple[str, str]]
    ignored_endings: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    age: TableAge | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The sources, those that a configuration names with the place where it does."""
        places = self.places
        return tuple(
            f"{name} (set in {places[name]})" if name in places else name for name in self.sources
        )

    def seller_at(self, site: str) -> Provider | None:
        """Return the provider that is this site, or whose region it is; None for other sites."""
        while site:
            provider = self.providers.get(site)
            if provider and provider.resells:
                return provider
            site = site.rpartition("-")[0]
        return None

    def currency_at(self, provider: str, site: str) -> str | None:
        """Return the currency of a site of *provider*, or of a seller; None if nobody knows it."""
        maker, seller = self.providers.get(provider), self.seller_at(site)
        own = maker.sites.get(site) if maker else None
        return own or (seller.sites[seller.home] if seller else None)

    def seller_of(self, model: Model, site: str) -> str:
        """Return who sells *model* at a site: its maker, or a reseller."""
        maker, seller = self.providers.get(model.provider), self.seller_at(site)
        return seller.id if seller and not (maker and site in maker.sites) else model.provider

    @property
    def price_date(self) -> PriceDate:
        """Its own day, which picks price rows, at no hour and on no day of the week."""
        return PriceDate(day=self.as_of, is_named=False)

    @property
    def digest(self) -> str:
        """The SHA-256 sum of the only file, or of the sums of several, line by line."""
        digest, *others = self.digests
        if others:
            from hashlib import sha256  # it brings OpenSSL, which takes 3 ms to load

            digest = sha256("\n".join(self.digests).encode()).hexdigest()
        return f"sha256:{digest}"


def with_settings(
    table: PriceTable,
    *,
    places: Mapping[str, str],
    max_age: timedelta | None = None,
    age_place: str = "",
    price_date: PriceDate | None = None,
) -> PriceTable:
    """Return *table* with what a configuration says of it.

    Args:
        table: a price table.
        places: where the configuration names a source, by its name.
        max_age: the oldest that the table may be on the day that is asked for, by default on the
            day of the run.
        age_place: where the configuration says so.
        price_date: the day that is asked for.

    Raises:
        PriceTableError: it is older.

    Examples:
        >>> table = tokencost.load_price_table()
        >>> tokencost.with_settings(table, places={"builtin": "tokencost.toml:3"}).labels
        ('builtin (set in tokencost.toml:3)',)
    """
    if max_age is None:
        return replace(table, places=places)
    day = price_date.day if price_date and price_date.is_named else today()
    age = judge_age(table.as_of, day=day, limit=max_age, place=age_place)
    return replace(table, places=places, age=age)
