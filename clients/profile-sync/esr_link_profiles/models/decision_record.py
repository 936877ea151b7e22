from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.decision_record_decision import DecisionRecordDecision, check_decision_record_decision

T = TypeVar("T", bound="DecisionRecord")


@_attrs_define
class DecisionRecord:
    """A decision as recorded; it is never changed.

    Attributes:
        decision_id (UUID):
        decision (DecisionRecordDecision):
        employee_number (None | str):
        undoes (None | UUID):
        reason (None | str):
        decided_by (str):
        decided_at (datetime.datetime):
    """

    decision_id: UUID
    decision: DecisionRecordDecision
    employee_number: None | str
    undoes: None | UUID
    reason: None | str
    decided_by: str
    decided_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decision_id = str(self.decision_id)

        decision: str = self.decision

        employee_number: None | str
        employee_number = self.employee_number

        undoes: None | str
        if isinstance(self.undoes, UUID):
            undoes = str(self.undoes)
        else:
            undoes = self.undoes

        reason: None | str
        reason = self.reason

        decided_by = self.decided_by

        decided_at = self.decided_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision_id": decision_id,
                "decision": decision,
                "employee_number": employee_number,
                "undoes": undoes,
                "reason": reason,
                "decided_by": decided_by,
                "decided_at": decided_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decision_id = UUID(d.pop("decision_id"))

        decision = check_decision_record_decision(d.pop("decision"))

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

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        decided_by = d.pop("decided_by")

        decided_at = datetime.datetime.fromisoformat(d.pop("decided_at"))

        decision_record = cls(
            decision_id=decision_id,
            decision=decision,
            employee_number=employee_number,
            undoes=undoes,
            reason=reason,
            decided_by=decided_by,
            decided_at=decided_at,
        )

        decision_record.additional_properties = d
        return decision_record

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
