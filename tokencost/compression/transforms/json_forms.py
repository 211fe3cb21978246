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
_TEXTS = (  # what somebody writes is no JSON, so that these are not asked for in its form
    r"(?! (?:an?|one|two|three|the) (?:\w+ )?(?:summary|report|letter|haiku|poem|e-?mail|plan|title"
    r"|table|texts?|sentences?|paragraphs?|story|questions?|note|tweet|post|review|apology"
    r"|recommendation|description|headline))"
)
# Words before JSON that speak of its form, and signs in it that something is to be filled in.
_FORM = Words(
    r"(?<![a-z])(?:format(?:o|ul|u|em)?|form|schemas?|schéma|schem[ae]t?|esquema|structure|structur"
    r"|struktur|estructura|shape|templates?|examples?|samples?|layout|syntax|outputs?|respond"
    r"|response|reply"
    r"|(?<!may )(?<!can )(?<!to )return|fill(?:ing)?|styles?|patterns?"
    rf"|(?:produce|generate|write){_TEXTS}|emit|prints?|expects?|desired|skeleton|shown"
    r"|(?:should|must|shall|(?:has|have|needs?) to) (?:be|look|read|contain|have|match|follow)"
    r"|your (?:json|object|array|message|result)"
    r"|soll\w*|debe\w*|doi(?:t|vent)|deve|devono|así|assim|così|ainsi|долж[нe]\w*"
    r"|answer(?! (?:(?:the|this|my|these) (?:\w+ )?questions?|from|using|based))|displays?|expected"
    r"|structured|shaped|laid out|organi[sz]ed"
    r"|\w*beispiel\w*|\w*vorlage\w*|\w*ausgabe\w*|antworte?(?! de[rs] )|gib"
    r"|exemples?|modèle|sortie|répon[ds]\w*|renvoi\w*"
    r"|ejemplos?|plantilla|salida|respon\w{1,4}|devuelv\w+|exemplos?|modelo|saída|retorn\w{1,3}"
    r"|esemp\w{1,2}|modello|rispon\w+|restitui\w+|voorbeeld\w*|uitvoer|antwoord\w*"
    r"|przykład\w*|szablon\w*|odpowied\w+|zwróć|příklad\w*|výstup\w*|örne\w+|biçim\w*|şablon\w*"
    r"|yanıt\w*|contoh|jawab\w*|ví dụ|như sau|trả về|mẫu|định dạng|trả lời"
    r"|формат\w*|пример\w*|шаблон\w*|схем\w+|вывод\w*|ответ\w*|верн\w+|приклад\w*|відпов\w+"
    r"|fields?|keys|types?|to return|rückgabe|solutions?|e\.g)(?![a-z])|like (?:this|so)"
    r"|of this (?:kind|sort)|(?:the|a) mou?ld\b|antworten\b|möchte\b|obten(?:ir|er)\b|类似"
    r"|<<[-~]?[\"']?[a-z]|\bcurl\b|例\s*[:：]?$"
    r"|\b(?:as|with|into|using)\s*[:：]?$"
    r"|\bwants?(?: to \w+)?\s*[:：]?$|^\W*(?:target|goal|gold|ideal)[\w ]{0,12}[:：]?$"
    r"|^\W*(?:deliver|provide|give|create|make|build|produce|write|send)\s*[:：]$|\\u[0-9a-f]{4}"
    r"|期望|目标|应该|应为|べき|格式|结构|模板|示例|例子|例如|输出|返回|回复|回答|如下形式|樣式|範例|輸出|回傳|形式|出力|フォーマット"
    r"|テンプレート|スキーマ|返して|答え|형식|예\s*[:：]|예시|예제|출력|스키마|템플릿|답|반환|تنسيق|مثال|صيغة|أجب|أعد|شكل|فرمت|نمونه"
    r"|פורמט|דוגמה|प्रारूप|उदाहरण|फॉर्मेट|รูปแบบ|ตัวอย่าง",
    re.MULTILINE,
)
# What is to be given back with a change is written as it was.
_ORDER = regex(
    r"^\W*(?:please |now )?(?:sign|rename|add|sort|continue|complete|extend|insert|update|change"
    r"|merge|combine|join|split|convert|transform|turn|filter|flatten|remove|replace|delete|set"
    r"|anonymi[sz]e|redact|mask|normali[sz]e|deduplicate|copy|repeat|echo|quote|mimic|imitate"
    r"|translate|correct|improve|store|save|send|post|put|call)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SPEAKER = regex(r"^\W*(?:assistant|ai|a|expected|completion|prediction|solution)\W*:", re.I)
_CODE = regex(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
# Words after it that make a form of what stood there as data.
_FORM_AFTER = Words(
    r"\b(?:same|above|this|that) (?:\w+ )?(?:format|form|schema|structure|shape|layout|style|way"
    r"|keys|fields|list|array|object|json)\b"
    r"|\b(?:as|like|to|than) (?:the |what is )?(?:\w+ )?above\b|\banother (?:one|such|like)\b"
    r"|\b(?:return|output|rewrite|extend|fix|edit|modify|update|sort|correct|change|complete|continue"
    r"|print|emit|resend|send|give|write|translate) (?:it|them|this|that)\b"
    r"|\b(?:updated|new|changed|modified|corrected|whole|full|entire|complete|resulting|sorted)"
    r" (?:object|array|list|json|record|version|entry)\b"
    r"|\b(?:such|similar) (?:an? )?(?:ones?|objects?|records?|items?|entry|entries|examples?)\b"
    r"|\b(?:new|next|another|third|fourth|further|additional)"
    r" (?:one|record|entry|item|object|example|row|element)\b|\bvariations?\b|\bvariants?\b"
    r"|\ball of (?:it|them)\b|\bthe rest\b"
    r"|\b(?:format|form|layout|structure|schema|shape|example|template|object|json|record)s? above"
    r"|\bmake up\b|\b(?:how|what) would (?:it|this|that|they) look\b"
    r"|\b(?:further|more|other) (?:examples|records|objects|ones)\b"
    r"|\bdo (?:the same|so|this|that|it|likewise) (?:for|with|again)\b|\bthe same for\b"
    r"|\bmirror|\bmimic"
    r"|\b(?:as|this|that|the) (?:an? )?(?:templates?|models?|patterns?|examples?)\b"
    r"|\b(?:give|send|return|hand|write|pass)\b[^.\n]{0,30}\bback\b"
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
# Orders after it to change it, and what shows that something else is to be read.
_CHANGE = regex(
    r"(?:^|[.!?:] )\W*(?:please |now |then )?(?:(?:add(?! up)|append|insert|rename|sort|reorder"
    r"|replace|delete|remove|change|update|edit|modify|correct|fix|extend|complete|continue|set|increment"
    r"|merge|split|convert|turn|transform|fill|swap|normali[sz]e|redact|mask|anonymi[sz]e|clean|copy)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_OTHER_INPUT = regex(
    r"\s*(?:</[\w-]+>\s*)*(?:<(?!/))?[*_#\s]*(?:input|(?:source )?text|e-?mail|mail|note"
    r"|message|sentence"
    r"|document|article|transcript|review|passage|paragraph|post|tweet|letter|ticket text)"
    r"\W{0,3}[:：>]",
    re.IGNORECASE,
)
# What asks for something to be read out of JSON, in front of it or above.
_TASK = regex(
    r"[?？؟]|(?:^|[.!:;,] |\b(?:and|then|to) )\W*(?:please |now |then |also )?(?:summari[sz]e|sum"
    r"|explain"
    r"|tell|list|name|find|decide|draft|write|compose|compute|calculate|count|compare|classify"
    r"|identify|analy[sz]e|describe|evaluate|assess|judge|rank|rate|recommend|suggest|advise|plan"
    r"|estimate|predict|check|verify|review|interpret|highlight|discuss|say|show|give|state|answer"
    r"|determine|choose|pick|select|detect|diagnose|extract|respond|reply|report|outline|point"
    r"|look|see|think|consider|help|be|keep|use|read|remember|ignore|do|don't|never|always|inform"
    r"|prepare|propose|justify|argue|prove|figure|make|create|build|return|output|print|generate"
    r"|produce|translate|add up|total|average|apologi[sz]e)\b",
    re.IGNORECASE | re.MULTILINE,
)
_FEW = 3  # words, as in "Thank you."
# Of a text about how JSON is written, or about changing a file by its lines, all of it stays.
_ABOUT_LAYOUT = Words(
    r"\b(?:formatter|formatting|formatted|reformat|pretty[- ]?(?:print|fy|fied)|prettif|prettier\b"
    r"|minif|beautif|lint|style guide|validat|column \d|row \d"
    r"|(?:merge|resolve)\w* (?:\w+ )?conflict|conflict marker"
    r"|not (?:touch|change|alter)"
    r"|search[ /-]+(?:and[ /-]+)?replace|find[ /-]+(?:and[ /-]+)?replace|patch(?:es)?\b|diffs?\b"
    r"|(?:edit|modify|change|apply|rewrite) (?:\w+ ){0,3}(?:files?|edits?|changes?)\b"
    r"|content-length|(?:which|what) line|lines \d|str_replace|old_string|escap(?:e|ed|es|ing)\b"
    r"|json5?c?\.dump|editor\b|commas\b|braces\b|brackets\b|quotation marks|in size\b"
    r"|(?:first|second|third|fourth|fifth|last|next|\d(?:st|nd|rd|th)) (?:line|row|char)"
    r"|\d+ ?(?:characters|letters|[kmg]i?b\b)"
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
    if label and not _SOMETHING.match(text, end) and not _announces_data(label):
        return True  # a text ends with what it asks for, in any words, as often as with data
    return bool(
        _FORM.search("\n".join(before))
        or _ORDER.search("\n".join(before))
        or _SPEAKER.match(label)
        or (
            label == _last_line(text) and label.endswith((":", "："))
        )  # an example of what is to come
        or _BLANK.search(text, start, end)
        or _is_before_input(text, end)
        or _makes_form(text, end)
    )


def _announces_data(label: str) -> bool:
    """Whether the line above JSON says in so many words that there is something to be read.

    The row of a table says nothing of what comes behind it.
    """
    if label.startswith("|"):
        return True
    return _READ.search(label) is not None and not _WAY.search(label)


def _makes_form(text: str, end: int) -> bool:
    """Whether the words behind JSON make a form of it; those in blocks of code do not."""
    after = _without_closing(text[end : end + _CONTEXT_AFTER])
    words = _CODE.sub("", after)
    return bool(_FORM_AFTER.search(words) or _CHANGE.search(words) or _OTHER_INPUT.match(words))


def _is_answered_again(text: str, before: Sequence[str], end: int) -> bool:
    """Whether *text* ends as the lines *before* JSON do: with their tags or labels."""
    if not _LATER_LINE.match(text, end):
        return False  # it is the last line itself
    last = _last_line(text)
    if last.startswith(("```", "~~~")):  # one that nothing closes
        return len(_FENCE_LINE.findall(text)) % 2 == 1
    line, arrow, frame = before[-1].strip(), _ARROW.search(last), _frame(last)
    is_same = _NUMBER.sub("0", line).endswith(_NUMBER.sub("0", last)) or (
        arrow is not None and line.endswith(arrow[0])
    )
    return is_same or (bool(frame) and frame in map(_frame, before))


def _frame(line: str) -> str:
    """Return the tags of a line, or its label, without what stands in or behind them."""
    tags = _ELEMENT.sub("></", line.strip())
    if tags.startswith("<"):
        return tags
    label = _LABEL.match(tags)
    return label[0] if label else ""


# What is there to be read: it is asked about, pointed at, or called what data is called.
_READ = regex(
    r"[?？؟]|\b(?:summari[sz]|explain|analy[sz]|describ|evaluat|assess|compar|check|review|interpret"
    r"|discuss|translat|classif|extract|count|rank|find|read|consider|look|use|decide|identif)"
    r"|\b(?:these|this|those|here|below) (?:is|are|was|were)\b|\bhere's\b|\bwe (?:know|have)\b"
    r"|\bwhether\b|\b(?:wrote|said|sent|got|received|reported|answered|replied)\b"
    r"|\b(?:meta)?(?:data|inputs?|contexts?|facts?|details?|information|info|records?|rows|entr(?:y|ies)"
    r"|documents?|logs?|payload|contents?|profiles?|states?|status|results|catalogu?es?|inventory"
    r"|orders?|invoices?|tickets?|customers?|clients?|users?|accounts?|products?|items|stock|carts?"
    r"|sales|prices|transactions?|payments?|events?|alerts?|metrics|measurements?|readings|weather"
    r"|forecasts?|employees?|patients?|students?|members?|people|persons?|contacts?|compan(?:y|ies)"
    r"|flights?|bookings?|schedules?|calendars?|meetings?|e-?mails?|messages?|histor(?:y|ies)"
    r"|comments?|posts?|articles?|pages?|requests?|config(?:uration)?s?|settings|stats|statistics"
    r"|reports|surveys?|feedback|tools?|search|api|ser(?:vice|ver)s?|database|table|file|dataset|values"
    r"|daten|angaben|données|datos|dados|dati|gegevens|dane)\b"
    r"|数据|資料|资料|信息|内容|订单|记录|客户|用户|背景|结果|以下是|下面是|データ|情報|記録|注文|데이터|정보|данные",
    re.IGNORECASE,
)
# How something is to be written.
_WAY = regex(
    r"\b(?:ways?|manner|fashion|how|thus|so|accordingly|such|akin|notation|convention|blueprint"
    r"|envelope|only|your|you|parse\w*|ideal|verdicts?|decisions?|judge?ments?|assessments?|conclusions?|predictions?"
    r"|findings?|conform|stick|adhere|wrap|put|deliver\w*|encode|finish|end|close)\b",
    re.IGNORECASE,
)
_SOMETHING = regex(r"(?:\s|</[\w:-]{1,60}>|^ {0,3}(?:```+|~~~+))*[^\s<`~]", re.MULTILINE)
_NUMBER, _LATER_LINE = regex(r"\d+"), regex(r"[^\n]*\n\s*\S")
_FENCE_LINE, _ARROW = regex(r"^(?:```|~~~)", re.MULTILINE), regex(r"(?:=>|->|→|⇒)$")
_ELEMENT, _LABEL = regex(r">[^<>]*</"), regex(r"[^\W\d_][\w -]{0,30}[:：]")


def _is_before_input(text: str, end: int) -> bool:
    """Whether words follow that ask for nothing: they are what is to be read, and JSON is not."""
    after = text[end : end + _CONTEXT]
    if _NEXT_JSON.search(after):
        return False  # one of several data
    after = _TABLE_LINE.sub("", _CODE.sub("", _without_closing(after)))
    return len(after.split()) > _FEW and not _TASK.search(after)


def _without_closing(after: str) -> str:
    """Return what stands *after* the content of a fenced block without the line that closes it."""
    bare = after.lstrip("> \r\n")
    return bare.partition("\n")[2] if bare.startswith(("```", "~~~")) else after


_TABLE_LINE = regex(r"^\s*\|.*$", re.MULTILINE)
_NEXT_JSON = regex(r"[{\[]\s*[\"{\[]")


def asks_for_more(text: str) -> bool:
    """Whether *text* has an open end, where the next one of like objects is to stand."""
    end = text.rstrip()[-2:]
    return end.endswith("=>") or not end.endswith(_CLOSED)


@lru_cache(4)  # asked for each JSON of a text
def _last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2].strip()
