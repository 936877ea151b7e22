from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.department_answer import DepartmentAnswer
    from ..models.matching_answer_by_state import MatchingAnswerByState


T = TypeVar("T", bound="MatchingAnswer")


@_attrs_define
class MatchingAnswer:
    """How well a trust's profiles are joined to people.

    Attributes:
        vpd (str):
        people (int): People that ESR shows.
        by_state (MatchingAnswerByState):
        match_rate (float | None):
        people_with_several_profiles (int):
        departments (list[DepartmentAnswer]):
    """

    vpd: str
    people: int
    by_state: MatchingAnswerByState
    match_rate: float | None
    people_with_several_profiles: int
    departments: list[DepartmentAnswer]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vpd = self.vpd

        people = self.people

        by_state = self.by_state.to_dict()

        match_rate: float | None
        match_rate = self.match_rate

        people_with_several_profiles = self.people_with_several_profiles

        departments = []
        for departments_item_data in self.departments:
            departments_item = departments_item_data.to_dict()
            departments.append(departments_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vpd": vpd,
                "people": people,
                "by_state": by_state,
                "match_rate": match_rate,
                "people_with_several_profiles": people_with_several_profiles,
                "departments": departments,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.department_answer import DepartmentAnswer  # noqa: PLC0415
        from ..models.matching_answer_by_state import MatchingAnswerByState  # noqa: PLC0415

        d = dict(src_dict)
        vpd = d.pop("vpd")

        people = d.pop("people")

        by_state = MatchingAnswerByState.from_dict(d.pop("by_state"))

        def _parse_match_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        match_rate = _parse_match_rate(d.pop("match_rate"))

        people_with_several_profiles = d.pop("people_with_several_profiles")

        departments = []
        _departments = d.pop("departments")
        for departments_item_data in _departments:
            departments_item = DepartmentAnswer.from_dict(departments_item_data)

            departments.append(departments_item)

        matching_answer = cls(
            vpd=vpd,
            people=people,
            by_state=by_state,
            match_rate=match_rate,
            people_with_several_profiles=people_with_several_profiles,
            departments=departments,
        )

        matching_answer.additional_properties = d
        return matching_answer

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
