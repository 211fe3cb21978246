"""The texts that are measured, made from what the machine has and by rules."""

import gettext
import gzip
import json
import random
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_TESTS = Path(__file__).parents[1]
_OF_A_FILE = 5_000  # bytes of each of many files
_OF_A_FOLDER = 100  # files
_MOST = 12_000_000  # characters gathered; what is longer repeats lines in another order
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """A file or a folder that is counted.

    Attributes:
        name: what it is, in the tables.
        path: where it is.
        size: in bytes, the sum of the files of a folder.
    """

    name: str
    path: Path
    size: int


def english() -> list[str]:
    """Return lines of the documentation that came with Python and its packages."""
    places = [Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("stdlib"))]
    return _lines(places, ("METADATA", "*.md", "*.rst", "*.txt"))


def code() -> list[str]:
    """Return lines of Python's own library."""
    return _lines([Path(sysconfig.get_path("stdlib"))], ("*.py",))


def chinese() -> list[str]:
    """Return lines of a sample, and of manuals and translated messages if there are any."""
    texts = [(_TESTS / "reference" / "chinese.txt").read_text(encoding="utf-8")]
    for share in dict.fromkeys((Path("/usr/share"), Path(sys.prefix) / "share")):
        for path in sorted(share.glob("**/zh_CN/LC_MESSAGES/*.mo")):
            with path.open("rb") as file:
                messages = gettext.GNUTranslations(file)
            catalog = vars(messages).get("_catalog", {})
            texts.extend(text for text in catalog.values() if isinstance(text, str))
        for path in sorted(share.glob("man/zh_CN/**/*.gz")):
            with gzip.open(path, "rt", encoding="utf-8", errors="ignore") as page:
                texts.append(page.read())
    lines = "\n".join(texts).replace("\r", "").split("\n")
    return [
        line for line in lines if sum("一" <= letter <= "龥" for letter in line) * 4 > len(line)
    ]


def records() -> list[str]:
    """Return lines of a JSON document."""
    chance = random.Random(2)
    rows = (
        {"id": chance.randrange(10**9), "name": f"user {n}", "price": chance.random(), "ok": None}
        for n in range(_MOST // 100)
    )
    return json.dumps([*rows], indent=1).split("\n")


def filled(lines: Iterable[str], size: int) -> str:
    """Return lines until they have *size* bytes; where they do not, again in another order."""
    chance, lines = random.Random(1), [*lines]
    parts, length = [], 0
    while length < size:
        for line in lines:
            parts.append(line)
            length += len(line.encode()) + 1
            if length >= size:
                break
        chance.shuffle(lines)
    return "\n".join(parts).encode()[:size].decode(errors="ignore")


def one_letter(size: int) -> str:
    return "a" * size


def spaces(size: int) -> str:
    return " " * size


def random_letters(size: int) -> str:
    return "".join(random.Random(3).choices(_LETTERS, k=size))


def unbroken_chinese(size: int) -> str:
    """Return Chinese without a space, a sign or a line."""
    letters = sorted({letter for line in chinese() for letter in line if "一" <= letter <= "龥"})
    return "".join(random.Random(4).choices(letters, k=size // 3))


def short_texts(number: int) -> list[str]:
    """Return texts of 85 characters."""
    return [
        f"Question {n}: summarise ticket {n * 7919} in two short sentences for the team.".ljust(
            85, "."
        )
        for n in range(number)
    ]


def write(name: str, path: Path, text: str) -> Corpus:
    """Write *text* to a file as it is, without a change of its line ends."""
    data = text.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return Corpus(name=name, path=path, size=len(data))


def write_many(folder: Path, number: int) -> Corpus:
    """Write *number* files of 5 kB of English, 100 a folder."""
    text = filled(english(), min(number * _OF_A_FILE, _MOST)).encode("ascii", "replace")
    size = 0
    for place in range(number):
        path = folder / f"{place // _OF_A_FOLDER:03}" / f"{place:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        # An odd step: when the text ends, files begin elsewhere in it.
        start = place * (_OF_A_FILE - 7) % max(1, len(text) - _OF_A_FILE)
        size += path.write_bytes(text[start : start + _OF_A_FILE])
    return Corpus(name=f"{number:,} files of 5 kB", path=folder, size=size)


def size_name(size: int) -> str:
    """Return a size as people say it: 10 MB, 100 kB."""
    return f"{size / 1e6:,.0f} MB" if size >= 1_000_000 else f"{size / 1e3:,.0f} kB"


def _lines(places: Iterable[Path], patterns: Iterable[str]) -> list[str]:
    texts, length = [], 0
    for text in _texts(places, patterns):
        texts.append(text)
        length += len(text)
        if length >= _MOST:
            break
    lines = "\n".join(texts).split("\n")
    return [line for line in lines if "<|" not in line]  # some refuse texts with control tokens


def _texts(places: Iterable[Path], patterns: Iterable[str]) -> Iterator[str]:
    """Yield what files hold, each text once, with line ends of one character."""
    read = set()
    for place in places:
        for pattern in patterns:
            for path in sorted(place.rglob(pattern)):
                try:
                    text = path.read_text(encoding="utf-8")
                except (OSError, UnicodeDecodeError):
                    continue
                if text not in read:
                    read.add(text)
                    yield text
