"""The rules: pure functions over one case, each finding with a code, a severity, a plain sentence and the field.

The set has a version, which goes with every approved record. A rule never raises and never looks anything up: what it
needs is in the case.
"""

from __future__ import annotations

from submittals.rules.absence import ABSENCE_RULES
from submittals.rules.attendance import ATTENDANCE_RULES
from submittals.rules.case import Case, Claim, Finding, Rule
from submittals.rules.identity import IDENTITY_RULES
from submittals.rules.timing import TIMING_RULES

# Year and number of the set: changed with any rule, so that a paid line leads back to the rules that passed it.
RULES_VERSION = "2026.1"

RULES: tuple[Rule, ...] = (*IDENTITY_RULES, *ABSENCE_RULES, *ATTENDANCE_RULES, *TIMING_RULES)

__all__ = ["RULES", "RULES_VERSION", "Case", "Claim", "Finding", "judge"]


def judge(case: Case) -> tuple[Finding, ...]:
    """What all rules say of a case, errors first."""
    findings = [finding for rule in RULES for finding in rule(case)]
    return tuple(sorted(findings, key=lambda finding: finding.severity != "error"))
