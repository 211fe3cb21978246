"""Reports of `tokenizers`, of `count --calibrate`, which corrects them, and of `doctor`."""

from typing import Any

from tokencost.configuration.settings import Setting
from tokencost.estimates.calibrate import CalibrationReport, ModelCalibration
from tokencost.estimates.diagnosis import DiagnosisReport
from tokencost.money import format_exact
from tokencost.notes import Note, assumed
from tokencost.report.formats.json import envelope, exact
from tokencost.report.page import (
    DASH,
    Column,
    CsvTable,
    Page,
    PageNote,
    csv_table,
    only_used,
    table,
)
from tokencost.report.page_notes import notes_of
from tokencost.reports import number_of
from tokencost.tokenizers.user_factors import UserFactor
from tokencost.tokenizers.user_tokenizers import TokenizerList, TokenizerListing

_TOKENIZERS: tuple[Column[TokenizerListing], ...] = (
    Column("name", value=lambda tokenizer: tokenizer.name),
    Column("count", value=lambda tokenizer: tokenizer.method, csv="method"),
    Column("origin", value=lambda tokenizer: tokenizer.origin),
    Column("rests on", value=lambda tokenizer: tokenizer.basis or None, csv="basis", rank=1),
)


class TokenizersView:
    """The tokenizers, and what they rest on."""

    def page(self, report: TokenizerList) -> Page:
        """Lay out one row for each tokenizer."""
        return Page(
            tables=(only_used(table(_TOKENIZERS, report.listed)),),
            notes=tuple(
                notes_of("learned", map(_learned, report.learned.items()))
                + notes_of("kept in", [str(report.kept_in)] if report.learned else [])
            ),
        )

    def csv(self, report: TokenizerList) -> CsvTable:
        """Return one row for each tokenizer."""
        return csv_table(_TOKENIZERS, report.listed)

    def as_dict(self, report: TokenizerList) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=None,
            assumptions={},
            body={
                "results": [
                    {
                        "name": tokenizer.name,
                        "method": tokenizer.method,
                        "origin": tokenizer.origin,
                        "basis": tokenizer.basis or None,
                    }
                    for tokenizer in report.listed
                ],
                "learned": [
                    {
                        "model": model,
                        "factor": format_exact(factor.factor),
                        "low": format_exact(factor.low),
                        "high": format_exact(factor.high),
                        "overhead": factor.overhead,
                        "requests": factor.pairs,
                        "source": factor.source,
                    }
                    for model, factor in report.learned.items()
                ],
            },
        )

    def quiet(self, report: TokenizerList) -> str:
        """Return the names, one a line."""
        return "".join(f"{tokenizer.name}\n" for tokenizer in report.listed)


def _learned(item: tuple[str, UserFactor]) -> Note:
    model, factor = item
    return assumed(
        "factor_learned",
        model=model,
        factor=factor.factor,
        overhead=factor.overhead,
        requests=factor.pairs,
        source=factor.source,
    )


_CALIBRATIONS: tuple[Column[ModelCalibration], ...] = (
    Column("model", value=lambda calibration: calibration.model),
    Column("requests", value=lambda calibration: calibration.factor.pairs, number=True),
    Column("factor", value=lambda calibration: calibration.factor.factor, number=True),
    Column(
        "a request",
        value=lambda calibration: calibration.factor.overhead,
        cell=lambda calibration: (
            f"+{calibration.factor.overhead:,}" if calibration.factor.overhead else ""
        ),
        csv="overhead",
        number=True,
    ),
    Column(
        "between",
        cell=lambda calibration: (
            f"{format_exact(calibration.factor.low)}{DASH}{format_exact(calibration.factor.high)}"
        ),
        number=True,
    ),
    Column(csv="low", value=lambda calibration: calibration.factor.low),
    Column(csv="high", value=lambda calibration: calibration.factor.high),
    Column(
        "error before",
        value=lambda calibration: calibration.before,
        cell=lambda calibration: (
            "" if calibration.before is None else f"{format_exact(calibration.before)} %"
        ),
        csv="error_before_percent",
        number=True,
    ),
    Column(csv="source", value=lambda calibration: calibration.factor.source),
)


def _kept(report: CalibrationReport) -> list[Note]:
    left_out = [assumed("requests_left_out", requests=report.left_out)] if report.left_out else []
    if report.forgotten:
        return [assumed("factors_forgotten" if report.results else "nothing_learned")]
    return [assumed("factors_kept"), *left_out]


