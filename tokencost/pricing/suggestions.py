"""Models that an unknown name may have been meant for: by maker, family and version."""

import re
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from tokencost.pricing.names import maker_of, spelling
from tokencost.pricing.table import Model, PriceTable

_FEW, _MANY = 3, 8
_PARTS = re.compile(r"[a-z]+|\d+")
_PASSING = ("latest", "preview", "exp", "beta")
_DATE = re.compile(r"-?(?<!\d)(?:20\d\d-?[01]\d-?[0-3]\d|2\d[01]\d[0-3]\d)(?!\d)")


class _Name(NamedTuple):
    """A name without its dates and the words of no model in particular: words, and numbers."""

    text: str
    words: tuple[str, ...]
    version: tuple[int, ...]

    @classmethod
    def of(cls, name: str) -> "_Name":
        parts = _PARTS.findall(_DATE.sub("", spelling(name)))
        parts = [part for part in parts if part not in _PASSING]
        return cls(
            text="-".join(parts),
            words=tuple(part for part in parts if not part.isdigit()),
            version=tuple(int(part) for part in parts if part.isdigit()),
        )


def suggest_models(table: PriceTable, name: str) -> list[str]:
    """Return at most a few full names, the likeliest first; the newest first where it is the same.

    A model is like a name that has a word of it, its family, in common; of another maker than the
    one that the name speaks of it never is. A name that is nothing but a family, such as "sonnet",
    stands for all of its models.
    """
    maker, rest = maker_of(table, name)
    rest = rest.rpartition("/")[2]
    candidates = [(model, _names_of(model)) for model in table.models]
    vocabulary = {word for _, names in candidates for own in names for word in own.words}
    wanted = _Name.of(rest)
    wanted = wanted._replace(
        words=tuple(word for part in wanted.words for word in _known(part, vocabulary))
    )
    if not wanted.words:
        return []
    family = wanted.words[0]
    begins = any(one.words[:1] == (family,) for _, names in candidates for one in names)
    ranked = []
    for number, (model, names) in enumerate(candidates):
        own = [one for one in names if family in (one.words[:1] if begins else one.words)]
        if own and maker in ("", model.provider):
            best = max(_likeness(wanted, one) for one in own)
            ranked.append((best, bool(model.prices), -number, model.name))
    ranked.sort(reverse=True)
    if wanted.version or len(wanted.words) > 1:
        return [name for *_, name in ranked][:_FEW]
    whole = [name for *_, name in ranked]
    return [name for _, is_priced, _, name in ranked if is_priced][:_MANY] or whole[:_MANY]


def _names_of(model: Model) -> list[_Name]:
    return [_Name.of(name) for name in (model.id, *model.aliases)]


def _known(word: str, vocabulary: set[str]) -> list[str]:
    """Return the word of the table that *word* is, or nearly is; itself if there is none."""
    if word in vocabulary:
        return [word]
    return get_close_matches(word, vocabulary, n=1, cutoff=0.75) or [word]


def _likeness(wanted: _Name, own: _Name) -> tuple[float, ...]:
    """Return how like two names are: words in common and letters, then the version's numbers."""
    common = sum(word in own.words for word in wanted.words)
    other = max(len(wanted.words), len(own.words)) - common
    if not wanted.version:
        return (common - other / 2,)
    letters = SequenceMatcher(None, wanted.text, own.text).ratio() if other else 1
    same = sum(left == right for left, right in zip(wanted.version, own.version, strict=False))
    distance = abs(_number(wanted.version) - _number(own.version))
    return (common - other / 2 + letters, same, -distance)


def _number(version: tuple[int, ...]) -> float:
    first, second = (*version, 0, 0)[:2]
    return first + min(second, 99) / 10
