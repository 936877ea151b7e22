"""The picture of a person: everything that other services may know of somebody, put together from ESR's rows.

Pure: from cells to what `ProfileImported` says, as JSON at once, because a hundred thousand of them are painted in seconds: a
dictionary for each, and an encoder to read it again, cost a fifth more. No sensitive value can get into it, because the stored
rows have none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import NamedTuple

from esr_gateway.outbound_layout import OutboundLayout

FOREVER = "47121231"
"""How ESR writes "until further notice"."""

REGISTRATIONS = "NHS Regs and Memships"
LAST_OF_DAYS = "9999-12-31"
"""Stands for no last day, where days are compared."""

_FIRST_OF_DAYS = '"0001-01-01"'
_REMEMBERED = 4_000
_LONGEST_FIGURE = 30
_YES = ("Y", "y")
# In the order in which they are picked.
_PERSON = (
    "Employee Number", "NHS Unique ID", "Title", "Last Name", "First Name", "Middle Names", "Preferred Name",
    "Office E-mail Address", "Hire Date", "Actual Termination Date", "Previous Last Name", "Maiden Name",
)  # fmt: skip
_ASSIGNMENT = (
    "Assignment ID", "Assignment Number", "User Assignment Status", "Primary Assignment", "Assignment Category",
    "Position ID", "Position Name", "Grade", "FTE", "Organisation ID", "Assignment Location ID", "Supervisor Person ID",
)  # fmt: skip
_COSTING = ("Assignment ID", "Cost Centre", "Percentage Split")
_REGISTRATION = ("PEI_INFORMATION1", "PEI_INFORMATION2", "PEI_INFORMATION5")
Cells = Sequence[str]
NULL = "null"

_USED = {
    "PR": (*_PERSON, "Effective End Date"),
    "AS": (*_ASSIGNMENT, "Effective End Date"),
    "CO": (*_COSTING, "Costing Allocation ID", "Effective End Date"),
    "ET": (*_REGISTRATION, "Person Extra Information ID", "Information Type"),
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
    """What an assignment shows of its position; empty where nothing is said."""

    number: str
    title: str
    staff_group: str
    job_role: str
    occupation_code: str
    organisation_id: str


_NO_POST = _Post("", "", "", "", "", "")


class _Place(NamedTuple):
    """What an assignment shows of its position, its organisation and its location, each as JSON; the record and id of all that it
    points at; and the next day on which one of them begins or ceases to be in force (yyyymmdd)."""

    number: str
    title: str
    staff_group: str
    job_role: str
    occupation_code: str
    organisation: str
    cost_centre: str
    location: str
    pointers: tuple[str, ...]
    turn: str | None


@dataclass(slots=True)
class Picture:
    """The picture as JSON, and what is kept beside it. `works_until` is the last day of the last assignment (yyyy-mm-dd),
    `LAST_OF_DAYS` if it is open, none for somebody without one; `pointers` are record and id of everything that is shown besides
    the person's own rows, where `SV` is a supervisor; on `next_change` a row of them begins or ceases to be in force."""

    content: bytes
    employee_number: str
    family_name: str
    given_name: str | None
    works_until: str | None
    pointers: set[str]
    next_change: date | None


