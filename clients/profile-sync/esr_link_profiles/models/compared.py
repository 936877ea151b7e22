from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.compared_part import ComparedPart


T = TypeVar("T", bound="Compared")


@_attrs_define
class Compared:
    """A person whom the profile was compared with.

    Attributes:
        employee_number (str):
        name (None | str):
        rule (None | str): The rule that speaks for the two; null where a person decided without any.
        score (float | None | str): The probability that the two are one person, as the rule found it.
        parts (list[ComparedPart]):
    """

    employee_number: str
    name: None | str
    rule: None | str
    score: float | None | str
    parts: list[ComparedPart]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        employee_number = self.employee_number

        name: None | str
        name = self.name

        rule: None | str
        rule = self.rule

        score: float | None | str
        score = self.score

        parts = []
        for parts_item_data in self.parts:
            parts_item = parts_item_data.to_dict()
            parts.append(parts_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "employee_number": employee_number,
                "name": name,
                "rule": rule,
                "score": score,
                "parts": parts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.compared_part import ComparedPart  # noqa: PLC0415

        d = dict(src_dict)
        employee_number = d.pop("employee_number")

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        def _parse_rule(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rule = _parse_rule(d.pop("rule"))

        def _parse_score(data: object) -> float | None | str:
            if data is None:
                return data
            return cast(float | None | str, data)

        score = _parse_score(d.pop("score"))

        parts = []
        _parts = d.pop("parts")
        for parts_item_data in _parts:
            parts_item = ComparedPart.from_dict(parts_item_data)

            parts.append(parts_item)

        compared = cls(
            employee_number=employee_number,
            name=name,
            rule=rule,
            score=score,
            parts=parts,
        )

        compared.additional_properties = d
        return compared

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
