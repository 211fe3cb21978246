"""Adding one price of one's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokencost.errors import PriceTableError
from tokencost.pricing import PriceTable, named_model, read_price_files, shipped_file
from tokencost.tokenizers import find_tokenizer
from tokencost.upkeep.changes import Changes
from tokencost.upkeep.document import Document, NewPrice


def new_price(
    name: str, *, price: Mapping[str, Any], model: Mapping[str, Any], currency: str | None = None
) -> NewPrice:
    """Return the row for `provider/model[@site]`; without a site it is the provider's home.

    Args:
        name: a model the shipped table knows, or a new one of any provider.
        price: the keys of a `[[model.price]]` but for the site.
        model: keys of the `[[model]]`; None for those that stay as they are.
        currency: of the site, needed where the shipped table does not know it.

    Raises:
        PriceTableError: the name has no provider, or its currency is not known.
    """
    shipped = read_price_files([shipped_file()])
    bare, _, site = name.partition("@")
    known = named_model(shipped, bare)
    provider, _, id_ = known.name.partition("/") if known else bare.partition("/")
    if not provider or not id_:
        raise PriceTableError(f"{name!r} names no provider", hint="write provider/model[@site]")
    same = [model.name for model in shipped.models if model.name.lower() == bare.lower()]
    if same and not known:
        raise PriceTableError(
            f"{bare!r} differs from {same[0]} in its case only", hint=f"write {same[0]}"
        )
    seller = shipped.providers.get(provider)
    site = site or (seller.home if seller else "global")
    currency = currency or (seller.sites.get(site) if seller else None)
    if not currency:
        raise PriceTableError(
            f"the currency of {provider}@{site} is not known", hint="add --currency USD"
        )
    return NewPrice(
        provider=provider,
        provider_name=seller.name if seller else provider,
        id=id_,
        site=site,
        currency=currency,
        price=price,
        model=model,
    )


def add_price(path: Path, new: NewPrice, *, dry_run: bool = False) -> Changes:
    """Write *new* into the price file at *path*, which is made if it does not exist.

    Raises:
        PriceTableError: the row or the file would not be valid, or cannot be written.
        TokenizerError: the tokenizer that is named does not exist.
    """
    shipped = read_price_files([shipped_file()])
    if tokenizer := new.model.get("tokenizer"):
        find_tokenizer(tokenizer)
    provider = shipped.providers.get(new.provider)
    if provider and provider.sites.get(new.site, new.currency) != new.currency:
        raise PriceTableError(
            f"{new.provider} prices site {new.site} in {provider.sites[new.site]}, "
            f"not in {new.currency}",
            hint="leave out --currency, or name a site of your own",
        )
    document = Document(path)
    change = document.put(new, known=shipped)
    data = document.checked()
    notes = [*_replaced(shipped, new), *_dropped(document)]
    if not dry_run:
        document.save(data)
    return Changes(path=path, changes=(change,), dry_run=dry_run, notes=tuple(notes))


def _replaced(shipped: PriceTable, new: NewPrice) -> list[str]:
    model = named_model(shipped, f"{new.provider}/{new.id}")
    rows = [price for price in model.prices if price.site == new.site] if model else []
    if not rows:
        return []
    count = "the shipped row" if len(rows) == 1 else f"the {len(rows)} shipped rows"
    return [f"yours takes the place of {count} of {new.name}"]


def _dropped(document: Document) -> list[str]:
    if not document.has_comments:
        return []
    return [f"comments are not kept; the file as it was is {document.path.name}.bak beside it"]
