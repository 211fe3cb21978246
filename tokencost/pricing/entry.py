"""Reading one TOML table key by key, so that every mistake names its place."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tokencost.errors import PriceTableError
from tokencost.usage import MOST_TOKENS

_LARGEST = Decimal(10**9)
_DIGITS = 12
_SHOWN = 60


class Entry:
    """A TOML table and where it stands; `close()` rejects what nobody asked for."""

    def __init__(self, values: object, *, where: str) -> None:
        """Take the table *values*, or say that it is none."""
        self.where = where
        if not isinstance(values, Mapping):
            raise self.problem(f"must be a table, not {values!r}")
        self._left: dict[str, Any] = dict(values)
        self._asked: list[str] = []

    def problem(self, what: str, *, hint: str = "") -> PriceTableError:
        """Return the error that says *what* is wrong here."""
        return PriceTableError(
            f"{self.where}: {what}", hint=hint or "see the README on price tables"
        )

    def text(self, key: str, *, default: str | None = None) -> str:
        """Take a non-empty string; required if there is no default."""
        value = self._take(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            raise self.problem(f"{key} must be a text, not {_shown(value)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of strings, empty if absent."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise self.problem(f"{key} must be a list of texts, not {_shown(value)}")
        return tuple(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """Take true or false."""
        value = self._take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.problem(f"{key} must be true or false, not {_shown(value)}")
        return value

    def choice(self, key: str, choices: Collection[str], *, default: str) -> str:
        """Take one of *choices*."""
        value = self.text(key, default=default)
        if value not in choices:
            raise self.problem(f"{key} must be one of {', '.join(choices)}, not {value!r}")
        return value

    def amount(self, key: str) -> Decimal | None:
        """Take a finite number that is not negative."""
        value = self._take(key)
        return None if value is None else self._amount(key, value)

    def required_amount(self, key: str) -> Decimal:
        """Take such a number that must be there and above 0."""
        amount = self._amount(key, self._take(key, required=True))
        if amount == 0:
            raise self.problem(f"{key} must be above 0")
        return amount

    def amounts(self, key: str) -> dict[str, Decimal]:
        """Take a table of such numbers, empty if absent."""
        return {
            name: self._amount(f"{key}.{name}", value) for name, value in self._table(key).items()
        }

    def mixed(self, key: str) -> dict[str, Decimal | Mapping[str, Any]]:
        """Take a table whose values are such numbers or tables again."""
        return {
            name: value if isinstance(value, Mapping) else self._amount(f"{key}.{name}", value)
            for name, value in self._table(key).items()
        }

    def tokens(self, key: str) -> int | None:
        """Take a whole number above 0."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST_TOKENS:
            raise self.problem(f"{key} must be a whole number of tokens, not {_shown(value)}")
        return value

    def day(self, key: str) -> date | None:
        """Take a TOML date."""
        value = self._take(key)
        return None if value is None else self._day(key, value)

    def required_day(self, key: str) -> date:
        """Take a TOML date that must be there."""
        return self._day(key, self._take(key, required=True))

    def days(self, key: str) -> tuple[date, ...]:
        """Take a list of TOML dates."""
        value = self._take(key, required=True)
        if not isinstance(value, list):
            raise self.problem(f"{key} must be a list of dates, not {_shown(value)}")
        return tuple(self._day(key, each) for each in value)

    def entry(self, key: str) -> "Entry | None":
        """Take a table of its own."""
        value = self._take(key)
        return None if value is None else Entry(value, where=f"{self.where}, {key}")

    def entries(self, key: str, *, label: str) -> list["Entry"]:
        """Take a list of tables; each is called by its number."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.problem(f"{key} must be a list of tables, not {_shown(value)}")
        return [
            Entry(each, where=f"{self.where}, {label} {number}")
            for number, each in enumerate(value, start=1)
        ]

    def named_entries(self, key: str) -> dict[str, "Entry"]:
        """Take a table of tables."""
        return {
            name: Entry(value, where=f"{self.where}, {key} {name}")
            for name, value in self._table(key).items()
        }

    def remaining_texts(self) -> dict[str, str]:
        """Take everything that is left, all texts, at least one."""
        names = list(self._left)
        if not names:
            raise self.problem("is empty")
        return {name: self.text(name) for name in names}

    def peek(self, key: str) -> object:
        """Look at a value without taking it."""
        return self._left.get(key)

    def close(self) -> None:
        """Reject every key that was not taken."""
        for key in self._left:
            from difflib import get_close_matches

            near = get_close_matches(key, self._asked, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(self._asked)}"
            raise self.problem(f"unknown key {key} = {_shown(self._left[key])}", hint=hint)

    def _take(self, key: str, *, required: bool = False) -> Any:
        self._asked.append(key)
        value = self._left.pop(key, None)
        if value is None and required:
            raise self.problem(f"{key} is missing")
        return value

    def _table(self, key: str) -> Mapping[str, Any]:
        value = self._take(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.problem(f"{key} must be a table, not {_shown(value)}")
        return value

    def _amount(self, key: str, value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.problem(f"{key} must be a number, not {_shown(value)}")
        amount = Decimal(value)
        if not amount.is_finite() or amount < 0:
            raise self.problem(f"{key} must be finite and not negative, not {_shown(value)}")
        # More digits than this could be rounded when multiplied, and no price has them.
        if amount > _LARGEST or len(amount.normalize().as_tuple().digits) > _DIGITS:
            raise self.problem(f"{key} is no plausible amount: {_shown(value)}")
        return amount

    def _day(self, key: str, value: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.problem(f"{key} must be a date like 2026-11-22, not {_shown(value)}")
        return value


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
