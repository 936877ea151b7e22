"""The gateway's pages without a browser: who may see and do what, what an action leaves behind, what a page costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from esrlink.auth import Role
from tests.integration.gateway.conftest import GatewayUnderTest, trust_settings
from tests.integration.gateway.desk import Desk, entries, sit_down
from tests.unit.gateway.building import Go, assignment, person, position

EVERYBODY = [person(str(number)) for number in range(20000001, 20000011)]
FIRST = Go([position(), *EVERYBODY])
CHANGES = Go(
    [
        person("20000002", effective_start_date="20260230"),
        person("20000003", effective_start_date="soon"),
        assignment("20000004", suffix="-2", fte="half"),
        "ASA~too~short",
        person("20000006", last_name="Adeyemi"),
    ],
    kind="GOC",
    day="20260804",
    before="20260803",
    sequence=2,
)


SignIn = Callable[..., Desk]


@pytest.fixture
def sign_in(gateway: GatewayUnderTest) -> SignIn:
    def become(*roles: Role, vpds: Sequence[str] = ("277",), subject: str = "olive") -> Desk:
        return sit_down(gateway.hub, *roles, vpds=vpds, subject=subject)

    return become


@pytest.fixture
async def olive(gateway: GatewayUnderTest, sign_in: SignIn) -> Desk:
    """An operator, and files that came."""
    await gateway.receive(FIRST, CHANGES)
    return sign_in()


@contextmanager
def counted(gateway: GatewayUnderTest) -> Any:
    """The statements that the service's database is asked."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        seen.append(given[2])

    engine = gateway.hub.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def file_id(gateway: GatewayUnderTest, name: str) -> str:
    [found] = (await gateway.get("/v1/files", name=name))["files"]
    return str(found["file_id"])


async def test_a_files_page_shows_each_bad_row_beside_its_cells_and_its_reason(
    olive: Desk, gateway: GatewayUnderTest
) -> None:
    place = f"files/{await file_id(gateway, CHANGES.name)}"
    words = await olive.words(place)
    assert "Row 2: Person Effective Start Date is not a date: '20260230'." in words
    assert "Employee Number 20000002" in words
    assert "National Insurance Number masked" in words
    assert "QQ123456C" not in words
    assert "Its columns cannot be told apart" in words
    only = await olive.words(place, record="AS", field="FTE", code="not_a_number")
    assert "Row 4: Assignment" in only
    assert "Row 2:" not in only
    assert "1 row of that kind" in only


async def test_a_page_asks_the_database_the_same_few_times_however_many_trusts_and_files_there_are(
    olive: Desk, gateway: GatewayUnderTest
) -> None:
    limits = {
        "": 18,
        "exchanges": 8,
        "exchanges/277": 12,
        "files": 8,
        "issues": 8,
        "audit": 8,
        "search?text=20000002": 14,
    }
    for path, limit in limits.items():
        with counted(gateway) as seen:
            answer = await olive.get(*path.split("?")[:1], **({"text": "20000002"} if "?" in path else {}))
        assert answer.status_code == 200, path
        assert len(seen) <= limit, (path, len(seen), seen)


@pytest.mark.parametrize(
    ("role", "sees_audit"),
    [(Role.OPERATOR, True), (Role.AUDITOR, True), (Role.PAYROLL_OFFICER, False), (Role.ADMINISTRATOR, False)],
)
async def test_the_navigation_offers_exactly_the_pages_that_open(
    role: Role, sees_audit: bool, gateway: GatewayUnderTest, sign_in: SignIn
) -> None:
    desk = sign_in(role)
    page = (await desk.get("files")).text
    offered = re.findall(r'esr-sections__link" href="[^"]*/esr-gateway/([^"]*)"', page)
    assert ("audit" in offered) is sees_audit
    for path in offered:
        assert (await desk.get(path)).status_code == 200, path
    assert (await desk.get("audit")).status_code == (200 if sees_audit else 403)
    assert (await desk.get("audit.csv")).status_code == (200 if sees_audit else 403)


async def test_actions_of_operators_are_refused_to_others_and_to_forged_forms(
    olive: Desk, gateway: GatewayUnderTest, sign_in: SignIn
) -> None:
    place = f"files/{await file_id(gateway, CHANGES.name)}/release"
    auditor = sign_in(Role.AUDITOR, Role.PAYROLL_OFFICER, Role.ADMINISTRATOR, subject="carl")
    for path in (place, "exchanges/277/poll", "exchanges/277/test"):
        assert (await auditor.post(path, reason="I say so")).status_code == 403, path
        assert (await olive.post(path, csrf="forged", reason="I say so")).status_code == 403, path
    stranger = sign_in(vpds=("312",))
    for path in (place, "exchanges/277/poll", "exchanges/277/test"):
        assert (await stranger.post(path, reason="I say so")).status_code == 404, path
    assert await entries(gateway.hub, actor="olive") == []


async def test_a_release_says_who_and_why_and_comes_back_to_the_file(olive: Desk, gateway: GatewayUnderTest) -> None:
    await gateway.receive(
        Go([position(), EVERYBODY[0]], day="20260805", before="20260804", sequence=3)  # nine of ten would be gone
    )
    [held] = (await gateway.get("/v1/files", state="held"))["files"]
    place = f"files/{held['file_id']}"
    words = await olive.words(place)
    assert "Let this file go on" in words
    assert "Gone from ESR 9 90.0% Over the limit 20.0%" in re.sub(
        r"How many |Share |The trust's limit (?=20)", "", words
    )
    assert "20000002 Name Ana Okafor" in words
    assert "Okafor" not in await sit_down(gateway.hub, Role.AUDITOR).words(place)
    assert (await olive.post(f"{place}/release", reason="")).status_code == 422
    answer = await olive.post(f"{place}/release", reason="ESR has confirmed it by telephone.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/esr-gateway/{place}?said=released")
    words = await olive.words(place, said="released")
    assert "You let the file go on" in words
    assert "By olive. ESR has confirmed it by telephone." in words
    [entry] = await entries(gateway.hub, about=str(held["file_id"]))
    assert (entry.actor, entry.action, entry.detail["held_for"]) == ("olive", "file.released", held["code"])
    again = await olive.post(f"{place}/release", reason="Once more, please.")
    assert again.status_code == 409


