"""One trust never sees another's plans, work or leave: the database itself refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from esrlink.db import tenant_table_names
from esrlink.db.tenancy import unprotected_tables
from esrlink.db.urls import sqlalchemy_url
from jobplan_adapter.tables import metadata

TABLES = tenant_table_names(metadata)


@pytest.mark.parametrize("table", ["plan", "plan_version", "provider", "provider_user", "person"])
async def test_the_database_shows_a_transaction_only_the_trusts_that_it_stated(polled: Any, table: str) -> None:
    count = text(f"SELECT count(*) FROM {table}")
    for vpds, expected in ((["277"], True), (["312"], False), ([], False)):
        async with polled.running.database.read(vpds) as tx:
            assert (await tx.scalar(count) > 0) is expected


async def test_the_database_refuses_a_row_of_another_trust(polled: Any) -> None:
    insert = text("INSERT INTO person (vpd, employee_number, revision, gone) VALUES ('277', '1', 1, false)")

    with pytest.raises(DBAPIError, match="row-level security"):
        async with polled.running.database.write(["312"]) as tx:
            await tx.execute(insert)


async def test_every_table_with_a_trust_is_protected(hub: Any) -> None:
    engine = create_engine(sqlalchemy_url(hub.running.owner_url))
    with engine.connect() as connection:
        assert unprotected_tables(connection, TABLES) == []
    engine.dispose()


async def test_a_version_can_never_be_changed(polled: Any) -> None:
    with pytest.raises(DBAPIError, match="never changes"):
        async with polled.running.database.write(["277"]) as tx:
            await tx.execute(text("UPDATE plan_version SET state = 'signed_off'"))
