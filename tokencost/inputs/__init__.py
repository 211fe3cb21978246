"""What is priced: named files, directories, globs, pipes and literal texts as prompts."""

from tokencost.inputs.prompt import Prompt, Reading
from tokencost.inputs.reading import read_prompts

__all__ = ["Prompt", "Reading", "read_prompts"]
