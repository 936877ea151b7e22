from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Caller")


@_attrs_define
class Caller:
    """Who you are to this hub.

    Attributes:
        subject (str):
        scopes (list[str]):
        roles (list[str]):
        vpds (list[str]):
        departments (list[str] | None): Product and department; null: all of your trusts.
    """

    subject: str
    scopes: list[str]
    roles: list[str]
    vpds: list[str]
    departments: list[str] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        subject = self.subject

        scopes = self.scopes

        roles = self.roles

        vpds = self.vpds

        departments: list[str] | None
        if isinstance(self.departments, list):
            departments = self.departments

        else:
            departments = self.departments

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "subject": subject,
                "scopes": scopes,
                "roles": roles,
                "vpds": vpds,
                "departments": departments,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subject = d.pop("subject")

        scopes = cast(list[str], d.pop("scopes"))

        roles = cast(list[str], d.pop("roles"))

        vpds = cast(list[str], d.pop("vpds"))

        def _parse_departments(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                departments_type_0 = cast(list[str], data)

                return departments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        departments = _parse_departments(d.pop("departments"))

        caller = cls(
            subject=subject,
            scopes=scopes,
            roles=roles,
            vpds=vpds,
            departments=departments,
        )

        caller.additional_properties = d
        return caller

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
