"""Reading profiles with their links: one, a list of a department, those that somebody must review."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by

from esrlink.db import ReadTx
from esrlink.db.questions import Question, as_json
from esrlink.db.rowset import rowset
from profile_sync.cursors import Cursor, not_ours
from profile_sync.links.rows import as_rows, candidates_of
from profile_sync.profiles.putting import FACTS
from profile_sync.rules.facts import Place, ProfileFacts
from profile_sync.rules.judging import Candidate
from profile_sync.tables import link, link_candidate, person, profile

Departments = Collection[str] | None
"""The "product/department" keys that a caller may see; none for all."""


@dataclass(frozen=True, slots=True)
class LinkedProfile:
    """A profile as stored, with its link."""

    vpd: str
    place: Place
    facts: ProfileFacts
    version: int
    updated_at: datetime
    link_id: UUID
    state: str
    employee_number: str | None
    rule: str | None
    made_by: str
    reason: str
    revision: int
    changed_at: datetime
    review_since: datetime | None
    candidates: tuple[Candidate, ...]
    candidate_names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: `limit` profiles after `cursor`, of one product, department or state where these are named.

    `employee_number` is the person whom the profiles are linked to.
    """

    product: str | None = None
    department: str | None = None
    state: str | None = None
    cursor: str | None = None
    limit: int = 100
    employee_number: str | None = None


_PROFILE_KEY = ("vpd", "product", "department", "profile_id")
_SAME = and_(*(link.c[name] == profile.c[name] for name in _PROFILE_KEY))
_KEY = (profile.c.product, profile.c.department, profile.c.profile_id)
_BY_KEY = Cursor(str, str, str)
_BY_WAIT = Cursor(str, str, str, str)
_NAME = (
    select(func.concat_ws(" ", person.c.given_name, person.c.family_name))
    .where(person.c.vpd == link_candidate.c.vpd, person.c.employee_number == link_candidate.c.employee_number)
    .correlate(link_candidate)
    .scalar_subquery()
)
_ONE_CANDIDATE = func.jsonb_build_array(
    link_candidate.c.employee_number, link_candidate.c.rule, link_candidate.c.score, link_candidate.c.parts, _NAME
)
_CANDIDATES = (
    select(func.jsonb_agg(aggregate_order_by(_ONE_CANDIDATE, link_candidate.c.rank)))
    .where(*(link_candidate.c[name] == profile.c[name] for name in _PROFILE_KEY))
    .correlate(profile)
    .scalar_subquery()
)


def _profiles(vpd: Any, departments: Departments) -> Select[Any]:
    statement = (
        select(
            profile,
            link.c.employee_number.label("linked_to"),
            *(link.c[name] for name in _LINK),
            _CANDIDATES.label("candidates"),
        )
        .join(link, _SAME)
        .where(profile.c.vpd == vpd, profile.c.deleted_at.is_(None))
    )
    return statement if departments is None else statement.where(in_departments(profile, departments))


_LINK = ("link_id", "state", "rule", "made_by", "reason", "revision", "changed_at", "review_since")


def in_departments(table: Any, departments: Collection[str]) -> ColumnElement[bool]:
    """Only rows of these "product/department" keys."""
    pairs = [tuple(key.partition("/")[::2]) for key in departments]
    return tuple_(table.c.product, table.c.department).in_(pairs)


# Made once: the making of a statement costs as much as its answer.
_VPD = bindparam("of_vpd", type_=Text)


def _at_places() -> Select[Any]:
    """Each place looked up by its key: joined freely, a plan that is kept reads the whole trust for each put."""
    given = rowset(profile, ["product", "department", "profile_id"])
    same = (getattr(given.c, name) == profile.c[name] for name in ("product", "department", "profile_id"))
    return select(_profiles(_VPD, None).where(*same).offset(0).lateral("here")).select_from(given)


_AT_PLACES = _at_places()
_OF_PERSON = (
    _profiles(_VPD, None).where(link.c.vpd == _VPD, link.c.employee_number == bindparam("of_number", type_=Text))
).order_by(*_KEY)


