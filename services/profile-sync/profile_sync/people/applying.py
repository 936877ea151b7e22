"""People as ESR knows them: taking over what the gateway published, set by set, newest revision first and last.

A person is never deleted: leavers and those who are gone from ESR stay readable, because late claims name them.
"""

from __future__ import annotations

from collections import defaultdict, namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.contracts import ProfileImported
from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question
from esrlink.db.rowset import insert_rows
from esrlink.errors import Unavailable
from profile_sync.people.changes import changes_of
from profile_sync.rules.facts import PersonFacts
from profile_sync.rules.keys import person_keys
from profile_sync.rules.slips import LONGEST, SHORTEST
from profile_sync.tables import assignment, person, person_revision

_PERSON = [str(c.name) for c in person.columns]  # not the quoted names of SQLAlchemy, which are slow as keys of JSON
_ASSIGNMENT = [str(c.name) for c in assignment.columns]
_REVISION = [c.name for c in person_revision.columns]
# A row's fields are looked at many times, and these give them many times faster.
_as_person = cast("Any", namedtuple)("_Person", _PERSON)._make
_as_post = cast("Any", namedtuple)("_Post", _ASSIGNMENT)._make
_SAID = [name for name in _PERSON if name not in ("grades", "organisations")]
_said = attrgetter(*_SAID)
_post = attrgetter(*(name for name in _ASSIGNMENT if name not in ("vpd", "employee_number", "row")))


def _update() -> Any:
    """Stores people who are there and locked."""
    statement = insert_rows(person, _PERSON)
    newer = {name: statement.excluded[name] for name in _PERSON if name not in ("vpd", "employee_number")}
    return statement.on_conflict_do_update(index_elements=["vpd", "employee_number"], set_=newer)


# In the order in which they are given, that of the key, so that two transactions that share people cannot hold each other up.
_HELD = text(
    f"""
    SELECT {", ".join(f"p.{name}" for name in _PERSON)} FROM unnest(:people) AS g(employee_number)
     CROSS JOIN LATERAL (SELECT * FROM person WHERE vpd = :vpd AND employee_number = g.employee_number
                            FOR NO KEY UPDATE OFFSET 0) AS p
    """  # noqa: S608 - constants
).bindparams(bindparam("people", type_=ARRAY(Text)))
_UPDATE = _update()
_INSERT = insert_rows(person, _PERSON).on_conflict_do_nothing().returning(person.c.employee_number)
_INSERT_ASSIGNMENTS = insert_rows(assignment, _ASSIGNMENT)
_INSERT_REVISIONS = insert_rows(person_revision, _REVISION).on_conflict_do_nothing()

_POSTS = text(
    f"""
    SELECT {", ".join(f'"{name}"' for name in _ASSIGNMENT)} FROM assignment
     WHERE vpd = :vpd AND employee_number = ANY(:people) ORDER BY row
    """  # noqa: S608 - constants
).bindparams(bindparam("people", type_=ARRAY(Text)))
_FORGET_POSTS = text("DELETE FROM assignment WHERE vpd = :vpd AND employee_number = ANY(:people)").bindparams(
    bindparam("people", type_=ARRAY(Text))
)
_FORGET_KEYS = text(
    """
    DELETE FROM person_key k USING jsonb_to_recordset(:rows) AS g(employee_number text, key text)
     WHERE (k.vpd, k.key, k.employee_number) = (:vpd, g.key, g.employee_number)
    """
).bindparams(bindparam("rows", type_=JSONB))

# Words that are known already, nearly all of them, are looked up and not written again; new ones in their order, so that two
# transactions with the same ones cannot hold each other up.
_INSERT_KEYS_AND_WORDS = text(
    """
    WITH given AS (SELECT * FROM jsonb_to_recordset(:rows) AS g(employee_number text, key text)),
         keys AS (INSERT INTO person_key (vpd, key, employee_number) SELECT :vpd, key, employee_number FROM given)
    INSERT INTO name_word (vpd, near, word)
    SELECT DISTINCT :vpd, left(w.word, n - 1) || substr(w.word, n + 1) AS near, w.word
      FROM (SELECT DISTINCT substr(key, 3) COLLATE "C" AS word FROM given WHERE key LIKE 't:%') AS w
     CROSS JOIN LATERAL generate_series(1, length(w.word) + 1) AS n
     WHERE length(w.word) BETWEEN :shortest AND :longest
       AND (SELECT k.vpd FROM name_word k WHERE k.vpd = :vpd AND k.near = w.word AND k.word = w.word) IS NULL
     ORDER BY near, w.word
        ON CONFLICT DO NOTHING
    """
).bindparams(bindparam("rows", type_=JSONB))


