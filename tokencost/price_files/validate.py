"""Check a price file as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tokencost.errors import PriceTableError, TokencostError, TokenizerError
from tokencost.pricing import Model, PriceFile, file_at, load_price_table, overlay
from tokencost.pricing.parse.locations import Lines, parse_toml
from tokencost.reports import Report
from tokencost.tokenizers import find_tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation(Report):
    """Report of `prices validate`: what a file has, and every mistake in it."""

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
    """Check the price file at *path*, over the shipped table as it would be in use.

    Raises:
        PriceTableError: the file does not exist.
    """
    file = file_at(path)
    shipped = load_price_table()
    own: list[Model] = []
    mistakes: list[TokencostError] = []
    try:
        before = {model.name: model for model in shipped.models}
        models = overlay(shipped, file).models
        own = [model for model in models if before.get(model.name) != model]
    except PriceTableError as error:
        mistakes += error.parts
    mistakes += _uncountable(file)
    return Validation(
        file=file.name,
        models=0 if mistakes else len(own),
        rows=0 if mistakes else sum(len(model.prices) for model in own),
        mistakes=tuple(mistakes),
    )


def _uncountable(file: PriceFile) -> Iterable[TokencostError]:
    """Return the tokenizers of the file that do not exist: reading prices asks for none."""
    try:
        text, values = parse_toml(file.data, name=file.name)
    except PriceTableError:
        return  # reading the file has reported it
    models = values.get("model")
    for number, model in enumerate(models if isinstance(models, list) else []):
        tokenizer = model.get("tokenizer") if isinstance(model, dict) else None
        if not tokenizer or not isinstance(tokenizer, str):
            continue
        try:
            find_tokenizer(tokenizer)
        except TokenizerError as error:
            line = Lines(text).find(("model", number), "tokenizer")
            where = f"{file.name}:{line}: model {model.get('provider')}/{model.get('id')}"
            yield PriceTableError(f"{where}: {error}", hint=error.hint)
