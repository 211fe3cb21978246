"""Find the placeholders of templates: `{name}`, `{{name}}`, `${name}`, `{% if x %}`, `%s`.

The same signs stand in code, JSON, CSS and formulas, so the context decides: nothing between back
ticks or in a fenced block is a placeholder, quotes around one speak for it. The rules were made on
7,658 public prompts and templates, and hold for the forms that are common in them; what is
ambiguous even to a reader, such as `[topic]` or `<topic>`, counts only where the user names it.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from tokencost.scenarios.code_regions import CodeRegions
from tokencost.values import regex

_MOST_PERCENT_LINES = 5  # a text with "%s" in more lines documents messages

_WORD = r"(?!\d|[\u3040-\u9fff])\w{1,100}"
_HAN = r"(?!(?:[\u4e00-\u9fff]{2})?省?略\})[\u4e00-\u9fff]{2,12}"  # not "{省略}": left out
_FIELD = rf"{_WORD}(?:\.\w{{1,99}}|\[[\w-]{{0,40}}\]|\[['\"][\w -]{{1,40}}['\"]\]){{0,9}}"
# The line break of a text in quotes may stand before it: "Text:\\n{text}", and a mark of italics.
_NOT_PART_OF_CODE = r"(?:(?<![A-Za-z0-9$\\{}@#%^_])|(?<=[^\\]\\[nt])|(?<=\s_))"
# Not before a name of a path, a compound or a file ending: "{a}/list", "{a}-list", "{a}.md".
# Another placeholder may follow: "{question}{answer}", and so may a word: "{dialect}-compliant".
_NOT_PART_OF_NAME = (
    r"(?!\{(?![A-Za-z_]\w{2,40}\})|[/_][A-Za-z_]|\.[a-z0-9]{1,5}(?![A-Za-z0-9])"
    r"|-[A-Za-z_](?![a-z]{2,20}(?:-[a-z]{2,20})?(?:[\s,;:!?]|\.?(?:\s|$))))"
)
_SINGLE = regex(
    _NOT_PART_OF_CODE + r"\{(?:"
    rf"{_FIELD}(?:![rsa])?(?::(?!//)[^{{}}\n\s][^{{}}\n]{{0,30}})?"
    rf"|[A-Za-z]\w{{0,40}}(?:-\w{{1,40}}){{1,6}}|{_HAN}|(?P<spaced>[ ](?!and\b|or\b){_FIELD}[ ])"
    r")\}" + _NOT_PART_OF_NAME
)
_STATEMENT = regex(r"\b(?:import|export|const|let|var)\b|;")
_LONGEST_COMMAND = 60  # characters
_SHORTEST_FENCE, _LONGEST_FENCE = 3, 200
# "P({heads})", "\\sqrt[3]{x}"
_CALL_BEFORE = regex(r"(?:[A-Za-z]\(|\\[A-Za-z]{1,30}\[[^\]\n]{0,30}\])$")
_LATEX_BEFORE = regex(  # "\\text { x }", "\\boxed{{42}}"
    r"\\(?:text|math)?(?:[a-z]?frac|bar|bf|bb|boxed|cal|emph|hat|it|mbox|operatorname|over[a-z]+|rm"
    r"|sqrt|text|tt|under[a-z]+|vec)\s?(?:\{\{?[^{}\n]{1,20}\}\}?)?$"
)
_ENTRY = regex(r"^\s*@[A-Za-z]{3,20}\s?\{(?:[^\s{},]{1,80},)?\s*$", re.MULTILINE)
_ENTRY_FIELD = regex(r"(?:^|\n)[ \t]{2,20}[A-Za-z]{3,20}\s?=\s?$")  # where the entry is left out
_LONGEST_ENTRY = 3_000  # characters of BibTeX, whose values stand in braces: "year={2024},"
# "Name={name}", but neither "f(x={x})" nor "?x={x}" nor "<a b={x}"
_FIELD_BEFORE = regex(r"(?:^|\n|[,;|]\s?)[ \t>*-]*[A-Za-z][\w -]{1,30}=$")
_LINE_BEFORE = regex(r"(?:^|\n)[A-Za-z][\w -]{1,30}=$")
_COMPONENT_BEFORE = regex(r"<[A-Z]\w{1,40}>$|\s[a-z]+(?:-[a-z]+|[A-Z]\w+)=$")
_LONGEST_COMPONENT = 3_000  # characters
_LINE_BELOW = regex(r"\n\s{2,40}</")
_PATH_BEFORE = regex(r"""(?://|["'`]/|::|[\w.}\]][/_]|[A-Za-z_.}\]]-)$""")
_DOUBLE = regex(  # a look-up may have braces of its own: "{{ {'a': 1}[x] }}"
    r"(?:(?<![$\\])|(?<=\$)(?=\{\{\s[a-z_]{2,40}\s\}))(?<!(?<!\})\})\{\{\{?([^{}\n]{1,200}"
    r"|\s*[A-Za-z_][\w.]{0,60}\s?[\[(|+][^{}\n]{0,99}(?:\{[^{}\n]{0,200}\}[^{}\n]{0,99}){1,3})\}\}"
)
_LITERAL = regex(
    # Not a text that a filter takes or a condition chooses: "{{ 'now' | date: '%Y' }}".
    r"""(?!\s*(["'])[^"'{}]*\1\s*(?:\|\s*[a-z_]+\s*(?:[:|(]|$)|if\s|[~+]\s?\w|\.\w+\(|\[))
        \s*(?:--|[-~]?\s*(?:/\*|["'!<%]|include\s+")|(?:-?\s*(?:if|range|with)\s)?\.(?:Values|Release|Chart)\b|[-\d.][-\d.,\s]*$|\.\.\.|\s*(?:and|or|und|oder|et|ou|y|o|и|或|和|与)?\s*$
        |[A-Za-z_]\w*\s*:\s) | ["']\w+["']\s*:""",
    re.VERBOSE,
)
_ARROW = "-->"
_BLOCK = regex(
    r"(?<!\{)\{%-?\s*(?!(?:asset|highlight|endhighlight|link|post_url|static)\b)(?:[A-Za-z][^\n]{0,300}?|(?:set|if|for|with|call|macro|include)\b[^%]{0,2000})%\}"
    r"|<%[=-]?\s*[A-Za-z@][^\n<>]{0,200}?%>"
)
_DOLLAR = regex(
    rf"(?<!\$)\$\{{({_WORD}(?:\.\w{{1,99}}){{0,9}}|{_HAN})(:(?!-|\d+:\d)[^{{}}\n]{{0,99}})?\}}(?![\^_])"
)
# Names of Terraform, of shells and of settings of editors: "${var.port}", "${env:USERNAME}".
_OF_TOOL = regex(r"(?:var|local|module|each)\.|workspace(?:Folder|Root)$|(?:env|config|command)$")
_PERCENT_NAMED = regex(rf"%\({_WORD}\)[-+ #0]?\d{{0,3}}(?:\.\d{{1,3}})?[sdrfegxi]")
_LOG_FORMAT = regex(r"format|asctime|levelname")
_PERCENT = regex(r"(?<![A-Za-z0-9_%(+])%[sd](?![A-Za-z0-9_])")
_MESSAGE_FORMAT = regex(r"""\w\(["']?%|format[:=]|%[YymHMS]|(?<!\d)%[aAbBjp]\s%|["']\+%""")
_TEMPLATE_LANGUAGE = regex(
    r"django|ejs|erb|handlebars|hbs|html|jinja|liquid|mustache|njk|svelte|twig|vue", re.IGNORECASE
)
# These are names of command lines and editors, which fill them in wherever they stand.
_EDITOR = regex(
    r"\{\{args\}\}|\$ARGUMENTS(?![A-Za-z0-9_])|\$\{(?:input:(?![-\s]?\d)[^{}\n]{1,99}|selection|selectedText|file)\}"
)

# Lines with these words show what placeholders look like.
_ABOUT_PLACEHOLDERS = regex(
    r"(?<!\bno\s)(?<!\bany\s)(?<!n['’]t\suse\s)(?<!\bnot\suse\s)(?<!\bdont\suse\s)(?<!\bavoid\s)\bplaceholders?\b|占位符"
    r"|\bplaceholders?\s(?:like|such|text|tokens?|values?|variables?|\(e\.g)"
    r"|\bcurly\sbra(?:ces|ckets)\b|\}[`\"']\svariables?\b|\}\svariable\b|(?:\}[`\"']|variable\})\stokens?\b",
    re.IGNORECASE,
)
_WORDS_ABOUT = (
    *("placeholder", "占位符", "curly", "} variable", "}` variable", "}' variable", '}" variable'),
    *("} token", "}` token", "}' token", '}" token'),
)
_ESCAPED_BREAK = regex(r"^[a-z+]{0,12}(?:\\n)+|(?:\\n)+$")
_FORMAT_FIELD = regex(rf"\{{{_FIELD}(?:![rsa])?(?::[^{{}}\n\s][^{{}}\n]{{0,30}})?\}}")

Test = Callable[[re.Match[str], CodeRegions], bool]


class _Form(NamedTuple):
    """A pattern; *is_one* judges a match by its context, *is_weak* asks for another elsewhere.

    Where none of its *signs* stands the pattern is not even compiled. *fills_code* is whether
    what fills in a text of this form, of which one stands in prose, fills in its code as well.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern[str]
    is_one: Test
    is_weak: Test = lambda match, code: False  # noqa: ARG005
    fills_code: Callable[[str], bool] = lambda text: False  # noqa: ARG005


def _is_single(match: re.Match[str], code: CodeRegions) -> bool:
    start = match.start()
    before = code.text[max(0, start - _LONGEST_COMMAND) : start]
    if before.endswith("=") and not _FIELD_BEFORE.search(before):
        return False
    if before.endswith(("(", "]")) and _CALL_BEFORE.search(before):
        return False
    if _is_in_entry(before, code.text, match) or _is_in_component(before, match, code):
        return False
    if not match["spaced"]:
        return True
    is_nested = code.text[match.end() : match.end() + 2].strip() == "}"  # of GraphQL
    return not (is_nested or _LATEX_BEFORE.search(before) or _STATEMENT.search(code.near(start)))


def _is_in_entry(before: str, text: str, match: re.Match[str]) -> bool:
    """Whether *match* is the value of a field of BibTeX, by its line or the entry above it."""
    if not before.rstrip(" ").endswith("="):
        return False
    if text[match.end() : match.end() + 2] in (",", ",\n") and _ENTRY_FIELD.search(before):
        return True
    start = match.start()
    return _ENTRY.search(text, max(0, start - _LONGEST_ENTRY), start) is not None


def _is_in_component(before: str, match: re.Match[str], code: CodeRegions) -> bool:
    """Whether *match* is what a component of React shows or takes: `<Title>{text}</Title>`."""
    start = match.start()
    near = max(0, start - _LONGEST_COMPONENT), start + _LONGEST_COMPONENT
    if not before.endswith((">", "=", "  ")) or code.text.find("className=", *near) < 0:
        return False
    return _COMPONENT_BEFORE.search(before) is not None or (
        before.endswith("  ") and _LINE_BELOW.match(code.text, match.end()) is not None
    )


def _is_in_path(match: re.Match[str], code: CodeRegions) -> bool:
    start = match.start()
    return _PATH_BEFORE.search(code.text[max(0, start - 2) : start]) is not None


def _is_format(text: str) -> bool:
    """Whether every brace of *text* is doubled or belongs to a name, as `str.format` wants it."""
    rest = _FORMAT_FIELD.sub("", text.replace("{{", "").replace("}}", ""))
    return "{" not in rest and "}" not in rest


def _is_double(match: re.Match[str], code: CodeRegions) -> bool:
    start = match.start()
    before = code.text[max(0, start - _LONGEST_COMMAND) : start]
    if before.endswith("=") and not _LINE_BEFORE.search(before):
        return False
    in_diagram = before[-1:].isalnum() and _ARROW in code.near(start)
    if in_diagram or _LITERAL.match(match[1]) or _is_in_entry(before, code.text, match):
        return False
    is_raised = before.endswith(("^", "_")) and not before[-2:-1].isspace()  # "x^{{n}}"
    is_command = before[-1:].isalpha() or before.endswith("}")
    return not (is_raised or (is_command and _LATEX_BEFORE.search(before)))


def _is_dollar(match: re.Match[str], code: CodeRegions) -> bool:  # noqa: ARG001
    name, default = match[1], match[2]
    if _OF_TOOL.match(name):
        return False
    return name != name.upper() or not name.isascii() or "." in name or default is not None


def _is_any(match: re.Match[str], code: CodeRegions) -> bool:  # noqa: ARG001
    return True


def _is_unless(pattern: re.Pattern[str]) -> Test:
    return lambda match, code: not pattern.search(code.near(match.start()))


_FORMS = (
    _Form(("{",), _SINGLE, _is_single, _is_in_path, _is_format),
    _Form(("{{",), _DOUBLE, _is_double, _is_in_path, lambda text: True),  # noqa: ARG005
    _Form(("{%", "<%"), _BLOCK, _is_any),
    _Form(("${",), _DOLLAR, _is_dollar, _is_in_path),
    _Form(("%(",), _PERCENT_NAMED, _is_unless(_LOG_FORMAT)),
)
_BARE_PERCENT = _Form(("%s", "%d"), _PERCENT, _is_unless(_MESSAGE_FORMAT))
_EDITOR_SIGNS = ("{", "$ARGUMENTS")


def find_placeholders(code: CodeRegions) -> list[int]:
    """Return where placeholders stand, in their order."""
    text = code.text
    places: list[int] = []
    if any(sign in text for sign in _EDITOR_SIGNS):
        places += (match.start() for match in _EDITOR.finditer(text) if _is_of_editor(match, code))
    is_about_them = _is_about_placeholders(text)
    for form in _FORMS:
        places += _places(form, code, is_about_them=is_about_them)
    percents = _places(_BARE_PERCENT, code, is_about_them=is_about_them)
    lines = {text.count("\n", 0, place) for place in percents[: _MOST_PERCENT_LINES + 1]}
    places += percents if len(lines) <= _MOST_PERCENT_LINES else []
    return sorted(set(places))


def _is_of_editor(match: re.Match[str], code: CodeRegions) -> bool:
    """Whether an editor fills in *match*: "${file}" is a variable in a line or block of code."""
    is_variable = match[0].startswith("${") and ":" not in match[0]
    start = match.start()
    return not (is_variable and (code.is_in_line_of_code(start) or code.fence_around(start)))


def _is_about_placeholders(text: str) -> bool:
    """Whether a line of *text* shows what placeholders look like; to look for words takes less."""
    if "}" not in text and "%" not in text:
        return False
    lower = text.lower()
    return any(word in lower for word in _WORDS_ABOUT) and (
        _ABOUT_PLACEHOLDERS.search(text) is not None
    )


def _places(form: _Form, code: CodeRegions, *, is_about_them: bool) -> list[int]:
    if not any(sign in code.text for sign in form.signs):
        return []
    sure: list[int] = []
    weak: list[int] = []
    in_code: list[int] = []
    for match in form.pattern.finditer(code.text):
        if not form.is_one(match, code):
            continue
        is_weak = form.is_weak(match, code) or (is_about_them and _is_shown(match, code))
        is_code = _is_shown_as_code(match, code)
        (in_code if is_code else weak if is_weak else sure).append(match.start())
    if not sure:
        return []
    return sure + weak + (in_code if in_code and form.fills_code(code.text) else [])


def _is_shown(match: re.Match[str], code: CodeRegions) -> bool:
    return _ABOUT_PLACEHOLDERS.search(code.near(match.start())) is not None


def _is_shown_as_code(match: re.Match[str], code: CodeRegions) -> bool:
    """Whether a match is part of code; a block that holds nothing else is where a text goes."""
    if not code.is_code(match.start()):
        return False
    block = code.fence_around(match.start())
    if block is None:
        inline = code.inline_code_around(match.start())
        return inline is None or not _is_whole(inline, match[0], code.text)
    start = match.start()
    if start - block[0] > _LONGEST_FENCE:  # not the first of many
        return True
    fence, _, before = code.text[block[0] : start].partition("\n")
    if before.strip() or _TEMPLATE_LANGUAGE.search(fence):
        return True
    # Another fence with words on it ends the block as people write: "```end".
    after = code.text[match.end() : match.end() + _LONGEST_FENCE]
    rest = after.removeprefix("}").lstrip(" \t")
    return not (rest[:1] == "\n" and rest.lstrip().startswith(fence.lstrip()[:_SHORTEST_FENCE]))


def _is_whole(inline: tuple[int, int], content: str, text: str) -> bool:
    """Whether a block in one line, with its breaks escaped or without, holds only *content*."""
    start, end = inline
    if end - start > len(content) + _LONGEST_COMMAND:
        return False
    inside = _ESCAPED_BREAK.sub("", text[start:end].strip("`"))
    return text.startswith("`" * _SHORTEST_FENCE, start) and inside.strip() == content
