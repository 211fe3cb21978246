"""What will this prompt cost? Token counts and prices, exact where that is possible.

    import tokencost

    report = tokencost.estimate("Summarize: ...", models="openai/gpt-5.4-mini")
    report.results[0].tokens.expected       # int
    report.results[0].expected_cost         # Decimal

Everything that is listed in `__all__` is the public interface; the command line uses nothing
else.
"""

import tokencost.interruption  # noqa: F401  # isort: skip  # before what takes time

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tokencost.reports import register_views

if TYPE_CHECKING:  # at run time each name is imported when it is first used, see __getattr__
    from tokencost.budgets import BaseFile as BaseFile
    from tokencost.budgets import Baseline as Baseline
    from tokencost.budgets import Basis as Basis
    from tokencost.budgets import Budget as Budget
    from tokencost.budgets import BudgetFiles as BudgetFiles
    from tokencost.budgets import CheckReport as CheckReport
    from tokencost.budgets import FileReading as FileReading
    from tokencost.budgets import FileSize as FileSize
    from tokencost.budgets import Finding as Finding
    from tokencost.budgets import Increase as Increase
    from tokencost.budgets import Limits as Limits
    from tokencost.budgets import Rule as Rule
    from tokencost.budgets import Status as Status
    from tokencost.budgets import budgets_of as budgets_of
    from tokencost.budgets import check as check
    from tokencost.budgets import parse_increase as parse_increase
    from tokencost.budgets import read_budget_files as read_budget_files
    from tokencost.budgets import record_sizes as record_sizes
    from tokencost.budgets.base_files import find_budget as find_budget
    from tokencost.budgets.base_files import read_baseline as read_baseline
    from tokencost.budgets.base_files import read_changed_files as read_changed_files
    from tokencost.budgets.diff import diff as diff
    from tokencost.budgets.diff_report import CostCauses as CostCauses
    from tokencost.budgets.diff_report import DiffReport as DiffReport
    from tokencost.budgets.diff_report import DiffSize as DiffSize
    from tokencost.budgets.diff_report import FileDifference as FileDifference
    from tokencost.budgets.diff_report import GrowthLimit as GrowthLimit
    from tokencost.budgets.diff_report import TotalDifference as TotalDifference
    from tokencost.budgets.starter import Starter as Starter
    from tokencost.budgets.starter import suggest_configuration as suggest_configuration
    from tokencost.compression import CompressedText as CompressedText
    from tokencost.compression import ContentType as ContentType
    from tokencost.compression import Level as Level
    from tokencost.compression import MissingExtraError as MissingExtraError
    from tokencost.compression import Transform as Transform
    from tokencost.compression import TransformError as TransformError
    from tokencost.compression import TransformStep as TransformStep
    from tokencost.compression import compress_text as compress_text
    from tokencost.compression.compress import CompressionReport as CompressionReport
    from tokencost.compression.compress import compress as compress
    from tokencost.compression.registry import TransformList as TransformList
    from tokencost.compression.registry import TransformListing as TransformListing
    from tokencost.compression.registry import list_transforms as list_transforms
    from tokencost.configuration.load import load_configuration as load_configuration
    from tokencost.configuration.search import find_configurations as find_configurations
    from tokencost.configuration.settings import BudgetEntry as BudgetEntry
    from tokencost.configuration.settings import Configuration as Configuration
    from tokencost.configuration.settings import Defaults as Defaults
    from tokencost.configuration.settings import Setting as Setting
    from tokencost.costs.cache import CacheUse as CacheUse
    from tokencost.costs.cache import MarkedEnd as MarkedEnd
    from tokencost.costs.cache import PromptTokens as PromptTokens
    from tokencost.costs.cost import Cost as Cost
    from tokencost.costs.workload import BilledCalls as BilledCalls
    from tokencost.costs.workload import Workload as Workload
    from tokencost.costs.workload import WorkloadCost as WorkloadCost
    from tokencost.errors import AmbiguousModelError as AmbiguousModelError
    from tokencost.errors import ConfigurationError as ConfigurationError
    from tokencost.errors import DoesNotFitError as DoesNotFitError
    from tokencost.errors import Failure as Failure
    from tokencost.errors import GitError as GitError
    from tokencost.errors import InputError as InputError
    from tokencost.errors import NoPriceError as NoPriceError
    from tokencost.errors import NoRateError as NoRateError
    from tokencost.errors import PriceTableError as PriceTableError
    from tokencost.errors import TokencostError as TokencostError
    from tokencost.errors import TokenizerError as TokenizerError
    from tokencost.errors import UncountedError as UncountedError
    from tokencost.errors import UnknownModelError as UnknownModelError
    from tokencost.errors import UsageError as UsageError
    from tokencost.estimates.calibrate import CalibrationReport as CalibrationReport
    from tokencost.estimates.calibrate import ModelCalibration as ModelCalibration
    from tokencost.estimates.calibrate import calibrate as calibrate
    from tokencost.estimates.calibrate import forget_calibration as forget_calibration
    from tokencost.estimates.compare import Comparison as Comparison
    from tokencost.estimates.compare import ComparisonRow as ComparisonRow
    from tokencost.estimates.compare import LeftOut as LeftOut
    from tokencost.estimates.compare import compare as compare
    from tokencost.estimates.count import CountReport as CountReport
    from tokencost.estimates.count import PromptCount as PromptCount
    from tokencost.estimates.count import count as count
    from tokencost.estimates.diagnosis import DiagnosisReport as DiagnosisReport
    from tokencost.estimates.diagnosis import diagnose as diagnose
    from tokencost.estimates.estimate import estimate as estimate
    from tokencost.estimates.model_count import load_tokenizers as load_tokenizers
    from tokencost.estimates.results import CostRange as CostRange
    from tokencost.estimates.results import Estimate as Estimate
    from tokencost.estimates.results import EstimateOptions as EstimateOptions
    from tokencost.estimates.results import EstimateReport as EstimateReport
    from tokencost.estimates.results import TotalCost as TotalCost
    from tokencost.git import FileStatus as FileStatus
    from tokencost.inputs import InputFormat as InputFormat
    from tokencost.inputs import InputSet as InputSet
    from tokencost.inputs import Prompt as Prompt
    from tokencost.inputs import read_prompts as read_prompts
    from tokencost.inputs import watch as watch
    from tokencost.inputs.jobs import workers as workers
    from tokencost.inputs.request import CacheMark as CacheMark
    from tokencost.inputs.request import HiddenReasoning as HiddenReasoning
    from tokencost.inputs.request import Media as Media
    from tokencost.inputs.request import Message as Message
    from tokencost.inputs.request import OutputSchema as OutputSchema
    from tokencost.inputs.request import Reasoning as Reasoning
    from tokencost.inputs.request import Request as Request
    from tokencost.inputs.request import Text as Text
    from tokencost.inputs.request import TokenIds as TokenIds
    from tokencost.inputs.request import Tool as Tool
    from tokencost.inputs.request import ToolCall as ToolCall
    from tokencost.inputs.request import ToolResult as ToolResult
    from tokencost.inputs.request import UncountedPart as UncountedPart
    from tokencost.manual import guide_page as guide_page
    from tokencost.manual import guide_topics as guide_topics
    from tokencost.money import ExchangeRate as ExchangeRate
    from tokencost.money import Money as Money
    from tokencost.notes import Note as Note
    from tokencost.notes import Severity as Severity
    from tokencost.price_files import Change as Change
    from tokencost.price_files import ChangeKind as ChangeKind
    from tokencost.price_files import Changes as Changes
    from tokencost.price_files import Difference as Difference
    from tokencost.price_files import Differences as Differences
    from tokencost.price_files import Validation as Validation
    from tokencost.price_files import add_price as add_price
    from tokencost.price_files import diff_prices as diff_prices
    from tokencost.price_files import import_prices as import_prices
    from tokencost.price_files import validate_prices as validate_prices
    from tokencost.pricing import Mode as Mode
    from tokencost.pricing import Offer as Offer
    from tokencost.pricing import PriceDate as PriceDate
    from tokencost.pricing import PriceTable as PriceTable
    from tokencost.pricing import Quote as Quote
    from tokencost.pricing import Selection as Selection
    from tokencost.pricing import builtin_path as builtin_path
    from tokencost.pricing import find_model as find_model
    from tokencost.pricing import find_offer as find_offer
    from tokencost.pricing import load_price_table as load_price_table
    from tokencost.pricing import parse_price_date as parse_price_date
    from tokencost.pricing.cache_rules import BatchCache as BatchCache
    from tokencost.pricing.cache_rules import CacheRule as CacheRule
    from tokencost.pricing.cache_rules import CacheRules as CacheRules
    from tokencost.pricing.catalogue import Catalogue as Catalogue
    from tokencost.pricing.catalogue import ModelListing as ModelListing
    from tokencost.pricing.catalogue import list_models as list_models
    from tokencost.pricing.catalogue import show_model as show_model
    from tokencost.pricing.discounts import Discount as Discount
    from tokencost.pricing.discounts import VolumeDiscount as VolumeDiscount
    from tokencost.pricing.exchange import Conversion as Conversion
    from tokencost.pricing.rates import RateCard as RateCard
    from tokencost.pricing.rates import Rates as Rates
    from tokencost.pricing.rates import Tier as Tier
    from tokencost.pricing.schedule import BilledHours as BilledHours
    from tokencost.pricing.schedule import Calendar as Calendar
    from tokencost.pricing.schedule import Schedule as Schedule
    from tokencost.pricing.schedule import TableAge as TableAge
    from tokencost.pricing.table import Conditions as Conditions
    from tokencost.pricing.table import Confidence as Confidence
    from tokencost.pricing.table import Model as Model
    from tokencost.pricing.table import Price as Price
    from tokencost.pricing.table import PriceKind as PriceKind
    from tokencost.pricing.table import Provenance as Provenance
    from tokencost.pricing.table import Provider as Provider
    from tokencost.pricing.table import Validity as Validity
    from tokencost.pricing.table import with_settings as with_settings
    from tokencost.report import OutputFormat as OutputFormat
    from tokencost.report import render as render
    from tokencost.report import render_failures as render_failures
    from tokencost.report import render_quiet as render_quiet
    from tokencost.report import warnings_of as warnings_of
    from tokencost.report.count import compare_tokens as compare_tokens
    from tokencost.report.count import show_tokens as show_tokens
    from tokencost.report.formats.json import json_schema as json_schema
    from tokencost.report.formats.json import schema_names as schema_names
    from tokencost.report.phrases import hint_of as hint_of
    from tokencost.reports import Report as Report
    from tokencost.reports import printable as printable
    from tokencost.scenarios import Alternative as Alternative
    from tokencost.scenarios import BreakEven as BreakEven
    from tokencost.scenarios import Certainty as Certainty
    from tokencost.scenarios import Content as Content
    from tokencost.scenarios import DynamicText as DynamicText
    from tokencost.scenarios import NoSavings as NoSavings
    from tokencost.scenarios import Outcome as Outcome
    from tokencost.scenarios import Prefix as Prefix
    from tokencost.scenarios import PrefixEnd as PrefixEnd
    from tokencost.scenarios import Savings as Savings
    from tokencost.scenarios import SavingsReport as SavingsReport
    from tokencost.scenarios import ScenarioOptions as ScenarioOptions
    from tokencost.scenarios import savings as savings
    from tokencost.scenarios.conversation import SharedBeginning as SharedBeginning
    from tokencost.sessions import PRESETS as PRESETS
    from tokencost.sessions import PricedCall as PricedCall
    from tokencost.sessions import Session as Session
    from tokencost.sessions import SessionOptions as SessionOptions
    from tokencost.sessions import SessionReport as SessionReport
    from tokencost.sessions import SessionResult as SessionResult
    from tokencost.sessions import SessionTotal as SessionTotal
    from tokencost.sessions import session as session
    from tokencost.sessions.session import Call as Call
    from tokencost.sessions.session import SessionCache as SessionCache
    from tokencost.tokenizers import Method as Method
    from tokencost.tokenizers import TokenCount as TokenCount
    from tokencost.tokenizers import token_ids_of as token_ids_of
    from tokencost.tokenizers import tokenizer_names as tokenizer_names
    from tokencost.tokenizers import tokens_of as tokens_of
    from tokencost.tokenizers.user_factors import UserFactor as UserFactor
    from tokencost.tokenizers.user_tokenizers import TokenizerList as TokenizerList
    from tokencost.tokenizers.user_tokenizers import TokenizerListing as TokenizerListing
    from tokencost.tokenizers.user_tokenizers import add_tokenizer as add_tokenizer
    from tokencost.tokenizers.user_tokenizers import list_tokenizers as list_tokenizers
    from tokencost.usage import CacheKind as CacheKind
    from tokencost.usage import InputTokens as InputTokens
    from tokencost.usage import OutputTokens as OutputTokens
    from tokencost.usage import Ttl as Ttl
    from tokencost.usage import Usage as Usage
    from tokencost.usage import Volume as Volume
    from tokencost.usage import parse_duration as parse_duration
    from tokencost.user_files import replace_file as replace_file
    from tokencost.user_files import user_price_path as user_price_path
    from tokencost.version import __version__ as __version__

