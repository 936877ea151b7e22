"""A trust sets how strictly a rule is taken, as far as the catalogue lets it, in one place for all rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from submittals.rules import CATALOGUE, judge
from submittals.rules.catalogue import refused_settings
from submittals.trusts.settings import RuleSetting, TrustSettings
from tests.unit.submittals.cases import TRUST, absence, attendance, case, claim

RULES = Path("services/submittals/submittals")
REFERENCE = Path("docs/reference/submittal-rules.md")


def trust(**severities: Any) -> TrustSettings:
    settings = tuple(RuleSetting(code=code, severity=severity) for code, severity in severities.items())
    return TRUST.model_copy(update={"rules": settings})


@pytest.mark.parametrize(("severity", "found"), [("error", ["error"]), ("warning", ["warning"]), ("off", [])])
def test_a_warning_becomes_what_the_trust_makes_of_it(severity: str, found: list[str]) -> None:
    findings = judge(case(attendance(ends="23:00"), trust=trust(hours_implausible=severity, rest_time_short="off")))
    assert [finding.severity for finding in findings] == found


@pytest.mark.parametrize(("severity", "found"), [("error", "error"), ("warning", "warning"), ("off", "warning")])
def test_what_cannot_be_switched_off_stays_a_warning(severity: str, found: str) -> None:
    (finding,) = judge(case(attendance(cost_code="E9"), trust=trust(cost_code_unknown=severity)))
    assert finding.severity == found


@pytest.mark.parametrize("severity", ["warning", "off"])
def test_a_double_claim_is_an_error_whatever_is_set(severity: str) -> None:
    lenient = trust(double_claim=severity, duplicate_of_sent=severity, absence_overlaps=severity)
    for mine, sent in ((attendance(), True), (attendance(), False), (absence(), False)):
        assert judge(case(mine, claim(mine, sent=sent), trust=lenient))[0].severity == "error"


def test_settings_that_cannot_be_taken_are_told_with_why() -> None:
    settings = [
        RuleSetting(code="double_claim", severity="warning"),
        RuleSetting(code="note_needed", severity="off"),
        RuleSetting(code="no_such_rule", severity="off"),
        RuleSetting(code="late", severity="off", parameters={"hours": 1}),
        RuleSetting(code="rest_time_short", severity="error", parameters={"hours": 12}),
    ]
    assert refused_settings(settings) == [
        (0, "double_claim is always an error: nothing is paid twice by a machine."),
        (1, "note_needed cannot be switched off: whoever validates must see it."),
        (2, "There is no rule no_such_rule."),
        (3, "late has no figure hours. It has: none."),
    ]


def test_the_catalogue_and_the_code_know_the_same_findings() -> None:
    said = set()
    for path in [*RULES.glob("rules/*.py"), *RULES.glob("judging/*.py"), *RULES.glob("flow/*.py")]:
        if path.name != "catalogue.py":
            text = path.read_text()
            said |= set(re.findall(r'(?:error|warning|say)\(\s*"([a-z_]+)",', text))
            said |= set(re.findall(r'(?:code|_CODE) ?= ?"([a-z_]+)"', text))
    assert {one for one in said if one in CATALOGUE} == set(CATALOGUE)


def test_the_reference_lists_the_catalogue() -> None:
    assert table() in REFERENCE.read_text(), f"put this into {REFERENCE}:\n\n{table()}"


def table() -> str:
    """The table of rules as the reference has it."""
    lines = ["| code | as it comes | a trust may make it | finds |", "| --- | --- | --- | --- |"]
    allowed = {"off": "error, warning, off", "warning": "error, warning", "error": "nothing else"}
    for entry in CATALOGUE.values():
        may = allowed[entry.mildest] + (f": {entry.why}" if entry.why else "")
        lines.append(f"| `{entry.code}` | {entry.severity} | {may} | {entry.finds} |")
    lines += ["", "| code | figure | as it comes | means |", "| --- | --- | --- | --- |"]
    for entry in CATALOGUE.values():
        for name, figure in entry.figures.items():
            value = "" if figure.value is None else f"{figure.value:g}"
            lines.append(f"| `{entry.code}` | `{name}` | {value} | {figure.meaning} |")
    return "\n".join(lines)
