"""What the gateway's pages share: where they are, who may see them and act on them, and how one leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query

from esr_gateway.gateway import Gateway
from esrlink.auth import Principal, Role, signed_in
from esrlink.http.audit import AUDITORS
from esrlink.web import desk as shared
from esrlink.web.places import roles_for

Viewer = Annotated[Principal, Depends(signed_in(*roles_for("esr-gateway")))]
"""May look at every page of the gateway."""

Operator = Annotated[Principal, Depends(signed_in(Role.OPERATOR))]
"""May poll, test and release."""

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
class Desk(shared.Desk):
    """Where the gateway's pages stand. `gateway` does the work that their forms ask for."""

    SERVICE = "esr-gateway"
    SECTIONS = SECTIONS

    gateway: Gateway

    def told_of(self, reader: Principal) -> Mapping[str, Any]:
        """Whether somebody may act on what the pages show."""
        return {"may_operate": Role.OPERATOR in reader.roles}
