import os
from pathlib import Path

import pytest

from tests.repositories import Checkout
from tokencost.errors import GitError
from tokencost.git import (
    Comparison,
    FileStatus,
    compare,
    compare_on_disk,
    find_repository,
    renames,
)

LONG = "".join(f"line {number} of a prompt that says what to do\n" for number in range(50))


@pytest.fixture
def project(tmp_path: Path) -> Checkout:
    """A branch that left main after its first commit."""
    project = Checkout.create(tmp_path / "project")
    project.commit({"prompts/a.md": "a\n", "prompts/b.md": LONG, "prompts/c.md": "c\n"})
    project.git("switch", "-q", "-c", "branch")
    return project


def comparison(
    project: Checkout, base: str = "main", head: str | None = None, *, folder: str = ""
) -> Comparison:
    return compare(find_repository(project.folder / folder), base, head, wants=is_prompt)


def is_prompt(path: str) -> bool:
    return path.startswith("prompts/")


def changes(project: Checkout, base: str = "main", head: str | None = None) -> list[str]:
    """Return the changes in the work tree and, as they are committed, in the commit."""
    result = comparison(project, base, head)
    assert not result.failures
    return [
        f"{change.kind} {change.path}"
        if change.was in (None, change.path)
        else f"{change.kind} {change.was} to {change.path}"
        for change in result.changes
    ]


def test_a_changed_file_has_both_contents(project: Checkout) -> None:
    project.commit({"prompts/a.md": "longer\n"})
    (change,) = comparison(project).changes
    assert (change.kind, change.path, change.was) == (
        FileStatus.CHANGED,
        "prompts/a.md",
        "prompts/a.md",
    )
    assert (change.base, change.head) == (b"a\n", b"longer\n")


def test_what_only_main_has_changed_since_is_not_a_change_of_the_branch(project: Checkout) -> None:
    project.commit({"prompts/a.md": "mine\n"})
    project.git("switch", "-q", "main")
    project.commit({"prompts/b.md": "theirs\n", "prompts/d.md": "new on main\n"})
    project.git("switch", "-q", "branch")
    assert changes(project) == ["changed prompts/a.md"]
    assert changes(project, "main", "branch") == ["changed prompts/a.md"]


def test_the_work_tree_counts_without_a_head_and_not_with_one(project: Checkout) -> None:
    project.write({"prompts/a.md": "not committed\n", "prompts/new.md": "untracked\n"})
    project.write({"prompts/c.md": None, ".gitignore": "*.log\n", "prompts/x.log": "ignored"})
    assert changes(project) == [
        "changed prompts/a.md",
        "deleted prompts/c.md",
        "added prompts/new.md",
    ]
    assert changes(project, "main", "HEAD") == []


@pytest.mark.parametrize("step", ["nothing", "git add", "git commit"])
def test_a_file_that_is_moved_is_renamed_whether_git_tracks_it_yet(
    project: Checkout, step: str
) -> None:
    project.write({"prompts/b.md": None, "prompts/deep/moved.md": LONG})
    if step != "nothing":
        project.git("add", "-A")
    if step == "git commit":
        project.git("commit", "-q", "-m", "move")
    assert changes(project) == ["renamed prompts/b.md to prompts/deep/moved.md"]


@pytest.mark.parametrize("step", ["nothing", "git add"])
def test_a_file_that_is_moved_and_edited_is_renamed(project: Checkout, step: str) -> None:
    project.write({"prompts/b.md": None, "prompts/moved.md": f"{LONG}one more line\n"})
    if step == "git add":
        project.git("add", "-A")
    (change,) = comparison(project).changes
    assert (change.kind, change.was) == (FileStatus.RENAMED, "prompts/b.md")
    assert (change.base, change.head) == (LONG.encode(), f"{LONG}one more line\n".encode())


def test_a_file_that_shares_less_than_half_is_another_one(project: Checkout) -> None:
    project.write({"prompts/b.md": None, "prompts/new.md": "something else\n" * 50})
    assert changes(project) == ["deleted prompts/b.md", "added prompts/new.md"]


def test_a_file_from_outside_was_added_unless_it_is_followed(project: Checkout) -> None:
    project.git("switch", "-q", "main")
    project.commit({"drafts/x.md": LONG[40:]})
    project.git("switch", "-q", "-c", "promote")
    project.git("mv", "drafts/x.md", "prompts/x.md")
    assert changes(project) == ["added prompts/x.md"]
    repository = find_repository(project.folder)
    (change,) = compare_on_disk(repository, "main", ["prompts/x.md"]).changes
    assert (change.kind, change.was) == (FileStatus.RENAMED, "drafts/x.md")


