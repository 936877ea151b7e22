"""Records that belong to nobody (positions, organisations, locations, competences): row by row, and what points at them.

Set-based merges from the stage into `esr_row` that touch only what changed. The temporary table `changed` then names every
record that is not as it was.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.from_esr.pictures import Dated, Surroundings
from esr_gateway.outbound_layout import PERSON, OutboundLayout
from esr_gateway.tables import exchange
from esrlink.db import ReadTx, WriteTx

_CHANGED = """
CREATE TEMP TABLE changed (record text NOT NULL, record_id text NOT NULL, parent_id text NOT NULL) ON COMMIT DROP
"""
# Within one file the last word on a row counts: a repeated row replaces, a later delete removes. People's own rows are
# here for their numbers only.
_REPEATED = """
DELETE FROM stage s USING (
    SELECT record, record_id, effective_from, max(n) AS n FROM stage WHERE op = 'A' AND record = ANY(:records)
     GROUP BY record, record_id, effective_from HAVING count(*) > 1) AS d
 WHERE s.op = 'A' AND s.n < d.n AND s.record = d.record AND s.record_id = d.record_id
   AND s.effective_from = d.effective_from
"""
_REMOVED = """
DELETE FROM stage s USING stage d
 WHERE d.op = 'D' AND d.record = ANY(:records)
   AND s.op = 'A' AND s.n < d.n AND s.record = d.record AND s.record_id = d.record_id
"""
_DELETES = """
WITH removed AS (
    DELETE FROM esr_row r USING stage d
     WHERE d.op = 'D' AND r.vpd = :vpd AND r.record = d.record AND r.record_id = d.record_id
    RETURNING r.record, r.record_id, r.parent_id)
INSERT INTO changed SELECT * FROM removed
"""
# Dated rows of one id never overlap: a new row displaces the stored ones that begin within it.
_DISPLACED = """
WITH removed AS (
    DELETE FROM esr_row r USING stage s
     WHERE s.op = 'A' AND s.effective_to <> '' AND r.vpd = :vpd AND r.record = s.record AND r.record_id = s.record_id
       AND r.effective_from > s.effective_from AND r.effective_from <= s.effective_to
       AND NOT EXISTS (SELECT 1 FROM stage k WHERE k.op = 'A' AND k.record = r.record AND k.record_id = r.record_id
                          AND k.effective_from = r.effective_from)
    RETURNING r.record, r.record_id, r.parent_id)
INSERT INTO changed SELECT * FROM removed
"""
# What a snapshot does not show is gone; but a row that was set aside says that its record is still there.
_ABSENT = """
WITH removed AS (
    DELETE FROM esr_row r
     WHERE r.vpd = :vpd
       AND NOT EXISTS (SELECT 1 FROM stage s WHERE s.op = 'A' AND s.record = r.record AND s.record_id = r.record_id
                          AND s.effective_from = r.effective_from)
       AND NOT EXISTS (SELECT 1 FROM stage x WHERE x.op = 'X' AND x.record = r.record AND x.record_id = r.record_id)
    RETURNING r.record, r.record_id, r.parent_id)
INSERT INTO changed SELECT * FROM removed
"""
_MERGE = """
WITH difference AS (
    SELECT s.* FROM stage s
      LEFT JOIN esr_row r ON r.vpd = :vpd AND r.record = s.record AND r.record_id = s.record_id
                         AND r.effective_from = s.effective_from
     WHERE s.op = 'A' AND s.record = ANY(:records) AND r.line IS DISTINCT FROM s.line),
merged AS (
    INSERT INTO esr_row (vpd, record, record_id, effective_from, effective_to, parent_id, line)
    SELECT :vpd, record, record_id, effective_from, effective_to, parent_id, line FROM difference
    ON CONFLICT (vpd, record, record_id, effective_from)
    DO UPDATE SET effective_to = excluded.effective_to, parent_id = excluded.parent_id, line = excluded.line)
INSERT INTO changed SELECT DISTINCT record, record_id, parent_id FROM difference
"""
_WITHOUT_POSITION = """
SELECT count(*) FROM stage s
 WHERE s.op = 'A' AND s.record = 'PI'
   AND NOT EXISTS (SELECT 1 FROM esr_row p WHERE p.vpd = :vpd AND p.record = 'PO' AND p.record_id = s.parent_id)
"""


async def merge_reference(tx: WriteTx, layout: OutboundLayout, vpd: str, *, is_snapshot: bool) -> int:
    """Make the stored reference rows those of the file; return how many of them wait for their position."""
    records = sorted(set(layout.record) - layout.of_people)
    await tx.execute(text(_CHANGED))
    numbered = [*records, PERSON]
    # Of rows of people none has a place in a snapshot's stage.
    await tx.execute(text(_REPEATED), {"records": records if is_snapshot else numbered})
    await tx.execute(text(_REMOVED), {"records": numbered})
    await tx.execute(text(_DELETES), {"vpd": vpd})
    await tx.execute(text(_ABSENT if is_snapshot else _DISPLACED), {"vpd": vpd})
    await tx.execute(text(_MERGE), {"vpd": vpd, "records": records})
    return int(await tx.scalar(text(_WITHOUT_POSITION), {"vpd": vpd}) or 0)


async def surroundings(tx: ReadTx, layout: OutboundLayout, vpd: str) -> Surroundings:
    """Positions, organisations and locations of the trust (thousands at most); nobody's employee number yet."""
    rows: dict[str, dict[str, list[Dated]]] = {code: defaultdict(list) for code in ("PO", "OR", "LC")}
    found = await tx.execute(
        text(
            "SELECT record, record_id, effective_from, effective_to, line FROM esr_row"
            " WHERE vpd = :vpd AND record IN :records"
        ).bindparams(bindparam("records", expanding=True)),
        {"vpd": vpd, "records": list(rows)},
    )
    for row in found:
        rows[row.record][row.record_id].append(
            Dated(row.effective_from, row.effective_to, row.line.split(layout.delimiter))
        )
    return Surroundings(
        positions=dict(rows["PO"]),
        organisations=dict(rows["OR"]),
        locations={record_id: dated[-1].cells for record_id, dated in rows["LC"].items()},
    )


async def last_painted(tx: ReadTx, vpd: str) -> date | None:
    """The day as of which the trust's people were last looked at."""
    found: date | None = await tx.scalar(select(exchange.c.repainted_on).where(exchange.c.vpd == vpd))
    return found


async def remember_day(tx: WriteTx, vpd: str, day: date) -> None:
    """Note the day as of which the trust's people were last looked at; it never goes back."""
    statement = upsert(exchange).values(vpd=vpd, repainted_on=day)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["vpd"],
            set_={"repainted_on": text("greatest(exchange.repainted_on, excluded.repainted_on)")},
        )
    )
