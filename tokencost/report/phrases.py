"""Phrases that several reports share."""

from collections.abc import Iterable, Sequence

from tokencost.errors import Failure
from tokencost.estimates.results import Estimate
from tokencost.report.table import Remark
from tokencost.tokenizers import Method, TokenCount
from tokencost.usage import OutputTokens

DASH = "–"


def count_cell(tokens: TokenCount) -> str:
    """Return a count; a tilde marks one that is not exact."""
    return f"{'' if tokens.is_exact else '~'}{tokens.expected:,}"


def band_cell(tokens: TokenCount) -> str:
    """Return the band of a count, nothing if it has none."""
    if tokens.is_exact:
        return ""
    return f"{tokens.low:,}{DASH}{tokens.high:,}"


def count_remarks(counts: Iterable[tuple[str | None, TokenCount]]) -> list[Remark]:
    """Return one line for each way of counting that an answer used."""
    lines: dict[str, Remark] = {}
    for model, tokens in counts:
        what = f"{tokens.method}, {tokens.tokenizer}"
        text = what if tokens.method is Method.EXACT else f"{what}: {tokens.basis}"
        text = f"{model}: {text}" if model else text
        lines.setdefault(text, Remark(label="count", text=text))
    return list(lines.values())


def framing_remarks(counts: Iterable[tuple[str | None, TokenCount]]) -> list[Remark]:
    """Return a line for what the message format of requests adds, for each model."""
    found: dict[tuple[str, str], list[int]] = {}
    for model, tokens in counts:
        if tokens.overhead_basis:
            key = f"{model}: " if model else "", tokens.overhead_basis
            found.setdefault(key, []).append(tokens.overhead)
    lines = []
    for (model, basis), added in found.items():
        requests = "1 request" if len(added) == 1 else f"{len(added):,} requests"
        what = f"{sum(added):,} tokens of message format in {requests}: " if any(added) else ""
        lines.append(Remark(label="framing", text=f"{model}{what}{basis}"))
    return lines


def has_output(asked: OutputTokens | None, results: Iterable[Estimate]) -> bool:
    """Say whether answers are priced: because they were asked for, or requests allow some."""
    return asked is not None or any(each.output.high for each in results)


def output_assumptions(asked: OutputTokens | None, *, has_output: bool) -> list[str]:
    """Say which output was priced."""
    if asked is None and has_output:
        return ["no output tokens named: as many as each request allows itself"]
    if asked is None:
        return ["input only: no output tokens named (--output-tokens)"]
    if asked.low != asked.high:
        return [f"{asked.low:,} to {asked.high:,} output tokens, {asked.expected:,} expected"]
    return []


def remarks(label: str, texts: Iterable[str]) -> list[Remark]:
    """Return the distinct *texts* under one label."""
    return [Remark(label=label, text=text) for text in dict.fromkeys(texts)]


def failures_of(failures: Sequence[Failure]) -> list[Remark]:
    """Return what has no answer, for formats that keep no other stream."""
    return remarks("error", [str(failure.error) for failure in failures])
