"""Readers of settings that several formats share, and of keys that never reach the model."""

from collections.abc import Iterable, Mapping
from typing import Any

from tokencost.inputs.request import OutputSchema
from tokencost.inputs.request_formats.json_values import as_number, describe, first_of, has_text
from tokencost.inputs.request_formats.request_format import ReadKey
from tokencost.inputs.request_formats.request_reader import RequestReader


def ignore(*keys: str) -> dict[str, None]:
    """Return keys that never reach the model, as readers of keys."""
    return dict.fromkeys(keys)


def all_as(read: ReadKey, *keys: str) -> dict[str, ReadKey]:
    """Return the same reader for several keys."""
    return dict.fromkeys(keys, read)


def uncounted(part: str) -> ReadKey:
    """Return a reader that names what stands there as *part* that is not counted."""

    def read(reader: RequestReader, value: Any, place: str) -> None:
        if value not in ("", [], {}, False):
            reader.note(part, place)

    return read


def inside(keys: Mapping[str, ReadKey | None]) -> ReadKey:
    """Return a reader of an object with *keys*, and with none besides."""

    def read(reader: RequestReader, value: Any, place: str) -> None:
        reader.read_keys(reader.mapping(value, place), keys, place, is_open=False)

    return read


_NO_LIMIT = -2


def read_model(reader: RequestReader, value: Any, place: str) -> None:
    """Take the name of the model; a suffix ":online" searches the web."""
    reader.model = reader.text(value, place) or None
    if reader.model and reader.model.endswith(":online"):
        reader.note("web search", place)


def read_output_limit(reader: RequestReader, value: Any, place: str) -> None:
    """Take the most output tokens; several limits are as strict as the strictest.

    To llama.cpp and Ollama -1 means without a limit, and -2 as many as the window holds.
    """
    limit = as_number(value, place, reader.problem)
    if limit is not None and limit < _NO_LIMIT:
        raise reader.problem(f"has {limit} as {place}, not a number of tokens")
    if limit is not None and limit > 0:
        reader.max_output = min(limit, reader.max_output or limit)


def read_outputs(reader: RequestReader, value: Any, place: str) -> None:
    """Take how many outputs are asked for."""
    number = as_number(value, place, reader.problem)
    if number is not None and number < 1:
        raise reader.problem(f"has {number} as {place}, not 1 or more")
    reader.outputs = max(reader.outputs, number or 1)


def read_cache_options(reader: RequestReader, value: Any, place: str) -> None:
    """Take which of OpenAI's caches is used, "explicit" for that of marks alone, and how long."""
    options = reader.mapping(value, place)
    mode = reader.text(options.get("mode"), f"mode of {place}") or None
    reader.cache_options = mode, reader.text(options.get("ttl"), f"ttl of {place}") or None


def read_service_tier(reader: RequestReader, value: Any, place: str) -> None:
    """Take the service tier, a text or an object with its `type`."""
    if isinstance(value, dict):
        value, place = value.get("type"), f"type of {place}"
    reader.service_tier = reader.text(value, place) or None


def read_speed(reader: RequestReader, value: Any, place: str) -> None:
    """Take the speed."""
    reader.speed = reader.text(value, place) or None


def read_region(reader: RequestReader, value: Any, place: str) -> None:
    """Take where the model has to run."""
    reader.region = reader.text(value, place) or None


def read_effort(reader: RequestReader, value: Any, place: str) -> None:
    """Take how much the model should think; "none" turns thinking off."""
    reader.effort = reader.text(value, place) or None
    if reader.effort == "none":
        reader.thinking = "disabled"


def read_thinking(reader: RequestReader, value: Any, place: str) -> None:
    """Take the switch of thinking: an object with its `type`, a text of an effort, or a truth."""
    match value:
        case bool():
            reader.thinking = "enabled" if value else "disabled"
        case str():
            reader.thinking, reader.effort = "enabled", value
        case dict():
            kind = reader.text(value.get("type"), f"type of {place}")
            budget = as_number(value.get("budget_tokens"), f"budget of {place}", reader.problem)
            reader.thinking = kind or ("enabled" if budget else None)
            effort = first_of(value, "effort", "maxReasoningEffort")
            if effort is not None:
                read_effort(reader, effort, f"effort of {place}")
        case _:
            raise reader.problem(f"has {describe(value)} as {place}, not an object")


