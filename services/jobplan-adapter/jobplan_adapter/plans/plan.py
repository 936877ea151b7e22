"""A job plan as a value, whatever provider it came from, and the state that follows from what is in it.

Pure: no I/O. A figure that cannot be read stays in sight with its raw text; it is never taken for 0.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field

from esrlink.contracts import PlanState, ProgrammedActivities
from esrlink.contracts.types import Figure, Model

OTHER = "ANR+ED"
"""Additional NHS responsibilities and external duties in one figure: SARD does not say how much is which."""

_PLAIN = re.compile(r"[+-]?\d{1,6}(\.\d{1,6})?")
# More PAs a week than anyone can work, or more weeks than a year has: a slip of the keyboard, so it is not believed.
MOST_PAS = Decimal(40)
MOST_WEEKS = Decimal(53)


class Reading(Model):
    """A figure as it was read: `value`, or none with the `raw` text that could not be read, or none at all (not stated)."""

    value: Figure | None = None
    raw: str | None = None


class SignOff(Model):
    """One signature that a plan has or waits for."""

    role: str
    signed: bool
    signed_on: date | None = None


class Session(Model):
    """One line of the weekly timetable."""

    day: str | None = None
    starts: str | None = None
    ends: str | None = None
    activity: str | None = None
    category: str | None = None
    pas: Reading = Reading()
    frequency: str | None = None
    location: str | None = None


class OnCall(Model):
    """On-call duty: the rota category (A or B) and the availability supplement as the provider writes it (`5%`)."""

    on_call: bool = False
    category: str | None = None
    supplement: str | None = None


class Plan(Model):
    """One job plan as a provider shows it now: the content of a version. PAs are per week."""

    plan_id: str
    owner_id: str
    provider_state: str
    effective_from: date | None = None
    completed_on: date | None = None
    sign_offs: tuple[SignOff, ...] = ()
    contract_type: str | None = None
    core_pas: Reading = Reading()
    activities: tuple[ProgrammedActivities, ...] = Field(default=(), description="Stated categories only.")
    working_weeks: Reading = Reading()
    on_call: OnCall = OnCall()
    timetable: tuple[Session, ...] = ()
    spa_activities: tuple[Session, ...] = ()
    specialty: str | None = None
    directorate: str | None = None

    @property
    def total_pas(self) -> Decimal | None:
        """Core and additional PAs a week; none when the core figure, or a stated APA figure, cannot be read."""
        additional = [a.pas for a in self.activities if a.category == "APA"]
        if self.core_pas.value is None or None in additional:
            return None
        return self.core_pas.value + sum((pas for pas in additional if pas is not None), Decimal(0))

    def content_hash(self) -> str:
        """SHA-256 of the whole content: equal if, and only if, the provider shows the same plan."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot keep: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode(errors="ignore").decode()


def read_figure(value: Any, *, most: Decimal) -> Reading:
    """The figure in a number or a text. Beyond 0 to `most`, or no plain decimal: unreadable, with its raw text."""
    if value is None or value == "":
        return Reading()
    text = str(value).strip()
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or not _PLAIN.fullmatch(text):
        return Reading(raw=storable(text[:200]))
    number = Decimal(text)
    if not 0 <= number <= most:
        return Reading(raw=storable(text[:200]))
    # 7.5, "7.5" and "7.50" are one figure: a provider that changes its mind about quotes makes no new version.
    whole = number == number.to_integral_value()
    return Reading(value=number.quantize(Decimal(1)) if whole else number.normalize())


def state_of(plan: Plan, *, was_signed_off: bool) -> PlanState:
    """The state that follows from the provider's word and the signatures.

    Draft → submitted → completed is SARD's way. Submitted is *in discussion* until its owner has signed, then *awaiting
    sign-off*. Completed is *signed off* once no signature is missing. Whatever is not signed off, and was before, is
    *under revision*. A word that nobody told us counts as draft: it claims least.
    """
    word = plan.provider_state.strip().casefold().replace(" ", "_")
    if word in {"expired", "archived", "superseded"}:
        return PlanState.EXPIRED
    if word in {"completed", "signed_off"} and all(one.signed for one in plan.sign_offs):
        return PlanState.SIGNED_OFF
    if was_signed_off:
        return PlanState.UNDER_REVISION
    if word in {"completed", "signed_off"}:
        return PlanState.AWAITING_SIGN_OFF
    if word in {"submitted", "in_discussion"}:
        signed = any(one.signed for one in plan.sign_offs)
        return PlanState.AWAITING_SIGN_OFF if signed else PlanState.IN_DISCUSSION
    return PlanState.DRAFT
