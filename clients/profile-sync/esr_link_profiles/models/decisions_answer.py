from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.change_answer import ChangeAnswer
    from ..models.decision_row_answer import DecisionRowAnswer


T = TypeVar("T", bound="DecisionsAnswer")


@_attrs_define
class DecisionsAnswer:
    """An answer for each decision, in the order sent, and the other links that they change.

    Attributes:
        taken (int):
        refused (int):
        rows (list[DecisionRowAnswer]):
        touched (list[ChangeAnswer]): Links of profiles that were not decided on, and change with them.
    """

    taken: int
    refused: int
    rows: list[DecisionRowAnswer]
    touched: list[ChangeAnswer]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        taken = self.taken

        refused = self.refused

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        touched = []
        for touched_item_data in self.touched:
            touched_item = touched_item_data.to_dict()
            touched.append(touched_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taken": taken,
                "refused": refused,
                "rows": rows,
                "touched": touched,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.change_answer import ChangeAnswer  # noqa: PLC0415
        from ..models.decision_row_answer import DecisionRowAnswer  # noqa: PLC0415

        d = dict(src_dict)
        taken = d.pop("taken")

        refused = d.pop("refused")

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = DecisionRowAnswer.from_dict(rows_item_data)

            rows.append(rows_item)

        touched = []
        _touched = d.pop("touched")
        for touched_item_data in _touched:
            touched_item = ChangeAnswer.from_dict(touched_item_data)

            touched.append(touched_item)

        decisions_answer = cls(
            taken=taken,
            refused=refused,
            rows=rows,
            touched=touched,
        )

        decisions_answer.additional_properties = d
        return decisions_answer

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
