"""What the operations on people take and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from esrlink.contracts import Assignment, Registration
from esrlink.contracts.types import Vpd
from profile_sync.api import examples
from profile_sync.api.models import HeldProfile


class PersonSummary(BaseModel):
    """Enough of a person to choose by."""

    vpd: str
    employee_number: str
    title: str | None
    given_name: str | None
    preferred_name: str | None
    family_name: str
    previous_family_names: list[str]
    leaving_date: date | None
    gone: bool = Field(description="ESR no longer shows them.")


class HeldRegistration(Registration):
    """A registration, seen on a day."""

    expired: bool = Field(description="Its last day was before the day of the picture.")


class PersonAnswer(PersonSummary):
    """A person as ESR knows them, with the profiles that are theirs in the departments that you may see."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PERSON]})

    middle_names: str | None
    email: str | None = Field(description="At work.")
    withheld: list[str] = Field(
        default=[], description="Fields that are null because your token lacks the scope `contacts:read`."
    )
    hire_date: date | None
    staff_groups: list[str] = Field(description="Of the assignments in force on the day: `on`, or today.")
    job_roles: list[str] = Field(description="Of the assignments in force on the day: `on`, or today.")
    registrations: list[HeldRegistration]
    revision: int
    as_of: datetime
    source_file: str
    on: date | None = Field(description="The day that `assignments` are of; null: all of them.")
    assignments: list[Assignment] = Field(description="Those in force on the day `on`; all of them without it.")
    all_assignments: list[Assignment] = Field(description="All dated rows of all posts, past and future.")
    profiles: list[HeldProfile]
    other_numbers: list[PersonSummary] = Field(
        description="The same human under another ESR number (one NHS Unique ID), in trusts that you may see."
    )


class PersonFound(PersonSummary):
    """A person whom a search found."""

    match: Literal["number", "name", "begins", "slip", "sound"] = Field(
        description="How the text met them. number: a number or an e-mail address in full. name: whole words of names. "
        "begins: words that names begin with. slip: names that differ by one letter. sound: names that only sound alike."
    )


class PeopleSearch(BaseModel):
    """Whom to look for, and where."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"search": "okafor ada", "vpd": "277"}]})

    search: str = Field(
        min_length=2,
        max_length=100,
        pattern=r"^[^\x00]*$",
        description="Names, or an ESR, assignment or registration number, or a work e-mail address.",
    )
    vpd: Vpd | None = Field(default=None, description="One trust only; without it, all of yours.")
    cursor: str | None = Field(default=None, max_length=2000, description="`next` of the page before.")
    limit: int = Field(default=20, ge=1, le=100)


class PeopleFound(BaseModel):
    """A page of the people that a search found, best first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.FOUND]})

    items: list[PersonFound]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class FieldChange(BaseModel):
    """One field that a revision changed."""

    field: str = Field(
        description="Its name in the person, the assignment or the registration; `assignment` or `registration` where a "
        "whole one came (before: null) or went (after: null)."
    )
    assignment: str | None = Field(default=None, description="Of the dated row of this assignment number,")
    effective_from: date | None = Field(default=None, description="with this first day.")
    registration: str | None = Field(default=None, description="Of this registration: body and number.")
    before: JsonValue
    after: JsonValue


class PersonRevision(BaseModel):
    """A revision of a person that was applied."""

    revision: int
    applied_at: datetime
    as_of: datetime = Field(description="The moment up to which the ESR file speaks.")
    source_file: str
    first: bool = Field(description="The first that is known: it changed nothing, it began the person.")
    changes: list[FieldChange] = Field(
        description="None at all in a revision that only changed what is never shown, such as ESR's own ids."
    )


class PersonHistory(BaseModel):
    """The revisions of a person that were applied and are still kept, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PERSON_HISTORY]})

    items: list[PersonRevision]
    next: int | None = Field(description="`before` of the next page; null on the last.")
