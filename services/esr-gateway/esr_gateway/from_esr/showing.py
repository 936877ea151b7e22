"""Absences and element entries that a person's rows newly show, changed or show no more: see `shown`. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from esr_gateway.from_esr.documents import Documents
from esr_gateway.outbound_layout import OutboundLayout

_RECORDS = ("AB", "EL")
_NOTHING = "\x1d"


def newly_shown(layout: OutboundLayout, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """What to copy of one person, whose rows were `before` and are `after`."""
    there, were = set(after), set(before)
    key, delimiter = Documents(layout).key, layout.delimiter
    fresh = [row for row in after if row[:2] in _RECORDS and row not in were]
    ended = {key(row)[:2] for row in before if row[:2] in _RECORDS and row not in there}
    still = {key(row)[:2] for row in after} if ended else set()
    for record, record_id in sorted(ended - still):
        yield f"{record}\x1f{record_id}\x1f{_NOTHING}\x1f{_NOTHING}\n"
    if not fresh:
        return
    assignment, entry = layout.record["AS"], layout.record["EL"]
    id_at, number_at, of = (
        assignment.index(assignment.id),
        assignment.index("Assignment Number"),
        entry.index("Assignment ID"),
    )
    posts = [row.split(delimiter) for row in after if row[:2] == "AS"]
    numbers = {cells[id_at]: cells[number_at] for cells in sorted(posts)}
    for row in fresh:
        number = numbers.get(row.split(delimiter)[of]) if row[:2] == "EL" else None
        yield f"{row[:2]}\x1f{key(row)[1]}\x1f{number or _NOTHING}\x1f{row}\n"
