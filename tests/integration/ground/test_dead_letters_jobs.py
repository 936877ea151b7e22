"""Retry all, as a job: resumable, in order for each person, each letter once over any number of replicas and crashes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from esrlink.bus.dead_letters import Letter, LetterFilter, LetterState, find_letter
from esrlink.bus.dead_letters_deciding import WrongState, discard
from esrlink.bus.reasons import ReasonClass
from esrlink.bus.retrying_jobs import Job, JobState, cancel_job, find_job, newest_jobs, request_job, running_jobs
from esrlink.bus.retrying_loop import RetryLoop
from esrlink.db import EVERY_TRUST, Database
from esrlink.errors import Ambiguous, NotFound
from esrlink.ids import new_id

from .conftest import Ground
from .letters import TOPIC, Mendable, changed, letters, message, noted, parked, retrying, steps

ROOT = Path(__file__).parents[3]


async def ask(ground: Ground, wanted: LetterFilter | None = None, vpds: frozenset[str] = frozenset({"277"})) -> Job:
    async with ground.database.write(vpds) as tx:
        return await request_job(tx, wanted or LetterFilter(), "sam")


async def job_of(ground: Ground, job: Job) -> Job:
    async with ground.database.read() as tx:
        return await find_job(tx, job.id, EVERY_TRUST)


def loop(ground: Ground, handler: Mendable, database: Database | None = None) -> RetryLoop:
    found = retrying(ground, handler)
    if database is not None:
        found.database = database
    return RetryLoop(found)


def counts(job: Job) -> tuple[str, int, int, int, int]:
    return job.state.value, job.total, job.applied, job.failed, job.left_out


async def test_a_job_takes_all_letters_into_effect_and_ends(ground: Ground) -> None:
    handler = Mendable()
    await parked(ground, handler, *(message(str(n)) for n in range(15)))
    job = await ask(ground)
    assert counts(job) == ("running", 15, 0, 0, 0)
    handler.mend()
    await loop(ground, handler).work_off()
    ended = await job_of(ground, job)
    assert counts(ended) == ("finished", 15, 15, 0, 0)
    assert ended.finished_at is not None
    assert len(await noted(ground)) == 15
    assert {letter.state for letter in await letters(ground)} == {LetterState.APPLIED}


async def test_each_letter_says_who_asked(ground: Ground) -> None:
    handler = Mendable()
    (letter,) = await parked(ground, handler, message("1"))
    await ask(ground)
    handler.mend()
    await loop(ground, handler).work_off()
    assert (await steps(ground, letter))[-1] == ("applied", "sam", "")


async def test_when_one_of_a_person_fails_the_later_ones_are_left_out_and_keep_their_order(ground: Ground) -> None:
    handler = Mendable()
    await parked(ground, handler, *(message(str(person), revision) for revision in (1, 2, 3) for person in (1, 2)))
    handler.refuses = lambda event: (event.employee_number, event.revision) == ("1", 2)
    job = await ask(ground)
    await loop(ground, handler).work_off()
    assert counts(await job_of(ground, job)) == ("finished", 6, 4, 1, 1)
    assert handler.applied == [("1", 1), ("2", 1), ("2", 2), ("2", 3)]
    handler.mend()
    await ask(ground)
    await loop(ground, handler).work_off()
    assert handler.applied[4:] == [("1", 2), ("1", 3)]


async def test_ambiguous_letters_are_left_out(ground: Ground) -> None:
    handler = Mendable(lambda: Ambiguous("sent, and no receipt came"))
    handler.refuses = lambda event: event.employee_number == "1"
    one = await parked(ground, handler, message("1"), changed(message("2"), ce_id=None))
    assert {letter.reason_class for letter in one} == {ReasonClass.AMBIGUOUS}
    handler.mend()
    job = await ask(ground)
    await loop(ground, handler).work_off()
    assert counts(await job_of(ground, job)) == ("finished", 2, 0, 0, 2)
    assert await noted(ground) == []


async def test_only_letters_of_the_askers_trusts_are_retried(ground: Ground) -> None:
    handler = Mendable()
    await parked(ground, handler, message("1"), message("1", vpd="312"), changed(message("2"), b"{", ce_vpd=None))
    handler.mend()
    job = await ask(ground)
    await loop(ground, handler).work_off()
    assert counts(await job_of(ground, job)) == ("finished", 1, 1, 0, 0)
    assert await noted(ground) == ["277/1:1"]
    everything = await ask(ground, vpds=EVERY_TRUST)
    await loop(ground, handler).work_off()
    assert counts(await job_of(ground, everything)) == ("finished", 2, 1, 1, 0)
    assert await noted(ground) == ["277/1:1", "312/1:1"]


async def test_a_job_is_about_one_topic_or_class_and_the_letters_of_its_moment(ground: Ground) -> None:
    handler = Mendable()
    await parked(ground, handler, message("1"), changed(message("2"), b"{"))
    job = await ask(ground, LetterFilter(topic=TOPIC, reason_class=ReasonClass.REFUSED))
    await parked(ground, handler, message("3"))
    nothing = await ask(ground, LetterFilter(topic="another"))
    handler.mend()
    await loop(ground, handler).work_off()
    assert counts(await job_of(ground, job)) == ("finished", 1, 1, 0, 0)
    assert counts(await job_of(ground, nothing)) == ("finished", 0, 0, 0, 0)
    assert await noted(ground) == ["277/1:1"]


async def test_what_somebody_settles_meanwhile_is_passed_over(ground: Ground) -> None:
    handler = Mendable()
    first, _ = await parked(ground, handler, message("1"), message("2"))
    handler.mend()
    job = await ask(ground)
    async with ground.database.write(["277"]) as tx:
        await discard(tx, first.id, "no use", "kim")
    await loop(ground, handler).work_off()
    assert counts(await job_of(ground, job)) == ("finished", 2, 1, 0, 0)
    assert await noted(ground) == ["277/2:1"]


async def test_a_cancelled_job_stops_where_it_is(ground: Ground) -> None:
    handler = Mendable()
    await parked(ground, handler, *(message(str(n)) for n in range(10)))
    job = await ask(ground)

    class Cancelling(Mendable):
        async def __call__(self, tx, received) -> None:  # type: ignore[no-untyped-def]
            await super().__call__(tx, received)
            if len(self.applied) == 3:
                # Takes the turn after this letter: until then the job's row is held by this transaction.
                task.append(asyncio.create_task(cancel()))

    async def cancel() -> None:
        async with ground.database.write() as tx:
            await cancel_job(tx, job.id, {"277"})

    task: list[asyncio.Task[None]] = []
    handler = Cancelling()
    handler.mend()
    working = loop(ground, handler)
    while await working.batch(job.id):
        pass
    await asyncio.gather(*task)
    await working.work_off()
    ended = await job_of(ground, job)
    assert ended.state is JobState.CANCELLED
    assert ended.applied == len(handler.applied) < 10
    assert len(await letters(ground, LetterFilter(state=LetterState.PARKED))) == 10 - ended.applied
    async with ground.database.write() as tx:
        with pytest.raises(WrongState):
            await cancel_job(tx, job.id, {"277"})


async def test_a_job_of_other_trusts_does_not_exist(ground: Ground) -> None:
    job = await ask(ground)
    both = await ask(ground, vpds=frozenset({"277", "312"}))
    async with ground.database.write() as tx:
        for foreign, vpds in ((job, {"312"}), (both, {"277"})):
            with pytest.raises(NotFound):
                await find_job(tx, foreign.id, vpds)
            with pytest.raises(NotFound):
                await cancel_job(tx, foreign.id, vpds)
        assert [one.id for one in await newest_jobs(tx, {"277"}, 5)] == [job.id]
        assert len(await running_jobs(tx)) == 2
        with pytest.raises(NotFound):
            await find_job(tx, new_id(), EVERY_TRUST)


async def test_two_replicas_work_on_each_letter_once(ground: Ground) -> None:
    handler = Mendable()
    await parked(ground, handler, *(message(str(n)) for n in range(19)))
    handler.mend()
    job = await ask(ground)
    replica = Database(ground.app_url, service="ground", pool_size=5)

    async def until_done(working: RetryLoop) -> None:
        while (await job_of(ground, job)).state is JobState.RUNNING:
            await working.work_off()

    async with asyncio.timeout(30):
        await asyncio.gather(until_done(loop(ground, handler)), until_done(loop(ground, handler, replica)))
    await replica.close()
    assert counts(await job_of(ground, job)) == ("finished", 19, 19, 0, 0)
    assert len(await noted(ground)) == 19
    for letter in await letters(ground):
        assert [step[0] for step in await steps(ground, letter)] == ["parked", "applied"]


async def test_a_passing_fault_is_waited_out_and_counts_as_nothing(ground: Ground) -> None:
    handler = Mendable()
    (letter,) = await parked(ground, handler, message("1"))
    faults = [ConnectionResetError(), ConnectionResetError()]
    handler.error = lambda: faults.pop()
    handler.refuses = lambda _: bool(faults)
    job = await ask(ground)
    task = asyncio.create_task(loop(ground, handler).run())
    async with asyncio.timeout(15):
        while (await job_of(ground, job)).state is JobState.RUNNING:  # noqa: ASYNC110 - the condition is in a database
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert counts(await job_of(ground, job)) == ("finished", 1, 1, 0, 0)
    async with ground.database.read(["277"]) as tx:
        assert (await find_letter(tx, letter.id)).attempts == 2


async def test_a_letter_whose_commit_fails_does_not_hold_the_job(ground: Ground) -> None:
    handler = Mendable()
    await parked(ground, handler, message("1"), message("2"))
    handler.mend()
    # A constraint that is checked at the commit only, as an owner may add one.
    await as_owner(
        ground,
        "CREATE FUNCTION no_first() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN IF NEW.text = '277/1:1' THEN RAISE 'not this one' USING ERRCODE = 'check_violation'; END IF;"
        " RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER no_first AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION no_first()",
    )
    job = await ask(ground)
    await loop(ground, handler).work_off()
    assert counts(await job_of(ground, job)) == ("finished", 2, 1, 1, 0)
    assert await noted(ground) == ["277/2:1"]


async def as_owner(ground: Ground, *statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(ground.owner_url, autocommit=True) as owner:
        for statement in statements:
            await owner.execute(statement)


_WORKER = """
import asyncio, sys
from esrlink.bus.retrying_loop import RetryLoop
from esrlink.db import Database
from tests.integration.ground.letters import Mendable
from tests.integration.ground.conftest import Ground
from tests.integration.ground.letters import retrying