class Painter:
    """Makes pictures as of one day (yyyymmdd). `depths` says of each record that it shows how far its rows must be cut."""

    def __init__(self, layout: OutboundLayout, around: Surroundings, *, vpd: str, day: str) -> None:
        self._vpd = quoted(vpd)
        self._around = around
        self._day = day
        at = {code: {n: record.index(n) for n in record.columns if n} for code, record in layout.record.items()}
        self._po, self._or, self._lc = at["PO"], at["OR"], at["LC"]
        # Picking the cells of a row at once costs a fraction of looking up one by one.
        self._of_person = itemgetter(*(at["PR"][name] for name in _PERSON))
        self._names = itemgetter(*(at["PR"][name] for name in ("Last Name", "Previous Last Name", "Maiden Name")))
        self._of_assignment = itemgetter(*(at["AS"][name] for name in _ASSIGNMENT))
        self._of_costing = itemgetter(*(at["CO"][name] for name in _COSTING))
        self._of_extra = itemgetter(*(at["ET"][name] for name in _REGISTRATION))
        self._number_at = at["AS"]["Assignment Number"]
        self.depths = {code: max(at[code][name] for name in names) + 1 for code, names in _USED.items()}
        # Thousands of assignments point at the same few places. Past and future ones ask for them on days of their own, which is
        # the same as today for what has but one row.
        self._place = lru_cache(_REMEMBERED)(self._find_place)
        self._changing = {record_id for record_id, rows in around.positions.items() if len(rows) > 1}
        self._is_steady = all(len(rows) == 1 for rows in around.organisations.values())

    def picture(self, rows: PersonRows) -> Picture:
        """The whole person; `rows` has at least one person row."""
        (
            number, unique_id, title, family, given, middle, preferred, email, hired, leaves, previous, maiden,
        ) = self._of_person(in_force(rows.persons, self._day).cells)  # fmt: skip
        others = self._previous_names(rows.persons, family) if previous or maiden or len(rows.persons) > 1 else "[]"
        posts, ends, turns, pointers = list[str](), list[str](), list[str](), set[str]()
        for row in _apart(rows.assignments, self._number_at):
            text, place, supervisor_id = self._assignment(row, rows.costings)
            posts.append(text)
            ends.append("" if row.end == FOREVER else row.end)
            pointers.update(place.pointers)
            if supervisor_id:
                pointers.add(f"SV{supervisor_id}")
            if place.turn:
                turns.append(place.turn)
        # In the order of the contract.
        content = (
            f'{{"vpd":{self._vpd},"employee_number":{quoted(number)},"gone":false,"person_id":{quoted(rows.person_id)},'
            f'"nhs_unique_id":{quoted(unique_id) if unique_id else NULL},"title":{_text(title)},'
            f'"family_name":{quoted(family)},"given_name":{quoted(given) if given else NULL},'
            f'"middle_names":{quoted(middle) if middle else NULL},'
            f'"preferred_name":{quoted(preferred) if preferred else NULL},"previous_family_names":{others},'
            f'"email":{quoted(email) if email else NULL},"hire_date":{_day(hired)},"leaving_date":{_day(leaves)},'
            f'"registrations":[{self._registrations(rows.extras) if rows.extras else ""}],'
            f'"assignments":[{",".join(posts)}]}}'
        )
        until = (iso_day(max(ends)) if all(ends) else LAST_OF_DAYS) if ends else None
        return Picture(content.encode(), number, family, given or None, until, pointers, self._next_change(rows, turns))

    def _next_change(self, rows: PersonRows, turns: list[str]) -> date | None:
        """The next day on which a row of this person begins or ceases to be in force; `turns` are of what it points at."""
        day = self._day
        for some in (rows.persons, rows.assignments, rows.costings):
            for start, end, _ in some:
                if start > day or day <= end < FOREVER:
                    turns += [turn for turn in _turns(start, end) if turn > day]
        return day_of(min(turns)) if turns else None

    def _previous_names(self, persons: Sequence[Dated], present: str) -> str:
        names = {name for row in persons for name in self._names(row.cells)}
        return f"[{','.join(map(quoted, sorted(names - {'', present})))}]"

    def _registrations(self, extras: Sequence[Cells]) -> str:
        found = {
            (body, number, _slashed_day(day)) for body, number, day in map(self._of_extra, extras) if body and number
        }
        ordered = sorted(found, key=lambda r: (r[0], r[1], r[2] or LAST_OF_DAYS))
        return ",".join(
            [
                f'{{"body":{_text(body)},"number":{quoted(number)},"expires":{_text(expires)}}}'
                for body, number, expires in ordered
            ]
        )

    def _assignment(self, row: Dated, costings: Sequence[Dated]) -> tuple[str, _Place, str]:
        """A dated row as JSON, where it is, and the id of who supervises it."""
        (
            assignment_id, number, status, primary, category, position_id, position_name, grade, fte, organisation_id,
            location_id, supervisor_id,
        ) = self._of_assignment(row.cells)  # fmt: skip
        # What an assignment points at is shown as it is today; for a past or future row, as it is nearest to today.
        today, start, end = self._day, row.start, row.end or FOREVER
        day = today if start <= today <= end else min(max(today, start), end)
        is_same = self._is_steady and position_id not in self._changing
        place = self._place(position_id, organisation_id, location_id, today if is_same else day)
        cost_centre = self._cost_centre(assignment_id, costings, day) if costings else ""
        first = _day(start)
        # In the order of the contract.
        text = (
            f'{{"assignment_number":{quoted(number)},'
            f'"effective_from":{_FIRST_OF_DAYS if first == NULL else first},"effective_to":{_day(end)},'
            f'"status":{quoted(status)},"primary":{"true" if primary[:1] in _YES else "false"},'
            f'"category":{_text(category)},"position_number":{place.number},'
            f'"position_title":{place.title if place.title != NULL else _text(position_name)},'
            f'"staff_group":{place.staff_group},"job_role":{place.job_role},'
            f'"occupation_code":{place.occupation_code},"grade":{_text(grade)},"fte":{figure(fte)},'
            f'"organisation":{place.organisation},'
            f'"cost_centre":{_text(cost_centre) if cost_centre else place.cost_centre},"location":{place.location},'
            f'"supervisor":{_text(self._around.employee_numbers.get(supervisor_id))}}}'
        )
        return text, place, supervisor_id

    def _cost_centre(self, assignment_id: str, costings: Sequence[Dated], day: str) -> str:
        """The cost centre that bears most of the assignment on that day; empty where nothing says."""
        held = list[tuple[str, str]]()
        for start, end, cells in costings:
            of, centre, share = self._of_costing(cells)
            if of == assignment_id and start <= day <= (end or FOREVER):
                held.append((share, centre))
        if len(held) < 2:
            return held[0][1] if held else ""
        return max((Decimal(share or 0), centre) for share, centre in held)[1]

    def _find_place(self, position_id: str, organisation_id: str, location_id: str, day: str) -> _Place:
        post = self._find_post(position_id, day)
        name, cost_centre = self._find_organisation(organisation_id or post.organisation_id, day)
        location = self._around.locations.get(location_id)
        described = location[self._lc["Location Description"]] if location else None
        pointed = {"PO": position_id, "OR": organisation_id, "LC": location_id}
        pointers = tuple(code + record_id for code, record_id in pointed.items() if record_id)
        turn = self._turn(position_id, organisation_id)
        return _Place(
            _text(post.number),
            _text(post.title),
            _text(post.staff_group),
            _text(post.job_role),
            _text(post.occupation_code),
            _text(name),
            _text(cost_centre),
            _text(described),
            pointers,
            turn,
        )

    def _turn(self, position_id: str, organisation_id: str) -> str | None:
        """The next day on which a row of a position or of its organisation begins or ceases to be in force."""
        organisation_id = organisation_id or self._find_post(position_id, self._day).organisation_id
        rows = (*self._around.positions.get(position_id, ()), *self._around.organisations.get(organisation_id, ()))
        return min((turn for row in rows for turn in _turns(row.start, row.end) if turn > self._day), default=None)

    def _find_post(self, position_id: str, day: str) -> _Post:
        cells = _pointed(self._around.positions, position_id, day)
        if cells is None:
            return _NO_POST
        names = (
            "Position Number",
            "Position Name",
            "Job Staff Group",
            "Job Role",
            "Occupation Code",
            "Organisation ID",
        )
        return _Post(*(cells[self._po[name]] for name in names))

    def _find_organisation(self, organisation_id: str, day: str) -> tuple[str, str]:
        """Name and default cost centre; empty where nothing is said."""
        cells = _pointed(self._around.organisations, organisation_id, day)
        return (cells[self._or["Organisation Name"]], cells[self._or["Default Cost Centre"]]) if cells else ("", "")


@lru_cache(_REMEMBERED)
def _text(text: str | None) -> str:
    """A text as JSON, and nothing for an empty one: for what is repeated."""
    return quoted(text) if text else NULL


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


def iso_day(text: str) -> str | None:
    """The same as events write it."""
    day = day_of(text)
    return day.isoformat() if day else None


@lru_cache(maxsize=50_000)
def _day(text: str) -> str:
    """The same as JSON."""
    day = iso_day(text)
    return quoted(day) if day else NULL


@lru_cache(maxsize=10_000)
def _slashed_day(text: str) -> str | None:
    """The day of `dd/mm/yyyy hh:mm:ss`, as extra information writes dates; none when it is none."""
    try:
        return datetime.strptime(text[:10], "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 - a calendar day
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def figure(text: str) -> str:
    """A checked number as events write figures (`contracts.types.Figure`), as JSON."""
    if not text:
        return NULL
    value = Decimal(text)
    within = value.adjusted() < _LONGEST_FIGURE and int(value.as_tuple().exponent) >= -_LONGEST_FIGURE
    return quoted(format(value, "f") if within else str(value))
