"""What a trust had set before editions is its first edition afterwards, and the way back keeps what is in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from esrlink.db import Database
from esrlink.db.migrations import downgrade, upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from submittals.bootstrap import service as definition
from submittals.trusts import editions
from submittals.trusts.dated import BEGINNING
from submittals.trusts.settings import TrustSettings
from tests.integration.submittals.conftest import SETTINGS

BEFORE = TrustSettings.model_validate(SETTINGS)
RATES = [
    {"grade": "YC72", "job_role": None, "staff_group": None, "rate": "520.00"},
    {"grade": None, "job_role": None, "staff_group": "Medical", "rate": "480.00"},
]
NAMES = ("ods_code", "name", "departments", "absence_types", "pay_elements", "cost_codes")
NAMES += ("retro_days", "hours_per_day", "period_type")


def configuration() -> dict[str, Any]:
    """Whole settings as they were stored before editions."""
    stored = {name: BEFORE.model_dump(mode="json")[name] for name in NAMES}
    stored["pay_elements"] = [
        one | {"rates": RATES if one["code"] == "EXTRA" else []} for one in stored["pay_elements"]
    ]
    return stored | {"retro_days": 75}


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The name of a database as the release before left it, with one trust."""
    name = f"editions_{uuid4().hex[:8]}"
    postgres.ensure_database(name)
    upgrade(definition.migrations, postgres.owner_url(name), app_role=APP_ROLE, to="0002")
    with psycopg.connect(postgres.owner_url(name)) as connection:
        connection.execute(
            "INSERT INTO trust VALUES ('277', 'ZX1', %s, %s, 4, now())", [BEFORE.name, json.dumps(configuration())]
        )
    yield name
    postgres.drop_database(name)


def stored(postgres: EmbeddedPostgres, name: str) -> Any:
    with psycopg.connect(postgres.owner_url(name)) as connection:
        row = connection.execute("SELECT configuration FROM trust").fetchone()
    return row and row[0]


async def test_what_was_set_is_the_first_edition(postgres: EmbeddedPostgres, database: str) -> None:
    upgrade(definition.migrations, postgres.owner_url(database), app_role=APP_ROLE)
    hub = Database(sqlalchemy_url(postgres.app_url(database)), service="submittals")
    try:
        async with hub.read(["277"]) as tx:
            settings = (await editions.dated(tx, "277")).on(BEGINNING)
            assert await editions.version_of(tx, "277") == 4
        assert [(card.element, card.grade, card.staff_group, str(card.rate)) for card in settings.rate_cards] == [
            ("EXTRA", "YC72", None, "520.00"),
            ("EXTRA", None, "Medical", "480.00"),
        ]
        assert (settings.retro_days, settings.departments, settings.absence_types, settings.pay_elements) == (
            75,
            BEFORE.departments,
            BEFORE.absence_types,
            BEFORE.pay_elements,
        )
        same = {name: getattr(settings, name) for name in type(settings).model_fields}
        async with hub.write(["277"]) as tx:
            whole = TrustSettings.model_validate(same)
            now = datetime(2026, 8, 3, tzinfo=UTC)
            before = await editions.begin_whole(tx, "277", whole, now)
            changed = await editions.put_whole(tx, "277", before, whole, BEGINNING, by="test", now=now)
        assert changed == ["general"], "it has new figures; all the rest is stored as a put would store it"
    finally:
        await hub.close()


async def test_the_way_back_keeps_what_is_in_force(postgres: EmbeddedPostgres, database: str) -> None:
    before = stored(postgres, database)
    upgrade(definition.migrations, postgres.owner_url(database), app_role=APP_ROLE)
    hub = Database(sqlalchemy_url(postgres.app_url(database)), service="submittals")
    later = TrustSettings(ods_code="ZX1", name=BEFORE.name, retro_days=10, cost_codes=("E9",))
    try:
        async with hub.write(["277"]) as tx:
            now = datetime(2026, 8, 3, tzinfo=UTC)
            first = await editions.begin_whole(tx, "277", later, now)
            await editions.put_whole(tx, "277", first, later, date(2001, 1, 1), by="test", now=now)
            to_come = later.model_copy(update={"retro_days": 1})
            await editions.put_whole(tx, "277", first, to_come, date(2090, 1, 1), by="test", now=now)
    finally:
        await hub.close()
    downgrade(definition.migrations, postgres.owner_url(database), to="0002")
    assert stored(postgres, database) == before | {"retro_days": 10, "cost_codes": ["E9"]}
