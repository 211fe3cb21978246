import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec, RegexPattern

from tests.repositories import Checkout
from tokencost.errors import InputError
from tokencost.inputs import read_prompts
from tokencost.inputs.gitignore import Globs, linear_pattern
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


def names(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    reading = read_prompts(paths, exclude=exclude)
    assert reading.errors == ()
    return [prompt.name for prompt in reading.prompts]


def test_a_glob_stays_in_its_folder_and_leaves_folders_out() -> None:
    write("b.md", "a.md", "c.txt", "d.md/e.md")
    assert names("*.md") == ["a.md", "b.md"]


def test_two_stars_stand_for_any_number_of_folders() -> None:
    write("a.md", "docs/a.md", "docs/deep/a.md", "docs/deep/b.txt", "other/a.md")
    assert names("docs/**/*.md") == ["docs/a.md", "docs/deep/a.md"]
    assert names("**/a.md") == ["a.md", "docs/a.md", "docs/deep/a.md", "other/a.md"]
    assert names("**/deep/*") == ["docs/deep/a.md", "docs/deep/b.txt"]
    assert names("docs/**") == ["docs/a.md", "docs/deep/a.md", "docs/deep/b.txt"]
    assert names("docs/**/**/b.txt") == ["docs/deep/b.txt"]


def test_a_question_mark_and_a_set_stand_for_one_character() -> None:
    write("a1.md", "a2.md", "a3.md", "a10.md")
    assert names("a?.md") == ["a1.md", "a2.md", "a3.md"]
    assert names("a[13].md") == ["a1.md", "a3.md"]
    assert names("a[!1].md") == ["a2.md", "a3.md"]


def test_a_glob_comes_in_the_order_of_a_walk() -> None:
    write("docs/b.md", "docs/a.md", "docs/a/z.md")
    assert names("docs/**") == names("docs") == ["docs/a/z.md", "docs/a.md", "docs/b.md"]


def test_names_begin_as_the_pattern_does(folder: Path) -> None:
    write("docs/a.md")
    assert names("./docs/*.md") == ["./docs/a.md"]
    assert names(f"{folder}/d*/*.md") == [f"{folder.as_posix()}/docs/a.md"]


def test_a_name_that_begins_with_a_dot_wants_a_pattern_that_does() -> None:
    write("a.md", ".b.md", ".git/c.md", "docs/.hidden/d.md")
    assert names("**/*.md") == ["a.md"]
    assert names(".*.md") == [".b.md"]
    assert names("docs/.*/*.md") == ["docs/.hidden/d.md"]


def test_a_file_whose_name_holds_glob_characters_is_that_file() -> None:
    write("a[1].md", "a1.md")
    assert names("a[1].md") == ["a[1].md"]


def test_a_matched_name_is_never_a_pattern_itself() -> None:
    write("[x]/a.md", "x/a.md")
    assert names("[[]*/a.md") == ["[x]/a.md"]


def test_ignored_files_are_read_when_a_glob_names_them() -> None:
    write("a.md")
    Path(".gitignore").write_text("*.md\n")
    assert names("*.md") == ["a.md"]


def test_excluded_files_are_not_read_when_a_glob_names_them() -> None:
    write("docs/a.md", "docs/drafts/b.md", "docs/drafts/deep/c.md")
    assert names("docs/**", exclude=("drafts/",)) == ["docs/a.md"]
    assert names("docs/**", exclude=("docs/*.md", "c.*")) == ["docs/drafts/b.md"]


@pytest.mark.posix
def test_two_links_that_lead_upwards_do_not_multiply() -> None:
    write("docs/a.md")
    Path("docs/up").symlink_to(".", target_is_directory=True)
    Path("docs/again").symlink_to(".", target_is_directory=True)
    assert names("**/*.md") == ["docs/a.md"]


@pytest.mark.parametrize("pattern", ["*.md", "nowhere/*.md", "a.txt/*", "**/b.txt", "a.txt*/"])
def test_a_glob_that_matches_nothing_is_an_error(pattern: str) -> None:
    write("a.txt")
    (error,) = read_prompts([pattern]).errors
    assert error.message == f"no text files match {pattern!r}"
    assert error.hint


def test_binary_files_that_a_glob_brings_are_noted() -> None:
    write("a.md")
    Path("b.md").write_bytes(b"\0")
    reading = read_prompts(["*.md"])
    assert [prompt.name for prompt in reading.prompts] == ["a.md"]
    assert reading.notes == (warning("binary_files_skipped", files=("b.md",), pattern="*.md"),)
    assert sentences(reading.notes) == ["skipped 1 binary file matching *.md: b.md"]


def test_a_glob_that_brings_only_binary_files_is_an_error() -> None:
    Path("b.md").write_bytes(b"\0")
    (error,) = read_prompts(["*.md"]).errors
    assert error.message == "no text files match '*.md'"


def test_a_closed_folder_is_one_error_and_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md", "closed/b.md", "open/c.md")
    scandir = os.scandir

    def closing(path: str) -> Iterator[os.DirEntry[str]]:
        if path == "closed/":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closing)
    reading = read_prompts(["**/*.md"])
    assert [prompt.name for prompt in reading.prompts] == ["a.md", "open/c.md"]
    (error,) = reading.errors
    assert isinstance(error, InputError)
    assert error.message == "cannot read 'closed/': Permission denied"


