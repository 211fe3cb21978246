"""The answer of `prices validate` as sheet, JSON and CSV."""

from collections.abc import Iterable
from typing import Any

from tokencost.price_files import Validation
from tokencost.report.json_envelope import envelope
from tokencost.report.table import Remark, Sheet

CSV_COLUMNS = ("file", "valid", "models", "rows", "mistake", "hint")


def sheet(answer: Validation) -> Sheet:
    """Say what the file has; its mistakes are errors, which are written elsewhere."""
    return Sheet(
        tables=(),
        remarks=(
            Remark(label="file", text=answer.file),
            Remark(label="models", text=f"{answer.models:,}, beside the shipped ones"),
            Remark(label="rows", text=f"{answer.rows:,}"),
            Remark(label="status", text=quiet(answer).strip()),
        ),
    )


def as_dict(answer: Validation) -> dict[str, Any]:
    """Spell out the JSON."""
    return envelope(
        answer.name,
        prices=None,
        assumptions={},
        body={
            "file": answer.file,
            "valid": answer.valid,
            "models": answer.models,
            "rows": answer.rows,
            "mistakes": [
                {"message": str(each), "hint": each.hint or None} for each in answer.mistakes
            ],
        },
    )


def csv_rows(answer: Validation) -> Iterable[tuple[object, ...]]:
    """Return one row for each mistake, or one without."""
    for mistake in answer.mistakes or (None,):
        hint = mistake.hint if mistake else None
        yield (answer.file, answer.valid, answer.models, answer.rows, mistake, hint)


def quiet(answer: Validation) -> str:
    """Return the verdict alone."""
    return "valid\n" if answer.valid else "invalid\n"
