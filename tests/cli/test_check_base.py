"""`check` against a base of git."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tests.repositories import Checkout
from tokencost.git import renames

CONFIGURATION = """model = "plain"
[[budget]]
name = "all"
files = ["prompts/**"]
max_tokens_per_file = 300
max_increase = "10%"
ratchet = true
"""
GROWTH = ("check", "prompts/", "-m", "plain", "--base", "main", "--max-increase", "10%")


def words(number: int) -> str:
    """Return a text of as many tokens."""
    return " ".join(["word"] * number)


@pytest.fixture
def project(folder: Path) -> Checkout:
    """A branch off main, with prompts of 91, 200 and 400 tokens, of which 300 are allowed."""
    project = Checkout.create(folder)
    project.commit(
        {
            "tokencost.toml": CONFIGURATION,
            "prompts/a.md": words(91),
            "prompts/b.md": words(200),
            "prompts/old.md": words(400),
        }
    )
    project.git("switch", "-q", "-c", "branch")
    return project


def findings(tokencost: Run, *command: str) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return the status and the base of each finding, by file and rule."""
    answer = json.loads(tokencost(*command, "--json").stdout)
    return {
        (finding["file"], finding["rule"]): (finding["status"], finding["base"])
        for finding in answer["findings"]
    }


def test_a_prompt_that_grows_from_91_to_546_tokens_fails_and_an_old_overrun_warns(
    tokencost: Run, project: Checkout
) -> None:
    project.commit({"prompts/a.md": words(546)})
    result = findings(tokencost, "check", "--base", "main")
    assert result["prompts/a.md", "max_increase"] == ("fail", "91")
    assert result["prompts/a.md", "max_tokens_per_file"] == ("fail", "91")
    assert result["prompts/old.md", "max_tokens_per_file"] == ("warn", "400")
    assert result["prompts/b.md", "max_increase"] == ("pass", "200")
    assert tokencost("check", "--base", "main").exit_code == 1


def test_a_prompt_may_grow_by_a_tenth(tokencost: Run, project: Checkout) -> None:
    project.commit({"prompts/b.md": words(220)})
    assert tokencost("check", "--base", "main").exit_code == 0
    project.write({"prompts/b.md": words(221)})
    assert tokencost("check", "--base", "main").exit_code == 1


def test_an_added_file_is_judged_by_its_size_alone(tokencost: Run, project: Checkout) -> None:
    project.write({"prompts/new.md": words(250)})
    result = findings(tokencost, "check", "--base", "main")
    assert result["prompts/new.md", "max_tokens_per_file"] == ("pass", None)
    assert ("prompts/new.md", "max_increase") not in result


def test_a_rename_is_followed_also_from_outside(tokencost: Run, project: Checkout) -> None:
    project.git("switch", "-q", "main")
    project.commit({"drafts/x.md": words(40) + "\nof the draft\n" * 20})
    project.git("switch", "-q", "-C", "branch")
    project.git("mv", "drafts/x.md", "prompts/x.md")
    project.git("mv", "prompts/b.md", "prompts/moved.md")
    result = findings(tokencost, "check", "--base", "main")
    assert result["prompts/moved.md", "max_increase"] == ("pass", "200")
    assert result["prompts/x.md", "max_increase"][0] == "pass"


def test_what_only_main_has_shortened_is_not_a_growth(tokencost: Run, project: Checkout) -> None:
    project.git("switch", "-q", "main")
    project.commit({"prompts/b.md": words(10)})
    project.git("switch", "-q", "branch")
    assert findings(tokencost, "check", "--base", "main")["prompts/b.md", "max_increase"] == (
        "pass",
        "200",
    )


def test_changed_judges_only_what_differs(tokencost: Run, project: Checkout) -> None:
    project.write({"prompts/a.md": words(92), "prompts/new.md": words(5)})
    result = findings(tokencost, "check", "--base", "main", "--changed")
    assert {file for file, _ in result} == {"prompts/a.md", "prompts/new.md"}
    narrowed = findings(tokencost, "check", "prompts/a.md", "--base", "main", "--changed")
    assert {file for file, _ in narrowed} == {"prompts/a.md"}
    left = findings(tokencost, "check", "--base", "main", "--changed", "--exclude", "new.md")
    assert {file for file, _ in left} == {"prompts/a.md"}


