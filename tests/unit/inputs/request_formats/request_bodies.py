"""Bodies of requests in every form, rich in parts, for tests that hold for all of them."""

from typing import Any

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Name of the city"}},
    "required": ["city"],
}
FUNCTION = {"name": "get_tide", "description": "Height of the tide", "parameters": SCHEMA}

BODIES: dict[str, dict[str, Any]] = {
    "openai_chat": {
        "model": "gpt-4o",
        "max_completion_tokens": 90,
        "n": 2,
        "service_tier": "flex",
        "tools": [{"type": "function", "function": FUNCTION}],
        "tool_choice": {"type": "function", "function": {"name": "get_tide"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "t", "schema": SCHEMA}},
        "metadata": {"team": "harbour"},
        "messages": [
            {"role": "system", "content": "Be brief."},
            {
                "role": "user",
                "name": "ann",
                "content": [
                    {"type": "text", "text": "How high is it?"},
                    {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                ],
            },
            {
                "role": "assistant",
                "content": "I will look.",
                "refusal": "Not now.",
                "reasoning_content": "A tide is asked for.",
                "tool_calls": [
                    {
                        "id": "c1",
                        "type": "function",
                        "function": {"name": "get_tide", "arguments": '{"city":"Brest"}'},
                    }
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "4 metres"},
        ],
    },
    "openai_responses": {
        "model": "gpt-5.5",
        "instructions": "Be brief.",
        "max_output_tokens": 90,
        "previous_response_id": "resp_1",
        "text": {"format": {"type": "json_schema", "name": "t", "schema": SCHEMA}},
        "reasoning": {"effort": "low", "summary": "auto"},
        "tools": [
            {"type": "function", **FUNCTION, "strict": True},
            {"type": "custom", "name": "sql", "description": "Run SQL", "format": {"type": "text"}},
            {"type": "web_search"},
            {"type": "namespace", "name": "sea", "description": "The sea", "tools": [FUNCTION]},
        ],
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "How high is it?"}]},
            {
                "type": "reasoning",
                "id": "rs_1",
                "summary": [{"type": "summary_text", "text": "A tide is asked for."}],
                "encrypted_content": "gAAAA",
            },
            {"type": "function_call", "call_id": "c1", "name": "get_tide", "arguments": '{"a":1}'},
            {"type": "function_call_output", "call_id": "c1", "output": "4 metres"},
            {"type": "custom_tool_call", "call_id": "c2", "name": "sql", "input": "SELECT 1"},
            {"type": "custom_tool_call_output", "call_id": "c2", "output": "1"},
            {"type": "mcp_call", "name": "f", "arguments": "{}", "output": "ok", "id": "m1"},
            {"type": "code_interpreter_call", "code": "1 + 1", "id": "ci_1"},
            {"type": "shell_call", "action": {"commands": ["ls"]}, "call_id": "c3"},
            {"type": "shell_call_output", "output": [{"stdout": "a.txt"}], "call_id": "c3"},
            {"type": "additional_tools", "role": "developer", "tools": [FUNCTION]},
            {"type": "item_reference", "id": "msg_1"},
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "Four.", "annotations": []}],
            },
        ],
    },
    "anthropic": {
        "model": "claude-sonnet-5",
        "max_tokens": 90,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        "thinking": {"type": "enabled", "budget_tokens": 2000},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
        "inference_geo": "us",
        "tools": [
            {"name": "get_tide", "description": "Height", "input_schema": SCHEMA},
            {"type": "web_search_20250305", "max_uses": 3},
        ],
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "document",
                        "title": "Log",
                        "context": "Internal",
                        "source": {"type": "text", "media_type": "text/plain", "data": "Berth 4."},
                    },
                    {
                        "type": "search_result",
                        "source": "https://example.org",
                        "title": "Tides",
                        "content": [{"type": "text", "text": "High at noon."}],
                    },
                    {"type": "text", "text": "How high is it?"},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "A tide.", "signature": "c2ln"},
                    {"type": "redacted_thinking", "data": "ZGF0YQ"},
                    {"type": "tool_use", "id": "t1", "name": "get_tide", "input": {"a": "Brest"}},
                    {"type": "server_tool_use", "id": "s1", "name": "bash", "input": {"c": "ls"}},
                    {
                        "type": "bash_code_execution_tool_result",
                        "tool_use_id": "s1",
                        "content": {
                            "type": "bash_code_execution_result",
                            "stdout": "a.txt",
                            "stderr": "none",
                            "return_code": 0,
                            "content": [],
                        },
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "t1",
                        "content": [{"type": "text", "text": "4 metres"}],
                    }
                ],
            },
        ],
    },
    "gemini": {
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
        "generationConfig": {
            "maxOutputTokens": 90,
            "candidateCount": 2,
            "responseSchema": SCHEMA,
            "thinkingConfig": {"thinkingBudget": 0},
        },
        "toolConfig": {"functionCallingConfig": {"mode": "ANY"}},
        "tools": [{"functionDeclarations": [FUNCTION]}, {"googleSearch": {}}],
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"text": "How high is it?"},
                    {"inlineData": {"mimeType": "image/png", "data": "iVBO"}},
                ],
            },
            {
                "role": "model",
                "parts": [
                    {"text": "A tide.", "thought": True},
                    {
                        "functionCall": {"id": "c1", "name": "get_tide", "args": {"a": "Brest"}},
                        "thoughtSignature": "c2ln",
                    },
                    {"executableCode": {"language": "PYTHON", "code": "print(4)"}},
                    {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "4"}},
                ],
            },
            {
                "role": "user",
                "parts": [
                    {
                        "functionResponse": {
                            "id": "c1",
                            "name": "get_tide",
                            "response": {"height": "4 metres"},
                        }
                    }
                ],
            },
        ],
    },
    "gemini_embeddings": {"content": {"parts": [{"text": "How high is it?"}]}, "taskType": "X"},
    "bedrock_converse": {
        "modelId": "anthropic.claude-sonnet-4-5-20250929-v1:0",
        "system": [{"text": "Be brief."}, {"cachePoint": {"type": "default"}}],
        "inferenceConfig": {"maxTokens": 90},
        "toolConfig": {
            "tools": [
                {
                    "toolSpec": {
                        "name": "get_tide",
                        "description": "Height",
                        "inputSchema": {"json": SCHEMA},
                    }
                }
            ]
        },
        "messages": [
            {
                "role": "user",
                "content": [
                    {"text": "How high is it?"},
                    {"document": {"name": "log", "format": "txt", "source": {"text": "Berth 4."}}},
                    {"image": {"format": "png", "source": {"bytes": "iVBO"}}},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"reasoningContent": {"reasoningText": {"text": "A tide."}}},
                    {"toolUse": {"toolUseId": "t1", "name": "get_tide", "input": {"a": "Brest"}}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "toolResult": {
                            "toolUseId": "t1",
                            "content": [{"text": "4 metres"}, {"json": {"height": "four"}}],
                        }
                    }
                ],
            },
        ],
    },
    "bedrock_invoke": {"inputText": "How high is it?", "textGenerationConfig": {"topP": 1}},
    "dashscope": {
        "model": "qwen3-max",
        "input": {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": [{"text": "How high is it?"}, {"image": "x.png"}]},
            ]
        },
        "parameters": {
            "max_tokens": 90,
            "result_format": "message",
            "tools": [{"type": "function", "function": FUNCTION}],
        },
    },
    "cohere": {
        "model": "command-r",
        "preamble": "Be brief.",
        "message": "How high is it?",
        "chat_history": [{"role": "USER", "message": "Hello."}],
        "documents": [{"id": "d1", "title": "Log", "snippet": "Berth 4."}],
    },
    "ollama": {
        "model": "llama3.2",
        "options": {"num_predict": 90, "num_ctx": 4096},
        "format": SCHEMA,
        "messages": [{"role": "user", "content": "How high is it?", "images": ["iVBO"]}],
    },
    "opentelemetry": {
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.system_instructions": [{"type": "text", "content": "Be brief."}],
        "gen_ai.input.messages": [
            {"role": "user", "parts": [{"type": "text", "content": "How high is it?"}]},
            {
                "role": "assistant",
                "parts": [
                    {"type": "reasoning", "content": "A tide."},
                    {"type": "tool_call", "id": "c", "name": "f", "arguments": {"a": "Brest"}},
                ],
            },
            {
                "role": "tool",
                "parts": [{"type": "tool_call_response", "id": "c", "response": "4 metres"}],
            },
        ],
    },
    "vercel_ui": {
        "id": "chat1",
        "messages": [
            {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "How high is it?"}]},
            {
                "id": "m2",
                "role": "assistant",
                "parts": [
                    {"type": "step-start"},
                    {"type": "reasoning", "text": "A tide."},
                    {
                        "type": "tool-getTide",
                        "toolCallId": "t1",
                        "state": "output-available",
                        "input": {"a": "Brest"},
                        "output": {"height": "4 metres"},
                    },
                    {"type": "text", "text": "Four."},
                ],
            },
        ],
    },
    "langchain": {
        "messages": [
            {"type": "system", "content": "Be brief."},
            {
                "type": "human",
                "data": {
                    "content": [
                        {"type": "text", "text": "How high is it?"},
                        {"type": "image", "source_type": "base64", "data": "iVBO"},
                    ]
                },
            },
            {
                "type": "ai",
                "content": "I will look.",
                "tool_calls": [{"name": "get_tide", "args": {"a": "Brest"}, "id": "c1"}],
            },
            {
                "lc": 1,
                "type": "constructor",
                "kwargs": {"type": "tool", "content": "4 metres", "tool_call_id": "c1"},
            },
        ],
    },
    "openai_completions": {"model": "gpt-3.5-turbo-instruct", "prompt": ["How high?", "When?"]},
    "openai_embeddings": {"model": "text-embedding-3-small", "input": ["How high?", "When?"]},
    "preference_pairs": {
        "input": {"messages": [{"role": "user", "content": "How high is it?"}]},
        "preferred_output": [{"role": "assistant", "content": "Four metres."}],
        "non_preferred_output": [{"role": "assistant", "content": "High."}],
    },
    "completion_pairs": {"prompt": "How high is it?", "completion": "Four metres."},
    "sharegpt": {
        "conversations": [
            {"from": "human", "value": "How high is it?"},
            {"from": "gpt", "value": "Four metres."},
        ]
    },
    "alpaca": {
        "history": [["Where is the tide high?", "In Brest."]],
        "instruction": "Answer.",
        "input": "How high is it?",
        "output": "Four metres.",
    },
    "rerank": {
        "model": "rerank-v3.5",
        "query": "How high is it?",
        "documents": ["Four metres.", {"text": "Six metres."}],
        "top_n": 1,
    },
}
