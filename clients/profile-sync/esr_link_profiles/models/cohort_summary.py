from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.cohort_summary_state import CohortSummaryState, check_cohort_summary_state

if TYPE_CHECKING:
    from ..models.cohort_figures import CohortFigures


T = TypeVar("T", bound="CohortSummary")


@_attrs_define
class CohortSummary:
    """A cohort in a list.

    Attributes:
        vpd (str):
        cohort_id (UUID):
        name (str):
        changeover (datetime.date):
        state (CohortSummaryState):
        version (int):
        progress (float): The share of rows that have an outcome.
        figures (CohortFigures): How many rows a plan has: a row is a person in a department.
    """

    vpd: str
    cohort_id: UUID
    name: str
    changeover: datetime.date
    state: CohortSummaryState
    version: int
    progress: float
    figures: CohortFigures
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        vpd = self.vpd

        cohort_id = str(self.cohort_id)

        name = self.name

        changeover = self.changeover.isoformat()

        state: str = self.state

        version = self.version

        progress = self.progress

        figures = self.figures.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "vpd": vpd,
                "cohort_id": cohort_id,
                "name": name,
                "changeover": changeover,
                "state": state,
                "version": version,
                "progress": progress,
                "figures": figures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cohort_figures import CohortFigures  # noqa: PLC0415

        d = dict(src_dict)
        vpd = d.pop("vpd")

        cohort_id = UUID(d.pop("cohort_id"))

        name = d.pop("name")

        changeover = datetime.date.fromisoformat(d.pop("changeover"))

        state = check_cohort_summary_state(d.pop("state"))

        version = d.pop("version")

        progress = d.pop("progress")

        figures = CohortFigures.from_dict(d.pop("figures"))

        cohort_summary = cls(
            vpd=vpd,
            cohort_id=cohort_id,
            name=name,
            changeover=changeover,
            state=state,
            version=version,
            progress=progress,
            figures=figures,
        )

        cohort_summary.additional_properties = d
        return cohort_summary

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
