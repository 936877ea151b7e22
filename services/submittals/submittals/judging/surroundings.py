"""What a record is judged against: the trust, its calendar, links, assignments, and the person's other records.

Loaded once for a whole batch with a fixed number of statements, then kept in step while the batch goes through, so that
two records of one batch see each other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ARRAY, Date, Text, and_, cast, func, or_, select

from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx
from submittals.content import Content, content_of
from submittals.esr import cut_offs, people
from submittals.esr.cut_offs import PayCalendar
from submittals.esr.people import AssignmentRow, ProfilePlace
from submittals.judging.claims import Claims
from submittals.records.locks import lock_people
from submittals.records.record import NOT_CLAIMING
from submittals.rules import Claim, reaches_back
from submittals.tables import submittal, submittal_version
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
) -> Surroundings:
    """Load what records about `subjects` are judged against, and lock these people until the transaction ends.

    `makers` and `claimants` are profiles and people who may have a hand in a claim: all profiles of theirs are loaded.
    Raises `NotFound` for an unknown trust.
    """

    async def lock(numbers: Iterable[str]) -> None:
        await lock_people(tx, vpd, numbers)

    return await _load(tx, vpd, now, list(subjects), makers, claimants, lock)


async def look(
    tx: ReadTx, vpd: str, now: datetime, *, subjects: Iterable[tuple[ProfilePlace, Content]]
) -> Surroundings:
    """The same for judging that nothing follows from: nobody is locked. Raises `NotFound` for an unknown trust."""

    async def leave(_numbers: Iterable[str]) -> None:
        """Others go on meanwhile."""

    return await _load(tx, vpd, now, list(subjects), (), (), leave)


async def _load(
    tx: ReadTx,
    vpd: str,
    now: datetime,
    subjects: Sequence[tuple[ProfilePlace, Content]],
    makers: Collection[ProfilePlace],
    claimants: Collection[str],
    lock: Callable[[Iterable[str]], Awaitable[None]],
) -> Surroundings:
    dated = await editions.dated(tx, vpd)
    links = await people.linked(tx, vpd, {place for place, _ in subjects} | set(makers))
    hands = set(claimants) | {links[place] for place in makers if place in links}
    profiles = await people.profiles_of(tx, vpd, hands) if hands else {}
    spans = _spans(subjects, links, dated)
    await lock(spans)
    claims = await _claims(tx, vpd, spans) if spans else Claims()
    posts = await people.assignments(tx, vpd, spans) if spans else {}
    calendar = await cut_offs.load(tx, vpd, dated.on(now.astimezone(LONDON).date()).period_type)
    return Surroundings(vpd, dated, calendar, links, profiles, posts, claims, now)


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


async def _claims(tx: ReadTx, vpd: str, spans: dict[str, tuple[date, date]]) -> Claims:
    wanted = (
        func.unnest(
            cast(list(spans), ARRAY(Text)),
            # A night session reaches into the next day, so a day more on either side.
            cast([first - _DAY for first, _ in spans.values()], ARRAY(Date)),
            cast([last + _DAY for _, last in spans.values()], ARRAY(Date)),
        )
        .table_valued("person", "first", "last")
        .render_derived()
    )
    own, version = submittal.c, submittal_version.c
    statement = (
        select(
            own.id,
            own.product,
            own.department,
            own.record_id,
            own.kind,
            own.sent,
            own.employee_number,
            version.content,
        )
        .join(
            wanted,
            and_(
                own.employee_number == wanted.c.person,
                own.first_day <= wanted.c.last,
                or_(own.last_day.is_(None), own.last_day >= wanted.c.first),
            ),
        )
        .join(
            submittal_version,
            and_(version.vpd == own.vpd, version.submittal_id == own.id, version.version == own.version),
        )
        .where(
            own.vpd == vpd,
            own.state.not_in(sorted(NOT_CLAIMING)),
            # What was taken back stands for nothing any more, and neither does what takes it back.
            own.taken_back.is_(False),
            func.coalesce(own.relation, "") != "reversal",
        )
    )
    claims = Claims()
    for row in await tx.all(statement):
        content = content_of(row.kind, row.content)
        claim = Claim(row.id, row.product, row.department, content, row.sent, row.record_id)
        claims.add(row.employee_number, claim)
    return claims
