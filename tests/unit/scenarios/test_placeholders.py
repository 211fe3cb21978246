"""What is a placeholder, and what only looks like one: the context decides."""

from time import process_time

import pytest

from tokencost.scenarios.code_regions import CodeRegions
from tokencost.scenarios.placeholders import find_placeholders


def first(text: str) -> str | None:
    """Return the line of *text* in which the first placeholder stands."""
    places = find_placeholders(CodeRegions(text=text))
    return text[places[0] :].split("\n")[0] if places else None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Query={query}", "{query}"),
        ("Q: {question}{answer}", "{question}{answer}"),
        ("=> {answer}", "{answer}"),
        ("{{mood[:-1] + {'up': 'glad', 'down': 'sad'}[way]}}", "{{mood[:-1]"),
        ("{% set rules = 'one\ntwo' %}", "{% set rules = 'one"),
        ('"Read:\\n\\n{{ text }}"', "{{ text }}"),
        ("Use at most {limit} tokens.", "{limit}"),
        ("Тема: {тема}", "{тема}"),
        ("<div>is a tag</div>\n<text>{text}</text>", "{text}"),
        ('Say "{word}" twice.', "{word}"),
        ('"""{letter}"""', "{letter}"),
        ("Score of {score}/20", "{score}"),
        ("{done}/{total} are done", "{done}"),
        ("Sum: {total:.2f}, row {row[0]}, {name!r}", "{total:.2f}"),
        ("Dear {first-name}, welcome", "{first-name}"),
        ("Hello { name }!", "{ name }"),
        ("画一幅{场景}的画", "{场景}"),
        ("<mail>{{ mail|trim }}</mail>", "{{ mail|trim }}"),
        ("{{#each guests}}", "{{#each guests}}"),
        ("Ask {{#sys.query#}}", "{{#sys.query#}}"),
        ("{% if strict %}Be strict.{% endif %}", "{% if strict %}"),
        ("Hi <%= name %>", "<%= name %>"),
        ("Go to ${place} or ${sport:rowing}", "${place}"),
        ("Only ${sport:rowing}", "${sport:rowing}"),
        ("You have %(count)d apples and %s", "%(count)d"),
        ("Write about %s today.", "%s"),
        ("Run `review $ARGUMENTS` now", "$ARGUMENTS"),
        ("Read this:\n```\n{document}\n```", "{document}"),
        ("Read this:\n```python\n{code}\n```", "{code}"),
        ("```{latex}\nafter a fence that nothing closes", "{latex}"),
        ("See /users/{id} of {user}", "{id}"),
        ("Sum up the text: ```{text}```", "{text}"),
        ("Score (0-{most}):", "{most}"),
        ("{{ 'now' | date: '%Y' }} is the year", "{{ 'now'"),
        ("You owe %(sum).2f euros", "%(sum).2f"),
        ("{{! a remark }}{{name}}", "{{name}}"),
        ("写一首关于%s的诗", "%s"),
        ("Name: <%= @name %>", "<%= @name %>"),
        ("Write `{lang}` only.\nText: {text}", "{lang}"),
        ('Reply {{"a": 1}}.\n```\nText: {text}\n```\nIn {lang}.', "{text}"),
        ("Write `{{lang}}` only.\nText: {{text}}", "{{lang}}"),
        (r'"Read:\n\n{text}"', "{text}"),
        ("the {size}-looking boat", "{size}"),
        ("Read:\n```python\n{code}\n```end\nIs it?\n```\nx\n```", "{code}"),
        ("{letter} Answer it, and don't use placeholders.", "{letter}"),
        ("<Title>{title}</Title>", "{title}"),
        ("{{' ' + text}} is {{', '.join(names)}}", "{{' ' + text}}"),
        ("{{', '.join(names)}}", "{{', '.join(names)}}"),
        ("'&&NONE&&' is {name}", "{name}"),
        ("{{'AB'[answer]}}", "{{'AB'[answer]}}"),
        (r"Solve it: ```python\n{{ task }}\n```\n", "{{ task }}"),
        ('{% if lang == "fr" %}En français.{% endif %}', "{% if"),
        ("Item: {item['name']}", "{item['name']}"),
        ('{{ "old" if age else "new" }}', '{{ "old"'),
        ("Hint: _{hint}_", "{hint}"),
        ("{premise} => {result}", "{premise}"),
        ("Generate ${{ name }} now", "{{ name }}"),
        ("The chain has {count} variables.", "{count}"),
        ("a {age}-year-old boat", "{age}"),
        ('{% from "boats.j2" import row %}', "{% from"),
        ("Answer={{answer}}", "{{answer}}"),
        ("把$ARGUMENTS翻译成英文", "$ARGUMENTS"),
        ("```\n{{{letter}}}\n```", "{{{letter}}}"),
        ("请介绍${城市}。", "${城市}"),
        ("They said: '{letter}'. DONT USE PLACEHOLDERS! Avoid placeholders.", "{letter}"),
    ],
)
def test_what_is_filled_in_is_found(text: str, start: str) -> None:
    line = first(text)
    assert line is not None
    assert line.startswith(start)


