"""The picture of a person: everything that other services may know of somebody, put together from ESR's rows.

Pure: from cells to what `ProfileImported` says, as plain values, because a hundred thousand of them are painted in seconds. No
sensitive value can get into it, because the stored rows have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from esr_gateway.layout import OutboundLayout
from esrlink.contracts.types import Figure

FOREVER = "47121231"
"""How ESR writes "until further notice"."""

REGISTRATIONS = "NHS Regs and Memships"
LAST_OF_DAYS = "9999-12-31"
"""Stands for no last day, where days are compared."""

_REMEMBERED = 20_000
_FIGURE: TypeAdapter[Decimal] = TypeAdapter(Figure)
_YES = ("Y", "y")
# In the order in which they are picked.
_PERSON = (
    "Employee Number", "NHS Unique ID", "Title", "Last Name", "First Name", "Middle Names", "Preferred Name",
    "Office E-mail Address", "Hire Date", "Actual Termination Date",
)  # fmt: skip
_ASSIGNMENT = (
    "Assignment ID", "Assignment Number", "User Assignment Status", "Primary Assignment", "Assignment Category",
    "Position ID", "Position Name", "Grade", "FTE", "Organisation ID", "Assignment Location ID", "Supervisor Person ID",
)  # fmt: skip
_POINTERS = ("Position ID", "Organisation ID", "Assignment Location ID", "Supervisor Person ID")
Cells = Sequence[str]


_USED = {
    "PR": (*_PERSON, "Effective End Date", "Previous Last Name", "Maiden Name"),
    "AS": (*_ASSIGNMENT, "Effective End Date"),
    "CO": ("Costing Allocation ID", "Effective End Date", "Assignment ID", "Cost Centre", "Percentage Split"),
    "ET": (
        "Person Extra Information ID",
        "Information Type",
        "PEI_INFORMATION1",
        "PEI_INFORMATION2",
        "PEI_INFORMATION5",
    ),
}
"""Of each record what is looked at: rows need be cut no further."""


class Dated(NamedTuple):
    """A dated row: first and last day as ESR writes them (yyyymmdd), and its cells."""

    start: str
    end: str
    cells: Cells


@dataclass(slots=True)
class PersonRows:
    """The rows of one person that make the picture."""

    person_id: str
    persons: list[Dated] = field(default_factory=list)
    assignments: list[Dated] = field(default_factory=list)
    extras: list[Cells] = field(default_factory=list)
    costings: list[Dated] = field(default_factory=list)


@dataclass(slots=True)
class Surroundings:
    """What people's rows point at: positions, organisations and locations by id, employee numbers by person id."""

    positions: Mapping[str, Sequence[Dated]] = field(default_factory=dict)
    organisations: Mapping[str, Sequence[Dated]] = field(default_factory=dict)
    locations: Mapping[str, Cells] = field(default_factory=dict)
    employee_numbers: dict[str, str] = field(default_factory=dict)


class _Post(NamedTuple):
    """What an assignment shows of its position."""

    number: str | None
    title: str | None
    staff_group: str | None
    job_role: str | None
    occupation_code: str | None
    organisation_id: str


_NO_POST = _Post(None, None, None, None, None, "")


class _Place(NamedTuple):
    """What an assignment shows of its position, its organisation and its location."""

    number: str | None
    title: str | None
    staff_group: str | None
    job_role: str | None
    occupation_code: str | None
    organisation: str | None
    cost_centre: str | None
    location: str | None


