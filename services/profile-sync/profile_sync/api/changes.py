"""The change feed: what became of links, people and onboarding since a client last asked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from esrlink.contracts.types import ProfileKey
from esrlink.http import problem_responses
from esrlink.http.trust import VpdQuery
from esrlink.runtime import Parts
from profile_sync.api import examples
from profile_sync.api.profiles import CanRead
from profile_sync.api.shown import sees_contacts, without_contacts
from profile_sync.changes.feed import Part, Wanted, cursor_at, place_of, read_changes
from profile_sync.changes.numbering import Bell, number
from profile_sync.changes.recording import TOPICS
from profile_sync.changes.waiting import WaitingRoom, wait_for_changes

Topic = Literal["person.changed", "profile.linked", "profile.unlinked", "profile.review_needed", "profile.onboarded"]
LONGEST_WAIT = 60


class FeedEntry(BaseModel):
    """One change. But for `person.changed`, it is the event of that topic, with the same fields."""

    cursor: str = Field(description="Go on from here if you stop behind this change.")
    topic: Topic
    vpd: str
    employee_number: str | None = Field(description="The person, where there is one.")
    profile: ProfileKey | None = Field(description="The profile; null where a person changed.")
    revision: int | None = Field(description="Of the person, or of the profile's link: the newest wins.")
    changed_at: datetime
    data: dict[str, JsonValue] = Field(
        description="The rest of the event; nothing for `person.changed`: read the person. Ignore fields that you do not know."
    )


class ChangesAnswer(BaseModel):
    """Changes in the order of their commits, and where to go on."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGES]})

    items: list[FeedEntry]
    next: str = Field(
        description="`after` of your next request, also when there are no items. Keep it: it stays valid."
    )
    more: bool = Field(description="There may be more just now: ask again without waiting.")


def router(parts: Parts, bell: Bell, room: WaitingRoom) -> APIRouter:
    """The operation `/v1/changes`."""
    api = APIRouter(prefix="/v1", tags=["changes"])
    database = parts.database

    @api.get(
        "/changes",
        operation_id="listChanges",
        summary="Follow what changes: links, people and onboarding, in your trusts and departments",
        description="Begin with the cursor `changes` of the first page of `GET /v1/profiles`, then go on from `next` of each "
        "answer. Nothing is left out, and the changes of one person come in their order; a change may come twice. With "
        "`wait`, the answer comes when there is something, or empty when the time is over. A cursor whose changes are "
        "forgotten is answered 410: list your profiles anew.",
        responses=problem_responses(401, 403, 404, 410, 422, 503),
    )
    async def changes(
        principal: CanRead,
        vpd: VpdQuery = None,
        after: Annotated[
            str | None,
            Query(max_length=200, description="`next` of the answer before; from the oldest kept without it."),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        wait: Annotated[
            int, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for a change, if there is none yet.")
        ] = 0,
        topic: Annotated[list[Topic] | None, Query(description="Only these topics; may be repeated.")] = None,
    ) -> ChangesAnswer:
        if vpd is not None:
            principal.require_vpd(vpd)
        vpds = {vpd} if vpd else principal.vpds
        wanted = Wanted(vpds, topic or TOPICS, principal.departments)
        place, is_given = place_of(after), after is not None

        async def read() -> Part:
            async with database.read(vpds) as tx:
                return await read_changes(tx, wanted, place, limit, is_given=is_given)

        await number(database, vpds)
        part = await read()
        if wait and not part.changes and not part.more:
            # What was looked through and left out need not be looked through again.
            place, is_given = part.place, is_given or part.place > 0
            with room.seat(principal.subject):
                part = await wait_for_changes(bell, vpds, wait, read)
        contacts = sees_contacts(principal)
        return ChangesAnswer(
            items=[feed_entry(row, contacts=contacts) for row in part.changes],
            next=cursor_at(part.place),
            more=part.more,
        )

    return api


def feed_entry(row: Any, *, contacts: bool) -> FeedEntry:
    """A row of the feed, as this caller may see it."""
    profile = {name: getattr(row, name) for name in ("product", "department", "profile_id")}
    data = row.data or {}
    return FeedEntry(
        cursor=cursor_at(row.position),
        topic=row.topic,
        vpd=row.vpd,
        employee_number=row.employee_number,
        profile=ProfileKey(**profile) if row.profile_id is not None else None,
        revision=row.revision,
        changed_at=row.changed_at,
        data=data if contacts else without_contacts(data),
    )
