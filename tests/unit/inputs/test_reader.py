import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.repositories import Checkout
from tokencost.errors import InputError
from tokencost.inputs import InputSet, Prompt, files, read_prompts
from tokencost.report.phrases import sentences


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name)


def names(reading: InputSet) -> list[str]:
    assert reading.errors == ()
    return [prompt.name for prompt in reading.prompts]


def problems(reading: InputSet) -> list[str]:
    assert all(error.hint for error in reading.errors)
    return [error.message for error in reading.errors]


def closing(name: str, error: OSError) -> Callable[..., Any]:
    def open_unless_closed(path: str) -> io.FileIO:
        if path == name:
            raise error
        return io.FileIO(path)

    return open_unless_closed


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_file_is_read_back_unchanged(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "a.md"
    file.write_bytes(text.encode())
    assert read_prompts([str(file)]).prompts == (
        Prompt(name=file.as_posix(), text=text, file=file.as_posix()),
    )


def test_literals_come_first_then_paths_then_listed_paths() -> None:
    write("a.md", "b.md", "c.md", "docs/d.md")
    Path("list").write_text("a.md\n")
    reading = read_prompts(["c.md", "docs", "b.*"], texts=["one", "two"], files_from="list")
    assert names(reading) == ["<text>", "<text 2>", "c.md", "docs/d.md", "b.md", "a.md"]


@pytest.mark.parametrize(
    "listing",
    [
        b'"tide \\346\217\220.md"\nb.md\n'.replace(b"\217\220", b"\\217\\220"),
        "tide \u63d0.md\0b.md\0".encode(),
        "tide \u63d0.md\r\nb.md".encode(),
    ],
    ids=["as git quotes them", "ended by NUL", "a line each"],
)
def test_paths_are_listed_as_git_writes_them(listing: bytes) -> None:
    write("tide \u63d0.md", "b.md")
    Path("list").write_bytes(listing)
    assert names(read_prompts([], files_from="list")) == ["tide \u63d0.md", "b.md"]


@pytest.mark.posix
def test_a_quoted_path_may_hold_quotes_tabs_and_line_breaks() -> None:
    write('a "b"\t.md', "c\nd.md")
    Path("list").write_bytes(b'"a \\"b\\"\\t.md"\n"c\\nd.md"\n')
    assert names(read_prompts([], files_from="list")) == ['a "b"\t.md', "c\nd.md"]


@pytest.mark.posix
@pytest.mark.parametrize("options", [(), ("-z",), ("-c", "core.quotePath=false")], ids=str)
def test_every_name_that_git_lists_is_read(folder: Path, options: tuple[str, ...]) -> None:
    odd = [
        "a b.md",
        "50%.md",
        "c\nd.md",
        "e\r.md",
        "提示.md",
        "\\f.md",
        "'g'.md",
        '"h".md',
        " i .md",
    ]
    odd += ["-j.md", "#k.md", "[l].md", "m.md ", "\udcffn.md", "o\x7f\x01.md", "p*.md", "-"]
    repository = Checkout.create(folder)
    for name in odd:
        Path(name).write_text("text", encoding="utf-8")
    repository.git("add", ".")
    before = options if "-c" in options else ()
    after = options if "-z" in options else ()
    listing = subprocess.run(
        ["git", *before, "ls-files", *after], capture_output=True, check=True, cwd=folder
    ).stdout
    reading = read_prompts([], files_from="-", stdin=lambda: listing)
    assert problems(reading) == []
    assert sorted(prompt.file or "" for prompt in reading.prompts) == sorted(odd)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r\n\r\n", "\n  \n"], ids=repr)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_may_have_the_line_breaks_and_the_mark_of_windows(
    ending: str, encoding: str
) -> None:
    write("a b.md", "提示.md")
    listing = f"a b.md{ending}提示.md{ending}".encode(encoding)
    assert names(read_prompts([], files_from="-", stdin=lambda: listing)) == ["a b.md", "提示.md"]


