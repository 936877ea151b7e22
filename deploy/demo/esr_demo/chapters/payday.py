"""The cut-off comes: one pay file and one absence file, with control totals, uploaded safely."""

from __future__ import annotations

from esr_demo import departments
from esr_demo.story import CUT_OFF_DAY, JUST_AFTER_NOON, Story

title = "The cut-off comes"
VPD = "277"


async def tell(story: Story) -> None:
    """Close the run and look at what went out."""
    telling = story.telling
    await story.move_clock(CUT_OFF_DAY, JUST_AFTER_NOON)
    await story.operations.post("/esr-gateway/v1/runs/close-due", vpd=VPD)

    async def sent() -> int:
        return sum(run["state"] in {"sent", "settled"} for run in await runs(story))

    await telling.wait_for("run sent", sent, 1)
    run = (await runs(story))[0]
    run = await story.operations.get(f"/esr-gateway/v1/runs/{run['run_id']}")
    rows = [(t["name"], t["lines"], t["units"], t["amount"] or "-") for t in run["totals"]]
    telling.table(f"Control totals of {run['pay_name']}", ("", "lines", "units", "amount"), rows)
    names = [f"{file['file_name']} ({file['lines']} lines, layout {file['provenance']})" for file in run["files"]]
    for name in names:
        telling.say(name)
    kinds = sorted(file["file_name"][:3] for file in run["files"])
    telling.check("One pay file and one absence file, uploaded and renamed", kinds == ["AB_", "TA_"], names)
    await departments.show_conservation(story, waiting=0)


async def runs(story: Story) -> list[dict[str, str]]:
    """The trust's runs that have closed, newest first."""
    answer = await story.operations.get("/esr-gateway/v1/runs", vpd=VPD)
    return [run for run in answer["runs"] if run["state"] != "open"]
