"""Extending an open absence: a newer statement of a doctor, or another day on which the person is expected back.

The record itself stays as it is, also when ESR has it already: what ESR gets is the opening and, in the end, its closing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select

from esrlink import audit
from esrlink.db import WriteTx
from esrlink.errors import Conflict, Invalid
from submittals.content import AbsenceContent
from submittals.records.record import NOT_CLAIMING, Record
from submittals.tables import absence_extension


class NotOpen(Conflict):
    """The record is no open absence, or not any more."""

    code, title = "not_open", "Not an open absence"


@dataclass(frozen=True, slots=True)
class Extension:
    """What is known now of how long it lasts, and who said so."""

    by: str
    certificate_until: date | None = None
    return_expected: date | None = None


def opening_of(record: Record) -> AbsenceContent:
    """What an open absence says. Raises `NotOpen` for any other record."""
    content = record.version.content
    if not isinstance(content, AbsenceContent) or not content.open or record.standing.state in NOT_CLAIMING:
        raise NotOpen(f"The record is no open absence (it is {record.standing.state}).", field="submittal_id")
    return content


async def extend(tx: WriteTx, record: Record, extension: Extension, *, client: str, now: datetime) -> None:
    """Record it; the record is locked by whoever calls. Raises `NotOpen`, or `Invalid` for days before it began."""
    content = opening_of(record)
    for name in ("certificate_until", "return_expected"):
        day = getattr(extension, name)
        if day is not None and day < content.start_date:
            raise Invalid("That is before the absence began.", field=name)
    if extension.certificate_until is None and extension.return_expected is None:
        raise Invalid(
            "Say until when the statement goes, or when the person is expected back.", field="certificate_until"
        )
    own = absence_extension.c
    known = await tx.scalar(
        select(func.count()).where(own.vpd == record.vpd, own.submittal_id == record.id).select_from(absence_extension)
    )
    await tx.execute(
        insert(absence_extension).values(
            vpd=record.vpd,
            submittal_id=record.id,
            number=int(known or 0) + 1,
            certificate_until=extension.certificate_until,
            return_expected=extension.return_expected,
            by=extension.by,
            client=client,
            at=now,
        )
    )
    said = [name for name in ("certificate_until", "return_expected") if getattr(extension, name) is not None]
    await audit.record(
        tx,
        record.vpd,
        actor=client,
        action="submittal.extended",
        about=str(record.id),
        at=now,
        detail={"by": extension.by, "version": record.version.number, "fields": said},
    )
