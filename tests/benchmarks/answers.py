"""What several programs say to the same questions, and whether that is right."""

import base64
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.corpora import write
from tests.benchmarks.environments import ROOT, Environment
from tests.benchmarks.measurements import US, Answer
from tests.benchmarks.peers import SHOWN
from tests.benchmarks.processes import Command, reason
from tests.benchmarks.questions import (
    ASK,
    ERROR,
    LIBRARIES,
    REFERENCE,
    SPECIAL,
    Question,
    questions,
)
from tests.benchmarks.setting import Setting

_SIDE = 1024  # pixels
_NEAR = 1e-9  # of a price that was computed in floats


class Interview:
    """Asks each program in its own words."""

    def __init__(
        self,
        setting: Setting,
        reference: Environment | None,
        tell: Callable[[str], None],
    ) -> None:
        self._setting = setting
        self._tell = tell
        sample = (ROOT / "tests" / "reference" / "chinese.txt").read_text(encoding="utf-8")
        self._chinese = sample[:200]
        self._text = self._written("chinese.txt", self._chinese)
        self._request = {"model": "gpt-4o", "messages": [_message_with_image()]}
        self.questions = questions(self._counted_by(reference) if reference else "")

    def us(self) -> dict[str, Answer]:
        """Ask the installed command line."""
        request = self._written("image.json", json.dumps(self._request))
        asked = {
            "cached": "estimate --input-tokens 100k --cached-tokens 90k -m gpt-4o -o 0 -q",
            "tier": "estimate --input-tokens 300k -m gemini-2.5-pro -o 0 -q",
            "yuan": "estimate --input-tokens 50k -m qwen3-max@cn -o 1000 -q",
            "hour": "estimate --input-tokens 100k --cache-write-tokens 1h=100k "
            "-m claude-sonnet-4-6 -o 0 -q",
            "batch": "estimate --input-tokens 100k --mode batch -m gpt-4o -o 0 -q",
            "chinese": f"count {self._text} -m deepseek-v3.2 --json",
            "image": f"count {request} -m gpt-4o --json",
            "empty": f"count {self._written('empty.txt', '')} -m gpt-4o --json",
            "special": f"count {self._written('special.txt', SPECIAL)} -m gpt-4o --json",
            "typo": "estimate --input-tokens 1k -m gpt-4oo -o 0 -q",
            "unknown": "estimate --input-tokens 1k -m claude-opus-9 -o 0 -q",
            "retired": "estimate --input-tokens 1k -m gpt-4.5-preview -o 0 -q",
            "window": "estimate --input-tokens 300k -m gpt-4o -o 0 -q",
        }
        program = self._setting.own.program("tokencost")
        return self._of_commands(US, {id_: [program, *way.split()] for id_, way in asked.items()})

    def peer(self, name: str, environment: Environment) -> dict[str, Answer]:
        """Ask another program."""
        self._tell(f"asking {name}")
        if name == "ttok":
            return self._ttok(environment)
        if name == "tokenmeter-cli":
            return self._tokenmeter(environment)
        return self._library(name, environment)

    def _library(self, name: str, environment: Environment) -> dict[str, Answer]:
        """Ask a library for Python."""
        preamble, ways = LIBRARIES[name]
        asked = {
            "chinese": self._chinese,
            "special": SPECIAL,
            "request": self._request,
            "ways": {
                question.id: ways[question.id] for question in self.questions if question.id in ways
            },
        }
        path = self._written("asked.json", json.dumps(asked))
        argv = (environment.program("python"), "-c", preamble + ASK, str(path))
        (run,) = self._setting.run([Command(name=name, argv=argv)], 1).of(name)
        answers: dict[str, Any] = {}
        for line in run.printed.splitlines():
            if line.startswith("{"):
                answers |= json.loads(line)
        if not answers:
            answers = {id_: {"failure": reason(run.errors, run.code)} for id_ in ways}
        return {
            question.id: self._answer(name, question, **answers[question.id])
            for question in self.questions
            if question.id in answers
        }

    def _ttok(self, environment: Environment) -> dict[str, Answer]:
        program = environment.program("ttok")
        ways = {
            "chinese": [program, "-m", "deepseek-chat", "-i", str(self._text)],
            "empty": [program, "-m", "gpt-4o", "-i", str(self._written("empty.txt", ""))],
            "special": [
                *(program, "-m", "gpt-4o", "-i"),
                str(self._written("special.txt", SPECIAL)),
            ],
        }
        return self._of_commands("ttok", ways)

    def _tokenmeter(self, environment: Environment) -> dict[str, Answer]:
        count = [environment.program("tokenmeter"), "count", "--json"]
        ways = {
            "chinese": [*count, "-m", "deepseek-chat", str(self._text)],
            "empty": [*count, str(self._written("empty.txt", ""))],
            "special": [*count, str(self._written("special.txt", SPECIAL))],
            "typo": [*count, "-m", "gpt-4oo", str(self._text)],
            "unknown": [*count, "-m", "claude-opus-9", str(self._text)],
            "retired": [*count, "-m", "gpt-4.5-preview", str(self._text)],
        }
        return self._of_commands("tokenmeter-cli", ways)

    def _of_commands(self, name: str, ways: Mapping[str, list[str]]) -> dict[str, Answer]:
        commands = [Command(name=id_, argv=tuple(argv)) for id_, argv in ways.items()]
        runs = self._setting.run(commands, 1)
        answers = {}
        for question in self.questions:
            if question.id in ways:
                (run,) = runs.of(question.id)
                failure = reason(run.errors, run.code) if run.code else ""
                words = "" if failure else _said(run.printed)
                answers[question.id] = self._answer(name, question, words=words, failure=failure)
        return answers

    def _answer(
        self, program: str, question: Question, words: str = "", failure: str = ""
    ) -> Answer:
        return Answer(
            program=SHOWN.get(program, program),
            words=words,
            is_right=judged(question.truth, words, failure),
            failure=reason(failure.partition("\n")[0], 1) if failure else "",
        )

    def _counted_by(self, reference: Environment) -> str:
        argv = (reference.program("python"), "-c", REFERENCE, str(self._text))
        return self._setting.run([Command(name="reference", argv=argv)], 1).printed("reference")

    def _written(self, name: str, text: str) -> Path:
        return write(name, self._setting.folder / name, text).path


def judged(truth: str, words: str, failure: str) -> bool | None:
    """Return whether an answer is right; None where it gives a range that has the truth in it."""
    if truth == ERROR or failure:
        return bool(failure) and truth == ERROR
    if words.startswith("at least "):
        return None if float(words.split()[-1]) <= float(truth) else False
    try:
        return abs(float(words) - float(truth)) <= _NEAR * abs(float(truth))
    except ValueError:
        return False


def _said(printed: str) -> str:
    """Return the answer in what a program prints: a number, or that of its JSON."""
    if not printed.startswith("{"):
        return printed.strip()
    document = json.loads(printed)
    if "inputs" in document:
        return str(document["inputs"][0]["input_tokens"])
    tokens = document["results"][0]["tokens"]
    low, high = tokens["input_low"], tokens["input_high"]
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _message_with_image() -> dict[str, Any]:
    url = f"data:image/png;base64,{base64.b64encode(_image()).decode()}"
    image = {"type": "image_url", "image_url": {"url": url, "detail": "high"}}
    return {"role": "user", "content": [{"type": "text", "text": "What is this?"}, image]}


def _image() -> bytes:
    """Return a red square as PNG."""
    rows = (b"\0" + b"\xff\0\0" * _SIDE) * _SIDE
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
