"""Apply transforms to what messages say, inside the JSON of their requests."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import field, replace

from tokencost.compression.detection import detect_content_type
from tokencost.compression.gate import CompressionRun, TokenCounter
from tokencost.compression.registry import is_builtin
from tokencost.compression.transform import ContentType, Level, Transform
from tokencost.compression.transforms.json_data import STRING
from tokencost.compression.transforms.json_forms import (
    asks_for_form,
    changes_files,
    is_about_layout,
)
from tokencost.compression.transforms.space import is_about_space
from tokencost.inputs import Prompt
from tokencost.inputs.request import DocumentText, Request, Text, ToolCall
from tokencost.values import dataclass, regex

_VALUE = regex(rf"({STRING})(\s*:)?", re.DOTALL)  # with a colon it is a key

_JSON = frozenset({ContentType.JSON, ContentType.JSON_LINES})
_SPEECH = frozenset({ContentType.TEXT, ContentType.MARKDOWN, ContentType.OTHER})


@dataclass(frozen=True, slots=True, kw_only=True)
class InContents:
    """A transform of what messages say, inside the JSON of their requests.

    Each content changes only if that is proven, and saves tokens in it. What the model thought
    stays, and so does a content that stands somewhere else in the JSON, too, or that another
    message of its request asks about.
    """

    transform: Transform
    name: str
    level: Level
    summary: str
    prefix_stable: bool
    read: Callable[[str], list[Prompt]]
    count: TokenCounter
    kinds: tuple[ContentType, ...] = (ContentType.OTHER,)
    done: dict[str, str] = field(default_factory=dict)

    def compress(self, text: str) -> str:
        """Return *text* with the strings of its contents changed, and every other byte as it is."""
        changes = self._changes(text)

        def rewrite(match: re.Match[str]) -> str:
            literal, colon = match.groups()
            if colon or (after := changes.get(before := json.loads(literal))) in (None, before):
                return match[0]
            is_whole = not any("\ud800" <= character <= "\udfff" for character in after)
            return json.dumps(after, ensure_ascii=literal.isascii() or not is_whole)

        return _VALUE.sub(rewrite, text) if changes else text

    def verify(self, before: str, after: str) -> bool:
        """Read both, and compare the requests, their contents as they were proven one by one."""
        changes = self._changes(before)
        rewritten = [
            _rewrite(part, lambda text: changes.get(text, text)) for part in self.read(before)
        ]
        return list(map(_said, self.read(after))) == list(map(_said, rewritten))

    def _changes(self, text: str) -> Mapping[str, str]:
        parts = self.read(text)
        contents = contents_of(parts)
        meant = {content for part in parts for content in _meant(part, self.transform)}
        strings = Counter(
            json.loads(literal) for literal, colon in _VALUE.findall(text) if not colon
        )
        return {
            content: after
            for content, number in contents.items()
            if content not in meant
            and strings[content] == number
            and (after := self._change(content)) != content
        }

    def _change(self, content: str) -> str:
        if content not in self.done:
            run = CompressionRun(text=content, count=self.count, named=frozenset({self.name}))
            run.try_all([self.transform], None, "")
            self.done[content] = run.text
        return self.done[content]


def contents_of(parts: Sequence[Prompt]) -> Counter[str]:
    """Return what messages say that may be said in another way, and how often."""
    contents: Counter[str] = Counter()

    def collect(text: str) -> str:
        contents[text] += 1
        return text

    for part in parts:
        _rewrite(part, collect)
    return contents


def _meant(part: Prompt, transform: Transform) -> Set[str]:
    if part.request is None or not is_builtin(transform):
        return frozenset()
    return Subjects.of(part.request).meant(transform)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """What the messages of a request speak of, so that contents beside them are meant as they are.

    Attributes:
        contents: all that could be said in another way.
        before_form: those before the last message that makes a form of what stands before it.
        are_of_layout: how JSON is written, the places in it, or edits of files.
        are_of_space: spaces, characters and the look of a text.
    """

    contents: Set[str]
    before_form: Set[str]
    are_of_layout: bool
    are_of_space: bool

    @classmethod
    def of(cls, request: Request) -> "Subjects":
        """Read what is said in *request*; documents and what tools returned are data."""
        contents: dict[str, None] = {}
        before_form: Set[str] = frozenset()
        speech: list[str] = []

        def collect(text: str) -> str:
            contents[text] = None
            return text

        for message in request.messages:
            own = [
                part.text
                for part in message.parts
                if isinstance(part, Text) and not isinstance(part, DocumentText)
            ]
            if message.role == "user" and any(map(asks_for_form, filter(_is_speech, own))):
                before_form = frozenset(contents)
            speech += own
            message.rewrite(collect)
        tools = [tool.text for tool in request.tools]
        tools += (
            part.name
            for message in request.messages
            for part in message.parts
            if isinstance(part, ToolCall)
        )
        of_layout = any(map(changes_files, tools))
        return cls(
            contents=contents.keys(),
            before_form=before_form,
            are_of_layout=of_layout
            or any(is_about_layout(text) and _is_speech(text) for text in speech),
            are_of_space=any(is_about_space(text) and _is_speech(text) for text in speech),
        )

    def that_mean(self, text: str) -> tuple[bool, ...]:
        """Return what decides about *text*, which is alike for the same text of other requests."""
        return self.are_of_layout, self.are_of_space, text in self.before_form

    def meant(self, transform: Transform) -> Set[str]:
        """Return the contents in which *transform* would change what is meant as it is."""
        is_json = transform.name == "embedded-json" or not _JSON.isdisjoint(transform.kinds)
        if self.are_of_layout or (self.are_of_space and not is_json):
            return self.contents
        return self.before_form if is_json else frozenset()


def _is_speech(text: str) -> bool:
    return detect_content_type(text) in _SPEECH


def _rewrite(part: Prompt, change: Callable[[str], str]) -> Prompt:
    if part.request is None:
        return replace(part, text=change(part.text))
    messages = tuple(message.rewrite(change) for message in part.request.messages)
    return replace(part, request=replace(part.request, messages=messages))


def _said(part: Prompt) -> object:
    return part.text if part.request is None else part.request
