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
    from tokencost.answers import CostRange, Estimate, EstimateReport, Request, TotalCost
    from tokencost.budgets import CheckReport, Finding, Limits, Money, Status, check
    from tokencost.calibrating import Calibrated, Calibration, calibrate
    from tokencost.catalogue import Catalogue, list_models, show_model
    from tokencost.comparison import Compared, Comparison, compare
    from tokencost.compressing import CompressionReport, compress
    from tokencost.compressors import (
        Compressed,
        Compressor,
        CompressorError,
        Kind,
        Level,
        MissingExtraError,
        Step,
        compressed,
    )
    from tokencost.compressors.listing import Transforms, list_transforms
    from tokencost.costs import Cost
    from tokencost.counting import Counted, CountReport, count, tokens_of
    from tokencost.errors import (
        AmbiguousModelError,
        DoesNotFitError,
        InputError,
        NoPriceError,
        NoRateError,
        PriceTableError,
        TokencostError,
        TokenizerError,
        UnknownModelError,
        UsageError,
    )
    from tokencost.estimator import estimate
    from tokencost.failures import Failure
    from tokencost.inputs import As, Prompt, Reading, read_prompts
    from tokencost.inputs.chat import Chat, Message, Tool
    from tokencost.learned import Learned
    from tokencost.pricing import (
        ExchangeRate,
        Moment,
        PriceTable,
        Selection,
        load_price_table,
        parse_moment,
    )
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
    from tokencost.tokenizers.listing import Tokenizers, add_tokenizer, list_tokenizers
    from tokencost.upkeep import (
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
    from tokencost.version import __version__
    from tokencost.workload import InputTokens, OutputTokens, Volume

_HOMES = {
    "answers": "CostRange Estimate EstimateReport Request TotalCost",
    "budgets": "CheckReport Finding Limits Money Status check",
    "calibrating": "Calibrated Calibration calibrate",
    "learned": "Learned",
    "catalogue": "Catalogue list_models show_model",
    "comparison": "Compared Comparison compare",
    "compressing": "CompressionReport compress",
    "compressors": "Compressed Compressor CompressorError Kind Level MissingExtraError Step "
    "compressed",
    "compressors.listing": "Transforms list_transforms",
    "costs": "Cost",
    "counting": "Counted CountReport count tokens_of",
    "errors": "AmbiguousModelError DoesNotFitError InputError NoPriceError NoRateError "
    "PriceTableError TokencostError TokenizerError UnknownModelError UsageError",
    "estimator": "estimate",
    "failures": "Failure",
    "inputs": "As Prompt Reading read_prompts",
    "inputs.chat": "Chat Message Tool",
    "pricing": "ExchangeRate Moment PriceTable Selection load_price_table parse_moment",
    "report": "OutputFormat render render_quiet",
    "report.shown_tokens": "show_tokens",
    "scenarios": "Alternative BreakEven Certainty Content Outcome Prefix Savings WhatIf",
    "sessions": "PRESETS PricedCall Session SessionReport SessionResult SessionTotal session",
    "tokenizers.listing": "Tokenizers add_tokenizer list_tokenizers",
    "tokenizers": "Method TokenCount tokenizer_names",
    "upkeep": "Change Changes Difference Differences Validation add_price diff_prices "
    "import_prices validate_prices",
    "version": "__version__",
    "workload": "InputTokens OutputTokens Volume",
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
