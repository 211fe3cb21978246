"""Notes and their sentences: every code has one, and no two packages share a code."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tokencost.report import phrases

PHRASES = Path(phrases.__file__)
MAKERS = {"assumed", "warning", "reason"}


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def package_nodes() -> Iterator[ast.AST]:
    for path in PHRASES.parents[1].rglob("*.py"):
        yield from nodes(path)


def tables() -> Iterator[str]:
    """Yield the names of the tables that all sentences are put together from."""
    for node in nodes(PHRASES):
        match node:
            case ast.AnnAssign(target=ast.Name(id="_SENTENCES"), value=ast.Dict(values=values)):
                yield from (value.id for value in values if isinstance(value, ast.Name))
            case _:
                pass


def test_every_code_that_is_written_has_a_sentence() -> None:
    written = {
        constant.value
        for node in package_nodes()
        if isinstance(node, ast.Call) and node.args
        if isinstance(node.func, ast.Name) and node.func.id in MAKERS
        for constant in ast.walk(node.args[0])
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    assert written
    assert sorted(written - set(phrases._SENTENCES)) == []


def test_every_sentence_belongs_to_a_code_that_is_written() -> None:
    keys = {
        id(key) for node in nodes(PHRASES) if isinstance(node, ast.Dict) for key in node.keys if key
    }
    constants = {
        node.value
        for node in package_nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys
    }
    assert sorted(set(phrases._SENTENCES) - constants) == []


def test_no_two_packages_share_a_code() -> None:
    sizes = [len(getattr(phrases, name)) for name in tables()]
    assert len(sizes) > 5
    assert sum(sizes) == len(phrases._SENTENCES)
