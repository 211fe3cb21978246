"""Convert tokenizer files that tiktoken can run as they are."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tokencost.errors import TokenizerError
from tokencost.tokenizers import patterns
from tokencost.values import dataclass

# GPT-2's, which byte-level files without a pattern of their own mean.
GPT2 = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
PATTERNS: Mapping[str, str] = {
    "gpt2": GPT2,
    "cl100k": patterns.CL100K,
    "o200k": patterns.O200K,
    "qwen2": patterns.QWEN2,
    "qwen3.5": patterns.QWEN35,
    "glm4": patterns.GLM4,
    "deepseek-v3": patterns.DEEPSEEK_V3,
    "kimi": patterns.KIMI,
    "tekken": patterns.TEKKEN,
}
# What a pattern is tried on beside every character: runs, for which one may try all ways to split.
_REPEATED, _LONG = "aA1 \n.'_\té中", 20_000
_DEEPSEEK_SPLITS = 3
_FOREIGN_MODEL = ("continuing_subword_prefix", "end_of_word_suffix", "dropout", "byte_fallback")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A tokenizer: *tokens* in rank order, *pattern* "" if the file does not say one."""

    tokens: tuple[bytes, ...]
    pattern: str = ""
    nfc: bool = False


def convert(data: bytes, *, name: str) -> Converted:
    """Read a tokenizer.json of Hugging Face, a tekken.json of Mistral or a .tiktoken file.

    Raises:
        TokenizerError: it is none of them, or does what tiktoken cannot do; the message says what.
    """
    if not data.lstrip().startswith(b"{"):
        return Converted(tokens=tuple(tiktoken_file(data, name=name)))
    try:
        file = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _refused(name, f"not valid JSON: {error}") from error
    try:
        return _converted(file, name=name)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        kind = type(error).__name__
        raise _refused(name, f"not of the form that it has elsewhere: {kind}: {error}") from error


def _converted(file: Mapping[str, Any], *, name: str) -> Converted:
    if "config" in file and "vocab" in file:
        return Converted(tokens=tuple(tekken(file, name=name)), pattern=_tekken_pattern(file))
    if not isinstance(file.get("model"), Mapping):
        raise _refused(name, "neither a tokenizer.json nor a tekken.json")
    return Converted(
        tokens=tuple(byte_level_bpe(file["model"], name=name)),
        pattern=_pattern(file.get("pre_tokenizer"), name=name),
        nfc=_is_nfc(file.get("normalizer"), name=name),
    )


def tiktoken_file(data: bytes, *, name: str) -> list[bytes]:
    """Return the tokens of a file of base64 tokens with their ranks, a pair to a line."""
    ranks = {}
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except ValueError as error:
            raise _refused(name, f"line {number} is not a token with its rank") from error
    return _in_rank_order(ranks, name=name)


def tekken(file: Mapping[str, Any], *, name: str) -> list[bytes]:
    """Return the tokens of Mistral's tekken.json, whose last places are kept for special ones."""
    config = file["config"]
    size = config["default_vocab_size"] - config["default_num_special_tokens"]
    entries = file["vocab"][:size]
    ranks = {base64.b64decode(entry["token_bytes"]): entry["rank"] for entry in entries}
    return _in_rank_order(ranks, name=name)


def byte_level_bpe(model: Mapping[str, Any], *, name: str) -> list[bytes]:
    """Return the tokens of a Hugging Face model: a token's rank is that of the merge that makes it.

    Vocabulary ids do not serve: in DeepSeek's file no id equals its rank. Entries that no merge
    makes are taken for a whole piece only where the file says ignore_merges; elsewhere they are
    never produced and are left out.
    """
    if model.get("type") != "BPE":
        raise _refused(name, f"a {model.get('type')} model, not byte-pair encoding")
    for key in _FOREIGN_MODEL:
        if model.get(key):
            raise _refused(name, f"its model has {key}")
    alphabet = byte_alphabet()
    entries = sorted(model["vocab"], key=model["vocab"].__getitem__)
    merges = [
        "".join(merge.split(" ", 1) if isinstance(merge, str) else merge)
        for merge in model["merges"]
    ]
    whole = entries if model.get("ignore_merges") else ()
    written = [
        *(entry for entry in entries if len(entry) == 1),
        *merges,
        *(entry for entry in whole if set(entry) <= alphabet.keys()),
    ]
    try:
        order = dict.fromkeys(bytes(map(alphabet.__getitem__, token)) for token in written)
    except KeyError as error:
        raise _refused(name, f"not byte-level: it has the character {error}") from error
    return list(order | dict.fromkeys(bytes((byte,)) for byte in range(256)))


