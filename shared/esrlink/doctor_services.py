"""What `esrlink doctor` looks at in production: each service's database, the bus between them, and the issuer of tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
from pydantic import ValidationError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from esrlink.auth.issuer_keys import IssuerKeys
from esrlink.bus.connect import bus_from_url
from esrlink.db.migrations import head_of, revision_of
from esrlink.db.tenancy import protected_table_names, unprotected_tables
from esrlink.db.urls import sqlalchemy_url
from esrlink.errors import EsrLinkError
from esrlink.runtime import Definition
from esrlink.settings import Mode, ServiceSettings

# Somebody waits at a terminal; a network that swallows packets would let them wait for minutes.
_PATIENCE_SECONDS = 30.0
# What signing people in needs of the issuer's discovery document, beside its keys.
_ENDPOINTS = ("authorization_endpoint", "token_endpoint")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is good, how it is, and what to do when it is not."""

    what: str
    good: bool
    is_so: str
    mend: str = ""


def look_at_service(definition: Definition) -> list[Finding]:
    """Nothing for a service that has no production settings in this environment: the try-out needs none."""
    given = _given(definition)
    url = given.database_url.get_secret_value()
    if not url:
        return []
    missing = [name for name, value in given.needed_in_production().items() if not value]
    if missing:
        return [
            Finding(
                f"{definition.name}: settings",
                good=False,
                is_so=f"missing: {', '.join(missing)}",
                mend="set them; see docs/reference/settings.md",
            )
        ]
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return [check(definition, connection) for check in _DATABASE_CHECKS]
    except SQLAlchemyError:
        address = engine.url.render_as_string(hide_password=True)
        mend = "check the address, the network and the password; see docs/runbooks/database-down.md"
        return [Finding(f"{definition.name}: database", good=False, is_so=f"no answer at {address}", mend=mend)]
    finally:
        engine.dispose()


def _revision(definition: Definition, connection: Connection) -> Finding:
    now, head = revision_of(connection), head_of(definition.migrations)
    return Finding(
        f"{definition.name}: migrations",
        now == head,
        f"at {now}, newest {head}",
        f"run: esrlink migrate {definition.name}",
    )


def _role(definition: Definition, connection: Connection) -> Finding:
    row = connection.execute(
        text(
            "SELECT rolsuper OR rolbypassrls AS above,"
            " EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p')) AS owns"
            " FROM pg_roles WHERE rolname = current_user"
        )
    ).one()
    faults = [
        fault for fault, there in (("can bypass row-level security", row.above), ("owns tables", row.owns)) if there
    ]
    return Finding(
        f"{definition.name}: role",
        not faults,
        " and ".join(faults) or "bound by row-level security",
        "use a role without SUPERUSER and BYPASSRLS that owns no table: esrlink databases makes one",
    )


def _policies(definition: Definition, connection: Connection) -> Finding:
    bare = unprotected_tables(connection, protected_table_names(definition.metadata))
    return Finding(
        f"{definition.name}: tenancy",
        not bare,
        f"without policy: {', '.join(bare)}" if bare else "every table of a trust is protected",
        f"run: esrlink migrate {definition.name}",
    )


_DATABASE_CHECKS: tuple[Callable[[Definition, Connection], Finding], ...] = (_revision, _role, _policies)


def look_at_surroundings(services: Sequence[Definition]) -> list[Finding]:
    """The bus and the issuer, each once however many services name it; nothing where none is set up for production."""
    given = [one for one in map(_given, services) if one.database_url.get_secret_value()]
    buses = {one.bus_url.get_secret_value() for one in given} - {""}
    issuers = {one.issuer_url for one in given} - {""}
    findings = [finding for url in sorted(buses) for finding in _bus(url)]
    return findings + [_issuer(url) for url in sorted(issuers)]


def _given(definition: Definition) -> ServiceSettings:
    """What the environment says, complete or not."""
    return definition.settings(mode=Mode.TRYOUT)


def _bus(url: str) -> list[Finding]:
    what = "bus"
    try:
        bus = bus_from_url(url)
    except ValueError as error:
        mend = "see ESRLINK_BUS_URL and ESRLINK_KAFKA_* in docs/reference/settings.md"
        return [Finding(what, good=False, is_so=_told(error), mend=mend)]

    async def reach() -> None:
        try:
            await bus.start()
        finally:
            await bus.stop()

    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    runbook = "kafka-down" if parts.scheme == "kafka" else "database-down"
    if why := _why_not(reach):
        mend = f"check the address, the network and the credentials; see docs/runbooks/{runbook}.md"
        return [Finding(what, good=False, is_so=f"no answer at {address} ({why})", mend=mend)]
    there = Finding(what, good=True, is_so=f"answers at {address}")
    return [there, _topics(url)] if parts.scheme == "kafka" else [there]


def _topics(url: str) -> Finding:
    from esrlink.bus.kafka import KafkaSettings, servers_of
    from esrlink.bus.kafka.topics import differences

    found: set[str] = set()

    async def compare() -> None:
        found.update(one.topic for one in await differences(servers_of(url), KafkaSettings()))

    if why := _why_not(compare):
        return Finding(
            "topics", good=False, is_so=f"cannot be looked at ({why})", mend="see docs/runbooks/kafka-down.md"
        )
    return Finding(
        "topics",
        good=not found,
        is_so=f"not as declared: {', '.join(sorted(found))}" if found else "as declared",
        mend="see `esrlink topics diff`, then run: esrlink topics apply",
    )


def _issuer(url: str) -> Finding:
    what, keys = "issuer", IssuerKeys(url)
    lacking: list[str] = []

    async def ask() -> None:
        metadata, found = await keys.metadata(), await keys.keys()
        lacking.extend(endpoint for endpoint in _ENDPOINTS if not metadata.get(endpoint))
        if not found.keys:
            lacking.append("a key to check tokens with")

    if why := _why_not(ask):
        mend = f"open {url.rstrip('/')}/.well-known/openid-configuration from here; it must name this very issuer"
        return Finding(what, good=False, is_so=f"no answer from {url} ({why})", mend=mend)
    if lacking:
        mend = "see docs/how-to/sign-in-with-your-identity-provider.md"
        return Finding(what, good=False, is_so=f"{url} does not tell: {', '.join(lacking)}", mend=mend)
    return Finding(what, good=True, is_so=f"{url} answers and has keys to check tokens with")


def _told(error: ValueError) -> str:
    """What is wrong with a setting, without its value."""
    if isinstance(error, ValidationError):
        return "; ".join(problem["msg"] for problem in error.errors(include_input=False, include_url=False))
    return str(error)


def _why_not(work: Callable[[], Awaitable[None]]) -> str:
    """Nothing when `work` is done in time; else the class of what stood in its way, or our own sentence: never a value."""

    async def in_time() -> None:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await work()

    try:
        asyncio.run(in_time())
    except EsrLinkError as error:
        return error.detail
    except (OSError, psycopg.Error) as error:
        return type(error).__name__
    return ""
