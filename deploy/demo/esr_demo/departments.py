"""What the departments' people do with their records, through their rota product: enrich, validate, approve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from esr_demo.story import Story
from esr_demo.telling import Unexpected

VPD = "277"
ADMINISTRATOR, LEAD, MANAGER = "rota.administrator", "clinical.lead", "service.manager"
# Each step: the state that it takes records from, the command, and who gives it.
STEPS = (("pending", "enrich", ADMINISTRATOR), ("enriched", "validate", LEAD), ("validated", "approve", MANAGER))


async def submittals(story: Story, state: str | None = None) -> list[dict[str, Any]]:
    """All submittals of the trust, or those in one state."""
    client, found, cursor = story.clients["medirota"], [], None
    while True:
        page = await client.get("/submittals/v1/submittals", vpd=VPD, state=state, cursor=cursor, limit=500)
        found += page["submittals"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


async def counts(story: Story) -> Counter[str]:
    """How many submittals stand in each state."""
    answer = await story.clients["medirota"].get("/submittals/v1/submittals/counts", vpd=VPD)
    return Counter(answer["states"])


async def command(story: Story, records: Sequence[dict[str, Any]], name: str, by: str, **more: Any) -> None:
    """Give one command to many records of each product. Raises `Unexpected` when one is refused."""
    for product in sorted({record["product"] for record in records}):
        commands = [
            {"submittal_id": record["submittal_id"], "command": name, "by": by, **more}
            for record in records
            if record["product"] == product
        ]
        path = "/submittals/v1/submittals:batch-commands"
        answer = await story.clients[product].post(path, {"commands": commands}, vpd=VPD)
        if answer["refused"]:
            problems = [result["problem"] for result in answer["results"] if result["problem"]]
            raise Unexpected(f"{name} was refused for {answer['refused']} records, such as: {problems[0]}")


async def through_to_approval(story: Story) -> None:
    """Take every record that waits through enrichment and validation to approval."""
    for state, name, by in STEPS:
        waiting = await submittals(story, state)
        async with story.telling.progress(f"{name} by {by}", len(waiting)) as moved:
            for start in range(0, len(waiting), 50):
                await command(story, waiting[start : start + 50], name, by)
                moved(start + 50)


async def conservation(story: Story) -> dict[str, Any]:
    """The gateway's own count of where every approved version is."""
    answer: dict[str, Any] = await story.operations.get("/esr-gateway/v1/conservation", vpd=VPD)
    return answer


async def show_conservation(story: Story, *, waiting: int | None = None) -> None:
    """Print where every approved version is, and check that none is missing."""
    sums = await conservation(story)
    names = {
        "approved": "approved",
        "withdrawn": "withdrawn",
        "sent_lines": "lines sent",
        "held": "held",
        "waiting": "waiting",
    }
    story.telling.table("", list(names.values()), [[sums[name] for name in names]])
    told = await story.clients["medirota"].get("/submittals/v1/submittals/counts", vpd=VPD)
    balanced = sums["approved"] - sums["withdrawn"] == sums["sent_lines"] + sums["held"] + sums["waiting"]
    story.telling.check(
        "Conservation: approved - withdrawn = lines sent + held" + ("" if waiting == 0 else " + waiting"),
        balanced and (waiting is None or sums["waiting"] == waiting),
        sums,
    )
    story.telling.check(
        "The gateway has every approval and withdrawal that submittals gave",
        (sums["approved"], sums["withdrawn"]) == (told["approved_versions"], told["withdrawn_versions"]),
        (sums, told),
    )
