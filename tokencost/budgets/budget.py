"""A budget: limits for the files that some globs match, with some models."""

from pathlib import Path

from tokencost.budgets.limits import Limits
from tokencost.errors import UsageError
from tokencost.estimates.model_count import check_allowance
from tokencost.usage import OutputTokens, Volume
from tokencost.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What some files may cost; a file may fall under several budgets.

    Attributes:
        name: what answers call it; no other budget of a check has it.
        limits: what is allowed.
        files: globs as in `.gitignore`, relative to *root*: of those that match a file or a folder
            above it the last one decides, and one that begins with "!" takes out again.
        root: the folder that the globs are relative to.
        exclude: globs of files that belong to no budget, relative to *root*.
        models: the models that are judged; without one each request is judged with its own.
        output: the output tokens of a call, None for what requests allow themselves.
        volume: how often each file is sent.
        uncounted_tokens: what is allowed for each request with a part that is not counted.
        place: where it is written, such as "pyproject.toml:41".
    """

    name: str
    limits: Limits
    files: tuple[str, ...]
    root: Path
    exclude: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    output: OutputTokens | None = None
    volume: Volume | None = None
    uncounted_tokens: int | None = None
    place: str = ""

    def __post_init__(self) -> None:
        """Raise UsageError unless the budget can be judged at all."""
        check_allowance(self.uncounted_tokens)
        if not self.files:
            raise UsageError(
                f'budget "{self.name}" has no files', hint='add files = ["prompts/**"]'
            )
        if self.limits.max_cost_per_month is not None and self.volume is None:
            raise UsageError(
                f'budget "{self.name}" limits the cost of a month, and nobody says how many calls '
                "a month has",
                hint='add volume = "20k/month"',
            )
