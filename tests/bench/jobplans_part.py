"""`python -m tests.bench.jobplans_part NAME [URL]`: one server of `make bench-jobplans`, in a process of its own.

`serve` is the service as it runs, without the relay and the loop of polls; `bare` is the peer of a summary; `sard` is the
provider that is polled.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from esrlink.auth.testing import TestIssuer
from esrlink.clock import SystemClock
from esrlink.db import Database
from esrlink.observability.logs import configure_logs
from esrlink.runtime import Parts, Service, collect_seldom
from esrlink.settings import Mode
from jobplan_adapter.bootstrap import service as definition
from tests.bench.jobplans_world import LIMIT, VPD, create_sard
from tests.bench.serving import answer

_SCOPES = ("jobplans:read", "work:write", "trusts:write", "exchange:operate")


def service_on(url: str) -> tuple[Database, Service, dict[str, str]]:
    """The service on this database, and the header of a machine client."""
    issuer = TestIssuer()
    settings = definition.settings(
        mode=Mode.TRYOUT,
        data_dir=Path(tempfile.gettempdir()),
        issuer_url=issuer.url,
        session_secret="a secret for the benchmark only, long enough",
        database_url=url,
        requests_per_second=LIMIT,
    )
    clock = SystemClock()
    database = Database(url, service=definition.name, clock=clock, pool_size=settings.pool_size)
    token = issuer.bearer(*_SCOPES, vpds=[VPD])["Authorization"]
    headers = {"machine": f"Authorization: {token}", "process": str(os.getpid())}
    return database, definition.build(settings, Parts(database, issuer.authenticator(settings), clock)), headers


async def serve_service(url: str) -> None:
    """The service under its name, as in production."""
    _, service, headers = service_on(url)
    collect_seldom()
    root = FastAPI(openapi_url=None)
    root.mount(f"/{definition.name}", service.app)
    await answer(root, headers)


class _Plan(BaseModel):
    employee_number: str
    state: str
    effective_from: date | None
    dcc: Decimal | None
    spa: Decimal | None
    other: Decimal | None
    total_pas: Decimal | None
    working_weeks: Decimal | None
    on_call: bool
    on_call_category: str | None
    supplement: str | None
    specialty: str | None


async def serve_bare(url: str) -> None:
    """An endpoint that reads one row and knows nothing else: no trusts, no tokens, no versions, no days."""
    engine = create_async_engine(url, pool_size=10, max_overflow=0)
    one = text("SELECT * FROM peer WHERE employee_number = :employee_number")
    app = FastAPI(openapi_url=None)

    @app.get("/bare/{employee_number}")
    async def read(employee_number: str) -> _Plan:
        async with engine.connect() as connection:
            row = (await connection.execute(one, {"employee_number": employee_number})).mappings().one_or_none()
        if row is None:
            raise HTTPException(404)
        return _Plan.model_validate(dict(row))

    await answer(app, {"machine": "X-Nobody: 1", "process": str(os.getpid())})


async def serve_sard() -> None:
    """The SARD of the benchmark."""
    await answer(create_sard(), {"machine": "X-Nobody: 1", "process": str(os.getpid())})


if __name__ == "__main__":
    configure_logs("ERROR")
    asyncio.run({"serve": serve_service, "bare": serve_bare, "sard": serve_sard}[sys.argv[1]](*sys.argv[2:]))
