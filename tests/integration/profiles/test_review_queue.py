"""The review queue: in order, filtered, page by page, of one's own trusts and departments, at a fixed price."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from openpyxl import load_workbook
from sqlalchemy import event

from esrlink.auth import Principal, Role
from esrlink.auth.testing import person, session_cookie, signed_in_session
from profile_sync.dashboard import review_files
from profile_sync.reviews import queue
from profile_sync.reviews.queue import Wanted, count_waiting, waiting

from .conftest import SCOPES, Hub, imported

DAY = timedelta(days=1)


@pytest.fixture
async def filled(hub: Hub) -> Hub:
    """Four that wait, a day apart: unmatched, alike, of a number that is another's, and one of trust 312."""
    await hub.people(imported(), imported("20001002", family_name="Lindqvist", given_name="Maja"))
    await hub.profile("clwrota/anaesthetics/a1", family_name="Zzyzx", given_name="Zoltan")
    hub.running.clock.move_to(hub.running.clock.now() + DAY)
    await hub.profile("medirota/cardiology/c1", email="ada@example.nhs.uk")
    hub.running.clock.move_to(hub.running.clock.now() + DAY)
    await hub.profile("clwrota/anaesthetics/a2", employee_number="20001002", given_name="Peter", family_name="Stone")
    hub.running.clock.move_to(hub.running.clock.now() + DAY)
    foreign = {"headers": hub.running.bearer(*SCOPES, vpds=["312"])}
    await hub.put("/v1/profiles/clwrota/anaesthetics/f1", {"family_name": "Foreign"}, **foreign)
    await hub.profile("clwrota/anaesthetics/ok", employee_number="20001001")
    return hub


async def ids(hub: Hub, *vpds: str, departments: Any = None, **values: Any) -> list[str]:
    async with hub.running.database.read(vpds or ("277",)) as tx:
        found, _ = await waiting(tx, vpds or ("277",), departments, Wanted(**values), limit=50)
        assert len(found) == await count_waiting(tx, vpds or ("277",), departments, Wanted(**values))
    return [one.place.profile_id for one in found]


async def test_those_that_wait_longest_come_first_over_all_trusts(filled: Hub) -> None:
    assert await ids(filled) == ["a1", "c1", "a2"]
    assert await ids(filled, "277", "312") == ["a1", "c1", "a2", "f1"]


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"department": ("clwrota", "anaesthetics")}, ["a1", "a2"]),
    ({"product": "medirota"}, ["c1"]),
    ({"state": "unmatched"}, ["a1"]),
    ({"reason": "number_contradicted"}, ["a2"]),
    ({"text": "zzyzx"}, ["a1"]),
    ({"text": "Stone Peter"}, ["a2"]),
    ({"text": "sto"}, ["a2"]),
    ({"text": "Stone Zoltan"}, []),
    ({"text": "20001002"}, ["a2"]),
    ({"text": "ADA@example.nhs.uk"}, ["c1"]),
    ({"text": "c1"}, ["c1"]),
    ({"text": "okafor", "state": "unmatched"}, []),
]


async def test_a_filter_leaves_what_it_says(filled: Hub) -> None:
    assert [await ids(filled, **wanted) for wanted, _ in FILTERS] == [expected for _, expected in FILTERS]


async def test_age_and_departments_narrow_the_queue(filled: Hub) -> None:
    old = filled.running.clock.now() - 2 * DAY
    assert await ids(filled, waiting_since=old) == ["a1", "c1"]
    assert await ids(filled, departments={"medirota/cardiology"}) == ["c1"]


async def test_every_profile_comes_once_page_by_page(filled: Hub) -> None:
    seen, cursor = [], None
    while True:
        async with filled.running.database.read(("277", "312")) as tx:
            found, cursor = await waiting(tx, ("277", "312"), None, Wanted(), cursor=cursor, limit=1)
        seen += [one.place.profile_id for one in found]
        if cursor is None:
            break
    assert seen == ["a1", "c1", "a2", "f1"]


