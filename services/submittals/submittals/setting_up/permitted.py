"""Who may see and put the tables that a trust sets: administrators all, payroll officers those about money; auditors look."""

from __future__ import annotations

from esrlink.auth import Principal, Role
from esrlink.errors import Forbidden
from submittals.trusts.dated import TableName

READERS = (Role.ADMINISTRATOR, Role.PAYROLL_OFFICER, Role.AUDITOR)
WRITERS = (Role.ADMINISTRATOR, Role.PAYROLL_OFFICER)
MONEY: frozenset[TableName] = frozenset({"pay_elements", "rate_cards", "cost_codes"})


def require_whole_trust(caller: Principal, vpd: str) -> None:
    """Raise `NotFound` for another trust, and `Forbidden` for a caller of some departments: settings are the whole trust's."""
    caller.require_vpd(vpd)
    if caller.departments is not None:
        raise Forbidden("Settings are the whole trust's, and you may touch some of its departments only.")


def may_put(caller: Principal, table: TableName) -> bool:
    """Whether the caller, who may put settings at all, may put this table."""
    if caller.kind == "machine" or Role.ADMINISTRATOR in caller.roles:
        return True
    return table in MONEY and Role.PAYROLL_OFFICER in caller.roles


def require_put(caller: Principal, vpd: str, table: TableName) -> None:
    """Raise `Forbidden` unless the caller may put this table, or as `require_whole_trust`."""
    require_whole_trust(caller, vpd)
    if not may_put(caller, table):
        raise Forbidden(f"The table {table.replace('_', ' ')} is for the role administrator.")
