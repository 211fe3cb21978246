"""Counts with a range: on an assumption, or by factors for each class of content."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import ClassVar

from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.token_count import Method, TokenCount


class Content(StrEnum):
    """The kinds for which factors between vocabularies were measured."""

    ENGLISH = "English"
    CHINESE = "Chinese"  # more than 55 % Han characters
    CHINESE_MIXED = "Chinese mixed"  # 15 to 55 %, as technical texts have
    OTHER = "other scripts"
    CODE = "code"
    JSON = "JSON"
    MARKDOWN = "Markdown"


_CHUNK = 2_000  # characters, as in the measurements
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_FOREIGN = re.compile("[^\\s\x00-\u024f\u2000-\u206f\u2190-\u27bf\u3000-\u303f\uff00-\uffef]")
_MARKDOWN_LINE = re.compile(r"\s*(?:#{1,6} |[-*+>] |\d+\. |\||```)")


@lru_cache(4)
def by_content(text: str) -> Mapping[Content, str]:
    """Split *text* at line ends into chunks and return the chunks of each kind, joined."""
    parts: dict[Content, list[str]] = {}
    chunk: list[str] = []
    size = 0
    for line in text.splitlines(keepends=True):
        chunk.append(line)
        size += len(line)
        if size >= _CHUNK:
            parts.setdefault(_kind("".join(chunk)), []).append("".join(chunk))
            chunk, size = [], 0
    if chunk:
        # A short rest says little about itself: it goes with what came before.
        rest = "".join(chunk)
        kind = _kind(rest) if size >= _CHUNK // 4 or not parts else next(reversed(parts))
        parts.setdefault(kind, []).append(rest)
    return {kind: "".join(chunks) for kind, chunks in parts.items()}


def _kind(chunk: str) -> Content:
    visible = max(1, sum(map(len, chunk.split())))
    han = len(_HAN.findall(chunk)) / visible
    if han > 0.55:
        return Content.CHINESE
    if han > 0.15:
        return Content.CHINESE_MIXED
    if len(_FOREIGN.findall(chunk)) / visible > 0.3:
        return Content.OTHER
    return _kind_by_marks(chunk, visible)


def _kind_by_marks(chunk: str, visible: int) -> Content:
    if sum(map(chunk.count, '{}[]":,')) / visible > 0.18 and chunk.count('"') / visible > 0.06:
        return Content.JSON
    lines = [line for line in chunk.splitlines() if line.strip()]
    if sum(1 for line in lines if _MARKDOWN_LINE.match(line)) > 0.25 * len(lines):
        return Content.MARKDOWN
    if sum(map(chunk.count, "(){}[];=<>_")) / visible > 0.06:
        return Content.CODE
    return Content.ENGLISH


@dataclass(frozen=True, slots=True)
class Factor:
    """Expected ratio with its range, in thousandths."""

    expected: int
    low: int
    high: int


SPREAD: Mapping[Content, int] = MappingProxyType(
    {  # per cent either way
        Content.ENGLISH: 8,
        Content.CHINESE: 12,
        Content.CHINESE_MIXED: 12,
        Content.OTHER: 30,
        Content.CODE: 10,
        Content.JSON: 15,
        Content.MARKDOWN: 10,
    }
)


def around(factors: Mapping[Content, int]) -> Mapping[Content, Factor]:
    """Return *factors* (thousandths) with the common spread as their range."""
    return MappingProxyType(
        {
            kind: Factor(
                factor,
                factor * (100 - SPREAD[kind]) // 100,
                -(-factor * (100 + SPREAD[kind]) // 100),
            )
            for kind, factor in factors.items()
        }
    )


def _peers(**ranges: tuple[int, int, int]) -> Mapping[Content, Factor]:
    factors = {Content[kind.upper()]: Factor(*thousandths) for kind, thousandths in ranges.items()}
    return MappingProxyType({**factors, Content.OTHER: Factor(1000, 600, 2100)})  # not measured


SAME = around(dict.fromkeys(Content, 1000))
CHINESE_PEERS = _peers(
    english=(1004, 871, 1213),
    chinese_mixed=(949, 769, 1335),
    chinese=(762, 626, 934),
    code=(1004, 876, 1236),
    json=(1000, 865, 1358),
    markdown=(1007, 875, 1230),
)
WESTERN_PEERS = _peers(
    english=(1019, 675, 1635),
    chinese_mixed=(1133, 672, 1911),
    chinese=(1051, 592, 2087),
    code=(1062, 679, 1769),
    json=(1084, 683, 1818),
    markdown=(1021, 670, 1678),
)

_CHINESE = "taken to be like Qwen, DeepSeek, GLM, Kimi and MiniMax, whose spread is the range"
_WESTERN = "taken to be like OpenAI's, Mistral's and Google's, whose spread is the range"

# Families without a vocabulary here: proxy, factors, and what the factors rest on.
FAMILIES: Mapping[str, tuple[str, Mapping[Content, Factor], str]] = MappingProxyType(
    {
        "doubao": ("o200k_base", CHINESE_PEERS, _CHINESE),
        "ernie": ("o200k_base", CHINESE_PEERS, _CHINESE),
        "spark": ("o200k_base", CHINESE_PEERS, _CHINESE),
        "hunyuan": ("o200k_base", CHINESE_PEERS, _CHINESE),
        "step": ("o200k_base", CHINESE_PEERS, _CHINESE),
        "longcat": ("o200k_base", CHINESE_PEERS, _CHINESE),
        "grok": ("o200k_base", WESTERN_PEERS, _WESTERN),
        "muse": ("o200k_base", WESTERN_PEERS, _WESTERN),
    }
)


# The percentiles behind the factors come from longer chunks; a short text strays further.
_SHORT = 200
_SHORT_WIDENS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedTokenizer:
    """Counts with a vocabulary that a model is only believed to use, and says why."""

    encoding: Encoding
    reason: str
    method: ClassVar[Method] = Method.ASSUMED

    @property
    def name(self) -> str:
        """The vocabulary's name."""
        return self.encoding.name

    def measure(self, text: str) -> TokenCount:
        """Count *text*; the range is what another vocabulary of its time would give."""
        count = self.encoding.count(text)
        _, low, high = _by_factors(text, self.encoding, SAME)
        return TokenCount(
            expected=count,
            low=min(low, count),
            high=max(high, count),
            method=self.method,
            tokenizer=self.name,
            basis=self.reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatedTokenizer:
    """Counts with a proxy vocabulary and corrects by factors per kind of content."""

    name: str
    proxy: Encoding
    factors: Mapping[Content, Factor]
    evidence: str
    method: ClassVar[Method] = Method.ESTIMATED

    def measure(self, text: str) -> TokenCount:
        """Estimate the tokens of *text* from those of the proxy."""
        expected, low, high = _by_factors(text, self.proxy, self.factors)
        return TokenCount(
            expected=expected,
            low=low,
            high=high,
            method=self.method,
            tokenizer=self.name,
            basis=f"{self.proxy.name} times factors by content; {self.evidence}",
        )


def _by_factors(
    text: str, proxy: Encoding, factors: Mapping[Content, Factor]
) -> tuple[int, int, int]:
    """Return expected, low and high tokens; a text that is not empty has at least one."""
    counts = {kind: proxy.count(part) for kind, part in by_content(text).items()}
    total = sum(counts.values())
    if total == 0:
        return 0, 0, 0
    expected = sum(count * factors[kind].expected for kind, count in counts.items())
    low = sum(count * factors[kind].low for kind, count in counts.items())
    high = sum(count * factors[kind].high for kind, count in counts.items())
    if total < _SHORT:
        low = expected - _SHORT_WIDENS * (expected - low)
        high = expected + _SHORT_WIDENS * (high - expected)
    middle = max(1, (expected + 500) // 1000)
    return middle, min(middle, max(1, low // 1000)), max(middle, -(-high // 1000))
