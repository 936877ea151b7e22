"""People as ESR knows them: taking over what the gateway published, set by set, newest revision first and last.

A person is never deleted: leavers and those who are gone from ESR stay readable, because late claims name them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.contracts import ProfileImported
from esrlink.db import WriteTx
from esrlink.db.questions import Question, as_json, order
from esrlink.db.rowset import insert_rows
from esrlink.errors import Unavailable
from profile_sync.people.changes import changes_of
from profile_sync.people.known import facts_of
from profile_sync.rules.facts import PersonFacts
from profile_sync.rules.keys import person_keys
from profile_sync.rules.slips import LONGEST, SHORTEST
from profile_sync.tables import assignment, person, person_revision

_PERSON = [str(c.name) for c in person.columns]  # not the quoted names of SQLAlchemy, which are slow as keys of JSON
_ASSIGNMENT = [str(c.name) for c in assignment.columns]
_REVISION = [c.name for c in person_revision.columns]
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
    SELECT {", ".join(f"p.{name}" for name in _PERSON)} FROM json_array_elements_text(CAST(:people AS json)) AS g(employee_number)
     CROSS JOIN LATERAL (SELECT * FROM person WHERE vpd = :vpd AND employee_number = g.employee_number
                            FOR NO KEY UPDATE OFFSET 0) AS p
    """  # noqa: S608 - constants
)
_UPDATE = _update()
_INSERT = insert_rows(person, _PERSON).on_conflict_do_nothing().returning(person.c.employee_number)
_INSERT_ASSIGNMENTS = insert_rows(assignment, _ASSIGNMENT)
_INSERT_REVISIONS = insert_rows(person_revision, _REVISION).on_conflict_do_nothing()

_OF_THESE = "employee_number = ANY (ARRAY(SELECT json_array_elements_text(CAST(:people AS json))))"
_POSTS = text(
    f"""
    SELECT {", ".join(f'"{name}"' for name in _ASSIGNMENT)} FROM assignment
     WHERE vpd = :vpd AND {_OF_THESE} ORDER BY row
    """  # noqa: S608 - constants
)
_FORGET_POSTS = text(f"DELETE FROM assignment WHERE vpd = :vpd AND {_OF_THESE}")  # noqa: S608 - constants
_FORGET_KEYS = text(
    """
    DELETE FROM person_key k USING (
           SELECT employee_number, unnest(keys) AS key FROM jsonb_to_recordset(:rows) AS g(employee_number text, keys text[])
           ) AS g
     WHERE (k.vpd, k.key, k.employee_number) = (:vpd, g.key, g.employee_number)
    """
).bindparams(bindparam("rows", type_=JSONB))

