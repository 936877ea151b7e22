"""What the pages of jobplan-adapter share: where they are, who may see them, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.auth import Principal, Role, signed_in
from esrlink.clock import today
from esrlink.db import Database, trust_names
from esrlink.http.audit import AUDITORS
from esrlink.runtime import Parts
from esrlink.web import Pages
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

Said = Annotated[str | None, Query(max_length=50)]
"""What a page says after a form: an address names one of the page's own sentences, so none can put words on it."""

SECTIONS: tuple[tuple[str, str, frozenset[Role]], ...] = (
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
class Desk:
    """Where the pages stand, and the polls that one of them may begin."""

    parts: Parts
    pages: Pages
    polls: Polls

    @property
    def database(self) -> Database:
        """The service's database."""
        return self.parts.database

    @property
    def home(self) -> str:
        """The path of the first page, with a slash at its end."""
        return f"{self.pages.root}/jobplan-adapter/"

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
                if roles & reader.roles
            ],
            steps=[{"href": self.home + path, "text": name} for path, name in above],
            flash=flash,
            reads_plans=bool(PLAN_READERS & reader.roles),
            **context,
        )

    def to(self, path: str, **query: str) -> RedirectResponse:
        """The answer to a form: go to a page of ours, which says what came of it."""
        return RedirectResponse(self.home + path + (f"?{urlencode(query)}" if query else ""), status_code=303)


def told(said: str | None, sentences: Mapping[str, str]) -> str | None:
    """The sentence that an address names, if it is one of the page's own."""
    return sentences.get(said or "")


def sees_names(reader: Principal) -> bool:
    """Whether somebody may see the names that providers and ESR give: administrators of the whole trust."""
    return bool(reader.roles & ADMINISTRATORS) and reader.departments is None
