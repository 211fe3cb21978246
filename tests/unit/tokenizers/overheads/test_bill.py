"""What is billed beside the texts of requests is worked out once for all that differ in no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any

import pytest

from tests.unit.tokenizers.overheads.test_every_text import FAMILIES
from tokencost.inputs import Prompt
from tokencost.inputs.request import (
    Message,
    OutputSchema,
    Refusal,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    UncountedPart,
)
from tokencost.tokenizers import Method, TokenCount
from tokencost.tokenizers.overheads import TextsFormat, bill, billing_site, find_message_formats
from tokencost.tokenizers.overheads.anthropic import AnthropicFormat
from tokencost.tokenizers.overheads.openai import OpenAIFormat
from tokencost.tokenizers.overheads.rule import Charge, of_tools, outline_of
from tokencost.tokenizers.request_count import announce_prompts, count_prompt, remember

MODELS = {
    **FAMILIES,
    "gpt-4o-search-preview": ("o200k_base", ""),
    "claude-sonnet-4-6": ("claude-3", ""),
    "gemini-2.5-pro": ("gemma3", ""),  # billed in two ways, and no site says which
    "deepseek-r1": ("deepseek-v3", ""),
    "text-embedding-3-small": ("cl100k_base", ""),
}
USER, SYSTEM = Message.of("user", "hello"), Message.of("system", "be brief")
CITY: dict[str, Any] = {"city": "Bonn", "days": 3, "of": ["rain", "sun"]}


def called(*arguments: str | dict[str, Any], texts: tuple[str, ...] = ()) -> Message:
    calls = [ToolCall(name="f", arguments=own) for own in arguments]
    return Message(role="assistant", parts=(*Message.of("", *texts).parts, *calls))


def returned(*texts: str, name: str | None = None, **says: Any) -> Message:
    content = tuple(Text(text=text) for text in texts)
    return Message(role="tool", parts=(ToolResult(name=name, content=content, **says),))


CONVERSATIONS = {
    "a text of the user": (USER,),
    "two texts": (Message.of("user", "hello", "you"),),
    "no text": (Message.of("user"), Message.of("assistant")),
    "a system text": (SYSTEM, USER),
    "a conversation": (SYSTEM, USER, Message.of("assistant", "hi", "there"), USER),
    "roles of others": (Message.of("developer", "a"), Message.of("model", "b"), USER),
    "the end of a prompt": (Message.of("prompt", "a"), Message.of("suffix", "b")),
    "a person": (Message.of("user", "hello", name="ann"),),
    "thoughts in a text": (USER, Message.of("assistant", "well</think>so"), USER),
    "a call": (USER, called(CITY), returned("rain")),
    "a call behind a text": (
        SYSTEM,
        USER,
        called(CITY, texts=("I look.",)),
        returned("rain"),
        USER,
    ),
    "two calls": (USER, called(CITY, {"city": "Ulm"}), returned("rain"), returned("sun", "wind")),
    "a call without arguments": (USER, called({}), returned()),
    "a call in JSON": (USER, called('{"city": "Bonn", "days": 3}'), returned("rain", name="f")),
    "a call in compact JSON": (USER, called('{"city":"Bonn"}', '{"city":"Ulm"}'), returned("a")),
    "a call that sends nothing": (USER, called(""), returned("rain")),
    "a call that sends no argument": (USER, called("{ }"), returned("rain")),
    "a call in no JSON": (USER, called("Bonn", "", "{}", "[3]", "3"), returned("rain")),
    "a result that is an object": (USER, called(CITY), returned(value={"is": 'a "b"'})),
    "thoughts in a result": (USER, called(CITY), returned("well</think>so")),
    "a tool that was searched for": (USER, called(CITY), returned("late")),
}
SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "enum": ["a", "b"]}}}
TOOL = Tool(
    name="f",
    description="Weather of a city",
    parameters=SCHEMA,
    definition={"name": "f", "description": "Weather of a city", "parameters": SCHEMA, "own": "x"},
)
DEFERRED = Tool(name="late", parameters=SCHEMA, definition={"name": "late"}, is_deferred=True)
# Every field of a request but its messages, with values that may change what is billed.
SETTINGS: dict[str, tuple[Any, ...]] = {
    "format": ("openai_chat", "openai_responses", "openai_completions", "anthropic", "gemini"),
    "tools": (
        (Tool(name="f", definition={"name": "f"}),),
        (TOOL, Tool(name="g", definition={"name": "g"}, is_custom=True)),
        (replace(TOOL, place="message 1"),),
        (TOOL, DEFERRED),
    ),
    "model": ("gpt-4o", "openai.gpt-5.5", "vendor/claude:thinking"),
    "max_output": (100,),
    "output_schema": (OutputSchema(schema={"type": "object"}, name="t"),),
    "tool_choice": ("any", "none"),
    "thinking": ("enabled", "adaptive", "disabled"),
    "effort": ("high",),
    "has_task_budget": (True,),
    "outputs": (2,),
    "service_tier": ("flex",),
    "speed": ("fast",),
    "region": ("us",),
    "is_batch": (True,),
    "interface": ("vertex", "python"),
    "cache": ("explicit",),
    "cache_ttl": ("12h",),
    "cache_marks": (),
    "unread": ((UncountedPart(part="budget"),),),
    "uncounted": ((UncountedPart(part="image"),), (UncountedPart(part="built-in tool x"),)),
}


@dataclass
class ByLength:
    """Counts a character as a token, and notes what it was asked for."""

    name: str
    method: Method = Method.EXACT
    asked: list[str] = field(default_factory=list)

    def measure(self, text: str) -> TokenCount:
        self.asked.append(text)
        size = len(text)
        return TokenCount(
            expected=size, low=size, high=size, method=self.method, tokenizer=self.name
        )


def prompt(request: Request) -> Prompt:
    return Prompt(name="r.json", text="", kind="request", request=request)


def counted(requests: list[Request], model: str) -> list[TokenCount]:
    tokenizer, site = MODELS[model]
    method = Method.RECONSTRUCTED if tokenizer.startswith("claude") else Method.EXACT
    counter = ByLength(name=tokenizer, method=method)
    return [count_prompt(prompt(one), counter, model=model, site=site) for one in requests]


def variants(messages: tuple[Message, ...]) -> list[Request]:
    """Return requests that say one thing more than their messages, or two in openai_chat."""
    settings = [{name: value} for name, values in SETTINGS.items() for value in values]
    both = [{"format": "openai_chat", **setting} for setting in settings]
    return [Request(messages=messages, **setting) for setting in ({}, *settings, *both)]


def test_the_settings_tried_here_are_all_that_a_request_has() -> None:
    assert set(SETTINGS) == {field.name for field in fields(Request)} - {"messages"}


@pytest.mark.parametrize("model", MODELS)
def test_a_bill_that_is_remembered_is_the_one_that_every_request_is_asked_for(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [request for messages in CONVERSATIONS.values() for request in variants(messages)]
    remembered = counted(requests, model)
    monkeypatch.setattr(bill, "outline_of", lambda _: (None, []))
    assert remembered == counted(requests, model)


def test_two_requests_of_the_same_roles_have_one_outline() -> None:
    first, _ = outline_of(Request(messages=(SYSTEM, USER)))
    second, texts = outline_of(
        Request(messages=(Message.of("system", "a"), Message.of("user", "b")))
    )
    assert first == second is not None
    assert texts == ["a", "b"]


@pytest.mark.parametrize("name", ["a person", "thoughts in a text"])
def test_a_text_that_is_not_billed_as_it_stands_has_no_outline(name: str) -> None:
    outline, _ = outline_of(Request(messages=CONVERSATIONS[name]))
    assert outline is None


def test_a_part_that_is_not_plain_text_has_no_outline() -> None:
    for part in (Text(text=""), Refusal(text="no")):
        outline, _ = outline_of(Request(messages=(Message(role="assistant", parts=(part,)),)))
        assert outline is None


def test_twenty_requests_of_one_outline_are_asked_for_their_charges_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Request] = []
    charges = OpenAIFormat.charges

    def noted(self: OpenAIFormat, request: Request) -> Iterator[Charge]:
        asked.append(request)
        return charges(self, request)

    monkeypatch.setattr(OpenAIFormat, "charges", noted)
    bill.find_bills.cache_clear()
    texts = ["x" * size for size in (1, 2, 3, 3) * 5]
    requests = [Request(messages=(SYSTEM, Message.of("user", text))) for text in texts]
    sizes = [tokens.expected for tokens in counted(requests, "gpt-4o")]
    assert sizes == [20, 21, 22, 22] * 5  # 8 of the system, 11 of the format, and the text
    assert len(asked) == 1


def test_a_hundred_requests_with_a_tool_a_call_and_its_result_are_asked_for_their_charges_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Request] = []
    charges = AnthropicFormat.charges

    def noted(self: AnthropicFormat, request: Request) -> Iterator[Charge]:
        asked.append(request)
        return charges(self, request)

    monkeypatch.setattr(AnthropicFormat, "charges", noted)
    bill.find_bills.cache_clear()
    requests = [
        Request(messages=(USER, called({"city": "x" * size}), returned("y" * size)), tools=(TOOL,))
        for size in range(1, 101)
    ]
    sizes = [tokens.expected for tokens in counted(requests, "claude-sonnet-4-6")]
    assert [size - sizes[0] for size in sizes] == [2 * more for more in range(100)]
    assert len(asked) == 1


@pytest.mark.parametrize("other", [{"tokenizer": "theirs"}, {"basis": "a page of theirs"}])
def test_exact_counts_of_one_size_keep_what_each_says_of_itself(other: dict[str, str]) -> None:
    """Two plug-ins of one name count a text alike, and only one says this of it."""

    @dataclass(frozen=True, kw_only=True)
    class PlugIn:
        says: dict[str, str]
        name: str = "ours"
        method: Method = Method.EXACT

        def measure(self, text: str) -> TokenCount:
            size = len(text)
            own: dict[str, Any] = {"tokenizer": "ours", "basis": "a page"} | self.says
            return TokenCount(expected=size, low=size, high=size, method=self.method, **own)

    request = prompt(Request(messages=(USER,)))
    for says in (other, {}):
        tokens = count_prompt(request, PlugIn(says=says), model="gpt-4o")
        assert tokens.expected == 5 + 7
        told = {"tokenizer": tokens.tokenizer, "basis": tokens.basis}
        assert told == {"tokenizer": "ours", "basis": "a page"} | says


def test_exact_counts_of_one_size_keep_what_is_beside_the_texts_in_each() -> None:
    """Two plug-ins of one name: the other takes 1 token more for a name, and 1 less for a text."""

    class Other(ByLength):
        def measure(self, text: str) -> TokenCount:
            more = {"f": 1, ".f": -2, "rain": 1}.get(text, 0)
            size = len(text) + more
            return TokenCount(
                expected=size, low=size, high=size, method=self.method, tokenizer=self.name
            )

    request = prompt(Request(messages=(USER, called({"a": "b"}), returned("rain"))))
    first, second = (
        count_prompt(request, make(name="o200k_base"), model="gpt-4o") for make in (ByLength, Other)
    )
    assert first.expected == second.expected
    assert first.overhead == second.overhead + 1  # 1 more for the name, 2 less behind the dot


def test_a_text_that_costs_more_than_its_tokens_is_asked_for_each_time() -> None:
    @dataclass(frozen=True)
    class Dear(TextsFormat):
        def charges(self, request: Request) -> Iterator[Charge]:
            yield from (Charge(text=text, tokens=1) for m in request.messages for text in m.texts)

    outline, _ = outline_of(Request(messages=(USER,)))
    assert outline is not None
    own, places = bill._with_places(outline)
    assert bill._bill(own, places, TextsFormat(), is_proven=False) is not None
    assert bill._bill(own, places, Dear(), is_proven=False) is None


def test_the_system_text_of_three_requests_is_counted_once() -> None:
    """Three texts of users and one of the system are counted, four in all."""
    requests = [Request(messages=(SYSTEM, Message.of("user", text))) for text in ("a", "b", "c")]
    prompts, counter = [prompt(request) for request in requests], ByLength(name="o200k_base")
    with announce_prompts(prompts):
        sizes = [count_prompt(one, counter, model="gpt-4o").expected for one in prompts]
    assert sizes == [20, 20, 20]  # 8 and 1 characters, 4 for each of two messages, 3 at the end
    assert counter.asked == ["be brief", "a", "b", "c"]


def test_what_no_worker_has_counted_of_three_requests_is_counted_once() -> None:
    """The system text, which all three have, and the text of each user: four in all."""
    requests = [Request(messages=(SYSTEM, Message.of("user", text))) for text in ("a", "b", "c")]
    prompts, counter = [prompt(request) for request in requests], ByLength(name="o200k_base")
    with remember({}):
        sizes = [count_prompt(one, counter, model="gpt-4o").expected for one in prompts]
    assert sizes == [20, 20, 20]
    assert counter.asked == ["be brief", "a", "b", "c"]


def test_what_is_remembered_of_texts_ends_with_the_block() -> None:
    one, counter = prompt(Request(messages=(USER,))), ByLength(name="o200k_base")
    for _ in range(2):
        with announce_prompts([one]):
            count_prompt(one, counter, model="gpt-4o")
    assert counter.asked == ["hello", "hello"]


@dataclass
class Rendered:
    """Renders tools by their names, and counts how often it was asked."""

    times: int = 0

    def __hash__(self) -> int:
        return id(self)

    def __call__(self, tools: Sequence[Tool], mark: str) -> str:
        self.times += 1
        return mark.join(tool.name for tool in tools)


def declared(*, default: Any, **says: Any) -> Tool:
    parameters = {"properties": {"a": {"default": default}}}
    return Tool(name="f", parameters=parameters, definition={"parameters": parameters}, **says)


def test_tools_that_are_declared_alike_are_rendered_once() -> None:
    render = Rendered()
    for _ in range(3):
        assert of_tools(render, [declared(default="x"), declared(default="y")], "+") == "f+f"
    assert render.times == 1
    assert of_tools(render, [declared(default="x"), declared(default="y")], "-") == "f-f"
    assert render.times == 2


@pytest.mark.parametrize(
    "other",
    [
        [declared(default=True)],
        [declared(default=1.0)],
        [declared(default="1")],
        [declared(default=1, namespace="sea")],
        [declared(default=1, is_deferred=True)],
        [declared(default=1), declared(default=1)],
        [],
    ],
)
def test_tools_that_differ_in_one_value_are_not_declared_alike(other: list[Tool]) -> None:
    render = Rendered()
    of_tools(render, [declared(default=1)], "")
    of_tools(render, other, "")
    assert render.times == 2


def test_tools_whose_values_no_json_has_are_rendered_each_time() -> None:
    render = Rendered()
    tool = Tool(name="f", parameters=MappingProxyType({"a": 1}))
    for _ in range(2):
        assert of_tools(render, [tool], "") == "f"
    assert render.times == 2


@pytest.mark.parametrize(
    ("model", "is_own"),
    [
        *[(name, True) for name in ("gpt-5", "chatgpt-4o", "o3-mini", "davinci-002")],
        *[(name, False) for name in ("gpt-oss-120b", "gpt", "omni", "o", "my-gpt-4")],
    ],
)
def test_openai_s_own_models_are_told_by_their_names(model: str, *, is_own: bool) -> None:
    (format_,) = find_message_formats(model, "any")
    assert isinstance(format_, OpenAIFormat) is is_own


@pytest.mark.parametrize(
    ("model", "site"),
    [
        ("anthropic.claude-opus-5", "bedrock"),
        ("us.anthropic.claude-opus-5", "bedrock"),
        ("US.anthropic.claude-opus-5", ""),
        ("eu1.qwen.x", ""),
        ("anthropic", ""),
        ("us.anthropic", ""),
        ("my.own.anthropic.x", ""),
        ("gpt-4.openai.x", ""),
    ],
)
def test_a_name_of_bedrock_begins_with_a_maker_perhaps_behind_a_region(
    model: str, site: str
) -> None:
    assert billing_site("", Request(messages=(), model=model)) == site
