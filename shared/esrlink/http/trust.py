"""Which trust a request is about: the only one of the caller, or the one that the request names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from esrlink.auth import Principal
from esrlink.errors import Invalid

VpdQuery = Annotated[
    str | None,
    Query(
        alias="vpd",
        pattern=r"^[0-9]{3}$",
        description="The trust. May be left out when your token is for one trust only.",
        examples=["277"],
    ),
]


def trust_scope(principal: Principal, vpd: str | None) -> str:
    """The VPD of the request. Raises `Invalid` when it must be named, `NotFound` when it is not the caller's."""
    if vpd is not None:
        principal.require_vpd(vpd)
        return vpd
    if len(principal.vpds) == 1:
        return next(iter(principal.vpds))
    raise Invalid("Your token is for several trusts: say which one with the query parameter `vpd`.", field="vpd")