def test_a_list_has_no_comments_and_no_blanks_that_do_not_count() -> None:
    """What is taken for a name that it is not is an error, never left out."""
    write("a.md")
    reading = read_prompts([], files_from="-", stdin=lambda: b"# changed\na.md \n a.md\na.md\n")
    assert [prompt.name for prompt in reading.prompts] == ["a.md"]
    assert problems(reading) == [
        "no such file: '# changed'",
        "no such file: 'a.md '",
        "no such file: ' a.md'",
    ]


@pytest.mark.posix
def test_a_name_of_blanks_alone_counts_where_names_end_with_nul() -> None:
    write(" ", "\t")
    assert names(read_prompts([], files_from="-", stdin=lambda: b" \0\t\0")) == [" ", "\t"]


@pytest.mark.posix
def test_a_file_reached_twice_counts_once_at_its_first_place(folder: Path) -> None:
    write("docs/a.md", "docs/b.md")
    Path("docs/c.md").symlink_to("a.md")
    Path("list").write_text("docs/b.md\n")
    paths = ["docs/b.md", "docs/*.md", "docs", "./docs/a.md", f"{folder}/docs/../docs/a.md"]
    assert names(read_prompts(paths, files_from="list")) == ["docs/b.md", "docs/a.md"]


def test_an_unreadable_file_reached_twice_is_one_error() -> None:
    Path("a.md").write_bytes(b"\xff")
    assert len(read_prompts(["a.md", ".", "*.md"]).errors) == 1


def test_literals_are_never_taken_for_each_other() -> None:
    assert names(read_prompts(texts=["same", "same"])) == ["<text>", "<text 2>"]


def test_an_empty_literal_is_a_prompt() -> None:
    assert read_prompts(texts=[""]).prompts == (Prompt(name="<text>", text=""),)


def test_a_literal_that_is_half_a_character_is_an_error_and_hides_nothing() -> None:
    reading = read_prompts(texts=["a\udcff", "b"])
    assert [prompt.name for prompt in reading.prompts] == ["<text 2>"]
    assert problems(reading) == ["'<text>' is not text: unpaired surrogate U+DCFF at character 1"]


def test_a_prompt_is_text_unless_it_says_otherwise() -> None:
    assert read_prompts(texts=["a"]).prompts[0].kind == "text"


def test_a_hyphen_is_standard_input_in_its_place() -> None:
    write("a.md", "b.md")
    reading = read_prompts(["a.md", "-", "b.md"], stdin=lambda: b"piped\r\n")
    assert names(reading) == ["a.md", "<stdin>", "b.md"]
    assert reading.prompts[1].text == "piped\r\n"


def test_standard_input_is_that_of_the_process_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("é".encode())))
    assert read_prompts(["-"]).prompts == (Prompt(name="<stdin>", text="é"),)


def test_a_closed_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert problems(read_prompts(["-"])) == ["cannot read '<stdin>': Bad file descriptor"]


def test_standard_input_has_the_encoding_of_the_files() -> None:
    reading = read_prompts(["-"], encoding="gb18030", stdin=lambda: "你好".encode("gb18030"))
    assert reading.prompts[0].text == "你好"


def test_standard_input_that_is_not_text_is_an_error() -> None:
    assert problems(read_prompts(["-"], stdin=lambda: b"\xff")) == [
        "'<stdin>' is not UTF-8: byte 0xff at offset 0"
    ]
    assert problems(read_prompts(["-"], stdin=lambda: b"a\0")) == [
        "'<stdin>' is binary: it holds a NUL byte"
    ]


def test_standard_input_can_be_named_once() -> None:
    reading = read_prompts(["-", "-"], stdin=lambda: b"a")
    assert [prompt.name for prompt in reading.prompts] == ["<stdin>"]
    assert problems(reading) == ["standard input is named twice"]


def test_standard_input_cannot_be_a_prompt_and_the_list() -> None:
    reading = read_prompts(["-"], files_from="-", stdin=lambda: b"a.md")
    assert problems(reading) == ["standard input is named twice"]


