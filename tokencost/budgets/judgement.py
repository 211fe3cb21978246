"""Hold what was measured against the limits of a budget."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from tokencost.budgets.amount import Amount, Windows, cost_of_call, cost_of_month, grown
from tokencost.budgets.budget import Rule
from tokencost.budgets.case import Case
from tokencost.budgets.findings import Finding, Status, status_of
from tokencost.budgets.measurement import Measured, Measurement, Past, model_of, prompt_of
from tokencost.configuration.settings import Increase
from tokencost.errors import Failure, TokencostError, UncountedError, UsageError
from tokencost.estimates.model_count import describe_uncounted
from tokencost.estimates.results import Estimate, EstimateReport
from tokencost.inputs.prompt import shown_name
from tokencost.money import Money
from tokencost.values import dataclass, replace

Measure = Callable[[Measured], Amount | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges one measurement of a case; what cannot be judged goes to *failures*.

    *mixed* are the files that are measured with several models.
    """

    case: Case
    measurement: Measurement
    past: Past | None
    windows: Windows
    mixed: frozenset[str]
    failures: list[Failure]

    def findings(self) -> Iterator[Finding]:
        """Yield what the limits say: first of all inputs together, then of each."""
        limits = self.case.limits
        self.failures.extend(_open_counts(self.measurement.results))
        if limits.max_tokens is not None:
            yield from self._on_sum(Rule.MAX_TOKENS, Decimal(limits.max_tokens), _tokens)
        if limits.max_cost_per_month is not None:
            month = limits.max_cost_per_month
            yield from self._on_sum(Rule.MAX_COST_PER_MONTH, month.amount, self._month(month))
        if limits.max_tokens_per_file is not None:
            most = Decimal(limits.max_tokens_per_file)
            yield from self._on_files(Rule.MAX_TOKENS_PER_FILE, most, _tokens)
        if limits.fits:
            yield from self._on_windows()
        if limits.max_cost_per_call is not None:
            call = limits.max_cost_per_call
            yield from self._on_each(Rule.MAX_COST_PER_CALL, call.amount, self._call(call))
        if limits.max_increase is not None and self.past is not None:
            yield from self._on_growth(limits.max_increase, self.past)

    def _on_sum(self, rule: Rule, limit: Decimal, measure: Measure) -> Iterator[Finding]:
        twins = self.case.twins
        results = [result for result in self.measurement.results if _file(result) not in twins]
        if now := self._amounts(results, measure):
            is_whole = self.case.is_whole and not self.measurement.unmeasured
            yield self._finding(
                rule,
                file=None,
                limit=limit,
                now=Amount.sum(now, is_whole=is_whole and len(now) == len(results)),
                then=self._sum_of_past(measure),
            )

    def _sum_of_past(self, measure: Measure) -> Amount | None:
        """Return what all files together were, None if nobody knows that of one of them."""
        if self.past is None or self.past.unknown:
            return None
        results = [
            result
            for file, now in _by_file(self.measurement.results).items()
            if file not in self.case.twins
            for result in self._before(self.past, file, now) or ()
        ]
        return _together([*results, *self.past.of_deleted(self.measurement.model)], measure)

    def _on_each(self, rule: Rule, limit: Decimal, measure: Measure) -> Iterator[Finding]:
        for result in self._asked():
            for now in self._amounts([result], measure):
                yield self._finding(
                    rule,
                    file=result.input,
                    source=_file(result),
                    limit=limit,
                    now=now,
                    then=self._past_of(result, measure),
                    model=_offer_name(result),
                )

    def _on_files(self, rule: Rule, limit: Decimal, measure: Measure) -> Iterator[Finding]:
        """Judge each file, of which all requests count together, and each input without one."""
        for file, results in _by_file(self._asked()).items():
            for inputs in [results] if file else [[result] for result in results]:
                if now := self._amounts(inputs, measure):
                    is_whole = file not in self.measurement.unmeasured
                    yield self._finding(
                        rule,
                        file=shown_name(file) or inputs[0].input,
                        source=file,
                        limit=limit,
                        now=Amount.sum(now, is_whole=is_whole and len(now) == len(inputs)),
                        then=self._past_of_file(file, inputs, measure),
                    )

    def _on_windows(self) -> Iterator[Finding]:
        limits, options = self.case.limits, self.case.options
        for result in self._asked():
            request = prompt_of(result).request
            output = request.max_output if request else None
            try:
                room = self.windows.room_for_input(
                    result, output, reserve=limits.reserve, options=options
                )
            except TokencostError as error:
                self._fail(error, result)
                continue
            yield self._finding(
                Rule.FITS,
                file=result.input,
                source=_file(result),
                limit=Decimal(room),
                now=Amount.of_tokens(result.tokens),
                then=self._past_of(result, _tokens),
            )

    def _on_growth(self, increase: Increase, past: Past) -> Iterator[Finding]:
        measure = self._call(increase.money) if increase.money else _tokens
        for file, results in _by_file(self._asked()).items():
            if file in past.added and self.case.limits.has_limit:
                continue
            if not file:
                for result in results:
                    self._fail(_not_a_file(), result)
                continue
            now = self._amounts(results, measure)
            then = self._then(past, file, results, measure, now)
            start = then.at(self.case.limits.on) if then else None
            if start is None:
                error = past.unknown.get(file) or UncountedError("it cannot be counted at the base")
                self._fail(_growth_unknown(file, error), results[0])
            elif len(now) == len(results):  # else a failure already
                finding = self._finding(
                    Rule.MAX_INCREASE,
                    file=shown_name(file),
                    source=file,
                    limit=grown(start, increase),
                    now=Amount.sum(now),
                    then=then,
                )
                if file in past.added and finding.status is Status.FAIL:
                    finding = replace(finding, status=Status.WARN)  # no size that it could keep to
                yield finding

    def _then(
        self,
        past: Past,
        file: str,
        results: Sequence[Measured],
        measure: Measure,
        now: Sequence[Amount],
    ) -> Amount | None:
        """Return what *file* came to, nothing for an added one; None if that is not known."""
        if file in past.added:
            return Amount.nothing(now[0].unit) if now else None
        before = self._before(past, file, results)
        return None if before is None else _together(before, measure)

    def _finding(
        self,
        rule: Rule,
        *,
        file: str | None,
        source: str = "",
        limit: Decimal,
        now: Amount,
        then: Amount | None,
        model: str = "",
    ) -> Finding:
        limits = self.case.limits
        judged = now.judged(limit, limits.on)
        base = then.at(limits.on) if then else None
        start = base if rule is Rule.MAX_INCREASE else None
        status = status_of(judged, limit, limits.warn_at, start=start)
        if status is Status.FAIL and limits.ratchet and self.past is not None:
            if base is None:
                self._fail_ratchet(self.past, source)
            elif judged is not None and judged <= base:
                status = Status.WARN
        return Finding(
            budget=self.case.budget,
            rule=rule,
            file=file,
            source=source,
            model=model or self.measurement.model,
            limit=limit,
            expected=now.expected,
            judged=judged,
            unit=now.unit,
            status=status,
            base=base,
            was=self.past.names.get(source) if self.past else None,
            conversion=now.conversion,
        )

    def _fail_ratchet(self, past: Past, source: str) -> None:
        """Take a failure if nobody knows what was there, and so whether it was over its limit."""
        for file in [source] if source else sorted(past.unknown):
            if error := past.unknown.get(file):
                self.failures.append(Failure(error=_overrun_unknown(error), input=shown_name(file)))

    def _amounts(self, results: Sequence[Measured], measure: Measure) -> list[Amount]:
        """Return what each result comes to; why one comes to nothing is a failure."""
        amounts: list[Amount] = []
        for result in results:
            try:
                amount = measure(result)
            except TokencostError as error:
                self._fail(error, result)
                continue
            if amount is not None:
                amounts.append(amount)
        return amounts

    def _call(self, limit: Money) -> Measure:
        report = self._estimates()
        return lambda result: (
            cost_of_call(result, limit.currency, report) if isinstance(result, Estimate) else None
        )

    def _month(self, limit: Money) -> Measure:
        report, volume = self._estimates(), self.case.options.volume
        return lambda result: (
            cost_of_month(result, limit.currency, report, volume.per_month)
            if isinstance(result, Estimate) and volume
            else None
        )

    def _estimates(self) -> EstimateReport:
        report = self.measurement.report
        if not isinstance(report, EstimateReport):
            raise TypeError("a limit on cost is judged of estimates")
        return report

    def _asked(self) -> Iterator[Measured]:
        """Yield the results that limits of each file are judged for."""
        asked = self.case.asked
        for result in self.measurement.results:
            if asked is None or _file(result) in asked:
                yield result

    def _past_of_file(
        self, file: str, results: Sequence[Measured], measure: Measure
    ) -> Amount | None:
        """Return what *file* came to, None if it was not there or nobody knows."""
        if self.past is None or not file:
            return None
        return _together(self._before(self.past, file, results) or (), measure)

    def _past_of(self, result: Measured, measure: Measure) -> Amount | None:
        """Return what the same input was, None if there was none of that name."""
        if self.past is None:
            return None
        before = self._before(self.past, _file(result), [result])
        same = [old for old in before or () if old.input == result.input]
        return _together(same[:1], measure)

    def _before(
        self, past: Past, file: str, now: Sequence[Measured]
    ) -> tuple[Measured, ...] | None:
        """Return what *file* held, counted or priced with the same model."""
        is_only = not self.case.models and file not in self.mixed
        return past.of_file(file, self.measurement.model, now, is_only=is_only)

    def _fail(self, error: TokencostError, result: Measured) -> None:
        self.failures.append(Failure(error=error, input=result.input, model=model_of(result)))


