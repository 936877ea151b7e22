"""What a record is judged against: the trust, its calendar, links, assignments, and the person's other records.

Loaded once for a whole batch with a fixed number of statements, then kept in step while the batch goes through, so that
two records of one batch see each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question
from submittals.content import AttendanceContent, Content
from submittals.esr import cut_offs, people
from submittals.esr.cut_offs import PayCalendar
from submittals.esr.people import AssignmentRow, ProfilePlace
from submittals.job_plans.signed import PlannedCare, SignedPlan, care_on, plans_of
from submittals.judging.claims import Claims
from submittals.judging.live import claims_around, with_closings
from submittals.records.locks import people_locked
from submittals.rules import reaches_back
from submittals.trusts import editions
from submittals.trusts.dated import DatedSettings
from submittals.trusts.settings import TrustSettings

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rules may look at, at one moment."""

    vpd: str
    dated: DatedSettings
    calendar: PayCalendar
    links: dict[ProfilePlace, str]
    profiles: dict[str, list[ProfilePlace]]
    posts: dict[str, list[AssignmentRow]]
    claims: Claims
    now: datetime
    plans: Mapping[str, Sequence[SignedPlan]] = field(default_factory=dict)
    away: frozenset[ProfilePlace] = frozenset()
    _by_day: dict[date, TrustSettings] = field(default_factory=dict, repr=False)

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(LONDON).date()

    @property
    def trust(self) -> TrustSettings:
        """The trust's settings of today."""
        return self.trust_on(self.today)

    def trust_on(self, day: date) -> TrustSettings:
        """The trust's settings of the day that a record is about."""
        if day not in self._by_day:
            self._by_day[day] = self.dated.on(day)
        return self._by_day[day]

    def planned_on(self, number: str, day: date) -> tuple[PlannedCare, ...]:
        """The direct clinical care of a person's typical week by the job plans that hold on that day."""
        return care_on(self.plans.get(number, ()), day)

    def person_of(self, product: str, department: str, profile_id: str) -> str | None:
        """The employee number that a profile is linked to."""
        return self.links.get((product, department, profile_id))


async def gather(
    tx: WriteTx,
    vpd: str,
    now: datetime,
    *,
    subjects: Iterable[tuple[ProfilePlace, Content]],
    makers: Collection[ProfilePlace] = (),
    claimants: Collection[str] = (),
    after: Sequence[Question[Any]] = (),
) -> Surroundings:
    """Load what records about `subjects` are judged against, and lock these people until the transaction ends.

    `makers` and `claimants` are profiles and people who may have a hand in a claim: all profiles of theirs are loaded. `after`
    is asked before all else. Raises `NotFound` for an unknown trust.
    """

    def locked(numbers: Iterable[str]) -> list[Question[None]]:
        return [people_locked(vpd, numbers)]

    return await _load(tx, vpd, now, list(subjects), makers, claimants, after, locked)


async def look(
    tx: ReadTx, vpd: str, now: datetime, *, subjects: Iterable[tuple[ProfilePlace, Content]]
) -> Surroundings:
    """The same for judging that nothing follows from: nobody is locked. Raises `NotFound` for an unknown trust."""
    return await _load(tx, vpd, now, list(subjects), (), (), (), lambda _numbers: [])


async def _load(
    tx: ReadTx,
    vpd: str,
    now: datetime,
    subjects: Sequence[tuple[ProfilePlace, Content]],
    makers: Collection[ProfilePlace],
    claimants: Collection[str],
    after: Sequence[Question[Any]],
    locked: Callable[[Iterable[str]], Sequence[Question[None]]],
) -> Surroundings:
    asked, linked = editions.dated_of(vpd), people.links_of(vpd, {place for place, _ in subjects} | set(makers))
    await tx.ask(*after, asked, linked)
    dated, links = asked.answer, linked.answer
    hands = set(claimants) | {links[place] for place in makers if place in links}
    profiles = await people.profiles_of(tx, vpd, hands) if hands else {}
    spans = _spans(subjects, links, dated)
    workers = {links[place] for place, content in subjects if place in links and _has_times(content)}
    claims, posts, plans = claims_around(vpd, spans), people.assignments_of(vpd, spans), plans_of(vpd, workers)
    calendar = cut_offs.calendar_of(vpd, dated.on(now.astimezone(LONDON).date()).period_type)
    theirs: Sequence[Question[Any]] = (*locked(spans), claims, posts) if spans else ()
    if workers:
        theirs = (*theirs, plans)
    await tx.ask(*theirs, calendar)
    return Surroundings(
        vpd,
        dated,
        calendar.answer,
        links,
        profiles,
        posts.answer if spans else {},
        await with_closings(tx, vpd, claims.answer) if spans else Claims(),
        now,
        plans.answer if workers else {},
    )


def _has_times(content: Content) -> bool:
    """Whether it is work that may lie in a job plan."""
    return isinstance(content, AttendanceContent) and content.starts is not None and not content.in_lieu


def _spans(
    subjects: Sequence[tuple[ProfilePlace, Content]], links: Mapping[ProfilePlace, str], dated: DatedSettings
) -> dict[str, tuple[date, date]]:
    """The days on which the rules look at a person's other records, by employee number."""
    spans: dict[str, tuple[date, date]] = {}
    for place, content in subjects:
        if number := links.get(place):
            back = reaches_back(content, dated.on(content.first_day))
            begins = min(content.first_day, (content.last_day or content.first_day) - back)
            first, last = spans.get(number, (date.max, date.min))
            spans[number] = min(first, begins), max(last, content.last_day or date.max - _DAY)
    return spans
