"""Parse a TOML table key by key; every mistake is kept with its place."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from tokencost.errors import PriceTableError, UsageError
from tokencost.money import currency_meant
from tokencost.toml_text import Lines, Path
from tokencost.usage import MOST_TOKENS, Ttl

_LARGEST, _DIGITS = Decimal(10**9), 12
_SHOWN, _TTL_HINT = 60, "write 5m, 1h or 7d"
_HINT = "`tokencost guide price-files` has all keys"


class Mistakes:
    """Collects what is wrong in one file."""

    def __init__(self, file: str, text: str, *, latest: date | None = None) -> None:
        """Begin with none; the file cannot speak for days after the *latest*."""
        self.file = file
        self.latest = latest
        self.errors: list[tuple[int, PriceTableError]] = []
        self._text = text
        self._lines: Lines | None = None

    def add(
        self, what: str, *, where: str = "", path: Path = (), key: str = "", hint: str = ""
    ) -> None:
        """Take a mistake and find its line."""
        self._lines = self._lines or Lines(self._text)
        line = self._lines.find(path, key)
        place = f"{self.file}:{line}" if line else self.file
        message = ": ".join(filter(None, (place, where, what)))
        self.errors.append((line or 0, PriceTableError(message, hint=hint or _HINT)))

    def raise_if_any(self) -> None:
        """Raise them all as one error.

        Raises:
            PriceTableError: there are some; its message is the first one, by line.
        """
        if not self.errors:
            return
        mistakes = [mistake for _, mistake in sorted(self.errors, key=itemgetter(0))]
        first, rest = mistakes[0], len(mistakes) - 1
        if rest == 0:
            raise first
        message = f"{first.message}, and {rest} more"
        raise PriceTableError(message, hint=first.hint, mistakes=mistakes)


class Entry:
    """A TOML table and where it stands; `close()` rejects what nobody asked for.

    Whatever is missing or wrong is kept as a mistake, and a harmless value stands in for it:
    what was read is worth something only if the entry is `sound`.
    """

    def __init__(
        self, values: object, *, mistakes: Mistakes, where: str = "", path: Path = ()
    ) -> None:
        """Take the table *values*; another value is a mistake."""
        self.where = where
        self._mistakes = mistakes
        self._path = path
        self._before = len(mistakes.errors)
        self._asked: list[str] = []
        self._left: dict[str, Any] = dict(values) if isinstance(values, Mapping) else {}
        self._is_table = isinstance(values, Mapping)
        if not self._is_table:
            self.reject(f"must be a table, not {_shown(values)}")

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong with this entry and those inside it, so far."""
        return len(self._mistakes.errors) == self._before

    def reject(self, what: str, *, key: str = "", hint: str = "") -> None:
        """Keep the mistake *what*, made at *key*."""
        self._mistakes.add(what, where=self.where, path=self._path, key=key, hint=hint)

    def text(self, key: str, *, default: str | None = None) -> str:
        """Take a non-empty string; required if there is no default."""
        value = self._take(key, required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str) or not value.strip():
            self.reject(f"{key} must be a text, not {_shown(value)}", key=key)
            return default or ""
        return value

    def currency(self, key: str) -> str:
        """Take the code of a currency, such as "USD"."""
        code = self.text(key)
        if code and not re.fullmatch("[A-Z]{3}", code):
            hint = f"write {currency_meant(code) or 'USD or CNY'}"
            self.reject(f"{key} = {code!r} is not a currency", key=key, hint=hint)
        return code

    def currencies(self) -> dict[str, str]:
        """Take everything that is left as codes of currencies, at least one."""
        names = list(self._left)
        if not names:
            self.reject("is empty")
        return {name: self.currency(name) for name in names}

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of strings, empty if absent."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            self.reject(f"{key} must be a list of texts, not {_shown(value)}", key=key)
            return ()
        return tuple(value)

    def ttls(self, key: str) -> tuple[Ttl, ...]:
        """Take a list of times to live such as "5m"."""
        return tuple(ttl for text in self.texts(key) if (ttl := self._ttl(key, text)))

    def flag(self, key: str, *, default: bool) -> bool:
        """Take true or false."""
        value = self._take(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.reject(f"{key} must be true or false, not {_shown(value)}", key=key)
        return default

    def choice(self, key: str, choices: Collection[str], *, default: str) -> str:
        """Take one of *choices*."""
        value = self.text(key, default=default)
        if value not in choices:
            self.reject(f"{key} must be one of {', '.join(choices)}, not {value!r}", key=key)
            return default
        return value

    def amount(self, key: str) -> Decimal | None:
        """Take a finite number that is not negative."""
        value = self._take(key)
        return None if value is None else self._amount(key, value)

    def required_amount(self, key: str) -> Decimal:
        """Take such a number that must be there and above 0."""
        value = self._take(key, required=True)
        amount = None if value is None else self._amount(key, value)
        if amount == 0:
            self.reject(f"{key} must be above 0", key=key)
        return amount or Decimal(1)

    def amounts(self, key: str) -> dict[str, Decimal]:
        """Take a table of such numbers, empty if absent."""
        read = {
            name: self._amount(f"{key}.{name}", value) for name, value in self._table(key).items()
        }
        return {name: amount for name, amount in read.items() if amount is not None}

    def amounts_by_ttl(self, key: str) -> dict[Ttl, Decimal]:
        """Take a table of such numbers by time to live, empty if absent."""
        named = [(self._ttl(key, text), amount) for text, amount in self.amounts(key).items()]
        amounts = {ttl: amount for ttl, amount in named if ttl}
        if self.sound and len(amounts) < len(named):
            self.reject(f"{key} has a time to live twice, such as 60m and 1h", key=key)
        return amounts

    def factor(self, key: str) -> Decimal | None:
        """Take a number above 0."""
        return None if self.peek(key) is None else self.required_amount(key)

    def factors_by_ttl(self, key: str) -> dict[Ttl, Decimal]:
        """Take a table of numbers above 0 by time to live, empty if absent."""
        for ttl, factor in (factors := self.amounts_by_ttl(key)).items():
            if factor == 0:
                self.reject(f"{key}.{ttl} must be above 0", key=key)
        return factors

    def tokens(self, key: str) -> int | None:
        """Take a whole number above 0."""
        value = self._take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= MOST_TOKENS:
            self.reject(f"{key} must be a whole number of tokens, not {_shown(value)}", key=key)
            return None
        return value

    def required_tokens(self, key: str) -> int:
        """Take such a number that must be there."""
        if self.peek(key) is None:
            self._take(key, required=True)
        return self.tokens(key) or 1

    def day(self, key: str) -> date | None:
        """Take a TOML date."""
        value = self._take(key)
        return None if value is None else self._day(key, value)

    def required_day(self, key: str) -> date:
        """Take a TOML date that must be there."""
        value = self._take(key, required=True)
        return (None if value is None else self._day(key, value)) or date.min

    def past_day(self, key: str, *, required: bool) -> date | None:
        """Take the day a source speaks for, which cannot lie ahead."""
        day = self.required_day(key) if required else self.day(key)
        latest = self._mistakes.latest
        if day and latest and day > latest:
            self.reject(
                f"{key} = {day} lies in the future",
                key=key,
                hint=f"the latest day known is {latest}; a file speaks for the past",
            )
        return day

    def checked(self) -> date:
        """Take the day a source was checked, which must be there."""
        return self.past_day("checked", required=True) or date.min

    def days(self, key: str) -> tuple[date, ...]:
        """Take a list of TOML dates that must be there."""
        value = self._take(key, required=True)
        if value is not None and not isinstance(value, list):
            self.reject(f"{key} must be a list of dates, not {_shown(value)}", key=key)
        days = [self._day(key, day) for day in value] if isinstance(value, list) else []
        return tuple(day for day in days if day)

    def entry(self, key: str) -> "Entry | None":
        """Take a table of its own."""
        value = self._take(key)
        return None if value is None else self._inside(value, key, where=key)

    def entries(self, key: str, *, label: str) -> list["Entry"]:
        """Take a list of tables, which are called by their numbers."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.reject(f"{key} must be a list of tables, not {_shown(value)}", key=key)
            return []
        return [
            self._inside(part, key, number, where=f"{label} {number + 1}")
            for number, part in enumerate(value)
        ]

    def named_entries(self, key: str) -> dict[str, "Entry"]:
        """Take a table of tables."""
        return {
            name: self._inside(value, key, name, where=f"{key} {name}")
            for name, value in self._table(key).items()
        }

    def factors_or_entries(self, key: str, *, label: str) -> dict[str, "Decimal | Entry"]:
        """Take a table whose values are numbers or tables again."""
        read = {
            name: self._inside(value, key, name, where=f"{label} {name}")
            if isinstance(value, Mapping)
            else self._amount(f"{key}.{name}", value)
            for name, value in self._table(key).items()
        }
        return {name: value for name, value in read.items() if value is not None}

    def has(self, key: str) -> bool:
        """Say whether *key* is there and was not taken yet."""
        return key in self._left

    def takes_back(self, key: str) -> bool:
        """Take `false` where it stands for "none", against what an earlier file says."""
        if self.peek(key) is not False:
            return False
        self._take(key)
        return True

    def keys_left(self) -> list[str]:
        """Return the keys that were not taken yet."""
        return list(self._left)

    def peek(self, key: str) -> object:
        """Look at a value without taking it."""
        return self._left.get(key)

    def close(self, elsewhere: Mapping[str, str] | None = None) -> None:
        """Reject every key that was not taken; *elsewhere* says of some where they belong."""
        for key in self._left:
            from difflib import get_close_matches

            near = get_close_matches(key, self._asked, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(self._asked)}"
            hint = (elsewhere or {}).get(key, hint)
            self.reject(f"unknown key {key} = {_shown(self._left[key])}", key=key, hint=hint)

    def _inside(self, value: object, *path: str | int, where: str) -> "Entry":
        return Entry(
            value,
            mistakes=self._mistakes,
            where=f"{self.where}, {where}" if self.where else where,
            path=(*self._path, *path),
        )

    def _take(self, key: str, *, required: bool = False) -> Any:
        self._asked.append(key)
        value = self._left.pop(key, None)
        if value is None and required and self._is_table:
            self.reject(f"{key} is missing")
        return value

    def _table(self, key: str) -> Mapping[str, Any]:
        value = self._take(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.reject(f"{key} must be a table, not {_shown(value)}", key=key)
            return {}
        return value

    def _amount(self, key: str, value: object) -> Decimal | None:
        shown, written = _shown(value), key.partition(".")[0]
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.reject(f"{key} must be a number, not {shown}", key=written)
            return None
        amount = Decimal(value)
        if not amount.is_finite() or amount < 0:
            self.reject(f"{key} must be finite and not negative, not {shown}", key=written)
            return None
        # No price has more digits than this; it is a converted one, or a slip.
        if amount > _LARGEST or len(amount.normalize().as_tuple().digits) > _DIGITS:
            self.reject(f"{key} is not a plausible amount: {shown}", key=written)
            return None
        return amount

    def _ttl(self, key: str, text: str) -> Ttl | None:
        try:
            return Ttl(text)
        except UsageError:
            self.reject(f"{key}: {_shown(text)} is not a time to live", key=key, hint=_TTL_HINT)
            return None

    def _day(self, key: str, value: object) -> date | None:
        if not isinstance(value, date) or isinstance(value, datetime):
            self.reject(f"{key} must be a date like 2026-11-22, not {_shown(value)}", key=key)
            return None
        return value


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
