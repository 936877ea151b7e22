"""Which file holds the tables. A rebuild makes a new one beside it, and one small file says which is in use.

A file and its consumer group have one name, made anew for each file: so a new file reads the bus from its oldest message,
and tables and position can never drift apart. A lost file is no more than a reason for a new one.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from esrlink.clock import Clock

_POINTER = "builds.json"


@dataclass(frozen=True, slots=True)
class Build:
    """One file of tables, and the consumer group that fills it."""

    group: str
    path: Path


class Builds:
    """The builds in `folder`; their names begin with `prefix`."""

    def __init__(self, folder: Path, prefix: str, clock: Clock) -> None:
        self.folder = folder
        self._prefix = prefix
        self._clock = clock

    def current(self) -> Build | None:
        """The build in use; none before the first event was consumed."""
        return self._pointed("current")

    def current_or_first(self) -> Build:
        """The build in use; a first one where there is none."""
        return self.current() or self._new("current")

    def unfinished(self) -> Build | None:
        """A rebuild that was begun and not finished."""
        return self._pointed("next")

    def begin(self) -> Build:
        """A new build beside the one in use. What earlier ones left lying about is removed."""
        wanted = set(self._pointers().values())
        for path in self.folder.glob(f"{self._prefix}.*.duckdb"):
            if path.stem not in wanted:
                remove(self._build(path.stem))
        return self._new("next")

    def finish(self) -> None:
        """Use the build that was begun from now on; the one in use until now is removed."""
        pointers = self._pointers()
        old = self.current()
        self._point({"current": pointers["next"]})
        if old is not None:
            remove(old)

    def abandon(self) -> None:
        """Forget the build that was begun."""
        begun = self.unfinished()
        self._point({name: group for name, group in self._pointers().items() if name != "next"})
        if begun is not None:
            remove(begun)

    def _new(self, role: str) -> Build:
        # Never a name that was used before: its group would go on where that one stopped.
        group = f"{self._prefix}.{self._clock.now():%Y%m%dT%H%M%S}.{secrets.token_hex(3)}"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._point(self._pointers() | {role: group})
        return self._build(group)

    def _pointed(self, role: str) -> Build | None:
        group = self._pointers().get(role)
        return self._build(group) if group else None

    def _build(self, group: str) -> Build:
        return Build(group, self.folder / f"{group}.duckdb")

    def _pointers(self) -> dict[str, str]:
        path = self.folder / _POINTER
        pointers: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return pointers

    def _point(self, pointers: dict[str, str]) -> None:
        path = self.folder / _POINTER
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(pointers, indent=1))
        draft.replace(path)


def remove(build: Build) -> None:
    """Remove the file of a build, with what DuckDB keeps beside it."""
    for path in (build.path, build.path.with_name(build.path.name + ".wal")):
        path.unlink(missing_ok=True)
