from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_answer_state import DeliveryAnswerState, check_delivery_answer_state
from ..models.delivery_answer_topic import DeliveryAnswerTopic, check_delivery_answer_topic

T = TypeVar("T", bound="DeliveryAnswer")


@_attrs_define
class DeliveryAnswer:
    """A delivery: one change for one webhook.

    Attributes:
        delivery_id (UUID):
        topic (DeliveryAnswerTopic):
        state (DeliveryAnswerState):
        attempts (int):
        outcome (None | str): Of the last attempt, as of a ping; null before the first.
        created_at (datetime.datetime):
        due_at (datetime.datetime): When it is tried next, if it waits.
        settled_at (datetime.datetime | None):
        replayed (bool):
    """

    delivery_id: UUID
    topic: DeliveryAnswerTopic
    state: DeliveryAnswerState
    attempts: int
    outcome: None | str
    created_at: datetime.datetime
    due_at: datetime.datetime
    settled_at: datetime.datetime | None
    replayed: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        delivery_id = str(self.delivery_id)

        topic: str = self.topic

        state: str = self.state

        attempts = self.attempts

        outcome: None | str
        outcome = self.outcome

        created_at = self.created_at.isoformat()

        due_at = self.due_at.isoformat()

        settled_at: None | str
        if isinstance(self.settled_at, datetime.datetime):
            settled_at = self.settled_at.isoformat()
        else:
            settled_at = self.settled_at

        replayed = self.replayed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "delivery_id": delivery_id,
                "topic": topic,
                "state": state,
                "attempts": attempts,
                "outcome": outcome,
                "created_at": created_at,
                "due_at": due_at,
                "settled_at": settled_at,
                "replayed": replayed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        delivery_id = UUID(d.pop("delivery_id"))

        topic = check_delivery_answer_topic(d.pop("topic"))

        state = check_delivery_answer_state(d.pop("state"))

        attempts = d.pop("attempts")

        def _parse_outcome(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        outcome = _parse_outcome(d.pop("outcome"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        due_at = datetime.datetime.fromisoformat(d.pop("due_at"))

        def _parse_settled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                settled_at_type_0 = datetime.datetime.fromisoformat(data)

                return settled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        settled_at = _parse_settled_at(d.pop("settled_at"))

        replayed = d.pop("replayed")

        delivery_answer = cls(
            delivery_id=delivery_id,
            topic=topic,
            state=state,
            attempts=attempts,
            outcome=outcome,
            created_at=created_at,
            due_at=due_at,
            settled_at=settled_at,
            replayed=replayed,
        )

        delivery_answer.additional_properties = d
        return delivery_answer

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
