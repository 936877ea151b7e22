from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.onboarding_task_acknowledged_type_0 import (
    OnboardingTaskAcknowledgedType0,
    check_onboarding_task_acknowledged_type_0,
)
from ..models.onboarding_task_action import OnboardingTaskAction, check_onboarding_task_action
from ..models.onboarding_task_kind import OnboardingTaskKind, check_onboarding_task_kind

if TYPE_CHECKING:
    from ..models.registration import Registration


T = TypeVar("T", bound="OnboardingTask")


@_attrs_define
class OnboardingTask:
    """What a product must do; the same as the event `profile.onboarded`.

    Attributes:
        acknowledged (None | OnboardingTaskAcknowledgedType0):
        acknowledged_profile_id (None | str): The profile that it made, where that is another one.
        acknowledged_note (None | str):
        acknowledged_by (None | str):
        acknowledged_at (datetime.datetime | None):
        employee_number (str):
        product (str):
        department (str):
        kind (OnboardingTaskKind):
        title (None | str):
        given_name (None | str):
        preferred_name (None | str):
        family_name (str):
        email (None | str):
        grade (None | str):
        staff_group (None | str):
        job_role (None | str):
        registrations (list[Registration]):
        assignment_number (str):
        organisation (None | str): The department, as ESR calls it.
        starts (datetime.date): First day in the department.
        ends (datetime.date | None): Last day there, where ESR knows one.
        cohort_id (UUID):
        action (OnboardingTaskAction):
        profile_id (str): With `create` a suggestion.
        withdrawn (bool): The cohort was undone: what was told before does not hold.
        told_at (datetime.datetime):
    """

    acknowledged: None | OnboardingTaskAcknowledgedType0
    acknowledged_profile_id: None | str
    acknowledged_note: None | str
    acknowledged_by: None | str
    acknowledged_at: datetime.datetime | None
    employee_number: str
    product: str
    department: str
    kind: OnboardingTaskKind
    title: None | str
    given_name: None | str
    preferred_name: None | str
    family_name: str
    email: None | str
    grade: None | str
    staff_group: None | str
    job_role: None | str
    registrations: list[Registration]
    assignment_number: str
    organisation: None | str
    starts: datetime.date
    ends: datetime.date | None
    cohort_id: UUID
    action: OnboardingTaskAction
    profile_id: str
    withdrawn: bool
    told_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        acknowledged: None | str
        if isinstance(self.acknowledged, str):
            acknowledged = self.acknowledged
        else:
            acknowledged = self.acknowledged

        acknowledged_profile_id: None | str
        acknowledged_profile_id = self.acknowledged_profile_id

        acknowledged_note: None | str
        acknowledged_note = self.acknowledged_note

        acknowledged_by: None | str
        acknowledged_by = self.acknowledged_by

        acknowledged_at: None | str
        if isinstance(self.acknowledged_at, datetime.datetime):
            acknowledged_at = self.acknowledged_at.isoformat()
        else:
            acknowledged_at = self.acknowledged_at

        employee_number = self.employee_number

        product = self.product

        department = self.department

        kind: str = self.kind

        title: None | str
        title = self.title

        given_name: None | str
        given_name = self.given_name

        preferred_name: None | str
        preferred_name = self.preferred_name

        family_name = self.family_name

        email: None | str
        email = self.email

        grade: None | str
        grade = self.grade

        staff_group: None | str
        staff_group = self.staff_group

        job_role: None | str
        job_role = self.job_role

        registrations = []
        for registrations_item_data in self.registrations:
            registrations_item = registrations_item_data.to_dict()
            registrations.append(registrations_item)

        assignment_number = self.assignment_number

        organisation: None | str
        organisation = self.organisation

        starts = self.starts.isoformat()

        ends: None | str
        if isinstance(self.ends, datetime.date):
            ends = self.ends.isoformat()
        else:
            ends = self.ends

        cohort_id = str(self.cohort_id)

        action: str = self.action

        profile_id = self.profile_id

        withdrawn = self.withdrawn

        told_at = self.told_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "acknowledged": acknowledged,
                "acknowledged_profile_id": acknowledged_profile_id,
                "acknowledged_note": acknowledged_note,
                "acknowledged_by": acknowledged_by,
                "acknowledged_at": acknowledged_at,
                "employee_number": employee_number,
                "product": product,
                "department": department,
                "kind": kind,
                "title": title,
                "given_name": given_name,
                "preferred_name": preferred_name,
                "family_name": family_name,
                "email": email,
                "grade": grade,
                "staff_group": staff_group,
                "job_role": job_role,
                "registrations": registrations,
                "assignment_number": assignment_number,
                "organisation": organisation,
                "starts": starts,
                "ends": ends,
                "cohort_id": cohort_id,
                "action": action,
                "profile_id": profile_id,
                "withdrawn": withdrawn,
                "told_at": told_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.registration import Registration  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_acknowledged(data: object) -> None | OnboardingTaskAcknowledgedType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_type_0 = check_onboarding_task_acknowledged_type_0(data)

                return acknowledged_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OnboardingTaskAcknowledgedType0, data)

        acknowledged = _parse_acknowledged(d.pop("acknowledged"))

        def _parse_acknowledged_profile_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_profile_id = _parse_acknowledged_profile_id(d.pop("acknowledged_profile_id"))

        def _parse_acknowledged_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_note = _parse_acknowledged_note(d.pop("acknowledged_note"))

        def _parse_acknowledged_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        acknowledged_by = _parse_acknowledged_by(d.pop("acknowledged_by"))

        def _parse_acknowledged_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_at_type_0 = datetime.datetime.fromisoformat(data)

                return acknowledged_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        acknowledged_at = _parse_acknowledged_at(d.pop("acknowledged_at"))

        employee_number = d.pop("employee_number")

        product = d.pop("product")

        department = d.pop("department")

        kind = check_onboarding_task_kind(d.pop("kind"))

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

        def _parse_staff_group(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        staff_group = _parse_staff_group(d.pop("staff_group"))

        def _parse_job_role(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_role = _parse_job_role(d.pop("job_role"))

        registrations = []
        _registrations = d.pop("registrations")
        for registrations_item_data in _registrations:
            registrations_item = Registration.from_dict(registrations_item_data)

            registrations.append(registrations_item)

        assignment_number = d.pop("assignment_number")

        def _parse_organisation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        organisation = _parse_organisation(d.pop("organisation"))

        starts = datetime.date.fromisoformat(d.pop("starts"))

        def _parse_ends(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ends_type_0 = datetime.date.fromisoformat(data)

                return ends_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        ends = _parse_ends(d.pop("ends"))

        cohort_id = UUID(d.pop("cohort_id"))

        action = check_onboarding_task_action(d.pop("action"))

        profile_id = d.pop("profile_id")

        withdrawn = d.pop("withdrawn")

        told_at = datetime.datetime.fromisoformat(d.pop("told_at"))

        onboarding_task = cls(
            acknowledged=acknowledged,
            acknowledged_profile_id=acknowledged_profile_id,
            acknowledged_note=acknowledged_note,
            acknowledged_by=acknowledged_by,
            acknowledged_at=acknowledged_at,
            employee_number=employee_number,
            product=product,
            department=department,
            kind=kind,
            title=title,
            given_name=given_name,
            preferred_name=preferred_name,
            family_name=family_name,
            email=email,
            grade=grade,
            staff_group=staff_group,
            job_role=job_role,
            registrations=registrations,
            assignment_number=assignment_number,
            organisation=organisation,
            starts=starts,
            ends=ends,
            cohort_id=cohort_id,
            action=action,
            profile_id=profile_id,
            withdrawn=withdrawn,
            told_at=told_at,
        )

        onboarding_task.additional_properties = d
        return onboarding_task

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
