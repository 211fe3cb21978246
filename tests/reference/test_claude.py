"""Our counts of Claude's tokens against those of ctok, whose method and pieces they follow.

`claude_counts.json` has ctok's counts of these texts, in their order and without the message
frames; `tests/vocabularies/build_claude.py --record` makes it anew.
"""

import json
import random
from pathlib import Path

import pytest

from tokencost.tokenizers.claude import FRAMES, count

RECORD = Path(__file__).with_name("claude_counts.json")
SAMPLE = Path(__file__).with_name("claude_recorded.json")
SEED, GENERATED = 17, 400

WRITTEN = [
    "The quick brown fox jumps over the lazy dog.",
    "It's 5 o'clock; they've left, and we'll go too. 'Tis late, isn't it?",
    "IT'S LATE, DON'T WAIT. She said: “We’re ‘fine’, aren’t we?”",
    "Antidisestablishmentarianism, pneumonoultramicroscopicsilicovolcanoconiosis!",
    "NASA and the FBI use WiFi, GaN, iPhones, mRNA, QQ and UTF-8.",
    "Dear Ms. Smith,\n\nattached is the invoice no. 2024-117 (USD 1,299.50).\n\nYours,\nA.",
    "  Leading spaces, trailing spaces  ",
    " one leading space",
    "\tTab first\tand between",
    "\n\nLine feeds first, and last\n\n\n",
    "a\r\nb\r\nc\u2028d\u2029e\u00a0f\u3000g\u2003h\u200bi",
    "ends in spaces and line feeds  \n \n",
    "今天天气很好，我们去公园散步吧。",
    "大语言模型（LLM）按 token 计费，1 个汉字约 1～2 个 token。",
    "價格：每百萬輸入 tokens 為 ￥2.5 元；「緩存」另計……",
    "他说：“你好！”然后问：《红楼梦》第3回在哪儿？",
    "文言：學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？々〆〇",
    "こんにちは、世界。カタカナとひらがな、コーヒー、ｶﾀｶﾅ。",
    "안녕하세요, 세계! 한국어 문장입니다.",
    "Привет, мир! МОСКВА и Санкт-Петербург. Ещё раз: Щука.",
    "Γειά σου Κόσμε! ΟΔΥΣΣΕΥΣ, Ὀδυσσεύς.",
    "مرحبا بالعالم، كيف حالك؟ ١٢٣٤٥ و ۶۷۸۹",
    "שלום עולם! בְּרֵאשִׁית בָּרָא אֱלֹהִים",
    "नमस्ते दुनिया, हिन्दी में १२३ शब्द।",
    "สวัสดีชาวโลก น้ำ ทำงาน ๑๒๓",
    "বাংলা, தமிழ், తెలుగు, ಕನ್ನಡ, മലയാളം, සිංහල, မြန်မာ, ខ្មែរ, ལྷ་ས།",
    "ܫܠܡܐ ܥܠܡܐ, ܰ ܱܲ and ߒߞߏ, ገና, Ցանկ, ᏣᎳᎩ, ᚠᚢᚦ",
    "naïve café, Ünïcödé, Straße, STRASSE, ẞ, İstanbul, ISPARTA, ığdır, Ǆ ǅ ǆ, ﬁn",
    "Tiếng Việt: xin chào thế giới; Čeština: příliš žluťoučký kůň; Polski: zażółć gęślą jaźń",
    "e\u0301 e\u0301\u0301 \u0301a 1\u0301 中\u0301 \u0345 x\u0483 ‿\u20dd",
    "Ⅷ ⅷ ⒶⒷⒸ ⓐ ½ ² x² m², 10³ №5 ①② ３４ １２３ 〇一二 𝟏𝟐 ٣½",
    "def count(text: str) -> int:\n    return sum(1 for _ in text)  # noqa\n",
    "class HTTPServer(BaseServer):\n\tdef __init__(self, **kwargs):\n\t\tsuper().__init__()\n",
    "for (let i = 0; i < n; i++) { if (a[i] === b[j] && !c) { total += a[i]; } }",
    '#include <stdio.h>\nint main(void) { printf("%d\\n", 0xFF); return 0; }',
    "SELECT u.id, COUNT(*) FROM users AS u WHERE u.name LIKE '%x%' GROUP BY 1;",
    "getElementsByTagName camelCase snake_case SCREAMING_SNAKE kebab-case XMLHttpRequest2",
    '{"model": "claude", "max_tokens": 1024, "messages": [{"role": "user", "content": "Hi"}]}',
    '{\n  "名称": "通义千问",\n  "price": 0.0052225,\n  "ok": true,\n  "none": null\n}',
    "# Title\n\n- [ ] *one*\n- **two** `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n```\nx\n```\n",
    '<div class="a b">&nbsp;<!-- note --><p>Text</p></div>',
    "https://example.com/path/to?q=1&r=%20#frag mailto:a.b+c@example.org",
    "1234567890 3.14159 1,000,000 2024-01-31T23:59:59Z 0x1F 1e-9 50% $5.00 €7 £8 −3 ±2 ×4",
    "==== ---- **** //// ....... !!! ??? ?! ;) :-) <- -> => <= >= != && || ::",
    "“curly” ‘single’ „low“ «guillemets» ‹single› 'straight' \"double\" ´ `",
    "😀 😀😀 👍🏽 👩‍👩‍👧 ☺️ ⚖️ 1️⃣ 🇩🇪 ❤ ✓ ★ ♪ →←↑ ■□▲△●○ ✂️'s",
    "\x00\x01\x02a\x03b\x1b[0m c\x7f\x85d",
    "\ue000private\uf8ff and \U000f0000, \ufdd0\ufdd1\ufdd3 non-characters, \ufffd\ufffd\ufffd",
    "\u202eright to left\u202c, zero\u200dwidth\u200cjoiners, soft\u00adhyphen, \ufeffmark",
    "\x01",
    " ",
    "\n",
    "'",
    "中",
]
LINE_FEEDS = ["Text" + "\n" * number for number in (1, 2, 15, 28, 29, 40, 130)]
RUNS = [character * number for character in " \t=-_0aA中é😀" for number in (2, 7, 33, 150)]

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "aZéßİıΣςЖжçñŁ",
    "0123456789٠٣۵१२３½²①Ⅷ",
    ".,:;!?'\"-_/\\()[]{}<>=+*&^%$#@|~`’“”（），。、：？…—·€§№",
    " \n\t\u00a0\u3000\u2009",
    "中文字符计价模型的是了在",
    "あアーンカｶ한글",
    "\u0301\u0308\u0345\u094d\u064b\u0670\u0711\u0730\u0bcd\u05b0\u20dd\ufe0f\u200d\u00ad",
    "😀👍★☺𝟏𐐀\ue000\U000f0000\ufdd0\ufffd\x01\x00\x7f",
    "กำนि்ெאبाক",
)
_PHRASES = (
    *("the", "Hello", "WORLD", "it's", "don't", "we'll", "x'S", "'re", "getItem", "foo_bar"),
    *("123", "3.14", "==", "});", "->", '":', "\n\n", "    ", " ", " ", " ", ", ", "你好", "для"),
)


