"""The price table: reading it, finding a model in it, quoting the rates of a request."""

from tokencost.pricing.currency import Conversion, conversion
from tokencost.pricing.loading import load_price_table
from tokencost.pricing.lookup import Offer, find_model, find_offer, find_offers, similar_models
from tokencost.pricing.moment import Moment, parse_moment
from tokencost.pricing.quoting import STANDARD, Quote, price_at, quote
from tokencost.pricing.rates import Rates, Tier
from tokencost.pricing.rows import MODES
from tokencost.pricing.table import ExchangeRate, Kind, Model, Price, PriceTable, Provider

__all__ = [
    "MODES",
    "STANDARD",
    "Conversion",
    "ExchangeRate",
    "Kind",
    "Model",
    "Moment",
    "Offer",
    "Price",
    "PriceTable",
    "Provider",
    "Quote",
    "Rates",
    "Tier",
    "conversion",
    "find_model",
    "find_offer",
    "find_offers",
    "load_price_table",
    "parse_moment",
    "price_at",
    "quote",
    "similar_models",
]
