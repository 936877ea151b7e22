"""Searching people by whatever is typed: names with slips, preferred and previous names, numbers, a work e-mail address.

One statement finds and ranks, over all trusts of the caller. Each way in which a word may be met is a range of keys with a
weight; a person is found who is met by every word, or by the text as a whole. People whose names only sound like the text
are given when nobody else is found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ARRAY, SmallInteger, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import ReadTx
from profile_sync.cursors import Cursor
from profile_sync.rules.keys import registration_key, search_words, sound
from profile_sync.rules.slips import is_one_slip, spellings
from profile_sync.tables import name_word

Match = Literal["number", "name", "begins", "slip", "sound"]
_WEIGHTS: dict[Match, int] = {"number": 100, "name": 80, "begins": 60, "slip": 40, "sound": 20}
_FAMILY_NAME = 90
_WHOLE = -1
# More words than any name has; each costs a look-up.
_MOST_WORDS = 6
# The beginning of a number that is shorter says nothing.
_NUMBER_BEGINS = 4

# `OFFSET 0` keeps each look-up one of an index: without it the planner, who takes every range for a wide one, would read
# whole tables for a handful of people.
_FOUND = text(
    """
    WITH hit AS (
        SELECT t.vpd, k.employee_number, a.word, a.weight
          FROM unnest(:places, :lows, :highs, :weights) AS a(word, low, high, weight)
         CROSS JOIN unnest(:vpds) AS t(vpd)
         CROSS JOIN LATERAL (SELECT employee_number FROM person_key
                              WHERE vpd = t.vpd AND key >= a.low AND key < a.high OFFSET 0) AS k
         UNION ALL
        SELECT vpd, employee_number, -1, 100 FROM assignment
         WHERE vpd = ANY(:vpds) AND assignment_number = :assignment
    ), met AS (
        SELECT vpd, employee_number, word, max(weight) AS weight FROM hit GROUP BY vpd, employee_number, word
    ), ranked AS (
        SELECT vpd, employee_number,
               greatest(max(weight) FILTER (WHERE word < 0),
                        CASE WHEN count(*) FILTER (WHERE word >= 0) = :words
                             THEN sum(weight) FILTER (WHERE word >= 0) / :words END)::int AS score,
               greatest(max(weight) FILTER (WHERE word < 0),
                        CASE WHEN count(*) FILTER (WHERE word >= 0) = :words
                             THEN min(weight) FILTER (WHERE word >= 0) END)::int AS weakest
          FROM met GROUP BY vpd, employee_number
    )
    SELECT p.*, r.score, r.weakest
      FROM ranked r
     CROSS JOIN LATERAL (SELECT * FROM person WHERE vpd = r.vpd AND employee_number = r.employee_number OFFSET 0) AS p
     WHERE r.score IS NOT NULL
       AND (:after IS NULL OR (-r.score, p.gone, p.family_name, coalesce(p.given_name, ''), p.vpd, p.employee_number)
            > (SELECT (c->>0)::int, (c->>1)::boolean, c->>2, c->>3, c->>4, c->>5 FROM (SELECT :after AS c) AS given))
     ORDER BY -r.score, p.gone, p.family_name, coalesce(p.given_name, ''), p.vpd, p.employee_number
     LIMIT :limit
    """
).bindparams(
    bindparam("places", type_=ARRAY(SmallInteger)),
    bindparam("lows", type_=ARRAY(Text)),
    bindparam("highs", type_=ARRAY(Text)),
    bindparam("weights", type_=ARRAY(SmallInteger)),
    bindparam("vpds", type_=ARRAY(Text)),
    bindparam("after", type_=JSONB(none_as_null=True)),
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a word of a search may be met: by keys from `low` to before `high`. `word` is its place; -1 is the whole text."""

    word: int
    low: str
    high: str
    weight: int


@dataclass(frozen=True, slots=True)
class Found:
    """A person who was found, as the row of `person`, and by the weakest of what met the words."""

    person: Any
    match: Match


