"""The next day's changes file: only the people who really changed are published."""

from __future__ import annotations

from esr_demo.chapters.snapshot import imported_file
from esr_demo.story import NEXT_DAY, Story

title = "The next day's changes"
VPD = "277"


async def tell(story: Story) -> None:
    """Fetch the changes, and see that rows which were only sent again changed nobody."""
    telling = story.telling
    await story.move_clock(NEXT_DAY)
    written = await story.esr(VPD, "changes", NEXT_DAY)
    await story.operations.post(f"/esr-gateway/v1/exchanges/{VPD}/poll")
    file = await imported_file(story, VPD, written["name"])
    was = written["summary"]
    changed = {
        *was["joiners"],
        was["future_starter"],
        *was["leavers"],
        was["changed_post"],
        was["deleted_assignment"].split("-")[0],
    }
    telling.say(
        f"{len(was['joiners'])} joiners, {len(was['leavers'])} leavers, 1 future starter, 1 changed post, 1 deleted"
        f" assignment; {len(was['resent'])} people's rows were only sent again"
    )
    telling.check(
        f"{len(changed)} people changed and {len(changed)} were published", file["people_changed"] == len(changed), file
    )
    newcomer = was["joiners"][0]

    async def known() -> int:
        answer = await story.operations.call("GET", f"/profile-sync/v1/people/{VPD}/{newcomer}")
        return int(answer.is_success)

    await telling.wait_for("joiner known to profile-sync", known, 1)
