"""Every note that the package writes has one sentence."""

import re
from collections import Counter
from pathlib import Path

from tokencost.report import phrases

PACKAGE = Path(phrases.__file__).parents[1]
CODE = re.compile(r'\b(?:assumed|warning|reason)\(\s*"(\w+)"')


def codes_written() -> set[str]:
    return {
        code for path in PACKAGE.rglob("*.py") for code in CODE.findall(path.read_text("utf-8"))
    }


def test_every_code_that_is_written_has_a_sentence() -> None:
    assert codes_written() - set(phrases._SENTENCES) == set()


def test_no_two_packages_give_one_code_two_sentences() -> None:
    tables = [
        table
        for name, table in vars(phrases).items()
        if re.fullmatch(r"_[A-Z_]+", name)
        and isinstance(table, dict)
        and table is not phrases._SENTENCES
        and set(table) <= set(phrases._SENTENCES)
    ]
    counts = Counter(code for table in tables for code in table)
    assert len(tables) > 5
    assert [code for code, number in counts.items() if number > 1] == []