@pytest.mark.parametrize(
    "text",
    [
        "f(x={name})",
        "<Button size={size}>",
        "<span>{count}</span>",
        "def f(x): return {x}",
        "if (n > 10) { return {n}; }",
        "UPDATE t SET a = {a}",
        "Use braces: { and }.",
        "Name files `{year}-{month}.md`.",
        "In Vue, ``{{ message }}`` shows it.",
        "```js\nconst a = `${name} is ${age}`\n```",
        "~~~\n{name} and {{other}}\n~~~",
        "````markdown\n| {name} | 1 |\n```",  # closed by fewer marks, as people write
        "{省略} {以下省略}",  # left out
        "```jinja\n{{ name }}\n```",
        'print(f"Hello {name}")',
        'logger.info("user %s", user)',
        'const text = "{name}"',
        "<Button label={label} />",
        "import { render } from './view'",
        "export { helper, other };",
        "GET /users/{id} returns one",
        "style={{ margin: 0 }}",
        "${{ github.ref }}",
        'Answer {{"name": "Bo"}}',
        "{{!-- a remark --}} {# another #}",
        "{1} {} {…} {like this} {a, b}",
        r"\frac{a}{b}, x^{n}, P({heads})",
        "Set ${HOME} and ${NAME:-none} and ${f(x)}",
        'date +%s, "%Y-%m-%d %H:%M:%S", 100%s',
        "[topic] <topic> $topic __X__ 【主题】",
        '"{name}".format(name=x)',
        'var text = $"Hello {name}"',
        'println!("{name}")',
        "@param {string} name the name",
        '<span v-text="text">{{ text }}</span>',
        "return <p>{title}</p>",
        '<p th:text="${text}">',
        '<li *ngFor="let x of y">{{ x }}</li>',
        "if [[ ${a} == b ]]; then",
        "A string with {variable} tokens is filled in later.",
        'router.get("/{id}")',
        "{{< figure >}} {{% notice %}}",
        "{{ .Values.image }}",
        r"\sqrt[3]{x} and ${x}^{2}$",
        "${text:4:3}",
        "Placeholders such as {name} and {{name}} are filled in later.",
        "A --> B{{choice}}",
        "format='%(name)s %(levelname)s'",
        "@misc{\n  author={Ann},\n  publisher = {Zenodo},\n  title = {{BOATS}},\n}",
        r"The mass of \text { boats } is \boxed{{42}}",
        "lambda boat: {boat}",
        "time.sleep(5)  # {seconds}",
        "{{-- a remark --}}",
        "  publisher={Zenodo},",
        "url={https://a.example/boats}",
        r"f\"{boat[\'name\']}\"",
        "The {name} variable and `{age}` variables are filled in.",
        'Text("Hi ${name}", style: bold)',
        '"Hello %s" % name',
        'raise TypeError("expected %s")',
        "let {boat} = port",
        "git checkout ${branch}",
        "query { user(id: $id) { name } }",
        "printf '%s' boats",
        "{children}</div>",
        "{{- if .Values.boats }}",
        "  style={{ margin }}",
        "{{/* a remark of Go */}} x^{{n}}",
        r"\frac{{a}}{{b}}",
        "No placeholder text remains (such as {{name}})",
        "[Boats]({% link boats.md %}) and {% static 'boats.css' %}",
        "awk '{print}'",
        "SELECT a\nWHERE name = %s AND size > %s",
        "console.warn(`skip ${file}`)",
        'Write-Output "User: ${env:USERNAME}"',
        '[HttpGet("{id}")]',
        "Braces {{ and }} are doubled.",
        'name = "${var.port}-${local.quay}" and "${workspaceFolder}/boats"',
        'x = rf"<{tag}>"',
        'date "+%a %b %d"',
        "Write it in curly brackets {like_this}.",
        '<Card className="x">\n  <Title>{title}</Title>\n  <A\n    aria-label={text}\n  >\n'
        "    {children}\n  </A>\n</Card>",
        "````md\n```js\n{x}\n```\n````",
        "std::map<int, int> boats{{1, 2}};",
        "#define BOATS(x) { x }",
        'log "Boats: ${input:0:100}..."',
        "```js\nfail(`\nFile: ${file}\n`)\n```",
        '"action": [{{"name": {{...params...}}}}]',
    ],
)
def test_what_only_looks_like_one_is_not(text: str) -> None:
    assert first(text) is None


