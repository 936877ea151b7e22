"""A person as ESR knows them: the whole picture, published when it really changed.

It carries no NI number, date of birth, address, ethnicity, disability or salary, and never will.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from esrlink.contracts.events import PersonEvent, register
from esrlink.contracts.types import AssignmentNumber, EmployeeNumber, Figure, Instant, Model


class Registration(Model):
    """A professional registration, such as a GMC number."""

    body: str = Field(description="As ESR writes it, such as `General Medical Council`.")
    number: str
    expires: date | None = None


class Assignment(Model):
    """One dated row of a post: the same assignment number may have several, in the past and in the future."""

    assignment_number: AssignmentNumber
    effective_from: date
    effective_to: date | None = Field(default=None, description="Last day in force; none = until further notice.")
    status: str = Field(description="ESR's word, such as `Active Assignment`; unknown words are passed on.")
    primary: bool = False
    category: str | None = None
    position_number: str | None = None
    position_title: str | None = None
    staff_group: str | None = None
    job_role: str | None = None
    occupation_code: str | None = None
    grade: str | None = None
    fte: Figure | None = None
    organisation: str | None = None
    cost_centre: str | None = None
    location: str | None = None
    supervisor: EmployeeNumber | None = None


@register
class ProfileImported(PersonEvent):
    """A person or its assignments changed in ESR: the whole person, with all dated assignments."""

    TOPIC = "esr.profile.imported"
    STATE = True

    revision: int = Field(ge=1, description="Grows with every change of this person; the newest wins.")
    as_of: Instant = Field(description="The moment up to which the ESR file speaks.")
    source_file: str = Field(description="Name of the ESR file that showed the change.")
    gone: bool = Field(
        default=False, description="ESR no longer shows this person (deleted, or absent from a snapshot)."
    )
    person_id: str = Field(description="ESR's own id inside its files.")
    nhs_unique_id: str | None = Field(default=None, description="Joins one human's records over trusts.")
    title: str | None = None
    family_name: str
    given_name: str | None = None
    middle_names: str | None = None
    preferred_name: str | None = None
    previous_family_names: tuple[str, ...] = ()
    email: str | None = Field(default=None, description="Work e-mail address.")
    hire_date: date | None = None
    leaving_date: date | None = None
    registrations: tuple[Registration, ...] = ()
    assignments: tuple[Assignment, ...] = ()
