from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PeopleSearch")


@_attrs_define
class PeopleSearch:
    """Whom to look for, and where.

    Attributes:
        search (str): Names, or an ESR, assignment or registration number, or a work e-mail address.
        vpd (None | str | Unset): One trust only; without it, all of yours.
        cursor (None | str | Unset): `next` of the page before.
        limit (int | Unset):  Default: 20.
    """

    search: str
    vpd: None | str | Unset = UNSET
    cursor: None | str | Unset = UNSET
    limit: int | Unset = 20

    def to_dict(self) -> dict[str, Any]:
        search = self.search

        vpd: None | str | Unset
        if isinstance(self.vpd, Unset):
            vpd = UNSET
        else:
            vpd = self.vpd

        cursor: None | str | Unset
        if isinstance(self.cursor, Unset):
            cursor = UNSET
        else:
            cursor = self.cursor

        limit = self.limit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "search": search,
            }
        )
        if vpd is not UNSET:
            field_dict["vpd"] = vpd
        if cursor is not UNSET:
            field_dict["cursor"] = cursor
        if limit is not UNSET:
            field_dict["limit"] = limit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        search = d.pop("search")

        def _parse_vpd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        vpd = _parse_vpd(d.pop("vpd", UNSET))

        def _parse_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cursor = _parse_cursor(d.pop("cursor", UNSET))

        limit = d.pop("limit", UNSET)

        people_search = cls(
            search=search,
            vpd=vpd,
            cursor=cursor,
            limit=limit,
        )

        return people_search
