"""Whatever the order of arrival and however often events come, the tables and every report are the same."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esr_reporting.builds import Build
from esr_reporting.catalogue import TABLES
from esr_reporting.opening import connect
from esr_reporting.output import as_csv
from esr_reporting.report import all_reports
from esrlink.contracts import Event
from tests.unit.reporting.telling import (
    MEMORY,
    ask,
    away,
    came_in,
    kept,
    ledger,
    linked,
    message,
    person,
    plan,
    run_sent,
    settled,
    unlinked,
    unsure,
    withdrawn,
    worked,
)

EVENTS = [
    person(), person(revision=2, as_of="2026-09-01"), person("1002", gone=True),
    linked("p1", "1001"), unlinked("p1", "1001", 2), linked("p1", "1002", 3), unsure("p2"), linked("p2", "1001", 2),
    came_in("a", "2026-08-02"), worked("a", "2026-08-01"), withdrawn("a"), worked("a", "2026-08-01", amount="120", version=2),
    settled("a", "scheduled", version=2), settled("a", "rejected", "2026-09-04", version=2, code="E1"),
    worked("b", "2026-08-01"), settled("b", "sent"), settled("b", "landed", "2026-09-04"),
    away("s", "2026-08-03", None), away("t", "2026-08-03", "2026-08-07", closes="s"),
    plan("x"), plan("x", version=2, state="under_revision"), plan("x", version=2, on="2026-08-09"),
    run_sent(), run_sent("2026-09-03"),
]  # fmt: skip


def content(build: Build) -> str:
    """Every table, row by row, and every report."""
    with connect(build.path, memory=MEMORY) as connection:
        tables = [
            connection.execute(f"SELECT to_json(t)::VARCHAR FROM {table.name} t ORDER BY ALL").fetchall()
            for table in TABLES
        ]
    answers = [as_csv(ask(build, report.name, "2026-01", "2026-12")) for report in all_reports()]
    return json.dumps([tables, answers])


def made_of(events: list[Event], batch: int = 1000) -> str:
    """The content of new tables that took the events in this order."""
    with tempfile.TemporaryDirectory(prefix="esrlink-") as folder:
        return content(kept(Path(folder), events, batch=batch))


@cache
def in_the_order_of_the_list() -> str:
    return made_of(EVENTS)


@pytest.mark.timeout(400)
@settings(max_examples=8, deadline=None)
@given(st.data())
def test_any_order_any_batches_and_any_repetition_give_the_same_tables(data: Any) -> None:
    expected = in_the_order_of_the_list()
    again = data.draw(st.lists(st.sampled_from(EVENTS), max_size=10))
    order = data.draw(st.permutations(EVENTS + again))
    assert made_of(order, batch=data.draw(st.integers(1, 40))) == expected


def test_events_that_were_published_again_have_no_further_effect(tmp_path: Path) -> None:
    build = kept(tmp_path, EVENTS)
    expected = content(build)
    held = ledger(tmp_path)
    taken = held.take([message(event, ce_replay="true") for event in EVENTS])
    held.let_go()
    assert (taken.fresh, taken.repeated) == (0, len(EVENTS))
    assert content(build) == expected


def test_two_events_of_one_rank_end_in_the_same_row_whichever_came_first() -> None:
    one, other = person(leaving_date=None), person(leaving_date="2026-12-31")  # the same revision, as it must never be
    assert made_of([one, other]) == made_of([other, one])
