import gc
import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost.tokenizers import bpe, cuts, windows
from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.cuts import find_runs
from tokencost.tokenizers.patterns import CL100K, GEMMA4, O200K, SPACE
from tokencost.tokenizers.registry import _RECIPES

NAMES = list(_RECIPES)
FUZZED = 300  # of each vocabulary; 40,000 were tried once
# Characters at which patterns change their mind, and white space of every kind.
AROUND = [
    *"aZ1é中あ한・ー!/\n\r\t .，。'-<>Ⅷก็ʰß\u3000\u00a0\x1c\u0301",
    *("  ", "    ", "\t\t\t", "'s", "'ll", " a", "Ab", "\n\n", "</", "</b>", "<table>", "。中"),
]
REPEATED = [
    *"abZ中あ한éก\u0301!'-=#/\n \t\u3000\u00a0\r*.1½Ⅷ\x00\u200d😀\ue000<>ʰßſİ\x1c_",
    *("\r\n", "ab", "aB", "中文字", "あア", "@#", "!'", " \t", " \u3000"),
]
MIXED = [
    "abcdefghijklmnopqrstuvwxyz",
    "abcXYZ",
    "中文的一是不了在人有",
    ".,!?-=+*&^%$",
    "가나다",
    "  \t",
]


@pytest.fixture(scope="module", params=NAMES)
def full(request: pytest.FixtureRequest) -> Iterator[Encoding]:
    """Yield each vocabulary, one after the other: together they would take 1.5 GB."""
    encoding = Encoding(_RECIPES[request.param])
    encoding._full = encoding._encoder(encoding.vocabulary.ranks(), pattern=encoding.recipe.pattern)
    yield encoding
    del encoding
    gc.collect()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for runs of 12 characters and cut blocks and windows of a few."""
    short = {name: re.compile(_short(runs.pattern)) for name, runs in cuts._RUNS.items()}
    monkeypatch.setattr(cuts, "_RUNS", short)
    monkeypatch.setattr(cuts, "_PROBE", 12)
    monkeypatch.setattr(bpe, "_ONE_PART", 20)


def _short(pattern: str) -> str:
    assert "8192" in pattern
    return pattern.replace("{8192,}", "{12,}")


def ids(encoding: Encoding, text: str) -> list[int]:
    return [rank for part in encoding.id_blocks(text) for rank in part]


def at_once(encoding: Encoding, text: str) -> list[int]:
    """Return the tokens of *text* from the engine, which gets it in one call."""
    assert encoding._full is not None
    return encoding._full.encode(encoding._normalized(text))


def text_with_runs(chance: random.Random) -> str:
    parts = []
    for _ in range(chance.randrange(1, 5)):
        parts.append("".join(chance.choices(AROUND, k=chance.randrange(6))))
        number = chance.randrange(12, 220)
        if chance.random() < 0.6:
            parts.append(chance.choice(REPEATED) * number)
        else:
            parts.append("".join(chance.choices(chance.choice(MIXED), k=number)))
    return "".join((*parts, *chance.choices(AROUND, k=chance.randrange(6))))


@pytest.mark.usefixtures("small")
def test_tokens_in_windows_are_those_of_the_whole_text(
    full: Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(13)
    for _ in range(FUZZED):
        text = text_with_runs(chance)
        monkeypatch.setattr(windows, "_BLOCK", chance.choice((5, 40, 1_000_000)))
        monkeypatch.setattr(windows, "_DROPPED", chance.choice((1, 3, 8)))
        monkeypatch.setattr(bpe, "_WINDOWS", chance.choice(((8,), (16, 32), (40,), (64,))))
        assert ids(full, text) == at_once(full, text)


@pytest.mark.usefixtures("small")
@settings(max_examples=25)
@given(text=st.lists(st.sampled_from(AROUND) | st.characters(), max_size=40).map("".join))
def test_blocks_that_are_cut_at_every_break_have_the_tokens_of_the_whole_text(
    full: Encoding, text: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "_BLOCK", 1)
        assert ids(full, text) == at_once(full, text)


def test_a_break_that_is_wrong_for_a_pattern_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: OpenAI's pattern takes a slash after a line break together with what is before."""
    counter = encoding_of_tests()
    text = "a!\n/b"
    parts = windows.Windows(
        text,
        runs=(),
        breaks=re.compile("(?<=\n)"),
        encode=lambda part: at_once(counter, part),
        token=counter.vocabulary.token,
    )
    monkeypatch.setattr(windows, "_BLOCK", 1)
    assert [rank for part in parts.parts() for rank in part] != at_once(counter, text)


