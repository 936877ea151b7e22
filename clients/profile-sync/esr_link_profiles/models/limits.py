from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Limits")


@_attrs_define
class Limits:
    """What one request or client may take.

    Attributes:
        batch_rows (int):
        body_bytes (int):
        changes_wait_seconds (int):
        changes_kept_days (int):
        changes_waiting_requests (int): Of one client, in one process.
        webhooks (int): Of one client in one trust.
        webhook_tries (int):
        webhook_timeout_seconds (float):
    """

    batch_rows: int
    body_bytes: int
    changes_wait_seconds: int
    changes_kept_days: int
    changes_waiting_requests: int
    webhooks: int
    webhook_tries: int
    webhook_timeout_seconds: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        batch_rows = self.batch_rows

        body_bytes = self.body_bytes

        changes_wait_seconds = self.changes_wait_seconds

        changes_kept_days = self.changes_kept_days

        changes_waiting_requests = self.changes_waiting_requests

        webhooks = self.webhooks

        webhook_tries = self.webhook_tries

        webhook_timeout_seconds = self.webhook_timeout_seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "batch_rows": batch_rows,
                "body_bytes": body_bytes,
                "changes_wait_seconds": changes_wait_seconds,
                "changes_kept_days": changes_kept_days,
                "changes_waiting_requests": changes_waiting_requests,
                "webhooks": webhooks,
                "webhook_tries": webhook_tries,
                "webhook_timeout_seconds": webhook_timeout_seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        batch_rows = d.pop("batch_rows")

        body_bytes = d.pop("body_bytes")

        changes_wait_seconds = d.pop("changes_wait_seconds")

        changes_kept_days = d.pop("changes_kept_days")

        changes_waiting_requests = d.pop("changes_waiting_requests")

        webhooks = d.pop("webhooks")

        webhook_tries = d.pop("webhook_tries")

        webhook_timeout_seconds = d.pop("webhook_timeout_seconds")

        limits = cls(
            batch_rows=batch_rows,
            body_bytes=body_bytes,
            changes_wait_seconds=changes_wait_seconds,
            changes_kept_days=changes_kept_days,
            changes_waiting_requests=changes_waiting_requests,
            webhooks=webhooks,
            webhook_tries=webhook_tries,
            webhook_timeout_seconds=webhook_timeout_seconds,
        )

        limits.additional_properties = d
        return limits

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
