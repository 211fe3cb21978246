"""A check as JUnit XML: a test case for each limit, failures and errors apart."""

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tokencost.report.formats.services import verdicts
from tokencost.report.verdicts import Verdict
from tokencost.reports import printable

if TYPE_CHECKING:
    from tokencost.report import View
    from tokencost.reports import Report

_TAGS = {"fail": "failure", "error": "error"}


def render(view: "View", report: "Report", **_: object) -> str:
    """Return the XML, without times: the same check gives the same bytes."""
    judged = verdicts(view, report, "junit")
    numbers = {
        "tests": len(judged),
        "failures": sum(verdict.status == "fail" for verdict in judged),
        "errors": sum(verdict.status == "error" for verdict in judged),
    }
    attributes = {name: str(number) for name, number in numbers.items()}
    root = Element("testsuites", {"name": "tokencost", **attributes})
    suite = SubElement(root, "testsuite", {"name": f"tokencost {report.name}", **attributes})
    for verdict in judged:
        _add_case(suite, verdict)
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add_case(suite: Element, verdict: Verdict) -> None:
    where = verdict.subject
    name = " ".join(part for part in (where, verdict.rule, verdict.model) if part)
    case = SubElement(
        suite,
        "testcase",
        {"classname": printable(verdict.budget or "tokencost"), "name": printable(name)},
    )
    text = printable(verdict.text)
    if tag := _TAGS.get(verdict.status):
        wrong = SubElement(case, tag, {"message": text, "type": verdict.rule})
        wrong.text = text if text.startswith(where) else f"{printable(where)}: {text}"
    elif verdict.status == "warn":
        SubElement(case, "system-out").text = f"warning: {text}"
