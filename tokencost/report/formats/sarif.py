"""A check as SARIF 2.1.0, which code scanning of GitHub and others read."""

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tokencost.report.formats.services import fingerprint, verdicts
from tokencost.report.verdicts import NOT_JUDGED, Verdict
from tokencost.reports import printable
from tokencost.values import regex
from tokencost.version import __version__

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "fail": "error", "warn": "warning"}
_ESCAPED = regex(r"[\\\[\]]")
_RULES = {
    "max_tokens": "All files of a budget together have too many tokens",
    "max_tokens_per_file": "A file has too many tokens",
    "max_cost_per_call": "A call costs too much",
    "max_cost_per_month": "A month costs too much",
    "fits": "A prompt does not fit the model's window",
    "max_increase": "A file grew too much against the base",
    "recorded": "A file has not the size that is recorded",
    NOT_JUDGED: "Something could not be judged, and does not pass",
}


def render(view: "View", report: "Report", **_: object) -> str:
    """Return the log of one run: its results are what does not pass."""
    judged = [one for one in verdicts(view, report, "sarif") if one.status != "pass"]
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in _RULES.items()]
    run = {
        "tool": {"driver": {"name": "tokencost", "version": __version__, "rules": rules}},
        "invocations": [_invocation(judged)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(verdict) for verdict in judged],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _invocation(judged: Sequence[Verdict]) -> dict[str, Any]:
    """Return whether everything was judged, and what was not: results alone may be looked away."""
    errors = [verdict for verdict in judged if verdict.status == "error"]
    invocation: dict[str, Any] = {"executionSuccessful": not errors}
    if errors:
        invocation["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": _plain(verdict.sentence)}} for verdict in errors
        ]
    return invocation


def _plain(text: str) -> str:
    """Return *text* as a message in which nothing is a placeholder (3.11.5) or a link (3.11.6).

    Brackets get their backslashes only where they could be read as a link.
    """
    text = printable(text).replace("{", "{{").replace("}", "}}")
    return _ESCAPED.sub(r"\\\g<0>", text) if "](" in text else text


def _result(verdict: Verdict) -> dict[str, Any]:
    place = verdict.place
    result: dict[str, Any] = {
        "ruleId": verdict.rule,
        "ruleIndex": [*_RULES].index(verdict.rule),
        "level": _LEVELS[verdict.status],
        "message": {"text": _plain(verdict.sentence)},
        "partialFingerprints": {"tokencost/v1": fingerprint(verdict)},
    }
    if place:
        file = {"uri": quote(os.fsencode(place.path)), "uriBaseId": "%SRCROOT%"}
        region = {"startLine": place.line}
        result["locations"] = [{"physicalLocation": {"artifactLocation": file, "region": region}}]
    return result
