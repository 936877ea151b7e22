"""The pages of what works by itself: webhooks with their deliveries, and runs of the rules: watched by some, used by fewer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from esrlink.auth import Principal, Role
from esrlink.auth.testing import person, signed_in_session
from esrlink.ids import new_id
from profile_sync.api.webhooks import body_of
from profile_sync.rule_runs.working import RuleRuns
from profile_sync.webhooks.addresses import Guard
from profile_sync.webhooks.delivering import Delivering
from profile_sync.webhooks.sending import Sender

from .conftest import Hub, imported, trust_settings

ADMINISTRATOR, OPERATOR = person(Role.ADMINISTRATOR, vpds=("277", "312")), person(Role.OPERATOR)
NOBODY_THERE = "http://127.0.0.1:1/hook?key=s3cret"


async def ask(hub: Hub, who: Principal, path: str, form: dict[str, str] | None = None) -> Any:
    cookies, session = signed_in_session(hub.running.service.app.state.auth, who)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}
    if form is None:
        return await hub.running.client.get(path, headers=headers)
    return await hub.running.client.post(path, data={"csrf_token": session.csrf, **form}, headers=headers)


def text_of(answer: Any) -> str:
    """What a page says, without its markup."""
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))


@pytest.fixture
async def hooked(hub: Hub) -> Hub:
    """A webhook whose endpoint is not there, with one delivery that was given up; `hub.path` is its page."""
    headers = hub.running.bearer("profiles:read", "webhooks:write")
    made = await hub.post("/v1/webhooks", {"url": NOBODY_THERE, "topics": ["profile.linked"]}, headers=headers)
    hub.path = f"/webhooks/277/{made.json()['webhook_id']}"  # type: ignore[attr-defined]
    hub.secret = made.json()["secret"]  # type: ignore[attr-defined]
    await hub.people(imported())
    await hub.profile(employee_number="20001001")
    await deliver(hub)
    return hub


async def deliver(hub: Hub) -> None:
    running, sender = hub.running, Sender(Guard(is_tryout=True))
    running.clock.move_to(running.clock.now() + timedelta(hours=1))
    await Delivering(running.database, running.clock, sender, new_id=new_id, body_of=body_of, tries=1).turn()


async def test_a_failing_webhook_is_told_of_where_operators_look(hooked: Any) -> None:
    listed = text_of(await ask(hooked, OPERATOR, "/webhooks"))
    assert [
        word for word in ("clwrota", "http://127.0.0.1:1/hook", "Failing", "No connection") if word not in listed
    ] == []
    one = text_of(await ask(hooked, OPERATOR, hooked.path))
    assert [word for word in ("profile.linked", "Parked", "1 attempt") if word not in one] == []
    assert "1 webhook fails" in text_of(await ask(hooked, OPERATOR, "/"))
    for path in ("/webhooks", hooked.path):
        page = (await ask(hooked, ADMINISTRATOR, path)).text
        assert [word for word in (hooked.secret, "s3cret", "Okafor") if word in page] == []
    report = (await hooked.get("/v1/status", headers=hooked.running.bearer("audit:read"))).json()
    assert report["notices"] == [
        {
            "tone": "warning",
            "text": "A webhook fails or has deliveries that were given up.",
            "href": "/profile-sync/webhooks",
        }
    ]


async def test_what_was_given_up_is_sent_again_paused_and_removed(hooked: Any) -> None:
    said = await ask(hooked, ADMINISTRATOR, f"{hooked.path}/replay", {})
    assert said.headers["location"].endswith(f"{hooked.path}?said=replayed")
    assert "Nothing is parked" in text_of(
        await ask(hooked, ADMINISTRATOR, (await replayed(hooked)).partition("/profile-sync")[2])
    )
    await ask(hooked, ADMINISTRATOR, f"{hooked.path}/pause", {})
    assert "Paused" in text_of(await ask(hooked, OPERATOR, "/webhooks"))
    await ask(hooked, ADMINISTRATOR, f"{hooked.path}/resume", {})
    await deliver(hooked)
    page = await ask(hooked, ADMINISTRATOR, f"{hooked.path}?state=parked")
    assert "sent again by hand" in text_of(page)
    again = re.findall(rf'action="/profile-sync({hooked.path}/deliveries/[^"]+)"', page.text)
    assert (await ask(hooked, ADMINISTRATOR, again[0], {})).status_code == 303
    assert (await ask(hooked, ADMINISTRATOR, f"{hooked.path}/remove", {})).status_code == 422
    assert (await ask(hooked, ADMINISTRATOR, f"{hooked.path}/remove", {"agreed": "yes"})).status_code == 303
    assert "No webhook yet" in text_of(await ask(hooked, OPERATOR, "/webhooks"))
    trail = (await hooked.get("/v1/audit?action=webhook.", headers=hooked.running.bearer("audit:read"))).json()
    assert [(one["action"], one["detail"]["through"]) for one in reversed(trail["entries"])][1:] == [
        ("webhook.replayed", "page"),
        ("webhook.replayed", "page"),
        ("webhook.changed", "page"),
        ("webhook.changed", "page"),
        ("webhook.replayed", "page"),
        ("webhook.removed", "page"),
    ]


async def replayed(hub: Any) -> str:
    return str((await ask(hub, ADMINISTRATOR, f"{hub.path}/replay", {})).headers["location"])


async def test_a_webhook_of_another_trust_is_not_there(hooked: Any) -> None:
    stranger = person(Role.ADMINISTRATOR, vpds=("312",))
    assert "No webhook yet" in text_of(await ask(hooked, stranger, "/webhooks"))
    elsewhere = hooked.path.replace("277", "312")
    for path in (hooked.path, elsewhere):
        assert (await ask(hooked, stranger, path)).status_code == 404
        assert (await ask(hooked, stranger, f"{path}/replay", {})).status_code == 404
        assert (await ask(hooked, stranger, f"{path}/remove", {"agreed": "yes"})).status_code == 404


async def test_the_pages_of_webhooks_cost_the_same_however_many_there_are(hooked: Any) -> None:
    async def statements() -> int:
        with hooked.counted() as run:
            await ask(hooked, OPERATOR, "/webhooks")
        return len(run)

    few = await statements()
    headers = hooked.running.bearer("profiles:read", "webhooks:write")
    for _ in range(5):
        await hooked.post("/v1/webhooks", {"url": NOBODY_THERE, "topics": ["profile.linked"]}, headers=headers)
    assert await statements() == few <= 4


async def test_a_trial_is_started_watched_and_taken_into_effect(hub: Hub) -> None:
    await hub.people(imported(gmc="7012345"))
    await hub.profile(given_name=None, registration_number="7012345")
    assert "No run yet" in text_of(await ask(hub, OPERATOR, "/rule-runs"))
    asked = await ask(hub, ADMINISTRATOR, "/rule-runs", {"vpd": "277", "registration_rule": "matched"})
    trial = asked.headers["location"].partition("/profile-sync")[2].partition("?")[0]
    assert "0 of 1 profile looked at" in text_of(await ask(hub, OPERATOR, trial))
    assert "a trial of the rules is under way" in text_of(await ask(hub, OPERATOR, "/"))
    refused = await ask(hub, ADMINISTRATOR, "/rule-runs", {"vpd": "277"})
    assert (refused.status_code, "Wait until the run" in refused.text) == (409, True)
    runs = RuleRuns(hub.running.database, hub.running.clock, new_id)
    await runs.turn()
    seen = text_of(await ask(hub, OPERATOR, trial))
    assert [word for word in ("registration/2", "ao1", "20001001", "Done") if word not in seen] == []
    # It tried what the trust has not set, so it cannot be taken into effect before that is set.
    assert "Change the trust&#39;s settings" in (await ask(hub, ADMINISTRATOR, trial)).text
    assert (await ask(hub, ADMINISTRATOR, f"{trial}/apply", {"reason": "It was looked at"})).status_code == 422
    await hub.put("/v1/trusts/277", trust_settings(registration_rule="matched"))
    assert (await ask(hub, ADMINISTRATOR, f"{trial}/apply", {"reason": " "})).status_code == 422
    assert (await hub.state())[0] == "possible"
    real = await ask(hub, ADMINISTRATOR, f"{trial}/apply", {"reason": "It was looked at"})
    await runs.turn()
    assert await hub.state() == ("matched", "registration", "20001001")
    done = text_of(await ask(hub, OPERATOR, real.headers["location"].partition("/profile-sync")[2]))
    assert [word for word in ("It takes effect", "It was looked at", "Changed") if word not in done] == []
    assert "Run the rules for real" not in done


async def test_a_run_is_stopped_by_its_page_and_only_by_who_has_the_whole_trust(hub: Hub) -> None:
    await hub.profile()
    asked = await ask(hub, ADMINISTRATOR, "/rule-runs", {"vpd": "277"})
    path = asked.headers["location"].partition("/profile-sync")[2].partition("?")[0]
    some = person(Role.ADMINISTRATOR, departments=["clwrota/anaesthetics"])
    assert (await ask(hub, some, f"{path}/stop", {})).status_code == 403
    assert (await ask(hub, some, "/rule-runs")).status_code == 403
    stranger = person(Role.ADMINISTRATOR, vpds=("312",))
    assert (await ask(hub, stranger, path)).status_code == 404
    assert (await ask(hub, stranger, "/rule-runs", {"vpd": "277"})).status_code == 404
    assert (await ask(hub, ADMINISTRATOR, f"{path}/stop", {})).status_code == 303
    assert "stopped by sample-person" in text_of(await ask(hub, OPERATOR, path))
    assert (await ask(hub, ADMINISTRATOR, f"{path}/stop", {})).status_code == 409


async def test_a_hub_without_a_trust_says_what_comes_first(hub: Hub) -> None:
    nowhere = person(Role.ADMINISTRATOR, vpds=("404",))
    assert "No trust is set up" in text_of(await ask(hub, nowhere, "/rule-runs"))
    assert "No webhook yet" in text_of(await ask(hub, nowhere, "/webhooks"))
