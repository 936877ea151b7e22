from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ScorePart")


@_attrs_define
class ScorePart:
    """One part of a score.

    Attributes:
        name (str):
        finding (str): What comparing found, as a code; empty before version 2.
        weight (float): In bits: each doubles the odds that the two are one person, and a negative one halves them.
        agreement (float): From the weakest finding of this part (0) to the strongest (1).
    """

    name: str
    finding: str
    weight: float
    agreement: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        finding = self.finding

        weight = self.weight

        agreement = self.agreement

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "finding": finding,
                "weight": weight,
                "agreement": agreement,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        finding = d.pop("finding")

        weight = d.pop("weight")

        agreement = d.pop("agreement")

        score_part = cls(
            name=name,
            finding=finding,
            weight=weight,
            agreement=agreement,
        )

        score_part.additional_properties = d
        return score_part

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
