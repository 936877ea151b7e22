from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SecretBody")


@_attrs_define
class SecretBody:
    """How to change over to a new secret.

    Attributes:
        keep_old_hours (int | Unset): So long deliveries carry signatures of both; 0 if the old one leaked. Default: 24.
    """

    keep_old_hours: int | Unset = 24

    def to_dict(self) -> dict[str, Any]:
        keep_old_hours = self.keep_old_hours

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if keep_old_hours is not UNSET:
            field_dict["keep_old_hours"] = keep_old_hours

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        keep_old_hours = d.pop("keep_old_hours", UNSET)

        secret_body = cls(
            keep_old_hours=keep_old_hours,
        )

        return secret_body
