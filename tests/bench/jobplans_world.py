"""What `make bench-jobplans` starts from: a SARD of 3,000 job plans over HTTP, and the service's database after its first poll.

The plans are those that the sandbox invents, each many times over with owners of their own; one owner in five has an older
plan as well. The SARD answers 429 beyond its limit, as the real one does.
"""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import Any

import httpx
import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from esr_sandbox.settings import SandboxSettings
from esr_sandbox.world.job_plans import job_plans
from esr_sandbox.world.trusts import trust_of
from esr_sandbox.world.world import World
from esrlink.db.migrations import upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from jobplan_adapter.bootstrap import service as definition

VPD, PROVIDER = "277", "sard"
PLANS, OLDER_EACH = 3_000, 5
LIMIT = 10
"""Requests a second that the SARD allows."""

Resource = dict[str, Any]


def number_of(turn: int) -> str:
    """The ESR number of the owner of that plan."""
    return f"{10_000_000 + turn}"


def owners() -> int:
    """How many people the plans belong to."""
    return PLANS * OLDER_EACH // (OLDER_EACH + 1)


def create_sard() -> FastAPI:
    """The SARD as an application."""
    app = FastAPI(openapi_url=None)
    lists = {"users": [_user(turn) for turn in range(owners())], "online_job_plans": _plans()}
    asked: deque[float] = deque(maxlen=LIMIT + 2)

    @app.get("/api/v1/{name}")
    def page(name: str, page: int, per_page: int, request: Request) -> Response:
        now = time.monotonic()
        if len(asked) == asked.maxlen and now - asked[0] < 1:
            return JSONResponse({"errors": [{"status": "429"}]}, 429, headers={"Retry-After": "1"})
        asked.append(now)
        everything = lists[name]
        following = request.url.include_query_params(page=page + 1)
        more = page * per_page < len(everything)
        data = everything[(page - 1) * per_page : page * per_page]
        return JSONResponse({"data": data, "links": {"next": str(following) if more else None}})

    return app


async def fill(server: EmbeddedPostgres, name: str, sard: str, token_file: Path) -> None:
    """A database with the plans of the SARD at that address, and the row that the peer reads."""
    from tests.bench.jobplans_part import service_on

    server.ensure_database(name)
    upgrade(definition.migrations, server.owner_url(name), app_role=APP_ROLE)
    database, service, headers = service_on(sqlalchemy_url(server.app_url(name)))
    with psycopg.connect(server.owner_url(name), autocommit=True) as owner:
        known = "SELECT %s, (10000000 + n)::text, 1, false FROM generate_series(0, %s) AS n"
        owner.execute(f"INSERT INTO person (vpd, employee_number, revision, gone) {known}", (VPD, owners() - 1))
        owner.execute(_PEER)
        owner.execute(f"GRANT SELECT ON peer TO {APP_ROLE}")
    transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
    scheme, _, token = headers["machine"].partition(": ")
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bench", headers={scheme: token}, timeout=300
    ) as client:
        for answer in (
            await client.put(f"/v1/trusts/{VPD}", json=_settings(sard, token_file)),
            await client.post(f"/v1/providers/{VPD}/{PROVIDER}/poll"),
        ):
            if answer.status_code != 200:
                raise SystemExit(answer.text)
    if answer.json()["changed"] != PLANS:
        raise SystemExit(f"the first poll found {answer.text}")
    await database.close()
    with psycopg.connect(server.owner_url(name), autocommit=True) as owner:
        owner.execute("INSERT INTO peer SELECT (10000000 + n)::text, 'signed_off', DATE '2026-04-01', 7.5, 1.5, 1, 10, 42, true,"
                      f" 'A', '5%', 'Anaesthetics' FROM generate_series(0, {owners() - 1}) AS n")  # fmt: skip
        owner.execute("VACUUM ANALYZE")


_PEER = """
CREATE TABLE peer (
    employee_number text PRIMARY KEY, state text NOT NULL, effective_from date, dcc numeric, spa numeric, other numeric,
    total_pas numeric, working_weeks numeric, on_call boolean, on_call_category text, supplement text, specialty text
)
"""


def _settings(sard: str, token_file: Path) -> Resource:
    provider = {
        "name": PROVIDER,
        "kind": "sard",
        "url": sard,
        "email": "bench@sard.example",
        "token_file": str(token_file),
    }
    return {
        "ods_code": "RPG",
        "name": "Northcliffe University Hospitals",
        "departments": [{"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"}],
        "providers": [provider],
    }


def _user(turn: int) -> Resource:
    attributes = {
        "ui_employee_number": 10_000_000 + turn,
        "email": f"doctor.{turn}@bench.example",
        "dormant": False,
        "dummy_account": False,
        "has_job_planning": True,
    }
    return {"id": str(1_000 + turn), "type": "users", "attributes": attributes}


def _plans() -> list[Resource]:
    settings = SandboxSettings()
    trust = trust_of(VPD)
    assert trust is not None
    invented = job_plans(World.begin(trust, settings.seed, settings.anchor, 400))
    newest = [one.attributes for one in invented if one.plan_id.endswith("1")]
    older = [one.attributes for one in invented if one.plan_id.endswith("0")]
    people = owners()
    shown = [(f"{1_000 + turn}1", turn, newest[turn % len(newest)]) for turn in range(people)]
    shown += [(f"{1_000 + turn}0", turn, older[turn % len(older)]) for turn in range(0, people, OLDER_EACH)]
    return [
        {"id": plan_id, "type": "online_job_plans", "attributes": {**attributes, "owner_id": 1_000 + turn}}
        for plan_id, turn, attributes in shown
    ]
