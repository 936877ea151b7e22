"""The control API: enough to set a hub and a rota product up, and plain answers to wrong calls."""

import httpx
import pytest

from esr_sandbox.faults import Fault
from esr_sandbox.run import Sandbox


async def test_a_trust_tells_everything_that_a_set_up_needs(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    lines = (await http.get("/sandbox/trusts")).json()
    assert [line["vpd"] for line in lines] == ["277", "312"]
    trust = (await http.get(lines[0]["url"])).json()
    assert trust["sftp"] == {
        "host": "127.0.0.1",
        "port": sandbox.sftp_port,
        "user": "hub-277",
        "password": "sandbox-277",
        "host_public_key": sandbox.host_public_key,
        "outbound_folder": "Out",
        "inbound_folder": "In",
    }
    assert [(each["product"], each["department"]) for each in trust["departments"]] == [
        ("clwrota", "anaesthetics"),
        ("medirota", "cardiology"),
        ("medirota", "radiology"),
    ]
    assert {given["figure"] for element in trust["pay_elements"] for given in element["inputs"]} == {
        "units",
        "rate",
        "amount",
    }
    assert set(trust["open_cost_codes"]) >= {each["cost_code"] for each in trust["departments"]}
    assert len(trust["supplier"]) == 3
    assert len(trust["payroll_calendar"]) == 12
    sickness = next(each for each in trust["absence_types"] if each["category"] == "Sickness")
    assert {"S10", "S32", "S98", "S99"} <= {reason["code"] for reason in sickness["reasons"]}
    assert trust["sard"]["url"] == f"{sandbox.http_url}/sard"


async def test_people_are_the_doctors_of_the_departments(http: httpx.AsyncClient) -> None:
    everyone = (await http.get("/sandbox/people", params={"vpd": "277"})).json()
    radiology = (await http.get("/sandbox/people", params={"vpd": "277", "department": "radiology"})).json()
    assert len(everyone) == 60
    assert radiology == [person for person in everyone if "radiology" in person["departments"]]
    assert any(person["leaver"] for person in everyone)
    assert any(person["future_starter"] for person in everyone)
    assert any(len(person["assignments"]) == 2 for person in everyone)
    for person in everyone:
        assert person["assignments"][0]["number"] == person["employee_number"]
        assert (person["assignments"][0]["ends"] is not None) == person["leaver"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/sandbox/trusts/999", None, 404),
        ("GET", "/sandbox/people?vpd=277&department=dermatology", None, 404),
        ("POST", "/sandbox/esr/999/snapshot", {"date": "2026-08-03"}, 404),
        ("POST", "/sandbox/esr/277/snapshot", {"date": "2026-02-30"}, 422),
        ("GET", "/sandbox/esr/999/applied", None, 404),
        ("PUT", "/sandbox/faults/earthquake", {}, 422),
        ("PUT", "/sandbox/faults/late-file", {"times": 3}, 422),
        ("PUT", "/sandbox/faults/disk-full", {"vpd": "two"}, 422),
    ],
)
async def test_a_wrong_call_is_told_so(
    http: httpx.AsyncClient, method: str, path: str, body: dict[str, str] | None, status: int
) -> None:
    assert (await http.request(method, path, json=body)).status_code == status


async def test_changes_for_a_day_that_has_passed_are_a_conflict_in_problem_form(http: httpx.AsyncClient) -> None:
    await http.post("/sandbox/esr/277/changes", json={"date": "2026-08-05"})
    answer = await http.post("/sandbox/esr/277/changes", json={"date": "2026-08-04"})
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json()["code"] == "day-passed"


async def test_every_fault_is_listed_with_what_it_does_and_takes(http: httpx.AsyncClient) -> None:
    listed = (await http.get("/sandbox/faults")).json()
    assert len(listed) == len(Fault)
    assert all(fault["effect"] and fault["takes"] and fault["active"] is None for fault in listed)
    await http.put("/sandbox/faults/disk-full", json={"after_bytes": 5})
    one = (await http.get("/sandbox/faults/disk-full")).json()
    assert one["active"] == {"vpd": None, "times": None, "after_bytes": 5}
    await http.delete("/sandbox/faults")
    assert all(fault["active"] is None for fault in (await http.get("/sandbox/faults")).json())


async def test_the_api_describes_itself(http: httpx.AsyncClient) -> None:
    paths = (await http.get("/openapi.json")).json()["paths"]
    assert {"/sandbox/trusts/{vpd}", "/sandbox/esr/{vpd}/read-inbox", "/sandbox/faults/{name}"} <= set(paths)