# So many that wait that the planner could not do without an index, and three of them for a reason that is rare.
MANY = """
    INSERT INTO link (vpd, product, department, profile_id, link_id, state, made_by, reason, revision, changed_at, review_since)
    SELECT '277', 'clwrota', 'anaesthetics', 'm' || n, gen_random_uuid(), 'possible', 'rule',
           CASE WHEN n % 4000 = 0 THEN 'registration' ELSE 'similarity' END, 1, now(),
           timestamptz '2026-01-01' + n / 100 * interval '1 hour'
      FROM generate_series(1, 12000) AS n
"""


async def test_a_rare_reason_is_found_in_its_own_index_among_all_that_wait(hub: Hub) -> None:
    with psycopg.connect(hub.running.owner_url, autocommit=True) as owner:
        owner.execute("SELECT set_config('esrlink.vpds', '277', false)")
        owner.execute("SET session_replication_role = replica")  # links alone, without their profiles
        owner.execute(MANY)
        owner.execute("ANALYZE link")
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    engine = hub.running.database.engine.sync_engine
    async with hub.running.database.read(["277"]) as tx:
        event.listen(engine, "before_cursor_execute", note)
        found, _ = await waiting(tx, ["277"], None, Wanted(reason="registration"), limit=10)
        event.remove(engine, "before_cursor_execute", note)
        ((statement, parameters),) = asked
        cursor = (await tx.driver()).cursor()
        await cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", parameters)
        plan = "\n".join(str(row[0]) for row in await cursor.fetchall())
    assert [one.place.profile_id for one in found] == ["m4000", "m8000", "m12000"]
    assert "ix_link_review_reason" in plan, plan
    assert "Rows Removed" not in plan, plan


async def test_more_than_enough_are_not_counted(filled: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 1)
    async with filled.running.database.read(["277"]) as tx:
        assert await count_waiting(tx, ["277"], None, Wanted()) == 2


def cookies_of(hub: Hub, who: Principal) -> dict[str, str]:
    cookies = session_cookie(hub.running.service.app.state.auth, who)
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}


async def read(hub: Hub, path: str, *roles: Role, vpds: tuple[str, ...] = ("277",)) -> Any:
    return await hub.running.client.get(path, headers=cookies_of(hub, person(*roles, vpds=vpds)))


async def test_the_page_costs_the_same_however_many_wait(filled: Hub) -> None:
    async def statements() -> int:
        with filled.counted() as run:
            assert (await read(filled, "/reviews", Role.ADMINISTRATOR)).status_code == 200
        return len(run)

    few = await statements()
    for n in range(12):
        await filled.profile(f"medirota/cardiology/m{n:02}", given_name=f"Ada{n}")
    # One more to count: not all are on the page any longer.
    assert await statements() == few + 1 <= 9


async def test_the_file_has_what_the_page_has_and_no_formula(filled: Hub) -> None:
    await filled.profile("clwrota/anaesthetics/bad", family_name="=cmd()", given_name="X")
    answer = await read(filled, "/reviews.csv?state=unmatched", Role.ADMINISTRATOR)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["profile_id"], row["state"]) for row in rows] == [("a1", "unmatched"), ("bad", "unmatched")]
    assert rows[1]["family_name"] == "'=cmd()"
    possible = await read(filled, "/reviews.csv?state=possible&product=medirota", Role.PAYROLL_OFFICER)
    (row,) = csv.DictReader(io.StringIO(possible.text))
    assert (row["suggested_1"], row["department_name"]) == ("20001001", "Cardiology")


