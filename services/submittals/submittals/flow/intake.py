"""Taking records in: one put or a batch, each with an answer of its own, one bad record never holding the others.

The same put twice changes nothing. Other content is a new version that voids every validation; once a version is being
sent, an edit is refused, since what was sent can only be corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from esrlink.auth import Role
from esrlink.db import WriteTx
from esrlink.errors import Conflict, EsrLinkError, Forbidden, Invalid, NotFound, StaleVersion
from esrlink.ids import NewId
from submittals.content import Content, Kind, digest
from submittals.esr.cut_offs import Reach
from submittals.esr.people import ProfilePlace
from submittals.flow import announcements
from submittals.flow.holding import holder_of, known_people
from submittals.flow.roles import may
from submittals.judging.assessing import assess
from submittals.judging.surroundings import Surroundings, gather
from submittals.records import early as withdrawals
from submittals.records import store
from submittals.records.decisions import DecisionKind
from submittals.records.early import EarlyWithdrawal
from submittals.records.locks import sources_locked, trust_held
from submittals.records.record import Record, SourceKey
from submittals.records.results import Result
from submittals.records.state import ALLOWED, Command


@dataclass(frozen=True, slots=True)
class Put:
    """A record as a rota product puts it. `expected_version`: the version that the product knew, if it says so."""

    product: str
    department: str
    record_id: str
    kind: Kind
    profile_id: str
    given: Content
    claimed_by: str | None = None
    expected_version: int | None = None

    @property
    def key(self) -> SourceKey:
        """The source key."""
        return self.product, self.department, self.record_id

    @property
    def place(self) -> ProfilePlace:
        """The profile that it is about."""
        return self.product, self.department, self.profile_id

    @property
    def hash(self) -> str:
        """SHA-256 of what the product said."""
        return digest(self.kind, self.profile_id, self.claimed_by, self.given)


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person who puts: who they are, and by which roles. A clinician puts records of their own only."""

    subject: str
    number: str | None
    roles: frozenset[Role]


async def take_in(
    tx: WriteTx,
    vpd: str,
    puts: Sequence[Put],
    *,
    now: datetime,
    new_id: NewId,
    client: str,
    person: Person | None = None,
    traces: Mapping[SourceKey, str] = MappingProxyType({}),
) -> list[Result]:
    """Take records in, in the order given. Raises `NotFound` for a trust that is not set up; all else is per record.

    `person`: who puts, when it is no machine client. `traces`: the traceparents of puts that came by themselves.
    """
    keys = {put.key for put in puts}
    known, waiting = store.locked_sources(vpd, keys), withdrawals.waiting(vpd, keys)
    held = (trust_held(vpd, alone=False), sources_locked(vpd, keys), known, waiting)
    around = await gather(tx, vpd, now, subjects=[(put.place, put.given) for put in puts], after=held)
    stored = {record.key: record for record in await store.load_locked(tx, vpd, known.answer)}
    early = waiting.answer
    changed: dict[SourceKey, Record] = {}
    results = []
    for said in puts:
        put = _entered_by(person, said, around)
        before = changed.get(put.key) or stored.get(put.key)
        if person is not None and not _may_put(put, before, person, around):
            refusal = Forbidden("A clinician puts records of their own only.", field="profile_id")
            results.append(Result(None, Reach(), refusal))
            continue
        trace = traces.get(put.key)
        result = _take_one(tx, put, before, around, new_id=new_id, client=client, early=early.get(put.key), trace=trace)
        if result.record is not None and result.record is not before:
            changed[put.key] = result.record
            around.claims.renew(before, result.record)
        results.append(result)
    await store.save(tx, changed.values(), now)
    await withdrawals.drop(tx, vpd, early.keys() & changed.keys())
    standing = [result.record for result in results if result.record is not None]
    hands = await known_people(tx, vpd, standing, around.trust, around.today)
    return [replace(one, holder=holder_of(one.record, hands) if one.record else None) for one in results]


def _entered_by(person: Person | None, put: Put, around: Surroundings) -> Put:
    """The put, with who entered it for somebody else: they have a hand in the claim."""
    if person is None or put.claimed_by is not None or _is_own(put, person, around):
        return put
    return replace(put, claimed_by=person.subject)


