"""A record as Kafka's clients give it becomes the event that its topic and headers speak of, or is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from esrlink.contracts import Unreadable, from_kafka, to_message
from esrlink.contracts.examples import EXAMPLES

LINKED = EXAMPLES["profile.linked.v1"]
ID, TIME = UUID(int=7), datetime(2026, 8, 3, tzinfo=UTC)


def record(**changes: Any) -> dict[str, Any]:
    message = to_message(LINKED, event_id=ID, source="profile-sync", time=TIME)
    headers = [(name, text.encode()) for name, text in message.headers.items()]
    return {"topic": message.topic, "key": message.key.encode(), "value": message.value, "headers": headers, **changes}


def with_header(name: str, text: bytes) -> list[tuple[str, bytes]]:
    return [*((other, value) for other, value in record()["headers"] if other != name), (name, text)]


def test_it_is_read_whole() -> None:
    received = from_kafka(**record())
    assert (received.id, received.event, received.source, received.time) == (ID, LINKED, "profile-sync", TIME)
    assert not received.replay


def test_an_installation_may_put_a_prefix_before_its_topics() -> None:
    assert from_kafka(**record(topic="north.profile.linked")).event == LINKED


def test_a_replayed_event_says_so() -> None:
    assert from_kafka(**record(headers=with_header("ce_replay", b"true"))).replay


REFUSED = {
    "another event's topic": {"topic": "profile.unlinked"},
    "another trust in the headers": {"headers": with_header("ce_vpd", b"278")},
    "a header that is no text": {"headers": with_header("ce_source", b"\xff")},
    "a key that is no text": {"key": b"\xff"},
    "no headers": {"headers": []},
    "no value, as a record that deletes a key": {"value": None},
    "a value that is no text": {"value": b"\xff"},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_what_is_not_the_event_that_it_says_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        from_kafka(**record(**changes))
