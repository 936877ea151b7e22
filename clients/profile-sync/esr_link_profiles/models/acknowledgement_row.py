from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.acknowledgement_row_state import AcknowledgementRowState, check_acknowledgement_row_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="AcknowledgementRow")


@_attrs_define
class AcknowledgementRow:
    """That a product did what it was told of a person, or refuses to.

    Attributes:
        employee_number (str): The ESR number of a person within a trust. Text: it may start with zeros.
        product (str): A rota product.
        department (str): A department's own short name within a product.
        withdrawn (bool | Unset): As in what is acknowledged. Default: False.
        state (AcknowledgementRowState | Unset):  Default: 'done'.
        profile_id (None | str | Unset): The profile that you made, where it is another one.
        note (None | str | Unset):
    """

    employee_number: str
    product: str
    department: str
    withdrawn: bool | Unset = False
    state: AcknowledgementRowState | Unset = "done"
    profile_id: None | str | Unset = UNSET
    note: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        employee_number = self.employee_number

        product = self.product

        department = self.department

        withdrawn = self.withdrawn

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state

        profile_id: None | str | Unset
        if isinstance(self.profile_id, Unset):
            profile_id = UNSET
        else:
            profile_id = self.profile_id

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "employee_number": employee_number,
                "product": product,
                "department": department,
            }
        )
        if withdrawn is not UNSET:
            field_dict["withdrawn"] = withdrawn
        if state is not UNSET:
            field_dict["state"] = state
        if profile_id is not UNSET:
            field_dict["profile_id"] = profile_id
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        employee_number = d.pop("employee_number")

        product = d.pop("product")

        department = d.pop("department")

        withdrawn = d.pop("withdrawn", UNSET)

        _state = d.pop("state", UNSET)
        state: AcknowledgementRowState | Unset
        if isinstance(_state, Unset):
            state = UNSET
        else:
            state = check_acknowledgement_row_state(_state)

        def _parse_profile_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        profile_id = _parse_profile_id(d.pop("profile_id", UNSET))

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        acknowledgement_row = cls(
            employee_number=employee_number,
            product=product,
            department=department,
            withdrawn=withdrawn,
            state=state,
            profile_id=profile_id,
            note=note,
        )

        return acknowledgement_row
