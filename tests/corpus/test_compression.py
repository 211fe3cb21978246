"""Real files through every transform: the ones that Python and its packages have brought along.

What a file means is read by other means than those of the verifiers wherever there are any.
"""

import ast
import hashlib
import io
import json
import logging
import os
import re
import sys
import sysconfig
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from pygments.lexers import get_lexer_for_filename
from pygments.token import Comment

from tokencost.compression import CompressedText, Level, compress_text, levels_up_to
from tokencost.compression.gate import NOT_PROVEN
from tokencost.compression.transforms.prose import decode
from tokencost.tokenizers import find_tokenizer

ROOT = Path(__file__).parents[2]
PLACES = [Path(sysconfig.get_path(name)) for name in ("purelib", "stdlib")]
LARGEST = 300_000  # bytes
SAMPLE = 25
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HIDDEN = ["script", "style", "template", "noscript", "head", "title"]
Meaning = Callable[[str, str], object]


def of_json(text: str, _: str) -> object:
    def numbers(source: str) -> tuple[str, str]:
        return "number", source

    return json.loads(
        text.removeprefix("\ufeff"),
        parse_float=numbers,
        parse_int=numbers,
        object_pairs_hook=lambda pairs: ["object", *pairs],
    )


def of_python(text: str, _: str) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.dump(ast.parse(text))
        except (SyntaxError, ValueError):
            return text


def of_markdown(text: str, _: str) -> object:
    """Render it, with the data of fenced JSON in the place of their source."""
    tokens = RENDERER.parse(text)
    for token in tokens:
        if token.type == "fence" and token.info.strip() in ("json", "jsonl"):
            try:
                token.content = json.dumps([json.loads(line) for line in [token.content]])
            except ValueError:
                continue
    return RENDERER.renderer.render(tokens, RENDERER.options, {})


def of_html(text: str, _: str) -> object:
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        page = BeautifulSoup(text, "html.parser")
    else:
        page = BeautifulSoup(RENDERER.render(text), "html.parser")
    for element in page(HIDDEN):
        element.decompose()
    for image in page("img"):
        image.replace_with(str(image.get("alt") or ""))
    return re.sub(r"\s+", "", page.get_text())


def of_prose(text: str, _: str) -> object:
    return re.sub("(?<=\\w)[\u200b\u2060\ufeff](?=\\w)", "", text.removeprefix("\ufeff")).split()


def of_code(text: str, name: str) -> object:
    tokens = get_lexer_for_filename(name, stripnl=False).get_tokens(text)
    kept = (Comment.Preproc, Comment.PreprocFile, Comment.Hashbang)
    return [
        bare
        for kind, value in tokens
        if (kind[:1] != Comment or kind in kept) and (bare := value.strip())
    ]


@cache
def everything() -> list[Path]:
    """Return all files, in an order that is the same everywhere and mixes the packages."""
    paths = {
        Path(folder, name)
        for place in PLACES
        for folder, _, names in os.walk(place)
        for name in names
    }
    return sorted(paths, key=lambda path: hashlib.sha256(path.name.encode()).digest())


def texts(endings: str) -> Iterator[tuple[str, str]]:
    for path in everything():
        if path.suffix[1:] in endings.split() and 0 < path.stat().st_size <= LARGEST:
            try:
                yield path.name, path.read_bytes().decode()
            except UnicodeDecodeError:
                continue


def tokens(text: str) -> int:
    return find_tokenizer("o200k_base").measure(text).expected


def problems(name: str, text: str, level: Level, meaning: Meaning) -> Iterator[str]:
    levels = levels_up_to(level)
    after = compress_text(text, count=tokens, name=name, levels=levels)
    if after.tokens > after.tokens_before or after.tokens != tokens(after.text):
        yield f"{name}: {after.tokens_before} -> {after.tokens} tokens"
    if compress_text(after.text, count=tokens, name=name, levels=levels).text != after.text:
        yield f"{name}: not the same the second time"
    if after.text != text and meaning(text, name) != meaning(after.text, name):
        yield f"{name}: another meaning after {[step.name for step in after.accepted]}"
    if meaning(text, name) != text:  # it is what its name says
        yield from (f"{name}: {step.name} unproven" for step in unproven(after))


def unproven(after: CompressedText) -> list[Any]:
    """Return the steps whose proof failed: rare ones, where a transform gave up."""
    return [
        step
        for step in after.steps
        if step.reason == NOT_PROVEN and step.name not in ("html-markdown", "code-comments")
    ]


CASES = {
    "json": ("json", Level.LOSSLESS, of_json),
    "python": ("py pyi", Level.LOSSY, of_python),
    "markdown": ("md", Level.LOSSLESS, of_markdown),
    "html": ("html htm", Level.LOSSY, of_html),
    "code": ("js css c h ts rs go sh", Level.LOSSY, of_code),
    "text": ("txt", Level.LOSSLESS, of_prose),
}


@pytest.mark.parametrize("kind", CASES)
def test_no_file_of_a_sample_means_something_else(kind: str) -> None:
    endings, level, meaning = CASES[kind]
    sample = list(islice(texts(endings), SAMPLE))
    assert sample
    assert [
        problem for name, text in sample for problem in problems(name, text, level, meaning)
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_no_file_means_something_else(kind: str) -> None:
    endings, level, meaning = CASES[kind]
    assert [
        problem for name, text in texts(endings) for problem in problems(name, text, level, meaning)
    ] == []


def test_the_projects_own_documents_and_chinese_texts_stay_the_same() -> None:
    for path in (ROOT / "README.md", *(ROOT / ".github").glob("*.md")):
        text = path.read_bytes().decode()
        assert list(problems(path.name, text, Level.LOSSLESS, of_markdown)) == []
    chinese = (ROOT / "tests" / "reference" / "chinese.txt").read_bytes().decode()
    assert (
        list(problems("chinese.txt", chinese, Level.LOSSLESS, lambda text, _: text.split())) == []
    )
    rows = [{"段": number, "文": line} for number, line in enumerate(chinese.splitlines())]
    escaped = json.dumps(rows, indent=4)
    assert list(problems("chinese.json", escaped, Level.LOSSLESS, of_json)) == []
    assert compress_text(escaped, count=tokens).tokens * 2 < tokens(escaped)


def test_a_log_as_python_writes_it_can_be_read_back() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-8s %(name)s: %(message)s"))
    record = logging.LogRecord("app", logging.INFO, __file__, 1, "request %d", (7,), None)
    for number in range(300):
        record.created = 1_795_000_000 + number * 1.37
        record.msecs = number * 370 % 1000
        handler.emit(record)
    with suppress(ZeroDivisionError):
        try:
            1 / 0  # noqa: B018
        finally:
            record.exc_info = sys.exc_info()
    handler.emit(record)
    text = stream.getvalue()
    after = compress_text(text, count=tokens)
    assert "log-times" in {step.name for step in after.accepted}
    assert after.tokens < after.tokens_before * 0.8
    assert decode(after.text).split() == text.split()
