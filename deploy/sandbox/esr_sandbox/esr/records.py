"""The 16 records of a GO file as the sandbox writes them: width, and the columns that it fills.

Numbers are column positions from 0, where 0 is the row type. Columns that are not named here stay empty.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Record:
    """One record type: `code` is its two letters, `width` counts all columns with the row type."""

    code: str
    width: int
    columns: dict[str, int]

    def row(self, **values: str) -> str:
        """Return an add-or-replace row of this record."""
        cells = [""] * self.width
        cells[0] = self.code + "A"
        for name, value in values.items():
            cells[self.columns[name]] = value
        return "~".join(cells)

    def delete(self, record_id: str) -> str:
        """Return the row that deletes a record by its id."""
        return f"{self.code}D~{record_id}"


def day(value: date) -> str:
    """Return a date as GO files write it."""
    return f"{value.year:04d}{value.month:02d}{value.day:02d}"


def midnight(value: date) -> str:
    """Return the timestamp of a day's first moment."""
    return f"{day(value)} 000000"


PERSON = Record(
    "PR",
    44,
    {
        "person": 1, "start": 2, "end": 3, "employee_number": 4, "title": 5, "last_name": 6, "first_name": 7,
        "middle_names": 8, "preferred_name": 10, "previous_last_name": 11, "gender": 12, "born": 13, "ni_number": 14,
        "nhs_unique_id": 15, "hired": 16, "terminated": 17, "termination_reason": 18, "employee_status": 19, "wtr": 20,
        "system_type": 33, "user_type": 34, "email": 35, "nhs_start": 36, "updated": 38,
    },
)  # fmt: skip
ASSIGNMENT = Record(
    "AS",
    51,
    {
        "person": 1, "assignment": 2, "start": 3, "end": 4, "earliest_start": 5, "type": 6, "number": 7,
        "system_status": 8, "status": 9, "employee_status": 10, "payroll": 11, "period_type": 12, "location": 13,
        "category": 20, "primary": 21, "hours": 22, "frequency": 23, "contract_hours": 24, "fte": 25,
        "organisation": 27, "position": 28, "position_name": 29, "grade": 30, "job": 34, "updated": 44,
        "last_working_day": 45, "assignment_end": 48,
    },
)  # fmt: skip
POSITION = Record(
    "PO",
    24,
    {
        "position": 1, "start": 2, "end": 3, "number": 4, "name": 5, "fte": 6, "subjective": 7, "staff_group": 8,
        "job_role": 9, "occupation_code": 10, "payscale": 11, "organisation": 14, "hiring_status": 15, "type": 16,
        "workplace": 21, "updated": 22, "subjective_text": 23,
    },
)  # fmt: skip
ORGANISATION = Record(
    "OR",
    16,
    {
        "organisation": 1, "name": 2, "type": 3, "start": 4, "end": 5, "hierarchy": 6, "hierarchy_start": 7,
        "cost_centre": 9, "parent": 10, "nacs": 11, "location": 12, "updated": 13, "cost_centre_text": 14,
    },
)  # fmt: skip
LOCATION = Record(
    "LC",
    22,
    {"location": 1, "code": 2, "description": 3, "line_1": 5, "town": 8, "postcode": 10, "country": 11, "site": 15,
     "updated": 21},
)  # fmt: skip
ABSENCE = Record(
    "AB",
    48,
    {
        "person": 1, "absence": 2, "type": 3, "reason": 4, "status": 5, "start": 11, "start_time": 12, "end": 13,
        "end_time": 14, "sickness_start": 15, "sickness_end": 16, "days": 17, "hours": 18, "units": 19,
        "sessions_lost": 21, "updated": 29, "sickness_reason": 32, "reference": 33,
    },
)  # fmt: skip
TRAINING = Record(
    "TR",
    30,
    {"person": 1, "absence": 2, "type": 3, "reason": 4, "status": 5, "start": 11, "end": 13, "days": 17, "updated": 29},
)
ELEMENT = Record(
    "EL",
    26,
    {"person": 1, "entry": 2, "start": 3, "end": 4, "type": 5, "assignment": 6, "element_id": 7, "element": 8,
     "earned": 9, **{f"value_{n}": 9 + n for n in range(1, 16)}, "updated": 25},
)  # fmt: skip
COSTING = Record(
    "CO",
    16,
    {"person": 1, "assignment": 2, "costing": 3, "start": 4, "end": 5, "entity": 6, "cost_centre": 8, "subjective": 9,
     "split": 14, "updated": 15},
)  # fmt: skip
COMPETENCY = Record(
    "CM",
    27,
    {"person": 1, "competency": 2, "type": 3, "status": 4, "name": 5, "start": 6, "end": 7, "level": 8, "vpd": 9,
     "competence": 13, "updated": 22},
)  # fmt: skip
COMPETENCE = Record(
    "CD",
    16,
    {"competence": 1, "name": 2, "description": 3, "start": 4, "end": 5, "certification": 7, "alias": 13, "vpd": 14,
     "updated": 15},
)  # fmt: skip
QUALIFICATION = Record(
    "QL",
    13,
    {"person": 1, "qualification": 2, "type": 3, "title": 4, "status": 5, "awarded": 7, "establishment": 10,
     "country": 11, "updated": 12},
)  # fmt: skip
SPECIAL_INFORMATION = Record(
    "ST",
    58,
    {"person": 1, "special": 2, "start": 3, "end": 4, "type": 5, "segment_1": 6, "segment_2": 7, "updated": 57},
)
PERSON_EXTRA = Record(
    "ET",
    57,
    {"person": 1, "extra": 2, "type": 3, "category": 4, "information_1": 5, "information_2": 6, "information_3": 7,
     "information_5": 9, "updated": 56},
)  # fmt: skip
POSITION_EXTRA = Record(
    "PI", 57, {"position": 1, "extra": 2, "type": 3, "category": 4, "information_1": 5, "updated": 56}
)
DISABILITY = Record("DT", 15, {"person": 1, "disability": 2, "category": 6, "status": 7})

RECORDS = (
    PERSON, ASSIGNMENT, POSITION, ORGANISATION, LOCATION, ABSENCE, TRAINING, ELEMENT, COSTING, COMPETENCY, COMPETENCE,
    QUALIFICATION, SPECIAL_INFORMATION, PERSON_EXTRA, POSITION_EXTRA, DISABILITY,
)  # fmt: skip
