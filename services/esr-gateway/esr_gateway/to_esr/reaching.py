"""Which run an approved record reaches, and why it is not the one that its department may have hoped for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from esrlink.clock import LONDON


@dataclass(frozen=True, slots=True)
class Reaches:
    """The period of the run; `code` and `reason` when it is later than the pay that is due next, or another than was told."""

    period: Any
    code: str | None = None
    reason: str | None = None


def run_for(calendar: Sequence[Any], approved_at: datetime, told: str | None) -> Reaches | None:
    """The first open run whose cut-off is not before the approval; none when the calendar has none.

    `calendar` has rows with `is_open`, by cut-off; `told` is the code of the run that was named before.
    """
    reached = next((one for one in calendar if one.is_open and approved_at <= one.cut_off), None)
    if reached is None:
        return None
    if told == reached.run_code:
        return Reaches(reached)
    if missed := _missed(calendar, reached, approved_at):
        return Reaches(reached, *_late(missed, reached, approved_at))
    before = next((one.pay_name for one in calendar if one.run_code == told), None) if told else None
    if before is not None:
        return Reaches(
            reached, "moved", f"The payroll calendar has changed: it goes with {reached.pay_name}, not {before}."
        )
    return Reaches(reached)


def _missed(calendar: Sequence[Any], reached: Any, approved_at: datetime) -> Any | None:
    """The latest pay before `reached` that was still to be paid when the record was approved, and that it does not reach."""
    day = approved_at.astimezone(LONDON).date()
    too_late = [
        one
        for one in calendar
        if one.cut_off < reached.cut_off
        and one.period_type == reached.period_type
        and one.pay_date >= day
        and (not one.is_open or one.cut_off < approved_at)
    ]
    return too_late[-1] if too_late else None


def _late(missed: Any, reached: Any, approved_at: datetime) -> tuple[str, str]:
    goes = f"so it goes with {reached.pay_name}"
    if approved_at > missed.cut_off:
        local = missed.cut_off.astimezone(LONDON)
        return "late", f"It was approved after the cut-off of {missed.pay_name} ({local:%d %B %Y, %H:%M}), {goes}."
    if missed.missed == "roll":
        return "rolled", f"The cut-off of {missed.pay_name} was missed, {goes}."
    return "late", f"It came after {missed.pay_name} was closed, {goes}."
