"""What each command prints, as whole files: `pytest --snapshot-update` writes them anew."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from syrupy.assertion import SnapshotAssertion
from typer.testing import Result

from tokencost import tokenizer_names
from tokencost.report.formats.json import json_schema

Run = Callable[..., Result]

COMMANDS = {
    "count": ("count", "a.md", "提示.md"),
    "count-models": ("count", "a.md", "提示.md", "-m", "plain", "-m", "guess"),
    "count-requests": ("count", "chat.json", "batch.jsonl", "-m", "plain", "-m", "guess"),
    "estimate-requests": ("estimate", "batch.jsonl"),
    "estimate": ("estimate", "a.md", "-m", "plain", "-o", "500"),
    "estimate-input-only": ("estimate", "a.md", "-m", "plain"),
    "estimate-many": (
        *(
            "estimate",
            "a.md",
            "提示.md",
            "-m",
            "plain",
            "-m",
            "tiered",
            "-m",
            "guess",
            "-m",
            "likely",
        ),
        *("-o", "200-800", "--volume", "20000/day", "--calls", "10", "--currency", "CNY"),
    ),
    "estimate-number": (
        *("estimate", "--input-tokens", "40000", "--cached-tokens", "30000", "--cache", "explicit"),
        *("--cache-write-tokens", "5000", "--cache-ttl", "5m", "-m", "tiered", "-o", "100"),
    ),
    "estimate-peak": (
        "estimate",
        "a.md",
        "-m",
        "peak",
        "-m",
        "sale",
        "-m",
        "promised@intl",
        "-o",
        "1",
    ),
    "estimate-no-price": ("estimate", "--input-tokens", "200000", "-m", "plain", "-m", "guess"),
    "compare": (
        *("compare", "a.md", "提示.md", "-o", "200-800", "--volume", "1000/day"),
        *("--min-context", "1", "--fx", "USD/CNY=5"),
    ),
    "compare-site": ("compare", "--input-tokens", "60000", "--provider", "haitang", "-m", "tiered"),
    "check": ("check", "a.md", "提示.md", "-m", "plain", "--max-tokens", "20"),
    "check-all": (
        *("check", "a.md", "提示.md", "-m", "plain", "--max-tokens", "20", "-o", "100"),
        *("--max-tokens-per-file", "100", "--max-cost-per-call", "0.01CNY"),
    ),
    "models": ("models",),
    "models-query": ("models", "haitang", "cn"),
    "models-show": ("models", "show", "tiered"),
    "models-show-site": ("models", "show", "haitang/sale@cn"),
    "models-select": ("models", "--provider", "acme", "--min-context", "60000"),
    "prices-validate": ("prices", "validate", "own.toml"),
    "prices-validate-mistakes": ("prices", "validate", "broken.toml"),
    "prices-add": (
        *("prices", "add", "haitang/tiered@cn", "--input", "2", "--output", "8", "--cache-write"),
        *("5m=2.5", "--batch", "0.5", "--from", "2026-12-01", "--source", "page"),
        *("--checked", "2026-11-20", "--to", "mine.toml", "--dry-run"),
    ),
    "prices-import": (
        *("prices", "import", "litellm", "litellm.json", "--checked", "2026-11-20"),
        *("--to", "mine.toml"),
    ),
    "session": ("session", "-m", "plain", "--turns", "3", "--system", "a.md", "--volume", "10/day"),
    "session-models": (
        *("session", "-m", "plain", "-m", "tiered", "-m", "guess", "--preset", "multi-agent"),
        *("--turns", "8", "--compact-at", "12000", "--hit-rate", "0.9", "--currency", "CNY"),
    ),
    "tokenizers-list": ("tokenizers", "list"),
    "prices-diff": ("prices", "diff", "builtin", "own.toml"),
    "compress": ("compress", "padded.md", "--level", "lossy", "--output", "short.md"),
    "compress-model": ("compress", "litellm.json", "-m", "guess", "--output", "short.json"),
    "compress-request": ("compress", "chat.json", "-m", "plain", "--output", "short.json"),
    "compress-list": ("compress", "--list"),
}

CHAT = [
    {"role": "system", "content": "You are a helpful assistant."},
    {"role": "user", "content": [{"type": "text", "text": "Look!"}, {"type": "image_url"}]},
]
PADDED = """# Padded

