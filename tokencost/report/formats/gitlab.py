"""A check as a code quality report of GitLab, which merge requests show beside the lines."""

import json
from typing import TYPE_CHECKING

from tokencost.report.formats.services import fingerprint, verdicts
from tokencost.reports import printable

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report

_SEVERITIES = {"error": "blocker", "fail": "major", "warn": "minor"}


def render(view: "View", report: "Report", **_: object) -> str:
    """Return a list of what does not pass; what lies in no file stands at the input's name."""
    issues = [
        {
            "description": printable(verdict.sentence),
            "check_name": verdict.rule,
            "fingerprint": fingerprint(verdict),
            "severity": _SEVERITIES[verdict.status],
            "location": {
                "path": verdict.place.shown if verdict.place else verdict.input or ".",
                "lines": {"begin": verdict.place.line if verdict.place else 1},
            },
        }
        for verdict in verdicts(view, report, "gitlab")
        if verdict.status != "pass"
    ]
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"
