"""Learn from recorded requests how far a model's counts are off."""

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from tokencost.errors import Failures, InputError, TokenizerError
from tokencost.estimates.count import as_model_names
from tokencost.estimates.model_count import count_uncorrected
from tokencost.inputs import InputFormat, Prompt, read_prompts
from tokencost.pricing import Model, PriceTable, as_price_table, find_model
from tokencost.reports import Report, number_of
from tokencost.tokenizers import Method
from tokencost.tokenizers.user_factors import UserFactor, save_user_factors

_FEWEST = 5
_DIGITS = Decimal("0.001")
_COUNTS = ("prompt_tokens", "input_tokens", "promptTokenCount", "prompt_token_count")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCalibration:
    """What was learned for one model; *before* is the median error of its counts, in per cent."""

    model: str
    factor: UserFactor
    before: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CalibrationReport(Report):
    """Report of `count --calibrate`."""

    name: ClassVar[str] = "calibration"

    results: tuple[ModelCalibration, ...]

    def _summary(self) -> Iterator[str]:
        yield number_of(len(self.results), "model")


def calibrate(
    file: str | Path, *, models: str | Sequence[str] = (), prices: PriceTable | None = None
) -> CalibrationReport:
    """Learn a factor for each model of *file*, and keep it in the user's folder.

    Args:
        file: JSON lines, each a request with the `usage` that came back for it, or an object of
            both (`request` or `body`, and `response` or `usage`).
        models: one name, where the lines do not say the model.
        prices: the table that knows the models, by default the shipped one.

    Raises:
        InputError: a line has no usage, or there are too few of them.
        TokenizerError: a model is counted exactly, which no factor could better.

    Examples:
        >>> tokencost.calibrate("recorded.jsonl", models="claude-opus-5")
        <CalibrationReport: 1 model>
    """
    file = Path(file)
    prices = as_price_table(prices)
    models = as_model_names(models)
    ratios: dict[str, list[Decimal]] = {}
    for prompt, recorded in _pairs(file):
        own = prompt.request.model if prompt.request else None
        name = models[0] if models else own
        if not name:
            raise InputError(f"{prompt.name!r} names no model", hint="name one with -m")
        model = find_model(prices, name)
        ratios.setdefault(model.name, []).append(_ratio(prompt, recorded, model))
    results = tuple(_learned(model, measured, file.name) for model, measured in ratios.items())
    save_user_factors({result.model: result.factor for result in results})
    return CalibrationReport(results=results)


def _ratio(prompt: Prompt, recorded: int, model: Model) -> Decimal:
    tokens = count_uncorrected(prompt, model, None, Failures(strict=True))
    if tokens is None or tokens.method is Method.EXACT:
        raise TokenizerError(
            f"{model.name} is counted exactly already", hint="leave its requests out"
        )
    if not tokens.expected:
        raise InputError(f"{prompt.name!r} has no text", hint="leave the line out")
    return Decimal(recorded) / tokens.expected


def _learned(model: str, ratios: Sequence[Decimal], source: str) -> ModelCalibration:
    if len(ratios) < _FEWEST:
        raise InputError(
            f"{source!r} has {len(ratios)} requests of {model}",
            hint=f"record at least {_FEWEST}, of the kinds you send",
        )
    return ModelCalibration(
        model=model,
        factor=UserFactor(
            factor=statistics.median(ratios).quantize(_DIGITS),
            low=min(ratios).quantize(_DIGITS) - _DIGITS,
            high=max(ratios).quantize(_DIGITS) + _DIGITS,
            pairs=len(ratios),
            source=source,
        ),
        before=(statistics.median(abs(ratio - 1) for ratio in ratios) * 100).quantize(
            Decimal("0.1")
        ),
    )


def _pairs(file: Path) -> Iterator[tuple[Prompt, int]]:
    reading = read_prompts([str(file)], input_format=InputFormat.JSONL)
    for error in reading.errors:
        raise error
    for prompt in reading.prompts:
        number = int(prompt.name.rpartition(":")[2])
        yield prompt, _recorded(_line(file, number), place=prompt.name)


def _line(file: Path, number: int) -> Mapping[str, Any]:
    value = json.loads(file.read_text(encoding="utf-8-sig").split("\n")[number - 1])
    return value if isinstance(value, Mapping) else {}


def _recorded(line: Mapping[str, Any], *, place: str) -> int:
    response = line.get("response")
    response = response.get("body", response) if isinstance(response, Mapping) else line
    usage = response.get("usage", response.get("usageMetadata"))
    for key in _COUNTS if isinstance(usage, Mapping) else ():
        value = usage.get(key)
        if isinstance(value, int) and value > 0:
            return value
    raise InputError(
        f"{place!r} has no usage",
        hint='each line needs "usage": {"prompt_tokens": N} beside the request',
    )
