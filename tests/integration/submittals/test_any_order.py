"""News of people, links, calendars and instructions is of five topics: what is paid to whom is the same in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from esrlink.contracts import (
    Assignment,
    CalendarChanged,
    CutOff,
    Event,
    Outcome,
    PayRun,
    ProfileImported,
    ProfileKey,
    ProfileUnlinked,
)
from tests.integration.arrivals import Batches, arrivals, compacted
from tests.integration.submittals.conftest import REGISTRAR, Rota, calendar, link, person, statements, work

# The first profile, so that each example has its own and none has to be cleared away: what was decided never goes.
_fresh = count(1)
_SETTINGS = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class World:
    """Two people and two profiles of a department, of their own for each example."""

    number: int = field(default_factory=lambda: next(_fresh))

    @property
    def people(self) -> tuple[str, str]:
        return f"4{self.number:06d}1", f"4{self.number:06d}2"

    @property
    def profiles(self) -> tuple[str, str]:
        return f"x{self.number}", f"y{self.number}"


def unlinked(number: str, profile_id: str, revision: int) -> ProfileUnlinked:
    return ProfileUnlinked(
        vpd="277",
        employee_number=number,
        link_id=UUID(int=1),
        revision=revision,
        profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id=profile_id),
        made_by="person",
        reason="number_changed",
        occurred_at=datetime(2026, 8, 1, tzinfo=UTC),
    )


def links(profile_id: str, owners: Sequence[str | None]) -> list[Event]:
    """What profile-sync publishes when a profile is linked to these people in turn (none: to nobody)."""
    events: list[Event] = []
    revision, before = 0, None
    for owner in owners:
        if owner == before:
            continue
        if before is not None:
            revision += 1
            events.append(unlinked(before, profile_id, revision))
        revision += 1  # a link, or the review that follows when there is none
        if owner is not None:
            events.append(link(owner, profile_id, revision=revision))
        before = owner
    return events


@st.composite
def news(draw: st.DrawFn, world: World) -> list[Event]:
    """People who come, go, and change their post; profiles that pass from one to the other."""
    streams: list[list[Event]] = []
    for number in world.people:
        stream: list[Event] = []
        for revision in range(1, draw(st.integers(1, 3)) + 1):
            posts = draw(st.sampled_from(["one", "second", "ended", "none"]))
            stream.append(_pictured(number, revision, posts))
        streams.append(stream)
    for profile_id in world.profiles:
        owners = draw(st.lists(st.sampled_from([*world.people, None]), min_size=1, max_size=4))
        streams.append(links(profile_id, owners))
    streams = [stream for stream in streams if stream]
    events: list[Event] = []
    while streams:
        events.append(streams[draw(st.integers(0, len(streams) - 1))].pop(0))
        streams = [stream for stream in streams if stream]
    return events


def _pictured(number: str, revision: int, posts: str) -> ProfileImported:
    if posts == "none":
        return person(number, revision=revision).model_copy(update={"gone": True, "assignments": ()})
    ends = date(2026, 7, 31) if posts == "ended" else None
    own = Assignment(
        assignment_number=f"{number}-2" if posts == "second" else number,
        effective_from=date(2020, 1, 1),
        effective_to=ends,
        status="Active Assignment",
        primary=True,
        grade="YC72",
    )
    return person(number, revision=revision, assignments=(own,))


def of(world: World, events: Sequence[Event], other: World) -> list[Event]:
    """The same news of another world."""
    swaps = list(zip((*world.people, *world.profiles), (*other.people, *other.profiles), strict=True))
    copies = []
    for event in events:
        said = event.model_dump_json()
        for old, new in swaps:
            said = said.replace(f'"{old}', f'"{new}')
        copies.append(type(event).model_validate_json(said))
    return copies


async def deliver(rota: Rota, arriving: Batches) -> None:
    for batch in arriving:
        await rota.hub.deliver(*batch)
    async with rota.hub.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM dead_letter")) == 0


async def known(rota: Rota, world: World) -> list[Any]:
    """What is kept of the world's people and links, without its own names."""
    rows = []
    async with rota.hub.database.read(["277"]) as tx:
        for n, number in enumerate(world.people):
            for table, columns in (
                ("person", "revision, gone"),
                ("assignment", "replace(assignment_number, employee_number, ''), effective_from, effective_to"),
            ):
                found = await tx.all(
                    text(f"SELECT {columns} FROM {table} WHERE employee_number = :n ORDER BY 1"), {"n": number}
                )
                rows += [(n, table, *row) for row in found]
        for n, profile_id in enumerate(world.profiles):
            found = await tx.all(
                text("SELECT revision, employee_number FROM profile_link WHERE profile_id = :p"), {"p": profile_id}
            )
            rows += [
                (n, row.revision, row.employee_number and world.people.index(row.employee_number)) for row in found
            ]
    return rows


