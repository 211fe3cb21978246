"""A first configuration: the prompts of a folder, with limits a little above today's sizes."""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path

from tokencost.errors import InputError
from tokencost.estimates.count import as_model_names, count
from tokencost.inputs import InputSet, Prompt, read_prompts
from tokencost.inputs.gitignore import exclusions
from tokencost.inputs.prompt import shown_name
from tokencost.inputs.walk import folder_prefix, walk
from tokencost.pricing import PriceTable, as_price_table, find_model
from tokencost.reports import number_of, printable
from tokencost.values import dataclass

_FOLDERS = {"prompt", "prompts", "system_prompts", "system-prompts", "prompt_templates"}
_TEXTS = {
    *(".md", ".markdown", ".txt", ".prompt", ".prompty", ".xml", ".yaml", ".yml"),
    *(".json", ".jsonl"),  # requests
    *(".j2", ".jinja", ".jinja2", ".mustache", ".hbs", ".liquid", ".tmpl"),
}
_SINGLE = re.compile(
    r"(?:^|/)(?:[^/]*\.prompt(?:\.(?:md|txt|yaml|yml))?|[^/]*\.prompty|claude\.md|agents\.md|"
    r"[^/]*system[_-]?prompt[^/]*\.(?:md|txt)|(?:[^/]*[_-])?prompts?\.(?:md|txt)|\.github/copilot-instructions\.md)$",
    re.IGNORECASE,
)
_OTHERS = ("node_modules/", ".venv/", "venv/", "site-packages/", ".tox/", "vendor/")
_MOST_FILES, _MOST_GROUPS, _MOST_SINGLE = 200_000, 20, 100
_HEADROOM = Decimal("1.25")
_MODEL = "openai/gpt-5.4-mini"


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A configuration to begin with.

    Attributes:
        text: the TOML of a `tokencost.toml`.
        budgets: how many budgets it has.
        files: how many files fall under them.
    """

    text: str
    budgets: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Files of one budget: its name, its globs, and the files by name."""

    name: str
    globs: tuple[str, ...]
    files: tuple[str, ...]


def suggest_configuration(
    folder: str | os.PathLike[str] = ".",
    models: str | Sequence[str] = (),
    *,
    prices: PriceTable | None = None,
) -> Starter:
    """Return a configuration for the prompts of *folder*, which are found by their usual names.

    A folder called "prompts" is a budget, and files such as `x.prompt.md` and `AGENTS.md` are one.
    Limits are today's sizes, at the upper end of their ranges, and a quarter more.

    Args:
        folder: where the configuration is to stand.
        models: the models that prompts are for, by default GPT-4o.
        prices: the table that knows the models, by default the shipped one.

    Raises:
        UnknownModelError: no model has that name.
        InputError: the folder cannot be listed.

    Examples:
        >>> starter = tokencost.suggest_configuration("docs")
        >>> starter.budgets, starter.files
        (0, 0)
    """
    names = as_model_names(models) or (_MODEL,)
    prices = as_price_table(prices)
    for name in names:
        find_model(prices, name)
    groups, is_whole = _groups(os.fspath(folder))
    parts = [_top(names)]
    prefix = folder_prefix(os.fspath(folder))
    number, budgets = 0, 0
    for group in groups:
        prompts = read_prompts([*group.files]).prompts
        if sizes := _sizes(prompts, names, prices):
            parts.append(_budget(group, sizes, prefix=prefix))
            number += len(sizes)
            budgets += 1
    if not budgets:
        parts.append(_EXAMPLE)
    if not is_whole:
        parts.append("# There are more files than were looked at: add budgets for the rest.\n")
    return Starter(text="\n".join(parts), budgets=budgets, files=number)


def _groups(folder: str) -> tuple[list[_Group], bool]:
    """Return the files of each folder of prompts, then the others, and whether these are all."""
    prefix = folder_prefix(folder)
    folders: dict[str, list[str]] = {}
    single: list[str] = []
    listed = 0
    for name in islice(walk(folder, exclude=exclusions(_OTHERS)), _MOST_FILES):
        if isinstance(name, InputError):
            raise name
        listed += 1
        path = name.removeprefix(prefix)
        if (group := _folder_of(path)) and Path(path).suffix.lower() in _TEXTS:
            folders.setdefault(group, []).append(name)
        elif _SINGLE.search(path):
            single.append(name)
    groups = [
        _Group(name=_shown(name), globs=_globs_below(name, files), files=tuple(files))
        for name, files in islice(folders.items(), _MOST_GROUPS)
    ]
    if single:
        few = tuple(single[:_MOST_SINGLE])
        globs = tuple(f"/{_escaped(name.removeprefix(prefix))}" for name in few)
        groups.append(_Group(name="single prompts", globs=globs, files=few))
    is_whole = listed < _MOST_FILES and len(folders) <= _MOST_GROUPS and len(single) <= _MOST_SINGLE
    return groups, is_whole


