"""What is published of people: how the events of one import are made, but for the pictures in them (`people.Studio`)."""

from __future__ import annotations

from esr_gateway.from_esr.people import SERVICE, Before, Moment
from esrlink.contracts import ProfileImported
from esrlink.db.outbox import copied_events
from esrlink.observability.tracing import current_traceparent
from esrlink.outbox_rows import CopiedEvents


def profile_events(moment: Moment) -> CopiedEvents:
    """Makes the outbox's rows of one import."""
    return copied_events(
        ProfileImported, vpd=moment.vpd, service=SERVICE, now=moment.now, traceparent=current_traceparent()
    )


def farewell(moment: Moment, left: Before, revision: int) -> tuple[str, bytes]:
    """The employee number and the event that nobody has it any more."""
    event = ProfileImported(
        vpd=moment.vpd,
        employee_number=left.employee_number or "",
        revision=revision,
        as_of=moment.as_of,
        source_file=moment.source_file,
        gone=True,
        person_id=left.person_id,
        family_name=left.family_name or "",
        given_name=left.given_name,
    )
    return event.employee_number, event.model_dump_json().encode()
