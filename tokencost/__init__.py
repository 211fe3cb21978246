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
    from tokencost.budgets import CheckReport, Finding, Limits, Status, check
    from tokencost.compression import (
        CompressedText,
        ContentType,
        Level,
        MissingExtraError,
        Transform,
        TransformError,
        TransformStep,
        compress_text,
    )
    from tokencost.compression.compress import CompressionReport, compress
    from tokencost.compression.registry import TransformList, list_transforms
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
    from tokencost.estimates.calibrate import CalibrationReport, ModelCalibration, calibrate
    from tokencost.estimates.compare import Comparison, ComparisonRow, compare
    from tokencost.estimates.count import CountReport, PromptCount, count, tokens_of
    from tokencost.estimates.estimate import estimate
    from tokencost.estimates.options import EstimateOptions
    from tokencost.estimates.results import CostRange, Estimate, EstimateReport, TotalCost
    from tokencost.inputs import InputFormat, InputSet, Prompt, read_prompts
    from tokencost.inputs.request import Message, Request, Tool
    from tokencost.money import Money
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
        Mode,
        PriceDate,
        PriceTable,
        Selection,
        load_price_table,
        parse_price_date,
    )
    from tokencost.pricing.catalogue import Catalogue, list_models, show_model
    from tokencost.report import OutputFormat, render, render_quiet
    from tokencost.report.shown_tokens import show_tokens
    from tokencost.scenarios import (
        Alternative,
        BreakEven,
        Certainty,
        Content,
        NoSavings,
        Outcome,
        Prefix,
        Savings,
        SavingsReport,
        ScenarioOptions,
        savings,
    )
    from tokencost.sessions import (
        PRESETS,
        PricedCall,
        Session,
        SessionOptions,
        SessionReport,
        SessionResult,
        SessionTotal,
        session,
    )
    from tokencost.tokenizers import Method, TokenCount, tokenizer_names
    from tokencost.tokenizers.user_factors import UserFactor
    from tokencost.tokenizers.user_tokenizers import TokenizerList, add_tokenizer, list_tokenizers
    from tokencost.usage import CacheKind, InputTokens, OutputTokens, Ttl, Volume
    from tokencost.version import __version__

_HOMES = {
    "estimates.options": "EstimateOptions",
    "estimates.results": "CostRange Estimate EstimateReport TotalCost",
    "budgets": "CheckReport Finding Limits Status check",
    "estimates.calibrate": "ModelCalibration CalibrationReport calibrate",
    "tokenizers.user_factors": "UserFactor",
    "pricing.catalogue": "Catalogue list_models show_model",
    "estimates.compare": "ComparisonRow Comparison compare",
    "compression.compress": "CompressionReport compress",
    "compression": "CompressedText Transform TransformError ContentType Level MissingExtraError "
    "TransformStep "
    "compress_text",
    "compression.registry": "TransformList list_transforms",
    "costs.cost": "Cost",
    "estimates.count": "PromptCount CountReport count tokens_of",
    "errors": "AmbiguousModelError DoesNotFitError Failure InputError NoPriceError NoRateError "
    "PriceTableError TokencostError TokenizerError UnknownModelError UsageError",
    "estimates.estimate": "estimate",
    "inputs": "InputFormat Prompt InputSet read_prompts",
    "inputs.request": "Request Message Tool",
    "money": "Money",
    "pricing": "ExchangeRate Mode PriceDate PriceTable Selection load_price_table parse_price_date",
    "report": "OutputFormat render render_quiet",
    "report.shown_tokens": "show_tokens",
    "scenarios": "Alternative BreakEven Certainty Content NoSavings Outcome Prefix Savings "
    "SavingsReport ScenarioOptions savings",
    "sessions": "PRESETS PricedCall Session SessionOptions SessionReport SessionResult "
    "SessionTotal session",
    "tokenizers.user_tokenizers": "TokenizerList add_tokenizer list_tokenizers",
    "tokenizers": "Method TokenCount tokenizer_names",
    "price_files": "Change Changes Difference Differences Validation add_price diff_prices "
    "import_prices validate_prices",
    "version": "__version__",
    "usage": "CacheKind InputTokens OutputTokens Ttl Volume",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "PRESETS",
    "Alternative",
    "AmbiguousModelError",
    "BreakEven",
    "CacheKind",
    "CalibrationReport",
    "Catalogue",
    "Certainty",
    "Change",
    "Changes",
    "CheckReport",
    "Comparison",
    "ComparisonRow",
    "CompressedText",
    "CompressionReport",
    "Content",
    "ContentType",
    "Cost",
    "CostRange",
    "CountReport",
    "Difference",
    "Differences",
    "DoesNotFitError",
    "Estimate",
    "EstimateOptions",
    "EstimateReport",
    "ExchangeRate",
    "Failure",
    "Finding",
    "InputError",
    "InputFormat",
    "InputSet",
    "InputTokens",
    "Level",
    "Limits",
    "Message",
    "Method",
    "MissingExtraError",
    "Mode",
    "ModelCalibration",
    "Money",
    "NoPriceError",
    "NoRateError",
    "NoSavings",
    "Outcome",
    "OutputFormat",
    "OutputTokens",
    "Prefix",
    "PriceDate",
    "PriceTable",
    "PriceTableError",
    "PricedCall",
    "Prompt",
    "PromptCount",
    "Request",
    "Savings",
    "SavingsReport",
    "ScenarioOptions",
    "Selection",
    "Session",
    "SessionOptions",
    "SessionReport",
    "SessionResult",
    "SessionTotal",
    "Status",
    "TokenCount",
    "TokencostError",
    "TokenizerError",
    "TokenizerList",
    "Tool",
    "TotalCost",
    "Transform",
    "TransformError",
    "TransformList",
    "TransformStep",
    "Ttl",
    "UnknownModelError",
    "UsageError",
    "UserFactor",
    "Validation",
    "Volume",
    "__version__",
    "add_price",
    "add_tokenizer",
    "calibrate",
    "check",
    "compare",
    "compress",
    "compress_text",
    "count",
    "diff_prices",
    "estimate",
    "import_prices",
    "list_models",
    "list_tokenizers",
    "list_transforms",
    "load_price_table",
    "parse_price_date",
    "read_prompts",
    "render",
    "render_quiet",
    "savings",
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
