import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tokencost.errors import InputError
from tokencost.inputs import read_prompts
from tokencost.inputs.gitignore import exclusions, gitignore
from tokencost.inputs.walk import with_patterns
from tokencost.notes import warning
from tokencost.report.phrases import sentences


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name)


def ignore(where: str, *patterns: str) -> None:
    Path(where).mkdir(parents=True, exist_ok=True)
    Path(where, ".gitignore").write_text("\n".join(patterns))


def names(path: str, *, exclude: tuple[str, ...] = ()) -> list[str]:
    reading = read_prompts([path], exclude=(*exclude, ".gitignore"))
    assert reading.errors == ()
    return [prompt.name for prompt in reading.prompts]


def test_a_folder_is_read_to_the_bottom_in_the_order_of_names() -> None:
    write("docs/b.md", "docs/a.md", "docs/B.md", "docs/a/z.md", "docs/c/d/e.md")
    assert names("docs") == [
        "docs/B.md",
        "docs/a/z.md",
        "docs/a.md",
        "docs/b.md",
        "docs/c/d/e.md",
    ]


def test_the_order_is_not_that_of_the_file_system(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reversed:
        def __init__(self, path: str) -> None:
            self.entries = sorted(scandir(path), key=lambda entry: entry.name, reverse=True)

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self.entries

        def __exit__(self, *_: object) -> None: ...

    write("docs/a.md", "docs/b.md", "docs/c/d.md")
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", Reversed)
    assert names("docs") == ["docs/a.md", "docs/b.md", "docs/c/d.md"]


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        (".", "docs/a.md"),
        ("./", "docs/a.md"),
        ("docs", "docs/a.md"),
        ("docs/", "docs/a.md"),
        ("./docs", "./docs/a.md"),
        ("docs/../docs", "docs/../docs/a.md"),
    ],
)
def test_names_begin_as_the_folder_was_named(named: str, shown: str) -> None:
    write("docs/a.md")
    assert names(named) == [shown]


@pytest.mark.posix
def test_links_to_files_are_followed_and_links_to_folders_are_not() -> None:
    write("elsewhere/a.md", "elsewhere/b.md")
    Path("docs").mkdir()
    Path("docs/a.md").symlink_to("../elsewhere/a.md")
    Path("docs/broken.md").symlink_to("nowhere.md")
    Path("docs/folder").symlink_to("../elsewhere", target_is_directory=True)
    assert names("docs") == ["docs/a.md"]


@pytest.mark.posix
def test_a_link_to_a_folder_that_is_named_itself_is_followed() -> None:
    write("elsewhere/a.md")
    Path("docs").symlink_to("elsewhere", target_is_directory=True)
    assert names("docs") == ["docs/a.md"]


@pytest.mark.posix
def test_a_pipe_in_a_folder_does_not_block() -> None:
    write("docs/a.md")
    os.mkfifo("docs/pipe")
    assert names("docs") == ["docs/a.md"]


@pytest.mark.parametrize("kind", [".git", ".hg", ".svn"])
def test_version_control_is_left_out_at_any_depth(kind: str) -> None:
    write("a.md", f"{kind}/b.md", f"docs/{kind}/c.md", "sub/d.md")
    Path("sub", kind).write_text("gitdir: elsewhere")
    assert names(".") == ["a.md", "sub/d.md"]


def test_hidden_files_are_read() -> None:
    write(".github/prompts/a.md", ".hidden.md")
    assert names(".") == [".github/prompts/a.md", ".hidden.md"]


def test_gitignore_leaves_files_and_folders_out() -> None:
    write("a.md", "b.tmp", "build/c.md", "docs/d.tmp", "docs/build/e.md")
    ignore(".", "# made by tools", "", "*.tmp", "build/")
    assert names(".") == ["a.md"]


def test_a_pattern_for_folders_spares_a_file_of_that_name() -> None:
    write("build", "docs/build/a.md")
    ignore(".", "build/")
    assert names(".") == ["build"]


def test_a_pattern_with_a_slash_holds_from_its_own_folder_only() -> None:
    write("a.md", "docs/a.md", "docs/b/c.md", "docs/e/b/c.md")
    ignore(".", "/a.md")
    ignore("docs", "b/c.md")
    assert names(".") == ["docs/a.md", "docs/e/b/c.md"]


def test_two_stars_at_the_end_ignore_what_is_inside_but_not_the_folder() -> None:
    write("docs/a.md", "docs/deep/b.md", "docs/keep/c.md")
    ignore(".", "docs/**", "!docs/keep", "!docs/keep/c.md")
    assert names(".") == ["docs/keep/c.md"]


def test_a_later_pattern_takes_back_in_what_an_earlier_one_left_out() -> None:
    write("a.tmp", "keep.tmp")
    ignore(".", "*.tmp", "!keep.tmp")
    assert names(".") == ["keep.tmp"]


