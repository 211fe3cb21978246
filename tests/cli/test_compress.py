"""What `compress` writes, where, and what it leaves alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]

DATA = b'{\r\n  "a": 1.0,\r\n  "b": "\\u4e2d  \\u6587"\r\n}\r\n'
SHORT = '{"a":1.0,"b":"中  文"}\r\n'.encode()


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "data.json").write_bytes(DATA)
    (folder / "broken.json").write_bytes(b'{\n  "a": 1,\n}\n')
    (folder / "binary.bin").write_bytes(b"\0\1\2")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "gb.txt").write_bytes("型号ＡＢＣ".encode("gb18030"))
    (folder / "page.html").write_bytes(b"<p>One <b>two</b></p>\n")
    (folder / "latin.json").write_bytes(b'[ "\\u4e2d" ]')
    (folder / "docs").mkdir()


def test_the_text_goes_to_one_stream_and_the_report_to_the_other(tokencost: Run) -> None:
    result = tokencost("compress", "data.json", "-m", "plain")
    assert (result.exit_code, result.stdout_bytes) == (0, SHORT)
    assert "json-compact" in result.stderr
    assert "acme/plain: exact" in result.stderr


def test_quiet_leaves_the_text_alone(tokencost: Run) -> None:
    result = tokencost("compress", "data.json", "-q")
    assert (result.stdout_bytes, result.stderr) == (SHORT, "")


def test_a_file_of_its_own_leaves_room_for_the_report(tokencost: Run, folder: Path) -> None:
    result = tokencost("compress", "data.json", "--output", "new/short.json", "--json")
    (answer,) = json.loads(result.stdout)["results"]
    assert (folder / "new" / "short.json").read_bytes() == SHORT
    assert (answer["input"], answer["content_type"], result.stderr) == ("data.json", "json", "")
    assert answer["after"]["input"] < answer["before"]["input"]


def test_a_file_may_be_replaced_by_its_own_shorter_form(tokencost: Run, folder: Path) -> None:
    assert tokencost("compress", "data.json", "--output", "data.json", "-q").exit_code == 0
    assert (folder / "data.json").read_bytes() == SHORT
    assert tokencost("compress", "data.json", "-q").stdout_bytes == SHORT


@pytest.mark.posix
def test_a_device_is_written_to_and_a_link_is_followed(tokencost: Run, folder: Path) -> None:
    assert tokencost("compress", "data.json", "-q", "--output", "/dev/null").exit_code == 0
    assert Path("/dev/null").is_char_device()
    (folder / "link").symlink_to("target.json")
    assert tokencost("compress", "data.json", "-q", "--output", "link").exit_code == 0
    assert ((folder / "link").is_symlink(), (folder / "target.json").read_bytes()) == (True, SHORT)


def test_a_text_of_no_known_kind_is_left_alone_and_that_is_said(tokencost: Run) -> None:
    result = tokencost("compress", "broken.json")
    assert "no kind of content that is known well enough to be changed" in result.stderr


def test_json_beside_the_text_is_on_standard_error(tokencost: Run) -> None:
    result = tokencost("compress", "data.json", "--json")
    assert result.stdout_bytes == SHORT
    assert json.loads(result.stderr)["schema"] == "tokencost.compress"


@pytest.mark.parametrize("args", [["-"], []])
def test_a_pipe_is_read(tokencost: Run, args: list[str]) -> None:
    result = tokencost("compress", *args, stdin="One.  Two.\n\n\n\nThree. \n")
    assert result.stdout == "One. Two.\n\nThree.\n"


def test_a_literal_is_compressed(tokencost: Run) -> None:
    assert tokencost("compress", "--text", "[1, 2]", "-q").stdout == "[1,2]"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.txt", b""),
        ("broken.json", b'{\n  "a": 1,\n}\n'),
        ("page.html", b"<p>One <b>two</b></p>\n"),
    ],
)
def test_what_nothing_fits_comes_out_as_it_is(tokencost: Run, name: str, data: bytes) -> None:
    result = tokencost("compress", name)
    assert (result.exit_code, result.stdout_bytes) == (0, data)


def test_levels_names_and_kinds_are_options(tokencost: Run) -> None:
    assert tokencost("compress", "page.html", "--level", "lossy").stdout == "One **two**\n"
    assert tokencost("compress", "page.html", "--with", "html-markdown").stdout == "One **two**\n"
    assert tokencost("compress", "-", "--kind", "log", stdin="Stop.  Go").stdout == "Stop. Go"


def test_the_encoding_of_the_input_is_that_of_the_output(tokencost: Run) -> None:
    result = tokencost("compress", "gb.txt", "--encoding", "gb18030", "--level", "reformatted")
    assert result.stdout_bytes == "型号ABC".encode("gb18030")


def test_a_request_of_short_words_comes_out_as_it_is(tokencost: Run, folder: Path) -> None:
    text = json.dumps([{"role": "user", "content": "hello"}], indent=2)
    (folder / "chat.json").write_text(text, encoding="utf-8")
    result = tokencost("compress", "chat.json")
    assert result.stdout == text
    assert "a request: what its messages say is compressed one by one" in result.stderr
    assert tokencost("compress", "chat.json", "--as", "text").stdout != text


def test_the_transforms_are_listed(tokencost: Run) -> None:
    names = tokencost("compress", "--list", "-q").stdout.split()
    assert {"json-compact", "markdown-comments", "llmlingua"} <= set(names)


def test_the_model_may_come_from_the_environment(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKENCOST_MODEL", "plain")
    assert "acme/plain: exact" in tokencost("compress", "data.json").stderr
    monkeypatch.setenv("TOKENCOST_MODEL", "plain guess")
    result = tokencost("compress", "data.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "names several models" in result.stderr


@pytest.mark.parametrize(
    ("args", "error", "hint"),
    [
        (["nothing.md"], "no such file: 'nothing.md'", "check"),
        (["binary.bin"], "binary", ""),
        (["docs"], '"docs" is a folder', "name one file"),
        (["*.json"], "compress takes one input, not 3", "name one file"),
        (["gb.txt"], "'gb.txt' is not UTF-8", "--encoding gb18030"),
        (
            ["data.json", "--level", "all"],
            '--level "all" is unknown',
            "lossless, reformatted, lossy",
        ),
        (["data.json", "--kind", "yaml"], '--kind "yaml" is unknown', "json, jsonl"),
        (["data.json", "--with", "json"], 'unknown transform "json"', "json-compact"),
        (["data.json", "-m", "plane"], "unknown model 'plane'", "acme/plain"),
        (["data.json", "--output", "docs"], '--output "docs" is a folder', "name a file"),
        (["data.json", "--output", "data.json/x"], "cannot be written", "check the folder"),
        (["data.json", "--as", "yaml"], '--as "yaml" is unknown', "jsonl"),
        (["latin.json", "--encoding", "latin-1"], 'latin-1 has no "中"', "UTF-8"),
        (["data.json", "--with", "llmlingua", "--kind", "text"], "is not installed", "pip install"),
        (["--text", "a", "data.json"], "one input, not 2", "name one file"),
    ],
)
def test_what_cannot_be_compressed_is_exit_2_and_writes_nothing(
    tokencost: Run, folder: Path, args: list[str], error: str, hint: str
) -> None:
    before = sorted(folder.rglob("*"))
    result = tokencost("compress", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert first.startswith("error: ")
    assert error in first
    assert second.startswith("hint:  ")
    assert hint in second
    assert sorted(folder.rglob("*")) == before
