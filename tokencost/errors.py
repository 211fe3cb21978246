"""Every error with its hint and code, and failures that are collected."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import Self

from tokencost.notes import Note
from tokencost.values import dataclass


class TokencostError(Exception):
    """Base of every error this package raises on purpose; its text is message and hint.

    Attributes:
        code: a stable word for scripts, the same as in JSON reports.
        message: what is wrong, in one line.
        hint: the next step, or an empty string.
        notes: what a report would say of the same, for after the hint.
        about: the key of the setting that is to blame and its value, None if none is.
        place: where that is set, file and line or a variable; "" if an option sets it.
    """

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        notes: Sequence[Note] = (),
        about: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.notes = tuple(notes)
        self.about = about
        self.place = ""

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message

    def set_in(self, place: str) -> None:
        """Say where the setting stands that this is about, unless that is said already."""
        if self.about:
            self.message += f" ({self.about[0]} is set in {place})"
            self.about, self.place = None, place

    @property
    def parts(self) -> "Sequence[TokencostError]":
        """The errors this one stands for: itself, unless several were found at once."""
        return (self,)


class InputError(TokencostError):
    """A prompt that cannot be read: missing, undecodable, or no text at all.

    Attributes:
        path: the file that it is about, "" if it is about none.
        line: the line of that file.
    """

    code = "input"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        notes: Sequence[Note] = (),
        path: str = "",
        about: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint=hint, notes=notes, about=about)
        self.path = path
        self.line = 1

    def at(self, path: str, line: int = 1) -> Self:
        """Say where it is, unless that is known already, and return it."""
        if not self.path:
            self.path, self.line = path, line
        return self


class UsageError(TokencostError):
    """A request that contradicts itself, such as more cached tokens than input."""

    code = "usage"


class FileError(TokencostError):
    """A file of settings that cannot be trusted; `parts` holds an error for each mistake."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        place: str = "",
        mistakes: "Sequence[TokencostError]" = (),
    ) -> None:
        super().__init__(message, hint=hint)
        self.place = place
        self._mistakes = tuple(mistakes)

    @property
    def parts(self) -> "Sequence[TokencostError]":
        """Every mistake by itself."""
        return self._mistakes or (self,)


class PriceTableError(FileError):
    """A price table that cannot be trusted; the message names file, line, entry, key and value.

    Where a table has several mistakes, `parts` holds an error for each of them.
    """

    code = "price_table"


class ConfigurationError(FileError):
    """A configuration that cannot be read; the message names file, line, key and value.

    Where a file has several mistakes, `parts` holds an error for each of them.
    """

    code = "configuration"


_FEW = 3  # names of models that are suggested at once


class UnknownModelError(TokencostError):
    """No entry of the price table has this name."""

    code = "unknown_model"

    def __init__(
        self, model: str, *, similar: Sequence[str], several: Sequence[str] = (), query: str = ""
    ) -> None:
        """Suggest *similar* names, or to name by themselves *several* that stand in one.

        The rest of those that are similar is what `models` lists for *query*, by default *model*.
        """
        hint = f"did you mean {' or '.join(similar[:_FEW])}?"
        if len(similar) > _FEW:
            hint = f"{hint} `tokencost models {query or model}` lists them all"
        if several:
            hint = f"one name at a time: {' '.join(f'-m {name}' for name in several)}"
        elif not similar:
            hint = "`tokencost models` lists every known model"
        super().__init__(f"unknown model {model!r}", hint=hint, about=("model", model))
        self.model = model
        self.similar = tuple(similar)


class AmbiguousModelError(TokencostError):
    """A name that several models of the price table share."""

    code = "ambiguous_model"

    def __init__(self, model: str, *, candidates: Sequence[str]) -> None:
        super().__init__(
            f"model {model!r} is offered by several providers: {', '.join(candidates)}",
            hint=f"name one of them, for example -m {candidates[0]}",
            about=("model", model),
        )
        self.model = model
        self.candidates = tuple(candidates)


class NoPriceError(TokencostError):
    """The table has the model but no price for this site, day, mode or size of request."""

    code = "no_price"


class DoesNotFitError(NoPriceError):
    """A request that is larger than the model takes."""

    code = "does_not_fit"


class NoRateError(TokencostError):
    """No exchange rate between two currencies."""

    code = "no_rate"


class TokenizerError(TokencostError):
    """A text that cannot be counted the way it was asked for."""

    code = "tokenizer"


class UncountedError(TokencostError):
    """A limit that cannot be judged, for parts of an input are billed and not counted."""

    code = "uncounted"


class GitError(TokencostError):
    """A repository, a ref or an object of git that cannot be used."""

    code = "git"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an input or a model has no result, or a result without a price."""

    error: TokencostError
    input: str | None = None
    model: str | None = None


@dataclass(slots=True, kw_only=True)
class Failures:
    """Keeps failures, or raises the first one if *strict*."""

    strict: bool
    kept: list[Failure] = field(default_factory=list)

    def add(
        self, error: TokencostError, *, of: str | None = None, model: str | None = None
    ) -> None:
        """Take an error, with the input and the model it is about."""
        if self.strict:
            raise error
        self.kept.append(Failure(error=error, input=of, model=model))

    @contextmanager
    def kept_of(self, model: str) -> Iterator[None]:
        """Take what goes wrong with *model* inside a `with` block."""
        try:
            yield
        except TokencostError as error:
            self.add(error, model=model)
