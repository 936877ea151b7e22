"""Reads a trust's `In/`: applies what passes, refuses the rest, stores the confirmation, puts the file away.

A file's effect, its confirmation and the fact that it was read are one transaction, so a kill leaves a file either unread or
read. Files that are still being put (`.tmp`, `._TXFR`, a leading dot) are left alone.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from esr_sandbox.esr.absence_rules import apply_absence
from esr_sandbox.esr.attendance_rules import judge_attendance
from esr_sandbox.esr.confirmation import Answer, confirmation, confirmation_name
from esr_sandbox.esr.inbound_file import InboundName, parse_name, read_rows, requested_day
from esr_sandbox.esr.outbound import OutboundFiles
from esr_sandbox.esr.refusal import RefusedError, refuse_unless
from esr_sandbox.esr.worlds import Worlds
from esr_sandbox.faults import Fault, FaultBoard, Strikes
from esr_sandbox.folders import Folders
from esr_sandbox.store import Store
from esr_sandbox.world.trusts import Trust


@dataclass(frozen=True)
class ReadFile:
    """What became of one inbound file. `answers` are counts by outcome."""

    name: str
    kind: str
    outcome: str
    code: str
    text: str
    confirmation: str
    answers: dict[str, int]


class Inbox:
    """Reads the inbound files of all trusts."""

    def __init__(
        self, folders: Folders, store: Store, faults: FaultBoard, worlds: Worlds, outbound: OutboundFiles
    ) -> None:
        self._folders = folders
        self._store = store
        self._faults = faults
        self._worlds = worlds
        self._outbound = outbound

    def read(self, trust: Trust, on: date) -> list[ReadFile]:
        """Read every complete file; return all files that were read on that day, this time or before."""
        waiting = [path for path in self._folders.inbox(trust.vpd).iterdir() if path.is_file() and _complete(path.name)]
        for path in sorted(waiting, key=_order):
            self._read_one(trust, path, on)
        with self._store.transaction() as db:
            rows = db.execute(
                "select * from inbound_file where vpd = ? and day = ? order by id", (trust.vpd, on.isoformat())
            ).fetchall()
            return [_summary(db, row) for row in rows]

    def _read_one(self, trust: Trust, path: Path, on: date) -> None:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        with self._store.transaction() as db:
            row = db.execute(
                "select id from inbound_file where vpd = ? and name = ? and sha256 = ? and archived = 0",
                (trust.vpd, path.name, sha256),
            ).fetchone()
            file_id = row["id"] if row else self._take(db, trust, path.name, content, sha256, on)
        # A kill here leaves the file in In/ and unarchived: the next reading finds it above and only puts it away.
        path.replace(self._folders.archive(trust.vpd) / f"{file_id:06d}_{path.name}")
        with self._store.transaction() as db:
            db.execute("update inbound_file set archived = 1 where id = ?", (file_id,))

    def _take(self, db: sqlite3.Connection, trust: Trust, name: str, content: bytes, sha256: str, on: date) -> int:
        """Give a file its effect and its confirmation; return its id."""
        kind, sequence = "", 0
        answers: list[Answer] = []
        code, text = "", ""
        known: InboundName | None = None
        try:
            known = parse_name(name)
            kind, sequence = known.kind, known.sequence
            if known.kind == "GDR":
                self._outbound.snapshot(trust, requested_day(known, content))
            else:
                rows = self._accept(db, trust, known, content)
                answers = [self._row(db, trust, known, n, cells, on) for n, cells in enumerate(rows, start=1)]
        except RefusedError as refused:
            code, text = refused.code, refused.text
            answers = [Answer(0, "", "REJ", code, text)]
        outcome = "refused" if code else "requested" if kind == "GDR" else "applied"
        # The first answer to a name stands: another under the same name would put it in doubt.
        confirmed = kind != "GDR" and code != "F006" and not self._silent(trust)
        cursor = db.execute(
            "insert into inbound_file (vpd, name, sha256, kind, sequence, day, outcome, code, text, confirmation)"
            " values (?,?,?,?,?,?,?,?,?,?)",
            (trust.vpd, name, sha256, kind, sequence, on.isoformat(), outcome, code, text,
             confirmation_name(trust.vpd, name) if confirmed else ""),
        )  # fmt: skip
        file_id = int(cursor.lastrowid or 0)
        _keep_answers(db, file_id, answers)
        if confirmed:
            _keep_confirmation(db, trust, name, answers, on)
        return file_id

    def _silent(self, trust: Trust) -> bool:
        return self._faults.strike(Fault.NO_CONFIRMATION, Strikes, trust.vpd) is not None

    def _accept(self, db: sqlite3.Connection, trust: Trust, name: InboundName, content: bytes) -> list[list[str]]:
        """Return the rows of a file that is right as a whole, or refuse it."""
        earlier = db.execute(
            "select 1 from inbound_file where vpd = ? and name = ? and outcome = 'applied'", (trust.vpd, name.name)
        ).fetchone()
        refuse_unless(earlier is None, "F006", "A file of this name was applied already")
        rows = read_rows(name, trust.vpd, content)
        _check_sequence(db, trust, name)
        if self._faults.strike(Fault.QUARANTINE, Strikes, trust.vpd):
            raise RefusedError("F009", "The file was put in quarantine")
        return rows

    def _row(
        self, db: sqlite3.Connection, trust: Trust, name: InboundName, number: int, cells: list[str], on: date
    ) -> Answer:
        world = self._worlds.of(trust)
        reference = cells[3] if len(cells) > 3 else ""
        assignment = cells[4] if len(cells) > 4 else ""
        try:
            if name.kind == "AB":
                apply_absence(db, world, cells, on)
                return Answer(number, reference, "OK", "", "", assignment)
            paid = judge_attendance(world, cells, on)
        except RefusedError as refused:
            return Answer(number, reference, "REJ", refused.code, refused.text, assignment)
        db.execute(
            "insert into element_entry (vpd, person, assignment, element, earned, entry_values, updated)"
            " values (?,?,?,?,?,?,?)",
            (trust.vpd, paid.person.person_id, paid.assignment.assignment_id, paid.element.name,
             paid.earned.isoformat(), json.dumps(paid.values), on.isoformat()),
        )  # fmt: skip
        if paid.late:
            text = "Earned more than 180 days before it was sent"
            return Answer(number, reference, "WARN", "E090", text, assignment, paid.element.name, paid.figures)
        return Answer(number, reference, "OK", "", "", assignment, paid.element.name, paid.figures)


def _complete(name: str) -> bool:
    return not name.startswith(".") and not name.endswith((".tmp", "._TXFR"))


def _order(path: Path) -> tuple[str, str]:
    """Return what files are read by: sequence first, so that a gap shows as a gap."""
    return path.stem.rpartition("_")[2], path.name


def _check_sequence(db: sqlite3.Connection, trust: Trust, name: InboundName) -> None:
    """Refuse a file that continues neither its own kind's series nor the trust's common one (which it is, is not known)."""
    rows = db.execute(
        "select kind, max(sequence) as top from inbound_file where vpd = ? and kind in ('TA', 'AB')"
        " and (outcome = 'applied' or code = 'F009') group by kind",
        (trust.vpd,),
    ).fetchall()
    tops = {row["kind"]: int(row["top"]) for row in rows}
    if name.kind not in tops:
        return
    due = {tops[name.kind] + 1, max(tops.values()) + 1}
    refuse_unless(name.sequence in due, "F007", f"Sequence {name.sequence:08d} came where {min(due):08d} is due")


def _keep_answers(db: sqlite3.Connection, file_id: int, answers: Sequence[Answer]) -> None:
    db.executemany(
        "insert into inbound_row (file, row, reference, assignment, outcome, code, text, element, figures)"
        " values (?,?,?,?,?,?,?,?,?)",
        [
            (file_id, a.row, a.reference, a.assignment, a.outcome, a.code, a.text, a.element, json.dumps(a.figures))
            for a in answers
        ],
    )


def _keep_confirmation(db: sqlite3.Connection, trust: Trust, name: str, answers: Sequence[Answer], on: date) -> None:
    answer_name = confirmation_name(trust.vpd, name)
    db.execute(
        "insert into outbound (vpd, kind, day, sequence, previous_run, name, content, summary)"
        " values (?, 'CF', ?, 0, '', ?, ?, '{}')"
        " on conflict (vpd, name) do update set content = excluded.content, day = excluded.day, place = 'waiting'",
        (trust.vpd, on.isoformat(), answer_name, confirmation(trust.vpd, answer_name, answers, on)),
    )


def _summary(db: sqlite3.Connection, row: sqlite3.Row) -> ReadFile:
    counts = db.execute(
        "select outcome, count(*) as n from inbound_row where file = ? group by outcome order by outcome", (row["id"],)
    ).fetchall()
    return ReadFile(
        row["name"], row["kind"], row["outcome"], row["code"], row["text"], row["confirmation"],
        {count["outcome"]: count["n"] for count in counts},
    )  # fmt: skip
