"""What git does to files on their way to disk is not a change of theirs; no program is run."""

import stat
from hashlib import sha256
from pathlib import Path

import pytest

from tests.repositories import Checkout
from tokencost.git import Comparison, compare, find_repository

TEXT = "first line\nsecond line\n"
WINDOWS = TEXT.replace("\n", "\r\n")


@pytest.fixture
def project(tmp_path: Path) -> Checkout:
    return Checkout.create(tmp_path / "project")


def comparison(project: Checkout, head: str | None = None) -> Comparison:
    return compare(
        find_repository(project.folder), "main", head, wants=lambda path: path.endswith(".md")
    )


def contents(project: Checkout, head: str | None = None) -> list[tuple[bytes | None, bytes | None]]:
    return [(change.base, change.head) for change in comparison(project, head).changes]


@pytest.mark.parametrize(
    "attributes", ["*.md text", "*.md text=auto", "*.md eol=crlf", "*.md crlf"]
)
def test_line_ends_that_git_converts_are_not_a_change(project: Checkout, attributes: str) -> None:
    project.commit({".gitattributes": attributes, "a.md": TEXT, "b.md": TEXT})
    project.write({"a.md": WINDOWS})
    assert comparison(project).changes == ()
    project.write({"b.md": f"{WINDOWS}third line\r\n"})
    assert contents(project) == [(TEXT.encode(), f"{TEXT}third line\n".encode())]


def test_line_ends_are_converted_where_the_user_has_it_so(project: Checkout) -> None:
    project.commit({"a.md": TEXT, "b.md": WINDOWS})
    project.git("config", "core.autocrlf", "true")
    project.write({"a.md": WINDOWS, "b.md": f"{WINDOWS}third line\r\n"})
    assert contents(project) == [(WINDOWS.encode(), f"{WINDOWS}third line\r\n".encode())]


@pytest.mark.parametrize("attributes", ["", "*.md -text", "*.md binary"])
def test_line_ends_that_git_keeps_are_a_change(project: Checkout, attributes: str) -> None:
    project.commit({".gitattributes": attributes, "a.md": TEXT})
    project.write({"a.md": WINDOWS})
    assert contents(project) == [(TEXT.encode(), WINDOWS.encode())]


def test_an_encoding_of_the_work_tree_is_not_a_change(project: Checkout) -> None:
    project.write(
        {".gitattributes": "*.md working-tree-encoding=UTF-16", "a.md": TEXT.encode("utf-16")}
    )
    project.commit({})
    assert comparison(project).unchanged == {"a.md": TEXT.encode()}
    project.write({"a.md": "\u4f60".encode("utf-16")})
    assert contents(project) == [(TEXT.encode(), "\u4f60".encode())]


def test_an_encoding_that_nobody_knows_is_a_failure(project: Checkout) -> None:
    project.commit({"a.md": TEXT})
    project.write({".gitattributes": "*.md working-tree-encoding=klingon", "a.md": "b"})
    result = comparison(project)
    assert (result.changes, list(result.failures)) == ((), ["a.md"])


def test_the_name_of_an_object_in_a_file_is_not_a_change(project: Checkout) -> None:
    project.commit({".gitattributes": "*.md ident", "a.md": "$Id$\n"})
    project.write({"a.md": "$Id: 0123456789 $\n"})
    assert comparison(project).changes == ()


@pytest.mark.posix
def test_no_program_of_the_repository_is_run(project: Checkout) -> None:
    project.commit({"a.md": TEXT, "b.md": TEXT})
    trap = project.folder / "trap.sh"
    trap.write_text("#!/bin/sh\ntouch sprung\ncat\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    for key in (
        *("filter.x.clean", "filter.x.smudge", "filter.x.process", "diff.x.textconv"),
        *("diff.x.command", "diff.external", "core.fsmonitor", "core.pager", "core.sshCommand"),
    ):
        project.git("config", key, str(trap))
    hooks = project.folder / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "fsmonitor-watchman", "post-checkout"):
        (hooks / name).write_text(trap.read_text())
        (hooks / name).chmod(0o755)
    project.write({".gitattributes": "a.md filter=x diff=x\n", "a.md": "first line\nsecond lime\n"})
    (project.folder / "sprung").unlink(missing_ok=True)
    result = comparison(project)
    assert list(result.failures) == ["a.md"]
    assert 'filter "x"' in result.failures["a.md"].message
    assert list(result.unchanged) == ["b.md"]
    comparison(project, "HEAD")
    assert not (project.folder / "sprung").exists()


def pointer(content: str) -> str:
    digest = sha256(content.encode()).hexdigest()
    size = len(content.encode())
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n"


def test_a_pointer_of_lfs_is_named_and_not_counted(project: Checkout) -> None:
    project.commit({"a.md": pointer(TEXT), "b.md": "b"})
    result = comparison(project)
    assert (list(result.failures), list(result.unchanged)) == (["a.md"], ["b.md"])
    assert result.failures["a.md"].message.startswith('"a.md" is a pointer of Git LFS')


def test_the_content_of_a_pointer_counts_where_it_is_checked_out(project: Checkout) -> None:
    """As Git LFS leaves it: the pointer in the index, the content on disk."""
    project.commit({".gitattributes": "*.md filter=lfs", "a.md": pointer(TEXT)})
    project.git("config", "filter.lfs.clean", "git-lfs clean -- %f")
    project.git("config", "filter.lfs.required", "true")
    project.write({"a.md": TEXT})
    assert comparison(project).unchanged == {"a.md": TEXT.encode()}
    project.write({"a.md": f"{TEXT}more"})
    result = comparison(project)
    assert (result.changes, result.unchanged, list(result.failures)) == ((), {}, ["a.md"])


@pytest.mark.posix
def test_a_link_is_the_file_that_it_leads_to(project: Checkout) -> None:
    project.write({"shared/a.txt": TEXT, "own.md": "own"})
    (project.folder / "deep").mkdir()
    (project.folder / "deep/link.md").symlink_to("../shared/a.txt")
    (project.folder / "twin.md").symlink_to("own.md")
    (project.folder / "folder.md").symlink_to("shared")
    project.commit({})
    assert comparison(project).unchanged == {"deep/link.md": TEXT.encode(), "own.md": b"own"}
    project.write({"shared/a.txt": "changed"})
    assert contents(project) == [(TEXT.encode(), b"changed")]


@pytest.mark.posix
@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "loop.md", "gone"])
def test_a_link_out_of_the_repository_is_a_failure(project: Checkout, target: str) -> None:
    project.commit({"a.md": TEXT})
    (project.folder / "loop.md").symlink_to(target)
    result = comparison(project)
    assert list(result.failures) == ["loop.md"]
    assert "is a symbolic link to" in result.failures["loop.md"].message
