from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.way_back_answer_decision import WayBackAnswerDecision, check_way_back_answer_decision

T = TypeVar("T", bound="WayBackAnswer")


@_attrs_define
class WayBackAnswer:
    """A decision that would undo the link as it stands.

    Attributes:
        decision (WayBackAnswerDecision):
        employee_number (None | str):
        undoes (None | UUID): The decision that it takes back.
        call (str): The request to make; `decision` and what is not null here go into its body.
        text (str):
    """

    decision: WayBackAnswerDecision
    employee_number: None | str
    undoes: None | UUID
    call: str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decision: str = self.decision

        employee_number: None | str
        employee_number = self.employee_number

        undoes: None | str
        if isinstance(self.undoes, UUID):
            undoes = str(self.undoes)
        else:
            undoes = self.undoes

        call = self.call

        text = self.text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision": decision,
                "employee_number": employee_number,
                "undoes": undoes,
                "call": call,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decision = check_way_back_answer_decision(d.pop("decision"))

        def _parse_employee_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        employee_number = _parse_employee_number(d.pop("employee_number"))

        def _parse_undoes(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undoes_type_0 = UUID(data)

                return undoes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        undoes = _parse_undoes(d.pop("undoes"))

        call = d.pop("call")

        text = d.pop("text")

        way_back_answer = cls(
            decision=decision,
            employee_number=employee_number,
            undoes=undoes,
            call=call,
            text=text,
        )

        way_back_answer.additional_properties = d
        return way_back_answer

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
