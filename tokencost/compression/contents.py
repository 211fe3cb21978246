"""Apply transforms to what messages say, inside the JSON of their requests."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import field, replace
from typing import TYPE_CHECKING

from tokencost.compression.detection import detect_content_type
from tokencost.compression.gate import CompressionRun, TokenCounter
from tokencost.compression.registry import is_builtin
from tokencost.compression.transform import (
    ContentType,
    Level,
    Transform,
    TransformError,
    remembered,
)
from tokencost.compression.transforms.embedded_json import find_forms, find_untouched
from tokencost.compression.transforms.json_data import STRING
from tokencost.compression.transforms.json_forms import (
    asks_for_form,
    changes_files,
    is_about_layout,
)
from tokencost.compression.transforms.space import is_about_space
from tokencost.errors import Failures
from tokencost.estimates.count import count_with_tokenizer
from tokencost.estimates.model_count import count_for_model
from tokencost.inputs import Prompt
from tokencost.inputs.request import DocumentText, Request, Text, ToolCall
from tokencost.tokenizers import TokenCount
from tokencost.values import dataclass, regex

if TYPE_CHECKING:  # a count without a model needs no price table
    from tokencost.pricing import PriceTable

_HALF = regex("[\ud800-\udfff]")
_VALUE = regex(rf"({STRING})(\s*:)?", re.DOTALL)  # with a colon it is a key

_JSON = frozenset({ContentType.JSON, ContentType.JSON_LINES})
_SPEECH = frozenset({ContentType.TEXT, ContentType.MARKDOWN, ContentType.OTHER})


@remembered
def leaves_json(text: str) -> bool:
    """Whether JSON stays in *text* as it is that could be shorter."""
    is_prose = detect_content_type(text) in (ContentType.TEXT, ContentType.MARKDOWN)
    return is_prose and bool(find_forms(text) or find_untouched(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentChain:
    """The transforms that contents go through, each content by itself, and what became of it.

    A content goes through all that follow at once, as long as what was parsed of it is at hand.
    """

    transforms: tuple[Transform, ...]
    count: TokenCounter
    done: dict[tuple[str, str], str] = field(default_factory=dict)

    def change(self, content: str, transform: Transform) -> str:
        """Return *content* after *transform*, as it is if that is not proven or saves nothing."""
        key = transform.name, content
        if key not in self.done:
            self._run_from(transform, content)
        return self.done[key]

    def _run_from(self, first: Transform, content: str) -> None:
        place, unchanged, text = self.transforms.index(first), 0, content
        while unchanged < len(self.transforms):
            transform = self.transforms[place % len(self.transforms)]
            key = transform.name, text
            if key not in self.done:
                try:
                    self.done[key] = self._run(transform, text)
                except TransformError:
                    if transform is first and text == content:
                        raise
                    return  # it is raised when its turn comes
            unchanged = unchanged + 1 if self.done[key] == text else 0
            text = self.done[key]
            place += 1
        leaves_json(text)  # which is asked for in the end

    def _run(self, transform: Transform, content: str) -> str:
        run = CompressionRun(text=content, count=self.count, named=frozenset({transform.name}))
        run.try_all([transform], None, "")
        return run.text


def content_counter(
    model: str | None, tokenizer: str | None, prices: "PriceTable | None"
) -> TokenCounter:
    """Return what counts contents as `count` does, each once; what it needs is looked up once."""
    failures = Failures(strict=True)
    counts: dict[str, int] = {}
    if model:
        from tokencost.pricing import as_price_table, find_models

        named_models = find_models(as_price_table(prices), [model], failures=failures)

        def measure(prompt: Prompt) -> list[TokenCount | None]:
            return [
                count_for_model(prompt, named.model, tokenizer, failures, site=named.site)
                for named in named_models
            ]
    else:

        def measure(prompt: Prompt) -> list[TokenCount | None]:
            return [count_with_tokenizer(tokenizer, prompt, failures, None)]

    def count_content(text: str) -> int:
        if text not in counts:
            prompt = Prompt(name="<content>", text=text)
            counts[text] = sum(tokens.expected for tokens in measure(prompt) if tokens)
        return counts[text]

    return count_content


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
    read: Callable[[str], "Contents"]
    chain: ContentChain
    kinds: tuple[ContentType, ...] = (ContentType.OTHER,)
    last: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def compress(self, text: str) -> str:
        """Return *text* with the strings of its contents changed, and every other byte as it is."""
        changes = self._changes(text)

        def rewrite(match: re.Match[str]) -> str:
            literal, colon = match.groups()
            if colon or (after := changes.get(before := json.loads(literal))) in (None, before):
                return match[0]
            return json.dumps(after, ensure_ascii=literal.isascii() or bool(_HALF.search(after)))

        return _VALUE.sub(rewrite, text) if changes else text

    def verify(self, before: str, after: str) -> bool:
        """Read both, and compare the requests, their contents as they were proven one by one."""
        changes = self._changes(before)
        rewritten = [
            _rewrite(part, lambda text: changes.get(text, text)) for part in self.read(before).parts
        ]
        return list(map(_said, self.read(after).parts)) == list(map(_said, rewritten))

    def _changes(self, text: str) -> Mapping[str, str]:
        if text not in self.last:
            self.last.clear()
            self.last[text] = self._find_changes(self.read(text))
        return self.last[text]

    def _find_changes(self, contents: "Contents") -> Mapping[str, str]:
        meant = contents.meant(self.transform)
        return {
            content: after
            for content in contents.numbers
            if content not in meant
            and (after := self.chain.change(content, self.transform)) != content
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the messages of requests say, and which of it is meant as it is.

    Attributes:
        parts: the requests and texts of one file.
        numbers: how often each content stands in them that may be said in another way.
        elsewhere: those that stand somewhere else in the JSON, too: nobody could change one alone.
        meant_as_json: those in which JSON stays as it is, by what messages beside them speak of.
        meant_as_text: those in which anything else does.
    """

    parts: Sequence[Prompt]
    numbers: Mapping[str, int]
    elsewhere: Set[str]
    meant_as_json: Set[str]
    meant_as_text: Set[str]

    @classmethod
    def of(cls, parts: Sequence[Prompt], texts: Iterable[str], aspects: "Aspects") -> "Contents":
        """Read *parts*, whose JSON stands in *texts*."""
        numbers: Counter[str] = Counter()

        def collect(text: str) -> str:
            numbers[text] += 1
            return text

        for part in parts:
            _rewrite(part, collect)
        strings: Counter[str] = Counter()
        for text in texts:
            strings.update(json.loads(value) for value, colon in _VALUE.findall(text) if not colon)
        elsewhere = {
            content for content, number in numbers.items() if strings and strings[content] != number
        }
        subjects = [Subjects.of(part.request, aspects) for part in parts if part.request]
        return cls(
            parts=parts,
            numbers=numbers,
            elsewhere=elsewhere,
            meant_as_json=elsewhere.union(*(subject.meant_as_json for subject in subjects)),
            meant_as_text=elsewhere.union(*(subject.meant_as_text for subject in subjects)),
        )

    def meant(self, transform: Transform) -> Set[str]:
        """Return the contents that *transform* has to leave as they are."""
        if not is_builtin(transform):
            return self.elsewhere
        is_json = transform.name == "embedded-json" or not _JSON.isdisjoint(transform.kinds)
        return self.meant_as_json if is_json else self.meant_as_text

    def that_mean(self, text: str) -> tuple[bool, ...]:
        """Return what decides about *text*, which is alike for the same text of other files."""
        return text in self.elsewhere, text in self.meant_as_json, text in self.meant_as_text


