"""Writes people and their events, a block at a time: one INSERT that the policy checks, and COPY into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from esr_gateway.from_esr.painting import Painting, Written, text_of
from esr_gateway.from_esr.people import Before
from esr_gateway.from_esr.profile_events import farewell
from esrlink.db import WriteTx
from esrlink.db.outbox import copy_rows, lock_every_key, lock_keys

SAMPLE = 20
"""As many people are shown to whoever must decide whether a file is right."""

_BLOCK = 500

_LEFT_BEHIND = """
CREATE TEMP TABLE left_behind (
    person_id text COLLATE "C", employee_number text COLLATE "C", family_name text, given_name text, revision integer,
    is_renumbered boolean
) ON COMMIT DROP
"""
# The reader lets no control character through; 0x1E stands between the rows of a document.
_COPY = r"COPY left_behind FROM STDIN (FORMAT csv, DELIMITER E'\x1f', QUOTE E'\x02', ESCAPE E'\x02', NULL E'\x1d')"
_COLUMNS = (
    "employee_number, family_name, given_name, revision, picture_hash, is_gone, digest, keys, waiting_rows, works_until,"
    " repaint_on, document"
)
# One text for a block of people: cheaper for both sides than COPY into a temporary table and an INSERT from there.
_INSERT = rf"""
INSERT INTO person (vpd, person_id, {_COLUMNS})
SELECT %(vpd)s, a[1], a[2], a[3], a[4], a[5]::integer, a[6], a[7]::boolean, a[8], a[9]::text[], a[10]::integer,
       a[11]::date, a[12]::date, a[13]
  FROM (SELECT string_to_array(line, E'\x1f', E'\x1d')
          FROM string_to_table(convert_from(%(people)b, 'UTF8'), E'\n') AS l(line) OFFSET 0) AS t(a)
"""  # noqa: S608 - constants
_KEEP = f"""{_INSERT}
ON CONFLICT (vpd, person_id) DO UPDATE SET ({_COLUMNS}) = ({
    ", ".join(f"excluded.{c.strip()}" for c in _COLUMNS.split(","))
})
"""
_ABSENT = text("""
WITH absent AS (
    SELECT person_id, employee_number, family_name, given_name, revision, is_gone FROM person p
     WHERE vpd = :vpd AND (document <> '' OR NOT is_gone)
       AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.person_id = p.person_id)),
never AS (
    DELETE FROM person p USING absent a
     WHERE p.vpd = :vpd AND p.person_id = a.person_id AND a.employee_number IS NULL),
emptied AS (
    UPDATE person p SET is_gone = true, picture_hash = '', document = '', digest = '', keys = '{}', waiting_rows = 0,
           works_until = NULL, repaint_on = NULL
      FROM absent a WHERE p.vpd = :vpd AND p.person_id = a.person_id AND a.employee_number IS NOT NULL)
INSERT INTO left_behind
SELECT person_id, employee_number, family_name, given_name, revision, false FROM absent
 WHERE employee_number IS NOT NULL AND NOT is_gone
""")
_LATEST = """
SELECT employee_number, max(revision) FROM person
 WHERE vpd = %(vpd)s AND employee_number = ANY(%(numbers)s) GROUP BY employee_number
"""
_LEAVING = text("""
SELECT l.person_id, l.employee_number, l.family_name, l.given_name, l.is_renumbered,
       1 + greatest(l.revision, coalesce((SELECT max(q.revision) FROM person q
                                           WHERE q.vpd = :vpd AND q.employee_number = l.employee_number), 0)) AS revision,
       EXISTS (SELECT 1 FROM person h WHERE h.vpd = :vpd AND h.employee_number = l.employee_number
                  AND NOT h.is_gone) AS is_held
  FROM left_behind l ORDER BY l.person_id
""")
_SOME_LEAVING = text("SELECT * FROM left_behind WHERE NOT is_renumbered ORDER BY employee_number LIMIT :most")
_REVISED = text("""
UPDATE person p SET revision = u.revision
  FROM unnest(CAST(:ids AS text[]), CAST(:revisions AS int[])) AS u(person_id, revision)
 WHERE p.vpd = :vpd AND p.person_id = u.person_id
