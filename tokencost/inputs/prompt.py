"""Prompts: what is priced, and how a text that was read becomes one or several."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from tokencost.errors import InputError
from tokencost.notes import Note, warning
from tokencost.values import dataclass

if TYPE_CHECKING:  # texts need none of it
    from tokencost.inputs.large_text import LargeText
    from tokencost.inputs.request import Request

STDIN = "<stdin>"

T = TypeVar("T")
Watcher = Callable[[int, int], None]  # how many characters are done, and how many there are
_LONGEST_NAME = 256  # characters
_WATCHER: ContextVar[Watcher | None] = ContextVar("_WATCHER", default=None)


class InputFormat(StrEnum):
    """What an input is; AUTO looks at the name and, in JSON, at what is in it."""

    AUTO = "auto"
    TEXT = "text"
    REQUEST = "request"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One text that is priced.

    Attributes:
        name: as the user named it, with forward slashes; "<text>" and "<stdin>" have no file.
        text: exactly what was read, line ends and byte-order mark included.
        kind: how the text is to be understood, "text" or "request".
        request: of a request, what is sent in it; None for a text.
        file: the path that it was read from, "" for what comes from no file.
    """

    name: str
    text: str
    kind: str = "text"
    request: "Request | None" = None
    file: str = ""

    @property
    def characters(self) -> int:
        """How many characters the text has."""
        return len(self.text)

    @property
    def format(self) -> str | None:
        """The form of a request, such as "openai_chat"; None for a text."""
        return self.request.format if self.request else None


def large_of(prompt: Prompt) -> "LargeText | None":
    """Return where the parts of a text can be read that is too large to be held, else None."""
    large: LargeText | None = getattr(prompt, "large", None)
    return large


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSet:
    """The prompts that were read, the errors of what could not be, and notes.

    A set with errors is incomplete: its prompts are not all that was asked for.
    """

    prompts: tuple[Prompt, ...]
    errors: tuple[InputError, ...]
    notes: tuple[Note, ...]


@contextmanager
def watch(watcher: Watcher) -> Iterator[None]:
    """Call *watcher* whenever a prompt is done, with the characters done and all of them.

    Examples:
        >>> with tokencost.watch(lambda done, total: print(f"{done} of {total}")):
        ...     report = tokencost.count("hello")
        0 of 5
        5 of 5
    """
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def watched(items: Sequence[T], size: Callable[[T], int]) -> Iterator[T]:
    """Yield *items*, and tell whoever watches how much of them is done."""
    watcher = _WATCHER.get()
    if watcher is None:
        yield from items
        return
    done, total = 0, sum(map(size, items))
    watcher(done, total)
    for item in items:
        yield item
        done += size(item)
        watcher(done, total)


def report_progress(done: int, total: int) -> None:
    """Tell whoever watches how many characters are done."""
    if (watcher := _WATCHER.get()) is not None:
        watcher(done, total)


Body = Mapping[str, object]
Prompts = (
    str
    | os.PathLike[str]
    | Prompt
    | InputSet
    | Body
    | Iterable[str]
    | Iterable[os.PathLike[str]]
    | Iterable[Prompt]
    | Iterable[Body]
    | Iterable[Sequence[Body]]
)
_REQUEST_HINT = 'a request is {"messages": [{"role": "user", "content": "..."}]}, or such messages'
_HINTS = (
    (bytes | bytearray | memoryview, 'decode it: data.decode("utf-8")'),
    (Set, "give a list: a set has no order"),
    (int, "give tokencost.InputTokens(total=500) to estimate a size without its text"),
)


def as_input_set(prompts: Prompts, *, every_file: bool = False) -> InputSet:
    """Return *prompts*, in whichever form a caller has them, as a set.

    A text is one prompt, a path what `read_prompts` reads there (with *every_file* as there), a
    dictionary the decoded body of a request, and a list of messages one request. A list holds
    several of one of these.

    Raises:
        InputError: *prompts* are none of these; the message says what they are.
    """
    if isinstance(prompts, InputSet):
        return prompts
    items = _items(prompts)
    if not all(kinds := [*map(_kind, items)]):
        raise _not_prompts("an item of the prompts is", items[kinds.index("")])
    if len(different := sorted(set(kinds))) > 1:
        raise InputError(
            f"the prompts mix {' and '.join(different)}",
            hint="price one kind at a time, or make each a tokencost.Prompt",
        )
    if "paths" in kinds:
        from tokencost.inputs.reader import read_prompts  # texts start faster without

        return read_prompts([os.fspath(item) for item in items], every_file=every_file)
    read = tuple(
        prompt for number, item in enumerate(items, start=1) for prompt in _as_prompts(item, number)
    )
    return InputSet(prompts=read, errors=(), notes=uncounted_notes(read))


def uncounted_notes(prompts: Iterable[Prompt]) -> tuple[Note, ...]:
    """Return which parts of requests have no text to count or are not read, and where."""
    inputs: dict[str, list[str]] = {}
    unread: dict[str, list[str]] = {}
    for prompt in prompts:
        for uncounted in prompt.request.uncounted if prompt.request else ():
            inputs.setdefault(uncounted.part, []).append(prompt.name)
        for key in prompt.request.unread if prompt.request else ():
            unread.setdefault(key.part, []).append(f"{prompt.name} ({key.place})")
    return (
        *_unread_notes(unread),
        *(
            warning(
                "parts_not_counted",
                number=len(names),
                part=part,
                inputs=tuple(dict.fromkeys(names)),
            )
            for part, names in inputs.items()
        ),
    )


def _unread_notes(places: Mapping[str, Sequence[str]]) -> Iterator[Note]:
    """Yield which keys with a number nobody knows, where they stand, and which may be meant."""
    for key, names in places.items():
        from tokencost.inputs.request_formats.registry import similar_key

        inputs = tuple(dict.fromkeys(names))
        yield warning("key_not_read", key=key, inputs=inputs, near=similar_key(key))


