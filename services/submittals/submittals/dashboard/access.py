"""Whose records somebody may look at, and what they may do with one: by role, by department, and their own by ESR number."""

from __future__ import annotations

from uuid import UUID

from esrlink.auth import Principal, Role
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from submittals.dashboard.desk import STAFF
from submittals.dashboard.queues import DONE
from submittals.flow.roles import may
from submittals.records import store
from submittals.records.record import Record
from submittals.records.state import Command, fits

_CHECKING = frozenset({Command.VALIDATE, Command.APPROVE, Command.RELEASE})


def is_own(person: Principal, record: Record) -> bool:
    """Whether the record is about the person themselves."""
    number = person.esr_number(record.vpd)
    return number is not None and number == record.version.employee_number


def may_look(person: Principal, record: Record) -> bool:
    """Whether they work for its department, or it is their own."""
    if not person.may_touch(record.vpd):
        return False
    if person.roles & STAFF and person.may_touch_department(record.product, record.department):
        return True
    return Role.CLINICIAN in person.roles and is_own(person, record)


async def record_for(tx: ReadTx, person: Principal, submittal_id: UUID) -> Record:
    """The record. Raises `NotFound` for one that is not there and for one that they may not look at, alike."""
    record = await store.read_one(tx, submittal_id)
    if record is None or not may_look(person, record):
        raise NotFound("There is no such record that you may see.", field="submittal_id")
    return record


def may_edit(person: Principal, record: Record) -> bool:
    """Whether they may change what it says, as its state allows."""
    return may(Command.EDIT, person.roles, own=is_own(person, record))


def may_correct(person: Principal, record: Record) -> bool:
    """Whether they may propose a correction of what was sent of it."""
    return (
        fits(Command.CORRECT, record.standing)
        and record.relation != "reversal"
        and not record.taken_back
        and may(Command.CORRECT, person.roles, own=False)
        and not is_own(person, record)
    )


def may_split(person: Principal, record: Record) -> bool:
    """Whether they may split it over posts and cost codes."""
    return (
        record.kind == "attendance"
        and record.relation != "reversal"
        and fits(Command.SPLIT, record.standing)
        and may(Command.SPLIT, person.roles, own=is_own(person, record))
    )


def commands_for(person: Principal, record: Record) -> frozenset[Command]:
    """What they may ask of the record as it stands, as far as it can be known before it is asked."""
    own = is_own(person, record)
    standing = record.standing
    return frozenset(
        command
        for command in DONE
        if fits(command, standing) and may(command, person.roles, own=own) and not (own and command in _CHECKING)
    )
