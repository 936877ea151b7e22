from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.acknowledgement_row import AcknowledgementRow


T = TypeVar("T", bound="Acknowledgements")


@_attrs_define
class Acknowledgements:
    """What a product did, person by person.

    Attributes:
        acknowledgements (list[AcknowledgementRow]):
    """

    acknowledgements: list[AcknowledgementRow]

    def to_dict(self) -> dict[str, Any]:
        acknowledgements = []
        for acknowledgements_item_data in self.acknowledgements:
            acknowledgements_item = acknowledgements_item_data.to_dict()
            acknowledgements.append(acknowledgements_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "acknowledgements": acknowledgements,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.acknowledgement_row import AcknowledgementRow  # noqa: PLC0415

        d = dict(src_dict)
        acknowledgements = []
        _acknowledgements = d.pop("acknowledgements")
        for acknowledgements_item_data in _acknowledgements:
            acknowledgements_item = AcknowledgementRow.from_dict(acknowledgements_item_data)

            acknowledgements.append(acknowledgements_item)

        acknowledgements = cls(
            acknowledgements=acknowledgements,
        )

        return acknowledgements
