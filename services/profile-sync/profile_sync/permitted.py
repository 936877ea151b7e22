"""Which roles may do what here: one rule for the pages and for the API's people. Machine clients go by their scopes.

Who decides on a link decides whose pay a claim becomes, and payroll officers sign what is paid. The two are
different roles, so that nobody does both by one of them: payroll officers see all of a link and decide nothing of it.
"""

from __future__ import annotations

from esrlink.auth import Principal, Role
from esrlink.errors import Forbidden

READ_NAMES = frozenset({Role.ADMINISTRATOR, Role.PAYROLL_OFFICER})
"""See people by name on pages: the queue, links, people."""

DECIDE = frozenset({Role.ADMINISTRATOR})
"""Decide on links, plan and apply cohorts, run rules, keep webhooks, set a trust up."""

WATCH = frozenset({Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR})
"""Look at what works by itself: webhooks and their deliveries, runs of the rules. No names are in it."""


def require_whole_trust(principal: Principal, vpd: str) -> None:
    """Raise `NotFound` for a stranger's trust, and `Forbidden` to who may see some of its departments only."""
    principal.require_vpd(vpd)
    if principal.departments is not None:
        raise Forbidden("A run is about all departments of a trust; you may see some of them only.")
