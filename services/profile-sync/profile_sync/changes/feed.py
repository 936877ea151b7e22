"""Reading the feed from a place on, narrowed to what a caller may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text

from esrlink.db import ReadTx
from esrlink.errors import EsrLinkError
from profile_sync.cursors import Cursor, not_ours
from profile_sync.profiles.reading import Departments

# Of each trust, for one request: where little of it is for the caller, an answer may be empty and still lead on.
LOOKED_AT = 2_000

_CURSOR = Cursor(str, str)
_KIND = "changes"

# Each trust's rows by the index, in its order; what is not for the caller is left out afterwards, so that the place moves on.
# A change of a person is for a caller of some departments where the person has a profile in one of them.
_READ = text(
    """
    WITH looked AS MATERIALIZED (
        SELECT c.* FROM unnest(:vpds) AS v(vpd)
         CROSS JOIN LATERAL (SELECT * FROM change WHERE vpd = v.vpd AND position > :after
                              ORDER BY position LIMIT :looked) AS c
         ORDER BY c.position LIMIT :looked)
    SELECT c.*, CASE
           WHEN NOT c.topic = ANY(:topics) THEN false
           WHEN :every THEN true
           WHEN c.product IS NOT NULL THEN c.product || '/' || c.department = ANY(:departments)
           ELSE EXISTS (SELECT FROM link l WHERE l.vpd = c.vpd AND l.employee_number = c.employee_number
                           AND l.product || '/' || l.department = ANY(:departments)) END AS shown
      FROM looked c ORDER BY c.position
    """
).bindparams(
    bindparam("vpds", type_=ARRAY(Text)),
    bindparam("topics", type_=ARRAY(Text)),
    bindparam("departments", type_=ARRAY(Text)),
    bindparam("after", type_=BigInteger),
)
_FLOOR = text("SELECT coalesce(max(position), 0) FROM change_floor WHERE vpd = ANY(:vpds)").bindparams(
    bindparam("vpds", type_=ARRAY(Text))
)
_LAST = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM change_position")
_HEAD = text(
    """
    SELECT coalesce(max(greatest(
             (SELECT position FROM change WHERE vpd = v.vpd AND position IS NOT NULL ORDER BY position DESC LIMIT 1),
             (SELECT position FROM change_floor WHERE vpd = v.vpd))), 0)
      FROM unnest(:vpds) AS v(vpd)
    """
).bindparams(bindparam("vpds", type_=ARRAY(Text)))


class CursorGone(EsrLinkError):
    """What follows this cursor is not kept any more, or never was."""

    code, status, title = "cursor_gone", 410, "The feed no longer has what follows"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes: of these trusts, topics and departments ("product/department"; none for all)."""

    vpds: Collection[str]
    topics: Collection[str]
    departments: Departments = None


@dataclass(frozen=True, slots=True)
class Part:
    """Changes as rows of the table, the place behind them, and whether there was more to look at."""

    changes: list[Any]
    place: int
    more: bool


def cursor_at(place: int) -> str:
    """The cursor of what follows this place."""
    return _CURSOR.after([_KIND, str(place)])


def place_of(cursor: str | None) -> int:
    """The place that a cursor holds; without one, the beginning. Raises `Invalid`."""
    if cursor is None:
        return 0
    kind, place = _CURSOR.read(cursor)
    if kind != _KIND or not place.isascii() or not place.isdigit() or len(place) > 18:
        raise not_ours()
    return int(place)


async def read_changes(tx: ReadTx, wanted: Wanted, after: int, limit: int, *, is_given: bool = True) -> Part:
    """Up to `limit` changes behind the place `after`, oldest first; in one statement, and two that look at the place.

    `is_given` where somebody holds that place: then nothing may be missing behind it. Raises `CursorGone`.
    """
    asked = {
        "vpds": sorted(wanted.vpds),
        "topics": sorted(wanted.topics),
        "departments": sorted(wanted.departments or ()),
        "every": wanted.departments is None,
        "after": after,
        "looked": LOOKED_AT,
    }
    rows = list(await tx.all(_READ, asked))
    # After reading: what was forgotten meanwhile may have been passed over.
    if is_given:
        await _require_kept(tx, wanted.vpds, after)
    shown = [row for row in rows if row.shown]
    if len(shown) > limit:
        return Part(shown[:limit], shown[limit - 1].position, more=True)
    return Part(shown, rows[-1].position if rows else after, more=len(rows) == LOOKED_AT)


async def head(tx: ReadTx, vpds: Iterable[str]) -> int:
    """The place behind all that is numbered of these trusts. What is committed and is not numbered yet comes behind it."""
    return int(await tx.scalar(_HEAD, {"vpds": sorted(vpds)}))


async def floor(tx: ReadTx, vpds: Iterable[str]) -> int:
    """The place up to which changes of these trusts may be forgotten."""
    return int(await tx.scalar(_FLOOR, {"vpds": sorted(vpds)}))


async def _require_kept(tx: ReadTx, vpds: Iterable[str], after: int) -> None:
    # A place that was never given is one of before the database was set back.
    if after < await floor(tx, vpds) or after > int(await tx.scalar(_LAST)):
        raise CursorGone(
            "What follows this cursor is not kept any more. List your profiles (GET /v1/profiles), take over what they are "
            "now, and go on from `changes` of the first page.",
            field="after",
        )
