"""Change the values of a TOML text and keep its comments and its form."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

Values = Mapping[str, Any]


def edit_toml(text: str, values: Values) -> str | None:
    """Return *text* with *values* in place of its own, None if that cannot be done faithfully."""
    import tomlkit

    document = tomlkit.parse(text)
    try:
        _edit_table(document, tomllib.loads(text, parse_float=Decimal), values)
        edited = tomlkit.dumps(document)
        is_faithful = tomllib.loads(edited, parse_float=Decimal) == values
    except (ValueError, KeyError, IndexError, TypeError):  # its own errors are ValueErrors
        return None
    return edited if is_faithful else None


def _edit_table(table: Any, old: Values, new: Values) -> None:
    for key in old.keys() - new.keys():
        del table[key]
    for key, value in new.items():
        if key not in old:
            table[key] = _item(key, value)
        elif old[key] == value:
            continue
        elif isinstance(value, Mapping) and isinstance(old[key], Mapping):
            _edit_table(table[key], old[key], value)
        elif _is_array_of_tables(table[key]) and _are_tables(value):
            _edit_array(table[key], old[key], value, key)
        else:
            table[key] = _item(key, value)


def _edit_array(array: Any, old: Sequence[Values], new: Sequence[Values], key: str) -> None:
    """Change the tables that differ, from the last to the first, so that places stay true."""
    matcher = SequenceMatcher(a=[*map(repr, old)], b=[*map(repr, new)], autojunk=False)
    for what, start, end, new_start, new_end in reversed(matcher.get_opcodes()):
        if what == "equal":
            continue
        shared = min(end - start, new_end - new_start)
        for place in reversed(range(start + shared, end)):
            del array[place]
        for place in reversed(range(new_start + shared, new_end)):
            array.insert(start + shared, _item(key, [new[place]])[0])
        for place in range(shared):
            _edit_table(array[start + place], old[start + place], new[new_start + place])


def _is_array_of_tables(item: object) -> bool:
    from tomlkit.items import AoT

    return isinstance(item, AoT)


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value)


def _item(key: str, value: Any) -> Any:
    """Return *value* as tomlkit has it; it does not know decimal numbers."""
    import tomli_w
    import tomlkit

    return tomlkit.parse(tomli_w.dumps({key: value}))[key]
