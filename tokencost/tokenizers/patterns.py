"""Pre-tokenizer patterns, in the syntax of tiktoken's regex engine.

Each was compared with its family's own engine, see `tests/reference/`.
"""

import re
from functools import cache
from itertools import pairwise

from tokencost.values import regex

# Unicode White_Space, which is what \s means to tiktoken.
INLINE = "\t\v\f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Where a text may be cut to look for tokens. Python's \s adds U+001C to U+001F: no place is cut
# after these that might be, and \S is compiled in a quarter of the time.
SPACE = regex(r"(?<=\S) ")
SPACE_NOT_IN_TAGS = regex(r"(?<=[^\s>]) |(?<=>) (?!</)")

# Which characters a text has: ASCII alone, those of most Western texts as well, or others.
ASCII, PLAIN, ANY = range(3)

# ASCII, Latin-1, and signs of typography, arrows and frames.
_PLAIN = (
    *((0x00, 0x7F), (0xA0, 0xFF), (0x2010, 0x2027), (0x2032, 0x2033), (0x20AC, 0x20AC)),
    *((0x2122, 0x2122), (0x2190, 0x2199), (0x2212, 0x2212), (0x2264, 0x2265), (0x2500, 0x25FF)),
)
# What is of each class among these; "一" stands for nothing, as no class may be empty.
_CLASSES = {
    r"\p{L}": (r"A-Za-z", "ªµºÀ-ÖØ-öø-ÿ"),
    r"\p{Lu}": (r"A-Z", "À-ÖØ-Þ"),
    r"\p{Ll}": (r"a-z", "µß-öø-ÿ"),
    r"\p{Lo}": (r"一", "ªº"),
    r"\p{N}": (r"0-9", "²³¹¼-¾"),
    r"\p{P}": (r"!-#%-*,-/:;?@\[-\]_{}", r"¡§«¶·»¿\u2010-\u2027\u2032\u2033"),
    r"\p{S}": (r"$+<=>\^`|~", r"¢-¦¨©¬®-±´¸×÷€™←-↙\u2212≤≥─-◿"),
    r"\s": (r"\t-\r\x20", r"\xa0"),
    r"\S": (r"^\t-\r\x20", r"\xa0"),
    **dict.fromkeys((r"\p{Lt}", r"\p{Lm}", r"\p{M}", r"\p{Han}"), ("一", "")),
}


@cache
def _plain_characters() -> frozenset[str]:
    return frozenset(chr(code) for first, last in _PLAIN for code in range(first, last + 1))


def alphabet_of(text: str) -> int:
    """Return which characters *text* has: `ASCII`, `PLAIN` or `ANY`."""
    if text.isascii():
        return ASCII
    return PLAIN if _plain_characters().issuperset(text) else ANY


def pattern_for(alphabet: int, pattern: str) -> str:
    """Return what splits a text of these characters as *pattern* does, and is compiled faster.

    Plain texts take a fifth of the time, ASCII an eighth: the classes of Unicode have hundreds of
    ranges each.
    """
    if alphabet == ANY:
        return pattern
    parts = pattern.split(r"\\")  # a backslash that is meant as such begins no class
    for number, part in enumerate(parts):
        for every, characters in _CLASSES.items():
            part = part.replace(every, f"[{''.join(characters[: alphabet + 1])}]")
        parts[number] = part
    return r"\\".join(parts)


def segments(text: str, cut: re.Pattern[str]) -> set[str]:
    """Return the distinct parts of *text*, cut before every *cut*."""
    places = [0, *(match.start() for match in cut.finditer(text)), len(text)]
    return {text[start:end] for start, end in pairwise(places)}


def is_word(segment: str) -> bool:
    """Whether each pattern below takes *segment* for one piece, in any text that is cut to it."""
    word = segment[1:] if segment[:1] == " " else segment
    return word.isascii() and word.isalpha() and (len(word) == 1 or word[1:].islower())


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
