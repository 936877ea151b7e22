"""What the pages of every service share: where they stand, whose they are, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from esrlink.auth import Principal, Role
from esrlink.clock import today
from esrlink.db import Database, trust_names
from esrlink.runtime import Parts
from esrlink.web.pages import Pages

Said = Annotated[str | None, Query(max_length=50)]
"""What a page says after a form: an address names one of the page's own sentences, so none can put words on it."""

Section = tuple[str, str, frozenset[Role]]
"""A page of a service's own navigation: its path under the service, its name, and who may see it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a service's pages stand. Each service has one of its own, with what its forms need besides."""

    SERVICE: ClassVar[str]
    SECTIONS: ClassVar[Sequence[Section]]

    parts: Parts
    pages: Pages

    @property
    def database(self) -> Database:
        """The service's database."""
        return self.parts.database

    @property
    def home(self) -> str:
        """The path of the service's first page, with a slash at its end."""
        return f"{self.pages.root}/{self.SERVICE}/"

    def leads(self, section: Section, reader: Principal) -> bool:
        """Whether the navigation leads somebody to a section."""
        return bool(section[2] & reader.roles)

    def told_of(self, reader: Principal) -> Mapping[str, Any]:  # noqa: ARG002 - a service's own says something of them
        """What every template of the service is told of somebody."""
        return {}

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
                {"href": self.home + one[0], "text": one[1], "current": one[0] == section}
                for one in self.SECTIONS
                if self.leads(one, reader)
            ],
            above=[{"href": self.home + path, "text": name} for path, name in above],
            **self.told_of(reader),
            **context,
        )

    def to(self, path: str, **query: str) -> RedirectResponse:
        """The answer to a form: go to a page of the service, which says what came of it."""
        return RedirectResponse(self.home + path + (f"?{urlencode(query)}" if query else ""), status_code=303)


def told(said: str | None, sentences: Mapping[str, str]) -> str | None:
    """The sentence that an address names, if it is one of the page's own."""
    return sentences.get(said or "")
