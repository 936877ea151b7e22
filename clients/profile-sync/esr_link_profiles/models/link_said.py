from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.link_said_made_by import LinkSaidMadeBy, check_link_said_made_by
from ..models.link_said_state import LinkSaidState, check_link_said_state

T = TypeVar("T", bound="LinkSaid")


@_attrs_define
class LinkSaid:
    """A link in short.

    Attributes:
        state (LinkSaidState):
        employee_number (None | str):
        made_by (LinkSaidMadeBy):
        rule (None | str):
        reason (str):
        reason_text (str):
        revision (int):
    """

    state: LinkSaidState
    employee_number: None | str
    made_by: LinkSaidMadeBy
    rule: None | str
    reason: str
    reason_text: str
    revision: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state: str = self.state

        employee_number: None | str
        employee_number = self.employee_number

        made_by: str = self.made_by

        rule: None | str
        rule = self.rule

        reason = self.reason

        reason_text = self.reason_text

        revision = self.revision

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "employee_number": employee_number,
                "made_by": made_by,
                "rule": rule,
                "reason": reason,
                "reason_text": reason_text,
                "revision": revision,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = check_link_said_state(d.pop("state"))

        def _parse_employee_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        employee_number = _parse_employee_number(d.pop("employee_number"))

        made_by = check_link_said_made_by(d.pop("made_by"))

        def _parse_rule(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rule = _parse_rule(d.pop("rule"))

        reason = d.pop("reason")

        reason_text = d.pop("reason_text")

        revision = d.pop("revision")

        link_said = cls(
            state=state,
            employee_number=employee_number,
            made_by=made_by,
            rule=rule,
            reason=reason,
            reason_text=reason_text,
            revision=revision,
        )

        link_said.additional_properties = d
        return link_said

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
