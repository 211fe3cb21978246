"""Files that patterns select below a folder: none outside of it, whatever leads there."""

from pathlib import Path

import pytest

from tokencost.inputs.file_list import select_files
from tokencost.inputs.gitignore import Globs


def selected(root: Path, *patterns: str) -> tuple[tuple[str, ...], list[str]]:
    files = select_files(root, [Globs.of(patterns)], exclude=Globs.of(()))
    return files.names, [error.message for error in files.errors]


@pytest.fixture
def project(folder: Path) -> Path:
    """Make a folder with a file, beside another folder with one."""
    for name in ("project", "others"):
        (folder / name).mkdir()
        (folder / name / "a.md").write_text("hello", encoding="utf-8")
    return folder / "project"


@pytest.mark.posix
@pytest.mark.parametrize(
    ("link", "to", "pattern", "name"),
    [
        ("", "", "/../others/*.md", "../others"),
        ("b.md", "../others/a.md", "*.md", "b.md"),
        ("linked", "../others", "linked/*.md", "linked"),
        ("c.md", "/etc/passwd", "*.md", "c.md"),
    ],
)
def test_what_leads_out_of_the_folder_is_an_error(
    project: Path, link: str, to: str, pattern: str, name: str
) -> None:
    if link:
        (project / link).symlink_to(to)
    names, errors = selected(project, pattern)
    assert set(names) <= {"a.md"}
    assert errors == [f"{name!r} leads out of {str(project)!r}"]


@pytest.mark.posix
def test_a_link_within_the_repository_is_followed(project: Path) -> None:
    (project / "b.md").symlink_to("../others/a.md")
    (project / "here.md").symlink_to("a.md")
    assert selected(project, "here.md") == (("here.md",), [])
    (project.parent / ".git").mkdir()
    assert selected(project, "*.md") == (("a.md", "b.md", "here.md"), [])
