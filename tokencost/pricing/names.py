"""What a name means: whose model it is, and where it says that the model is bought.

The table holds what providers write: the names of a model, and how each seller spells and prefixes
those of others. A name that no rule of these leads to is unknown: dates and endings are never
dropped because they look like one.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

from tokencost.errors import PriceTableError
from tokencost.pricing.table import Model, PriceTable, Provider
from tokencost.values import regex

# Names come from requests of others, and tables from anywhere: for `(a+)+b` 40 letters have
# 2^40 ways. What may have so many is compared with short names alone; a longer one is unknown.
_LONGEST = 300  # characters of a name; the longest of a provider has 100
_LONGEST_RISKY = 20  # a million ways at most

_ATOM = regex(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_REPEATED_GROUP = regex(r"\)(?:[*+]|\{\d*,)")
_REPEAT = regex(r"[*+?]|\{\d*,\d*\}")
_OPENING = regex(r"\((?:\?(?:P<\w+>|:))?")

_SEPARATORS = str.maketrans(". _:", "----")


class NamedModel(NamedTuple):
    """A model, and the site that its name speaks of, "" for none.

    `refused` says why the price of that site is not meant, "" if it is.
    """

    model: Model
    site: str = ""
    refused: str = ""


def spelling(name: str) -> str:
    """Return the form that all spellings of a name share: case and kind of separator aside."""
    return name.strip().lower().translate(_SEPARATORS)


def index_names(models: Sequence[Model]) -> str:
    """Return a line for each spelling of names: as one text they are loaded in no time."""
    index: dict[str, dict[str, None]] = {}
    for number, model in enumerate(models):
        for name in model.names:
            index.setdefault(spelling(name), {})[f"{number}:"] = None
        sold = ((seller, name) for seller, row in model.sold_as.items() for name in row)
        for seller, name in sold:
            for one in [f"{own}{name}" for own in model.names] if name[0] == "-" else [name]:
                index.setdefault(spelling(one), {})[f"{number}:{seller}"] = None
    rows = ("\t".join((ascii(name), *row)) for name, row in index.items())
    return "".join(["\n", *(f"{row}\n" for row in rows)])


@lru_cache(256)
def _entries(index: str, name: str) -> list[str]:
    _, beginning, rest = index.partition(f"\n{name!a}\t")
    return rest[: rest.index("\n")].split("\t") if beginning else []


def names_like(table: PriceTable, name: str) -> list[tuple[int, str]]:
    """Return the numbers of models with this name in any spelling, each with its seller or ""."""
    parts = (entry.partition(":") for entry in _entries(table.names, spelling(name)))
    return [(int(number), seller) for number, _, seller in parts]


def index_prefixes(providers: Iterable[Provider]) -> dict[str, tuple[str, str]]:
    """Return the provider and the site, "" for none, that each prefix of names stands for."""
    prefixes: dict[str, tuple[str, str]] = {}
    for provider in providers:
        for prefix, site in provider.prefixes.items():
            prefixes[prefix] = (provider.id, site)
    prefixes |= {provider.id: (provider.id, "") for provider in providers}
    return {prefix.lower(): place for prefix, place in reversed(prefixes.items())} | prefixes


def names_at(table: PriceTable, model: Model, site: str) -> tuple[str, ...]:
    """Return the names that contracts with the seller of *model* at *site* have for it.

    A reseller may put the maker, or its own word for them, between itself and the model.
    """
    seller, maker = table.seller_of(model, site), table.providers.get(model.provider)
    if seller == model.provider:
        return (model.name,)
    ids = (model.id, *(name for name in model.sold_as.get(seller, ()) if name[0] != "-"))
    makers = (model.provider, *(maker.prefixes if maker else ()))
    return tuple(
        f"{seller}/{own}{id_}" for own in ("", *(f"{one}/" for one in makers)) for id_ in ids
    )


def models_named(table: PriceTable, name: str) -> list[NamedModel]:
    """Return what *name* may mean; more than one is ambiguous, none is unknown."""
    texts = {name: None}
    for ending in table.ignored_endings:
        texts[replace_matches(f"{ending}$", "", name)] = None
    try:
        for text in texts:
            if models := _read(table, text) or _variant(table, text):
                return models
    except RecursionError as error:
        raise PriceTableError(
            f"the rules for names of {', '.join(table.sources)} lead in a circle",
            hint="look at path, patterns and respelled of its providers",
        ) from error
    return []


def maker_of(table: PriceTable, name: str) -> tuple[str, str]:
    """Return the maker that the prefixes of a name speak of, "" for any, and what follows them."""
    maker, rest = "", name
    while True:
        head, mark, behind = _split(table, rest)
        if not mark:
            break
        provider = table.providers[table.prefixes[head][0]]
        maker, rest = "" if provider.resells else provider.id, behind
        if provider.path and (path := match_beginning(provider.path, rest)):
            rest = rest[path.end() :]
    forms = (form for one in table.providers.values() for form in one.patterns)
    matches = [
        match.groupdict()
        for form in forms
        if (match := match_whole(form, rest)) and match["model"] is not None
    ]
    for groups in sorted(matches, key=lambda groups: len(groups["model"])):
        if prefix := _prefix(table, groups.get("maker") or ""):
            return table.prefixes[prefix][0], groups["model"]
    return maker, rest


def _read(table: PriceTable, text: str, maker: str = "", site: str = "") -> list[NamedModel]:
    """Return the models of *maker*, "" for any, that *text* may mean, bought at *site*."""
    return (
        _named(table, text, maker, site)
        or _behind_prefix(table, text, maker, site)
        or _by_pattern(table, text, maker, site)
        or _respelled(table, text, maker, site)
        or _by_glob(table, text, maker, site)
    )


def _named(table: PriceTable, text: str, maker: str, site: str) -> list[NamedModel]:
    seller = table.seller_at(site) if site else None
    own, sold = [], []
    for number, at in names_like(table, text):
        model = table.models[number]
        if maker not in ("", model.provider):
            continue
        if not at:
            own.append(NamedModel(model, site, _renamed(model, seller, text)))
        elif not site or (seller and seller.id == at):
            sold.append(NamedModel(model, site or at))
    if site:
        return sold or own
    # "deepseek.v3.2" is Bedrock's spelling, letter by letter, of what its maker writes otherwise.
    literal = [one for one in sold if text in one.model.sold_as[one.site]]
    return own if any(text in one.model.names for one in own) else literal or own or sold


def _renamed(model: Model, seller: Provider | None, text: str) -> str:
    """Say why a seller that has names of its own for the model does not mean it by another."""
    names = [name for name in model.sold_as.get(seller.id, ()) if name[0] != "-"] if seller else []
    return f'under the name "{text}", only as "{names[0]}"' if names else ""


def _behind_prefix(table: PriceTable, text: str, maker: str, site: str) -> list[NamedModel]:
    prefix, mark, rest = _split(table, text)
    if not mark:
        return []
    name, own_site = table.prefixes[prefix]
    provider = table.providers[name]
    if maker not in ("", name):
        return []
    own = _read(table, rest, name, site or own_site)
    if own or not provider.resells:
        return own
    region = ""
    if path := match_beginning(provider.path, rest) if provider.path else None:
        region, rest = path.groupdict().get("region") or "", rest[path.end() :]
    return _read(table, rest, maker, site or _at(provider, region))


def _split(table: PriceTable, text: str) -> tuple[str, str, str]:
    """Return the prefix of *text*, its mark and what follows, as `partition` does."""
    for mark in "/:":
        head, mark_there, rest = text.partition(mark)
        if mark_there and rest and (prefix := _prefix(table, head)):
            return prefix, mark, rest
    return "", "", text


def _prefix(table: PriceTable, head: str) -> str:
    return next((name for name in (head, head.lower()) if name in table.prefixes), "")


def _at(provider: Provider, region: str) -> str:
    return f"{provider.id}-{region}" if region else provider.id


def _by_pattern(table: PriceTable, text: str, maker: str, site: str) -> list[NamedModel]:
    """Read an id that shows by its form whose it is, such as Bedrock's or Vertex AI's."""
    for provider in table.providers.values():
        for pattern in provider.patterns:
            match = match_whole(pattern, text)
            if match is None or match["model"] is None:
                continue
            if models := _matched(table, provider, match.groupdict(), maker, site):
                return models
    return []


def _matched(
    table: PriceTable,
    provider: Provider,
    groups: Mapping[str, str | None],
    maker: str,
    site: str,
) -> list[NamedModel]:
    at = site if site not in ("", provider.id) else _at(provider, groups.get("region") or "")
    text = "-".join(filter(None, (groups["model"], groups.get("version"))))
    name = groups.get("maker")
    if not name:
        return _read(table, text, maker, at)
    prefix = _prefix(table, name)
    own = table.prefixes[prefix][0] if prefix else ""
    if not own or maker not in ("", own):
        return []
    return _read(table, text, own, at) or _named(table, f"{name}-{text}", own, at)


def _respelled(table: PriceTable, text: str, maker: str, site: str) -> list[NamedModel]:
    """Read a name by the rules of a maker, and of a seller, for the parts of names."""
    seller = table.seller_at(site) if site else None
    spelled = spelling(text)
    texts = dict.fromkeys((spelled, _apply(seller, spelled) if seller else spelled))
    makers = [table.providers[maker]] if maker else list(table.providers.values())
    for own in texts:
        if own != spelled and (models := _named(table, own, maker, site)):
            return models
        for provider in makers:
            changed = _apply(provider, own)
            if changed != own and (models := _named(table, changed, provider.id, site)):
                return models
    return []


def _apply(provider: Provider, spelled: str) -> str:
    for pattern, by in provider.respelled.items():
        spelled = replace_matches(pattern, by, spelled)
    return spelled


def _by_glob(table: PriceTable, text: str, maker: str, site: str) -> list[NamedModel]:
    matches = [
        (len(glob), model)
        for model in table.models
        if model.match and maker in ("", model.provider)
        for glob in model.match
        if fnmatchcase(text, glob)
    ]
    longest = max((length for length, _ in matches), default=0)
    return [NamedModel(model, site) for length, model in matches if length == longest]


def _variant(table: PriceTable, text: str) -> list[NamedModel]:
    """Read a name with a seller's variant behind it, such as ":free"; that has no price here."""
    bare, _, variant = text.rpartition(":")
    for provider in table.providers.values():
        if bare and (what := provider.variants.get(variant)):
            return [
                NamedModel(model, site, f'for ":{variant}", {what}')
                for model, site, _ in _read(table, bare, "", provider.id)
            ]
    return []


