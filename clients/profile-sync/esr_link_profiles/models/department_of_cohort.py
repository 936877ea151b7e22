from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DepartmentOfCohort")


@_attrs_define
class DepartmentOfCohort:
    """A department, and what ESR calls it.

    Attributes:
        product (str):
        department (str):
        organisations (list[str]): Whose people are looked at. None: ESR has no organisation of this name; the trust's
            settings can name them.
    """

    product: str
    department: str
    organisations: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        department = self.department

        organisations = self.organisations

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "department": department,
                "organisations": organisations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        product = d.pop("product")

        department = d.pop("department")

        organisations = cast(list[str], d.pop("organisations"))

        department_of_cohort = cls(
            product=product,
            department=department,
            organisations=organisations,
        )

        department_of_cohort.additional_properties = d
        return department_of_cohort

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
