"""The site's pages as people know them, in the order of the navigation, and which roles each is for.

One place for both, so that nobody is shown a link that would refuse them. It is about pages: what the API allows is said
at each operation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esrlink.auth.principal import Principal, Role

_EVERYBODY = frozenset(Role)
# Figures of a whole trust are for those who run it or check it; a clinician has a page of their own records.
_STAFF = _EVERYBODY - {Role.CLINICIAN}

# Who may see why messages were parked. What is in them, and what becomes of them, is for operators.
DEAD_LETTER_READERS = frozenset({Role.OPERATOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Place:
    """A page, by the name of the service that serves it; `path` is its address under the site's root."""

    name: str
    path: str
    text: str
    roles: frozenset[Role]

    def is_open_to(self, person: Principal) -> bool:
        """Whether the person has a role that the page is for."""
        return bool(person.roles & self.roles)


PLACES: Sequence[Place] = (
    Place("overview", "/", "Overview", _EVERYBODY),
    # A run's control totals are money: for payroll and those who run the exchange, not for departments.
    Place("esr-gateway", "/esr-gateway/", "ESR gateway", _STAFF - {Role.VALIDATOR}),
    Place("profile-sync", "/profile-sync/", "Profiles", _STAFF),
    Place("submittals", "/submittals/", "Submittals", _STAFF),
    Place("jobplan-adapter", "/jobplan-adapter/", "Job plans", _STAFF - {Role.PAYROLL_OFFICER}),
)
OWN_PAGES: Sequence[Place] = (
    Place("my-claims", "/submittals/mine", "My claims", frozenset({Role.CLINICIAN})),
    Place("my-job-plan", "/jobplan-adapter/mine", "My job plan", frozenset({Role.CLINICIAN})),
)
"""Pages of what is somebody's own, beside the services' pages in the navigation."""

_BY_NAME: Mapping[str, Place] = {place.name: place for place in PLACES}


def roles_for(name: str) -> Sequence[Role]:
    """The roles that the page of the service `name` is for. Raises `KeyError` for a name that is no place."""
    return sorted(_BY_NAME[name].roles)


def is_open(name: str, person: Principal) -> bool:
    """Whether the page of the service `name` is for this person; one that is no place is for nobody."""
    return name in _BY_NAME and _BY_NAME[name].is_open_to(person)
