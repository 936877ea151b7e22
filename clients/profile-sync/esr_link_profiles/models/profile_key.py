from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ProfileKey")


@_attrs_define
class ProfileKey:
    """A person's record in one department of a rota product.

    Attributes:
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
    """

    product: str
    department: str
    profile_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        department = self.department

        profile_id = self.profile_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "department": department,
                "profile_id": profile_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        product = d.pop("product")

        department = d.pop("department")

        profile_id = d.pop("profile_id")

        profile_key = cls(
            product=product,
            department=department,
            profile_id=profile_id,
        )

        profile_key.additional_properties = d
        return profile_key

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
