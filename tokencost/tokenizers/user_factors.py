"""The user's correction factors, learned from recorded requests."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from pathlib import Path

from tokencost.errors import TokenizerError
from tokencost.money import FromZero
from tokencost.tokenizers import Method, TokenCount
from tokencost.tokenizers.request_count import remembered
from tokencost.user_files import (
    locked,
    needed_user_folder,
    read_file,
    replace_file,
    user_folder,
)
from tokencost.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFactor:
    """What a model's counts become: `overhead` tokens a request, and `factor` times the count.

    `low` and `high` are the range of the factor over all pairs it was learned from.
    """

    factor: FromZero
    low: FromZero
    high: FromZero
    pairs: int
    source: str
    overhead: int = 0


LEAST, MOST = Decimal("0.5"), Decimal(2)  # a factor outside says that the records do not fit
_FILE = "factors.toml"
_Change = Callable[[Mapping[str, UserFactor]], Mapping[str, UserFactor]]


def user_factors_path() -> Path | None:
    """Return the file of the user's factors, which need not exist, None without a home."""
    folder = user_folder()
    return None if folder is None else _file_in(folder)


@lru_cache(1)  # every count that is not exact asks
def _file_in(folder: Path) -> Path:
    return folder / _FILE


def apply_user_factor(tokens: TokenCount, model: str) -> TokenCount:
    """Return *tokens* with the factor that was learned for *model*, if there is one.

    Args:
        tokens: what was counted; an exact count needs no factor and gets none.
        model: `provider/id`.
    """
    if tokens.method in (Method.EXACT, Method.SUPPLIED):
        return tokens
    learned = _learned().get(model)
    if learned is None:
        return tokens
    plus = f" plus {learned.overhead:,} a request" if learned.overhead else ""
    times = (
        f"times {learned.factor}{plus}, learned from {learned.pairs:,} requests of {learned.source}"
    )
    more, highest = learned.overhead, _times(tokens.expected, learned.high, ROUND_CEILING)
    return replace(
        tokens,
        expected=more + _times(tokens.expected, learned.factor, ROUND_HALF_EVEN),
        low=more + _times(tokens.expected, learned.low, ROUND_FLOOR),
        high=None if tokens.high is None else more + highest,
        method=Method.ESTIMATED,
        basis=f"{times}; {tokens.basis}",
    )


def _learned() -> Mapping[str, UserFactor]:
    """Return the user's factors; while prompts are announced their file is looked for once."""
    kept = remembered()
    if _FILE not in kept:
        kept[_FILE] = load_user_factors(user_factors_path())
    factors: Mapping[str, UserFactor] = kept[_FILE]
    return factors


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
        values = tomllib.loads(read_file(path).decode(), parse_float=Decimal)
        factors = {
            model: UserFactor(
                factor=Decimal(entry["factor"]),
                low=Decimal(entry["low"]),
                high=Decimal(entry["high"]),
                pairs=int(entry["pairs"]),
                source=str(entry["source"]),
                overhead=int(entry.get("overhead", 0)),
            )
            for model, entry in values.items()
        }
    except OSError as error:
        raise TokenizerError(
            f"{path} cannot be read: {error.strerror}", hint="check the path and its permissions"
        ) from error
    except (ValueError, ArithmeticError, KeyError, TypeError) as error:
        raise TokenizerError(
            f"{path} is broken: {error}", hint="remove it, or learn anew"
        ) from error
    if not all(map(_holds, factors.values())):
        raise TokenizerError(
            f"{path} is broken: a factor lies outside its range", hint="remove it, or learn anew"
        )
    return factors


def save_user_factors(learned: Mapping[str, UserFactor]) -> None:
    """Keep *learned*, beside the factors of other models.

    Raises:
        TokenizerError: the file cannot be read or written, or a factor does not hold.
        UsageError: the user has no home.
    """
    for model, factor in learned.items():
        if not _holds(factor) or not LEAST <= factor.factor <= MOST:
            raise TokenizerError(
                f"a factor of {factor.factor} for {model} is not kept",
                hint=f"factors lie between {LEAST} and {MOST}, inside their range",
            )
    _change(lambda kept: {**kept, **learned})


def forget_user_factors(models: Sequence[str] = ()) -> Mapping[str, UserFactor]:
    """Take back what was learned for *models*, by default for all, and return what it was.

    Raises:
        TokenizerError: nothing was learned for one of them, or the file cannot be read or written.
    """
    kept = load_user_factors(user_factors_path())
    for model in models:
        if model not in kept:
            raise TokenizerError(
                f'nothing was learned for "{model}"',
                hint=f"learned are {', '.join(kept)}" if kept else "no factor is kept",
            )
    forgotten = {model: kept[model] for model in models or kept}
    if forgotten:
        _change(lambda now: {m: factor for m, factor in now.items() if m not in forgotten})
    return forgotten


def _holds(factor: UserFactor) -> bool:
    return 0 < factor.low <= factor.factor <= factor.high and factor.overhead >= 0


def _change(change: _Change) -> None:
    path = needed_user_folder() / _FILE
    try:
        with locked(path):
            _save(path, change)
    except OSError as error:
        raise TokenizerError(
            f"{path} cannot be written: {error.strerror}", hint="check the folder"
        ) from error
    load_user_factors.cache_clear()


def _save(path: Path, change: _Change) -> None:
    import tomli_w

    load_user_factors.cache_clear()  # another process may have learned something
    entries = {
        model: {
            "factor": factor.factor,
            "low": factor.low,
            "high": factor.high,
            "pairs": factor.pairs,
            "source": factor.source,
            **({"overhead": factor.overhead} if factor.overhead else {}),
        }
        for model, factor in sorted(change(load_user_factors(path)).items())
    }
    replace_file(path, tomli_w.dumps(entries).encode())


def _times(tokens: int, factor: Decimal, rounding: str) -> int:
    return int((tokens * factor).to_integral_value(rounding))