def test_a_dash_in_a_list_is_a_file_of_that_name() -> None:
    write("a.md")
    reading = read_prompts(files_from="-", stdin=lambda: b"-\na.md")
    assert [prompt.name for prompt in reading.prompts] == ["a.md"]
    assert problems(reading) == ["no such file: '-'"]


def test_a_list_has_one_path_a_line_and_may_name_folders_and_globs() -> None:
    write("a b.md", "docs/c.md", "d1.md", "d2.md")
    listing = b"\xef\xbb\xbfa b.md\r\n\n  \ndocs\nd?.md"
    reading = read_prompts(files_from="-", stdin=lambda: listing)
    assert names(reading) == ["a b.md", "docs/c.md", "d1.md", "d2.md"]


def test_a_list_in_a_file_is_relative_to_the_current_folder() -> None:
    write("a.md", "lists/a.md")
    Path("lists/list").write_text("a.md\n")
    assert names(read_prompts(files_from="lists/list")) == ["a.md"]


def test_a_list_that_does_not_exist_is_an_error_and_hides_nothing() -> None:
    write("a.md")
    reading = read_prompts(["a.md"], files_from="list")
    assert [prompt.name for prompt in reading.prompts] == ["a.md"]
    assert problems(reading) == ["no such file: 'list'"]


def test_a_list_that_cannot_be_read_is_an_error() -> None:
    Path("list").mkdir()
    assert problems(read_prompts(files_from="list")) == ["cannot read 'list': Is a directory"]


@pytest.mark.parametrize("listing", [b"", b"\n \r\n"])
def test_an_empty_list_is_an_error(listing: bytes) -> None:
    Path("list").write_bytes(listing)
    assert problems(read_prompts(files_from="list")) == ["no paths in 'list'"]
    assert problems(read_prompts(files_from="-", stdin=lambda: listing)) == [
        "no paths in '<stdin>'"
    ]


def test_a_name_that_is_not_utf_8_can_be_read_and_shown() -> None:
    path = os.fsdecode(b"\xff.md")
    Path(path).touch()
    assert names(read_prompts(files_from="-", stdin=lambda: b"\xff.md\n")) == ["\\udcff.md"]
    assert names(read_prompts([path])) == ["\\udcff.md"]


def test_a_missing_file_is_an_error_that_names_similar_files() -> None:
    write("prompts/summary.md", "prompts/other.txt")
    reading = read_prompts(["prompts/sumary.md"])
    assert problems(reading) == ["no such file: 'prompts/sumary.md'"]
    assert reading.errors[0].hint == "did you mean 'prompts/summary.md'?"


@pytest.mark.posix
@pytest.mark.parametrize("name", ["x.md", "nowhere/x.md", "a\0b", "a\0/b", "link"])
def test_a_missing_file_with_no_similar_one_says_what_to_check(name: str) -> None:
    Path("link").symlink_to("nowhere")
    (error,) = read_prompts([name]).errors
    assert error.message == f"no such file: {name!r}"
    assert error.hint == "check the path, quote a glob, or pass a text with --text"


def test_an_empty_name_is_not_the_current_folder() -> None:
    write("a.md")
    assert problems(read_prompts([""])) == ["no such file: ''"]


def test_a_binary_file_that_is_named_is_an_error_even_after_a_walk_skipped_it() -> None:
    write("docs/a.md")
    Path("docs/b.png").write_bytes(b"\0")
    reading = read_prompts(["docs", "docs/b.png"])
    assert problems(reading) == ["'docs/b.png' is binary: it holds a NUL byte"]


def test_a_large_file_is_read_whole() -> None:
    Path("a.md").write_text("x" * 100_000)
    assert len(read_prompts(["a.md"]).prompts[0].text) == 100_000


def test_utf_16_is_read_when_it_is_asked_for() -> None:
    Path("a.md").write_bytes("hello".encode("utf-16"))
    assert read_prompts(["."], encoding="utf-16").prompts == (
        Prompt(name="a.md", text="hello", file="a.md"),
    )
    assert "pass --encoding utf-16" in read_prompts(["."]).errors[0].hint


