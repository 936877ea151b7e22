from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.decision_row import DecisionRow


T = TypeVar("T", bound="Decisions")


@_attrs_define
class Decisions:
    """Decisions about profiles of one trust, at most one for each profile.

    Attributes:
        decisions (list[DecisionRow]):
        vpd (None | str | Unset): The trust; may stand in the query instead.
    """

    decisions: list[DecisionRow]
    vpd: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        decisions = []
        for decisions_item_data in self.decisions:
            decisions_item = decisions_item_data.to_dict()
            decisions.append(decisions_item)

        vpd: None | str | Unset
        if isinstance(self.vpd, Unset):
            vpd = UNSET
        else:
            vpd = self.vpd

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "decisions": decisions,
            }
        )
        if vpd is not UNSET:
            field_dict["vpd"] = vpd

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.decision_row import DecisionRow  # noqa: PLC0415

        d = dict(src_dict)
        decisions = []
        _decisions = d.pop("decisions")
        for decisions_item_data in _decisions:
            decisions_item = DecisionRow.from_dict(decisions_item_data)

            decisions.append(decisions_item)

        def _parse_vpd(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        vpd = _parse_vpd(d.pop("vpd", UNSET))

        decisions = cls(
            decisions=decisions,
            vpd=vpd,
        )

        return decisions
