from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.score_part import ScorePart


T = TypeVar("T", bound="CandidateAnswer")


@_attrs_define
class CandidateAnswer:
    """A person whom the profile may belong to.

    Attributes:
        employee_number (str):
        rule (str):
        score (float | str): The probability that the two are one person. Similarity alone never links.
        parts (list[ScorePart]): What the score is made of; only what both sides give counts.
        name (None | str | Unset):
    """

    employee_number: str
    rule: str
    score: float | str
    parts: list[ScorePart]
    name: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        employee_number = self.employee_number

        rule = self.rule

        score: float | str
        score = self.score

        parts = []
        for parts_item_data in self.parts:
            parts_item = parts_item_data.to_dict()
            parts.append(parts_item)

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "employee_number": employee_number,
                "rule": rule,
                "score": score,
                "parts": parts,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.score_part import ScorePart  # noqa: PLC0415

        d = dict(src_dict)
        employee_number = d.pop("employee_number")

        rule = d.pop("rule")

        def _parse_score(data: object) -> float | str:
            return cast(float | str, data)

        score = _parse_score(d.pop("score"))

        parts = []
        _parts = d.pop("parts")
        for parts_item_data in _parts:
            parts_item = ScorePart.from_dict(parts_item_data)

            parts.append(parts_item)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        candidate_answer = cls(
            employee_number=employee_number,
            rule=rule,
            score=score,
            parts=parts,
            name=name,
        )

        candidate_answer.additional_properties = d
        return candidate_answer

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
