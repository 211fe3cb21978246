"""The price table: reading it, finding a model in it, quoting the rates of a request."""

from tokencost.money import ExchangeRate
from tokencost.pricing.cache_rules import BatchCache, CacheRule, CacheRules
from tokencost.pricing.discounts import Discount, VolumeDiscount
from tokencost.pricing.exchange import Conversion, find_conversion
from tokencost.pricing.load import (
    PriceFile,
    as_price_table,
    builtin_path,
    file_at,
    load_price_table,
    overlay,
    read_price_files,
    read_table,
    shipped_file,
)
from tokencost.pricing.lookup import (
    Offer,
    Selection,
    find_model,
    find_models,
    find_offer,
    find_offers,
    named_model,
    offers_named,
    offers_of,
    select_offers,
)
from tokencost.pricing.names import NamedModel
from tokencost.pricing.quote import Quote, complete_rates, price_at, quote
from tokencost.pricing.rates import SINGLE_RATES, SPECIAL_MODES, Mode, Rates, Tier
from tokencost.pricing.schedule import PriceDate, parse_price_date
from tokencost.pricing.table import Model, Price, PriceKind, PriceTable, Provider

__all__ = [
    "SINGLE_RATES",
    "SPECIAL_MODES",
    "BatchCache",
    "CacheRule",
    "CacheRules",
    "Conversion",
    "Discount",
    "ExchangeRate",
    "Mode",
    "Model",
    "NamedModel",
    "Offer",
    "Price",
    "PriceDate",
    "PriceFile",
    "PriceKind",
    "PriceTable",
    "Provider",
    "Quote",
    "Rates",
    "Selection",
    "Tier",
    "VolumeDiscount",
    "as_price_table",
    "builtin_path",
    "complete_rates",
    "file_at",
    "find_conversion",
    "find_model",
    "find_models",
    "find_offer",
    "find_offers",
    "load_price_table",
    "named_model",
    "offers_named",
    "offers_of",
    "overlay",
    "parse_price_date",
    "price_at",
    "quote",
    "read_price_files",
    "read_table",
    "select_offers",
    "shipped_file",
]