async def paid_to(rota: Rota, world: World, submittal_id: str) -> tuple[int, str] | None:
    """Push a record as far as it goes; gives whom, and on which post, it would be paid. None when it is refused."""
    for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "manager")):
        if (await rota.command(submittal_id, command, by)).status_code != 200:
            return None
    answer = await rota.read(submittal_id)
    number, post = answer["employee_number"], answer["assignment_number"]
    return world.people.index(number), post.removeprefix(number)


@_SETTINGS
@given(data=st.data())
async def test_who_is_paid_is_the_same_whatever_the_order_of_news(rota: Rota, data: st.DataObject) -> None:
    world, other = World(), World()
    events = data.draw(news(world))
    arriving = data.draw(arrivals(data.draw(compacted(events))))
    ends = []
    for one, batches in ((other, [[event] for event in of(world, events, other)]), (world, arriving)):
        profile_id = one.profiles[0]
        submittal_id = (await rota.taken(profile_id, work(profile_id=profile_id)))["submittal_id"]
        await deliver(rota, batches)
        facts = await known(rota, one)
        await deliver(rota, [events] if one is world else [])  # weeks later all of it comes again
        assert await known(rota, one) == facts
        ends.append((facts, await paid_to(rota, one, submittal_id)))
    assert ends[0] == ends[1]


@_SETTINGS
@given(data=st.data())
async def test_one_session_is_paid_to_a_person_once_whatever_the_order_of_news(rota: Rota, data: st.DataObject) -> None:
    world = World()
    ids = [(await rota.taken(profile_id, work(profile_id=profile_id)))["submittal_id"] for profile_id in world.profiles]
    await deliver(rota, data.draw(arrivals(data.draw(news(world)))))
    paid = [found for one in ids if (found := await paid_to(rota, world, one))]
    # Which of the two claims stands depends on which was judged first; that it is one does not.
    assert len({person for person, _ in paid}) == len(paid)


@st.composite
def lives(draw: st.DrawFn) -> list[Outcome]:
    """What the gateway may say of one version, in its order."""
    way = draw(st.sampled_from([[], [Outcome.SCHEDULED], [Outcome.SCHEDULED, Outcome.HELD]]))
    if draw(st.booleans()):
        way = [*way, draw(st.sampled_from([Outcome.SENT, Outcome.UNKNOWN]))]
        answer = draw(st.sampled_from([None, Outcome.ACCEPTED, Outcome.REJECTED]))
        way += [answer] if answer else []
        if answer is not Outcome.REJECTED and draw(st.booleans()):
            way = [*way, draw(st.sampled_from([Outcome.LANDED, Outcome.DIFFERS]))]
    return way


