"""What prompts cost at a ref of git and now: the files that differ, the whole, and why."""

import codecs
import os
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from tokencost.budgets.base_files import notes_on_base
from tokencost.budgets.budget import options_of, prices_of
from tokencost.budgets.diff_parts import DiffRequest, PartFinder
from tokencost.budgets.diff_report import DiffReport, GrowthLimit, join_moves
from tokencost.budgets.differences import (
    DiffPart,
    DiffTexts,
    FileModel,
    PartDiff,
    compare_part,
)
from tokencost.budgets.files import FileReading
from tokencost.budgets.growth import judge_growth
from tokencost.budgets.measurement import assumptions_of_quotes, warnings_of_results
from tokencost.budgets.priced_files import FilePrompts, Pricing
from tokencost.budgets.saved_diff import diff_saved
from tokencost.budgets.saved_reports import is_saved_report
from tokencost.configuration.settings import Configuration
from tokencost.errors import Failure, InputError, TokencostError
from tokencost.estimates.count import as_model_names
from tokencost.estimates.results import EstimateOptions, options_with_output
from tokencost.git import Comparison, FileStatus, compare, find_reencoded, find_repository
from tokencost.inputs import InputFormat
from tokencost.inputs.files import check_encoding
from tokencost.money import Money
from tokencost.notes import Note, warning
from tokencost.pricing import PriceTable, as_price_table
from tokencost.usage import OutputSize
from tokencost.values import replace


def diff(
    base: str,
    head: str | None = None,
    *,
    files: Sequence[str] = (),
    configuration: Configuration | None = None,
    models: str | Sequence[str] = (),
    exclude: Sequence[str] = (),
    output_tokens: OutputSize | None = None,
    options: EstimateOptions | None = None,
    prices: PriceTable | None = None,
    limit: GrowthLimit | None = None,
    encoding: str = "utf-8",
    input_format: InputFormat = InputFormat.AUTO,
    folder: str | os.PathLike[str] | None = None,
) -> DiffReport:
    """Compare what prompts cost where the history of *head* left that of *base*, and now.

    Everything is read from git, and without *head* what differs in the work tree from there; the
    work tree and the index are not touched. Nothing is raised for a file or model that cannot be
    counted or priced: it becomes a failure of the report.

    Args:
        base: a branch, a tag or anything git takes; or a saved JSON report of `estimate` or `diff`,
            which is compared with that in *head*, and all else is as they say.
        head: another, by default the work tree with what is not committed.
        files: globs as in `.gitignore` that pick the prompts, relative to *folder*.
        configuration: what the project has set: without *files* its budgets pick them, each with
            its models. What was set at the base is read from git, so that another model or price
            file is told from another prompt.
        models: one name or several; without any each request is priced with its own.
        exclude: globs that leave files out.
        output_tokens: the same as the output of *options*.
        options: how each call is priced, at both ends.
        prices: the price table of both ends, by default what *configuration* names at each of
            them, else the shipped one.
        limit: how much all prompts together may grow.
        encoding: of every file.
        input_format: whether these are texts or requests in JSON.
        folder: a folder of the work tree, by default the working folder.

    Raises:
        GitError: there is no repository, a ref is unknown, or the history too short.
        InputError: a glob matches nothing at either end.
        UsageError: no files are named, and no budget has some.

    Examples:
        >>> tokencost.diff("HEAD", files=["docs"], models="gpt-4o")
        <DiffReport: 0 files changed>
    """
    check_encoding(encoding)
    if is_saved_report(base):
        return diff_saved(base, head, limit)
    place = Path.cwd() if folder is None else Path(folder)
    options = options_with_output(options, output_tokens)
    if configuration is not None:
        prices_of_now = prices or prices_of(configuration, options.price_date)
        # The models of the configuration are those of either end.
        settings = options_of(configuration, options, has_budgets=not files)
        options = replace(settings, default_models=options.default_models)
    else:
        prices_of_now = as_price_table(prices)
    request = DiffRequest(
        files=tuple(files),
        exclude=tuple(exclude),
        folder=place,
        pricing=Pricing(
            models=as_model_names(models), options=options, prices=as_price_table(prices_of_now)
        ),
        has_own_prices=configuration is None or prices is not None,
        configuration=configuration or Configuration(),
    )
    finder = PartFinder(repository=find_repository(place), request=request, notes=[])
    parts = finder.find(base, head)

    def wants(path: str) -> bool:
        return any(part.wants(path) for part in parts)

    comparison = compare(finder.repository, base, head, wants=wants)
    _check_matches(finder, parts, comparison)
    reading = FileReading(encoding=encoding, input_format=input_format)
    texts = _read(comparison, reading, base, _in_utf8(finder, comparison, reading))
    report = build_report(base, head, texts, parts, limit)
    return replace(report, warnings=(*finder.notes, *report.warnings))


def _check_matches(finder: PartFinder, parts: Sequence[DiffPart], comparison: Comparison) -> None:
    """Raise InputError for globs that match nothing at either end, and budgets without a file."""
    changed = [path for change in comparison.changes for path in (change.path, change.was) if path]
    paths = [*comparison.unchanged, *comparison.failures, *changed]
    for glob in finder.check_globs(paths):
        raise InputError(
            f"no files match {glob!r}, neither at the base nor now",
            hint="globs are as in .gitignore, relative to the current folder",
        )
    for part in parts:
        if part.budget and not any(map(part.wants, paths)):
            raise InputError(
                f'no files fall under budget "{part.budget}", neither at the base nor now',
                hint="check its globs: they are relative to the folder of the configuration",
            )


