"""Learn from recorded requests how far a model's counts are off."""

import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
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
from tokencost.tokenizers.user_factors import (
    LEAST,
    MOST,
    UserFactor,
    forget_user_factors,
    save_user_factors,
)
from tokencost.values import dataclass

_FEWEST = 5
_FEWEST_OF_LINE = 10  # points; with less a slope and a height say no more than a ratio
_MOST = 200  # points: the slopes of all pairs grow with the square
_SPREAD = 2  # the largest count is at least so many times the smallest
_DIGITS = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCalibration:
    """What was learned for one model.

    `before` is the median error of its counts, in per cent, None for what is taken back.
    """

    model: str
    factor: UserFactor
    before: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CalibrationReport(Report):
    """Report of `count --calibrate` and `--forget`: what is learned, or what is taken back.

    `left_out` are requests with parts that are billed and not counted.
    """

    name: ClassVar[str] = "calibration"

    results: tuple[ModelCalibration, ...]
    left_out: int = 0
    forgotten: bool = False

    def _summary(self) -> Iterator[str]:
        yield number_of(len(self.results), "model")


def calibrate(
    file: str | Path, *, models: str | Sequence[str] = (), prices: PriceTable | None = None
) -> CalibrationReport:
    """Learn a factor for each model of *file*, and keep it in the user's folder.

    From ten requests of different sizes on an overhead for each request is learned as well. The
    whole input counts, with what was read from caches or written to them; requests with a part
    that is billed and not counted are left out.

    Args:
        file: JSON lines, each a request with the `usage` that came back for it, or an object of
            both (`request` or `body`, and `response` or `usage`).
        models: one name, where the lines do not say the model.
        prices: the table that knows the models, by default the shipped one.

    Raises:
        InputError: a line has no usage, there are too few of them, or the factor would lie outside
            0.5 to 2.
        TokenizerError: a model is counted exactly, which no factor could better.

    Examples:
        >>> tokencost.calibrate("recorded.jsonl", models="claude-opus-5")
        <CalibrationReport: 1 model>
    """
    file = Path(file)
    prices = as_price_table(prices)
    models = as_model_names(models)
    points: dict[str, list[tuple[int, int]]] = {}
    left_out = 0
    for prompt, recorded in _pairs(file):
        own = prompt.request.model if prompt.request else None
        name = models[0] if models else own
        if not name:
            raise InputError(f"{prompt.name!r} names no model", hint="name one with -m")
        model = find_model(prices, name)
        counted = _counted(prompt, model)
        of_model = points.setdefault(model.name, [])
        if counted is None:
            left_out += 1
        else:
            of_model.append((counted, recorded))
    results = tuple(_learned(model, pairs, file.name) for model, pairs in points.items())
    save_user_factors({result.model: result.factor for result in results})
    return CalibrationReport(results=results, left_out=left_out)


def forget_calibration(
    models: str | Sequence[str] = (), *, prices: PriceTable | None = None
) -> CalibrationReport:
    """Take back what was learned for *models*, by default for all; return what it was.

    Raises:
        TokenizerError: nothing was learned for one of them, or the file is broken.
        TokencostError: the table has no such model.

    Examples:
        >>> tokencost.forget_calibration()
        <CalibrationReport: 0 models>
    """
    prices = as_price_table(prices)
    names = [find_model(prices, name).name for name in as_model_names(models)]
    forgotten = forget_user_factors(names)
    return CalibrationReport(
        results=tuple(
            ModelCalibration(model=model, factor=factor, before=None)
            for model, factor in forgotten.items()
        ),
        forgotten=True,
    )


def _counted(prompt: Prompt, model: Model) -> int | None:
    """Return the tokens of a request, None if a part of it is billed and not counted."""
    tokens = count_uncorrected(prompt, model, None, Failures(strict=True))
    if tokens is not None and tokens.uncounted:
        return None
    if tokens is None or tokens.method is Method.EXACT:
        raise TokenizerError(
            f"{model.name} is counted exactly already", hint="leave its requests out"
        )
    if not tokens.expected:
        raise InputError(f"{prompt.name!r} has no text", hint="leave the line out")
    return tokens.expected