def match_beginning(expression: str, text: str) -> "re.Match[str] | None":
    """Return the match at the beginning of *text*."""
    return re.match(expression, text) if _ends(expression, text) else None


def match_whole(expression: str, text: str) -> "re.Match[str] | None":
    """Return the match of all of *text*."""
    return re.fullmatch(expression, text) if _ends(expression, text) else None


def replace_matches(expression: str, by: str, text: str) -> str:
    """Return *text* with every match replaced."""
    return re.sub(expression, by, text) if _ends(expression, text) else text


def _ends(expression: str, text: str) -> bool:
    if len(text) <= _LONGEST_RISKY:
        return True
    return len(text) <= _LONGEST and not is_risky(expression)


@lru_cache
def is_risky(expression: str) -> bool:
    """Whether an expression repeats what itself has several lengths, and nothing separates them.

    `(?:-[a-z]+)*` is not: each round begins with a character that the rest of it cannot have.
    """
    if not _REPEATED_GROUP.search(expression):
        return False
    atoms = _ATOM.findall(expression)
    opened: list[int] = []
    for place, atom in enumerate(atoms):
        if atom == "(":
            opened.append(place)
        elif atom == ")" and opened:
            start = opened.pop()
            after = "".join(atoms[place : place + 9])
            if _REPEATED_GROUP.match(after) and not _is_separated("".join(atoms[start:place])):
                return True
    return False


def _is_separated(group: str) -> bool:
    """Whether the first or the last character of a group stands nowhere else in it."""
    opening = _OPENING.match(group)
    atoms = _ATOM.findall(group[opening.end() :] if opening else group)
    if not atoms or not {"(", ")", "|"}.isdisjoint(atoms):
        return False
    if not any(_REPEAT.match("".join(atoms[place:])) for place in range(len(atoms))):
        return True  # of one length
    firsts = [] if len(atoms) > 1 and _REPEAT.match("".join(atoms[1:])) else [0]
    return any(
        _is_one_character(atoms[place]) and not _has_another(atoms, place)
        for place in (*firsts, len(atoms) - 1)
    )


def _is_one_character(atom: str) -> bool:
    return atom.isalnum() or atom in "-_:/@, " or (atom[0] == "\\" and not atom[1:].isalnum())


def _has_another(atoms: list[str], place: int) -> bool:
    character = atoms[place][-1]
    others = (atom for number, atom in enumerate(atoms) if number != place and atom not in "*+?{},")
    return any(re.fullmatch(atom, character, re.IGNORECASE) for atom in others)
