"""Which files differ between a base and a commit, or the work tree, and what is in them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from tokencost.errors import GitError
from tokencost.git.objects import is_pointer, stands_for
from tokencost.git.renames import find_renames
from tokencost.git.repository import Commit, Repository, find_commit, find_merge_base
from tokencost.git.sides import Inner, Side, find_inner, not_there, pointer_error, read_sides
from tokencost.values import dataclass, replace

T = TypeVar("T")
Pair = tuple[str | None, str | None]  # the path now and the path at the base


class FileStatus(StrEnum):
    """What has become of a file."""

    ADDED = "added"
    DELETED = "deleted"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that is not as it was.

    Attributes:
        path: its path now; of a deleted one its last.
        was: its path at the base, None for an added one.
        kind: what has become of it; one that was renamed may be changed as well.
        base: its content then, None for an added one.
        head: its content now, None for a deleted one.
    """

    path: str
    was: str | None
    kind: FileStatus
    base: bytes | None
    head: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The files in question at a base and now, by their paths in the repository.

    Contents are as git keeps them, so that line ends of one computer are not a change.

    Attributes:
        base: the commit that was compared with: where the histories parted.
        head: the commit, None for the work tree.
        changes: the files that differ, in the order of their paths.
        unchanged: the contents of the others; empty unless they were asked for.
        failures: why the content of a file at either end is not to be had.
        paths: the files in question that there are now.
        unsearched: files that count as added, and why nobody has looked what they were before.
    """

    base: Commit
    head: Commit | None
    paths: tuple[str, ...]
    changes: tuple[FileChange, ...]
    unchanged: Mapping[str, bytes]
    failures: Mapping[str, GitError]
    unsearched: Mapping[str, GitError]


def compare(
    repository: Repository, base: str, head: str | None, *, wants: Callable[[str], bool]
) -> Comparison:
    """Compare the files that *wants* takes by their paths, at the merge base and at *head*.

    Without *head* it is the work tree: what is not committed counts, and what is untracked and not
    ignored. A file whose earlier path *wants* does not take was added. A submodule is compared with
    the commit that it was at.

    Raises:
        GitError: a ref is unknown, there is no merge base, or objects are missing.
    """
    start, tip = _find_ends(repository, base, head)
    return _compare(repository, start, tip if head else None, wants=wants)


def _compare(
    repository: Repository, start: Commit, end: Commit | None, *, wants: Callable[[str], bool]
) -> Comparison:
    before, now = read_sides(repository, start, end)
    before.choose(wants)
    now.choose(wants)
    now.settle(before)
    renames = find_renames(before, now, _added(before, now))
    paths = {new: old for new, old in renames.paths.items() if old in before.places}
    pairs = list(_pairs(before, now, paths))
    changes, unchanged = _contents(before, now, pairs, with_unchanged=True)
    whole = Comparison(
        base=start,
        head=end,
        paths=tuple(now.places),
        changes=tuple(changes),
        unchanged=unchanged,
        failures={**before.failures, **now.failures},
        unsearched=renames.unsearched,
    )

    def compare_inside(submodule: Repository, commit: Commit, inner: Inner) -> Comparison:
        return _compare(submodule, commit, inner.end, wants=inner.within(wants))

    return _with_inner(whole, before, now, compare_inside, wants)


def compare_on_disk(
    repository: Repository,
    base: str,
    named: Collection[str],
    *,
    wants: Callable[[str], bool] = lambda _: False,
) -> Comparison:
    """Return what of the *named* files, and of those that *wants* takes, differs from the base.

    Named are paths of files on disk from the root, ignored ones and those behind links included.
    A renamed file is followed from wherever in the repository it was. Contents are as they would
    lie on this disk, and what is unchanged has none. A submodule is compared with the commit that
    it was at; a file of any other repository is a failure.

    Raises:
        GitError: a ref is unknown, there is no merge base, or objects are missing.
    """
    start, _ = _find_ends(repository, base, None)
    return _compare_on_disk(repository, start, named, wants=wants)


def _compare_on_disk(
    repository: Repository, start: Commit, named: Collection[str], *, wants: Callable[[str], bool]
) -> Comparison:
    before, now = read_sides(repository, start, None)
    aliases = now.add_named(named)
    paths = frozenset(named)
    for side in (before, now):
        side.choose(lambda path: path in paths or wants(path), with_twins=True)
        side.places |= {path: file for path, file in aliases.items() if file in side.tree}
    now.settle(before)
    renames = find_renames(before, now, _added(before, now))
    before.places |= {old: old for old in renames.paths.values() if old not in before.places}
    pairs = list(_pairs(before, now, renames.paths))
    changes, _ = _contents(before, now, pairs, with_unchanged=False)
    changes = _as_checked_out(now, changes)
    whole = Comparison(
        base=start,
        head=None,
        paths=(*now.places, *(path for path in now.failures if path in now.tree)),
        changes=tuple(changes),
        unchanged={},
        failures={**before.failures, **now.failures},
        unsearched=renames.unsearched,
    )

    def compare_inside(submodule: Repository, commit: Commit, inner: Inner) -> Comparison:
        own = [path.removeprefix(inner.folder) for path in named if path.startswith(inner.folder)]
        return _compare_on_disk(submodule, commit, own, wants=inner.within(wants))

    return _with_inner(whole, before, now, compare_inside, wants, named)


def _with_inner(
    whole: Comparison,
    before: Side,
    now: Side,
    compare_inside: Callable[[Repository, Commit, Inner], Comparison],
    wants: Callable[[str], bool],
    named: Collection[str] = (),
) -> Comparison:
    """Return *whole* with what of submodules differs, and failures for other repositories."""
    inners = find_inner(before, now, whole.base, whole.head)
    there = {inner.folder for inner in inners if inner.repository is not None}
    others = {
        path: not_there(path)
        for path in (
            now.submodules if now.is_work_tree else {**before.submodules, **now.submodules}
        )
        if before.submodules.get(path) != now.submodules.get(path)
        if f"{path}/" not in there and _may_hold(path, (*before.places, *now.places), wants)
    }
    whole = replace(whole, paths=(*whole.paths, *others), failures={**whole.failures, **others})
    for inner in inners:
        of_names = [path for path in named if path.startswith(inner.folder)]
        files = dict.fromkeys([*of_names, *filter(wants, inner.files())])
        if inner.repository is None or inner.start is None:
            errors = {path: inner.error_of(path, None) for path in files}
            whole = replace(whole, failures={**whole.failures, **errors})
        elif files or not inner.is_as_it_was:
            try:
                part = compare_inside(inner.repository, inner.start, inner)
                whole = _joined(whole, part, inner.folder)
            except GitError as error:
                errors = {path: inner.error_of(path, error) for path in files}
                whole = replace(whole, failures={**whole.failures, **errors})
    return whole


def _may_hold(folder: str, places: Iterable[str], wants: Callable[[str], bool]) -> bool:
    """Tell whether a *folder* that nobody can look into may hold a file in question.

    Such files are named there as they are elsewhere: by the ends of the paths of others.
    """
    ends = {"x": None}
    for place in places:
        parts = place.split("/")
        ends |= dict.fromkeys("/".join(parts[start:]) for start in range(len(parts)))
    return any(wants(f"{folder}/{end}") for end in ends)


def _joined(whole: Comparison, inner: Comparison, folder: str) -> Comparison:
    """Return *whole* with what was compared in a *folder* of it."""
    changes = [
        replace(change, path=folder + change.path, was=change.was and folder + change.was)
        for change in inner.changes
    ]
    return replace(
        whole,
        paths=(*whole.paths, *(folder + path for path in inner.paths)),
        changes=tuple(sorted([*whole.changes, *changes], key=lambda change: change.path)),
        unchanged={**whole.unchanged, **_below(folder, inner.unchanged)},
        failures={**whole.failures, **_below(folder, inner.failures)},
        unsearched={**whole.unsearched, **_below(folder, inner.unsearched)},
    )


def _below(folder: str, paths: Mapping[str, T]) -> dict[str, T]:
    return {folder + path: value for path, value in paths.items()}


def _find_ends(repository: Repository, base: str, head: str | None) -> tuple[Commit, Commit]:
    tip = find_commit(repository, head or "HEAD")
    return find_merge_base(repository, find_commit(repository, base), tip), tip


def _added(before: Side, now: Side) -> set[str]:
    return {path for path in now.places if path not in before.places and path not in before.tree}


def _as_checked_out(now: Side, changes: Iterable[FileChange]) -> list[FileChange]:
    """Return *changes* with the former contents in the form that the files of now have on disk."""
    both = [change for change in changes if change.base is not None]
    places = {change.path: now.places.get(change.path, change.path) for change in both}
    attributes = now.attributes(places.values())
    converted: dict[str, FileChange] = {}
    for change in both:
        place = places[change.path]
        content = None if change.head is None else now.on_disk(place)
        try:
            if content is not None or change.head is None:
                of_place = attributes[place]
                earlier = of_place.to_work_tree(
                    change.base or b"", path=place, beside=content or b""
                )
                converted[change.path] = replace(change, base=earlier, head=content)
        except GitError as error:
            now.failures[change.path] = error
    return [
        converted.get(change.path, change) for change in changes if change.path not in now.failures
    ]


def _contents(
    before: Side, now: Side, pairs: Iterable[Pair], *, with_unchanged: bool
) -> tuple[list[FileChange], dict[str, bytes]]:
    """Return what differs, and the rest if that is wanted; one without content is a failure."""
    differing = [pair for pair in pairs if not _is_same(before, now, pair)]
    read = list(pairs) if with_unchanged else differing
    before.read(old for _, old in differing if old is not None)
    now.read(new for new, _ in read if new is not None)
    changes: list[FileChange] = []
    unchanged: dict[str, bytes] = {}
    for new, old in read:
        content = None if new is None else now.whole_content(new)
        earlier = content if _is_same(before, now, (new, old)) else _earlier(before, old, content)
        if (content is None) != (new is None) or (earlier is None) != (old is None):
            continue
        if new is None or content is None or new != old or content != earlier:
            changes.append(_change(new, old, earlier, content))
        elif with_unchanged:
            unchanged[new] = content
    return sorted(changes, key=lambda change: change.path), unchanged


def _pairs(before: Side, now: Side, renames: Mapping[str, str]) -> Iterator[Pair]:
    """Yield each file in question once, with its paths now and at the base."""
    for new in now.places:
        old = new if new in before.places else renames.get(new)
        if old is not None or new not in before.failures:
            yield new, old
    taken = set(renames.values())
    for old in before.places:
        if old not in now.places and old not in now.failures and old not in taken:
            yield None, old


def _is_same(before: Side, now: Side, pair: Pair) -> bool:
    new, old = pair
    return new is not None and new == old and before.oid(new) == now.oid(new)


def _earlier(before: Side, old: str | None, content: bytes | None) -> bytes | None:
    """Return the content at the base, of a pointer of Git LFS that of the file it stands for."""
    earlier = None if old is None else before.content(old)
    if earlier is None or not is_pointer(earlier):
        return earlier
    if content is not None and stands_for(earlier, content):
        return content
    before.failures[old or ""] = pointer_error(old or "")
    return None


def _change(new: str | None, old: str | None, base: bytes | None, head: bytes | None) -> FileChange:
    kind = FileStatus.CHANGED if new == old else FileStatus.RENAMED
    if old is None or new is None:
        kind = FileStatus.ADDED if old is None else FileStatus.DELETED
    return FileChange(path=new or old or "", was=old, kind=kind, base=base, head=head)
