"""Links as rows: reading what an evaluation starts from, and writing what it comes to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question, as_json, order
from esrlink.db.rowset import insert_rows
from profile_sync.rules.decisions import Decision, Kind, Stance, stance_of
from profile_sync.rules.facts import Place, ProfileFacts
from profile_sync.rules.judging import Candidate, Verdict
from profile_sync.rules.similarity import Part
from profile_sync.tables import link, link_candidate, link_revision

_PLACES = "jsonb_to_recordset(:places) AS g(product text, department text, profile_id text)"
_THESE = "(t.product, t.department, t.profile_id) = (g.product, g.department, g.profile_id)"

# `OFFSET 0` keeps each look-up one of its index: joined freely, the planner reads a table once for each of thousands of
# places while it lacks statistics.
_HERE = "vpd = :vpd AND (product, department, profile_id) = (g.product, g.department, g.profile_id) OFFSET 0"
_CANDIDATES = """
    SELECT jsonb_agg(jsonb_build_array(c.employee_number, c.rule, c.score, c.parts) ORDER BY c.rank)
      FROM link_candidate c
     WHERE (c.vpd, c.product, c.department, c.profile_id) = (t.vpd, t.product, t.department, t.profile_id)
"""

_SUBJECTS = text(
    f"""
    SELECT t.product, t.department, t.profile_id, t.family_name, t.given_name, t.employee_number, t.registration_number,
           t.email, t.grade, t.title, t.deleted_at, l.claim, l.last_person, d.decisions, m.name AS department_name
      FROM {_PLACES} CROSS JOIN LATERAL (SELECT * FROM profile WHERE {_HERE}) AS t
      LEFT JOIN LATERAL (SELECT claim, last_person FROM link WHERE {_HERE}) AS l ON true
     CROSS JOIN LATERAL (
           SELECT jsonb_agg(jsonb_build_array(decision_id, decision, employee_number, undoes) ORDER BY seq) AS decisions
             FROM link_decision
            WHERE vpd = :vpd AND (product, department, profile_id) = (g.product, g.department, g.profile_id)
           ) AS d
      LEFT JOIN department m ON (m.vpd, m.product, m.department) = (t.vpd, t.product, t.department)
    """  # noqa: S608 - constants
).bindparams(bindparam("places", type_=JSONB))

_LINKS = text(
    f"""
    SELECT t.*, ({_CANDIDATES}) AS candidates
      FROM (SELECT t.* FROM {_PLACES} CROSS JOIN LATERAL (SELECT * FROM link WHERE {_HERE}) AS t
             UNION
            SELECT t.* FROM link t WHERE t.vpd = :vpd AND t.claim = ANY(:claims)) AS t
    """  # noqa: S608 - constants
).bindparams(bindparam("places", type_=JSONB), bindparam("claims", type_=ARRAY(Text)))

_FORGET_CANDIDATES = text(
    f"DELETE FROM link_candidate t USING {_PLACES} WHERE t.vpd = :vpd AND {_THESE}"  # noqa: S608 - constants
).bindparams(bindparam("places", type_=JSONB))

_LINK = [c.name for c in link.columns]
_CANDIDATE = [c.name for c in link_candidate.columns]
_REVISION = [c.name for c in link_revision.columns]
_PART = [one.name for one in fields(Part)]


# A person may pass from one profile of a department to another: the one lets go before the other takes hold.
_LET_GO = text(
    f"UPDATE link t SET state = 'unmatched', employee_number = NULL FROM {_PLACES} WHERE t.vpd = :vpd AND {_THESE}"  # noqa: S608
).bindparams(bindparam("places", type_=JSONB))


def _upsert() -> Any:
    """Stores links and, from the same rows, their revisions; one that only rests on other evidence has its revision already."""
    statement = insert_rows(link, _LINK)
    changing = [c for c in _LINK if c not in ("vpd", "product", "department", "profile_id", "link_id")]
    links = statement.on_conflict_do_update(
        index_elements=["vpd", "product", "department", "profile_id"],
        set_={name: statement.excluded[name] for name in changing},
    )
    return insert_rows(link_revision, _REVISION).on_conflict_do_nothing().add_cte(links.cte("links"))


_STORE = _upsert()
_STORE_CANDIDATES = insert_rows(link_candidate, _CANDIDATE)


@dataclass(frozen=True, slots=True)
class Subject:
    """A profile to be judged: its facts and department, what people decided, whom it claims so far and was last linked to."""

    facts: ProfileFacts
    decisions: tuple[Decision, ...]
    claim: str | None
    last_person: str | None
    deleted: bool
    department: str | None = None
    """The department's name, as the trust's settings have it."""

    @property
    def stance(self) -> Stance:
        """What the decisions come to."""
        return stance_of(self.decisions)

    def deciding(self, decision: Decision) -> Subject:
        """This profile, with one decision more."""
        return replace(self, decisions=(*self.decisions, decision))


@dataclass(frozen=True, slots=True)
class Stored:
    """A link as it is stored."""

    place: Place
    link_id: UUID
    state: str
    employee_number: str | None
    claim: str | None
    last_person: str | None
    rule: str | None
    made_by: str
    reason: str
    revision: int
    changed_at: datetime
    review_since: datetime | None
    candidates: tuple[Candidate, ...]

    @classmethod
    def first(cls, place: Place, verdict: Verdict, now: datetime, link_id: UUID) -> Stored:
        """A profile's first link."""
        blank = cls(place, link_id, "unmatched", None, None, None, None, "rule", "", 0, now, None, ())
        return blank.becoming(verdict, now)

    def verdict(self) -> Verdict:
        """The verdict that this link came from."""
        return Verdict(self.state, self.reason, self.made_by, self.rule, self.claim, self.candidates)  # type: ignore[arg-type]

    def as_claimed(self) -> Verdict:
        """What this link would be if no other profile claimed the person."""
        if self.reason != "two_profiles_one_person":
            return self.verdict()
        alone = "confirmed_by_hand" if self.made_by == "person" else (self.rule or "").partition("/")[0]
        return replace(self.verdict(), state="matched", reason=alone)

    def says(self, verdict: Verdict) -> bool:
        """Whether this link tells the world the same as `verdict`, whatever the score and the version of the rule."""
        return _told(self.verdict()) == _told(verdict)

    def on_evidence_of(self, verdict: Verdict) -> Stored:
        """This link with the rule's version and the scores of `verdict`: no change of the link, so no new revision."""
        return replace(self, rule=verdict.rule, candidates=verdict.candidates)

    def becoming(self, verdict: Verdict, now: datetime) -> Stored:
        """This link, changed to `verdict`. A move from one person to another takes two revisions: it is two events."""
        person = verdict.claim if verdict.state == "matched" else None
        steps = 2 if self.employee_number and verdict.state != "excluded" and self.employee_number != person else 1
        reviewed = verdict.state in ("possible", "unmatched")
        return replace(
            self,
            state=verdict.state,
            employee_number=person,
            claim=verdict.claim,
            last_person=self._last_person(verdict, person),
            rule=verdict.rule,
            made_by=verdict.made_by,
            reason=verdict.reason,
            revision=self.revision + steps,
            changed_at=now,
            review_since=(self.review_since or now) if reviewed else None,
            candidates=verdict.candidates,
        )

    def _last_person(self, verdict: Verdict, person: str | None) -> str | None:
        """Rules remember their own links only: undoing what a person decided must bring them back."""
        if verdict.made_by == "person":
            return self.last_person
        return None if verdict.state == "excluded" else person or self.last_person


