"""A cohort that is being applied survives kills and replicas: every row is done once, and told once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from .cohort_site import CHANGEOVER, Cohorts, doctor, post
from .conftest import Hub

_ROOT = Path(__file__).parents[3]
_WORKER = """
import asyncio, sys
from esrlink.clock import SystemClock
from esrlink.db import Database
from esrlink.ids import new_id
from profile_sync.cohorts.applying import Applying

async def main():
    database = Database(sys.argv[1], service="profile-sync", pool_size=2)
    await Applying(database, SystemClock(), new_id, block=4).work()
    await database.close()

asyncio.run(main())
"""
_NAMES = (
    *("Abreu", "Byrne", "Costa", "Dlamini", "Eriksen", "Fontaine"),
    *("Grabowski", "Hakimi", "Ilves", "Jovanovic", "Kowalczyk", "Lindqvist"),
)
NAMES = {str(20002000 + n): name for n, name in enumerate(_NAMES)}
PEOPLE = list(NAMES)


@pytest.fixture
async def twelve(hub: Hub) -> Cohorts:
    """Twelve join; four have a profile that is very alike."""
    await hub.people(*(doctor(one, name[::-1], name, post(one, CHANGEOVER)) for one, name in NAMES.items()))
    rows = [
        {"product": "clwrota", "department": "anaesthetics", "profile_id": f"p{one}", "given_name": NAMES[one][::-1]}
        | {"family_name": NAMES[one], "email": f"{NAMES[one][::-1]}.{NAMES[one]}@example.nhs.uk".lower()}
        for one in PEOPLE[::3]
    ]
    assert (await hub.post("/v1/profiles:batch", {"profiles": rows})).json()["refused"] == 0
    cohorts = Cohorts(hub)
    assert (await cohorts.plan()).status_code == 201
    return cohorts


async def worker(cohorts: Cohorts, crash_at: str | None = None) -> int:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)} | ({"ESRLINK_CRASH_AT": crash_at} if crash_at else {})
    url = cohorts.hub.running.settings.database_url.get_secret_value()
    started = await asyncio.create_subprocess_exec(sys.executable, "-c", _WORKER, url, env=environment)
    return await asyncio.wait_for(started.wait(), 60)


@pytest.mark.parametrize(("place", "done"), [("transaction.before_commit:2", 4), ("cohort.block_done:2", 8)])
async def test_a_kill_leaves_whole_blocks_and_the_next_process_does_the_rest_once(
    twelve: Cohorts, place: str, done: int
) -> None:
    await twelve.act("apply")
    assert await worker(twelve, place) == -signal.SIGKILL
    read = await twelve.read()
    assert (read["state"], read["figures"]["outcomes"]["done"]) == ("applying", done)
    assert len(await twelve.onboarded()) == done
    await twelve.applying().work()
    assert (await twelve.read())["state"] == "applied"
    assert sorted(one[0] for one in await twelve.onboarded()) == PEOPLE
    assert len(await twelve.hub.running.emitted("profile.linked")) == 4


async def test_a_kill_while_undoing_withdraws_every_row_once(twelve: Cohorts) -> None:
    await twelve.finish("apply")
    await twelve.act("undo")
    assert await worker(twelve, "cohort.block_done:2") == -signal.SIGKILL
    await twelve.applying().work()
    told = await twelve.onboarded()
    assert sorted(one[0] for one in told if one[3]) == PEOPLE
    assert len(await twelve.hub.running.emitted("profile.unlinked")) == 4


async def test_replicas_at_the_same_time_do_no_row_twice(twelve: Cohorts) -> None:
    await twelve.act("apply")
    await asyncio.gather(*(twelve.applying(block=1).work() for _ in range(4)))
    await twelve.applying().work()
    assert sorted(one[0] for one in await twelve.onboarded()) == PEOPLE
    assert set((await twelve.outcomes()).values()) == {"done"}
