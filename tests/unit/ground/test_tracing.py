"""Traces: one goes on wherever its form allows, and nothing from outside gets further than that."""

from __future__ import annotations

import pytest

from esrlink.observability.tracing import continue_trace, current_traceparent, follow, new_trace, trace_id_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GOOD = f"00-{TRACE}-00f067aa0ba902b7-01"


def test_a_trace_goes_on_in_a_span_of_its_own() -> None:
    mine = continue_trace(GOOD)
    assert current_traceparent() == mine
    assert (trace_id_of(mine), mine != GOOD) == (TRACE, True)


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "rubbish",
        GOOD + "\n",
        GOOD + "-extra",
        GOOD.upper(),
        f"01-{TRACE}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}'; DROP TABLE outbox; --",
        "00-" + "a" * 100_000,
        None,
        7,
        b"00",
    ],
    ids=range(13),
)
def test_what_is_no_traceparent_is_left_aside_and_a_trace_begins(hostile: object) -> None:
    assert trace_id_of(hostile) is None
    mine = follow(hostile)
    assert trace_id_of(mine) not in {None, TRACE}


def test_work_with_a_trace_of_its_own_gives_the_one_before_back() -> None:
    before = continue_trace(GOOD)
    with new_trace() as own:
        assert current_traceparent() == own
        assert trace_id_of(own) != TRACE
    assert current_traceparent() == before
