from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Formats")


@_attrs_define
class Formats:
    """How things are written.

    Attributes:
        api (str):
        errors (str):
        events (str):
        dates (str):
        times (str):
        webhook_signature (str):
    """

    api: str
    errors: str
    events: str
    dates: str
    times: str
    webhook_signature: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api = self.api

        errors = self.errors

        events = self.events

        dates = self.dates

        times = self.times

        webhook_signature = self.webhook_signature

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api": api,
                "errors": errors,
                "events": events,
                "dates": dates,
                "times": times,
                "webhook_signature": webhook_signature,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        api = d.pop("api")

        errors = d.pop("errors")

        events = d.pop("events")

        dates = d.pop("dates")

        times = d.pop("times")

        webhook_signature = d.pop("webhook_signature")

        formats = cls(
            api=api,
            errors=errors,
            events=events,
            dates=dates,
            times=times,
            webhook_signature=webhook_signature,
        )

        formats.additional_properties = d
        return formats

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
