"""Parse models with their price rows."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tokencost.money import format_exact
from tokencost.pricing.names import NamedModel, models_named
from tokencost.pricing.parse.entry import Entry
from tokencost.pricing.parse.price_rows import CURRENCY_OF_SITE, read_row
from tokencost.pricing.parse.providers import read_batch_cache, read_caching, texts_by_name
from tokencost.pricing.rates import SINGLE_RATES
from tokencost.pricing.table import Model, Price, PriceTable, Provider
from tokencost.values import replace

_NOTHING = Model(
    id="",
    provider="",
    aliases=(),
    snapshots=(),
    sold_as={},
    match=(),
    tokenizer=None,
    tokenizer_assumed="",
    context=None,
    max_input=None,
    max_output=None,
    not_at=(),
    cache=None,
    batch_cache=None,
    retired=None,
    ends=None,
    replaced_by="",
    prices=(),
)

# What people write beside a model, and where it stands.
_ELSEWHERE = {
    "name": "write id",
    "currency": CURRENCY_OF_SITE,
    **dict.fromkeys(
        (*SINGLE_RATES, "cache_write", "source", "checked", "from", "until", "site"),
        "it stands in a row of its own below the model: [[model.price]]",
    ),
}


def read_model(
    entry: Entry, *, table: PriceTable, models: Mapping[str, Model], unpriced_of: str = ""
) -> Model:
    """Read a model; what it leaves out stays as *models* have it.

    With *unpriced_of* it is one of that provider's whose price nobody knows.

    What a reseller sells becomes rows of the maker's model, at the reseller as the site. Rows for a
    site replace those of the same site whole, never half. An empty list, or `false` for a text or a
    day, takes back what an earlier file says.
    """
    id_, provider_id = entry.text("id"), unpriced_of or entry.text("provider")
    if id_ and provider_id:
        entry.where = f"model {provider_id}/{id_}"
    provider = table.providers.get(provider_id)
    if provider_id and provider is None:
        entry.reject(
            f"provider {provider_id!r} is not defined",
            key="provider",
            hint=f'add [provider.{provider_id}] with name and sites = {{ global = "USD" }}',
        )
    rows = [
        (row, read_row(row, provider=provider, table=table))
        for row in entry.entries("price", label="price row")
    ]
    sold = _resold(table, provider, id_) if f"{provider_id}/{id_}" not in models else None
    base = models.get(f"{provider_id}/{id_}")
    model = _read(entry, base or replace(_NOTHING, id=id_, provider=provider_id), provider)
    entry.close(_ELSEWHERE)
    if not rows and not (model.replaced_by or base or unpriced_of):
        entry.reject("there is no price row", hint="add [[model.price]] below the model")
    _check_overlap([(row, price) for row, price in rows if price])
    own = tuple(part for _, price in rows if price for part in price.parted())
    if sold:
        model = models[sold.model.name]
        own = tuple(replace(price, site=sold.site) for price in own)
    sites = {price.site for price in own}
    kept = tuple(price for price in model.prices if price.site not in sites)
    return replace(model, prices=(*own, *kept))


def _resold(table: PriceTable, provider: Provider | None, id_: str) -> NamedModel | None:
    """Return the maker's model that a reseller sells by this name, with itself as the site."""
    if provider is None or not provider.resells:
        return None
    match models_named(table, f"{provider.id}/{id_}"):
        case [named] if named.model.provider != provider.id and not named.refused:
            return named
    return None


def _read(entry: Entry, base: Model, provider: Provider | None) -> Model:
    """Return *base* with what *entry* says in its place, the rows aside."""
    readers: Mapping[str, Callable[[str], object]] = {
        **dict.fromkeys(("aliases", "snapshots", "match", "not_at"), entry.texts),
        "sold_as": lambda key: texts_by_name(entry, key),
        **dict.fromkeys(("context", "max_input", "max_output"), entry.tokens),
        **dict.fromkeys(("tokenizer", "tokenizer_assumed", "replaced_by"), _text_of(entry)),
        **dict.fromkeys(("retired", "ends"), entry.day),
    }
    values: dict[str, Any] = {}
    for key, read in readers.items():
        is_there = entry.has(key)
        value = getattr(_NOTHING, key) if entry.takes_back(key) else read(key)
        if is_there:
            values[key] = value
    if "tokenizer" in values:
        values.setdefault("tokenizer_assumed", "")
    _check_end(entry, values)
    model = replace(
        base,
        **values,
        cache=read_caching(entry, base=base.cache, under=provider.cache if provider else None),
        batch_cache=read_batch_cache(entry) or base.batch_cache,
    )
    for site in model.not_at:
        if provider and site not in provider.sites:
            entry.reject(f"not_at: {provider.id} has no site {site!r}", key="not_at")
    return model


def _check_end(entry: Entry, values: dict[str, Any]) -> None:
    """Let an end that has come take the place of an announced one of an earlier file."""
    if values.get("retired") and values.get("ends"):
        entry.reject(
            f"ends = {values['ends']} beside retired = {values['retired']}",
            key="ends",
            hint="`ends` is the announced last day of a model that is still sold",
        )
    for key, other in (("retired", "ends"), ("ends", "retired")):
        if values.get(key):
            values.setdefault(other, None)


def _text_of(entry: Entry) -> Callable[[str], str | None]:
    def read(key: str) -> str | None:
        return entry.text(key, default="") or getattr(_NOTHING, key)

    return read


def with_multiplied_sites(model: Model, provider: Provider) -> Model:
    """Add the rows of sites that have a multiple of the home's rates."""
    own = tuple(price for price in model.prices if not price.provenance.derived)
    sites = {price.site for price in own}
    derived = [
        _multiplied(price, site, factor, provider.home)
        for site, factor in provider.site_multiplier.items()
        if site not in sites and site not in model.not_at
        for price in own
        if price.site == provider.home
    ]
    return replace(model, prices=(*own, *derived))


def _multiplied(price: Price, site: str, factor: Decimal, home: str) -> Price:
    derived = f"{format_exact(factor)}x the rates of site {home}"
    return replace(
        price.scaled(factor),
        site=site,
        provenance=replace(price.provenance, derived=derived),
    )


def _check_overlap(rows: Sequence[tuple[Entry, Price]]) -> None:
    for number, (row, price) in enumerate(rows):
        for _, earlier in rows[:number]:
            spans = price.validity, earlier.validity
            starts = [span.first for span in spans if span.first]
            if price.site == earlier.site and (
                not starts or all(span.covers(max(starts)) for span in spans)
            ):
                row.reject(
                    f"site {price.site} has another row for the same days "
                    f"({earlier.validity.span})",
                    hint="close the earlier one with until",
                )