def test_code_of_a_text_that_str_format_cannot_fill_in_stays_code() -> None:
    text = "```\nprint(f'{name}')\nd = {1: 2}\n```\nText: {text}"
    assert first(text) == "{text}"


def test_a_text_about_placeholders_may_have_one_elsewhere() -> None:
    assert first("A placeholder is {name}.\nText: {text}") == "{name}."


def test_a_text_with_a_percent_sign_in_many_lines_documents_messages() -> None:
    line = "The parameter %s is not valid.\n"
    assert first(line * 5) is not None
    assert first(line * 6) is None


def test_all_of_a_hundred_thousand_placeholders_in_one_line_are_found() -> None:
    """If each looked at the whole line of 1.6 MB again, this would take minutes."""
    assert len(find_placeholders(CodeRegions(text="say {word} now " * 100_000))) == 100_000


@pytest.mark.parametrize("line", ["{word} now\n", r"```py\n{{ word }}\n```"])
def test_a_block_of_ten_thousand_placeholders_is_read_once(line: str) -> None:
    """If each looked at the whole block again, this would take minutes."""
    begun = process_time()
    find_placeholders(CodeRegions(text=f"```\n{line * 10_000}\n```"))
    assert process_time() - begun < 1


@pytest.mark.parametrize(
    "block",
    [
        "````\n```\n```\n{name} of\n````",  # what closes a block has as many back ticks or more
        "```\nshown:\n```python\n{name} of\n```",  # and names no language
    ],
)
def test_a_fence_within_a_block_does_not_end_it(block: str) -> None:
    assert first(block) is None


@pytest.mark.parametrize(
    "text",
    [
        "Its lines look like %(asctime)s %(message)s in the end.",
        "let { name } = user",
        "Write { name } ; then go on",
    ],
)
def test_fields_of_log_formats_and_names_in_statements_are_not_filled_in(text: str) -> None:
    assert first(text) is None


def test_an_environment_variable_with_a_text_in_its_place_is_filled_in() -> None:
    assert first("Greet ${NAME:friend} warmly.") == "${NAME:friend} warmly."
    assert first("Greet ${NAME} warmly.") is None


def test_ticks_that_are_closed_in_their_line_open_no_block() -> None:
    text = "```code``` stands there\n{name} reads it\n```\nand so on"
    assert first(text) == "{name} reads it"
