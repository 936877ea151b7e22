from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.cohort_row_acknowledged_type_0 import CohortRowAcknowledgedType0, check_cohort_row_acknowledged_type_0
from ..models.cohort_row_action import CohortRowAction, check_cohort_row_action
from ..models.cohort_row_chosen_action_type_0 import CohortRowChosenActionType0, check_cohort_row_chosen_action_type_0
from ..models.cohort_row_kind import CohortRowKind, check_cohort_row_kind
from ..models.cohort_row_outcome import CohortRowOutcome, check_cohort_row_outcome
from ..models.cohort_row_proposed_action import CohortRowProposedAction, check_cohort_row_proposed_action

if TYPE_CHECKING:
    from ..models.field_difference import FieldDifference
    from ..models.registration import Registration


T = TypeVar("T", bound="CohortRow")


@_attrs_define
class CohortRow:
    """A row of a plan: what is to be done of a person in a department, why, and what became of it.

    Attributes:
        acknowledged (CohortRowAcknowledgedType0 | None):
        acknowledged_profile_id (None | str): The profile that it made, where that is another one.
        acknowledged_note (None | str):
        acknowledged_by (None | str):
        acknowledged_at (datetime.datetime | None):
        employee_number (str):
        product (str):
        department (str):
        kind (CohortRowKind):
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
        action (CohortRowAction): As chosen, else as proposed; `leave` where the person is excluded.
        profile_id (None | str): With `create` a suggestion.
        proposed_action (CohortRowProposedAction):
        proposed_profile_id (None | str):
        chosen_action (CohortRowChosenActionType0 | None):
        chosen_profile_id (None | str):
        excluded (bool):
        note (None | str):
        edited_by (None | str):
        edited_at (datetime.datetime | None):
        reason (str): Why this is proposed, as a code; new codes may come.
        sentence (str): Why this is proposed, in words.
        differences (list[FieldDifference]): What the last computing changed of it.
        outcome (CohortRowOutcome):
        outcome_code (None | str):
        outcome_sentence (None | str):
        outcome_at (datetime.datetime | None):
        version (int):
    """

    acknowledged: CohortRowAcknowledgedType0 | None
    acknowledged_profile_id: None | str
    acknowledged_note: None | str
    acknowledged_by: None | str
    acknowledged_at: datetime.datetime | None
    employee_number: str
    product: str
    department: str
    kind: CohortRowKind
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
    action: CohortRowAction
    profile_id: None | str
    proposed_action: CohortRowProposedAction
    proposed_profile_id: None | str
    chosen_action: CohortRowChosenActionType0 | None
    chosen_profile_id: None | str
    excluded: bool
    note: None | str
    edited_by: None | str
    edited_at: datetime.datetime | None
    reason: str
    sentence: str
    differences: list[FieldDifference]
    outcome: CohortRowOutcome
    outcome_code: None | str
    outcome_sentence: None | str
    outcome_at: datetime.datetime | None
    version: int
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

        action: str = self.action

        profile_id: None | str
        profile_id = self.profile_id

        proposed_action: str = self.proposed_action

        proposed_profile_id: None | str
        proposed_profile_id = self.proposed_profile_id

        chosen_action: None | str
        if isinstance(self.chosen_action, str):
            chosen_action = self.chosen_action
        else:
            chosen_action = self.chosen_action

        chosen_profile_id: None | str
        chosen_profile_id = self.chosen_profile_id

        excluded = self.excluded

        note: None | str
        note = self.note

        edited_by: None | str
        edited_by = self.edited_by

        edited_at: None | str
        if isinstance(self.edited_at, datetime.datetime):
            edited_at = self.edited_at.isoformat()
        else:
            edited_at = self.edited_at

        reason = self.reason

        sentence = self.sentence

        differences = []
        for differences_item_data in self.differences:
            differences_item = differences_item_data.to_dict()
            differences.append(differences_item)

        outcome: str = self.outcome

        outcome_code: None | str
        outcome_code = self.outcome_code

        outcome_sentence: None | str
        outcome_sentence = self.outcome_sentence

        outcome_at: None | str
        if isinstance(self.outcome_at, datetime.datetime):
            outcome_at = self.outcome_at.isoformat()
        else:
            outcome_at = self.outcome_at

        version = self.version

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
                "action": action,
                "profile_id": profile_id,
                "proposed_action": proposed_action,
                "proposed_profile_id": proposed_profile_id,
                "chosen_action": chosen_action,
                "chosen_profile_id": chosen_profile_id,
                "excluded": excluded,
                "note": note,
                "edited_by": edited_by,
                "edited_at": edited_at,
                "reason": reason,
                "sentence": sentence,
                "differences": differences,
                "outcome": outcome,
                "outcome_code": outcome_code,
                "outcome_sentence": outcome_sentence,
                "outcome_at": outcome_at,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.field_difference import FieldDifference  # noqa: PLC0415
        from ..models.registration import Registration  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_acknowledged(data: object) -> CohortRowAcknowledgedType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                acknowledged_type_0 = check_cohort_row_acknowledged_type_0(data)

                return acknowledged_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CohortRowAcknowledgedType0 | None, data)

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

        kind = check_cohort_row_kind(d.pop("kind"))

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

        action = check_cohort_row_action(d.pop("action"))

        def _parse_profile_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        profile_id = _parse_profile_id(d.pop("profile_id"))

        proposed_action = check_cohort_row_proposed_action(d.pop("proposed_action"))

        def _parse_proposed_profile_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        proposed_profile_id = _parse_proposed_profile_id(d.pop("proposed_profile_id"))

        def _parse_chosen_action(data: object) -> CohortRowChosenActionType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                chosen_action_type_0 = check_cohort_row_chosen_action_type_0(data)

                return chosen_action_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CohortRowChosenActionType0 | None, data)

        chosen_action = _parse_chosen_action(d.pop("chosen_action"))

        def _parse_chosen_profile_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        chosen_profile_id = _parse_chosen_profile_id(d.pop("chosen_profile_id"))

        excluded = d.pop("excluded")

        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))

        def _parse_edited_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        edited_by = _parse_edited_by(d.pop("edited_by"))

        def _parse_edited_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                edited_at_type_0 = datetime.datetime.fromisoformat(data)

                return edited_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        edited_at = _parse_edited_at(d.pop("edited_at"))

        reason = d.pop("reason")

        sentence = d.pop("sentence")

        differences = []
        _differences = d.pop("differences")
        for differences_item_data in _differences:
            differences_item = FieldDifference.from_dict(differences_item_data)

            differences.append(differences_item)

        outcome = check_cohort_row_outcome(d.pop("outcome"))

        def _parse_outcome_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        outcome_code = _parse_outcome_code(d.pop("outcome_code"))

        def _parse_outcome_sentence(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        outcome_sentence = _parse_outcome_sentence(d.pop("outcome_sentence"))

        def _parse_outcome_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                outcome_at_type_0 = datetime.datetime.fromisoformat(data)

                return outcome_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        outcome_at = _parse_outcome_at(d.pop("outcome_at"))

        version = d.pop("version")

        cohort_row = cls(
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
            action=action,
            profile_id=profile_id,
            proposed_action=proposed_action,
            proposed_profile_id=proposed_profile_id,
            chosen_action=chosen_action,
            chosen_profile_id=chosen_profile_id,
            excluded=excluded,
            note=note,
            edited_by=edited_by,
            edited_at=edited_at,
            reason=reason,
            sentence=sentence,
            differences=differences,
            outcome=outcome,
            outcome_code=outcome_code,
            outcome_sentence=outcome_sentence,
            outcome_at=outcome_at,
            version=version,
        )

        cohort_row.additional_properties = d
        return cohort_row

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
