from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="CohortDepartment")


@_attrs_define
class CohortDepartment:
    """A department of the trust's settings.

    Attributes:
        product (str): A rota product.
        department (str): A department's own short name within a product.
    """

    product: str
    department: str

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        department = self.department

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "product": product,
                "department": department,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        product = d.pop("product")

        department = d.pop("department")

        cohort_department = cls(
            product=product,
            department=department,
        )

        return cohort_department
