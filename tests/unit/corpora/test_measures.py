import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

import tokencost
from tokencost import corpora as measures
from tokencost.corpora import measured
from tokencost.estimates import model_count
from tokencost.inputs import Prompt, files, large_of, large_text, pool
from tokencost.inputs.jobs import number_of_workers
from tokencost.report.phrases import sentence
from tokencost.tokenizers import find_tokenizer
from tokencost.tokenizers.registry import encoding
from tokencost.tokenizers.request_count import count_prompt

MODELS = ("openai/gpt-4o", "anthropic/claude-opus-4.7", "alibaba/qwen3-max")
TEXTS = [f"Question {number}: what is {number} times {number}?" for number in range(50)]
REQUEST = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "What is the weather?"}],
    "tools": [
        {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
    ],
}


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers count the smallest texts, a few in a task."""
    monkeypatch.setattr(model_count, "_LEAST_FOR_WORKERS", 1)
    monkeypatch.setattr(measures, "_TASK", 300)


def test_a_report_is_the_same_with_workers_and_without() -> None:
    plain = [
        tokencost.count(TEXTS).to_json(),
        tokencost.count(TEXTS, MODELS).to_json(),
        tokencost.count([REQUEST, REQUEST]).to_json(),
        tokencost.estimate(TEXTS, MODELS, output_tokens=500).to_json(),
        tokencost.compare(TEXTS, MODELS).to_json(),
        tokencost.check(TEXTS, MODELS, limits=tokencost.Limits(max_tokens=100)).to_json(),
    ]
    with tokencost.workers(2):
        assert plain == [
            tokencost.count(TEXTS).to_json(),
            tokencost.count(TEXTS, MODELS).to_json(),
            tokencost.count([REQUEST, REQUEST]).to_json(),
            tokencost.estimate(TEXTS, MODELS, output_tokens=500).to_json(),
            tokencost.compare(TEXTS, MODELS).to_json(),
            tokencost.check(TEXTS, MODELS, limits=tokencost.Limits(max_tokens=100)).to_json(),
        ]


def test_texts_are_counted_by_workers_and_not_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = find_tokenizer("o200k_base")
    prompts = [Prompt(name="a", text="hello world"), Prompt(name="b", text="hello")]
    with measured([(tokenizer, prompt) for prompt in prompts], jobs=2) as notes:
        monkeypatch.setattr(type(tokenizer), "measure", None)
        counts = [count_prompt(prompt, tokenizer, model="gpt-4o") for prompt in prompts]
    assert [count.expected for count in counts] == [2, 1]
    assert notes == []


def test_workers_tell_how_much_is_done() -> None:
    seen: list[tuple[int, int]] = []
    with tokencost.workers(2), tokencost.watch(lambda done, total: seen.append((done, total))):
        tokencost.count(["a" * 300, "b" * 300])
    assert (300, 600) in seen
    assert seen[-1] == (600, 600)


def test_small_inputs_start_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(measures, "Pool", None)
    with tokencost.workers(2):
        assert tokencost.count("hello world").results[0].tokens.expected == 2


def test_where_the_faster_engine_counts_alone_fewer_inputs_start_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("splintr", reason="the extra fast is not installed")
    monkeypatch.setattr(model_count, "MUCH", 1)
    monkeypatch.setattr(measures, "Pool", None)
    with tokencost.workers(2):
        assert tokencost.count("hello world", "gpt-4o").results[0].tokens.expected == 2
        with pytest.raises(TypeError):
            tokencost.count("hello world", ["gpt-4o", "anthropic/claude-opus-4.7"])


def test_an_unknown_tokenizer_is_the_same_error_with_workers() -> None:
    with tokencost.workers(2), pytest.raises(tokencost.TokencostError, match="unknown tokenizer"):
        tokencost.count("hello", tokenizer="none")


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a text that is too large to be held, of a few parts."""
    monkeypatch.setattr(files, "LARGE", 1000)
    monkeypatch.setattr(large_text, "_PART", 500)
    monkeypatch.setattr(large_text, "_PIECE", 100)
    monkeypatch.setattr(large_text, "_LOOK", 200)
    path = tmp_path / "large.txt"
    path.write_text("A line of words, 中文。\n" * 200, encoding="utf-8")
    return path


def test_parts_of_a_large_text_are_counted_by_workers(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = large.read_text(encoding="utf-8")
    whole = [tokencost.count(text, model).results[0].tokens for model in MODELS]
    with tokencost.workers(2):
        assert [tokencost.count(large, model).results[0].tokens for model in MODELS] == whole
        report = tokencost.count([large, large.parent], MODELS)
    assert [result.tokens for result in report.results] == whole
    for method in ("fork", "spawn"):
        monkeypatch.setattr(pool, "start_method", lambda method=method: method)
        monkeypatch.setattr(measures, "start_method", lambda method=method: method)
        with tokencost.workers(2):
            assert tokencost.count(large).results[0].tokens == whole[0]


def test_workers_count_large_standard_input_where_they_share_it(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = tokencost.count(large).results[0].tokens
    for method in ("fork", "spawn"):
        monkeypatch.setattr(measures, "start_method", lambda method=method: method)
        monkeypatch.setattr(pool, "start_method", lambda method=method: method)
        with large.open("rb") as stdin:
            monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=stdin, close=print))
            prompts = tokencost.read_prompts(["-"])
        assert large_of(prompts.prompts[0])
        with tokencost.workers(2):
            assert tokencost.count(prompts).results[0].tokens == tokens


