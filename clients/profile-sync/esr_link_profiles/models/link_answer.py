from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.link_answer_made_by import LinkAnswerMadeBy, check_link_answer_made_by
from ..models.link_answer_state import LinkAnswerState, check_link_answer_state

if TYPE_CHECKING:
    from ..models.candidate_answer import CandidateAnswer


T = TypeVar("T", bound="LinkAnswer")


@_attrs_define
class LinkAnswer:
    """What ties a profile to a person.

    Attributes:
        link_id (UUID):
        state (LinkAnswerState):
        employee_number (None | str): The person, when matched.
        made_by (LinkAnswerMadeBy):
        rule (None | str):
        reason (str):
        reason_text (str):
        revision (int): Grows with every change of the link.
        changed_at (datetime.datetime):
        review_since (datetime.datetime | None): Since when a person must look at it.
        candidates (list[CandidateAnswer]):
    """

    link_id: UUID
    state: LinkAnswerState
    employee_number: None | str
    made_by: LinkAnswerMadeBy
    rule: None | str
    reason: str
    reason_text: str
    revision: int
    changed_at: datetime.datetime
    review_since: datetime.datetime | None
    candidates: list[CandidateAnswer]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        link_id = str(self.link_id)

        state: str = self.state

        employee_number: None | str
        employee_number = self.employee_number

        made_by: str = self.made_by

        rule: None | str
        rule = self.rule

        reason = self.reason

        reason_text = self.reason_text

        revision = self.revision

        changed_at = self.changed_at.isoformat()

        review_since: None | str
        if isinstance(self.review_since, datetime.datetime):
            review_since = self.review_since.isoformat()
        else:
            review_since = self.review_since

        candidates = []
        for candidates_item_data in self.candidates:
            candidates_item = candidates_item_data.to_dict()
            candidates.append(candidates_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "link_id": link_id,
                "state": state,
                "employee_number": employee_number,
                "made_by": made_by,
                "rule": rule,
                "reason": reason,
                "reason_text": reason_text,
                "revision": revision,
                "changed_at": changed_at,
                "review_since": review_since,
                "candidates": candidates,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.candidate_answer import CandidateAnswer  # noqa: PLC0415

        d = dict(src_dict)
        link_id = UUID(d.pop("link_id"))

        state = check_link_answer_state(d.pop("state"))

        def _parse_employee_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        employee_number = _parse_employee_number(d.pop("employee_number"))

        made_by = check_link_answer_made_by(d.pop("made_by"))

        def _parse_rule(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rule = _parse_rule(d.pop("rule"))

        reason = d.pop("reason")

        reason_text = d.pop("reason_text")

        revision = d.pop("revision")

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        def _parse_review_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                review_since_type_0 = datetime.datetime.fromisoformat(data)

                return review_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        review_since = _parse_review_since(d.pop("review_since"))

        candidates = []
        _candidates = d.pop("candidates")
        for candidates_item_data in _candidates:
            candidates_item = CandidateAnswer.from_dict(candidates_item_data)

            candidates.append(candidates_item)

        link_answer = cls(
            link_id=link_id,
            state=state,
            employee_number=employee_number,
            made_by=made_by,
            rule=rule,
            reason=reason,
            reason_text=reason_text,
            revision=revision,
            changed_at=changed_at,
            review_since=review_since,
            candidates=candidates,
        )

        link_answer.additional_properties = d
        return link_answer

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
