"""What somebody types to find a person stands in no address: it is sealed in their browser, for them alone."""

from __future__ import annotations

from typing import Any

import pytest

from esrlink.auth import Principal, Role
from esrlink.auth.testing import person, signed_in_session
from profile_sync.dashboard.typed import COOKIE

from .conftest import Hub, imported

PRIYA = person(Role.ADMINISTRATOR, subject="priya")
TOM = person(Role.ADMINISTRATOR, subject="tom")


async def ask(hub: Hub, who: Principal, path: str, form: dict[str, str] | None = None, kept: str = "") -> Any:
    """A page, or a form; `kept` is the cookie of what was typed before."""
    cookies, session = signed_in_session(hub.running.service.app.state.auth, who)
    given = {**cookies, **({COOKIE: kept} if kept else {})}
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in given.items()), "Accept": "text/html"}
    if form is None:
        return await hub.running.client.get(path, headers=headers)
    return await hub.running.client.post(path, data={"csrf_token": session.csrf, **form}, headers=headers)


def led_to(answer: Any) -> tuple[str, str]:
    """Where a form leads, under the service, and the cookie that it sets."""
    assert answer.status_code == 303, answer.text
    cookie, _, attributes = answer.headers["set-cookie"].partition(";")
    assert {"httponly", "path=/profile-sync/", "samesite=lax"} <= {one.strip().lower() for one in attributes.split(";")}
    return answer.headers["location"].partition("/profile-sync")[2], cookie.partition("=")[2]


@pytest.fixture
async def known(hub: Hub) -> Hub:
    await hub.people(imported())
    await hub.profile(email="ada@example.nhs.uk")
    return hub


async def test_a_search_leads_to_an_address_without_it_that_opens_for_who_typed_it(known: Hub) -> None:
    path, kept = led_to(await ask(known, PRIYA, "/people", {"search": "Okafor"}))
    assert "okafor" not in path.lower()
    assert "okafor" not in kept.lower()
    page = await ask(known, PRIYA, path, kept=kept)
    assert "20001001" in page.text
    assert page.headers["cache-control"] == "no-store"
    for who, cookie in ((TOM, kept), (PRIYA, ""), (PRIYA, kept[:-4] + "AAAA")):
        other = await ask(known, who, path, kept=cookie)
        assert (other.status_code, "Type it once more" in other.text, "20001001" in other.text) == (200, True, False)


async def test_a_word_in_an_address_is_not_looked_for(known: Hub) -> None:
    assert "20001001" not in (await ask(known, PRIYA, "/people?search=okafor")).text
    assert "profile ao1" in (await ask(known, PRIYA, "/reviews?text=nobodyatall")).text


async def test_the_newest_searches_are_kept_beside_each_other(known: Hub) -> None:
    first, kept = led_to(await ask(known, PRIYA, "/people", {"search": "okafor"}))
    second, kept = led_to(await ask(known, PRIYA, "/people", {"search": "nobody"}, kept))
    assert "20001001" in (await ask(known, PRIYA, first, kept=kept)).text
    assert "Nobody is found for nobody" in (await ask(known, PRIYA, second, kept=kept)).text
    for n in range(40):
        last, kept = led_to(await ask(known, PRIYA, "/people", {"search": f"{n:0>99}", "cursor": "x" * 100}, kept))
        assert len(kept) < 3_900
    assert "Type it once more" in (await ask(known, PRIYA, first, kept=kept)).text
    assert (await ask(known, PRIYA, last, kept=kept)).status_code == 422  # the cursor is none of ours


async def test_a_text_narrows_the_queue_its_forms_and_its_files(known: Hub) -> None:
    await known.profile("clwrota/anaesthetics/zz", family_name="Zzyzx", given_name="Zoltan")
    form = {"text": "okafor", "state": "possible", "department": "clwrota/anaesthetics", "cursor": "x"}
    path, kept = led_to(await ask(known, PRIYA, "/reviews/filter", form))
    assert path.startswith("/reviews?department=clwrota%2Fanaesthetics&state=possible&look=")
    page = (await ask(known, PRIYA, path, kept=kept)).text
    assert ("profile ao1" in page, "profile zz" in page) == (True, False)
    query = path.partition("?")[2]
    told = await ask(known, PRIYA, f"/reviews.csv?{query}", kept=kept)
    assert [line.split(",")[4] for line in told.text.splitlines()] == ["profile_id", "ao1"]
    assert told.headers["cache-control"] == "no-store"
    refused = {"key": "277/clwrota/anaesthetics/ao1/1", "act": "", "reason": "Seen her badge", "back": query}
    again = await ask(known, PRIYA, "/reviews/decide", refused, kept)
    assert (again.status_code, "profile ao1" in again.text, "profile zz" in again.text) == (422, True, False)


async def test_a_text_that_is_not_kept_is_told_of_and_gives_no_file(known: Hub) -> None:
    page = await ask(known, PRIYA, "/reviews?look=0123456789ab")
    assert "Type it once more" in page.text
    assert "look=" not in page.text
    assert (await ask(known, PRIYA, "/reviews.csv?look=0123456789ab")).status_code == 422
    blank = await ask(known, PRIYA, "/reviews/filter", {"text": "  ", "product": "clwrota"})
    assert (blank.headers["location"].endswith("/reviews?product=clwrota"), "set-cookie" in blank.headers) == (
        True,
        False,
    )
