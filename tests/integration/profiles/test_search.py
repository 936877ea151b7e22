"""Searching people: by any name and number, with slips, best first, page by page, within the caller's trusts, fast."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from esrlink.contracts import Assignment
from esrlink.db.migrations import downgrade, upgrade
from profile_sync.bootstrap import service
from profile_sync.people.searching import search_people

from .conftest import SCOPES, Hub, imported

PEOPLE: dict[str, dict[str, Any]] = {
    "20001001": {"preferred_name": "Ada", "previous_family_names": ("Bell",), "gmc": "7012345"},
    "20001002": {"family_name": "Okaforson", "given_name": "Ben"},
    "20001003": {"family_name": "Okefor", "given_name": "Cleo"},
    "20001004": {"family_name": "Nuñez-O'Dwyer", "given_name": "José María", "email": "jose.nunez@example.nhs.uk"},
    "20001005": {"family_name": "McDonald", "given_name": "Fiona"},
    "20001006": {"family_name": "Achterberg", "given_name": "Sjoerd", "gone": True},
    "20001007": {"family_name": "Achterberg", "given_name": "Wim"},
    "20001008": {"family_name": "Lee", "given_name": "Amy"},
}


@pytest.fixture
async def staffed(hub: Hub) -> Hub:
    """A trust with a few people of many sorts."""
    second = Assignment(assignment_number="20001001-2", effective_from="2020-01-01", status="Active Assignment")
    for number, values in PEOPLE.items():
        await hub.people(imported(number, **values, **({"assignments": (second,)} if number == "20001001" else {})))
    return hub


async def found(hub: Hub, search: str, **more: Any) -> list[tuple[str, str]]:
    answer = await hub.post("/v1/people:search", {"search": search, **more.pop("params", {})}, **more)
    assert answer.status_code == 200, answer.text
    return [(one["employee_number"][-1], one["match"]) for one in answer.json()["items"]]


SEARCHES: list[tuple[str, list[tuple[str, str]]]] = [
    ("okafor", [("1", "name"), ("2", "begins"), ("3", "slip")]),
    ("OKAFOR adaeze", [("1", "name")]),
    ("adaeze okafor", [("1", "name")]),
    ("ada okafor", [("1", "name")]),
    ("bell", [("1", "name")]),
    ("okfaor ada", [("1", "slip")]),
    ("okafr", [("1", "slip")]),
    ("pkafor", [("1", "slip")]),
    ("ocufar", [("1", "sound"), ("2", "sound"), ("3", "sound")]),
    ("nunez", [("4", "name")]),
    ("NÚÑEZ", [("4", "name")]),
    ("nunez o'dwyer", [("4", "name")]),
    ("odwyer maria", [("4", "name")]),
    ("jose.nunez@example.nhs.uk", [("4", "number")]),
    ("mc donald", [("5", "name")]),
    ("mcdnoald", [("5", "slip")]),
    ("achterberg", [("7", "name"), ("6", "name")]),
    ("acht w", [("7", "begins")]),
    ("lea", [("8", "sound")]),
    ("7012345", [("1", "number")]),
    ("70 12345", [("1", "number")]),
    ("okafor 7012345", [("1", "name")]),
    ("20001001", [("1", "number")]),
    ("20001001-2", [("1", "number")]),
    ("20001009", []),
    ("lindqvist", []),
    ("--", []),
]


async def test_who_is_found_and_in_which_order(staffed: Hub) -> None:
    assert {search: await found(staffed, search) for search, _ in SEARCHES} == dict(SEARCHES)


async def test_a_number_is_found_by_how_it_begins(staffed: Hub) -> None:
    assert len(await found(staffed, "2000100")) == len(PEOPLE)
    assert await found(staffed, "200") == []


async def test_pages_follow_each_other_without_a_gap_and_no_cursor_is_taken_that_is_not_ours(hub: Hub) -> None:
    names = ["Okafor", "Okaforson", "Okefor", "Okafór"]
    await hub.people(*(imported(str(30000000 + n), family_name=names[n % 4], given_name=None) for n in range(25)))
    whole = (await hub.post("/v1/people:search", {"search": "okafor", "limit": 100})).json()["items"]
    assert len(whole) == 25
    seen: list[Any] = []
    params: dict[str, Any] = {"search": "okafor", "limit": 4}
    while True:
        page = (await hub.post("/v1/people:search", params)).json()
        seen += page["items"]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert seen == whole
    for cursor in ("x", "W10=", "WzEsMl0=", "WyJcdWQ4MDAiXQ==", "Wy04MCxmYWxzZSwiXHUwMDAwIiwiYSIsIjI3NyIsIjEiXQ=="):
        asked = {"search": "okafor", "cursor": cursor}
        assert (await hub.post("/v1/people:search", asked)).status_code == 422, cursor


async def test_a_search_goes_over_the_callers_trusts_and_no_other(staffed: Hub) -> None:
    await staffed.people(imported("30003009", vpd="312"))
    issuer = staffed.running.issuer

    async def seen(vpds: list[str], search: str, **params: Any) -> list[str]:
        headers = issuer.bearer(*SCOPES, vpds=vpds)
        answer = await staffed.post("/v1/people:search", {"search": search, **params}, headers=headers)
        return [one["employee_number"] for one in answer.json()["items"]] if answer.is_success else [answer.text]

    assert await seen(["312"], "okafor") == ["30003009"]
    assert await seen(["277", "312"], "okafor adaeze") == ["20001001", "30003009"]
    assert await seen(["277", "312"], "okafor", vpd="312") == ["30003009"]
    [refused] = await seen(["312"], "okafor", vpd="277")
    assert "not_found" in refused
    # Another trust's words do not even mend a slip: nobody may learn a name from what a search forgives.
    assert await seen(["312"], "mcdnoald") == []
    assert await seen(["404"], "okafor") == []


async def test_one_who_takes_another_name_is_found_by_it_at_once(hub: Hub) -> None:
    await hub.people(imported())
    await hub.people(imported(revision=2, family_name="Featherstone"))
    assert await found(hub, "fethrstone") == [("1", "sound")]
    assert await found(hub, "fetherstone") == [("1", "slip")]
    assert await found(hub, "okafor") == []


async def test_two_statements_find_and_rank_by_the_keys_index(staffed: Hub) -> None:
    with psycopg.connect(staffed.running.owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE")
    async with staffed.running.database.read(["277"]) as tx:
        await tx.execute(text("SET LOCAL enable_seqscan = off"))
        with staffed.counted() as statements:
            await search_people(tx, ["277"], "adaeze okafor", limit=20)
    assert len(statements) == 2, statements


async def test_people_who_were_there_before_the_words_were_kept_are_found_with_slips_too(staffed: Hub) -> None:
    url = staffed.running.owner_url
    async with staffed.running.database.read(["277"]) as tx:
        words = sorted(await tx.all(text("SELECT near, word FROM name_word")))
    await staffed.running.database.close()
    downgrade(service.migrations, url, to="0002")
    upgrade(service.migrations, url, app_role="esrlink_app")
    assert await found(staffed, "mcdnoald") == [("5", "slip")]
    async with staffed.running.database.read(["277"]) as tx:
        assert sorted(await tx.all(text("SELECT near, word FROM name_word"))) == words
