"""What the user named, as prompts or as errors."""

from tokencost.inputs.prompt import (
    InputFormat,
    InputSet,
    Prompt,
    Prompts,
    as_input_set,
    large_of,
    report_progress,
    watch,
    watched,
)
from tokencost.inputs.reader import read_prompts

__all__ = [
    "InputFormat",
    "InputSet",
    "Prompt",
    "Prompts",
    "as_input_set",
    "large_of",
    "read_prompts",
    "report_progress",
    "watch",
    "watched",
]
