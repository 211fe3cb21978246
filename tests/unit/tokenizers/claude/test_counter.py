import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost import tokenizers
from tokencost.tokenizers.claude import FRAMES, count
from tokencost.tokenizers.claude.pieces import BOW, CAPS, EOW, SHIFT, Tiling, load, pack
from tokencost.tokenizers.claude.text_classes import KINDS

FAMILIES = st.sampled_from(list(FRAMES))
OPENING, WHITE_SPACE = (BOW, SHIFT, CAPS), " \t\n\u3000"
# Nothing that normalization takes away or makes a space of.
SOLID = st.lists(
    st.sampled_from([*"aZ1é中あ,'-½٣(\u0301\u0345\ufe0f\u094d😀한", "'s", "Ab"]), min_size=1
).map("".join)


@pytest.mark.parametrize(
    ("text", "claude_3", "claude_4_7", "claude_4_8"),
    [
        ("hello, world", 3, 4, 4),
        ("it's", 2, 2, 2),
        ("x'S", 3, 3, 3),
        ("Hello", 1, 3, 3),
        ("HELLO", 2, 4, 4),
        ("GaN", 2, 3, 3),
        ("a b", 2, 2, 2),
        ("a  b", 3, 3, 3),
        (" a", 1, 1, 2),
        ("1 2", 4, 4, 3),
        ("12345", 3, 3, 2),
        ("a! b", 3, 3, 3),
        ("a!b", 3, 3, 3),
        ("你好，世界。", 7, 7, 6),
        ("naïve", 3, 3, 3),
        ("“x”", 3, 3, 3),
        ("😀", 3, 3, 2),
        ("\n\n", 1, 1, 0),
        ("text\n\n\n", 1, 1, 1),
        ("\x01", 1, 1, 0),
        ("e\u0301", 1, 1, 1),
        ("A\ua7cbBC", 5, 6, 6),  # letters of Unicode 16
        ("\u1c89a", 6, 6, 6),
        ("\u0897", 5, 5, 5),  # a mark of Unicode 16
    ],
)
def test_small_examples(text: str, claude_3: int, claude_4_7: int, claude_4_8: int) -> None:
    """Counts that ctok 1.3.0 gives, less the frame."""
    assert [count(text, family) for family in FRAMES] == [claude_3, claude_4_7, claude_4_8]


def test_frames() -> None:
    assert dict(FRAMES) == {"claude-3": 7, "claude-4.7": 11, "claude-4.8": 6}


@pytest.mark.parametrize("family", FRAMES)
def test_an_empty_text_has_no_tokens(family: str) -> None:
    assert count("", family) == 0


def test_an_unknown_family_is_an_error() -> None:
    with pytest.raises(KeyError):
        count("text", "claude-2")


@given(st.text(), FAMILIES)
def test_any_text_has_a_count(text: str, family: str) -> None:
    assert count(text, family) >= 0


@given(SOLID, SOLID)
def test_a_line_feed_separates(before: str, after: str) -> None:
    """Where no frame stands before the text, what surrounds a line feed counts on its own."""
    separately = count(before, "claude-4.8") + count(after, "claude-4.8")
    assert count(f"{before}\n{after}", "claude-4.8") == separately + 1


@given(st.text(max_size=60), FAMILIES)
def test_nothing_depends_on_what_was_counted_before(text: str, family: str) -> None:
    once = count(text, family)
    count(text.upper() + " " + text, family)
    assert count(text, family) == once


@given(st.text(), FAMILIES)
def test_private_and_control_characters_do_not_count(text: str, family: str) -> None:
    """The characters that serve as markers, for one."""
    solid = "".join(filter(str.isalnum, text))
    assert count(f"a{solid}{BOW}{EOW}\x01{SHIFT}", family) == count(f"a{solid}", family)


@pytest.mark.parametrize("name", ["claude-3", "claude-4.7"])
def test_the_files_are_packed(name: str) -> None:
    path = Path(tokenizers.__file__).parent / "vocabularies" / f"{name}.pieces"
    data = zlib.decompress(path.read_bytes())
    title, prefixes, pieces = data.decode().split("\x01")
    assert title == f"{name}, from ctok==1.3.0"
    assert pack(title, pieces.split("\0"), prefixes.split()) == data
    assert not set("\x01\0") & set("".join(load(name).known))


@pytest.mark.parametrize("name", ["claude-3", "claude-4.7"])
def test_no_piece_crosses_the_bounds_that_the_marking_relies_on(name: str) -> None:
    for piece in load(name).known:
        body = piece.lstrip("".join(OPENING)).removesuffix(EOW)
        assert not any(marker in body for marker in (*OPENING, EOW)), repr(piece)
        if any(space in body for space in WHITE_SPACE):
            assert body == piece
            assert set(body) <= set(WHITE_SPACE)
            continue
        kinds = set(body.translate(KINDS))
        assert kinds <= {"d", "D"} or not kinds & {"d", "D"}, repr(piece)
        assert piece == body or "d" not in kinds, repr(piece)
        assert len(piece) == 1 or not kinds & {"L", "v"}, repr(piece)


@pytest.mark.parametrize("character", [" ", "\t", "\n", "=", "-", "0", "é", "\ufffd"])
@pytest.mark.parametrize("name", ["claude-3", "claude-4.7"])
def test_runs_of_one_character_take_no_short_cut_that_costs(name: str, character: str) -> None:
    tiling = Tiling(load(name))
    for length in (*range(1, 300, 7), 1_000, 17_000):
        assert tiling.cost(character * length) == tiling._shortest(character * length)


def test_long_texts_count_like_their_parts() -> None:
    """Beyond the sizes that are remembered, too."""
    word = "x" * 100
    parts = count(f"\n{word}", "claude-4.8") * 50
    assert count(f"\n{word}" * 50, "claude-4.8") == parts