def read_thinking_budget(reader: RequestReader, value: Any, place: str) -> None:
    """Take the most tokens of thinking; with some to spend it is on unless a switch says no."""
    budget = as_number(value, place, reader.problem)
    if budget is not None and reader.thinking is None:
        reader.thinking = "enabled" if budget else "disabled"


def _read_prediction(reader: RequestReader, value: Any, place: str) -> None:
    """Keep what the output is predicted to be: what of it is wrong is billed as output."""
    prediction = reader.mapping(value, place)
    if has_text(prediction.get("content")):
        reader.note("predicted output", place)


_CHOICES = {"required": "any", "validated": "auto", "function": "tool", "custom": "tool"}


def read_tool_choice(reader: RequestReader, value: Any, place: str) -> None:
    """Take which tools may be called: auto, none, any, or one by its name."""
    if isinstance(value, dict):
        kind = value.get("type")
        if not isinstance(kind, str):  # Bedrock: {"auto": {}}
            kind = next(iter(value), "auto")
        if kind == "allowed_tools":
            allowed = value.get("allowed_tools")
            mode = allowed.get("mode") if isinstance(allowed, dict) else value.get("mode")
            kind = mode if isinstance(mode, str) else "auto"
    else:
        kind = reader.text(value, place)
    choice = _CHOICES.get(kind.lower(), kind.lower())
    reader.tool_choice = choice if choice in ("auto", "none", "any", "tool") else "tool"


_SCHEMA_KEYS = frozenset(
    {"type", "json_schema", "schema", "response_schema", "name", "description", "strict"}
)


def read_response_format(reader: RequestReader, value: Any, place: str) -> None:
    """Take the form of the output: a JSON schema, any JSON object, or text."""
    form = reader.mapping(value, place)
    kind = form.get("type")
    inner = form.get("json_schema")
    if isinstance(inner, dict) and "schema" in inner:
        reader.note_beside(form, {"type", "json_schema"}, place)
        add_schema(reader, inner, f"json_schema of {place}")
    elif kind in ("json_object", "json_schema", "json") or "schema" in form:
        given = form if inner is None else {**form, "schema": inner}
        add_schema(reader, given, place)
    elif kind not in ("text", None):
        reader.note(f"output format {kind}", place)
    else:
        reader.note_beside(form, {"type"}, place)


def add_schema(reader: RequestReader, form: Mapping[str, Any], place: str) -> None:
    """Keep the schema, with its name and description, that stands in *form*."""
    reader.note_beside(form, _SCHEMA_KEYS, place)
    reader.output_schema = OutputSchema(
        name=reader.text(form.get("name"), f"name of {place}") or None,
        description=reader.text(form.get("description"), f"description of {place}") or None,
        schema=reader.mapping(first_of(form, "schema", "response_schema"), f"schema of {place}"),
    )


def cache_settings(reader: RequestReader, value: Any, place: str) -> None:
    """Keep a cache that is asked for without a place."""
    reader.mark_request(value, place)


def documents(reader: RequestReader, value: Any, place: str) -> None:
    """Add the texts of documents that the provider puts before the messages."""
    texts: list[str] = []
    for number, document in enumerate(reader.items(value, place), start=1):
        texts += _texts(document, reader, f"document {number}")
    if texts:
        reader.add_system(texts, place)


