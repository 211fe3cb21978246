"""Checking a price file as a whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tokencost.errors import PriceTableError, TokencostError, TokenizerError
from tokencost.pricing import PriceTable, file_at, read_price_files, shipped_file
from tokencost.tokenizers import find_tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Answer of `prices validate`: what a file has, and every mistake in it."""

    name: ClassVar[str] = "prices_validate"

    file: str
    models: int
    rows: int
    mistakes: tuple[TokencostError, ...]

    @property
    def valid(self) -> bool:
        """Whether the file can be used."""
        return not self.mistakes


def validate_prices(path: Path) -> Validation:
    """Check the price file at *path*, laid over the shipped table as it would be in use.

    Raises:
        PriceTableError: there is no such file.
    """
    file, shipped = file_at(path), shipped_file()
    try:
        table = read_price_files([shipped, file])
    except PriceTableError as error:
        return Validation(file=file.name, models=0, rows=0, mistakes=tuple(error.parts))
    base = read_price_files([shipped])
    before = {model.name: model for model in base.models}
    own = [model for model in table.models if before.get(model.name) != model]
    return Validation(
        file=file.name,
        models=len(own),
        rows=sum(len(model.prices) for model in own),
        mistakes=tuple(_uncountable(file.name, table)),
    )


def _uncountable(file: str, table: PriceTable) -> list[TokencostError]:
    mistakes: list[TokencostError] = []
    for model in table.models:
        try:
            if model.tokenizer:
                find_tokenizer(model.tokenizer)
        except TokenizerError as error:
            mistakes.append(
                PriceTableError(f"{file}: model {model.name}: {error}", hint=error.hint)
            )
    return mistakes
