"""What a shell completes: names of models and of everything else that options choose from.

Whoever presses a key waits for it. Price tables are searched, not loaded (80 ms), and names that
only a release changes are written down here; a test compares them with the package's own.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tokencost.values import regex

MODES = ("standard", "batch", "flex", "priority", "fast", "ultrafast")
SCENARIOS = (
    "cache",
    "cache-off",
    "reorder",
    "compress",
    "lossy",
    "batch",
    "batch-cache",
    "off-peak",
)
PRESETS = ("rag", "chain", "multi-agent")
TOKENIZERS = (
    *("o200k_base", "cl100k_base", "qwen2", "qwen3.5", "deepseek-v3", "glm-4.7", "glm-4", "kimi"),
    *("minimax", "tekken", "mistral-spm", "gemma4", "gemma3", "claude-3", "claude-4.7"),
    *("claude-4.8", "doubao", "ernie", "spark", "hunyuan", "step", "longcat", "grok", "muse"),
    *("llama", "gemma2", "unknown"),
)
TRANSFORMS = (
    *("html-markdown", "json-compact", "json-characters", "json-columns", "embedded-json"),
    *(
        "python-comments",
        "code-comments",
        "markdown-comments",
        "markdown-badges",
        "markdown-tables",
    ),
    *("duplicate-paragraphs", "full-width", "markdown-whitespace", "whitespace"),
    *("space-runs", "log-times"),
    "llmlingua",
)
SCHEMAS = (
    *("calibration", "check", "compare", "compress", "configuration", "count", "diff", "doctor"),
    *("estimate", "failure", "models", "price_file", "prices_changes", "prices_diff"),
    *("prices_validate", "session", "tokenizers", "transforms"),
)
_MODEL = regex(
    r'^\[\[model\]\]\s*\nid = "([^"\n]+)"\nprovider = "([^"\n]+)"(?:\n(?!\[)[^\n]*)*', re.MULTILINE
)
_ALIASES = regex(r"^aliases = \[([^\]]*)\]", re.MULTILINE)
_PROVIDER = regex(r"^\[provider\.([\w-]+)\]$", re.MULTILINE)
_UNPRICED = regex(r'^  \{ id = "([^"\n]+)"([^\n]*)', re.MULTILINE)
_RESELLS = regex(r"^\[provider\.([\w-]+)\]\n(?:[^\[\n].*\n)*?resells = true$", re.MULTILINE)
_SITES = regex(r"^sites = \{([^}]*)\}", re.MULTILINE)


def modes(incomplete: str) -> list[str]:
    """Complete a mode."""
    return _beginning(incomplete, MODES)


def scenarios(incomplete: str) -> list[str]:
    """Complete the id of a scenario."""
    return _beginning(incomplete, SCENARIOS)


def schemas(incomplete: str) -> list[str]:
    """Complete the name of a schema."""
    return _beginning(incomplete, SCHEMAS)


def topics(incomplete: str) -> list[str]:
    """Complete a topic of the guide."""
    from tokencost import guide_topics

    return _beginning(incomplete, guide_topics())


def presets(incomplete: str) -> list[str]:
    """Complete a preset of a session."""
    return _beginning(incomplete, PRESETS)


def transforms(incomplete: str) -> list[str]:
    """Complete a transform."""
    return _beginning(incomplete, TRANSFORMS)


def tokenizers(incomplete: str) -> list[str]:
    """Complete a tokenizer: a shipped one, or one that the user added."""
    from tokencost import user_price_path

    table = user_price_path()
    own = sorted(file.stem for file in table.parent.glob("tokenizers/*.toml")) if table else ()
    return _beginning(incomplete, (*TOKENIZERS, *own, "exact"))


def models(incomplete: str) -> list[str]:
    """Complete `provider/id`; what has been begun without a provider may be an id or alias."""
    return _beginning(incomplete, _model_names(with_ids=bool(incomplete)))


def providers(incomplete: str) -> list[str]:
    """Complete a provider."""
    return _beginning(incomplete, (name for text in _tables() for name in _PROVIDER.findall(text)))


def sites(incomplete: str) -> list[str]:
    """Complete a site of any provider."""
    lists = (row for text in _tables() for row in _SITES.findall(text))
    own = (name for row in lists for name in re.findall(r"([\w-]+) =", row))
    resellers = (name for text in _tables() for name in _RESELLS.findall(text))
    return _beginning(incomplete, (*own, *resellers))


def _model_names(*, with_ids: bool) -> Iterator[str]:
    for text in _tables():
        for block in _MODEL.finditer(text):
            yield f"{block[2]}/{block[1]}"
            if with_ids:
                yield block[1]
                for row in _ALIASES.findall(block[0]):
                    yield from re.findall(r'"([^"]+)"', row)
        for provider, block_ in _provider_blocks(text):
            for id_, rest in _UNPRICED.findall(block_):
                yield f"{provider}/{id_}"
                if with_ids:
                    yield id_
                    aliases = re.search(r"aliases = \[([^\]]*)\]", rest)
                    yield from re.findall(r'"([^"]+)"', aliases[1]) if aliases else ()


def _provider_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield each provider with the text up to the next table."""
    for heading in _PROVIDER.finditer(text):
        yield heading[1], text[heading.end() :].partition("\n[")[0]


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name.startswith(incomplete)]


def shipped_table() -> Path:
    """Return the path of the shipped table, as `builtin_path` does in 30 ms more."""
    package = Path(__file__).parents[1]
    installed = package / "pricing.toml"
    return installed if installed.exists() else package.parent / "pricing.toml"


def _tables() -> Iterator[str]:
    """Yield the texts of the shipped table and of the user's own, as far as they can be read."""
    from tokencost import user_price_path

    for path in (shipped_table(), user_price_path()):
        try:
            yield path.read_text(encoding="utf-8") if path and path.is_file() else ""
        except (OSError, ValueError):
            continue
