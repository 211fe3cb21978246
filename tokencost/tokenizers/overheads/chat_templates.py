"""Which open models have which chat template, and Mistral's format.

Each number was counted with the model's own vocabulary and special tokens on the template as its
maker publishes it: Qwen, GLM, MiniMax and DeepSeek rendered on 2026-11-26, Kimi and Llama read. A
call is measured with its result. Where recorded bills exist they are named (pydantic-ai's test
recordings of 2025 and 2026, state of 2026-08-22).
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

from tokencost.tokenizers.overheads.chat_template import ChatTemplate, ToolText
from tokencost.tokenizers.overheads.rule import Rule, Status
from tokencost.values import replace

_PUBLISHED = "the model's published chat template"


def _rendered(tokens: int, slack: float = 0) -> Rule:
    return Rule(tokens, Status.RENDERED, _PUBLISHED, slack)


def _fitted(tokens: int, source: str, slack: float = 0) -> Rule:
    return Rule(tokens, Status.FITTED, source, slack)


def _assumed(tokens: int, slack: float) -> Rule:
    return Rule(tokens, Status.ASSUMED, "as in sibling models", slack)


_BASIS = "as the model's open chat template renders it"
_SCHEMA = _assumed(35, 30)
_CHATML: Mapping[str, Any] = {
    "user": _rendered(5),
    "system": _rendered(5),
    "assistant": _rendered(5),
    "result": _rendered(5),
}

QWEN_2_5 = ChatTemplate(
    basis=_BASIS,
    **_CHATML,
    start=_rendered(3),
    default_system=_rendered(21),
    tools=_rendered(77),
    tool=_rendered(1, 1),
    call=_rendered(19, 3),
    schema=_SCHEMA,
)
QWEN_3 = ChatTemplate(
    basis=_BASIS,
    cuts_thoughts=True,
    **_CHATML,
    start=Rule(3, Status.RECORDED, "2 of 2 bills, and the published template"),
    tools=_rendered(82, 5),
    tool=_rendered(1, 1),
    call=_rendered(15, 2),
    schema=_SCHEMA,
    without_thinking=_fitted(4, "1 bill: an empty thought begins the output"),
)
QWEN_3_5 = ChatTemplate(
    basis=_BASIS,
    cuts_thoughts=True,
    **_CHATML,
    start=_rendered(5),
    tools=_rendered(201, 1),
    tool=_rendered(1, 1),
    call=_rendered(18, 3),
    argument=_rendered(6),
    schema=_SCHEMA,
    without_thinking=_assumed(2, 2),
)
DEEPSEEK_V3 = ChatTemplate(
    basis=_BASIS,
    start=_rendered(2),
    user=_rendered(1),
    assistant=_rendered(2),
    result=_rendered(3),
    tools=_assumed(205, 35),
    tool_text=ToolText.BARE,
    call=_assumed(25, 15),
    schema=_SCHEMA,
)
DEEPSEEK_R1 = ChatTemplate(
    basis=_BASIS,
    cuts_thoughts=True,
    start=_rendered(2),
    user=_rendered(1),
    assistant=_rendered(2),
    result=_rendered(3),
    tool_text=ToolText.NONE,  # the template has no place for functions; 1 bill
    schema=_SCHEMA,
)
DEEPSEEK_R1_DISTILLED = replace(
    DEEPSEEK_R1, user=_fitted(1, "2 bills, counted with o200k_base", 3), share=0.03
)
DEEPSEEK_V4 = ChatTemplate(
    basis=_BASIS,
    start=_rendered(3),
    user=_rendered(1),
    assistant=_rendered(3),
    result=_rendered(8),
    tools=_rendered(222, 3),
    tool_text=ToolText.BARE,
    call=_rendered(25, 8),
    argument=_rendered(10, 3),
    schema=_SCHEMA,
)
DEEPSEEK_V4_RESPONSES = replace(
    DEEPSEEK_V4,
    hidden=Rule(79, Status.RECORDED, "2 of 2 bills of texts at DeepSeek's Responses", 1),
    tools=_fitted(222, "1 bill", 25),
    call=_fitted(20, "1 bill", 15),
)
GLM_4 = ChatTemplate(
    basis=_BASIS,
    start=_rendered(3),
    user=_rendered(2, 1),
    system=_rendered(2, 1),
    assistant=_rendered(3, 2),
    result=_rendered(3),
    tools=_rendered(100, 5),
    tool=_rendered(1, 1),
    call=_rendered(12, 3),
    argument=_rendered(2),
    schema=_SCHEMA,
    keeps_thoughts=True,
)
GLM_4_7 = ChatTemplate(
    basis=_BASIS,
    start=Rule(4, Status.RECORDED, "2 of 2 bills, and the published template"),
    user=_rendered(1),
    system=_rendered(1),
    assistant=_rendered(2),
    result=_rendered(1),
    tools=_rendered(96, 8),
    tool=_rendered(1, 1),
    call=_rendered(5, 3),
    schema=_SCHEMA,
    keeps_thoughts=True,
)
GLM_5_1 = ChatTemplate(
    basis=_BASIS,
    start=_rendered(4),
    user=_rendered(1),
    system=_rendered(1),
    assistant=_rendered(2),
    result=_rendered(1),
    tools=_rendered(96, 3),
    tool_text=ToolText.BARE,
    call=_rendered(5, 3),
    schema=_SCHEMA,
    keeps_thoughts=True,
)
GLM_5_2 = ChatTemplate(
    basis=_BASIS,
    start=Rule(11, Status.RECORDED, "3 of 3 bills, and the published template"),
    user=_rendered(1),
    system=_rendered(1),
    assistant=_rendered(3),
    result=_rendered(1),
    tools=_rendered(96, 3),
    tool_text=ToolText.BARE,
    call=_rendered(4, 3),
    schema=_SCHEMA,
    keeps_thoughts=True,
)
KIMI = ChatTemplate(
    basis=_BASIS,
    start=_rendered(3),
    user=_rendered(4),
    system=_rendered(4),
    assistant=_rendered(4),
    result=_rendered(12, 2),
    default_system=_assumed(0, 12),
    tools=_rendered(7, 3),
    tool_text=ToolText.COMPACT,
    call=_rendered(9, 3),
    schema=_SCHEMA,
    without_thinking=_assumed(1, 1),
)
MINIMAX_M2 = ChatTemplate(
    basis=_BASIS,
    **_CHATML,
    start=_rendered(6),
    default_system=_rendered(27),
    tools=_rendered(96, 2),
    tool=_rendered(-4, 1),
    call=_rendered(16, 3),
    argument=_rendered(4),
    schema=_SCHEMA,
)
MINIMAX_M3 = ChatTemplate(
    basis=_BASIS,
    user=_rendered(5),
    system=_rendered(5),
    assistant=_rendered(6),
    result=_rendered(5),
    start=_rendered(160),
    default_system=_rendered(11),
    tools=_rendered(174, 2),
    tool=_rendered(-4, 1),
    call=_rendered(20, 3),
    argument=_rendered(3),
    schema=_SCHEMA,
)
UNKNOWN = ChatTemplate(
    basis="the format is not known: up to 8 tokens a message and 250 for tools",
    start=_assumed(4, 4),
    user=_assumed(4, 4),
    system=_assumed(4, 4),
    assistant=_assumed(4, 4),
    result=_assumed(4, 4),
    tools=_assumed(100, 150),
    call=_assumed(15, 15),
    schema=_assumed(50, 50),
    keeps_thoughts=None,
)
GPT_OSS = ChatTemplate(
    basis="recorded bills of three hosts, which put a text of their own before it",
    start=_fitted(66, "7 bills: Groq 71, Cerebras 67, Amazon Bedrock about 66", 0),
    hidden=_fitted(3, "between the hosts", 5),
    system=_fitted(27, "3 bills", 8),
    assistant=_assumed(4, 2),
    result=_assumed(4, 2),
    tools=_assumed(35, 15),
    tool_text=ToolText.NAMESPACE,
    call=_assumed(14, 6),
    schema=_fitted(35, "2 bills", 45),
)
LLAMA_3 = ChatTemplate(
    basis=_BASIS,
    share=0.03,
    start=_rendered(5),
    user=_rendered(5),
    system=_rendered(5),
    assistant=_rendered(5),
    result=_rendered(5),
    tools=_assumed(90, 60),
    call=_assumed(10, 10),
    schema=_SCHEMA,
)
LLAMA_3_1 = replace(
    LLAMA_3, hidden=_fitted(25, "3 of 5 bills: a system text with dates", 4), share=0.03
)
LLAMA_4 = ChatTemplate(
    share=0.03,
    basis="the published chat template, and Groq's text before tools by recorded bills",
    start=_rendered(5),
    user=_rendered(5),
    system=_rendered(5),
    assistant=_rendered(5),
    result=_fitted(5, "7 bills"),
    tools=_fitted(667, "7 bills of Groq", 15),
    tool=_fitted(-7, "7 bills of Groq", 6),
    tool_text=ToolText.COMPACT,
    call=_fitted(20, "7 bills of Groq", 4),
    schema=_SCHEMA,
)
MISTRAL = ChatTemplate(
    least_slack=0,
    basis="Mistral's published format (mistral-common), as recorded bills have it",
    start=Rule(1, Status.RECORDED, "12 of 12 bills of texts"),
    user=Rule(2, Status.RECORDED, "12 of 12 bills of texts"),
    system=_fitted(2, "within 1", 1),
    assistant=Rule(1, Status.RECORDED, "2 of 2 bills"),
    result=Rule(2, Status.RECORDED, "1 bill"),
    tools=Rule(2, Status.RECORDED, "7 of 8 bills, the other off by 1", 1),
    tool_text=ToolText.LIST,
    call=_fitted(2, "1 bill", 1),
    schema=_assumed(0, 30),
    keeps_thoughts=None,
)
# Of models whose bills equal counts with Tekken: 8 of 9 of Mistral Large 3, one of them for 2,297
# tokens (the other off by 1), 3 of 3 of Medium, 3 of 3 of both Small, 1 of 1 of Pixtral.
MISTRAL_BILLED = replace(MISTRAL, billed_vocabulary=True, share=0.01)
MISTRAL_SMALL = replace(
    MISTRAL_BILLED, hidden=Rule(12, Status.RECORDED, "3 of 3 bills: a block of settings", 1)
)
MISTRAL_SPM = ChatTemplate(
    basis=_BASIS,
    start=_rendered(1),
    user=_rendered(2),
    system=_rendered(2, 1),
    assistant=_rendered(1),
    result=_rendered(2),
    tools=_assumed(2, 4),
    tool_text=ToolText.LIST,
    call=_assumed(2, 4),
    schema=_SCHEMA,
)

# By a glob of the model's id; the first that matches.
BY_MODEL: Mapping[str, ChatTemplate] = MappingProxyType(
    {
        "gpt-oss*": GPT_OSS,
        "qwen2*": QWEN_2_5,
        "qwen-2*": QWEN_2_5,
        "glm-4.[56]*": GLM_4,
        "glm-5.1*": GLM_5_1,
        "glm-5-1*": GLM_5_1,
        "glm-5.[2-9]*": GLM_5_2,
        "glm-5-[2-9]*": GLM_5_2,
        "*minimax-m3*": MINIMAX_M3,
        "deepseek-r1-distill*": DEEPSEEK_R1_DISTILLED,
        "deepseek-r1*": DEEPSEEK_R1,
        "deepseek-v4*": DEEPSEEK_V4,
        "llama-4*": LLAMA_4,
        "llama-3.[123]*": LLAMA_3_1,
        "llama3.[123]*": LLAMA_3_1,
        "llama*": LLAMA_3,
        "mistral-small-4*": MISTRAL_SMALL,
        "mistral-small-latest": MISTRAL_SMALL,
        "mistral-small-26*": MISTRAL_SMALL,
        "magistral-small*": MISTRAL_SMALL,
        "mistral-large-2512": MISTRAL_BILLED,
        "mistral-medium-2*": MISTRAL_BILLED,
        "pixtral-12b*": MISTRAL_BILLED,
        "mimo*": UNKNOWN,  # the vocabulary is taken to be Qwen's, the template is its own
    }
)
BY_TOKENIZER: Mapping[str, ChatTemplate] = MappingProxyType(
    {
        "qwen2": QWEN_3,
        "qwen3.5": QWEN_3_5,
        "deepseek-v3": DEEPSEEK_V3,
        "glm-4": GLM_4,
        "glm-4.7": GLM_4_7,
        "kimi": KIMI,
        "minimax": MINIMAX_M2,
        "tekken": MISTRAL,
        "mistral-spm": MISTRAL_SPM,
    }
)


def find_chat_template(model: str, tokenizer: str, *, form: str) -> ChatTemplate | None:
    """Return the template of a model, None if none is known."""
    if form == "openai_responses" and fnmatchcase(model, "deepseek*"):
        return DEEPSEEK_V4_RESPONSES
    for glob, template in BY_MODEL.items():
        if fnmatchcase(model, glob):
            return template
    return BY_TOKENIZER.get(tokenizer)
