from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.link_answer import LinkAnswer
    from ..models.row_problem import RowProblem


T = TypeVar("T", bound="RowAnswer")


@_attrs_define
class RowAnswer:
    """What became of one row: stored, or why not.

    Attributes:
        index (int): Place in the batch, from 0.
        product (None | str):
        department (None | str):
        profile_id (None | str):
        stored (bool):
        version (int | None | Unset):
        link (LinkAnswer | None | Unset):
        problem (None | RowProblem | Unset):
    """

    index: int
    product: None | str
    department: None | str
    profile_id: None | str
    stored: bool
    version: int | None | Unset = UNSET
    link: LinkAnswer | None | Unset = UNSET
    problem: None | RowProblem | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.link_answer import LinkAnswer  # noqa: PLC0415
        from ..models.row_problem import RowProblem  # noqa: PLC0415

        index = self.index

        product: None | str
        product = self.product

        department: None | str
        department = self.department

        profile_id: None | str
        profile_id = self.profile_id

        stored = self.stored

        version: int | None | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        link: dict[str, Any] | None | Unset
        if isinstance(self.link, Unset):
            link = UNSET
        elif isinstance(self.link, LinkAnswer):
            link = self.link.to_dict()
        else:
            link = self.link

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
                "stored": stored,
            }
        )
        if version is not UNSET:
            field_dict["version"] = version
        if link is not UNSET:
            field_dict["link"] = link
        if problem is not UNSET:
            field_dict["problem"] = problem

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.link_answer import LinkAnswer  # noqa: PLC0415
        from ..models.row_problem import RowProblem  # noqa: PLC0415

        d = dict(src_dict)
        index = d.pop("index")

        def _parse_product(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        product = _parse_product(d.pop("product"))

        def _parse_department(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        department = _parse_department(d.pop("department"))

        def _parse_profile_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        profile_id = _parse_profile_id(d.pop("profile_id"))

        stored = d.pop("stored")

        def _parse_version(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        version = _parse_version(d.pop("version", UNSET))

        def _parse_link(data: object) -> LinkAnswer | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                link_type_0 = LinkAnswer.from_dict(data)

                return link_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LinkAnswer | None | Unset, data)

        link = _parse_link(d.pop("link", UNSET))

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

        row_answer = cls(
            index=index,
            product=product,
            department=department,
            profile_id=profile_id,
            stored=stored,
            version=version,
            link=link,
            problem=problem,
        )

        row_answer.additional_properties = d
        return row_answer

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
