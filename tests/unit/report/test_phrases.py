"""Notes and their sentences: every code has one, and no two packages share a code."""

import ast
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from tokencost.money import Money
from tokencost.notes import assumed
from tokencost.report import phrases
from tokencost.report.page_notes import about, first_few, names_by_text, notes_of
from tokencost.report.phrases import sentence, sentence_about

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


def test_a_template_names_only_what_its_note_has() -> None:
    for node in package_nodes():
        match node:
            case ast.Call(func=ast.Name(id=maker), args=[ast.Constant(value=str(code))]):
                template = phrases._SENTENCES.get(code)
                if maker in MAKERS and isinstance(template, str):
                    names = {name for _, name, _, _ in Formatter().parse(template) if name}
                    assert names <= {keyword.arg for keyword in node.keywords}, code
            case _:
                pass


def test_amounts_stand_exactly_in_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(phrases._SENTENCES, "test", "{share} of {cost}")
    money = Money(amount=Decimal("0.5"), currency="CNY")
    assert sentence(assumed("test", share=Decimal("1E+2"), cost=money)) == "100 of ¥0.500"


def test_the_name_of_what_a_note_is_about_leads() -> None:
    note = assumed("prefix_tokens", about="plain", tokens=1200)
    assert sentence(note) == "1,200 tokens of system and tools"
    assert sentence_about(note) == f"plain: {sentence(note)}"
    assert about("tiered", [note]) == [f"tiered: {sentence(note)}"]


def test_a_sentence_of_several_models_stands_once() -> None:
    note = assumed("input_only")
    assert names_by_text([("a", [note]), ("b", [note])]) == {sentence(note): ["a", "b"]}
    assert [line.text for line in notes_of("assumed", [note, note])] == [sentence(note)]


def test_of_many_texts_the_first_few_stand_and_the_rest_are_counted() -> None:
    texts = list("abcdefg")
    *few, rest = notes_of("note", first_few([*texts, "a"]))
    assert [line.text for line in few] == texts[:5]
    assert rest.text == "... and 2 more, see --json"
    assert first_few(texts[:5]) == texts[:5]