def byte_alphabet() -> dict[str, int]:
    """Return the printable character that stands for each byte in byte-level files."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {
        **{chr(byte): byte for byte in printable},
        **{chr(256 + place): byte for place, byte in enumerate(others)},
    }


def check_pattern(converted: Converted, *, name: str) -> None:
    """Refuse a pattern that tiktoken does not understand, or that leaves characters out.

    Raises:
        TokenizerError: it is one of these.
    """
    from tokencost.tokenizers.engine import Encoder

    ranks = {token: rank for rank, token in enumerate(converted.tokens)}
    try:
        encoder = Encoder(ranks, pattern=converted.pattern, is_own=True)
    except ValueError as error:
        raise _refused(name, f"its pattern is none to tiktoken: {error}") from error
    codes = [*range(0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 61)]
    probe = " ".join(f"a{chr(code)}b1{chr(code)}" for code in codes)
    try:
        for text in (probe, *(character * _LONG for character in _REPEATED)):
            if encoder.decode(encoder.encode(text)) != text.encode():
                raise _refused(name, "its pattern leaves characters out, which tiktoken would drop")
    except TokenizerError as error:
        if error.__cause__ is None:
            raise
        raise _refused(name, "its pattern tries too many ways, or matches nothing") from error


def _in_rank_order(ranks: Mapping[bytes, int], *, name: str) -> list[bytes]:
    tokens = sorted(ranks, key=ranks.__getitem__)
    if not tokens or [ranks[token] for token in tokens] != list(range(len(tokens))):
        raise _refused(name, "its ranks have holes")
    return tokens


def _pattern(splitting: object, *, name: str) -> str:
    """Return the one pattern that a `pre_tokenizer` splits by."""
    steps = _steps(splitting)
    splits = [step["pattern"].get("Regex", "") for step in steps if step.get("type") == "Split"]
    for step in steps:
        kind = step.get("type")
        if kind == "ByteLevel" and step.get("add_prefix_space"):
            raise _refused(name, "it puts a space before a text")
        if kind == "Split" and (step.get("behavior") != "Isolated" or step.get("invert")):
            raise _refused(name, f"it splits in the manner {step.get('behavior')}")
        if kind not in ("ByteLevel", "Split"):
            raise _refused(name, f"it splits by {kind}")
    by_byte_level = any(step.get("use_regex", True) for step in steps if step["type"] != "Split")
    if len(splits) == 1 and splits[0] and not by_byte_level:
        pattern: str = splits[0]
        return pattern
    if not splits and by_byte_level:
        return GPT2
    if len(splits) == _DEEPSEEK_SPLITS and "一-龥" in splits[1] and not by_byte_level:
        return patterns.DEEPSEEK_V3
    raise _refused(name, f"it splits {len(splits) + by_byte_level} times in a row")


def _is_nfc(normalizer: object, *, name: str) -> bool:
    kinds = [step.get("type") for step in _steps(normalizer)]
    if kinds not in ([], ["NFC"]):
        raise _refused(name, f"it normalizes by {', '.join(map(str, kinds))}")
    return kinds == ["NFC"]


def _steps(part: object) -> Sequence[Mapping[str, Any]]:
    if not isinstance(part, Mapping):
        return []
    if part.get("type") == "Sequence":
        inner = part.get("pretokenizers") or part.get("normalizers") or []
        return [step for inner_part in inner for step in _steps(inner_part)]
    return [part]


def _tekken_pattern(file: Mapping[str, Any]) -> str:
    pattern = file["config"].get("pattern")
    return pattern if isinstance(pattern, str) else patterns.TEKKEN


def _refused(name: str, why: str) -> TokenizerError:
    return TokenizerError(
        f"{name} cannot be run exactly: {why}",
        hint="byte-level BPE files with one pattern can: tokenizer.json, tekken.json, *.tiktoken",
    )


def is_name(text: str) -> bool:
    """Say whether *text* may be the name of a tokenizer."""
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]*", text) is not None
