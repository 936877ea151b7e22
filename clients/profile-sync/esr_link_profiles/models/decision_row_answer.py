from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.decision_row_answer_outcome import DecisionRowAnswerOutcome, check_decision_row_answer_outcome
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.link_said import LinkSaid
    from ..models.row_problem import RowProblem


T = TypeVar("T", bound="DecisionRowAnswer")


@_attrs_define
class DecisionRowAnswer:
    """What becomes of one decision: taken, taken before, or why not.

    Attributes:
        index (int): Place in the request, from 0.
        product (str):
        department (str):
        profile_id (str):
        outcome (DecisionRowAnswerOutcome):
        before (LinkSaid | None | Unset):
        after (LinkSaid | None | Unset):
        problem (None | RowProblem | Unset):
    """

    index: int
    product: str
    department: str
    profile_id: str
    outcome: DecisionRowAnswerOutcome
    before: LinkSaid | None | Unset = UNSET
    after: LinkSaid | None | Unset = UNSET
    problem: None | RowProblem | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.link_said import LinkSaid  # noqa: PLC0415
        from ..models.row_problem import RowProblem  # noqa: PLC0415

        index = self.index

        product = self.product

        department = self.department

        profile_id = self.profile_id

        outcome: str = self.outcome

        before: dict[str, Any] | None | Unset
        if isinstance(self.before, Unset):
            before = UNSET
        elif isinstance(self.before, LinkSaid):
            before = self.before.to_dict()
        else:
            before = self.before

        after: dict[str, Any] | None | Unset
        if isinstance(self.after, Unset):
            after = UNSET
        elif isinstance(self.after, LinkSaid):
            after = self.after.to_dict()
        else:
            after = self.after

        problem: dict[str, Any] | None | Unset
        if isinstance(self.problem, Unset):
            problem = UNSET
        elif isinstance(self.problem, RowProblem):
            problem = self.problem.to_dict()
        else:
            problem = self.problem

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "index": index,
                "product": product,
                "department": department,
                "profile_id": profile_id,
                "outcome": outcome,
            }
        )
        if before is not UNSET:
            field_dict["before"] = before
        if after is not UNSET:
            field_dict["after"] = after
        if problem is not UNSET:
            field_dict["problem"] = problem

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.link_said import LinkSaid  # noqa: PLC0415
        from ..models.row_problem import RowProblem  # noqa: PLC0415

        d = dict(src_dict)
        index = d.pop("index")

        product = d.pop("product")

        department = d.pop("department")

        profile_id = d.pop("profile_id")

        outcome = check_decision_row_answer_outcome(d.pop("outcome"))

        def _parse_before(data: object) -> LinkSaid | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                before_type_0 = LinkSaid.from_dict(data)

                return before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LinkSaid | None | Unset, data)

        before = _parse_before(d.pop("before", UNSET))

        def _parse_after(data: object) -> LinkSaid | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                after_type_0 = LinkSaid.from_dict(data)

                return after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LinkSaid | None | Unset, data)

        after = _parse_after(d.pop("after", UNSET))

        def _parse_problem(data: object) -> None | RowProblem | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                problem_type_0 = RowProblem.from_dict(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RowProblem | Unset, data)

        problem = _parse_problem(d.pop("problem", UNSET))

        decision_row_answer = cls(
            index=index,
            product=product,
            department=department,
            profile_id=profile_id,
            outcome=outcome,
            before=before,
            after=after,
            problem=problem,
        )

        decision_row_answer.additional_properties = d
        return decision_row_answer

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