class Aspects:
    """What texts speak of, each read once: form, layout and space."""

    __slots__ = ("_read",)

    def __init__(self) -> None:
        self._read: dict[str, tuple[bool, bool, bool]] = {}

    def of(self, text: str) -> tuple[bool, bool, bool]:
        """Return whether *text* makes a form of what is before it, is of layout, and of space."""
        if text not in self._read:
            is_speech = detect_content_type(text) in _SPEECH
            self._read[text] = (
                is_speech and asks_for_form(text),
                is_speech and is_about_layout(text),
                is_speech and is_about_space(text),
            )
        return self._read[text]


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
    def of(cls, request: Request, aspects: Aspects) -> "Subjects":
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
            if message.role == "user" and any(aspects.of(text)[0] for text in own):
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
            are_of_layout=of_layout or any(aspects.of(text)[1] for text in speech),
            are_of_space=any(aspects.of(text)[2] for text in speech),
        )

    @property
    def meant_as_json(self) -> Set[str]:
        """The contents in which JSON is meant as it is."""
        return self.contents if self.are_of_layout else self.before_form

    @property
    def meant_as_text(self) -> Set[str]:
        """The contents in which anything else than JSON is."""
        return self.contents if self.are_of_layout or self.are_of_space else frozenset()


def _rewrite(part: Prompt, change: Callable[[str], str]) -> Prompt:
    if part.request is None:
        return replace(part, text=change(part.text))
    messages = tuple(message.rewrite(change) for message in part.request.messages)
    return replace(part, request=replace(part.request, messages=messages))


def _said(part: Prompt) -> object:
    return part.text if part.request is None else part.request
