"""Tell JSON that shows the form of an answer from JSON that is data, by what stands around it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from tokencost.compression.transform import Words, remembered
from tokencost.compression.transforms.markdown_blocks import Fence
from tokencost.compression.transforms.space import is_about_lines
from tokencost.values import regex

_DATA_TAG = regex(
    r"<(?:(?:tool|api|function|server|service|http|query|db|backend|web|search)_?(?:calls?_)?"
    r"(?:result|response|output|data)s?|(?:\w+_)?(?:data(?:set)?|records?)"
    r"|document(?:_contents?|s)?|context|search_results?|results?|payload|observation)>\s*$",
    re.IGNORECASE,
)
_CONTEXT = 2_000  # characters before JSON that may hold the two lines which speak of it
_CONTEXT_AFTER = 400
_CONTEXT_TAG = 60
# Words before JSON that speak of its form, and signs in it that something is to be filled in.
_FORM = Words(
    r"(?<![a-z])(?:format(?:o|ul|u|em)?|form|schemas?|schéma|schem[ae]t?|esquema|structure|structur"
    r"|struktur|estructura|shape|templates?|examples?|samples?|layout|syntax|outputs?|respond"
    r"|response|reply|return|fill(?:ing)?|styles?|patterns?|produce|generate|emit|write|prints?"
    r"|answer(?! (?:(?:the|this|my|these) (?:\w+ )?questions?|from|using|based))|displays?|expected"
    r"|structured|shaped|laid out|organi[sz]ed"
    r"|\w*beispiel\w*|\w*vorlage\w*|\w*ausgabe\w*|antworte?(?! de[rs] )|gib"
    r"|exemples?|modèle|sortie|répon[ds]\w*|renvoi\w*"
    r"|ejemplos?|plantilla|salida|respon\w{1,4}|devuelv\w+|exemplos?|modelo|saída|retorn\w{1,3}"
    r"|esemp\w{1,2}|modello|rispon\w+|restitui\w+|voorbeeld\w*|uitvoer|antwoord\w*"
    r"|przykład\w*|szablon\w*|odpowied\w+|zwróć|příklad\w*|výstup\w*|örne\w+|biçim\w*|şablon\w*"
    r"|yanıt\w*|contoh|jawab\w*|ví dụ|như sau|trả về|mẫu|định dạng|trả lời"
    r"|формат\w*|пример\w*|шаблон\w*|схем\w+|вывод\w*|ответ\w*|верн\w+|приклад\w*|відпов\w+"
    r")(?![a-z])|like this|\\u[0-9a-f]{4}"
    r"|格式|结构|模板|示例|例子|例如|输出|返回|回复|回答|如下形式|樣式|範例|輸出|回傳|形式|出力|フォーマット"
    r"|テンプレート|スキーマ|返して|答え|형식|예시|예제|출력|스키마|템플릿|답|반환|تنسيق|مثال|صيغة|أجب|أعد|شكل|فرمت|نمونه"
    r"|פורמט|דוגמה|प्रारूप|उदाहरण|फॉर्मेट|รูปแบบ|ตัวอย่าง"
)
# What is to be given back with a change is written as it was.
_ORDER = regex(
    r"^\W*(?:please |now )?(?:sign|rename|add|sort|continue|complete|extend|insert|update|change"
    r"|merge|combine|join|split|convert|transform|turn|filter|flatten|remove|replace|delete|set"
    r"|anonymi[sz]e|redact|mask|normali[sz]e|deduplicate|copy|repeat|echo|quote|mimic|imitate|translate|correct|improve|store|save|send|post|put|call)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SPEAKER = regex(r"^\W*(?:assistant|ai|a|expected|completion|prediction|solution)\W*:", re.I)
_CODE = regex(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
# Words after it that make a form of what stood there as data.
_FORM_AFTER = Words(
    r"\b(?:same|above|this|that) (?:\w+ )?(?:format|form|schema|structure|shape|layout|style|way"
    r"|keys|fields|list|array|object|json)\b"
    r"|\b(?:as|like|to|than) (?:the |what is )?(?:\w+ )?above\b|\banother (?:one|such|like)\b"
    r"|\b(?:like|such as|similar to) (?:this|that|these|those)(?: ones?)?\b(?!\s*[:：])"
    r"|\b(?:one|two|three|some|\d+) more\b(?! things?| questions?| times?)"
    r"|(?<![\"'`~/._-])\b(?:json(?![^\n]{0,20}[:：][ \r]*$)|ya?ml|cop(?:y|ies) of|keys?|fields?"
    r"|(?:this|that|the|whole|entire) (?:file|document))\b"
    r"|\bfill (?:\w+ )?in\b|(?:gleiche[nmrs]?|selbe[nmrs]?|obige[nmrs]?) (?:json-?)?(?:format|form"
    r"|struktur|schema)|même (?:format|structure)|mismo formato|mesmo formato|stesso formato"
    r"|(?:том|таком|этом) же формат|(?:上述|以上|同样|相同|上面)的?(?:格式|结构|形式)"
    r"|同じ形式|上記の形式"
    r"|같은 형식|위(?:와 같은|의) 형식",
    re.MULTILINE,
)
# Of a text about how JSON is written, or about changing a file by its lines, all of it stays.
_ABOUT_LAYOUT = Words(
    r"\b(?:formatter|formatting|formatted|reformat|pretty[- ]?(?:print|fy|fied)|prettif|prettier\b"
    r"|minif|beautif|lint|style guide|validat|conflict|column \d|row \d|not (?:touch|change|alter)"
    r"|search[ /-]+(?:and[ /-]+)?replace|find[ /-]+(?:and[ /-]+)?replace|patch(?:es)?\b|diffs?\b"
    r"|(?:edit|modify|change|apply|rewrite) (?:\w+ ){0,3}(?:files?|edits?|changes?)\b"
    r"|content-length|(?:which|what) line|lines \d|str_replace|old_string|escap(?:e|ed|es|ing)\b"
    r"|json5?c?\.dump"
    r"|signed\b|signatures?\b|jwt\b|jws\b|canonical|hash(?:e[ds])?\b|digests?\b|bytes?\b|offsets?\b"
    r"|golden (?:files?|tests?|master)|snapshot\b|character for character"
    r"|as (?:it|they) (?:is|are|stands?)\b"
    r"|tokeni[sz]|how many tokens|(?:count|number of|many) (?:all |of )?(?:the )?"
    r"(?:braces|brackets|quotes|commas|colons)|encrypt|qr[- ]codes?\b|gzip|edit distance"
    r"|(?:index|characters?|position) \d|how (?:big|long|large) (?:is|are)\b|unterschr|signier"
    r"|подпис|хе?ш\b|firmad|signé)|签名|哈希|署名|ハッシュ|서명|해시"
    r"|转义|美化|格式化|整形|エスケープ|<{7}|>{7}"
)
_CLOSED = (*".?!。？！)]}>`'\"",)  # the end of a sentence, a block or a tag
_BLANK = regex(
    r"<[^<>\n]{1,60}>|\{\{|\$\{|\.\.\.|…|\bYOUR_|\bxxx+\b|\[[A-Z_ ]{3,}\]"
    r'|(?<!"type"): ?"(?:string|str|number|integer|int|float|bool(?:ean)?|array|object|date|null)\b'
    r'[^"\n]{0,40}"'
)


# Tools that change a file by its own characters, or by the numbers of its lines.
_EDITS = regex(
    r"str_?replace|text_editor|old_?(?:str|text)|search_?replace|apply_?(?:patch|diff)"
    r"|edit_?file|multi_?edit|(?:start|end)_?line|line_?(?:start|end|number)",
    re.IGNORECASE,
)


def changes_files(definition: str) -> bool:
    """Whether the tool of a *definition* finds what it changes by the characters of a file."""
    return _EDITS.search(definition) is not None


def asks_for_form(text: str) -> bool:
    """Whether *text*, which stands behind JSON, makes a form of it by its first words."""
    return _makes_form(text, 0)


def is_in_data_tag(text: str, start: int) -> bool:
    """Whether what begins at *start* stands right behind a tag that names data."""
    return _DATA_TAG.search(text, max(0, start - _CONTEXT_TAG), start) is not None


def shows_form(text: str, fence: Fence) -> bool:
    """Whether JSON in a fenced block may show the form of the output, by what is around it."""
    if is_about_layout(text):
        return True
    opening = text.rfind("\n", 0, fence.start - 1) + 1
    return may_show_form(text, opening, fence.end)


@remembered
def is_about_layout(text: str) -> bool:
    """Whether *text* speaks of how JSON is written, or of the places in it."""
    return is_about_lines(text) or _ABOUT_LAYOUT.search(text) is not None


@lru_cache(32)  # asked by each transform that reads JSON
def may_show_form(text: str, start: int, end: int) -> bool:
    """Whether JSON from *start* to *end* may show the form of the output."""
    before = text[max(0, start - _CONTEXT) : start].rstrip().rsplit("\n", 2)[-2:]
    if _is_answered_again(text, before, end):
        return True
    if is_in_data_tag(text, start):
        return _makes_form(text, end)
    label = before[-1].strip()
    return bool(
        _FORM.search("\n".join(before))
        or _ORDER.search("\n".join(before))
        or _SPEAKER.match(label)
        or (
            label == _last_line(text) and label.endswith((":", "："))
        )  # an example of what is to come
        or _BLANK.search(text, start, end)
        or _makes_form(text, end)
    )


def _makes_form(text: str, end: int) -> bool:
    """Whether the words behind JSON make a form of it; those in blocks of code do not."""
    after = text[end : end + _CONTEXT_AFTER]
    if after.lstrip("> \r\n").startswith(("```", "~~~")):
        after = after.lstrip("> \r\n").partition("\n")[2]
    return _FORM_AFTER.search(_CODE.sub("", after)) is not None


def _is_answered_again(text: str, before: Sequence[str], end: int) -> bool:
    """Whether *text* ends as the lines *before* JSON do: with their tags or labels."""
    if not text[end:].strip():
        return False
    last = _frame(_last_line(text))
    return bool(last) and last in map(_frame, before)


def _frame(line: str) -> str:
    """Return the tags of a line, or its label, without what stands in or behind them."""
    tags = _ELEMENT.sub("></", line.strip())
    if tags.startswith("<"):
        return tags
    label = _LABEL.match(tags)
    return label[0] if label else ""


_ELEMENT, _LABEL = regex(r">[^<>]*</"), regex(r"[^\W\d_][\w -]{0,30}[:：]")


def asks_for_more(text: str) -> bool:
    """Whether *text* has an open end, where the next one of like objects is to stand."""
    end = text.rstrip()[-2:]
    return end.endswith("=>") or not end.endswith(_CLOSED)


@lru_cache(4)  # asked for each JSON of a text
def _last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2].strip()