def test_unchanged_files_come_with_their_content(project: Checkout) -> None:
    project.write({"prompts/a.md": "longer\n"})
    unchanged = {"prompts/b.md": LONG.encode(), "prompts/c.md": b"c\n"}
    assert comparison(project).unchanged == unchanged


NAMES = ["with space.md", "100%.md", "line\nbreak.md", "提示.md", "-o.md", 'quo"te.md', "tab\t.md"]


@pytest.mark.posix
@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"\xff.md")])
def test_names_may_be_anything(project: Checkout, name: str) -> None:
    project.git("switch", "-q", "main")
    project.commit({f"prompts/{name}": LONG[:-20]})
    project.git("switch", "-q", "-C", "branch")
    project.write({f"prompts/{name}": "changed"})
    assert changes(project) == [f"changed prompts/{name}"]
    project.git("mv", f"prompts/{name}", f"prompts/deep {name}")
    project.write({f"prompts/deep {name}": LONG[:-20]})
    assert changes(project) == [f"renamed prompts/{name} to prompts/deep {name}"]


def test_paths_are_those_of_the_repository_from_a_folder_in_it(project: Checkout) -> None:
    project.write({"prompts/a.md": "longer\n"})
    (change,) = comparison(project, folder="prompts").changes
    assert change.path == "prompts/a.md"


