"""`esrlink doctor` finds what is wrong with a set-up and says how to mend it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from esrlink.db.migrations import upgrade
from esrlink.doctor import Finding, examine
from esrlink.embedded import APP_ROLE, EmbeddedPostgres

from .test_process import SUBMITTALS


@pytest.fixture
async def set_up(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A whole set-up of one service in production; gives the name of its database, which is still empty."""
    name = f"doctor_{uuid4().hex[:8]}"
    await asyncio.to_thread(postgres.ensure_database, name)
    monkeypatch.setenv("SUBMITTALS_DATABASE_URL", postgres.app_url(name))
    monkeypatch.setenv("ESRLINK_BUS_URL", postgres.owner_url(name))
    monkeypatch.setenv("ESRLINK_ISSUER_URL", "https://id.example.org")
    monkeypatch.setenv("ESRLINK_SESSION_SECRET", "a secret for tests only")
    yield name
    await asyncio.to_thread(postgres.drop_database, name)


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
    assert bad(tmp_path)["submittals: role"].is_so == "can bypass row-level security"


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