def _file(result: Measured) -> str:
    """Return the file that an input is from, "" if from none."""
    return prompt_of(result).file


def _by_file(results: Iterable[Measured]) -> dict[str, list[Measured]]:
    by_file: dict[str, list[Measured]] = {}
    for result in results:
        by_file.setdefault(_file(result), []).append(result)
    return by_file


def _tokens(result: Measured) -> Amount:
    return Amount.of_tokens(result.tokens)


def _offer_name(result: Measured) -> str:
    return result.offer.name if isinstance(result, Estimate) else model_of(result)


def _together(results: Sequence[Measured], measure: Measure) -> Amount | None:
    """Return what results of the past come to, None if there are none or one comes to nothing."""
    amounts: list[Amount] = []
    for result in results:
        try:
            amount = measure(result)
        except TokencostError:
            return None
        if amount is None:
            return None
        amounts.append(amount)
    return Amount.sum(amounts) if amounts else None


def _overrun_unknown(error: TokencostError) -> TokencostError:
    return type(error)(
        f"whether it was over its limit at the base is not known: {error.message}",
        hint=error.hint or "leave ratchet out for it",
    )


def _growth_unknown(file: str, error: TokencostError) -> TokencostError:
    return type(error)(
        f"the growth of {shown_name(file)!r} is not judged: {error.message}",
        hint=error.hint or "leave max_increase out for it, or count it at both ends",
    )


def _open_counts(results: Sequence[Measured]) -> Iterable[Failure]:
    """Yield a failure for each input that has more than what is counted."""
    for result in results:
        if result.tokens.high is None:
            yield Failure(
                error=UncountedError(
                    f"{describe_uncounted(result.tokens)} is not counted, and a limit not judged",
                    hint="allow for it with --uncounted-tokens N, or leave it out",
                ),
                input=result.input,
                model=model_of(result),
            )


def _not_a_file() -> UsageError:
    return UsageError(
        "growth is judged of files, and this is not one",
        hint="name the file, or leave --max-increase out",
    )
