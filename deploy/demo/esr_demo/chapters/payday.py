"""The cut-off comes: a look before it, one pay file and one absence file with control totals, signed and uploaded safely."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from esr_demo import departments, signing
from esr_demo.story import CUT_OFF_DAY, JUST_AFTER_NOON, TRUSTS, Story

title = "The cut-off comes"
VPD = "277"


async def tell(story: Story) -> None:
    """Close the run and look at what went out."""
    telling = story.telling
    await _preview(story)
    await story.move_clock(CUT_OFF_DAY, JUST_AFTER_NOON)
    await close_and_sign(story)

    async def sent() -> int:
        return sum(run["state"] in {"sent", "settled"} for run in await runs(story))

    await telling.wait_for("run sent", sent, 1)
    run = (await runs(story))[0]
    run = await story.operations.get(f"/esr-gateway/v1/runs/{run['run_id']}")
    rows = [(t["name"], t["lines"], t["units"], t["amount"] or "-") for t in run["totals"]]
    telling.table(f"Control totals of {run['pay_name']}", ("", "lines", "units", "amount"), rows)
    answer = await story.operations.get(f"/esr-gateway/v1/runs/{run['run_id']}/totals", by="department")
    by_department = answer["totals"]
    telling.table(
        "By department", ("", "lines", "amount"), [(t["name"], t["lines"], t["amount"] or "-") for t in by_department]
    )
    telling.check(
        "The totals by department come to the totals by element",
        sum(t["lines"] for t in by_department) == sum(t["lines"] for t in run["totals"]) == run["lines"],
        run["lines"],
    )
    names = [f"{file['file_name']} ({file['lines']} lines, layout {file['provenance']})" for file in run["files"]]
    for name in names:
        telling.say(name)
    kinds = sorted(file["file_name"][:3] for file in run["files"])
    telling.check("One pay file and one absence file, uploaded and renamed", kinds == ["AB_", "TA_"], names)
    await departments.show_conservation(story, waiting=0)


async def close_and_sign(story: Story) -> None:
    """Close what is due; the run waits for the payroll officer's signature, and goes when it has it."""
    for vpd in TRUSTS:
        await story.operations.post("/esr-gateway/v1/runs/close-due", vpd=vpd)

    async def closed() -> int:
        answer = await story.operations.get("/esr-gateway/v1/runs", vpd=VPD, state="open")
        now = (await story.http.get("/try-out/clock")).raise_for_status().json()["now"]
        return int(all(datetime.fromisoformat(one["cut_off"]) > datetime.fromisoformat(now) for one in answer["open"]))

    await story.telling.wait_for("run closed", closed, 1)
    for run in await runs(story):
        if run["state"] == "frozen":
            await signing.sign(story, run)
    await story.operations.post("/esr-gateway/v1/runs/close-due", vpd=VPD)


async def _preview(story: Story) -> None:
    """Look at the run before its cut-off, as payroll does."""
    are_open = (await story.operations.get("/esr-gateway/v1/runs", vpd=VPD, state="open"))["open"]
    seen = await story.operations.get(f"/esr-gateway/v1/runs/open/{are_open[0]['run_code']}/preview", vpd=VPD)
    story.telling.say(
        f"A look at {seen['pay_name']} before its cut-off: {seen['line_count']} lines in {len(seen['files'])} files, "
        f"{seen['held_count']} held back, {len(seen['unusual'])} unusual. Nothing is written."
    )


async def runs(story: Story) -> list[dict[str, Any]]:
    """The trust's runs that have closed, newest first."""
    found: list[dict[str, Any]] = (await story.operations.get("/esr-gateway/v1/runs", vpd=VPD))["runs"]
    return found
