from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.caller import Caller
    from ..models.endpoint import Endpoint
    from ..models.formats import Formats
    from ..models.limits import Limits
    from ..models.offered_service import OfferedService


T = TypeVar("T", bound="SystemAnswer")


@_attrs_define
class SystemAnswer:
    """What this hub offers.

    Attributes:
        services (list[OfferedService]): Of this release; your operator says which of them run.
        caller (Caller): Who you are to this hub.
        endpoints (list[Endpoint]):
        change_topics (list[str]): Of the change feed and of webhooks.
        event_topics (list[str]): On the bus, from all services.
        limits (Limits): What one request or client may take.
        formats (Formats): How things are written.
    """

    services: list[OfferedService]
    caller: Caller
    endpoints: list[Endpoint]
    change_topics: list[str]
    event_topics: list[str]
    limits: Limits
    formats: Formats
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        services = []
        for services_item_data in self.services:
            services_item = services_item_data.to_dict()
            services.append(services_item)

        caller = self.caller.to_dict()

        endpoints = []
        for endpoints_item_data in self.endpoints:
            endpoints_item = endpoints_item_data.to_dict()
            endpoints.append(endpoints_item)

        change_topics = self.change_topics

        event_topics = self.event_topics

        limits = self.limits.to_dict()

        formats = self.formats.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "services": services,
                "caller": caller,
                "endpoints": endpoints,
                "change_topics": change_topics,
                "event_topics": event_topics,
                "limits": limits,
                "formats": formats,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.caller import Caller  # noqa: PLC0415
        from ..models.endpoint import Endpoint  # noqa: PLC0415
        from ..models.formats import Formats  # noqa: PLC0415
        from ..models.limits import Limits  # noqa: PLC0415
        from ..models.offered_service import OfferedService  # noqa: PLC0415

        d = dict(src_dict)
        services = []
        _services = d.pop("services")
        for services_item_data in _services:
            services_item = OfferedService.from_dict(services_item_data)

            services.append(services_item)

        caller = Caller.from_dict(d.pop("caller"))

        endpoints = []
        _endpoints = d.pop("endpoints")
        for endpoints_item_data in _endpoints:
            endpoints_item = Endpoint.from_dict(endpoints_item_data)

            endpoints.append(endpoints_item)

        change_topics = cast(list[str], d.pop("change_topics"))

        event_topics = cast(list[str], d.pop("event_topics"))

        limits = Limits.from_dict(d.pop("limits"))

        formats = Formats.from_dict(d.pop("formats"))

        system_answer = cls(
            services=services,
            caller=caller,
            endpoints=endpoints,
            change_topics=change_topics,
            event_topics=event_topics,
            limits=limits,
            formats=formats,
        )

        system_answer.additional_properties = d
        return system_answer

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
