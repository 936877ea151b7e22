from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cohort_figures_actions import CohortFiguresActions
    from ..models.cohort_figures_kinds import CohortFiguresKinds
    from ..models.cohort_figures_outcomes import CohortFiguresOutcomes


T = TypeVar("T", bound="CohortFigures")


@_attrs_define
class CohortFigures:
    """How many rows a plan has: a row is a person in a department.

    Attributes:
        people (int):
        actions (CohortFiguresActions): By what is to be done.
        kinds (CohortFiguresKinds):
        outcomes (CohortFiguresOutcomes):
        changed (int): Rows that the last computing changed.
        told (int): Rows that were published.
        acknowledged (int): Of these, so many a product says that it has done,
        refused (int): and so many that it refuses.
    """

    people: int
    actions: CohortFiguresActions
    kinds: CohortFiguresKinds
    outcomes: CohortFiguresOutcomes
    changed: int
    told: int
    acknowledged: int
    refused: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        people = self.people

        actions = self.actions.to_dict()

        kinds = self.kinds.to_dict()

        outcomes = self.outcomes.to_dict()

        changed = self.changed

        told = self.told

        acknowledged = self.acknowledged

        refused = self.refused

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "people": people,
                "actions": actions,
                "kinds": kinds,
                "outcomes": outcomes,
                "changed": changed,
                "told": told,
                "acknowledged": acknowledged,
                "refused": refused,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cohort_figures_actions import CohortFiguresActions  # noqa: PLC0415
        from ..models.cohort_figures_kinds import CohortFiguresKinds  # noqa: PLC0415
        from ..models.cohort_figures_outcomes import CohortFiguresOutcomes  # noqa: PLC0415

        d = dict(src_dict)
        people = d.pop("people")

        actions = CohortFiguresActions.from_dict(d.pop("actions"))

        kinds = CohortFiguresKinds.from_dict(d.pop("kinds"))

        outcomes = CohortFiguresOutcomes.from_dict(d.pop("outcomes"))

        changed = d.pop("changed")

        told = d.pop("told")

        acknowledged = d.pop("acknowledged")

        refused = d.pop("refused")

        cohort_figures = cls(
            people=people,
            actions=actions,
            kinds=kinds,
            outcomes=outcomes,
            changed=changed,
            told=told,
            acknowledged=acknowledged,
            refused=refused,
        )

        cohort_figures.additional_properties = d
        return cohort_figures

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
