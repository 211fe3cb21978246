"""Generated inputs of every kind: 300 each time, 3,000 with `-m slow`."""

import json
import random
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
import tomli_w

from tests.conftest import PRICES, Run
from tests.robustness.generators import (
    BODIES,
    HOSTILE_JSON,
    HOSTILE_NAMES,
    HOSTILE_TOML,
    NUMBERS,
    file_text,
    request_text,
    table,
)
from tests.robustness.judge import bounded, commands_of, judge

_COMMANDS: tuple[tuple[str, ...], ...] = (
    ("count",),
    ("count", "-m", "guess", "-v"),
    ("count", "-m", "plain", "-f", "markdown"),
    ("estimate", "-m", "plain", "-o", "10"),
    ("estimate", "-m", "tiered", "--volume", "9/hour", "-v"),
    ("estimate", "-m", "plain", "-q"),
    ("check", "-m", "plain", "--max-tokens", "5"),
    ("compare", "-o", "5"),
)
_NUMBER_OPTIONS = (
    "--input-tokens", "--cached-tokens", "--cache-write-tokens", "-o", "--calls", "--volume",
    "--hit-rate", "--prefix-tokens", "--at", "--fx", "--cache-ttl", "--currency", "--alternatives",
    "--uncounted-tokens",
)  # fmt: skip
_VARIABLES = (
    "HOME", "XDG_CONFIG_HOME", "TOKENCOST_MODEL", "TOKENCOST_PRICES", "TOKENCOST_FX", "COLUMNS",
    "TOKENCOST_FORMAT", "TOKENCOST_CURRENCY", "TOKENCOST_CONFIG", "SOURCE_DATE_EPOCH", "TERM",
    "NO_COLOR", "LC_ALL", "TMPDIR",
)  # fmt: skip


def answers(run: Run, *args: str, stdin: bytes | None = None) -> int:
    """Run a command in bounded work and judge its answer; return the exit code."""
    with bounded():
        result = run(*args, stdin=stdin)
    judge(result.exit_code, result.stdout, result.stderr, has_aside=args[0] == "compress")
    return result.exit_code


def try_request(run: Run, seed: int) -> None:
    ending, text = request_text(seed)
    name = f"r{seed}.{ending}"
    Path(name).write_text(text, encoding="utf-8", errors="surrogatepass")
    command, *options = _COMMANDS[seed % len(_COMMANDS)]
    kind = ("--as", "request") if seed % 3 == 0 else ()
    answers(run, command, name, *options, *kind)


def try_file(run: Run, seed: int) -> None:
    ending, data = file_text(seed)
    name = f"f{seed}.{ending}"
    Path(name).write_bytes(data)
    command, *options = _COMMANDS[seed % len(_COMMANDS)]
    answers(run, command, name, *options)
    with bounded():
        result = run("compress", name, "--level", "lossy", "--output", f"{name}.out")
    assert result.exit_code in (0, 2)
    assert "internal error" not in result.stderr
    assert commands_of(result.output) == set()


def try_table(run: Run, seed: int) -> None:
    """What `prices validate` passes is never the reason why a later command has no answer."""
    shipped = tomllib.loads(PRICES.read_text(encoding="utf-8"))
    Path("t.toml").write_text(tomli_w.dumps(table(shipped, seed)), encoding="utf-8")
    if answers(run, "prices", "validate", "t.toml"):
        return
    sizes = ("--input-tokens", "60000", "-o", "10")
    for args in (
        ("estimate", *sizes, "-m", "plain", "-m", "tiered", "-m", "peak", "--volume", "9/hour"),
        ("estimate", *sizes, "-m", "tiered", "--mode", "batch", "--cache", "explicit"),
        ("compare", *sizes, "--all"),
        ("session", "-m", "tiered", "--turns", "3"),
        ("models", "show", "tiered"),
    ):
        with bounded():
            result = run(*args, "--prices", "t.toml")
        judge(result.exit_code, result.stdout, result.stderr)
        assert "t.toml" not in result.stderr, result.stderr


def try_number(run: Run, seed: int) -> None:
    source = random.Random(f"number {seed}")
    option, number = source.choice(_NUMBER_OPTIONS), source.choice(NUMBERS)
    size = () if option == "--input-tokens" else ("--input-tokens", "3000")
    answers(run, "estimate", *size, "-m", "tiered", f"{option}={number}")
    limit = source.choice(("--max-tokens", "--max-cost-per-call", "--max-tokens-per-file"))
    answers(run, "check", "--text=hello", "-m", "plain", f"{limit}={number}")
    answers(run, "count", "--text=hello", f"--max-input-size={number}")


