"""Who has a record now: whoever must act before it moves on. Asked of every record that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from esrlink.db import ReadTx
from submittals.esr import people
from submittals.esr.people import ProfilePlace
from submittals.flow import maker_checker
from submittals.flow.acting import Known
from submittals.flow.away import away_today
from submittals.flow.groups import standing_of_groups
from submittals.records.record import Record
from submittals.records.results import Holder
from submittals.records.state import State
from submittals.trusts.settings import TrustSettings

_DEPARTMENT = {
    State.PENDING: "The department completes it.",
    State.RETURNED: "The department mends it and sends it again.",
    State.REJECTED: "ESR did not take it: the department mends it and sends it again.",
}
_PAYROLL = {
    State.APPROVED: "Payroll has it for the next run.",
    State.SCHEDULED: "Payroll has it in a run.",
    State.UNKNOWN: "Payroll finds out whether ESR has it.",
}
_ESR = {State.SENT: "It is with ESR.", State.ACCEPTED: "ESR has taken it; the pay is still to show it."}
_NOBODY = {
    State.LANDED: "It is done: ESR shows it.",
    State.WITHDRAWN: "Nobody: it was withdrawn.",
    State.SUPERSEDED: "Nobody: a newer version took its place.",
}
_BY_STATE: Mapping[State, Holder] = {
    **{state: Holder("department", says) for state, says in _DEPARTMENT.items()},
    **{state: Holder("payroll", says) for state, says in _PAYROLL.items()},
    **{state: Holder("esr", says) for state, says in _ESR.items()},
    **{state: Holder("nobody", says) for state, says in _NOBODY.items()},
}


def holder_of(record: Record, around: Known) -> Holder:
    """Who has the record now. `around` knows the profiles of those who had a hand in it (`known_people`)."""
    standing = record.standing
    if standing.state is State.ENRICHED:
        return _validators(record, around)
    if standing.endorsed:
        return Holder("payroll", "A payroll officer gives the final approval.")
    if standing.state is State.VALIDATED:
        return Holder("approver", "The department approves it.")
    if standing.state is State.APPROVED and not standing.with_payroll:
        return Holder("nobody", "It is done: time off in lieu is recorded, never paid.")
    return _BY_STATE[standing.state]


def _validators(record: Record, around: Known) -> Holder:
    hands = maker_checker.hands(record, around)
    turn = next((one for one in standing_of_groups(record, around, hands) if not one.through), None)
    if turn is None:
        return Holder("validators", "Anybody validates it who had no hand in it.")
    name = turn.group.name
    if not turn.may:
        return Holder("validators", f"Nobody of {name} may validate it: name a deputy.", name)
    return Holder("validators", f"{name}: {' or '.join(turn.may)} validates it.", name, turn.may)


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """What is known of those who had a hand in some records."""

    trust: TrustSettings
    today: date
    links: Mapping[ProfilePlace, str]
    profiles: Mapping[str, Sequence[ProfilePlace]]
    away: frozenset[ProfilePlace] = frozenset()


async def known_people(
    tx: ReadTx, vpd: str, records: Sequence[Record], trust: TrustSettings, today: date
) -> KnownPeople:
    """What `holder_of` needs of these records: two statements, and none unless one of them waits for validators;
    two more where deputies wait for a member's leave."""
    waiting = [record for record in records if record.standing.state is State.ENRICHED]
    if not waiting:
        return KnownPeople(trust, today, {}, {})
    links = await people.linked(tx, vpd, {place for record in waiting for place in maker_checker.makers(record)})
    numbers = {number for record in waiting for number in maker_checker.people_of(record)} | set(links.values())
    profiles = await people.profiles_of(tx, vpd, numbers) if numbers else {}
    return KnownPeople(trust, today, links, profiles, await away_today(tx, vpd, trust, today))
