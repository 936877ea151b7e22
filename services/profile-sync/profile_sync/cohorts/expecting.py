"""Whom ESR lets a cohort's departments expect, or lose: read from people's dated posts, beside profiles and links as they are.

Six statements for any number of people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.clock import LONDON
from esrlink.db import ReadTx
from profile_sync.cohorts.changeover import Change, change_of
from profile_sync.cohorts.proposing import Held, OpenProfile, Proposal, propose
from profile_sync.cohorts.spec import Spec
from profile_sync.cohorts.spells import Post
from profile_sync.tables import assignment, person
from profile_sync.trusts import DepartmentSettings, get_trust

Key = tuple[str, str, str]
"""Employee number, product, department: a row of a plan."""

_NAMES = text("SELECT DISTINCT organisation FROM assignment WHERE vpd = :vpd AND organisation IS NOT NULL")

_NUMBERS = text(
    """
    SELECT DISTINCT employee_number FROM assignment
     WHERE vpd = :vpd AND organisation = ANY(:names) AND effective_from <= :last
       AND COALESCE(effective_to, 'infinity') >= CAST(:first AS date) - 1
    """
).bindparams(bindparam("names", type_=ARRAY(Text)))

_HELD = text(
    """
    WITH d AS MATERIALIZED (SELECT * FROM jsonb_to_recordset(:departments) AS g(product text, department text))
    SELECT 'linked' AS how, l.employee_number, l.product, l.department, l.profile_id,
           NULL AS rule, NULL::numeric AS score, NULL::numeric AS rival, NULL AS reason
      FROM link l JOIN d USING (product, department)
     WHERE l.vpd = :vpd AND l.employee_number = ANY(:people)
     UNION ALL
    SELECT 'deleted', p.employee_number, p.product, p.department, p.profile_id, NULL, NULL, NULL, NULL
      FROM profile p JOIN d USING (product, department)
     WHERE p.vpd = :vpd AND p.deleted_at IS NOT NULL AND p.employee_number = ANY(:people)
     UNION ALL
    SELECT 'open', c.employee_number, c.product, c.department, c.profile_id, c.rule, c.score, r.score, l.reason
      FROM link_candidate c JOIN d USING (product, department)
      JOIN link l USING (vpd, product, department, profile_id)
     CROSS JOIN LATERAL (
           SELECT COALESCE(max(o.score), 0) AS score FROM link_candidate o
            WHERE (o.vpd, o.product, o.department, o.profile_id) = (c.vpd, c.product, c.department, c.profile_id)
              AND o.employee_number <> c.employee_number) AS r
     WHERE c.vpd = :vpd AND c.employee_number = ANY(:people) AND l.state IN ('possible', 'unmatched')
     UNION ALL
    SELECT 'taken', p.profile_id, p.product, p.department, p.profile_id, NULL, NULL, NULL, NULL
      FROM profile p JOIN d USING (product, department)
     WHERE p.vpd = :vpd AND p.profile_id = ANY(:people)
     ORDER BY 3, 4, 5
    """
).bindparams(bindparam("departments", type_=JSONB), bindparam("people", type_=ARRAY(Text)))

_POST = tuple(one.name for one in fields(Post))
_PERSON = ("title", "family_name", "given_name", "preferred_name", "email", "registrations")


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a person in a department. `facts` are what a rota product is told, as JSON."""

    key: Key
    change: Change
    proposal: Proposal
    facts: dict[str, Any]


async def organisations_of(
    tx: ReadTx, vpd: str, departments: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[str]]:
    """What ESR calls each of these departments, by (product, department); none for one that ESR does not know."""
    settings = {(one.product, one.department): one for one in (await get_trust(tx, vpd)).departments}
    names = sorted(row.organisation for row in await tx.all(_NAMES, {"vpd": vpd}))
    return {key: _names_of(settings.get(key), names) for key in departments}


async def expected(tx: ReadTx, vpd: str, spec: Spec, people: Collection[str] | None = None) -> dict[Key, Expected]:
    """What a cohort expects, by row of its plan; of these people only, where they are named."""
    names = await organisations_of(tx, vpd, spec.departments)
    numbers = people
    if numbers is None:
        window = spec.window
        wanted = {"vpd": vpd, "names": sorted({n for some in names.values() for n in some})}
        rows = await tx.all(_NUMBERS, {**wanted, "first": window.first, "last": window.last})
        numbers = [row.employee_number for row in rows]
    if not numbers:
        return {}
    changes = dict(await _changes(tx, vpd, spec, names, sorted(numbers)))
    held = await _held(tx, vpd, spec, sorted({key[0] for key in changes}))
    return {
        key: Expected(
            key, change, propose(change, held.get(key, Held()), key[0], spec.changeover), _facts(row, change.post)
        )
        for key, (change, row) in changes.items()
    }


def _names_of(settings: DepartmentSettings | None, names: Sequence[str]) -> list[str]:
    return [] if settings is None else [name for name in names if settings.is_called(name)]


async def _changes(
    tx: ReadTx, vpd: str, spec: Spec, names: Mapping[tuple[str, str], Sequence[str]], numbers: Sequence[str]
) -> Iterator[tuple[Key, tuple[Change, Any]]]:
    here = (assignment.c.vpd == vpd, assignment.c.employee_number.in_(numbers))
    posts: dict[str, list[Post]] = defaultdict(list)
    for row in await tx.all(select(assignment).where(*here)):
        posts[row.employee_number].append(Post(**{name: getattr(row, name) for name in _POST}))
    rows = await tx.all(select(person).where(person.c.vpd == vpd, person.c.employee_number.in_(numbers)))
    called = {key: frozenset(some) for key, some in names.items()}
    return (
        ((row.employee_number, *key), (change, row))
        for row in rows
        for key in spec.departments
        if (
            change := change_of(
                posts[row.employee_number], called[key].__contains__, spec.window, spec.wanted, last_day_of(row)
            )
        )
    )


def last_day_of(row: Any) -> date | None:
    """The last day of somebody's employment, as far as it is known; a leaving date from before they were hired anew is none."""
    if row.gone:
        seen: date = row.as_of.astimezone(LONDON).date()
        return min(row.leaving_date or seen, seen)
    if row.leaving_date and row.hire_date and row.hire_date > row.leaving_date:
        return None
    leaving: date | None = row.leaving_date
    return leaving


async def _held(tx: ReadTx, vpd: str, spec: Spec, people: Sequence[str]) -> dict[Key, Held]:
    if not people:
        return {}
    given = {"vpd": vpd, "departments": spec.departments_as_rows(), "people": people}
    found: dict[Key, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in await tx.all(_HELD, given):
        found[row.employee_number, row.product, row.department][row.how].append(row)
    return {
        key: Held(
            linked=next((row.profile_id for row in some["linked"]), None),
            deleted=[row.profile_id for row in some["deleted"]],
            open=[_open(row) for row in some["open"]],
            taken={row.profile_id for row in some["taken"]},
        )
        for key, some in found.items()
    }


def _open(row: Any) -> OpenProfile:
    return OpenProfile(row.profile_id, row.rule, float(row.score), float(row.rival), row.reason)


def _facts(row: Any, post: Post) -> dict[str, Any]:
    told = {name: value for name, value in asdict(post).items() if name in _TOLD_OF_POST}
    return {**{name: getattr(row, name) for name in _PERSON}, **told}


_TOLD_OF_POST = ("assignment_number", "organisation", "staff_group", "grade", "job_role")
