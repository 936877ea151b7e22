"""Whatever the order and grouping in which events arrive, people and links end the same: the newest revision decides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from esrlink.contracts import ProfileImported
from profile_sync.tables import link, link_candidate, person, person_key
from tests.integration.arrivals import Batches, arrivals, compacted

from .conftest import Hub, imported

PROFILES: dict[str, dict[str, Any]] = {
    "clwrota/anaesthetics/ao1": {"employee_number": "20001001"},
    "clwrota/anaesthetics/ao2": {"employee_number": "20001001", "given_name": "Ada"},
    "clwrota/anaesthetics/ao3": {"given_name": "Robert"},
    "medirota/cardiology/x7": {"registration_number": "7012345"},
    "medirota/cardiology/x8": {"employee_number": "20001002", "family_name": "Bell", "given_name": "Robert"},
}

NAMES = st.sampled_from(
    [("Okafor", "Adaeze"), ("Okafor", "Adaeza"), ("Okafor", "Robert"), ("Bell", "Robert"), ("Lindqvist", "Maja")]
)


@st.composite
def histories(draw: st.DrawFn) -> list[ProfileImported]:
    """Up to four revisions each of two people who trade names and a registration number."""
    events = []
    for number in ("20001001", "20001002"):
        for revision in range(1, draw(st.integers(1, 4)) + 1):
            family, given_name = draw(NAMES)
            gmc = draw(st.sampled_from([None, "7012345"]))
            gone = draw(st.booleans())
            events.append(
                imported(number, revision=revision, family_name=family, given_name=given_name, gmc=gmc, gone=gone)
            )
    return events


async def outcome(hub: Hub, batches: Batches, *, again: Batches = ()) -> dict[str, Any]:  # type: ignore[assignment]
    """What is stored after a clean start, the profiles and these batches of events; all of `again` must change nothing."""
    async with hub.running.database.write(["277"]) as tx:
        for table in (
            "link_candidate",
            "link",
            "profile_key",
            "profile",
            "assignment",
            "person_key",
            "person",
            "outbox",
        ):
            await tx.execute(text(f"DELETE FROM {table}"))
    for path, body in PROFILES.items():
        await hub.profile(path, **body)
    for batch in batches:
        await hub.people(*batch)
    told = await hub.told()
    for batch in again:
        await hub.people(*batch)
    assert await hub.told() == told
    # When it changed, and how often, and whom it was linked to on the way are history and not the end.
    history = ("link_id", "revision", "changed_at", "review_since", "last_person")
    decided = [c for c in link.columns if c.name not in history]
    async with hub.running.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM dead_letter")) == 0
        linked = {
            f"{row.product}/{row.department}/{row.profile_id}": (row.employee_number, row.revision)
            for row in await tx.all(select(link).where(link.c.employee_number.is_not(None)))
        }
        assert linked == as_consumers_see(told)
        return {
            "people": sorted(map(repr, await tx.all(select(person)))),
            "keys": sorted(map(repr, await tx.all(select(person_key)))),
            "links": sorted(map(repr, await tx.all(select(*decided)))),
            "candidates": sorted(map(repr, await tx.all(select(link_candidate)))),
        }


def as_consumers_see(told: list[tuple[str, str, str | None, int]]) -> dict[str, tuple[str | None, int]]:
    """Who holds which profile, by the newest revision over `profile.linked` and `profile.unlinked` and nothing else."""
    newest: dict[str, tuple[str, str | None, int]] = {}
    for topic, path, number, revision in sorted(told, reverse=True):  # in no order that the producer meant
        if topic in {"linked", "unlinked"} and revision > newest.get(path, ("", None, 0))[2]:
            newest[path] = (topic, number, revision)
    return {path: (number, revision) for path, (topic, number, revision) in newest.items() if topic == "linked"}


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_the_end_is_the_same_whatever_the_order_of_arrival(hub: Hub, data: st.DataObject) -> None:
    events = data.draw(histories())
    # A replay, or a dead letter that is tried again, breaks the order within the topic, too.
    arriving = data.draw(arrivals(data.draw(st.permutations(data.draw(compacted(events))))))
    in_order = await outcome(hub, [[event] for event in events])
    assert await outcome(hub, arriving, again=[events]) == in_order


@pytest.mark.parametrize("size", [2, 500])
async def test_a_batch_costs_the_same_whatever_its_size(hub: Hub, size: int) -> None:
    numbers = [f"3{n:07d}" for n in range(size)]
    key = {"product": "clwrota", "department": "anaesthetics"}
    rows = [{**key, "profile_id": f"x{n}", "family_name": "Okafor", "employee_number": n} for n in numbers]
    assert (await hub.post("/v1/profiles:batch", {"profiles": rows})).json()["stored"] == size
    with hub.counted() as seen:
        await hub.people(*(imported(n) for n in numbers))
    assert len(seen) <= 23, seen
    assert sum(topic == "linked" for topic, *_ in await hub.told()) == size
