"""Hostile inputs by kind; the same seed gives the same ones."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import tomli_w

HOSTILE_NAMES = (
    "a\x1b[31mb", "a\x1b]52;c;aGk=\x07", "a\u202eb", "a\nstatus pass", "a\rb", "a\u2028b",
    "a\x9b2Jb", "a\u2066b\u2069", "a\tb", "a\x7fb", "|a|b", "[red]a[/red]", "a\u200fb", "é" * 100,
    "a\ufffeb", "::error::a",
)  # fmt: skip
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 0.5, 10**18, 10**40, 1e300, float("inf"), float("nan"), "", "x",
    "5m", "9999999m", "user", "tool", "\x1b[2J", "\u202e", "x" * 3000, [], {}, [[]], [None], [{}],
    {"": ""}, {"type": "text"}, {"type": 5}, {"type": "\x1b[31m"}, {"a": {"b": [1, {"c": None}]}},
)  # fmt: skip
NUMBERS = (
    "", " ", "0", "-1", "-0", "1", "1.5", "1.5k", "1e3", "nan", "inf", "0x10", "٣", "１", "1,00",
    "1_0", "1__0", "9" * 30, "9" * 5000, "0." + "0" * 400 + "1", "1k", "1M", "1G", "1K1", "5-4",
    "1-2-3-4", "1-", "--", "5m", "9999999m", "99999999999999999999d", "2026-02-30", "0001-01-01",
    "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+14:00", "today", "USD/USD=2", "USD/CNY=0",
    "usd", "$", "$-1", "1USD", "1/day", "0/hour", "9e9/month", "100%", "101%", "\x1b[31m", "a\nb",
)  # fmt: skip
_TOOL = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
_CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
_TEXT = {"type": "text", "text": "hello"}
_IMAGE = {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}
BODIES: dict[str, dict[str, Any]] = {
    "openai": {
        "model": "plain",
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": [_TEXT, _IMAGE], "name": "n"},
            {"role": "assistant", "content": None, "tool_calls": [_CALL]},
            {"role": "tool", "tool_call_id": "1", "content": "done"},
        ],
        "tools": [{"type": "function", "function": _TOOL}],
        "max_tokens": 10,
        "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {}}},
    },
    "responses": {
        "model": "plain",
        "instructions": "be brief",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "hello"}]},
            {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": "done"},
        ],
        "tools": [{"type": "function", **_TOOL}],
        "max_output_tokens": 10,
    },
    "anthropic": {
        "model": "plain",
        "system": [{**_TEXT, "cache_control": {"type": "ephemeral", "ttl": "5m"}}],
        "messages": [
            {"role": "user", "content": [_TEXT]},
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}}],
            },
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "1", "content": "done"}],
            },
        ],
        "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}],
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "max_tokens": 10,
    },
    "gemini": {
        "systemInstruction": {"parts": [{"text": "be brief"}]},
        "contents": [
            {"role": "user", "parts": [{"text": "hello"}]},
            {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}}}]},
        ],
        "tools": [{"functionDeclarations": [_TOOL]}],
        "generationConfig": {"maxOutputTokens": 10},
    },
    "bedrock": {
        "modelId": "plain",
        "system": [{"text": "be brief"}],
        "messages": [{"role": "user", "content": [{"text": "hello"}]}],
        "toolConfig": {
            "tools": [{"toolSpec": {"name": "f", "inputSchema": {"json": {"type": "object"}}}}]
        },
        "inferenceConfig": {"maxTokens": 10},
    },
    "dashscope": {
        "model": "plain",
        "input": {"messages": [{"role": "user", "content": "hello"}]},
        "parameters": {"max_tokens": 10, "result_format": "message"},
    },
    "cohere": {
        "model": "plain",
        "message": "hello",
        "chat_history": [{"role": "USER", "message": "hi"}],
        "preamble": "be brief",
    },
    "ollama": {
        "model": "plain",
        "messages": [{"role": "user", "content": "hello", "images": ["aGk="]}],
        "options": {"num_predict": 10},
    },
    "batch": {
        "custom_id": "1",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "plain", "messages": [{"role": "user", "content": "hello"}]},
    },
    "training": {"messages": [{"role": "user", "content": "a"}, {"role": "assistant"}]},
}
HOSTILE_JSON = ('"a\\ud800b"', "9" * 5000, "-" + "9" * 5000, "1e999", "[" * 3000 + "]" * 3000,
                 '{"a":' * 400 + "1" + "}" * 400, '{"a":1,"a":2}', "NaN", '"\\u0000"')  # fmt: skip
HOSTILE_TOML = (
    b"", b"\x00", b"\xff\xfe", b"schema = 1\nschema = 1", b"schema = true", b"[model]",
    b"[[model]]", b"[" * 5000, b"a = " + b"[" * 3000 + b"]" * 3000, b"a = {" * 300,
    b"a = " + b"9" * 5000, b"a = 0x" + b"f" * 5000, b"a = 0b" + b"1" * 50_000, b"a = 1e999999",
    b"a = 2026-02-30", b"a = '''", b"a" * 100_000, b"a.b=1\na.b.c=2", b"\xef\xbb\xbfschema = 1",
    b"a" + b".a" * 60_000 + b" = 1",
    b"as_of = 2026-11-22\n[provider]\n[[model]]\nid = 'm'\nprovider = [[]]",
    b"as_of = 2026-11-22\n[provider]\n[[model]]\nid = 'm'\nprovider = {a = 1}",
    b"as_of = 2026-11-22\nprovider = 1\nmodel = [1, [2], {}]",
    b"schema = 1\n[provider.x]\nname = 'x'\nresells = true\npatterns = ['(a+)+$']",
    b"schema = 1\n[provider.x]\nname = 'x'\npath = '('",
    b"schema = 1\n[provider.x]\ncaches_of = ['nobody']",
)  # fmt: skip
_MARK = "\ufdd0mark"


def request_text(seed: int) -> tuple[str, str]:
    """Return the ending and the text of a request that is wrong in one to three places."""
    source = random.Random(f"request {seed}")
    body = BODIES[source.choice(sorted(BODIES))]
    value = mutated(body, source, JUNK)
    if source.random() < 0.3:
        value = _put(value, source, _MARK)
        hostile = source.choice(HOSTILE_JSON)
        return "json", json.dumps(value).replace(json.dumps(_MARK), hostile)
    if source.random() < 0.2:
        return "jsonl", "\n".join(json.dumps(line) for line in (body, value, value))
    text = json.dumps(value, ensure_ascii=source.random() < 0.5)
    return "json", text[: source.randrange(len(text))] if source.random() < 0.1 else text


def table(shipped: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return a price table that is wrong, or odd, in one to three places."""
    source = random.Random(f"table {seed}")
    odd = [value for value in JUNK if "None" not in repr(value)]  # TOML has no null
    numbers = [0, 1, -1, 10**15, 1e-30, 1e300, 0.1234567890123456789]
    return dict(mutated(shipped, source, (*odd, *numbers, *numbers), names=_TABLE_NAMES))


