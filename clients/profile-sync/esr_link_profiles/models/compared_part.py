from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ComparedPart")


@_attrs_define
class ComparedPart:
    """One part of a comparison, with the values of both sides as they stand now.

    Attributes:
        name (str):
        finding (str): What comparing found, as a code.
        weight (float): In bits: above 0 it speaks for one person, below 0 for two.
        agreement (float):
        profile (None | str): The profile's value.
        person (list[str]): The person's values: former and preferred names, all registrations and so on.
    """

    name: str
    finding: str
    weight: float
    agreement: float
    profile: None | str
    person: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        finding = self.finding

        weight = self.weight

        agreement = self.agreement

        profile: None | str
        profile = self.profile

        person = self.person

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "finding": finding,
                "weight": weight,
                "agreement": agreement,
                "profile": profile,
                "person": person,
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

        def _parse_profile(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        profile = _parse_profile(d.pop("profile"))

        person = cast(list[str], d.pop("person"))

        compared_part = cls(
            name=name,
            finding=finding,
            weight=weight,
            agreement=agreement,
            profile=profile,
            person=person,
        )

        compared_part.additional_properties = d
        return compared_part

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
