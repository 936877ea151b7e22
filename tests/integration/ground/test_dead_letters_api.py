"""Dead letters over HTTP, as every service serves them: to whom, with what answers, and how fuses show."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from esrlink.auth import Principal, Role
from esrlink.auth.testing import TestIssuer, person, signed_in_session, tryout_settings
from esrlink.bus import backlog
from esrlink.bus.fuse import Fuses
from esrlink.bus.reasons import reason_of
from esrlink.bus.retrying_loop import RetryLoop
from esrlink.contracts import ProfileImported
from esrlink.errors import Invalid
from esrlink.http import create_app
from esrlink.status import StatusReport
from esrlink.web import Pages
from tests.integration.hostile import TEXTS, as_body, paths, twisted

from .conftest import Ground
from .letters import TOPIC, Mendable, changed, deliver, letters, message, noted, retrying, steps


@dataclass
class Api:
    """The app of a service with one handler, and who calls it."""

    client: httpx.AsyncClient
    issuer: TestIssuer
    ground: Ground
    handler: Mendable
    auth: Any

    def operator(self, *vpds: str) -> dict[str, str]:
        return self.issuer.bearer("exchange:operate", "audit:read", vpds=vpds or ("277",))

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"/v1/{path}", headers={**self.operator(), **headers})

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.client.post(f"/v1/{path}", json=body, headers=self.operator())

    async def park(self, *numbers: str, vpd: str = "277") -> list[str]:
        await deliver(self.ground, self.handler, *(message(number, vpd=vpd) for number in numbers))
        return [str(letter.id) for letter in await letters(self.ground)]


@pytest.fixture
async def api(ground: Ground) -> AsyncIterator[Api]:
    issuer, handler = TestIssuer(), Mendable()
    settings = tryout_settings(public_url="http://hub.test")
    auth = issuer.authenticator(settings)

    async def status(principal: Principal) -> StatusReport:
        async with ground.database.read(principal.vpds) as tx:
            behind = await backlog(tx, service="ground")
        return StatusReport(service="ground", title="Ground", version="0", backlog=behind)

    app = create_app(
        name="ground",
        title="Ground",
        description="",
        settings=settings,
        database=ground.database,
        auth=auth,
        pages=Pages(settings),
        routers=[],
        status=status,
        handlers={ProfileImported: handler},
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        yield Api(client, issuer, ground, handler, auth)


async def test_the_list_tells_why_and_what_to_do_and_nothing_of_the_message(api: Api) -> None:
    await api.park("1", "2")
    answer = (await api.get("dead-letters")).json()
    assert [letter["reason"] for letter in answer["letters"]] == ["no such post"] * 2
    assert answer["letters"][0]["what_to_do"].startswith("The service understood the event and refused it")
    assert [(one["topic"], one["reason_class"], one["count"]) for one in answer["waiting"]] == [(TOPIC, "refused", 2)]
    assert "277/1" not in json.dumps(answer)


async def test_pages_go_by_cursor_and_filters_by_query(api: Api) -> None:
    ids = await api.park(*(str(n) for n in range(5)))
    first = (await api.get("dead-letters?limit=3")).json()
    second = (await api.get(f"dead-letters?limit=3&cursor={first['next']}")).json()
    assert [one["id"] for one in first["letters"] + second["letters"]] == ids[::-1]
    assert second["next"] is None
    for query, count in {
        "state=parked": 5,
        "state=applied": 0,
        "class=refused": 5,
        "class=defect": 0,
        "q=POST": 5,
        "q=x": 0,
    }.items():
        assert len((await api.get(f"dead-letters?{query}")).json()["letters"]) == count, query
    assert len((await api.get(f"dead-letters?topic={TOPIC}")).json()["letters"]) == 5


async def test_the_list_as_csv_holds_no_formula(api: Api) -> None:
    api.handler.error = lambda: Invalid("=HYPERLINK(1)")
    await api.park("1")
    for answer in (await api.get("dead-letters?format=csv"), await api.get("dead-letters", accept="text/csv")):
        assert answer.headers["content-type"].startswith("text/csv")
        (row,) = csv.DictReader(io.StringIO(answer.text))
        assert (row["topic"], row["reason"], row["state"]) == (TOPIC, "'=HYPERLINK(1)", "parked")


async def test_a_letters_life_over_the_api(api: Api) -> None:
    (letter,) = await api.park("1")
    failed = (await api.post(f"dead-letters/{letter}/retry")).json()
    assert (failed["applied"], failed["detail"]) == (False, "It failed again: no such post")
    assert (await api.post(f"dead-letters/{letter}/discard", {"reason": "asked the department"})).json()[
        "state"
    ] == "discarded"
    refused = await api.post(f"dead-letters/{letter}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert (await api.post(f"dead-letters/{letter}/reopen")).json()["state"] == "parked"
    api.handler.mend()
    assert (await api.post(f"dead-letters/{letter}/retry")).json()["applied"] is True
    read = (await api.get(f"dead-letters/{letter}")).json()
    assert [step["action"] for step in read["history"]] == [
        "parked",
        "retry failed",
        "discarded",
        "reopened",
        "applied",
    ]
    assert {step["by"] for step in read["history"]} == {"ground", "clwrota"}
    assert (read["state"], read["attempts"]) == ("applied", 3)
    assert await noted(api.ground) == ["277/1:1"]


async def test_a_look_inside_shows_the_message_and_is_remembered(api: Api) -> None:
    await api.park("1")
    await deliver(api.ground, api.handler, changed(message("2"), b"\x00\xff"))
    text, binary = [str(letter.id) for letter in await letters(api.ground)]
    found = (await api.get(f"dead-letters/{text}/message")).json()
    assert (found["key"], found["encoding"], json.loads(found["value"])["employee_number"]) == ("277/1", "text", "1")
    assert found["headers"]["ce_vpd"] == "277"
    found = (await api.get(f"dead-letters/{binary}/message")).json()
    assert (found["encoding"], found["value"]) == ("base64", "AP8=")
    for letter in await letters(api.ground):
        assert (await steps(api.ground, letter))[-1][:2] == ("looked at", "clwrota")


async def test_an_edit_is_checked_first_and_its_faults_are_named_by_field(api: Api) -> None:
    (letter,) = await api.park("1")
    value = json.loads(message("1").value)
    wrong = await api.post(f"dead-letters/{letter}/edit", {"value": {**value, "revision": "many"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "edit_refused")
    assert [problem["field"] for problem in wrong.json()["problems"]] == ["value.revision"]
    assert (await api.post(f"dead-letters/{letter}/edit", {"value": {**value, "vpd": "312"}})).json()[
        "field"
    ] == "value.vpd"
    api.handler.refuses = lambda event: event.revision == 1
    done = (await api.post(f"dead-letters/{letter}/edit", {"value": {**value, "revision": 2}})).json()
    assert (done["applied"], done["letter"]["is_edited"]) == (True, True)
    inside = (await api.get(f"dead-letters/{letter}/message")).json()
    assert (json.loads(inside["value"])["revision"], json.loads(inside["edited"])["revision"]) == (1, 2)
    assert inside["edited_type"] == f"{TOPIC}.v1"


async def test_retry_all_is_a_job_that_can_be_watched(api: Api) -> None:
    await api.park("1", "2", "3")
    asked = await api.post("dead-letters:retry-all", {"topic": TOPIC})
    assert asked.status_code == 202
    job = asked.json()
    assert asked.headers["location"] == f"dead-letters/jobs/{job['id']}"
    assert (job["state"], job["total"]) == ("running", 3)
    api.handler.mend()
    await RetryLoop(retrying(api.ground, api.handler)).work_off()
    ended = (await api.get(f"dead-letters/jobs/{job['id']}")).json()
    assert (ended["state"], ended["applied"]) == ("finished", 3)
    assert (await api.post(f"dead-letters/jobs/{job['id']}/cancel")).json()["code"] == "wrong_state"
    another = (await api.post("dead-letters:retry-all", {})).json()
    assert (await api.post(f"dead-letters/jobs/{another['id']}/cancel")).json()["state"] == "cancelled"


async def test_another_trusts_letters_and_jobs_are_not_there(api: Api) -> None:
    (letter,) = await api.park("1", vpd="312")
    assert (await api.get("dead-letters")).json()["letters"] == []
    assert (await api.get("dead-letters?vpd=312")).status_code == 404
    for path in (f"dead-letters/{letter}", f"dead-letters/{letter}/message"):
        assert (await api.get(path)).status_code == 404
    for action, body in {"retry": None, "reopen": None, "discard": {"reason": "x"}, "edit": {"value": {}}}.items():
        assert (await api.post(f"dead-letters/{letter}/{action}", body)).status_code == 404, action
    assert (await api.post("dead-letters:retry-all", {"vpd": "312"})).status_code == 404
    assert (await api.post("dead-letters:retry-all", {})).json()["total"] == 0
    theirs = await api.client.post("/v1/dead-letters:retry-all", json={}, headers=api.operator("312"))
    assert (await api.get(f"dead-letters/jobs/{theirs.json()['id']}")).status_code == 404


async def test_a_letter_of_no_known_trust_is_seen_by_all_and_opened_by_none(api: Api) -> None:
    await deliver(api.ground, api.handler, changed(message("1"), ce_vpd=None, ce_id=None))
    (letter,) = (await api.get("dead-letters")).json()["letters"]
    assert (letter["vpd"], letter["reason_class"]) == (None, "ambiguous")
    refused = await api.get(f"dead-letters/{letter['id']}/message")
    assert (refused.status_code, refused.json()["code"]) == (403, "no_known_trust")
    for action, body in {"retry": None, "reopen": None, "discard": {"reason": "x"}, "edit": {"value": {}}}.items():
        assert (await api.post(f"dead-letters/{letter['id']}/{action}", body)).status_code == 403, action


async def test_who_may_read_and_who_may_act(api: Api) -> None:
    (letter,) = await api.park("1")
    reader = api.issuer.bearer("audit:read")
    stranger = api.issuer.bearer("profiles:read", "profiles:write")
    reads = ("dead-letters", f"dead-letters/{letter}", "fuses")
    for path in reads:
        assert (await api.client.get(f"/v1/{path}", headers=reader)).status_code == 200
        assert (await api.client.get(f"/v1/{path}", headers=stranger)).status_code == 403
    assert (await api.client.get(f"/v1/dead-letters/{letter}/message", headers=reader)).status_code == 403
    for path in (f"dead-letters/{letter}/retry", "dead-letters:retry-all", f"fuses/{TOPIC}/reset"):
        assert (await api.client.post(f"/v1/{path}", json={}, headers=reader)).status_code == 403
    for role in Role:
        cookies, _ = signed_in_session(api.auth, person(role))
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        may_read, may_look = role in {Role.OPERATOR, Role.AUDITOR}, role is Role.OPERATOR
        for path, may in {**dict.fromkeys(reads, may_read), f"dead-letters/{letter}/message": may_look}.items():
            answer = await api.client.get(f"/v1/{path}", headers={"cookie": cookie})
            assert answer.status_code == (200 if may else 403), (role, path)
    assert {step[0] for step in await steps(api.ground, (await letters(api.ground))[0])} == {"parked", "looked at"}


async def test_a_blown_fuse_shows_in_the_api_in_readiness_status_and_metrics_until_it_is_reset(api: Api) -> None:
    assert (await api.client.get("/ready")).json()["state"] == "ready"
    await Fuses("ground", api.ground.database).blow(TOPIC, reason_of(Invalid("no such post")))
    (fuse,) = (await api.get("fuses")).json()["fuses"]
    assert (fuse["topic"], fuse["failures"], fuse["reason"]) == (TOPIC, 21, "no such post")
    ready = await api.client.get("/ready")
    assert (ready.status_code, ready.json()["state"]) == (200, "degraded")
    assert f"{TOPIC} is not consumed" in ready.json()["detail"]
    status = (await api.get("status")).json()
    assert status["state"] == "degraded"
    assert status["backlog"]["stopped_topics"] == [TOPIC]
    assert [notice["href"] for notice in status["notices"]] == ["/ground/dead-letters"]
    gauge = f'esrlink_fuse_blown{{service="ground",topic="{TOPIC}"}}'
    assert f"{gauge} 1.0" in (await api.client.get("/metrics")).text
    assert (await api.post(f"fuses/{TOPIC}/reset")).json() == {"topic": TOPIC}
    assert (await api.post(f"fuses/{TOPIC}/reset")).status_code == 404
    assert (await api.client.get("/ready")).json()["state"] == "ready"
    assert f"{gauge} 0.0" in (await api.client.get("/metrics")).text


async def test_the_backlog_counts_what_waits_of_the_callers_trusts_and_metrics_count_all(api: Api) -> None:
    await api.park("1", "2")
    await api.park("1", vpd="312")
    (discarded, *_) = await letters(api.ground)
    await api.post(f"dead-letters/{discarded.id}/discard", {"reason": "no use"})
    assert (await api.get("status")).json()["backlog"]["parked"] == 1
    metrics = (await api.client.get("/metrics")).text
    assert 'esrlink_dead_letters_waiting{service="ground"} 2.0' in metrics


async def test_no_hostile_request_is_a_failure_of_ours(api: Api) -> None:
    (letter,) = await api.park("1")
    value = json.loads(message("1").value)
    headers = api.operator() | {"content-type": "application/json"}
    bodies = {
        f"dead-letters/{letter}/edit": [{"value": one} for one in twisted(value)]
        + [*twisted({"value": {}, "type": f"{TOPIC}.v1"})],
        f"dead-letters/{uuid4()}/discard": [*twisted({"reason": "x"})],
        f"dead-letters/{letter}/discard": [{"reason": one} for one in ("\x00", "\ud800", "a\x00", "é\u2028")],
        "dead-letters:retry-all": [*twisted({"topic": TOPIC, "reason_class": "refused", "vpd": "277"})],
    }
    failed: list[Any] = []
    for path, some in bodies.items():
        for body in some:
            answer = await api.client.post(f"/v1/{path}", content=as_body(body), headers=headers)
            failed += [(path, body)] if answer.status_code >= 500 else []
    urls = [
        f"dead-letters?{name}={text}"
        for name in ("state", "topic", "class", "q", "cursor", "limit", "vpd")
        for text in TEXTS
    ]
    urls += [*paths("dead-letters/{letter_id}", {"letter_id": letter})]
    urls += [*paths("dead-letters/jobs/{job_id}", {"job_id": str(uuid4())})]
    for url in urls:
        failed += [url] if (await api.get(url)).status_code >= 500 else []
    for url in paths("fuses/{topic}/reset", {"topic": TOPIC}):
        failed += [url] if (await api.post(url)).status_code >= 500 else []
    assert failed == []


async def test_two_people_who_retry_at_once_take_it_into_effect_once(api: Api) -> None:
    (letter,) = await api.park("1")
    api.handler.mend()
    answers = await asyncio.gather(*(api.post(f"dead-letters/{letter}/retry") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert await noted(api.ground) == ["277/1:1"]
