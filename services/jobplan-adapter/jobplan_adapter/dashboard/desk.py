"""What the pages of jobplan-adapter share: where they are, who may see them, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

from esrlink.auth import Principal, Role, signed_in
from esrlink.http.audit import AUDITORS
from esrlink.web import desk as shared
from esrlink.web.desk import Section
from esrlink.web.places import roles_for
from jobplan_adapter.polling.polls import Polls

STAFF = frozenset(roles_for("jobplan-adapter"))
"""Who may look at providers and at what is wrong."""
PLAN_READERS = frozenset({Role.ADMINISTRATOR, Role.VALIDATOR, Role.AUDITOR})
"""Who may look at people's plans and delivery, of the departments that are theirs. An operator runs the service without them."""
POLLERS = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})
"""Who may have a provider asked now."""
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
"""Who may upload plans, and sees the names that a provider or ESR gives."""

Viewer = Annotated[Principal, Depends(signed_in(*sorted(STAFF)))]
PlanReader = Annotated[Principal, Depends(signed_in(*sorted(PLAN_READERS)))]
Poller = Annotated[Principal, Depends(signed_in(*sorted(POLLERS)))]
Administrator = Annotated[Principal, Depends(signed_in(*sorted(ADMINISTRATORS)))]
Owner = Annotated[Principal, Depends(signed_in(Role.CLINICIAN))]
"""Looks at the job plan that is their own."""

SECTIONS: tuple[Section, ...] = (
    ("", "Overview", STAFF),
    ("mine", "My job plan", frozenset({Role.CLINICIAN})),
    ("people", "People", PLAN_READERS),
    ("departments", "Departments", PLAN_READERS),
    ("exceptions", "Exceptions", STAFF),
    ("uploads", "Uploads", ADMINISTRATORS),
    ("audit", "Audit", AUDITORS),
)
"""The pages of jobplan-adapter, as (path under the service, name, roles), in the order of its own navigation."""


@dataclass(frozen=True, slots=True)
class Desk(shared.Desk):
    """Where the pages stand, and the polls that one of them may begin."""

    SERVICE = "jobplan-adapter"
    SECTIONS = SECTIONS

    polls: Polls

    def told_of(self, reader: Principal) -> Mapping[str, Any]:
        """Whether somebody may look at people's plans."""
        return {"reads_plans": bool(PLAN_READERS & reader.roles)}


def sees_names(reader: Principal) -> bool:
    """Whether somebody may see the names that providers and ESR give: administrators of the whole trust."""
    return bool(reader.roles & ADMINISTRATORS) and reader.departments is None
