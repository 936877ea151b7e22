"""Puts stored files into `Out/`, whole and once; the faults of late and partial files strike here.

A file's place: `waiting` (stored, not yet in `Out/`), `partial` (begun under a fault), `out`. A file that was put is not put
again, so a reader may take it away; only a kill in the very moment between puts the same bytes once more.
"""

from pathlib import Path

from esr_sandbox.faults import Fault, FaultBoard, Parameters, PartialWrite
from esr_sandbox.folders import Folders
from esr_sandbox.store import Store

_STILL_WRITTEN = "._TXFR"


class Outbox:
    """Moves files from the store to `Out/`."""

    def __init__(self, folders: Folders, store: Store, faults: FaultBoard) -> None:
        self._folders = folders
        self._store = store
        self._faults = faults

    def publish(self, vpd: str) -> None:
        """Put every file that waits; after a kill in between, the next call does what is left."""
        if self._faults.standing(Fault.LATE_FILE, Parameters, vpd):
            return
        partial = self._faults.standing(Fault.PARTIAL_WRITE, PartialWrite, vpd)
        with self._store.transaction() as db:
            rows = db.execute(
                "select id, name, content, place from outbound where vpd = ? and place <> 'out' order by id", (vpd,)
            ).fetchall()
            for row in rows:
                path = self._folders.out(vpd) / row["name"]
                if partial is None:
                    self._finish(path, row["content"])
                elif row["place"] == "waiting":
                    self._begin(path, row["content"], partial)
                db.execute(
                    "update outbound set place = ? where id = ?", ("out" if partial is None else "partial", row["id"])
                )

    def grow(self, vpd: str) -> None:
        """Let files that are being written under their final name grow by one step."""
        partial = self._faults.standing(Fault.PARTIAL_WRITE, PartialWrite, vpd)
        if partial is None or partial.style != "growing":
            return
        with self._store.transaction() as db:
            rows = db.execute(
                "select id, name, content from outbound where vpd = ? and place = 'partial'", (vpd,)
            ).fetchall()
            for row in rows:
                path = self._folders.out(vpd) / row["name"]
                written = path.stat().st_size if path.exists() else 0
                with path.open("ab") as file:
                    file.write(row["content"][written : written + partial.step])
                if written + partial.step >= len(row["content"]):
                    db.execute("update outbound set place = 'out' where id = ?", (row["id"],))

    def _begin(self, path: Path, content: bytes, partial: PartialWrite) -> None:
        if partial.style == "suffix":
            path.with_name(path.name + _STILL_WRITTEN).write_bytes(content[: len(content) // 2])
        else:
            path.write_bytes(content[: partial.step])

    def _finish(self, path: Path, content: bytes) -> None:
        path.with_name(path.name + _STILL_WRITTEN).unlink(missing_ok=True)
        self._folders.put(path, content)
