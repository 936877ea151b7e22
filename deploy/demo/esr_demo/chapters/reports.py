"""Central Reporting has followed all along: it is asked, and its figures are laid beside those of the services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from esr_demo import departments
from esr_demo.claims import REJECTED_BY_ESR
from esr_demo.reporting import records
from esr_demo.story import DAY_AFTER_NEXT_CUT_OFF, Story
from esr_demo.telling import all_of

title = "The organisation's reports"
VPD = "277"
# Claims go back to July, and one leave is booked ahead.
MONTHS = ("2026-01", "2026-12")


async def tell(story: Story) -> None:
    """Show two reports, and check three against what the services say."""
    telling = story.telling
    landed = await departments.submittals(story, "landed")

    async def known() -> int:
        return sum(row["records"] for row in await _ask(story, "time-to-pay") if row["step"] == "landed")

    await telling.wait_for("landed records known to Central Reporting", known, len(landed))
    extras = await _ask(story, "paid-extras-by-department")
    columns = ("department", "people", "records", "pounds", "records_landed", "pounds_landed")
    _show(story, "Paid extra work by department, from the topics alone:", extras, columns)
    paid = await _paid(story, landed)
    telling.check(
        "For each department as many extras have landed, for as many pounds, as the submittals service holds",
        {row["department"]: (row["records_landed"], row["pounds_landed"]) for row in extras} == paid,
        (extras, paid),
    )
    rejected = await _ask(story, "rejected")
    counted = [sum(row[name] for row in rejected) for name in ("rejected", "landed_since", "open")]
    telling.check(
        "What ESR rejected is there with its code, and all of it was mended and has landed since",
        counted == [len(REJECTED_BY_ESR), len(REJECTED_BY_ESR), 0],
        rejected,
    )
    steps = await _ask(story, "time-to-pay")
    _show(
        story, "Days from work to pay:", steps, ("kind", "step", "records", "median_days", "p90_days", "longest_days")
    )
    folder = story.reporting.settings.data_dir
    telling.say(f"[dim]More of them: esrlink reporting report sickness --vpd {VPD} --data-dir {folder}[/dim]")


async def _ask(story: Story, name: str) -> list[dict[str, Any]]:
    return records(await story.reporting.ask(name, VPD, *MONTHS, DAY_AFTER_NEXT_CUT_OFF))


def _show(story: Story, heading: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    names = [column.replace("_", " ") for column in columns]
    cells = [[f"{row[c]:,}" if isinstance(row[c], Decimal) else row[c] for c in columns] for row in rows]
    story.telling.table(heading, names, cells)


async def _paid(story: Story, landed: list[dict[str, Any]]) -> dict[str, tuple[int, Decimal]]:
    """Extras that have landed and their pounds by department, as the submittals service holds them, record by record."""
    extras = [record["submittal_id"] for record in landed if record["kind"] == "attendance"]
    async with story.telling.progress("records read from the submittals service", len(extras)) as moved:
        whole = await all_of([_read(story, submittal_id) for submittal_id in extras], moved)
    sums: dict[str, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for record in whole:
        count, pounds = sums[record["department"]]
        sums[record["department"]] = (count + 1, pounds + Decimal(record["content"]["amount"]))
    return dict(sums)


def _read(story: Story, submittal_id: str) -> Callable[[], Awaitable[Any]]:
    return lambda: story.clients["medirota"].get(f"/submittals/v1/submittals/{submittal_id}")
