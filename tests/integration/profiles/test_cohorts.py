"""A cohort is planned from ESR, edited by a person, applied row by row, and taken back whole."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from profile_sync.cohorts import outcomes

from .cohort_site import ALIKE, CHANGEOVER, JOINER, LEAVER, MOVER, RETURNER, STAYER, Cohorts, doctor, post
from .conftest import SCOPES, Hub

AT = "clwrota/anaesthetics"


@pytest.fixture
async def cohorts(hub: Hub) -> Cohorts:
    begun = await Cohorts.begin(hub)
    answer = await begun.plan()
    assert answer.status_code == 201, answer.text
    return begun


async def test_a_plan_holds_who_comes_and_goes_with_what_to_do_and_nobody_who_stays(cohorts: Cohorts) -> None:
    assert await cohorts.actions() == {
        JOINER: ("joiner", "create", JOINER),
        LEAVER: ("leaver", "end", "ml"),
        MOVER: ("mover", "create", MOVER),
        RETURNER: ("returner", "reinstate", "sb"),
        ALIKE: ("joiner", "link", "zw"),
    }
    assert await cohorts.onboarded() == []
    read = await cohorts.read()
    assert (read["state"], read["progress"], read["departments"][0]["organisations"]) == (
        "planned",
        0.0,
        ["277 Anaesthetics"],
    )
    assert read["figures"]["actions"] == {"create": 2, "link": 1, "end": 1, "reinstate": 1, "leave": 0}


async def test_applying_tells_of_each_person_once_and_makes_the_links(cohorts: Cohorts) -> None:
    await cohorts.finish("apply")
    assert await cohorts.onboarded() == [
        (JOINER, "create", JOINER, False),
        (LEAVER, "end", "ml", False),
        (MOVER, "create", MOVER, False),
        (RETURNER, "reinstate", "sb", False),
        (ALIKE, "link", "zw", False),
    ]
    assert await cohorts.hub.state(f"{AT}/zw") == ("matched", "confirmed_by_hand", ALIKE)
    read = await cohorts.read()
    assert (read["state"], read["progress"], read["figures"]["outcomes"]["done"]) == ("applied", 1.0, 5)
    await cohorts.finish("apply")
    assert len(await cohorts.onboarded()) == 5


async def test_an_event_carries_what_a_product_needs_to_make_the_profile(cohorts: Cohorts) -> None:
    await cohorts.finish("apply")
    event = (await cohorts.hub.running.emitted("profile.onboarded"))[0].event
    assert (event.title, event.given_name, event.family_name) == ("Dr", "Adaeze", "Okafor")
    assert (event.email, event.grade, event.staff_group) == (
        "adaeze.okafor@example.nhs.uk",
        "MN37",
        "Medical and Dental",
    )
    assert (event.assignment_number, event.organisation) == (JOINER, "277 Anaesthetics")
    assert (str(event.starts), str(event.ends), str(event.cohort_id)) == ("2026-08-05", "2027-08-03", cohorts.cohort_id)
    assert event.registrations[0].number == f"70000{JOINER[-2:]}"


async def test_undoing_withdraws_every_row_and_takes_its_links_back(cohorts: Cohorts) -> None:
    before = await cohorts.hub.state(f"{AT}/zw")
    await cohorts.finish("apply")
    told = await cohorts.onboarded()
    await cohorts.finish("undo")
    assert (await cohorts.onboarded())[5:] == [(number, action, at, True) for number, action, at, _ in told]
    assert await cohorts.hub.state(f"{AT}/zw") == before
    assert (await cohorts.read())["state"] == "undone"
    assert (await cohorts.act("undo")).json()["code"] == "conflict"
    await cohorts.finish("apply")
    assert len(await cohorts.onboarded()) == 15


async def test_undoing_leaves_what_a_person_decided_since(cohorts: Cohorts) -> None:
    await cohorts.finish("apply")
    await cohorts.hub.decide("confirm", f"{AT}/zw", employee_number=ALIKE, reason="Seen her badge.")
    await cohorts.finish("undo")
    assert await cohorts.hub.state(f"{AT}/zw") == ("matched", "confirmed_by_hand", ALIKE)
    assert set((await cohorts.outcomes()).values()) == {"undone"}


async def test_what_a_person_chooses_is_done_and_what_they_leave_out_is_not(cohorts: Cohorts) -> None:
    assert (await cohorts.edit(JOINER, action="link", profile_id="zw")).status_code == 200
    assert (await cohorts.edit(ALIKE, excluded=True, note="Comes in February.")).status_code == 200
    assert (await cohorts.edit(MOVER, action="leave")).status_code == 200
    assert (await cohorts.edit(RETURNER, action="create", profile_id="sb2")).status_code == 200
    await cohorts.finish("apply")
    assert await cohorts.onboarded() == [
        (JOINER, "link", "zw", False),
        (LEAVER, "end", "ml", False),
        (RETURNER, "create", "sb2", False),
    ]
    rows = await cohorts.rows()
    assert [rows[one]["outcome_code"] for one in (ALIKE, MOVER)] == ["excluded", "nothing_to_do"]
    assert await cohorts.hub.state(f"{AT}/zw") == ("matched", "confirmed_by_hand", JOINER)


async def test_an_edit_that_cannot_be_done_is_refused_at_once(cohorts: Cohorts) -> None:
    for body, status, field in (
        ({"action": "link"}, 422, "profile_id"),
        ({"action": "link", "profile_id": "nobody"}, 422, "profile_id"),
        ({"action": "end"}, 422, "profile_id"),
        ({"action": "create", "profile_id": "ml"}, 422, "profile_id"),
        ({"action": "explode"}, 422, "action"),
        ({"note": "x", "version": 9}, 409, "version"),
        ({"note": "\x07"}, 422, "note"),
    ):
        answer = await cohorts.edit(JOINER, **body)
        problem = answer.json()
        named = problem.get("field") or problem["problems"][0]["field"]
        assert (answer.status_code, named.split(".")[-1]) == (status, field), (body, problem)


async def test_a_stale_version_is_refused_and_the_same_edit_again_is_not(cohorts: Cohorts) -> None:
    assert (await cohorts.edit(JOINER, note="Seen.", version=1)).json()["version"] == 2
    assert (await cohorts.edit(JOINER, note="Seen.", version=1)).json()["version"] == 2
    assert (await cohorts.edit(JOINER, note="Other.", version=1)).json()["code"] == "stale_version"
    stale = {"If-Match": '"9"', **cohorts.hub.headers}
    assert (await cohorts.act("apply", headers=stale)).json()["code"] == "stale_version"


async def test_planning_anew_keeps_what_was_chosen_and_says_what_is_new(cohorts: Cohorts) -> None:
    await cohorts.edit(JOINER, profile_id="ao-1", note="As agreed.")
    later = doctor(JOINER, "Adaeze", "Okafor", post(JOINER, CHANGEOVER, None), revision=2)
    gone = doctor(MOVER, "Per", "Nygaard", post(MOVER, CHANGEOVER.replace(year=2030)), revision=2)
    new = doctor("30001009", "Ines", "Abreu", post("30001009", CHANGEOVER))
    await cohorts.hub.people(later, gone, new)
    assert (await cohorts.act("recompute")).status_code == 200
    rows = await cohorts.rows(changed=True)
    told = {number: [one["field"] for one in row["differences"]] for number, row in rows.items()}
    assert told == {JOINER: ["ends"], MOVER: ["proposed_action", "proposed_profile_id"], "30001009": ["person"]}
    assert (rows[JOINER]["profile_id"], rows[JOINER]["note"], rows[MOVER]["action"]) == ("ao-1", "As agreed.", "leave")
    assert (await cohorts.act("recompute")).json()["figures"]["changed"] == 0


async def test_what_esr_changed_since_the_plan_is_not_done_and_holds_nobody_else(cohorts: Cohorts) -> None:
    await cohorts.hub.people(doctor(JOINER, "Adaeze", "Okafor", post(JOINER, CHANGEOVER.replace(day=12)), revision=2))
    await cohorts.hub.profile(f"{AT}/pn", employee_number=MOVER, given_name="Per", family_name="Nygaard")
    await cohorts.finish("apply")
    rows = await cohorts.rows()
    assert {rows[one]["outcome_code"] for one in (JOINER, MOVER)} == {"changed_since"}
    assert len(await cohorts.onboarded()) == 3
    await cohorts.act("recompute")
    await cohorts.finish("apply")
    assert (await cohorts.onboarded())[3:] == [(JOINER, "create", JOINER, False)]
    assert (await cohorts.outcomes())[MOVER] == "skipped"


async def test_one_profile_planned_for_two_people_fails_for_both_and_holds_nobody_else(cohorts: Cohorts) -> None:
    await cohorts.edit(JOINER, action="link", profile_id="zw")
    await cohorts.finish("apply")
    outcomes = await cohorts.outcomes()
    assert [outcomes[one] for one in (JOINER, ALIKE, MOVER)] == ["failed", "failed", "done"]
    await cohorts.edit(ALIKE, excluded=True)
    await cohorts.finish("apply")
    assert (await cohorts.outcomes())[JOINER] == "done"


async def test_a_profile_is_taken_from_nobody_and_not_the_same_holds_against_a_plan(cohorts: Cohorts) -> None:
    await cohorts.edit(JOINER, action="link", profile_id="tq")
    await cohorts.hub.profile(f"{AT}/xx", given_name="Ines", family_name="Abreu")
    await cohorts.hub.decide("reject", f"{AT}/xx", employee_number=MOVER)
    await cohorts.edit(MOVER, action="link", profile_id="xx")
    await cohorts.finish("apply")
    rows = await cohorts.rows()
    assert [(rows[one]["outcome"], rows[one]["outcome_code"]) for one in (JOINER, MOVER)] == [
        ("failed", "conflict")
    ] * 2
    assert (await cohorts.outcomes())[ALIKE] == "done"
    assert await cohorts.hub.state(f"{AT}/tq") == ("matched", "exact_number", STAYER)


async def test_nothing_is_edited_or_begun_while_a_cohort_is_being_applied(cohorts: Cohorts) -> None:
    assert (await cohorts.act("apply")).status_code == 202
    assert (await cohorts.edit(JOINER, note="x")).json()["code"] == "conflict"
    for what in ("apply", "undo", "recompute"):
        assert (await cohorts.act(what)).json()["code"] == "conflict"
    await cohorts.applying().work()
    assert (await cohorts.edit(JOINER, note="x")).json()["code"] == "conflict"


async def test_a_row_that_breaks_its_block_fails_alone(cohorts: Cohorts, monkeypatch: pytest.MonkeyPatch) -> None:
    real = outcomes.onboarded

    def broken(row: Any, **options: Any) -> Any:
        if row.employee_number == MOVER:
            raise RuntimeError("a fault that nobody expected")
        return real(row, **options)

    monkeypatch.setattr(outcomes, "onboarded", broken)
    await cohorts.finish("apply")
    found = await cohorts.outcomes()
    assert found.pop(MOVER) == "failed"
    assert set(found.values()) == {"done"}
    assert (await cohorts.rows())[MOVER]["outcome_code"] == "internal"
    assert len(await cohorts.onboarded()) == 4


async def test_a_product_reads_what_it_must_do_and_says_that_it_has(cohorts: Cohorts) -> None:
    hub = cohorts.hub
    assert (await hub.get(f"{cohorts.path}/onboarding")).json()["items"] == []
    await cohorts.finish("apply")
    own = {"headers": hub.running.bearer(*SCOPES, departments=["clwrota/anaesthetics"])}
    query = {"product": "clwrota", "department": "anaesthetics", "acknowledged": "false"}
    tasks = (await hub.get(f"{cohorts.path}/onboarding", params=query, **own)).json()["items"]
    assert {one["employee_number"]: one["action"] for one in tasks}[RETURNER] == "reinstate"
    said = [{"employee_number": JOINER, "product": "clwrota", "department": "anaesthetics", "profile_id": "ao-77"}]
    said += [{**said[0], "employee_number": "99999999"}, {**said[0], "department": "theatres"}]
    answer = (await hub.post(f"{cohorts.path}/onboarding/acknowledgements", {"acknowledgements": said}, **own)).json()
    assert (answer["kept"], [one["index"] for one in answer["problems"]]) == (1, [1, 2])
    assert len((await hub.get(f"{cohorts.path}/onboarding", params=query, **own)).json()["items"]) == 4
    row = (await cohorts.rows())[JOINER]
    assert (row["acknowledged"], row["acknowledged_profile_id"]) == ("done", "ao-77")
    await cohorts.finish("undo")
    tasks = (await hub.get(f"{cohorts.path}/onboarding", params=query)).json()["items"]
    assert [one["withdrawn"] for one in tasks] == [True] * 5


async def test_an_acknowledgement_of_what_was_withdrawn_since_is_not_kept(cohorts: Cohorts) -> None:
    await cohorts.finish("apply")
    await cohorts.finish("undo")
    said = {"employee_number": JOINER, "product": "clwrota", "department": "anaesthetics"}
    path = f"{cohorts.path}/onboarding/acknowledgements"
    assert (await cohorts.hub.post(path, {"acknowledgements": [said]})).json()["kept"] == 0
    assert (await cohorts.hub.post(path, {"acknowledgements": [{**said, "withdrawn": True}]})).json()["kept"] == 1


async def test_no_trust_and_no_department_but_its_own_sees_a_cohort(cohorts: Cohorts) -> None:
    hub = cohorts.hub
    other_trust = hub.running.bearer(*SCOPES, vpds=["312"])
    other_department = hub.running.bearer(*SCOPES, departments=["medirota/cardiology"])
    for headers in (other_trust, other_department):
        assert (await hub.get("/v1/cohorts", headers=headers)).json()["items"] == []
        for path in ("", "/people", "/people?format=csv", "/onboarding"):
            assert (await hub.get(f"{cohorts.path}{path}", headers=headers)).status_code == 404, path
        for path in (":apply", ":undo", ":recompute", "/people:upload", "/onboarding/acknowledgements"):
            body = {
                "acknowledgements": [{"employee_number": JOINER, "product": "clwrota", "department": "anaesthetics"}]
            }
            content = {"content": b"employee_number,product,department,note"} if "upload" in path else {"json": body}
            answer = await hub.running.client.post(f"{cohorts.path}{path}", headers=headers, **content)
            assert answer.status_code == 404, path
        edit = f"{cohorts.path}/people/clwrota/anaesthetics/{JOINER}"
        assert (await hub.running.client.patch(edit, json={"note": "x"}, headers=headers)).status_code == 404
    reader = hub.running.bearer("profiles:read")
    assert (await hub.post(f"{cohorts.path}:apply", None, headers=reader)).status_code == 403


async def test_a_department_of_two_sees_its_own_rows_and_cannot_apply_the_other_s(hub: Hub) -> None:
    cohorts = await Cohorts.begin(hub)
    both = [{"product": "clwrota", "department": "anaesthetics"}, {"product": "medirota", "department": "cardiology"}]
    assert (await cohorts.plan(departments=both)).status_code == 201
    assert (await cohorts.read())["figures"]["people"] == 6
    own = hub.running.bearer(*SCOPES, departments=["medirota/cardiology"])
    read = (await hub.get(cohorts.path, headers=own)).json()
    assert (read["figures"]["people"], [one["department"] for one in read["departments"]]) == (1, ["cardiology"])
    [row] = (await hub.get(f"{cohorts.path}/people", headers=own)).json()["items"]
    assert (row["employee_number"], row["kind"], row["action"], row["starts"]) == (
        MOVER,
        "mover",
        "leave",
        "2025-08-06",
    )
    assert (await hub.post(f"{cohorts.path}:apply", None, headers=own)).status_code == 404


async def test_no_step_takes_more_statements_for_more_people(hub: Hub) -> None:
    few = await _counts(hub, 3, "anaesthetics", "clwrota")
    assert await _counts(hub, 60, "cardiology", "medirota") == few
    assert few["plan"] < 25
    assert max(few.values()) < 55


async def _counts(hub: Hub, count: int, department: str, product: str) -> dict[str, int]:
    """The statements of each step for a cohort in which a third is linked."""
    numbers = [str(20002000 + count * 100 + n) for n in range(count)]
    organisation = f"277 {department.capitalize()}"
    await hub.people(
        *(doctor(one, f"Ann{one}", f"Smith{one}", post(one, CHANGEOVER, None, organisation)) for one in numbers)
    )
    rows = [
        {"product": product, "department": department, "profile_id": f"p{one}", "given_name": f"Ann{one}"}
        | {"family_name": f"Smith{one}", "email": f"ann{one}.smith{one}@example.nhs.uk"}
        for one in numbers[: count // 3]
    ]
    assert (await hub.post("/v1/profiles:batch", {"profiles": rows})).json()["refused"] == 0
    cohorts, counts = Cohorts(hub), {}
    for step in ("plan", "apply", "undo", "recompute"):
        with hub.counted() as statements:
            planned = [{"product": product, "department": department}]
            answer = await (cohorts.plan(departments=planned) if step == "plan" else cohorts.act(step))
            assert answer.status_code < 300
            await cohorts.applying().work()
        counts[step] = len(statements)
    assert (await cohorts.read())["figures"]["actions"]["link"] == count // 3
    return counts


async def test_every_row_comes_once_page_by_page_and_no_cursor_holds_a_name(cohorts: Cohorts) -> None:
    hub = cohorts.hub
    whole = [one["employee_number"] for one in (await hub.get(f"{cohorts.path}/people")).json()["items"]]
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = (await hub.get(f"{cohorts.path}/people", params=params)).json()
        seen += [one["employee_number"] for one in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
        told = base64.urlsafe_b64decode(page["next"]).decode()
        assert [one["family_name"] for one in page["items"] if one["family_name"] in told] == []
    assert (seen, len(whole) > 4) == (whole, True)
