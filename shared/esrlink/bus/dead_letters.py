"""Dead letters as people read them: lists with filters, counts, one letter with its history. They show no message's content.

What a transaction sees are the letters of its trusts, and those of no known trust; the database sees to that.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, tuple_

from esrlink.bus.reasons import ReasonClass
from esrlink.contracts.types import utc
from esrlink.db.database import ReadTx, WriteTx
from esrlink.db.infrastructure import dead_letter, dead_letter_step
from esrlink.errors import Invalid, NotFound


class LetterState(StrEnum):
    """Where a letter stands: it waits for a person, it was taken into effect, or a person discarded it."""

    PARKED = "parked"
    APPLIED = "applied"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter without its content. `vpd` is none where the message does not say whose it is."""

    id: UUID
    topic: str
    vpd: str | None
    event_id: UUID | None
    reason_class: ReasonClass
    error_class: str
    reason: str
    state: LetterState
    attempts: int
    is_edited: bool
    parked_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a letter's history. `by` is a subject, or the consumer's name."""

    at: datetime
    by: str
    action: str
    detail: str


@dataclass(frozen=True, slots=True)
class LetterCount:
    """How many letters of one topic and class wait."""

    topic: str
    reason_class: ReasonClass
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters. `words` is any part of the reason."""

    state: LetterState | None = None
    topic: str | None = None
    reason_class: ReasonClass | None = None
    words: str | None = None


COLUMNS = (
    dead_letter.c.id,
    dead_letter.c.topic,
    dead_letter.c.vpd,
    dead_letter.c.event_id,
    dead_letter.c.reason_class,
    dead_letter.c.error_class,
    dead_letter.c.reason,
    dead_letter.c.state,
    dead_letter.c.attempts,
    dead_letter.c.edited_value.is_not(None).label("is_edited"),
    dead_letter.c.parked_at,
    dead_letter.c.settled_at,
)


def matching(statement: Select[Any], wanted: LetterFilter) -> Select[Any]:
    """The statement, for the letters that the filter lets through."""
    for column, value in (
        (dead_letter.c.state, wanted.state),
        (dead_letter.c.topic, wanted.topic),
        (dead_letter.c.reason_class, wanted.reason_class),
    ):
        if value is not None:
            statement = statement.where(column == str(value))
    if wanted.words:
        statement = statement.where(dead_letter.c.reason.icontains(wanted.words, autoescape=True))
    return statement


async def find_letters(
    tx: ReadTx, wanted: LetterFilter, *, cursor: str | None = None, limit: int = 50
) -> tuple[list[Letter], str | None]:
    """A page of letters, newest first, and the cursor of the next. Raises `Invalid` for a cursor that is not ours."""
    place = (dead_letter.c.parked_at, dead_letter.c.id)
    statement = matching(select(*COLUMNS), wanted).order_by(*(column.desc() for column in place)).limit(limit + 1)
    if cursor is not None:
        statement = statement.where(tuple_(*place) < tuple_(*_place_of(cursor)))
    found = [letter_of(row) for row in await tx.all(statement)]
    return found[:limit], _cursor_at(found[limit - 1]) if len(found) > limit else None


async def count_letters(tx: ReadTx, wanted: LetterFilter) -> int:
    """How many letters the filter lets through."""
    return int(await tx.scalar(matching(select(func.count()).select_from(dead_letter), wanted)))


async def count_waiting(tx: ReadTx) -> Sequence[LetterCount]:
    """The letters that wait for a person, by topic and class."""
    group = (dead_letter.c.topic, dead_letter.c.reason_class)
    counted = select(*group, func.count().label("waiting"), func.min(dead_letter.c.parked_at).label("oldest"))
    rows = await tx.all(counted.where(dead_letter.c.state == LetterState.PARKED).group_by(*group).order_by(*group))
    return [LetterCount(row.topic, ReasonClass(row.reason_class), row.waiting, row.oldest) for row in rows]


async def find_letter(tx: ReadTx, letter_id: UUID) -> Letter:
    """One letter. Raises `NotFound`, also for a letter of another trust."""
    row = await tx.one_or_none(select(*COLUMNS).where(dead_letter.c.id == letter_id))
    if row is None:
        raise NotFound("There is no such dead letter that you may see.")
    return letter_of(row)


async def hold_letter(tx: WriteTx, letter_id: UUID) -> Letter:
    """The letter as it stands, and nobody else changes it until the transaction ends. Raises `NotFound`."""
    await tx.execute(select(dead_letter.c.id).where(dead_letter.c.id == letter_id).with_for_update())
    return await find_letter(tx, letter_id)


async def history(tx: ReadTx, letter_id: UUID) -> Sequence[Step]:
    """What happened to the letter, oldest first."""
    steps = dead_letter_step.c
    statement = select(steps.at, steps.by, steps.action, steps.detail).where(steps.letter_id == letter_id)
    return [Step(row.at, row.by, row.action, row.detail) for row in await tx.all(statement.order_by(steps.id))]


async def earlier_of_the_same(tx: ReadTx, letter_id: UUID) -> UUID | None:
    """The oldest letter about the same person (or trust) that still waits and came before this one."""
    one, other = dead_letter.alias("one"), dead_letter.alias("other")
    statement = (
        select(other.c.id)
        .select_from(one)
        .join(other, other.c.topic == one.c.topic)
        .where(one.c.id == letter_id, one.c.key != "", other.c.state == LetterState.PARKED)
        .where(order_of(other.c) == order_of(one.c))
        .where(tuple_(other.c.parked_at, other.c.id) < tuple_(one.c.parked_at, one.c.id))
        .order_by(other.c.parked_at, other.c.id)
        .limit(1)
    )
    found: UUID | None = await tx.scalar(statement)
    return found


def order_of(columns: Any) -> Any:
    """Whose order the message keeps, as SQL: the partition key."""
    return func.coalesce(columns.headers["ce_partitionkey"].astext, columns.key)


def letter_of(row: Row[Any]) -> Letter:
    """The letter in a row of `COLUMNS`."""
    values = row._asdict()
    values["reason_class"], values["state"] = ReasonClass(row.reason_class), LetterState(row.state)
    return Letter(**values)


def _cursor_at(letter: Letter) -> str:
    place = json.dumps([letter.parked_at.isoformat(), str(letter.id)])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place_of(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, letter_id = json.loads(base64.urlsafe_b64decode(cursor))
        return utc(datetime.fromisoformat(moment)).astimezone(UTC), UUID(letter_id)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _bad_cursor() from error


def _bad_cursor() -> Invalid:
    return Invalid("The cursor is not one of ours. Take `next` of the page before, or leave it out.", field="cursor")
