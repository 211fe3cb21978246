"""Requests of DashScope, the interface of Alibaba Cloud's Model Studio."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tokencost.inputs.request import Part
from tokencost.inputs.request_formats.json_values import Json, first_of, has_role
from tokencost.inputs.request_formats.openai_chat import read_messages
from tokencost.inputs.request_formats.openai_texts import read_texts
from tokencost.inputs.request_formats.parts import media
from tokencost.inputs.request_formats.request_format import ReadKey, ReadParts, RequestFormat
from tokencost.inputs.request_formats.request_reader import RequestReader
from tokencost.inputs.request_formats.settings import COMMON, ignore, inside, uncounted
from tokencost.inputs.request_formats.tools import read_tools


def _file(reader: RequestReader, part: Json, place: str) -> list[Part]:
    reader.text(part["file"], f"file of {place}")
    return [media(reader, "file", place)]


def _read_history(reader: RequestReader, value: Any, place: str) -> None:
    """Take the older form of a conversation: pairs of what was asked and answered."""
    for number, pair in enumerate(reader.items(value, place), start=1):
        turn = reader.mapping(pair, f"{place} {number}")
        for key, role in (("user", "user"), ("bot", "assistant")):
            text = reader.text(turn.get(key), f"{key} of {place} {number}")
            reader.add_messages([{"role": role, "content": text}])


class DashScope(RequestFormat):
    """An object in `input` that holds messages or a prompt, and settings in `parameters`."""

    name: ClassVar[str] = "dashscope"
    marks: ClassVar[tuple[str, ...]] = ("input",)
    body_keys: ClassVar[frozenset[str]] = frozenset({"input"})
    keys: ClassVar[Mapping[str, ReadKey | None]] = {
        **COMMON,
        "input": inside(
            {
                "messages": read_messages,
                "history": _read_history,
                "prompt": read_texts,
                "texts": read_texts,
                "contents": read_texts,
                "image_url": uncounted("image"),
                "video_url": uncounted("video"),
                **ignore("voice", "language_type"),
            }
        ),
        "parameters": inside(
            {
                **COMMON,
                "tools": read_tools,
                **ignore("result_format", "incremental_output", "text_type", "dimension"),
                **ignore("output_type", "instruct", "max_length", "search_options", "asr_options"),
            }
        ),
    }
    part_keys: ClassVar[Mapping[str, ReadParts | None]] = {"file": _file}

    def recognises(self, body: Json) -> bool:
        """Whether there are messages or texts in the object `input`, beside a model."""
        holder = body.get("input")
        if not isinstance(holder, dict) or body.get("messages") or body.get("contents"):
            return False
        if has_role(holder.get("messages")):
            return True
        value = first_of(holder, "prompt", "texts", "contents")
        return isinstance(body.get("model"), str) and isinstance(value, str | list)
