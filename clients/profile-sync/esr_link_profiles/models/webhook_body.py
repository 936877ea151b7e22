from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.webhook_body_topics_item import WebhookBodyTopicsItem, check_webhook_body_topics_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookBody")


@_attrs_define
class WebhookBody:
    """Where to send what.

    Attributes:
        url (str): https, of a public address (in the try-out, http to this machine, too).
        topics (list[WebhookBodyTopicsItem]):
        departments (list[str] | None | Unset): Only these; without them, all that your token may see.
        paused (bool | Unset): Nothing is sent; what changes waits. Default: False.
    """

    url: str
    topics: list[WebhookBodyTopicsItem]
    departments: list[str] | None | Unset = UNSET
    paused: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        topics = []
        for topics_item_data in self.topics:
            topics_item: str = topics_item_data
            topics.append(topics_item)

        departments: list[str] | None | Unset
        if isinstance(self.departments, Unset):
            departments = UNSET
        elif isinstance(self.departments, list):
            departments = self.departments

        else:
            departments = self.departments

        paused = self.paused

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
                "topics": topics,
            }
        )
        if departments is not UNSET:
            field_dict["departments"] = departments
        if paused is not UNSET:
            field_dict["paused"] = paused

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        topics = []
        _topics = d.pop("topics")
        for topics_item_data in _topics:
            topics_item = check_webhook_body_topics_item(topics_item_data)

            topics.append(topics_item)

        def _parse_departments(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                departments_type_0 = cast(list[str], data)

                return departments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        departments = _parse_departments(d.pop("departments", UNSET))

        paused = d.pop("paused", UNSET)

        webhook_body = cls(
            url=url,
            topics=topics,
            departments=departments,
            paused=paused,
        )

        return webhook_body