@dataclass(frozen=True, slots=True)
class Turn:
    """A person as the rules knew them, nobody for a new one, and as they know them now."""

    before: PersonFacts | None
    after: PersonFacts

    @property
    def moves_links(self) -> bool:
        """Whether a rule could see the difference."""
        return self.before != self.after


async def apply_imports(tx: WriteTx, vpd: str, events: Sequence[ProfileImported], *, now: datetime) -> dict[str, Turn]:
    """Take over these people of one trust; a person's newest revision wins, whatever the order.

    Returns those that changed, by employee number, and nobody else changes them until the transaction ends. Nine statements at
    most, however many people: what is as it was is not written again. What each change was is kept as the person's history,
    `now` being when it was applied. Raises `Unavailable` when somebody else makes one of them known at the same moment.
    """
    newest: dict[str, ProfileImported] = {}
    for event in events:
        known = newest.get(event.employee_number)
        if known is None or event.revision > known.revision:
            newest[event.employee_number] = event
    rows = await tx.all(_HELD, {"vpd": vpd, "people": sorted(newest)})
    before = {row.employee_number: row for row in map(_as_person, rows)}
    applied = [newest[n] for n in sorted(newest) if n not in before or newest[n].revision > before[n].revision]
    if not applied:
        return {}
    turns = {event.employee_number: _turn(event, before.get(event.employee_number)) for event in applied}
    await _write_people(tx, applied, before, turns)
    posts = await _write_posts(tx, vpd, applied, before)
    await _write_keys(tx, vpd, turns)
    await tx.execute(_INSERT_REVISIONS, {"rows": [_revision_row(event, before, posts, now) for event in applied]})
    return turns


async def _write_people(
    tx: WriteTx, applied: Sequence[ProfileImported], before: Mapping[str, Any], turns: Mapping[str, Turn]
) -> None:
    def row(event: ProfileImported) -> dict[str, Any]:
        facts = turns[event.employee_number].after
        said = zip(_SAID, _said(event), strict=True)
        return {**dict(said), "grades": facts.grades, "organisations": facts.organisations}

    known = [row(event) for event in applied if event.employee_number in before]
    if known:
        await tx.execute(_UPDATE, {"rows": known})
    new = [row(event) for event in applied if event.employee_number not in before]
    if new and len(await tx.all(_INSERT, {"rows": new})) < len(new):
        # What they were like before this is not known here, and what they are found by may be wrong: begin anew.
        raise Unavailable("somebody else has just made one of these people known")


def _turn(event: ProfileImported, row: Any) -> Turn:
    return Turn(_facts(row) if row else None, _facts_in(event))


async def _write_posts(
    tx: WriteTx, vpd: str, applied: Sequence[ProfileImported], before: Mapping[str, Any]
) -> defaultdict[str, list[Any]]:
    """Bring assignments to what ESR says now, and give those that people had before, in their order."""
    posts: defaultdict[str, list[Any]] = defaultdict(list)
    known = [event.employee_number for event in applied if event.employee_number in before]
    if known:
        for row in map(_as_post, await tx.all(_POSTS, {"vpd": vpd, "people": known})):
            posts[row.employee_number].append(row)
    moved = [event for event in applied if not _same_posts(posts[event.employee_number], event)]
    leaving = [event.employee_number for event in moved if posts[event.employee_number]]
    if leaving:
        await tx.execute(_FORGET_POSTS, {"vpd": vpd, "people": leaving})
    rows = [row for event in moved for row in _assignment_rows(event)]
    if rows:
        await tx.execute(_INSERT_ASSIGNMENTS, {"rows": rows})
    return posts


def _same_posts(stored: Sequence[Any], event: ProfileImported) -> bool:
    return [*map(_post, stored)] == [*map(_post, event.assignments)]


