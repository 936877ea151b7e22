"""All that the summaries of some people are made of, by one statement: rota products read them hundreds of times a second."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, LiteralString

from pydantic import TypeAdapter

from esrlink.db import Database
from esrlink.version import VERSION
from jobplan_adapter.plans.versions import HeldVersion, held_json
from jobplan_adapter.polling.state import Health

# What a summary does not say of a version is not sent at all.
_SLIM: Final = "v.content - ARRAY['timetable', 'spa_activities', 'flexible', 'annualised']"
# The newest version of each plan, and those that were signed off.
_MATTERS: Final = "AND (v.version = h.version OR v.state = 'signed_off')"
_LIMITED: Final = """
       AND (EXISTS (SELECT FROM work w
                     WHERE w.vpd = %(vpd)s AND w.employee_number = n.number
                       AND w.product || '/' || w.department = ANY (%(departments)s::text[]))
            OR EXISTS (SELECT FROM trust t
                        CROSS JOIN LATERAL jsonb_array_elements(t.configuration -> 'departments') AS d
                        WHERE t.vpd = %(vpd)s
                          AND (d ->> 'product') || '/' || (d ->> 'department') = ANY (%(departments)s::text[])
                          AND (d -> 'specialties') @> ANY (SELECT jsonb_array_elements(found.specialties))))
"""
# One person is asked for by a plain value: of a list the planner cannot know how long it is, and would plan each time anew.
_ONE: Final = "(SELECT %(number)s::text AS number)"
_SOME: Final = "unnest(%(numbers)s::text[]) AS given(number)"


def _statement(
    people: LiteralString, content: LiteralString, which: LiteralString, limit: LiteralString
) -> LiteralString:
    """A row for each of these people who exists for the caller, and one without a number that says how the providers do."""
    return f"""
    SELECT NULL AS number, NULL AS versions,
           (SELECT jsonb_agg(to_jsonb(p) - 'faults' ORDER BY p.name)::text FROM provider p WHERE p.vpd = %(vpd)s) AS providers
     UNION ALL
    SELECT n.number, found.versions::text, NULL
      FROM (SELECT number FROM {people}) AS n
     CROSS JOIN LATERAL (
           SELECT jsonb_agg({held_json(content)} ORDER BY v.recorded_at, v.provider, v.plan_id, v.version) AS versions,
                  jsonb_agg(v.content ->> 'specialty') AS specialties
             FROM plan h
             JOIN plan_version v USING (vpd, provider, plan_id)
            WHERE h.vpd = %(vpd)s AND h.employee_number = n.number {which}) AS found
     WHERE (found.versions IS NOT NULL
            OR EXISTS (SELECT FROM person e WHERE e.vpd = %(vpd)s AND e.employee_number = n.number))
           {limit}"""  # noqa: S608 - of our own words


_STATEMENTS: Final = {
    (alone, whole, every, limited): _statement(
        f"{_ONE} AS given" if alone else _SOME,
        "v.content" if whole else _SLIM,
        "" if every else _MATTERS,
        _LIMITED if limited else "",
    )
    for alone, whole, every, limited in product((True, False), repeat=4)
}

_VERSIONS = TypeAdapter(list[HeldVersion])
_HEALTH = TypeAdapter(list[Health])


@dataclass(frozen=True, slots=True)
class PersonPlans:
    """One person's versions as PostgreSQL wrote them: read only by whom they are new to."""

    written: str

    @property
    def versions(self) -> list[HeldVersion]:
        """Oldest first."""
        return _VERSIONS.validate_json(self.written)


@dataclass(frozen=True, slots=True)
class PlansAtOnce:
    """The plans of some people by ESR number, and how the providers do. Who is not in it does not exist for the caller."""

    people: Mapping[str, PersonPlans]
    providers: Sequence[Health]

    def tag(self, number: str, *more: object) -> str:
        """Says what a person's answer is made of, but for its age: equal as long as the answer is, if `more` is."""
        health = [(one.name, one.state, one.error) for one in self.providers]
        made_of = repr((VERSION, self.people[number].written, health, *more))
        return f'W/"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}"'


async def plans_at_once(
    database: Database,
    vpd: str,
    numbers: Sequence[str],
    departments: Collection[str] | None,
    *,
    whole: bool = False,
    every: bool = False,
) -> PlansAtOnce:
    """The plans of these people, of those only whom a caller with these departments may see.

    `whole` with their timetables; `every` version, and not only the newest and those that were signed off.
    """
    alone = len(numbers) == 1
    asked: dict[str, Any] = {"vpd": vpd, **({"number": numbers[0]} if alone else {"numbers": list(numbers)})}
    if departments is not None:
        asked["departments"] = sorted(departments)
    rows = await database.ask([vpd], _STATEMENTS[alone, whole, every, departments is not None], asked)
    people = {row.number: PersonPlans(row.versions or "[]") for row in rows if row.number is not None}
    told = next(row.providers for row in rows if row.number is None)
    return PlansAtOnce(people, _HEALTH.validate_json(told or "[]"))
