"""Reminders before a cut-off: made once, sent once, stopped by a click, and never with a name or a pay figure."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select, text

from esrlink.db import outbox
from submittals.bootstrap import service as definition
from submittals.deadlines.posting import Posting
from submittals.deadlines.reminding import Reminding
from submittals.deadlines.smtp import SmtpServer
from submittals.deadlines.unsubscribing import UnsubscribeLinks
from submittals.settings import Settings
from submittals.tables import mail, reminder_round
from tests.conftest import RunService
from tests.integration.submittals.conftest import CONSULTANT, SETTINGS, Rota, calendar, link, person, work
from tests.integration.submittals.mail_server import PASSWORD, MailServer, mail_server

CUT_OFF = datetime.fromisoformat("2026-09-01T12:00:00+01:00")
ADDRESSES = [
    {"product": "clwrota", "department": "anaesthetics", "approver": "lead1", "address": "Lead1@trust.example"},
    {"product": "clwrota", "department": "anaesthetics", "approver": "lead2", "address": "lead2@trust.example"},
    {"product": "clwrota", "department": "anaesthetics", "address": "rota@trust.example"},
    {"product": "medirota", "department": "cardiology", "address": "rota@trust.example"},
]
SECRET = "a secret for tests only, long enough to be one"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[MailServer]:
    async with mail_server(tmp_path) as running:
        yield running


@dataclass
class Desk:
    """A trust with two approvers and addresses, whose mail goes to the server; its loops are turned by hand."""

    rota: Rota
    server: MailServer

    def __post_init__(self) -> None:
        hub = self.rota.hub
        assert isinstance(hub.settings, Settings)
        self.new_ids = hub.service.app.state.parts.new_id
        self.reminding = self.another()
        self.posting = self.poster()

    def another(self, *, sends_mail: bool = True) -> Reminding:
        hub = self.rota.hub
        home = "http://hub.test/submittals/"
        return Reminding(hub.database, hub.clock, self.new_ids, sends_mail=sends_mail, home=home)

    def poster(self, **changed: Any) -> Posting:
        hub = self.rota.hub
        place = Settings.model_validate(
            {**hub.settings.model_dump(), **self.server.settings(), **changed}  # as the environment would give it
        ).smtp_place
        assert place is not None
        links = UnsubscribeLinks(SECRET, "http://hub.test")
        return Posting(
            hub.database, hub.clock, SmtpServer(place), links, sender=place.sender, tries=3, chance=lambda: 0.0
        )

    def at(self, **before: float) -> None:
        """Move the clock to so long before the cut-off."""
        self.rota.hub.clock.move_to(CUT_OFF - timedelta(**before))

    def later(self, **by: float) -> None:
        """Move the clock on."""
        self.rota.hub.clock.move_to(self.rota.hub.clock.now() + timedelta(**by))

    async def call(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = await self.rota.hub.client.request(
            method, f"/v1/deadlines/{path}", headers=self.rota.bearer(), **options
        )
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def events(self) -> list[Any]:
        return [one.event for one in await self.rota.hub.emitted("submittal.reminder_due")]

    async def states(self) -> list[tuple[str, str | None]]:
        async with self.rota.hub.database.read(["277"]) as tx:
            rows = await tx.all(select(mail.c.state, mail.c.outcome).order_by(mail.c.state, mail.c.outcome))
        return [(row.state, row.outcome) for row in rows]

    def to(self, address: str) -> EmailMessage:
        [found] = [one for one in self.server.taken if one["To"] == address]
        return found


@pytest.fixture
async def desk(run_service: RunService, server: MailServer) -> Desk:
    hub = await run_service(definition)
    rota = Rota(hub)
    group = {"product": "clwrota", "department": "anaesthetics", "name": "Leads", "members": ["lead1", "lead2"]}
    settings = {**SETTINGS, "validation_groups": [group]}
    assert (await hub.client.put("/v1/trusts/277", json=settings, headers=rota.bearer())).status_code == 200
    await hub.deliver(calendar(), person(CONSULTANT), link(CONSULTANT, "p1"))
    await hub.deliver(link(CONSULTANT, "c9", "medirota/cardiology"))
    for name, day in (("a", "2026-07-21"), ("b", "2026-08-02"), ("c", "2026-08-03")):
        submittal_id = (await rota.taken(name, work(date_worked=day)))["submittal_id"]
        if name != "c":
            await rota.done(submittal_id, "enrich", "admin")
    await rota.taken(
        "h", work(date_worked="2026-08-01", profile_id="c9", starts="18:00", ends="20:00"), "medirota/cardiology"
    )
    found = Desk(rota, server)
    await found.call("PUT", "addresses", json={"addresses": ADDRESSES})
    return found


async def test_each_department_and_approver_is_reminded_five_days_and_one_day_before(desk: Desk) -> None:
    desk.at(days=6)
    assert await desk.reminding.look() == 0
    desk.at(days=4)
    assert await desk.reminding.look() == 4
    assert await desk.reminding.look() == 0
    told = {(one.department, one.approver): one for one in await desk.events()}
    assert set(told) == {
        ("anaesthetics", None),
        ("anaesthetics", "lead1"),
        ("anaesthetics", "lead2"),
        ("cardiology", None),
    }
    whole, lead = told["anaesthetics", None], told["anaesthetics", "lead1"]
    assert (whole.to_enrich, whole.to_validate, whole.late, whole.hours_before) == (1, 2, 1, 120)
    assert (lead.to_enrich, lead.to_validate, lead.late, lead.cut_off, lead.run.code) == (0, 2, 1, CUT_OFF, "MN2705")
    desk.at(hours=20)
    assert await desk.reminding.look() == 4
    desk.at(hours=-1)
    assert await desk.reminding.look() == 0
    assert {one.hours_before for one in await desk.events()} == {120, 24}


async def test_the_e_mail_is_a_digest_with_counts_a_deadline_and_a_link_and_no_names_or_pay(desk: Desk) -> None:
    desk.at(days=4)
    await desk.reminding.look()
    assert await desk.posting.look() == 3
    assert await desk.posting.look() == 0
    lead, rota = desk.to("Lead1@trust.example"), desk.to("rota@trust.example")
    assert lead["Subject"] == "2 records to do before 12:00 on 1 September"
    assert lead.get_content().splitlines()[:10] == [
        "Alderbrook and Marsh University Hospitals",
        "",
        "The cut-off of the August 2026 pay is at 12:00 on 1 September.",
        "2 records wait:",
        "",
        "Anaesthetics (CLWRota)",
        "  2 to validate, 1 late already",
        "",
        "See and do them here: http://hub.test/submittals/queues/validate",
        "",
    ]
    assert "1 to enrich and 2 to validate, 1 late already" in rota.get_content()
    assert "Cardiology (Medirota)" in rota.get_content()
    for message in desk.server.taken:
        body = message.get_content() + message["Subject"]
        assert not re.search(r"£|\d\.\d\d|2000000\d|\bp1\b|\bc9\b|lead", body), body
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["List-Unsubscribe"].strip("<>") in message.get_content()
    assert desk.server.connections == 1


async def test_one_click_stops_the_reminders_without_a_sign_in_and_an_import_never_starts_them_again(
    desk: Desk,
) -> None:
    client, rota = desk.rota.hub.client, desk.rota
    desk.at(days=4)
    await desk.reminding.look()
    await desk.posting.look()
    url = desk.to("lead2@trust.example")["List-Unsubscribe"].strip("<>")
    path = url.removeprefix("http://hub.test/submittals")
    assert "lead2" not in url
    assert "Stop the reminders" in (await client.get(path)).text
    desk.server.taken.clear()
    pressed = await client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (pressed.status_code, "No more reminders" in pressed.text) == (200, True)
    assert (await client.post(path)).status_code == 200
    await desk.call("PUT", "addresses", json={"addresses": ADDRESSES})
    desk.at(hours=20)
    await desk.reminding.look()
    assert await desk.posting.look() == 2
    assert {message["To"] for message in desk.server.taken} == {"Lead1@trust.example", "rota@trust.example"}
    listed = (await desk.call("GET", "addresses"))["addresses"]
    assert [one["approver"] for one in listed if one["unsubscribed_at"]] == ["lead2"]
    place = {name: ADDRESSES[1][name] for name in ("product", "department", "approver")}
    await desk.call("POST", "addresses:subscribe-again", 204, json=place)
    assert not [one for one in (await desk.call("GET", "addresses"))["addresses"] if one["unsubscribed_at"]]
    actions = (await client.get("/v1/audit", headers=rota.hub.bearer("audit:read"))).json()["entries"]
    assert "reminders.subscribed_again" in {entry["action"] for entry in actions}


@pytest.mark.parametrize("change", ["last", "trust", "recipient", "nothing"])
async def test_a_link_that_we_did_not_make_does_nothing(desk: Desk, change: str) -> None:
    vpd, recipient, signature = (
        UnsubscribeLinks(SECRET, "").link("277", desk.new_ids()).rpartition("/")[2].split("-", 2)
    )
    token = {
        "last": f"{vpd}-{recipient}-{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        "trust": f"311-{recipient}-{signature}",
        "recipient": f"{vpd}-{'0' * 32}-{signature}",
        "nothing": "x",
    }[change]
    for method in ("GET", "POST"):
        answer = await desk.rota.hub.client.request(method, f"/unsubscribe/{token}")
        assert answer.status_code == 404


async def test_a_server_that_is_away_or_puts_off_is_tried_again_and_one_that_refuses_is_not(desk: Desk) -> None:
    desk.at(days=4)
    await desk.reminding.look()
    away = desk.poster(smtp_url="smtp://127.0.0.1:9")
    assert await away.look() == 0
    assert (await desk.states()).count(("waiting", "unreachable")) == 1  # the others were left alone
    assert await away.look() == 0
    desk.server.at_recipient = {
        "lead2@trust.example": "550 no such mailbox",
        "Lead1@trust.example": "451 not now",
    }
    desk.later(minutes=2)
    assert await desk.posting.look() == 1
    assert await desk.states() == [
        ("parked", "recipient_refused_550"),
        ("sent", "sent"),
        ("waiting", "recipient_refused_451"),
    ]
    for _ in range(2):
        desk.later(hours=1)
        await desk.posting.look()
    parked = (await desk.call("GET", "mail?state=parked"))["mails"]
    assert {one["outcome"]: one["attempts"] for one in parked} == {
        "recipient_refused_550": 1,
        "recipient_refused_451": 3,
    }
    status = (await desk.rota.hub.client.get("/v1/status", headers=desk.rota.hub.bearer("audit:read"))).json()
    assert "2 reminders by e-mail could not be sent in the last day." in [
        notice["text"] for notice in status["notices"]
    ]
    desk.server.at_recipient = {}
    await desk.call("POST", f"mail/{parked[0]['mail_id']}/send-again", 204)
    assert await desk.posting.look() == 1
    await desk.call("POST", f"mail/{parked[0]['mail_id']}/send-again", 409)


async def test_what_the_server_may_have_taken_is_never_sent_again_by_a_machine(desk: Desk) -> None:
    desk.at(days=4)
    await desk.reminding.look()
    desk.server.at_data = "hang up"
    await desk.posting.look()
    assert len(desk.server.taken) == 1
    desk.server.at_data = ""
    desk.later(hours=2)
    assert await desk.posting.look() == 2
    assert len({message["To"] for message in desk.server.taken}) == len(desk.server.taken) == 3
    assert await desk.states() == [("sent", "sent"), ("sent", "sent"), ("unknown", "no_receipt")]


async def test_a_process_that_dies_over_an_e_mail_leaves_it_unknown(desk: Desk) -> None:
    desk.at(days=4)
    await desk.reminding.look()
    async with desk.rota.hub.database.write(["277"]) as tx:
        await tx.execute(
            text("UPDATE mail SET state = 'sending', leased_until = now() - interval '1 s' WHERE subject LIKE '2 %'")
        )
    assert await desk.posting.look() == 1
    assert await desk.states() == [("sent", "sent"), ("unknown", "no_receipt"), ("unknown", "no_receipt")]


async def test_two_replicas_make_one_round_and_send_each_e_mail_once(desk: Desk) -> None:
    desk.at(days=4)
    made = await asyncio.gather(*(desk.another().look() for _ in range(4)))
    assert sorted(made) == [0, 0, 0, 4]
    sent = await asyncio.gather(*(desk.poster().look() for _ in range(3)))
    assert sum(sent) == len(desk.server.taken) == 3
    assert len(await desk.events()) == 4


async def test_after_an_outage_only_the_nearest_round_is_made(desk: Desk) -> None:
    desk.at(hours=3)
    assert await desk.reminding.look() == 4
    async with desk.rota.hub.database.read(["277"]) as tx:
        rows = await tx.all(select(reminder_round).order_by(reminder_round.c.hours_before))
    assert [(row.hours_before, row.skipped, row.reminders) for row in rows] == [(24, False, 4), (120, True, 0)]
    await desk.call("PUT", "reminders", json={"hours_before": [48, 2]})
    assert await desk.reminding.look() == 0  # 48 hours are over, and nearer ones were made
    desk.at(hours=1)
    assert await desk.reminding.look() == 4
    assert (await desk.call("GET", "reminders"))["hours_before"] == [48, 2]


async def test_an_e_mail_that_was_not_sent_in_time_is_parked_and_one_nobody_wants_is_dropped(desk: Desk) -> None:
    desk.at(hours=10)
    await desk.reminding.look()
    place = {name: ADDRESSES[0][name] for name in ("product", "department", "approver")}
    await desk.call("POST", "addresses:remove", 204, json=place)
    desk.at(hours=-1)
    assert await desk.posting.look() == 0
    assert await desk.states() == [("dropped", "no_address"), ("parked", "too_late"), ("parked", "too_late")]


async def test_without_a_mail_server_there_are_events_and_no_e_mails(desk: Desk) -> None:
    desk.at(days=4)
    assert await desk.another(sends_mail=False).look() == 4
    assert await desk.states() == []
    assert len(desk.rota.hub.service.loops) == len({loop.name for loop in desk.rota.hub.service.loops})
    assert "mail" not in {loop.name for loop in desk.rota.hub.service.loops}


async def test_addresses_are_in_one_table_and_in_no_log_event_or_audit_entry(desk: Desk) -> None:
    with structlog.testing.capture_logs() as logs:
        desk.at(days=4)
        await desk.reminding.look()
        desk.server.at_recipient = {"lead2@trust.example": "550 lead2@trust.example is no mailbox"}
        await desk.posting.look()
    assert "trust.example" not in str(logs)
    tables = ("mail", "outbox", "audit_entry", "approver_address", "reminder_round")
    async with desk.rota.hub.database.read(["277"]) as tx:
        for name in tables:
            rows = await tx.all(text(f"SELECT row::text AS said FROM {name} row"))
            assert name == "reminder_round" or rows, name
            assert not [row for row in rows if "trust.example" in row.said.replace("hub@trust.example", "")], name
        values = await tx.all(select(outbox.c.value))
    assert not [row for row in values if b"trust.example" in row.value]


async def test_a_file_of_addresses_is_taken_whole_or_not_at_all(desk: Desk) -> None:
    heading = "product,department,approver,address\r\n"
    good = heading + "clwrota,anaesthetics,lead3,lead3@trust.example\r\n"
    wrong = good + "clwrota,anaesthetics,lead4,somebody at home\r\n"
    refused = await desk.call("POST", "addresses:import", 422, content=wrong.encode())
    assert [problem["field"] for problem in refused["problems"]] == ["row 3: address"]
    assert "somebody" not in str(refused)
    unknown = heading + "clwrota,surgery,lead4,lead4@trust.example\r\n"
    await desk.call("POST", "addresses:import", 422, content=unknown.encode())
    assert len((await desk.call("GET", "addresses"))["addresses"]) == 4
    assert await desk.call("POST", "addresses:import", content=good.encode()) == {"taken": 1, "changed": 1}
    assert await desk.call("POST", "addresses:import", content=good.encode()) == {"taken": 1, "changed": 0}
    out = await desk.rota.hub.client.get("/v1/deadlines/addresses?format=csv", headers=desk.rota.bearer())
    assert "clwrota,anaesthetics,lead3,lead3@trust.example" in out.text
    other = desk.rota.hub.bearer("trusts:write", vpds=["311"])
    assert (await desk.rota.hub.client.get("/v1/deadlines/addresses?vpd=277", headers=other)).status_code == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"mail_from": None},
        {"smtp_url": "smtp+plain://127.0.0.1:25"},
        {"smtp_url": "http://127.0.0.1"},
        {"smtp_url": f"smtp://hub:{PASSWORD}@127.0.0.1"},
    ],
)
async def test_settings_that_would_send_a_password_in_the_clear_or_from_nobody_are_refused(
    server: MailServer, changed: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"SUBMITTALS|TLS|pattern"):
        Settings(**{**server.settings(), **changed, "mode": "tryout"})


async def test_an_unknown_certificate_or_a_wrong_password_sends_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.at(days=4)
    await desk.reminding.look()
    secret = tmp_path / "password"
    secret.write_text("wrong\n")
    for changed, code in (
        ({"smtp_ca_file": None}, "tls_failed"),
        ({"smtp_password_file": secret}, "not_let_in"),
        ({"smtp_password_file": tmp_path / "none"}, "password_file_unreadable"),
    ):
        assert await desk.poster(**changed).look() == 0
        assert ("waiting", code) in await desk.states()
        desk.later(minutes=1)
    secret.write_text(f"{PASSWORD}\n")
    assert await desk.poster(smtp_password_file=secret).look() == 3
