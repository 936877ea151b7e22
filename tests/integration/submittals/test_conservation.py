"""Conservation over two replicas: whatever is put, edited, withdrawn, approved, frozen and corrected at the same time, each
approved version ends in one file or none, and both sides count the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from esrlink import audit
from esrlink.contracts import Event, Outcome, RecordSettled, SubmittalApproved, SubmittalWithdrawn
from esrlink.db import Database
from esrlink.runtime import Parts
from submittals.bootstrap import service as definition
from tests.integration.submittals.conftest import CONSULTANT, Rota, work

_example = count(1)
Version = tuple[UUID, int]
HERE = "clwrota/anaesthetics"


@dataclass
class Payroll:
    """A small gateway: it takes in the real events and freezes runs by the gateway's rules; ESR's word comes later."""

    rota: Rota
    waiting: dict[Version, SubmittalApproved] = field(default_factory=dict)
    withdrawn: set[Version] = field(default_factory=set)
    lines: list[SubmittalApproved] = field(default_factory=list)
    rejected: set[Version] = field(default_factory=set)
    facts: list[RecordSettled] = field(default_factory=list)
    _seen: set[tuple[str, Version]] = field(default_factory=set)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def freeze(self) -> None:
        async with self._one_at_a_time:
            await self._take()
            for version, one in sorted(self.waiting.items(), key=lambda item: not item[1].reversal):
                if self._goes(one):
                    del self.waiting[version]
                    self.lines.append(one)
                    self.facts.append(self._fact(one, Outcome.SENT))

    async def _take(self) -> None:
        for told in await self.rota.hub.emitted():
            event = told.event
            if not isinstance(event, SubmittalApproved | SubmittalWithdrawn):
                continue
            version = event.submittal_id, event.version
            if (event.TOPIC, version) in self._seen:
                continue
            self._seen.add((event.TOPIC, version))
            if isinstance(event, SubmittalApproved):
                self.waiting[version] = event
            elif version in self.waiting:
                del self.waiting[version]
                self.withdrawn.add(version)

    def _goes(self, one: SubmittalApproved) -> bool:
        if self.live(one.submittal_id):
            return False  # another version of it is out
        if one.corrects is None:
            return True
        taken_back = any(line.reversal and line.corrects == one.corrects for line in self.in_files())
        return not taken_back and self.live(one.corrects) if one.reversal else taken_back

    def in_files(self) -> Iterator[SubmittalApproved]:
        return (line for line in self.lines if (line.submittal_id, line.version) not in self.rejected)

    def live(self, submittal_id: UUID) -> bool:
        return any(line.submittal_id == submittal_id for line in self.in_files())

    def reject(self, number: int) -> None:
        """ESR refuses a line, unless something in a file stands on it."""
        known = list(self.in_files())
        if not known:
            return
        line = known[number % len(known)]
        if any(one.corrects in {line.submittal_id, line.corrects} - {None} for one in known if one is not line):
            return
        self.rejected.add((line.submittal_id, line.version))
        self.facts.append(self._fact(line, Outcome.REJECTED))

    def _fact(self, line: SubmittalApproved, outcome: Outcome) -> RecordSettled:
        hour = 12 if outcome is Outcome.SENT else 13
        return self.rota.fact(str(line.submittal_id), outcome, version=line.version, hour=hour, reason="Because.")


@dataclass
class World:
    """What the operations of one example know: two replicas, payroll, and the records so far."""

    replicas: list[Rota]
    payroll: Payroll
    example: int = field(default_factory=lambda: next(_example))
    ids: dict[int, str] = field(default_factory=dict)
    reversals: list[str] = field(default_factory=list)

    async def act(self, kind: str, which: int, variant: int) -> None:
        rota = self.replicas[variant % 2]
        name = f"e{self.example}-{which}"
        match kind:
            case "put":
                record = work(session=name, starts=None, ends=None, note=f"Variant {variant}.")
                answer = await rota.put(name, record)
                if answer.status_code == 200:
                    self.ids[which] = answer.json()["submittal_id"]
            case "withdraw":
                body = {"by": "admin", "reason": "Cancelled."}
                await self._post(rota, f"submittals/{HERE}/{name}/withdraw", body)
            case "freeze":
                await self.payroll.freeze()
            case "facts":
                facts, self.payroll.facts = self.payroll.facts, []
                await deliver(rota, facts)
            case "reject":
                self.payroll.reject(which)
            case "undo":
                for reversal in self.reversals[-1:]:
                    await rota.command(reversal, "withdraw", "officer5", reason="It was right.")
            case _ if which in self.ids:
                await self._act_on(kind, rota, self.ids[which])

    async def _act_on(self, kind: str, rota: Rota, submittal_id: str) -> None:
        match kind:
            case "push":
                for command, by in (("enrich", "admin"), ("validate", "lead"), ("approve", "manager")):
                    await rota.command(submittal_id, command, by)
            case "return":
                await rota.command(submittal_id, "return", "lead", reason="Look again.")
            case "resubmit":
                await rota.command(submittal_id, "resubmit", "admin", fields={"note": f"Mended {uuid4().hex}."})
            case "split":
                body: dict[str, Any] = {"by": "admin", "parts": [{"units": "0.5"}, {"units": "0.5"}]}
                await self._post(rota, f"submittals/{submittal_id}/split", body)
            case "correct":
                proposal = {"by": "officer4", "reason": "Two.", "fields": {"units": "2"}, "note": "Two lists."}
                one = await self._post(rota, f"submittals/{submittal_id}/corrections", proposal)
                if one.status_code == 200:
                    path = f"corrections/{one.json()['correction_id']}/second"
                    done = (await self._post(rota, path, {"by": "officer5"})).json()
                    if done.get("reversal"):
                        self.reversals.append(done["reversal"]["submittal_id"])

    async def _post(self, rota: Rota, path: str, body: dict[str, Any]) -> httpx.Response:
        answer = await rota.hub.client.post(f"/v1/{path}", json=body, headers=rota.bearer())
        assert answer.status_code < 500, answer.text
        return answer


async def deliver(rota: Rota, facts: list[RecordSettled]) -> None:
    events: list[Event] = list(facts)
    if events:
        await rota.hub.deliver(*events)


@pytest.fixture
async def replicas(rota: Rota) -> Any:
    """Two replicas of the service on one database."""
    hub = rota.hub
    database = Database(
        hub.settings.database_url.get_secret_value(), service="submittals", clock=hub.clock, pool_size=5
    )
    other = definition.build(hub.settings, Parts(database, hub.issuer.authenticator(hub.settings), hub.clock))
    transport = httpx.ASGITransport(other.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        yield [rota, Rota(replace(hub, service=other, database=database, client=client))]
    await database.close()


KINDS = ("put", "put", "push", "push", "withdraw", "return", "resubmit", "freeze", "freeze", "facts", "facts")
MORE = ("reject", "correct", "correct", "undo", "split")
operations = st.tuples(st.sampled_from(KINDS + MORE), st.integers(0, 2), st.integers(0, 5))
rounds = st.lists(st.lists(operations, min_size=1, max_size=4), min_size=2, max_size=6)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happening=rounds)
async def test_what_was_created_and_not_withdrawn_is_in_one_file_or_waits(
    replicas: list[Rota], happening: list[list[tuple[str, int, int]]]
) -> None:
    payroll = _payroll_of(replicas[0])
    world = World(replicas, payroll)
    # So that each example has something in a file, and something to correct.
    for opening in (("put", 0, 0), ("push", 0, 1), ("freeze", 0, 0), ("facts", 0, 0)):
        await world.act(*opening)
    for together in happening:
        await asyncio.gather(*(world.act(*one) for one in together))
    for _ in range(2):
        await payroll.freeze()
        await world.act("facts", 0, 0)
    await _balanced(replicas[1], payroll)


_payrolls: dict[int, Payroll] = {}


def _payroll_of(rota: Rota) -> Payroll:
    """One payroll for all examples of a run: they share a trust."""
    return _payrolls.setdefault(id(rota.hub), Payroll(rota))


async def _balanced(rota: Rota, payroll: Payroll) -> None:
    counts = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    approved, withdrawn = counts["approved_versions"], counts["withdrawn_versions"]
    assert approved - withdrawn == len(payroll.lines) + len(payroll.waiting)
    assert withdrawn == len(payroll.withdrawn)
    versions = [(line.submittal_id, line.version) for line in payroll.lines]
    assert len(versions) == len(set(versions)), "a version is in two files"
    live = [line.submittal_id for line in payroll.in_files()]
    assert len(live) == len(set(live)), "two versions of a record are paid"
    listed = (await rota.hub.client.get("/v1/submittals?limit=500", headers=rota.bearer())).json()["submittals"]
    assert len(listed) < 500
    by_state: dict[str, set[UUID]] = {}
    for one in listed:
        by_state.setdefault(one["state"], set()).add(UUID(one["submittal_id"]))
    assert by_state.get("sent", set()) == set(live)
    # Created - withdrawn = in files + waiting: nothing is in neither, and nothing that was withdrawn is in a file.
    waiting = sum(len(ids) for state, ids in by_state.items() if state not in {"sent", "withdrawn"})
    assert len(listed) - len(by_state.get("withdrawn", ())) == len(set(live)) + waiting
    assert {key for key, _ in payroll.waiting} <= by_state.get("approved", set())
    _paid_once(payroll)
    async with rota.hub.database.read([rota.vpd]) as tx:
        assert isinstance(await audit.verify(tx, rota.vpd), int)


def _paid_once(payroll: Payroll) -> None:
    """Of a record and all that replaces it, what is paid and not taken back is one line at most."""
    lines = {line.submittal_id: line for line in payroll.in_files()}
    paid: dict[UUID, int] = {}
    for line in lines.values():
        root = line
        while root.corrects is not None:
            root = lines[root.corrects]
        paid[root.submittal_id] = paid.get(root.submittal_id, 0) + (-1 if line.reversal else 1)
    assert set(paid.values()) <= {0, 1}
    assert all(line.employee_number == CONSULTANT for line in lines.values())
