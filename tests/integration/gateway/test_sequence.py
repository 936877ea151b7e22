"""Changes are taken without a gap: what is missing is named once and asked for once, and a snapshot closes the gap."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from esr_sandbox.faults import DuplicateFile, Fault, Parameters, Strikes
from tests.integration.gateway.conftest import NOON, GatewayUnderTest, trust_settings
from tests.unit.gateway.building import Go, person

SNAPSHOT = Go([person()])
FIRST = Go([person(last_name="Okafor-Hill")], kind="GOC", day="20260804", before="20260803", sequence=1945)


def changes(sequence: int, day: int, **values: Any) -> Go:
    return FIRST.but(day=f"202608{day:02d}", before=f"202608{day - 1:02d}", sequence=sequence, **values)


async def issues(gateway: GatewayUnderTest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await gateway.get("/v1/issues"))["issues"]
    return found


async def ask(gateway: GatewayUnderTest, **query: Any) -> Any:
    path = "/v1/exchanges/277/request-snapshot"
    return await gateway.hub.client.post(path, params=query, headers=gateway.bearer())


async def actions(gateway: GatewayUnderTest) -> list[str]:
    answer = await gateway.hub.client.get("/v1/audit", headers=gateway.bearer("audit:read"))
    assert answer.status_code == 200, answer.text
    return [entry["action"] for entry in answer.json()["entries"]]


async def test_a_gap_is_one_issue_that_names_what_is_missing_and_a_snapshot_closes_it(
    gateway: GatewayUnderTest,
) -> None:
    await gateway.receive(SNAPSHOT, FIRST)
    await gateway.receive(changes(1947, 6))
    await gateway.receive(changes(1949, 8))
    for _ in range(2):
        await gateway.poll()
    [gap] = await issues(gateway)
    assert (gap["kind"], gap["count"]) == ("gap", 2)
    assert "number 1946, 1948" in gap["title"]
    answer = await ask(gateway)
    assert answer.status_code == 200, answer.text
    name = answer.json()["name"]
    assert name == "GO_277_GDW_GDR_20260804_00000001.DAT", "its time meets the end of the last changes file"
    assert [path.name for path in gateway.inbox.iterdir()] == [name]
    assert (gateway.inbox / name).read_bytes() == b"HDR~" + name.encode() + b"~20260804 000000\n"
    again = await ask(gateway)
    assert (again.status_code, again.json()["code"]) == (409, "snapshot_already_asked")
    [standing] = (await gateway.get("/v1/exchanges"))["exchanges"]
    assert (standing["snapshot_asked_name"], standing["state"]) == (name, "up")
    assert (await ask(gateway, again=True)).json()["name"].endswith("_00000002.DAT")
    await gateway.receive(SNAPSHOT.but(day="20260807", before="20260804", sequence=2))
    assert await issues(gateway) == []
    states = {file["name"][-12:-4]: file["state"] for file in (await gateway.get("/v1/files"))["files"]}
    assert states == {
        "00000001": "imported",
        "00001945": "imported",
        "00001947": "duplicate",
        "00000002": "imported",
        "00001949": "imported",
    }
    assert (await gateway.get("/v1/exchanges"))["exchanges"][0]["snapshot_asked_at"] is None
    assert (await actions(gateway)).count("exchange.snapshot_asked") == 2


async def test_a_trust_that_asks_by_itself_asks_once_and_esr_answers(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path, asks_for_snapshots=True)
    put = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert put.status_code == 200, put.text
    esr, faults, day = gateway.sandbox.esr, gateway.sandbox.faults, NOON.date()
    esr.snapshot("277", day)
    esr.changes("277", day + timedelta(days=1))
    await gateway.poll()
    assert list(gateway.inbox.iterdir()) == [], "nothing is missing yet"
    faults.switch_on(Fault.MISSING_SEQUENCE, Strikes())
    esr.changes("277", day + timedelta(days=2))
    gateway.hub.clock.move_to(NOON + timedelta(minutes=5))
    await gateway.poll()
    assert list(gateway.inbox.iterdir()) == [], "the missing one may come a moment later"
    for minutes in (10, 15):
        gateway.hub.clock.move_to(NOON + timedelta(minutes=minutes))
        await gateway.poll()
    [request] = gateway.inbox.iterdir()
    assert [issue["kind"] for issue in await issues(gateway) if issue["kind"] != "rows"] == ["gap"]
    [read] = esr.read_inbox("277", day + timedelta(days=2))
    assert (read.name, read.outcome) == (request.name, "requested")
    await gateway.poll()
    assert "gap" not in [issue["kind"] for issue in await issues(gateway)]
    assert list(gateway.inbox.iterdir()) == []


async def test_numbers_that_start_anew_are_taken_and_said(gateway: GatewayUnderTest) -> None:
    await gateway.receive(SNAPSHOT, FIRST)
    [file] = await gateway.receive(changes(1, 5))
    assert (file["state"], file["code"]) == ("imported", "sequence_restarted")
    [issue] = await issues(gateway)
    assert (issue["kind"], issue["severity"]) == ("file", "warning")
    assert "start anew at 1; the last was 1945" in issue["title"]
    [file] = await gateway.receive(changes(2, 6))
    assert (file["state"], file["code"]) == ("imported", None)
    assert await issues(gateway) == []


async def test_what_comes_late_twice_or_in_another_order_is_taken_once_and_in_order(gateway: GatewayUnderTest) -> None:
    esr, faults, day = gateway.sandbox.esr, gateway.sandbox.faults, NOON.date()
    faults.switch_on(Fault.LATE_FILE, Parameters())
    esr.snapshot("277", day)
    assert await gateway.poll() == []
    for later in (1, 2):
        esr.changes("277", day + timedelta(days=later))
    faults.switch_off()
    esr.publish_all()
    assert [file["state"] for file in await gateway.poll()] == ["imported"] * 3
    faults.switch_on(Fault.DUPLICATE_FILE, DuplicateFile(content="changed"))
    esr.changes("277", day + timedelta(days=3))
    states = {file["state"]: file["code"] for file in await gateway.poll()}
    assert states == {"imported": None, "quarantined": "other_content"}


async def test_bad_rows_are_one_issue_for_each_cause_and_a_clean_file_closes_them(gateway: GatewayUnderTest) -> None:
    bad = [person(str(20000002 + n), effective_start_date="20260230") for n in range(3)]
    [file] = await gateway.receive(SNAPSHOT.but(rows=[person(), *bad, person("20000009", hire_date="gone")]))
    assert (file["state"], file["set_aside"]) == ("imported", 4)
    found = {issue["title"]: issue["count"] for issue in await issues(gateway) if issue["kind"] == "rows"}
    assert sorted(found.values()) == [1, 3], found
    assert any("Effective Start Date" in title for title in found)
    assert not any("20260230" in title for title in found), "a cell of a person's row is not in an issue"
    csv = await gateway.hub.client.get(
        f"/v1/files/{file['file_id']}/rejected-rows", params={"format": "csv", "limit": 1}, headers=gateway.bearer()
    )
    assert len(csv.text.splitlines()) == 5, "all of them, and the heading"
    await gateway.receive(changes(1945, 4))
    assert len([one for one in await issues(gateway) if one["kind"] == "rows"]) == 2, (
        "a file of another kind says nothing"
    )
    await gateway.receive(SNAPSHOT.but(day="20260805", before="20260804", sequence=2))
    assert [one["kind"] for one in await issues(gateway)] == []


async def test_what_is_quarantined_is_one_issue_until_a_good_file_of_its_kind_comes(gateway: GatewayUnderTest) -> None:
    await gateway.receive(SNAPSHOT)
    for sequence in (2, 3):
        await gateway.receive(SNAPSHOT.but(sequence=sequence, header="NOT~A~HEADER"))
    [issue] = await issues(gateway)
    assert (issue["kind"], issue["severity"], issue["count"]) == ("file", "bad", 2)
    await gateway.receive(FIRST)
    assert len(await issues(gateway)) == 1, "a good changes file says nothing of snapshots"
    await gateway.receive(SNAPSHOT.but(day="20260805", before="20260804", sequence=4))
    assert await issues(gateway) == []


async def test_a_held_file_is_an_issue_until_somebody_has_released_it(gateway: GatewayUnderTest) -> None:
    await gateway.receive(SNAPSHOT.but(rows=[person(str(20000001 + number)) for number in range(30)]))
    [file] = await gateway.receive(SNAPSHOT.but(day="20260804", before="20260803", sequence=2))
    assert file["state"] == "held"
    [issue] = await issues(gateway)
    assert (issue["kind"], issue["severity"]) == ("brake", "bad")
    assert (await gateway.poll(), len(await issues(gateway))) == ([], 1), "looked at again, and not one issue more"
    answer = await gateway.hub.client.post(
        f"/v1/files/{file['file_id']}/release", json={"reason": "they moved"}, headers=gateway.bearer()
    )
    assert answer.json()["state"] == "imported", answer.text
    assert await issues(gateway) == []
