"""Processes and databases of a benchmark: each part runs in a process of its own, on a copy of one filled database.

A module that is run as such a process calls `say` with what it measured, or `answer` to serve HTTP on a port that it tells.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from starlette.applications import Starlette

from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.runtime import listen, serve


@contextmanager
def copied(server: EmbeddedPostgres, template: str, name: str, bare: str) -> Iterator[str]:
    """The address of a copy of the database `template`, with the peer's table `bare` (its SQL) in it."""
    server.ensure_database(name, template=template)
    with psycopg.connect(server.owner_url(name), autocommit=True) as owner:
        owner.execute(f"CREATE TABLE bare ({bare})")
        owner.execute(f"GRANT INSERT ON bare TO {APP_ROLE}")
        owner.execute("CHECKPOINT")
    try:
        yield sqlalchemy_url(server.app_url(name))
    finally:
        server.drop_database(name)


@contextmanager
def served(module: str, *command: str) -> Iterator[dict[str, Any]]:
    """What a server of its own process told: its port, and the headers that it takes."""
    with subprocess.Popen([sys.executable, "-m", module, *command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


async def answer(app: Starlette, headers: dict[str, str]) -> None:
    """Serve the app on a free port, which is told with the headers that it takes."""
    listening = listen("127.0.0.1", 0)
    say({"port": listening.getsockname()[1], "headers": headers})
    await serve(app, {}, listening)


def say(what: dict[str, Any]) -> None:
    """Tell the benchmark."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def at(ordered: Sequence[float], share: float) -> float:
    """Milliseconds that so many of these seconds keep within."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000
