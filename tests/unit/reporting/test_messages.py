"""A message that cannot be taken is noted with its reason, and the rest go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from esr_reporting.opening import connect
from esrlink.contracts import Message
from tests.unit.reporting.telling import MEMORY, ident, ledger, message, person, plan, worked

GOOD = message(worked("a", "2026-08-01"))


def taken(folder: Path, *messages: Message, **options: Any) -> tuple[list[Any], int]:
    """What was set aside, and how many extras were taken."""
    held = ledger(folder, **options)
    held.take(messages)
    held.let_go()
    with connect(held.path, memory=MEMORY) as connection:
        aside = connection.execute("SELECT topic, kind, reason, vpd FROM set_aside ORDER BY ALL").fetchall()
        return aside, connection.execute("SELECT count(*) FROM attendance").fetchall()[0][0]


def changed(given: Message, *, topic: str | None = None, value: bytes | None = None, **headers: Any) -> Message:
    return Message(topic or given.topic, given.key, value or given.value, {**given.headers, **headers})


BAD = {
    "no headers": (Message("submittal.approved", "277/1", b"{}", {}), "unreadable"),
    "no JSON": (changed(GOOD, value=b"{", ce_id=str(ident("1"))), "unreadable"),
    "another model": (changed(GOOD, value=b'{"vpd": "277"}', ce_id=str(ident("2"))), "unreadable"),
    "a version to come": (changed(GOOD, ce_type="submittal.approved.v9", ce_id=str(ident("3"))), "unknown_version"),
    "another topic": (changed(GOOD, topic="submittal.withdrawn", ce_id=str(ident("4"))), "misaddressed"),
    "another trust": (changed(GOOD, ce_vpd="312", ce_id=str(ident("5"))), "misaddressed"),
    "headers that are no text": (changed(GOOD, ce_id=["x"]), "unreadable"),
    "an enormous figure": (message(worked("big", "2026-08-01", amount="1E+300")), "unfit"),
    "too many decimals": (message(plan("x", pas={"DCC": "0.12345678"})), "unfit"),
    "a revision beyond all counting": (message(person(revision=10**30)), "unfit"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_message_is_noted_and_the_good_ones_beside_it_are_taken(tmp_path: Path, name: str) -> None:
    bad, kind = BAD[name]
    aside, extras = taken(tmp_path, message(worked("x", "2026-08-01")), bad, message(worked("y", "2026-08-01")))
    assert [row[1] for row in aside] == [kind]
    assert extras == 2


def test_the_same_bad_message_twice_is_noted_once(tmp_path: Path) -> None:
    bad, _ = BAD["another model"]
    taken(tmp_path, bad)
    aside, _ = taken(tmp_path, bad, bad)
    assert len(aside) == 1


def test_the_reason_never_quotes_a_value(tmp_path: Path) -> None:
    aside, _ = taken(tmp_path, *(bad for bad, _ in BAD.values()))
    assert len(aside) == len(BAD)
    for _, _, reason, _ in aside:
        assert "Hartley" not in reason
        assert "1E+300" not in reason


def test_a_message_that_was_set_aside_is_taken_when_it_comes_again_readable(tmp_path: Path) -> None:
    taken(tmp_path, changed(GOOD, ce_type="submittal.approved.v9"))
    _, extras = taken(tmp_path, changed(GOOD, ce_replay="true"))
    assert extras == 1


def test_events_of_any_topic_come_on_a_topic_of_replays_and_on_no_other(tmp_path: Path) -> None:
    on_it = changed(GOOD, topic="reporting.rebuild", ce_replay="true")
    assert taken(tmp_path / "one", on_it, replay_topics=["reporting.rebuild"])[1] == 1
    assert [row[1] for row in taken(tmp_path / "other", on_it)[0]] == ["misaddressed"]


def test_an_event_that_no_report_needs_is_passed_over(tmp_path: Path) -> None:
    from esrlink.contracts import SubmittalSettled
    from tests.unit.reporting.telling import at

    event = SubmittalSettled(
        vpd="277",
        employee_number="1001",
        submittal_id=ident("a"),
        version=1,
        state="sent",
        occurred_at=at("2026-08-01"),
    )
    given = changed(message(event), topic="reporting.rebuild")
    assert taken(tmp_path, given, replay_topics=["reporting.rebuild"]) == ([], 0)


def test_no_name_note_or_address_of_a_person_is_kept(tmp_path: Path) -> None:
    held = ledger(tmp_path)
    held.take([message(person(email="a.hartley@trust.example", given_name="Ada"))])
    held.let_go()
    content = held.path.read_bytes()
    assert b"277" in content
    for private in (b"Hartley", b"hartley", b"Ada"):
        assert private not in content