@_SETTINGS
@given(data=st.data())
async def test_what_was_sent_or_moved_ends_the_same_whatever_came_first(rota: Rota, data: st.DataObject) -> None:
    world = World()
    mine, others = world.people
    profile_id = world.profiles[0]
    await deliver(rota, [[person(mine), person(others), link(mine, profile_id)]])
    submittal_id = (await rota.approved(profile_id, work(profile_id=profile_id)))["submittal_id"]
    owners = data.draw(st.lists(st.sampled_from([mine, others, None]), max_size=3))
    moves = links(profile_id, [mine, *owners])[1:]
    way = data.draw(lives())
    facts = [
        rota.fact(submittal_id, outcome, hour=hour).model_copy(update={"employee_number": mine})
        for hour, outcome in enumerate(way)
    ]
    await deliver(rota, data.draw(arrivals([*moves, *facts])))
    told = len(await rota.hub.emitted())
    await deliver(rota, [[*facts, *moves]])
    assert len(await rota.hub.emitted()) == told
    stands = await rota.read(submittal_id)
    withdrawn = [
        one for one in await rota.hub.emitted("submittal.withdrawn") if str(one.event.submittal_id) == submittal_id
    ]
    out = {Outcome.SENT, Outcome.UNKNOWN} & set(way) and Outcome.REJECTED not in way
    owner = owners[-1] if owners else mine
    if out:
        assert stands["state"] == ("landed" if way[-1] is Outcome.DIFFERS else way[-1].value)
    elif owner == others:
        # Rejected by ESR, or returned for its person: the department mends and sends it again either way.
        assert stands["state"] in ({"rejected", "returned"} if Outcome.REJECTED in way else {"returned"})
    elif stands["state"] == "returned":
        assert others in owners  # seen on the way to where it is now; it need not have been
    else:
        assert stands["state"] in {"approved", "scheduled", "rejected"}
    assert len(withdrawn) <= 1
    if stands["state"] == "returned":
        assert len(withdrawn) == 1
    counted = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    async with rota.hub.database.read(["277"]) as tx:
        back = await tx.scalar(
            text("SELECT count(DISTINCT submittal_id) FROM decision WHERE took_back AND submittal_id NOT IN"
                 " (SELECT submittal_id FROM settlement WHERE outcome IN ('sent', 'unknown'))")
        )  # fmt: skip
    assert counted["withdrawn_versions"] == back


async def test_a_withdrawal_that_crossed_the_freeze_is_not_counted_as_one(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.taken("a", work(session="Theatre 9"))
    await rota.pushed_to_approval(submittal_id)
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert (counts["approved_versions"], counts["withdrawn_versions"]) == (2, 1)
    await rota.settle(submittal_id, Outcome.SENT, version=1)
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    # Version 1 went out, so the gateway took nothing of it back; version 2 was stopped before any run had it.
    assert (counts["approved_versions"], counts["withdrawn_versions"]) == (2, 1)


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.LANDED])
async def test_a_version_that_is_not_known_here_was_sent_all_the_same(rota: Rota, outcome: Outcome) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.settle(submittal_id, outcome, version=2)
    stands = await rota.read(submittal_id)
    assert (stands["state"], stands["history"][-1]["kind"]) == (outcome.value, "withdrawn")
    assert "Version 2" in stands["reason"]
    assert (await rota.put("a", work(session="Theatre 9"))).json()["code"] == "already_sent"
    assert [told.event.version for told in await rota.hub.emitted("submittal.withdrawn")] == [1]


async def test_a_fact_of_a_record_that_is_not_known_here_is_kept_and_says_nothing(rota: Rota) -> None:
    told = len(await rota.hub.emitted())
    await deliver(rota, [[rota.fact(str(UUID(int=7)), Outcome.SENT)]])
    assert len(await rota.hub.emitted()) == told
    async with rota.hub.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM settlement")) == 1