def _shown(path: str) -> str:
    """Return *path* as answers have it, with what nobody can see spelled out."""
    return printable(shown_name(path))


def _folder_of(path: str) -> str:
    """Return the outermost folder of prompts that a file is in, "" if it is in none."""
    parts = path.split("/")[:-1]
    for number, part in enumerate(parts, 1):
        if part.lower() in _FOLDERS:
            return "/".join(parts[:number])
    return ""


def _globs_below(folder: str, files: Iterable[str]) -> tuple[str, ...]:
    suffixes = dict.fromkeys(Path(file).suffix for file in files)
    return tuple(f"/{_escaped(folder)}/**/*{_escaped(suffix)}" for suffix in sorted(suffixes))


def _escaped(path: str) -> str:
    """Return a glob that means *path*; "?" stands for what TOML cannot hold or nobody can see."""
    escaped = re.sub(r"([\\*?\[]| $)", r"\\\1", path)
    return "".join(sign if sign.isprintable() else "?" for sign in escaped)


def _text(value: str | Sequence[str]) -> str:
    """Return a text, or a list of them, as TOML."""
    written = value if isinstance(value, str) else [*value]
    return json.dumps(written, ensure_ascii=False)


def _top(models: Sequence[str]) -> str:
    return f"""\
# Limits are today's sizes and a quarter more; `tokencost check` judges them.
# `tokencost schema configuration` says what every key is.
model = {_text(models[0] if len(models) == 1 else models)}  # what the sizes are counted for
# output_tokens = 500       # of a call, which a limit on cost needs
# volume = "20k/month"      # how often each prompt is sent
# max_price_age = "90d"     # a price table that is older is an error
"""


def _budget(group: _Group, sizes: Mapping[str, int], *, prefix: str) -> str:
    """Return a budget; what cannot be read as text is taken out, for a check could not judge it."""
    whole, most = sum(sizes.values()), max(sizes.values())
    largest = next(name for name, size in sizes.items() if size == most)
    globs = [
        *group.globs,
        *(f"!/{_escaped(name.removeprefix(prefix))}" for name in group.files if name not in sizes),
    ]
    files = number_of(len(sizes), "file")
    example = _shown(largest.removeprefix(prefix))
    return f"""\
[[budget]]
name = {_text(group.name)}
files = {_text(globs)}
max_tokens = {_limit(whole)}  # {whole:,} in {files} today
max_tokens_per_file = {_limit(most)}  # {most:,} in the largest, {example}
warn_at = "90%"
# max_increase = "25%"  # of what a file was: tokencost check --base main
# max_cost_per_call = "0.01USD"
"""


def _sizes(prompts: Sequence[Prompt], models: Sequence[str], prices: PriceTable) -> dict[str, int]:
    """Return the tokens of each file, at the upper end and for the model that counts most."""
    sizes: dict[str, int] = {}
    for model in models:
        of_model: dict[str, int] = {}
        inputs = InputSet(prompts=tuple(prompts), errors=(), notes=())
        for result in count(inputs, model, prices=prices, strict=False).results:
            tokens = result.tokens
            size = tokens.expected if tokens.high is None else tokens.high
            name = (result.prompt and result.prompt.file) or result.input
            of_model[name] = of_model.get(name, 0) + size  # a file may have many requests
        sizes = {name: max(sizes.get(name, 0), size) for name, size in of_model.items()}
    return sizes


def _limit(size: int) -> int:
    """Return a quarter more than *size*, rounded up to two digits: 91 is 114, and so 120."""
    limit = int(-(-size * _HEADROOM // 1))
    step = int(10 ** max(len(str(limit)) - 2, 0))
    return max(-(-limit // step) * step, 10)


_EXAMPLE = """\
# No prompts were found by their names: folders called "prompts", files such as prompt.md.
# [[budget]]
# name = "prompts"
# files = ["/src/texts/**/*.md"]
# max_tokens_per_file = 2000
"""