def _items(prompts: Any) -> list[Any]:
    """Return what is in a list of prompts; anything else is one item."""
    if _kind(prompts) and not isinstance(prompts, list | tuple):
        return [prompts]
    if isinstance(prompts, bytes | bytearray | memoryview | Set) or not isinstance(
        prompts, Iterable
    ):
        raise _not_prompts("the prompts are", prompts)
    items = list(prompts)
    if not items:
        raise InputError("there are no prompts: the list is empty", hint="give at least one text")
    is_conversation = all(isinstance(item, Mapping) for item in items) and any(
        "role" in item or "parts" in item for item in items
    )
    return [items] if is_conversation else items


def _kind(item: object) -> str:
    """Return what *item* is, as errors call several of them; "" if it is not a prompt."""
    match item:
        case str():
            return "texts"
        case Prompt():
            return "prompts"
        case dict() | Mapping():
            return "requests"
        case os.PathLike() if isinstance(os.fspath(item), str):
            return "paths"
        case list() | tuple() if item and all(isinstance(part, Mapping) for part in item):
            return "requests"
        case _:
            return ""


def _as_prompts(item: Any, number: int) -> Sequence[Prompt]:
    name = "{}" if number == 1 else f"{{}} {number}"
    match item:
        case Prompt():
            if type(item) is Prompt:  # others were read, and checked
                check_whole(item.text, f'"{item.name}"')
            return (item,)
        case str():
            refuse_name_of_file(item)
            return (Prompt(name=f"<{name.format('text')}>", text=check_whole(item, "a text")),)
        case _:
            return _decoded_requests(item, name=f"<{name.format('request')}>")


def _decoded_requests(body: object, *, name: str) -> Sequence[Prompt]:
    import json

    from tokencost.inputs.json_prompts import read_value
    from tokencost.inputs.request_formats.json_values import to_json

    try:
        text = check_whole(to_json(body), "the request")
        return tuple(read_value(json.loads(text), text=text, name=name))
    except TypeError as error:
        raise InputError(
            f'"{name}" cannot be sent as JSON: {error}',
            hint="give dictionaries, lists, texts and numbers; an SDK's object has .model_dump()",
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f'"{name}" is nested without an end', hint=_REQUEST_HINT) from error
    except InputError as error:
        raise InputError(error.message, hint=_REQUEST_HINT) from error


def check_whole(text: str, what: str) -> str:
    """Return *text*; half a character, which no provider could be sent, is an InputError."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(text[error.start]):04X} at {error.start}"
        hint = 'read the file with its own encoding, not errors="surrogateescape"'
        raise InputError(f"{what} has half a character: {half}", hint=hint) from error
    return text


def refuse_name_of_file(text: str) -> None:
    """Raise InputError where *text* is the name of a file: nobody means these few letters."""
    if len(text) < _LONGEST_NAME and "." in text and os.path.isfile(text):  # noqa: PTH113 - of many
        hint = f"give Path({text!r}), or for the letters Prompt(name='a', text={text!r})"
        raise InputError(f"the text {text!r} is the name of a file", hint=hint)


def _not_prompts(subject: str, value: object) -> InputError:
    what = "None" if value is None else f"of the type {type(value).__name__}"
    hint = next((hint for types, hint in _HINTS if isinstance(value, types)), "")
    return InputError(
        f"{subject} {what}",
        hint=hint or "give a text, a pathlib.Path, chat messages, a request, or a list of these",
    )


def interpret(
    text: str, *, name: str, input_format: InputFormat, notes: list[Note] | None = None
) -> Iterator[Prompt]:
    """Yield the prompts of *text*: one, or one for each request or line in it.

    What looks like a request and is counted as text is a warning among *notes*.

    Raises:
        InputError: it should be JSON and is not, or not a request; the message names the place.
    """
    notes = [] if notes is None else notes
    ending = _ending(name) if input_format is InputFormat.AUTO else ""
    if input_format is InputFormat.TEXT or ending is None:
        yield Prompt(name=name, text=text)
        return
    from tokencost.inputs import json_prompts  # texts start faster without

    match input_format:
        case InputFormat.REQUEST:
            yield from json_prompts.read_json(text, name=name)
        case InputFormat.JSONL:
            yield from json_prompts.read_lines(text, name=name)
        case _ if ending == "json":
            yield from json_prompts.recognise_json(text, name=name, notes=notes)
        case _ if ending == "jsonl":
            yield from json_prompts.recognise_lines(text, name=name, notes=notes)
        case _:
            yield from json_prompts.recognise_pipe(text, name=name, notes=notes)


def is_plain(name: str, head: str, input_format: InputFormat) -> bool:
    """Say whether an input that begins with *head* is a text, whatever comes after it."""
    if input_format is not InputFormat.AUTO:
        return input_format is InputFormat.TEXT
    ending, start = _ending(name), head.lstrip("\ufeff \t\r\n")
    if start.startswith('"'):
        from tokencost.inputs.json_prompts import may_be_strings  # few texts begin so

        return ending is None or (ending == "" and not may_be_strings(start))
    return ending is None or (ending == "" and start[:1] not in ("", *"{["))


def _ending(name: str) -> str | None:
    """Return what a name says of its format, "" for a pipe, None for text."""
    if name == STDIN:
        return ""
    ending = name.rpartition(".")[2].lower()
    return {"json": "json", "jsonl": "jsonl", "ndjson": "jsonl"}.get(ending)


def shown_name(name: str) -> str:
    """Write out what no terminal could show: file names need not be valid UTF-8 either."""
    return name.encode("utf-8", "backslashreplace").decode()