def _may_put(put: Put, before: Record | None, person: Person, around: Surroundings) -> bool:
    own = _is_own(put, person, around) and (before is None or before.version.employee_number == person.number)
    return may(Command.EDIT, person.roles, own=own)


def _is_own(put: Put, person: Person, around: Surroundings) -> bool:
    return person.number is not None and person.number == around.person_of(*put.place)


def _take_one(
    tx: WriteTx,
    put: Put,
    before: Record | None,
    around: Surroundings,
    *,
    new_id: NewId,
    client: str,
    early: EarlyWithdrawal | None,
    trace: str | None,
) -> Result:
    reach = around.calendar.reach(put.given.first_day, around.now)
    if around.trust.department(put.product, put.department) is None:
        return Result(None, reach, _unknown_department(put))
    if before is not None and before.version.put_hash == put.hash:
        return Result(before, reach)
    try:
        _check_version(put, before)
        if before is not None:
            check_editable(before)
            if before.kind != put.kind:
                raise Invalid(
                    f"This record is an {before.kind}; put another kind under another record id.", field="kind"
                )
    except EsrLinkError as refusal:
        return Result(before, reach, refusal)
    took_back = before is not None and before.standing.with_payroll
    if before is not None and took_back:
        tx.emit(announcements.withdrawn(before, "The department changed the record.", around.now), because=trace)
    after = _next(put, before, around, before.id if before else new_id(), client, took_back=took_back)
    tx.emit(announcements.submitted(after, around.now), because=trace)
    if before is None and early is not None:
        # The withdrawal came first, and wins: of two messages that cross, the later one in the rota may be here sooner.
        after = after.decided(DecisionKind.WITHDRAWN, early.by, around.now, reason=early.reason, client=early.client)
    return Result(after, reach)


def _next(
    put: Put, before: Record | None, around: Surroundings, submittal_id: UUID, client: str, *, took_back: bool
) -> Record:
    found = assess(submittal_id, put.place, put.given, around)
    version = found.version(before.version.number + 1 if before else 1, put.given, put.hash, around)
    if before is None:
        record = Record(
            id=submittal_id,
            vpd=around.vpd,
            product=put.product,
            department=put.department,
            record_id=put.record_id,
            profile_id=put.profile_id,
            claimed_by=put.claimed_by,
            kind=put.kind,
            version=version,
            decisions=(),
            facts=(),
            findings=found.findings,
            created_at=around.now,
            fresh_versions=(version,),
        )
    else:
        moved = replace(before, profile_id=put.profile_id, claimed_by=put.claimed_by)
        record = moved.revised(version, found.findings)
    by = put.claimed_by or put.profile_id
    record = record.decided(DecisionKind.SUBMITTED, by, around.now, client=client, took_back=took_back)
    return record.returned_by_rules(around.now)


def _unknown_department(put: Put) -> NotFound:
    return NotFound(f"The trust has no department {put.product}/{put.department} for submittals.", field="department")


def _check_version(put: Put, before: Record | None) -> None:
    current = before.version.number if before else 0
    if put.expected_version is not None and put.expected_version != current:
        stands = f"the record is at version {current}" if before else "there is no such record yet"
        raise StaleVersion(
            f"You sent version {put.expected_version}; {stands}. Read it again and repeat your change.",
            field="version",
            current=current,
        )


class AlreadySent(Conflict):
    """The record is being sent to ESR, or was: it can be corrected later, not edited."""

    code, title = "already_sent", "The record was sent to ESR"


class WrongState(Conflict):
    """The command does not fit the state that the record is in."""

    code, title = "wrong_state", "Not possible in the present state"


def check_editable(record: Record) -> None:
    """Refuse an edit, withdrawal or return of what is on its way: `AlreadySent`, or `WrongState` for one withdrawn."""
    state = record.standing.state
    if record.standing.sent:
        raise AlreadySent(
            f"The record is {state}: it is in a payroll run, so it cannot be changed any more. A correction can follow.",
            field="state",
        )
    if state not in ALLOWED[Command.EDIT]:
        raise WrongState(f"The record is {state}. Put it under a new record id.", field="state")
