"""Proof of landing: rows of ESR's own files that show what we sent. Only rows that a file newly brought or changed can prove.

An absence returns with our reference. An element entry has none: it is matched by assignment, element, day and the multiset
of its values, and each entry proves one line only, so two equal sessions of one day need two entries. A record that ESR
refused can be shown all the same; then it is paid, and must not be sent again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.from_esr.landing_issues import REFUSED_AND_SHOWN, tell_of_landings
from esr_gateway.from_esr.pictures import day_of
from esr_gateway.from_esr.proof import note_what_is_shown
from esr_gateway.from_esr.shown import shown_rows
from esr_gateway.outbound_layout import OutboundLayout
from esr_gateway.tables import landing
from esr_gateway.to_esr.lines import plain
from esr_gateway.to_esr.run_files import prove_sent, settle_runs
from esr_gateway.to_esr.settling import Fact, settle
from esrlink.contracts import Outcome
from esrlink.db import WriteTx

_LINE = """l.submittal_id, l.version, l.employee_number, l.file_name, l.row_number, l.name, l.starts, l.ends, l.action,
       l.figures, f.state AS file_state, i.state, r.run_id, r.run_code, r.pay_name"""
# A file that is to be sent again because two people said so may have been sent after all.
_AWAITED = """
  JOIN instruction i ON i.vpd = l.vpd AND i.submittal_id = l.submittal_id AND i.version = l.version
                    AND i.state IN ('frozen', 'unknown', 'sent', 'accepted', 'missing', 'rejected', 'differs')
  JOIN run_file f ON f.vpd = l.vpd AND f.file_name = l.file_name
                 AND (f.state IN ('renaming', 'sent', 'unknown') OR f.doubts > 0)
  JOIN run r ON r.vpd = f.vpd AND r.run_id = f.run_id
"""
_ELEMENTS = f"""
SELECT e.record_id, e.line, {_LINE}
  FROM shown e
  JOIN line l ON l.vpd = :vpd AND l.assignment_number = e.assignment_number
             AND l.starts = to_date(nullif(split_part(e.line, :d, :earned), ''), 'YYYYMMDD')
             AND l.name = split_part(e.line, :d, :element)
  {_AWAITED}
 WHERE e.record = 'EL' AND e.line IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM landing n WHERE n.vpd = :vpd AND n.record = 'EL' AND n.record_id = e.record_id
                      AND n.outcome = 'landed')
 ORDER BY i.state = 'rejected', e.record_id, l.file_name, l.row_number
"""  # noqa: S608 - no value of anybody's
_ABSENCES = f"""
SELECT e.record_id, e.line, {_LINE}
  FROM shown e
  JOIN line l ON l.vpd = :vpd AND l.reference = split_part(e.line, :d, :reference) AND l.action <> 'delete'
  {_AWAITED}
 WHERE e.record = 'AB' AND e.line IS NOT NULL AND split_part(e.line, :d, :reference) <> ''
 ORDER BY e.record_id, l.file_name, l.row_number
"""  # noqa: S608 - as above
_REMOVED = f"""
SELECT c.record_id, {_LINE}
  FROM shown c
  JOIN landing n ON n.vpd = :vpd AND n.record = 'AB' AND n.record_id = c.record_id
  JOIN line o ON o.vpd = :vpd AND o.submittal_id = n.submittal_id AND o.version = n.version
  JOIN line l ON l.vpd = :vpd AND l.reference = o.reference AND l.action = 'delete'
  {_AWAITED}
 WHERE c.record = 'AB' AND c.line IS NULL
