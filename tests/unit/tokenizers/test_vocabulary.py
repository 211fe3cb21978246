import base64
import hashlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost.tokenizers.registry import VOCABULARIES, encoding
from tokencost.tokenizers.vocabulary import Vocabulary, VocabularyError, pack

BYTES = [bytes((byte,)) for byte in range(256)]
MANIFEST = tomllib.loads((VOCABULARIES / "manifest.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def abc(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    path = tmp_path_factory.mktemp("vocabulary") / "abc.bin"
    path.write_bytes(pack([*BYTES, b"ab", b"abc", b"bcdefghi", b"abcdefghijklmnopq"]))
    return Vocabulary(path)


def test_tokens_come_back_in_rank_order(abc: Vocabulary) -> None:
    assert len(abc) == 260
    assert abc.token(257) == b"abc"
    assert list(abc.ranks().items())[-2:] == [(b"bcdefghi", 258), (b"abcdefghijklmnopq", 259)]


def test_single_bytes_have_their_ranks_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "first.bin"
    path.write_bytes(pack([b"ab", *BYTES]))
    ranks = Vocabulary(path).found_in(["ab"], limit=100)
    assert ranks is not None
    assert (ranks[b"ab"], ranks[b"\0"], ranks[b"a"]) == (0, 1, 98)
    assert len(ranks) == 257


def test_what_occurs_in_a_text_is_found_whatever_its_length(abc: Vocabulary) -> None:
    ranks_inside = abc.found_in(["xabcdefghijklmnopqx", "ab"], limit=10_000)
    assert ranks_inside is not None
    assert {token for token in ranks_inside if len(token) > 1} == {
        b"ab",
        b"abc",
        b"bcdefghi",
        b"abcdefghijklmnopq",
    }
    assert all(ranks_inside[byte] == rank for rank, byte in enumerate(BYTES))


def test_of_some_bytes_those_that_are_tokens_are_found(abc: Vocabulary) -> None:
    assert abc.find([b"abc", b"abcd", b"a"]) == {b"abc": 257, b"a": 97}


def test_a_text_with_too_many_places_is_not_looked_through(abc: Vocabulary) -> None:
    assert abc.found_in(["abcdefgh" * 100], limit=10) is None


@pytest.mark.parametrize(
    "tokens",
    [BYTES[1:], [*BYTES, b"ab", b"ab"]],
    ids=["byte", "twice"],
)
def test_what_does_not_fit_the_format_is_refused(tokens: list[bytes]) -> None:
    with pytest.raises(ValueError, match="tokens"):
        pack(tokens)


@pytest.mark.parametrize("length", [254, 255, 256, 1000])
def test_a_long_token_is_found(tmp_path: Path, length: int) -> None:
    path = tmp_path / "long.bin"
    path.write_bytes(pack([*BYTES, b"x" * length]))
    ranks_inside = Vocabulary(path).found_in(["a" + "x" * 1000 + "b"], limit=10**7)
    assert ranks_inside is not None
    assert b"x" * length in ranks_inside


def test_the_first_tokens_of_a_file_are_a_vocabulary_too(tmp_path: Path) -> None:
    path = tmp_path / "two.bin"
    path.write_bytes(pack([*BYTES, b"ab", b"cd"]))
    first = Vocabulary(path, size=257)
    assert (len(first), b"ab" in first.ranks(), b"cd" in first.ranks()) == (257, True, False)
    ranks_inside = first.found_in(["abcd"], limit=1000)
    assert ranks_inside is not None
    assert (b"ab" in ranks_inside, b"cd" in ranks_inside) == (True, False)


def test_another_file_is_not_taken_for_a_vocabulary(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"something else, long enough")
    with pytest.raises(VocabularyError, match=r"other\.bin is not a vocabulary file"):
        Vocabulary(path)


@pytest.fixture(scope="module")
def ranks() -> dict[bytes, int]:
    return encoding("cl100k_base").vocabulary.ranks()


@given(text=st.text(max_size=200))
def test_every_token_inside_a_text_is_found(ranks: dict[bytes, int], text: str) -> None:
    ranks_inside = encoding("cl100k_base").vocabulary.found_in([text], limit=10**9)
    assert ranks_inside is not None
    data = text.encode()
    inside = {
        data[start:end]
        for start in range(len(data))
        for end in range(start + 1, min(len(data), start + 130) + 1)
        if data[start:end] in ranks
    }
    assert inside <= ranks_inside.keys()
    assert all(ranks[token] == rank for token, rank in ranks_inside.items())


@pytest.mark.parametrize("name", [name for name, entry in MANIFEST.items() if "sha256" in entry])
def test_a_shipped_file_is_the_one_of_the_manifest(name: str) -> None:
    entry, path = MANIFEST[name], VOCABULARIES / f"{name}.bin"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    assert len(Vocabulary(path)) == entry["tokens"]
    assert (VOCABULARIES / entry["license_file"]).read_text(encoding="utf-8")


def test_every_shipped_file_is_in_the_manifest() -> None:
    assert {
        path.stem for pattern in ("*.bin", "*.pieces") for path in VOCABULARIES.glob(pattern)
    } == set(MANIFEST)


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base", "qwen2"])
def test_the_source_file_can_be_restored_byte_for_byte(name: str) -> None:
    ranks = encoding(name).vocabulary.ranks()
    lines = [b"%b %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items()]
    assert hashlib.sha256(b"".join(lines)).hexdigest() == MANIFEST[name]["file"]