def try_terminal(run: Run, seed: int) -> None:
    """A name of others stands in a file, a request, a table or an option."""
    source = random.Random(f"terminal {seed}")
    name = source.choice(HOSTILE_NAMES)
    eyes = source.choice(("table", "markdown"))
    folder = Path(f"d{seed}")
    folder.mkdir()
    (folder / f"{name.replace('/', '')}.md").write_text("hello", encoding="utf-8")
    answers(run, "count", folder.name, "-f", eyes, "-v", "--sort", "tokens")
    answers(run, "check", folder.name, "-m", "plain", "--max-tokens-per-file", "0", "-f", eyes)
    form = source.choice(sorted(BODIES))
    body = BODIES[form] | {"model": name, name: name}
    Path("n.json").write_text(_renamed(body, name), encoding="utf-8")
    answers(run, "estimate", "n.json", "-f", eyes, "-v")
    answers(run, "estimate", "n.json", "-m", "plain", "-f", eyes, "-v")
    for option in ("-m", "--tokenizer", "--encoding", "--as", "--site", "--prices", "--files-from"):
        answers(run, "estimate", "n.json", "-m", "plain", option, name)
    shipped = PRICES.read_text(encoding="utf-8")
    Path("n.toml").write_text(
        shipped + f"\n[extra]\n{tomli_w.dumps({name: name})}", encoding="utf-8"
    )
    answers(run, "prices", "validate", "n.toml")
    price = ("--input", "1", "--output", "2", "--source", name, "--checked", "today")
    code = answers(run, "prices", "add", f"x/{name}", *price, "--currency", "USD", "--to", "o.toml")
    assert code == 2 or not commands_of(name)  # an id that commands is not written


def try_environment(run: Run, seed: int) -> None:
    """Variables of others, and a user whom nobody knows, in front of any command."""
    source = random.Random(f"environment {seed}")
    value = source.choice((*HOSTILE_NAMES, *NUMBERS, "/dev/null", "/proc/self", ".", "~", ","))
    name = source.choice(_VARIABLES)
    Path("a.md").write_text("hello", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, value.replace("\0", ""))
        if seed % 4 == 0:
            patch.delenv("HOME", raising=False)
            patch.setattr(Path, "home", _no_home)
        command, *options = _COMMANDS[seed % len(_COMMANDS)]
        answers(run, command, "a.md", *options)
        answers(run, "estimate", "a.md", "-m", "plain", "--at", "today")
        answers(run, "prices", "path")
        answers(run, "tokenizers", "list")


def _no_home() -> Path:
    raise RuntimeError("Could not determine home directory.")  # as Python does in a container


def _renamed(body: object, name: str) -> str:
    quoted = json.dumps(name)[1:-1]
    return json.dumps(body).replace('"type": "text"', f'"type": "{quoted}"')


KINDS = {
    "request": (try_request, 120),
    "file": (try_file, 60),
    "table": (try_table, 60),
    "number": (try_number, 50),
    "terminal": (try_terminal, 20),
    "environment": (try_environment, 40),
}
_SHARE = 10  # cases of a test: each has a name to run it by, and starting one takes 5 ms


@pytest.mark.parametrize(
    ("kind", "first"),
    [(kind, first) for kind, (_, cases) in KINDS.items() for first in range(0, cases, _SHARE)],
)
def test_hostile_inputs_get_an_answer_or_an_error(tokencost: Run, kind: str, first: int) -> None:
    for seed in range(first, first + _SHARE):
        KINDS[kind][0](tokencost, seed)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@pytest.mark.parametrize("kind", KINDS)
def test_ten_times_as_many_hostile_inputs(tokencost: Run, kind: str, part: int) -> None:
    attempt, cases = KINDS[kind]
    for seed in range((part + 1) * 1000, (part + 1) * 1000 + cases):
        attempt(tokencost, seed)


def test_the_harness_has_enough_cases() -> None:
    assert sum(cases for _, cases in KINDS.values()) >= 300


@pytest.mark.parametrize("form", BODIES)
def test_what_json_can_hold_and_no_request_does_is_answered_in_every_form(
    tokencost: Run, form: str
) -> None:
    for hostile in HOSTILE_JSON:
        for text in (
            json.dumps(BODIES[form]).replace('"hello"', hostile),
            json.dumps(BODIES[form]).replace(
                '{"type": "object"', f'{{"x": {hostile}, "type": "object"'
            ),
        ):
            Path("h.json").write_text(text, encoding="utf-8")
            answers(tokencost, "count", "h.json", "--as", "request")
            code = answers(tokencost, "estimate", "h.json", "-m", "plain")
            assert code == 2 or hostile not in text or "ud800" not in hostile


