"""Many files that workers read."""

import copy
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace as replaced
from pathlib import Path

import pytest

import tokencost
from tokencost import corpora as measures
from tokencost.estimates import model_count
from tokencost.inputs import InputSet, Prompt, files, large_of, pool, read_prompts, workers
from tokencost.inputs.workers import SharedPrompt, SharedText
from tokencost.values import replace

pytestmark = pytest.mark.skipif(
    pool.start_method() != "fork" or not hasattr(os, "memfd_create"),
    reason="processes do not share texts here",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enter a folder in which three files are many, in tasks of two."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workers, "_LEAST", 3)
    monkeypatch.setattr(workers, "_TASK", 2)
    return tmp_path


def write(**texts: str | bytes) -> None:
    for name, text in texts.items():
        path = Path(name.replace("_", "."))
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def odd(folder: Path) -> Path:
    """Return a folder with files of every kind among plain ones."""
    write(
        a_md="hello",
        b_md="",
        c_md="hello",
        d_md="中文\r\n",
        e_md=b"\xff",
        f_md=b"a\0b",
        g_png=b"\x89PNG\0",
        h_json='{"messages": [{"role": "user", "content": "hi"}]}',
        i_jsonl='{"text": "one"}\n{"text": "two"}\n',
        j_md="version https://git-lfs.github.com/spec/v1\noid x\n",
        k_md=b"\xff\xfeh\0",
        l_md="x" * 99,
        m_md="many " * 30,
        n_md="ends",
    )
    Path("o.md").symlink_to("a.md")
    Path("p.md").symlink_to("nothing")
    os.mkfifo("q.md")
    with open(b"r\xff.md", "wb") as file:  # noqa: PTH123 - a name that is not UTF-8
        file.write(b"named")
    return folder


def both(read: Callable[[], InputSet]) -> tuple[InputSet, InputSet]:
    """Return what one process reads, and what workers do."""
    with tokencost.workers(1):
        alone = read()
    with tokencost.workers(2):
        return alone, read()


def told(reading: InputSet) -> list[object]:
    """Return all that can be said of a reading."""
    prompts = [
        (one.name, one.text, one.kind, one.request, one.file, one.characters, bool(large_of(one)))
        for one in reading.prompts
    ]
    errors = [(str(error), error.path, error.line, error.code) for error in reading.errors]
    return [prompts, errors, reading.notes]


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"every_file": True},
        {"exclude": ["a.md", "*.json"]},
        {"encoding": "utf-16"},
        {"encoding": "latin-1", "max_bytes": 50},
        {"input_format": tokencost.InputFormat.TEXT},
        {"input_format": tokencost.InputFormat.REQUEST},
    ],
)
def test_workers_read_what_one_process_reads_with_the_same_errors_in_the_same_order(
    options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGE", 120)  # m.md has 150
    for paths in ([Path()], ["a.md", ".", "*.md"], ["none.md", "*.{md,json}"]):
        alone, together = both(lambda paths=paths: read_prompts(paths, **options))  # type: ignore[arg-type,misc]
        assert told(together) == told(alone)
        assert alone.prompts or alone.errors


def test_most_texts_are_read_by_workers_and_counted_by_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(a_md="hello", b_md="hello world", c_md="hello", d_json='"hello"')
    monkeypatch.setattr(model_count, "_LEAST_FOR_WORKERS", 1)
    monkeypatch.setattr(measures, "_TASK", 6)
    plain = tokencost.count(Path(), "gpt-4o").to_json()
    with tokencost.workers(2):
        reading = read_prompts(["."])
        report = tokencost.count(reading, "gpt-4o")
    assert [isinstance(prompt, SharedPrompt) for prompt in reading.prompts] == [True] * 3 + [False]
    assert [result.tokens.expected for result in report.results] == [1, 2, 1, 3]
    assert report.to_json() == plain


def test_few_files_and_one_process_need_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    write(a_md="hello", b_md="hello world")
    monkeypatch.setattr(pool, "Pool", None)
    with tokencost.workers(2):
        assert len(read_prompts(["."]).prompts) == 2
    write(c_md="hello")
    with tokencost.workers(1):
        assert len(read_prompts(["."]).prompts) == 3
    with tokencost.workers(2), pytest.raises(TypeError):
        read_prompts(["."])


def test_where_processes_do_not_share_texts_one_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    write(a_md="hello", b_md="hello world", c_md="hi")

    def refuse(*_: object) -> int:
        raise OSError(38, "Function not implemented")

    for name, value in (("memfd_create", refuse), ("pwrite", refuse)):
        with monkeypatch.context() as patched, tokencost.workers(2):
            patched.setattr(os, name, value)
            reading = read_prompts(["."])
        assert [type(prompt) for prompt in reading.prompts] == [Prompt] * 3
        assert [prompt.text for prompt in reading.prompts] == ["hello", "hello world", "hi"]
    monkeypatch.setattr(pool, "start_method", lambda: "spawn")
    with tokencost.workers(2):
        assert [type(prompt) for prompt in read_prompts(["."]).prompts] == [Prompt] * 3


def test_a_file_that_changes_later_counts_as_it_was_read() -> None:
    write(a_md="hello", b_md="hello world", c_md="hi")
    with tokencost.workers(2):
        reading = read_prompts(["."])
    write(a_md="other words", b_md="")
    Path("c.md").unlink()
    assert [prompt.text for prompt in reading.prompts] == ["hello", "hello world", "hi"]


@pytest.fixture
def shared() -> Iterator[tuple[Prompt, ...]]:
    """Yield prompts with the texts "hello", "hello" and "中文"."""
    write(a_md="hello", b_md="hello", c_md="中文")
    with tokencost.workers(2):
        yield read_prompts(["."]).prompts


def test_equal_texts_are_one_key_and_equal_no_text_of_another_kind(
    shared: tuple[Prompt, ...],
) -> None:
    first, second, third = (prompt.shared for prompt in shared)  # type: ignore[attr-defined]
    assert len({first, second, third}) == 2
    assert first != "hello"
    assert [len(first), len(third), str(third)] == [5, 2, "中文"]
    other = SharedText(third._store, third._start, first._size, 5, hash(first))
    assert other != first


def test_a_shared_prompt_is_a_prompt_like_any_other(shared: tuple[Prompt, ...]) -> None:
    first, second, _ = shared
    plain = Prompt(name="a.md", text="hello", file="a.md")
    for made in (copy.deepcopy(first), pickle.loads(pickle.dumps(first))):
        assert (type(made), made) == (Prompt, plain)
    for change in (replace, replaced):
        assert change(first, text="bye") == Prompt(name="a.md", text="bye", file="a.md")
    assert first != second
    assert pickle.loads(pickle.dumps(first.shared)) == "hello"  # type: ignore[attr-defined]


def test_a_worker_that_dies_of_a_file_leaves_it_to_who_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(a_md="hello", b_md="hello world", c_md="die", d_md="hi", e_md="ho")
    parent, decode = os.getpid(), files.decode

    def die(data: bytes, *, name: str, encoding: str) -> str:
        if data == b"die" and os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return decode(data, name=name, encoding=encoding)

    monkeypatch.setattr(workers, "decode", die)
    with tokencost.workers(2):
        reading = read_prompts(["."])
    assert [prompt.text for prompt in reading.prompts] == [
        "hello",
        "hello world",
        "die",
        "hi",
        "ho",
    ]
    assert reading.errors == ()


def test_ctrl_c_while_workers_read_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    write(a_md="hello", b_md="hello world", c_md="hi")
    started: list[pool.Pool[object, object]] = []
    enter = pool.Pool.__enter__

    def note(self: pool.Pool[object, object]) -> pool.Pool[object, object]:
        started.append(self)
        return enter(self)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pool.Pool, "__enter__", note)
    monkeypatch.setattr("tokencost.inputs.workers.SharedPrompt", interrupt)
    with tokencost.workers(2), pytest.raises(KeyboardInterrupt):
        read_prompts(["."])
    assert [one._workers for one in started] == [[]]


def test_what_counts_much_is_loaded_while_workers_read(monkeypatch: pytest.MonkeyPatch) -> None:
    write(a_md="hello", b_md="hello world", c_md="hi", d_md="ho", e_md="a")
    loaded: list[str] = []

    def load() -> None:
        loaded.append("o200k_base")
        raise tokencost.UsageError("who counts says this")

    for least, times in ((1_000, 0), (20, 1)):  # they have 5 + 11 + 2 + 2 + 1 bytes
        monkeypatch.setattr(workers, "_MUCH", least)
        with tokencost.workers(2, meanwhile=load):
            reading = read_prompts(["."])
        assert [prompt.text for prompt in reading.prompts] == [
            "hello",
            "hello world",
            "hi",
            "ho",
            "a",
        ]
        assert all(isinstance(prompt, SharedPrompt) for prompt in reading.prompts)
        assert len(loaded) == times