def texts() -> list[str]:
    """Return all texts, the written ones and those that the seed makes."""
    chance = random.Random(SEED)
    return [*WRITTEN, *LINE_FEEDS, *RUNS, *(_generated(chance) for _ in range(GENERATED))]


def _generated(chance: random.Random) -> str:
    parts = []
    for _ in range(chance.randrange(1, 16)):
        if chance.randrange(3):
            alphabet = chance.choice(_ALPHABETS)
            parts.append("".join(chance.choice(alphabet) for _ in range(chance.randrange(1, 5))))
        else:
            parts.append(chance.choice(_PHRASES))
    return "".join(parts)


@pytest.mark.parametrize("family", FRAMES)
def test_counts_are_those_of_ctok(family: str) -> None:
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))[family]
    counted = zip(texts(), recorded, strict=True)
    assert [
        (text, expected, tokens)
        for text, expected in counted
        if (tokens := count(text, family)) != expected
    ] == []


@pytest.mark.parametrize("family", ["claude-3", "claude-4.7"])
def test_counts_are_those_that_the_interface_gave(family: str) -> None:
    """Of a sample of the texts that the pieces were found by, each sent as one user message."""
    recorded = json.loads(SAMPLE.read_text(encoding="utf-8"))[family]
    assert len(recorded) >= 400
    assert [
        (text, expected, tokens)
        for text, expected in recorded.items()
        if (tokens := count(text, family) + FRAMES[family]) != expected
    ] == []


def test_the_record_tells_the_families_apart() -> None:
    """A control: no family's counts would pass for another's."""
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))
    assert recorded.keys() == FRAMES.keys()
    assert len(set(map(tuple, recorded.values()))) == len(FRAMES)