def test_a_file_that_may_not_be_read_is_an_error_and_hides_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("a.md", "b.md", "c.md")
    monkeypatch.setattr(files, "FileIO", closing("b.md", PermissionError(13, "Permission denied")))
    reading = read_prompts(["."])
    assert [prompt.name for prompt in reading.prompts] == ["a.md", "c.md"]
    assert problems(reading) == ["cannot read 'b.md': Permission denied"]


def test_a_file_that_becomes_a_folder_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md")
    monkeypatch.setattr(files, "FileIO", closing("a.md", IsADirectoryError(21, "Is a directory")))
    assert problems(read_prompts(["a.md"])) == ["cannot read 'a.md': Is a directory"]


def test_an_error_without_a_reason_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md")
    monkeypatch.setattr(files, "FileIO", closing("a.md", OSError("the disk is on fire")))
    assert problems(read_prompts(["a.md"])) == ["cannot read 'a.md': the disk is on fire"]


def test_a_name_too_long_to_look_up_is_an_error() -> None:
    name = "x" * 1000
    assert problems(read_prompts([name])) == [f"cannot read {name!r}: File name too long"]


def test_an_error_in_one_file_never_hides_the_others() -> None:
    write("a.md", "c.md")
    Path("b.md").write_bytes(b"ok \xc4\xe3")
    reading = read_prompts(["missing.txt", ".", "*.none"], texts=["\ud800", "fine"])
    assert [prompt.name for prompt in reading.prompts] == ["<text 2>", "a.md", "c.md"]
    assert problems(reading) == [
        "'<text>' is not text: unpaired surrogate U+D800 at character 0",
        "no such file: 'missing.txt'",
        "'b.md' is not UTF-8: byte 0xc4 at offset 3",
        "no text files match '*.none'",
    ]


def test_an_unknown_encoding_is_refused_before_anything_is_read() -> None:
    with pytest.raises(InputError, match="unknown encoding: 'utf-9'"):
        read_prompts(["-"], encoding="utf-9", stdin=pytest.fail)


def test_naming_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="nothing to read") as caught:
        read_prompts()
    assert caught.value.hint == 'name a file, a directory or "-", or pass --text'


def test_reading_a_file_does_not_import_what_only_patterns_and_errors_need() -> None:
    write("a.md")
    code = (
        "import sys, tokencost.inputs; tokencost.inputs.read_prompts(['a.md'])\n"
        "print({'pathspec', 'difflib'} & set(sys.modules))"
    )
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "set()\n"


def test_a_place_that_cannot_even_be_looked_up_is_an_error_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.md").write_text("a", encoding="utf-8")
    denied = PermissionError(13, "Permission denied")

    def realpath(_: str) -> str:
        raise denied

    monkeypatch.setattr("tokencost.inputs.reader.os.path.realpath", realpath)
    (error,) = read_prompts([str(tmp_path / "a.md")]).errors
    assert "a.md': Permission denied" in error.message


def test_an_empty_file_and_an_empty_text_are_named_in_one_warning() -> None:
    write("a.md", "b.md")
    Path("b.md").write_text("")
    reading = read_prompts(["a.md", "b.md"], texts=[""])
    assert sentences(reading.notes) == ["<text>, b.md are empty: 0 tokens"]
    assert sentences(read_prompts(["b.md"]).notes) == ["b.md is empty: 0 tokens"]


def test_a_file_that_programs_want_empty_is_named_only_where_there_is_nothing_else() -> None:
    write("a.py", "p/a.md")
    Path("__init__.py").write_text("")
    assert read_prompts(["."]).notes == ()
    assert sentences(read_prompts(["__init__.py"]).notes) == ["__init__.py is empty: 0 tokens"]


def test_a_pipe_that_is_named_may_be_empty() -> None:
    write("a.md")
    assert read_prompts(["-", "a.md"], stdin=lambda: b"").notes == ()
    assert read_prompts(["-"], stdin=lambda: b"").notes == ()
