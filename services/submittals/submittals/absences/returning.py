"""Somebody is back at work: the closing of their open absence, as a record of its own that goes through the whole flow."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import ValidationError

from esrlink.contracts.types import DayPart
from esrlink.errors import FieldProblem, Invalid
from submittals.absences.extending import opening_of
from submittals.content import AbsenceContent
from submittals.flow.intake import Put
from submittals.records.record import Record

_LONGEST_ID = 100
_ENDING = ".end"


def closing_of(
    record: Record,
    *,
    by: str,
    return_to_work: date,
    end_date: date | None,
    end_part: DayPart,
    record_id: str | None,
) -> Put:
    """The put that closes an open absence on the day before the return, unless another end is said.

    Its record id is the opening's with ".end", unless another one is said: the same return twice is the same put.
    Raises `NotOpen`, or `Invalid` for days that do not fit.
    """
    opening = opening_of(record)
    name = record_id or f"{record.record_id}{_ENDING}"
    if len(name) > _LONGEST_ID:
        raise Invalid("The record's id is too long to add to it: name the closing's id.", field="record_id")
    last = end_date or (return_to_work if end_part == "morning" else return_to_work - timedelta(days=1))
    said = record.version.given.model_dump(mode="json", exclude={"closes_submittal", "return_to_work"})
    ends = {"open": False, "end_date": last, "end_part": end_part, "closes": record.record_id}
    try:
        given = AbsenceContent.model_validate(
            said | ends | {"absence_type": opening.absence_type, "return_to_work": return_to_work}
        )
    except ValidationError as error:
        problems = [
            FieldProblem(".".join(map(str, e["loc"])) or "return_to_work", e["type"], e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Invalid("These days do not fit the absence; see `problems`.", problems=problems) from error
    return Put(record.product, record.department, name, "absence", record.profile_id, given, by)
