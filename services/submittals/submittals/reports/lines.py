"""Exactly what a run carried, line by line: the rota's record, the file and the row, who had a hand in it, and the outcome.

Read block by block in the order of the records' ids, each block by four statements, so that a run of any size goes out as it is
read. What the line says is the version that was sent, whatever the record has become since.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from esrlink.contracts import Outcome
from esrlink.db import Database, ReadTx
from submittals.records.decisions import DecisionKind, Fact
from submittals.records.state import strongest
from submittals.reports.periods import Pay

BLOCK = 1_000

_NEXT = text("""
WITH line AS (
    SELECT f.submittal_id, f.version FROM settlement f
      JOIN submittal s ON s.vpd = f.vpd AND s.id = f.submittal_id
     WHERE f.vpd = :vpd AND f.run_code = :run_code AND f.outcome NOT IN ('scheduled', 'held')
       AND (CAST(:after_id AS uuid) IS NULL OR (f.submittal_id, f.version) > (CAST(:after_id AS uuid), :after_version))
       AND (CAST(:departments AS text[]) IS NULL OR s.product || '/' || s.department = ANY(:departments))
     GROUP BY f.submittal_id, f.version ORDER BY f.submittal_id, f.version LIMIT :limit
)
SELECT l.submittal_id, l.version, s.product, s.department, s.record_id, s.profile_id, s.kind, s.relation, s.origin,
       v.employee_number, v.assignment_number, v.content, v.content_hash, v.rules_version
  FROM line l
  JOIN submittal s ON s.vpd = :vpd AND s.id = l.submittal_id
  JOIN submittal_version v ON v.vpd = :vpd AND v.submittal_id = l.submittal_id AND v.version = l.version
 ORDER BY l.submittal_id, l.version
""")
_DECISIONS = text("""
SELECT submittal_id, version, kind, by, at FROM decision
 WHERE vpd = :vpd AND submittal_id = ANY(:ids) ORDER BY submittal_id, number
""")
_FACTS = text("""
SELECT submittal_id, version, outcome, occurred_at, code, reason, field, run_code, file_name, row_number
  FROM settlement WHERE vpd = :vpd AND submittal_id = ANY(:ids)
""")
_VALIDATING = frozenset({DecisionKind.VALIDATED_IN_PART, DecisionKind.VALIDATED})
_APPROVING = frozenset({DecisionKind.ENDORSED, DecisionKind.APPROVED})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a run. Units, rate and amount of a reversal are taken back: `relation` says that it is one."""

    product: str
    department: str
    record_id: str
    submittal_id: UUID
    version: int
    kind: str
    relation: str | None
    corrects: UUID | None
    employee_number: str | None
    assignment_number: str | None
    profile_id: str
    first_day: date
    last_day: date | None
    element: str | None
    reason: str | None
    units: Decimal | None
    unit: str | None
    rate: Decimal | None
    amount: Decimal | None
    cost_code: str | None
    enriched_by: str | None
    validated_by: str
    approved_by: str
    approved_at: datetime | None
    file_name: str | None
    row_number: int | None
    outcome: str
    outcome_at: datetime | None
    esr_says: str | None
    content_hash: str
    rules_version: str


COLUMNS = tuple(field.name for field in fields(Line))


async def lines(
    tx: ReadTx,
    pay: Pay,
    departments: frozenset[str] | None,
    after: tuple[UUID, int] | None = None,
    limit: int = BLOCK,
) -> list[Line]:
    """The next lines of a run in these departments ("product/department" keys; none = all), behind a submittal's version."""
    values = {
        "vpd": pay.vpd,
        "run_code": pay.run_code,
        "departments": None if departments is None else sorted(departments),
        "after_id": after[0] if after else None,
        "after_version": after[1] if after else 0,
        "limit": limit,
    }
    rows = await tx.mappings(_NEXT, values)
    if not rows:
        return []
    about = {"vpd": pay.vpd, "ids": list({row["submittal_id"] for row in rows})}
    decisions: dict[tuple[UUID, int], list[Any]] = {}
    for one in await tx.all(_DECISIONS, about):
        decisions.setdefault((one.submittal_id, one.version), []).append(one)
    facts: dict[tuple[UUID, int], list[Fact]] = {}
    for row in await tx.mappings(_FACTS, about):
        said = dict(row)
        key = (said.pop("submittal_id"), said["version"])
        facts.setdefault(key, []).append(Fact(**{**said, "outcome": Outcome(said["outcome"])}))
    keys = [(row["submittal_id"], row["version"]) for row in rows]
    return [
        _line(dict(row), decisions.get(key, ()), facts.get(key, ()), pay) for key, row in zip(keys, rows, strict=True)
    ]


async def all_lines(database: Database, pay: Pay, departments: frozenset[str] | None) -> AsyncIterator[list[Line]]:
    """All lines of a run, block by block, each read by itself: nothing is held while somebody downloads."""
    after = None
    while True:
        async with database.read([pay.vpd]) as tx:
            found = await lines(tx, pay, departments, after)
        if found:
            yield found
        if len(found) < BLOCK:
            return
        after = found[-1].submittal_id, found[-1].version


def _line(row: Mapping[str, Any], decisions: Sequence[Any], facts: Sequence[Fact], pay: Pay) -> Line:
    content, told = row["content"], strongest(facts)
    carried = [fact for fact in facts if fact.run_code == pay.run_code and fact.outcome not in _BEFORE_A_FILE]
    # What ESR answered may name the file with the answer; that it was sent names ours.
    sent = min(carried, key=lambda fact: (fact.outcome is not Outcome.SENT, fact.outcome is not Outcome.UNKNOWN))
    approvals = [one for one in decisions if one.kind in _APPROVING]
    enriched = [one.by for one in decisions if one.kind == DecisionKind.ENRICHED]
    return Line(
        **{name: row[name] for name in _PLAIN},
        corrects=row["origin"] if row["relation"] in {"reversal", "replacement"} else None,
        first_day=date.fromisoformat(content.get("date_worked") or content["start_date"]),
        last_day=_day(content.get("date_worked") or content.get("end_date")),
        element=content.get("pay_element") or content.get("absence_type"),
        reason=content.get("reason"),
        units=_figure(content.get("units") or content.get("hours") or content.get("days")),
        unit=content.get("unit") or ("hours" if content.get("hours") else "days" if content.get("days") else None),
        rate=_figure(content.get("rate")),
        amount=_figure(content.get("amount")),
        cost_code=content.get("cost_code"),
        enriched_by=enriched[-1] if enriched else None,
        validated_by=", ".join(one.by for one in decisions if one.kind in _VALIDATING),
        approved_by=", ".join(one.by for one in approvals),
        approved_at=approvals[-1].at if approvals else None,
        file_name=sent.file_name,
        row_number=sent.row_number,
        outcome=str(told.outcome) if told else "sent",
        outcome_at=told.occurred_at if told else None,
        esr_says=told.reason if told else None,
    )


_BEFORE_A_FILE = frozenset({Outcome.SCHEDULED, Outcome.HELD})
_PLAIN: tuple[str, ...] = (
    "product",
    "department",
    "record_id",
    "submittal_id",
    "version",
    "kind",
    "relation",
    "employee_number",
    "assignment_number",
    "profile_id",
    "content_hash",
    "rules_version",
)


def _figure(said: object) -> Decimal | None:
    return None if said is None else Decimal(str(said))


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)
