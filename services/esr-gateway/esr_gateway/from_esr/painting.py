"""Works out what is written of a bucket's people. Pure: it runs beside the database's work, in a thread or another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pickle import PickleBuffer

from esr_gateway.from_esr.buckets import Lines
from esr_gateway.from_esr.documents import Documents, count_rows, rows_of, without_touches
from esr_gateway.from_esr.people import After, Before, Moment, Painted, Studio
from esr_gateway.from_esr.pictures import Painter, Surroundings
from esr_gateway.from_esr.showing import newly_shown
from esr_gateway.outbound_layout import OutboundLayout
from esrlink.outbox_rows import CopiedEvents

NOTHING = "\x1d"
"""Stands for NULL in what is copied."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all people of a file are painted with. `ranks` tell apart people of the file who claim one employee number."""

    moment: Moment
    around: Surroundings
    events: CopiedEvents
    ranks: Mapping[str, int]
    is_snapshot: bool
    awaits_proof: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Some people as they go to the database: a line each, of events what is to be copied; and what is to be counted."""

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

    def __reduce_ex__(self, _: object) -> tuple[type[Written], tuple[object, ...]]:
        """Where another process made it, its two large texts may come another way than the rest (`passing`)."""
        rest = (getattr(self, field.name) for field in fields(self)[2:])
        return Written, (PickleBuffer(self.people), PickleBuffer(self.events), *rest)


class Painting:
    """Paints the people of one file."""

    def __init__(self, layout: OutboundLayout, setting: Setting) -> None:
        moment = setting.moment
        self._layout = layout
        self._documents = Documents(layout)
        self._setting = setting
        self.studio = Studio(layout, Painter(layout, setting.around, vpd=moment.vpd, day=moment.written_day), moment)
        self.moment, self.events = moment, setting.events

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
            people=b"\n".join(map(person_line, painted.kept)),
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


def person_line(one: After) -> bytes:
    """A person as one line, cells with 0x1F between them; the reader lets no control character through."""
    keys = ",".join(one.keys)
    if not "".join(one.keys).isalnum():
        keys = ",".join('"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"' for key in one.keys)
    number, family, given = text_of(one.employee_number), text_of(one.family_name), text_of(one.given_name)
    until, repaint = text_of(one.works_until), text_of(one.repaint_on)
    cells = (
        f"{one.person_id}\x1f{number}\x1f{family}\x1f{given}\x1f{one.revision}\x1f{one.picture_hash}\x1f"
        f"{'t' if one.is_gone else 'f'}\x1f{one.digest}\x1f{{{keys}}}\x1f{one.waiting_rows}\x1f{until}\x1f{repaint}\x1f"
    )
    return cells.encode() + one.document


def text_of(value: object) -> object:
    """A value as it is copied."""
    return NOTHING if value is None else value
