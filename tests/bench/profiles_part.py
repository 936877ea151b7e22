"""`python -m tests.bench.profiles_part NAME URL …`: one measured process of `make bench-profiles`.

`apply` takes its share of the news into effect as a replica's consumer does; `serve` and `bare` answer HTTP on a port that
they tell, as the service runs, without the relay, which `make bench-bus` measures.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from esrlink.auth import Role
from esrlink.auth.testing import TestIssuer, person, session_cookie
from esrlink.bus import Consumer
from esrlink.bus.consumer import BATCH
from esrlink.clock import SystemClock
from esrlink.contracts import Message
from esrlink.db import Database
from esrlink.observability.logs import configure_logs
from esrlink.runtime import Parts, Service, collect_seldom, under_its_name
from esrlink.settings import Mode
from profile_sync.bootstrap import service as definition
from tests.bench.links_hub import VPD
from tests.bench.serving import answer, say

_SCOPES = ("profiles:read", "profiles:write")
_BATCHES_TO_WARM_UP = 2


def _service(url: str, issuer: TestIssuer) -> tuple[Database, Service, dict[str, str]]:
    """The service on this database, and the headers of a machine client and of a person."""
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
    cookies = session_cookie(auth, person(Role.ADMINISTRATOR, vpds=[VPD]))
    headers = {
        "machine": f"Authorization: {issuer.bearer(*_SCOPES, vpds=[VPD])['Authorization']}",
        "person": "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    return database, definition.build(settings, Parts(database, auth, clock)), headers


async def apply(url: str, news: str) -> dict[str, Any]:
    """Take over what the bus hands one replica, once told to begin; tells how many, and the processor seconds of it."""
    messages = _read(news)
    database, service, _ = _service(url, TestIssuer())
    consumer = Consumer(definition.name, database, None, service.handlers)  # type: ignore[arg-type]
    collect_seldom()
    batches = [messages[at : at + BATCH] for at in range(0, len(messages), BATCH)]
    for batch in batches[:_BATCHES_TO_WARM_UP]:
        await consumer.apply(batch)
    say({"ready": True})
    sys.stdin.readline()
    used = time.process_time()
    for batch in batches[_BATCHES_TO_WARM_UP:]:
        await consumer.apply(batch)
    used = time.process_time() - used
    await database.close()
    return {"count": sum(map(len, batches[_BATCHES_TO_WARM_UP:])), "processor": used}


def _read(news: str) -> list[Message]:
    messages: list[Message] = pickle.loads(Path(news).read_bytes())  # noqa: S301 - ours
    return messages


async def serve_service(url: str) -> dict[str, Any]:
    """The service under its name, as in production."""
    _, service, headers = _service(url, TestIssuer())
    await answer(under_its_name(definition, service), headers)
    return {}


class _Row(BaseModel):
    employee_number: str | None = None
    registration_number: str | None = None
    title: str | None = None
    given_name: str | None = None
    family_name: str
    email: str | None = None
    grade: str | None = None


async def serve_bare(url: str) -> dict[str, Any]:
    """An endpoint that inserts one row and knows nothing else: no trusts, no tokens, no events."""
    engine = create_async_engine(url, pool_size=10, max_overflow=0)
    names = list(_Row.model_fields)
    insert = text(
        f"INSERT INTO bare (profile_id, {', '.join(names)}) VALUES (:profile_id, {', '.join(f':{n}' for n in names)})"
    )
    app = FastAPI(openapi_url=None)

    @app.put("/bare/{profile_id}")
    async def put(profile_id: str, body: _Row) -> _Row:
        async with engine.begin() as connection:
            await connection.execute(insert, {"profile_id": profile_id, **body.model_dump()})
        return body

    await answer(app, {"machine": "X-Nobody: 1", "person": "X-Nobody: 1"})
    return {}


PARTS = {"apply": apply, "serve": serve_service, "bare": serve_bare}

if __name__ == "__main__":
    configure_logs("ERROR")
    say(asyncio.run(PARTS[sys.argv[1]](*sys.argv[2:])))
