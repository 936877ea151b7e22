"""ESR sends a snapshot of each trust; good rows become people, bad rows are set aside with their reasons."""

from __future__ import annotations

from esr_demo.story import FIRST_DAY, TRUSTS, Story

title = "ESR sends a snapshot of each trust"


async def tell(story: Story) -> None:
    """Fetch and read the snapshots, and compare what was set aside with what the sandbox had planted."""
    telling = story.telling
    everyone = 0
    for vpd in TRUSTS:
        written = await story.esr(vpd, "snapshot", FIRST_DAY)
        await story.operations.post(f"/esr-gateway/v1/exchanges/{vpd}/poll")
        file = await imported_file(story, vpd, written["name"])
        planted = sorted(row["row"] for row in written["summary"]["planted"])
        set_aside = await story.operations.get(f"/esr-gateway/v1/files/{file['file_id']}/rejected-rows")
        rows = set_aside["rows"] if isinstance(set_aside, dict) else set_aside
        telling.check(
            f"{written['name']}: {written['rows']:,} rows read, the {len(planted)} bad ones set aside with their reasons",
            sorted(row["row_number"] for row in rows) == planted,
            (planted, rows),
        )
        if vpd == TRUSTS[0]:
            columns = ("row", "record", "field", "reason")
            telling.table("", columns, [(r["row_number"], r["record"], r["field"] or "-", r["reason"]) for r in rows])
        everyone += written["summary"]["people"]
    await telling.wait_for("people known to profile-sync", lambda: people_known(story), everyone)


async def imported_file(story: Story, vpd: str, name: str) -> dict[str, object]:
    """The gateway's record of a file. Raises `Unexpected` when it was not imported."""
    files = await story.operations.get("/esr-gateway/v1/files", vpd=vpd, name=name)
    found = [file for file in files["files"] if file["name"] == name]
    good = bool(found) and found[0]["state"] == "imported"
    story.telling.check(f"{name} was fetched, archived, checked and imported", good, files)
    record: dict[str, object] = found[0]
    return record


async def people_known(story: Story) -> int:
    """How many people profile-sync has heard of, over both trusts."""
    counts = [await story.operations.get("/profile-sync/v1/matching", vpd=vpd) for vpd in TRUSTS]
    return sum(count["people"] for count in counts)
