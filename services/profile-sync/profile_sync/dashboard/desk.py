"""What the pages of profile-sync share: where they are, who may see them, and how one leads to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from esrlink.auth import Principal, signed_in
from esrlink.clock import today
from esrlink.db import Database, trust_names
from esrlink.http.audit import AUDITORS
from esrlink.runtime import Parts
from esrlink.web import Pages
from esrlink.web.places import roles_for
from profile_sync.dashboard.typed import TypedTexts
from profile_sync.permitted import DECIDE, READ_NAMES, WATCH
from profile_sync.trail import Author

Viewer = Annotated[Principal, Depends(signed_in(*roles_for("profile-sync")))]
"""May look at figures."""

NameReader = Annotated[Principal, Depends(signed_in(*sorted(READ_NAMES)))]
"""May look at people by name."""

Decider = Annotated[Principal, Depends(signed_in(*sorted(DECIDE)))]
"""May decide on links, cohorts, runs of the rules and webhooks."""

Watcher = Annotated[Principal, Depends(signed_in(*sorted(WATCH)))]
"""May look at webhooks and runs of the rules."""

_EVERYBODY = frozenset(roles_for("profile-sync"))
SECTIONS = (
    ("", "Overview", _EVERYBODY),
    ("reviews", "Reviews", READ_NAMES),
    ("people", "People", READ_NAMES),
    ("cohorts", "Cohorts", DECIDE),
    ("registrations", "Registrations", _EVERYBODY),
    ("duplicates", "Duplicates", _EVERYBODY),
    ("rule-runs", "Rules", WATCH),
    ("webhooks", "Webhooks", WATCH),
    ("audit", "Audit", AUDITORS),
)
"""The pages of profile-sync, as (path under the service, name, roles), in the order of its own navigation."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the pages stand. `typed` keeps what people type to find somebody."""

    parts: Parts
    pages: Pages
    typed: TypedTexts

    @classmethod
    def of(cls, parts: Parts, pages: Pages) -> Desk:
        """The desk of the service."""
        return cls(parts, pages, TypedTexts(parts.auth, f"{pages.root}/profile-sync/", parts.new_id))

    @property
    def database(self) -> Database:
        """The service's database."""
        return self.parts.database

    @property
    def home(self) -> str:
        """The path of the first page, with a slash at its end."""
        return f"{self.pages.root}/profile-sync/"

    async def render(
        self,
        request: Request,
        template: str,
        reader: Principal,
        *,
        section: str,
        title: str,
        above: tuple[tuple[str, str], ...] = (),
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
            shows_names=sees_names(reader),
            decides=decides(reader),
            **context,
        )


def sees_names(reader: Principal) -> bool:
    """Whether somebody may look at people by name."""
    return bool(reader.roles & READ_NAMES)


def decides(reader: Principal) -> bool:
    """Whether somebody may decide, or only looks."""
    return bool(reader.roles & DECIDE)


def by_page(person: Principal) -> Author:
    """Who sends a form, as the audit trail names them."""
    return Author(person.subject, "page")
