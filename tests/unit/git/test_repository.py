import os
from pathlib import Path

import pytest

from tests.repositories import Checkout
from tokencost.errors import GitError
from tokencost.git import compare, find_commit, find_merge_base, find_repository, repository


@pytest.fixture
def project(tmp_path: Path) -> Checkout:
    """Four commits on main, and two on a branch that left it after the second."""
    project = Checkout.create(tmp_path / "project")
    project.commit({"a.md": "1"})
    project.commit({"a.md": "2"})
    project.git("branch", "branch")
    project.commit({"a.md": "3"})
    project.commit({"a.md": "4"})
    project.git("switch", "-q", "branch")
    project.commit({"b.md": "1"})
    project.commit({"b.md": "2"})
    return project


def error(folder: Path, base: str = "main", head: str | None = None) -> tuple[str, str]:
    with pytest.raises(GitError) as raised:
        compare(find_repository(folder), base, head, wants=lambda _: True)
    return raised.value.message, raised.value.hint


def test_the_merge_base_is_where_the_branch_left(project: Checkout) -> None:
    repository = find_repository(project.folder)
    base = find_merge_base(
        repository, find_commit(repository, "main"), find_commit(repository, "branch")
    )
    assert base.oid == project.git("rev-parse", "main~2")


@pytest.mark.parametrize(
    "name", ["nope", "HEAD~9", "HEAD@{9}", "@{upstream}", "HEAD:a.md", "f" * 40]
)
def test_a_ref_that_is_missing_is_an_error_with_the_next_step(project: Checkout, name: str) -> None:
    message, hint = error(project.folder, name)
    assert message == f'unknown ref "{name}"'
    assert "git fetch origin" in hint


@pytest.mark.parametrize("name", ["", "-x", "--output=x", "a\nb", "a\0b"])
def test_what_is_not_a_ref_never_reaches_git(project: Checkout, name: str) -> None:
    assert error(project.folder, name)[0].endswith("is not a ref")


def test_two_refs_in_one_are_taken_apart_in_the_hint(project: Checkout) -> None:
    assert error(project.folder, "main..branch")[1] == "give two: main branch"
    assert error(project.folder, "main...")[1] == "give two: main HEAD"


def test_a_branch_that_is_only_at_the_remote_is_suggested(
    project: Checkout, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone")
    message, hint = error(clone.folder, "main")
    assert (message, hint) == ('unknown ref "main"', "did you mean origin/main?")


def test_a_name_of_a_branch_and_a_tag_is_refused(project: Checkout) -> None:
    project.git("tag", "main", "branch")
    message, hint = error(project.folder)
    assert message.startswith('"main" names both')
    assert hint == "write refs/heads/main or refs/tags/main"
    commit = find_commit(find_repository(project.folder), "refs/heads/main")
    assert commit.oid == project.git("rev-parse", "refs/heads/main")


def test_no_repository_is_an_error_with_the_next_step(tmp_path: Path) -> None:
    message, hint = error(tmp_path)
    assert message == f'"{tmp_path}" is not in a git repository'
    assert hint


def test_a_bare_repository_has_no_work_tree(tmp_path: Path) -> None:
    bare = Checkout.create(tmp_path / "bare", "--bare")
    assert error(bare.folder)[0].endswith("has no work tree")


def test_histories_that_never_met_have_no_base(project: Checkout) -> None:
    project.git("switch", "-q", "--orphan", "other")
    project.commit({"c.md": "c"})
    assert error(project.folder)[0] == '"main" and "HEAD" have no commit in common'


def test_a_shallow_history_says_what_to_fetch(project: Checkout, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", "--depth=1", "--no-single-branch", "-b", "branch")
    message, hint = error(clone.folder, "origin/main")
    assert message.startswith("the history is shallow")
    assert "git fetch --unshallow" in hint
    assert "fetch-depth: 0" in hint
    clone.git("fetch", "-q", "--unshallow")
    repository = find_repository(clone.folder)
    assert compare(repository, "origin/main", None, wants=lambda _: True).changes


def test_a_ref_that_a_shallow_clone_left_out_says_what_to_fetch(
    project: Checkout, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone", "--depth=1", "-b", "branch")
    assert error(clone.folder, "origin/main")[1].startswith(
        "fetch it: git fetch origin main --unshallow"
    )


def test_a_shallow_history_that_reaches_the_base_is_enough(
    project: Checkout, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone", "--depth=3", "--no-single-branch", "-b", "branch")
    repository = find_repository(clone.folder)
    assert repository.is_shallow
    comparison = compare(repository, "origin/main", None, wants=lambda _: True)
    assert [change.path for change in comparison.changes] == ["b.md"]


def test_a_base_below_a_cut_in_the_history_is_not_believed(
    project: Checkout, tmp_path: Path
) -> None:
    """The branch took in what main had later; where that is cut off, only an older base is left."""
    project.git("merge", "-q", "--no-edit", "main")
    project.commit({"b.md": "3"})
    clone = project.clone(tmp_path / "clone", "--no-single-branch", "-b", "branch")
    better = clone.git("rev-parse", "origin/main")
    merge = clone.git("rev-parse", "HEAD~1")
    assert clone.git("merge-base", "origin/main", "HEAD") == better
    (clone.folder / ".git/shallow").write_text(f"{merge}\n")
    assert error(clone.folder, "origin/main")[0].startswith("the history is shallow")


def test_a_repository_of_somebody_else_is_not_opened(
    project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    message, hint = error(project.folder)
    assert message.startswith("git does not trust the repository of")
    assert hint.startswith("if you do: git config --global --add safe.directory ")


def test_without_git_the_error_says_so(project: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    repository._program.cache_clear()
    assert error(project.folder)[0] == "git is not installed"
    repository._program.cache_clear()


def test_a_partial_clone_fetches_nothing_by_itself(project: Checkout, tmp_path: Path) -> None:
    options = ("--filter=blob:none", "--no-checkout", "-b", "branch")
    clone = project.clone(tmp_path / "clone", *options)
    message, hint = error(clone.folder, "origin/main", "HEAD")
    assert message.startswith("the clone is partial")
    assert "git fetch" in hint


def test_a_clone_without_folders_says_so(project: Checkout, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", "--filter=tree:0", "--no-checkout", "-b", "branch")
    assert error(clone.folder, "origin/main", "HEAD")[0].startswith("the clone is partial")