def _learned(model: str, points: Sequence[tuple[int, int]], source: str) -> ModelCalibration:
    if len(points) < _FEWEST:
        raise InputError(
            f"{source!r} has {len(points)} requests of {model} that are counted whole",
            hint=f"record at least {_FEWEST}, of the kinds you send",
        )
    overhead, factor = fit_line(points)
    ratios = [Decimal(recorded - overhead) / counted for counted, recorded in points]
    factor = factor.quantize(_DIGITS)
    if not LEAST <= factor <= MOST:
        raise InputError(
            f"the usage in {source!r} is {factor} times what {model} counts",
            hint=f"a factor outside {LEAST} to {MOST} is not learned: check that each usage is "
            "that of the request beside it",
        )
    return ModelCalibration(
        model=model,
        factor=UserFactor(
            factor=factor,
            low=max(min(*ratios, factor).quantize(_DIGITS) - _DIGITS, _DIGITS),
            high=max(*ratios, factor).quantize(_DIGITS) + _DIGITS,
            pairs=len(points),
            source=source,
            overhead=overhead,
        ),
        before=(
            statistics.median(abs(Decimal(recorded) / counted - 1) for counted, recorded in points)
            * 100
        ).quantize(Decimal("0.1")),
    )


def fit_line(points: Sequence[tuple[int, int]]) -> tuple[int, Decimal]:
    """Return overhead and factor of `recorded = overhead + factor * counted`, by Theil and Sen.

    The factor is the median of the slopes of all pairs, the overhead the median of what is left.
    Where there are too few points, or all of one size, the overhead is 0 and the factor the
    median ratio; so it is where the line would need an overhead below 0.
    """
    counts = [counted for counted, _ in points]
    if len(points) >= _FEWEST_OF_LINE and max(counts) >= _SPREAD * min(counts):
        step = -(-len(points) // _MOST)
        sample = sorted(points)[::step]
        slopes = [
            Decimal(later - recorded) / (size - counted)
            for number, (counted, recorded) in enumerate(sample)
            for size, later in sample[number + 1 :]
            if size != counted
        ]
        factor = statistics.median(slopes)
        left = statistics.median(recorded - factor * counted for counted, recorded in sample)
        if factor > 0 and left >= 0:
            return int(left), factor
    return 0, statistics.median(Decimal(recorded) / counted for counted, recorded in points)


def _pairs(file: Path) -> Iterator[tuple[Prompt, int]]:
    if file.exists() and not file.is_file():  # it is read twice
        raise InputError(f"{str(file)!r} is not a regular file", hint="name a file of JSON lines")
    reading = read_prompts([str(file)], input_format=InputFormat.JSONL)
    for error in reading.errors:
        raise error
    lines = file.read_text(encoding="utf-8-sig").split("\n")
    for prompt in reading.prompts:
        value = json.loads(lines[int(prompt.name.rpartition(":")[2]) - 1])
        recorded = recorded_input(value) if isinstance(value, Mapping) else None
        if recorded is None:
            raise InputError(
                f"{prompt.name!r} has no usage",
                hint='each line needs "usage": {"prompt_tokens": N} beside the request',
            )
        yield prompt, recorded


# Where the input stands, and what of it stands beside: what Anthropic and Bedrock read from a
# cache or write to it, and what Gemini's own tools read. OpenAI and those who copy it have cached
# tokens inside their number.
_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("prompt_tokens", ()),
    ("input_tokens", ("cache_read_input_tokens", "cache_creation_input_tokens")),
    ("inputTokens", ("cacheReadInputTokens", "cacheWriteInputTokens")),
    ("promptTokenCount", ("toolUsePromptTokenCount",)),
    ("prompt_token_count", ("tool_use_prompt_token_count",)),
)
_USAGES = ("usage", "usageMetadata", "usage_metadata")


def recorded_input(record: Mapping[str, Any]) -> int | None:
    """Return the whole input that *record* says was billed, None if it says none.

    The usage stands in the record, or in the `response` in it, or in the `body` of that.
    """
    answer = record.get("response")
    answer = answer.get("body", answer) if isinstance(answer, Mapping) else record
    usages = (answer.get(key) for key in _USAGES)
    usage = next((usage for usage in usages if isinstance(usage, Mapping)), {})
    for key, beside in _SHAPES:
        parts = [usage.get(name) or 0 for name in (key, *beside)]
        if key in usage and all(_is_count(part) for part in parts):
            return sum(parts) or None
    return None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
