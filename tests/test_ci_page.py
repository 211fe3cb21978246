"""The files that the page on CI gives away: what they name is there, and their commands run."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import documents
from tests.repositories import Checkout

pytestmark = pytest.mark.posix
yaml: Any = importlib.import_module("yaml")  # untyped
PAGE = (documents.GUIDE / "budgets-in-ci.md").read_text(encoding="utf-8")
ACTION = "OWNER/tokencost/.github/actions/tokencost@COMMIT"


@pytest.fixture
def shop(tmp_path: Path) -> Checkout:
    """Write the files of the page to a repository."""
    repository = Checkout.create(tmp_path / "shop")
    documents.write_files(PAGE, repository.folder)
    repository.git("add", "--all")
    repository.git("commit", "-q", "-m", "start")
    return repository


def read(repository: Checkout, name: str) -> Any:
    return yaml.safe_load((repository.folder / name).read_text(encoding="utf-8"))


def test_the_workflow_takes_what_the_action_has(shop: Checkout) -> None:
    (job,) = read(shop, ".github/workflows/prompts.yml")["jobs"].values()
    checkout, action = job["steps"]
    assert re.fullmatch(r"actions/checkout@[0-9a-f]{40}", checkout["uses"])
    assert checkout["with"]["fetch-depth"] == 0
    assert action["uses"] == ACTION
    folder = documents.ROOT / ".github" / "actions" / "tokencost"
    described = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
    assert action["with"].keys() <= described["inputs"].keys()
    for name in (*described["inputs"], *described["outputs"]):
        assert f"`{name}`" in PAGE


def test_the_hook_has_the_name_that_the_page_says(shop: Checkout) -> None:
    (repository,) = read(shop, ".pre-commit-config.yaml")["repos"]
    text = (documents.ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert {hook["id"] for hook in repository["hooks"]} <= {
        hook["id"] for hook in yaml.safe_load(text)
    }


@pytest.mark.parametrize(("words", "code"), [(0, 0), (100, 1)])
def test_the_job_of_gitlab_is_red_when_a_prompt_grows_by_100_tokens(
    shop: Checkout, tmp_path: Path, words: int, code: int
) -> None:
    base = shop.git("rev-parse", "HEAD")
    shop.git("switch", "-q", "-c", "branch")
    name = "prompts/refund.md"
    shop.commit({name: (shop.folder / name).read_text(encoding="utf-8") + " word" * words})
    job = read(shop, ".gitlab-ci.yml")["prompts"]
    for program, script in {
        "pip": "exit 0",
        "tokencost": f'exec {sys.executable} -m tokencost "$@"',
    }.items():
        path = tmp_path / "bin" / program
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", "\n".join(job["script"])],
        cwd=shop.folder,
        env={
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(documents.ROOT),
            "HOME": str(tmp_path),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        },
        capture_output=True,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    reports = job["artifacts"]["reports"]
    issues = json.loads((shop.folder / reports["codequality"]).read_text(encoding="utf-8"))
    assert [issue["location"]["path"] for issue in issues] == [name] * code
    assert (shop.folder / reports["junit"]).read_text(encoding="utf-8").count("<failure ") == code
