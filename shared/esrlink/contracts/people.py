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
    number: str = Field(description="As the body writes it; text, it may start with zeros.")
    expires: date | None = Field(default=None, description="Last day of validity, where ESR knows one.")


class Assignment(Model):
    """One dated row of a post: the same assignment number may have several, in the past and in the future."""

    assignment_number: AssignmentNumber
    effective_from: date = Field(description="First day in force; it may be in the future.")
    effective_to: date | None = Field(default=None, description="Last day in force; none = until further notice.")
    status: str = Field(description="ESR's word, such as `Active Assignment`; unknown words are passed on.")
    primary: bool = Field(default=False, description="The person's main post at that time.")
    category: str | None = Field(default=None, description="Kind of contract, in ESR's words, such as `Permanent`.")
    position_number: str | None = Field(default=None, description="ESR's number of the position that it fills.")
    position_title: str | None = Field(default=None, description="What the trust calls the position.")
    staff_group: str | None = Field(default=None, description="ESR's word, such as `Medical and Dental`.")
    job_role: str | None = Field(default=None, description="ESR's word, such as `Consultant`.")
    occupation_code: str | None = Field(default=None, description="NHS occupation code.")
    grade: str | None = Field(default=None, description="Pay scale code, such as `YC72`.")
    fte: Figure | None = Field(default=None, description="Full-time equivalent: 1 is full time.")
    organisation: str | None = Field(default=None, description="The department, as ESR calls it.")
    cost_centre: str | None = Field(default=None, description="Who bears the cost, in the trust's own codes.")
    location: str | None = Field(default=None, description="Where the work is done, as ESR calls it.")
    supervisor: EmployeeNumber | None = Field(default=None, description="ESR number of who supervises the post.")


@register
class ProfileImported(PersonEvent):
    """A person or its assignments changed in ESR: the whole person, with all dated assignments."""

    TOPIC = "esr.profile.imported"
    PRODUCER = "esr-gateway"
    STATE = True

    revision: int = Field(ge=1, description="Grows with every change of this person; the newest wins.")
    as_of: Instant = Field(description="The moment up to which the ESR file speaks.")
    source_file: str = Field(description="Name of the ESR file that showed the change.")
    gone: bool = Field(
        default=False, description="ESR no longer shows this person (deleted, or absent from a snapshot)."
    )
    person_id: str = Field(description="ESR's own id inside its files.")
    nhs_unique_id: str | None = Field(default=None, description="Joins one human's records over trusts.")
    title: str | None = Field(default=None, description="Such as `Dr.`")
    family_name: str = Field(description="The name at `as_of`.")
    given_name: str | None = Field(default=None, description="First name.")
    middle_names: str | None = Field(default=None, description="All of them, as ESR writes them.")
    preferred_name: str | None = Field(default=None, description="What the person wants to be called.")
    previous_family_names: tuple[str, ...] = Field(default=(), description="In the order of the alphabet.")
    email: str | None = Field(default=None, description="Work e-mail address.")
    hire_date: date | None = Field(default=None, description="First day of employment in this trust.")
    leaving_date: date | None = Field(default=None, description="Last day of employment, past or to come.")
    registrations: tuple[Registration, ...] = Field(default=(), description="With professional bodies.")
    assignments: tuple[Assignment, ...] = Field(default=(), description="All dated rows of all posts, past and future.")
