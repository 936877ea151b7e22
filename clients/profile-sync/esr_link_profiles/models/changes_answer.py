from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.feed_entry import FeedEntry


T = TypeVar("T", bound="ChangesAnswer")


@_attrs_define
class ChangesAnswer:
    """Changes in the order of their commits, and where to go on.

    Attributes:
        items (list[FeedEntry]):
        next_ (str): `after` of your next request, also when there are no items. Keep it: it stays valid.
        more (bool): There may be more just now: ask again without waiting.
    """

    items: list[FeedEntry]
    next_: str
    more: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_ = self.next_

        more = self.more

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "next": next_,
                "more": more,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.feed_entry import FeedEntry  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = FeedEntry.from_dict(items_item_data)

            items.append(items_item)

        next_ = d.pop("next")

        more = d.pop("more")

        changes_answer = cls(
            items=items,
            next_=next_,
            more=more,
        )

        changes_answer.additional_properties = d
        return changes_answer

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
