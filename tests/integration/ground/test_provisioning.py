"""`esrlink databases` makes a production set-up's databases and roles, again and again, and gives nobody too much."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from esrlink.db.migrations import upgrade
from esrlink.db.provisioning import Wanted, make_databases
from esrlink.embedded import EmbeddedPostgres
from esrlink.errors import Conflict, Invalid, Unavailable
from esrlink.runtime import installed_services

from .test_process import SUBMITTALS, ended, process

PASSWORD = "a-password-for-tests"


@dataclass
class Names:
    """Databases and roles of one test on the shared server; whatever was made is removed afterwards."""

    server: EmbeddedPostgres
    mark: str = field(default_factory=lambda: uuid4().hex[:8])

    @property
    def administrator(self) -> str:
        return self.server.owner_url("postgres")

    def url(self, database: str, role: str, password: str = PASSWORD) -> str:
        address = self.server.owner_url(f"{self.mark}_{database}")
        return address.replace("//postgres:@", f"//{self.mark}_{role}:{password}@")

    def wanted(self, name: str, password: str = PASSWORD) -> Wanted:
        return Wanted(name, self.url(name, f"{name}_owner", password), self.url(name, f"{name}_app", password))

    def remove(self) -> None:
        with psycopg.connect(self.administrator, autocommit=True) as admin:
            for (name,) in admin.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{self.mark}%"]
            ).fetchall():
                admin.execute(sql.SQL("REASSIGN OWNED BY {} TO postgres").format(sql.Identifier(name)))
            for table, column in (("pg_database", "datname"), ("pg_roles", "rolname")):
                kind = sql.SQL("DATABASE" if table == "pg_database" else "ROLE")
                found = admin.execute(f"SELECT {column} FROM {table} WHERE {column} LIKE %s", [f"{self.mark}%"])
                for (name,) in found.fetchall():
                    admin.execute(sql.SQL("DROP {} {}").format(kind, sql.Identifier(name)))


@pytest.fixture
def names(postgres: EmbeddedPostgres) -> Iterator[Names]:
    made = Names(postgres)
    yield made
    made.remove()


def test_it_makes_what_a_service_needs_and_migrations_run_on_it(names: Names) -> None:
    wanted = names.wanted("submittals")
    make_databases(names.administrator, [wanted])
    upgrade(SUBMITTALS.migrations, wanted.owner_url, app_role=f"{names.mark}_submittals_app")
    with psycopg.connect(str(wanted.running_url)) as running:
        row = running.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,"
            " EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid) FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        assert row == (False,) * 5
        running.execute("CREATE TEMPORARY TABLE load (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            running.execute("CREATE TABLE mine (id int)")


def test_a_second_run_changes_nothing_but_a_password_that_is_another(names: Names) -> None:
    def passwords() -> list[str]:
        with psycopg.connect(names.administrator) as admin:
            rows = admin.execute(
                "SELECT rolpassword FROM pg_authid WHERE rolname LIKE %s ORDER BY rolname", [f"{names.mark}%"]
            )
            return [row[0] for row in rows.fetchall()]

    make_databases(names.administrator, [names.wanted("submittals", "hunter2")])
    first = passwords()
    assert [one.split("$")[0] for one in first] == ["SCRAM-SHA-256", "SCRAM-SHA-256"]
    make_databases(names.administrator, [names.wanted("submittals", "hunter3")])
    assert not set(first) & set(passwords())


def test_one_services_role_cannot_connect_to_anothers_database(names: Names) -> None:
    one, other = names.wanted("submittals"), names.wanted("gateway")
    make_databases(names.administrator, [one, other])
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(names.url("gateway", "submittals_app"))


def test_the_bus_owns_its_database(names: Names) -> None:
    bus = Wanted("bus", names.url("bus", "bus"))
    make_databases(names.administrator, [bus])
    with psycopg.connect(bus.owner_url) as connection:
        connection.execute("CREATE TABLE log (id int)")


@pytest.mark.parametrize(
    ("owner", "running", "says"),
    [
        (("a", "owner", ""), ("a", "app", "x"), "a password"),
        (("a", "owner", "x"), ("b", "app", "x"), "different databases"),
        (("a", "owner", "x"), ("a", "owner", "x"), "two roles"),
    ],
    ids=["no password", "two databases", "one role"],
)
def test_addresses_that_contradict_each_other_are_refused(
    names: Names, owner: tuple[str, str, str], running: tuple[str, str, str], says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        make_databases(names.administrator, [Wanted("submittals", names.url(*owner), names.url(*running))])


def test_the_administrator_is_nobodys_role_and_another_server_is_not_touched(names: Names) -> None:
    own = names.administrator.replace("//postgres:@", "//postgres:x@")
    with pytest.raises(Invalid, match="administrator"):
        make_databases(names.administrator, [Wanted("submittals", own)])
    with pytest.raises(Invalid, match="another server"):
        make_databases(names.administrator, [Wanted("submittals", "postgresql://o:x@db.example.org/s")])


def test_a_database_of_somebody_else_is_left_alone(names: Names, postgres: EmbeddedPostgres) -> None:
    postgres.ensure_database(f"{names.mark}_submittals")
    with pytest.raises(Conflict, match="belongs to 'postgres'"):
        make_databases(names.administrator, [names.wanted("submittals")])


def test_a_role_that_row_level_security_does_not_bind_is_not_taken(names: Names) -> None:
    with psycopg.connect(names.administrator, autocommit=True) as admin:
        admin.execute(f'CREATE ROLE "{names.mark}_submittals_app" BYPASSRLS')
    with pytest.raises(Conflict, match="bypass"):
        make_databases(names.administrator, [names.wanted("submittals")])


def test_an_administrator_of_a_managed_server_need_not_be_a_superuser(names: Names) -> None:
    with psycopg.connect(names.administrator, autocommit=True) as admin:
        admin.execute(f'CREATE ROLE "{names.mark}_admin" LOGIN CREATEROLE CREATEDB')
    administrator = names.administrator.replace("//postgres:@", f"//{names.mark}_admin@")
    for _ in range(2):
        make_databases(administrator, [names.wanted("submittals")])
    with psycopg.connect(names.wanted("submittals").owner_url) as owner:
        owner.execute("CREATE TABLE mine (id int)")


def test_a_server_that_does_not_answer_is_told_without_the_password(names: Names) -> None:
    with pytest.raises(Unavailable) as caught:
        make_databases("postgresql://postgres:hunter2@127.0.0.1:1/postgres", [])
    assert "hunter2" not in str(caught.value)


async def test_two_commands_at_once_make_everything_once(names: Names, tmp_path: Path) -> None:
    (tmp_path / "administrator").write_text(names.administrator + "\n")
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for definition in installed_services():
        one, prefix = names.wanted(definition.database_name), definition.database_name
        (secrets / f"{prefix}_migration_url").write_text(one.owner_url)
        (secrets / f"{prefix}_database_url").write_text(str(one.running_url))
    command = ["databases", "--administrator", str(tmp_path / "administrator")]
    with (
        process(*command, ESRLINK_SECRETS_DIR=str(secrets)) as one,
        process(*command, ESRLINK_SECRETS_DIR=str(secrets)) as two,
    ):
        for status, said in await asyncio.gather(ended(one), ended(two)):
            assert status == 0, said
            assert said.count("there") == len(installed_services())
