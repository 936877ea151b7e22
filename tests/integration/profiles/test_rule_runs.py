"""Changed rules are run over a trust as a job that can be tried, watched, stopped and gone on with, and no decision is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from esrlink.ids import new_id
from profile_sync.rule_runs import blocks, working
from profile_sync.rule_runs.working import RuleRuns

from .conftest import SCOPES, Hub, imported, trust_settings

RUNS = "/v1/trusts/277/rule-runs"
REAL = {"dry_run": False, "reason": "The dry run was looked at."}


def path(profile_id: str) -> str:
    return f"clwrota/anaesthetics/{profile_id}"


async def with_registrations(hub: Hub) -> None:
    """Seven profiles that a bolder rule would change, rivals far apart among them, and one that a person decided on."""
    await hub.people(*(imported(f"2000100{n}", given_name=f"Ada{n}", gmc=f"701234{n}") for n in range(5)))
    for profile_id, gmc in (("a1", 1), ("a2", 2), ("a3", 3), ("b1", 1), ("c0", 0), ("c4", 4), ("d4", 4)):
        await hub.profile(path(profile_id), given_name=None, registration_number=f"701234{gmc}")
    await hub.decide("reject", path("c0"), employee_number="20001000")
    await hub.decide("confirm", path("d4"), employee_number="20001004")


async def ask(hub: Hub, **body: Any) -> str:
    answer = await hub.post(RUNS, body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["run_id"])


async def read(hub: Hub, run_id: str) -> Any:
    answer = await hub.get(f"{RUNS}/{run_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def replica(hub: Hub, block: int = 2) -> RuleRuns:
    return RuleRuns(hub.running.database, hub.running.clock, new_id, block=block)


async def finish(hub: Hub, run_id: str, block: int = 2) -> Any:
    worker = replica(hub, block)
    while await worker.turn():
        pass
    return await read(hub, run_id)


async def states(hub: Hub) -> dict[str, tuple[str, str, str | None]]:
    return {name: await hub.state(path(name)) for name in ("a1", "a2", "a3", "b1", "c0", "c4", "d4")}


async def bolder(hub: Hub) -> None:
    await hub.put("/v1/trusts/277", trust_settings(registration_rule="matched"))


def seen(run: dict[str, Any]) -> list[tuple[str, str, str | None, int]]:
    return [(one["from_state"], one["to_state"], one["rule"], one["count"]) for one in run["counts"]]


async def test_a_dry_run_says_what_would_change_and_changes_nothing(hub: Hub) -> None:
    await with_registrations(hub)
    before, told = await states(hub), await hub.told()
    run = await finish(hub, await ask(hub, registration_rule="matched"))
    assert (run["state"], run["total"], run["looked_at"], run["dry_run"]) == ("done", 7, 7, True)
    # a1 and b1 claim one person, and so do c4 and d4: these stay with a person.
    assert seen(run) == [("possible", "possible", "registration/2", 3), ("possible", "matched", "registration/2", 2)]
    sample = next(one for one in run["samples"] if one["profile_id"] == "a2")
    assert (sample["before"]["state"], sample["after"]) == (
        "possible",
        {"state": "matched", "employee_number": "20001002", "rule": "registration/2", "reason": "registration"},
    )
    assert (await states(hub), await hub.told()) == (before, told)


@pytest.mark.parametrize("block", [1, 3, 500])
async def test_a_real_run_does_what_the_dry_run_said_whatever_the_blocks(hub: Hub, block: int) -> None:
    await with_registrations(hub)
    tried = await finish(hub, await ask(hub, registration_rule="matched"), block)
    await bolder(hub)
    told = len(await hub.told())
    done = await finish(hub, await ask(hub, **REAL), block)
    assert (done["counts"], done["samples"]) == (tried["counts"], tried["samples"])
    assert await states(hub) == {
        "a1": ("possible", "two_profiles_one_person", None),
        "b1": ("possible", "two_profiles_one_person", None),
        "a2": ("matched", "registration", "20001002"),
        "a3": ("matched", "registration", "20001003"),
        "c0": ("possible", "similarity", None),
        "c4": ("possible", "two_profiles_one_person", None),
        "d4": ("matched", "confirmed_by_hand", "20001004"),
    }
    events = {(topic, profile) for topic, profile, *_ in (await hub.told())[told:]}
    assert {("linked", path("a2")), ("linked", path("a3")), ("review_needed", path("c4"))} <= events
    assert {profile for topic, profile in events if topic != "review_needed"} == {path("a2"), path("a3")}
    assert path("d4") not in {profile for _, profile in events}


async def test_what_two_profiles_would_trade_is_counted_as_it_would_end(hub: Hub) -> None:
    """Blocks of one: the second rival meets the first as it would be, and takes it to review with it."""
    await hub.people(imported(gmc="7012345"))
    for name in ("a1", "b1"):
        await hub.profile(path(name), given_name=None, registration_number="7012345")
    run = await finish(hub, await ask(hub, registration_rule="matched"), 1)
    assert [(one["profile_id"], one["after"]["reason"]) for one in run["samples"]] == [
        ("a1", "two_profiles_one_person"),
        ("b1", "two_profiles_one_person"),
    ]


async def test_no_manual_decision_is_touched(hub: Hub) -> None:
    await hub.people(imported(gmc="7012345"), imported("20001002", given_name="Robert"))
    for name in ("confirmed", "rejected", "unlinked", "excluded"):
        await hub.profile(path(name), registration_number="7012345", employee_number="20001001")
    await hub.decide("confirm", path("confirmed"), employee_number="20001002")
    await hub.decide("reject", path("rejected"), employee_number="20001001")
    await hub.decide("exclude", path("excluded"))
    await hub.decide("unlink", path("unlinked"))
    names = ("confirmed", "rejected", "unlinked", "excluded")
    before, told = [await hub.link(path(name)) for name in names], await hub.told()
    await bolder(hub)
    run = await finish(hub, await ask(hub, **REAL))
    assert (run["state"], run["changes"]) == ("done", 0)
    assert ([await hub.link(path(name)) for name in names], await hub.told()) == (before, told)


async def test_a_run_that_is_killed_in_a_block_leaves_nothing_of_it_and_goes_on(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == "rule_run.before_commit":
            raise Killed

    await with_registrations(hub)
    await bolder(hub)
    run_id = await ask(hub, **REAL)
    assert await replica(hub).turn()
    after_one, told = await states(hub), await hub.told()
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(working.crash, "point", kill)
        await replica(hub).turn()
    assert (await states(hub), await hub.told()) == (after_one, told)
    assert (await read(hub, run_id))["looked_at"] == 2
    run = await finish(hub, run_id)
    assert (run["state"], run["looked_at"], run["changes"]) == ("done", 7, 5)


async def test_two_replicas_never_do_the_same_block(hub: Hub) -> None:
    await with_registrations(hub)
    await bolder(hub)
    run_id = await ask(hub, **REAL)
    workers = [replica(hub, 1), replica(hub, 1)]
    while any(await asyncio.gather(*(one.turn() for one in workers))):
        pass
    run = await read(hub, run_id)
    assert (run["state"], run["looked_at"]) == ("done", 7)
    linked = [profile for topic, profile, *_ in await hub.told() if topic == "linked"]
    assert sorted(linked) == [path("a2"), path("a3"), path("d4")]


async def test_a_run_can_be_stopped_where_it_is(hub: Hub) -> None:
    await with_registrations(hub)
    run_id = await ask(hub)
    assert (await read(hub, run_id))["state"] == "waiting"
    assert await replica(hub).turn()
    assert (await read(hub, run_id))["state"] == "running"
    stopped = await hub.post(f"{RUNS}/{run_id}/stop", None)
    assert (stopped.status_code, stopped.json()["state"], stopped.json()["stopped_by"]) == (200, "stopped", "clwrota")
    assert not await replica(hub).turn()
    assert (await read(hub, run_id))["looked_at"] == 2
    assert (await hub.post(f"{RUNS}/{run_id}/stop", None)).status_code == 409


async def test_a_trust_has_one_run_under_way_and_holds_no_other_trust(hub: Hub) -> None:
    run_id = await ask(hub)
    again = await hub.post(RUNS, {})
    assert (again.status_code, again.json()["code"]) == (409, "rule_run_under_way")
    elsewhere = hub.running.bearer(*SCOPES, vpds=["312"])
    assert (await hub.post("/v1/trusts/312/rule-runs", {}, headers=elsewhere)).status_code == 202
    assert (await finish(hub, run_id))["state"] == "done"
    assert (await hub.post(RUNS, {})).status_code == 202


async def test_a_run_that_cannot_go_on_says_so_and_holds_no_other(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    await hub.profile()
    run_id = await ask(hub)
    elsewhere = hub.running.bearer(*SCOPES, vpds=["312"])
    other = (await hub.post("/v1/trusts/312/rule-runs", {}, headers=elsewhere)).json()["run_id"]

    def broken(*_: Any) -> None:
        raise ValueError("Okafor")

    monkeypatch.setattr(blocks, "judge_all", broken)
    run = await finish(hub, run_id)
    assert run["state"] == "failed"
    assert "ValueError" in run["problem"]
    assert "Okafor" not in run["problem"]
    done = await hub.get(f"/v1/trusts/312/rule-runs/{other}", headers=elsewhere)
    assert done.json()["state"] == "done"


async def test_links_on_older_versions_of_the_rules_are_counted_until_a_run_has_looked_at_them(hub: Hub) -> None:
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await hub.profile(path("slot"), given_name=None, family_name="Locum 1")
    with psycopg.connect(hub.running.owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('esrlink.vpds', '277', false)")
        owner.execute("UPDATE link SET rule = split_part(rule, '/', 1) || '/0'")
    told = await hub.told()
    said = (await hub.get(RUNS)).json()
    assert (said["on_older_versions"], said["older_versions"]) == (2, {"exact_number/0": 1, "placeholder/0": 1})
    await finish(hub, await ask(hub))
    assert (await hub.get(RUNS)).json()["on_older_versions"] == 2
    await finish(hub, await ask(hub, **REAL))
    said = (await hub.get(RUNS)).json()
    assert (said["on_older_versions"], [one["dry_run"] for one in said["items"]]) == (0, [False, True])
    assert await hub.told() == told


async def test_a_block_costs_the_same_whatever_its_size(hub: Hub) -> None:
    async def block_of(size: int, run: dict[str, Any]) -> int:
        await ask(hub, **run)
        with hub.counted() as statements:
            await replica(hub, 500).turn()
        assert len(statements) <= 27, statements
        return len(statements)

    counts = []
    for size in (2, 100):
        numbers = [f"3{size}{n:05d}" for n in range(size)]
        await hub.people(*(imported(n, gmc=n[1:]) for n in numbers))
        rows = [
            {"product": "clwrota", "department": "anaesthetics", "profile_id": f"x{n}", "family_name": "Okafor"}
            for n in numbers
        ]
        await hub.post(
            "/v1/profiles:batch", {"profiles": [{**row, "registration_number": row["profile_id"][2:]} for row in rows]}
        )
        counts.append(await block_of(size, {"registration_rule": "matched"}))
    assert counts[0] == counts[1]
    await bolder(hub)
    await block_of(102, REAL)


@pytest.mark.parametrize(
    ("body", "status"),
    [({**REAL, "registration_rule": "matched"}, 422), ({"dry_run": False}, 422), ({"dry_run": True, "of": "all"}, 422)],
    ids=["a trial that is real", "no reason", "unknown field"],
)
async def test_what_cannot_be_run_is_refused(hub: Hub, body: dict[str, Any], status: int) -> None:
    assert (await hub.post(RUNS, body)).status_code == status


async def test_runs_are_for_those_who_may_set_up_the_whole_trust(hub: Hub) -> None:
    run_id = await ask(hub)
    bearer = hub.running.bearer
    callers = (
        (bearer("profiles:read", "profiles:write"), 403),
        (bearer(*SCOPES, departments=["clwrota/anaesthetics"]), 403),
        (bearer(*SCOPES, vpds=["312"]), 404),
    )
    for headers, status in callers:
        for address in (RUNS, f"{RUNS}/{run_id}"):
            assert (await hub.get(address, headers=headers)).status_code == status
        for address in (RUNS, f"{RUNS}/{run_id}/stop"):
            assert (await hub.post(address, {}, headers=headers)).status_code == status
    assert (
        await hub.get(f"/v1/trusts/312/rule-runs/{run_id}", headers=bearer(*SCOPES, vpds=["312"]))
    ).status_code == 404
    assert (await hub.post("/v1/trusts/404/rule-runs", {}, headers=bearer(*SCOPES, vpds=["404"]))).status_code == 404
