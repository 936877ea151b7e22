"""What the API takes and says of reminders: hours, addresses, e-mails. An address is in bodies only, never in a URL."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from esrlink.contracts.types import Department, Product
from submittals.content import Actor
from submittals.deadlines.address_file import MOST_ROWS
from submittals.deadlines.addresses import ADDRESS, DEPARTMENT_ITSELF, Given, Place
from submittals.deadlines.lead_times import LONGEST_HOURS

Address = Annotated[
    str,
    StringConstraints(pattern=ADDRESS.pattern),
    Field(description="An e-mail address, without a name.", examples=["lead2@trust.example"]),
]
_AT = "2026-08-28T11:00:00Z"
_PLACE: dict[str, Any] = {"product": "clwrota", "department": "anaesthetics", "approver": "lead2"}
_ADDRESS: dict[str, Any] = {**_PLACE, "address": "lead2@trust.example", "unsubscribed_at": None, "changed_at": _AT}
_ROUND: dict[str, Any] = {
    "run_code": "MN2705",
    "cut_off": "2026-09-02T11:00:00Z",
    "hours_before": 120,
    "skipped": False,
    "reminders": 12,
    "made_at": _AT,
}
_MAIL: dict[str, Any] = {
    "mail_id": "0198f0f2-7c1e-7d60-8a4e-0d6f3c1b2a11",
    "address": "lead2@trust.example",
    "subject": "7 records to do before 12:00 on 2 September",
    "state": "parked",
    "outcome": "recipient_refused_550",
    "attempts": 1,
    "due_at": _AT,
    "created_at": _AT,
    "settled_at": _AT,
}


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RemindersIn(_Request):
    """When reminders are made."""

    hours_before: list[Annotated[int, Field(ge=1, le=LONGEST_HOURS)]] = Field(
        max_length=10, description="Hours before each cut-off; none for no reminders."
    )


class PlaceIn(_Request):
    """Whom an address is for."""

    product: Product
    department: Department
    approver: Actor | None = Field(
        default=None, description="As the department's settings name them; left out for the department itself."
    )

    @property
    def place(self) -> Place:
        """The same as a key."""
        return self.product, self.department, self.approver or DEPARTMENT_ITSELF


class AddressIn(PlaceIn):
    """An address of an approver or of a department."""

    address: Address

    def given(self) -> Given:
        """The same for the store."""
        return Given(*self.place, self.address)


class AddressesIn(_Request):
    """Addresses to take over."""

    addresses: list[AddressIn] = Field(max_length=MOST_ROWS)


class RoundAnswer(BaseModel):
    """One round of reminders that was made, or skipped because a later one was made when the service looked."""

    model_config = ConfigDict(from_attributes=True)

    run_code: str
    cut_off: datetime
    hours_before: int
    skipped: bool
    reminders: int
    made_at: datetime


class RemindersAnswer(BaseModel):
    """When reminders are made, and the newest rounds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"vpd": "277", "hours_before": [120, 24], "rounds": [_ROUND]}]}
    )

    vpd: str
    hours_before: list[int]
    rounds: list[RoundAnswer]


class AddressAnswer(BaseModel):
    """An address, whom it is for, and whether they said that they want no reminders."""

    product: str
    department: str
    approver: str | None = None
    address: str
    unsubscribed_at: datetime | None = None
    changed_at: datetime


class AddressesAnswer(BaseModel):
    """All addresses that the caller may see."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"addresses": [_ADDRESS]}]})

    addresses: list[AddressAnswer]


class TakenAnswer(BaseModel):
    """How many addresses were taken, and how many of them are others than before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"taken": 12, "changed": 1}]})

    taken: int
    changed: int


class MailAnswer(BaseModel):
    """An e-mail on its way."""

    model_config = ConfigDict(from_attributes=True)

    mail_id: UUID
    address: str | None = Field(description="None when it was taken away.")
    subject: str
    state: str = Field(
        description="`waiting`, `sending`, `sent`; `parked`: refused, or too late; `unknown`: the server may have it;"
        " `dropped`: nobody wants it any more."
    )
    outcome: str | None = Field(description="Why, as a code.")
    attempts: int
    due_at: datetime
    created_at: datetime
    settled_at: datetime | None


class MailList(BaseModel):
    """E-mails, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mails": [_MAIL]}]})

    mails: list[MailAnswer]