class Painter:
    """Makes pictures as of one day (yyyymmdd). `depths` says of each record that it shows how far its rows must be cut."""

    def __init__(self, layout: OutboundLayout, around: Surroundings, *, day: str) -> None:
        self._around = around
        self._day = day
        at = {code: {n: record.index(n) for n in record.columns if n} for code, record in layout.record.items()}
        self._et, self._co, self._po, self._or, self._lc = at["ET"], at["CO"], at["PO"], at["OR"], at["LC"]
        # Picking the cells of a row at once costs a fraction of looking up one by one.
        self._of_person = itemgetter(*(at["PR"][name] for name in _PERSON))
        self._names = itemgetter(at["PR"]["Previous Last Name"], at["PR"]["Maiden Name"])
        self._family_at = at["PR"]["Last Name"]
        self._of_assignment = itemgetter(*(at["AS"][name] for name in _ASSIGNMENT))
        self._pointers = itemgetter(*(at["AS"][name] for name in _POINTERS))
        self._post_of = itemgetter(at["AS"]["Position ID"], at["AS"]["Organisation ID"])
        self._number_at = at["AS"]["Assignment Number"]
        self.depths = {code: max(at[code][name] for name in names) + 1 for code, names in _USED.items()}
        # Thousands of assignments point at the same few places.
        self._post = lru_cache(_REMEMBERED)(self._find_post)
        self._place = lru_cache(_REMEMBERED)(self._find_place)
        self._turn = lru_cache(_REMEMBERED)(self._find_turn)

    def picture(self, rows: PersonRows, *, vpd: str) -> dict[str, Any]:
        """The whole person, in the order of the contract; `rows` has at least one person row.

        Not in it are the revision, the moment and the file: what differs without the person being another.
        """
        (number, unique_id, title, family, given, middle, preferred, email, hired, leaves) = self._of_person(
            in_force(rows.persons, self._day).cells
        )
        return {
            "vpd": vpd,
            "employee_number": number,
            "gone": False,
            "person_id": rows.person_id,
            "nhs_unique_id": unique_id or None,
            "title": title or None,
            "family_name": family,
            "given_name": given or None,
            "middle_names": middle or None,
            "preferred_name": preferred or None,
            "previous_family_names": self._previous_names(rows.persons, family),
            "email": email or None,
            "hire_date": iso_day(hired),
            "leaving_date": iso_day(leaves),
            "registrations": self._registrations(rows.extras) if rows.extras else [],
            "assignments": [self._assignment(row, rows.costings) for row in _apart(rows.assignments, self._number_at)],
        }

    def pointers(self, rows: PersonRows) -> set[str]:
        """Record and id of everything that the picture shows besides the person's own rows; `SV` is a supervisor."""
        found = set[str]()
        for row in rows.assignments:
            *places, supervisor_id = self._pointers(row.cells)
            found.update(_keys_of(*places))
            if supervisor_id:
                found.add(f"SV{supervisor_id}")
        return found

    def next_change(self, rows: PersonRows) -> date | None:
        """The next day on which a row of this person, or one that it points at, begins or ceases to be in force."""
        day = self._day
        found = [
            turn
            for some in (rows.persons, rows.assignments, rows.costings)
            for start, end, _ in some
            if start > day or day <= end < FOREVER
            for turn in _turns(start, end)
            if turn > day
        ]
        found += [turn for row in rows.assignments if (turn := self._turn(*self._post_of(row.cells)))]
        return day_of(min(found)) if found else None

    def _find_turn(self, position_id: str, organisation_id: str) -> str | None:
        """The same of a position and its organisation."""
        organisation_id = organisation_id or self._post(position_id, self._day).organisation_id
        rows = (*self._around.positions.get(position_id, ()), *self._around.organisations.get(organisation_id, ()))
        return min((turn for row in rows for turn in _turns(row.start, row.end) if turn > self._day), default=None)

    def _previous_names(self, persons: Sequence[Dated], present: str) -> list[str]:
        if len(persons) == 1 and self._names(persons[0].cells) == ("", ""):
            return []
        names = {name for row in persons for name in (row.cells[self._family_at], *self._names(row.cells))}
        return sorted(names - {"", present})

    def _registrations(self, extras: Sequence[Cells]) -> list[dict[str, str | None]]:
        at = self._et
        found = {
            (cells[at["PEI_INFORMATION1"]], cells[at["PEI_INFORMATION2"]], _slashed_day(cells[at["PEI_INFORMATION5"]]))
            for cells in extras
            if cells[at["PEI_INFORMATION1"]] and cells[at["PEI_INFORMATION2"]]
        }
        ordered = sorted(found, key=lambda r: (r[0], r[1], r[2] or LAST_OF_DAYS))
        return [{"body": body, "number": number, "expires": expires} for body, number, expires in ordered]

    def _assignment(self, row: Dated, costings: Sequence[Dated]) -> dict[str, Any]:
        (
            assignment_id, number, status, primary, category, position_id, position_name, grade, fte, organisation_id,
            location_id, supervisor_id,
        ) = self._of_assignment(row.cells)  # fmt: skip
        # What an assignment points at is shown as it is today; for a past or future row, as it is nearest to today.
        today, start, end = self._day, row.start, row.end or FOREVER
        day = today if start <= today <= end else min(max(today, start), end)
        place = self._place(position_id, organisation_id, location_id, day)
        return {
            "assignment_number": number,
            "effective_from": iso_day(row.start) or "0001-01-01",
            "effective_to": iso_day(row.end),
            "status": status,
            "primary": primary[:1] in _YES,
            "category": category or None,
            "position_number": place.number,
            "position_title": place.title or position_name or None,
            "staff_group": place.staff_group,
            "job_role": place.job_role,
            "occupation_code": place.occupation_code,
            "grade": grade or None,
            "fte": _figure(fte),
            "organisation": place.organisation,
            "cost_centre": (self._cost_centre(assignment_id, costings, day) if costings else None) or place.cost_centre,
            "location": place.location,
            "supervisor": self._around.employee_numbers.get(supervisor_id),
        }

    def _cost_centre(self, assignment_id: str, costings: Sequence[Dated], day: str) -> str | None:
        """The cost centre that bears most of the assignment on that day."""
        at = self._co
        of, centre = at["Assignment ID"], at["Cost Centre"]
        held = [
            row.cells for row in costings if row.cells[of] == assignment_id and row.start <= day <= (row.end or FOREVER)
        ]
        if not held:
            return None
        if len(held) == 1:
            return held[0][centre] or None
        most = max(held, key=lambda c: (Decimal(c[at["Percentage Split"]] or 0), c[centre]))
        return most[centre] or None

    def _find_place(self, position_id: str, organisation_id: str, location_id: str, day: str) -> _Place:
        post = self._post(position_id, day)
        organisation, cost_centre = self._find_organisation(organisation_id or post.organisation_id, day)
        location = self._around.locations.get(location_id)
        described = (location[self._lc["Location Description"]] or None) if location else None
        return _Place(*post[:5], organisation, cost_centre, described)

    def _find_post(self, position_id: str, day: str) -> _Post:
        cells = _pointed(self._around.positions, position_id, day)
        if cells is None:
            return _NO_POST
        names = ("Position Number", "Position Name", "Job Staff Group", "Job Role", "Occupation Code")
        number, title, staff_group, job_role, occupation = (cells[self._po[name]] or None for name in names)
        return _Post(number, title, staff_group, job_role, occupation, cells[self._po["Organisation ID"]])

    def _find_organisation(self, organisation_id: str, day: str) -> tuple[str | None, str | None]:
        """Name and default cost centre."""
        cells = _pointed(self._around.organisations, organisation_id, day)
        if cells is None:
            return None, None
        return cells[self._or["Organisation Name"]] or None, cells[self._or["Default Cost Centre"]] or None


