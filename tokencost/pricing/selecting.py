"""Choosing offers by what they are instead of by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tokencost.errors import NoPriceError, UsageError
from tokencost.failures import Failures
from tokencost.pricing.lookup import Offer, find_model, find_offer, offers_of
from tokencost.pricing.table import PriceTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which offers are wanted; what is left empty selects nothing out.

    *min_context* is in tokens; a model whose window is not recorded does not reach it.
    """

    providers: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    min_context: int = 0

    def holds(self, offer: Offer) -> bool:
        """Say whether *offer* is wanted."""
        window = offer.model.context or offer.model.max_input or 0
        return (
            (not self.providers or offer.provider.id in self.providers)
            and (not self.sites or offer.site in self.sites)
            and window >= self.min_context
        )

    def check(self, table: PriceTable) -> None:
        """Reject names that nothing in *table* has.

        Raises:
            UsageError: there is no such provider or site.
        """
        _check("provider", self.providers, list(table.providers))
        sites = {site for provider in table.providers.values() for site in provider.sites}
        _check("site", self.sites, sorted(sites))


def select_offers(
    table: PriceTable,
    selection: Selection,
    *,
    names: str | Sequence[str] = (),
    failures: Failures,
) -> list[Offer]:
    """Return the offers of *selection*; with *names* only of these models.

    A name without a site stands for all of its sites; what means nothing, or nothing that is
    selected, is a failure.
    """
    selection.check(table)
    wanted: dict[str, Offer] = {}
    if not names:
        offers = [offer for model in table.models for offer in offers_of(table, model)]
        wanted = {offer.name: offer for offer in offers if selection.holds(offer)}
    for name in [names] if isinstance(names, str) else names:
        with failures.kept_of(name):
            wanted |= {offer.name: offer for offer in _selected(table, selection, name)}
    return list(wanted.values())


def _selected(table: PriceTable, selection: Selection, name: str) -> list[Offer]:
    offers = [] if "@" in name else offers_of(table, find_model(table, name))
    offers = offers or [find_offer(table, name)]
    selected = [offer for offer in offers if selection.holds(offer)]
    if not selected:
        known = ", ".join(offer.name for offer in offers)
        raise NoPriceError(
            f"{name} is not among the providers, sites and windows that are selected",
            hint=f"the table has {known}; leave a condition or the model out",
        )
    return selected


def _check(what: str, names: Collection[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(known)}"
            raise UsageError(f"unknown {what} {name!r}", hint=hint)
