"""Invented people: everything that the sandbox's ESR holds of one person, and how a person is at a given day.

Values are invented: National Insurance numbers carry a prefix that is never issued, and registrations are made
up.
"""

from dataclasses import dataclass
from datetime import date

from esr_sandbox.world.posts import Position

END_OF_TIME = date(4712, 12, 31)
"""ESR's "until further notice"."""

ACTIVE = "Active Assignment"
TERMINATED = "Terminated"


@dataclass(frozen=True)
class Spell:
    """A dated row of an assignment."""

    start: date
    end: date
    status: str
    position: Position
    fte: str


@dataclass(frozen=True)
class Assignment:
    """A post that a person holds. `number` is the employee number, then `-2` for a second post."""

    assignment_id: str
    number: str
    primary: bool
    spells: tuple[Spell, ...]

    def spell_on(self, day: date) -> Spell | None:
        """Return the dated row that holds on a day, if there is one."""
        return next((spell for spell in self.spells if spell.start <= day <= spell.end), None)

    def active_on(self, day: date) -> bool:
        """Whether payroll would pay this assignment for that day."""
        spell = self.spell_on(day)
        return spell is not None and spell.status != TERMINATED

    @property
    def last(self) -> Spell:
        """The latest dated row."""
        return self.spells[-1]


@dataclass(frozen=True)
class NameSpell:
    """A dated row of a person: the last name may change."""

    start: date
    end: date
    last_name: str


@dataclass(frozen=True)
class PastAbsence:
    """An absence that ESR holds from before the sandbox began."""

    absence_id: str
    absence_type: str
    reason: str
    start: date
    end: date


@dataclass(frozen=True)
class Person:
    """One person of a trust. `updated` is when ESR last wrote any of it: rows sent again unchanged are the same bytes."""

    index: int
    person_id: str
    employee_number: str
    title: str
    first_name: str
    middle_names: str
    preferred_name: str
    names: tuple[NameSpell, ...]
    gender: str
    date_of_birth: date
    ni_number: str
    nhs_unique_id: str
    hire_date: date
    leaving_date: date | None
    email: str
    registration: tuple[str, str] | None
    assignments: tuple[Assignment, ...]
    departments: tuple[str, ...]
    absences: tuple[PastAbsence, ...]
    competencies: int
    updated: date

    @property
    def last_name(self) -> str:
        """The last name as it is now."""
        return self.names[-1].last_name

    @property
    def gmc(self) -> str | None:
        """The registration number with the General Medical Council, if there is one."""
        if self.registration and self.registration[0] == "General Medical Council":
            return self.registration[1]
        return None

    @property
    def grade(self) -> str:
        """The job role of the first post."""
        return self.assignments[0].last.position.role.job_role

    def works_on(self, day: date) -> bool:
        """Whether the person is employed on that day."""
        return self.hire_date <= day and (self.leaving_date is None or day <= self.leaving_date)
