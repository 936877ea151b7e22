"""What a person can do with a dead letter: find it, retry it, edit it, discard it and take that back. Each is remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select, text

from esrlink.bus.dead_letters import (
    Letter,
    LetterFilter,
    LetterState,
    count_waiting,
    earlier_of_the_same,
    find_letter,
    find_letters,
)
from esrlink.bus.dead_letters_content import EditRefused, content_of
from esrlink.bus.dead_letters_deciding import WrongState, discard, edit, look_inside, reopen
from esrlink.bus.reasons import ReasonClass
from esrlink.contracts import REGISTRY, ProfileImported, Received
from esrlink.db import EVERY_TRUST, WriteTx, inbox, outbox
from esrlink.errors import Invalid, NotFound, Unavailable

from .conftest import Ground
from .letters import TOPIC, Mendable, changed, deliver, letters, message, noted, parked, retrying, steps
from .test_relay import imported


async def test_a_retry_that_succeeds_is_the_effect_and_the_letters_state_in_one(ground: Ground) -> None:
    handler = Mendable()
    (letter,) = await parked(ground, handler, message("1"))
    handler.mend()
    done = await retrying(ground, handler).retry(letter, "sam")
    assert (done.failure, done.letter.state, done.letter.attempts) == (None, LetterState.APPLIED, 2)
    assert done.letter.settled_at is not None
    assert await noted(ground) == ["277/1:1"]
    assert await steps(ground, letter) == [("parked", "ground", "no such post"), ("applied", "sam", "")]


async def test_a_retry_that_fails_says_why_and_leaves_the_letter_parked(ground: Ground) -> None:
    handler = Mendable()
    (letter,) = await parked(ground, handler, message("1"))
    handler.error = lambda: ValueError("Dr Invented Person")
    done = await retrying(ground, handler).retry(letter, "sam")
    assert done.failure is not None
    assert (done.failure.reason_class, done.failure.text) == (ReasonClass.DEFECT, "ValueError")
    assert (done.letter.state, done.letter.attempts, done.letter.reason) == (LetterState.PARKED, 2, "ValueError")
    assert (await steps(ground, letter))[-1] == ("retry failed", "sam", "ValueError")
    assert await noted(ground) == []  # what the handler wrote before it failed is gone


async def test_events_that_a_failing_handler_emitted_are_not_published(ground: Ground) -> None:
    class Emitting(Mendable):
        async def __call__(self, tx: WriteTx, received: Sequence[Received[Any]]) -> None:
            tx.emit(imported("9", 1))
            await super().__call__(tx, received)

    handler = Emitting()
    (letter,) = await parked(ground, handler, message("1"))

    async def emitted() -> int:
        async with ground.database.read() as tx:
            return int(await tx.scalar(select(func.count()).where(outbox.c.topic == TOPIC)))

    await retrying(ground, handler).retry(letter, "sam")
    assert await emitted() == 0
    handler.mend()
    await retrying(ground, handler).retry(letter, "sam")
    assert await emitted() == 1


async def test_a_passing_fault_changes_nothing_and_is_told_as_one(ground: Ground) -> None:
    handler = Mendable(lambda: Invalid("no"))
    (letter,) = await parked(ground, handler, message("1"))
    handler.error = lambda: ConnectionResetError()
    with pytest.raises(Unavailable):
        await retrying(ground, handler).retry(letter, "sam")
    assert await letters(ground) == [letter]


async def test_a_letter_that_is_settled_is_not_retried(ground: Ground) -> None:
    handler = Mendable()
    first, second = await parked(ground, handler, message("1"), message("2"))
    handler.mend()
    await retrying(ground, handler).retry(first, "sam")
    async with ground.database.write(["277"]) as tx:
        await discard(tx, second.id, "asked the department to send it again", "sam")
    for letter in (first, second):
        with pytest.raises(WrongState):
            await retrying(ground, handler).retry(letter, "sam")
    assert await noted(ground) == ["277/1:1"]


async def test_a_newer_build_takes_what_an_older_one_could_not_read(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = changed(message("1"), ce_type=f"{TOPIC}.v2")
    handler = Mendable()
    handler.mend()
    (letter,) = await parked(ground, handler, sent)
    assert letter.reason_class is ReasonClass.UNKNOWN_VERSION
    monkeypatch.setitem(REGISTRY, f"{TOPIC}.v2", ProfileImported)
    assert (await retrying(ground, handler).retry(letter, "sam")).failure is None
    assert await noted(ground) == ["277/1:1"]


async def test_of_two_letters_of_one_event_the_second_takes_no_effect_again(ground: Ground) -> None:
    """An event that cannot be read is parked, and its replay as well; then a build that can read it comes."""
    handler = Mendable()
    handler.mend()
    sent = message("1")
    broken = changed(sent, b"{")
    one, other = await parked(ground, handler, broken, changed(broken, ce_replay="true"))
    for letter in (one, other):
        async with ground.database.write(["277"]) as tx:
            await edit(tx, letter.id, sent.value.decode(), "sam")
        assert (await retrying(ground, handler).retry(letter, "sam")).letter.state is LetterState.APPLIED
    assert handler.applied == [("1", 1)]
    assert (await steps(ground, other))[-1] == ("applied", "sam", "the event was in effect already")


async def test_a_letter_whose_event_came_again_in_good_shape_takes_no_effect_twice(ground: Ground) -> None:
    """Parked by an older replica as unknown; then replayed, and a newer one took it into effect."""
    handler = Mendable()
    handler.mend()
    sent = message("1")
    (letter,) = await parked(ground, handler, changed(sent, b"{"))
    await deliver(ground, handler, sent)
    async with ground.database.write(["277"]) as tx:
        await edit(tx, letter.id, sent.value.decode(), "sam")
    done = await retrying(ground, handler).retry(letter, "sam")
    assert done.letter.state is LetterState.APPLIED
    assert handler.applied == [("1", 1)]
    assert await noted(ground) == ["277/1:1"]


async def test_an_applied_letter_is_known_when_the_bus_delivers_its_event(ground: Ground) -> None:
    handler = Mendable()
    handler.mend()
    sent = message("1")
    (letter,) = await parked(ground, handler, changed(sent, b"{"))
    async with ground.database.write(["277"]) as tx:
        await edit(tx, letter.id, sent.value.decode(), "sam")
    await retrying(ground, handler).retry(letter, "sam")
    await deliver(ground, handler, sent)
    assert handler.applied == [("1", 1)]


async def test_an_edit_is_kept_beside_the_original_with_who_made_it(ground: Ground) -> None:
    handler = Mendable()
    handler.refuses = lambda event: event.revision == 1
    sent = message("1")
    (letter,) = await parked(ground, handler, sent)
    better = {**json.loads(sent.value), "revision": 2}
    async with ground.database.write(["277"]) as tx:
        await edit(tx, letter.id, json.dumps(better), "sam")
    assert (await retrying(ground, handler).retry(letter, "sam")).failure is None
    assert await noted(ground) == ["277/1:2"]
    async with ground.database.read(["277"]) as tx:
        content = await content_of(tx, letter.id)
    assert content.message.value == sent.value
    assert json.loads(content.edited or "") == better
    assert [(action, by) for action, by, _ in await steps(ground, letter)][1:] == [
        ("edited", "sam"),
        ("applied", "sam"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vpd": "312"}, "value.vpd"),
        ({"employee_number": "2"}, "value"),
        ({"revision": "many"}, "value.revision"),
        ({"person_id": None}, "value.person_id"),
    ],
    ids=["another trust", "another person", "no number", "nothing"],
)
@pytest.mark.parametrize("original", ["whole", "broken"])
async def test_an_edit_that_is_wrong_names_the_field_and_keeps_nothing(
    ground: Ground, change: dict[str, Any], field: str, original: str
) -> None:
    sent = message("1")
    (letter,) = await parked(ground, Mendable(), sent if original == "whole" else changed(sent, b"{"))
    with pytest.raises(EditRefused) as refused:
        async with ground.database.write(["277"]) as tx:
            await edit(tx, letter.id, json.dumps({**json.loads(sent.value), **change}), "sam")
    assert field in {refused.value.field, *(problem.field for problem in refused.value.problems)}
    assert await letters(ground) == [letter]
    assert len(await steps(ground, letter)) == 1


@pytest.mark.parametrize(
    "value", ["", "{", "null", "[]", '"x"', "\x00", '{"vpd": "\\ud800"}', "9" * 5_000], ids=range(8)
)
async def test_an_edit_that_is_no_event_is_refused(ground: Ground, value: str) -> None:
    (letter,) = await parked(ground, Mendable(), message("1"))
    with pytest.raises(EditRefused):
        async with ground.database.write(["277"]) as tx:
            await edit(tx, letter.id, value, "sam")


async def test_a_letter_without_an_envelope_can_be_edited_by_the_command_line_alone(ground: Ground) -> None:
    """It does not say whose it is; the edit does, and from then on it is that trust's."""
    handler = Mendable()
    handler.mend()
    sent = message("1")
    (letter,) = await parked(ground, handler, changed(sent, b"{", **dict.fromkeys(sent.headers)))
    assert letter.vpd is None
    async with ground.database.write(EVERY_TRUST) as tx:
        with pytest.raises(EditRefused):
            await edit(tx, letter.id, sent.value.decode(), "sam", event_type="profile.linked.v1")
        await edit(tx, letter.id, sent.value.decode(), "sam", event_type=f"{TOPIC}.v1")
    done = await retrying(ground, handler).retry(letter, "sam")
    assert (done.failure, done.letter.vpd) == (None, "277")
    assert await noted(ground) == ["277/1:1"]
    async with ground.database.read() as tx:
        assert await tx.scalar(select(inbox.c.event_id)) == letter.id


