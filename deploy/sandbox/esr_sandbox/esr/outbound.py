"""Makes ESR's own files: the snapshot and the changes of a day, each once a day, whatever is repeated or killed.

A file, its sequence number and what it shows of applied records are stored in one transaction; only then is it put in `Out/`.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from esr_sandbox.errors import SandboxError
from esr_sandbox.esr import records as r
from esr_sandbox.esr.go_file import CHARSET, GoFile, Kind
from esr_sandbox.esr.landed_rows import all_rows, unshown_rows
from esr_sandbox.esr.outbound_rows import (
    assignment_rows,
    competency_id,
    costing_id,
    identity_rows,
    person_rows,
    position_row,
    trust_rows,
)
from esr_sandbox.esr.planted import plant
from esr_sandbox.esr.worlds import Worlds
from esr_sandbox.faults import DuplicateFile, Fault, FaultBoard, Strikes
from esr_sandbox.store import Store
from esr_sandbox.world.trusts import Trust
from esr_sandbox.world.world import DayOfChanges, World

_FIRST_SEQUENCE = {"GDR": 1, "GOC": 1945}
_PLANTED = {"277": 6}


@dataclass(frozen=True)
class Written:
    """An outbound file: `rows` counts the data rows, `summary` says what is in it."""

    name: str
    sequence: int
    rows: int
    summary: dict[str, Any]


class OutboundFiles:
    """Writes the GO files of all trusts."""

    def __init__(self, store: Store, faults: FaultBoard, worlds: Worlds) -> None:
        self._store = store
        self._faults = faults
        self._worlds = worlds

    def snapshot(self, trust: Trust, asof: date) -> Written:
        """Store the snapshot of that day, with bad rows planted, unless it is there already; return what it holds."""
        with self._store.transaction() as db:
            if found := _stored(db, trust, "GDR", asof):
                return found
            world = self._worlds.of(trust)
            rows = list(trust_rows(trust))
            for person in world.people.values():
                rows += person_rows(trust, person)
            rows += all_rows(db, trust)
            rows, planted = plant(rows, _PLANTED.get(trust.vpd, 1))
            file = GoFile(trust.vpd, "GDR", _next_sequence(db, trust, "GDR"), asof - timedelta(days=1), asof)
            summary: dict[str, Any] = {"people": len(world.people), "planted": [asdict(row) for row in planted]}
            return self._keep(db, file, rows, summary)

    def changes(self, trust: Trust, asof: date) -> Written:
        """Store the changes of the day that ends at `asof`'s midnight, unless they are there already.

        Raises:
            SandboxError: a later day's changes were written already.

        """
        with self._store.transaction() as db:
            if found := _stored(db, trust, "GOC", asof):
                return found
            world = self._worlds.of(trust)
            if world.days and world.days[-1].day >= asof:
                raise SandboxError("day-passed", f"Changes up to {world.days[-1].day} were written already.")
            again = self._faults.strike(Fault.DUPLICATE_FILE, DuplicateFile, trust.vpd)
            if again:
                _put_again(db, trust, again)
            done = world.advance(asof)
            rows = list(_change_rows(world, done))
            landed = list(unshown_rows(db, trust))
            skipped = 1 if self._faults.strike(Fault.MISSING_SEQUENCE, Strikes, trust.vpd) else 0
            sequence = _next_sequence(db, trust, "GOC") + skipped
            file = GoFile(trust.vpd, "GOC", sequence, _last_run(db, trust) or asof - timedelta(days=1), asof)
            summary: dict[str, Any] = {
                "joiners": done.joiners,
                "future_starter": done.future_starter,
                "leavers": done.leavers,
                "changed_post": done.changed_post,
                "deleted_assignment": done.deleted.number if done.deleted else None,
                "resent": done.resent,
                "landed": len(landed),
                "planted": [],
            }
            return self._keep(db, file, rows + landed, summary)

    def _keep(self, db: sqlite3.Connection, file: GoFile, rows: Sequence[str], summary: dict[str, Any]) -> Written:
        charset = "utf-8" if self._faults.strike(Fault.WRONG_CHARSET, Strikes, file.vpd) else CHARSET
        summary["rows"] = len(rows)
        db.execute(
            "insert into outbound (vpd, kind, day, sequence, previous_run, name, content, summary) values (?,?,?,?,?,?,?,?)",
            (
                file.vpd, file.kind, file.this_run.isoformat(), file.sequence, file.previous_run.isoformat(),
                file.name, file.content(rows, charset), json.dumps(summary),
            ),
        )  # fmt: skip
        return Written(file.name, file.sequence, len(rows), json.loads(json.dumps(summary)))


def _change_rows(world: World, done: DayOfChanges) -> Iterator[str]:
    trust, people = world.trust, world.people
    for number in (*done.joiners, done.future_starter):
        yield from person_rows(trust, people[number])
    for number in done.leavers:
        person = people[number]
        yield from identity_rows(person)
        for held in person.assignments:
            yield from assignment_rows(person, held)
        yield r.COMPETENCY.delete(competency_id(person, person.competencies))
    yield position_row(trust, done.new_position)
    for held in people[done.changed_post].assignments:
        yield from assignment_rows(people[done.changed_post], held)
    if done.deleted:
        yield r.ASSIGNMENT.delete(done.deleted.assignment_id)
        yield r.COSTING.delete(costing_id(done.deleted))
    for number in done.resent:
        yield from identity_rows(people[number])
        yield from assignment_rows(people[number], people[number].assignments[0])


def _stored(db: sqlite3.Connection, trust: Trust, kind: Kind, asof: date) -> Written | None:
    row = db.execute(
        "select name, sequence, summary from outbound where vpd = ? and kind = ? and day = ?",
        (trust.vpd, kind, asof.isoformat()),
    ).fetchone()
    if row is None:
        return None
    summary = json.loads(row["summary"])
    return Written(row["name"], row["sequence"], summary["rows"], summary)


def _next_sequence(db: sqlite3.Connection, trust: Trust, kind: Kind) -> int:
    row = db.execute("select max(sequence) from outbound where vpd = ? and kind = ?", (trust.vpd, kind)).fetchone()
    return _FIRST_SEQUENCE[kind] if row[0] is None else int(row[0]) + 1


def _last_run(db: sqlite3.Connection, trust: Trust) -> date | None:
    """Return where the last file ended: changes begin there, so nothing falls between two files."""
    row = db.execute("select max(day) from outbound where vpd = ? and kind <> 'CF'", (trust.vpd,)).fetchone()
    return None if row[0] is None else date.fromisoformat(row[0])


def _put_again(db: sqlite3.Connection, trust: Trust, fault: DuplicateFile) -> None:
    row = db.execute(
        "select id, content from outbound where vpd = ? and kind <> 'CF' order by id desc limit 1", (trust.vpd,)
    ).fetchone()
    if row is None:
        return
    content = bytes(row["content"])
    if fault.content == "changed":
        lines = content.splitlines()
        content = b"\n".join([*lines[:-2], b"TRL~%d" % (len(lines) - 1), b""])
    db.execute("update outbound set content = ?, place = 'waiting' where id = ?", (content, row["id"]))
