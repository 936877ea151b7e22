"""Evaluating links: load what the rules need, let them judge, settle rivals, store what changed and tell of it.

All of it in a handful of statements for any number of profiles. A change of people holds the trust's links alone; changes of
profiles run side by side and only meet at the persons whom they claim. Both locks are held to the commit, so no two
transactions can each link a profile of one department to the same person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text

from esrlink.contracts import Received
from esrlink.db import WriteTx
from esrlink.db.questions import Question, as_json
from esrlink.ids import NewId
from profile_sync.links.events import events_of
from profile_sync.links.locks import claims_held
from profile_sync.links.rows import Stored, Subject, store, subjects_at
from profile_sync.links.weighing import Weighed, claims_of, judge_all, settle_all
from profile_sync.people.known import people_numbered
from profile_sync.rules.facts import Place
from profile_sync.rules.judging import NUMBER_WEAK_NAME, RuleSettings, Verdict
from profile_sync.rules.keys import tying_keys

# Profiles that these people could touch: by any key while the profile is open, by a number or address always; and those that
# they touched before, when they may have had other keys. Each key is looked up by itself: joined freely, the planner
# repeats one half for each row of the other while it lacks statistics, and thousands of people take minutes.
_TOUCHED = text(
    """
    WITH shared AS MATERIALIZED (
        SELECT key FROM json_array_elements_text(CAST(:keys AS json)) AS key
    ), near AS MATERIALIZED (
        SELECT k.product, k.department, k.profile_id, bool_or(left(s.key, 2) IN ('n:', 'r:', 'e:')) AS exact
          FROM shared s
         CROSS JOIN LATERAL (SELECT product, department, profile_id FROM profile_key
                              WHERE vpd = :vpd AND key = s.key OFFSET 0) AS k
         GROUP BY k.product, k.department, k.profile_id
    )
    SELECT n.product, n.department, n.profile_id
      FROM near n
     CROSS JOIN LATERAL (SELECT state, rule FROM link
                          WHERE vpd = :vpd AND product = n.product AND department = n.department
                            AND profile_id = n.profile_id OFFSET 0) AS l
     WHERE n.exact OR l.state IN ('possible', 'unmatched') OR l.rule = :weak_name
     UNION
    SELECT product, department, profile_id FROM link WHERE vpd = :vpd AND claim = ANY(:people)
     UNION
    SELECT product, department, profile_id FROM link_candidate WHERE vpd = :vpd AND employee_number = ANY(:people)
    """
).bindparams(bindparam("people", type_=ARRAY(Text)))


async def profiles_touched_by(tx: WriteTx, vpd: str, people: Sequence[str]) -> list[Place]:
    """The profiles whose links these people could change."""
    keys = {key for one in await tx.answer(people_numbered(vpd, people)) for key in tying_keys(one)}
    values = {"vpd": vpd, "people": list(people), "keys": as_json([*keys]), "weak_name": NUMBER_WEAK_NAME}
    rows = await tx.all(_TOUCHED, values)
    return sorted(Place(row.product, row.department, row.profile_id) for row in rows)


async def evaluate(
    tx: WriteTx,
    vpd: str,
    places: Collection[Place],
    *,
    settings: RuleSettings,
    now: datetime,
    new_id: NewId,
    news: Mapping[str, Received[Any]] = MappingProxyType({}),
    traces: Mapping[Place, str] = MappingProxyType({}),
    after: Sequence[Question[None]] = (),
    alone: bool = False,
) -> list[Stored]:
    """Bring the links of these profiles, and of their rivals, to what decisions and rules say, and emit what changed.

    `news` has what came of people, by employee number: what it leads to goes on with its trace; `traces` has those of profiles
    that came each by itself. `after` is done before all else. The caller holds the trust (`hold_trust`), or all of its links,
    `alone` (`links_held`), when nobody else can claim a person meanwhile. Returns the links that
    changed; one that only rests on other evidence is stored and not told of.
    """
    if not places:
        return []
    subjects = subjects_at(vpd, places)
    await tx.ask(*after, subjects)
    weighed = await weigh(tx, vpd, subjects.answer, settings, alone=alone)
    return await take_effect(tx, vpd, weighed, now=now, new_id=new_id, news=news, traces=traces)


async def weigh(
    tx: WriteTx, vpd: str, subjects: Mapping[Place, Subject], settings: RuleSettings, *, alone: bool = False
) -> Weighed:
    """What decisions and rules say of these profiles; nobody else changes what it rests on until the transaction ends."""
    verdicts = await judge_all(tx, vpd, subjects, settings)
    claims = claims_of(subjects, verdicts)
    return await settle_all(tx, vpd, verdicts, claims, *(() if alone else [claims_held(vpd, claims)]))


async def take_effect(
    tx: WriteTx,
    vpd: str,
    weighed: Weighed,
    *,
    now: datetime,
    new_id: NewId,
    decided: Mapping[Place, UUID] = MappingProxyType({}),
    news: Mapping[str, Received[Any]] = MappingProxyType({}),
    traces: Mapping[Place, str] = MappingProxyType({}),
) -> list[Stored]:
    """Store what was weighed and emit what changed. Returns the links that changed.

    `decided` has the decisions that people made just now, by profile: for these an event goes out even if the link stays as
    it is, because a person acted on it.
    """
    before = weighed.before
    after = changes_of(weighed, now=now, new_id=new_id, decided=decided)
    await store(tx, vpd, after, before, causes_of(weighed, after, decided) if decided else {})
    told = [one for one in after if is_told(before.get(one.place), one)]
    for one in told:
        was = before.get(one.place)
        tx.emit(*events_of(vpd, was, one, now), because=traces.get(one.place) or _behind(was, one, news))
    return told


def changes_of(weighed: Weighed, *, now: datetime, new_id: NewId, decided: Collection[Place]) -> list[Stored]:
    """The links that are to be other than they are stored, as they are to be, by place."""
    return [
        changed
        for place, verdict in sorted(weighed.settled.items())
        if (changed := _changed(place, verdict, weighed.before.get(place), now, new_id, forced=place in decided))
    ]


def is_told(before: Stored | None, after: Stored) -> bool:
    """Whether a link is another one now, and does not only rest on other evidence."""
    return before is None or before.revision != after.revision


def causes_of(weighed: Weighed, after: Iterable[Stored], decided: Mapping[Place, UUID]) -> dict[Place, UUID]:
    """The decision behind each change: that on the profile itself, or that on the rival who took or freed its person."""
    moved = {
        (place.product, place.department, claim): decision_id
        for place, decision_id in decided.items()
        for claim in _claims(weighed, place)
    }
    found = {
        one.place: moved[key]
        for one in after
        for claim in _claims(weighed, one.place)
        if (key := (one.place.product, one.place.department, claim)) in moved
    }
    return found | dict(decided)


def _claims(weighed: Weighed, place: Place) -> list[str]:
    was = weighed.before.get(place)
    return [claim for claim in (weighed.settled[place].claim, was.claim if was else None) if claim]


def _behind(before: Stored | None, after: Stored, news: Mapping[str, Received[Any]]) -> Received[Any] | None:
    """Of the news, that of a person whom this change is about."""
    links = [after, before] if before else [after]
    about = [link.claim for link in links] + [one.employee_number for link in links for one in link.candidates]
    return next((news[number] for number in about if number and number in news), None)


def _changed(
    place: Place, verdict: Verdict, before: Stored | None, now: datetime, new_id: NewId, *, forced: bool
) -> Stored | None:
    """The link as it is to be, or none when it is so already."""
    if before is None:
        return Stored.first(place, verdict, now, new_id())
    if before.verdict() == verdict and not forced:
        return None
    if before.says(verdict) and not forced:
        return before.on_evidence_of(verdict)
    return before.becoming(verdict, now)
