"""200 records of absence and extra work: put, answered at once, enriched, validated by somebody else, approved."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from esr_demo import departments
from esr_demo.chapters.profiles import cast
from esr_demo.chapters.setting_up import CLOSED_COST_CODE, element_code
from esr_demo.claims import IN_ORDER, RETURNED_BY_RULES, TOLD_BY_ESR, WITHDRAWN, Claim, claims_of
from esr_demo.story import MONTH_END, Story
from esr_demo.telling import all_of

title = "200 records of absence and extra work"
VPD = "277"


async def tell(story: Story) -> None:
    """Put the records, see the bad ones returned, and take the others to approval."""
    telling = story.telling
    await story.move_clock(MONTH_END)
    claims = await claims_made(story)
    await telling.wait_for("records whose person submittals knows", lambda: _people_known(story, claims), len(claims))
    async with telling.progress("records put", len(claims)) as moved:
        answers = [await _put(story, claim)() for claim in claims[:IN_ORDER]]
        answers += await all_of([_put(story, claim) for claim in claims[IN_ORDER:]], moved)
    telling.check(
        f"Each of the {len(claims)} is answered with the next cut-off and the pay it reaches",
        all(answer["next_cut_off"] and answer["pay_name"] for answer in answers),
    )
    _show_one(story, answers)
    returned = {c.trap: a for c, a in zip(claims, answers, strict=True) if a["state"] == "returned"}
    rows = [
        (a["record_id"], a["kind"], a["findings"][0]["code"], a["findings"][0]["detail"]) for a in returned.values()
    ]
    telling.table("", ("record", "kind", "code", "returned because"), rows)
    telling.check(
        f"{len(RETURNED_BY_RULES)} are returned with a reason, and only those",
        set(returned) == set(RETURNED_BY_RULES),
        [(c.trap, a["state"], a["findings"]) for c, a in zip(claims, answers, strict=True)
         if (a["state"] == "returned") != (c.trap in RETURNED_BY_RULES)],
    )  # fmt: skip
    await _claimant_cannot_validate(story, claims, answers)
    await departments.through_to_approval(story)
    await _withdraw_one(story, claims, answers)
    good = len(claims) - len(RETURNED_BY_RULES)

    async def known() -> int:
        sums = await departments.conservation(story)
        return int(sums["approved"]) + int(sums["withdrawn"])

    await telling.wait_for("approvals and withdrawals known to the gateway", known, good + 1)


async def claims_made(story: Story) -> list[Claim]:
    """The 200 records: the same at every telling."""
    _, profiles = await cast(story)
    trust = await story.from_sandbox(f"trusts/{VPD}")
    weekend = next(element for element in trust["pay_elements"] if element["weekend"])
    return claims_of(profiles, element_code(weekend["name"]), CLOSED_COST_CODE)


async def _people_known(story: Story, claims: list[Claim]) -> int:
    """How many of the records are judged by what ESR said of their person: on Kafka that may take a moment to come."""
    known = 0
    for product in {claim.profile.product for claim in claims}:
        mine = [claim for claim in claims if claim.profile.product == product]
        answer = await story.clients[product].post(
            "/submittals/v1/submittals:check", {"records": [claim.whole for claim in mine]}, vpd=VPD
        )
        for claim, result in zip(mine, answer["results"], strict=True):
            codes = {finding["code"] for finding in result["verdict"]["findings"]}
            awaited = TOLD_BY_ESR.get(claim.trap or "")
            known += awaited in codes if awaited else "person_not_linked" not in codes
    return known


def _put(story: Story, claim: Claim) -> Callable[[], Awaitable[Any]]:
    client = story.clients[claim.profile.product]
    return lambda: client.put(f"/submittals/v1/submittals/{claim.path}", claim.body, vpd=VPD)


def _show_one(story: Story, answers: list[dict[str, Any]]) -> None:
    one = next(a for a in answers if a["kind"] == "attendance" and a["state"] != "returned")
    content = one["content"]
    story.telling.say(
        f"For one: assignment {one['assignment_number']}, {content['pay_element']}, {content['units']} {content['unit']}"
        f" at {content['rate']}, cost code {content['cost_code']}, in the {one['pay_name']}"
        f" if approved by {one['next_cut_off']}"
    )


async def _claimant_cannot_validate(story: Story, claims: list[Claim], answers: list[dict[str, Any]]) -> None:
    pairs = zip(claims, answers, strict=True)
    claim, answer = next((c, a) for c, a in pairs if c.kind == "attendance" and c.trap is None)
    if answer["state"] != "pending":
        return  # told before
    client, path = story.clients[claim.profile.product], f"/submittals/v1/submittals/{answer['submittal_id']}"
    await client.post(f"{path}/enrich", {"by": claim.profile.profile_id})
    refused = await client.call("POST", f"{path}/validate", json={"by": claim.profile.profile_id})
    story.telling.check(
        "The one who claims cannot validate",
        refused.status_code == 409 and refused.json()["code"] == "claimant_cannot_validate",
        refused.text,
    )


async def _withdraw_one(story: Story, claims: list[Claim], answers: list[dict[str, Any]]) -> None:
    answer = next(a for c, a in zip(claims, answers, strict=True) if c.trap == WITHDRAWN)
    client, path = story.clients[answer["product"]], f"/submittals/v1/submittals/{answer['submittal_id']}"
    if (await client.get(path))["state"] != "withdrawn":
        reason = "The session was cancelled after all."
        await client.post(f"{path}/withdraw", {"by": departments.ADMINISTRATOR, "reason": reason})
    story.telling.say("One is withdrawn after its approval, before the cut-off.")