def _told(verdict: Verdict) -> tuple[object, ...]:
    candidates = verdict.candidates if verdict.state == "possible" else ()
    rule = (verdict.rule or "").partition("/")[0]
    named = [(one.employee_number, one.rule.partition("/")[0]) for one in candidates]
    return verdict.state, verdict.reason, verdict.made_by, verdict.claim, rule, named


def as_rows(places: Collection[Place]) -> list[dict[str, str]]:
    """Places as a row set's parameter."""
    return [{"product": p.product, "department": p.department, "profile_id": p.profile_id} for p in sorted(places)]


async def load_subjects(tx: ReadTx, vpd: str, places: Collection[Place]) -> dict[Place, Subject]:
    """The profiles at `places`, with what was decided of them."""
    return await tx.answer(subjects_at(vpd, places))


def subjects_at(vpd: str, places: Collection[Place]) -> Question[dict[Place, Subject]]:
    """The same as a question."""
    return Question(_SUBJECTS, {"vpd": vpd, "places": as_json(as_rows(places))}, _subjects)


def _subjects(rows: Sequence[Any]) -> dict[Place, Subject]:
    return {
        Place(row.product, row.department, row.profile_id): Subject(
            facts=ProfileFacts(
                family_name=row.family_name,
                given_name=row.given_name,
                employee_number=row.employee_number,
                registration_number=row.registration_number,
                email=row.email,
                grade=row.grade,
                title=row.title,
            ),
            decisions=tuple(_decision(one) for one in row.decisions or ()),
            claim=row.claim,
            last_person=row.last_person,
            deleted=row.deleted_at is not None,
            department=row.department_name,
        )
        for row in rows
    }


