"""The money of extra work: what the trust's rate card gives for it beside what is claimed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from submittals.content import AttendanceContent
from submittals.dashboard.fields import in_words
from submittals.esr.people import AssignmentRow
from submittals.records.record import Version
from submittals.trusts.defaults import fill
from submittals.trusts.settings import DepartmentSettings, TrustSettings


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a claim: the default, what is claimed, and by how much that is more or less."""

    label: str
    default: str
    claimed: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Money:
    """All figures of a claim, `over` pounds more than the default (less when negative; none when either is not known)."""

    element: str
    figures: tuple[Figure, ...]
    note: str | None
    over: Decimal | None


def money_of_claim(
    version: Version, trust: TrustSettings, department: DepartmentSettings, post: AssignmentRow | None
) -> Money | None:
    """The money of a version; none for an absence and for time off in lieu, which are never paid."""
    claimed, given = version.content, version.given
    if not isinstance(claimed, AttendanceContent) or not isinstance(given, AttendanceContent) or claimed.in_lieu:
        return None
    bare = given.model_copy(update={"units": None, "rate": None, "amount": None})
    default = fill(bare, trust, department, post)
    if not isinstance(default, AttendanceContent):
        return None
    element = trust.pay_element(claimed.pay_element) if claimed.pay_element else None
    over = None if claimed.amount is None or default.amount is None else claimed.amount - default.amount
    return Money(
        element=f"{element.name} ({element.code})" if element else claimed.pay_element or "none yet",
        figures=tuple(
            _figure(label, name, getattr(default, name), getattr(claimed, name))
            for name, label in (("units", claimed.unit or "Units"), ("rate", "Rate"), ("amount", "Amount"))
        ),
        note=claimed.note,
        over=over,
    )


def _figure(label: str, name: str, default: Decimal | None, claimed: Decimal | None) -> Figure:
    words = ["not known" if one is None else in_words(name, one) for one in (default, claimed)]
    return Figure(label[0].upper() + label[1:], words[0], words[1], differs=default != claimed)