def test_changed_passes_where_nothing_differs(tokencost: Run, project: Checkout) -> None:
    project.commit({"README.md": "not a prompt"})
    for command in (("check",), ("check", "prompts/", "-m", "plain", "--max-tokens-per-file", "9")):
        result = tokencost(*command, "--base", "main", "--changed", "-q")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "pass\n", "")


def test_changed_does_not_hide_a_glob_that_matches_nothing(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"tokencost.toml": CONFIGURATION.replace("prompts/**", "pompts/**")})
    result = tokencost("check", "--base", "main", "--changed")
    assert result.exit_code == 2
    assert 'no file of budget "all" matches "pompts/**"' in result.stderr


def test_a_sum_is_judged_of_all_files_or_not_at_all(tokencost: Run, project: Checkout) -> None:
    text = CONFIGURATION.replace("max_tokens_per_file = 300", "max_tokens = 692")
    project.write({"tokencost.toml": text, "prompts/a.md": words(92)})
    result = findings(tokencost, "check", "--base", "main", "--changed")
    assert len(result) == 2  # the sum, and the growth of the one file
    assert tokencost("check", "--base", "main", "--changed").exit_code == 0
    project.write({"prompts/a.md": words(93)})
    assert tokencost("check", "--base", "main", "--changed").exit_code == 1
    command = ("check", "prompts/", "-m", "plain", "--max-tokens", "9", "--base", "main")
    refused = tokencost(*command, "--changed")
    assert refused.exit_code == 2
    assert "cannot be judged of those that changed" in refused.stderr


def test_limits_of_the_command_line_are_judged_against_a_base_too(
    tokencost: Run, project: Checkout
) -> None:
    project.write({"prompts/a.md": words(100)})
    assert tokencost(*GROWTH).exit_code == 0
    assert tokencost(*GROWTH, "--changed").exit_code == 0
    project.write({"prompts/a.md": words(101)})
    assert findings(tokencost, *GROWTH, "--changed") == {
        ("prompts/a.md", "max_increase"): ("fail", "91")
    }
    assert tokencost(*GROWTH).exit_code == 1


