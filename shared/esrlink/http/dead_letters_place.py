"""What the pages of dead letters of one service share: where they are, whose they are, and what they say after a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from fastapi.responses import RedirectResponse

from esrlink.auth import Principal, Role, signed_in
from esrlink.bus.dead_letters import Letter
from esrlink.bus.dead_letters_deciding import letter_of_a_trust
from esrlink.bus.reasons import MEANINGS
from esrlink.bus.retrying import Retrying
from esrlink.db.database import Database
from esrlink.web.pages import Pages, crumbs
from esrlink.web.places import DEAD_LETTER_READERS

Viewer = Annotated[Principal, Depends(signed_in(*DEAD_LETTER_READERS))]
Operator = Annotated[Principal, Depends(signed_in(Role.OPERATOR))]

# What a page says after a form. An address names one of them, so that no address can put words on our page.
_SAID: Mapping[str, str] = {
    "applied": "The message is in effect now.",
    "discarded": "The letter is discarded. It is kept, and can be reopened.",
    "reopened": "The letter waits again.",
    "asked": "The letters are being retried. You can leave this page: the work goes on.",
    "cancelled": "The retry was stopped where it was.",
    "reset": "The topic goes on within seconds.",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The pages of the service `title`."""

    retrying: Retrying
    pages: Pages
    title: str

    @property
    def database(self) -> Database:
        """The service's database."""
        return self.retrying.database

    @property
    def home(self) -> str:
        """The path of the service's own page."""
        return f"{self.pages.root}/{self.retrying.consumer}/"

    @property
    def base(self) -> str:
        """The path of the list of letters."""
        return f"{self.home}dead-letters"

    def shared(self, person: Principal, said: str | None = None, *above: tuple[str, str]) -> dict[str, Any]:
        """What every page of these is given. `above` are the steps between the service's own page and this one."""
        return {
            "principal": person,
            "now": datetime.now(UTC),  # the machinery's times are the database's, not the try-out's clock
            "base": self.base,
            "may_act": Role.OPERATOR in person.roles,
            "flash": _SAID.get(said or ""),
            "meanings": MEANINGS,
            "breadcrumbs": crumbs(("Overview", f"{self.pages.root}/"), (self.title, self.home), *above),
        }

    def to(self, place: object = None, said: str = "") -> RedirectResponse:
        """The answer to a form: go to the list, or to the page at `place` under it."""
        path = self.base if place is None else f"{self.base}/{place}"
        return RedirectResponse(f"{path}?said={said}", status_code=303)

    async def own_letter(self, person: Principal, letter_id: UUID) -> Letter:
        """The letter, if it is of one of the person's trusts."""
        async with self.database.read(person.vpds) as tx:
            return await letter_of_a_trust(tx, letter_id)

    async def retried(self, letter: Letter, person: Principal) -> RedirectResponse:
        """Retry the letter, and go to its page."""
        done = await self.retrying.retry(letter, person.subject)
        return self.to(letter.id, "applied" if done.failure is None else "failed")
