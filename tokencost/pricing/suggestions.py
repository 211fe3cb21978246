"""Models that an unknown name may have been meant for: by maker, family and version."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from tokencost.errors import NoPriceError, UnknownModelError
from tokencost.pricing.names import maker_of, models_named, names_like, spelling
from tokencost.pricing.table import Model, PriceTable
from tokencost.values import regex

_FEW, _MANY = 3, 8
_LONGEST_NUMBER = 9  # digits; a word of more is not a version
_PARTS = regex(r"(?:\d+x|[ae])?\d+b(?![a-z])|[a-z]+|\d+")  # "8x7b" and "a22b" are one word
_SEPARATORS = regex(r"[,;\s]+")  # between names that were given as one
_PASSING = ("latest", "preview", "exp", "beta")
_DATE = regex(r"-?(?<!\d)(?:20\d\d-?[01]\d-?[0-3]\d|2\d[01]\d[0-3]\d)(?!\d)")
_FORMAT = regex(r"-(?:fp8|fp4|nvfp4|mxfp4|bf16|int8|awq|gguf)(?=-|$)")  # of its numbers


class _Name(NamedTuple):
    """A name without its dates and the words of no model in particular: words, and numbers."""

    text: str
    words: tuple[str, ...]
    version: tuple[int, ...]

    @classmethod
    def of(cls, name: str) -> "_Name":
        parts = _PARTS.findall(_FORMAT.sub("", _DATE.sub("", spelling(name))))
        parts = [part for part in parts if part not in _PASSING]
        return cls(
            text="-".join(parts),
            words=tuple(part for part in parts if not _is_number(part)),
            version=tuple(int(part) for part in parts if _is_number(part)),
        )


def _is_number(part: str) -> bool:
    return part.isdecimal() and len(part) <= _LONGEST_NUMBER


class CalledFamily(NamedTuple):
    """Models of a maker by what people *call* them; what else a text says of them is its `rest`.

    `beginning` is that of the models' names, "" for all of the maker's.
    """

    called: str
    maker: str
    beginning: str
    rest: str

    def has(self, model: Model) -> bool:
        """Say whether *model* is among them."""
        names = (spelling(name) for name in (model.id, *model.aliases))
        own = model.provider == self.maker
        return own and any(name.startswith(self.beginning) for name in names)

    @property
    def wanted(self) -> str:
        """The text as the maker would write it: "doubao-seed-1.6" of what people call it."""
        is_whole = not self.beginning or self.beginning in spelling(self.rest)
        return self.rest if is_whole else f"{self.beginning}-{self.rest}"


def called_family(table: PriceTable, text: str) -> CalledFamily | None:
    """Return the family of the longest name in *text* that people have for one, None without."""
    low = text.lower()
    families = [
        CalledFamily(called=name, maker=provider.id, beginning=beginning, rest="")
        for provider in table.providers.values()
        for beginning, names in (*provider.families.items(), ("", provider.known_as))
        for name in names
        if name.lower() in low
    ]
    family = max(families, key=lambda one: (len(one.called), one.beginning != ""), default=None)
    if family is None:
        return None
    for name in sorted((one.called for one in families), key=len, reverse=True):
        low = low.replace(name.lower(), " ")
    return family._replace(rest=low.strip())


def unknown_model(table: PriceTable, name: str) -> UnknownModelError:
    """Return the error of a *name* that no model has, with the names that it may stand for."""
    several = [part for part in _SEPARATORS.split(name) if part]
    if len(several) > 1 and ("," in name or all(models_named(table, part) for part in several)):
        return UnknownModelError(name, similar=(), several=several)
    bare, _, site = name.rpartition("@")
    bare = bare if bare and "/" not in site else name  # "cloudflare/@cf/..." is one name
    if family := called_family(table, bare):
        similar = _of_family(table, family)
        return UnknownModelError(name, similar=similar, query=family.called)
    if similar := suggest_models(table, bare):
        return UnknownModelError(name, similar=similar)
    maker, _ = table.prefixes.get(bare.lower(), ("", ""))
    similar = _listed([model for model in table.models if model.provider == maker])
    return UnknownModelError(name, similar=similar, query=maker)


def no_price(
    table: PriceTable, model: Model, site: str, refused: str, *, called: str = ""
) -> NoPriceError:
    """Return the error of a *model* that has no price at *site*, "" for none that is named.

    *called* is a name that names no site itself: it may be that of one seller alone.
    """
    own = [at for at in model.sites if at in table.providers[model.provider].sites] or model.sites
    there = ", ".join(f"{model.name}@{at}" for at in own)
    what = f"{model.name}: no price at {f'site {site!r}' if site else 'any site'}".replace("'", '"')
    gone = f"its maker retired it on {model.retired}; " if model.retired else ""
    has_others = any(one.sites for one in table.models if one.provider == model.provider)
    others = f"`tokencost models {model.provider}` has others, " if has_others else ""
    alone = f"{others}`tokencost prices add` takes its price"
    hint = f"{gone}the table has {there}" if there else alone
    is_sellers = any(
        table.models[number] is model and at for number, at in names_like(table, called)
    )
    if is_sellers:
        what = f'{what}, which alone calls it "{called}"'
        hint = f"its maker calls it {model.name}; {hint}" if there else hint
    return NoPriceError(f"{what} {refused}".strip(), hint=hint, about=("site", site))


def _of_family(table: PriceTable, family: CalledFamily) -> list[str]:
    """Return the models of a family that are like what else was said of them, else all of it."""
    models = [model for model in table.models if family.has(model)]
    names = {model.name for model in models}
    near = suggest_models(table, f"{family.maker}/{family.wanted}") if family.rest else []
    return [name for name in near if name in names] or _listed(models)


def _listed(models: Sequence[Model]) -> list[str]:
    """Return the full names of those that have a price, in the order of the table, if any has.

    Those without one are not listed by `models` either; a few are named.
    """
    priced = [model.name for model in models if model.prices]
    return priced[:_MANY] or [model.name for model in models][:_FEW]


def suggest_models(table: PriceTable, name: str) -> list[str]:
    """Return at most a few full names, the likeliest first; the newest first where it is the same.

    A model is like a name that begins with the same word, its family; of another maker than the one
    that the name speaks of it never is. A name of words that all are inside the name of a model,
    such as "sonnet", stands for that family's models. One that is retired comes later.
    """
    maker, rest = maker_of(table, name)
    wanted = _Name.of(rest.rpartition("/")[2])
    candidates = [(model, _names_of(model)) for model in table.models]
    families = {own.words[0] for _, names in candidates for own in names if own.words}
    maker, wanted = _without_maker(table, maker, wanted, families)
    words = {word for _, names in candidates for own in names for word in own.words}
    wanted = wanted._replace(
        words=tuple(
            _intended(word, words if at else families, words)
            for at, word in enumerate(wanted.words)
        )
    )
    ranked = []
    for number, (model, names) in enumerate(candidates):
        own = [one for one in names if _is_like(wanted, one, families, maker)]
        if own and maker in ("", model.provider):
            score, *details = max(_likeness(wanted, one) for one in own)
            is_gone = model.retired is not None or (model.replaced_by and model.ends is None)
            ranked.append((score - bool(is_gone), bool(model.prices), details, -number, model.name))
    ranked.sort(reverse=True)
    if wanted.version or len(wanted.words) > 1:
        return [name for *_, name in ranked][:_FEW]
    whole = [name for *_, name in ranked]
    return [name for _, is_priced, *_, name in ranked if is_priced][:_MANY] or whole[:_MANY]


def _without_maker(
    table: PriceTable, maker: str, wanted: _Name, families: set[str]
) -> tuple[str, _Name]:
    """Take a maker in front of a name for what it is: "nvidia-nemotron-3", "openai-gpt-4o"."""
    first = wanted.words[0] if len(wanted.words) > 1 else ""
    id_, _ = table.prefixes.get(first, ("", ""))
    if first in families or not id_ or (table.providers[id_].resells and first != id_):
        return maker, wanted
    return (
        maker if table.providers[id_].resells else id_,
        wanted._replace(words=wanted.words[1:], text=wanted.text.removeprefix(f"{first}-")),
    )


def _names_of(model: Model) -> list[_Name]:
    return [_Name.of(name) for name in (model.id, *model.aliases)]


def _is_like(wanted: _Name, own: _Name, families: set[str], maker: str) -> bool:
    if not wanted.words:  # a version of a maker's models
        return bool(maker and wanted.version) and own.version[:1] == wanted.version[:1]
    family = wanted.words[0]
    if family in families:
        return own.words[:1] == (family,)
    return len(family) > 2 and set(wanted.words) <= set(own.words)


def _intended(word: str, likely: set[str], words: set[str]) -> str:
    """Return the word that *word* is, or is one slip away from; itself if there is none."""
    if word in words or len(word) < 2:
        return word
    near = [other for other in sorted(likely) if _is_slip(word, other)]
    near = near or [other for other in sorted(words) if len(word) > 4 and _is_slip(word, other)]
    return max(near, key=lambda other: SequenceMatcher(None, word, other).ratio(), default=word)


def _is_slip(word: str, other: str) -> bool:
    """Say whether *word* may be *other* mistyped: a letter more, less, wrong or elsewhere."""
    return (
        word[0] == other[0]
        and abs(len(word) - len(other)) < 2
        and (sorted(word) == sorted(other) or SequenceMatcher(None, word, other).ratio() >= 0.75)
    )


def _likeness(wanted: _Name, own: _Name) -> tuple[float, ...]:
    """Return how like two names are: words in common and the version, its numbers, then letters."""
    common = sum(word in own.words for word in wanted.words)
    other = max(len(wanted.words), len(own.words)) - common
    if not wanted.version:
        return (common - other / 2,)
    same = sum(left == right for left, right in zip(wanted.version, own.version, strict=False))
    is_same = wanted.version == own.version
    distance = abs(_number(wanted.version) - _number(own.version))
    letters = SequenceMatcher(None, wanted.text, own.text).ratio() if other else 1.0
    return (common - other / 2 + is_same, same, letters, -distance)


def _number(version: tuple[int, ...]) -> float:
    first, second = (*version, 0, 0)[:2]
    return first + min(second, 99) / 10