def test_of_a_text_too_large_to_be_held_savings_know_the_size_alone(large: Path) -> None:
    report = tokencost.savings(tokencost.estimate(large, "gpt-4o", output_tokens=100))
    (model,) = report.savings
    reasons = [sentence(outcome.reason) for outcome in model.outcomes if outcome.reason]
    assert any("texts of more than 4 MB are not searched" in reason for reason in reasons)
    assert model.best_if_waiting is not None
    assert model.best_if_waiting.name == "batch"


def tell_what_is_loaded(task: measures._Texts, *, size: int) -> list[measures.Size]:
    assert size == 0
    loaded = int(encoding(task.tokenizer.name)._full is not None)
    return [(loaded, loaded, loaded) for _ in task.texts]


@pytest.mark.parametrize(("texts", "loaded"), [(["a" * 300, "b" * 300], 1), (["hello"], 0)])
@pytest.mark.skipif(pool.start_method() != "fork", reason="processes are not forked here")
def test_what_several_tasks_need_is_loaded_once_before_workers_are_forked(
    monkeypatch: pytest.MonkeyPatch, texts: list[str], loaded: int
) -> None:
    encoding.cache_clear()
    monkeypatch.setattr(measures, "_measure", tell_what_is_loaded)
    tokenizer = find_tokenizer("o200k_base")
    prompts = [Prompt(name=text[0], text=text) for text in texts]
    with measured([(tokenizer, prompt) for prompt in prompts], jobs=2):
        counts = [count_prompt(prompt, tokenizer, model="gpt-4o") for prompt in prompts]
    assert [count.expected for count in counts] == [loaded] * len(texts)
    encoding.cache_clear()


def kill_first(task: measures._Texts, *, size: int) -> list[measures.Size]:
    assert size == 0
    mark = Path(str(task.texts[0]).removesuffix("x"))
    if not mark.exists():
        mark.touch()
        signal.raise_signal(signal.SIGTERM)
    return [(3, 3, 3) for _ in task.texts]


def test_a_worker_that_died_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "_measure", kill_first)
    prompt = Prompt(name="a", text=f"{tmp_path}/mark")
    tokenizer = find_tokenizer("o200k_base")
    with measured([(tokenizer, prompt)], jobs=2) as notes:
        assert count_prompt(prompt, tokenizer, model="gpt-4o").expected == 3
    assert [sentence(note) for note in notes] == [
        "a worker ended too early; what it had was counted once more"
    ]


def test_there_is_a_worker_for_each_core_unless_a_number_is_given() -> None:
    assert number_of_workers() == 1
    with tokencost.workers(3):
        assert number_of_workers() == 3
    with tokencost.workers():
        assert number_of_workers() >= 1
    with pytest.raises(tokencost.UsageError, match="jobs is 0"), tokencost.workers(0):
        pass


def test_prompts_of_one_model_share_a_tokenizer() -> None:
    model = tokencost.find_model(tokencost.load_price_table(), "gpt-4o")
    pairs = [(model, Prompt(name=text, text=text)) for text in TEXTS]
    tokenizers = {id(tokenizer) for tokenizer, _ in model_count.tokenizers_for(pairs, None)}
    assert len(tokenizers) == 1


@pytest.mark.parametrize(
    ("models", "tokenizer", "loaded"),
    [
        ((), None, {"o200k_base"}),
        ((), "exact", {"o200k_base"}),
        ((), "qwen2", {"qwen2"}),
        (("gpt-4o", "gpt-4"), None, {"o200k_base", "cl100k_base"}),
        (("gpt-4o",), "qwen2", {"qwen2"}),
    ],
)
def test_tokenizers_are_loaded_by_their_models_or_by_their_name(
    monkeypatch: pytest.MonkeyPatch,
    models: tuple[str, ...],
    tokenizer: str | None,
    loaded: set[str],
) -> None:
    names: set[str] = set()
    monkeypatch.setattr(model_count, "load", lambda one, **_: names.add(one.name))
    tokencost.load_tokenizers(models, tokenizer=tokenizer)
    assert names == loaded


def test_a_tokenizer_of_nobody_is_not_loaded() -> None:
    with pytest.raises(tokencost.TokencostError, match="unknown tokenizer"):
        tokencost.load_tokenizers(tokenizer="none")
