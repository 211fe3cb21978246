"""What prompts cost at a base and now, file by file and in all, and why it differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar

from tokencost.budgets.findings import Status
from tokencost.configuration.settings import Increase, parse_increase
from tokencost.errors import Failure, UsageError
from tokencost.estimates.results import EstimateOptions, TotalCost
from tokencost.git import FileStatus
from tokencost.money import subtract, sum_of
from tokencost.notes import Note
from tokencost.pricing import Conversion, PriceDate, PriceTable
from tokencost.reports import Report, number_of
from tokencost.tokenizers import TokenCount
from tokencost.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSize:
    """What files come to at one end of a diff, with one model.

    Attributes:
        model: the model, with the site where it is bought.
        tokens: their input tokens together.
        currency: that of the costs.
        cost: of one call each; an end is None if it has no price.
        month: of the calls of a month, None without a volume or a price.
        month_ends: that month with both its ends, None in a saved report that does not say them.
    """

    model: str
    tokens: TokenCount
    currency: str
    cost: TotalCost
    month: Decimal | None
    month_ends: TotalCost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCauses:
    """How much each cause changes the cost of a call, in the currency of the costs.

    A part is None where nobody can tell it from another; the parts of the others hold.
    """

    prompt: Decimal | None = Decimal()
    prices: Decimal | None = Decimal()
    model: Decimal | None = Decimal()
    exchange_rate: Decimal | None = Decimal()

    @property
    def parts(self) -> dict[str, Decimal | None]:
        """The causes by name."""
        return {
            "prompt": self.prompt,
            "prices": self.prices,
            "model": self.model,
            "exchange_rate": self.exchange_rate,
        }

    @classmethod
    def sum(cls, causes: Sequence["CostCauses"]) -> "CostCauses":
        """Return what several come to; a part that one of them has not is not there."""
        columns = {name: [cause.parts[name] for cause in causes] for name in cls().parts}
        return cls(**{name: sum_of(column) for name, column in columns.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class CostDifference:
    """What one file, or all files of a budget, come to at both ends with one model.

    Attributes:
        budget: the name of the budget, None for files that were named.
        base: what they came to, None if there was nothing.
        head: what they come to, None if there is nothing.
        causes: why the cost of a call differs, None if that is not known.
    """

    budget: str | None
    base: DiffSize | None
    head: DiffSize | None
    causes: CostCauses | None

    @property
    def model(self) -> str:
        """The model of now, of what is gone the former one."""
        size = self.head or self.base
        return size.model if size else ""

    @property
    def currency(self) -> str:
        """The currency of the costs at both ends."""
        size = self.head or self.base
        return size.currency if size else ""

    @property
    def tokens(self) -> int:
        """By how many tokens the input has grown, as expected."""
        before, now = (size.tokens.expected if size else 0 for size in (self.base, self.head))
        return now - before

    @property
    def cost(self) -> Decimal | None:
        """By how much a call costs more; None if an end has no price."""
        return _grown(
            self.base.cost.expected if self.base else Decimal(),
            self.head.cost.expected if self.head else Decimal(),
        )

    @property
    def month(self) -> Decimal | None:
        """By how much a month costs more; None without a volume or a price."""
        if self.base is None and self.head is None:
            return None
        return _grown(
            self.base.month if self.base else Decimal(), self.head.month if self.head else Decimal()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference(CostDifference):
    """A file that is not as it was, with one model."""

    path: str
    was: str | None
    status: FileStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalDifference(CostDifference):
    """All files of a budget with one model, those that are as they were among them.

    How many have *changed* is None where two saved diffs are compared.
    """

    files: int
    changed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthLimit:
    """How much more all prompts may cost than they did: in percent, tokens or money.

    Percent are of the cost of a call with each prompt. Money is for a call with each, or for the
    calls of a month if *is_monthly*.
    """

    increase: Increase
    is_monthly: bool = False

    @classmethod
    def parse(cls, option: str, text: str) -> "GrowthLimit":
        """Parse `10%`, `500tokens`, `0.01USD` or `100USD/month`.

        Raises:
            UsageError: it is none of these; the message names the *option*.
        """
        amount, _, period = text.partition("/")
        hint = "write 100USD/month, 0.01USD, 10% or 500tokens"
        try:
            increase = parse_increase(option, amount)
        except UsageError as error:
            raise UsageError(f'{option} "{text}" is not an amount', hint=hint) from error
        is_known = period in ("month", "call") and increase.money is not None
        if (period and not is_known) or text.endswith("/"):
            raise UsageError(f'{option} "{text}" is not an amount', hint=hint)
        return cls(increase=increase, is_monthly=period == "month")

    @property
    def amount(self) -> Decimal:
        """The limit as a number: percent, tokens, or an amount of money."""
        if self.increase.money is not None:
            return self.increase.money.amount
        if self.increase.percent is not None:
            return self.increase.percent
        return Decimal(self.increase.tokens or 0)

    @property
    def unit(self) -> str:
        """What the amount counts: "percent", "tokens" or a currency."""
        if self.increase.money is not None:
            return self.increase.money.currency
        return "percent" if self.increase.percent is not None else "tokens"

    def __str__(self) -> str:
        return f"{self.increase}{'/month' if self.is_monthly else ''}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DiffReport(Report):
    """Report of `diff`.

    Attributes:
        base: the name of the base: a ref, or a file.
        base_commit: the commit where the histories parted, None of saved reports.
        head: the name of the other end, None for the work tree.
        head_commit: its commit, None for the work tree and for saved reports.
        files: the files that differ, in the order of their paths.
        totals: all files of each budget with each of its models; a file of two budgets is in both.
        prompt_files: how many files there are at either end, a renamed one once.
        growth: by how much all prompts grow, in the unit of the limit, a file of several budgets
            once with each model; None without a limit.
        judged: the same at the upper ends of both ranges, if that is more: a wide range around
            the same text is not a growth.
        options: how each call was priced.
        prices: the table of now, None of saved reports.
        conversions: the exchange rates that amounts were converted at.
    """

    name: ClassVar[str] = "diff"

    base: str
    base_commit: str | None = None
    head: str | None = None
    head_commit: str | None = None
    files: tuple[FileDifference, ...]
    totals: tuple[TotalDifference, ...]
    failures: tuple[Failure, ...]
    prompt_files: int
    options: EstimateOptions
    prices: PriceTable | None = None
    price_date: PriceDate | None = None
    limit: GrowthLimit | None = None
    growth: Decimal | None = None
    judged: Decimal | None = None
    conversions: tuple[Conversion, ...] = ()
    assumptions: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()

    @property
    def status(self) -> Status:
        """Whether the limit is kept; anything that could not be judged outweighs a broken one."""
        if self.failures:
            return Status.ERROR
        if self.limit is None or self.judged is None:
            return Status.PASS
        return Status.FAIL if self.judged > self.limit.amount else Status.PASS

    def _summary(self) -> Iterator[str]:
        yield number_of(len({file.path for file in self.files}), "file") + " changed"


def _grown(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    return None if before is None or now is None else subtract(now, before)


_Row = tuple[str, str | None, str, FileStatus]  # of a difference: path, budget, model, status


def join_moves(
    parts: Sequence[Sequence[FileDifference]], sources: Mapping[str, str]
) -> list[tuple[FileDifference, ...]]:
    """Return the files of each budget; one that moved between them is once in that of now.

    Args:
        parts: what differs, of each budget.
        sources: by the path of a renamed file what it was called.
    """
    files = [file for part in parts for file in part]
    changes: dict[_Row, FileDifference | None] = {}
    for file in files:
        if file.status is not FileStatus.ADDED or file.path not in sources:
            continue
        origin = _origin(file, sources[file.path], files, changes)
        if origin is not None:
            changes[_row(origin)] = None
            changes[_row(file)] = _moved(origin, file)
    return [
        tuple(change for file in part if (change := changes.get(_row(file), file)) is not None)
        for part in parts
    ]


def _row(file: FileDifference) -> _Row:
    return file.path, file.budget, file.model, file.status


def _origin(
    file: FileDifference,
    was: str,
    files: Iterable[FileDifference],
    changes: dict[_Row, FileDifference | None],
) -> FileDifference | None:
    """Return what went where *file* came: with the same model, or with the only one it had."""
    gone = [
        other
        for other in files
        if other.status is FileStatus.DELETED
        and other.path == was
        and other.currency == file.currency
        and _row(other) not in changes
    ]
    alike = [other for other in gone if other.model == file.model]
    return next(iter(alike or gone), None) if alike or len(gone) == 1 else None


def _moved(origin: FileDifference, file: FileDifference) -> FileDifference:
    causes = None
    if origin.model == file.model and origin.causes and file.causes:
        causes = CostCauses.sum([origin.causes, file.causes])
    return replace(
        file, was=origin.path, status=FileStatus.RENAMED, base=origin.base, causes=causes
    )
