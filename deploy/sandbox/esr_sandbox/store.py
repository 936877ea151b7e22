"""The sandbox's memory: one SQLite file in the root folder, so that a kill at any moment loses and doubles nothing.

Everything that must happen together happens in one transaction; files follow from what is stored and can be made again.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
create table if not exists remembered (key text primary key, value text not null);
create table if not exists fault (name text primary key, parameters text not null);
create table if not exists outbound (
  id integer primary key, vpd text not null, kind text not null, day text not null, sequence integer not null,
  previous_run text not null, name text not null, content blob not null, summary text not null,
  place text not null default 'waiting',
  unique (vpd, name)
);
create unique index if not exists outbound_once_a_day on outbound (vpd, kind, day) where kind <> 'CF';
create table if not exists inbound_file (
  id integer primary key, vpd text not null, name text not null, sha256 text not null, kind text not null,
  sequence integer not null, day text not null, outcome text not null, code text not null, text text not null,
  confirmation text not null, archived integer not null default 0
);
create index if not exists inbound_file_name on inbound_file (vpd, name);
create table if not exists inbound_row (
  file integer not null references inbound_file, row integer not null, reference text not null,
  assignment text not null, outcome text not null, code text not null, text text not null, element text not null,
  figures text not null, primary key (file, row)
);
create table if not exists absence (
  id integer primary key, vpd text not null, person text not null, assignment text not null, reference text not null,
  type text not null, reason text not null, first text not null, first_part text not null, last text,
  last_part text not null, days text not null, hours text not null, sessions text not null,
  updated text not null, removed integer not null default 0, unshown integer not null default 1, shown integer not null default 0
);
create index if not exists absence_person on absence (vpd, person);
create table if not exists element_entry (
  id integer primary key, vpd text not null, person text not null, assignment text not null, element text not null,
  earned text not null, entry_values text not null, updated text not null,
  unshown integer not null default 1
);
create index if not exists element_entry_unshown on element_entry (vpd) where unshown = 1;
"""


class Store:
    """A SQLite connection that threads share one at a time; transactions nest into the outermost one."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute(
            "pragma synchronous = normal"
        )  # survives a killed process; a power cut may lose the last moment
        self._db.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the store for one unit of work: all of it is kept, or none."""
        with self._lock:
            if self._depth:
                yield self._db
                return
            self._db.execute("begin immediate")
            self._depth = 1
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            else:
                self._db.execute("commit")
            finally:
                self._depth = 0

    def recall(self, key: str) -> str | None:
        """Return a remembered value."""
        with self.transaction() as db:
            row = db.execute("select value from remembered where key = ?", (key,)).fetchone()
        return None if row is None else str(row["value"])

    def remember(self, key: str, value: str) -> None:
        """Remember a value across restarts."""
        with self.transaction() as db:
            db.execute("insert or replace into remembered values (?, ?)", (key, value))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