"""  # noqa: S608 - as above


async def note_landings(tx: WriteTx, layout: OutboundLayout, vpd: str, now: datetime) -> int:
    """Settle the instructions whose lines the merge before (see `shown`) shows; return how many facts are new."""
    await shown_rows(tx)
    await note_what_is_shown(tx, layout, vpd, now)
    found = [*await _elements(tx, layout, vpd), *await _absences(tx, layout, vpd), *await _removed(tx, vpd)]
    if not found:
        return 0
    # A row of the file shows that ESR has read it: a file whose sending was in doubt was sent.
    await prove_sent(tx, vpd, sorted({fact.file_name for _, _, fact in found if fact.file_name}), now)
    proofs = {
        (record, record_id, fact.submittal_id, fact.version): fact.outcome.value for record, record_id, fact in found
    }
    statement = upsert(landing)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["vpd", "record", "record_id", "submittal_id", "version"],
            set_={"outcome": statement.excluded.outcome},
        ),
        [
            {
                "vpd": vpd,
                "record": record,
                "record_id": record_id,
                "submittal_id": submittal_id,
                "version": version,
                "outcome": outcome,
            }
            for (record, record_id, submittal_id, version), outcome in proofs.items()
        ],
    )
    fresh = await settle(tx, vpd, (fact for _, _, fact in found), now)
    await settle_runs(tx, vpd)
    await tell_of_landings(tx, vpd, [fact for _, _, fact in found], now)
    return fresh


Proof = tuple[str, str, Fact]


async def _elements(tx: WriteTx, layout: OutboundLayout, vpd: str) -> list[Proof]:
    at = layout.record["EL"].index
    rows = await tx.all(
        text(_ELEMENTS),
        {
            "vpd": vpd,
            "d": layout.delimiter,
            "earned": at("Earned Date") + 1,
            "element": at("Element Type Name") + 1,
        },
    )
    first, last = at("Entry Value 1"), at("Entry Value 15")
    return [("EL", row.record_id, fact) for row, fact in _match(layout, rows, first, last)]


def _match(layout: OutboundLayout, rows: Sequence[Any], first: int, last: int) -> Iterator[tuple[Any, Fact]]:
    """Pair entries with lines: equal values first, then what is left over of one assignment, element and day.

    What ESR did not refuse goes first: an entry is rather that of a record that was sent again than of the refused one. What is
    left over proves nothing of a refused line, or of a file whose sending is in doubt: it may be payroll's own entry.
    """
    entries = {row.line: _figures(row.line.split(layout.delimiter)[first : last + 1]) for row in rows}
    used: set[str] = set()
    landed: set[tuple[Any, int]] = set()
    for row in rows:
        key = (row.submittal_id, row.version)
        if row.record_id not in used and key not in landed and entries[row.line] == Counter(row.figures):
            used.add(row.record_id)
            landed.add(key)
            yield row, _fact(row, Outcome.LANDED)
    for row in rows:
        key = (row.submittal_id, row.version)
        speaks = row.file_state == "sent" and row.state != "rejected"
        if speaks and row.record_id not in used and key not in landed:
            used.add(row.record_id)
            landed.add(key)
            shown = ", ".join(sorted(entries[row.line].elements())) or "no figures"
            yield row, _fact(row, Outcome.DIFFERS, f"Sent: {', '.join(row.figures)}. ESR shows: {shown}.")


def _figures(cells: Sequence[str]) -> Counter[str]:
    return Counter(_plain(cell) for cell in cells if cell)


def _plain(cell: str) -> str:
    try:
        return plain(Decimal(cell))
    except InvalidOperation:
        return cell


async def _absences(tx: WriteTx, layout: OutboundLayout, vpd: str) -> list[Proof]:
    at = layout.record["AB"].index
    reference = at("3rd Party System Reference") + 1
    rows = await tx.all(text(_ABSENCES), {"vpd": vpd, "d": layout.delimiter, "reference": reference})
    by_record: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_record[row.record_id].append(row)
    proofs: list[Proof] = []
    for record_id, some in by_record.items():
        cells = some[0].line.split(layout.delimiter)
        kind = cells[at("Absence Type")]
        starts, ends = day_of(cells[at("Actual Start Date")]), day_of(cells[at("Actual End Date")])
        has_closing = any(row.action == "update" and row.ends == ends for row in some)
        for row in some:
            is_same = row.name == kind and row.starts == starts
            # An absence that was sent open has no end of its own: a closing record gives it one.
            is_same = is_same and (row.ends == ends or (row.action == "add" and (row.ends is None or has_closing)))
            if is_same:
                proofs.append(("AB", record_id, _fact(row, Outcome.LANDED)))
            elif row.action == "add" or (ends is not None and row.state != "rejected"):
                sent, shown = _said(row.name, row.starts, row.ends), _said(kind, starts, ends)
                reason = f"Sent: {sent}. ESR shows: {shown}."
                proofs.append(("AB", record_id, _fact(row, Outcome.DIFFERS, reason)))
    return proofs


def _said(name: str, starts: date | None, ends: date | None) -> str:
    first, last = (f"{day.day} {day:%B %Y}" if day else "" for day in (starts, ends))
    return (
        f"{name}, {first or 'no first day'} to {last}"
        if last
        else f"{name} from {first or 'no first day'}, with no end"
    )


async def _removed(tx: WriteTx, vpd: str) -> list[Proof]:
    rows = await tx.all(text(_REMOVED), {"vpd": vpd})
    return [("AB", row.record_id, _fact(row, Outcome.LANDED)) for row in rows]


def _fact(row: Any, outcome: Outcome, reason: str | None = None) -> Fact:
    if row.state == "rejected":
        reason = f"{reason} {REFUSED_AND_SHOWN}" if reason else REFUSED_AND_SHOWN
    return Fact(
        submittal_id=row.submittal_id,
        version=row.version,
        employee_number=row.employee_number,
        outcome=outcome,
        reason=reason,
        run_id=row.run_id,
        run_code=row.run_code,
        pay_name=row.pay_name,
        file_name=row.file_name,
        row_number=row.row_number,
    )