def test_a_second_work_tree_has_its_own_branch_and_files(project: Checkout, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", "-b", "second", str(tmp_path / "second"), "main")
    second = Checkout(folder=tmp_path / "second")
    second.write({"prompts/a.md": "of the second\n"})
    assert changes(second) == ["changed prompts/a.md"]
    assert changes(project) == []


def test_a_submodule_is_a_repository_of_its_own(project: Checkout, tmp_path: Path) -> None:
    whole = Checkout.create(tmp_path / "whole")
    whole.commit({"prompts/own.md": "own\n"})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    whole.git(*add, project.folder.as_uri(), "prompts/module")
    whole.commit({})
    module = Checkout(folder=whole.folder / "prompts/module")
    module.git("switch", "-q", "-c", "work", "origin/main")
    module.write({"prompts/a.md": "longer\n"})
    assert changes(module, "origin/main") == ["changed prompts/a.md"]
    assert changes(whole) == ["changed prompts/module/prompts/a.md"]
    module.commit({"prompts/d.md": "new\n"})
    both = ["changed prompts/module/prompts/a.md", "added prompts/module/prompts/d.md"]
    assert changes(whole) == both
    whole.git("switch", "-q", "-c", "bump")
    assert changes(whole, head="HEAD") == []
    whole.commit({})
    assert changes(whole) == changes(whole, head="HEAD") == both
    (change, _) = comparison(whole).changes
    assert (change.base, change.head) == (b"a\n", b"longer\n")
    named = ["prompts/own.md", "prompts/module/prompts/a.md", "prompts/module/prompts/b.md"]
    result = compare_on_disk(find_repository(whole.folder), "main", named)
    assert [change.path for change in result.changes] == ["prompts/module/prompts/a.md"]
    assert result.failures == {}


@pytest.mark.parametrize("head", [None, "HEAD"])
def test_what_a_clone_leaves_out_of_a_submodule_at_another_commit_is_a_failure(
    project: Checkout, tmp_path: Path, head: str | None
) -> None:
    """As a clone has it: nobody can tell what has grown in there."""
    whole = Checkout.create(tmp_path / "whole")
    whole.commit({"prompts/own.md": "own\n"})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    whole.git(*add, project.folder.as_uri(), "prompts/module")
    whole.commit({})
    whole.git("switch", "-q", "-c", "bump")
    module = Checkout(folder=whole.folder / "prompts/module")
    module.commit({"prompts/a.md": "longer\n"})
    whole.commit({})
    whole.git("submodule", "deinit", "-q", "-f", "--all")
    assert list(comparison(whole, head=head).failures) == ["prompts/module"]
    assert comparison(whole, "bump", head=head).failures == {}  # the commit is the same


def test_a_submodule_whose_commit_of_then_is_not_here_is_a_failure(
    project: Checkout, tmp_path: Path
) -> None:
    whole = Checkout.create(tmp_path / "whole")
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    whole.git(*add, project.folder.as_uri(), "prompts/module")
    whole.git("update-index", "--cacheinfo", f"160000,{'1' * 40},prompts/module")
    whole.git("commit", "-q", "-m", "a commit that nobody has")
    result = comparison(whole)
    names = [f"prompts/module/prompts/{name}.md" for name in "abc"]
    assert sorted(result.failures) == names
    assert 'in the submodule "prompts/module"' in result.failures[names[0]].message


@pytest.mark.parametrize("is_named", [True, False])
def test_files_in_the_place_of_a_submodule_are_not_as_they_were(
    project: Checkout, tmp_path: Path, *, is_named: bool
) -> None:
    whole = Checkout.create(tmp_path / "whole")
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    whole.git(*add, project.folder.as_uri(), "prompts/module")
    whole.commit({})
    whole.git("submodule", "deinit", "-q", "-f", "--all")
    assert comparison(whole).failures == {}
    whole.write({"prompts/module/a.md": "put there"})
    repository, name = find_repository(whole.folder), "prompts/module/a.md"
    named = [name] if is_named else []
    wants = (lambda _: False) if is_named else is_prompt
    assert list(compare_on_disk(repository, "main", named, wants=wants).failures) == [name]


def test_what_the_environment_says_of_a_repository_is_not_for_its_submodules(
    project: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a hook, where git names the repository and the index that it works with."""
    whole = Checkout.create(tmp_path / "whole")
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    whole.git(*add, project.folder.as_uri(), "prompts/module")
    whole.commit({})
    whole.write({"prompts/module/prompts/a.md": "longer\n"})
    monkeypatch.setenv("GIT_DIR", str(whole.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(whole.folder / ".git/index"))
    monkeypatch.chdir(whole.folder)
    assert changes(whole) == ["changed prompts/module/prompts/a.md"]


def test_neither_index_nor_work_tree_is_touched(project: Checkout) -> None:
    project.write({"prompts/a.md": "a\n", "prompts/new.md": "new\n"})
    os.utime(project.folder / "prompts/b.md", (1, 1))  # git would refresh its index for that
    index = project.folder / ".git/index"
    before = index.read_bytes(), sorted(path.name for path in (project.folder / ".git").iterdir())
    assert changes(project) == ["added prompts/new.md"]
    after = index.read_bytes(), sorted(path.name for path in (project.folder / ".git").iterdir())
    assert before == after


def test_an_edit_of_the_same_size_and_time_is_seen(project: Checkout) -> None:
    """Git compares sizes and times; it looks into what was written with its index."""
    path = project.folder / "prompts/a.md"
    path.write_bytes(b"b\n")
    assert changes(project) == ["changed prompts/a.md"]


@pytest.mark.parametrize(
    "options",
    [["--assume-unchanged"], ["--skip-worktree"], ["--assume-unchanged", "--skip-worktree"]],
)
def test_a_change_is_seen_where_git_was_told_not_to_look(
    project: Checkout, options: list[str]
) -> None:
    for option in options:
        project.git("update-index", option, "prompts/a.md")
    assert changes(project) == []
    project.write({"prompts/a.md": "changed all the same\n"})
    assert changes(project) == ["changed prompts/a.md"]


def test_a_sparse_checkout_has_deleted_nothing(project: Checkout) -> None:
    project.commit({"other/x.md": "x\n"})
    project.git("sparse-checkout", "set", "other")
    assert not (project.folder / "prompts").exists()
    assert changes(project) == []
    assert len(comparison(project).unchanged) == 3


def test_a_conflict_is_judged_as_it_stands_in_the_file(project: Checkout) -> None:
    project.commit({"prompts/a.md": "mine\n"})
    project.git("switch", "-q", "-c", "other", "main")
    project.commit({"prompts/a.md": "theirs\n"})
    project.git("-c", "merge.conflictStyle=merge", "merge-tree", "main", "branch", "other")
    with pytest.raises(AssertionError):
        project.git("merge", "-q", "branch")
    (change,) = comparison(project).changes
    assert change.head == (project.folder / "prompts/a.md").read_bytes()
    assert b"<<<<<<<" in change.head


def test_a_repository_named_by_sha256_is_compared_too(tmp_path: Path) -> None:
    project = Checkout.create(tmp_path / "new", "--object-format=sha256")
    project.commit({"prompts/a.md": "a\n", "prompts/b.md": LONG})
    project.write({"prompts/a.md": "b\n", "prompts/b.md": None, "prompts/c.md": LONG})
    assert changes(project) == ["changed prompts/a.md", "renamed prompts/b.md to prompts/c.md"]


def test_a_new_repository_without_a_commit_has_no_head(tmp_path: Path) -> None:
    with pytest.raises(GitError, match='unknown ref "HEAD"'):
        comparison(Checkout.create(tmp_path / "new"))


def on_disk(project: Checkout, *named: str) -> Comparison:
    return compare_on_disk(find_repository(project.folder), "main", named)


def test_a_named_file_may_be_ignored(project: Checkout) -> None:
    project.git("rm", "-q", "--cached", "prompts/b.md")
    project.write({".gitignore": "prompts/\n", "prompts/a.md": "a\n", "prompts/b.md": f"{LONG}x"})
    project.write({"prompts/new.md": "new"})
    result = on_disk(project, "prompts/a.md", "prompts/b.md", "prompts/new.md")
    assert [(change.kind, change.path) for change in result.changes] == [
        (FileStatus.CHANGED, "prompts/b.md"),
        (FileStatus.ADDED, "prompts/new.md"),
    ]


@pytest.mark.posix
def test_a_named_file_behind_a_link_is_the_file_itself(project: Checkout) -> None:
    (project.folder / "alias").symlink_to("prompts")
    (project.folder / "one.md").symlink_to("prompts/a.md")
    project.write({"prompts/a.md": "longer\n"})
    result = on_disk(project, "alias/a.md", "one.md", "prompts/a.md", "alias/b.md")
    assert [(change.path, change.base) for change in result.changes] == [
        ("alias/a.md", b"a\n"),
        ("one.md", None),
        ("prompts/a.md", b"a\n"),
    ]


def test_a_named_file_of_another_repository_is_a_failure(project: Checkout, tmp_path: Path) -> None:
    inner = Checkout.create(project.folder / "prompts/inner")
    inner.commit({"x.md": "x"})
    (tmp_path / "outside.md").write_text("x")
    result = on_disk(project, "prompts/inner/x.md", "../outside.md")
    assert sorted(result.failures) == ["../outside.md", "prompts/inner/x.md"]
    assert result.changes == ()


def test_a_former_content_has_the_line_ends_of_the_file_on_this_disk(project: Checkout) -> None:
    project.write({".gitattributes": "*.md text", "prompts/a.md": "a\r\nb\r\n"})
    project.write({"prompts/b.md": LONG.replace("\n", "\r\n")})
    (change,) = on_disk(project, "prompts/a.md", "prompts/b.md").changes
    assert (change.base, change.head) == (b"a\r\n", b"a\r\nb\r\n")


def text_of(number: int, lines: int) -> str:
    """Return a text that no other number has."""
    return "".join(f"{number}: line {line} of a prompt\n" for line in range(lines))


@pytest.mark.parametrize("is_committed", [True, False])
def test_thousands_of_files_that_were_moved_and_edited_are_followed(
    project: Checkout, *, is_committed: bool
) -> None:
    """Git itself gives up at a thousand, or at names that are not the same."""
    project.git("switch", "-q", "main")
    project.commit({f"prompts/{number}.md": text_of(number, 9) for number in range(1_100)})
    project.git("switch", "-q", "-C", "branch")
    project.write({f"prompts/{number}.md": None for number in range(1_100)})
    project.write({f"prompts/new {number}.md": text_of(number, 10) for number in range(1_100)})
    if is_committed:
        project.commit({})
    result = comparison(project)
    renamed = {change.path: change.was for change in result.changes}
    assert len(renamed) == 1_100
    assert renamed["prompts/new 700.md"] == "prompts/700.md"
    assert {change.kind for change in result.changes} == {FileStatus.RENAMED}
    assert result.unsearched == {}


def test_where_there_is_too_much_to_compare_it_is_told(
    project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renames, "_MOST_COMPARED", 30)
    project.write({"prompts/b.md": None, "prompts/a.md": None})
    project.write({"prompts/moved.md": f"{LONG}one more line\n", "prompts/again.md": "a\n"})
    result = comparison(project)
    assert {change.path: change.was for change in result.changes} == {
        "prompts/again.md": "prompts/a.md",  # the same object
        "prompts/b.md": "prompts/b.md",
        "prompts/moved.md": None,
    }
    assert list(result.unsearched) == ["prompts/moved.md"]
    assert "to tell what was renamed" in result.unsearched["prompts/moved.md"].message


def test_a_file_of_a_million_lines_is_not_taken_apart(project: Checkout) -> None:
    project.git("switch", "-q", "main")
    project.commit({"prompts/lines.md": "\n" * 2_000_000})
    project.git("switch", "-q", "-C", "branch")
    project.write({"prompts/lines.md": None, "prompts/more.md": "\n" * 2_000_001})
    assert list(comparison(project).unsearched) == ["prompts/more.md"]


def test_one_name_goes_before_a_file_that_is_more_alike(project: Checkout) -> None:
    """Of prompts that share a preamble each stays itself when their folder moves."""
    project.git("switch", "-q", "main")
    shared, pairs = text_of(0, 40), [("x", "y"), ("y", "z")]
    project.commit({f"old/{name}.md": f"{shared}{name}\n" for name in "xyz"})
    project.git("switch", "-q", "-C", "branch")
    project.write({f"old/{name}.md": None for name in "xyz"})
    project.write({f"prompts/{name}.md": f"{shared}{other}\n" for name, other in pairs})
    named = ["prompts/x.md", "prompts/y.md"]
    result = compare_on_disk(find_repository(project.folder), "main", named)
    assert {change.path: change.was for change in result.changes} == {
        "prompts/x.md": "old/y.md",
        "prompts/y.md": "old/z.md",
    }
    project.write({f"prompts/{name}.md": f"{shared}now {other}\n" for name, other in pairs})
    result = compare_on_disk(find_repository(project.folder), "main", named)
    assert {change.path: change.was for change in result.changes} == {
        "prompts/x.md": "old/x.md",
        "prompts/y.md": "old/y.md",
    }


@pytest.mark.posix
def test_files_behind_a_link_to_a_folder_are_compared_at_its_path(project: Checkout) -> None:
    project.git("switch", "-q", "main")
    project.commit({"prompts/sub/x.md": "short\n", "big/x.md": LONG, "big/more/y.md": "y\n"})
    project.git("switch", "-q", "-C", "branch")
    (project.folder / "prompts/sub/x.md").unlink()
    (project.folder / "prompts/sub").rmdir()
    (project.folder / "prompts/sub").symlink_to("../big")
    (project.folder / "prompts/circle").symlink_to("..")
    project.git("add", "prompts/sub")
    project.git("commit", "-q", "-m", "link")
    expected = ["added prompts/sub/more/y.md", "changed prompts/sub/x.md"]
    assert changes(project, "main", "HEAD") == expected
    assert {*expected} <= {*changes(project)}
    (_, change) = comparison(project, "main", "HEAD").changes
    assert (change.base, change.head) == (b"short\n", LONG.encode())


@pytest.mark.posix
def test_a_link_to_a_folder_whose_files_are_compared_themselves_adds_nothing(
    project: Checkout,
) -> None:
    project.commit({"prompts/v1/x.md": "x\n"})
    (project.folder / "prompts/latest").symlink_to("v1")
    (project.folder / "prompts/self").symlink_to(".")
    assert changes(project) == ["added prompts/v1/x.md"]


def test_a_submodule_at_another_commit_that_is_not_checked_out_is_a_failure(
    project: Checkout, tmp_path: Path
) -> None:
    other = Checkout.create(tmp_path / "other")
    other.commit({"x.md": "x\n"})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.folder))
    project.git(*add, "prompts/sub")
    project.git("commit", "-q", "-m", "submodule")
    start = project.git("rev-parse", "HEAD")
    Checkout(folder=project.folder / "prompts/sub").commit({"x.md": "longer\n"})
    project.git("commit", "-q", "-a", "-m", "moved on")
    assert changes(project, start, "HEAD") == ["changed prompts/sub/x.md"]
    project.git("submodule", "deinit", "-q", "-f", "prompts/sub")
    assert comparison(project, start, "HEAD").failures.keys() == {"prompts/sub"}


def test_files_of_a_repository_inside_that_is_no_submodule_are_failures(project: Checkout) -> None:
    Checkout.create(project.folder / "prompts/inner").commit({"x.md": "x\n"})
    Checkout.create(project.folder / "lib").commit({"x.md": "x\n"})
    assert comparison(project).failures.keys() == {"prompts/inner/x.md"}
