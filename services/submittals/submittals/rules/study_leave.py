"""Study leave: within what the trust allows, where it says what that is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from submittals.content import AbsenceContent
from submittals.rules.case import FURTHEST_BACK, AbsenceRule, Case, Finding, in_words, warning
from submittals.rules.catalogue import figure_of, is_on
from submittals.trusts.defaults_absence import working_days
from submittals.trusts.settings import TrustSettings

_CODE = "study_leave_over"
_DAYS_OF_A_YEAR = 365


def within_allowance(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """This record and the study leave of the years before it are no more working days than the trust allows."""
    period, allowed = study_reaches_back(case.trust, leave), case.figure(_CODE, "days")
    if not period or allowed is None or leave.end_date is None:
        return
    since = leave.end_date - period
    taken = [leave]
    for claim in case.earlier:
        if claim.kind != "absence":
            continue
        other = claim.content
        if not isinstance(other, AbsenceContent) or other.end_date is None:
            continue
        if since < other.end_date <= leave.end_date and _is_study(case.trust, other):
            taken.append(other)
    total = sum((working_days(one, case.trust) for one in taken), Decimal(0))
    if total > allowed:
        yield warning(
            _CODE,
            f"With this record it is {total:g} working days of study leave since {in_words(since)};"
            f" {allowed:g} are allowed.",
            "absence.end_date",
        )


def study_reaches_back(trust: TrustSettings, leave: AbsenceContent) -> timedelta:
    """How far before its last day the rule looks; nothing while it rests, and for other leave."""
    years = figure_of(trust, _CODE, "years")
    if not years or figure_of(trust, _CODE, "days") is None or not is_on(trust, _CODE) or not _is_study(trust, leave):
        return timedelta(0)
    return min(timedelta(days=float(years * _DAYS_OF_A_YEAR)), FURTHEST_BACK)


def _is_study(trust: TrustSettings, leave: AbsenceContent) -> bool:
    kind = trust.absence_type(leave.absence_type)
    return kind is not None and "study" in f"{kind.code} {kind.esr_name}".casefold()


STUDY_LEAVE_RULES: tuple[AbsenceRule, ...] = (within_allowance,)
