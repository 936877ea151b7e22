"""What `make bench-submittals` starts from: trusts' people with posts, profiles and a pay calendar, and years of their records.

Thirty departments in two products. Each person has a profile in two departments, and as many records as make the number asked
for, spread over three years: one in five is leave, most have landed, one in a hundred waits for a validator.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg

from esrlink.db.migrations import upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from submittals.bootstrap import service as definition
from submittals.examples import TRUST

VPD = "277"
PEOPLE, DEPARTMENTS = 20_000, 30
_DAYS = 3 * 365


def product(department: int) -> str:
    """The product of a department: two in three departments use the first."""
    return "clwrota" if department % 3 else "medirota"


async def fill(server: EmbeddedPostgres, name: str, stored: int, holders: int = PEOPLE) -> None:
    """A database with so many stored records, all of them of so many people."""
    from tests.bench.submittals_part import service_on

    server.ensure_database(name)
    upgrade(definition.migrations, server.owner_url(name), app_role=APP_ROLE)
    database, service, headers = service_on(sqlalchemy_url(server.app_url(name)))
    transport = httpx.ASGITransport(service.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        scheme, _, token = headers["machine"].partition(": ")
        put = await client.put(f"/v1/trusts/{VPD}", json=_settings(), headers={scheme: token})
        if put.status_code != 200:
            raise SystemExit(put.text)
    await database.close()
    today = datetime.now(UTC).date()
    values = {
        "vpd": VPD, "people": PEOPLE, "holders": holders, "departments": DEPARTMENTS, "stored": stored, "days": _DAYS,
        "today": today,
    }  # fmt: skip
    with psycopg.connect(server.owner_url(name), autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # no checks row by row
        for statement in _LOAD:
            owner.execute(statement, values)
        owner.execute("VACUUM ANALYZE")


def record(turn: int, attempt: int) -> dict[str, Any]:
    """A record to put: extra work of the last weeks, each at a time of its own."""
    person, again = turn % PEOPLE, turn // PEOPLE
    # Stored records are of one to three days in each ten: these are of others, and no two of a person are of one day.
    day = datetime.now(UTC).date() - timedelta(days=6 + 10 * ((turn * 13 + again * 3) % 6) + turn % 3)
    department = person % DEPARTMENTS
    start = 8 + turn % 3 * 4
    return {
        "product": product(department),
        "department": f"d{department}",
        "record_id": f"n{attempt}-{turn}",
        "kind": "attendance",
        "profile_id": f"p{person}",
        "attendance": {
            "date_worked": day.isoformat(),
            "session": f"Theatre {turn % 9} list",
            "starts": f"{start:02}:00",
            "ends": f"{start + 4:02}:00",
            "covered": f"p{(person + DEPARTMENTS) % PEOPLE}",
        },
    }


def _settings() -> dict[str, Any]:
    departments = [
        {"product": product(n), "department": f"d{n}", "name": f"Department {n}", "cost_code": f"E{10_000 + n}"}
        for n in range(DEPARTMENTS)
    ]
    return {**TRUST, "departments": departments}


# Person n works in department n mod 30, and n + 1 mod 30: see `record`.
_PLACE = "CASE WHEN d %% 3 = 0 THEN 'medirota' ELSE 'clwrota' END, 'd' || d"
_LOAD: tuple[Any, ...] = (
    """
    INSERT INTO person (vpd, employee_number, revision, gone)
    SELECT %(vpd)s, 'S' || n, 1, false FROM generate_series(0, %(people)s - 1) AS n
    """,
    """
    INSERT INTO assignment (vpd, employee_number, assignment_number, effective_from, effective_to, status, is_primary,
                            staff_group, job_role, grade, cost_centre)
    SELECT %(vpd)s, 'S' || n, 'S' || n || CASE post WHEN 1 THEN '' ELSE '-2' END, date '2015-01-01', NULL,
           'Active Assignment', post = 1, 'Medical and Dental', 'Consultant', 'YC72', 'E' || 10000 + (n + post - 1) %% 30
      FROM generate_series(0, %(people)s - 1) AS n, generate_series(1, 2) AS post WHERE post = 1 OR n %% 4 = 0
    """,
    f"""
    INSERT INTO profile_link (vpd, product, department, profile_id, employee_number, revision)
    SELECT %(vpd)s, {_PLACE}, 'p' || n, 'S' || n, 1
      FROM generate_series(0, %(people)s - 1) AS n, generate_series(0, 1) AS k,
           LATERAL (SELECT (n + k) %% %(departments)s AS d) AS place
    """,
    "INSERT INTO calendar (vpd, revision) VALUES (%(vpd)s, 1)",
    """
    INSERT INTO cut_off (vpd, run_code, pay_name, at, pay_date)
    SELECT %(vpd)s, 'MN' || to_char(month, 'YYMM'), to_char(month, 'FMMonth YYYY') || ' pay',
           month + interval '1 month 12 hours', to_char(month + interval '27 days', 'YYYY-MM-DD')
      FROM generate_series(date_trunc('month', %(today)s::timestamptz) - interval '36 months',
                           date_trunc('month', %(today)s::timestamptz) + interval '12 months', interval '1 month') AS month
    """,
    """
    CREATE TEMPORARY TABLE told AS
    SELECT gen_random_uuid() AS id, n, n %% %(holders)s AS person, (n %% %(holders)s) %% %(departments)s AS d,
           CASE WHEN n %% 5 = 0 THEN 'absence' ELSE 'attendance' END AS kind,
           %(today)s::date - (1 + (n / %(holders)s) * greatest(1, %(days)s / greatest(1, %(stored)s / %(holders)s))
                              + n %% 3)::int AS day,
           CASE WHEN n %% 100 = 7 THEN 'enriched' WHEN n %% 100 = 9 THEN 'pending' ELSE 'landed' END AS state
      FROM generate_series(0, %(stored)s - 1) AS n
    """,
    f"""
    INSERT INTO submittal (vpd, id, product, department, record_id, profile_id, kind, version, employee_number,
                           first_day, last_day, state, outcome, sent, findings, created_at, updated_at)
    SELECT %(vpd)s, id, {_PLACE}, 'r' || n, 'p' || person, kind, 1, 'S' || person, day, day, state,
           CASE WHEN state = 'landed' THEN 'landed' END, state = 'landed', '[]', day + time '18:00', day + time '18:00'
      FROM told
    """,
    """
    INSERT INTO submittal_version (vpd, submittal_id, version, given, content, content_hash, put_hash, employee_number,
                                   assignment_number, rules_version, made_at)
    SELECT %(vpd)s, id, 1, content, content, md5(n::text), md5(n::text), 'S' || person, 'S' || person, '2026.1',
           day + time '18:00'
      FROM told, LATERAL (SELECT CASE kind
             WHEN 'absence' THEN jsonb_build_object('absence_type', 'Annual Leave', 'start_date', day, 'end_date', day,
                                                    'hours', '7.50')
             ELSE jsonb_build_object('date_worked', day, 'session', 'Theatre ' || n %% 9, 'starts', '18:00', 'ends', '22:00',
                                     'pay_element', 'EXTRA', 'units', '1', 'unit', 'sessions', 'rate', '500.00',
                                     'amount', '500.00', 'cost_code', 'E10001') END AS content) AS said
    """,
    """
    INSERT INTO decision (vpd, submittal_id, number, kind, version, by, at, took_back, client)
    SELECT %(vpd)s, id, number, (ARRAY['submitted', 'enriched', 'validated', 'approved'])[number], 1,
           (ARRAY['p', 'admin', 'lead', 'manager'])[number], day + time '18:00', false, 'rota'
      FROM told, generate_series(1, CASE state WHEN 'pending' THEN 1 WHEN 'enriched' THEN 2 ELSE 4 END) AS number
    """,
)