def _texts(value: Any, reader: RequestReader, place: str) -> Iterable[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [
        text
        for key, inner in reader.mapping(value, place).items()
        if key != "id"
        for text in (
            _texts(inner, reader, place) if isinstance(inner, str | dict) else [str(inner)]
        )
        if inner is not None
    ]


# Of many providers, or of the libraries that call them.
COMMON = {
    "model": read_model,
    **all_as(read_output_limit, "max_tokens", "max_completion_tokens", "max_output_tokens"),
    **all_as(read_outputs, "n", "best_of", "candidate_count", "num_generations"),
    **all_as(read_service_tier, "service_tier", "serviceTier"),
    "prompt_cache_options": read_cache_options,
    "speed": read_speed,
    **all_as(read_region, "inference_geo"),
    **all_as(read_effort, "reasoning_effort"),
    "thinking": read_thinking,
    **all_as(read_tool_choice, "tool_choice", "function_call"),
    **all_as(read_response_format, "response_format"),
    "cache_control": cache_settings,
    "documents": documents,
    **all_as(uncounted("web search"), "web_search_options", "search_parameters"),
    **all_as(uncounted("web search"), "enable_search", "web_search"),
    "plugins": uncounted("plugin"),
    "preset": uncounted("preset"),
    "models": uncounted("fallback model"),
    "prediction": _read_prediction,
    "data_sources": uncounted("data source"),
    "connectors": uncounted("connector"),
    **ignore("stream", "stream_options", "streamOptions", "temperature", "top_p", "top_k", "topP"),
    **ignore("topK", "min_p", "top_a", "typical_p", "frequency_penalty", "presence_penalty"),
    **ignore("repetition_penalty", "length_penalty", "logit_bias", "logprobs", "top_logprobs"),
    **ignore("stop", "stop_sequences", "stopSequences", "stop_token_ids", "seed", "random_seed"),
    **ignore("user", "user_id", "metadata", "store", "safety_identifier", "prompt_cache_key"),
    **ignore("prompt_cache_retention", "parallel_tool_calls", "modalities", "audio", "verbosity"),
    **ignore("moderation", "background", "include", "truncation", "truncate", "extra_headers"),
    **ignore("extra_query", "timeout", "id", "custom_id", "provider", "transforms", "route"),
    **ignore("usage", "session_id", "trace", "labels", "name", "method", "url", "key", "betas"),
    **ignore("anthropic_version", "anthropic_beta", "safe_prompt", "prompt_mode", "guardrails"),
    **ignore(
        "clear_thinking",
        "reasoning_format",
        "disable_reasoning",
        "include_reasoning",
        "reasoning_split",
    ),
    "enable_thinking": read_thinking,  # of Qwen and GLM, and of hosts that pass it on
    "thinking_budget": read_thinking_budget,
    "chat_template_kwargs": inside(
        {
            **all_as(read_thinking, "enable_thinking", "thinking"),
            "thinking_budget": read_thinking_budget,
            "reasoning_effort": read_effort,
            **ignore("clear_thinking", "preserve_thinking", "add_generation_prompt"),
        }
    ),
    **ignore("preserve_thinking"),
    # What steers the choice of tokens and is not shown to the model.
    **ignore("guided_json", "guided_regex", "guided_choice", "guided_grammar"),
    **ignore("guided_decoding_backend", "guided_whitespace_pattern", "structured_outputs"),
    **ignore("search_domain_filter", "search_recency_filter", "search_mode", "return_images"),
    **ignore("search_after_date_filter", "search_before_date_filter", "return_related_questions"),
    **ignore("api_key", "api_base", "base_url", "custom_llm_provider", "litellm_params", "tags"),
    **ignore("mock_response", "allowed_openai_params", "organization", "num_retries"),
    **ignore("search_settings", "citation_options", "compound_custom", "disable_tool_validation"),
    **ignore("safety_settings", "safety_mode", "strict_tools", "priority", "skip_special_tokens"),
    **ignore("ignore_eos", "echo", "suffix_tokens", "logits_processors", "incremental_output"),
    **ignore("result_format", "repeat_penalty", "max_input_tokens", "vl_high_resolution_images"),
    **ignore("request_id", "requestId", "trigger", "messageId", "createdAt", "created_at"),
    **ignore("weight", "split", "source", "dataset", "version", "deployment", "api_version"),
    **ignore("response", "error", "recordId", "modelId", "accept", "contentType", "tool_stream"),
}
