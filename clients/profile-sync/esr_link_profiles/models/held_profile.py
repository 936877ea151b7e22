from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.link_answer import LinkAnswer


T = TypeVar("T", bound="HeldProfile")


@_attrs_define
class HeldProfile:
    """A profile that is linked to the person at hand.

    Attributes:
        vpd (str): A trust on ESR: three digits.
        product (str): A rota product.
        department (str): A department's own short name within a product.
        profile_id (str): An identifier that a rota product gives: letters, digits and . _ : -
        employee_number (None | str): As the rota product gave it; `link` says whose profile it is.
        registration_number (None | str):
        title (None | str):
        given_name (None | str):
        family_name (str):
        email (None | str): Null, too, for a caller without the scope `contacts:read`.
        grade (None | str):
        updated_at (datetime.datetime):
        version (int):
        link (LinkAnswer): What ties a profile to a person.
    """

    vpd: str
    product: str
    department: str
    profile_id: str
    employee_number: None | str
    registration_number: None | str
    title: None | str
    given_name: None | str
    family_name: str
    email: None | str
    grade: None | str
    updated_at: datetime.datetime
    version: int
    link: LinkAnswer
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vpd = self.vpd

        product = self.product

        department = self.department

        profile_id = self.profile_id

        employee_number: None | str
        employee_number = self.employee_number

        registration_number: None | str
        registration_number = self.registration_number

        title: None | str
        title = self.title

        given_name: None | str
        given_name = self.given_name

        family_name = self.family_name

        email: None | str
        email = self.email

        grade: None | str
        grade = self.grade

        updated_at = self.updated_at.isoformat()

        version = self.version

        link = self.link.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vpd": vpd,
                "product": product,
                "department": department,
                "profile_id": profile_id,
                "employee_number": employee_number,
                "registration_number": registration_number,
                "title": title,
                "given_name": given_name,
                "family_name": family_name,
                "email": email,
                "grade": grade,
                "updated_at": updated_at,
                "version": version,
                "link": link,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.link_answer import LinkAnswer  # noqa: PLC0415

        d = dict(src_dict)
        vpd = d.pop("vpd")

        product = d.pop("product")

        department = d.pop("department")

        profile_id = d.pop("profile_id")

        def _parse_employee_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        employee_number = _parse_employee_number(d.pop("employee_number"))

        def _parse_registration_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        registration_number = _parse_registration_number(d.pop("registration_number"))

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

        family_name = d.pop("family_name")

        def _parse_email(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        email = _parse_email(d.pop("email"))

        def _parse_grade(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        grade = _parse_grade(d.pop("grade"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        version = d.pop("version")

        link = LinkAnswer.from_dict(d.pop("link"))

        held_profile = cls(
            vpd=vpd,
            product=product,
            department=department,
            profile_id=profile_id,
            employee_number=employee_number,
            registration_number=registration_number,
            title=title,
            given_name=given_name,
            family_name=family_name,
            email=email,
            grade=grade,
            updated_at=updated_at,
            version=version,
            link=link,
        )

        held_profile.additional_properties = d
        return held_profile

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
