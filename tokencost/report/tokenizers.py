"""Reports of `tokenizers`, and of `count --calibrate`, which corrects them."""

from typing import Any

from tokencost.estimates.calibrate import CalibrationReport, ModelCalibration
from tokencost.money import format_exact
from tokencost.report.formats.json import envelope
from tokencost.report.page import Column, CsvTable, Page, PageNote, csv_table, only_used, table
from tokencost.report.phrases import DASH
from tokencost.tokenizers.user_tokenizers import TokenizerList, TokenizerListing

_TOKENIZERS: tuple[Column[TokenizerListing], ...] = (
    Column(name="name", value=lambda tokenizer: tokenizer.name),
    Column(name="count", value=lambda tokenizer: tokenizer.method, csv="method"),
    Column(name="origin", value=lambda tokenizer: tokenizer.origin),
    Column(name="rests on", value=lambda tokenizer: tokenizer.basis or None, csv="basis", rank=1),
)


class TokenizersView:
    """The tokenizers, and what they rest on."""

    def page(self, report: TokenizerList) -> Page:
        """Lay out one row for each tokenizer."""
        return Page(tables=(only_used(table(_TOKENIZERS, report.listed)),))

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
                ]
            },
        )

    def quiet(self, report: TokenizerList) -> str:
        """Return the names, one a line."""
        return "".join(f"{tokenizer.name}\n" for tokenizer in report.listed)


_CALIBRATIONS: tuple[Column[ModelCalibration], ...] = (
    Column(name="model", value=lambda calibration: calibration.model),
    Column(
        name="requests",
        value=lambda calibration: calibration.factor.pairs,
        cell=lambda calibration: f"{calibration.factor.pairs:,}",
        number=True,
    ),
    Column(
        name="factor",
        value=lambda calibration: format_exact(calibration.factor.factor),
        number=True,
    ),
    Column(
        name="between",
        cell=lambda calibration: (
            f"{format_exact(calibration.factor.low)}{DASH}{format_exact(calibration.factor.high)}"
        ),
        number=True,
    ),
    Column(csv="low", value=lambda calibration: format_exact(calibration.factor.low)),
    Column(csv="high", value=lambda calibration: format_exact(calibration.factor.high)),
    Column(
        name="error before",
        value=lambda calibration: format_exact(calibration.before),
        cell=lambda calibration: f"{format_exact(calibration.before)} %",
        csv="error_before_percent",
        number=True,
    ),
    Column(csv="source", value=lambda calibration: calibration.factor.source),
)


class CalibrationView:
    """The factors that were learned."""

    def page(self, report: CalibrationReport) -> Page:
        """Lay out one row for each model."""
        kept = "from now on counts of these models are corrected, and say so"
        return Page(
            tables=(table(_CALIBRATIONS, report.results),),
            notes=(PageNote(label="kept", text=kept),),
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
                        "error_before_percent": format_exact(calibration.before),
                        "source": calibration.factor.source,
                    }
                    for calibration in report.results
                ]
            },
        )

    def quiet(self, report: CalibrationReport) -> str:
        """Return model and factor, one a line."""
        return "".join(
            f"{calibration.model}\t{format_exact(calibration.factor.factor)}\n"
            for calibration in report.results
        )
