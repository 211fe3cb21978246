"""The user's correction factors, learned from recorded requests."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from pathlib import Path

from tokencost.errors import TokenizerError
from tokencost.tokenizers import Method, TokenCount
from tokencost.user_files import locked, needed_user_folder, replace_file, user_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFactor:
    """Recorded tokens per counted token of one model: the median, and the range of all pairs."""

    factor: Decimal
    low: Decimal
    high: Decimal
    pairs: int
    source: str


_FILE = "factors.toml"


def user_factors_path() -> Path | None:
    """Return the file of the user's factors, which need not exist, None without a home."""
    folder = user_folder()
    return None if folder is None else folder / _FILE


def apply_user_factor(tokens: TokenCount, model: str) -> TokenCount:
    """Return *tokens* with the factor that was learned for *model*, if there is one.

    Args:
        tokens: what was counted; an exact count needs no factor and gets none.
        model: `provider/id`.
    """
    if tokens.method in (Method.EXACT, Method.SUPPLIED):
        return tokens
    learned = load_user_factors(user_factors_path()).get(model)
    if learned is None:
        return tokens
    times = f"times {learned.factor}, learned from {learned.pairs:,} requests of {learned.source}"
    return replace(
        tokens,
        expected=_times(tokens.expected, learned.factor, ROUND_HALF_EVEN),
        low=_times(tokens.expected, learned.low, ROUND_FLOOR),
        high=None if tokens.high is None else _times(tokens.expected, learned.high, ROUND_CEILING),
        method=Method.ESTIMATED,
        basis=f"{times}; {tokens.basis}",
    )


@lru_cache(1)
def load_user_factors(path: Path | None) -> Mapping[str, UserFactor]:
    """Return the factors by model, none if there is no file.

    Raises:
        TokenizerError: the file is broken.
    """
    if path is None or not path.exists():
        return {}
    import tomllib

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        factors = {
            model: UserFactor(
                factor=Decimal(entry["factor"]),
                low=Decimal(entry["low"]),
                high=Decimal(entry["high"]),
                pairs=int(entry["pairs"]),
                source=str(entry["source"]),
            )
            for model, entry in values.items()
        }
    except (OSError, ValueError, ArithmeticError, KeyError, TypeError) as error:
        raise TokenizerError(
            f"{path} is broken: {error}", hint="remove it, or learn anew"
        ) from error
    if any(not 0 < kept.low <= kept.factor <= kept.high for kept in factors.values()):
        raise TokenizerError(
            f"{path} is broken: a factor lies outside its range", hint="remove it, or learn anew"
        )
    return factors


def save_user_factors(learned: Mapping[str, UserFactor]) -> None:
    """Keep *learned*, beside the factors of other models.

    Raises:
        TokenizerError: the file cannot be read or written.
        UsageError: the user has no home.
    """
    path = needed_user_folder() / _FILE
    try:
        with locked(path):
            _save(path, learned)
    except OSError as error:
        raise TokenizerError(
            f"{path} cannot be written: {error.strerror}", hint="check the folder"
        ) from error
    load_user_factors.cache_clear()


def _save(path: Path, learned: Mapping[str, UserFactor]) -> None:
    import tomli_w

    load_user_factors.cache_clear()  # another process may have learned something
    entries = {
        model: {
            "factor": factor.factor,
            "low": factor.low,
            "high": factor.high,
            "pairs": factor.pairs,
            "source": factor.source,
        }
        for model, factor in sorted({**load_user_factors(path), **learned}.items())
    }
    replace_file(path, tomli_w.dumps(entries).encode())


def _times(tokens: int, factor: Decimal, rounding: str) -> int:
    return int((tokens * factor).to_integral_value(rounding))