@pytest.mark.parametrize("data", HOSTILE_TOML)
def test_what_toml_can_hold_and_no_price_table_does_is_refused(tokencost: Run, data: bytes) -> None:
    Path("t.toml").write_bytes(data)
    sizes = ("--input-tokens", "5", "-m", "plain", "--prices", "t.toml")
    answers(tokencost, "estimate", *sizes)
    for command in ("validate", "diff"):
        answers(tokencost, "prices", command, "t.toml", *(["builtin"] * (command == "diff")))
    price = ("--input", "1", "--output", "2", "--source", "s", "--checked", "2026-11-20")
    answers(tokencost, "prices", "add", "acme/new", *price, "--to", "t.toml")


@pytest.mark.parametrize("form", ["github", "junit", "sarif", "gitlab"])
@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_services_get_well_formed_reports_of_any_name(tokencost: Run, name: str, form: str) -> None:
    Path(f"{name.replace('/', '')}.md").write_text("hello world", encoding="utf-8")
    limits = ("--max-tokens-per-file", "1", "--max-tokens", "9")
    with bounded():
        result = tokencost("check", ".", "-m", "plain", *limits, "-f", form)
    assert result.exit_code == 1
    if form == "junit":
        assert len(ElementTree.fromstring(result.stdout).findall(".//failure")) == 1
    elif form == "github":
        judge(result.exit_code, result.stdout, result.stderr)
        commands = [line for line in result.stdout.splitlines() if line.startswith("::")]
        assert [line.partition(" ")[0] for line in commands] == ["::error"]
    else:
        json.loads(result.stdout)


LISTS = (
    b"", b"\n", b"\0\0", b"\xff\xfe\n", b"\xfe\xffa", b"\xff\xfe\x00\xd8", b"\xef\xbb\xbfa.md",
    b'"a', b'"a\\999.md"', b'"\\', b"\x1b[31m.md", b"/dev/null", b".", b"x" * 50_000, b"../" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("listing", LISTS, ids=range(len(LISTS)))
def test_a_list_of_files_of_any_bytes_is_answered(tokencost: Run, listing: bytes) -> None:
    Path("a.md").write_text("hello", encoding="utf-8")
    Path("list").write_bytes(listing)
    answers(tokencost, "count", "--files-from", "list")
    answers(tokencost, "estimate", "--files-from", "-", "-m", "plain", stdin=listing)
    limits = ("-m", "plain", "--max-tokens", "9")
    answers(tokencost, "check", "--files-from", "-", *limits, stdin=listing)


def test_hints_show_names_of_others_as_escapes(tokencost: Run) -> None:
    name = "a\x1b]52;c;aGk=\x07\u202eb.jsonl"
    record = {"model": "plain", "usage": {"prompt_tokens": 5, "completion_tokens": 6}}
    Path(name).write_text(f"{json.dumps(record)}\n" * 3, encoding="utf-8")
    with bounded():
        result = tokencost("estimate", name, "-m", "plain")
    assert "(tokencost usage a\\x1b]52;c;aGk=\\x07\\u202eb.jsonl will)" in result.stderr
    judge(result.exit_code, result.stdout, result.stderr)


def test_nesting_that_no_request_has_is_refused(tokencost: Run) -> None:
    deep = '{"a":' * 400 + "1" + "}" * 400
    body = json.dumps(BODIES["openai"]).replace('"properties": {}', f'"properties": {deep}')
    Path("deep.json").write_text(body, encoding="utf-8")
    result = tokencost("count", "deep.json")
    assert (result.exit_code, "nested too deeply" in result.stderr) == (2, True)


def test_endless_input_ends_at_the_size_that_was_asked_for(tokencost: Run) -> None:
    result = tokencost("count", "--max-input-size", "1k", stdin=b"y\n" * 501)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'<stdin>' holds more than 1,000 bytes" in result.stderr
    Path("a.txt").write_bytes(b"y\n" * 501)
    assert "'a.txt' holds more than" in tokencost("count", "a.txt", "--max-input-size=1k").stderr
    assert tokencost("count", "a.txt", "--max-input-size", "1002", "-q").exit_code == 0
    Path("a.jsonl").write_bytes(b'"y"\n' * 501)
    assert tokencost("count", "a.jsonl", "--max-input-size", "1k", "-q").exit_code == 0
