"""What `init` suggests: prompts by their names, limits with headroom; nothing is overwritten."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.commands import Run
from tokencost import PriceTable, UnknownModelError, load_configuration, suggest_configuration
from tokencost.budgets.starter import Starter


def write(name: str, text: str = "hello world") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def _here(folder: Path) -> None:
    """Go to an empty folder."""


def globs(starter: Starter) -> dict[str, tuple[str, ...]]:
    """Return the globs of each budget, as the file of that text is read."""
    write("read/tokencost.toml", starter.text)
    configuration = load_configuration("read/tokencost.toml", user=False)
    Path("read/tokencost.toml").unlink()
    return {budget.name: budget.files for budget in configuration.budgets}


def test_a_folder_of_prompts_is_a_budget_with_a_quarter_more_than_today(prices: PriceTable) -> None:
    """91 and 400 tokens of "hello": 491 and a quarter are 614, so 620; 400 and a quarter 500."""
    write("prompts/a.md", " hello" * 91)
    write("prompts/deep/b.txt", " hello" * 400)
    write("prompts/c.py", "import os")
    write("src/other.md")
    starter = suggest_configuration(models="plain", prices=prices)
    assert (starter.budgets, starter.files) == (1, 2)
    assert globs(starter) == {"prompts": ("/prompts/**/*.md", "/prompts/**/*.txt")}
    assert "max_tokens = 620  # 491 in 2 files today\n" in starter.text
    assert "max_tokens_per_file = 500  # 400 in the largest, prompts/deep/b.txt\n" in starter.text


def test_requests_in_a_folder_of_prompts_fall_under_its_budget(prices: PriceTable) -> None:
    """Two texts of 100 tokens in one file, which is limited as a whole."""
    write("prompts/a.md", " hello" * 50)
    write("prompts/b.jsonl", "\n".join(['"' + " hello" * 100 + '"'] * 2))
    starter = suggest_configuration(models="plain", prices=prices)
    assert (starter.budgets, starter.files) == (1, 2)
    assert globs(starter) == {"prompts": ("/prompts/**/*.jsonl", "/prompts/**/*.md")}
    assert "max_tokens_per_file = 250  # 200 in the largest, prompts/b.jsonl\n" in starter.text


def test_single_files_are_found_by_their_names(prices: PriceTable) -> None:
    for name in ("AGENTS.md", "src/x.prompt.md", "src/system_prompt.txt", "chat.prompty"):
        write(name)
    write("README.md")
    assert globs(suggest_configuration(models="plain", prices=prices)) == {
        "single prompts": (
            "/AGENTS.md",
            "/chat.prompty",
            "/src/system_prompt.txt",
            "/src/x.prompt.md",
        )
    }


@pytest.mark.parametrize(
    ("name", "is_prompt"),
    [
        ("prompt.md", True),
        ("docs/refund-prompt.txt", True),
        ("my_prompts.md", True),
        ("promptly.md", False),
        ("prompt.py", False),
    ],
)
def test_a_file_that_is_called_a_prompt_is_one(
    tokencost: Run, name: str, *, is_prompt: bool
) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("hello world", encoding="utf-8")
    result = tokencost("init", "-m", "plain")
    answer = "1 budget for 1 file" if is_prompt else "no prompts were found by their names"
    assert answer in result.stdout


def test_what_git_ignores_and_packages_of_others_are_passed_over(prices: PriceTable) -> None:
    write(".gitignore", "build/")
    for name in ("build/prompts/a.md", "node_modules/x/prompts/a.md", ".venv/prompts/a.md"):
        write(name)
    starter = suggest_configuration(models="plain", prices=prices)
    assert (starter.budgets, starter.files) == (0, 0)
    assert "No prompts were found" in starter.text
    assert globs(starter) == {}


def test_the_largest_count_of_several_models_decides(prices: PriceTable) -> None:
    write("prompts/a.md", " hello" * 100)
    one = suggest_configuration(models="plain", prices=prices)
    both = suggest_configuration(models=["plain", "guess"], prices=prices)
    assert "# 100 in 1 file today" in one.text
    assert 'model = ["plain", "guess"]' in both.text
    assert "# 100 in 1 file today" not in both.text


def test_a_model_that_is_unknown_is_an_error(prices: PriceTable) -> None:
    with pytest.raises(UnknownModelError):
        suggest_configuration(models="plane", prices=prices)


def test_names_with_signs_of_globs_and_of_toml_mean_themselves(
    prices: PriceTable, tokencost: Run
) -> None:
    for name in ("[a] *b/prompts/a.md", 'say "x"\\y/prompts/a.md', "提示/prompts/é.md"):
        write(name)
    starter = suggest_configuration(models="plain", prices=prices)
    assert starter.files == 3
    assert tokencost("init", "-m", "plain").exit_code == 0
    assert tokencost("check", "-q").stdout == "pass\n"


@pytest.mark.posix
def test_names_that_nobody_can_see_or_read_have_budgets_too(tokencost: Run) -> None:
    """The files have 1, 10 and 100 tokens, and one that is not text is taken out."""
    names = (b"a\nb\xff/prompts/c\x1b.md", b"prompts/x\xfe\n.md", b"odd\x07.prompt.md")
    for name, size in zip(names, (1, 10, 100), strict=True):
        write(os.fsdecode(name), " hello" * size)
    Path(os.fsdecode(b"prompts/z\xfe.md")).write_bytes(b"\xff")
    assert "3 budgets for 3 files" in tokencost("init", "-m", "plain").stdout
    text = Path("tokencost.toml").read_text(encoding="utf-8")
    assert "/prompts/**/*.md" in text
    assert "!/prompts/z?.md" in text
    assert "/odd?.prompt.md" in text
    report = tokencost("check", "--json", "--all")
    assert report.exit_code == 0
    findings = json.loads(report.stdout)["findings"]
    sizes = [one["expected"] for one in findings if one["rule"] == "max_tokens_per_file"]
    assert sorted(sizes, key=int) == ["1", "10", "100"]


def test_a_file_that_is_no_text_is_left_out_and_a_check_passes(tokencost: Run) -> None:
    write("prompts/a.md")
    Path("prompts/b.md").write_bytes("你好".encode("gb18030"))
    assert tokencost("init", "-m", "plain").exit_code == 0
    assert "!/prompts/b.md" in Path("tokencost.toml").read_text(encoding="utf-8")
    result = tokencost("check", "-q")
    assert (result.exit_code, result.stdout) == (0, "pass\n")


def test_init_writes_a_file_that_passes_and_then_fails_when_a_prompt_grows(tokencost: Run) -> None:
    write("prompts/a.md", " hello" * 100)
    result = tokencost("init", "-m", "plain")
    assert result.stdout == "tokencost.toml is written: 1 budget for 1 file (tokencost check)\n"
    assert tokencost("check").exit_code == 0
    write("prompts/a.md", " hello" * 200)
    assert tokencost("check").exit_code == 1


def test_init_never_overwrites_and_a_dry_run_prints_in_any_case(tokencost: Run) -> None:
    write("prompts/a.md")
    for name, text in (
        ("tokencost.toml", "site = 'cn'\n"),
        ("pyproject.toml", "[tool.tokencost]\n"),
    ):
        write(name, text)
        for more in ((), ("--no-config",)):
            result = tokencost("init", "-m", "plain", *more)
            assert result.exit_code == 2
            assert f'"{name}" configures this folder already' in result.stderr
        assert Path(name).read_text(encoding="utf-8") == text
        result = tokencost("init", "-m", "plain", "--dry-run")
        assert (result.exit_code, result.stdout[:8]) == (0, "# Limits")
        Path(name).unlink()
    assert not Path("tokencost.toml").exists()


@pytest.mark.posix
def test_init_writes_through_no_link(tokencost: Run) -> None:
    write("prompts/a.md")
    write("other.txt", "kept")
    Path("tokencost.toml").symlink_to("nowhere.toml")
    assert tokencost("init", "--no-config", "-m", "plain").exit_code == 2
    assert not Path("nowhere.toml").exists()


def test_a_configuration_further_up_gives_the_model_and_stays_as_it_is(
    tokencost: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("tokencost.toml", 'model = "guess"\n')
    write("shop/prompts/a.md")
    monkeypatch.chdir("shop")
    assert tokencost("init").exit_code == 0
    assert 'model = "guess"' in Path("tokencost.toml").read_text(encoding="utf-8")
