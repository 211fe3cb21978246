"""What is not counted, at the command line: a warning that names it, and no verdict without it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

Run = Callable[..., Result]
HELLO = {"type": "text", "text": "hello world"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}


def body(*parts: Any) -> str:
    return json.dumps({"model": "plain", "messages": [{"role": "user", "content": list(parts)}]})


@pytest.fixture(autouse=True)
def files(folder: Path) -> None:
    (folder / "cat.json").write_text(body(HELLO, IMAGE), encoding="utf-8")
    lines = [body(HELLO)] * 39 + [body(HELLO, IMAGE)]
    (folder / "forty.jsonl").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("command", ["estimate", "count"])
def test_quiet_is_the_number_and_a_warning_names_part_and_place(
    command: str, tokencost: Run
) -> None:
    result = tokencost(command, "cat.json", "-q")
    assert result.exit_code == 0
    assert float(result.stdout) > 0
    assert result.stderr.startswith("warning: not counted: 1 x image, in cat.json (message 1")


def test_every_upper_end_is_null_and_empty(tokencost: Run) -> None:
    report = json.loads(tokencost("estimate", "cat.json", "--json").stdout)
    (result,), (total,) = report["results"], report["totals"]
    ends = (result["tokens"]["input_high"], result["cost"]["high"], total["high"])
    assert ends == (None, None, None)
    assert result["tokens"]["method"] != "exact"
    header, row = tokencost("estimate", "cat.json", "-f", "csv").stdout.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert (cells["input_high"], cells["cost_high"], cells["uncounted"]) == ("", "", "image")


def test_tables_say_at_least(tokencost: Run) -> None:
    for format_ in ("table", "markdown"):
        output = tokencost("estimate", "cat.json", "-f", format_, "--no-scenarios").stdout
        assert "at least " in output
        assert "at least  " not in output


def test_no_best_is_claimed_and_each_way_is_only_possible(tokencost: Run) -> None:
    report = json.loads(tokencost("estimate", "cat.json", "--json").stdout)
    (scenarios,) = report["scenarios"]
    assert scenarios["best"]["name"] == "as it is"
    applying = [row for row in scenarios["rows"] if row["applies"]]
    assert {row["certainty"] for row in applying} <= {"possible"}


def test_check_of_forty_requests_names_the_one_it_cannot_judge(tokencost: Run) -> None:
    args = ("check", "forty.jsonl", "-m", "plain", "--max-tokens-per-file", "1000")
    result = tokencost(*args, "-o", "0", "--max-cost-per-call", "1USD", "--json")
    assert result.exit_code == 2
    statuses: dict[str, list[str]] = {}
    for finding in json.loads(result.stdout)["findings"]:
        statuses.setdefault(finding["rule"], []).append(finding["status"])
    assert statuses["max_cost_per_call"] == ["pass"] * 39 + ["error"]
    assert statuses["max_tokens_per_file"] == ["error"]
    assert "error: forty.jsonl:40: image (message 1" in result.stderr
    allowed = tokencost(*args, "--uncounted-tokens", "500", "-q")
    assert (allowed.exit_code, allowed.stdout) == (0, "pass\n")
    assert tokencost(*args, "--uncounted-tokens", "2k", "-q").exit_code == 1


def test_an_exact_tokenizer_refuses_it(tokencost: Run) -> None:
    result = tokencost("count", "cat.json", "-m", "plain", "--tokenizer", "exact")
    assert result.exit_code == 2
    assert "image (message 1" in result.stderr


def test_a_text_beside_requests_that_name_their_models_is_an_error(
    folder: Path, tokencost: Run
) -> None:
    (folder / "a.txt").write_text("hello", encoding="utf-8")
    (folder / "hello.json").write_text(body(HELLO), encoding="utf-8")
    for args in (("count",), ("check", "--max-tokens-per-file", "1000")):
        result = tokencost(*args, "hello.json", "a.txt")
        assert result.exit_code == 2
        assert "error: a.txt: no model named" in result.stderr
        assert tokencost(*args, "hello.json").exit_code == 0
    assert tokencost("check", "a.txt", "--max-tokens", "9").exit_code == 2


def limited(tokens: int | None, *, model: str = "plain") -> str:
    limit = {} if tokens is None else {"max_tokens": tokens}
    messages = [{"role": "user", "content": "hello world"}]
    return json.dumps({"model": model, **limit, "messages": messages})


def test_a_limit_on_cost_takes_the_output_that_each_request_allows_itself(
    folder: Path, tokencost: Run
) -> None:
    (folder / "both.jsonl").write_text(f"{limited(100)}\n{limited(200)}", encoding="utf-8")
    args = ("check", "both.jsonl", "--max-cost-per-call", "$10", "--json")
    findings = json.loads(tokencost(*args).stdout)["findings"]
    assert [finding["status"] for finding in findings] == ["pass", "pass"]
    given = json.loads(tokencost(*args, "-o", "200").stdout)["findings"]
    assert findings[1]["judged"] == given[1]["judged"]
    (folder / "one.jsonl").write_text(f"{limited(100)}\n{limited(None)}", encoding="utf-8")
    result = tokencost("check", "one.jsonl", "--max-cost-per-call", "$10")
    assert result.exit_code == 2
    assert "1 of the inputs do not limit theirs: one.jsonl:2" in result.stderr


def test_count_says_that_requests_name_another_model(folder: Path, tokencost: Run) -> None:
    (folder / "own.json").write_text(limited(None), encoding="utf-8")
    words = "1 request names the model plain; counted for haitang/tiered, as given"
    assert words in tokencost("count", "own.json", "-m", "tiered").stdout
    for models in (("-m", "plain"), ("-m", "plain", "-m", "tiered"), ()):
        assert "as given" not in tokencost("count", "own.json", *models).stdout


def test_requests_through_a_pipe_are_priced_for_the_models_they_name(
    folder: Path, tokencost: Run
) -> None:
    (folder / "own.json").write_text(limited(100), encoding="utf-8")
    named = tokencost("estimate", "own.json", "-q")
    piped = tokencost("estimate", "-q", stdin=limited(100))
    assert (piped.exit_code, piped.stdout) == (0, named.stdout)
    assert tokencost("check", "--max-tokens", "99", stdin=limited(100)).exit_code == 0
    assert "no model named" in tokencost("estimate", "-q", stdin="hello").stderr


def test_a_count_without_a_range_has_neither_a_tilde_nor_ends(folder: Path, tokencost: Run) -> None:
    form = {"type": "json_object"}  # free in the bills that were seen, and documented nowhere
    body = {"messages": [{"role": "user", "content": "hello world"}], "response_format": form}
    (folder / "json.json").write_text(json.dumps(body), encoding="utf-8")
    tokens = json.loads(tokencost("count", "json.json", "--json").stdout)["results"][0]["tokens"]
    assert (tokens["input_low"], tokens["input_high"], tokens["method"]) == (9, 9, "assumed")
    printed = tokencost("count", "json.json").stdout
    assert "assumed" in printed
    assert "~" not in printed
    assert "between" not in printed