@lru_cache(_REMEMBERED)
def _keys_of(position_id: str, organisation_id: str, location_id: str) -> tuple[str, ...]:
    ids = {"PO": position_id, "OR": organisation_id, "LC": location_id}
    return tuple(code + record_id for code, record_id in ids.items() if record_id)


def works_until(picture: Mapping[str, Any]) -> str | None:
    """The last day of the last assignment, `LAST_OF_DAYS` if it is open; none for somebody without one."""
    return max([one["effective_to"] or LAST_OF_DAYS for one in picture["assignments"]], default=None)


def _pointed(rows: Mapping[str, Sequence[Dated]], record_id: str, day: str) -> Cells | None:
    found = rows.get(record_id)
    return in_force(found, day).cells if found else None


def _turns(start: str, end: str) -> Iterator[str]:
    """The day on which a dated row begins to be in force, and the one on which it no longer is."""
    yield start
    last = day_of(end)
    if last is not None and last < date.max:
        yield _written_day(last + timedelta(days=1))


def _apart(rows: Sequence[Dated], number_at: int) -> Iterable[Dated]:
    """Dated assignment rows by number and start, none into the next: what begins later ends what went before.

    ESR's changes show the row that begins later, and not always the end of the one that it takes over from.
    """
    return rows if len(rows) < 2 else _parted(rows, number_at)


def _parted(rows: Sequence[Dated], number_at: int) -> Iterator[Dated]:
    ordered = sorted(rows, key=lambda row: (row.cells[number_at], row.start))
    for row, following in zip_longest(ordered, ordered[1:]):
        is_next = following is not None and following.cells[number_at] == row.cells[number_at]
        begins = day_of(following.start) if is_next and row.start < following.start <= (row.end or FOREVER) else None
        yield Dated(row.start, _written_day(begins - timedelta(days=1)), row.cells) if begins else row


def _written_day(day: date) -> str:
    return day.isoformat().replace("-", "")


def in_force(rows: Sequence[Dated], day: str) -> Dated:
    """The dated row of that day, of several the one that begins last; else the next one to come, else the last that was."""
    if len(rows) == 1:
        return rows[0]
    ordered = sorted(rows, key=lambda row: row.start)
    now = [row for row in ordered if row.start <= day <= (row.end or FOREVER)]
    return now[-1] if now else next((row for row in ordered if row.start > day), ordered[-1])


@lru_cache(maxsize=50_000)
def day_of(text: str) -> date | None:
    """The date of a checked date cell; none for an empty one and for "until further notice"."""
    if not text or text.startswith(FOREVER):
        return None
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


@lru_cache(maxsize=50_000)
def iso_day(text: str) -> str | None:
    """The same as events write it."""
    day = day_of(text)
    return day.isoformat() if day else None


@lru_cache(maxsize=10_000)
def _slashed_day(text: str) -> str | None:
    """The day of `dd/mm/yyyy hh:mm:ss`, as extra information writes dates; none when it is none."""
    try:
        return datetime.strptime(text[:10], "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def _figure(text: str) -> str | None:
    """A checked number as events write figures."""
    return str(_FIGURE.dump_python(Decimal(text), mode="json")) if text else None
