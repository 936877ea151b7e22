"""Whatever the order and grouping in which events arrive, people and links end the same: the newest revision decides."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from esrlink.contracts import ProfileImported
from profile_sync.tables import link, link_candidate, person, person_key

from .conftest import Hub, imported

PROFILES: dict[str, dict[str, Any]] = {
    "clwrota/anaesthetics/ao1": {"employee_number": "20001001"},
    "clwrota/anaesthetics/ao2": {"employee_number": "20001001", "given_name": "Ada"},
    "clwrota/anaesthetics/ao3": {"given_name": "Robert"},
    "medirota/cardiology/x7": {"registration_number": "7012345"},
    "medirota/cardiology/x8": {"employee_number": "20001002", "family_name": "Bell", "given_name": "Robert"},
}

NAMES = st.sampled_from([("Okafor", "Adaeze"), ("Okafor", "Robert"), ("Bell", "Robert"), ("Lindqvist", "Maja")])


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


async def outcome(hub: Hub, batches: list[list[ProfileImported]]) -> dict[str, list[Any]]:
    """What is stored after a clean start, the profiles and these batches of events."""
    async with hub.running.database.write(["277"]) as tx:
        for table in ("link_candidate", "link", "profile_key", "profile", "assignment", "person_key", "person"):
            await tx.execute(text(f"DELETE FROM {table}"))
    for path, body in PROFILES.items():
        await hub.profile(path, **body)
    for batch in batches:
        await hub.people(*batch)
    # When it changed, and how often, and whom it was linked to on the way are history and not the end.
    history = ("link_id", "revision", "changed_at", "review_since", "last_person")
    decided = [c for c in link.columns if c.name not in history]
    async with hub.running.database.read(["277"]) as tx:
        return {
            "people": sorted(map(repr, await tx.all(select(person)))),
            "keys": sorted(map(repr, await tx.all(select(person_key)))),
            "links": sorted(map(repr, await tx.all(select(*decided)))),
            "candidates": sorted(map(repr, await tx.all(select(link_candidate)))),
        }


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_the_end_is_the_same_whatever_the_order_of_arrival(hub: Hub, data: st.DataObject) -> None:
    events = data.draw(histories())
    shuffled = data.draw(st.permutations(events))
    cut = data.draw(st.integers(0, len(events)))
    in_order = await outcome(hub, [[event] for event in events])
    assert await outcome(hub, [batch for batch in (shuffled[:cut], shuffled[cut:]) if batch]) == in_order
