"""What the pages of submittals share: where they are, who may see them, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.auth import Principal, Role, signed_in
from esrlink.clock import today
from esrlink.db import Database, ReadTx, trust_names
from esrlink.runtime import Parts
from esrlink.web import Pages
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

Said = Annotated[str | None, Query(max_length=50)]
"""What a page says after a form: an address names one of the page's own sentences, so none can put words on it."""

_DEPARTMENT = frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR})
SECTIONS: tuple[tuple[str, str, frozenset[Role]], ...] = (
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


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the pages stand."""

    parts: Parts
    pages: Pages

    @property
    def database(self) -> Database:
        """The service's database."""
        return self.parts.database

    @property
    def home(self) -> str:
        """The path of the first page, with a slash at its end."""
        return f"{self.pages.root}/submittals/"

    async def department_names(self, tx: ReadTx, vpds: Iterable[str]) -> dict[tuple[str, str, str], str]:
        """The names of these trusts' departments today, by (VPD, product, department)."""
        return await editions.department_names(tx, vpds, today(self.parts.clock))

    async def render(
        self,
        request: Request,
        template: str,
        reader: Principal,
        *,
        section: str,
        title: str,
        above: tuple[tuple[str, str], ...] = (),
        flash: str | None = None,
        status: int = 200,
        **context: Any,
    ) -> HTMLResponse:
        """A page in its section. `above` are (path, name) of the pages between the section's and this one."""
        async with self.database.read() as tx:
            names = await trust_names(tx, reader.vpds)
        return self.pages.render(
            request,
            template,
            principal=reader,
            now=self.parts.clock.now(),
            today=today(self.parts.clock),
            title=title,
            status=status,
            trust_names=names,
            home=self.home,
            sections=[
                {"href": self.home + path, "text": name, "current": path == section}
                for path, name, roles in SECTIONS
                if roles & reader.roles and (path not in WHOLE_TRUST or reader.departments is None)
            ],
            steps=[{"href": self.home + path, "text": name} for path, name in above],
            flash=flash,
            **context,
        )

    def to(self, path: str, **query: str) -> RedirectResponse:
        """The answer to a form: go to a page of ours, which says what came of it."""
        return RedirectResponse(self.home + path + (f"?{urlencode(query)}" if query else ""), status_code=303)


def told(said: str | None, sentences: Mapping[str, str]) -> str | None:
    """The sentence that an address names, if it is one of the page's own."""
    return sentences.get(said or "")