async def test_facts_of_two_versions_of_which_one_is_unknown_are_taken(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await deliver(
        rota, [[rota.fact(submittal_id, Outcome.SENT, version=2), rota.fact(submittal_id, Outcome.SENT, version=1)]]
    )
    assert (await rota.read(submittal_id))["state"] == "sent"


@pytest.mark.parametrize("together", [True, False])
async def test_a_version_that_esr_rejected_stands_in_nobodys_way_if_both_facts_come_together(
    rota: Rota, together: bool
) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    await rota.taken("a", work(session="Theatre 9"))
    await rota.pushed_to_approval(submittal_id)
    facts = [rota.fact(submittal_id, outcome, hour=n) for n, outcome in enumerate((Outcome.SENT, Outcome.REJECTED))]
    await deliver(rota, [facts] if together else [[fact] for fact in facts])
    assert (await rota.read(submittal_id))["state"] == ("approved" if together else "withdrawn")
    withdrawn = [told.event.version for told in await rota.hub.emitted("submittal.withdrawn")]
    assert withdrawn == ([1] if together else [1, 2])


def closing(period: int, day: int) -> CutOff:
    return CutOff(
        run=PayRun(period_type="M", run="N", tax_year=27, period=period),
        pay_name=f"Pay {period}",
        cut_off=datetime(2026, 8 + (period - 5), day, 11, tzinfo=UTC),
        pay_date="2026-08-27",
    )


@_SETTINGS
@given(data=st.data())
async def test_the_newest_calendar_counts_whatever_the_order(rota: Rota, data: st.DataObject) -> None:
    first = 2 + 10 * next(_fresh)
    days = st.lists(st.tuples(st.sampled_from([5, 6, 7]), st.integers(10, 28)), unique_by=lambda one: one[0])
    calendars = [
        CalendarChanged(vpd="277", revision=first + n, cut_offs=tuple(closing(*one) for one in sorted(data.draw(days))))
        for n in range(data.draw(st.integers(1, 3)))
    ]
    # A replay breaks the order within a topic, too.
    await deliver(rota, data.draw(arrivals(data.draw(st.permutations(calendars)))))
    answer = (await rota.hub.client.get("/v1/calendar", headers=rota.bearer())).json()
    coming = {(one["run"], datetime.fromisoformat(one["cut_off"])) for one in answer["coming"]}
    assert coming == {(one.run.code, one.cut_off) for one in calendars[-1].cut_offs}


async def test_a_calendar_that_comes_after_the_approvals_changes_none_of_them(rota: Rota) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    told = len(await rota.hub.emitted())
    await rota.hub.deliver(calendar(revision=99))
    assert (await rota.read(submittal_id))["state"] == "approved"
    assert len(await rota.hub.emitted()) == told


@pytest.mark.parametrize("size", [2, 500])
async def test_a_batch_of_each_topic_costs_the_same_whatever_its_size(rota: Rota, size: int) -> None:
    numbers = [f"3{n:07d}" for n in range(size)]
    key = {"product": "clwrota", "department": "anaesthetics"}
    records = [
        {**key, "record_id": f"r{n}", **work(profile_id=f"x{n}", session=f"Room {n}", starts=None, ends=None)}
        for n in numbers
    ]
    put = await rota.hub.client.post("/v1/submittals:batch", json={"records": records}, headers=rota.bearer())
    ids = [result["submittal"]["submittal_id"] for result in put.json()["results"]]
    # All of them wait for their link, and then for their person.
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(link(n, f"x{n}") for n in numbers))
    assert len(seen) <= 24, seen
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(person(n) for n in numbers))
    assert len(seen) <= 24, seen
    for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "manager")):
        commands = [{"submittal_id": one, "command": command, "by": by} for one in ids]
        body = {"commands": commands}
        await rota.hub.client.post("/v1/submittals:batch-commands", json=body, headers=rota.bearer())
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(rota.fact(one, Outcome.SCHEDULED) for one in ids))
    assert len(seen) <= 11, seen
    with statements(rota.hub) as seen:  # every one of them turns out to be another's: all come back from payroll
        await rota.hub.deliver(*(link(REGISTRAR, f"x{n}", revision=5) for n in numbers))
    assert len(seen) <= 20, seen
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert (counts["states"], counts["withdrawn_versions"]) == ({"returned": size}, size)
    with statements(rota.hub) as seen:
        await rota.hub.deliver(*(calendar(revision=n + 2) for n in range(size)))
    assert len(seen) <= 6, seen