def build_report(
    base: str,
    head: str | None,
    texts: DiffTexts,
    parts: Sequence[DiffPart],
    limit: GrowthLimit | None,
) -> DiffReport:
    """Return the report on files that were compared and read, for each of *parts*."""
    comparison = texts.comparison
    diffs: list[PartDiff] = []
    for part in parts:
        diffs.append(compare_part(part, texts, _keys(diffs)))
    diffs = _with_moves(diffs, comparison)
    failures = [
        Failure(error=error, input=path)
        for path, error in {
            **comparison.failures,
            **{f"{base}:{path}": error for path, error in texts.then.failures.items()},
            **texts.now.failures,
        }.items()
    ]
    failures += dict.fromkeys(failure for part in diffs for failure in part.failures)
    pricing = parts[0].now
    moved = {change.was: change.path for change in comparison.changes if change.was}
    growth, judged = None, None
    if limit is not None and not failures:
        try:
            growth, judged = _growth(limit, diffs, pricing)
        except TokencostError as error:
            failures.append(Failure(error=error))
    return DiffReport(
        base=base,
        base_commit=comparison.base.oid,
        head=head,
        head_commit=comparison.head.oid if comparison.head else None,
        files=tuple(file for part in diffs for file in part.files),
        totals=tuple(total for part in diffs for total in part.totals),
        prompt_files=len({moved.get(path, path) for path, _ in _keys(diffs)}),
        failures=tuple(failures),
        options=pricing.options,
        prices=pricing.prices,
        price_date=pricing.price_date,
        limit=limit,
        growth=growth,
        judged=judged,
        conversions=tuple(dict.fromkeys(rate for part in diffs for rate in part.conversions)),
        assumptions=tuple(dict.fromkeys(_assumptions(diffs))),
        warnings=tuple(dict.fromkeys([*_left_out(texts), *_warnings(diffs)])),
    )


def _with_moves(diffs: Sequence[PartDiff], comparison: Comparison) -> list[PartDiff]:
    """Return *diffs* with each file that moved in the budget that it is in now.

    Totals stay as they are: one budget has less than it had, and another one more.
    """
    sources = {
        change.path: change.was
        for change in comparison.changes
        if change.kind is FileStatus.RENAMED and change.was
    }
    if not sources or len(diffs) < 2:
        return [*diffs]
    return [
        replace(part, files=files, own_files=own)
        for part, files, own in zip(
            diffs,
            join_moves([part.files for part in diffs], sources),
            join_moves([part.own_files for part in diffs], sources),
            strict=True,
        )
    ]


def _in_utf8(finder: PartFinder, comparison: Comparison, reading: FileReading) -> frozenset[str]:
    """Return the files that git keeps in another encoding than that of the work tree."""
    if codecs.lookup(reading.encoding).name == "utf-8":
        return frozenset()
    changed = [path for change in comparison.changes for path in (change.path, change.was) if path]
    paths = dict.fromkeys([*comparison.unchanged, *changed])
    return find_reencoded(finder.repository, list(paths))


def _read(
    comparison: Comparison, reading: FileReading, base: str, in_utf8: frozenset[str]
) -> DiffTexts:
    """Read what is in the files; a text that both ends have is one prompt."""
    then, now = (FilePrompts(reading=reading, in_utf8=in_utf8) for _ in range(2))
    for path, content in comparison.unchanged.items():
        now.read(path, content, name=path)
    for change in comparison.changes:
        if change.head is not None:
            now.read(change.path, change.head, name=change.path)
        if change.base is None or change.was is None:
            continue
        if change.base != change.head:
            then.read(change.was, change.base, name=f"{base}:{change.was}")
        elif change.path in now.prompts:
            then.prompts[change.was] = now.prompts[change.path]
    then.prompts |= {
        path: now.prompts[path] for path in comparison.unchanged if path in now.prompts
    }
    return DiffTexts(comparison=comparison, then=then, now=now)


def _growth(
    limit: GrowthLimit, diffs: Sequence[PartDiff], pricing: Pricing
) -> tuple[Decimal, Decimal]:
    totals = [total for part in diffs for total in part.own_totals]
    if not totals:
        raise InputError(
            "nothing to judge: there is no text at either end", hint="check which files are named"
        )
    target = limit.increase.money.currency if limit.increase.money else totals[0].currency

    def convert(amount: Decimal, source: str) -> Money:
        conversion = pricing.find_conversion(source, target)
        converted = amount if conversion is None else conversion.convert(amount)
        return Money(amount=converted, currency=target)

    files = [file for part in diffs for file in part.own_files]
    return judge_growth(limit, totals, files, convert)


def _keys(diffs: Iterable[PartDiff]) -> set[FileModel]:
    return {key for part in diffs for key in part.keys}


def _left_out(texts: DiffTexts) -> Iterable[Note]:
    yield from notes_on_base(texts.comparison)
    if files := sorted({*texts.then.skipped, *texts.now.skipped}):
        yield warning("binary_files_skipped", files=tuple(files))
    if unsearched := sorted(texts.comparison.unsearched):
        yield warning("renames_not_followed", files=tuple(unsearched))


def _assumptions(diffs: Iterable[PartDiff]) -> Iterable[Note]:
    for part in diffs:
        for report in part.reports:
            yield from report.assumptions
            yield from assumptions_of_quotes(report)


def _warnings(diffs: Iterable[PartDiff]) -> Iterable[Note]:
    for part in diffs:
        for report in part.reports:
            yield from report.warnings
            yield from warnings_of_results(report)
