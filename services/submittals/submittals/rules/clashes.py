"""One person is in one place at a time: no extra work during leave, and no session that is claimed twice."""

from __future__ import annotations

from collections.abc import Iterator

from submittals.content import AbsenceContent, AttendanceContent
from submittals.rules.case import (
    NOON,
    AbsenceRule,
    AttendanceRule,
    Case,
    Finding,
    error,
    in_words,
    midnight_of,
    own_range,
    warning,
)
from submittals.rules.claim import Claim, Span


def not_during_absence(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """Nobody is paid for extra work while absent."""
    span = case.span
    for claim in case.claims:
        if isinstance(claim.content, AbsenceContent):
            away = claim.first_half, claim.last_half
            yield from _clash(work, span, away, case.where(claim), "attendance.date_worked", "an absence")


def no_work_meanwhile(case: Case, leave: AbsenceContent) -> Iterator[Finding]:
    """The same from the other side, whichever record comes second."""
    away = own_range(case, leave)
    for claim in case.claims:
        if isinstance(claim.content, AttendanceContent):
            yield from _clash(claim.content, claim.span, away, case.where(claim), "absence.start_date", "extra work")


def _clash(
    work: AttendanceContent, span: Span | None, away: tuple[int, int], place: str, field: str, other: str
) -> Iterator[Finding]:
    (first, last), day = away, work.date_worked.toordinal()
    morning = day * 2
    if morning + 1 < first or morning > last:
        if first <= morning + 2 <= last and span is not None and span[1] > midnight_of(day + 1):
            # A night that ends on the first morning of leave is usual: people judge.
            words = f"The work of {in_words(work.date_worked)} runs past midnight into an absence"
            yield warning("may_be_during_absence", f"{words} ({other} recorded by {place}).", field)
        return
    whole_day = first <= morning and last >= morning + 1
    where = f"{other} on {in_words(work.date_worked)} recorded by {place}"
    if not whole_day and span is None:
        yield warning("may_be_during_absence", f"Part of the day there is {where}; give times to be sure.", field)
    elif whole_day or (span is not None and _in_half(span, midnight_of(day) + NOON, afternoon=first > morning)):
        yield error("attendance_during_absence", f"There is {where}.", field)


def _in_half(span: Span, noon: int, *, afternoon: bool) -> bool:
    return span[1] > noon if afternoon else span[0] < noon


def no_double_claim(case: Case, work: AttendanceContent) -> Iterator[Finding]:
    """One person's session is claimed once, over all departments: the ESR number joins them."""
    mine, apart = case.span, int((case.figure("duplicate_across_products", "minutes") or 0) * 60)
    doubtful: set[tuple[str, str]] = set()
    for claim in case.claims:
        if not isinstance(claim.content, AttendanceContent):
            continue
        if _same_time(work, mine, claim.content, claim.span):
            yield _claimed_twice(case, claim)
            if claim.product != case.product and _nearly(mine, claim.span, apart):
                words = f"{case.where(claim)} has nearly the same times: it looks like one session recorded in both."
                yield warning("duplicate_across_products", f"{words} Withdraw one.", "attendance.date_worked")
        elif (
            work.date_worked == claim.content.date_worked
            and not (mine and claim.span)
            and claim.place not in doubtful | {(case.product, case.department)}
        ):
            doubtful.add(claim.place)
            yield warning(
                "possible_double_claim",
                f"{case.where(claim)} claims another session of this person on the same day; give times to be sure.",
                "attendance.starts",
            )


def _same_time(work: AttendanceContent, mine: Span | None, other: AttendanceContent, theirs: Span | None) -> bool:
    if mine and theirs:
        return mine[0] < theirs[1] and theirs[0] < mine[1]
    if work.date_worked != other.date_worked:
        return False
    return (work.session or "").casefold() == (other.session or "").casefold()


def _claimed_twice(case: Case, claim: Claim) -> Finding:
    if claim.sent:
        words = f"{case.where(claim)} has claimed this session already, and it was sent to ESR."
        return error("duplicate_of_sent", words, "attendance.date_worked")
    day = in_words(claim.content.first_day)
    words = f"{case.where(claim)} claims a session of this person at the same time on {day}."
    return error("double_claim", words, "attendance.date_worked")


def _nearly(mine: Span | None, theirs: Span | None, apart: int) -> bool:
    """Whether both begin and end within so many seconds of each other."""
    return bool(mine and theirs) and all(abs(a - b) <= apart for a, b in zip(mine or (), theirs or (), strict=True))


CLASH_RULES: tuple[AttendanceRule, ...] = (not_during_absence, no_double_claim)
LEAVE_CLASH_RULES: tuple[AbsenceRule, ...] = (no_work_meanwhile,)