async def _write_keys(tx: WriteTx, vpd: str, turns: Mapping[str, Turn]) -> None:
    """Bring the keys of those whom a rule could see changed to what they are found by now."""
    gone, rows = [], []
    for number, turn in turns.items():
        if turn.moves_links:
            before, after = person_keys(turn.before) if turn.before else frozenset(), person_keys(turn.after)
            gone += [{"employee_number": number, "key": key} for key in before - after]
            rows += [{"employee_number": number, "key": key} for key in after - before]
    if gone:
        await tx.execute(_FORGET_KEYS, {"vpd": vpd, "rows": gone})
    if rows:
        await tx.execute(_INSERT_KEYS_AND_WORDS, {"vpd": vpd, "rows": rows, "shortest": SHORTEST, "longest": LONGEST})


def _revision_row(
    event: ProfileImported, before: Mapping[str, Any], posts: defaultdict[str, list[Any]], now: datetime
) -> dict[str, Any]:
    row = before.get(event.employee_number)
    return {
        "vpd": event.vpd,
        "employee_number": event.employee_number,
        "revision": event.revision,
        "as_of": event.as_of,
        "source_file": event.source_file,
        "applied_at": now,
        "changes": changes_of(row, posts[event.employee_number], event) if row else None,
    }


def _values(event: ProfileImported, field: str) -> list[str]:
    """What all assignments say of a field, each value once."""
    return sorted({value for one in event.assignments if (value := getattr(one, field))})


def _assignment_rows(event: ProfileImported) -> list[dict[str, Any]]:
    key = {"vpd": event.vpd, "employee_number": event.employee_number}
    return [{**dict(one), **key, "row": n} for n, one in enumerate(event.assignments)]


def _facts_in(event: ProfileImported) -> PersonFacts:
    """As `_facts` gives them once they are stored."""
    return PersonFacts(
        employee_number=event.employee_number,
        family_name=event.family_name,
        given_name=event.given_name,
        middle_names=event.middle_names,
        preferred_name=event.preferred_name,
        previous_family_names=event.previous_family_names,
        registration_numbers=tuple(one.number for one in event.registrations),
        email=event.email,
        grades=tuple(_values(event, "grade")),
        organisations=tuple(_values(event, "organisation")),
        gone=event.gone,
    )


# Each look-up is one of an index: joined freely, the planner repeats one half for each row of the other while it lacks
# statistics.
_SHARING = text(
    """
    SELECT p.employee_number, p.family_name, p.given_name, p.middle_names, p.preferred_name, p.previous_family_names,
           p.registrations, p.email, p.grades, p.organisations, p.gone, s.shared
      FROM (SELECT k.employee_number, array_agg(g.key) AS shared
              FROM unnest(:keys) AS g(key)
             CROSS JOIN LATERAL (SELECT employee_number FROM person_key WHERE vpd = :vpd AND key = g.key OFFSET 0) AS k
             GROUP BY k.employee_number) AS s
     CROSS JOIN LATERAL (SELECT * FROM person WHERE vpd = :vpd AND employee_number = s.employee_number OFFSET 0) AS p
    """
).bindparams(bindparam("keys", type_=ARRAY(Text)))


async def people_sharing(tx: ReadTx, vpd: str, keys: Sequence[str]) -> list[tuple[PersonFacts, frozenset[str]]]:
    """The people of a trust that have any of `keys`, each with those that it has."""
    if not keys:
        return []
    return await tx.answer(Question(_SHARING, {"vpd": vpd, "keys": sorted(set(keys))}, _people))


def _people(rows: Sequence[Any]) -> list[tuple[PersonFacts, frozenset[str]]]:
    return [(_person_facts(row), frozenset(row[-1])) for row in rows]


def _person_facts(row: Any) -> PersonFacts:
    number, family, given, middle, preferred, previous, registrations, email, grades, organisations, gone, _ = row
    registered = tuple([one["number"] for one in registrations])
    return PersonFacts(
        number, family, given, middle, preferred, tuple(previous), registered, email, tuple(grades), tuple(organisations), gone
    )  # fmt: skip


def _facts(row: Any) -> PersonFacts:
    return PersonFacts(
        employee_number=row.employee_number,
        family_name=row.family_name,
        given_name=row.given_name,
        middle_names=row.middle_names,
        preferred_name=row.preferred_name,
        previous_family_names=tuple(row.previous_family_names),
        registration_numbers=tuple(one["number"] for one in row.registrations),
        email=row.email,
        grades=tuple(row.grades),
        organisations=tuple(row.organisations),
        gone=row.gone,
    )