def test_braces_stand_for_each_of_their_choices() -> None:
    write("a.md", "b.txt", "c.py", "{d}.md")
    assert names("*.{md,txt}") == ["a.md", "b.txt", "{d}.md"]
    assert names("{a,b}.{md,txt}") == ["a.md", "b.txt"]
    assert names("{d}.md") == ["{d}.md"]


def test_braces_that_stand_for_too_much_are_refused() -> None:
    (error,) = read_prompts(["{a,b}" * 20]).errors
    assert "more than 1000 patterns" in error.message


PIECES = st.sampled_from(["a", "b", "*", "?", "[ab]", "**", "/", "/**/", "."])
PATHS = st.lists(st.text("ab.", min_size=1, max_size=4), min_size=1, max_size=5).map("/".join)


@given(pattern=st.lists(PIECES, min_size=1, max_size=8).map("".join), path=PATHS)
def test_a_pattern_without_backtracking_matches_the_same_paths(pattern: str, path: str) -> None:
    try:
        (parsed,) = GitIgnoreSpec.from_lines([pattern]).patterns
    except ValueError:
        return
    assert isinstance(parsed, RegexPattern)
    if parsed.regex:
        linear = re.compile(linear_pattern(parsed.regex.pattern))
        assert bool(linear.search(path)) is bool(parsed.regex.search(path))


def test_many_stars_are_answered_at_once() -> None:
    """Forty stars over sixty letters: with backtracking more steps than anybody could wait for."""
    write(f"{'a' * 60}.md", f"{'a' * 60}b")
    Path(".gitignore").write_text("*a" * 40 + "*b\n" + "/**/a" * 20 + "/**/b\n")
    Path("/".join("a" * 30)).mkdir(parents=True)
    assert names(".") == [".gitignore", f"{'a' * 60}.md"]
    assert names(".", exclude=("*a" * 40 + "*x",)) == [".gitignore", f"{'a' * 60}.md"]


@pytest.mark.parametrize(
    ("glob", "selected"),
    [
        ("p/**/", ["p/s/b.md"]),
        ("**/", ["p/A.md", "p/[k].md", "p/s/b.md"]),
        ("*/", ["p/A.md", "p/[k].md", "p/s/b.md"]),
        ("**/s/**/", []),
        ("p/[[:upper:]].md", ["p/A.md"]),
        ("**/[[:lower:]].md", ["p/s/b.md"]),
        ("p/[[:graph:]].md", ["p/A.md"]),
        ("p/[[:punct:]]k[^[:alnum:]].md", ["p/[k].md"]),
        ("p/[^[:space:]]*", ["p/A.md", "p/[k].md", "p/s/b.md"]),
        ("p[^x]A.md", []),
        ("p[!-x]A.md", []),
        ("p/[[]k].md", ["p/[k].md"]),
    ],
)
def test_globs_select_what_git_ignores_by_them(
    folder: Path, glob: str, selected: list[str], recwarn: pytest.WarningsRecorder
) -> None:
    files = ["p/A.md", "p/[k].md", "p/s/b.md", "top.md"]
    write(*files)
    checkout = Checkout.create(folder)
    checkout.write({".gitignore": glob})
    ignored = checkout.git("ls-files", "--others", "--ignored", "--exclude-standard", "-z")
    assert list(filter(Globs.of([glob]).select, files)) == selected
    assert [name for name in ignored.split("\0") if name] == selected
    assert not recwarn.list


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("punct", "!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~"),
        ("space", "\t\n\r "),
        ("blank", "\t "),
        ("xdigit", "0123456789ABCDEFabcdef"),
        ("cntrl", "".join(map(chr, [*range(1, 32), 127]))),
        ("graph", "".join(map(chr, range(33, 127))).replace("/", "")),
        ("print", "".join(map(chr, range(32, 127))).replace("/", "")),
    ],
)
def test_a_named_class_takes_what_git_takes_for_it(name: str, members: str) -> None:
    """As `git check-ignore` of git 2.39 answers for each character of ASCII."""
    characters = list(map(chr, range(1, 128)))
    one, others = Globs.of([f"a[[:{name}:]]b"]), Globs.of([f"a[![:{name}:]]b"])
    assert "".join(c for c in characters if one.select(f"a{c}b")) == members
    rest = "".join(c for c in characters if others.select(f"a{c}b"))
    assert rest == "".join(c for c in characters if c not in members and c != "/")


def test_a_class_that_nobody_knows_is_not_a_pattern() -> None:
    with pytest.raises(InputError, match="not a pattern"):
        Globs.of(["p/[[:nope:]].md"])
