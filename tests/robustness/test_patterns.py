"""Patterns that users and files bring: whatever they are, work ends and nothing is printed raw."""

import base64
import json
from pathlib import Path

import pytest
import tomli_w

from tests.conftest import Run
from tests.robustness.judge import bounded, judge
from tests.robustness.test_processes import process

# `re` would try these for years on a text of one letter.
HOSTILE_PATTERNS = (
    "(a+)+b", "(a|a)*b", "(a|aa)+$b", "(.*a){20}b", ".*.*.*.*.*b", "((a*)*)*b", "([a-z]+)*_",
    "(a?){90}a{90}b", "a{0,150}a{0,40}b", "(?:a.?)+_", r"(\w+\s?)+_", "(x+x+)+y", "(?i)(A+)+B",
)  # fmt: skip
WRONG_PATTERNS = (
    "(", "[", "a**", "(?P<n", "\\", "(?<=a+)b", "(?=a)b", r"(a)\1", "(?x) a", "a*", "", "a{99999}",
    "(" * 300 + "a" + ")" * 300, "((a{99}){99}){99}", "((((){99}){99}){99}){99}", "\x1b[31m(",
    "(?#", "[z-a]", "(?i:a)", "x" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("pattern", HOSTILE_PATTERNS)
def test_a_placeholder_that_could_be_tried_for_years_is_searched(
    tokencost: Run, pattern: str
) -> None:
    Path("a.md").write_text(f"{'a' * 20_000}\nhello {{name}}\n", encoding="utf-8")
    with bounded():
        result = tokencost("estimate", "a.md", "-m", "plain", "--placeholder", pattern, "--json")
    assert result.exit_code == 0
    ends_at = json.loads(result.stdout)["scenarios"][0]["prefix"]["ends_at"]
    assert ends_at["line"] == 2  # its own form is in no line, {name} in the second


@pytest.mark.parametrize("pattern", WRONG_PATTERNS)
def test_a_placeholder_that_is_no_expression_is_an_error(tokencost: Run, pattern: str) -> None:
    for more in ((), ("-q",)):
        with bounded():
            result = tokencost(
                "estimate", "--text=hello", "-m", "plain", f"--placeholder={pattern}", *more
            )
        judge(result.exit_code, "", result.stderr)
        assert result.exit_code == 2


def _bytes_file() -> None:
    tokens = (f"{base64.b64encode(bytes([byte])).decode()} {byte}" for byte in range(256))
    Path("t.tiktoken").write_text("\n".join(tokens), encoding="utf-8")


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:(?:a|a)*b(?!c))|[\s\S]", r"(?:a*)*(?=b)|[\s\S]", r"((a*)*)*\1b|[\s\S]", "x*", "",
        r"(?<=a{3})b|(a|aa)+(?!.)x|[\s\S]", "(", "a", "(?>", "(?=a)", r"\p{Nothing}", r"(a)\2",
        "[" * 5000,
    ],
)  # fmt: skip
def test_a_pattern_that_does_not_split_is_refused_with_its_tokenizer(
    tokencost: Run, pattern: str
) -> None:
    _bytes_file()
    with bounded():
        result = tokencost("tokenizers", "add", "own", "t.tiktoken", f"--pattern={pattern}")
    judge(result.exit_code, result.stdout, result.stderr)
    assert result.exit_code == 2


def test_a_pattern_that_gives_up_on_a_text_is_an_error_and_never_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _bytes_file()
    own = {"XDG_CONFIG_HOME": str(tmp_path), "RUST_BACKTRACE": "1"}
    pattern = r"(?:(?:x|x)*y(?!c))|[\s\S]"
    added = process("tokenizers", "add", "own", "t.tiktoken", "--pattern", pattern, **own)
    assert added.returncode == 0
    Path("a.txt").write_text("x" * 40_000, encoding="utf-8")
    for args in (
        ("count", "a.txt", "--tokenizer", "own"),
        ("check", "a.txt", "--tokenizer", "own", "-m", "gpt-4o", "--max-tokens", "9"),
        ("compress", "a.txt", "--tokenizer", "own", "-q"),
        ("estimate", "a.txt", "--tokenizer", "own", "-m", "gpt-4o", "--json"),
    ):
        result = process(*args, **own)
        judge(result.returncode, "", result.stderr)
        assert result.returncode == 2
        assert "does not split a text" in result.stderr
    Path("b.txt").write_text("xyz", encoding="utf-8")
    assert process("count", "b.txt", "--tokenizer", "own", "-q", **own).stdout == "3\n"


@pytest.mark.parametrize(
    "model", ["9" * 5000, "gpt-²³", "gpt-" + "4" * 4400, "٣" * 5000, "-" * 9000]
)
def test_a_name_of_many_digits_is_an_unknown_model(tokencost: Run, model: str) -> None:
    body = {"model": model, "messages": [{"role": "user", "content": "hello"}]}
    Path("r.json").write_text(json.dumps(body), encoding="utf-8")
    for args in (
        ("estimate", "r.json"),
        ("models", "--", model),
        ("count", "--text", "x", f"-m={model}"),
    ):
        with bounded():
            result = tokencost(*args)
        judge(result.exit_code, result.stdout, result.stderr)
        assert result.exit_code == 2


STARS = (
    "*a" * 40 + "*b", "**/" * 40 + "b", "*a*" * 30 + "/**/" + "*a*" * 30 + "b", "*?" * 40 + "b",
    "*a***a**" * 20 + "b", "[a]*" * 40 + "b", "**/*a*" * 30 + "/b", "*[!b]*[a-c]" * 20 + "z",
)  # fmt: skip


@pytest.mark.parametrize("pattern", STARS)
def test_patterns_of_many_stars_are_answered(tokencost: Run, pattern: str) -> None:
    folder = Path("p", *["a" * 60] * 20)
    folder.mkdir(parents=True)
    for name in ("a" * 200, "a" * 100 + ".md"):
        (folder / name).write_text("hello", encoding="utf-8")
    budgets = [{"files": ["p/**", f"!{pattern}"], "max_tokens": 9}]
    configuration = {"model": "plain", "exclude": [pattern], "budget": budgets}
    Path("tokencost.toml").write_text(tomli_w.dumps(configuration), encoding="utf-8")
    Path(".gitignore").write_text(f"{pattern}\n", encoding="utf-8")
    Path("p/.gitignore").write_text(f"{pattern}\n!{pattern}/\n", encoding="utf-8")
    for line in ("count p -q", "check -q", "check p -m plain --max-tokens 9 -q", "count -q --"):
        glob = f"p/{pattern}" if line.endswith("--") else f"--exclude={pattern}"
        with bounded():
            result = tokencost(*line.split(), glob)
        judge(result.exit_code, result.stdout, result.stderr)
