"""The events of ESR Link, in one place: usable alone by any consumer written in Python (it needs only pydantic)."""

from esrlink.contracts.envelope import Message, Received, UnknownVersion, Unreadable, from_message, to_message
from esrlink.contracts.events import REGISTRY, Event, PersonEvent
from esrlink.contracts.exchange import (
    CalendarChanged,
    FileQuarantined,
    FileReceived,
    Outcome,
    RecordSettled,
    RunFile,
    RunSent,
    RunTotal,
)
from esrlink.contracts.identity import (
    Candidate,
    ProfileLinked,
    ProfileOnboarded,
    ProfileReviewNeeded,
    ProfileUnlinked,
)
from esrlink.contracts.jobplans import (
    DeliveredCategory,
    JobplanDelivery,
    JobplanUpdated,
    PlannedSession,
    PlanState,
    ProgrammedActivities,
    Weekday,
)
from esrlink.contracts.kafka import from_kafka
from esrlink.contracts.payroll import (
    Absence,
    Attendance,
    Source,
    SubmittalApproved,
    SubmittalReminderDue,
    SubmittalSettled,
    SubmittalSubmitted,
    SubmittalWithdrawn,
)
from esrlink.contracts.people import Assignment, ProfileImported, Registration
from esrlink.contracts.types import CutOff, PayRun, ProfileKey

__all__ = [
    "REGISTRY",
    "Absence",
    "Assignment",
    "Attendance",
    "CalendarChanged",
    "Candidate",
    "CutOff",
    "DeliveredCategory",
    "Event",
    "FileQuarantined",
    "FileReceived",
    "JobplanDelivery",
    "JobplanUpdated",
    "Message",
    "Outcome",
    "PayRun",
    "PersonEvent",
    "PlanState",
    "PlannedSession",
    "ProfileImported",
    "ProfileKey",
    "ProfileLinked",
    "ProfileOnboarded",
    "ProfileReviewNeeded",
    "ProfileUnlinked",
    "ProgrammedActivities",
    "Received",
    "RecordSettled",
    "Registration",
    "RunFile",
    "RunSent",
    "RunTotal",
    "Source",
    "SubmittalApproved",
    "SubmittalReminderDue",
    "SubmittalSettled",
    "SubmittalSubmitted",
    "SubmittalWithdrawn",
    "UnknownVersion",
    "Unreadable",
    "Weekday",
    "from_kafka",
    "from_message",
    "to_message",
]
