"""What the rules may know of a profile and of a person: plain values, without any I/O.

Tuples, because thousands of them are made, compared and looked up for a night's news of a trust.
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Which profile, within a trust: its product, department and id there."""

    product: str
    department: str
    profile_id: str

    @property
    def path(self) -> str:
        """`product/department/profile_id`."""
        return f"{self.product}/{self.department}/{self.profile_id}"


class ProfileFacts(NamedTuple):
    """A profile, as the rota product gave it."""

    family_name: str
    given_name: str | None = None
    employee_number: str | None = None
    registration_number: str | None = None
    email: str | None = None
    grade: str | None = None
    title: str | None = None


class PersonFacts(NamedTuple):
    """A person, as far as it helps to recognise them. `gone`: ESR no longer shows them."""

    employee_number: str
    family_name: str
    given_name: str | None = None
    middle_names: str | None = None
    preferred_name: str | None = None
    previous_family_names: tuple[str, ...] = ()
    registration_numbers: tuple[str, ...] = ()
    email: str | None = None
    grades: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    gone: bool = False

    @property
    def family_names(self) -> tuple[str, ...]:
        """The present family name and the previous ones."""
        return (self.family_name, *self.previous_family_names)

    @property
    def given_names(self) -> tuple[str | None, ...]:
        """All names that may stand as a given name."""
        return (self.given_name, self.preferred_name, self.middle_names)
