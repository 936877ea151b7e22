"""Works out what is written of a bucket's people. Pure: it runs beside the database's work, in a thread or another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from esr_gateway.from_esr.arriving import rows_of_array
from esr_gateway.from_esr.buckets import Lines
from esr_gateway.from_esr.documents import Documents, count_rows, rows_of, without_touches
from esr_gateway.from_esr.people import SERVICE, Before, Moment, Painted, Studio
from esr_gateway.from_esr.pictures import Painter, Surroundings
from esr_gateway.from_esr.showing import newly_shown
from esr_gateway.layout import OutboundLayout
from esrlink.contracts import ProfileImported
from esrlink.outbox_rows import CopiedEvents


@dataclass(frozen=True, slots=True)
class Setting:
    """What all people of a file are painted with. `ranks` tell apart people of the file who claim one employee number."""

    moment: Moment
    around: Surroundings
    traceparent: str | None
    ranks: Mapping[str, int]
    is_snapshot: bool
    awaits_proof: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Some people as they go to the database: rows of an array, and of events what is to be copied; and what is to be counted."""

    people: bytes
    events: bytes
    shown: str
    numbers: Sequence[str]
    looked_at: int
    without_parent: int
    left: Sequence[Before] = ()
    renumbered: Sequence[Before] = ()
    ended: Sequence[Before] = ()
    changed: Sequence[Before] = ()


class Painting:
    """Paints the people of one file."""

    def __init__(self, layout: OutboundLayout, setting: Setting) -> None:
        moment = setting.moment
        self._layout = layout
        self._documents = Documents(layout)
        self._setting = setting
        self.studio = Studio(layout, Painter(layout, setting.around, day=moment.written_day), moment)
        self.events = CopiedEvents(
            ProfileImported, vpd=moment.vpd, service=SERVICE, now=moment.now, traceparent=setting.traceparent
        )

    def first(self, lines: Lines) -> Written:
        """Everybody of a bucket, in a trust that had nobody before."""
        painted, shown = self.paint(lines, dict.fromkeys(lines.of))
        return self.written(lines, painted, shown, {})

    def paint(self, lines: Lines, known: Mapping[str, Before | None]) -> tuple[Painted, str]:
        """Those who are `known` to need a look, and what they newly show."""
        setting, documents, shown = self._setting, self._documents, list[str]()
        people: list[tuple[str, list[str], Before | None]] = []
        for person_id, before in known.items():
            rows = lines.of[person_id]
            stored = rows_of(before.document or "") if before else []
            if not setting.is_snapshot:
                rows = documents.after_changes(without_touches(rows), stored)
            elif person_id in lines.instructed:
                rows = documents.after_snapshot(rows, stored)
            if setting.awaits_proof:
                shown.extend(newly_shown(self._layout, stored, rows))
            people.append((person_id, rows, before))
        return self.studio.paint(people), "".join(shown)

    def written(self, lines: Lines, painted: Painted, shown: str, latest: Mapping[str, int]) -> Written:
        """What to write of them. `latest` are revisions that employee numbers have come to with somebody else."""
        events = self.studio.revise(painted, latest, self._setting.ranks)
        return Written(
            people=rows_of_array(painted.kept),
            events=self.events.rows(events),
            shown=shown,
            numbers=[number for number, _ in events],
            looked_at=len(painted.kept),
            without_parent=sum(count_rows(lines.of[one.person_id]) for one in painted.kept if one.waiting_rows),
            left=painted.left,
            renumbered=painted.renumbered,
            ended=painted.ended,
            changed=painted.changed,
        )
