"""What has no answer, kept beside what has one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tokencost.errors import TokencostError


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an input or a model has no answer, or an answer without a price."""

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
