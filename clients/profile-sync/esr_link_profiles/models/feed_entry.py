from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.feed_entry_topic import FeedEntryTopic, check_feed_entry_topic

if TYPE_CHECKING:
    from ..models.feed_entry_data import FeedEntryData
    from ..models.profile_key import ProfileKey


T = TypeVar("T", bound="FeedEntry")


@_attrs_define
class FeedEntry:
    """One change. But for `person.changed`, it is the event of that topic, with the same fields.

    Attributes:
        cursor (str): Go on from here if you stop behind this change.
        topic (FeedEntryTopic):
        vpd (str):
        employee_number (None | str): The person, where there is one.
        profile (None | ProfileKey): The profile; null where a person changed.
        revision (int | None): Of the person, or of the profile's link: the newest wins.
        changed_at (datetime.datetime):
        data (FeedEntryData): The rest of the event; nothing for `person.changed`: read the person. Ignore fields that
            you do not know.
    """

    cursor: str
    topic: FeedEntryTopic
    vpd: str
    employee_number: None | str
    profile: None | ProfileKey
    revision: int | None
    changed_at: datetime.datetime
    data: FeedEntryData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.profile_key import ProfileKey  # noqa: PLC0415

        cursor = self.cursor

        topic: str = self.topic

        vpd = self.vpd

        employee_number: None | str
        employee_number = self.employee_number

        profile: dict[str, Any] | None
        if isinstance(self.profile, ProfileKey):
            profile = self.profile.to_dict()
        else:
            profile = self.profile

        revision: int | None
        revision = self.revision

        changed_at = self.changed_at.isoformat()

        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cursor": cursor,
                "topic": topic,
                "vpd": vpd,
                "employee_number": employee_number,
                "profile": profile,
                "revision": revision,
                "changed_at": changed_at,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feed_entry_data import FeedEntryData  # noqa: PLC0415
        from ..models.profile_key import ProfileKey  # noqa: PLC0415

        d = dict(src_dict)
        cursor = d.pop("cursor")

        topic = check_feed_entry_topic(d.pop("topic"))

        vpd = d.pop("vpd")

        def _parse_employee_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        employee_number = _parse_employee_number(d.pop("employee_number"))

        def _parse_profile(data: object) -> None | ProfileKey:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                profile_type_0 = ProfileKey.from_dict(data)

                return profile_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProfileKey, data)

        profile = _parse_profile(d.pop("profile"))

        def _parse_revision(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        revision = _parse_revision(d.pop("revision"))

        changed_at = datetime.datetime.fromisoformat(d.pop("changed_at"))

        data = FeedEntryData.from_dict(d.pop("data"))

        feed_entry = cls(
            cursor=cursor,
            topic=topic,
            vpd=vpd,
            employee_number=employee_number,
            profile=profile,
            revision=revision,
            changed_at=changed_at,
            data=data,
        )

        feed_entry.additional_properties = d
        return feed_entry

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
