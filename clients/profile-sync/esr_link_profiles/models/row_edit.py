from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.row_edit_action_type_0 import RowEditActionType0, check_row_edit_action_type_0
from ..types import UNSET, Unset

T = TypeVar("T", bound="RowEdit")


@_attrs_define
class RowEdit:
    """What is to be different in a row. What is left out stays; null takes a choice back, so that the proposal holds.

    Attributes:
        action (None | RowEditActionType0 | Unset):
        profile_id (None | str | Unset):
        excluded (bool | Unset):  Default: False.
        note (None | str | Unset):
        version (int | None | Unset): The row's version that you last read.
    """

    action: None | RowEditActionType0 | Unset = UNSET
    profile_id: None | str | Unset = UNSET
    excluded: bool | Unset = False
    note: None | str | Unset = UNSET
    version: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        action: None | str | Unset
        if isinstance(self.action, Unset):
            action = UNSET
        elif isinstance(self.action, str):
            action = self.action
        else:
            action = self.action

        profile_id: None | str | Unset
        if isinstance(self.profile_id, Unset):
            profile_id = UNSET
        else:
            profile_id = self.profile_id

        excluded = self.excluded

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        version: int | None | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if action is not UNSET:
            field_dict["action"] = action
        if profile_id is not UNSET:
            field_dict["profile_id"] = profile_id
        if excluded is not UNSET:
            field_dict["excluded"] = excluded
        if note is not UNSET:
            field_dict["note"] = note
        if version is not UNSET:
            field_dict["version"] = version

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_action(data: object) -> None | RowEditActionType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                action_type_0 = check_row_edit_action_type_0(data)

                return action_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RowEditActionType0 | Unset, data)

        action = _parse_action(d.pop("action", UNSET))

        def _parse_profile_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        profile_id = _parse_profile_id(d.pop("profile_id", UNSET))

        excluded = d.pop("excluded", UNSET)

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        def _parse_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        version = _parse_version(d.pop("version", UNSET))

        row_edit = cls(
            action=action,
            profile_id=profile_id,
            excluded=excluded,
            note=note,
            version=version,
        )

        return row_edit
