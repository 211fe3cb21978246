import io
import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost.errors import InputError
from tokencost.inputs import (
    InputFormat,
    InputSet,
    Prompt,
    files,
    large_of,
    large_text,
    read_prompts,
)
from tokencost.inputs.large_text import LargePrompt, LargeText
from tokencost.tokenizers.cuts import breaks_of
from tokencost.tokenizers.patterns import O200K

BREAKS = breaks_of(O200K)
TEXT = "The first line.\r\nA line with ümlauts, 中文、 and 😀.\n\n" * 40


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take texts of 200 bytes for large, and read 100 bytes at a time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "LARGE", 200)
    monkeypatch.setattr(large_text, "_PART", 100)
    monkeypatch.setattr(large_text, "_PIECE", 50)
    monkeypatch.setattr(large_text, "_LOOK", 160)


def written(data: bytes, name: str = "a.txt") -> Path:
    path = Path(name)
    path.write_bytes(data)
    return path


def large(data: bytes, encoding: str = "utf-8") -> LargeText:
    return LargeText(str(written(data)), encoding=encoding)


def texts(source: LargeText, breaks: re.Pattern[str] = BREAKS) -> list[str]:
    return [part.text for part in source.parts(breaks)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "utf-8-sig", "utf-32"])
def test_the_parts_of_a_text_are_the_text(encoding: str) -> None:
    source = large(TEXT.encode(encoding), encoding)
    assert "".join(texts(source)) == TEXT == source.read()
    assert len(texts(source)) > 10
    assert source.characters == len(TEXT)


@settings(max_examples=60)
@given(
    text=st.lists(st.sampled_from(["word ", "中文。", "😀", "\n", "\r\n", "a1", "é"])).map("".join)
)
def test_the_parts_of_any_text_are_the_text(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large_text, "_PART", 20)
        patch.setattr(large_text, "_PIECE", 10)
        for encoding in ("utf-8", "utf-16"):
            assert "".join(texts(large((text * 9).encode(encoding), encoding))) == text * 9


def test_a_text_without_a_break_is_one_part() -> None:
    assert texts(large("中".encode() * 1000)) == ["中" * 1000]


def test_bytes_stay_as_they_are() -> None:
    data = ("\ufeffone\r\ntwo\rthree\n" * 20).encode()
    assert "".join(texts(large(data))).encode() == data


def messages(reading: InputSet) -> list[str]:
    return [error.message for error in reading.errors]


def read(*paths: str) -> InputSet:
    return read_prompts(paths)


def test_a_large_file_is_not_held_and_a_small_one_is() -> None:
    written(b"a " * 200, "large.txt")
    written(b"a " * 100, "small.txt")
    by_name = {prompt.name: prompt for prompt in read("large.txt", "small.txt").prompts}
    assert large_of(by_name["small.txt"]) is None
    assert isinstance(by_name["large.txt"], LargePrompt)
    assert by_name["large.txt"].text == "a " * 200
    assert by_name["large.txt"].characters == 400
    assert by_name["large.txt"].file == "large.txt"
    assert repr(by_name["large.txt"]) == "LargePrompt(name='large.txt', size=400)"


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_what_may_be_requests_is_held(name: str) -> None:
    lines = b'{"messages": [{"role": "user", "content": "hello"}]}\n' * 20
    written(lines if name == "a.jsonl" else b"[" + b",".join(lines.splitlines()) + b"]", name)
    assert len(read(name).prompts) == 20
    as_text = read_prompts([name], input_format=InputFormat.TEXT).prompts
    assert [isinstance(prompt, LargePrompt) for prompt in as_text] == [True]


def test_a_large_file_that_is_no_text_is_the_same_error_as_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written(b"a " * 200 + b"\xff" + b" b" * 200, "broken.txt")
    written(b"fine", "fine.txt")
    streamed = read("broken.txt", "fine.txt")
    monkeypatch.setattr(files, "LARGE", 10_000)
    at_once = read("broken.txt", "fine.txt")
    assert messages(streamed) == messages(at_once)
    assert messages(streamed) == ["'broken.txt' is not UTF-8: byte 0xff at offset 400"]
    assert [prompt.name for prompt in streamed.prompts] == ["fine.txt"]


def test_encodings_that_cannot_be_read_in_chunks_are_held() -> None:
    written(("1 + 1 ü" * 100).encode("utf-7"), "a.txt")
    (prompt,) = read_prompts(["a.txt"], encoding="utf-7").prompts
    assert large_of(prompt) is None
    assert prompt.text == "1 + 1 ü" * 100


def test_half_a_character_is_an_error() -> None:
    written("a\ud800b".encode("utf-16-le", "surrogatepass") * 99, "a.txt")
    reading = read_prompts(["a.txt"], encoding="utf-16-le")
    assert len(reading.errors) == 1


def test_a_file_that_changes_is_an_error() -> None:
    path = written(b"a " * 500)
    source = LargeText(str(path), encoding="utf-8")
    path.write_bytes(b"a " * 600)
    with pytest.raises(InputError, match=r"'a\.txt' has changed while it was read"):
        source.read()


def test_a_file_that_is_reached_twice_counts_once() -> None:
    written(b"a " * 500)
    assert len(read("a.txt", "./a.txt", ".").prompts) == 1


class Stdin:
    """Standard input that holds *data*."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def piped(data: bytes, monkeypatch: pytest.MonkeyPatch, **options: int) -> InputSet:
    monkeypatch.setattr(sys, "stdin", Stdin(data))
    return read_prompts(["-"], max_bytes=options.get("most"))


@pytest.mark.parametrize(
    ("start", "is_held"),
    [
        (b'"""A docstring."""\n', False),
        (b'\n"Quoted", she said.\n', False),
        (b'"one line of JSON"\n', True),
        (b'"a long line ' + b"a " * 5000, True),  # it may end with a quotation mark
    ],
)
def test_what_begins_with_a_quotation_mark_is_held_if_its_first_line_may_be_json(
    start: bytes, *, is_held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for prompt in piped(start + b'"more"\n' * 100, monkeypatch).prompts:
        assert isinstance(prompt, LargePrompt) is not is_held


def test_large_standard_input_can_be_read_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    (prompt,) = piped(TEXT.encode(), monkeypatch).prompts
    assert isinstance(prompt, LargePrompt)
    assert prompt.name == "<stdin>"
    source = prompt.large
    for _ in range(2):
        assert "".join(texts(source)) == TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"short",
        b"a " * 100,
        b'{"messages": [{"role": "user", "content": "' + b"a" * 500 + b'"}]}',
    ],
)
def test_standard_input_that_is_short_or_may_be_a_request_is_held(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (prompt,) = piped(data, monkeypatch).prompts
    assert type(prompt) is Prompt


@pytest.mark.parametrize("most", [100, 300])
def test_endless_standard_input_is_an_error(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = piped(b"a " * 1000, monkeypatch, most=most)
    assert messages(reading) == [f"'<stdin>' holds more than {most} bytes"]


def test_binary_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = piped(b"\0" * 1000, monkeypatch)
    assert messages(reading) == ["'<stdin>' is binary: it holds a NUL byte"]


def test_a_disk_that_is_full_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(large_text, "TemporaryFile", refuse)
    reading = piped(TEXT.encode(), monkeypatch)
    assert messages(reading) == ["cannot read '<stdin>': No space left on device"]


def test_without_reads_at_a_place_a_file_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "pread", raising=False)  # Windows has none
    assert "".join(texts(large(TEXT.encode()))) == TEXT