async def main():
    database = Database(sys.argv[1], service="ground", pool_size=3)
    handler = Mendable()
    handler.mend()
    await RetryLoop(retrying(Ground(database, "", ""), handler)).work_off()
    await database.close()

asyncio.run(main())
"""


async def worker(ground: Ground, crash_at: str | None = None) -> int:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} | ({"ESRLINK_CRASH_AT": crash_at} if crash_at else {})
    started = await asyncio.create_subprocess_exec(sys.executable, "-c", _WORKER, ground.app_url, env=environment)
    return await asyncio.wait_for(started.wait(), 60)


@pytest.mark.parametrize("place", ["retry_all.before_commit", "retry_all.after_commit"])
async def test_a_job_whose_process_is_killed_is_finished_once_by_the_next(ground: Ground, place: str) -> None:
    await parked(ground, Mendable(), *(message(str(n % 3), n) for n in range(1, 13)))
    job = await ask(ground)
    assert await worker(ground, f"{place}:5") == -signal.SIGKILL
    killed = await job_of(ground, job)
    assert killed.state is JobState.RUNNING
    assert killed.applied == (5 if place.endswith("after_commit") else 4)
    assert await worker(ground) == 0
    assert counts(await job_of(ground, job)) == ("finished", 12, 12, 0, 0)
    found: list[Letter] = await letters(ground)
    for letter in found:
        assert [step[0] for step in await steps(ground, letter)] == ["parked", "applied"]
    async with ground.database.read(["277"]) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM note")) == 12
