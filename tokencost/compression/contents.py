"""Apply transforms to what messages say, inside the JSON of their requests."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace

from tokencost.compression.gate import CompressionRun, TokenCounter
from tokencost.compression.transform import ContentType, Level, Transform
from tokencost.compression.transforms.json_data import STRING
from tokencost.inputs import Prompt
from tokencost.values import dataclass, regex

_VALUE = regex(rf"({STRING})(\s*:)?", re.DOTALL)  # with a colon it is a key


@dataclass(frozen=True, slots=True, kw_only=True)
class InContents:
    """A transform of what messages say, inside the JSON of their requests.

    Each content changes only if that is proven, and saves tokens in it. What the model thought
    stays, and so does a content that stands somewhere else in the JSON, too.
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
        contents = contents_of(self.read(text))
        strings = Counter(
            json.loads(literal) for literal, colon in _VALUE.findall(text) if not colon
        )
        return {
            content: after
            for content, number in contents.items()
            if strings[content] == number and (after := self._change(content)) != content
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


def _rewrite(part: Prompt, change: Callable[[str], str]) -> Prompt:
    if part.request is None:
        return replace(part, text=change(part.text))
    messages = tuple(message.rewrite(change) for message in part.request.messages)
    return replace(part, request=replace(part.request, messages=messages))


def _said(part: Prompt) -> object:
    return part.text if part.request is None else part.request
