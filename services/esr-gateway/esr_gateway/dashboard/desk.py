"""What the gateway's pages share: where they are, who may see them and act on them, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esr_gateway.gateway import Gateway
from esrlink.auth import Principal, Role, signed_in
from esrlink.db import Database, trust_names
from esrlink.http.audit import AUDITORS
from esrlink.runtime import Parts
from esrlink.web import Pages
from esrlink.web.places import roles_for

Viewer = Annotated[Principal, Depends(signed_in(*roles_for("esr-gateway")))]
"""May look at every page of the gateway."""

Operator = Annotated[Principal, Depends(signed_in(Role.OPERATOR))]
"""May poll, test and release."""

Said = Annotated[str | None, Query(max_length=50)]
"""What a page says after a form: an address names one of the page's own sentences, so none can put words on it."""

Typed = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
"""A text in an address, as somebody typed it."""

_EVERYBODY = frozenset(roles_for("esr-gateway"))
SECTIONS = (
    ("", "Overview", _EVERYBODY),
    ("exchanges", "Exchanges", _EVERYBODY),
    ("files", "Files", _EVERYBODY),
    ("issues", "Issues", _EVERYBODY),
    ("runs", "Runs", _EVERYBODY),
    ("calendar", "Calendar", _EVERYBODY),
    ("search", "Search", _EVERYBODY),
    ("audit", "Audit", AUDITORS),
)
"""The gateway's pages, as (path under the gateway, name, roles), in the order of its own navigation."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the gateway's pages stand. `gateway` does the work that their forms ask for."""

    parts: Parts
    pages: Pages
    gateway: Gateway

    @property
    def database(self) -> Database:
        """The gateway's database."""
        return self.parts.database

    @property
    def home(self) -> str:
        """The path of the gateway's first page, with a slash at its end."""
        return f"{self.pages.root}/esr-gateway/"

    async def render(
        self,
        request: Request,
        template: str,
        person: Principal,
        *,
        section: str,
        title: str,
        flash: str | None = None,
        above: tuple[tuple[str, str], ...] = (),
        status: int = 200,
        **context: Any,
    ) -> HTMLResponse:
        """A page of the gateway in its section. `above` are (path, name) of the pages between the section's and this one."""
        async with self.database.read() as tx:
            names = await trust_names(tx, person.vpds)
        return self.pages.render(
            request,
            template,
            principal=person,
            now=self.parts.clock.now(),
            title=title,
            status=status,
            trust_names=names,
            home=self.home,
            sections=[
                {"href": self.home + path, "text": name, "current": path == section}
                for path, name, roles in SECTIONS
                if roles & person.roles
            ],
            above=[{"href": self.home + path, "text": name} for path, name in above],
            roles=person.roles,
            may_operate=Role.OPERATOR in person.roles,
            flash=flash,
            **context,
        )

    def to(self, path: str, **query: str) -> RedirectResponse:
        """The answer to a form: go to a page of the gateway, which says what came of it."""
        return RedirectResponse(self.home + path + (f"?{urlencode(query)}" if query else ""), status_code=303)


def told(said: str | None, sentences: Mapping[str, str]) -> str | None:
    """The sentence that an address names, if it is one of the page's own."""
    return sentences.get(said or "")
