"""From a person's rows to what is kept and published of them. Pure: it runs in a thread, beside the database's work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from esr_gateway.from_esr.documents import SEPARATOR, Documents, digest_of
from esr_gateway.from_esr.pictures import REGISTRATIONS, Dated, Painter, PersonRows
from esr_gateway.outbound_layout import PERSON, OutboundLayout
from esrlink.clock import LONDON

SERVICE = "esr-gateway"
_GONE = b'"gone":'  # the first field behind those that differ without the person being another


@dataclass(frozen=True, slots=True)
class Moment:
    """What every event of one import says of where it comes from. Pictures are painted as of `day`, in London."""

    vpd: str
    as_of: datetime
    source_file: str
    now: datetime
    day: date

    @classmethod
    def of(
        cls, vpd: str, as_of: datetime, source_file: str, now: datetime, *, not_before: date | None = None
    ) -> Moment:
        """The moment of a file. People who were painted as of a later day already are not painted back."""
        day = as_of.astimezone(LONDON).date()
        return cls(vpd, as_of, source_file, now, max(day, not_before or day))

    @property
    def written_day(self) -> str:
        """The day as ESR writes it."""
        return self.day.isoformat().replace("-", "")


class Before(NamedTuple):
    """A person as kept until now. `document` is there only where it was asked for."""

    person_id: str
    employee_number: str | None
    family_name: str | None
    given_name: str | None
    revision: int
    picture_hash: str
    is_gone: bool
    works_until: date | None
    document: str | None


@dataclass(slots=True)
class After:
    """A person as it is to be kept, the document in UTF-8; `revision` is still that of before where a new one is to be given."""

    person_id: str
    employee_number: str | None
    family_name: str | None
    given_name: str | None
    revision: int
    picture_hash: str
    is_gone: bool
    document: bytes
    digest: str
    keys: Iterable[str]
    waiting_rows: int
    works_until: str | None
    repaint_on: date | None


@dataclass(slots=True)
class Painted:
    """What became of some people: all that are to be kept anew, and of those who look different the picture and who they were."""

    kept: list[After] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    before: dict[str, Before] = field(default_factory=dict)
    left: list[Before] = field(default_factory=list)
    renumbered: list[Before] = field(default_factory=list)
    ended: list[Before] = field(default_factory=list)
    changed: list[Before] = field(default_factory=list)

    @property
    def unsure(self) -> list[str]:
        """Employee numbers that somebody else may have had before."""
        before = self.before
        return [
            after.employee_number
            for after in self.kept
            if after.person_id in self.pictures
            and after.employee_number
            and ((was := before.get(after.person_id)) is None or was.employee_number != after.employee_number)
        ]


class Studio:
    """Paints people as of one moment."""

    def __init__(self, layout: OutboundLayout, painter: Painter, moment: Moment) -> None:
        self._painter = painter
        self._moment = moment
        self._documents = Documents(layout)
        self._delimiter = layout.delimiter
        places = {code: _places(layout, code) for code in layout.of_people}
        self._painted = {code: (*places.pop(code), depth) for code, depth in painter.depths.items()}
        # Of nearly all others the id stands behind the person's: it is found without cutting the row.
        self._unpainted = {code: id_at for code, (id_at, _, _) in places.items()}
        self._behind = frozenset(
            code for code, at in self._unpainted.items() if at == 2 and layout.record[code].width > 3
        )
        self._type_at = layout.record["ET"].index("Information Type")
        as_of = moment.as_of.isoformat().replace("+00:00", "Z")
        self._stamp = f'"as_of":"{as_of}","source_file":{quoted(moment.source_file)},'.encode()

    def paint(self, people: Iterable[tuple[str, Sequence[str], Before | None]]) -> Painted:
        """Each person with the rows that there are now, and as kept until now. Of a row that is there twice the last counts."""
        painted = Painted()
        for person_id, lines, before in people:
            if before is not None:
                painted.before[person_id] = before
            rows = lines
            parsed = self._parse(person_id, rows)
            if parsed is None:
                rows = self._documents.after_snapshot(lines)
                parsed = self._parse(person_id, rows)
            assert parsed is not None  # noqa: S101 - no row is there twice any more
            document = SEPARATOR.join(sorted(rows)).encode()
            digest = digest_of(document)
            if parsed[0].persons:
                after = self._shown(painted, parsed[0], before, document, digest, parsed[1])
            else:
                after = _unshown(painted, person_id, before, document, digest, parsed[1], len(rows))
            painted.kept.append(after)
        return painted

    def _shown(
        self, painted: Painted, rows: PersonRows, before: Before | None, document: bytes, digest: str, keys: set[str]
    ) -> After:
        picture = self._painter.picture(rows)
        picture_hash = sha256(picture.content).hexdigest()
        if before is None or before.is_gone or before.picture_hash != picture_hash:
            painted.pictures[rows.person_id] = picture.content
        if before is not None and not before.is_gone and before.employee_number:
            if before.picture_hash != picture_hash:
                painted.changed.append(before)
            if before.employee_number != picture.employee_number:
                painted.renumbered.append(before)
            if self._has_ended(before, picture.works_until):
                painted.ended.append(before)
        return After(
            rows.person_id,
            picture.employee_number,
            picture.family_name,
            picture.given_name,
            before.revision if before else 0,
            picture_hash,
            False,
            document,
            digest,
            keys | picture.pointers,
            0,
            picture.works_until,
            picture.next_change,
        )

    def _has_ended(self, before: Before, until: str | None) -> bool:
        """Whether the last assignment ends: somebody who had one on the day, or was to have one, has none any more."""
        day = self._moment.day
        worked = before.works_until is not None and before.works_until >= day
        return worked and (until is None or until < day.isoformat())

    def _parse(self, person_id: str, rows: Sequence[str]) -> tuple[PersonRows, set[str]] | None:
        """The rows that make the picture, cut into cells, and the record and id of all; nothing if a row is there twice."""
        parsed, keys = PersonRows(person_id), set[str]()
        delimiter, behind, unpainted, painted = self._delimiter, self._behind, self._unpainted, self._painted
        begins = len(f"{PERSON}A{delimiter}{person_id}{delimiter}")
        for row in rows:
            code = row[:2]
            if code in behind:
                keys.add(code + row[begins : row.find(delimiter, begins)])
                continue
            if code in unpainted:
                at = unpainted[code]
                keys.add(code + row.split(delimiter, at + 1)[at])
                continue
            id_at, start, end, depth = painted[code]
            cells = row.split(delimiter, depth)
            keys.add(code + cells[id_at])
            if code == "AS":
                parsed.assignments.append(Dated(cells[start][:8], cells[end][:8], cells))
            elif code == PERSON:
                parsed.persons.append(Dated(cells[start][:8], cells[end][:8], cells))
            elif code == "CO":
                parsed.costings.append(Dated(cells[start][:8], cells[end][:8], cells))
            elif cells[self._type_at] == REGISTRATIONS:
                parsed.extras.append(cells)
        # As many ids as rows: none is there twice. Else some are dated rows of one id, or one is indeed.
        if len(keys) != len(rows) and len(set(map(self._documents.key, rows))) != len(rows):
            return None
        return parsed, keys

    def revise(self, painted: Painted, latest: Mapping[str, int], ranks: Mapping[str, int]) -> list[tuple[str, bytes]]:
        """Give each person who looks different the next revision; return employee numbers with events as JSON.

        The world knows a person by the ESR number, which may pass from one of ESR's own ids to another; `latest` are revisions
        that numbers have come to with somebody else, and `ranks` of people of one file who claim one number.
        """
        events: list[tuple[str, bytes]] = []
        for after in painted.kept:
            content = painted.pictures.get(after.person_id)
            if content is None or after.employee_number is None:
                continue
            number, person_id = after.employee_number, after.person_id
            after.revision = 1 + max(after.revision, latest.get(number, 0)) + ranks.get(person_id, 0)
            events.append((after.employee_number, self._event(content, after.revision)))
        return events

    def _event(self, content: bytes, revision: int) -> bytes:
        before, field, behind = content.partition(_GONE)
        return b'%b"revision":%d,%b%b%b' % (before, revision, self._stamp, field, behind)


def _unshown(
    painted: Painted, person_id: str, before: Before | None, document: bytes, digest: str, keys: set[str], rows: int
) -> After:
    """Somebody of whom there is no person row (any more): what else there is of them waits."""
    if before is None or before.employee_number is None:
        return After(person_id, None, None, None, 0, "", False, document, digest, keys, rows, None, None)
    if not before.is_gone:
        painted.left.append(before)
    number, family, given = before.employee_number, before.family_name, before.given_name
    return After(person_id, number, family, given, before.revision, "", True, document, digest, keys, rows, None, None)


def _places(layout: OutboundLayout, code: str) -> tuple[int, int, int]:
    """Where a record has its id, its first and its last day."""
    record = layout.record[code]
    id_at, start, end = (
        record.index(name) if name else 0 for name in (record.id, record.effective_from, record.effective_to)
    )
    return id_at, start, end
