"""Profiles: what rota products put, one or thousands at once. The same put again changes nothing and tells nobody.

A deleted profile keeps its row, out of sight: if it comes back, its versions and the decisions on it go on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam as bind
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import WriteTx
from esrlink.db.questions import Question, as_json, order
from esrlink.db.rowset import insert_rows
from esrlink.errors import EsrLinkError, NotFound, StaleVersion
from esrlink.ids import NewId
from profile_sync.links.evaluating import evaluate
from profile_sync.links.locks import places_held, trust_held
from profile_sync.links.rows import as_rows
from profile_sync.rules.facts import Place, ProfileFacts
from profile_sync.rules.keys import profile_keys
from profile_sync.tables import profile, profile_key
from profile_sync.trusts import rule_settings_of

FACTS = ProfileFacts._fields
_PROFILE = [c.name for c in profile.columns]
_KEY = [c.name for c in profile_key.columns]

# Each place is looked up by its key: joined freely, a plan that is kept reads the whole trust for each put. Rows are locked in
# the order in which they are given.
_PRESENT = text(
    """
    SELECT t.* FROM jsonb_to_recordset(:places) AS g(product text, department text, profile_id text)
     CROSS JOIN LATERAL (SELECT * FROM profile
                          WHERE vpd = :vpd AND (product, department, profile_id) = (g.product, g.department, g.profile_id)
                            FOR UPDATE OFFSET 0) AS t
    """
).bindparams(bind("places", type_=JSONB))

_DEPARTMENTS = text("SELECT product, department FROM department WHERE vpd = :vpd")

_FORGET_KEYS = text(
    """
    DELETE FROM profile_key t USING jsonb_to_recordset(:places) AS g(product text, department text, profile_id text)
     WHERE t.vpd = :vpd AND (t.product, t.department, t.profile_id) = (g.product, g.department, g.profile_id)
    """
).bindparams(bind("places", type_=JSONB))


def _upsert() -> Any:
    statement = insert_rows(profile, _PROFILE)
    keys = ("vpd", "product", "department", "profile_id")
    values: dict[str, Any] = {name: statement.excluded[name] for name in _PROFILE if name not in keys}
    values["version"] = profile.c.version + 1
    return statement.on_conflict_do_update(index_elements=list(keys), set_=values)


_UPSERT = _upsert()
_INSERT_KEYS = insert_rows(profile_key, _KEY)


@dataclass(frozen=True, slots=True)
class Put:
    """A profile to be stored. `version` is the one that the product last read; a stale one is refused."""

    place: Place
    facts: ProfileFacts
    version: int | None = None


async def put_profiles(
    tx: WriteTx,
    vpd: str,
    puts: Sequence[Put],
    *,
    now: datetime,
    new_id: NewId,
    traces: Mapping[Place, str] = MappingProxyType({}),
) -> dict[Place, EsrLinkError]:
    """Store profiles of one trust, each place at most once, and evaluate the links of those that changed.

    Returns why some were refused; all others are stored. The number of statements does not grow with the puts. `traces` has
    the traceparents of puts that came each by itself.
    """
    places = [one.place for one in puts]
    known, stored, rules = _departments(vpd), _present(vpd, places), rule_settings_of(vpd)
    await tx.ask(trust_held(vpd, alone=False), places_held(vpd, places), known, stored, rules)
    departments, present = known.answer, stored.answer
    refused: dict[Place, EsrLinkError] = {}
    changed: list[Put] = []
    for one in puts:
        try:
            if _changes(one, departments, present.get(one.place)):
                changed.append(one)
        except EsrLinkError as error:
            refused[one.place] = error
    if changed:
        rows = [_row(vpd, one.place, one.facts, now) for one in sorted(changed, key=lambda one: one.place)]
        written = [order(_UPSERT, {"rows": as_json(rows)}), *_indexed(vpd, changed, present)]
        changing = [one.place for one in changed]
        await evaluate(tx, vpd, changing, settings=rules.answer, now=now, new_id=new_id, traces=traces, after=written)
    return refused


async def delete_profile(
    tx: WriteTx, vpd: str, place: Place, version: int | None, *, now: datetime, new_id: NewId
) -> None:
    """Take a profile away, and its link with it. Raises `NotFound` and `StaleVersion`."""
    stored, rules = _present(vpd, [place]), rule_settings_of(vpd)
    await tx.ask(trust_held(vpd, alone=False), stored, rules)
    row = stored.answer.get(place)
    if row is None or row.deleted_at is not None:
        raise no_profile(place)
    _check_version(version, row.version)
    here = [getattr(profile.c, name) == value for name, value in _key(vpd, place).items()]
    await tx.execute(profile.update().where(*here).values(deleted_at=now, updated_at=now, version=row.version + 1))
    forgotten = order(_FORGET_KEYS, {"vpd": vpd, "places": as_json(as_rows([place]))})
    await evaluate(tx, vpd, [place], settings=rules.answer, now=now, new_id=new_id, after=[forgotten])


def no_profile(place: Place) -> NotFound:
    """The refusal for a profile that is not there, or not for this caller."""
    return NotFound(f"There is no profile {place.path} that you may see.", field="profile_id")


def _departments(vpd: str) -> Question[set[tuple[str, str]]]:
    return Question(_DEPARTMENTS, {"vpd": vpd}, lambda rows: {(row.product, row.department) for row in rows})


def _present(vpd: str, places: Sequence[Place]) -> Question[dict[Place, Any]]:
    values = {"vpd": vpd, "places": as_json(as_rows(places))}
    return Question(
        _PRESENT, values, lambda rows: {Place(row.product, row.department, row.profile_id): row for row in rows}
    )


def _changes(one: Put, departments: set[tuple[str, str]], row: Any | None) -> bool:
    """Whether the put changes what is stored. Raises `NotFound` and `StaleVersion`."""
    if (one.place.product, one.place.department) not in departments:
        raise NotFound(
            f"There is no department {one.place.product}/{one.place.department} in this trust's settings.",
            field="department",
        )
    there = row if row is not None and row.deleted_at is None else None
    if there is not None and all(getattr(there, f) == getattr(one.facts, f) for f in FACTS):
        return False  # even with an old version: it is the same put again, whose answer was lost
    _check_version(one.version, there.version if there is not None else 0)
    return True


def _check_version(sent: int | None, stored: int) -> None:
    if sent is not None and sent != stored:
        raise StaleVersion(
            f"You sent version {sent}; the profile is at version {stored}. Read it again and repeat your change.",
            field="version",
            current=stored,
        )


def _indexed(vpd: str, puts: Sequence[Put], present: Collection[Place]) -> Iterator[Question[None]]:
    known = [one.place for one in puts if one.place in present]
    if known:
        yield order(_FORGET_KEYS, {"vpd": vpd, "places": as_json(as_rows(known))})
    rows = [{**_key(vpd, one.place), "key": key} for one in puts for key in profile_keys(one.facts)]
    yield order(_INSERT_KEYS, {"rows": as_json(rows)})


def _key(vpd: str, place: Place) -> dict[str, str]:
    return {"vpd": vpd, "product": place.product, "department": place.department, "profile_id": place.profile_id}


def _row(vpd: str, place: Place, facts: ProfileFacts, now: datetime) -> dict[str, Any]:
    given = {name: getattr(facts, name) for name in FACTS}
    return {**_key(vpd, place), **given, "version": 1, "updated_at": now.isoformat(), "deleted_at": None}
