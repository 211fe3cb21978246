"""Pre-tokenizer patterns, in the syntax of tiktoken's regex engine.

Each was compared with its family's own engine, see `tests/reference/`.
"""

_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"

# The two patterns of OpenAI are tiktoken's own (tiktoken_ext/openai_public.py, MIT).
CL100K = "|".join(
    (
        r"'(?i:[sdmt]|ll|ve|re)",
        r"[^\r\n\p{L}\p{N}]?+\p{L}++",
        r"\p{N}{1,3}+",
        r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
        r"\s++$",
        r"\s*[\r\n]",
        r"\s+(?!\S)",
        r"\s",
    )
)
O200K = "|".join(
    (
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_CONTRACTION}?",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_CONTRACTION}?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)

# Qwen2's tokenizer.json (Apache-2.0): digits one by one.
QWEN2 = "|".join(
    (
        _CONTRACTION,
        r"[^\r\n\p{L}\p{N}]?\p{L}+",
        r"\p{N}",
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)

# DeepSeek V3's tokenizer.json (MIT) splits three times in a row: digits, then the CJK class
# below, then the rest, each inside what the split before left over. In one pattern: the earlier
# classes are taken out of the later ones, a digit or CJK character ends the text for the
# white-space look-ahead, and the last two branches keep what no split matches (controls, private
# use), which tiktoken would otherwise drop.
DEEPSEEK_CJK_RANGES = ("一-龥", "぀-ゟ", "゠-ヿ")
DEEPSEEK_CJK = "".join(DEEPSEEK_CJK_RANGES)
_WORD, _MARK = r"[\p{L}\p{M}]", r"[\p{P}\p{S}]"
_CJK_OTHER = rf"[[{DEEPSEEK_CJK}]&&[^\p{{L}}\p{{M}}\p{{P}}\p{{S}}]]"
_CJK_WORD = rf"[[{DEEPSEEK_CJK}]&&{_WORD}]"
_PLAIN_WORD = rf"[{_WORD}&&[^{DEEPSEEK_CJK}]]"
DEEPSEEK_V3 = "|".join(
    (
        r"\p{N}{1,3}",
        rf"{_CJK_OTHER}?{_CJK_WORD}+",
        rf"[[{DEEPSEEK_CJK}]&&{_MARK}]+",
        r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+""",
        rf"[^\r\n\p{{L}}\p{{P}}\p{{S}}\p{{N}}{DEEPSEEK_CJK}]?{_PLAIN_WORD}+",
        rf" ?[{_MARK}&&[^{DEEPSEEK_CJK}]]+[\r\n]*",
        r"\s*[\r\n]+",
        rf"\s+(?![^\s\p{{N}}{DEEPSEEK_CJK}])",
        r"\s+",
        rf"{_CJK_OTHER}+(?!{_CJK_WORD})",
        rf"[^\s\p{{L}}\p{{M}}\p{{P}}\p{{S}}\p{{N}}{DEEPSEEK_CJK}]+(?!{_PLAIN_WORD})",
    )
)


def is_deepseek_cjk(character: str) -> bool:
    """Say whether DeepSeek's second split takes this character."""
    return any(span[0] <= character <= span[-1] for span in DEEPSEEK_CJK_RANGES)
