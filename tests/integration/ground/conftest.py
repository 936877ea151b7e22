"""A database with one table of its own, under the same policy as every service's tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import Column, MetaData, Table, Text, create_engine, text
from sqlalchemy.pool import NullPool

from esrlink.db import Database, install
from esrlink.db.infrastructure import DEAD_LETTER_TABLES, NAMING
from esrlink.db.migrations import _grant
from esrlink.db.tenancy import enable_sql
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres

metadata = MetaData(naming_convention=NAMING)
install(metadata)
note = Table(
    "note", metadata, Column("vpd", Text, primary_key=True), Column("id", Text, primary_key=True), Column("text", Text)
)
# Every service keeps a register of its trusts.
register = Table(
    "trust", metadata, Column("vpd", Text, primary_key=True), Column("name", Text), info={"register": True}
)


@dataclass
class Ground:
    """The database as a service has it, and as its owner has it."""

    database: Database
    owner_url: str
    app_url: str


@pytest.fixture
async def ground(postgres: EmbeddedPostgres) -> AsyncIterator[Ground]:
    name = f"ground_{uuid4().hex[:12]}"
    await asyncio.to_thread(_make, postgres, name)
    app_url = sqlalchemy_url(postgres.app_url(name))
    database = Database(app_url, service="ground", pool_size=5)
    yield Ground(database, postgres.owner_url(name), app_url)
    await database.close()
    await asyncio.to_thread(postgres.drop_database, name)


def _make(postgres: EmbeddedPostgres, name: str) -> None:
    postgres.ensure_database(name)
    engine = create_engine(sqlalchemy_url(postgres.owner_url(name)), poolclass=NullPool)
    with engine.connect() as connection:
        metadata.create_all(connection)
        for table in ("note", *DEAD_LETTER_TABLES):
            connection.execute(text(enable_sql(table)))
        _grant(connection, APP_ROLE)
        connection.commit()
    engine.dispose()
