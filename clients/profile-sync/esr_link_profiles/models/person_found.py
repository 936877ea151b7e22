from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.person_found_match import PersonFoundMatch, check_person_found_match

T = TypeVar("T", bound="PersonFound")


@_attrs_define
class PersonFound:
    """A person whom a search found.

    Attributes:
        vpd (str):
        employee_number (str):
        title (None | str):
        given_name (None | str):
        preferred_name (None | str):
        family_name (str):
        previous_family_names (list[str]):
        leaving_date (datetime.date | None):
        gone (bool): ESR no longer shows them.
        match (PersonFoundMatch): How the text met them. number: a number or an e-mail address in full. name: whole
            words of names. begins: words that names begin with. slip: names that differ by one letter. sound: names that
            only sound alike.
    """

    vpd: str
    employee_number: str
    title: None | str
    given_name: None | str
    preferred_name: None | str
    family_name: str
    previous_family_names: list[str]
    leaving_date: datetime.date | None
    gone: bool
    match: PersonFoundMatch
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vpd = self.vpd

        employee_number = self.employee_number

        title: None | str
        title = self.title

        given_name: None | str
        given_name = self.given_name

        preferred_name: None | str
        preferred_name = self.preferred_name

        family_name = self.family_name

        previous_family_names = self.previous_family_names

        leaving_date: None | str
        if isinstance(self.leaving_date, datetime.date):
            leaving_date = self.leaving_date.isoformat()
        else:
            leaving_date = self.leaving_date

        gone = self.gone

        match: str = self.match

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vpd": vpd,
                "employee_number": employee_number,
                "title": title,
                "given_name": given_name,
                "preferred_name": preferred_name,
                "family_name": family_name,
                "previous_family_names": previous_family_names,
                "leaving_date": leaving_date,
                "gone": gone,
                "match": match,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vpd = d.pop("vpd")

        employee_number = d.pop("employee_number")

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))

        def _parse_given_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        given_name = _parse_given_name(d.pop("given_name"))

        def _parse_preferred_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        preferred_name = _parse_preferred_name(d.pop("preferred_name"))

        family_name = d.pop("family_name")

        previous_family_names = cast(list[str], d.pop("previous_family_names"))

        def _parse_leaving_date(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                leaving_date_type_0 = datetime.date.fromisoformat(data)

                return leaving_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        leaving_date = _parse_leaving_date(d.pop("leaving_date"))

        gone = d.pop("gone")

        match = check_person_found_match(d.pop("match"))

        person_found = cls(
            vpd=vpd,
            employee_number=employee_number,
            title=title,
            given_name=given_name,
            preferred_name=preferred_name,
            family_name=family_name,
            previous_family_names=previous_family_names,
            leaving_date=leaving_date,
            gone=gone,
            match=match,
        )

        person_found.additional_properties = d
        return person_found

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
