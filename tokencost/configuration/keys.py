"""The keys of a configuration: one table, which the parser, the schema and the guide follow."""

from typing import NamedTuple

from tokencost.configuration.kinds import Kind


class Key(NamedTuple):
    """A key, the kind of its value, and what it means."""

    name: str
    kind: Kind
    summary: str


DEFAULTS = (
    Key("model", Kind.NAMES, "models, as -m takes them"),
    Key("site", Kind.TEXT, "where models are bought, as --site takes it"),
    Key("currency", Kind.CURRENCY, "currency of a converted column; native converts nothing"),
    Key("fx", Kind.EXCHANGE_RATES, "exchange rates of your own"),
    Key("output_tokens", Kind.OUTPUT, "output tokens of a call"),
    Key("volume", Kind.VOLUME, "how often a call is made"),
    Key("exclude", Kind.GLOBS, "files that reading a folder skips, as git reads such patterns"),
    Key("prices", Kind.PATHS, "price tables over the shipped one and the user's own"),
    Key("max_price_age", Kind.AGE, "the oldest that the price table may be"),
)
BUDGET = (
    Key("name", Kind.TEXT, "what findings call the budget; default: its files"),
    Key("files", Kind.GLOBS, "files, as git reads such patterns"),
    Key("model", Kind.NAMES, "models; default: those of the configuration"),
    Key("output_tokens", Kind.OUTPUT, "output tokens of a call"),
    Key("volume", Kind.VOLUME, "how often a call is made"),
    Key("max_tokens", Kind.COUNT, "most tokens of all files together"),
    Key("max_tokens_per_file", Kind.COUNT, "most tokens of each file"),
    Key("max_cost_per_call", Kind.MONEY, "most that a file may cost, sent as one call"),
    Key("max_cost_per_month", Kind.MONEY, "most that all files may cost in a month of 30 days"),
    Key("fits", Kind.WINDOW, "true, or the tokens of the model's window kept for the output"),
    Key("max_increase", Kind.INCREASE, "most that a file may grow against --base"),
    Key("warn_at", Kind.SHARE, "share of a limit from which on there is a warning"),
    Key("ratchet", Kind.FLAG, "what was over its limit before and did not grow is a warning"),
    Key("on", Kind.BASIS, "the end of a range that is judged"),
    Key("uncounted", Kind.COUNT, "tokens allowed for what is not counted of a request"),
)
LIMITS = (
    *("max_tokens", "max_tokens_per_file", "max_cost_per_call", "max_cost_per_month", "fits"),
    "max_increase",
)
BUDGETS, RECORDED = "budget", "recorded"
TABLES = (BUDGETS, RECORDED)  # of a project alone
