"""Who is calling and what they may touch: one value for a machine client and for a person who is signed in.

A principal is made by the authenticator alone, from a token or a session that has been checked. It carries every limit
that the caller has, so that a domain function needs no request to decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from esrlink.errors import NotFound


class Scope(StrEnum):
    """What a machine client may do, as granted by the issuer in the `scope` claim."""

    PROFILES_READ = "profiles:read"
    PROFILES_WRITE = "profiles:write"
    SUBMITTALS_WRITE = "submittals:write"
    SUBMITTALS_APPROVE = "submittals:approve"
    JOBPLANS_READ = "jobplans:read"
    WORK_WRITE = "work:write"
    EXCHANGE_OPERATE = "exchange:operate"
    AUDIT_READ = "audit:read"
    TRUSTS_WRITE = "trusts:write"
    CONTACTS_READ = "contacts:read"
    WEBHOOKS_WRITE = "webhooks:write"


class Role(StrEnum):
    """What a person does in a trust, as granted by the issuer in the `roles` claim."""

    ADMINISTRATOR = "administrator"
    CLINICIAN = "clinician"
    VALIDATOR = "validator"
    PAYROLL_OFFICER = "payroll_officer"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller that has been checked.

    `departments` holds "product/department" keys; `None` means every department of its trusts. A machine has scopes and
    no roles, a person has roles and no scopes. `esr_numbers` holds "VPD/employee number": whose records are a person's own.
    """

    subject: str
    kind: Literal["machine", "person"]
    display_name: str
    scopes: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    vpds: frozenset[str] = frozenset()
    departments: frozenset[str] | None = None
    esr_numbers: frozenset[str] = frozenset()

    def esr_number(self, vpd: str) -> str | None:
        """The caller's own employee number in that trust; none for a machine, and for who has none there."""
        own = (key.partition("/") for key in self.esr_numbers)
        return next((number for trust, _, number in own if trust == vpd), None)

    def may_touch(self, vpd: str) -> bool:
        """Whether the trust with this VPD is one of the caller's."""
        return vpd in self.vpds

    def may_touch_department(self, product: str, department: str) -> bool:
        """Whether the department of that product is one of the caller's (says nothing of the trust)."""
        return self.departments is None or f"{product}/{department}" in self.departments

    def require_vpd(self, vpd: str) -> None:
        """Raise `NotFound` for another trust: to this caller it must look as if it did not exist."""
        if not self.may_touch(vpd):
            raise NotFound(f"There is no trust {vpd!r} that you may see.", field="vpd")

    def require_department(self, product: str, department: str) -> None:
        """Raise `NotFound` for a department that is not the caller's, for the same reason as `require_vpd`."""
        if not self.may_touch_department(product, department):
            raise NotFound(f"There is no department {product}/{department} that you may see.", field="department")
