"""Planned against delivered of departments, specialties and trusts: the people's own figures, whoever asks and however read."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import text

from esrlink.contracts import Attendance, ProfileKey, Source, SubmittalApproved
from jobplan_adapter.delivery.departments import department_delivery, trust_delivery
from jobplan_adapter.delivery.figures import in_order
from jobplan_adapter.delivery.person import delivery_of
from jobplan_adapter.delivery.telling import Telling
from jobplan_adapter.trusts import get_trust
from tests.integration.jobplans.test_delivery_api import approved, number, sick
from tests.integration.submittals.conftest import statements

YEAR = {"from": "2026-04-01", "to": "2026-06-30"}
TWO = [
    {"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"},
    {"product": "medirota", "department": "cardiology", "name": "Cardiology"},
]


@pytest.fixture
async def ready(polled: Any) -> Any:
    await polled.set_up(departments=TWO)
    polled.running.clock.move_to(datetime(2026, 7, 6, 9, 0, tzinfo=UTC))
    return polled


async def put(hub: Any, *records: dict[str, Any]) -> None:
    known = {"product": "clwrota", "department": "anaesthetics", "category": "DCC"}
    body = {"records": [{**known, "work_id": f"w-{n}", **record} for n, record in enumerate(records)]}
    answer = await hub.client.post("/v1/work:batch", json=body, headers=hub.bearer("work:write"))
    assert answer.json()["refused"] == 0, answer.text


async def ask(hub: Any, path: str, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
    known = headers or hub.bearer("jobplans:read")
    answer: httpx.Response = await hub.client.get(f"/v1/{path}/delivery", params={**YEAR, **query}, headers=known)
    return answer


async def reckoned(hub: Any) -> None:
    await Telling(hub.running.database, hub.running.clock, timedelta(seconds=1)).look()


async def test_a_department_shows_its_people_with_all_their_work_and_what_of_it_was_done_there(ready: Any) -> None:
    who = number(ready)
    await put(
        ready,
        {"employee_number": who, "date": "2026-05-05", "hours": "4"},
        {"employee_number": who, "date": "2026-05-06", "hours": "8", "product": "medirota", "department": "cardiology"},
        {
            "employee_number": "99999999",
            "date": "2026-05-07",
            "pas": "1",
            "product": "medirota",
            "department": "cardiology",
        },
        {"employee_number": "88888888", "date": "2026-01-07", "pas": "1"},
    )

    found = (await ask(ready, "departments/277/clwrota/anaesthetics")).json()
    other = (await ask(ready, "departments/277/medirota/cardiology", sort="person")).json()

    (person,) = found["people"]
    assert (person["employee_number"], person["delivered"], person["here"]) == (who, "3.00", "1.00")
    assert person["uncertainty"] == ["work_not_reported"]
    assert [(one["employee_number"], one["here"]) for one in other["people"]] == [(who, "2.00"), ("99999999", "1.00")]
    dcc = next(one for one in other["totals"] if one["category"] == "DCC")
    assert (dcc["delivered"], dcc["people"]) == ("4.00", 2)
    assert dcc["difference"] == str(Decimal("4.00") - Decimal(dcc["planned"]))


async def test_a_specialty_that_the_trust_maps_to_a_department_brings_its_people_there(ready: Any) -> None:
    whole = (await ask(ready, "trusts/277", limit=5000)).json()
    specialty = next(one["specialty"] for one in whole["people"] if one["specialty"])
    theirs = {one["employee_number"] for one in whole["people"] if one["specialty"] == specialty}
    await ready.set_up(departments=[{**TWO[0], "specialties": [specialty]}, TWO[1]])

    of_specialty = (await ask(ready, "specialties/277", specialty=specialty)).json()
    of_department = (await ask(ready, "departments/277/clwrota/anaesthetics")).json()

    assert theirs <= {one["employee_number"] for one in of_specialty["people"]}
    assert {one["employee_number"] for one in of_department["people"]} >= theirs


async def test_who_is_furthest_off_comes_first_and_any_column_sorts(ready: Any) -> None:
    await put(ready, *({"employee_number": f"9000000{n}", "date": "2026-05-05", "pas": str(n)} for n in (1, 3, 2)))

    furthest = (await ask(ready, "departments/277/clwrota/anaesthetics")).json()
    least = (await ask(ready, "departments/277/clwrota/anaesthetics", sort="delivered", category="DCC", limit=1)).json()
    most = (await ask(ready, "departments/277/clwrota/anaesthetics", sort="delivered", descending=True, limit=1)).json()

    assert [one["difference"] for one in furthest["people"]] == ["3.00", "2.00", "1.00"]
    assert [one["people"][0]["delivered"] for one in (least, most)] == ["1.00", "3.00"]
    assert least["count"] == 3


async def test_files_hold_everybody_by_category(ready: Any) -> None:
    await put(ready, *({"employee_number": f"9000000{n}", "date": "2026-05-05", "pas": "1"} for n in range(5)))

    table = await ask(ready, "departments/277/clwrota/anaesthetics", format="csv", limit=1)
    book = await ask(ready, "departments/277/clwrota/anaesthetics", format="xlsx")
    working = await ask(ready, f"people/277/{number(ready)}", format="csv")

    rows = list(csv.DictReader(io.StringIO(table.text.lstrip("\ufeff"))))
    assert [(one["category"], one["delivered"]) for one in rows] == [("all", "1.00"), ("DCC", "1.00")] * 5
    sheets = load_workbook(io.BytesIO(book.content), read_only=True)
    assert sheets.sheetnames == ["Totals", "People"]
    assert "7 weeks" in working.text


async def test_a_caller_of_one_department_sees_its_people_only(ready: Any) -> None:
    who = number(ready)
    await put(ready, {"employee_number": who, "date": "2026-05-05", "pas": "1"})
    theirs = ready.bearer("jobplans:read", departments=["clwrota/anaesthetics"])
    others = ready.bearer("jobplans:read", departments=["medirota/cardiology"])
    elsewhere = ready.bearer("jobplans:read", vpds=["312"])

    assert (await ask(ready, f"people/277/{who}", theirs)).status_code == 200
    assert [one["employee_number"] for one in (await ask(ready, "trusts/277", theirs)).json()["people"]] == [who]
    assert (await ask(ready, f"people/277/{who}", others)).status_code == 404
    assert (await ask(ready, "departments/277/clwrota/anaesthetics", others)).status_code == 404
    assert (await ask(ready, "trusts/277", others)).json()["people"] == []
    for path in (f"people/277/{who}", "departments/277/clwrota/anaesthetics", "trusts/277"):
        assert (await ask(ready, path, elsewhere)).status_code == 404
        assert (await ask(ready, path, ready.bearer("work:write"))).status_code == 403
    assert (await ask(ready, "departments/277/clwrota/no-such")).status_code == 404
    assert (await ask(ready, "trusts/277", to="2029-01-01")).status_code == 422


async def test_many_people_take_as_many_statements_as_one(ready: Any) -> None:
    counts = []
    for people in (1, 300):
        await put(ready, *({"employee_number": f"{n:08d}", "date": "2026-05-05", "pas": "1"} for n in range(people)))
        await reckoned(ready)
        with statements(ready.running) as seen:
            found = (await ask(ready, "departments/277/clwrota/anaesthetics")).json()
        assert found["count"] == people
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 11


def _extra(hub: Any, who: str, record: str, day: date, session: str | None) -> SubmittalApproved:
    source = Source(
        profile=ProfileKey(product="clwrota", department="anaesthetics", profile_id="p-1"), record_id=record
    )
    attendance = Attendance(date_worked=day, session=session, pay_element="WLI", units=Decimal(4), unit="hours")
    return approved(hub, attendance=attendance, employee_number=who, assignment_number=who, source=source)


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_figures_of_many_are_each_persons_own_summed_up_or_not(ready: Any, data: st.DataObject) -> None:
    """Read one by one, or all at once: before months were summed up, after, and while some of them are out of date."""
    database, today = ready.running.database, date(2026, 7, 6)
    async with database.write(["277"]) as tx:
        for table in ("work", "work_month", "touched", "extra", "absence"):
            await tx.execute(text(f"DELETE FROM {table}"))
    people = [number(ready), ready.number_of(ready.shown("completed", alone=False)), "99999999"]
    days = st.integers(0, 130).map(lambda n: date(2026, 3, 1) + timedelta(days=n))

    def records(prefix: str) -> list[dict[str, Any]]:
        return [
            {
                "work_id": f"{prefix}-{n}",
                "employee_number": data.draw(st.sampled_from(people)),
                "date": str(data.draw(days)),
                "session": data.draw(st.sampled_from(["Theatre 1", None])),
                "category": data.draw(st.sampled_from(["DCC", "SPA", "ED"])),
                "premium": data.draw(st.booleans()),
                "cancelled": data.draw(st.booleans()),
                data.draw(st.sampled_from(["pas", "hours", "sessions"])): str(data.draw(st.integers(1, 8))),
            }
            for n in range(data.draw(st.integers(0, 12)))
        ]

    first = data.draw(days)
    last = first + timedelta(days=data.draw(st.integers(0, 120)))

    async def agree() -> None:
        async with database.read(["277"]) as tx:
            trust = await get_trust(tx, "277")
            together = await trust_delivery(tx, trust, first, last, today=today)
            for one in together.people:
                allowed = trust.settings.leave_within_working_weeks
                alone = await delivery_of(
                    tx, "277", one.employee_number, first, last, allowed_leave=allowed, today=today
                )
                assert list(one.categories) == list(alone.delivery.categories)
                assert one.extra == alone.delivery.extra
                assert list(one.uncertainty) == list(alone.uncertainty)

    await ready.import_people(*people)
    put_first = records("a")
    if put_first:
        await put(ready, *put_first)
    await agree()
    await reckoned(ready)
    await agree()
    extras = [
        _extra(
            ready,
            data.draw(st.sampled_from(people)),
            f"a-{n}",
            data.draw(days),
            data.draw(st.sampled_from(["Theatre 1", None])),
        )
        for n in range(data.draw(st.integers(0, 4)))
    ]
    if extras:
        await ready.running.deliver(*extras)
    await agree()
    await reckoned(ready)
    await agree()
    if later := records("a"):
        await put(ready, *later)
    await ready.running.deliver(approved(ready, "r-9", absence=sick(date(2026, 5, 4), date(2026, 5, 6))))
    await agree()
    await reckoned(ready)
    await agree()
    async with database.read(["277"]) as tx:
        trust = await get_trust(tx, "277")
        there = await department_delivery(tx, trust, "clwrota", "anaesthetics", first, last, today=today)
    assert all(one.here == one.delivered for one in there.people)
    assert sorted(in_order(there.people), key=lambda one: one.employee_number) == list(there.people)
