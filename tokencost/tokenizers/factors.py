"""Tokens of one vocabulary per token of another, by kind of content.

Measured on 2026-11-22 over chunks of about 2,000 characters: Debian's FAQ and manuals in English
and Chinese, the standard library and MultiPL-E for code, a price list as JSON, two README files.
For Claude the counts are those of a published reconstruction, `low` and `high` the 5th and 95th
percentile of the chunks. For the others only the aggregate was kept, and the band is the one by
which six published Chinese vocabularies differ from their middle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tokencost.tokenizers.content import Content


@dataclass(frozen=True, slots=True)
class Factor:
    """Expected ratio with its band, in thousandths."""

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
    """Return *factors* (thousandths) with the common spread as their band."""
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


def _aggregate(
    english: int, mixed: int, chinese: int, code: int, json: int, markdown: int
) -> Mapping[Content, Factor]:
    return around(
        {
            Content.ENGLISH: english,
            Content.CHINESE_MIXED: mixed,
            Content.CHINESE: chinese,
            Content.CODE: code,
            Content.JSON: json,
            Content.MARKDOWN: markdown,
            Content.OTHER: 1000,  # not measured, hence the widest band
        }
    )


SAME = _aggregate(1000, 1000, 1000, 1000, 1000, 1000)

CLAUDE_3: Mapping[Content, Factor] = MappingProxyType(
    {
        Content.ENGLISH: Factor(1190, 1120, 1310),
        Content.CHINESE_MIXED: Factor(1420, 1310, 1520),
        Content.CHINESE: Factor(1470, 1320, 1570),
        Content.OTHER: Factor(1280, 1100, 2020),
        Content.CODE: Factor(1205, 1090, 1360),
        Content.JSON: Factor(1260, 1210, 1300),
        Content.MARKDOWN: Factor(1220, 1090, 1360),
    }
)
CLAUDE_47: Mapping[Content, Factor] = MappingProxyType(
    {
        Content.ENGLISH: Factor(1540, 1410, 1720),
        Content.CHINESE_MIXED: Factor(1560, 1460, 1680),
        Content.CHINESE: Factor(1540, 1320, 1630),
        Content.OTHER: Factor(1480, 1170, 2070),
        Content.CODE: Factor(1505, 1300, 1760),
        Content.JSON: Factor(1565, 1450, 1700),
        Content.MARKDOWN: Factor(1490, 1190, 1660),
    }
)

_CLAUDE = "the factors and the band come from a published reconstruction of Claude's tokenizer"
_WEAK = "weak evidence: it takes the family to be like its published peers"

# Families without a vocabulary here: proxy, factors, and what the factors rest on.
FAMILIES: Mapping[str, tuple[str, Mapping[Content, Factor], str]] = MappingProxyType(
    {
        "claude-3": ("o200k_base", CLAUDE_3, _CLAUDE),
        "claude-4.7": ("o200k_base", CLAUDE_47, _CLAUDE),
        "grok": ("o200k_base", SAME, _WEAK),
        "muse": ("o200k_base", SAME, _WEAK),
        "doubao": ("deepseek-v3", SAME, _WEAK),
        "ernie": ("deepseek-v3", SAME, _WEAK),
        "spark": ("deepseek-v3", SAME, _WEAK),
        "hunyuan": ("deepseek-v3", SAME, _WEAK),
        "step": ("deepseek-v3", SAME, _WEAK),
        "longcat": ("deepseek-v3", SAME, _WEAK),
    }
)
