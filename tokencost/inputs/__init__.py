"""What the user named, as prompts or as errors."""

from tokencost.inputs.input_format import As
from tokencost.inputs.prompt import Prompt, Prompts, Reading, as_reading
from tokencost.inputs.reader import read_prompts

__all__ = [
    "As",
    "Prompt",
    "Prompts",
    "Reading",
    "as_reading",
    "read_prompts",
]
