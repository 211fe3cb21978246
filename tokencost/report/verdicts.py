"""What a check found, one by one, in words: what the formats of CI services are made of."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tokencost.budgets import TOKENS, CheckReport, Finding, Rule, Status
from tokencost.errors import Failure
from tokencost.money import format_exact, format_money, multiply
from tokencost.report.place import Place, place_in, place_of, place_of_error
from tokencost.reports import number_of
from tokencost.values import dataclass

TOGETHER = "all together"
NOT_JUDGED = "not_judged"  # stands for a rule where nothing could be judged
_OF_A_MONTH = (Rule.MAX_COST_PER_MONTH,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A limit with what it was held against, or an input that could not be judged.

    Attributes:
        status: how it ended.
        rule: the limit, or `NOT_JUDGED`.
        text: what was found, in a sentence.
        input: what the answer calls the input, "" for all together.
        place: where it lies, of all together where their budget is written; None if it is not in
            a file.
        budget: the name of the budget, "" without one.
        model: the model, "" if none is to blame.
    """

    status: Status
    rule: str
    text: str
    input: str
    place: Place | None
    budget: str = ""
    model: str = ""

    @property
    def subject(self) -> str:
        """What was judged: a path of the repository, an input, or all together."""
        if not self.input and self.rule != NOT_JUDGED:
            return TOGETHER
        return self.place.path if self.place else self.input or TOGETHER

    @property
    def sentence(self) -> str:
        """The text, after the input where that has no place to stand at, or none in UTF-8."""
        is_placed = self.place is not None and self.place.is_text
        name = "" if is_placed else self.input or (self.place.shown if self.place else "")
        return f"{name}: {self.text}" if name else self.text

    @property
    def key(self) -> str:
        """What stays the same as long as the same thing is wrong, whatever its size."""
        where = self.input
        if self.place:
            where = f"{self.place.shown}:{self.place.line}".removesuffix(":1")
        return "\n".join((self.rule, where, self.budget, self.model))


_ORDER = (Status.ERROR, Status.FAIL, Status.WARN, Status.PASS)


def verdicts_of(report: CheckReport) -> tuple[Verdict, ...]:
    """Return everything that was judged, or could not be, the worst first."""
    verdicts = [
        *(of_failure(failure) for failure in report.failures),
        *(_of_finding(finding, report.places) for finding in report.findings),
        *map(_of_gone, report.gone),
    ]
    return tuple(sorted(verdicts, key=lambda verdict: _ORDER.index(verdict.status)))


def counted(verdicts: Iterable[Verdict]) -> str:
    """Return how many verdicts there are of each kind that does not pass."""
    numbers = dict.fromkeys(_ORDER, 0)
    for verdict in verdicts:
        numbers[verdict.status] += 1
    texts = (
        number_of(numbers[Status.ERROR], "error") if numbers[Status.ERROR] else "",
        f"{number_of(numbers[Status.FAIL], 'limit')} broken" if numbers[Status.FAIL] else "",
        number_of(numbers[Status.WARN], "warning") if numbers[Status.WARN] else "",
        f"{numbers[Status.PASS]:,} within" if numbers[Status.PASS] else "",
    )
    return ", ".join(text for text in texts if text)


def amount_words(amount: Decimal, finding: Finding) -> str:
    """Return an amount of a finding as people write it."""
    if finding.unit == TOKENS:
        return f"{int(amount):,}"
    return format_money(amount, finding.unit)


def of_failure(failure: Failure) -> Verdict:
    """Return an input that could not be judged, or why nothing was."""
    error = failure.error
    text = f"{error.message} ({error.hint})" if error.hint else error.message
    return Verdict(
        status=Status.ERROR,
        rule=NOT_JUDGED,
        text=f"could not be judged: {text}",
        input=failure.input or "",
        place=place_of(failure.input) or place_of_error(error),
        model=failure.model or "",
    )


def _of_finding(finding: Finding, places: Mapping[str, str]) -> Verdict:
    return Verdict(
        status=finding.status,
        rule=str(finding.rule),
        text=_sentence(finding),
        input=finding.file or "",
        place=place_in(finding.source, finding.file or places.get(finding.budget or "") or ""),
        budget=finding.budget or "",
        model=finding.model,
    )


def _of_gone(name: str) -> Verdict:
    return Verdict(
        status=Status.WARN,
        rule=str(Rule.RECORDED),
        text="its size is recorded, and no budget holds it any more (tokencost check --update)",
        input=name,
        place=place_of(name),
    )


def _sentence(finding: Finding) -> str:
    judged = finding.expected if finding.judged is None else finding.judged
    at_least = "at least " if finding.judged is None else ""
    whole = "" if finding.file else f"{TOGETHER}: "
    text = f"{whole}{at_least}{amount_words(judged, finding)}{_unit(finding)}"
    if finding.base is not None:
        text += f" (was {amount_words(finding.base, finding)})"
    text += f", limit {amount_words(finding.limit, finding)}{_share(judged, finding)}"
    budget = f', budget "{finding.budget}"' if finding.budget else ""
    return f"{text}{budget}, {finding.model}"


def _unit(finding: Finding) -> str:
    if finding.unit == TOKENS:
        return " tokens"
    return " a month" if finding.rule in _OF_A_MONTH else " a call"


def _share(judged: Decimal, finding: Finding) -> str:
    """Say how far a broken limit was passed, in per cent; one of 0 is passed without end."""
    over = judged - finding.limit
    if over <= 0 or not finding.limit:
        return ""
    percent = (multiply(over, Decimal(100)) / finding.limit).quantize(Decimal("0.1"))
    return f", {format_exact(percent)} % over"
