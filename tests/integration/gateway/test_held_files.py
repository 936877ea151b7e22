"""A file that may be right and would do great harm if it were not is held until somebody has looked at it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.exc import DataError

from esrlink.auth import Role
from esrlink.auth.testing import person as somebody
from esrlink.auth.testing import session_cookie
from tests.integration.gateway.conftest import GatewayUnderTest
from tests.unit.gateway.building import Go, person, position

EVERYBODY = [person(str(number)) for number in range(20000001, 20000011)]
FIRST = Go([position(), *EVERYBODY])
NEXT = Go(day="20260804", before="20260803", sequence=2)
EMPTY = NEXT.but(rows=[position()])


async def release(gateway: GatewayUnderTest, file_id: str) -> httpx.Response:
    return await gateway.hub.client.post(f"/v1/files/{file_id}/release", headers=gateway.bearer("exchange:operate"))


async def held(gateway: GatewayUnderTest) -> dict[str, Any]:
    await gateway.receive(FIRST)
    [file] = await gateway.receive(EMPTY)
    assert file["state"] == "held", file["reason"]
    return file


async def test_a_snapshot_without_people_is_held_and_marks_nobody_as_gone(gateway: GatewayUnderTest) -> None:
    file = await held(gateway)
    assert file["code"] == "too_many_gone"
    assert file["reason"].startswith("10 of 10 people would be gone from ESR; more than 20% may not go")
    assert [one.gone for one in await gateway.people()] == [False] * 10
    assert [one.event.code for one in await gateway.hub.emitted("esr.file.quarantined")] == ["too_many_gone"]
    report = await gateway.hub.client.get("/v1/status", headers=gateway.bearer("audit:read"))
    assert any("people would be gone" in notice["text"] for notice in report.json()["notices"])
    [listed] = (await gateway.get("/v1/files", state="held"))["files"]
    assert listed["file_id"] == file["file_id"]


async def test_a_released_file_is_taken_and_says_who_released_it(gateway: GatewayUnderTest) -> None:
    file = await held(gateway)
    answer = await release(gateway, file["file_id"])
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["people_gone"]) == ("imported", 10)
    assert answer.json()["released_by"]
    again = await release(gateway, file["file_id"])
    assert (again.status_code, again.json()["code"]) == (409, "not_held")
    assert sum(one.gone for one in await gateway.people()) == 10


async def test_as_many_people_as_the_setting_says_may_go_without_a_word(gateway: GatewayUnderTest) -> None:
    await gateway.receive(FIRST)
    [file] = await gateway.receive(NEXT.but(rows=[position(), *EVERYBODY[:8]]))
    assert (file["state"], file["people_gone"]) == ("imported", 2)


async def test_a_held_file_that_a_later_one_has_overtaken_undoes_nothing_when_released(
    gateway: GatewayUnderTest,
) -> None:
    file = await held(gateway)
    [better] = await gateway.receive(FIRST.but(day="20260805", before="20260804", sequence=3))
    assert better["state"] == "imported"
    answer = await release(gateway, file["file_id"])
    assert (answer.json()["state"], answer.json()["code"]) == ("quarantined", "older_than_known")


async def test_a_file_that_cannot_be_stored_is_held_and_holds_no_other(
    gateway: GatewayUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise DataError("statement", {}, ValueError("out of range"))

    with monkeypatch.context() as broken:
        broken.setattr("esr_gateway.from_esr.applying.merge_reference", refuse)
        [file] = await gateway.receive(FIRST)
    assert (file["state"], file["code"]) == ("held", "cannot_be_stored")
    answer = await release(gateway, file["file_id"])
    assert answer.json()["state"] == "imported"


async def test_only_an_operator_of_the_trust_releases_a_file(gateway: GatewayUnderTest) -> None:
    path = f"/v1/files/{(await held(gateway))['file_id']}/release"
    client = gateway.hub.client
    assert (await client.post(path, headers=gateway.bearer(vpds=("312",)))).status_code == 404
    assert (await client.post(path, headers=gateway.bearer("profiles:read"))).status_code == 403
    assert (await client.post(f"/v1/files/{uuid4()}/release", headers=gateway.bearer())).status_code == 404
    app = gateway.hub.service.app
    client.cookies = httpx.Cookies(session_cookie(app.state.auth, somebody(Role.AUDITOR, vpds=["277"])))
    assert (await client.post(path)).status_code == 403