class CalibrationView:
    """The factors that were learned, or taken back."""

    def page(self, report: CalibrationReport) -> Page:
        """Lay out one row for each model."""
        return Page(
            tables=(only_used(table(_CALIBRATIONS, report.results)),) if report.results else (),
            notes=tuple(notes_of("forgotten" if report.forgotten else "kept", _kept(report))),
        )

    def csv(self, report: CalibrationReport) -> CsvTable:
        """Return one row for each model."""
        return csv_table(_CALIBRATIONS, report.results)

    def as_dict(self, report: CalibrationReport) -> dict[str, Any]:
        """Spell out the JSON."""
        return envelope(
            report.name,
            prices=None,
            assumptions={},
            body={
                "results": [
                    {
                        "model": calibration.model,
                        "requests": calibration.factor.pairs,
                        "factor": format_exact(calibration.factor.factor),
                        "low": format_exact(calibration.factor.low),
                        "high": format_exact(calibration.factor.high),
                        "overhead": calibration.factor.overhead,
                        "error_before_percent": exact(calibration.before),
                        "source": calibration.factor.source,
                    }
                    for calibration in report.results
                ],
                "left_out": report.left_out,
                "forgotten": report.forgotten,
            },
        )

    def quiet(self, report: CalibrationReport) -> str:
        """Return model and factor, one a line."""
        return "".join(
            f"{calibration.model}\t{format_exact(calibration.factor.factor)}\n"
            for calibration in report.results
        )


_SETTINGS: tuple[Column[tuple[str, Setting[str] | None]], ...] = (
    Column("setting", value=lambda row: row[0], csv="key"),
    Column("value", value=lambda row: row[1] and row[1].value),
    Column(
        "from",
        value=lambda row: row[1] and row[1].place,
        cell=lambda row: row[1].place if row[1] else "not set",
        csv="origin",
    ),
)


class DoctorView:
    """The settings in force, and what answers rest on."""

    def page(self, report: DiagnosisReport) -> Page:
        """Lay out one row for each setting, the rest below."""
        return Page(
            tables=(table(_SETTINGS, report.settings.items()),), notes=tuple(_rests_on(report))
        )

    def csv(self, report: DiagnosisReport) -> CsvTable:
        """Return one row for each setting."""
        return csv_table(_SETTINGS, report.settings.items())

    def as_dict(self, report: DiagnosisReport) -> dict[str, Any]:
        """Spell out the JSON."""
        configuration = report.configuration
        return envelope(
            report.name,
            prices=report.prices,
            assumptions={},
            body={
                "results": [
                    {
                        "key": key,
                        "value": setting.value if setting else None,
                        "origin": setting.place if setting else None,
                    }
                    for key, setting in report.settings.items()
                ],
                "files": {
                    "project": str(configuration.path) if configuration.path else None,
                    "user": str(configuration.user_path) if configuration.user_path else None,
                    "shipped_prices": str(report.price_paths["shipped"]),
                    "own_prices": str(report.price_paths["own"] or "") or None,
                },
                "budgets": len(configuration.budgets),
                "budget_models": [*map(_judged, report.budget_models.items())],
                "recorded": len(configuration.recorded),
                "table": {
                    "days": report.age.days,
                    "day": report.day.isoformat(),
                    "models": len(report.prices.models),
                    "too_old": report.is_too_old,
                },
                "engine": report.engine,
                "tokenizers": [
                    {
                        "name": tokenizer.name,
                        "method": tokenizer.method,
                        "origin": tokenizer.origin,
                    }
                    for tokenizer in report.tokenizers
                ],
                "versions": dict(report.versions),
            },
        )

    def quiet(self, report: DiagnosisReport) -> str:
        """Return what is set, a key and its value a line, and last the day of the prices."""
        settings = "".join(
            f"{key}\t{setting.value}\n" for key, setting in report.settings.items() if setting
        )
        return f"{settings}prices_of\t{report.prices.as_of}\n"


def _judged(of_budget: tuple[str, Setting[str] | None]) -> dict[str, str | None]:
    name, models = of_budget
    return {
        "budget": name,
        "model": models.value if models else None,
        "origin": models.place if models else None,
    }


def _rests_on(report: DiagnosisReport) -> list[PageNote]:
    configuration, table_ = report.configuration, report.prices
    budgets = f", {number_of(len(configuration.budgets), 'budget')}" if configuration.path else ""
    names: dict[str, list[str]] = {}
    for tokenizer in report.tokenizers:
        origin = "" if tokenizer.origin == "shipped" else f", {tokenizer.origin}"
        names.setdefault(f"{tokenizer.method}{origin}", []).append(tokenizer.name)
    versions = report.versions.items()
    limit = " (above max_price_age)" if report.is_too_old else ""
    texts = [
        ("project", f"{configuration.path or 'no configuration'}{budgets}"),
        *(
            (
                "budget",
                f'"{name}" judges {models.value} ({models.place})'
                if models
                else f'"{name}" judges requests with the models that they name',
            )
            for name, models in report.budget_models.items()
        ),
        ("user", str(configuration.user_path or "no configuration")),
        (
            "prices",
            f"of {table_.as_of}, {number_of(report.age.days, 'day')} old on {report.day}{limit}; "
            f"{len(table_.models):,} models, tables {' < '.join(table_.labels)}",
        ),
        ("tables", f"shipped {report.price_paths['shipped']}"),
        ("tables", f"own {report.price_paths['own'] or 'none'}"),
        ("engine", report.engine),
        *(("tokenizers", f"{method}: {', '.join(of)}") for method, of in names.items()),
        ("versions", ", ".join(f"{name} {of or 'missing'}" for name, of in versions)),
    ]
    return [PageNote(label=label, text=text) for label, text in texts]
