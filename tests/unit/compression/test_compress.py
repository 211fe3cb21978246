import json

import pytest

from tokencost import (
    InputFormat,
    Level,
    PriceTable,
    Prompt,
    TokenizerError,
    UnknownModelError,
    compress,
    count,
)
from tokencost.compression.compress import total
from tokencost.notes import assumed, warning

DATA = '[\n  {"name": "one"},\n  {"name": "two"}\n]\n'
CHAT = {"model": "plain", "messages": [{"role": "user", "content": "Say  hello, please. "}]}


def test_a_text_is_counted_as_count_does(prices: PriceTable) -> None:
    report = compress(DATA, model="plain", prices=prices)
    assert report.text == '[{"name":"one"},{"name":"two"}]\n'
    assert report.before == count(DATA, models="plain", prices=prices).results[0].tokens
    assert report.after == count(report.text, models="plain", prices=prices).results[0].tokens
    assert (report.model, report.input, report.prefix_stable) == ("acme/plain", "<text>", True)
    assert report.assumptions == ()


def test_without_a_model_the_vocabulary_is_named() -> None:
    report = compress(DATA)
    assert (report.model, report.before.tokenizer) == (None, "o200k_base")
    assert report.assumptions == (assumed("default_tokenizer", tokenizer="o200k_base"),)


def test_the_tokenizer_decides() -> None:
    report = compress("ＡＢＣ", tokenizer="qwen2", level=Level.REFORMATTED)
    assert report.before.tokenizer == "qwen2"
    assert (report.text, report.after.expected) == ("ABC", 1)


def test_an_estimated_count_decides_by_what_is_expected(prices: PriceTable) -> None:
    report = compress(DATA, model="guess", prices=prices)
    assert report.after.expected < report.before.expected
    assert report.after.holds(report.after.low + 1)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"model": "plane"}, UnknownModelError),
        ({"tokenizer": "nonsense"}, TokenizerError),
        ({"model": "guess", "tokenizer": "exact"}, TokenizerError),
    ],
)
def test_what_cannot_be_counted_is_an_error(
    options: dict[str, str], error: type[Exception], prices: PriceTable
) -> None:
    with pytest.raises(error):
        compress(DATA, prices=prices, **options)  # type: ignore[arg-type]


def test_a_request_is_data(prices: PriceTable) -> None:
    text = json.dumps(CHAT, indent=4)
    read = Prompt(name="chat", text=text, kind="request")
    expected = count(text, models="plain", prices=prices).results[0].tokens
    for prompt, form in (
        (Prompt(name="chat.json", text=text), InputFormat.AUTO),
        (Prompt(name="chat", text=text), InputFormat.REQUEST),
        (read, InputFormat.AUTO),
    ):
        report = compress(prompt, input_format=form, level=Level.LOSSY, prices=prices)
        assert report.text == text
        assert report.before.expected < expected.expected
        assert report.assumptions == (
            assumed("models_of_requests"),
            assumed("request_is_data"),
        )
        assert report.model == "acme/plain"


def test_a_request_that_is_taken_for_a_text_is_compressed() -> None:
    prompt = Prompt(name="chat.json", text=json.dumps(CHAT, indent=4))
    report = compress(prompt, input_format=InputFormat.TEXT)
    assert report.text == json.dumps(CHAT, separators=(",", ":"))


def test_lines_of_requests_are_data_and_counted_together(prices: PriceTable) -> None:
    text = "\n".join(json.dumps(CHAT) for _ in range(3))
    report = compress(Prompt(name="batch.jsonl", text=text), model="plain", prices=prices)
    single = compress(Prompt(name="chat.json", text=json.dumps(CHAT)), model="plain", prices=prices)
    assert report.text == text
    assert report.before.expected == 3 * single.before.expected


def test_other_json_lines_are_compressed() -> None:
    report = compress(Prompt(name="rows.jsonl", text='{"a": 1}\n{"a": 2}\n'))
    assert report.text == '{"a":1}\n{"a":2}\n'


def test_counts_of_several_kinds_are_an_estimate(prices: PriceTable) -> None:
    both = count("hello", models=["plain", "guess"], prices=prices)
    together = total(both)
    assert together.expected == sum(result.tokens.expected for result in both.results)
    assert (str(together.method), together.tokenizer) == ("estimated", None)


def test_a_type_of_content_that_is_not_known_is_a_warning() -> None:
    report = compress(Prompt(name="a.yaml", text="a:  1\n"))
    assert (report.text, report.warnings) == ("a:  1\n", (warning("unknown_content"),))


def test_an_empty_text_stays_empty() -> None:
    report = compress("")
    assert (report.text, report.before.expected, report.after.expected) == ("", 0, 0)
