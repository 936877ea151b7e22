"""Who may call which operation, and as whom what they do is recorded."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from esrlink.auth import Principal, Scope, require
from profile_sync.permitted import DECIDE, WATCH
from profile_sync.trail import Author

CanDecide = Annotated[Principal, Depends(require(Scope.PROFILES_WRITE, roles=sorted(DECIDE)))]
"""May decide on links, and plan, apply and undo cohorts."""

CanConfigure = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=sorted(DECIDE)))]
"""May set up a trust, and have its rules run."""

CanWatchRuns = Annotated[Principal, Depends(require(Scope.TRUSTS_WRITE, roles=sorted(WATCH)))]
"""May look at runs of the rules."""

CanHook = Annotated[Principal, Depends(require(Scope.PROFILES_READ, Scope.WEBHOOKS_WRITE, roles=sorted(DECIDE)))]
"""May keep webhooks: clients their own, people those of their trusts."""

CanWatchHooks = Annotated[Principal, Depends(require(Scope.PROFILES_READ, Scope.WEBHOOKS_WRITE, roles=sorted(WATCH)))]
"""May look at webhooks and their deliveries."""


def by_api(principal: Principal) -> Author:
    """The caller of an operation, as the audit trail names them."""
    return Author(principal.subject, "api")
