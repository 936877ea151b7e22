from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.decision_body_decision import DecisionBodyDecision, check_decision_body_decision
from ..types import UNSET, Unset

T = TypeVar("T", bound="DecisionBody")


@_attrs_define
class DecisionBody:
    """What a person decided about a link.

    Attributes:
        decision (DecisionBodyDecision): confirm: this person. reject: not the same, for ever. unlink: take the link
            away; no rule makes it again. exclude: nobody's profile. undo: take back the last decision that stands.
        employee_number (None | str | Unset): Needed to confirm and to reject.
        reason (None | str | Unset):
        by (None | str | Unset): The user of the rota product who decides.
        revision (int | None | Unset): Of the link that they looked at.
        undoes (None | Unset | UUID): The decision to undo, if not the last that stands.
    """

    decision: DecisionBodyDecision
    employee_number: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    by: None | str | Unset = UNSET
    revision: int | None | Unset = UNSET
    undoes: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        decision: str = self.decision

        employee_number: None | str | Unset
        if isinstance(self.employee_number, Unset):
            employee_number = UNSET
        else:
            employee_number = self.employee_number

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        by: None | str | Unset
        if isinstance(self.by, Unset):
            by = UNSET
        else:
            by = self.by

        revision: int | None | Unset
        if isinstance(self.revision, Unset):
            revision = UNSET
        else:
            revision = self.revision

        undoes: None | str | Unset
        if isinstance(self.undoes, Unset):
            undoes = UNSET
        elif isinstance(self.undoes, UUID):
            undoes = str(self.undoes)
        else:
            undoes = self.undoes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "decision": decision,
            }
        )
        if employee_number is not UNSET:
            field_dict["employee_number"] = employee_number
        if reason is not UNSET:
            field_dict["reason"] = reason
        if by is not UNSET:
            field_dict["by"] = by
        if revision is not UNSET:
            field_dict["revision"] = revision
        if undoes is not UNSET:
            field_dict["undoes"] = undoes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decision = check_decision_body_decision(d.pop("decision"))

        def _parse_employee_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        employee_number = _parse_employee_number(d.pop("employee_number", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        by = _parse_by(d.pop("by", UNSET))

        def _parse_revision(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        revision = _parse_revision(d.pop("revision", UNSET))

        def _parse_undoes(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                undoes_type_0 = UUID(data)

                return undoes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        undoes = _parse_undoes(d.pop("undoes", UNSET))

        decision_body = cls(
            decision=decision,
            employee_number=employee_number,
            reason=reason,
            by=by,
            revision=revision,
            undoes=undoes,
        )

        return decision_body
