"""Time: within the trust's retro limit, in a pay period that is known and open, and not before it was worked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from submittals.content import AttendanceContent
from submittals.rules.case import Case, Finding, Rule, error, in_words, warning
from submittals.rules.identity import day_field


def within_retro_limit(case: Case) -> Iterator[Finding]:
    """It is not older than the trust takes."""
    oldest = case.today - timedelta(days=case.trust.retro_days)
    if case.content.first_day < oldest:
        yield error(
            "too_old",
            f"The trust takes records back to {in_words(oldest)}. For older ones ask payroll.",
            day_field(case),
        )


def cut_off_known(case: Case) -> Iterator[Finding]:
    """The pay that it reaches is known and open, and whether it is late."""
    reach = case.reach
    if reach.next_cut_off is None:
        yield warning("cut_off_unknown", "The trust's next cut-off is not known, so neither is the pay it reaches.")
    elif reach.rolls_to:
        allowed = case.figure("period_closed", "cut_offs")
        if allowed is not None and reach.missed > allowed and case.is_on("period_closed"):
            words = f"The {reach.pay_name} is closed: {reach.missed} cut-offs have passed since. Ask payroll."
            yield error("period_closed", words, day_field(case))
        else:
            words = f"The cut-off of {reach.pay_name} has passed: it rolls to {reach.rolls_to}."
            yield warning("late", words, day_field(case))


def worked_already(case: Case) -> Iterator[Finding]:
    """Extra work is usually enriched after it was done."""
    if isinstance(case.content, AttendanceContent) and case.content.date_worked > case.today:
        yield warning("not_worked_yet", "The day worked is still to come.", "attendance.date_worked")


TIMING_RULES: tuple[Rule, ...] = (within_retro_limit, cut_off_known, worked_already)