""")


class Publisher:
    """Writes what one import makes of people. Blocks come one at a time, each when the one before is written."""

    def __init__(self, tx: WriteTx, vpd: str, painting: Painting) -> None:
        self._tx = tx
        self._vpd = vpd
        self._painting = painting
        self._holds_every_key = False

    async def prepare(self) -> None:
        """Make the temporary table of those who leave."""
        await self._tx.execute(text(_LEFT_BEHIND))

    async def lock(self, numbers: Sequence[str], *, is_only: bool) -> None:
        """Hold the order of these people's events until the transaction ends; all keys at once if more are to come.

        Locks that are taken bit by bit would be taken in another order than somebody else's.
        """
        if self._holds_every_key or not numbers:
            return
        if is_only:
            await lock_keys(self._tx.connection, [f"{self._vpd}/{number}" for number in numbers])
        else:
            await lock_every_key(self._tx.connection)
            self._holds_every_key = True

    async def write(self, written: Written, *, is_first: bool = False) -> None:
        """Write a block. To be told that nobody was there before saves looking for them."""
        if not written.people:
            return
        driver = await self._tx.driver()
        values = {"vpd": self._vpd, "people": written.people}
        async with driver.cursor() as cursor:
            await cursor.execute(_INSERT if is_first else _KEEP, values)
        await copy_rows(driver, written.events)

    async def latest(self, numbers: Sequence[str]) -> dict[str, int]:
        """The revisions that these employee numbers have come to, whoever had them."""
        if not numbers:
            return {}
        driver = await self._tx.driver()
        async with driver.cursor() as cursor:
            await cursor.execute(_LATEST, {"vpd": self._vpd, "numbers": list(numbers)})
            return dict(await cursor.fetchall())

    async def leave(self, left: Sequence[Before], renumbered: Sequence[Before]) -> None:
        """Note people who are gone, and numbers that people had; what is published of them waits until all is written."""
        lines = [_left_line(one, "f") for one in left] + [_left_line(one, "t") for one in renumbered]
        if lines:
            driver = await self._tx.driver()
            async with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
                await copy.write("".join(lines))

    async def leave_absent(self) -> None:
        """Note everybody whom the snapshot did not show: who was not compared (table `seen`) is gone."""
        await self._tx.execute(_ABSENT, {"vpd": self._vpd})

    async def leaving(self) -> tuple[int, list[tuple[str, Before]]]:
        """How many people are gone, and some of them."""
        count = int(await self._tx.scalar(text("SELECT count(*) FROM left_behind WHERE NOT is_renumbered")) or 0)
        rows = await self._tx.all(_SOME_LEAVING, {"most": SAMPLE}) if count else []
        return count, [("removed", _before(row)) for row in rows]

    async def say_farewell(self) -> int:
        """Publish that nobody has the noted numbers any more, where nobody has; return of how many people who are gone."""
        gone = 0
        result = await self._tx.connection.stream(_LEAVING, {"vpd": self._vpd})
        async for rows in result.partitions(_BLOCK):
            last = [row for row in rows if not row.is_renumbered]
            if last:
                values = {"ids": [row.person_id for row in last], "revisions": [row.revision for row in last]}
                await self._tx.execute(_REVISED, {"vpd": self._vpd, **values})
            events = [
                farewell(self._painting.moment, _before(row), row.revision)
                for row in {row.employee_number: row for row in rows if not row.is_held}.values()
            ]
            gone += sum(not row.is_renumbered and not row.is_held for row in rows)
            await self.lock([number for number, _ in events], is_only=False)
            await copy_rows(await self._tx.driver(), self._painting.events.rows(events))
        return gone


def _before(row: Any) -> Before:
    return Before(row.person_id, row.employee_number, row.family_name, row.given_name, 0, "", True, None, None)


def _left_line(one: Before, is_renumbered: str) -> str:
    given = text_of(one.given_name)
    return f"{one.person_id}\x1f{one.employee_number}\x1f{one.family_name}\x1f{given}\x1f{one.revision}\x1f{is_renumbered}\n"
