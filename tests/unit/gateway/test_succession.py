"""Which file may be taken next."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esr_gateway.from_esr.go_frame import GoFrame, GoName
from esr_gateway.from_esr.succession import Position, after, decide, missing_numbers


def at(day: int) -> datetime:
    return datetime(2026, 8, day, tzinfo=UTC)


def changes(sequence: int, before: int, until: int) -> GoFrame:
    return GoFrame(GoName("n", "277", "changes", "", sequence), at(until), at(before), at(until), 2)


def snapshot(until: int) -> GoFrame:
    return GoFrame(GoName("n", "277", "snapshot", "", 1), at(until), at(until - 1), at(until), 2)


KNOWN = Position(1945, reached=at(4), snapshot_reached=at(3))


@pytest.mark.parametrize(
    ("position", "frame", "verdict", "code"),
    [
        pytest.param(Position(), snapshot(3), "take", "", id="the first snapshot"),
        pytest.param(Position(), changes(1945, 3, 4), "wait", "no_snapshot", id="changes before any snapshot"),
        pytest.param(
            Position(None, at(3), at(3)), changes(1945, 3, 4), "take", "", id="changes that meet the snapshot"
        ),
        pytest.param(
            Position(None, at(3), at(3)), changes(1945, 4, 5), "wait", "gap", id="changes that do not meet it"
        ),
        pytest.param(KNOWN, changes(1946, 4, 5), "take", "", id="the next number"),
        pytest.param(KNOWN, changes(1947, 4, 5), "wait", "gap", id="a number is missing, though the times meet"),
        pytest.param(KNOWN, changes(1944, 3, 5), "refuse", "sequence_repeated", id="a used number over known times"),
        pytest.param(KNOWN, changes(1, 4, 5), "take", "sequence_restarted", id="numbers start anew where times meet"),
        pytest.param(KNOWN, changes(1945, 4, 5), "take", "sequence_restarted", id="the last number once more, later"),
        pytest.param(KNOWN, changes(1, 5, 6), "wait", "gap", id="numbers start anew and something is missing"),
        pytest.param(
            Position(1945, at(6), at(6)), changes(1, 5, 7), "take", "sequence_restarted", id="anew after a snapshot"
        ),
        pytest.param(KNOWN, changes(1946, 2, 3), "covered", "covered", id="nothing new in it"),
        pytest.param(KNOWN, snapshot(3), "refuse", "older_than_known", id="a snapshot of the past"),
        pytest.param(KNOWN, snapshot(4), "take", "", id="a snapshot of now"),
        pytest.param(Position(1945, at(6), at(6)), changes(1948, 6, 7), "take", "", id="a snapshot closed the gap"),
    ],
)
def test_the_next_file(position: Position, frame: GoFrame, verdict: str, code: str) -> None:
    decision = decide(position, frame)
    assert (decision.verdict, decision.code) == (verdict, code)
    assert bool(decision.reason) == bool(code)


def test_a_position_never_goes_back() -> None:
    assert after(KNOWN, changes(1940, 1, 2)) == KNOWN
    assert after(KNOWN, changes(1946, 4, 5)) == Position(1946, at(5), at(3))
    assert after(KNOWN, snapshot(6)) == Position(1945, at(6), at(6))


def test_numbers_that_started_anew_count_on_from_there() -> None:
    anew = after(KNOWN, changes(1, 4, 5))
    assert anew == Position(1, at(5), at(3))
    assert decide(anew, changes(2, 5, 6)).verdict == "take"
    assert decide(anew, changes(3, 6, 7)).code == "gap"


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        ([1947], "1946"),
        ([1949], "1946 to 1948"),
        ([1950, 1947, 1948], "1946, 1949"),
        ([1947, 1947], "1946"),
        ([1946], ""),
        ([3], ""),
    ],
)
def test_the_missing_numbers_are_named(waiting: list[int], words: str) -> None:
    assert missing_numbers(KNOWN, waiting) == words
    assert missing_numbers(Position(), waiting) == ""
