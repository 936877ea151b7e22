"""Planned against delivered of a whole trust, for `make bench-jobplans`: 3,000 people over a year, two million pieces of work.

Each person has a plan with a timetable, every tenth a second version from mid-year, leave and sickness, and some paid extra work.
The work is summed up by the service's own loop before anything is measured; then a client asks for everybody's figures, as JSON.
`BENCH_WORK` sets how much work is stored.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import text

from esrlink.clock import FixedClock
from esrlink.db import Database
from esrlink.db.migrations import upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from jobplan_adapter.bootstrap import service as definition
from jobplan_adapter.delivery.telling import Telling
from jobplan_adapter.plans.plan import Plan
from jobplan_adapter.trusts import DepartmentSettings, TrustSettings
from tests.bench.profiles_load import Request, connected
from tests.bench.report import Figure
from tests.bench.serving import served

VPD = "277"
PEOPLE, DEPARTMENTS = 3_000, 30
WORK = int(os.environ.get("BENCH_WORK", "2000000"))
FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
NOW = datetime(2026, 4, 7, 8, tzinfo=UTC)
BAR_SECONDS = 2.0
_ASK = f"/jobplan-adapter/v1/trusts/{VPD}/delivery?from={FIRST}&to={LAST}&limit=5000"


def fill(server: EmbeddedPostgres, name: str) -> None:
    """A database with a trust's people, plans, leave, paid extra work and a year of work."""
    server.ensure_database(name)
    upgrade(definition.migrations, server.owner_url(name), app_role=APP_ROLE)
    values = {
        "vpd": VPD,
        "people": PEOPLE,
        "departments": DEPARTMENTS,
        "work": WORK,
        "first": FIRST,
        "days": (LAST - FIRST).days + 1,
        "before": json.dumps(_plan(date(2024, 4, 1), "7.5").model_dump(mode="json")),
        "after": json.dumps(_plan(date(2025, 10, 1), "6.5").model_dump(mode="json")),
        "now": NOW,
        "settings": json.dumps(_settings().model_dump(mode="json")),
    }
    with psycopg.connect(server.owner_url(name), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # no checks and triggers row by row
        for statement in _LOAD:
            owner.execute(statement, values)
        owner.execute("ANALYZE")
    asyncio.run(_summed_up(sqlalchemy_url(server.app_url(name))))
    with psycopg.connect(server.owner_url(name), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


def measure(url: str) -> float:
    """Seconds from asking for everybody's figures to having them, the second time."""

    async def work(told: dict[str, Any]) -> float:
        async with connected(told["port"], told["headers"]["machine"], 1) as (someone,):
            _whole(await someone.ask(Request("GET", _ASK)))
            begun = time.perf_counter()
            answer = await someone.ask(Request("GET", _ASK))
            seconds = time.perf_counter() - begun
        _whole(answer)
        return seconds

    with served("tests.bench.jobplans_part", "serve", url) as told:
        return asyncio.run(work(told))


def figures(runs: Sequence[float]) -> list[Figure]:
    """The row of the report."""
    what = f"delivery of {PEOPLE:,} people over a year, {WORK:,} pieces of work"
    return [Figure(what, "s", tuple(runs), BAR_SECONDS)] if runs else []


def _whole(answer: bytes) -> None:
    """Figures that leave people or work out are no speed."""
    told = json.loads(answer)
    delivered = {one["category"]: float(one["delivered"]) for one in told["totals"]}
    if told["count"] != PEOPLE or len(told["people"]) != PEOPLE or sum(delivered.values()) < 0.9 * WORK:
        raise SystemExit(f"{told['count']} people, {delivered}")


async def _summed_up(url: str) -> None:
    database = Database(url, service=definition.name, clock=FixedClock(NOW))
    async with database.write([VPD]) as tx:
        await tx.execute(
            text(
                "INSERT INTO touched (vpd, employee_number, every_month) SELECT vpd, employee_number, true FROM person"
            )
        )
    await Telling(database, database.clock, timedelta(seconds=1)).look()
    await database.close()


def _settings() -> TrustSettings:
    departments = [
        DepartmentSettings(product="clwrota", department=f"d{n}", name=f"Department {n}") for n in range(DEPARTMENTS)
    ]
    return TrustSettings(ods_code="RPG", name="Northcliffe University Hospitals", departments=departments)


def _plan(begins: date, dcc: str) -> Plan:
    week = [
        {
            "weekday": day,
            "starts": f"{hour:02}:00",
            "ends": f"{hour + 4:02}:00",
            "category": category,
            "pas": {"value": "1"},
        }
        for day in ("monday", "tuesday", "wednesday", "thursday")
        for hour, category in ((8, "DCC"), (13, "DCC" if day != "monday" else "SPA"))
    ]
    return Plan.model_validate(
        {
            "plan_id": "P",
            "owner_id": "O",
            "provider_state": "completed",
            "effective_from": begins,
            "sign_offs": [{"role": role, "signed": True, "signed_on": begins} for role in ("Consultant", "Director")],
            "core_pas": {"value": "10"},
            "activities": [
                {"category": name, "pas": pas} for name, pas in (("DCC", dcc), ("SPA", "1.5"), ("APA", "0.5"))
            ],
            "working_weeks": {"value": "42"},
            "timetable": week,
            "specialty": "Anaesthetics",
        }
    )


_LOAD: tuple[Any, ...] = (
    """
    INSERT INTO trust (vpd, ods_code, name, configuration)
    VALUES (%(vpd)s, 'RPG', 'Northcliffe University Hospitals', %(settings)s)
    """,
    """
    INSERT INTO person (vpd, employee_number, revision, gone)
    SELECT %(vpd)s, 'S' || n, 1, false FROM generate_series(0, %(people)s - 1) AS n
    """,
    """
    INSERT INTO plan (vpd, provider, plan_id, owner_id, employee_number, version, content_hash, state, effective_from, updated_at)
    SELECT %(vpd)s, 'sard', 'p' || n, 'o' || n, 'S' || n, CASE n %% 10 WHEN 0 THEN 2 ELSE 1 END, 'h', 'signed_off', %(first)s,
           %(now)s
      FROM generate_series(0, %(people)s - 1) AS n
    """,
    """
    INSERT INTO plan_version (vpd, provider, plan_id, version, state, content, content_hash, recorded_at)
    SELECT %(vpd)s, 'sard', 'p' || n, version, 'signed_off',
           CASE version WHEN 1 THEN %(before)s::jsonb ELSE %(after)s::jsonb END, 'h' || version, %(now)s
      FROM generate_series(0, %(people)s - 1) AS n, generate_series(1, CASE n %% 10 WHEN 0 THEN 2 ELSE 1 END) AS version
    """,
    """
    INSERT INTO absence (vpd, submittal_id, version, employee_number, absence_type, starts, start_part, ends, end_part)
    SELECT %(vpd)s, gen_random_uuid(), 1, 'S' || n, CASE k %% 3 WHEN 0 THEN 'Sickness' ELSE 'Annual Leave' END,
           %(first)s::date + k * 45 + n %% 20, 'full', %(first)s::date + k * 45 + n %% 20 + 4, 'full'
      FROM generate_series(0, %(people)s - 1) AS n, generate_series(0, 7) AS k
    """,
    """
    CREATE TEMPORARY TABLE given AS
    SELECT n, n / %(people)s AS m, n %% %(people)s AS person, (n %% %(people)s) %% %(departments)s AS department,
           %(first)s::date + ((n / %(people)s) * %(days)s / greatest(1, %(work)s / %(people)s) %% %(days)s)::int AS day
      FROM generate_series(0, %(work)s - 1) AS n
    """,
    """
    INSERT INTO work (vpd, product, department, work_id, employee_number, date, session, category, pas, hours, sessions, premium,
                      cancelled, version, updated_at)
    SELECT %(vpd)s, 'clwrota', 'd' || department, 'w' || n, 'S' || person, day, 'Theatre ' || n %% 9,
           CASE m %% 6 WHEN 0 THEN 'SPA' WHEN 1 THEN 'APA' ELSE 'DCC' END, CASE m %% 4 WHEN 0 THEN 1.25 END,
           CASE WHEN m %% 4 IN (1, 2) THEN 4 END, CASE m %% 4 WHEN 3 THEN 1 END, m %% 8 = 2, m %% 50 = 7, 1, %(now)s
      FROM given ORDER BY n
    """,
    """
    INSERT INTO extra (vpd, submittal_id, version, employee_number, product, department, record_id, date, session, units, unit)
    SELECT %(vpd)s, gen_random_uuid(), 1, 'S' || person, 'clwrota', 'd' || department, 'w' || n, day, 'Theatre ' || n %% 9, 4,
           'hours'
      FROM given WHERE n %% 97 = 5
    """,
)
