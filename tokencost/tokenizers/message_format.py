"""What a provider's message format adds to the tokens of the contents.

Facts of 2026-11-22: OpenAI's formula is the one of its cookbook; for models with an open chat
template the numbers are what that template adds, counted with the model's own vocabulary, which
merges at its borders move by one token either way. Whether a provider bills its template as it is
published is documented nowhere; fits to live usage agreed within 1 to 3 tokens a message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFormat:
    """Tokens that a format adds.

    Attributes:
        basis: what the numbers rest on.
        documented: whether the provider says so itself.
        user, system, assistant: for each message of that role; others count as `user`.
        name: for a message's name, beside the name itself.
        start: once for a request, with what begins the output.
        default_system: once, where no system message replaces it.
        tools: once, if there are tools; low, expected and high.
        slack: for each message either way.
    """

    basis: str
    documented: bool = False
    user: int = 0
    system: int = 0
    assistant: int = 0
    name: int = 0
    start: int = 0
    default_system: int = 0
    tools: tuple[int, int, int] = (0, 100, 250)
    slack: int = 1

    def of(self, role: str) -> int:
        """Return what a message of *role* adds."""
        match role:
            case "system" | "developer":
                return self.system
            case "assistant" | "model":
                return self.assistant
            case _:
                return self.user


_TEMPLATE = "as the model's open chat template renders it"


def _template(*, tools: int = 100, **numbers: Any) -> MessageFormat:
    """Return a frame; *tools* is the fixed text that a template puts before the tools."""
    return MessageFormat(basis=_TEMPLATE, tools=(tools * 3 // 4, tools, tools * 5 // 4), **numbers)


_OPENAI = MessageFormat(
    basis="OpenAI's published formula",
    documented=True,
    user=4,  # 3 and one for the role
    system=4,
    assistant=4,
    name=1,
    start=3,
    tools=(0, 0, 0),  # the formula for tools counts them one by one
    slack=0,
)
_OPENAI_LATER = MessageFormat(
    basis="OpenAI's published formula, which names no model after GPT-4o",
    user=4,
    system=4,
    assistant=4,
    name=1,
    start=3,
    tools=(0, 24, 50),
)
_CHATML = {"user": 5, "system": 5, "assistant": 5}
_CLAUDE_TOOLS = (159, 350, 549)


def _claude(frame: int) -> MessageFormat:
    return MessageFormat(
        basis="measured for one user message; of further messages nothing is known",
        user=frame - 3,
        system=frame - 3,
        assistant=frame - 3,
        start=3,
        tools=_CLAUDE_TOOLS,
        slack=3,
    )


# By a glob of the model's id first, then by the name of its tokenizer.
_BY_MODEL: Mapping[str, MessageFormat | None] = MappingProxyType(
    {
        "gpt-4o*": _OPENAI,
        "gpt-4.1*": _OPENAI,
        "gpt-4*": _OPENAI,
        "gpt-3.5*": _OPENAI,
        "glm-5.2*": _template(user=1, system=1, assistant=3, start=11, tools=87),
        "glm-5-2*": _template(user=1, system=1, assistant=3, start=11, tools=87),
        "glm-5.1*": _template(user=1, system=1, assistant=2, start=4, tools=87),
        "*minimax-m3*": _template(
            user=5, system=5, assistant=6, start=160, default_system=11, tools=171
        ),
        "deepseek-v3*": _template(user=1, assistant=2, start=2),
        "claude-opus-4-7*": _claude(11),
        "mimo*": None,  # the vocabulary is taken to be Qwen's, the template is its own
    }
)
_BY_TOKENIZER: Mapping[str, MessageFormat] = MappingProxyType(
    {
        "o200k_base": _OPENAI_LATER,
        "cl100k_base": _OPENAI,
        "qwen2": _template(**_CHATML, start=3, tools=83),
        "qwen3.5": _template(**_CHATML, start=5, tools=202),
        "deepseek-v3": _template(user=1, assistant=3, start=3),
        "glm-4": _template(user=2, system=2, assistant=2, start=3, tools=101),
        "glm-4.7": _template(user=1, system=1, assistant=2, start=4, tools=97),
        "kimi": _template(user=4, system=4, assistant=4, start=3),
        "minimax": _template(**_CHATML, start=6, default_system=27, tools=93),
        "tekken": _template(user=2, system=1, assistant=1, start=1),
        "mistral-spm": _template(user=2, system=2, assistant=1, start=1),
        "gemma3": MessageFormat(basis="none that fits to live usage could find; weak"),
        "gemma4": MessageFormat(basis="none that fits to live usage could find; weak"),
        "claude-3": _claude(7),
        "claude-4.7": _claude(6),
        "claude-4.8": _claude(6),
    }
)


def find_message_format(model: str, tokenizer: str) -> MessageFormat | None:
    """Return what is known of a model's message format, None if nothing is.

    Args:
        model: the id, without a provider.
        tokenizer: the name of the model's tokenizer.
    """
    bare = model.rpartition("/")[2].lower()
    for glob, frame in _BY_MODEL.items():
        if fnmatchcase(bare, glob):
            return frame
    return _BY_TOKENIZER.get(tokenizer)
