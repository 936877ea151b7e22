"""Which profiles people touch who changed: those whose links could come out otherwise, and as few others as can be told apart.

A verdict rests on what each person is to the profile who shares a key with it, and on how many hold its e-mail address. Looked at
are the profiles that a number, an address or a link ties to these people, and the open ones that a name does; touched are
those to whom a person is something else than before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import ReadTx
from profile_sync.people.applying import Turn
from profile_sync.rules.facts import PersonFacts, Place, ProfileFacts
from profile_sync.rules.judging import NUMBER_WEAK_NAME, Candidate, candidate_of
from profile_sync.rules.keys import address, person_keys, profile_keys
from profile_sync.rules.similarity import compare, is_seen

# Each key is looked up by itself: joined freely, the planner repeats one half for each row of the other while it lacks
# statistics, and thousands of people take minutes.
_TIED = text(
    """
    SELECT n.people, p.product, p.department, p.profile_id, p.family_name, p.given_name, p.employee_number,
           p.registration_number, p.email, p.grade, p.title, m.name AS department_name
      FROM (SELECT t.product, t.department, t.profile_id, array_agg(DISTINCT t.person) AS people, bool_or(t.exact) AS exact
              FROM (SELECT k.product, k.department, k.profile_id, g.person, g.exact
                      FROM jsonb_to_recordset(:keys) AS g(person text, key text, exact boolean)
                     CROSS JOIN LATERAL (SELECT product, department, profile_id FROM profile_key
                                          WHERE vpd = :vpd AND key = g.key OFFSET 0) AS k
                     UNION ALL
                    SELECT product, department, profile_id, claim, true FROM link
                     WHERE vpd = :vpd AND claim = ANY(:people)
                     UNION ALL
                    SELECT product, department, profile_id, employee_number, true FROM link_candidate
                     WHERE vpd = :vpd AND employee_number = ANY(:people)) AS t
             GROUP BY t.product, t.department, t.profile_id) AS n
     CROSS JOIN LATERAL (SELECT state, rule FROM link
                          WHERE vpd = :vpd AND product = n.product AND department = n.department
                            AND profile_id = n.profile_id OFFSET 0) AS l
     CROSS JOIN LATERAL (SELECT * FROM profile
                          WHERE vpd = :vpd AND product = n.product AND department = n.department
                            AND profile_id = n.profile_id OFFSET 0) AS p
      LEFT JOIN department m ON (m.vpd, m.product, m.department) = (p.vpd, p.product, p.department)
     WHERE n.exact OR l.state IN ('possible', 'unmatched') OR l.rule = :weak_name
    """
).bindparams(bindparam("keys", type_=JSONB), bindparam("people", type_=ARRAY(Text)))

_NUMBERS = ("n:", "r:", "e:")
_FOR_SEARCH = "t:"


@dataclass(frozen=True, slots=True)
class _Move:
    """A person as they were and are now, with the keys that profiles found and find them by."""

    before: PersonFacts | None
    after: PersonFacts
    found_by: frozenset[str]
    finds: frozenset[str]

    @classmethod
    def of(cls, turn: Turn) -> _Move:
        before = person_keys(turn.before) if turn.before else frozenset()
        return cls(turn.before, turn.after, before, person_keys(turn.after))

    @property
    def keys(self) -> list[str]:
        """By which profiles may be tied to this person."""
        return [key for key in self.found_by | self.finds if not key.startswith(_FOR_SEARCH)]

    def is_other_to(self, profile: ProfileFacts, department: str | None) -> bool:
        """Whether this person is something else to a profile than before, or another holder of its e-mail address."""
        before, after = self.before, self.after
        if before is None:
            return _what_is(after, profile, department) is not None
        keeps_keys = self.found_by == self.finds
        if not keeps_keys and _holds(before, profile) != _holds(after, profile):
            return True
        is_alike = before.gone == after.gone and not is_seen(profile, before, after, department=department)
        if is_alike and keeps_keys:
            return False
        now = _what_is(after, profile, department)
        if not is_alike and now != _what_is(before, profile, department):
            return True
        return now is not None and not keeps_keys and self._meets(profile)

    def _meets(self, profile: ProfileFacts) -> bool:
        """Whether the two share a key now and did not, or the other way round: rules look at nobody without one."""
        mine = profile_keys(profile)
        return mine.isdisjoint(self.found_by) != mine.isdisjoint(self.finds)


async def profiles_moved_by(tx: ReadTx, vpd: str, turns: Mapping[str, Turn]) -> list[Place]:
    """The profiles whose links these people could change."""
    moves = {number: _Move.of(turn) for number, turn in turns.items() if turn.moves_links}
    if not moves:
        return []
    keys = [
        {"person": number, "key": key, "exact": key.startswith(_NUMBERS)}
        for number, move in moves.items()
        for key in move.keys
    ]
    rows = await tx.all(_TIED, {"vpd": vpd, "keys": keys, "people": sorted(moves), "weak_name": NUMBER_WEAK_NAME})
    # A row says of its profile what `ProfileFacts` says.
    touched = (
        row
        for row in rows
        if any(moves[n].is_other_to(cast("ProfileFacts", row), row.department_name) for n in row.people)
    )
    return sorted(Place(row.product, row.department, row.profile_id) for row in touched)


def _holds(person: PersonFacts, profile: ProfileFacts) -> bool:
    return bool(person.email and profile.email) and address(person.email or "") == address(profile.email or "")


def _what_is(person: PersonFacts | None, profile: ProfileFacts, department: str | None) -> Candidate | None:
    """What a person is to a profile; how many hold its e-mail address, if they do, is the same before and after."""
    return candidate_of(person, compare(profile, person, department=department)) if person else None