async def test_a_discarded_letter_can_be_reopened_and_then_retried(ground: Ground) -> None:
    handler = Mendable()
    (letter,) = await parked(ground, handler, message("1"))
    async with ground.database.write(["277"]) as tx:
        await discard(tx, letter.id, "  asked the\ndepartment ", "sam")
        with pytest.raises(WrongState):
            await discard(tx, letter.id, "again", "sam")
    async with ground.database.write(["277"]) as tx:
        await reopen(tx, letter.id, "kim")
        with pytest.raises(WrongState):
            await reopen(tx, letter.id, "kim")
    handler.mend()
    assert (await retrying(ground, handler).retry(letter, "kim")).failure is None
    assert [step[:2] for step in await steps(ground, letter)] == [
        ("parked", "ground"),
        ("discarded", "sam"),
        ("reopened", "kim"),
        ("applied", "kim"),
    ]
    assert (await steps(ground, letter))[1][2] == "asked the department"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b", "\ud800"], ids=range(5))
async def test_a_discard_needs_a_reason(ground: Ground, reason: str) -> None:
    (letter,) = await parked(ground, Mendable(), message("1"))
    async with ground.database.write(["277"]) as tx:
        with pytest.raises(Invalid):
            await discard(tx, letter.id, reason, "sam")


