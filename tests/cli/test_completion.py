"""What a shell completes, and that it is what the package knows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tokencost import (
    PRESETS,
    Mode,
    builtin_path,
    list_transforms,
    load_price_table,
    schema_names,
    tokenizer_names,
)
from tokencost.cli import completion
from tokencost.scenarios.savings import SCENARIOS


def completed(*words: str) -> list[str]:
    """Return what Bash would offer for the last of *words*."""
    line = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    result = subprocess.run(
        [sys.executable, "-m", "tokencost"],
        env={**os.environ, **line, "_TOKENCOST_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    return result.stdout.split()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("estimate", "-m", "openai/gpt-4"), "openai/gpt-4o"),
        (("count", "--model", "claude-son"), "claude-sonnet-5"),
        (("compare", "-m", "gpt-5."), "gpt-5.6"),  # an alias
        (("compress", "-m", "qwen3-"), "qwen3-max"),
        (("models", "show", "alibaba/"), "alibaba/qwen3-max"),
        (("estimate", "--site", ""), "intl"),
        (("models", "--provider", "deep"), "deepseek"),
        (("check", "--mode", "b"), "batch"),
        (("count", "--tokenizer", "o"), "o200k_base"),
        (("estimate", "--scenario", "off"), "off-peak"),
        (("session", "--preset", ""), "multi-agent"),
        (("compress", "--with", "json-"), "json-columns"),
        (("estimate", "-f", ""), "markdown"),
        (("prices", ""), "import"),
    ],
)
def test_a_shell_completes_names(words: tuple[str, ...], name: str) -> None:
    names = completed("tokencost", *words)
    assert name in names
    assert all(word.startswith(words[-1]) for word in names)


def test_names_that_are_written_down_are_those_of_the_package() -> None:
    assert tuple(Mode) == completion.MODES
    assert tuple(PRESETS) == completion.PRESETS
    assert tuple(scenario.id for scenario in SCENARIOS) == completion.SCENARIOS
    assert tokenizer_names() == completion.TOKENIZERS
    assert tuple(schema_names()) == completion.SCHEMAS
    transforms = dict.fromkeys(listing.name for listing in list_transforms().transforms)
    assert set(completion.TRANSFORMS) == set(transforms)


def test_names_that_are_searched_are_those_of_the_table() -> None:
    assert completion.shipped_table() == builtin_path()
    table = load_price_table()
    models = table.models
    assert set(completion.models("")) == {model.name for model in models}
    ids = {name for model in models for name in (model.id, *model.aliases)}
    for name in ids:
        assert name in completion.models(name)
    assert set(completion.providers("")) == set(table.providers)
    sites = {site for provider in table.providers.values() for site in provider.sites}
    sites |= {provider.id for provider in table.providers.values() if provider.resells}
    assert set(completion.sites("")) == sites


def test_what_the_user_added_is_completed_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    own = folder / "tokencost"
    (own / "tokenizers").mkdir(parents=True)
    (own / "tokenizers" / "mine.toml").touch()
    (own / "prices.toml").write_text('[[model]]\nid = "tiny"\nprovider = "acme"\n', "utf-8")
    assert completion.tokenizers("m") == ["minimax", "mistral-spm", "muse", "mine"]
    assert completion.models("acme/") == ["acme/tiny"]
    (own / "prices.toml").write_bytes(b"\xff")
    assert completion.models("acme/") == []
