"""People as the rules know them: looked up by the keys that they share with profiles, or by ESR number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import text

from esrlink.db import ReadTx
from esrlink.db.questions import Question, as_json
from profile_sync.rules.facts import PersonFacts

_COLUMNS = (
    *("employee_number", "family_name", "given_name", "middle_names", "preferred_name", "previous_family_names"),
    *("registrations", "email", "grades", "organisations", "gone"),
)
_FACTS = ", ".join(f"p.{name}" for name in _COLUMNS)
_of_row = attrgetter(*_COLUMNS)
# Each look-up is one of an index: joined freely, the planner repeats one half for each row of the other while it lacks
# statistics.
_SHARING = text(
    f"""
    SELECT {_FACTS}, s.shared
      FROM (SELECT k.employee_number, array_agg(g.key) AS shared
              FROM json_array_elements_text(CAST(:keys AS json)) AS g(key)
             CROSS JOIN LATERAL (SELECT employee_number FROM person_key WHERE vpd = :vpd AND key = g.key OFFSET 0) AS k
             GROUP BY k.employee_number) AS s
     CROSS JOIN LATERAL (SELECT * FROM person WHERE vpd = :vpd AND employee_number = s.employee_number OFFSET 0) AS p
    """  # noqa: S608 - constants
)
_BY_NUMBER = text(
    f"""
    SELECT {_FACTS} FROM person p
     WHERE vpd = :vpd AND employee_number = ANY (ARRAY(SELECT json_array_elements_text(CAST(:people AS json))))
    """  # noqa: S608 - constants
)


async def people_sharing(tx: ReadTx, vpd: str, keys: Collection[str]) -> list[tuple[PersonFacts, frozenset[str]]]:
    """The people of a trust that have any of `keys`, each with those that it has."""
    if not keys:
        return []

    def read(rows: Sequence[Any]) -> list[tuple[PersonFacts, frozenset[str]]]:
        return [(facts_of(row), frozenset(row.shared)) for row in rows]

    return await tx.answer(Question(_SHARING, {"vpd": vpd, "keys": as_json([*keys])}, read))


def people_numbered(vpd: str, numbers: Sequence[str]) -> Question[list[PersonFacts]]:
    """What the rules may know of these people, as far as they are known."""
    values = {"vpd": vpd, "people": as_json(numbers)}
    return Question(_BY_NUMBER, values, lambda rows: [facts_of(row) for row in rows])


def facts_of(row: Any) -> PersonFacts:
    """What the rules may know of a person, from their row."""
    number, family, given, middle, preferred, previous, registrations, email, grades, organisations, gone = _of_row(row)
    registered = tuple([one["number"] for one in registrations])
    names = (family, given, middle, preferred, tuple(previous))
    return PersonFacts(number, *names, registered, email, tuple(grades), tuple(organisations), gone)
