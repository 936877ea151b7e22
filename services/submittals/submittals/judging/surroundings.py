"""What a record is judged against: the trust, its calendar, links, assignments, and the person's other records.

Loaded once for a whole batch with a fixed number of statements, then kept in step while the batch goes through, so that
two records of one batch see each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Date, Text, and_, cast, func, or_, select

from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx
from submittals.content import Content, content_of
from submittals.esr import cut_offs, people
from submittals.esr.cut_offs import PayCalendar
from submittals.esr.people import AssignmentRow, ProfilePlace
from submittals.records.locks import lock_people
from submittals.records.record import NOT_CLAIMING, Record
from submittals.rules import Claim
from submittals.tables import submittal, submittal_version
from submittals.trusts import editions
from submittals.trusts.dated import DatedSettings
from submittals.trusts.settings import TrustSettings

_DAY = timedelta(days=1)


class Claims:
    """The live records of people, by employee number."""

    def __init__(self) -> None:
        self._by_person: dict[str, dict[UUID, Claim]] = {}

    def add(self, employee_number: str, claim: Claim) -> None:
        """Count a record in, in place of its former self."""
        self._by_person.setdefault(employee_number, {})[claim.submittal_id] = claim

    def of(self, employee_number: str, besides: UUID) -> tuple[Claim, ...]:
        """A person's records but one."""
        mine = self._by_person.get(employee_number, {})
        return tuple(claim for claim in mine.values() if claim.submittal_id != besides)

    def renew(self, before: Record | None, after: Record) -> None:
        """Keep in step with a record that changed."""
        if before is not None and before.version.employee_number is not None:
            self._by_person.get(before.version.employee_number, {}).pop(before.id, None)
        claim = after.claim()
        if claim is not None and after.version.employee_number is not None:
            self.add(after.version.employee_number, claim)


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

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(LONDON).date()

    @property
    def trust(self) -> TrustSettings:
        """The trust's settings of today."""
        return self.dated.on(self.today)

    def trust_on(self, day: date) -> TrustSettings:
        """The trust's settings of the day that a record is about."""
        return self.dated.on(day)

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
    listed = list(subjects)
    dated = await editions.dated(tx, vpd)
    links = await people.linked(tx, vpd, {place for place, _ in listed} | set(makers))
    hands = set(claimants) | {links[place] for place in makers if place in links}
    profiles = await people.profiles_of(tx, vpd, hands) if hands else {}
    spans: dict[str, tuple[date, date]] = {}
    for place, content in listed:
        if number := links.get(place):
            first, last = spans.get(number, (date.max, date.min))
            spans[number] = min(first, content.first_day), max(last, content.last_day or date.max - _DAY)
    await lock_people(tx, vpd, spans)
    claims = await _claims(tx, vpd, spans) if spans else Claims()
    posts = await people.assignments(tx, vpd, spans) if spans else {}
    calendar = await cut_offs.load(tx, vpd, dated.on(now.astimezone(LONDON).date()).period_type)
    return Surroundings(vpd, dated, calendar, links, profiles, posts, claims, now)


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
        select(own.id, own.product, own.department, own.kind, own.sent, own.employee_number, version.content)
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
        .where(own.vpd == vpd, own.state.not_in(sorted(NOT_CLAIMING)))
    )
    claims = Claims()
    for row in await tx.all(statement):
        claim = Claim(row.id, row.product, row.department, content_of(row.kind, row.content), row.sent)
        claims.add(row.employee_number, claim)
    return claims
