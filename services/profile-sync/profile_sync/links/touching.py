"""Which profiles people touch who changed: those whose links could come out otherwise, and as few others as can be told apart.

A verdict rests on what each person is to the profile who shares a key with it, and on how many hold its e-mail address. So a
profile is touched when a number or address ties it to one of these people, before or now, or when its link rests on one; a name
alone touches it only while it is open, and only if the person is something else to it than before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import ReadTx
from profile_sync.people.applying import Turn
from profile_sync.rules.facts import PersonFacts, Place, ProfileFacts
from profile_sync.rules.judging import NUMBER_WEAK_NAME, Candidate, candidate_of
from profile_sync.rules.keys import person_keys
from profile_sync.rules.similarity import compare

# Each key is looked up by itself: joined freely, the planner repeats one half for each row of the other while it lacks
# statistics, and thousands of people take minutes.
_BY_NUMBER = text(
    """
    SELECT k.product, k.department, k.profile_id
      FROM unnest(:keys) AS g(key)
     CROSS JOIN LATERAL (SELECT product, department, profile_id FROM profile_key
                          WHERE vpd = :vpd AND key = g.key OFFSET 0) AS k
     UNION
    SELECT product, department, profile_id FROM link WHERE vpd = :vpd AND claim = ANY(:people)
     UNION
    SELECT product, department, profile_id FROM link_candidate WHERE vpd = :vpd AND employee_number = ANY(:people)
    """
).bindparams(bindparam("keys", type_=ARRAY(Text)), bindparam("people", type_=ARRAY(Text)))

_BY_NAME = text(
    """
    SELECT n.people, p.product, p.department, p.profile_id, p.family_name, p.given_name, p.employee_number,
           p.registration_number, p.email, p.grade, p.title, m.name AS department_name
      FROM (SELECT k.product, k.department, k.profile_id, array_agg(DISTINCT g.person) AS people
              FROM jsonb_to_recordset(:keys) AS g(person text, key text)
             CROSS JOIN LATERAL (SELECT product, department, profile_id FROM profile_key
                                  WHERE vpd = :vpd AND key = g.key OFFSET 0) AS k
             GROUP BY k.product, k.department, k.profile_id) AS n
     CROSS JOIN LATERAL (SELECT state, rule FROM link
                          WHERE vpd = :vpd AND product = n.product AND department = n.department
                            AND profile_id = n.profile_id OFFSET 0) AS l
     CROSS JOIN LATERAL (SELECT * FROM profile
                          WHERE vpd = :vpd AND product = n.product AND department = n.department
                            AND profile_id = n.profile_id OFFSET 0) AS p
      LEFT JOIN department m ON (m.vpd, m.product, m.department) = (p.vpd, p.product, p.department)
     WHERE l.state IN ('possible', 'unmatched') OR l.rule = :weak_name
    """
).bindparams(bindparam("keys", type_=JSONB))

_NUMBERS = ("n:", "r:", "e:")
_NAMES = ("k:", "s:", "g:", "f:")


async def profiles_moved_by(tx: ReadTx, vpd: str, turns: Mapping[str, Turn]) -> list[Place]:
    """The profiles whose links these people could change."""
    moved = {number: turn for number, turn in turns.items() if turn.moves_links}
    if not moved:
        return []
    keys = {number: _keys(turn.before) | _keys(turn.after) for number, turn in moved.items()}
    numbers = sorted({key for some in keys.values() for key in some if key.startswith(_NUMBERS)})
    rows = await tx.all(_BY_NUMBER, {"vpd": vpd, "keys": numbers, "people": sorted(moved)})
    touched = {_place(row) for row in rows}
    names = [{"person": n, "key": key} for n, some in keys.items() for key in some if key.startswith(_NAMES)]
    for row in await tx.all(_BY_NAME, {"vpd": vpd, "keys": names, "weak_name": NUMBER_WEAK_NAME}):
        if (place := _place(row)) not in touched and _is_touched(row, moved):
            touched.add(place)
    return sorted(touched)


def _keys(person: PersonFacts | None) -> frozenset[str]:
    return person_keys(person) if person else frozenset()


def _place(row: Any) -> Place:
    return Place(row.product, row.department, row.profile_id)


def _is_touched(row: Any, moved: Mapping[str, Turn]) -> bool:
    profile = ProfileFacts(
        family_name=row.family_name,
        given_name=row.given_name,
        employee_number=row.employee_number,
        registration_number=row.registration_number,
        email=row.email,
        grade=row.grade,
        title=row.title,
    )
    turns = (moved[number] for number in row.people)
    return any(
        _what_is(turn.before, profile, row.department_name) != _what_is(turn.after, profile, row.department_name)
        for turn in turns
    )


def _what_is(person: PersonFacts | None, profile: ProfileFacts, department: str | None) -> Candidate | None:
    """What a person is to a profile whose e-mail address is not theirs: how many hold it, then, changes no difference."""
    return candidate_of(person, compare(profile, person, department=department)) if person else None
