from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Assignment")


@_attrs_define
class Assignment:
    """One dated row of a post: the same assignment number may have several, in the past and in the future.

    Attributes:
        assignment_number (str): A post that a person holds: the employee number, then -2, -3 for further posts.
        effective_from (datetime.date): First day in force; it may be in the future.
        status (str): ESR's word, such as `Active Assignment`; unknown words are passed on.
        effective_to (datetime.date | None | Unset): Last day in force; none = until further notice.
        primary (bool | Unset): The person's main post at that time. Default: False.
        category (None | str | Unset): Kind of contract, in ESR's words, such as `Permanent`.
        position_number (None | str | Unset): ESR's number of the position that it fills.
        position_title (None | str | Unset): What the trust calls the position.
        staff_group (None | str | Unset): ESR's word, such as `Medical and Dental`.
        job_role (None | str | Unset): ESR's word, such as `Consultant`.
        occupation_code (None | str | Unset): NHS occupation code.
        grade (None | str | Unset): Pay scale code, such as `YC72`.
        fte (float | None | str | Unset): Full-time equivalent: 1 is full time.
        organisation (None | str | Unset): The department, as ESR calls it.
        cost_centre (None | str | Unset): Who bears the cost, in the trust's own codes.
        location (None | str | Unset): Where the work is done, as ESR calls it.
        supervisor (None | str | Unset): ESR number of who supervises the post.
    """

    assignment_number: str
    effective_from: datetime.date
    status: str
    effective_to: datetime.date | None | Unset = UNSET
    primary: bool | Unset = False
    category: None | str | Unset = UNSET
    position_number: None | str | Unset = UNSET
    position_title: None | str | Unset = UNSET
    staff_group: None | str | Unset = UNSET
    job_role: None | str | Unset = UNSET
    occupation_code: None | str | Unset = UNSET
    grade: None | str | Unset = UNSET
    fte: float | None | str | Unset = UNSET
    organisation: None | str | Unset = UNSET
    cost_centre: None | str | Unset = UNSET
    location: None | str | Unset = UNSET
    supervisor: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        assignment_number = self.assignment_number

        effective_from = self.effective_from.isoformat()

        status = self.status

        effective_to: None | str | Unset
        if isinstance(self.effective_to, Unset):
            effective_to = UNSET
        elif isinstance(self.effective_to, datetime.date):
            effective_to = self.effective_to.isoformat()
        else:
            effective_to = self.effective_to

        primary = self.primary

        category: None | str | Unset
        if isinstance(self.category, Unset):
            category = UNSET
        else:
            category = self.category

        position_number: None | str | Unset
        if isinstance(self.position_number, Unset):
            position_number = UNSET
        else:
            position_number = self.position_number

        position_title: None | str | Unset
        if isinstance(self.position_title, Unset):
            position_title = UNSET
        else:
            position_title = self.position_title

        staff_group: None | str | Unset
        if isinstance(self.staff_group, Unset):
            staff_group = UNSET
        else:
            staff_group = self.staff_group

        job_role: None | str | Unset
        if isinstance(self.job_role, Unset):
            job_role = UNSET
        else:
            job_role = self.job_role

        occupation_code: None | str | Unset
        if isinstance(self.occupation_code, Unset):
            occupation_code = UNSET
        else:
            occupation_code = self.occupation_code

        grade: None | str | Unset
        if isinstance(self.grade, Unset):
            grade = UNSET
        else:
            grade = self.grade

        fte: float | None | str | Unset
        if isinstance(self.fte, Unset):
            fte = UNSET
        else:
            fte = self.fte

        organisation: None | str | Unset
        if isinstance(self.organisation, Unset):
            organisation = UNSET
        else:
            organisation = self.organisation

        cost_centre: None | str | Unset
        if isinstance(self.cost_centre, Unset):
            cost_centre = UNSET
        else:
            cost_centre = self.cost_centre

        location: None | str | Unset
        if isinstance(self.location, Unset):
            location = UNSET
        else:
            location = self.location

        supervisor: None | str | Unset
        if isinstance(self.supervisor, Unset):
            supervisor = UNSET
        else:
            supervisor = self.supervisor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "assignment_number": assignment_number,
                "effective_from": effective_from,
                "status": status,
            }
        )
        if effective_to is not UNSET:
            field_dict["effective_to"] = effective_to
        if primary is not UNSET:
            field_dict["primary"] = primary
        if category is not UNSET:
            field_dict["category"] = category
        if position_number is not UNSET:
            field_dict["position_number"] = position_number
        if position_title is not UNSET:
            field_dict["position_title"] = position_title
        if staff_group is not UNSET:
            field_dict["staff_group"] = staff_group
        if job_role is not UNSET:
            field_dict["job_role"] = job_role
        if occupation_code is not UNSET:
            field_dict["occupation_code"] = occupation_code
        if grade is not UNSET:
            field_dict["grade"] = grade
        if fte is not UNSET:
            field_dict["fte"] = fte
        if organisation is not UNSET:
            field_dict["organisation"] = organisation
        if cost_centre is not UNSET:
            field_dict["cost_centre"] = cost_centre
        if location is not UNSET:
            field_dict["location"] = location
        if supervisor is not UNSET:
            field_dict["supervisor"] = supervisor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        assignment_number = d.pop("assignment_number")

        effective_from = datetime.date.fromisoformat(d.pop("effective_from"))

        status = d.pop("status")

        def _parse_effective_to(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                effective_to_type_0 = datetime.date.fromisoformat(data)

                return effective_to_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        effective_to = _parse_effective_to(d.pop("effective_to", UNSET))

        primary = d.pop("primary", UNSET)

        def _parse_category(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        category = _parse_category(d.pop("category", UNSET))

        def _parse_position_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        position_number = _parse_position_number(d.pop("position_number", UNSET))

        def _parse_position_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        position_title = _parse_position_title(d.pop("position_title", UNSET))

        def _parse_staff_group(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        staff_group = _parse_staff_group(d.pop("staff_group", UNSET))

        def _parse_job_role(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job_role = _parse_job_role(d.pop("job_role", UNSET))

        def _parse_occupation_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        occupation_code = _parse_occupation_code(d.pop("occupation_code", UNSET))

        def _parse_grade(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        grade = _parse_grade(d.pop("grade", UNSET))

        def _parse_fte(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        fte = _parse_fte(d.pop("fte", UNSET))

        def _parse_organisation(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        organisation = _parse_organisation(d.pop("organisation", UNSET))

        def _parse_cost_centre(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cost_centre = _parse_cost_centre(d.pop("cost_centre", UNSET))

        def _parse_location(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        location = _parse_location(d.pop("location", UNSET))

        def _parse_supervisor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        supervisor = _parse_supervisor(d.pop("supervisor", UNSET))

        assignment = cls(
            assignment_number=assignment_number,
            effective_from=effective_from,
            status=status,
            effective_to=effective_to,
            primary=primary,
            category=category,
            position_number=position_number,
            position_title=position_title,
            staff_group=staff_group,
            job_role=job_role,
            occupation_code=occupation_code,
            grade=grade,
            fte=fte,
            organisation=organisation,
            cost_centre=cost_centre,
            location=location,
            supervisor=supervisor,
        )

        assignment.additional_properties = d
        return assignment

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
