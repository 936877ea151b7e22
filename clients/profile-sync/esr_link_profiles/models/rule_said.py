from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RuleSaid")


@_attrs_define
class RuleSaid:
    """The rule that a link rests on, in words.

    Attributes:
        made_by (str): Name and version of the rule that made it.
        now (None | str): The rule of that name today; null when there is none.
        is_current (bool): Whether the rule that made it is the one of today.
        text (None | str): What the rule of today says.
    """

    made_by: str
    now: None | str
    is_current: bool
    text: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        made_by = self.made_by

        now: None | str
        now = self.now

        is_current = self.is_current

        text: None | str
        text = self.text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "made_by": made_by,
                "now": now,
                "is_current": is_current,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        made_by = d.pop("made_by")

        def _parse_now(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        now = _parse_now(d.pop("now"))

        is_current = d.pop("is_current")

        def _parse_text(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text = _parse_text(d.pop("text"))

        rule_said = cls(
            made_by=made_by,
            now=now,
            is_current=is_current,
            text=text,
        )

        rule_said.additional_properties = d
        return rule_said

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