async def read_places(tx: ReadTx, vpd: str, places: Collection[Place]) -> dict[Place, LinkedProfile]:
    """These profiles of a trust; what is deleted or was never there is left out."""
    return await tx.answer(Question(_AT_PLACES, {"of_vpd": vpd, "rows": as_json(as_rows(places))}, _by_place))


def _by_place(rows: Sequence[Any]) -> dict[Place, LinkedProfile]:
    return {one.place: one for one in (_linked(row._asdict()) for row in rows)}


async def read_profiles_of_person(
    tx: ReadTx, vpd: str, employee_number: str, departments: Departments
) -> list[LinkedProfile]:
    """The profiles that are linked to a person, in the departments that the caller may see."""
    statement = _OF_PERSON if departments is None else _OF_PERSON.where(in_departments(profile, departments))
    who = {"of_vpd": vpd, "of_number": employee_number}
    return [_linked(row) for row in await tx.mappings(statement, who)]


async def list_profiles(
    tx: ReadTx, vpd: str, departments: Departments, page: Page
) -> tuple[list[LinkedProfile], str | None]:
    """A page of profiles by key, and the cursor of the next page."""
    statement = _narrowed(_profiles(vpd, departments), page)
    if page.cursor:
        statement = statement.where(tuple_(*_KEY) > tuple_(*_BY_KEY.read(page.cursor)))
    found = await _read(tx, statement.order_by(*_KEY).limit(page.limit + 1))
    return found[: page.limit], _following(found, page, lambda one: _BY_KEY.after(_place_key(one)))


async def list_reviews(
    tx: ReadTx, vpd: str, departments: Departments, page: Page
) -> tuple[list[LinkedProfile], str | None]:
    """A page of the profiles that a person must look at, those that wait longest first."""
    statement = _narrowed(_profiles(vpd, departments), page).where(link.c.review_since.isnot(None))
    # By the link's own columns, as its index has them: over two tables no index holds the place where a page begins.
    order = (link.c.review_since, link.c.product, link.c.department, link.c.profile_id)
    if page.cursor:
        since, *key = _BY_WAIT.read(page.cursor)
        statement = statement.where(tuple_(*order) > tuple_(_moment(since), *key))
    found = await _read(tx, statement.order_by(*order).limit(page.limit + 1))
    return found[: page.limit], _following(
        found, page, lambda one: _BY_WAIT.after([_iso(one.review_since), *_place_key(one)])
    )


def _narrowed(statement: Select[Any], page: Page) -> Select[Any]:
    wanted = (
        (profile.c.product, page.product),
        (profile.c.department, page.department),
        (link.c.state, page.state),
        (link.c.employee_number, page.employee_number),
    )
    return statement.where(*(column == value for column, value in wanted if value is not None))


async def _read(tx: ReadTx, statement: Select[Any]) -> list[LinkedProfile]:
    return [_linked(row) for row in await tx.mappings(statement)]


def _linked(row: Any) -> LinkedProfile:
    listed = row["candidates"] or ()
    return LinkedProfile(
        vpd=row["vpd"],
        place=Place(row["product"], row["department"], row["profile_id"]),
        facts=ProfileFacts(**{name: row[name] for name in FACTS}),
        version=row["version"],
        updated_at=row["updated_at"],
        employee_number=row["linked_to"],
        candidates=candidates_of([one[:4] for one in listed]),
        candidate_names={one[0]: one[4] for one in listed},
        **{name: row[name] for name in _LINK},
    )


def _place_key(one: LinkedProfile) -> list[str]:
    return [one.place.product, one.place.department, one.place.profile_id]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _following(found: Sequence[LinkedProfile], page: Page, cursor_of: Callable[[LinkedProfile], str]) -> str | None:
    return cursor_of(found[page.limit - 1]) if len(found) > page.limit else None


def _moment(said: str) -> datetime:
    try:
        return datetime.fromisoformat(said)
    except ValueError as error:
        raise not_ours() from error
