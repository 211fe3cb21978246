"""The command lines whose output is tested, and the files they read."""

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

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
        *("estimate", "a.md", "-m", "peak", "-m", "sale", "-m", "promised@intl", "-o", "1"),
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
        *("--max-tokens-per-file", "20", "--max-cost-per-call", "0.01CNY", "--fx", "USD/CNY=7"),
        "--all",
    ),
    "check-budgets": ("check", "--config", "budgets.toml"),
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
LITELLM = {
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


BUDGETS = """model = "plain"

[[budget]]
name = "sizes"
files = ["/a.md", "提示.md"]
max_tokens = 19
max_tokens_per_file = 12
warn_at = "80%"
max_increase = "10%"

[[budget]]
name = "costs"
files = ["/*.md", "!padded.md"]
output_tokens = 100
volume = "1k/day"
max_cost_per_call = "0.00102USD"
max_cost_per_month = "61.2USD"
fits = 4000

[recorded]
"a.md" = 12
"""


def write_files(folder: Path) -> None:
    """Write what the commands read."""
    (folder / "a.md").write_text("# Hello\n\nSay hello to the whole world.\n", encoding="utf-8")
    (folder / "提示.md").write_text("你好，世界。请用一句话回答。\n", encoding="utf-8")
    (folder / "padded.md").write_text(PADDED, encoding="utf-8")
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "budgets.toml").write_text(BUDGETS, encoding="utf-8")
    (folder / "broken.toml").write_text(
        OWN.replace("= 3.0", "= -3.0").replace("checked", "chekced"), encoding="utf-8"
    )
    (folder / "chat.json").write_text(json.dumps(CHAT), encoding="utf-8")
    lines = [{"model": model, "max_tokens": 9, "messages": CHAT} for model in ("plain", "tiered")]
    (folder / "batch.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (folder / "litellm.json").write_text(json.dumps(LITELLM), encoding="utf-8")


def run_command(tokencost: Run, name: str, *options: str) -> Result:
    """Run a command of the list as if it were the first one to run in its folder."""
    Path("mine.toml").unlink(missing_ok=True)
    return tokencost(*COMMANDS[name], *options)
