"""Whose plans a caller may read, and how an answer about them is tagged: the same for every operation that shows one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends
from pydantic import Field

from esrlink.auth import Principal, Role, Scope, require
from esrlink.errors import NotFound

_STAFF = frozenset({Role.ADMINISTRATOR, Role.VALIDATOR, Role.AUDITOR})

PlanReader = Annotated[Principal, Depends(require(Scope.JOBPLANS_READ, roles=(*sorted(_STAFF), Role.CLINICIAN)))]
"""Reads plans of people: a machine, staff, or a clinician their own."""

Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]


def may_look_at(reader: Principal, vpd: str, number: str) -> None:
    """Raise `NotFound` for another trust, and for another person's plan where somebody may see but their own."""
    reader.require_vpd(vpd)
    if reader.kind == "person" and not reader.roles & _STAFF and reader.esr_number(vpd) != number:
        raise nobody()


def nobody() -> NotFound:
    """Said alike of who is not there and of who may not be seen."""
    return NotFound("There is no such person in this trust that you may see.", field="employee_number")


def tagged(etag: str) -> dict[str, str]:
    """The headers of an answer that a caller may hold: who may see what differs by caller."""
    return {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
