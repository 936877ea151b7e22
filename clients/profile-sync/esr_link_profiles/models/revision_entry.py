from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.revision_entry_made_by import RevisionEntryMadeBy, check_revision_entry_made_by
from ..models.revision_entry_state import RevisionEntryState, check_revision_entry_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="RevisionEntry")


@_attrs_define
class RevisionEntry:
    """What the link became.

    Attributes:
        link_id (UUID):
        revision (int):
        state (RevisionEntryState):
        employee_number (None | str):
        let_go (None | str): The person whose link ended; told as the revision before this one.
        rule (None | str):
        made_by (RevisionEntryMadeBy):
        reason (str):
        reason_text (str):
        at (datetime.datetime):
        decision_id (None | UUID): The decision that led to it, on this profile or on a rival.
        kind (Literal['revision'] | Unset):  Default: 'revision'.
    """

    link_id: UUID
    revision: int
    state: RevisionEntryState
    employee_number: None | str
    let_go: None | str
    rule: None | str
    made_by: RevisionEntryMadeBy
    reason: str
    reason_text: str
    at: datetime.datetime
    decision_id: None | UUID
    kind: Literal["revision"] | Unset = "revision"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        link_id = str(self.link_id)

        revision = self.revision

        state: str = self.state

        employee_number: None | str
        employee_number = self.employee_number

        let_go: None | str
        let_go = self.let_go

        rule: None | str
        rule = self.rule

        made_by: str = self.made_by

        reason = self.reason

        reason_text = self.reason_text

        at = self.at.isoformat()

        decision_id: None | str
        if isinstance(self.decision_id, UUID):
            decision_id = str(self.decision_id)
        else:
            decision_id = self.decision_id

        kind = self.kind

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "link_id": link_id,
                "revision": revision,
                "state": state,
                "employee_number": employee_number,
                "let_go": let_go,
                "rule": rule,
                "made_by": made_by,
                "reason": reason,
                "reason_text": reason_text,
                "at": at,
                "decision_id": decision_id,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        link_id = UUID(d.pop("link_id"))

        revision = d.pop("revision")

        state = check_revision_entry_state(d.pop("state"))

        def _parse_employee_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        employee_number = _parse_employee_number(d.pop("employee_number"))

        def _parse_let_go(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        let_go = _parse_let_go(d.pop("let_go"))

        def _parse_rule(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rule = _parse_rule(d.pop("rule"))

        made_by = check_revision_entry_made_by(d.pop("made_by"))

        reason = d.pop("reason")

        reason_text = d.pop("reason_text")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_decision_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decision_id_type_0 = UUID(data)

                return decision_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        decision_id = _parse_decision_id(d.pop("decision_id"))

        kind = cast(Literal["revision"] | Unset, d.pop("kind", UNSET))
        if kind != "revision" and not isinstance(kind, Unset):
            raise ValueError(f"kind must match const 'revision', got '{kind}'")

        revision_entry = cls(
            link_id=link_id,
            revision=revision,
            state=state,
            employee_number=employee_number,
            let_go=let_go,
            rule=rule,
            made_by=made_by,
            reason=reason,
            reason_text=reason_text,
            at=at,
            decision_id=decision_id,
            kind=kind,
        )

        revision_entry.additional_properties = d
        return revision_entry

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