<!-- a comment -->
| name      | count |
| --------- | ----- |
| 中文      | 1     |

```json
{ "a": [ 1.0, "\\u4e2d\\u6587" ] }
```
"""
OWN = """schema = 1
[contract]
source = "agreement 7"
percent_off = { haitang = 10 }
[[model]]
id = "plain"
provider = "acme"
  [[model.price]]
  input = 3.0
  output = 10.0
  source = "contract"
  checked = 2026-11-20
"""
THEIRS = {
    "plain": {
        "litellm_provider": "acme",
        "mode": "chat",
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 1e-05,
    },
    "acme/image": {"litellm_provider": "acme", "mode": "image_generation"},
    "new/large": {
        "litellm_provider": "new",
        "mode": "chat",
        "max_input_tokens": 128000,
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 4e-06,
        "input_cost_per_audio_token": 1e-05,
    },
}


@pytest.fixture
def files(folder: Path) -> None:
    (folder / "a.md").write_text("# Hello\n\nSay hello to the whole world.\n", encoding="utf-8")
    (folder / "提示.md").write_text("你好，世界。请用一句话回答。\n", encoding="utf-8")
    (folder / "padded.md").write_text(PADDED, encoding="utf-8")
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "broken.toml").write_text(
        OWN.replace("= 3.0", "= -3.0").replace("checked", "chekced"), encoding="utf-8"
    )
    (folder / "chat.json").write_text(json.dumps(CHAT), encoding="utf-8")
    lines = [{"model": model, "max_tokens": 9, "messages": CHAT} for model in ("plain", "tiered")]
    (folder / "batch.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (folder / "litellm.json").write_text(json.dumps(THEIRS), encoding="utf-8")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
@pytest.mark.parametrize("name", COMMANDS)
def test_output(name: str, form: str, tokencost: Run, golden: SnapshotAssertion) -> None:
    assert tokencost(*COMMANDS[name], "-f", form).stdout == golden


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
def test_json_keeps_its_schema(name: str, tokencost: Run) -> None:
    answer = json.loads(tokencost(*COMMANDS[name], "--json").stdout)
    schema = json_schema(answer["schema"].removeprefix("tokencost."))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(answer)


@pytest.mark.parametrize("command", ["count", "estimate", "compare", "session"])
def test_every_way_of_counting_keeps_the_schema(command: str, tokencost: Run) -> None:
    text = ("--system", "README.md") if command == "session" else ("--text", "hi")
    Path("README.md").write_text("hi", encoding="utf-8")
    for name in tokenizer_names():
        args = (command, *text, "-m", "plain", "--tokenizer", name, "--json")
        schema = json_schema(command)
        Draft202012Validator(schema).validate(json.loads(tokencost(*args).stdout))


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
def test_quiet_prints_the_result_alone(
    name: str, tokencost: Run, golden: SnapshotAssertion
) -> None:
    assert tokencost(*COMMANDS[name], "-q").stdout == golden


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "name", ["estimate-many", "check-all", "models", "compare", "prices-import"]
)
def test_colour_goes_to_a_terminal(name: str, tokencost: Run, golden: SnapshotAssertion) -> None:
    output = tokencost(*COMMANDS[name], "--color", "always").stdout
    assert "\x1b[1m" in output
    assert output == golden


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("columns", [40, 80, 100, 140])
def test_a_narrow_terminal_hides_columns_and_cuts_nothing(
    columns: int, tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tokencost.cli.output.terminal_width", lambda: columns)
    output = tokencost(*COMMANDS["estimate-many"], "--color", "always").stdout
    for text in ("提示.md", "acme/likely", "$0.00101", "$6,024.00", "¥0.0703", "~10"):
        assert text in output
    assert ("hidden" in output) == (columns < 140)
    assert ("$0.00403–$0.0161" in output) == (columns >= 100)


@pytest.mark.usefixtures("files")
def test_two_runs_print_the_same_bytes(tokencost: Run) -> None:
    first, second = (tokencost(*COMMANDS["estimate-many"], "--json").stdout_bytes for _ in "12")
    assert first == second
