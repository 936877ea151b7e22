"""The two rejected records are mended in one step, go out with the next run, and land."""

from __future__ import annotations

from typing import Any

from esr_demo import departments
from esr_demo.chapters.answers import count
from esr_demo.chapters.payday import close_and_sign, runs
from esr_demo.claims import RETURNED_BY_RULES, TOTAL
from esr_demo.story import DAY_AFTER_NEXT_CUT_OFF, JUST_AFTER_NOON, NEXT_CUT_OFF_DAY, Story

title = "Two records are mended and land"
VPD = "277"


async def tell(story: Story) -> None:
    """Fix and resubmit, close the next run, and count where everything ended."""
    telling = story.telling
    rejected = story.memory.recall("rejected")
    for submittal_id in rejected:
        await _mend(story, submittal_id)
    await departments.through_to_approval(story)
    await _all_known(story)
    await story.move_clock(NEXT_CUT_OFF_DAY, JUST_AFTER_NOON)
    await close_and_sign(story)

    async def sent() -> int:
        return sum(run["state"] in {"sent", "settled"} and bool(run["files"]) for run in await runs(story))

    await telling.wait_for("runs sent", sent, 2)
    await story.esr(VPD, "read-inbox", NEXT_CUT_OFF_DAY)
    await story.move_clock(DAY_AFTER_NEXT_CUT_OFF)
    await story.esr(VPD, "changes", DAY_AFTER_NEXT_CUT_OFF)
    await story.operations.post(f"/esr-gateway/v1/exchanges/{VPD}/poll")
    landed = TOTAL - len(RETURNED_BY_RULES) - 1
    await telling.wait_for("records landed", lambda: count(story, "landed"), landed)
    await _reckoning(story, landed)


async def _mend(story: Story, submittal_id: str) -> None:
    path = f"/submittals/v1/submittals/{submittal_id}"
    record = await story.clients["medirota"].get(path)
    if record["state"] != "rejected":
        return  # mended before
    fields: dict[str, Any] = {"cost_code": None} if record["kind"] == "attendance" else {"reason": "S15"}
    mended = await story.clients[record["product"]].post(
        f"{path}/resubmit", {"by": departments.ADMINISTRATOR, "fields": fields, "reason": "Mended after ESR's answer"}
    )
    story.telling.say(
        f"{record['record_id']}: {', '.join(fields)} mended, version {mended['version']}, now {mended['state']},"
        f" in the {mended['rolls_to'] or mended['pay_name']}"
    )


async def _all_known(story: Story) -> None:
    async def approved() -> int:
        told = await story.clients["medirota"].get("/submittals/v1/submittals/counts", vpd=VPD)
        sums = await departments.conservation(story)
        return int(sums["approved"] == told["approved_versions"])

    await story.telling.wait_for("gateway up to date with every approval", approved, 1)


async def _reckoning(story: Story, landed: int) -> None:
    telling = story.telling
    states = await departments.counts(story)
    telling.table("Where the 200 records ended", ("state", "records"), sorted(states.items()))
    expected = {"landed": landed, "returned": len(RETURNED_BY_RULES), "withdrawn": 1}
    telling.check("Every record is landed, returned with a reason, or withdrawn", dict(+states) == expected, states)
    await departments.show_conservation(story, waiting=0)
    await _each_once(story, landed)


async def _each_once(story: Story, landed: int) -> None:
    """Lay the lines that we sent beside the rows that ESR's own reader applied, one by one."""
    applied = (await story.from_sandbox(f"esr/{VPD}/applied"))["rows"]
    by_esr = sorted((row["file"], row["row"], row["assignment"]) for row in applied if row["outcome"] != "REJ")
    lines = [line for run in await runs(story) for line in await _lines(story, run["run_id"])]
    paid = [line for line in lines if line["state"] == "landed"]
    by_us = sorted((line["file_name"], line["row_number"], line["assignment_number"]) for line in paid)
    story.telling.check(
        f"ESR applied {landed} rows: the very lines that we hold as landed, no more and no fewer",
        by_esr == by_us and len(by_us) == landed,
        (len(by_esr), len(by_us)),
    )
    story.telling.check(
        "Each record is paid by one line, and each approved version stands in one line at most",
        len({line["submittal_id"] for line in paid}) == landed
        and len({(line["submittal_id"], line["version"]) for line in lines}) == len(lines),
        len(lines),
    )


async def _lines(story: Story, run_id: str) -> list[dict[str, Any]]:
    """All lines of a run."""
    found: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        page = await story.operations.get(f"/esr-gateway/v1/runs/{run_id}/lines", offset=offset)
        found += page["lines"]
        offset = page["next_offset"]
    return found
