"""Weighing links: what decisions and rules say of profiles and of their rivals, against what is stored. Writes nothing.

Whoever means to store it holds the claims between the two steps (`locks.claims_held`); whoever only asks does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from esrlink.db import ReadTx
from esrlink.db.questions import Question
from profile_sync.links.rows import Stored, Subject, links_at
from profile_sync.people.known import people_sharing
from profile_sync.rules.claims import settle
from profile_sync.rules.facts import PersonFacts, Place, ProfileFacts
from profile_sync.rules.judging import NUMBER_WEAK_NAME, RuleSettings, State, Verdict, judge
from profile_sync.rules.keys import exact_keys, loose_keys


@dataclass(frozen=True, slots=True)
class Weighed:
    """The links as they are stored, and the verdicts that stand, for the profiles judged and all their rivals."""

    before: Mapping[Place, Stored]
    settled: Mapping[Place, Verdict]


async def judge_all(
    tx: ReadTx, vpd: str, subjects: Mapping[Place, Subject], settings: RuleSettings
) -> dict[Place, Verdict]:
    """Judge by exact keys first; only profiles that these do not settle are worth a search by name."""
    verdicts: dict[Place, Verdict] = {}
    by_key: dict[str, list[PersonFacts]] = {}
    for keys_of in (exact_keys, _all_keys):
        open_subjects = {place: one for place, one in subjects.items() if place not in verdicts}
        wanted = {place: keys_of(one.facts) for place, one in open_subjects.items() if not one.deleted}
        await _add_people(by_key, tx, vpd, {key for keys in wanted.values() for key in keys})
        for place, one in open_subjects.items():
            verdict = _judge(one, _sharing(by_key, wanted.get(place, frozenset())), settings)
            if _is_settled(verdict) or keys_of is _all_keys:
                verdicts[place] = verdict
    return verdicts


def claims_of(subjects: Mapping[Place, Subject], verdicts: Mapping[Place, Verdict]) -> list[str]:
    """The people whom these profiles claim or claimed so far: their other profiles are rivals."""
    claimed = {one.claim for one in verdicts.values()} | {one.claim for one in subjects.values()}
    return sorted(claim for claim in claimed if claim)


async def settle_all(
    tx: ReadTx, vpd: str, verdicts: Mapping[Place, Verdict], claims: Sequence[str], *after: Question[None]
) -> Weighed:
    """Settle who of these profiles, and of all others that claim these people, stands; looked up `after` these."""
    links = links_at(vpd, list(verdicts), claims)
    await tx.ask(*after, links)
    return settle_against(links.answer, verdicts)


def settle_against(before: Mapping[Place, Stored], verdicts: Mapping[Place, Verdict]) -> Weighed:
    """The same, when `before` has the links of the profiles judged and of their rivals."""
    rivals = {place: stored.as_claimed() for place, stored in before.items() if place not in verdicts}
    holding = {place for place, stored in before.items() if stored.employee_number}
    return Weighed(before, settle({**rivals, **verdicts}, holding))


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


async def _add_people(by_key: dict[str, list[PersonFacts]], tx: ReadTx, vpd: str, keys: AbstractSet[str]) -> None:
    """Add the people of a trust that have any of these keys, each key once."""
    new = keys - by_key.keys()
    by_key.update((key, []) for key in new)
    for facts, shared in await people_sharing(tx, vpd, new):
        for key in shared:
            by_key[key].append(facts)


def _sharing(by_key: Mapping[str, Sequence[PersonFacts]], keys: Iterable[str]) -> list[PersonFacts]:
    return list({one.employee_number: one for key in keys for one in by_key.get(key, ())}.values())
