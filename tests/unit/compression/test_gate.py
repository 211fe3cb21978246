import json
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.compression import (
    ContentType,
    Level,
    TransformError,
    TransformStep,
    compress_text,
    levels_up_to,
)
from tokencost.compression.gate import (
    LEVELS,
    NO_FEWER_TOKENS,
    NOT_PROVEN,
    NOTHING_TO_CHANGE,
    run_transforms,
)
from tokencost.compression.registry import list_transforms, select_transforms
from tokencost.notes import Note
from tokencost.tokenizers import find_tokenizer

LINES = st.sampled_from(
    [
        *("# Title", "text  ", "", "", "| a   | b |", "|-----|---|", "| 1   | 2 |", "<!-- c -->"),
        *("```json", '{ "a": "\\u4e2d" }', "```", "```python", "x = 1  # note", "```c", "// note"),
        *('[{ "a": 1 }, { "a": 2 }]', "2026-11-22 10:00:00 a", "2026-11-22 10:00:09  b", "ＡＢＣ"),
        *("<p>one</p>", "import os", "A paragraph that is long enough to be worth it.", "```html"),
    ]
)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)


def tokens(text: str) -> int:
    return find_tokenizer("o200k_base").measure(text).expected


@given(
    text=TEXTS, name=st.sampled_from(["", "a.md", "a.json", "a.jsonl", "a.html", "a.log", "a.py"])
)
def test_never_more_tokens_and_nothing_to_do_the_second_time(text: str, name: str) -> None:
    for level in Level:
        first = compress_text(text, count=tokens, name=name, levels=levels_up_to(level))
        again = compress_text(first.text, count=tokens, name=name, levels=levels_up_to(level))
        assert first.tokens == tokens(first.text) <= first.tokens_before == tokens(text)
        assert again.text == first.text
        assert not again.accepted
        assert all(step.level in levels_up_to(level) for step in first.steps)
        assert compress_text(text, count=tokens, name=name, levels=levels_up_to(level)) == first


def test_each_step_says_what_it_brought() -> None:
    text = '[{"a": "\\u4e2d", "b": 1}, {"a": "\\u6587", "b": 2}]'
    result = compress_text(text, count=len, levels=levels_up_to(Level.REFORMATTED))
    assert result.text == '[{"a":"中","b":1},{"a":"文","b":2}]'
    assert result.steps == (
        TransformStep(
            name="json-compact", level=Level.LOSSLESS, before=50, after=43, accepted=True
        ),
        TransformStep(
            name="json-characters", level=Level.LOSSLESS, before=43, after=33, accepted=True
        ),
        TransformStep(
            name="json-columns",
            level=Level.REFORMATTED,
            before=33,
            after=43,
            accepted=False,
            reason=NO_FEWER_TOKENS,
        ),
    )
    assert (result.tokens_before, result.tokens, result.kind) == (50, 33, ContentType.JSON)


def test_escapes_of_chinese_shrink_by_more_than_half() -> None:
    rows = [
        {"编号": number, "城市": "北京", "说明": "今天天气很好，适合出门散步。"}
        for number in range(25)
    ]
    text = json.dumps(rows, indent=2)
    result = compress_text(text, count=tokens)
    assert result.tokens_before > 2_000
    assert result.tokens * 2 < result.tokens_before
    assert json.loads(result.text) == rows


def test_blocks_in_markdown_are_treated_as_what_they_are() -> None:
    text = (
        'Text  with  gaps. \n\n```json\n{ "a":  1 }\n```\n\n```python\nx = 1  # note\n```\n\n'
        "```yaml\na:  1  # note\n```\n\n```html\n<p>one</p>\n```\n\n```json\nnot:  json\n```\n"
    )
    result = compress_text(text, count=len, name="a.md", levels=tuple(Level))
    assert result.text == (
        'Text  with  gaps.\n\n```json\n{"a":1}\n```\n\n```python\nx = 1\n```\n\n'
        "```yaml\na:  1  # note\n```\n\n```html\n<p>one</p>\n```\n\n```json\nnot:  json\n```\n"
    )


def test_a_block_in_which_nothing_is_saved_stays_beside_one_that_is_shorter() -> None:
    """Counted in lines: the second block has one with and without its blanks."""
    blocks = '```json\n{\n "a": 1\n}\n```\n\n```json\n{ "b": 2 }\n```\n'
    result = compress_text(blocks, count=lambda text: text.count("\n"), name="a.md")
    assert result.text == '```json\n{"a":1}\n```\n\n```json\n{ "b": 2 }\n```\n'


def test_levels_and_names_choose_what_runs() -> None:
    text = "# T\n\n<!-- c -->\n\n![b](https://x.io/badge.svg)\n"
    names = [step.name for step in compress_text(text, count=len).steps]
    assert names == ["embedded-json", "markdown-tables", "markdown-whitespace"]
    also = compress_text(text, count=len, also=["markdown-badges"])
    assert [step.name for step in also.accepted][:1] == ["markdown-badges"]
    assert "<!-- c -->" in also.text


def test_the_kind_can_be_said() -> None:
    assert compress_text("a  b", count=len, kind=ContentType.OTHER).steps == ()
    assert compress_text("Stop.  Go", count=len, kind=ContentType.TEXT).text == "Stop. Go"


def test_an_unknown_transform_is_an_error_with_its_like() -> None:
    with pytest.raises(TransformError, match='unknown transform "markdown-badge"') as raised:
        compress_text("a", count=len, also=["markdown-badge"])
    assert "markdown-badges" in raised.value.hint
    with pytest.raises(TransformError) as raised:
        compress_text("a", count=len, also=["zzz"])
    assert "known: html-markdown" in raised.value.hint


