"""No file that a budget speaks of is left out in silence: it is judged, or it is an error."""

from pathlib import Path

import pytest

from tests.repositories import Checkout
from tokencost.budgets import Budget, CheckReport, Limits, Status, check
from tokencost.inputs import read_prompts
from tokencost.pricing import PriceTable

pytestmark = pytest.mark.usefixtures("folder")
LIMITS = Limits(max_tokens_per_file=50)


def words(number: int) -> str:
    """Return a text of as many tokens."""
    return " ".join(["word"] * number)


@pytest.fixture
def project(folder: Path) -> Checkout:
    """A repository with two prompts, of 10 and 20 tokens, of which 50 are allowed."""
    project = Checkout.create(folder)
    project.commit({"prompts/a.md": words(10), "prompts/b.md": words(20)})
    return project


def judge(
    prices: PriceTable, *globs: str, exclude: tuple[str, ...] = (), limits: Limits = LIMITS
) -> CheckReport:
    """Judge the files of a budget."""
    files = globs or ("prompts/**",)
    budget = Budget(
        name="all", files=files, exclude=exclude, limits=limits, models=("plain",), root=Path()
    )
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
