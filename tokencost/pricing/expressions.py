"""Compare names with the regular expressions of price tables, in work that has an end.

Names come from requests of others, and tables from anywhere: for `(a+)+b` a name of 40 letters has
2^40 ways. What may have so many is compared with short names alone; a longer one is unknown then.
"""

import re
from functools import lru_cache

from tokencost.values import regex

_LONGEST = 300  # characters of a name; the longest of a provider has 100
_LONGEST_RISKY = 20  # a million ways at most

_ATOM = regex(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_REPEATED_GROUP = regex(r"\)(?:[*+]|\{\d*,)")
_REPEAT = regex(r"[*+?]|\{\d*,\d*\}")
_OPENING = regex(r"\((?:\?(?:P<\w+>|:))?")


def match(expression: str, text: str) -> "re.Match[str] | None":
    """Return the match at the beginning of *text*."""
    return re.match(expression, text) if _ends(expression, text) else None


def fullmatch(expression: str, text: str) -> "re.Match[str] | None":
    """Return the match of all of *text*."""
    return re.fullmatch(expression, text) if _ends(expression, text) else None


def sub(expression: str, by: str, text: str) -> str:
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
