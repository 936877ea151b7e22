from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.department_answer_by_state import DepartmentAnswerByState


T = TypeVar("T", bound="DepartmentAnswer")


@_attrs_define
class DepartmentAnswer:
    """How well one department's profiles are joined.

    Attributes:
        product (str):
        department (str):
        name (str):
        by_state (DepartmentAnswerByState):
        match_rate (float | None): Matched, of all that are not excluded; null when there are none.
        oldest_review (datetime.datetime | None):
    """

    product: str
    department: str
    name: str
    by_state: DepartmentAnswerByState
    match_rate: float | None
    oldest_review: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        department = self.department

        name = self.name

        by_state = self.by_state.to_dict()

        match_rate: float | None
        match_rate = self.match_rate

        oldest_review: None | str
        if isinstance(self.oldest_review, datetime.datetime):
            oldest_review = self.oldest_review.isoformat()
        else:
            oldest_review = self.oldest_review

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "department": department,
                "name": name,
                "by_state": by_state,
                "match_rate": match_rate,
                "oldest_review": oldest_review,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.department_answer_by_state import DepartmentAnswerByState  # noqa: PLC0415

        d = dict(src_dict)
        product = d.pop("product")

        department = d.pop("department")

        name = d.pop("name")

        by_state = DepartmentAnswerByState.from_dict(d.pop("by_state"))

        def _parse_match_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        match_rate = _parse_match_rate(d.pop("match_rate"))

        def _parse_oldest_review(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                oldest_review_type_0 = datetime.datetime.fromisoformat(data)

                return oldest_review_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        oldest_review = _parse_oldest_review(d.pop("oldest_review"))

        department_answer = cls(
            product=product,
            department=department,
            name=name,
            by_state=by_state,
            match_rate=match_rate,
            oldest_review=oldest_review,
        )

        department_answer.additional_properties = d
        return department_answer

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