def test_the_usual_list_of_what_is_wanted_works() -> None:
    write("a.md", "b.txt", "docs/c.md", "docs/d.txt")
    ignore(".", "*", "!*/", "!*.md")
    assert names(".") == ["a.md", "docs/c.md"]


def test_nothing_below_an_ignored_folder_can_be_taken_back_in() -> None:
    write("build/a.md", "c.md")
    ignore(".", "build/", "!build/a.md")
    ignore("build", "!a.md")
    assert names(".") == ["c.md"]


def test_a_nested_file_has_the_last_word() -> None:
    write("a.tmp", "docs/b.tmp", "docs/c.md", "docs/deep/c.md")
    ignore(".", "*.tmp")
    ignore("docs", "!*.tmp", "c.md")
    assert names(".") == ["docs/b.tmp"]


def test_taking_a_folder_back_in_takes_back_nothing_else_in_it() -> None:
    write("docs/keep/a.md", "docs/keep/b.tmp")
    ignore(".", "*.tmp")
    ignore("docs", "!keep/")
    assert names(".") == ["docs/keep/a.md"]


def test_gitignore_of_the_folders_above_holds_up_to_the_root_of_the_repository() -> None:
    write("project/docs/deep/a.md", "project/docs/deep/b.tmp", "project/docs/deep/c.log")
    Path("project/.git").mkdir()
    ignore(".", "*.md")
    ignore("project", "*.tmp")
    ignore("project/docs", "/deep/c.log")
    assert names("project/docs/deep") == ["project/docs/deep/a.md"]


def test_of_two_files_above_the_nearer_one_has_the_last_word() -> None:
    write("docs/deep/a.tmp", "docs/deep/b.md", ".git/config")
    ignore(".", "*.tmp", "!*.md")
    ignore("docs", "!*.tmp", "*.md")
    assert names("docs/deep") == ["docs/deep/a.tmp"]


@pytest.mark.posix
def test_a_link_that_is_named_leads_to_the_rules_of_where_it_leads() -> None:
    write("other/docs/a.md", "other/docs/b.tmp", "other/.git/config")
    ignore("other", "*.tmp")
    Path("link").symlink_to("other/docs", target_is_directory=True)
    assert names("link") == ["link/a.md"]


def test_without_a_repository_the_folders_above_do_not_count() -> None:
    write("docs/a.md")
    ignore(".", "*.md")
    assert names("docs") == ["docs/a.md"]


def test_the_repository_is_found_from_below(monkeypatch: pytest.MonkeyPatch) -> None:
    write("docs/a.md", "docs/b.tmp")
    write(".git")
    ignore(".", "*.tmp")
    monkeypatch.chdir("docs")
    assert names(".") == ["a.md"]


def test_a_folder_that_is_named_is_read_even_if_it_is_ignored() -> None:
    write("private/a.md", "private/deep/b.md", "private/c.tmp", ".git/config")
    ignore(".", "private/", "*.tmp")
    assert names("private") == ["private/a.md", "private/deep/b.md"]


def test_a_file_that_is_named_is_read_even_if_it_is_ignored() -> None:
    write("a.tmp")
    ignore(".", "*.tmp")
    assert names("a.tmp") == ["a.tmp"]


def test_spaces_marks_and_carriage_returns_are_read_as_git_reads_them() -> None:
    write("a.md", "b.tmp", "c.tmp", "#d", "!e", "f ", "g")
    Path(".gitignore").write_bytes(
        b"\xef\xbb\xbfb.tmp\r\nc.tmp   \r\n\\#d\r\n\\!e\r\nf\\ \r\n \xff\n"
    )
    assert names(".") == ["a.md", "g"]


@pytest.mark.parametrize("line", ["!", "/", "//", "a\\", "[z-a]"])
def test_a_line_that_is_not_a_pattern_is_skipped(line: str) -> None:
    write("a.md", "b.tmp")
    ignore(".", line, "*.tmp")
    assert names(".") == ["a.md"]


def test_a_gitignore_that_is_a_folder_has_no_rules() -> None:
    write("a.md", ".gitignore/b.md")
    assert names(".") == ["a.md"]


def test_exclude_holds_for_names_as_they_are_shown() -> None:
    write("docs/a.md", "docs/drafts/b.md", "docs/deep/drafts/c.md", "docs/d.tmp")
    assert names("docs", exclude=("*.tmp", "docs/drafts/")) == [
        "docs/a.md",
        "docs/deep/drafts/c.md",
    ]
    assert names("./docs", exclude=("docs/*.md", "drafts", "*.tmp", "!drafts")) == [
        "./docs/deep/drafts/c.md",
        "./docs/drafts/b.md",
    ]


def test_exclude_does_not_take_back_in_what_git_ignores() -> None:
    write("a.tmp", "b.md")
    ignore(".", "*.tmp")
    assert names(".", exclude=("!a.tmp",)) == ["b.md"]


def test_a_file_that_is_named_is_never_excluded() -> None:
    write("a.md")
    assert names("a.md", exclude=("*.md", "*")) == ["a.md"]


