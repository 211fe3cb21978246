"""No file that a budget speaks of is left out in silence: it is judged, or it is an error."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.repositories import Checkout
from tokencost.budgets import (
    Budget,
    CheckReport,
    Limits,
    Status,
    check,
    read_budget_files,
)
from tokencost.budgets.base_files import read_baseline, read_changed_files
from tokencost.configuration.settings import Increase
from tokencost.git.work_tree import Index, read_index
from tokencost.inputs import read_prompts
from tokencost.pricing import PriceTable
from tokencost.values import replace

pytestmark = pytest.mark.usefixtures("folder")
LIMITS = Limits(max_tokens_per_file=50)


BUDGET = Budget(name="all", files=("prompts/**",), limits=LIMITS, models=("plain",), root=Path())


def words(number: int) -> str:
    """Return a text of as many tokens."""
    return " ".join(["word"] * number)


@pytest.fixture
def project(folder: Path) -> Checkout:
    """A repository with two prompts, of 10 and 20 tokens, of which 50 are allowed."""
    project = Checkout.create(folder)
    project.commit({"prompts/a.md": words(10), "prompts/b.md": words(20)})
    return project


def judge(prices: PriceTable, *globs: str, **parts: Any) -> CheckReport:
    """Judge the files of a budget."""
    budget = replace(BUDGET, files=globs or ("prompts/**",), **parts)
    return check(budgets=[budget], prices=prices)


def findings(report: CheckReport) -> dict[str | None, str]:
    return {finding.file: finding.status.value for finding in report.findings}


def problems(report: CheckReport) -> list[str]:
    return [failure.error.message for failure in report.failures]


@pytest.mark.parametrize("content", [f"{words(500)}\0".encode(), words(500).encode("utf-16-le")])
def test_a_prompt_that_is_no_text_is_an_error_and_the_others_are_judged(
    project: Checkout, prices: PriceTable, content: bytes
) -> None:
    project.write({"prompts/b.md": content})
    report = judge(prices)
    assert problems(report) == ["'prompts/b.md' is binary: it holds a NUL byte"]
    assert findings(report) == {"prompts/a.md": "pass"}
    assert report.status is Status.ERROR


def test_pictures_beside_prompts_are_skipped_and_a_text_of_such_a_name_is_judged(
    project: Checkout, prices: PriceTable
) -> None:
    project.write({"prompts/logo.PNG": b"\x89PNG\0", "prompts/.DS_Store": b"\0\0\0\1Bud1"})
    project.write({"prompts/text.png": words(51)})
    report = judge(prices)
    assert findings(report)["prompts/text.png"] == "fail"
    assert report.status is Status.FAIL
    (note,) = report.warnings
    assert note.values["files"] == ("prompts/.DS_Store", "prompts/logo.PNG")


def test_limits_on_a_folder_judge_all_of_its_files_too(
    project: Checkout, prices: PriceTable
) -> None:
    project.write({"prompts/b.md": b"word\0", "prompts/logo.png": b"\x89PNG\0"})
    for paths in (Path("prompts"), Path("prompts/*")):
        report = check(paths, "plain", limits=LIMITS, prices=prices)
        assert problems(report) == ["'prompts/b.md' is binary: it holds a NUL byte"]
        assert findings(report) == {"prompts/a.md": "pass"}
    assert read_prompts(["prompts"]).errors == ()  # who counts is told what was skipped


def test_git_does_not_ignore_what_it_tracks_and_neither_does_a_budget(
    project: Checkout, prices: PriceTable
) -> None:
    project.commit({"prompts/b.md": words(51), "prompts/deep/c.md": words(52)})
    project.commit({"prompts/.gitignore": "b.md\ndeep/\n*.tmp\n"})
    project.write({"prompts/d.tmp": words(53), "prompts/deep/d.md": words(54)})
    assert findings(judge(prices)) == {
        "prompts/a.md": "pass",
        "prompts/b.md": "fail",
        "prompts/deep/c.md": "fail",
        "prompts/.gitignore": "pass",
    }
    assert findings(judge(prices, "*.md")).keys() == findings(judge(prices)).keys() - {
        "prompts/.gitignore"
    }
    named = check(Path("prompts"), "plain", limits=LIMITS, prices=prices)
    assert findings(named) == findings(judge(prices))
    narrowed = read_budget_files([BUDGET], ["prompts"])
    assert narrowed.asked == findings(named).keys()


def test_a_tracked_file_is_known_however_a_system_spells_its_name(
    project: Checkout, prices: PriceTable
) -> None:
    project.commit({"prompts/\xe9t\xe9.md": words(51)})
    project.write({"prompts/.gitignore": "*.MD\n", "prompts/B.MD": words(52)})
    project.write({"prompts/E\u0301te\u0301.MD": words(53), "prompts/C.MD": words(54)})
    assert {*findings(judge(prices, "prompts/*.MD")).values()} == {"fail"}
    assert "prompts/C.MD" not in findings(judge(prices, "prompts/*.MD"))


def test_git_is_asked_once_and_only_where_a_rule_ignores_what_is_matched(
    project: Checkout, prices: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def read(folder: Path) -> Index:
        asked.append(folder)
        return read_index(folder)

    monkeypatch.setattr("tokencost.git.work_tree.read_index", read)
    project.write({".gitignore": "*.tmp\n/modules/\n", "prompts/x.tmp": "", "modules/x.md": "x"})
    judge(prices, "prompts/*.md")
    assert asked == []
    judge(prices, "prompts/**", "!prompts/.gitignore")
    judge(prices, "*.md")
    assert asked == [project.folder, project.folder]


def test_what_is_ignored_cannot_be_told_from_what_is_tracked_without_git(
    project: Checkout, prices: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write({".gitignore": "*.tmp\n", "prompts/x.tmp": "x", "prompts/y.tmp": "y"})
    monkeypatch.setattr("tokencost.git.repository._program", lambda: None)
    assert len(problems(judge(prices))) == 1
    assert judge(prices, "prompts/*.md").status is Status.PASS


def test_outside_of_a_repository_rules_hold_as_they_stand(folder: Path, prices: PriceTable) -> None:
    for name in ("a.md", "b.md", ".gitignore"):
        (folder / name).write_text("b.md\n", encoding="utf-8")
    assert findings(judge(prices, "*.md")) == {"a.md": "pass"}


def test_folders_of_other_version_control_are_left_out_unless_git_tracks_them(
    project: Checkout, prices: PriceTable
) -> None:
    project.write({"prompts/.svn/x.md": words(51), "prompts/.hg/x.md": words(51)})
    assert judge(prices).status is Status.PASS
    project.git("add", "prompts/.svn/x.md")
    assert findings(judge(prices))["prompts/.svn/x.md"] == "fail"
    assert "prompts/.hg/x.md" not in findings(judge(prices))


def test_a_sparse_checkout_is_seen_in_an_index_of_two_parts(
    project: Checkout, prices: PriceTable
) -> None:
    project.git("sparse-checkout", "set", "--no-cone", "/*", "!/prompts/b.md")
    project.git("update-index", "--split-index")
    assert len(problems(judge(prices))) == 1
    project.commit({"prompts/c.md": words(1)})
    assert len(problems(judge(prices))) == 1


def test_files_that_a_sparse_checkout_leaves_out_are_not_a_pass(
    project: Checkout, prices: PriceTable
) -> None:
    project.commit({"prompts/z/x.md": words(500), "prompts/z/y.md": words(1), "other/z.txt": "z"})
    project.git("sparse-checkout", "set", "--no-cone", "/*", "!/prompts/z/", "!/other/")
    left_out = (
        "'prompts/z/x.md' and 1 more are not in the work tree: a sparse checkout leaves them out"
    )
    assert problems(judge(prices)) == [left_out]
    assert problems(check(Path("prompts"), "plain", limits=LIMITS, prices=prices)) == [left_out]
    assert judge(prices, "prompts/**", "!z/").status is Status.PASS
    assert judge(prices, exclude=("z/",)).status is Status.PASS
    assert "'prompts/z/x.md' and 1 more" in problems(judge(prices, "prompts/z/**"))[0]
    project.git("sparse-checkout", "disable")
    assert judge(prices).status is Status.FAIL
    (project.folder / "prompts/z/x.md").unlink()  # whoever deletes a file leaves nothing out
    assert judge(prices).status is Status.PASS


def test_a_submodule_that_is_not_checked_out_is_not_a_pass(
    project: Checkout, prices: PriceTable, tmp_path: Path
) -> None:
    other = Checkout.create(tmp_path / "other")
    other.commit({"x.md": words(500), "y.txt": words(500)})
    (other.folder / ".gitignore").write_text("x.md\n")
    project.git(
        "-c", "protocol.file.allow=always", "submodule", "add", str(other.folder), "prompts/sub"
    )
    project.git("commit", "-qm", "submodule")
    project.write({".gitignore": "*.txt\n", "prompts/sub/.gitignore": "x.md\n"})
    assert findings(judge(prices, "prompts/sub/*.md", "!a.md")) == {"prompts/sub/x.md": "fail"}
    assert findings(judge(prices))["prompts/sub/y.txt"] == "fail"  # rules end at a repository
    project.git("submodule", "deinit", "-f", "prompts/sub")
    message = "'prompts/sub' is a submodule that is not checked out"
    assert problems(judge(prices)) == [message]
    assert problems(check(Path("prompts"), "plain", limits=LIMITS, prices=prices)) == [message]
    assert judge(prices, "prompts/*.md").status is Status.PASS
    assert judge(prices, "prompts/**", "!sub/").status is Status.PASS
    project.git("update-index", "--skip-worktree", "prompts/sub")
    (project.folder / "prompts/sub").rmdir()
    assert problems(judge(prices)) == [
        "'prompts/sub' is not in the work tree: a sparse checkout leaves it out"
    ]


def test_a_submodule_that_is_not_checked_out_is_not_nothing_to_judge(
    project: Checkout, tmp_path: Path
) -> None:
    other = Checkout.create(tmp_path / "other")
    other.commit({"x.md": words(10)})
    add = ("-c", "protocol.file.allow=always", "submodule", "add", "-q")
    project.git(*add, str(other.folder), "prompts/sub")
    project.commit({})
    project.git("switch", "-q", "-c", "branch")
    Checkout(folder=project.folder / "prompts/sub").commit({"x.md": words(500)})
    project.commit({})
    project.git("submodule", "deinit", "-q", "-f", "--all")
    budget = replace(BUDGET, files=("prompts/**/*.md",))

    def errors() -> list[str]:
        files, _ = read_changed_files("main", [budget])
        return [error.message for error in files.inputs.errors]

    assert errors() == ["'prompts/sub' is a submodule that is not checked out"]
    project.git("update-index", "--skip-worktree", "prompts/sub")
    (project.folder / "prompts/sub").rmdir()
    message = "'prompts/sub' is not in the work tree: a sparse checkout leaves it out"
    assert errors() == [message]


@pytest.mark.posix
def test_a_link_to_a_folder_is_an_error_unless_all_behind_it_is_judged_itself(
    project: Checkout, prices: PriceTable
) -> None:
    project.write({"big/x.md": words(500), "prompts/v1/c.md": words(30)})
    (project.folder / "prompts/sub").symlink_to("../big")
    (project.folder / "prompts/latest").symlink_to("v1")
    (project.folder / "prompts/self").symlink_to(".")
    message = "'prompts/sub' is a link to a folder, and is not followed"
    assert problems(judge(prices)) == [message]
    assert problems(check(Path("prompts"), "plain", limits=LIMITS, prices=prices)) == [message]
    assert problems(check(Path("prompts/**"), "plain", limits=LIMITS, prices=prices)) == [message]
    assert problems(judge(prices, "prompts/**/*.md")) == [message]
    assert judge(prices, "prompts/**", exclude=("sub",)).status is Status.PASS
    apart = [replace(BUDGET, name=glob, files=(glob,)) for glob in ("prompts/**", "big/**")]
    assert problems(check(budgets=apart, prices=prices)) == [message]
    both = judge(prices, "prompts/**", "big/**")
    assert problems(both) == []
    assert findings(both)["big/x.md"] == "fail"


@pytest.mark.posix
def test_links_to_nothing_and_pipes_among_prompts_are_errors(
    project: Checkout, prices: PriceTable
) -> None:
    (project.folder / "prompts/c.md").symlink_to("nowhere")
    os.mkfifo(project.folder / "prompts/pipe")
    messages = [
        "'prompts/c.md' is a link to nothing",
        "'prompts/pipe' is neither a file nor a folder",
    ]
    assert problems(judge(prices)) == messages
    assert problems(check(Path("prompts"), "plain", limits=LIMITS, prices=prices)) == messages
    assert problems(check(Path("prompts/*"), "plain", limits=LIMITS, prices=prices)) == messages
    assert problems(judge(prices, "prompts/*.md")) == messages[:1]
    assert judge(prices, "prompts/[ab].md").status is Status.PASS
    narrowed = read_budget_files([BUDGET], ["prompts/pipe", "prompts/a.md"])
    assert [error.message for error in narrowed.inputs.errors] == messages[1:]


@pytest.mark.posix
def test_a_link_is_judged_in_its_own_budget_and_a_sum_counts_it_once(
    project: Checkout, prices: PriceTable
) -> None:
    (project.folder / "prompts/link.md").symlink_to("b.md")
    assert findings(judge(prices, "prompts/*.md", limits=Limits(max_tokens=30))) == {None: "pass"}
    small = [
        Budget(name=name, files=(name,), limits=limits, models=("plain",), root=Path())
        for name, limits in (("*.md", LIMITS), ("link.md", Limits(max_tokens_per_file=19)))
    ]
    report = check(budgets=small, prices=prices)
    assert {
        (finding.budget, finding.file) for finding in report.findings if finding.judged == 20
    } == {
        ("*.md", "prompts/b.md"),
        ("*.md", "prompts/link.md"),
        ("link.md", "prompts/link.md"),
    }
    assert report.status is Status.FAIL


def lines(*sizes: int) -> str:
    """Return prompts in lines, each of so many tokens."""
    return "".join(f'{{"prompt": "{words(size)}"}}\n' for size in sizes)


def test_a_file_of_requests_is_as_large_as_all_of_them(
    project: Checkout, prices: PriceTable
) -> None:
    for last, status in ((20, "pass"), (21, "fail")):
        project.write({"prompts/r.jsonl": lines(10, 20, last)})
        report = judge(prices, "prompts/r.jsonl")
        assert findings(report) == {"prompts/r.jsonl": status}
        assert report.findings[0].judged == 30 + last
    nope = '{"model": "nope", "messages": [{"role": "user", "content": "x"}]}\n'
    project.write({"prompts/r.jsonl": lines(51) + nope})
    report = judge(prices, "prompts/r.jsonl", models=(), default_models=("plain",))
    assert (findings(report), report.status) == ({"prompts/r.jsonl": "fail"}, Status.ERROR)
    windows = judge(prices, "prompts/r.jsonl", limits=Limits(fits=True))
    assert findings(windows) == {"prompts/r.jsonl:1": "pass", "prompts/r.jsonl:2": "pass"}


@pytest.mark.posix
def test_a_file_that_is_called_like_a_line_of_another_is_not_that_line(
    project: Checkout, prices: PriceTable
) -> None:
    project.commit({"prompts/r.jsonl:2": words(10), "prompts/r.jsonl": lines(5, 30)})
    budget = replace(BUDGET, files=("prompts/r.jsonl*",))
    report = check(budgets=[budget], prices=prices, recorded={"prompts/r.jsonl:2": 10})
    assert {finding.file: finding.judged for finding in report.findings} == {
        "prompts/r.jsonl": 35,
        "prompts/r.jsonl:2": 10,
    }
    assert (report.inputs, report.sizes["prompts/r.jsonl:2"].tokens) == (3, 10)
    project.write({"prompts/r.jsonl:2": words(40), "prompts/r.jsonl": lines(5, 31)})
    growth = replace(budget, limits=Limits(max_increase=Increase(tokens=3)))
    base = read_baseline("HEAD", ["prompts/r.jsonl:2", "prompts/r.jsonl"])
    report = check(budgets=[growth], base=base, prices=prices)
    grown = {finding.file: [finding.judged, finding.base] for finding in report.findings}
    assert grown == {"prompts/r.jsonl": [36, 35], "prompts/r.jsonl:2": [40, 10]}


@pytest.mark.usefixtures("project")
def test_a_recorded_file_that_is_gone_or_that_no_budget_holds_is_named(prices: PriceTable) -> None:
    recorded = {"prompts/a.md": 10, "prompts/old.md": 40}
    report = check(budgets=[BUDGET], prices=prices, recorded=recorded)
    assert (report.status, report.gone) == (Status.WARN, ("prompts/old.md",))
    assert [note.code for note in report.warnings] == ["recorded_and_gone"]
    moved = replace(BUDGET, files=("prompts/b.md",))
    assert check(budgets=[moved], prices=prices, recorded=recorded).gone == tuple(recorded)
    assert check(Path("prompts"), budgets=[BUDGET], prices=prices, recorded=recorded).gone == ()
