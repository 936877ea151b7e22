"""Whose pages these are: a person of the reader's departments, or the reader themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from esrlink.auth import Principal
from esrlink.errors import NotFound
from jobplan_adapter.dashboard.desk import Desk


@dataclass(frozen=True, slots=True)
class Subject:
    """A person with the addresses of their pages. `departments`: whose people the reader may look at; none for all.

    `plan` is the page of the job plan, `base` what the addresses of the others begin with.
    """

    vpd: str
    number: str
    departments: Collection[str] | None
    plan: str
    base: str
    section: str
    above: tuple[tuple[str, str], ...]
    of: str


def person_of(desk: Desk, reader: Principal, vpd: str, number: str) -> Subject:
    """Somebody, for one of the staff. Raises `NotFound` for another trust."""
    reader.require_vpd(vpd)
    here = f"{desk.home}people/{vpd}/{number}"
    above = (("people", "People"), (f"people/{vpd}/{number}", number))
    return Subject(vpd, number, reader.departments, here, here, "people", above, f"of {number}")


def own(desk: Desk, reader: Principal, vpd: str) -> Subject:
    """The reader. Raises `NotFound` where they have no ESR number in this trust."""
    reader.require_vpd(vpd)
    number = reader.esr_number(vpd)
    if number is None:
        raise NotFound("Your sign-in does not say which ESR number is yours in this trust.", field="vpd")
    above = (("mine", "My job plan"),)
    return Subject(vpd, number, None, f"{desk.home}mine", f"{desk.home}mine/{vpd}", "mine", above, f"of {number}")