async def test_the_workbook_says_the_same_in_texts_and_its_name_says_what_is_left_out(
    filled: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled.profile("clwrota/anaesthetics/bad", family_name="=cmd()", given_name="X")
    answer = await read(filled, "/reviews.xlsx?state=unmatched", Role.ADMINISTRATOR)
    assert 'filename="reviews.xlsx"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    heading, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert [dict(zip(heading, row, strict=True))["family_name"] for row in rows] == ["Zzyzx", "'=cmd()"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    monkeypatch.setattr(review_files, "MOST_ROWS", 2)
    for form in ("csv", "xlsx"):
        cut = await read(filled, f"/reviews.{form}", Role.ADMINISTRATOR)
        assert f'filename="reviews-first-2.{form}"' in cut.headers["content-disposition"]


async def test_the_queue_is_for_those_who_read_names(filled: Hub) -> None:
    for path in ("/reviews", "/reviews.csv"):
        for role in (Role.OPERATOR, Role.AUDITOR, Role.VALIDATOR, Role.CLINICIAN):
            assert (await read(filled, path, role)).status_code == 403, (path, role)
        foreign = (await read(filled, path, Role.ADMINISTRATOR, vpds=("312",))).text
        assert "f1" in foreign
        assert [word for word in ("Zzyzx", "Okafor", "Lindqvist") if word in foreign] == []


async def send(hub: Hub, path: str, *roles: Role, vpds: tuple[str, ...] = ("277",), **form: Any) -> Any:
    """A form as the page sends it; `csrf_token` may be said to be another."""
    cookies, session = signed_in_session(hub.running.service.app.state.auth, person(*roles, vpds=vpds))
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}
    return await hub.running.client.post(path, data={"csrf_token": session.csrf, **form}, headers=headers)


ACT = {"key": "277/medirota/cardiology/c1/1", "act": "confirm 20001001", "reason": "Seen her badge"}


async def test_a_decision_on_the_page_is_recorded_with_who_when_and_why(filled: Hub) -> None:
    answer = await send(filled, "/reviews/decide", Role.ADMINISTRATOR, **ACT, back="state=possible")
    assert answer.status_code == 303
    assert "/profile-sync/reviews?state=possible&done=" in answer.headers["location"]
    path = "medirota/cardiology/c1"
    assert await filled.state(path) == ("matched", "confirmed_by_hand", "20001001")
    (record,) = (await filled.get(f"/v1/links/{path}/decisions")).json()["items"]
    assert (record["decided_by"], record["reason"]) == ("sample-person", "Seen her badge")
    assert ("linked", "277/medirota/cardiology/c1"[4:], "20001001", 2) in await filled.told()


REFUSED = [
    ({"reason": " "}, 422, "Say why"),
    ({"act": ""}, 422, "Press one of the buttons"),
    ({"act": "assign", "employee_number": ""}, 422, "Type the ESR number"),
    ({"act": "assign", "employee_number": "404"}, 404, "ESR shows nobody"),
    ({"key": "277/medirota/cardiology/c1/7"}, 409, "Look again"),
]


async def test_what_cannot_be_decided_is_said_on_the_page(filled: Hub) -> None:
    for form, status, words in REFUSED:
        answer = await send(filled, "/reviews/decide", Role.ADMINISTRATOR, **{**ACT, **form})
        assert answer.status_code == status, form
        assert "Nothing was decided" in answer.text
        assert words in answer.text
    assert (await filled.state("medirota/cardiology/c1"))[0] == "possible"


async def test_nobody_decides_without_the_role_the_trust_the_department_or_the_session(filled: Hub) -> None:
    assert (await send(filled, "/reviews/decide", Role.OPERATOR, **ACT)).status_code == 403
    assert (await send(filled, "/reviews/decide", Role.ADMINISTRATOR, vpds=("312",), **ACT)).status_code == 404
    assert (await send(filled, "/reviews/decide", Role.ADMINISTRATOR, **ACT, csrf_token="forged")).status_code == 403
    ticks = {"tick": ACT["key"], "act": "exclude"}
    assert (await send(filled, "/reviews/preview", Role.ADMINISTRATOR, vpds=("312",), **ticks)).status_code == 404
    items = {"item": f"{ACT['key']} exclude", "reason": "None"}
    assert (await send(filled, "/reviews/apply", Role.ADMINISTRATOR, vpds=("312",), **items)).status_code == 404
    assert (await filled.state("medirota/cardiology/c1"))[0] == "possible"


