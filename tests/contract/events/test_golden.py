"""Messages that were once on the wire are read today as they were meant, and written as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from esrlink.contracts import REGISTRY, UnknownVersion, Unreadable, from_message, to_message
from tests.contract.events.golden import EVERY_TYPE, GOLDEN, NAMES, Golden

every_message = pytest.mark.parametrize("golden", GOLDEN, ids=NAMES)


@every_message
def test_it_is_read_as_it_was_meant(golden: Golden) -> None:
    received = from_message(golden.message)
    read = {
        "id": str(received.id),
        "source": received.source,
        "time": received.time.isoformat(),
        "traceparent": received.traceparent,
        "partition_key": received.event.partition_key,
        "event": received.event.model_dump(mode="json"),
    }
    assert read == golden.reads
    assert (received.event.type, received.event.TOPIC) == (golden.type, golden.message.topic)


@every_message
def test_nothing_that_it_said_is_lost_when_it_is_written_again(golden: Golden) -> None:
    received = from_message(golden.message)
    again = to_message(
        received.event,
        event_id=received.id,
        source=received.source,
        time=received.time,
        traceparent=received.traceparent,
    )
    assert (again.topic, again.key) == (golden.message.topic, golden.message.key)
    assert again.partition_key == golden.message.partition_key
    assert again.headers == {
        name: text
        for name, text in golden.message.headers.items()
        if "new" not in name and name != "ce_replay"  # who replays puts the mark on
    }
    assert _says_all_of(json.loads(again.value), json.loads(golden.message.value))


@every_message
def test_an_unknown_version_of_it_is_known_to_be_one(golden: Golden) -> None:
    topic = golden.type.rpartition(".v")[0]
    of_tomorrow = replace(golden.message, headers={**golden.message.headers, "ce_type": f"{topic}.v99"})
    with pytest.raises(UnknownVersion):
        from_message(of_tomorrow)


@every_message
def test_it_cannot_be_read_when_a_part_is_missing(golden: Golden) -> None:
    message = golden.message
    for name in ("ce_id", "ce_time", "ce_type", "ce_source"):
        without = {other: text for other, text in message.headers.items() if other != name}
        with pytest.raises(Unreadable):
            from_message(replace(message, headers=without))
    for value in (b"", b"null", b"[]", message.value[:-1], message.value.replace(b'"vpd"', b'"vpx"')):
        with pytest.raises(Unreadable):
            from_message(replace(message, value=value))


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_version_of_every_event_has_its_messages(name: str) -> None:
    assert {one.case for one in GOLDEN if one.type == name} >= set(EVERY_TYPE)


def test_no_two_messages_have_one_id() -> None:
    ids = [one.message.headers["ce_id"] for one in GOLDEN]
    assert len(set(ids)) == len(ids)


def _says_all_of(said: Any, meant: Any) -> bool:
    if isinstance(meant, dict):
        return all(_says_all_of(said.get(name), value) for name, value in meant.items() if not name.startswith("new_"))
    if isinstance(meant, list):
        return len(said) == len(meant) and all(map(_says_all_of, said, meant))
    return bool(said == meant)
