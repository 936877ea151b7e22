"""What a cohort is about: a changeover, departments, a window of days, and whose changes count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from profile_sync.cohorts.changeover import Wanted
from profile_sync.cohorts.spells import Window


@dataclass(frozen=True, slots=True)
class Spec:
    """A cohort's terms. `departments` are (product, department); staff groups and grades empty for all."""

    name: str
    changeover: date
    departments: tuple[tuple[str, str], ...]
    days_before: int = 14
    days_after: int = 14
    staff_groups: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()

    @property
    def window(self) -> Window:
        """The days on which people come and go."""
        return Window.around(self.changeover, self.days_before, self.days_after)

    @property
    def wanted(self) -> Wanted:
        """Whose changes count."""
        return Wanted(frozenset(self.staff_groups), frozenset(self.grades))

    def departments_as_rows(self) -> list[dict[str, str]]:
        """The departments as they are stored."""
        return [{"product": product, "department": department} for product, department in self.departments]


def spec_of(row: Any) -> Spec:
    """The terms of a stored cohort."""
    return Spec(
        row.name,
        row.changeover,
        keys_of(row.departments),
        row.days_before,
        row.days_after,
        tuple(row.staff_groups),
        tuple(row.grades),
    )


def keys_of(stored: Sequence[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    """(product, department) of stored departments."""
    return tuple((one["product"], one["department"]) for one in stored)
