from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.batch_profile_row import BatchProfileRow


T = TypeVar("T", bound="Batch")


@_attrs_define
class Batch:
    """Profiles of one trust. Each row is looked at by itself: a bad one holds no other.

    Attributes:
        profiles (list[BatchProfileRow]):
        vpd (None | str | Unset): The trust; may stand in the query instead.
    """

    profiles: list[BatchProfileRow]
    vpd: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        profiles = []
        for profiles_item_data in self.profiles:
            profiles_item = profiles_item_data.to_dict()
            profiles.append(profiles_item)

        vpd: None | str | Unset
        if isinstance(self.vpd, Unset):
            vpd = UNSET
        else:
            vpd = self.vpd

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "profiles": profiles,
            }
        )
        if vpd is not UNSET:
            field_dict["vpd"] = vpd

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_profile_row import BatchProfileRow  # noqa: PLC0415

        d = dict(src_dict)
        profiles = []
        _profiles = d.pop("profiles")
        for profiles_item_data in _profiles:
            profiles_item = BatchProfileRow.from_dict(profiles_item_data)

            profiles.append(profiles_item)

        def _parse_vpd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        vpd = _parse_vpd(d.pop("vpd", UNSET))

        batch = cls(
            profiles=profiles,
            vpd=vpd,
        )

        return batch
