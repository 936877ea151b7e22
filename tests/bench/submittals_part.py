"""`python -m tests.bench.submittals_part NAME URL`: one server of `make bench-submittals`, in a process of its own.

`serve` is the service as it runs, without the relay, which `make bench-bus` measures; `bare` is the peer of a put.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import date, time
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from esrlink.auth import Role
from esrlink.auth.testing import TestIssuer, person, session_cookie
from esrlink.clock import SystemClock
from esrlink.db import Database
from esrlink.observability.logs import configure_logs
from esrlink.runtime import Parts, Service, collect_seldom, under_its_name
from esrlink.settings import Mode
from submittals.bootstrap import service as definition
from tests.bench.serving import answer
from tests.bench.submittals_world import VPD

_SCOPES = ("submittals:write", "submittals:approve", "trusts:write")


def service_on(url: str) -> tuple[Database, Service, dict[str, str]]:
    """The service on this database, and the headers of a machine client and of a validator."""
    issuer = TestIssuer()
    settings = definition.settings(
        mode=Mode.TRYOUT,
        data_dir=Path(tempfile.gettempdir()),
        issuer_url=issuer.url,
        session_secret="a secret for the benchmark only, long enough",
        database_url=url,
    )
    clock = SystemClock()
    database = Database(url, service=definition.name, clock=clock, pool_size=settings.pool_size)
    auth = issuer.authenticator(settings)
    cookies = session_cookie(auth, person(Role.VALIDATOR, vpds=[VPD]))
    headers = {
        "machine": f"Authorization: {issuer.bearer(*_SCOPES, vpds=[VPD])['Authorization']}",
        "person": "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    return database, definition.build(settings, Parts(database, auth, clock)), headers


async def serve_service(url: str) -> None:
    """The service under its name, as in production."""
    _, service, headers = service_on(url)
    collect_seldom()
    await answer(under_its_name(definition, service), headers)


class _Work(BaseModel):
    date_worked: date
    session: str
    starts: time
    ends: time
    covered: str | None = None


class _Record(BaseModel):
    kind: str
    profile_id: str
    attendance: _Work


BARE = """
    record_id text PRIMARY KEY, kind text NOT NULL, profile_id text NOT NULL, date_worked date NOT NULL, session text,
    starts time, ends time, covered text
"""


async def serve_bare(url: str) -> None:
    """An endpoint that inserts one row and knows nothing else: no trusts, no tokens, no rules, no events."""
    engine = create_async_engine(url, pool_size=10, max_overflow=0)
    names = ["kind", "profile_id", *_Work.model_fields]
    insert = text(
        f"INSERT INTO bare (record_id, {', '.join(names)}) VALUES (:record_id, {', '.join(f':{n}' for n in names)})"
    )
    app = FastAPI(openapi_url=None)

    @app.put("/bare/{record_id}")
    async def put(record_id: str, body: _Record) -> _Record:
        values: dict[str, Any] = {"kind": body.kind, "profile_id": body.profile_id, **body.attendance.model_dump()}
        async with engine.begin() as connection:
            await connection.execute(insert, {"record_id": record_id, **values})
        return body

    await answer(app, {"machine": "X-Nobody: 1", "person": "X-Nobody: 1"})


if __name__ == "__main__":
    configure_logs("ERROR")
    asyncio.run({"serve": serve_service, "bare": serve_bare}[sys.argv[1]](sys.argv[2]))
