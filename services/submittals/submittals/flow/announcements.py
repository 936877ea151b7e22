"""The events that tell others of a submittal's life."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from esrlink.contracts import (
    Absence,
    Attendance,
    ProfileKey,
    Source,
    SubmittalApproved,
    SubmittalSettled,
    SubmittalSubmitted,
    SubmittalWithdrawn,
)
from submittals.content import AbsenceContent, AttendanceContent
from submittals.records.decisions import DecisionKind
from submittals.records.record import Record
from submittals.records.state import checks
from submittals.trusts.settings import TrustSettings


def _source(record: Record) -> Source:
    profile = ProfileKey(product=record.product, department=record.department, profile_id=record.profile_id)
    return Source(profile=profile, record_id=record.record_id)


def submitted(record: Record, at: datetime) -> SubmittalSubmitted:
    """A new version came in."""
    return SubmittalSubmitted(
        vpd=record.vpd,
        submittal_id=record.id,
        version=record.version.number,
        kind=record.kind,
        source=_source(record),
        employee_number=record.version.employee_number,
        occurred_at=at,
    )


def approved(record: Record, trust: TrustSettings, at: datetime) -> SubmittalApproved:
    """The current version, whole, as it was approved just now. `trust`: its settings as on the record's first day."""
    version, own = record.version, [d for d in record.decisions if d.version == record.version.number]
    content: dict[str, Any] = {record.kind: _payable(version.content, trust)}
    return SubmittalApproved(
        vpd=record.vpd,
        employee_number=version.employee_number or "",
        submittal_id=record.id,
        version=version.number,
        kind=record.kind,
        source=_source(record),
        assignment_number=version.assignment_number or "",
        corrects=record.origin if record.relation in {"reversal", "replacement"} else None,
        reversal=record.relation == "reversal",
        content_hash=version.content_hash,
        rules_version=version.rules_version,
        enriched_by=next(d.by for d in reversed(own) if d.kind is DecisionKind.ENRICHED),
        validated_by=tuple(d.by for d in checks(own[:-1]) if d.kind is not DecisionKind.ENDORSED),
        approved_by=own[-1].by,
        approved_at=at,
        **content,
    )


def _payable(content: AbsenceContent | AttendanceContent, trust: TrustSettings) -> Absence | Attendance:
    values = content.model_dump()
    if isinstance(content, AttendanceContent):
        return Attendance.model_validate(values)
    kind = trust.absence_type(content.absence_type)
    # In the trust's own spelling: the gateway finds ESR's name by it.
    spelling = {"absence_type": kind.code if kind else content.absence_type, "closes": content.closes_submittal}
    return Absence.model_validate(values | spelling)


def withdrawn(record: Record, reason: str, at: datetime) -> SubmittalWithdrawn:
    """The approved current version must not be paid after all."""
    return SubmittalWithdrawn(
        vpd=record.vpd,
        employee_number=record.version.employee_number or "",
        submittal_id=record.id,
        version=record.version.number,
        reason=reason,
        occurred_at=at,
    )


def settled(record: Record, employee_number: str, at: datetime) -> SubmittalSettled:
    """What became of it, as the department sees it. The person is the one whose instruction the fact is about.

    The current version may be another person's, or nobody's yet, when it crossed the fact on the way.
    """
    standing = record.standing
    return SubmittalSettled(
        vpd=record.vpd,
        employee_number=employee_number,
        submittal_id=record.id,
        version=standing.version,
        state=standing.state,
        reason=standing.reason,
        field=standing.field,
        occurred_at=at,
    )