_TABLE_NAMES = ("9999999m", "0s", "5m", "in_batch", "batch", "input", "from", "until", "\x1b[2J")


def file_text(seed: int) -> tuple[str, bytes]:
    """Return the ending and the bytes of a file: noise, marks without end, broken encodings."""
    source = random.Random(f"file {seed}")
    ending = source.choice(
        [
            "txt",
            "md",
            "json",
            "jsonl",
            "html",
            "css",
            "js",
            "py",
            "sql",
            "csv",
            "yaml",
            "log",
            "xml",
            "toml",
        ]
    )
    size = source.choice((0, 1, 100, 20_000))
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: source.randbytes(size),
        lambda: source.randbytes(size).replace(b"\0", b""),
        lambda: (source.choice(_UNENDED) * size)[: 4 * size].encode(),
        lambda: "".join(source.choice(_UNENDED) for _ in range(size // 10)).encode(),
        lambda: "\ufeff".encode(source.choice(("utf-8", "utf-16-le", "utf-32"))) + b"a" * size,
        lambda: "".join(chr(source.randrange(1, 0xD800)) for _ in range(size)).encode(),
        lambda: "".join(source.choice(HOSTILE_NAMES) for _ in range(size // 20)).encode(),
    )
    return ending, source.choice(makers)()


_UNENDED = (
    "<div ", "<!--", "<", "[", "](", "![a](", "`", "```json\n{", "*a_ ", "> ", "- ", "|a", "/*",
    "//", '"', "'''", "{{", "{a}", "${", "(", "x=-", "\\", "a{b:url(", "~~~\n", "&", "<b><i>",
    "2026-11-22 10:00 ", "now is ", '{"a": 1} ', '{"a":', "\u200b", "\r", "\n", " ", "\t", "# ",
)  # fmt: skip


def mutated(
    value: Any, source: random.Random, junk: tuple[Any, ...], *, names: tuple[str, ...] = ()
) -> Any:
    """Return a copy of *value* with something else in one to three places."""
    value = copy.deepcopy(value)
    for _ in range(source.choice((1, 1, 2, 3))):
        places = list(_places(value))
        if not places:
            return value
        holder, key = source.choice(places)
        match source.randrange(4):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[source.choice((*names, *HOSTILE_NAMES))] = holder.pop(key)
            case 2:
                holder[key] = [holder[key]]
            case _:
                holder[key] = copy.deepcopy(source.choice(junk))
    return value


def _put(value: Any, source: random.Random, new: object) -> Any:
    places = list(_places(value))
    if places:
        holder, key = source.choice(places)
        holder[key] = new
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


_CONFIGURATION: dict[str, Any] = {
    "model": ["plain", "tiered"],
    "site": "",
    "currency": "USD",
    "fx": {"USD/CNY": 7.1, "EUR/USD": {"rate": 1.1, "date": date(2026, 11, 20)}},
    "output_tokens": "200-800",
    "volume": "20k/day",
    "exclude": ["drafts/"],
    "prices": ["own.toml"],
    "max_price_age": "900d",
    "budget": [
        {"name": "all", "files": ["*.md", "!b.md"], "max_tokens": 8000, "warn_at": "80%"},
        {
            "files": ["a.md"],
            "model": "plain",
            "output_tokens": 5,
            "volume": "9/hour",
            "max_tokens_per_file": "8k",
            "max_cost_per_call": "0.01USD",
            "max_cost_per_month": "¥0.1",
            "fits": 4000,
            "max_increase": "10%",
            "ratchet": True,
            "on": "high",
            "uncounted": 5,
        },
    ],
    "recorded": {"a.md": 5, "b/c.md": 7},
}
_CONFIGURATION_NAMES = (
    "budget",
    "recorded",
    "tool",
    "files",
    "max_tokens",
    "prices",
    "\x1b[2J",
    "",
)


def configuration_text(seed: int) -> bytes:
    """Return a configuration that is wrong in one to three places, or is hardly TOML."""
    source = random.Random(f"configuration {seed}")
    base = copy.deepcopy(_CONFIGURATION)
    for key in source.sample(sorted(base), source.randrange(6)):
        del base[key]
    odd = [value for value in JUNK if "None" not in repr(value)]
    odd += [*HOSTILE_NAMES, *(text for text in NUMBERS if text), 10**4000, date(1, 1, 1)]
    value = mutated(base, source, tuple(odd), names=_CONFIGURATION_NAMES)
    if source.random() < 0.3:
        value = _put(value, source, _MARK)
    hostile = source.choice(_HOSTILE_VALUES)
    try:
        text = tomli_w.dumps(value)
    except ValueError:  # a number of 5,000 digits, which Python does not write
        text = f"model = {'9' * 5000}"
    data = text.replace(f'"{_MARK}"', hostile).encode("utf-8", "surrogatepass")
    if source.random() < 0.1:
        return data[: source.randrange(len(data) + 1)]
    return data + source.choice(_LINES) if source.random() < 0.2 else data


_HOSTILE_VALUES = (
    "9" * 5000, "[" * 3000 + "]" * 3000, "{a=" * 200 + "1" + "}" * 200, "0x" + "f" * 4000, "nan",
    "-inf", "1e99999", "0001-01-01", "9999-12-31T23:59:59.999999-23:59", '"\\u001b[31m"', "''",
    "[" + "'a.md'," * 20_000 + "]", "['" + "*a" * 3000 + "']", "['{" + "a," * 3000 + "b}']",
    "['" + "../" * 999 + "']", "['[z-a]', '\\', '!', '#', '/', '**', 'a\\tb']", "[[1, 'a', {}]]",
)  # fmt: skip
_LINES = (
    b"\nmodel = 1\nmodel = 2", b"\n[budget]", b"\n[[budget]]\n" * 3000, b"\n[recorded]\n[recorded]",
    b"\n\xff\xfe", b"\n\x00", b"\n# \xf0\x9f", b"\na.b.c = 1\n" + b"x" * 90_000 + b" = 1",
    b"\n[tool.tokencost]\nmodel = 'x'", b"\r", b"\n\x1b[31m = 1", b"\n'\xe2\x80\xae' = 1",
)  # fmt: skip
