"""Who may ask what of a submittal: people by role, machine clients by scope. Pages, API and flow read this one table.

A clinician acts on records of their own only. Operators and auditors look. That whoever made a claim does not check it is
another matter (`maker_checker`), since it follows from what a person did and not from what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from esrlink.auth import Role, Scope
from submittals.records.state import Command

_A, _C, _V, _P = Role.ADMINISTRATOR, Role.CLINICIAN, Role.VALIDATOR, Role.PAYROLL_OFFICER

ROLES_FOR: Mapping[Command, frozenset[Role]] = MappingProxyType(
    {
        Command.EDIT: frozenset({_A, _C}),
        Command.ENRICH: frozenset({_A, _C}),
        Command.SPLIT: frozenset({_A}),
        Command.VALIDATE: frozenset({_V}),
        Command.APPROVE: frozenset({_A, _V}),
        Command.RELEASE: frozenset({_P}),
        Command.RETURN: frozenset({_A, _V, _P}),
        Command.WITHDRAW: frozenset({_A, _C}),
        Command.RESUBMIT: frozenset({_A, _C}),
        Command.CORRECT: frozenset({_P}),
        Command.SECOND: frozenset({_P}),
    }
)
"""The roles of which a person needs one."""

OWN_ONLY: frozenset[Role] = frozenset({_C})
"""Roles that act on records of their own only."""

_WRITE, _APPROVE = Scope.SUBMITTALS_WRITE, Scope.SUBMITTALS_APPROVE
SCOPES_FOR: Mapping[Command, Scope] = MappingProxyType(
    {
        Command.EDIT: _WRITE,
        Command.ENRICH: _WRITE,
        Command.SPLIT: _WRITE,
        Command.VALIDATE: _APPROVE,
        Command.APPROVE: _APPROVE,
        Command.RELEASE: _APPROVE,
        Command.RETURN: _WRITE,
        Command.WITHDRAW: _WRITE,
        Command.RESUBMIT: _WRITE,
        Command.CORRECT: _APPROVE,
        Command.SECOND: _APPROVE,
    }
)
"""The scope that a machine client needs."""


def may(command: Command, roles: Collection[Role], *, own: bool) -> bool:
    """Whether a person with these roles may ask this of a record; `own` says that it is theirs."""
    fitting = ROLES_FOR[command].intersection(roles)
    return bool(fitting if own else fitting - OWN_ONLY)
