"""Whether a command is permitted: by the role of who asks, by the version they read, and by how the record stands."""

from __future__ import annotations

from esrlink.errors import Conflict, Forbidden, StaleVersion
from submittals.flow.acting import Acting
from submittals.flow.asking import Ask
from submittals.flow.intake import AlreadySent, WrongState
from submittals.flow.roles import OWN_ONLY, ROLES_FOR, may
from submittals.records.record import Record
from submittals.records.state import ALLOWED, Command, State, fits


class ReversalStands(Conflict):
    """The record takes back what was sent: it is that as a whole, or it is withdrawn."""

    code, title = "reversal_stands", "A reversal is not changed"


def check_role(record: Record, ask: Ask, who: Acting) -> None:
    """Raise `Forbidden` unless one of the person's roles may ask this of this record. A machine client has no roles."""
    if ask.roles is None:
        return
    own = who.number is not None and who.number == record.version.employee_number
    if not may(ask.command, ask.roles, own=own):
        needed = " or ".join(sorted(role.replace("_", " ") for role in ROLES_FOR[ask.command]))
        theirs = "" if own or not OWN_ONLY & ROLES_FOR[ask.command] else ", a clinician only for their own record"
        raise Forbidden(f"To {ask.command} a record is for the role {needed}{theirs}.", field="command")


def check_state(record: Record, ask: Ask) -> None:
    """Raise `StaleVersion`, `AlreadySent`, `ReversalStands` or `WrongState` unless the command fits the record as it is."""
    if ask.expected_version is not None and ask.expected_version != record.version.number:
        raise StaleVersion(
            f"You sent version {ask.expected_version}; the record is at version {record.version.number}."
            " Read it again and repeat your change.",
            field="version",
            current=record.version.number,
        )
    standing = record.standing
    if record.relation == "reversal" and ask.command is not Command.WITHDRAW:
        raise ReversalStands(
            "It takes back what was sent: it can only be withdrawn, with its correction.", field="state"
        )
    if fits(ask.command, standing):
        return
    if ask.command in {Command.CORRECT, Command.SECOND}:
        raise WrongState(f"The record is {standing.state}: only what was sent to ESR is corrected.", field="state")
    if standing.sent:
        raise AlreadySent(
            f"The record is {standing.state}: it is in a payroll run. It cannot be changed any more; a correction can follow.",
            field="state",
        )
    if standing.endorsed and ask.command is Command.APPROVE:
        raise WrongState("The department has approved it: payroll's final approval is to come.", field="state")
    if ask.command is Command.RELEASE:
        raise WrongState("Payroll releases what a department has approved, where the trust wants that.", field="state")
    fitting = " or ".join(state for state in State if state in ALLOWED[ask.command])
    raise WrongState(f"The record is {standing.state}; to {ask.command} it, it must be {fitting}.", field="state")
