from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.link_said import LinkSaid


T = TypeVar("T", bound="ChangeAnswer")


@_attrs_define
class ChangeAnswer:
    """A link before and after.

    Attributes:
        product (str):
        department (str):
        profile_id (str):
        before (LinkSaid): A link in short.
        after (LinkSaid): A link in short.
    """

    product: str
    department: str
    profile_id: str
    before: LinkSaid
    after: LinkSaid
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        product = self.product

        department = self.department

        profile_id = self.profile_id

        before = self.before.to_dict()

        after = self.after.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "product": product,
                "department": department,
                "profile_id": profile_id,
                "before": before,
                "after": after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.link_said import LinkSaid  # noqa: PLC0415

        d = dict(src_dict)
        product = d.pop("product")

        department = d.pop("department")

        profile_id = d.pop("profile_id")

        before = LinkSaid.from_dict(d.pop("before"))

        after = LinkSaid.from_dict(d.pop("after"))

        change_answer = cls(
            product=product,
            department=department,
            profile_id=profile_id,
            before=before,
            after=after,
        )

        change_answer.additional_properties = d
        return change_answer

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
