from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.assignment import Assignment
    from ..models.held_profile import HeldProfile
    from ..models.held_registration import HeldRegistration
    from ..models.person_summary import PersonSummary


T = TypeVar("T", bound="PersonAnswer")


@_attrs_define
class PersonAnswer:
    """A person as ESR knows them, with the profiles that are theirs in the departments that you may see.

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
        middle_names (None | str):
        email (None | str): At work.
        hire_date (datetime.date | None):
        staff_groups (list[str]): Of the assignments in force on the day: `on`, or today.
        job_roles (list[str]): Of the assignments in force on the day: `on`, or today.
        registrations (list[HeldRegistration]):
        revision (int):
        as_of (datetime.datetime):
        source_file (str):
        on (datetime.date | None): The day that `assignments` are of; null: all of them.
        assignments (list[Assignment]): Those in force on the day `on`; all of them without it.
        all_assignments (list[Assignment]): All dated rows of all posts, past and future.
        profiles (list[HeldProfile]):
        other_numbers (list[PersonSummary]): The same human under another ESR number (one NHS Unique ID), in trusts that
            you may see.
        withheld (list[str] | Unset): Fields that are null because your token lacks the scope `contacts:read`.
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
    middle_names: None | str
    email: None | str
    hire_date: datetime.date | None
    staff_groups: list[str]
    job_roles: list[str]
    registrations: list[HeldRegistration]
    revision: int
    as_of: datetime.datetime
    source_file: str
    on: datetime.date | None
    assignments: list[Assignment]
    all_assignments: list[Assignment]
    profiles: list[HeldProfile]
    other_numbers: list[PersonSummary]
    withheld: list[str] | Unset = UNSET
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

        middle_names: None | str
        middle_names = self.middle_names

        email: None | str
        email = self.email

        hire_date: None | str
        if isinstance(self.hire_date, datetime.date):
            hire_date = self.hire_date.isoformat()
        else:
            hire_date = self.hire_date

        staff_groups = self.staff_groups

        job_roles = self.job_roles

        registrations = []
        for registrations_item_data in self.registrations:
            registrations_item = registrations_item_data.to_dict()
            registrations.append(registrations_item)

        revision = self.revision

        as_of = self.as_of.isoformat()

        source_file = self.source_file

        on: None | str
        if isinstance(self.on, datetime.date):
            on = self.on.isoformat()
        else:
            on = self.on

        assignments = []
        for assignments_item_data in self.assignments:
            assignments_item = assignments_item_data.to_dict()
            assignments.append(assignments_item)

        all_assignments = []
        for all_assignments_item_data in self.all_assignments:
            all_assignments_item = all_assignments_item_data.to_dict()
            all_assignments.append(all_assignments_item)

        profiles = []
        for profiles_item_data in self.profiles:
            profiles_item = profiles_item_data.to_dict()
            profiles.append(profiles_item)

        other_numbers = []
        for other_numbers_item_data in self.other_numbers:
            other_numbers_item = other_numbers_item_data.to_dict()
            other_numbers.append(other_numbers_item)

        withheld: list[str] | Unset = UNSET
        if not isinstance(self.withheld, Unset):
            withheld = self.withheld

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
                "middle_names": middle_names,
                "email": email,
                "hire_date": hire_date,
                "staff_groups": staff_groups,
                "job_roles": job_roles,
                "registrations": registrations,
                "revision": revision,
                "as_of": as_of,
                "source_file": source_file,
                "on": on,
                "assignments": assignments,
                "all_assignments": all_assignments,
                "profiles": profiles,
                "other_numbers": other_numbers,
            }
        )
        if withheld is not UNSET:
            field_dict["withheld"] = withheld

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.assignment import Assignment  # noqa: PLC0415
        from ..models.held_profile import HeldProfile  # noqa: PLC0415
        from ..models.held_registration import HeldRegistration  # noqa: PLC0415
        from ..models.person_summary import PersonSummary  # noqa: PLC0415

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

        def _parse_middle_names(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        middle_names = _parse_middle_names(d.pop("middle_names"))

        def _parse_email(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        email = _parse_email(d.pop("email"))

        def _parse_hire_date(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                hire_date_type_0 = datetime.date.fromisoformat(data)

                return hire_date_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        hire_date = _parse_hire_date(d.pop("hire_date"))

        staff_groups = cast(list[str], d.pop("staff_groups"))

        job_roles = cast(list[str], d.pop("job_roles"))

        registrations = []
        _registrations = d.pop("registrations")
        for registrations_item_data in _registrations:
            registrations_item = HeldRegistration.from_dict(registrations_item_data)

            registrations.append(registrations_item)

        revision = d.pop("revision")

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        source_file = d.pop("source_file")

        def _parse_on(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                on_type_0 = datetime.date.fromisoformat(data)

                return on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        on = _parse_on(d.pop("on"))

        assignments = []
        _assignments = d.pop("assignments")
        for assignments_item_data in _assignments:
            assignments_item = Assignment.from_dict(assignments_item_data)

            assignments.append(assignments_item)

        all_assignments = []
        _all_assignments = d.pop("all_assignments")
        for all_assignments_item_data in _all_assignments:
            all_assignments_item = Assignment.from_dict(all_assignments_item_data)

            all_assignments.append(all_assignments_item)

        profiles = []
        _profiles = d.pop("profiles")
        for profiles_item_data in _profiles:
            profiles_item = HeldProfile.from_dict(profiles_item_data)

            profiles.append(profiles_item)

        other_numbers = []
        _other_numbers = d.pop("other_numbers")
        for other_numbers_item_data in _other_numbers:
            other_numbers_item = PersonSummary.from_dict(other_numbers_item_data)

            other_numbers.append(other_numbers_item)

        withheld = cast(list[str], d.pop("withheld", UNSET))

        person_answer = cls(
            vpd=vpd,
            employee_number=employee_number,
            title=title,
            given_name=given_name,
            preferred_name=preferred_name,
            family_name=family_name,
            previous_family_names=previous_family_names,
            leaving_date=leaving_date,
            gone=gone,
            middle_names=middle_names,
            email=email,
            hire_date=hire_date,
            staff_groups=staff_groups,
            job_roles=job_roles,
            registrations=registrations,
            revision=revision,
            as_of=as_of,
            source_file=source_file,
            on=on,
            assignments=assignments,
            all_assignments=all_assignments,
            profiles=profiles,
            other_numbers=other_numbers,
            withheld=withheld,
        )

        person_answer.additional_properties = d
        return person_answer

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
