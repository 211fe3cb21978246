"""Places in TOML text are found by one look at it."""

from time import process_time

import pytest

from tokencost.errors import ConfigurationError
from tokencost.toml_text import lines_inside_texts, parse_toml


def test_lines_inside_texts_of_several_lines_are_known() -> None:
    text = 'a = "x"\nb = """one\ntwo\nthree"""\nc = \'\'\'four\nfive\'\'\'\n# "\nd = 1\n'
    assert list(lines_inside_texts(text)) == [2, 3, 5]


def test_a_hundred_thousand_texts_take_one_look() -> None:
    begun = process_time()
    assert list(lines_inside_texts('a = "b"\n' * 100_000)) == []
    assert process_time() - begun < 5  # to count the lines before each takes a minute


def test_a_number_that_nothing_can_print_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="more than 3,000 digits"):
        parse_toml(b"a = 0x" + b"f" * 3_001, name="a.toml", error_type=ConfigurationError)
    _, values = parse_toml(b"a = 0xff", name="a.toml", error_type=ConfigurationError)
    assert values == {"a": 255}
