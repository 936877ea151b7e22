"""Who acts: the name that is recorded of them, and every name under which they are known.

A rota product says who acts by a profile or a user name. A signed-in person is known by their ESR number: they act as their
profile in the record's department where they have one there, else under the name with which they signed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from submittals.esr.people import ProfilePlace
from submittals.records.record import Record
from submittals.trusts.settings import TrustSettings


class Known(Protocol):
    """What is known of people: by whom profiles are held, and which groups of them validate today."""

    @property
    def trust(self) -> TrustSettings:
        """The trust's settings of today."""
        ...

    @property
    def today(self) -> date:
        """The local day."""
        ...

    @property
    def links(self) -> Mapping[ProfilePlace, str]:
        """The employee numbers of profiles."""
        ...

    @property
    def profiles(self) -> Mapping[str, Sequence[ProfilePlace]]:
        """The profiles of people, by employee number."""
        ...

    @property
    def away(self) -> frozenset[ProfilePlace]:
        """Members of validation groups who are on leave today, `folded`, as far as deputies wait for that."""
        ...


@dataclass(frozen=True, slots=True)
class Acting:
    """One who acts on a record. `places`: all that they are known as, `folded`. `number`: their employee number, if known."""

    by: str
    places: frozenset[ProfilePlace]
    number: str | None


def place_of_actor(record: Record, by: str) -> ProfilePlace:
    """The profile that `by` names: product/department/id, or an id (or user name) in the record's own department."""
    parts = by.split("/")
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    return record.product, record.department, by


def folded(place: ProfilePlace) -> ProfilePlace:
    """A profile to compare: a difference in capitals does not make another person."""
    product, department, profile_id = place
    return product.casefold(), department.casefold(), profile_id.casefold()


def acting(record: Record, by: str, number: str | None, around: Known) -> Acting:
    """Who acts on the record: `by` as they were named, `number` the employee number of a signed-in person.

    The profiles of both must be among the surroundings (`makers` and `claimants` of `gather`).
    """
    named = place_of_actor(record, by)
    person = number or around.links.get(named)
    profiles = around.profiles.get(person, ()) if person else ()
    recorded = by
    if number is not None:
        recorded = next(iter(sorted(_here(record, profiles))), by)
    return Acting(recorded, frozenset(folded(place) for place in (named, *profiles)), person)


def _here(record: Record, profiles: Iterable[ProfilePlace]) -> Iterable[str]:
    here = (record.product, record.department)
    return (profile_id for product, department, profile_id in profiles if (product, department) == here)
