"""What will this prompt cost? Token counts and prices, exact where that is possible.

    import tokencost

    report = tokencost.estimate("Summarize: ...", models="openai/gpt-4o")
    report.results[0].tokens.expected       # int
    report.results[0].cost.expected.total   # Decimal

Everything that is listed in `__all__` is the public interface; the command line uses nothing
else for its numbers.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # at run time each name is imported when it is first used, see __getattr__
    from tokencost.budgets import CheckReport, Finding, Limits, Money, Status, check
    from tokencost.compression import (
        Compressed,
        Compressor,
        CompressorError,
        Kind,
        Level,
        MissingExtraError,
        Step,
        compressed,
    )
    from tokencost.compression.compress import CompressionReport, compress
    from tokencost.compression.registry import Transforms, list_transforms
    from tokencost.costs.cost import Cost
    from tokencost.errors import (
        AmbiguousModelError,
        DoesNotFitError,
        Failure,
        InputError,
        NoPriceError,
        NoRateError,
        PriceTableError,
        TokencostError,
        TokenizerError,
        UnknownModelError,
        UsageError,
    )
    from tokencost.estimates.calibrate import Calibrated, Calibration, calibrate
    from tokencost.estimates.compare import Compared, Comparison, compare
    from tokencost.estimates.count import Counted, CountReport, count, tokens_of
    from tokencost.estimates.estimate import estimate
    from tokencost.estimates.results import CostRange, Estimate, EstimateReport, Request, TotalCost
    from tokencost.inputs import As, Prompt, Reading, read_prompts
    from tokencost.inputs.request import Chat, Message, Tool
    from tokencost.price_files import (
        Change,
        Changes,
        Difference,
        Differences,
        Validation,
        add_price,
        diff_prices,
        import_prices,
        validate_prices,
    )
    from tokencost.pricing import (
        ExchangeRate,
        Moment,
        PriceTable,
        Selection,
        load_price_table,
        parse_moment,
    )
    from tokencost.pricing.catalogue import Catalogue, list_models, show_model
    from tokencost.report import OutputFormat, render, render_quiet
    from tokencost.report.shown_tokens import show_tokens
    from tokencost.scenarios import (
        Alternative,
        BreakEven,
        Certainty,
        Content,
        Outcome,
        Prefix,
        Savings,
        WhatIf,
    )
    from tokencost.sessions import (
        PRESETS,
        PricedCall,
        Session,
        SessionReport,
        SessionResult,
        SessionTotal,
        session,
    )
    from tokencost.tokenizers import Method, TokenCount, tokenizer_names
    from tokencost.tokenizers.user_factors import Learned
    from tokencost.tokenizers.user_tokenizers import Tokenizers, add_tokenizer, list_tokenizers
    from tokencost.usage import InputTokens, OutputTokens, Volume
    from tokencost.version import __version__

_HOMES = {
    "estimates.results": "CostRange Estimate EstimateReport Request TotalCost",
    "budgets": "CheckReport Finding Limits Money Status check",
    "estimates.calibrate": "Calibrated Calibration calibrate",
    "tokenizers.user_factors": "Learned",
    "pricing.catalogue": "Catalogue list_models show_model",
    "estimates.compare": "Compared Comparison compare",
    "compression.compress": "CompressionReport compress",
    "compression": "Compressed Compressor CompressorError Kind Level MissingExtraError Step "
    "compressed",
    "compression.registry": "Transforms list_transforms",
    "costs.cost": "Cost",
    "estimates.count": "Counted CountReport count tokens_of",
    "errors": "AmbiguousModelError DoesNotFitError Failure InputError NoPriceError NoRateError "
    "PriceTableError TokencostError TokenizerError UnknownModelError UsageError",
    "estimates.estimate": "estimate",
    "inputs": "As Prompt Reading read_prompts",
    "inputs.request": "Chat Message Tool",
    "pricing": "ExchangeRate Moment PriceTable Selection load_price_table parse_moment",
    "report": "OutputFormat render render_quiet",
    "report.shown_tokens": "show_tokens",
    "scenarios": "Alternative BreakEven Certainty Content Outcome Prefix Savings WhatIf",
    "sessions": "PRESETS PricedCall Session SessionReport SessionResult SessionTotal session",
    "tokenizers.user_tokenizers": "Tokenizers add_tokenizer list_tokenizers",
    "tokenizers": "Method TokenCount tokenizer_names",
    "price_files": "Change Changes Difference Differences Validation add_price diff_prices "
    "import_prices validate_prices",
    "version": "__version__",
    "usage": "InputTokens OutputTokens Volume",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "PRESETS",
    "Alternative",
    "AmbiguousModelError",
    "As",
    "BreakEven",
    "Calibrated",
    "Calibration",
    "Catalogue",
    "Certainty",
    "Change",
    "Changes",
    "Chat",
    "CheckReport",
    "Compared",
    "Comparison",
    "Compressed",
    "CompressionReport",
    "Compressor",
    "CompressorError",
    "Content",
    "Cost",
    "CostRange",
    "CountReport",
    "Counted",
    "Difference",
    "Differences",
    "DoesNotFitError",
    "Estimate",
    "EstimateReport",
    "ExchangeRate",
    "Failure",
    "Finding",
    "InputError",
    "InputTokens",
    "Kind",
    "Learned",
    "Level",
    "Limits",
    "Message",
    "Method",
    "MissingExtraError",
    "Moment",
    "Money",
    "NoPriceError",
    "NoRateError",
    "Outcome",
    "OutputFormat",
    "OutputTokens",
    "Prefix",
    "PriceTable",
    "PriceTableError",
    "PricedCall",
    "Prompt",
    "Reading",
    "Request",
    "Savings",
    "Selection",
    "Session",
    "SessionReport",
    "SessionResult",
    "SessionTotal",
    "Status",
    "Step",
    "TokenCount",
    "TokencostError",
    "TokenizerError",
    "Tokenizers",
    "Tool",
    "TotalCost",
    "Transforms",
    "UnknownModelError",
    "UsageError",
    "Validation",
    "Volume",
    "WhatIf",
    "__version__",
    "add_price",
    "add_tokenizer",
    "calibrate",
    "check",
    "compare",
    "compress",
    "compressed",
    "count",
    "diff_prices",
    "estimate",
    "import_prices",
    "list_models",
    "list_tokenizers",
    "list_transforms",
    "load_price_table",
    "parse_moment",
    "read_prompts",
    "render",
    "render_quiet",
    "session",
    "show_model",
    "show_tokens",
    "tokenizer_names",
    "tokens_of",
    "validate_prices",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use: a small count needs no price table, nor its 10 ms."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'tokencost' has no attribute {name!r}")
    value = getattr(import_module(f"tokencost.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
