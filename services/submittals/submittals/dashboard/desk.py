"""What the pages of submittals share: where they are, who may see them, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends

from esrlink.auth import Principal, Role, signed_in
from esrlink.clock import today
from esrlink.db import ReadTx
from esrlink.web import desk as shared
from esrlink.web.desk import Section
from esrlink.web.places import roles_for
from submittals.flow.roles import ROLES_FOR
from submittals.records.state import Command
from submittals.setting_up.permitted import READERS
from submittals.trusts import editions

STAFF = frozenset(roles_for("submittals"))
"""Who may look at records of the departments that are theirs."""
PAYROLL = frozenset({Role.PAYROLL_OFFICER, Role.OPERATOR, Role.AUDITOR})
"""Who may look at the money of a whole trust."""

Viewer = Annotated[Principal, Depends(signed_in(*sorted(STAFF)))]
"""May look at records of their departments."""
Owner = Annotated[Principal, Depends(signed_in(Role.CLINICIAN))]
"""Looks at the records that are their own."""
Anybody = Annotated[Principal, Depends(signed_in())]
"""May look at the records of their departments, or at their own, as their roles say."""
PayrollViewer = Annotated[Principal, Depends(signed_in(*sorted(PAYROLL)))]
"""May look at the money of a whole trust."""
Corrector = Annotated[Principal, Depends(signed_in(*sorted(ROLES_FOR[Command.CORRECT])))]
"""May propose and second corrections of what was sent."""

_DEPARTMENT = frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR})
SECTIONS: tuple[Section, ...] = (
    ("", "Overview", STAFF),
    ("mine", "My claims", frozenset({Role.CLINICIAN})),
    ("queues/enrich", "To enrich", _DEPARTMENT),
    ("queues/mend", "To mend", _DEPARTMENT),
    ("queues/validate", "To validate", _DEPARTMENT | {Role.VALIDATOR}),
    ("queues/approve", "To approve", _DEPARTMENT | {Role.VALIDATOR}),
    ("queues/release", "Final approval", PAYROLL),
    ("chase", "Chase lists", STAFF),
    ("payroll", "Payroll", PAYROLL),
    ("corrections", "Corrections", PAYROLL),
    ("reminders", "Reminders", frozenset({Role.ADMINISTRATOR})),
    ("settings", "Settings", frozenset(READERS)),
)
"""The pages of submittals, as (path under the service, name, roles), in the order of its own navigation."""

WHOLE_TRUST = frozenset({"payroll", "settings"})
"""Pages that are a whole trust's: nothing of them is for those who work for some of its departments only."""


class Desk(shared.Desk):
    """Where the pages stand."""

    __slots__ = ()

    SERVICE = "submittals"
    SECTIONS = SECTIONS

    def leads(self, section: Section, reader: Principal) -> bool:
        """Whether the navigation leads somebody to a section."""
        return super().leads(section, reader) and (section[0] not in WHOLE_TRUST or reader.departments is None)

    async def department_names(self, tx: ReadTx, vpds: Iterable[str]) -> dict[tuple[str, str, str], str]:
        """The names of these trusts' departments today, by (VPD, product, department)."""
        return await editions.department_names(tx, vpds, today(self.parts.clock))
