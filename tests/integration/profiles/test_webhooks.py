"""Webhooks: signed, in order for each person, tried again, parked and replayed, and never sent into somebody's network."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from profile_sync.api.webhooks import body_of
from profile_sync.changes.forgetting import forgetting_changes
from profile_sync.webhooks.addresses import AddressRefused, Guard
from profile_sync.webhooks.delivering import Delivering
from profile_sync.webhooks.sending import Sender, Target

from .conftest import SCOPES, Hub, imported

HOOKS = "/v1/webhooks"


class Receiver:
    """A small HTTP server: notes down what comes, and answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], str]] = []
        self.answers: list[int] = []
        self.url = ""
        self.came = asyncio.Event()
        self.answering = asyncio.Event()
        self.answering.set()
        self.tasks: set[asyncio.Task[None] | None] = set()
        self.at_once = self.most_at_once = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
            body = (await reader.readexactly(int(headers["content-length"]))).decode()
            self.got.append((headers, body))
            self.came.set()
            await self.answering.wait()
            status = self.answers.pop(0) if self.answers else 200
            writer.write(f"HTTP/1.1 {status} x\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        finally:
            self.at_once -= 1
            writer.close()

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    @property
    def told(self) -> list[tuple[str, str | None, int]]:
        return [(one["topic"], one["employee_number"], one["revision"]) for one in self.changes]


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    one = Receiver()
    server = await asyncio.start_server(one.take, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
    yield one
    server.close()
    one.answering.set()
    await asyncio.gather(*(task for task in one.tasks if task), return_exceptions=True)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with listening() as one:
        yield one


@pytest.fixture
def hooked(hub: Hub) -> Hub:
    hub.headers = hub.running.bearer(*SCOPES, "webhooks:write")
    return hub


def delivering(hub: Hub, *, tries: int = 3, guard: Guard | None = None) -> Delivering:
    running = hub.running
    sender = Sender(guard or Guard(is_tryout=True))
    return Delivering(
        running.database,
        running.clock,
        sender,
        new_id=uuid4,
        body_of=body_of,
        tries=tries,
        chance=lambda: 0.0,
    )


async def register(hub: Hub, url: str, topics: Sequence[str] = ("person.changed",), **body: Any) -> dict[str, Any]:
    answer = await hub.post(HOOKS, {"url": url, "topics": list(topics), **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def later(hub: Hub, **time_: float) -> None:
    hub.running.clock.move_to(hub.running.clock.now() + timedelta(**time_))


def signed_by(secret: str, headers: dict[str, str], body: str) -> bool:
    parts = [part.split("=", 1) for part in headers["esrlink-signature"].split(",")]
    timestamp = next(value for name, value in parts if name == "t")
    assert abs(time.time() - int(timestamp)) < 60
    wanted = hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return wanted in [value for name, value in parts if name == "v1"]


async def test_a_change_is_delivered_once_signed_with_the_secret_that_was_shown_once(
    hooked: Hub, receiver: Receiver
) -> None:
    await hooked.people(imported("20009999"))
    made = await register(hooked, receiver.url)
    await hooked.people(imported())
    loop = delivering(hooked)
    await loop.turn()
    await loop.turn()
    [(headers, body)] = receiver.got
    assert signed_by(made["secret"], headers, body)
    assert not signed_by("another", headers, body)
    told = json.loads(body)
    assert (told["id"], told["webhook_id"]) == (headers["esrlink-delivery"], made["webhook_id"])
    assert (told["topic"], told["employee_number"], told["vpd"]) == ("person.changed", "20001001", "277")
    read = await hooked.get(f"{HOOKS}/{made['webhook_id']}")
    listed = await hooked.get(HOOKS)
    assert made["secret"] not in read.text + listed.text
    [delivery] = (await hooked.get(f"{HOOKS}/{made['webhook_id']}/deliveries")).json()["items"]
    assert (delivery["state"], delivery["attempts"], delivery["outcome"]) == ("delivered", 1, "delivered")


async def test_only_the_topics_and_departments_that_were_registered_are_sent(hooked: Hub, receiver: Receiver) -> None:
    await hooked.people(imported(), imported("20001002"))
    await register(hooked, receiver.url, ["profile.linked"], departments=["medirota/cardiology"])
    await hooked.profile("clwrota/anaesthetics/ao1", employee_number="20001001")
    await hooked.profile("medirota/cardiology/x7", employee_number="20001002")
    await delivering(hooked).turn()
    assert receiver.told == [("profile.linked", "20001002", 1)]


async def test_what_fails_is_tried_again_with_growing_pauses_and_then_parked_and_replayed(
    hooked: Hub, receiver: Receiver
) -> None:
    made = await register(hooked, receiver.url)
    await hooked.people(imported())
    receiver.answers = [404, 404, 404]
    loop = delivering(hooked, tries=3)
    await loop.turn()
    await loop.turn()
    assert len(receiver.got) == 1, "not before the pause is over"
    later(hooked, seconds=5)
    await loop.turn()
    later(hooked, seconds=5)
    await loop.turn()
    assert len(receiver.got) == 2, "the second pause is longer"
    later(hooked, seconds=5)
    await loop.turn()
    path = f"{HOOKS}/{made['webhook_id']}"
    [parked] = (await hooked.get(f"{path}/deliveries?state=parked")).json()["items"]
    assert (parked["attempts"], parked["outcome"]) == (3, "status_404")
    assert (await hooked.get(path)).json()["parked"] == 1
    assert (await hooked.post(f"{path}/deliveries/{parked['delivery_id']}/replay", {})).json() == {"queued": 1}
    await loop.turn()
    ids = {headers["esrlink-delivery"] for headers, _ in receiver.got}
    assert (len(receiver.got), ids) == (4, {parked["delivery_id"]})
    assert receiver.got[-1][0]["esrlink-replay"] == "true"


async def test_everything_since_a_moment_is_sent_again(hooked: Hub, receiver: Receiver) -> None:
    made = await register(hooked, receiver.url)
    await hooked.people(imported())
    loop = delivering(hooked)
    await loop.turn()
    later(hooked, minutes=1)
    since = hooked.running.clock.now()
    await hooked.people(imported("20001002"))
    await loop.turn()
    body = {"since": since.isoformat(), "states": ["delivered"]}
    assert (await hooked.post(f"{HOOKS}/{made['webhook_id']}/replay", body)).json() == {"queued": 1}
    await loop.turn()
    assert [person for _, person, _ in receiver.told] == ["20001001", "20001002", "20001002"]


async def test_the_changes_of_one_person_stay_in_order_and_hold_nobody_else_s(hooked: Hub, receiver: Receiver) -> None:
    await register(hooked, receiver.url)
    await hooked.people(imported())
    loop = delivering(hooked)
    receiver.answers = [400]
    await loop.turn()
    await hooked.people(imported(revision=2, title="Dr"))
    await hooked.people(imported("20001002"))
    await loop.turn()
    later(hooked, seconds=10)
    await loop.turn()
    assert receiver.told == [
        ("person.changed", "20001001", 1),
        ("person.changed", "20001002", 1),
        ("person.changed", "20001001", 1),
        ("person.changed", "20001001", 2),
    ]


async def test_an_endpoint_that_is_down_is_left_alone_and_loses_nothing(hooked: Hub, receiver: Receiver) -> None:
    made = await register(hooked, receiver.url)
    for number in range(20):
        await hooked.people(imported(str(30000000 + number)))
    receiver.answers = [503] * 8
    loop = delivering(hooked)
    await loop.turn()
    assert len(receiver.got) <= 8
    state = (await hooked.get(f"{HOOKS}/{made['webhook_id']}")).json()
    assert (state["failures"], state["waiting"]) == (1, 20)
    await loop.turn()
    assert len(receiver.got) <= 8
    later(hooked, minutes=1)
    await loop.turn()
    assert len({person for _, person, _ in receiver.told}) == 20
    assert (await hooked.get(f"{HOOKS}/{made['webhook_id']}")).json()["failures"] == 0


async def test_a_dead_endpoint_never_holds_another(hooked: Hub, receiver: Receiver) -> None:
    async with listening() as dead:
        dead.answering.clear()
        await register(hooked, dead.url)
        await register(hooked, receiver.url)
        await hooked.people(imported())
        turn = asyncio.ensure_future(delivering(hooked).turn())
        await receiver.came.wait()
        assert not turn.done(), "the live one was delivered to before the dead one was given up"
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)


async def test_two_replicas_never_send_for_one_webhook_at_the_same_time(hooked: Hub, receiver: Receiver) -> None:
    await register(hooked, receiver.url)
    for revision in range(1, 6):
        await hooked.people(imported(revision=revision, title=f"T{revision}"))
    await asyncio.gather(*(delivering(hooked).turn() for _ in range(3)))
    assert [revision for _, _, revision in receiver.told] == [1, 2, 3, 4, 5]
    assert receiver.most_at_once == 1


async def test_a_process_that_died_while_sending_is_taken_over_with_the_same_id(
    hooked: Hub, receiver: Receiver
) -> None:
    made = await register(hooked, receiver.url)
    await hooked.people(imported())
    receiver.answering.clear()
    turn = asyncio.ensure_future(delivering(hooked).turn())
    await receiver.came.wait()
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)
    receiver.answering.set()
    await delivering(hooked).turn()
    assert len({headers["esrlink-delivery"] for headers, _ in receiver.got}) == 1
    [delivery] = (await hooked.get(f"{HOOKS}/{made['webhook_id']}/deliveries")).json()["items"]
    assert delivery["state"] == "delivered"


async def test_a_webhook_that_another_process_holds_is_left_to_it_until_its_lease_is_over(
    hooked: Hub, receiver: Receiver
) -> None:
    await register(hooked, receiver.url)
    await hooked.people(imported())
    hold = text("UPDATE webhook SET leased_by = gen_random_uuid(), leased_until = clock_timestamp() + :rest")
    for rest, sent in ((timedelta(minutes=1), 0), (timedelta(seconds=-1), 1)):
        async with hooked.running.database.write(["277"]) as tx:
            await tx.execute(hold, {"rest": rest})
        await delivering(hooked).turn()
        assert len(receiver.got) == sent


@pytest.mark.parametrize("was_handed_over", [True, False])
async def test_a_webhook_is_told_that_changes_were_forgotten_before_they_were_sent(
    hooked: Hub, receiver: Receiver, was_handed_over: bool
) -> None:
    made = await register(hooked, receiver.url)
    path = f"{HOOKS}/{made['webhook_id']}"
    body = {"url": receiver.url, "topics": ["person.changed"]}
    await hooked.people(imported())
    if was_handed_over:
        receiver.answers = [503]
        await delivering(hooked).turn()
    await hooked.put(path, {**body, "paused": True})
    assert (await hooked.get("/v1/changes")).status_code == 200
    later(hooked, days=31)
    running = hooked.running
    await forgetting_changes(running.database, running.clock, timedelta(days=30)).forget()
    await hooked.put(path, body)
    await hooked.people(imported("20001002"))
    sent = len(receiver.got)
    await delivering(hooked).turn()
    assert (await hooked.get(path)).json()["missed_at"] is not None
    assert receiver.told[sent:] == [("person.changed", "20001002", 1)]


async def test_while_the_secret_changes_both_sign_and_a_leaked_one_ends_at_once(
    hooked: Hub, receiver: Receiver
) -> None:
    made = await register(hooked, receiver.url)
    path = f"{HOOKS}/{made['webhook_id']}"
    new = (await hooked.post(f"{path}/secret", {})).json()["secret"]
    assert (await hooked.post(f"{path}/ping", {})).json() == {"delivered": True, "outcome": "delivered"}
    assert signed_by(made["secret"], *receiver.got[0])
    assert signed_by(new, *receiver.got[0])
    newest = (await hooked.post(f"{path}/secret", {"keep_old_hours": 0})).json()["secret"]
    await hooked.post(f"{path}/ping", {})
    assert [signed_by(one, *receiver.got[1]) for one in (made["secret"], new, newest)] == [False, False, True]


async def test_a_paused_webhook_is_sent_nothing_and_has_it_all_when_it_goes_on(hooked: Hub, receiver: Receiver) -> None:
    made = await register(hooked, receiver.url)
    path = f"{HOOKS}/{made['webhook_id']}"
    body = {"url": receiver.url, "topics": ["person.changed"]}
    assert (await hooked.put(path, {**body, "paused": True})).json()["version"] == 2
    await hooked.people(imported())
    loop = delivering(hooked)
    await loop.turn()
    assert receiver.got == []
    stale = await hooked.put(path, body, headers={**hooked.headers, "If-Match": '"1"'})
    assert stale.status_code == 412
    await hooked.put(path, body, headers={**hooked.headers, "If-Match": '"2"'})
    await loop.turn()
    assert receiver.told == [("person.changed", "20001001", 1)]


async def test_a_redirect_is_not_followed(hooked: Hub, receiver: Receiver) -> None:
    made = await register(hooked, receiver.url)
    receiver.answers = [307]
    ping = await hooked.post(f"{HOOKS}/{made['webhook_id']}/ping", {})
    assert ping.json() == {"delivered": False, "outcome": "status_307"}


async def test_contact_details_are_sent_only_where_the_owner_may_see_them(hooked: Hub, receiver: Receiver) -> None:
    await register(hooked, receiver.url, ["profile.onboarded"])
    hooked.headers = hooked.running.bearer(*SCOPES, "webhooks:write", "contacts:read")
    await register(hooked, receiver.url + "/full", ["profile.onboarded"])
    async with hooked.running.database.write(["277"]) as tx:
        await tx.connection.exec_driver_sql(
            "INSERT INTO change (vpd, topic, key, employee_number, data, changed_at)"
            """ VALUES ('277', 'profile.onboarded', '277/1', '1', '{"person": {"email": "a@b.nhs.uk"}}', now())"""
        )
    await delivering(hooked).turn()
    assert sorted("a@b.nhs.uk" in body for _, body in receiver.got) == [False, True]


async def test_another_client_and_another_trust_find_no_webhook(hooked: Hub, receiver: Receiver) -> None:
    made = await register(hooked, receiver.url)
    path = f"{HOOKS}/{made['webhook_id']}"
    other = hooked.running.bearer(*SCOPES, "webhooks:write", sub="medirota")
    there = hooked.running.bearer(*SCOPES, "webhooks:write", vpds=["312"])
    for headers in (other, there):
        assert (await hooked.get(path, headers=headers)).status_code == 404
        assert (await hooked.get(HOOKS, headers=headers)).json()["items"] == []
        assert (await hooked.post(f"{path}/ping", {}, headers=headers)).status_code == 404
    bare = await hooked.get(path, headers=hooked.running.bearer(*SCOPES))
    assert bare.status_code == 403
    assert (await hooked.running.client.delete(path, headers=hooked.headers)).status_code == 204
    assert (await hooked.get(path)).status_code == 404


async def test_a_webhook_has_no_department_that_its_client_has_not(hooked: Hub, receiver: Receiver) -> None:
    headers = hooked.running.bearer(*SCOPES, "webhooks:write", departments=["medirota/cardiology"])
    body = {"url": receiver.url, "topics": ["profile.linked"]}
    refused = await hooked.post(HOOKS, {**body, "departments": ["clwrota/anaesthetics"]}, headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (404, "department")
    made = await hooked.post(HOOKS, body, headers=headers)
    assert made.json()["departments"] == ["medirota/cardiology"]


@pytest.mark.parametrize(
    "url",
    [
        "http://rota.example.org/",
        "ftp://rota.example.org/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]:9/x#y",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://user:word@rota.example.org/",
        "https:///nowhere",
        "https://rota.example.org:99999/",
        "https://ro ta.example.org/",
    ],
)
async def test_an_address_that_no_webhook_may_have_is_refused(hooked: Hub, url: str) -> None:
    answer = await hooked.post(HOOKS, {"url": url, "topics": ["person.changed"]})
    assert (answer.status_code, answer.json()["field"]) == (422, "url")


@pytest.mark.parametrize(
    ("found", "networks", "allowed"),
    [
        (["93.184.215.14"], [], True),
        (["127.0.0.1"], [], False),
        (["0.0.0.0"], [], False),  # noqa: S104 - an address to be refused
        (["10.0.0.7"], [], False),
        (["10.0.0.7"], ["10.0.0.0/24"], True),
        (["93.184.215.14", "10.0.0.7"], [], False),
        (["100.64.0.1"], [], False),
        (["fd00::1"], [], False),
        (["::ffff:127.0.0.1"], [], False),
        (["2002:7f00:1::"], [], False),
        (["224.0.0.1"], [], False),
        ([], [], False),
    ],
)
async def test_a_name_is_only_gone_to_when_all_of_its_addresses_are_allowed(
    found: list[str], networks: list[str], allowed: bool
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return found

    guard = Guard([ipaddress.ip_network(one) for one in networks], resolve=resolve)
    if allowed:
        assert await guard.address_of("rota.example.org", 443) == found[0]
    else:
        with pytest.raises(AddressRefused):
            await guard.address_of("rota.example.org", 443)


async def test_the_connection_goes_to_the_address_that_was_checked_under_the_name_that_was_registered(
    receiver: Receiver,
) -> None:
    asked = 0

    async def resolve(host: str, port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return ["127.0.0.1"] if asked == 1 else ["10.0.0.1"]

    url = receiver.url.replace("127.0.0.1", "rota.example.org")
    outcome = await Sender(Guard(is_tryout=True, resolve=resolve)).send(Target(url, ["key"]), "id", "{}")
    assert (outcome.code, asked) == ("delivered", 1)
    assert receiver.got[0][0]["host"].startswith("rota.example.org:")


async def test_production_takes_no_address_of_this_machine(receiver: Receiver) -> None:
    outcome = await Sender(Guard()).send(Target(receiver.url, ["key"]), "id", "{}")
    assert (outcome.code, receiver.got) == ("address_refused", [])


async def test_a_receiver_that_hangs_is_given_up_in_time(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("profile_sync.webhooks.sending.TIMEOUT", 0.05)
    receiver.answering.clear()
    outcome = await Sender(Guard(is_tryout=True)).send(Target(receiver.url, ["key"]), "id", "{}")
    assert (outcome.code, outcome.is_endpoint) == ("timeout", True)
