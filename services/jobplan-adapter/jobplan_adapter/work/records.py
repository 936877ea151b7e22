"""Work delivered, as rota products put it: idempotent, one or thousands at a time, three statements however many.

Sent again unchanged it has no effect; with a `version` that is not the stored one it is refused as stale.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import RowMapping, select, text

from esrlink.contracts.types import Department, EmployeeNumber, ExternalId, Product
from esrlink.db import ReadTx, WriteTx
from jobplan_adapter.tables import work
from jobplan_adapter.work.touched import Note, touch

Category = Literal["DCC", "SPA", "ANR", "ED", "APA"]
Outcome = Literal["created", "changed", "unchanged", "stale"]

BATCH_LIMIT = 5000


def _storable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be text on one line, without control characters")
    return value


class Work(BaseModel):
    """One piece of work delivered: a session of a rota. Exactly one of `pas`, `hours` and `sessions`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    employee_number: EmployeeNumber
    date: date
    session: Annotated[str, AfterValidator(_storable)] | None = Field(
        default=None, max_length=200, examples=["Theatre 3"]
    )
    category: Category = Field(examples=["DCC"])
    pas: Decimal | None = Field(default=None, ge=0, le=10, max_digits=6, decimal_places=3, examples=["1.0"])
    hours: Decimal | None = Field(default=None, ge=0, le=24, max_digits=6, decimal_places=3, examples=["4"])
    sessions: Decimal | None = Field(
        default=None,
        ge=0,
        le=10,
        max_digits=6,
        decimal_places=3,
        description="Sessions, each of the PAs that the timetable gives a session of that weekday, else of 1 PA.",
        examples=["1"],
    )
    premium: bool = Field(default=False, description="Worked in premium time, when a PA is 3 hours instead of 4.")
    cancelled: bool = Field(default=False, description="Planned and not delivered: displaced, counts as nothing.")
    displaced_by: ExternalId | None = Field(
        default=None,
        description="The id of the work that was done instead, in the same department: this one counts as nothing.",
        examples=["S-2026-08-03-9"],
    )
    location: Annotated[str, AfterValidator(_storable)] | None = Field(
        default=None, max_length=200, examples=["Main theatres"]
    )
    covered: ExternalId | None = Field(
        default=None, description="Profile id of who was covered; never a name.", examples=["jd-0042"]
    )
    version: int | None = Field(
        default=None, ge=1, description="The version that you read, to be refused if it is stale."
    )

    @model_validator(mode="after")
    def _one_measure(self) -> Work:
        if [self.pas, self.hours, self.sessions].count(None) != 2:
            raise ValueError("give exactly one of pas, hours and sessions")
        return self


class WorkRecord(Work):
    """A piece of work with the rota's name for it."""

    product: Product
    department: Department
    work_id: ExternalId

    @model_validator(mode="after")
    def _not_by_itself(self) -> WorkRecord:
        if self.displaced_by == self.work_id:
            raise ValueError("work is not displaced by itself")
        return self

    @property
    def key(self) -> tuple[str, str, str]:
        """Unique within a trust."""
        return (self.product, self.department, self.work_id)


@dataclass(frozen=True, slots=True)
class Put:
    """What became of one record. For a stale one `version` is the stored version, 0 when there is none."""

    outcome: Outcome
    version: int


_CONTENT = tuple(name for name in Work.model_fields if name != "version")

# Rows are locked in the order of their keys, so that two batches with the same rows never wait for each other in a ring.
_STORED = text("""
SELECT w.* FROM work w
  JOIN jsonb_to_recordset(CAST(:keys AS jsonb)) AS r(product text, department text, work_id text)
    ON w.vpd = :vpd AND (w.product, w.department, w.work_id) = (r.product, r.department, r.work_id)
 ORDER BY w.product, w.department, w.work_id FOR UPDATE OF w
""")
_SAVE = text("""
INSERT INTO work (vpd, product, department, work_id, employee_number, date, session, category, pas, hours, sessions,
                  premium, cancelled, displaced_by, location, covered, version, updated_at)
SELECT :vpd, r.*, 1, :now
  FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(
       product text, department text, work_id text, employee_number text, date date, session text, category text,
       pas numeric, hours numeric, sessions numeric, premium boolean, cancelled boolean, displaced_by text, location text,
       covered text)
 ORDER BY r.product, r.department, r.work_id
ON CONFLICT (vpd, product, department, work_id) DO UPDATE SET
  employee_number = excluded.employee_number, date = excluded.date, session = excluded.session,
  category = excluded.category, pas = excluded.pas, hours = excluded.hours, sessions = excluded.sessions,
  premium = excluded.premium, cancelled = excluded.cancelled, displaced_by = excluded.displaced_by,
  location = excluded.location, covered = excluded.covered, version = work.version + 1, updated_at = excluded.updated_at
RETURNING product, department, work_id, version
""")


async def put_work(tx: WriteTx, vpd: str, records: Sequence[WorkRecord], *, now: datetime) -> list[Put]:
    """Store records, each with a key of its own, and say of each what became of it, in their order."""
    if not records:
        return []
    keys = json.dumps([dict(zip(("product", "department", "work_id"), one.key, strict=True)) for one in records])
    rows = await tx.mappings(_STORED, {"vpd": vpd, "keys": keys})
    stored = {(row["product"], row["department"], row["work_id"]): row for row in rows}
    judged = {one.key: _judge(one, stored.get(one.key)) for one in records}
    to_save = [
        one.model_dump(mode="json", exclude={"version"})
        for one in records
        if judged[one.key].outcome in {"created", "changed"}
    ]
    if to_save:
        for row in await tx.all(_SAVE, {"vpd": vpd, "now": now, "rows": json.dumps(to_save)}):
            key = (row.product, row.department, row.work_id)
            judged[key] = Put(judged[key].outcome, row.version)
        before = (
            (row["employee_number"], row["date"]) for key, row in stored.items() if judged[key].outcome == "changed"
        )
        after = (
            (one.employee_number, one.date) for one in records if judged[one.key].outcome in {"created", "changed"}
        )
        await touch(tx, vpd, (Note(number, day.replace(day=1)) for number, day in chain(before, after)))
    return [judged[one.key] for one in records]


async def work_of(tx: ReadTx, vpd: str, employee_number: str, first: date, last: date) -> Sequence[RowMapping]:
    """A person's work of a period, first and last day included, oldest first."""
    statement = (
        select(work)
        .where(work.c.vpd == vpd, work.c.employee_number == employee_number, work.c.date.between(first, last))
        .order_by(work.c.date, work.c.product, work.c.department, work.c.work_id)
    )
    return await tx.mappings(statement)


def _judge(record: WorkRecord, stored: RowMapping | None) -> Put:
    if stored is None:
        return Put("created", 1) if record.version is None else Put("stale", 0)
    if all(stored[name] == getattr(record, name) for name in _CONTENT):
        return Put("unchanged", stored["version"])
    if record.version is not None and record.version != stored["version"]:
        return Put("stale", stored["version"])
    return Put("changed", stored["version"] + 1)