# The public names by subject, each with its module.
PUBLIC_NAMES = {
    "count": {
        "inputs": "InputFormat InputSet Prompt read_prompts watch",
        "inputs.request": "CacheMark HiddenReasoning Media Message OutputSchema Reasoning Request "
        "Text TokenIds Tool ToolCall ToolResult UncountedPart",
        "tokenizers": "Method TokenCount token_ids_of tokenizer_names tokens_of",
        "inputs.jobs": "workers",
        "tokenizers.user_tokenizers": "TokenizerList TokenizerListing add_tokenizer "
        "list_tokenizers",
        "tokenizers.user_factors": "UserFactor",
        "estimates.count": "CountReport PromptCount count",
        "estimates.model_count": "load_tokenizers",
        "estimates.calibrate": "CalibrationReport ModelCalibration calibrate forget_calibration",
    },
    "estimate": {
        "usage": "CacheKind InputTokens OutputTokens Ttl Usage Volume parse_duration",
        "money": "ExchangeRate Money",
        "costs.cost": "Cost",
        "costs.workload": "BilledCalls Workload WorkloadCost",
        "estimates.results": "CostRange Estimate EstimateOptions EstimateReport TotalCost",
        "estimates.estimate": "estimate",
        "estimates.compare": "Comparison ComparisonRow LeftOut compare",
    },
    "savings": {
        "scenarios": "Alternative BreakEven Certainty Content DynamicText NoSavings Outcome "
        "Prefix PrefixEnd Savings SavingsReport ScenarioOptions savings",
    },
    "sessions": {
        "costs.cache": "CacheUse MarkedEnd PromptTokens",
        "scenarios.conversation": "SharedBeginning",
        "sessions.session": "Call SessionCache",
        "sessions": "PRESETS PricedCall Session SessionOptions SessionReport SessionResult "
        "SessionTotal session",
    },
    "compress": {
        "compression": "CompressedText ContentType Level MissingExtraError Transform "
        "TransformError TransformStep compress_text",
        "compression.compress": "CompressionReport compress",
        "compression.registry": "TransformList TransformListing list_transforms",
    },
    "budgets": {
        "budgets": "BaseFile Baseline Basis Budget BudgetFiles CheckReport FileReading FileSize "
        "Finding Increase Limits Rule Status budgets_of check parse_increase read_budget_files "
        "record_sizes",
        "budgets.base_files": "find_budget read_baseline read_changed_files",
        "budgets.starter": "Starter suggest_configuration",
        "budgets.diff": "diff",
        "budgets.diff_report": "CostCauses DiffReport DiffSize FileDifference GrowthLimit "
        "TotalDifference",
        "git": "FileStatus",
        "configuration.load": "load_configuration",
        "configuration.search": "find_configurations",
        "configuration.settings": "BudgetEntry Configuration Defaults Setting",
        "estimates.diagnosis": "DiagnosisReport diagnose",
    },
    "prices": {
        "pricing": "Mode Offer PriceDate PriceTable Quote Selection "
        "builtin_path find_model find_offer load_price_table parse_price_date",
        "pricing.table": "Conditions Confidence Model Price PriceKind Provenance Provider "
        "Validity with_settings",
        "pricing.discounts": "Discount VolumeDiscount",
        "pricing.rates": "RateCard Rates Tier",
        "pricing.schedule": "BilledHours Calendar Schedule TableAge",
        "pricing.cache_rules": "BatchCache CacheRule CacheRules",
        "pricing.exchange": "Conversion",
        "pricing.catalogue": "Catalogue ModelListing list_models show_model",
        "price_files": "Change ChangeKind Changes Difference Differences Validation add_price "
        "diff_prices import_prices validate_prices",
        "user_files": "user_price_path",
    },
    "reports": {
        "report": "OutputFormat render render_failures render_quiet warnings_of",
        "report.count": "compare_tokens show_tokens",
        "report.formats.json": "json_schema schema_names",
        "report.phrases": "hint_of",
        "user_files": "replace_file",
        "reports": "Report printable",
        "notes": "Note Severity",
        "manual": "guide_page guide_topics",
        "version": "__version__",
    },
    "errors": {
        "errors": "AmbiguousModelError ConfigurationError DoesNotFitError Failure GitError "
        "InputError NoPriceError NoRateError PriceTableError TokencostError TokenizerError "
        "UncountedError UnknownModelError UsageError",
    },
}

_MODULES = {
    name: module
    for modules in PUBLIC_NAMES.values()
    for module, names in modules.items()
    for name in names.split()
}

__all__ = sorted(_MODULES)
register_views(lambda: import_module("tokencost.report"))


def __getattr__(name: str) -> Any:
    """Import a public name on first use: a small count needs no price table, nor its 10 ms."""
    if name not in _MODULES:
        raise AttributeError(f"module 'tokencost' has no attribute {name!r}")
    value = getattr(import_module(f"tokencost.{_MODULES[name]}"), name)
    return globals().setdefault(name, import_module("tokencost.arguments").guard(value))


def __dir__() -> list[str]:
    return __all__
