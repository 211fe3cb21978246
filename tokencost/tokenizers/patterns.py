"""Pre-tokenizer patterns, in the syntax of tiktoken's regex engine.

Each was compared with its family's own engine, see `tests/reference/`.
"""

from functools import cache

from tokencost.values import regex

# Unicode White_Space, which is what \s means to tiktoken; Python's \s adds U+001C to U+001F.
INLINE = "\t\v\f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SPACE = regex(f"(?<=[^\r\n{INLINE}]) ")
SPACE_NOT_IN_TAGS = regex(f"(?<=[^\r\n{INLINE}>]) |(?<=>) (?!</)")

# The characters of most Western texts: ASCII, Latin-1, and signs of typography, arrows and frames.
_PLAIN = (
    *((0x00, 0x7F), (0xA0, 0xFF), (0x2010, 0x2027), (0x2032, 0x2033), (0x20AC, 0x20AC)),
    *((0x2122, 0x2122), (0x2190, 0x2199), (0x2212, 0x2212), (0x2264, 0x2265), (0x2500, 0x25FF)),
)
# What is of each class among these; the last stand for "一", as no class may be empty.
_PLAIN_CLASSES = {
    r"\p{L}": "[A-Za-zªµºÀ-ÖØ-öø-ÿ]",
    r"\p{Lu}": "[A-ZÀ-ÖØ-Þ]",
    r"\p{Ll}": "[a-zµß-öø-ÿ]",
    r"\p{Lo}": "[ªº]",
    r"\p{N}": "[0-9²³¹¼-¾]",
    r"\p{P}": r"[!-#%-*,-/:;?@\[-\]_{}¡§«¶·»¿\u2010-\u2027\u2032\u2033]",
    r"\p{S}": r"[$+<=>\^`|~¢-¦¨©¬®-±´¸×÷€™←-↙\u2212≤≥─-◿]",
    r"\s": r"[\t-\r\x20\xa0]",
    r"\S": r"[^\t-\r\x20\xa0]",
    **dict.fromkeys((r"\p{Lt}", r"\p{Lm}", r"\p{M}", r"\p{Han}"), "[一]"),
}


@cache
def _plain_characters() -> frozenset[str]:
    return frozenset(chr(code) for first, last in _PLAIN for code in range(first, last + 1))


def is_plain(text: str) -> bool:
    """Whether *text* is ASCII, or has no other characters than most Western texts have."""
    return text.isascii() or _plain_characters().issuperset(text)


def plain_pattern(pattern: str) -> str:
    """Return what splits a plain text as *pattern* does, and is compiled in a fifth of the time.

    It is for no other text. The classes of Unicode have hundreds of ranges each.
    """
    parts = pattern.split(r"\\")  # a backslash that is meant as such begins no class
    for number, part in enumerate(parts):
        for every, plain in _PLAIN_CLASSES.items():
            part = part.replace(every, plain)
        parts[number] = part
    return r"\\".join(parts)


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
DEEPSEEK_CJK = "一-龥぀-ゟ゠-ヿ"
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


# GLM-4's tokenizer.json (MIT): as Qwen2's, with up to three digits together.
GLM4 = QWEN2.replace(r"|\p{N}|", r"|\p{N}{1,3}|")

# Qwen 3.5's tokenizer.json (Apache-2.0): marks belong to words.
QWEN35 = "|".join(
    (
        _CONTRACTION,
        r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+",
        r"\p{N}",
        r" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)

# Mistral's tekken.json (Apache-2.0): as OpenAI's newer one, without contractions, digits alone.
TEKKEN = O200K.replace(f"{_CONTRACTION}?", "").replace(r"|\p{N}{1,3}|", r"|\p{N}|")

# Kimi's tokenization file (modified MIT): Han characters stand apart from other letters.
_NOT_HAN = r"&&[^\p{Han}]]"
KIMI = "|".join(
    (
        r"[\p{Han}]+",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER[:-1]}{_NOT_HAN}*{_LOWER[:-1]}{_NOT_HAN}+{_CONTRACTION}?",
        rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER[:-1]}{_NOT_HAN}+{_LOWER[:-1]}{_NOT_HAN}*{_CONTRACTION}?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)

# SentencePiece has no pre-tokenizer, but none of Mistral's pieces has a space inside.
MISTRAL_SPM = r" *+[^ ]++| ++"

# Nor has any of Gemma's but "> </"; runs of line breaks, tabs and spaces are symbols of their own,
# and so are HTML tags up to Gemma 3.
GEMMA3_TAGS = (
    "table|caption|thead|tbody|tfoot|tr|th|td|h[1-6]|blockquote|strong|em|b|i|u|s|sub|sup|code|a|"
    "html|body|img|span|bbox|ul|li|div|iframe|footer"
)
_RUNS = r"\n{1,31}|\t{1,31}| {2,31}"
GEMMA4 = rf"{_RUNS}| ?(?:[^ \n\t]++|(?<=>) (?=</))++| "
GEMMA3 = (
    rf"</?(?:{GEMMA3_TAGS})>|{_RUNS}|"
    rf" ?(?:[^ \n\t<]++|<(?!/?(?:{GEMMA3_TAGS})>)|(?<=>) (?=</(?!(?:{GEMMA3_TAGS})>)))++| "
)
