"""`esrlink doctor` finds what is wrong with a set-up and says how to mend it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from esrlink.db.migrations import upgrade
from esrlink.doctor import Finding, examine
from esrlink.embedded import APP_ROLE, BUS_ROLE, EmbeddedPostgres
from tests.issuer import served_issuer

from .test_process import SUBMITTALS


@pytest.fixture
async def set_up(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A whole set-up of one service in production; gives the name of its database, which is still empty."""
    name = f"doctor_{uuid4().hex[:8]}"
    await asyncio.to_thread(postgres.ensure_database, name)
    await asyncio.to_thread(postgres.ensure_database, f"{name}_bus", owner=BUS_ROLE)
    monkeypatch.setenv("SUBMITTALS_DATABASE_URL", postgres.app_url(name))
    monkeypatch.setenv("ESRLINK_BUS_URL", postgres.bus_url(f"{name}_bus"))
    monkeypatch.setenv("ESRLINK_SESSION_SECRET", "a secret for tests only")
    with served_issuer() as issuer:
        monkeypatch.setenv("ESRLINK_ISSUER_URL", issuer.url)
        yield name
    await asyncio.to_thread(postgres.drop_database, name)
    await asyncio.to_thread(postgres.drop_database, f"{name}_bus")


def bad(folder: Path, port: int = 0) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(folder, port) if not finding.good}


def test_a_good_set_up_is_found_good(set_up: str, postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    upgrade(SUBMITTALS.migrations, postgres.owner_url(set_up), app_role=APP_ROLE)
    assert set(bad(tmp_path)) <= {"page styles"}, "assets are built by npm, which a test of the ground does not need"


def test_migrations_that_have_not_run_are_found(set_up: str, tmp_path: Path) -> None:
    found = bad(tmp_path)
    assert found["submittals: migrations"].mend == "run: esrlink migrate submittals"
    assert found["submittals: tenancy"].is_so.startswith("without policy")


def test_a_role_that_row_level_security_does_not_bind_is_found(
    set_up: str, postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBMITTALS_DATABASE_URL", postgres.owner_url(set_up))
    assert bad(tmp_path)["submittals: role"].is_so.startswith("can bypass row-level security")


def test_a_role_that_owns_tables_is_found(
    set_up: str, postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBMITTALS_DATABASE_URL", postgres.bus_url(f"{set_up}_bus"))
    with psycopg.connect(postgres.bus_url(f"{set_up}_bus")) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    assert bad(tmp_path)["submittals: role"].is_so == "owns tables"


def test_settings_that_are_half_there_are_found(set_up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ESRLINK_BUS_URL")
    assert bad(tmp_path)["submittals: settings"].is_so == "missing: bus_url"


def test_a_database_that_does_not_answer_is_named_without_its_password(
    set_up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUBMITTALS_DATABASE_URL", "postgresql://app:hunter2@127.0.0.1:1/none")
    found = bad(tmp_path)["submittals: database"]
    assert "127.0.0.1:1" in found.is_so
    assert "hunter2" not in found.is_so


def test_a_port_in_use_is_found(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert "--port" in bad(tmp_path, port)[f"port {port}"].mend


@pytest.mark.parametrize(
    ("address", "runbook"),
    [("postgresql://bus:hunter2@127.0.0.1:1/none", "database-down"), ("kafka://127.0.0.1:1", "kafka-down")],
    ids=["postgresql", "kafka"],
)
def test_a_bus_that_does_not_answer_is_named_without_its_password(
    set_up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, runbook: str
) -> None:
    monkeypatch.setattr("esrlink.doctor_services._PATIENCE_SECONDS", 2.0)
    monkeypatch.setenv("ESRLINK_BUS_URL", address)
    found = bad(tmp_path)["bus"]
    assert "127.0.0.1:1" in found.is_so
    assert "hunter2" not in found.is_so
    assert f"docs/runbooks/{runbook}.md" in found.mend


def test_a_bus_of_no_known_kind_is_found(set_up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESRLINK_BUS_URL", "pigeon://loft")
    assert "ESRLINK_BUS_URL" in bad(tmp_path)["bus"].mend


async def test_topics_that_are_missing_on_kafka_are_found(
    set_up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kafka: str
) -> None:
    monkeypatch.setenv("ESRLINK_BUS_URL", f"kafka://{kafka}")
    monkeypatch.setenv("ESRLINK_KAFKA_PREFIX", f"{set_up}.")
    monkeypatch.setenv("ESRLINK_KAFKA_REPLICATION", "1")
    monkeypatch.setenv("ESRLINK_KAFKA_PARTITIONS", "1")
    found = await asyncio.to_thread(bad, tmp_path)
    assert "bus" not in found
    assert "esr.profile.imported" in found["topics"].is_so
    assert "esrlink topics apply" in found["topics"].mend


def test_an_issuer_that_does_not_answer_is_found(set_up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESRLINK_ISSUER_URL", "http://127.0.0.1:1/realm")
    assert ".well-known/openid-configuration" in bad(tmp_path)["issuer"].mend


def test_an_issuer_that_cannot_sign_people_in_is_found(
    set_up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served_issuer(lacks=("token_endpoint",)) as issuer:
        monkeypatch.setenv("ESRLINK_ISSUER_URL", issuer.url)
        assert "token_endpoint" in bad(tmp_path)["issuer"].is_so


def test_where_nothing_is_set_up_for_production_neither_bus_nor_issuer_is_looked_for(tmp_path: Path) -> None:
    assert not {"bus", "issuer"} & {finding.what for finding in examine(tmp_path, 0)}
