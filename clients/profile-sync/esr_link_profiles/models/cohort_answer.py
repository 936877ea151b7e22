from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.cohort_answer_state import CohortAnswerState, check_cohort_answer_state

if TYPE_CHECKING:
    from ..models.cohort_figures import CohortFigures
    from ..models.department_of_cohort import DepartmentOfCohort


T = TypeVar("T", bound="CohortAnswer")


@_attrs_define
class CohortAnswer:
    """A cohort, of the departments that you may see.

    Attributes:
        vpd (str):
        cohort_id (UUID):
        name (str):
        changeover (datetime.date):
        state (CohortAnswerState):
        version (int):
        progress (float): The share of rows that have an outcome.
        figures (CohortFigures): How many rows a plan has: a row is a person in a department.
        days_before (int):
        days_after (int):
        departments (list[DepartmentOfCohort]):
        staff_groups (list[str]):
        grades (list[str]):
        created_by (str):
        created_at (datetime.datetime):
        planned_by (str):
        planned_at (datetime.datetime):
        applied_by (None | str):
        applied_at (datetime.datetime | None):
        undone_by (None | str):
        undone_at (datetime.datetime | None):
    """

    vpd: str
    cohort_id: UUID
    name: str
    changeover: datetime.date
    state: CohortAnswerState
    version: int
    progress: float
    figures: CohortFigures
    days_before: int
    days_after: int
    departments: list[DepartmentOfCohort]
    staff_groups: list[str]
    grades: list[str]
    created_by: str
    created_at: datetime.datetime
    planned_by: str
    planned_at: datetime.datetime
    applied_by: None | str
    applied_at: datetime.datetime | None
    undone_by: None | str
    undone_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vpd = self.vpd

        cohort_id = str(self.cohort_id)

        name = self.name

        changeover = self.changeover.isoformat()

        state: str = self.state

        version = self.version

        progress = self.progress

        figures = self.figures.to_dict()

        days_before = self.days_before

        days_after = self.days_after

        departments = []
        for departments_item_data in self.departments:
            departments_item = departments_item_data.to_dict()
            departments.append(departments_item)

        staff_groups = self.staff_groups

        grades = self.grades

        created_by = self.created_by

        created_at = self.created_at.isoformat()

        planned_by = self.planned_by

        planned_at = self.planned_at.isoformat()

        applied_by: None | str
        applied_by = self.applied_by

        applied_at: None | str
        if isinstance(self.applied_at, datetime.datetime):
            applied_at = self.applied_at.isoformat()
        else:
            applied_at = self.applied_at

        undone_by: None | str
        undone_by = self.undone_by

        undone_at: None | str
        if isinstance(self.undone_at, datetime.datetime):
            undone_at = self.undone_at.isoformat()
        else:
            undone_at = self.undone_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vpd": vpd,
                "cohort_id": cohort_id,
                "name": name,
                "changeover": changeover,
                "state": state,
                "version": version,
                "progress": progress,
                "figures": figures,
                "days_before": days_before,
                "days_after": days_after,
                "departments": departments,
                "staff_groups": staff_groups,
                "grades": grades,
                "created_by": created_by,
                "created_at": created_at,
                "planned_by": planned_by,
                "planned_at": planned_at,
                "applied_by": applied_by,
                "applied_at": applied_at,
                "undone_by": undone_by,
                "undone_at": undone_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cohort_figures import CohortFigures  # noqa: PLC0415
        from ..models.department_of_cohort import DepartmentOfCohort  # noqa: PLC0415

        d = dict(src_dict)
        vpd = d.pop("vpd")

        cohort_id = UUID(d.pop("cohort_id"))

        name = d.pop("name")

        changeover = datetime.date.fromisoformat(d.pop("changeover"))

        state = check_cohort_answer_state(d.pop("state"))

        version = d.pop("version")

        progress = d.pop("progress")

        figures = CohortFigures.from_dict(d.pop("figures"))

        days_before = d.pop("days_before")

        days_after = d.pop("days_after")

        departments = []
        _departments = d.pop("departments")
        for departments_item_data in _departments:
            departments_item = DepartmentOfCohort.from_dict(departments_item_data)

            departments.append(departments_item)

        staff_groups = cast(list[str], d.pop("staff_groups"))

        grades = cast(list[str], d.pop("grades"))

        created_by = d.pop("created_by")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        planned_by = d.pop("planned_by")

        planned_at = datetime.datetime.fromisoformat(d.pop("planned_at"))

        def _parse_applied_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        applied_by = _parse_applied_by(d.pop("applied_by"))

        def _parse_applied_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                applied_at_type_0 = datetime.datetime.fromisoformat(data)

                return applied_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        applied_at = _parse_applied_at(d.pop("applied_at"))

        def _parse_undone_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        undone_by = _parse_undone_by(d.pop("undone_by"))

        def _parse_undone_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undone_at_type_0 = datetime.datetime.fromisoformat(data)

                return undone_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        undone_at = _parse_undone_at(d.pop("undone_at"))

        cohort_answer = cls(
            vpd=vpd,
            cohort_id=cohort_id,
            name=name,
            changeover=changeover,
            state=state,
            version=version,
            progress=progress,
            figures=figures,
            days_before=days_before,
            days_after=days_after,
            departments=departments,
            staff_groups=staff_groups,
            grades=grades,
            created_by=created_by,
            created_at=created_at,
            planned_by=planned_by,
            planned_at=planned_at,
            applied_by=applied_by,
            applied_at=applied_at,
            undone_by=undone_by,
            undone_at=undone_at,
        )

        cohort_answer.additional_properties = d
        return cohort_answer

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