@pytest.mark.parametrize(
    ("character", "tokens"),
    [
        ("a", 125_000),  # with a token of 8
        (" ", 7813),  # with one of 128: 7,812 of them and one of 64
        ("\n", 62_500),  # with one of 16
        ("=", 15_625),  # with one of 64
        ("!", 62_500),
        ("/", 15_625),
        ("1", 333_334),  # three at a time
    ],
)
def test_a_million_of_one_character(character: str, tokens: int) -> None:
    assert encoding_of_tests().count(character * 1_000_000) == tokens


def test_ten_million_spaces_before_a_letter_are_counted_though_the_engine_gives_up() -> None:
    counter = encoding_of_tests()
    # All spaces but the last one are a piece; " a" is a token.
    assert counter.count(" " * 10_000_001 + "a") == 78_125 + 1


def test_windows_that_cannot_be_joined_leave_the_text_in_one_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = encoding_of_tests()

    def refuse(*_: object) -> None:
        raise windows.JoinError

    monkeypatch.setattr(windows.Windows, "_join", refuse)
    assert counter._count_text("b" * 100_000 + " c") == counter._count_text("b" * 100_000) + 1


_SHARED: list[Encoding] = []


def encoding_of_tests() -> Encoding:
    """Return o200k_base with its full encoder, which takes a while to make."""
    if not _SHARED:
        encoding = Encoding(_RECIPES["o200k_base"])
        encoding.count("a b" * 100_000)
        _SHARED.append(encoding)
    return _SHARED[0]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("a" * 100_000, [(0, 100_000, "")]),
        ("中" * 100_000 + " x", [(0, 100_000, "")]),
        # What follows a run of white space decides where its piece ends.
        (" " * 100_000 + "\n", [(0, 100_000, "\n")]),
        ("ab " * 100_000, []),
        ("1" * 100_000, []),  # three at a time, so that it matters where one begins to count
        ("\u0378" * 100_000, []),  # unassigned here, perhaps a digit to the engine
        ("\u0301" * 100_000, []),  # part of a sign that stands before it, else of a word
        # The capital joins letters without case unless a small one stands before them.
        ("中" * 100_000 + "A", []),
        ("\n" * 100_000 + "/", []),
        ("/" * 100_000 + "!", []),
    ],
)
def test_runs_are_taken_where_a_cut_within_them_changes_nothing(
    text: str, runs: list[tuple[int, int, str]]
) -> None:
    assert [(run.start, run.end, run.closing) for run in find_runs(text, O200K)] == runs


def test_a_pattern_has_runs_of_its_own() -> None:
    mixed = "aBc" * 30_000
    assert [*find_runs(mixed, O200K)] == []
    assert [run.end for run in find_runs(mixed, CL100K)] == [90_000]
    assert [run.end for run in find_runs(f"{mixed}1中", GEMMA4)] == [90_002]
    assert [*find_runs(mixed, "a pattern of somebody else")] == []
    assert [run.end for run in find_runs(" " * 20_000, "a pattern of somebody else")] == [20_000]


def test_an_unknown_pattern_is_cut_before_spaces_alone() -> None:
    assert cuts.breaks_of("a pattern of somebody else") is SPACE