class Shouting:
    name = "shouting"
    level = "lossless"
    kinds = ("text",)
    summary = "fewer letters"
    prefix_stable = False

    def compress(self, text: str) -> str:
        match text:
            case "fails":
                raise KeyError("x")
            case "nothing":
                return None  # type: ignore[return-value]
            case "longer":
                return "longer still"
            case _:
                return text.removesuffix("!")

    def verify(self, before: str, after: str) -> bool:
        return before != "lies!" and after != ""


@pytest.fixture(params=["Shouting", "SHOUTING"])
def plug_in(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    entry = EntryPoint("shouting", f"{__name__}:{request.param}", "tokencost.compressors")
    monkeypatch.setattr(EntryPoint, "load", lambda _: globals()[request.param])
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda **by: EntryPoints([entry]).select(**by)
    )


SHOUTING = Shouting()


@pytest.mark.usefixtures("plug_in")
@pytest.mark.parametrize(
    ("text", "after", "reason"),
    [
        ("hello!!", "hello!", None),
        ("hello", "hello", NOTHING_TO_CHANGE),
        ("lies!", "lies!", NOT_PROVEN),
        ("longer", "longer", NO_FEWER_TOKENS),
    ],
)
def test_a_plug_in_passes_the_same_gate_once(text: str, after: str, reason: Note | None) -> None:
    result = compress_text(text, count=len, also=["shouting"])
    assert result.text == after
    assert {step.name: step.reason for step in result.steps}["shouting"] == reason
    assert result.prefix_stable == (reason is not None)


@pytest.mark.usefixtures("plug_in")
@pytest.mark.parametrize(
    ("text", "message"),
    [("fails", "failed: KeyError: 'x'"), ("nothing", "returned None, which is not a text")],
)
def test_a_broken_plug_in_is_named(text: str, message: str) -> None:
    with pytest.raises(TransformError, match='transform "shouting"') as raised:
        compress_text(text, count=len, also=["shouting"])
    assert message in str(raised.value)


@pytest.mark.usefixtures("plug_in")
def test_a_plug_in_of_an_unknown_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shouting, "level", "same")
    with pytest.raises(TransformError, match='transform "shouting" has the level "same"') as raised:
        compress_text("hello!!", count=len, also=["shouting"])
    assert raised.value.hint == "a level is lossless, reformatted, lossy"


@pytest.mark.usefixtures("plug_in")
def test_the_list_names_plug_ins_last() -> None:
    listed = list_transforms().transforms
    assert (listed[-1].name, listed[-1].level, listed[-1].runs_by_name) == ("shouting", None, True)
    assert [transform.name for transform in listed].count("json-compact") == 1


SAMPLES = {
    ContentType.JSON: ('{ "a": [ 1, "\\u4e2d" ],', ' "b": { } }\n'),
    ContentType.JSON_LINES: ('{ "a": "\\u4e2d" }\n', '{ "a": 2 }\n'),
    ContentType.PYTHON: ("# note\nx = 1  # one\n", "y = 2  # two\n"),
    ContentType.C: ("// note\nint x; // one\n", "int y; // two\n"),
    ContentType.MARKDOWN: (
        "# T  \n\n<!-- c -->\n\n| a  | b |\n|----|---|\n\n![b](https://x.io/badge.svg)\n\nＡ\n\n",
        "\n\n| a  | b |\n|----|---|\n<!-- d -->\n",
    ),
    ContentType.TEXT: ("One.  Two.\n\n\n\nＡ\n\n", "One.  Two.\n\n\n\nＡ\n"),
    ContentType.LOG: (
        "2026-11-22 10:00:00 INFO  a\n2026-11-22 10:00:09 INFO  b\n\n",
        "2026-11-22 10:00:11 c",
    ),
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_is_called_stable_begins_alike_whatever_follows(kind: ContentType) -> None:
    head, tail = SAMPLES[kind]
    for transform in select_transforms(Level):
        if kind in transform.kinds and transform.prefix_stable:
            alone = transform.compress(head).rstrip("\n")
            assert transform.compress(head + tail).startswith(alone), transform.name


def test_a_step_that_saves_nothing_is_not_worth_a_change() -> None:
    result = compress_text("Stop.  Go", count=lambda _: 7)
    assert (result.text, result.steps[-1].reason) == ("Stop.  Go", NO_FEWER_TOKENS)


def test_a_block_that_would_cost_more_stays_beside_one_that_saves() -> None:
    def count(text: str) -> int:
        return len(text) + 50 * text.count('{"b"')

    saving, costing = f'{{ "a": [{" 1," * 40} 1 ] }}', '{ "b": 1 }'
    text = f"```json\n{saving}\n```\n\n```json\n{costing}\n```\n"
    result = compress_text(text, count=count, name="a.md")
    assert saving not in result.text
    assert costing in result.text


def test_a_text_that_nothing_changes_is_counted_only_for_its_report() -> None:
    counted: list[str] = []

    def count(text: str) -> int:
        counted.append(text)
        return len(text)

    run = run_transforms("Plain text.", count=count, levels=LEVELS)
    assert (run.text, run.accepted, counted) == ("Plain text.", [], [])
    assert [(step.before, step.after) for step in run.refused] == [(11, None)] * len(run.refused)
    assert run.tokens == run.tokens_before == 11
    assert counted == ["Plain text."]
