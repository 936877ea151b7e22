"""profile-sync on a database of its own, driven as its API and consumer drive it, for `make bench-links`."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast
from uuid import uuid4

from esrlink.bus import Handler
from esrlink.clock import FixedClock
from esrlink.contracts import Assignment, ProfileImported, Received, Registration, from_message, to_message
from esrlink.db import Database
from esrlink.db.migrations import upgrade
from esrlink.db.urls import sqlalchemy_url
from esrlink.embedded import APP_ROLE, EmbeddedPostgres
from esrlink.ids import new_id
from profile_sync.bootstrap import service
from profile_sync.events import on_profile_imported
from profile_sync.profiles.putting import Put, put_profiles
from profile_sync.profiles.reading import LinkedProfile, Page, list_profiles
from profile_sync.rules.facts import Place, ProfileFacts
from profile_sync.trusts import DepartmentSettings, TrustSettings, put_trust
from tests.bench.links_people import DEPARTMENTS, Human
from tests.bench.links_world import Given

VPD, PRODUCT = "277", "clwrota"
_NOW = datetime(2026, 8, 3, 8, 0, tzinfo=UTC)
# As large as the consumer and the API take them.
_PEOPLE, _PROFILES = 500, 5_000
_BODIES = {"P": "Health and Care Professions Council"}


@dataclass
class Hub:
    """A trust on profile-sync."""

    database: Database
    handler: Handler

    async def people(self, people: Sequence[Human], *, at_once: int = _PEOPLE) -> float:
        """Import people; gives the seconds that it took."""
        received = [_received(one) for one in people]
        begun = time.monotonic()
        for first in range(0, len(received), at_once):
            async with self.database.write([VPD]) as tx:
                await self.handler(tx, received[first : first + at_once])
        return time.monotonic() - begun

    async def profiles(self, profiles: Sequence[Given], *, at_once: int = _PROFILES) -> float:
        """Put profiles; gives the seconds that it took."""
        puts = [_put(one) for one in profiles]
        begun = time.monotonic()
        for first in range(0, len(puts), at_once):
            async with self.database.write([VPD]) as tx:
                refused = await put_profiles(tx, VPD, puts[first : first + at_once], now=_NOW, new_id=new_id)
            if refused:
                raise SystemExit(f"refused: {refused}")
        return time.monotonic() - begun

    async def links(self) -> AsyncIterator[LinkedProfile]:
        """All profiles with their links."""
        cursor: str | None = None
        while True:
            async with self.database.read([VPD]) as tx:
                found, cursor = await list_profiles(tx, VPD, None, Page(cursor=cursor, limit=_PROFILES))
            for one in found:
                yield one
            if cursor is None:
                return


@asynccontextmanager
async def a_hub(server: EmbeddedPostgres, name: str) -> AsyncIterator[Hub]:
    """A fresh database with a trust of all departments."""
    server.ensure_database(name)
    upgrade(service.migrations, server.owner_url(name), app_role=APP_ROLE)
    clock = FixedClock(_NOW)
    database = Database(sqlalchemy_url(server.app_url(name)), service=service.name, clock=clock)
    try:
        departments = tuple(DepartmentSettings(product=PRODUCT, department=slug(one), name=one) for one in DEPARTMENTS)
        async with database.write([VPD]) as tx:
            await put_trust(
                tx, VPD, TrustSettings(ods_code="ZX1", name="Alderbrook", departments=departments), clock.now()
            )
        yield Hub(database, on_profile_imported(clock, new_id))
    finally:
        await database.close()


def slug(department: str) -> str:
    """A department's short name in the product."""
    return department.lower().replace(" ", "-")


def _put(one: Given) -> Put:
    facts = ProfileFacts(
        family_name=one.family,
        given_name=one.given,
        employee_number=one.number,
        registration_number=one.registration,
        email=one.email,
        grade=one.grade,
        title=one.title,
    )
    return Put(Place(PRODUCT, slug(one.department), one.profile_id), facts)


def _received(one: Human) -> Received[ProfileImported]:
    message = to_message(imported(one), event_id=uuid4(), source="bench", time=_NOW)
    return cast("Received[ProfileImported]", from_message(message))


def imported(one: Human) -> ProfileImported:
    """A person as the gateway publishes them."""
    return ProfileImported(
        vpd=VPD,
        employee_number=one.number,
        revision=1,
        as_of=_NOW,
        source_file="GO_277_GDW_GDR_20260803_00001945.DAT",
        gone=one.gone,
        person_id=f"P{one.number}",
        nhs_unique_id=one.unique_id,
        title=one.title,
        family_name=one.family,
        given_name=one.given,
        middle_names=one.middle,
        preferred_name=one.preferred,
        previous_family_names=one.previous,
        email=one.email,
        registrations=tuple(_registrations(one)),
        assignments=(
            Assignment(
                assignment_number=one.number,
                effective_from=date(2020, 1, 1),
                status="Active Assignment",
                grade=one.grade,
                organisation=f"{VPD} {one.department}",
            ),
        ),
    )


def _registrations(one: Human) -> Iterable[Registration]:
    if one.registration:
        medical = "General Medical Council" if one.registration.isdigit() else "Nursing and Midwifery Council"
        yield Registration(body=_BODIES.get(one.registration[0], medical), number=one.registration)