async def search_people(
    tx: ReadTx, vpds: Collection[str], query: str, *, limit: int, cursor: str | None = None
) -> tuple[list[Found], str | None]:
    """A page of the people of these trusts whom `query` finds, best first, and the cursor of the next page."""
    words = search_words(query)[:_MOST_WORDS]
    if not words:
        return [], None
    near = await _near(tx, vpds, words)
    ways = [*_whole(query, words), *(way for n, word in enumerate(words) for way in _ways(n, word, near))]
    found = await _found(tx, vpds, query, words, ways, limit, cursor)
    if not found and not any(c.isdigit() for c in query):
        found = await _found(
            tx, vpds, query, words, [_sounding(n, word) for n, word in enumerate(words)], limit, cursor
        )
    following = _CURSOR.after(_place(found[limit - 1])) if len(found) > limit else None
    return [Found(row, _match(row.weakest)) for row in found[:limit]], following


async def _found(
    tx: ReadTx,
    vpds: Collection[str],
    query: str,
    words: Sequence[str],
    ways: Sequence[Way],
    limit: int,
    cursor: str | None,
) -> Sequence[Any]:
    return await tx.all(
        _FOUND,
        {
            "places": [way.word for way in ways],
            "lows": [way.low for way in ways],
            "highs": [way.high for way in ways],
            "weights": [way.weight for way in ways],
            "vpds": sorted(vpds),
            "assignment": query.strip().upper(),
            "words": len(words),
            "after": _CURSOR.read(cursor) if cursor else None,
            "limit": limit + 1,
        },
    )


async def _near(tx: ReadTx, vpds: Collection[str], words: Sequence[str]) -> list[str]:
    """The words of names that share a spelling with one of these."""
    shared = sorted({spelling for word in words for spelling in spellings(word)})
    if not shared:
        return []
    statement = (
        select(name_word.c.word).where(name_word.c.vpd.in_(sorted(vpds)), name_word.c.near.in_(shared)).distinct()
    )
    return [row.word for row in await tx.all(statement)]


def _whole(query: str, words: Sequence[str]) -> Iterator[Way]:
    number = registration_key(query)
    yield _equal(_WHOLE, f"n:{number}", _WEIGHTS["number"])
    yield _equal(_WHOLE, f"r:{number}", _WEIGHTS["number"])
    if "@" in query:
        yield _equal(_WHOLE, f"e:{query.strip().casefold()}", _WEIGHTS["number"])
    if number.isdigit() and len(number) >= _NUMBER_BEGINS:
        yield _beginning(_WHOLE, f"n:{number}", _WEIGHTS["begins"])
    if len(words) > 1:  # `Mc Donald`, and a double name in full
        yield _equal(_WHOLE, f"f:{''.join(words)}", _FAMILY_NAME)


def _ways(place: int, word: str, near: Sequence[str]) -> Iterator[Way]:
    yield _equal(place, f"f:{word}", _FAMILY_NAME)
    yield _equal(place, f"t:{word}", _WEIGHTS["name"])
    yield _beginning(place, f"t:{word}", _WEIGHTS["begins"])
    for other in near:
        if is_one_slip(word, other):
            yield _equal(place, f"t:{other}", _WEIGHTS["slip"])
    if any(c.isdigit() for c in word):
        number = registration_key(word)
        yield _equal(place, f"n:{number}", _WEIGHTS["number"])
        yield _equal(place, f"r:{number}", _WEIGHTS["number"])


def _sounding(place: int, word: str) -> Way:
    return _beginning(place, f"s:{sound(word)}:", _WEIGHTS["sound"])


def _equal(place: int, key: str, weight: int) -> Way:
    # No key goes on with a control character, so this is the one key and, unlike `=`, the same plan for all ways.
    return Way(place, key, f"{key}\x01", weight)


def _beginning(place: int, prefix: str, weight: int) -> Way:
    return Way(place, prefix, f"{prefix}\x7f", weight)


def _match(weight: int) -> Match:
    return next(name for name, least in _WEIGHTS.items() if weight >= least)


_CURSOR = Cursor(int, bool, str, str, str, str)


def _place(row: Any) -> Sequence[Any]:
    return [-row.score, row.gone, row.family_name, row.given_name or "", row.vpd, row.employee_number]
