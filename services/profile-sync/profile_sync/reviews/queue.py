"""Which profiles wait for a person: filtered, oldest first, by cursor, over one or several trusts.

A page is found in `ix_link_review` alone, which is in the queue's order and holds all that is filtered by; one for a reason in
`ix_link_review_reason`, where those of a rare one stand together. Neither links that wait for nobody nor their rows are read.
A text is looked up in `profile_key` first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Text,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from esrlink.db import ReadTx
from profile_sync.cursors import Cursor, not_ours
from profile_sync.profiles.reading import Departments, in_departments
from profile_sync.rules.facts import Place
from profile_sync.rules.keys import address, registration_key, search_words
from profile_sync.tables import link, profile_key
from profile_sync.tables.base import PROFILE

MOST_COUNTED = 1_000
"""More than this many that wait are not counted."""
# A text that is met by more profiles than this is too short: a part of them is shown.
_MOST_MET = 5_000
_MOST_FOUND = 2_000
# The beginning of a name that is shorter finds half a trust.
_BEGINS = 3
_MOST_WORDS = 6
_WHOLE = -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of those that wait: of a product, a department (product, department), a state, a reason; since when at the latest.

    `text` is a word or words of the profile's name, or its ESR number, registration number, e-mail address or id, in full.
    """

    product: str | None = None
    department: tuple[str, str] | None = None
    state: str | None = None
    reason: str | None = None
    waiting_since: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A profile that waits."""

    vpd: str
    place: Place
    since: datetime


_ORDER = ("review_since", "product", "department", "profile_id", "vpd")
_CURSOR = Cursor(str, str, str, str, str)


async def waiting(
    tx: ReadTx,
    vpds: Sequence[str],
    departments: Departments,
    wanted: Wanted,
    *,
    cursor: str | None = None,
    limit: int,
) -> tuple[list[Waiting], str | None]:
    """A page of those that wait, oldest first, and the cursor of the next page."""
    found = _found(vpds, departments, wanted, _after(cursor), limit + 1)
    rows = await tx.all(select(found).order_by(*(found.c[name] for name in _ORDER)).limit(limit + 1))
    following = _CURSOR.after(_place(rows[limit - 1])) if len(rows) > limit else None
    return [
        Waiting(row.vpd, Place(row.product, row.department, row.profile_id), row.review_since) for row in rows[:limit]
    ], following


async def count_waiting(tx: ReadTx, vpds: Sequence[str], departments: Departments, wanted: Wanted) -> int:
    """How many wait; one more than `MOST_COUNTED` stands for all that are more."""
    found = _found(vpds, departments, wanted, None, MOST_COUNTED + 1)
    return int(
        await tx.scalar(select(func.count()).select_from(select(found.c.vpd).limit(MOST_COUNTED + 1).subquery()))
    )


def _found(
    vpds: Sequence[str], departments: Departments, wanted: Wanted, after: Sequence[Any] | None, limit: int
) -> FromClause:
    """Those that wait, `limit` of each trust at least where there are so many; not in order yet."""
    columns = [link.c[name] for name in _ORDER]
    conditions = list(_conditions(departments, wanted, after))
    source: FromClause
    if wanted.text:
        source = _holding(vpds, wanted.text)
        here = [link.c[name] == source.c[name] for name in PROFILE]
        # Each is looked up by its key: joined freely, the planner would read the queue whole.
        one = select(*columns).where(*here, *conditions).offset(0).lateral("w")
    else:
        given = bindparam("vpds", sorted(vpds), type_=ARRAY(Text), unique=True)
        source = func.unnest(given).table_valued("vpd").render_derived(name="t")
        here = [link.c.vpd == source.c.vpd]
        # A range of the index for each: all trusts at once would be sorted whole.
        one = select(*columns).where(*here, *conditions).order_by(*columns[:-1]).limit(limit).lateral("w")
    return select(one).select_from(source.join(one, true())).subquery("waiting")


def _conditions(departments: Departments, wanted: Wanted, after: Sequence[Any] | None) -> Iterator[ColumnElement[bool]]:
    yield link.c.review_since.is_not(None)
    if departments is not None:
        yield in_departments(link, departments)
    if wanted.department:
        yield link.c.product == wanted.department[0]
        yield link.c.department == wanted.department[1]
    for column, value in (
        (link.c.product, wanted.product),
        (link.c.state, wanted.state),
        (link.c.reason, wanted.reason),
    ):
        if value is not None:
            yield column == value
    if wanted.waiting_since:
        yield link.c.review_since <= wanted.waiting_since
    if after is not None:
        yield tuple_(*(link.c[name] for name in _ORDER)) > tuple_(*after)


def _holding(vpds: Sequence[str], typed: str) -> FromClause:
    """The profiles that a text finds: by every word of their name, or by a number, an address or their id."""
    c, words = profile_key.c, search_words(typed)[:_MOST_WORDS]
    place, here = tuple(c[name] for name in PROFILE), c.vpd.in_(sorted(vpds))
    number = registration_key(typed)
    whole = [
        c.key == f"n:{number}",
        c.key == f"r:{number}",
        c.key == f"e:{address(typed)}",
        c.profile_id == typed.strip(),
    ]
    ways = [select(*place, literal(_WHOLE).label("word")).where(here, way) for way in whole]
    for n, word in enumerate(words):
        # A profile has its names as keys with an initial behind: `k:okafor:a`, `g:adaeze:o`, or `f:okafor` alone.
        end = "\x7f" if len(word) >= _BEGINS else ":\x7f"
        lows = (f"k:{word}", f"g:{word}", f"f:{word}")
        ranges = ((c.key >= low, c.key < low + end) for low in lows)
        ways.extend(
            select(*place, literal(n).label("word")).where(here, *between).limit(_MOST_MET) for between in ranges
        )
    hits = union_all(*ways).subquery("hits")
    names = [hits.c[name] for name in PROFILE]
    met: list[ColumnElement[bool]] = [func.bool_or(hits.c.word == _WHOLE)]
    if words:
        met.append(func.count(hits.c.word.distinct()).filter(hits.c.word != _WHOLE) == len(words))
    return select(*names).group_by(*names).having(or_(*met)).limit(_MOST_FOUND).cte("held")


def _after(cursor: str | None) -> list[Any] | None:
    if not cursor:
        return None
    since, *place = _CURSOR.read(cursor)
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise not_ours() from error
    return [literal(moment, TIMESTAMP(timezone=True)), *place]


def _place(row: Any) -> list[str]:
    return [row.review_since.isoformat(), row.product, row.department, row.profile_id, row.vpd]
