from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Endpoint")


@_attrs_define
class Endpoint:
    """An operation of this service.

    Attributes:
        operation (str):
        method (str):
        path (str):
        summary (str):
        scopes (list[str]): What a machine client needs for it.
        allowed (bool | None): Whether you may call it; null for people, whose roles decide.
    """

    operation: str
    method: str
    path: str
    summary: str
    scopes: list[str]
    allowed: bool | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        operation = self.operation

        method = self.method

        path = self.path

        summary = self.summary

        scopes = self.scopes

        allowed: bool | None
        allowed = self.allowed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "operation": operation,
                "method": method,
                "path": path,
                "summary": summary,
                "scopes": scopes,
                "allowed": allowed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        operation = d.pop("operation")

        method = d.pop("method")

        path = d.pop("path")

        summary = d.pop("summary")

        scopes = cast(list[str], d.pop("scopes"))

        def _parse_allowed(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        allowed = _parse_allowed(d.pop("allowed"))

        endpoint = cls(
            operation=operation,
            method=method,
            path=path,
            summary=summary,
            scopes=scopes,
            allowed=allowed,
        )

        endpoint.additional_properties = d
        return endpoint

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
