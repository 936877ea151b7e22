from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ProfileBody")


@_attrs_define
class ProfileBody:
    """A person's record in one department, as the rota product has it.

    Attributes:
        family_name (str):
        vpd (None | str | Unset): The trust; may stand in the query instead.
        employee_number (None | str | Unset):
        registration_number (None | str | Unset):
        title (None | str | Unset):
        given_name (None | str | Unset):
        email (None | str | Unset):
        grade (None | str | Unset):
        version (int | None | Unset): The version that you last read (0: there was none). A stale one is refused.
    """

    family_name: str
    vpd: None | str | Unset = UNSET
    employee_number: None | str | Unset = UNSET
    registration_number: None | str | Unset = UNSET
    title: None | str | Unset = UNSET
    given_name: None | str | Unset = UNSET
    email: None | str | Unset = UNSET
    grade: None | str | Unset = UNSET
    version: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        family_name = self.family_name

        vpd: None | str | Unset
        if isinstance(self.vpd, Unset):
            vpd = UNSET
        else:
            vpd = self.vpd

        employee_number: None | str | Unset
        if isinstance(self.employee_number, Unset):
            employee_number = UNSET
        else:
            employee_number = self.employee_number

        registration_number: None | str | Unset
        if isinstance(self.registration_number, Unset):
            registration_number = UNSET
        else:
            registration_number = self.registration_number

        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title

        given_name: None | str | Unset
        if isinstance(self.given_name, Unset):
            given_name = UNSET
        else:
            given_name = self.given_name

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        grade: None | str | Unset
        if isinstance(self.grade, Unset):
            grade = UNSET
        else:
            grade = self.grade

        version: int | None | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "family_name": family_name,
            }
        )
        if vpd is not UNSET:
            field_dict["vpd"] = vpd
        if employee_number is not UNSET:
            field_dict["employee_number"] = employee_number
        if registration_number is not UNSET:
            field_dict["registration_number"] = registration_number
        if title is not UNSET:
            field_dict["title"] = title
        if given_name is not UNSET:
            field_dict["given_name"] = given_name
        if email is not UNSET:
            field_dict["email"] = email
        if grade is not UNSET:
            field_dict["grade"] = grade
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        family_name = d.pop("family_name")

        def _parse_vpd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        vpd = _parse_vpd(d.pop("vpd", UNSET))

        def _parse_employee_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        employee_number = _parse_employee_number(d.pop("employee_number", UNSET))

        def _parse_registration_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        registration_number = _parse_registration_number(d.pop("registration_number", UNSET))

        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        title = _parse_title(d.pop("title", UNSET))

        def _parse_given_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        given_name = _parse_given_name(d.pop("given_name", UNSET))

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_grade(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        grade = _parse_grade(d.pop("grade", UNSET))

        def _parse_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        version = _parse_version(d.pop("version", UNSET))

        profile_body = cls(
            family_name=family_name,
            vpd=vpd,
            employee_number=employee_number,
            registration_number=registration_number,
            title=title,
            given_name=given_name,
            email=email,
            grade=grade,
            version=version,
        )

        return profile_body
