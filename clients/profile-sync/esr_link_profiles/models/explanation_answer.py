from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.compared import Compared
    from ..models.decision_record import DecisionRecord
    from ..models.link_answer import LinkAnswer
    from ..models.rival_answer import RivalAnswer
    from ..models.rule_said import RuleSaid
    from ..models.way_back_answer import WayBackAnswer


T = TypeVar("T", bound="ExplanationAnswer")


@_attrs_define
class ExplanationAnswer:
    """Why a link is as it is.

    Attributes:
        link (LinkAnswer): What ties a profile to a person.
        rule (None | RuleSaid): Null when no rule speaks for anybody, or a person decided.
        decision (DecisionRecord | None): The person's decision that the link rests on.
        standing (list[DecisionRecord]): All decisions that hold, oldest first.
        let_go (None | str): The person whose link ended with this change.
        compared (list[Compared]): Whom the profile is or may be, best first.
        rivals (list[RivalAnswer]):
        undo (list[WayBackAnswer]): How to undo it.
        withheld (list[str] | Unset): Parts without values because your token lacks the scope `contacts:read`.
    """

    link: LinkAnswer
    rule: None | RuleSaid
    decision: DecisionRecord | None
    standing: list[DecisionRecord]
    let_go: None | str
    compared: list[Compared]
    rivals: list[RivalAnswer]
    undo: list[WayBackAnswer]
    withheld: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.decision_record import DecisionRecord  # noqa: PLC0415
        from ..models.rule_said import RuleSaid  # noqa: PLC0415

        link = self.link.to_dict()

        rule: dict[str, Any] | None
        if isinstance(self.rule, RuleSaid):
            rule = self.rule.to_dict()
        else:
            rule = self.rule

        decision: dict[str, Any] | None
        if isinstance(self.decision, DecisionRecord):
            decision = self.decision.to_dict()
        else:
            decision = self.decision

        standing = []
        for standing_item_data in self.standing:
            standing_item = standing_item_data.to_dict()
            standing.append(standing_item)

        let_go: None | str
        let_go = self.let_go

        compared = []
        for compared_item_data in self.compared:
            compared_item = compared_item_data.to_dict()
            compared.append(compared_item)

        rivals = []
        for rivals_item_data in self.rivals:
            rivals_item = rivals_item_data.to_dict()
            rivals.append(rivals_item)

        undo = []
        for undo_item_data in self.undo:
            undo_item = undo_item_data.to_dict()
            undo.append(undo_item)

        withheld: list[str] | Unset = UNSET
        if not isinstance(self.withheld, Unset):
            withheld = self.withheld

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "link": link,
                "rule": rule,
                "decision": decision,
                "standing": standing,
                "let_go": let_go,
                "compared": compared,
                "rivals": rivals,
                "undo": undo,
            }
        )
        if withheld is not UNSET:
            field_dict["withheld"] = withheld

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.compared import Compared  # noqa: PLC0415
        from ..models.decision_record import DecisionRecord  # noqa: PLC0415
        from ..models.link_answer import LinkAnswer  # noqa: PLC0415
        from ..models.rival_answer import RivalAnswer  # noqa: PLC0415
        from ..models.rule_said import RuleSaid  # noqa: PLC0415
        from ..models.way_back_answer import WayBackAnswer  # noqa: PLC0415

        d = dict(src_dict)
        link = LinkAnswer.from_dict(d.pop("link"))

        def _parse_rule(data: object) -> None | RuleSaid:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                rule_type_0 = RuleSaid.from_dict(data)

                return rule_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RuleSaid, data)

        rule = _parse_rule(d.pop("rule"))

        def _parse_decision(data: object) -> DecisionRecord | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                decision_type_0 = DecisionRecord.from_dict(data)

                return decision_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DecisionRecord | None, data)

        decision = _parse_decision(d.pop("decision"))

        standing = []
        _standing = d.pop("standing")
        for standing_item_data in _standing:
            standing_item = DecisionRecord.from_dict(standing_item_data)

            standing.append(standing_item)

        def _parse_let_go(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        let_go = _parse_let_go(d.pop("let_go"))

        compared = []
        _compared = d.pop("compared")
        for compared_item_data in _compared:
            compared_item = Compared.from_dict(compared_item_data)

            compared.append(compared_item)

        rivals = []
        _rivals = d.pop("rivals")
        for rivals_item_data in _rivals:
            rivals_item = RivalAnswer.from_dict(rivals_item_data)

            rivals.append(rivals_item)

        undo = []
        _undo = d.pop("undo")
        for undo_item_data in _undo:
            undo_item = WayBackAnswer.from_dict(undo_item_data)

            undo.append(undo_item)

        withheld = cast(list[str], d.pop("withheld", UNSET))

        explanation_answer = cls(
            link=link,
            rule=rule,
            decision=decision,
            standing=standing,
            let_go=let_go,
            compared=compared,
            rivals=rivals,
            undo=undo,
            withheld=withheld,
        )

        explanation_answer.additional_properties = d
        return explanation_answer

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
