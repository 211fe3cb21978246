"""The price table: reading it, finding a model in it, quoting the rates of a request."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # at run time each name is imported when it is first used, see __getattr__
    from tokencost.money import ExchangeRate as ExchangeRate
    from tokencost.pricing.cache_rules import BatchCache as BatchCache
    from tokencost.pricing.cache_rules import CacheRule as CacheRule
    from tokencost.pricing.cache_rules import CacheRules as CacheRules
    from tokencost.pricing.discounts import Discount as Discount
    from tokencost.pricing.discounts import VolumeDiscount as VolumeDiscount
    from tokencost.pricing.exchange import Conversion as Conversion
    from tokencost.pricing.exchange import find_conversion as find_conversion
    from tokencost.pricing.load import PriceFile as PriceFile
    from tokencost.pricing.load import as_price_table as as_price_table
    from tokencost.pricing.load import builtin_path as builtin_path
    from tokencost.pricing.load import file_at as file_at
    from tokencost.pricing.load import load_price_table as load_price_table
    from tokencost.pricing.load import overlay as overlay
    from tokencost.pricing.load import read_price_files as read_price_files
    from tokencost.pricing.load import read_table as read_table
    from tokencost.pricing.load import shipped_file as shipped_file
    from tokencost.pricing.lookup import Offer as Offer
    from tokencost.pricing.lookup import Selection as Selection
    from tokencost.pricing.lookup import find_model as find_model
    from tokencost.pricing.lookup import find_models as find_models
    from tokencost.pricing.lookup import find_offer as find_offer
    from tokencost.pricing.lookup import find_offers as find_offers
    from tokencost.pricing.lookup import named_model as named_model
    from tokencost.pricing.lookup import offers_named as offers_named
    from tokencost.pricing.lookup import offers_of as offers_of
    from tokencost.pricing.lookup import select_offers as select_offers
    from tokencost.pricing.names import NamedModel as NamedModel
    from tokencost.pricing.quotation import Quote as Quote
    from tokencost.pricing.quotation import complete_rates as complete_rates
    from tokencost.pricing.quotation import price_at as price_at
    from tokencost.pricing.quotation import quote as quote
    from tokencost.pricing.rates import SINGLE_RATES as SINGLE_RATES
    from tokencost.pricing.rates import SPECIAL_MODES as SPECIAL_MODES
    from tokencost.pricing.rates import Mode as Mode
    from tokencost.pricing.rates import Rates as Rates
    from tokencost.pricing.rates import Tier as Tier
    from tokencost.pricing.schedule import PriceDate as PriceDate
    from tokencost.pricing.schedule import parse_price_date as parse_price_date
    from tokencost.pricing.table import Model as Model
    from tokencost.pricing.table import Price as Price
    from tokencost.pricing.table import PriceKind as PriceKind
    from tokencost.pricing.table import PriceTable as PriceTable
    from tokencost.pricing.table import Provider as Provider

_NAMES = {
    "tokencost.money": "ExchangeRate",
    "tokencost.pricing.cache_rules": "BatchCache CacheRule CacheRules",
    "tokencost.pricing.discounts": "Discount VolumeDiscount",
    "tokencost.pricing.exchange": "Conversion find_conversion",
    "tokencost.pricing.load": "PriceFile as_price_table builtin_path file_at load_price_table "
    "overlay read_price_files read_table shipped_file",
    "tokencost.pricing.lookup": "Offer Selection find_model find_models find_offer find_offers "
    "named_model offers_named offers_of select_offers",
    "tokencost.pricing.names": "NamedModel",
    "tokencost.pricing.quotation": "Quote complete_rates price_at quote",
    "tokencost.pricing.rates": "SINGLE_RATES SPECIAL_MODES Mode Rates Tier",
    "tokencost.pricing.schedule": "PriceDate parse_price_date",
    "tokencost.pricing.table": "Model Price PriceKind PriceTable Provider",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    """Import a public name on first use: a count quotes no rates, and a quote converts none."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value
