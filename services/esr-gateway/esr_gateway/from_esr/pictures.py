"""The picture of a person: everything that other services may know of somebody, put together from ESR's rows.

Pure: from cells to `ProfileImported`. No sensitive value can get into it, because the stored rows have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from itertools import zip_longest

from esr_gateway.layout import OutboundLayout
from esrlink.contracts import Assignment, ProfileImported, Registration

FOREVER = "47121231"
"""How ESR writes "until further notice"."""

REGISTRATIONS = "NHS Regs and Memships"
Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Dated:
    """A dated row: first and last day as ESR writes them (yyyymmdd), and its cells."""

    start: str
    end: str
    cells: Cells


@dataclass(slots=True)
class PersonRows:
    """The rows of one person."""

    person_id: str
    persons: list[Dated] = field(default_factory=list)
    assignments: list[Dated] = field(default_factory=list)
    extras: list[Cells] = field(default_factory=list)
    costings: list[Dated] = field(default_factory=list)


@dataclass(slots=True)
class Surroundings:
    """What people's rows point at: positions, organisations and locations by id, employee numbers by person id."""

    positions: dict[str, list[Dated]] = field(default_factory=dict)
    organisations: dict[str, list[Dated]] = field(default_factory=dict)
    locations: dict[str, Cells] = field(default_factory=dict)
    employee_numbers: Mapping[str, str] = field(default_factory=dict)


class Painter:
    """Makes pictures as of one moment; `day` is that moment's day (yyyymmdd)."""

    def __init__(self, layout: OutboundLayout, around: Surroundings, *, day: str) -> None:
        self._layout = layout
        self._around = around
        self._day = day
        self._at = {
            code: {name: record.index(name) for name in record.columns if name}
            for code, record in layout.record.items()
        }

    def picture(self, rows: PersonRows, *, vpd: str, as_of: datetime, source_file: str) -> ProfileImported:
        """The whole person. `rows` has at least one person row; the revision is still to be given."""
        at = self._at["PR"]
        now = in_force(rows.persons, self._day).cells

        def get(name: str) -> str | None:
            return now[at[name]] or None

        return ProfileImported(
            vpd=vpd,
            employee_number=now[at["Employee Number"]],
            revision=1,
            as_of=as_of,
            source_file=source_file,
            person_id=rows.person_id,
            nhs_unique_id=get("NHS Unique ID"),
            title=get("Title"),
            family_name=now[at["Last Name"]],
            given_name=get("First Name"),
            middle_names=get("Middle Names"),
            preferred_name=get("Preferred Name"),
            previous_family_names=self._previous_names(rows.persons, now[at["Last Name"]]),
            email=get("Office E-mail Address"),
            hire_date=day_of(now[at["Hire Date"]]),
            leaving_date=day_of(now[at["Actual Termination Date"]]),
            registrations=self._registrations(rows.extras),
            assignments=tuple(
                self._assignment(row, rows.costings)
                for row in _apart(rows.assignments, self._at["AS"]["Assignment Number"])
            ),
        )

    def _previous_names(self, persons: list[Dated], present: str) -> tuple[str, ...]:
        at = self._at["PR"]
        names = {row.cells[at[name]] for row in persons for name in ("Last Name", "Previous Last Name", "Maiden Name")}
        return tuple(sorted(names - {"", present}))

    def _registrations(self, extras: list[Cells]) -> tuple[Registration, ...]:
        at = self._at["ET"]
        found = {
            Registration(
                body=cells[at["PEI_INFORMATION1"]],
                number=cells[at["PEI_INFORMATION2"]],
                expires=_slashed_day(cells[at["PEI_INFORMATION5"]]),
            )
            for cells in extras
            if cells[at["PEI_INFORMATION1"]] and cells[at["PEI_INFORMATION2"]]
        }
        return tuple(sorted(found, key=lambda r: (r.body, r.number, r.expires or date.max)))

    def _assignment(self, row: Dated, costings: list[Dated]) -> Assignment:
        at, cells = self._at["AS"], row.cells
        # What an assignment points at is shown as it is today; for a past or future row, as it is nearest to today.
        day = min(max(self._day, row.start), row.end or FOREVER)
        position = self._pointed(self._around.positions, cells[at["Position ID"]], day)
        po = self._at["PO"]

        def get(name: str) -> str | None:
            return (position[po[name]] or None) if position else None

        organisation_id = cells[at["Organisation ID"]] or get("Organisation ID") or ""
        organisation = self._pointed(self._around.organisations, organisation_id, day)
        location = self._around.locations.get(cells[at["Assignment Location ID"]])
        fte = cells[at["FTE"]]
        return Assignment(
            assignment_number=cells[at["Assignment Number"]],
            effective_from=day_of(row.start) or date.min,
            effective_to=day_of(row.end),
            status=cells[at["User Assignment Status"]],
            primary=cells[at["Primary Assignment"]].upper().startswith("Y"),
            category=cells[at["Assignment Category"]] or None,
            position_number=get("Position Number"),
            position_title=get("Position Name") or cells[at["Position Name"]] or None,
            staff_group=get("Job Staff Group"),
            job_role=get("Job Role"),
            occupation_code=get("Occupation Code"),
            grade=cells[at["Grade"]] or None,
            fte=Decimal(fte) if fte else None,
            organisation=organisation[self._at["OR"]["Organisation Name"]] or None if organisation else None,
            cost_centre=self._cost_centre(cells[at["Assignment ID"]], costings, day)
            or (organisation[self._at["OR"]["Default Cost Centre"]] or None if organisation else None),
            location=location[self._at["LC"]["Location Description"]] or None if location else None,
            supervisor=self._around.employee_numbers.get(cells[at["Supervisor Person ID"]]),
        )

    def _cost_centre(self, assignment_id: str, costings: list[Dated], day: str) -> str | None:
        """The cost centre that bears most of the assignment on that day."""
        at = self._at["CO"]
        held = [
            row.cells
            for row in costings
            if row.cells[at["Assignment ID"]] == assignment_id and row.start <= day <= (row.end or FOREVER)
        ]
        most = max(held, key=lambda c: (Decimal(c[at["Percentage Split"]] or 0), c[at["Cost Centre"]]), default=None)
        return (most[at["Cost Centre"]] or None) if most else None

    def _pointed(self, rows: Mapping[str, list[Dated]], record_id: str, day: str) -> Cells | None:
        found = rows.get(record_id)
        return in_force(found, day).cells if found else None


