"""ESR reads the files with a reader of its own, applies them, rejects two rows; its next file proves the rest."""

from __future__ import annotations

from collections import Counter

from esr_demo import departments
from esr_demo.claims import REJECTED_BY_ESR
from esr_demo.story import CUT_OFF_DAY, DAY_AFTER_CUT_OFF, Story

title = "ESR answers"
VPD = "277"


async def tell(story: Story) -> None:
    """Let ESR read, confirm and show; then see what became of each record."""
    telling = story.telling
    await story.esr(VPD, "read-inbox", CUT_OFF_DAY)
    applied = (await story.from_sandbox(f"esr/{VPD}/applied"))["rows"]
    outcomes = Counter(row["outcome"] for row in applied)
    telling.say(f"ESR's own reader took {len(applied)} rows: {dict(outcomes)}")
    for row in applied:
        if row["outcome"] == "REJ":
            telling.say(f"ESR rejects row {row['row']} of {row['file']}: {row['code']} {row['text']}")
    await story.operations.post(f"/esr-gateway/v1/exchanges/{VPD}/poll")
    await telling.wait_for("rejected records known to their departments", lambda: count(story, "rejected"), 2)
    rejected = await departments.submittals(story, "rejected")
    rows = [(r["record_id"], r["kind"], r["reason"], r["field"] or "-") for r in rejected]
    telling.table("", ("record", "kind", "what the department reads", "field to mend"), rows)
    telling.check("Each says in words what was wrong", all(r["reason"] for r in rejected), rejected)
    story.memory.keep("rejected", [r["submittal_id"] for r in rejected])
    telling.check(f"As many as there were traps for ESR: {len(REJECTED_BY_ESR)}", len(rejected) == len(REJECTED_BY_ESR))
    await story.move_clock(DAY_AFTER_CUT_OFF)
    await story.esr(VPD, "changes", DAY_AFTER_CUT_OFF)
    await story.operations.post(f"/esr-gateway/v1/exchanges/{VPD}/poll")
    sent = sum(row["outcome"] != "REJ" for row in applied)
    await telling.wait_for("records proved by ESR's next file (landed)", lambda: count(story, "landed"), sent)


async def count(story: Story, state: str) -> int:
    """How many submittals stand in a state."""
    return (await departments.counts(story))[state]
