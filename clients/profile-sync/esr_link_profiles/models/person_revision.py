from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.field_change import FieldChange


T = TypeVar("T", bound="PersonRevision")


@_attrs_define
class PersonRevision:
    """A revision of a person that was applied.

    Attributes:
        revision (int):
        applied_at (datetime.datetime):
        as_of (datetime.datetime): The moment up to which the ESR file speaks.
        source_file (str):
        first (bool): The first that is known: it changed nothing, it began the person.
        changes (list[FieldChange]): None at all in a revision that only changed what is never shown, such as ESR's own
            ids.
    """

    revision: int
    applied_at: datetime.datetime
    as_of: datetime.datetime
    source_file: str
    first: bool
    changes: list[FieldChange]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        revision = self.revision

        applied_at = self.applied_at.isoformat()

        as_of = self.as_of.isoformat()

        source_file = self.source_file

        first = self.first

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "revision": revision,
                "applied_at": applied_at,
                "as_of": as_of,
                "source_file": source_file,
                "first": first,
                "changes": changes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.field_change import FieldChange  # noqa: PLC0415

        d = dict(src_dict)
        revision = d.pop("revision")

        applied_at = datetime.datetime.fromisoformat(d.pop("applied_at"))

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        source_file = d.pop("source_file")

        first = d.pop("first")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = FieldChange.from_dict(changes_item_data)

            changes.append(changes_item)

        person_revision = cls(
            revision=revision,
            applied_at=applied_at,
            as_of=as_of,
            source_file=source_file,
            first=first,
            changes=changes,
        )

        person_revision.additional_properties = d
        return person_revision

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