@pytest.mark.parametrize("pattern", ["docs/", "docs", "*.md", "/docs/deep/"])
def test_a_folder_of_which_all_is_excluded_is_an_error(pattern: str) -> None:
    write("docs/deep/a.md")
    (error,) = read_prompts(["docs/deep"], exclude=[pattern]).errors
    assert error.message == "no text files in 'docs/deep'"
    assert error.hint


@pytest.mark.parametrize("pattern", ["!", "/", "a\\", "[z-a]"])
def test_an_exclude_that_is_not_a_pattern_is_refused_before_anything_is_read(pattern: str) -> None:
    with pytest.raises(InputError, match="not a pattern: ") as caught:
        read_prompts(["-"], exclude=[pattern], stdin=pytest.fail)
    assert caught.value.hint


def test_binary_files_are_skipped_with_a_note() -> None:
    write("docs/a.md")
    Path("docs/b.png").write_bytes(b"\x89PNG\0")
    reading = read_prompts(["docs/"])
    assert [prompt.name for prompt in reading.prompts] == ["docs/a.md"]
    assert reading.notes == (warning("binary_files_skipped", files=("b.png",), folder="docs/"),)
    assert sentences(reading.notes) == ["skipped 1 binary file under docs/: b.png"]


def test_a_note_names_three_files_and_counts_the_others() -> None:
    write("docs/z.md")
    for name in "abc":
        Path("docs", f"{name}.png").write_bytes(b"\0")
    assert sentences(read_prompts(["docs"]).notes) == [
        "skipped 3 binary files under docs: a.png, b.png, c.png"
    ]
    Path("docs/d.png").write_bytes(b"\0")
    Path("docs/deep").mkdir()
    Path("docs/deep/e.png").write_bytes(b"\0")
    assert sentences(read_prompts(["docs"]).notes) == [
        "skipped 5 binary files under docs: a.png, b.png, c.png and 2 more"
    ]


@pytest.mark.parametrize("content", [None, b"\0"])
def test_a_folder_without_text_is_an_error(content: bytes | None) -> None:
    Path("docs").mkdir()
    if content is not None:
        Path("docs/a.png").write_bytes(content)
    reading = read_prompts(["docs"])
    assert [error.message for error in reading.errors] == ["no text files in 'docs'"]
    assert len(reading.notes) == (content is not None)


def test_an_empty_file_is_text() -> None:
    Path("docs").mkdir()
    Path("docs/a.md").touch()
    assert names("docs") == ["docs/a.md"]


def test_a_folder_whose_only_file_was_read_before_is_not_an_error() -> None:
    write("docs/a.md")
    reading = read_prompts(["docs/a.md", "docs"])
    assert (len(reading.prompts), reading.errors) == (1, ())


def test_a_folder_whose_only_file_is_undecodable_has_that_error_only() -> None:
    Path("docs").mkdir()
    Path("docs/a.md").write_bytes(b"\xff")
    (error,) = read_prompts(["docs"]).errors
    assert error.message == "'docs/a.md' is not UTF-8: byte 0xff at offset 0"


def test_a_closed_folder_is_an_error_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def closing(path: str) -> Iterator[os.DirEntry[str]]:
        if path == "docs/closed/":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    write("docs/a.md", "docs/closed/b.md", "docs/open/c.md")
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", closing)
    reading = read_prompts(["docs"])
    assert [prompt.name for prompt in reading.prompts] == ["docs/a.md", "docs/open/c.md"]
    assert [error.message for error in reading.errors] == [
        "cannot read 'docs/closed/': Permission denied"
    ]


@pytest.mark.parametrize("where", ["docs", "."])
def test_a_folder_whose_rules_cannot_be_read_is_not_read(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closing(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    write("docs/a.md", ".git/config")
    ignore(where, "*.tmp")
    monkeypatch.setattr(Path, "read_bytes", closing)
    reading = read_prompts(["docs"])
    assert reading.prompts == ()
    (error,) = reading.errors
    assert ".gitignore': Permission denied" in error.message


def test_a_file_whose_kind_is_kept_secret_is_opened_to_learn_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closing(path: Path) -> bool:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied", str(path))
        return is_file(path)

    write("docs/a.md", "docs/b.md")
    is_file = Path.is_file
    monkeypatch.setattr(Path, "is_file", closing)
    assert names("docs") == ["docs/a.md", "docs/b.md"]


def test_rules_without_a_pattern_are_asked_about_no_name() -> None:
    write("docs/a.md", "docs/b.tmp")
    ignore("docs", "# nothing but a comment")
    ignore("docs/c", "*.tmp")
    layers = [gitignore(Path(f"{name}.gitignore"), base=name) for name in ("", "docs/", "docs/c/")]
    assert [rules.base for rules in with_patterns([exclusions(()), *layers])] == ["docs/c/"]
    assert names("docs") == ["docs/a.md", "docs/b.tmp"]
