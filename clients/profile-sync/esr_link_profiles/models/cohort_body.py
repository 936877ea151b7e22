from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cohort_department import CohortDepartment


T = TypeVar("T", bound="CohortBody")


@_attrs_define
class CohortBody:
    """A changeover of rotating doctors.

    Attributes:
        name (str):
        changeover (datetime.date): The day from which the new rota counts.
        departments (list[CohortDepartment]):
        vpd (None | str | Unset): The trust; may stand in the query instead.
        days_before (int | Unset): So many days before it, people come and go, too. Default: 14.
        days_after (int | Unset): So many days after it, people come and go, too. Default: 14.
        staff_groups (list[str] | Unset): Only these, in ESR's words; all without.
        grades (list[str] | Unset): Only these pay scale codes; all without.
    """

    name: str
    changeover: datetime.date
    departments: list[CohortDepartment]
    vpd: None | str | Unset = UNSET
    days_before: int | Unset = 14
    days_after: int | Unset = 14
    staff_groups: list[str] | Unset = UNSET
    grades: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        changeover = self.changeover.isoformat()

        departments = []
        for departments_item_data in self.departments:
            departments_item = departments_item_data.to_dict()
            departments.append(departments_item)

        vpd: None | str | Unset
        if isinstance(self.vpd, Unset):
            vpd = UNSET
        else:
            vpd = self.vpd

        days_before = self.days_before

        days_after = self.days_after

        staff_groups: list[str] | Unset = UNSET
        if not isinstance(self.staff_groups, Unset):
            staff_groups = self.staff_groups

        grades: list[str] | Unset = UNSET
        if not isinstance(self.grades, Unset):
            grades = self.grades

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "changeover": changeover,
                "departments": departments,
            }
        )
        if vpd is not UNSET:
            field_dict["vpd"] = vpd
        if days_before is not UNSET:
            field_dict["days_before"] = days_before
        if days_after is not UNSET:
            field_dict["days_after"] = days_after
        if staff_groups is not UNSET:
            field_dict["staff_groups"] = staff_groups
        if grades is not UNSET:
            field_dict["grades"] = grades

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cohort_department import CohortDepartment  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        changeover = datetime.date.fromisoformat(d.pop("changeover"))

        departments = []
        _departments = d.pop("departments")
        for departments_item_data in _departments:
            departments_item = CohortDepartment.from_dict(departments_item_data)

            departments.append(departments_item)

        def _parse_vpd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        vpd = _parse_vpd(d.pop("vpd", UNSET))

        days_before = d.pop("days_before", UNSET)

        days_after = d.pop("days_after", UNSET)

        staff_groups = cast(list[str], d.pop("staff_groups", UNSET))

        grades = cast(list[str], d.pop("grades", UNSET))

        cohort_body = cls(
            name=name,
            changeover=changeover,
            departments=departments,
            vpd=vpd,
            days_before=days_before,
            days_after=days_after,
            staff_groups=staff_groups,
            grades=grades,
        )

        return cohort_body
