"""What providers bill of a request beside its texts: which rules a model has."""

from collections.abc import Iterator
from functools import lru_cache

from tokencost.inputs.request import Interface, Message, Request, TokenIds
from tokencost.tokenizers.overheads.rule import Charge, MessageFormat, content, possible

_OPENAI_NAMES = ("chatgpt", "codex", "computer-use", "davinci", "babbage")
_OPENAI_TOKENIZERS = ("o200k_base", "cl100k_base")
_CLAUDE_TOKENIZERS = ("claude-3", "claude-4.7", "claude-4.8")
_GEMINI_TOKENIZERS = ("gemma3", "gemma4")
_ANY_OPENAI = "gpt-4"  # whose formula is published, for models that only share the vocabulary
_BEDROCK_NAMES = ("anthropic", "openai", "amazon", "meta", "mistral", "deepseek", "qwen")
_CLOUDS = ("vertex", "developer", "bedrock", "openrouter", "azure")
_EMBEDDINGS = ("openai_embeddings", "gemini_embeddings")
_RESELLERS = ("bedrock", "openrouter")


class TextsFormat:
    """The texts alone, as embeddings are billed."""

    basis = "embeddings are billed by their texts"
    billed_vocabulary = False

    def is_exact(self, request: Request) -> bool:
        """Whether nothing but texts is sent."""
        return not request.tools

    def widen(self, slack: float, *, total: int) -> float:  # noqa: ARG002
        """Return *slack*."""
        return slack

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield the texts."""
        for message in request.messages:
            yield from _contents(message)


class CompletionsFormat:
    """The texts of a prompt without messages; hosts of other models may begin it with a token.

    Between a prompt and what follows the gap (`suffix`) stand tokens that are not documented.
    """

    basis = "completions are billed by their texts"
    billed_vocabulary = False

    def __init__(self, *, is_openai: bool) -> None:
        self.is_openai = is_openai

    def is_exact(self, request: Request) -> bool:
        """Whether it is OpenAI's, and nothing but the texts before the gap is sent."""
        has_suffix = any(message.role == "suffix" for message in request.messages)
        return self.is_openai and not request.tools and not has_suffix

    def widen(self, slack: float, *, total: int) -> float:  # noqa: ARG002
        """Return *slack*."""
        return slack

    def charges(self, request: Request) -> Iterator[Charge]:
        """Yield the texts."""
        for message in request.messages:
            yield from _contents(message)
            own = 3 if message.role == "suffix" else 0 if self.is_openai else 1
            yield Charge(slack=own)
        for tool in request.tools:
            yield possible(tool.text)


def _contents(message: Message) -> Iterator[Charge]:
    """Yield the texts of a message, and the tokens that stand in it as numbers."""
    for text in message.texts:
        yield content(text)
    for part in message.parts:
        if isinstance(part, TokenIds):
            yield Charge(tokens=part.number, is_overhead=False)


def billing_site(site: str, request: Request) -> str:
    """Return where a request is billed, "" if neither the site nor its spelling says so.

    Amazon Bedrock names models as `openai.gpt-5.5`, OpenRouter as `openai/gpt-5.5`. Google's own
    library (google-genai 1 and later) writes `parameters_json_schema` for the Developer API and
    `parametersJsonSchema` for Vertex AI; the latter is what others write for both. Calls it spells
    as REST does for the Developer API alone, and leaves as they are in Python for Vertex AI: both
    together are that library at Vertex AI (40 of 40 recorded requests, none of 78 of the other).
    """
    if site and any(name in site for name in _CLOUDS):
        return site
    if request.interface == Interface.VERTEX:
        return "vertex"
    if request.model and _is_of_bedrock(request.model):
        return "bedrock"
    if any("parameters_json_schema" in tool.definition for tool in request.tools):
        return "developer-api"
    if request.interface == Interface.PYTHON and any(
        "parametersJsonSchema" in tool.definition for tool in request.tools
    ):
        return "vertex"
    is_chat = request.format == "openai_chat"
    return "openrouter" if is_chat and request.model and "/" in request.model else ""


@lru_cache(256)
def find_message_formats(
    model: str, tokenizer: str, *, site: str = "", form: str = ""
) -> tuple[MessageFormat, ...]:
    """Return how a request is billed: the likeliest first, if the site alone would tell.

    Args:
        model: the id, with or without a provider.
        tokenizer: the name of the model's tokenizer.
        site: where it is bought, as far as that was named.
        form: the format of the request.
    """
    bare = model.rpartition("/")[2].lower()
    if "embed" in bare or form in _EMBEDDINGS:
        return (TextsFormat(),)
    if form == "openai_completions":
        return (CompletionsFormat(is_openai=_is_of_openai(bare)),)
    if tokenizer in _CLAUDE_TOKENIZERS or "claude" in bare:
        from tokencost.tokenizers.overheads.anthropic import anthropic_format

        return (
            anthropic_format(bare, tokenizer=tokenizer, is_elsewhere=form not in ("", "anthropic")),
        )
    if tokenizer in _GEMINI_TOKENIZERS and "gemma" not in bare:
        from tokencost.tokenizers.overheads.gemini import gemini_formats

        return gemini_formats(bare, site=site, is_chat=form != "gemini")
    if _is_of_openai(bare):
        return (_openai(bare, form=form, site=site),)
    from tokencost.tokenizers.overheads.chat_templates import UNKNOWN, find_chat_template

    if (template := find_chat_template(bare, tokenizer, form=form)) is not None:
        return (template,)
    if tokenizer in _OPENAI_TOKENIZERS:
        return (_openai(_ANY_OPENAI, form=form, site=site, is_assumed=True),)
    return (UNKNOWN,)


def _is_of_openai(bare: str) -> bool:
    """Whether a model is OpenAI's own, which `gpt-oss` is not, by its id without a provider."""
    is_gpt = bare.startswith("gpt-") and not bare.startswith("gpt-oss")
    is_o = bare[:1] == "o" and bare[1:2].isdecimal()
    return is_gpt or is_o or bare.startswith(_OPENAI_NAMES)


def _is_of_bedrock(model: str) -> bool:
    """Whether a name is one of Bedrock's: `anthropic.` and so on, perhaps behind a region."""
    region, *others = model.split(".")
    if len(others) > 1 and others[0] in _BEDROCK_NAMES:
        return region.isascii() and region.isalpha() and region.islower()
    return bool(others) and region in _BEDROCK_NAMES


def _openai(model: str, *, form: str, site: str, is_assumed: bool = False) -> MessageFormat:
    from tokencost.tokenizers.overheads.openai import openai_format

    is_others = bool(form) and not form.startswith("openai_")
    is_elsewhere = any(name in site for name in _RESELLERS) or is_others
    return openai_format(
        model,
        is_responses=form == "openai_responses",
        site=site,
        is_elsewhere=is_elsewhere or is_assumed,
    )