def _apart(rows: Sequence[Dated], number_at: int) -> Iterator[Dated]:
    """Dated assignment rows by number and start, none into the next: what begins later ends what went before.

    ESR's changes show the row that begins later, and not always the end of the one that it takes over from.
    """
    ordered = sorted(rows, key=lambda row: (row.cells[number_at], row.start))
    for row, following in zip_longest(ordered, ordered[1:]):
        is_next = following is not None and following.cells[number_at] == row.cells[number_at]
        begins = day_of(following.start) if is_next and row.start < following.start <= (row.end or FOREVER) else None
        yield Dated(row.start, f"{begins - timedelta(days=1):%Y%m%d}", row.cells) if begins else row


def in_force(rows: Sequence[Dated], day: str) -> Dated:
    """The dated row of that day, of several the one that begins last; else the next one to come, else the last that was."""
    if len(rows) == 1:
        return rows[0]
    ordered = sorted(rows, key=lambda row: row.start)
    now = [row for row in ordered if row.start <= day <= (row.end or FOREVER)]
    return now[-1] if now else next((row for row in ordered if row.start > day), ordered[-1])


def picture_hash(picture: ProfileImported) -> str:
    """SHA-256 of what the picture says of the person, whichever file and revision brought it."""
    return sha256(picture.model_dump_json(exclude={"revision", "as_of", "source_file"}).encode()).hexdigest()


@lru_cache(maxsize=50_000)
def day_of(text: str) -> date | None:
    """The date of a checked date cell; none for an empty one and for "until further notice"."""
    if not text or text.startswith(FOREVER):
        return None
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


@lru_cache(maxsize=10_000)
def _slashed_day(text: str) -> date | None:
    """The day of `dd/mm/yyyy hh:mm:ss`, as extra information writes dates; none when it is none."""
    try:
        return datetime.strptime(text[:10], "%d/%m/%Y").date()  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None
