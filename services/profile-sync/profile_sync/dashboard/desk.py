"""What the pages of profile-sync share: where they are, who may see them, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

from esrlink.auth import Principal, signed_in
from esrlink.http.audit import AUDITORS
from esrlink.runtime import Parts
from esrlink.web import Pages
from esrlink.web import desk as shared
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
class Desk(shared.Desk):
    """Where the pages stand. `typed` keeps what people type to find somebody."""

    SERVICE = "profile-sync"
    SECTIONS = SECTIONS

    typed: TypedTexts

    @classmethod
    def of(cls, parts: Parts, pages: Pages) -> Desk:
        """The desk of the service."""
        return cls(parts, pages, TypedTexts(parts.auth, f"{pages.root}/profile-sync/", parts.new_id))

    def told_of(self, reader: Principal) -> Mapping[str, Any]:
        """Whether somebody may look at people by name, and decide."""
        return {"shows_names": sees_names(reader), "decides": decides(reader)}


def sees_names(reader: Principal) -> bool:
    """Whether somebody may look at people by name."""
    return bool(reader.roles & READ_NAMES)


def decides(reader: Principal) -> bool:
    """Whether somebody may decide, or only looks."""
    return bool(reader.roles & DECIDE)


def by_page(person: Principal) -> Author:
    """Who sends a form, as the audit trail names them."""
    return Author(person.subject, "page")