def _decision(one: Sequence[str | None]) -> Decision:
    decision_id, kind, employee_number, undoes = one
    return Decision(UUID(decision_id or ""), Kind(kind or ""), employee_number, UUID(undoes) if undoes else None)


async def load_links(tx: ReadTx, vpd: str, places: Collection[Place], claims: Sequence[str]) -> dict[Place, Stored]:
    """The links at `places`, and all others that claim one of these persons."""
    return await tx.answer(links_at(vpd, places, claims))


def links_at(vpd: str, places: Collection[Place], claims: Sequence[str]) -> Question[dict[Place, Stored]]:
    """The same as a question."""
    values = {"vpd": vpd, "places": as_json(as_rows(places)), "claims": list(claims)}
    return Question(_LINKS, values, lambda rows: {stored.place: stored for stored in map(_stored, rows)})


def _stored(row: Any) -> Stored:
    return Stored(
        place=Place(row.product, row.department, row.profile_id),
        **{name: getattr(row, name) for name in _LINK if name not in ("vpd", "product", "department", "profile_id")},
        candidates=candidates_of(row.candidates),
    )


def candidates_of(listed: Sequence[Sequence[Any]] | None) -> tuple[Candidate, ...]:
    """Candidates from the JSON that a query aggregates: person, rule, score, parts."""
    return tuple(
        Candidate(number, rule, Decimal(str(score)), tuple(Part(**part) for part in parts))
        for number, rule, score, parts in listed or ()
    )


async def store(
    tx: WriteTx, vpd: str, links: Sequence[Stored], before: Mapping[Place, Stored], causes: Mapping[Place, UUID]
) -> None:
    """Write these links with their candidates and history, in one round trip; `before` is how they are stored now.

    `causes` has the decisions that led to the changes, where any did.
    """
    if not links:
        return
    leaving = [one.place for one in links if _leaves(before.get(one.place), one)]
    rows = [_row(vpd, one, before.get(one.place), causes.get(one.place)) for one in links]
    had = {place: stored.candidates for place, stored in before.items()}
    others = [one for one in links if one.candidates != had.get(one.place, ())]
    outdated = [one.place for one in others if had.get(one.place)]
    candidates = [row for one in others for row in _candidate_rows(vpd, one)]
    written = [order(_STORE, {"rows": as_json(rows)})]
    if leaving:
        written.insert(0, order(_LET_GO, {"vpd": vpd, "places": as_json(as_rows(leaving))}))
    if outdated:
        written.append(order(_FORGET_CANDIDATES, {"vpd": vpd, "places": as_json(as_rows(outdated))}))
    if candidates:
        written.append(order(_STORE_CANDIDATES, {"rows": as_json(candidates)}))
    await tx.ask(*written)


def _leaves(before: Stored | None, after: Stored) -> bool:
    return before is not None and before.employee_number not in (None, after.employee_number)


def _key(vpd: str, place: Place) -> dict[str, str]:
    return {"vpd": vpd, "product": place.product, "department": place.department, "profile_id": place.profile_id}


def _row(vpd: str, one: Stored, before: Stored | None, decision_id: UUID | None) -> Mapping[str, Any]:
    """A row of `link` and of `link_revision` in one."""
    return {
        **_key(vpd, one.place),
        "link_id": str(one.link_id),
        "state": one.state,
        "employee_number": one.employee_number,
        "claim": one.claim,
        "last_person": one.last_person,
        "rule": one.rule,
        "made_by": one.made_by,
        "reason": one.reason,
        "revision": one.revision,
        "changed_at": one.changed_at.isoformat(),
        "review_since": one.review_since.isoformat() if one.review_since else None,
        "let_go": before.employee_number if before and _leaves(before, one) else None,
        "decision_id": str(decision_id) if decision_id else None,
    }


def _candidate_rows(vpd: str, one: Stored) -> list[dict[str, Any]]:
    return [
        {
            **_key(vpd, one.place),
            "employee_number": candidate.employee_number,
            "rank": rank,
            "rule": candidate.rule,
            "score": str(candidate.score),
            "parts": [{name: getattr(part, name) for name in _PART} for part in candidate.parts],
        }
        for rank, candidate in enumerate(one.candidates)
    ]
