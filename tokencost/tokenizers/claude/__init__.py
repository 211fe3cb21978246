"""Tokens of Claude, whose tokenizer is not public.

The method and the piece lists are those of ctok by Sander Land (MIT, see
`vocabularies/licenses/ctok-MIT.txt`), who measured them piece by piece with Anthropic's counting
API: a text is normalized, word boundaries and capitals become markers, and the count is the
smallest number of known pieces that the result can be put together from.
"""

from tokencost.tokenizers.claude.tokenizer import FRAMES, count

__all__ = ["FRAMES", "count"]
