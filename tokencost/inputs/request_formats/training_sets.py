"""Sets that models are trained on: what was asked, and how it should be answered."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import Text
from tokencost.inputs.request_formats.json_values import Json, describe, has_role
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.request_format import ReadKey, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, ignore, inside, uncounted
from tokencost.inputs.request_formats.tools import read_tools

_ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "chatgpt": "assistant"}
_ROLES |= {"function_call": "assistant", "observation": "tool", "function_response": "tool"}


def _as(role: str) -> ReadKey:
    """Return a reader that takes a text, or messages, as a message of *role*."""

    def read(reader: RequestReader, value: Any, place: str) -> None:
        if isinstance(value, str):
            if value:
                reader.add(role, [Text(text=value)], place)
        elif isinstance(value, list):
            reader.add_messages(value)
        else:
            raise reader.problem(f"has {describe(value)} as {place}, not text or a list")

    return read


class PreferencePairs(RequestFormat):
    """`preferred_output` and `non_preferred_output` beside `input`, or `chosen` and `rejected`."""

    name: ClassVar[str] = "preference_pairs"
    marks: ClassVar[tuple[str, ...]] = ("preferred_output", "chosen")
    body_keys: ClassVar[frozenset[str]] = frozenset({"preferred_output", "chosen"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "input": inside({**COMMON, "messages": read_messages, "tools": read_tools}),
        "preferred_output": _as("assistant"),
        "non_preferred_output": _as("assistant"),
        "prompt": _as("user"),
        "system": _as("system"),
        "question": _as("user"),
        "chosen": _as("assistant"),
        "rejected": _as("assistant"),
        **ignore("score_chosen", "score_rejected", "prompt_id"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether there are two outputs, of which one is better."""
        return {"preferred_output", "non_preferred_output"} <= body.keys() or (
            {"chosen", "rejected"} <= body.keys()
            and all(isinstance(body[key], str | list) for key in ("chosen", "rejected"))
        )


class CompletionPairs(RequestFormat):
    """`prompt` and `completion`, both texts or both messages."""

    name: ClassVar[str] = "completion_pairs"
    marks: ClassVar[tuple[str, ...]] = ("completion",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"completion"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "prompt": _as("user"),
        "completion": _as("assistant"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether both are there."""
        return all(isinstance(body.get(key), str | list) for key in ("prompt", "completion"))


def _read_turns(reader: RequestReader, value: Any, place: str) -> None:
    for number, turn in enumerate(reader.items(value, place), start=1):
        where = f"message {number}"
        message = reader.mapping(turn, where)
        if "from" not in message:
            reader.add_messages([message])
            continue
        role = reader.text(message["from"], f"from of {where}")
        text = reader.text(message.get("value"), f"value of {where}")
        reader.add(_ROLES.get(role, role), [Text(text=text)] if text else [], where)
        reader.note_beside(message, {"from", "value", "weight", "loss", "id"}, where)


class ShareGpt(RequestFormat):
    """`conversations`, whose turns have `from` and `value`."""

    name: ClassVar[str] = "sharegpt"
    marks: ClassVar[tuple[str, ...]] = ("conversations", "conversation")
    body_keys: ClassVar[frozenset[str]] = frozenset({"conversations", "conversation"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "conversations": _read_turns,
        "conversation": _read_turns,
        "system": _as("system"),
        "tools": read_tools,
        **dict.fromkeys(("images", "image"), uncounted("image")),
        **ignore("id", "idx", "category", "hash", "lang", "language"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether a turn says whom it is from."""
        return any(
            has_role(body.get(key), "from", "role") for key in ("conversations", "conversation")
        )


def _read_pairs(reader: RequestReader, value: Any, place: str) -> None:
    """Take turns that came before: pairs of what was asked and what was answered."""
    for number, pair in enumerate(reader.items(value, place), start=1):
        where = f"{place} {number}"
        texts = reader.items(pair, where)
        if len(texts) != 2:
            raise reader.problem(f"has {len(texts)} texts as {where}, not a pair")
        for role, text in zip(("user", "assistant"), texts, strict=True):
            _as(role)(reader, text, where)


class Alpaca(RequestFormat):
    """`instruction`, perhaps with an `input`, and the `output`."""

    name: ClassVar[str] = "alpaca"
    marks: ClassVar[tuple[str, ...]] = ("instruction",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"instruction"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "system": _as("system"),
        "history": _read_pairs,
        "instruction": _as("user"),
        "input": _as("user"),
        "output": _as("assistant"),
        **ignore("text", "category"),
    }

    def recognises(self, body: Json) -> bool:
        """Whether there are an instruction and an output, both texts."""
        return all(isinstance(body.get(key), str) for key in ("instruction", "output"))
