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

from sqlalchemy import ARRAY, Text, bindparam, text

from esrlink.contracts import Received
from esrlink.db import WriteTx
from esrlink.ids import NewId
from profile_sync.links.events import events_of
from profile_sync.links.locks import hold_claims
from profile_sync.links.rows import Stored, Subject, load_links, load_subjects, store
from profile_sync.people.applying import people_sharing
from profile_sync.rules.claims import settle
from profile_sync.rules.facts import PersonFacts, Place, ProfileFacts
from profile_sync.rules.judging import NUMBER_WEAK_NAME, RuleSettings, State, Verdict, judge
from profile_sync.rules.keys import exact_keys, loose_keys

# Profiles that these people could touch: by any key while the profile is open, by a number or address always; and those that
# they touched before, when they may have had other keys. Each key is looked up by itself: joined freely, the planner
# repeats one half for each row of the other while it lacks statistics, and thousands of people take minutes.
_TOUCHED = text(
    """
    WITH shared AS MATERIALIZED (
        SELECT DISTINCT key FROM person_key WHERE vpd = :vpd AND employee_number = ANY(:people) AND left(key, 2) <> 't:'
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
    rows = await tx.all(_TOUCHED, {"vpd": vpd, "people": list(people), "weak_name": NUMBER_WEAK_NAME})
    return sorted(Place(row.product, row.department, row.profile_id) for row in rows)


async def evaluate(
    tx: WriteTx,
    vpd: str,
    places: Collection[Place],
    *,
    settings: RuleSettings,
    now: datetime,
    new_id: NewId,
    decided: Collection[Place] = (),
    news: Mapping[str, Received[Any]] = MappingProxyType({}),
) -> list[Stored]:
    """Bring the links of these profiles, and of their rivals, to what decisions and rules say, and emit what changed.

    For a profile in `decided` an event goes out even if its link stays as it is: a person acted on it. `news` has what came
    of people, by employee number: what it leads to goes on with its trace. The caller holds the trust (`hold_trust`).
    Returns the links that changed; one that only rests on other evidence is stored and not told of.
    """
    if not places:
        return []
    subjects = await load_subjects(tx, vpd, places)
    verdicts = await _judge_all(tx, vpd, subjects, settings)
    claims = {v.claim for v in verdicts.values() if v.claim} | {s.claim for s in subjects.values() if s.claim}
    await hold_claims(tx, vpd, claims)
    before = await load_links(tx, vpd, list(verdicts), sorted(claims))
    rivals = {place: stored.as_claimed() for place, stored in before.items() if place not in verdicts}
    holding = {place for place, stored in before.items() if stored.employee_number}
    settled = settle({**rivals, **verdicts}, holding)
    after = [
        changed
        for place, verdict in sorted(settled.items())
        if (changed := _changed(place, verdict, before.get(place), now, new_id, forced=place in decided))
    ]
    await store(tx, vpd, after, before)
    told: list[Stored] = []
    for one in after:
        was = before.get(one.place)
        if was is not None and was.revision == one.revision:
            continue
        told.append(one)
        tx.emit(*events_of(vpd, was, one, now), because=_behind(was, one, news))
    return told


def _behind(before: Stored | None, after: Stored, news: Mapping[str, Received[Any]]) -> Received[Any] | None:
    """Of the news, that of a person whom this change is about."""
    links = [after, before] if before else [after]
    about = [link.claim for link in links] + [one.employee_number for link in links for one in link.candidates]
    return next((news[number] for number in about if number and number in news), None)


async def _judge_all(
    tx: WriteTx, vpd: str, subjects: Mapping[Place, Subject], settings: RuleSettings
) -> dict[Place, Verdict]:
    """Judge by exact keys first; only profiles that these do not settle are worth a search by name."""
    verdicts: dict[Place, Verdict] = {}
    for keys_of in (exact_keys, _all_keys):
        open_subjects = {place: one for place, one in subjects.items() if place not in verdicts}
        wanted = {place: keys_of(one.facts) for place, one in open_subjects.items() if not one.deleted}
        by_key = await _people_by_key(tx, vpd, {key for keys in wanted.values() for key in keys})
        for place, one in open_subjects.items():
            verdict = _judge(one, _sharing(by_key, wanted.get(place, frozenset())), settings)
            if _is_settled(verdict) or keys_of is _all_keys:
                verdicts[place] = verdict
    return verdicts


_SETTLED: tuple[State, ...] = ("matched", "excluded")


def _is_settled(verdict: Verdict) -> bool:
    """Whether people of like name can change nothing: beside a weak name, one who fits it better can."""
    return verdict.state in _SETTLED and verdict.rule != NUMBER_WEAK_NAME


def _all_keys(facts: ProfileFacts) -> frozenset[str]:
    return exact_keys(facts) | loose_keys(facts)


def _judge(subject: Subject, people: Sequence[PersonFacts], settings: RuleSettings) -> Verdict:
    if subject.deleted:
        return Verdict("excluded", "profile_deleted")
    return judge(subject.facts, people, subject.stance, settings, subject.last_person, subject.department)


async def _people_by_key(tx: WriteTx, vpd: str, keys: Collection[str]) -> dict[str, list[PersonFacts]]:
    by_key: dict[str, list[PersonFacts]] = {}
    for facts, shared in await people_sharing(tx, vpd, sorted(keys)):
        for key in shared:
            by_key.setdefault(key, []).append(facts)
    return by_key


def _sharing(by_key: Mapping[str, Sequence[PersonFacts]], keys: Iterable[str]) -> list[PersonFacts]:
    return list({one.employee_number: one for key in keys for one in by_key.get(key, ())}.values())


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