async def test_an_operator_looks_now_and_tries_every_step_and_both_are_remembered(
    olive: Desk, gateway: GatewayUnderTest
) -> None:
    CHANGES.but(rows=[person("20000007", last_name="Diallo")], day="20260805", before="20260804", sequence=3).write(
        gateway.out
    )
    answer = await olive.post("exchanges/277/poll")
    assert answer.headers["location"] == "/esr-gateway/exchanges/277?said=looked"
    assert "GO_277_GDW_GOC_20260805_00000003.DAT" in await olive.words("exchanges/277", said="looked")
    answer = await olive.post("exchanges/277/test")
    assert answer.headers["location"] == "/esr-gateway/exchanges/277?said=tried"
    words = await olive.words("exchanges/277", said="tried")
    assert "olive tried it" in words
    assert "every step works" in words
    assert "Sign in Works" in re.sub(r"\bHow it went\b ", "", words)
    assert [one.action for one in await entries(gateway.hub, actor="olive")] == ["exchange.tried", "exchange.polled"]


async def test_an_exchange_page_tells_its_settings_and_no_secret(olive: Desk, gateway: GatewayUnderTest) -> None:
    words = (await olive.get("exchanges/277")).text
    assert "a password in the file" in words
    assert gateway.sandbox.settings.password("277") not in words


async def test_a_look_that_fails_is_told_on_the_page(olive: Desk, gateway: GatewayUnderTest, tmp_path: Path) -> None:
    changed = trust_settings(gateway.sandbox, tmp_path, port=1)  # nobody listens there
    await gateway.hub.client.put("/v1/trusts/277", json=changed, headers=gateway.bearer())
    answer = await olive.post("exchanges/277/poll")
    assert answer.headers["location"] == "/esr-gateway/exchanges/277?said=trouble"
    assert "The look failed" in await olive.words("exchanges/277", said="trouble")
    [entry] = await entries(gateway.hub, actor="olive")
    assert entry.detail["problem"] == "exchange_unavailable"


async def test_no_address_puts_words_on_a_page(olive: Desk) -> None:
    assert "injected" not in (await olive.get("exchanges/277", said="injected")).text


async def test_files_are_found_by_name_hash_state_and_person(olive: Desk, gateway: GatewayUnderTest) -> None:
    sha256 = (await gateway.get("/v1/files", name=CHANGES.name))["files"][0]["sha256"]
    for query in ({"q": "goc_2026"}, {"q": sha256[:12]}, {"number": "20000002"}, {"number": "20000004-2"}):
        words = await olive.words("files", **query)
        assert CHANGES.name in words, query
        assert FIRST.name not in words, query
    assert "No file is like that" in await olive.words("files", number="20000008")
    assert "No file is like that" in await olive.words("files", state="held")
    assert "No file is like that" in await olive.words("files", q="%")
    download = await olive.get("files.csv", q="GOC")
    assert download.headers["content-type"].startswith("text/csv")
    assert [line.split(",")[1] for line in download.text.splitlines()] == ["name", CHANGES.name]


async def test_all_bad_rows_of_a_file_can_be_downloaded(olive: Desk, gateway: GatewayUnderTest) -> None:
    text = (await olive.get(f"files/{await file_id(gateway, CHANGES.name)}/rows.csv")).text
    assert len(text.splitlines()) == 5
    assert "QQ123456C" not in text


async def test_a_stranger_finds_nothing_of_another_trust(
    olive: Desk, gateway: GatewayUnderTest, sign_in: SignIn
) -> None:
    one, stranger = await file_id(gateway, CHANGES.name), sign_in(vpds=("312",))
    assert (await stranger.get(f"files/{one}")).status_code == 404
    assert (await stranger.get(f"files/{one}/rows.csv")).status_code == 404
    assert (await stranger.get("exchanges/277")).status_code == 404
    for path, query in (("files", {}), ("search", {"text": "20000002"}), ("search", {"text": CHANGES.name})):
        page = (await stranger.get(path, **query)).text.partition("<main")[2]
        assert f"files/{one}" not in page, path
        assert "ESR number 20000002" not in page, path
        assert ("Nothing was found" in page) is (path == "search"), path


async def test_what_esr_says_of_a_person_is_shown_to_those_who_mend_it_and_each_look_is_remembered(
    olive: Desk, gateway: GatewayUnderTest, sign_in: SignIn
) -> None:
    assert 'href="/esr-gateway/people/277/20000006"' in (await olive.get("search", text="20000006")).text
    words = await olive.words("people/277/20000006")
    assert "Last Name Adeyemi" in words
    assert "QQ123456C" not in words
    [entry] = await entries(gateway.hub, action="person.looked_at")
    assert (entry.actor, entry.about) == ("olive", "20000006")
    assert (await sign_in(Role.AUDITOR).get("people/277/20000006")).status_code == 403
    assert (await sign_in(vpds=("312",)).get("people/277/20000006")).status_code == 404
    assert (await olive.get("people/277/20000099")).status_code == 404
    assert len(await entries(gateway.hub, action="person.looked_at")) == 1
