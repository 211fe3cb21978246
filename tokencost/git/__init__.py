"""Git repositories: refs, merge bases, and what files were; nothing else starts a process."""

from tokencost.git.comparison import Comparison, FileChange, FileStatus, compare, compare_on_disk
from tokencost.git.objects import read_file
from tokencost.git.repository import (
    Commit,
    Repository,
    find_commit,
    find_merge_base,
    find_repository,
    is_ignored_file,
)
from tokencost.git.work_tree import find_reencoded

__all__ = [
    "Commit",
    "Comparison",
    "FileChange",
    "FileStatus",
    "Repository",
    "compare",
    "compare_on_disk",
    "find_commit",
    "find_merge_base",
    "find_reencoded",
    "find_repository",
    "is_ignored_file",
    "read_file",
]
