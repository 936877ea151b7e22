"""Which profiles people touch who changed: those whose links could come out otherwise, and as few others as can be told apart.

A verdict rests on what each person is to the profile who shares a key with it, and on how many hold its e-mail address. Looked at
are the profiles that a number, an address or a link ties to these people, and the open ones that a name does; touched are
those to whom a person is something else than before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db.questions import Question, as_json
from profile_sync.people.applying import Turn
from profile_sync.rules.facts import PersonFacts, Place, ProfileFacts
from profile_sync.rules.judging import NUMBER_WEAK_NAME, Candidate, candidate_of
from profile_sync.rules.keys import address, profile_keys, tying_keys
from profile_sync.rules.similarity import Look, compare, looks_at

# What ties profiles to these people, a row for each department: the profiles, and the key behind each (of a claim, the number).
# Given as the answer of a question, lists are one walk through an index and no guess of the planner.
_TIES = text(
    """
    SELECT t.product, t.department, array_agg(t.profile_id) AS profiles, array_agg(t.key) AS keys
      FROM (SELECT product, department, profile_id, key FROM profile_key
             WHERE vpd = :vpd AND key = ANY (ARRAY(SELECT json_array_elements_text(CAST(:keys AS json))))
             UNION ALL
            SELECT product, department, profile_id, 'n:' || claim FROM link
             WHERE vpd = :vpd AND claim = ANY (ARRAY(SELECT json_array_elements_text(CAST(:people AS json))))
             UNION ALL
            SELECT product, department, profile_id, 'n:' || employee_number FROM link_candidate
             WHERE vpd = :vpd AND employee_number = ANY (ARRAY(SELECT json_array_elements_text(CAST(:people AS json))))) AS t
     GROUP BY t.product, t.department
    """
)

# Those that something exact ties, and of those that only a name does the open ones. Each department's are one walk through an
# index: one by one, each costs more than to be compared.
_TIED = text(
    """
    SELECT p.product, p.department, p.profile_id, m.name, p.family_name, p.given_name, p.employee_number,
           p.registration_number, p.email, p.grade
      FROM (SELECT g.product, g.department, array_agg(w.profile_id) AS profiles
              FROM jsonb_to_recordset(:places) AS g(product text, department text, exact text[], near text[])
             CROSS JOIN LATERAL (
                   SELECT unnest(g.exact) AS profile_id
                    UNION ALL
                   SELECT profile_id FROM link
                    WHERE vpd = :vpd AND product = g.product AND department = g.department AND profile_id = ANY (g.near)
                      AND (state IN ('possible', 'unmatched') OR rule = :weak_name)) AS w
             GROUP BY g.product, g.department) AS d
     CROSS JOIN LATERAL (SELECT * FROM profile
                          WHERE vpd = :vpd AND product = d.product AND department = d.department
                            AND profile_id = ANY (d.profiles) OFFSET 0) AS p
      LEFT JOIN department m ON (m.vpd, m.product, m.department) = (p.vpd, p.product, p.department)
    """
).bindparams(bindparam("places", type_=JSONB))

_EXACT = ("n:", "r:", "e:")


@dataclass(frozen=True, slots=True)
class _Move:
    """A person as they were and are now, with the keys that profiles found and find them by."""

    before: PersonFacts | None
    after: PersonFacts
    found_by: frozenset[str]
    finds: frozenset[str]
    keeps_keys: bool
    looks: Sequence[Look]

    @classmethod
    def of(cls, turn: Turn) -> _Move:
        found_by, finds = tying_keys(turn.before) if turn.before else frozenset(), tying_keys(turn.after)
        looks = looks_at(turn.before, turn.after) if turn.before else ()
        return cls(turn.before, turn.after, found_by, finds, found_by == finds, looks)

    def is_other_to(self, profile: ProfileFacts, department: str | None) -> bool:
        """Whether this person is something else to a profile than before, or another holder of its e-mail address."""
        before, after = self.before, self.after
        if before is None:
            return _what_is(after, profile, department) is not None
        keeps_keys = self.keeps_keys
        if before.email != after.email and _holds(before, profile) != _holds(after, profile):
            return True
        is_alike = before.gone == after.gone and not any(look(profile, department) for look in self.looks)
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


@dataclass(frozen=True, slots=True)
class Ties:
    """The profiles that something ties to people who changed: by department and id, the keys behind each, some of them exact."""

    by_key: Mapping[str, Sequence[_Move]]
    exact: frozenset[str]
    profiles: Mapping[tuple[str, str], Mapping[str, set[str]]]


@dataclass(frozen=True, slots=True)
class Touched:
    """Profiles whose links could come out otherwise, and what ties those that a name alone does while their link is closed."""

    places: list[Place]
    closed: Ties


def ties_of(vpd: str, turns: Mapping[str, Turn]) -> Question[Ties]:
    """What ties profiles to these people, as they were or as they are, whatever state their links are in."""
    moves = {number: _Move.of(turn) for number, turn in turns.items() if turn.moves_links}
    by_key: defaultdict[str, list[_Move]] = defaultdict(list)
    for move in moves.values():
        for key in move.found_by | move.finds:
            by_key[key].append(move)
    exact = frozenset(key for key in by_key if key.startswith(_EXACT))

    def read(rows: Sequence[Any]) -> Ties:
        profiles: dict[tuple[str, str], dict[str, set[str]]] = {}
        for product, department, tied, tying in rows:
            here = profiles[product, department] = defaultdict(set)
            for profile_id, key in zip(tied, tying, strict=True):
                here[profile_id].add(key)
        return Ties(by_key, exact, profiles)

    return Question(_TIES, {"vpd": vpd, "keys": as_json([*by_key]), "people": as_json([*moves])}, read)


def touched_by(vpd: str, ties: Ties) -> Question[Touched]:
    """The profiles whose links these people could change, as links are now."""
    places = [_near(place, profiles, ties.exact) for place, profiles in ties.profiles.items()]

    def read(rows: Sequence[Any]) -> Touched:
        touched = []
        closed = {place: dict(profiles) for place, profiles in ties.profiles.items()}
        for product, department, profile_id, name, *facts in rows:
            profile = ProfileFacts(*facts)
            keys = closed[product, department].pop(profile_id)
            people = {move.after.employee_number: move for key in keys for move in ties.by_key[key]}
            if any(one.is_other_to(profile, name) for one in people.values()):
                touched.append(Place(product, department, profile_id))
        left = {place: profiles for place, profiles in closed.items() if profiles}
        return Touched(sorted(touched), replace(ties, profiles=left))

    return Question(_TIED, {"vpd": vpd, "places": as_json(places), "weak_name": NUMBER_WEAK_NAME}, read)


def _near(place: tuple[str, str], tied: Mapping[str, set[str]], exact: frozenset[str]) -> dict[str, Any]:
    """A department's profiles: those tied by something exact, and those tied by names alone."""
    near = [profile_id for profile_id, keys in tied.items() if keys.isdisjoint(exact)]
    return {"product": place[0], "department": place[1], "exact": [*tied.keys() - set(near)], "near": near}


def _holds(person: PersonFacts, profile: ProfileFacts) -> bool:
    return bool(person.email and profile.email) and address(person.email or "") == address(profile.email or "")


def _what_is(person: PersonFacts | None, profile: ProfileFacts, department: str | None) -> Candidate | None:
    """What a person is to a profile; how many hold its e-mail address, if they do, is the same before and after."""
    return candidate_of(person, compare(profile, person, department=department)) if person else None