async def test_every_look_inside_is_remembered(ground: Ground) -> None:
    (letter,) = await parked(ground, Mendable(), message("1"))
    for _ in range(2):
        async with ground.database.write(["277"]) as tx:
            await look_inside(tx, letter.id, "sam")
    assert [step[:2] for step in await steps(ground, letter)][1:] == [("looked at", "sam")] * 2


async def test_letters_are_found_by_state_topic_class_and_words(ground: Ground) -> None:
    handler = Mendable()
    first, _, third = await parked(ground, handler, message("1"), message("2"), changed(message("3"), b"{"))
    async with ground.database.write(["277"]) as tx:
        await discard(tx, first.id, "no use", "sam")
    wanted = {
        LetterFilter(state=LetterState.DISCARDED): 1,
        LetterFilter(state=LetterState.PARKED): 2,
        LetterFilter(topic=TOPIC): 3,
        LetterFilter(topic="another"): 0,
        LetterFilter(reason_class=ReasonClass.UNREADABLE): 1,
        LetterFilter(words="SUCH post"): 2,
        LetterFilter(words="100%_"): 0,
    }
    assert {one: len(await letters(ground, one)) for one in wanted} == wanted
    async with ground.database.read(["277"]) as tx:
        counts = await count_waiting(tx)
    assert [(one.reason_class, one.count) for one in counts] == [("refused", 1), ("unreadable", 1)]
    assert counts[1].oldest == third.parked_at


async def test_pages_of_letters_hold_each_letter_once_newest_first(ground: Ground) -> None:
    everything = await parked(ground, Mendable(), *(message(str(n)) for n in range(15)))
    got: list[Letter] = []
    cursor = None
    async with ground.database.read(["277"]) as tx:
        while True:
            page, cursor = await find_letters(tx, LetterFilter(), cursor=cursor, limit=4)
            got += page
            if cursor is None:
                break
    assert got == everything[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "é", "W10=", "bnVsbA==", "WyIyMDI2LTAxLTAxIiwgIngiXQ=="], ids=range(6))
async def test_a_cursor_that_is_not_ours_is_refused(ground: Ground, cursor: str) -> None:
    async with ground.database.read(["277"]) as tx:
        with pytest.raises(Invalid):
            await find_letters(tx, LetterFilter(), cursor=cursor)


async def test_another_trusts_letter_does_not_exist(ground: Ground) -> None:
    (letter,) = await parked(ground, Mendable(), message("1"))
    async with ground.database.write(["312"]) as tx:
        for touch in (
            find_letter(tx, letter.id),
            look_inside(tx, letter.id, "kim"),
            discard(tx, letter.id, "no use", "kim"),
            reopen(tx, letter.id, "kim"),
            edit(tx, letter.id, "{}", "kim"),
        ):
            with pytest.raises(NotFound):
                await touch
    assert await letters(ground) == [letter]


async def test_an_earlier_letter_about_the_same_person_is_named(ground: Ground) -> None:
    first, other, second = await parked(ground, Mendable(), message("1", 1), message("2", 1), message("1", 2))
    async with ground.database.read(["277"]) as tx:
        found = [await earlier_of_the_same(tx, letter.id) for letter in (first, other, second)]
    assert found == [None, None, first.id]


async def test_a_handler_cannot_reach_another_trust_in_a_retry(ground: Ground) -> None:
    async def meddle(tx: WriteTx, _: Sequence[Received[Any]]) -> None:
        await tx.execute(text("INSERT INTO note (vpd, id, text) VALUES ('312', 'x', 'meddled')"))

    (letter,) = await parked(ground, Mendable(), message("1"))
    done = await retrying(ground, meddle).retry(letter, "sam")
    assert done.failure is not None
    assert await noted(ground) == []