# Words that are known already, nearly all of them, are looked up and not written again; new ones in their order, so that two
# transactions with the same ones cannot hold each other up.
_INSERT_KEYS_AND_WORDS = text(
    """
    WITH given AS (
           SELECT employee_number, unnest(keys) AS key FROM jsonb_to_recordset(:rows) AS g(employee_number text, keys text[])
         ),
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
    before = await tx.answer(_held(vpd, sorted(newest)))
    applied = [newest[n] for n in sorted(newest) if n not in before or newest[n].revision > before[n].revision]
    if not applied:
        return {}
    turns = {event.employee_number: _turn(event, before.get(event.employee_number)) for event in applied}
    posts = await tx.answer(_posts_of(vpd, sorted(before))) if before else {}
    await _make_known(tx, turns, [event for event in applied if event.employee_number not in before])
    await tx.ask(
        *_known_written(turns, [event for event in applied if event.employee_number in before]),
        *_posts_written(vpd, applied, posts),
        *_keys_written(vpd, turns),
        order(_INSERT_REVISIONS, {"rows": as_json([_revision_row(one, before, posts, now) for one in applied])}),
    )
    return turns


def _held(vpd: str, people: Sequence[str]) -> Question[dict[str, Any]]:
    values = {"vpd": vpd, "people": as_json(people)}
    return Question(_HELD, values, lambda rows: {row.employee_number: row for row in rows})


def _posts_of(vpd: str, people: Sequence[str]) -> Question[Mapping[str, list[Any]]]:
    """The assignments of these people who have any, in their order."""

    def read(rows: Sequence[Any]) -> Mapping[str, list[Any]]:
        posts: defaultdict[str, list[Any]] = defaultdict(list)
        for row in rows:
            posts[row.employee_number].append(row)
        return posts

    return Question(_POSTS, {"vpd": vpd, "people": as_json(people)}, read)


def _turn(event: ProfileImported, row: Any) -> Turn:
    return Turn(facts_of(row) if row else None, _facts_in(event))


def _known_written(turns: Mapping[str, Turn], known: Sequence[ProfileImported]) -> Iterator[Question[None]]:
    if known:
        yield order(_UPDATE, {"rows": as_json([_person_row(event, turns) for event in known])})


async def _make_known(tx: WriteTx, turns: Mapping[str, Turn], new: Sequence[ProfileImported]) -> None:
    rows = [_person_row(event, turns) for event in new]
    if rows and await tx.answer(Question(_INSERT, {"rows": as_json(rows)}, len)) < len(rows):
        # What they were like before this is not known here, and what they are found by may be wrong: begin anew.
        raise Unavailable("somebody else has just made one of these people known")


def _person_row(event: ProfileImported, turns: Mapping[str, Turn]) -> dict[str, Any]:
    facts = turns[event.employee_number].after
    said = _without_blanks(zip(_SAID, _said(event), strict=True))
    return {**said, "grades": facts.grades, "organisations": facts.organisations}


def _without_blanks(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A row without what it leaves open: PostgreSQL need not look for it, and half of what ESR could say it does not."""
    return {name: value for name, value in values if value is not None}


def _posts_written(
    vpd: str, applied: Sequence[ProfileImported], posts: Mapping[str, Sequence[Any]]
) -> Iterator[Question[None]]:
    """Bring assignments to what ESR says now; `posts` are those that people have."""
    moved = [event for event in applied if not _same_posts(posts.get(event.employee_number, ()), event)]
    leaving = [event.employee_number for event in moved if event.employee_number in posts]
    if leaving:
        yield order(_FORGET_POSTS, {"vpd": vpd, "people": as_json(leaving)})
    rows = [row for event in moved for row in _assignment_rows(event)]
    if rows:
        yield order(_INSERT_ASSIGNMENTS, {"rows": as_json(rows)})


def _same_posts(stored: Sequence[Any], event: ProfileImported) -> bool:
    return [*map(_post, stored)] == [*map(_post, event.assignments)]


def _keys_written(vpd: str, turns: Mapping[str, Turn]) -> Iterator[Question[None]]:
    """Bring the keys of those whom a rule could see changed to what they are found by now."""
    gone, rows = [], []
    for number, turn in turns.items():
        if turn.moves_links:
            before, after = person_keys(turn.before) if turn.before else frozenset(), person_keys(turn.after)
            if lost := before - after:
                gone.append({"employee_number": number, "keys": lost})
            if found := after - before:
                rows.append({"employee_number": number, "keys": found})
    if gone:
        yield order(_FORGET_KEYS, {"vpd": vpd, "rows": as_json(gone)})
    if rows:
        words = {"shortest": SHORTEST, "longest": LONGEST}
        yield order(_INSERT_KEYS_AND_WORDS, {"vpd": vpd, "rows": as_json(rows), **words})


def _revision_row(
    event: ProfileImported, before: Mapping[str, Any], posts: Mapping[str, Sequence[Any]], now: datetime
) -> dict[str, Any]:
    row = before.get(event.employee_number)
    return {
        "vpd": event.vpd,
        "employee_number": event.employee_number,
        "revision": event.revision,
        "as_of": event.as_of,
        "source_file": event.source_file,
        "applied_at": now,
        "changes": changes_of(row, posts.get(event.employee_number, ()), event) if row else None,
    }


def _values(event: ProfileImported, field: str) -> list[str]:
    """What all assignments say of a field, each value once."""
    return sorted({value for one in event.assignments if (value := getattr(one, field))})


def _assignment_rows(event: ProfileImported) -> list[dict[str, Any]]:
    key = {"vpd": event.vpd, "employee_number": event.employee_number}
    return [{**_without_blanks(vars(one).items()), **key, "row": n} for n, one in enumerate(event.assignments)]


def _facts_in(event: ProfileImported) -> PersonFacts:
    """As `facts_of` gives them once they are stored."""
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