def test_it_works_from_a_folder_and_with_names_of_any_kind(
    tokencost: Run, project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.git("switch", "-q", "main")
    names = ["with space.md", "100%.md", "提示.md"]
    project.commit({f"prompts/in/{name}": f"{name} {words(40)}" for name in names})
    project.git("switch", "-q", "-C", "branch")
    project.write({f"prompts/in/{name}": f"{name} {words(140)}" for name in names})
    monkeypatch.chdir(project.folder / "prompts/in")
    result = findings(tokencost, "check", "--base", "main", "--changed")
    assert {file for file, rule in result if rule == "max_increase"} == {*names}
    assert {status for (_, rule), (status, _) in result.items() if rule == "max_increase"} == {
        "fail"
    }


def test_files_above_the_folder_are_compared_under_their_own_paths(
    tokencost: Run, project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write({"prompts/a.md": words(200), "deep/x.txt": "x"})
    monkeypatch.chdir(project.folder / "deep")
    assert findings(tokencost, "check", "../prompts/a.md", *GROWTH[2:]) == {
        ("../prompts/a.md", "max_increase"): ("fail", "91")
    }
    result = findings(tokencost, "check", "../prompts/a.md", "--base", "main")
    assert result["../prompts/a.md", "max_increase"] == ("fail", "91")
    result = findings(tokencost, "check", "--base", "main")
    assert result["../prompts/a.md", "max_increase"] == ("fail", "91")


@pytest.mark.parametrize("options", [(), ("--changed",)])
def test_growth_is_judged_from_outside_of_the_repository_too(
    tokencost: Run, project: Checkout, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    project.write({"prompts/a.md": words(200)})
    monkeypatch.chdir(project.folder.parent)
    name = project.folder.name
    command = ("check", "--config", f"{name}/tokencost.toml", "--base", "main", *options)
    assert findings(tokencost, *command)[f"{name}/prompts/a.md", "max_increase"] == ("fail", "91")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--base", "nope"), 'unknown ref "nope"'),
        (("--base", "-x"), "is not a ref"),
        (("--changed",), "--changed needs a base"),
        (("--base", "main", "--changed", "--text", "x"), "not for texts"),
    ],
)
def test_a_base_that_cannot_be_used_ends_with_2(
    tokencost: Run, options: tuple[str, ...], message: str
) -> None:
    result = tokencost("check", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert "hint: " in result.stderr


def test_without_a_repository_a_base_ends_with_2(tokencost: Run, folder: Path) -> None:
    (folder / "a.md").write_text("x")
    command = ("check", "a.md", "-m", "plain", "--max-tokens", "9", "--base", "main")
    result = tokencost(*command)
    assert result.exit_code == 2
    assert "is not in a git repository" in result.stderr


def test_a_former_content_that_is_not_to_be_had_ends_with_2_beside_what_fails(
    tokencost: Run, project: Checkout
) -> None:
    project.git("switch", "-q", "main")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n"
    project.commit({"prompts/large.md": pointer})
    project.git("switch", "-q", "-C", "branch")
    project.write({"prompts/large.md": words(100), "prompts/a.md": words(200)})
    result = tokencost("check", "--base", "main")
    assert result.exit_code == 2
    assert "pointer of Git LFS" in result.stderr
    assert "prompts/a.md" in result.stdout


def test_a_file_of_another_repository_is_not_said_to_have_kept_its_size(
    tokencost: Run, project: Checkout
) -> None:
    Checkout.create(project.folder / "prompts/inner").commit({"x.md": words(5)})
    result = tokencost("check", "prompts/inner/x.md", *GROWTH[2:])
    assert result.exit_code == 2
    assert "is not a file of the repository" in result.stderr


SEVERAL = """
model = ["plain", "tiered"]

[[budget]]
name = "all"
files = ["prompts/**"]
max_increase = "10%"
"""


def test_growth_is_that_of_each_model_and_not_against_the_sum_of_all(
    tokencost: Run, project: Checkout
) -> None:
    project.git("switch", "-q", "main")
    project.commit({"tokencost.toml": SEVERAL, "prompts/c.md": words(100)})
    project.git("switch", "-q", "-C", "branch")
    project.commit({"prompts/c.md": words(111)})
    answer = json.loads(tokencost("check", "--base", "main", "--json", "prompts/c.md").stdout)
    judged = [(finding["base"], finding["status"]) for finding in answer["findings"]]
    assert judged == [("100", "fail"), ("100", "fail")]


def test_requests_of_two_models_in_a_file_grow_each_by_itself(
    tokencost: Run, project: Checkout
) -> None:
    def calls(number: int) -> str:
        requests = [{"model": name, "prompt": words(number)} for name in ("plain", "tiered")]
        return "".join(f"{json.dumps(request)}\n" for request in requests)

    project.git("switch", "-q", "main")
    text = SEVERAL.replace('model = ["plain", "tiered"]', "")
    project.commit({"tokencost.toml": text, "prompts/c.jsonl": calls(100)})
    project.git("switch", "-q", "-C", "branch")
    project.commit({"prompts/c.jsonl": calls(190)})
    result = tokencost("check", "--base", "main", "--json", "prompts/c.jsonl")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)["findings"]
    assert [finding["status"] for finding in findings] == ["fail", "fail"]
    assert all(100 <= int(finding["base"]) < 110 for finding in findings)  # not 200 together


def test_a_file_whose_growth_nobody_judges_is_named(tokencost: Run, project: Checkout) -> None:
    project.write({"prompts/new.md": words(250)})
    for options in ((), ("-f", "markdown")):
        answer = tokencost("check", "--base", "main", *options).stdout.replace("\\", "")
        assert "growth not judged (added): prompts/new.md" in answer


def test_growth_of_what_is_not_a_file_is_not_a_pass(tokencost: Run, project: Checkout) -> None:
    del project
    limit = ("-m", "plain", "--max-increase", "10%", "--base", "main")
    result = tokencost("check", "--text", "hello", *limit)
    assert result.exit_code == 2
    assert "error: <text>: growth is judged of files, and this is not one" in result.stderr


def test_changed_drops_no_file_whose_former_content_git_cannot_give(
    tokencost: Run, project: Checkout
) -> None:
    project.commit({".gitattributes": "prompts/a.md filter=upper\n"})
    project.git("config", "filter.upper.clean", "cat")
    project.write({"prompts/a.md": words(500)})
    answer = tokencost("check", "--base", "main", "--changed", "--json")
    assert answer.exit_code == 2
    assert "prompts/a.md" in answer.stderr
    assert "no file of budget" not in answer.stderr
    outside = project.folder / "outside.md"
    outside.write_text(words(5), encoding="utf-8")
    (project.folder / "prompts" / "b.md").unlink()
    (project.folder / "prompts" / "b.md").symlink_to(outside)
    assert tokencost("check", "--base", "main", "--changed").exit_code == 2


@pytest.mark.posix
def test_a_link_out_of_the_repository_is_an_error_whatever_is_compared(
    tokencost: Run, folder: Path
) -> None:
    (folder / "outside.md").write_text(words(5), encoding="utf-8")
    project = Checkout.create(folder / "repository")
    os.chdir(project.folder)
    project.write({"tokencost.toml": CONFIGURATION.replace("max_increase", "# ")})
    (project.folder / "prompts").mkdir()
    (project.folder / "prompts" / "a.md").symlink_to("../../outside.md")
    project.commit({"prompts/b.md": words(5)})
    for options in ((), ("--base", "main"), ("--base", "main", "--changed")):
        result = tokencost("check", *options)
        assert (result.exit_code, "'prompts/a.md' leads out of" in result.stderr) == (2, True)
        assert tokencost("check", "prompts/a.md", *options).exit_code == 0  # named by its path


def test_of_several_merge_bases_one_is_named(tokencost: Run, project: Checkout) -> None:
    """Main and branch are merged into each other, each at the commit before."""
    project.commit({"prompts/b.md": words(205)})
    project.git("switch", "-q", "main")
    project.commit({"prompts/a.md": words(92)})
    main, branch = project.git("rev-parse", "main"), project.git("rev-parse", "branch")
    project.git("merge", "-q", "-m", "merge", branch)
    project.git("switch", "-q", "branch")
    project.git("merge", "-q", "-m", "merge", main)
    for command in (("check", "--base", "main"), ("diff", "main")):
        result = tokencost(*command)
        assert result.exit_code == 0
        assert "and parted at 2 commits, of which " in result.stderr


def test_a_change_that_settings_of_git_hide_is_seen(tokencost: Run, project: Checkout) -> None:
    """Of the same size and time, and git is told to look at nothing else."""
    project.git("config", "core.trustCtime", "false")
    project.git("config", "core.checkStat", "minimal")
    path = project.folder / "prompts/a.md"
    before = path.stat()
    path.write_bytes(b"w rd " * 90 + b"word")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    result = findings(tokencost, "check", "--base", "main", "--changed")
    assert result["prompts/a.md", "max_increase"] == ("fail", "91")


def test_growth_that_a_rename_may_hide_is_not_a_pass(
    tokencost: Run, project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renames, "_MOST_COMPARED", 0)
    project.write({"prompts/b.md": None, "prompts/moved.md": words(290)})
    result = tokencost("check", "--base", "main")
    assert result.exit_code == 2
    assert "the growth of 'prompts/moved.md' is not judged: too much was added" in result.stderr
    limit = ("check", "prompts/", "-m", "plain", "--max-tokens-per-file", "500", "--base", "main")
    assert tokencost(*limit).exit_code == 0


def test_an_old_overrun_that_nobody_can_know_of_is_not_just_a_warning(
    tokencost: Run, project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renames, "_MOST_COMPARED", 0)
    text = CONFIGURATION.replace('max_increase = "10%"\n', "")
    project.write({"tokencost.toml": text, "prompts/old.md": None, "prompts/new.md": words(401)})
    result = tokencost("check", "--base", "main")
    assert result.exit_code == 2
    assert "prompts/new.md" in result.stdout
    assert "whether it was over its limit at the base is not known: too much" in result.stderr


ONLY_GROWTH = CONFIGURATION.replace("max_tokens_per_file = 300\n", "")


def test_an_added_file_that_nothing_limits_is_a_warning(tokencost: Run, project: Checkout) -> None:
    project.commit({"tokencost.toml": ONLY_GROWTH})
    assert tokencost("check", "--base", "main", "--fail-on", "warn").exit_code == 0
    project.write({"prompts/new.md": words(250)})
    result = findings(tokencost, "check", "--base", "main")
    assert result["prompts/new.md", "max_increase"] == ("warn", "0")
    answer = tokencost("check", "--base", "main")
    assert answer.exit_code == 0
    assert "warning: nothing limits prompts/new.md: a file that was added has no" in answer.stderr
    assert tokencost("check", "--base", "main", "--fail-on", "warn").exit_code == 1


def test_an_added_file_may_be_as_large_as_a_growth_in_tokens(
    tokencost: Run, project: Checkout
) -> None:
    project.commit({"tokencost.toml": ONLY_GROWTH.replace("10%", "250tokens")})
    for number, status in ((250, "pass"), (251, "warn")):
        project.write({"prompts/new.md": words(number)})
        result = findings(tokencost, "check", "--base", "main")
        assert result["prompts/new.md", "max_increase"] == (status, "0")


def test_a_growth_warns_from_its_share_of_what_it_may_be(tokencost: Run, project: Checkout) -> None:
    """Of 200 tokens 20 may be added, of which 80 % are 16."""
    project.commit({"tokencost.toml": f'{CONFIGURATION}warn_at = "80%"\n'})
    for number, status in ((200, "pass"), (215, "pass"), (216, "warn"), (220, "warn")):
        project.write({"prompts/b.md": words(number)})
        result = findings(tokencost, "check", "--base", "main")
        assert result["prompts/b.md", "max_increase"] == (status, "200")
        assert result["prompts/a.md", "max_increase"] == ("pass", "91")


def test_the_closest_has_grown(tokencost: Run, project: Checkout) -> None:
    """A file that is as it was would always be at 10 of 11 parts of what it may be."""
    project.commit({"tokencost.toml": ONLY_GROWTH})
    assert "closest" not in tokencost("check", "--base", "main").stdout
    project.write({"prompts/b.md": words(205)})
    answer = tokencost("check", "--base", "main").stdout
    assert "closest: prompts/b.md, 205 of 220 tokens, from 200" in answer


def test_a_work_tree_that_is_named_by_the_environment_is_the_one_that_is_compared(
    project: Checkout, tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks of git have GIT_DIR set, and are started at the root of the work tree."""
    project.commit({"sub/tokencost.toml": CONFIGURATION, "sub/prompts/a.md": words(100)})
    project.write({"sub/prompts/a.md": words(111)})
    command = ("check", "--config", "sub/tokencost.toml", "--base", "branch")
    for place in (".git", str(project.folder / ".git")):
        monkeypatch.setenv("GIT_DIR", place)
        assert tokencost(*command).exit_code == 1


@pytest.mark.parametrize("budgets", [True, False])
def test_changed_does_not_pass_what_a_sparse_checkout_leaves_out(
    tokencost: Run, project: Checkout, *, budgets: bool
) -> None:
    project.commit({"prompts/b.md": words(310)})
    project.git("sparse-checkout", "set", "--no-cone", "/*", "!/prompts/b.md")
    limits = () if budgets else ("prompts/", "-m", "plain", "--max-tokens-per-file", "300")
    result = tokencost("check", *limits, "--base", "main", "--changed")
    assert result.exit_code == 2
    assert "prompts/b.md" in result.stderr
