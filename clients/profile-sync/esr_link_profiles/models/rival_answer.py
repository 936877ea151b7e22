from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rival_answer_made_by import RivalAnswerMadeBy, check_rival_answer_made_by
from ..models.rival_answer_state import RivalAnswerState, check_rival_answer_state

T = TypeVar("T", bound="RivalAnswer")


@_attrs_define
class RivalAnswer:
    """Another profile of the department that claims one of these people.

    Attributes:
        product (str):
        department (str):
        profile_id (str):
        employee_number (str):
        state (RivalAnswerState):
        made_by (RivalAnswerMadeBy):
    """

    product: str
    department: str
    profile_id: str
    employee_number: str
    state: RivalAnswerState
    made_by: RivalAnswerMadeBy
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        department = self.department

        profile_id = self.profile_id

        employee_number = self.employee_number

        state: str = self.state

        made_by: str = self.made_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "department": department,
                "profile_id": profile_id,
                "employee_number": employee_number,
                "state": state,
                "made_by": made_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        product = d.pop("product")

        department = d.pop("department")

        profile_id = d.pop("profile_id")

        employee_number = d.pop("employee_number")

        state = check_rival_answer_state(d.pop("state"))

        made_by = check_rival_answer_made_by(d.pop("made_by"))

        rival_answer = cls(
            product=product,
            department=department,
            profile_id=profile_id,
            employee_number=employee_number,
            state=state,
            made_by=made_by,
        )

        rival_answer.additional_properties = d
        return rival_answer

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
