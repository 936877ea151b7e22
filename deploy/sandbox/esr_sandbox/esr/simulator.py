"""The simulated ESR as one thing: what the control API, the demo and tests ask of it, by VPD and day."""

import json
import threading
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from esr_sandbox.errors import SandboxError
from esr_sandbox.esr.inbox import Inbox, ReadFile
from esr_sandbox.esr.outbound import OutboundFiles, Written
from esr_sandbox.esr.outbox import Outbox
from esr_sandbox.esr.worlds import Worlds
from esr_sandbox.faults import FaultBoard
from esr_sandbox.folders import Folders
from esr_sandbox.store import Store
from esr_sandbox.world.trusts import TRUSTS, Trust, trust_of
from esr_sandbox.world.world import World


@dataclass(frozen=True)
class AppliedRow:
    """One inbound row and what became of it. Row 1 is the first after the header; row 0 speaks of the whole file."""

    file: str
    row: int
    reference: str
    assignment: str
    outcome: str
    code: str
    text: str
    element: str
    figures: dict[str, str]


@dataclass
class ElementTotal:
    """What was paid on one element: rows, and the sum of each figure."""

    element: str
    rows: int = 0
    figures: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Applied:
    """All inbound rows of a trust and the totals of those that were applied."""

    rows: list[AppliedRow]
    totals: list[ElementTotal]
    absences: int


class Esr:
    """ESR for all trusts of the sandbox. One thread at a time reads an inbox; the store orders everything else."""

    def __init__(self, folders: Folders, store: Store, faults: FaultBoard, worlds: Worlds) -> None:
        self._store = store
        self._worlds = worlds
        self.outbox = Outbox(folders, store, faults)
        self._outbound = OutboundFiles(store, faults, worlds)
        self._inbox = Inbox(folders, store, faults, worlds, self._outbound)
        self._reading = threading.Lock()

    def world(self, vpd: str) -> World:
        """Return the people of a trust as ESR holds them now."""
        return self._worlds.of(_known(vpd))

    def snapshot(self, vpd: str, asof: date) -> Written:
        """Write the snapshot of a day, once, and put it in `Out/`."""
        written = self._outbound.snapshot(_known(vpd), asof)
        self.outbox.publish(vpd)
        return written

    def changes(self, vpd: str, asof: date) -> Written:
        """Write the changes of the day that ends at `asof`'s midnight, once, and put them in `Out/`."""
        written = self._outbound.changes(_known(vpd), asof)
        self.outbox.publish(vpd)
        return written

    def read_inbox(self, vpd: str, on: date) -> list[ReadFile]:
        """Read what is complete in `In/` and put the confirmations in `Out/`; return all files read on that day."""
        with self._reading:
            files = self._inbox.read(_known(vpd), on)
        self.outbox.publish(vpd)
        return files

    def publish_all(self) -> None:
        """Put every stored file that is not in `Out/` yet: after a restart, after a fault."""
        for trust in TRUSTS:
            self.outbox.publish(trust.vpd)

    def applied(self, vpd: str) -> Applied:
        """Return every inbound row with its outcome, and totals by element."""
        trust = _known(vpd)
        with self._store.transaction() as db:
            found = db.execute(
                "select f.name, r.* from inbound_row r join inbound_file f on f.id = r.file where f.vpd = ?"
                " order by r.file, r.row",
                (trust.vpd,),
            ).fetchall()
            absences = db.execute(
                "select count(*) from absence where vpd = ? and removed = 0", (trust.vpd,)
            ).fetchone()[0]
        rows = [_applied_row(row) for row in found]
        totals = {element.name: ElementTotal(element.name) for element in trust.pay_elements}
        for row in rows:
            if row.element:
                total = totals[row.element]
                total.rows += 1
                for figure, value in row.figures.items():
                    total.figures[figure] = total.figures.get(figure, Decimal(0)) + Decimal(value)
        return Applied(rows, list(totals.values()), absences)


def _applied_row(row: Any) -> AppliedRow:
    return AppliedRow(
        row["name"], row["row"], row["reference"], row["assignment"], row["outcome"], row["code"], row["text"],
        row["element"], json.loads(row["figures"]),
    )  # fmt: skip


def _known(vpd: str) -> Trust:
    trust = trust_of(vpd)
    if trust is None:
        raise SandboxError("unknown-trust", f"The sandbox has no trust {vpd}.", status=404)
    return trust