async def test_several_are_looked_at_decided_and_taken_back_at_once(filled: Hub) -> None:
    keys = ["277/clwrota/anaesthetics/a1/1", "277/medirota/cardiology/c1/1"]
    seen = await send(filled, "/reviews/preview", Role.ADMINISTRATOR, tick=keys, act="exclude")
    assert (seen.status_code, seen.text.count("A person said that this profile is nobody")) == (200, 2)
    assert (await filled.state("medirota/cardiology/c1"))[0] == "possible"
    items = [f"{key} exclude" for key in keys]
    done = await send(filled, "/reviews/apply", Role.ADMINISTRATOR, item=items, reason="Agency doctors")
    for path in ("clwrota/anaesthetics/a1", "medirota/cardiology/c1"):
        assert (await filled.state(path))[0] == "excluded"
    ids = [part.partition("=")[2] for part in done.headers["location"].partition("?")[2].partition("#")[0].split("&")]
    again = await send(filled, "/reviews/apply", Role.ADMINISTRATOR, item=items, reason="Agency doctors")
    assert "left=2" in again.headers["location"]
    await filled.running.emitted()
    back = await send(filled, "/reviews/undo", Role.ADMINISTRATOR, decision=ids)
    assert back.status_code == 303
    assert [(await filled.state(p))[0] for p in ("clwrota/anaesthetics/a1", "medirota/cardiology/c1")] == [
        "unmatched",
        "possible",
    ]
    told = [one[:2] for one in await filled.told()][-2:]
    assert told == [("review_needed", "clwrota/anaesthetics/a1"), ("review_needed", "medirota/cardiology/c1")]


async def test_an_undo_of_another_trust_or_twice_is_refused(filled: Hub) -> None:
    done = await send(filled, "/reviews/decide", Role.ADMINISTRATOR, **ACT)
    decision = done.headers["location"].partition("done=")[2].partition("#")[0]
    foreign = await send(filled, "/reviews/undo", Role.ADMINISTRATOR, vpds=("312",), decision=decision)
    assert foreign.status_code == 422
    assert (await send(filled, "/reviews/undo", Role.ADMINISTRATOR, decision=decision)).status_code == 303
    assert (await send(filled, "/reviews/undo", Role.ADMINISTRATOR, decision=decision)).status_code == 409


async def test_what_was_done_is_told_to_nobody_of_another_trust(filled: Hub) -> None:
    done = await send(filled, "/reviews/decide", Role.ADMINISTRATOR, **ACT)
    path = done.headers["location"].partition("/profile-sync")[2]
    assert "is confirmed as 20001001" in (await read(filled, path, Role.ADMINISTRATOR)).text
    assert "is confirmed as" not in (await read(filled, path, Role.ADMINISTRATOR, vpds=("312",))).text


async def test_a_links_page_costs_the_same_however_much_happened(filled: Hub) -> None:
    path = "/links/medirota/cardiology/c1"

    async def statements() -> int:
        with filled.counted() as run:
            assert (await read(filled, path, Role.ADMINISTRATOR)).status_code == 200
        return len(run)

    before = await statements()
    for _ in range(3):
        await filled.decide("exclude", "medirota/cardiology/c1")
        await filled.decide("undo", "medirota/cardiology/c1")
    assert await statements() == before <= 13


async def test_many_are_looked_at_and_decided_in_as_many_statements_as_few(filled: Hub) -> None:
    for n in range(8):
        await filled.profile(f"medirota/cardiology/b{n}", family_name=f"Zebra{n}")

    async def statements(some: range) -> tuple[int, int]:
        keys = [f"277/medirota/cardiology/b{n}/1" for n in some]
        with filled.counted() as looking:
            await send(filled, "/reviews/preview", Role.ADMINISTRATOR, tick=keys, act="exclude")
        items = [f"{key} exclude" for key in keys]
        with filled.counted() as deciding:
            await send(filled, "/reviews/apply", Role.ADMINISTRATOR, item=items, reason="Agency")
        return len(looking), len(deciding)

    few = await statements(range(2))
    assert await statements(range(2, 8)) == few
