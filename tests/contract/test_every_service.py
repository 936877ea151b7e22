"""What every service keeps, whatever it is for: its migrations, its tenancy, its API's manners."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from inspect import iscoroutinefunction, isroutine
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.util import CommandError
from fastapi.routing import APIRoute
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from esrlink.db.infrastructure import INFRASTRUCTURE_TABLES
from esrlink.db.migrations import alembic_config, downgrade, head_of, revision_of, upgrade
from esrlink.db.tenancy import protected_table_names, tenant_table_names, unprotected_tables
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.runtime import Definition, installed_services
from tests.conftest import RunService

SERVICES = installed_services()
each_service = pytest.mark.parametrize("service", SERVICES, ids=[s.name for s in SERVICES])
OPEN_TO_ALL = {"/live", "/ready", "/metrics"}
METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    name = f"migrated_{uuid4().hex[:12]}"
    postgres.ensure_database(name)
    yield postgres.owner_url(name)
    postgres.drop_database(name)


def test_all_four_services_are_installed() -> None:
    assert [s.name for s in SERVICES] == ["esr-gateway", "jobplan-adapter", "profile-sync", "submittals"]


@each_service
def test_migrations_go_up_and_down_from_empty(service: Definition, empty_database: str) -> None:
    upgrade(service.migrations, empty_database, app_role=APP_ROLE)
    downgrade(service.migrations, empty_database)
    engine = create_engine(sqlalchemy_url(empty_database), poolclass=NullPool)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    upgrade(service.migrations, empty_database, app_role=APP_ROLE)
    with engine.connect() as connection:
        assert revision_of(connection) == head_of(service.migrations)


@each_service
def test_migrations_and_tables_say_the_same(service: Definition, empty_database: str) -> None:
    upgrade(service.migrations, empty_database, app_role=APP_ROLE)
    engine = create_engine(sqlalchemy_url(empty_database), poolclass=NullPool)
    with engine.connect() as connection:
        try:
            command.check(alembic_config(service.migrations, connection))
        except CommandError as error:
            pytest.fail(str(error))


@each_service
def test_every_table_of_a_trust_is_under_the_policy(service: Definition, empty_database: str) -> None:
    upgrade(service.migrations, empty_database, app_role=APP_ROLE)
    assert tenant_table_names(service.metadata), "a service without any trust's data would be odd"
    engine = create_engine(sqlalchemy_url(empty_database), poolclass=NullPool)
    with engine.connect() as connection:
        assert unprotected_tables(connection, protected_table_names(service.metadata)) == []


@each_service
def test_only_the_register_and_the_machinery_are_without_a_trust(service: Definition) -> None:
    bare = {
        table.name
        for table in service.metadata.tables.values()
        if "vpd" not in table.columns or table.info.get("register", False)
    }
    assert bare - INFRASTRUCTURE_TABLES <= {"trust"}


@each_service
def test_the_running_role_owns_nothing(service: Definition, empty_database: str) -> None:
    upgrade(service.migrations, empty_database, app_role=APP_ROLE)
    engine = create_engine(sqlalchemy_url(empty_database), poolclass=NullPool)
    with engine.connect() as connection:
        owned = connection.execute(
            text("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = :role"), {"role": APP_ROLE}
        ).scalar()
    assert owned == 0


@each_service
async def test_every_operation_needs_someone(service: Definition, run_service: RunService) -> None:
    hub = await run_service(service)
    schema = hub.service.app.openapi()
    for path, operations in schema["paths"].items():
        if path in OPEN_TO_ALL:
            continue
        address = path.replace("{vpd}", "277").replace("{", "").replace("}", "")
        for method in METHODS & set(operations):
            answer = await hub.client.request(method, address)
            assert answer.status_code == 401, f"{method} {path} let nobody in: {answer.status_code}"


@each_service
async def test_every_page_sends_a_stranger_to_sign_in(service: Definition, run_service: RunService) -> None:
    hub = await run_service(service)
    answer = await hub.client.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


@each_service
async def test_every_operation_is_described_with_an_example(service: Definition, run_service: RunService) -> None:
    hub = await run_service(service)
    schema = await asyncio.to_thread(hub.service.app.openapi)
    lacking = []
    for path, operations in schema["paths"].items():
        if not path.startswith("/v1/"):
            continue
        for method in METHODS & set(operations):
            operation = operations[method]
            if not operation.get("summary"):
                lacking.append(f"{method} {path}: no summary")
            if "requestBody" in operation and not _shows_example(schema, operation["requestBody"]):
                lacking.append(f"{method} {path}: no example of the request")
            if not any(_shows_example(schema, answer) for code, answer in operation["responses"].items() if code < "3"):
                lacking.append(f"{method} {path}: no example of the answer")
    assert lacking == []


def _shows_example(schema: dict, holder: dict) -> bool:  # type: ignore[type-arg]
    """An example at the media type or in the model, or an answer without a body (or not in JSON)."""
    content = holder.get("content")
    if not content or "application/json" not in content:
        return True
    media = content["application/json"]
    return "example" in media or "examples" in media or _model_shows(schema, media.get("schema", {}))


def _model_shows(schema: dict, part: dict) -> bool:  # type: ignore[type-arg]
    if "examples" in part or "example" in part:
        return True
    if "$ref" in part:
        model = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
        return "examples" in model or any(_model_shows(schema, p) for p in model.get("properties", {}).values())
    if "items" in part:
        return _model_shows(schema, part["items"])
    return any(_model_shows(schema, one) for one in part.get("anyOf", []) + part.get("oneOf", []))


@each_service
async def test_no_request_waits_for_a_thread_to_look_something_up(service: Definition, run_service: RunService) -> None:
    """A dependency that is no coroutine goes through the pool of threads: a tenth of a millisecond each, for nothing."""
    running = await run_service(service)
    operations = list(_operations(running.service.app.routes))
    calls = {one.call for route in operations for one in _dependencies(route.dependant)}
    waiting = [one for one in calls if not iscoroutinefunction(one if isroutine(one) else one.__call__)]
    assert operations
    assert calls
    assert waiting == []


def _operations(routes: Sequence[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _operations(route.original_router.routes)


def _dependencies(dependant: Any) -> Iterator[Any]:
    for one in dependant.dependencies:
        yield one
        yield from _dependencies(one)
