"""The rules: pure functions over one case, each finding with a code, a severity, a plain sentence and the field.

The set has a version, which goes with every approved record. A rule never raises and never looks anything up: what it
needs is in the case. How strictly a finding is taken is the trust's to say, in one place, as far as the catalogue lets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from submittals.content import AttendanceContent, Content
from submittals.rules.absence import ABSENCE_RULES
from submittals.rules.attendance import ATTENDANCE_RULES
from submittals.rules.case import Case, Finding
from submittals.rules.catalogue import CATALOGUE, severity_of
from submittals.rules.claim import Claim
from submittals.rules.clashes import CLASH_RULES, LEAVE_CLASH_RULES
from submittals.rules.closing import CLOSING_RULES
from submittals.rules.identity import IDENTITY_RULES
from submittals.rules.job_plan import JOB_PLAN_RULES
from submittals.rules.sessions import SESSION_RULES
from submittals.rules.study_leave import STUDY_LEAVE_RULES, study_reaches_back
from submittals.rules.timing import TIMING_RULES
from submittals.rules.working_time import WORKING_TIME_RULES, week_reaches_back
from submittals.trusts.settings import TrustSettings

# Year and number of the set: changed with any rule, so that a paid line leads back to the rules that passed it.
RULES_VERSION = "2026.3"

_OF_ABSENCE = (*ABSENCE_RULES, *CLOSING_RULES, *LEAVE_CLASH_RULES, *STUDY_LEAVE_RULES)
_OF_ATTENDANCE = (*ATTENDANCE_RULES, *CLASH_RULES, *SESSION_RULES, *WORKING_TIME_RULES, *JOB_PLAN_RULES)

__all__ = ["CATALOGUE", "RULES_VERSION", "Case", "Claim", "Finding", "judge", "reaches_back"]


def judge(case: Case) -> tuple[Finding, ...]:
    """What all rules say of a case as strictly as the trust takes it, errors first."""
    findings = [taken for finding in _said(case) if (taken := _as_set(case.trust, finding)) is not None]
    return tuple(sorted(findings, key=lambda finding: finding.severity != "error"))


def reaches_back(content: Content, trust: TrustSettings) -> timedelta:
    """How far before a record's last day the rules look at the person's other records, beyond those about its own days."""
    if isinstance(content, AttendanceContent):
        return week_reaches_back(trust)
    return study_reaches_back(trust, content)


def _said(case: Case) -> Iterator[Finding]:
    for rule in IDENTITY_RULES:
        yield from rule(case)
    content = case.content
    if isinstance(content, AttendanceContent):
        for of_attendance in _OF_ATTENDANCE:
            yield from of_attendance(case, content)
    else:
        for of_absence in _OF_ABSENCE:
            yield from of_absence(case, content)
    for rule in TIMING_RULES:
        yield from rule(case)


def _as_set(trust: TrustSettings, finding: Finding) -> Finding | None:
    severity = severity_of(trust, finding.code, finding.severity)
    if severity == finding.severity:
        return finding
    return finding.model_copy(update={"severity": severity}) if severity != "off" else None
