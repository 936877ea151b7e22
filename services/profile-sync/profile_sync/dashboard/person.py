"""A person's page: who they are on a day, their posts on a time line, registrations, profiles, and what ESR changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse

from esrlink.clock import today
from esrlink.contracts.types import EmployeeNumber, Vpd
from esrlink.errors import Invalid
from esrlink.web.wording import counted, day
from profile_sync.dashboard.desk import Desk, NameReader
from profile_sync.dashboard.revision_words import in_sentences
from profile_sync.dashboard.time_line import draw
from profile_sync.people.directory import PersonPicture, department_names, names_of, other_numbers, read_person
from profile_sync.people.revisions import revisions_of
from profile_sync.profiles.reading import read_profiles_of_person
from profile_sync.rules.reasons import in_words

# As long as it takes to renew one and to have it shown by ESR.
EXPIRES_SOON = timedelta(days=90)
_REVISIONS = 10


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration as the page shows it: `tone` and `words` say how long it still holds, `notice` where that is not long."""

    body: str
    number: str
    expires: date | None
    tone: str
    words: str
    notice: str | None


def router(desk: Desk) -> APIRouter:
    """The page at `/people/{vpd}/{employee_number}`."""
    page = APIRouter()

    @page.get("/people/{vpd}/{employee_number}")
    async def person(
        request: Request,
        reader: NameReader,
        vpd: Annotated[Vpd, Path()],
        employee_number: Annotated[EmployeeNumber, Path()],
        on: Annotated[str, Query(max_length=10)] = "",
        before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    ) -> HTMLResponse:
        reader.require_vpd(vpd)
        now = today(desk.parts.clock)
        async with desk.database.read(reader.vpds) as tx:
            picture = await read_person(tx, vpd, employee_number, _day(on) or now)
            profiles = await read_profiles_of_person(tx, vpd, employee_number, reader.departments)
            others = await other_numbers(tx, reader.vpds, picture.person)
            supervisors = await names_of(tx, vpd, {one.supervisor for one in picture.assignments if one.supervisor})
            revisions = await revisions_of(tx, vpd, employee_number, before=before, limit=_REVISIONS + 1)
            departments = await department_names(tx, vpd)
        return await desk.render(
            request,
            "person.html",
            reader,
            section="people",
            title=full_name(picture.person),
            above=(("people", "People"),),
            person=picture.person,
            picture=picture,
            is_today=picture.day == now,
            full_name=full_name,
            line=draw(picture.assignments, picture.day),
            registrations=_registrations(picture, now),
            profiles=profiles,
            why=in_words,
            departments=departments,
            others=others,
            supervisors=supervisors,
            revisions=[(row, in_sentences(row.changes)) for row in revisions[:_REVISIONS]],
            newest=f"?{_on(on)}#history" if before else None,
            older=_older(revisions, on),
        )

    return page


def full_name(person: Any) -> str:
    """Title, given name and family name, as far as they are known."""
    return " ".join(filter(None, (person.title, person.given_name, person.family_name)))


def _day(text: str) -> date | None:
    """The day in the address; none when it is left out. Raises `Invalid`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("A day is written 2026-08-03.", field="on") from error


def _registrations(picture: PersonPicture, now: date) -> Sequence[Registration]:
    return [_registration(**one, now=now) for one in picture.registrations]


def _registration(*, body: str, number: str, expires: date | None, now: date, **_: Any) -> Registration:
    tone, words, notice = "good", "Valid", None
    if expires is None:
        tone, words = "neutral", "No last day known"
    elif expires < now:
        tone, words, notice = "bad", "Expired", f"expired on {day(expires)}"
    elif expires - now <= EXPIRES_SOON:
        left = (expires - now).days
        tone, words = "warning", f"Expires in {counted(left, 'day')}" if left else "Expires today"
        notice = f"expires on {day(expires)}"
    told = f"Registration {number} with the {body} {notice}." if notice else None
    return Registration(body, number, expires, tone, words, told)


def _older(revisions: Sequence[Any], on: str) -> str | None:
    if len(revisions) <= _REVISIONS:
        return None
    return f"?{_on(on)}before={revisions[_REVISIONS - 1].revision}#history"


def _on(on: str) -> str:
    return f"on={on}&" if on else ""
