"""Which of their trusts a person is looking at: a convenience of pages, never a permission.

The choice lives in a cookie of its own and is taken only when it names one of the person's trusts.
"""

from __future__ import annotations

from fastapi import Request

from esrlink.auth.principal import Principal

TRUST_COOKIE = "esrlink_trust"


def chosen_vpd(request: Request, principal: Principal) -> str | None:
    """The VPD that the person chose; their only one when they have one; `None` for all of theirs."""
    if len(principal.vpds) == 1:
        return next(iter(principal.vpds))
    choice = request.cookies.get(TRUST_COOKIE)
    return choice if choice in principal.vpds else None


def vpds_shown(request: Request, principal: Principal) -> tuple[str, ...]:
    """The VPDs that a page is about, in order: the chosen one, or all of the person's."""
    choice = chosen_vpd(request, principal)
    return (choice,) if choice else tuple(sorted(principal.vpds))
