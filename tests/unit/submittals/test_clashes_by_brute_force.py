"""Overlaps and double claims: 50,000 random records of 2,000 people in 30 departments, judged as a batch judges them, and by
a plain check of every pair that shares no code with the rules: the same findings."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from submittals.content import AbsenceContent, AttendanceContent, Content
from submittals.esr.cut_offs import PayCalendar
from submittals.esr.people import AssignmentRow
from submittals.judging.assessing import assess
from submittals.judging.claims import Claims
from submittals.judging.surroundings import Surroundings
from submittals.rules import Claim
from submittals.trusts.dated import BEGINNING, TABLE_NAMES, DatedSettings, Edition, rows_of
from submittals.trusts.settings import AbsenceType, DepartmentSettings, TrustSettings
from tests.unit.submittals.brute_force import ORIGIN, Known, Said, Told, judged, known

RECORDS, PEOPLE, DEPARTMENTS = 50_000, 2_000, 30
PRODUCTS = ("clwrota", "medirota", "otherrota")
PLACES = [(PRODUCTS[n % 3], f"d{n}") for n in range(DEPARTMENTS)]
TRUST = TrustSettings(
    ods_code="ZX1",
    name="Invented Trust",
    departments=tuple(DepartmentSettings(product=p, department=d, name=f"Department {d[1:]}") for p, d in PLACES),
    absence_types=(
        AbsenceType(code="Sickness", esr_name="Sickness"),
        AbsenceType(code="Other", esr_name="Other Leave"),
    ),
    retro_days=3650,
)
DATED = DatedSettings(
    "ZX1", "Invented Trust", {name: (Edition(BEGINNING, rows_of(TRUST, name)),) for name in TABLE_NAMES}
)
CODES = {
    "absence_overlaps", "attendance_during_absence", "closed_already", "closing_differs", "closing_unknown", "double_claim",
    "duplicate_across_products", "duplicate_of_sent", "may_be_during_absence", "possible_double_claim", "rest_time_short",
}  # fmt: skip
NAMED_PLACE = re.compile(r"(Department \d+ \([A-Za-z]+\))")
LIKELY = {"rest_time_short"}


def surroundings() -> Surroundings:
    numbers = [f"3{n:07d}" for n in range(PEOPLE)]
    links = {
        (product, department, f"p{n}"): number for n, number in enumerate(numbers) for product, department in PLACES
    }
    posts = {number: [AssignmentRow(number, BEGINNING, None, "Active Assignment", True)] for number in numbers}
    now = datetime(2026, 12, 1, tzinfo=UTC)
    return Surroundings("277", DATED, PayCalendar(), links, {}, posts, Claims(), now)


class Records:
    """Random records: many near one another, since only those can clash."""

    def __init__(self, seed: int, accepted: dict[int, list[Known]]) -> None:
        self.random = random.Random(seed)  # noqa: S311 - tests repeat
        self.accepted = accepted

    def __iter__(self) -> Iterator[tuple[int, Told]]:
        for n in range(RECORDS):
            person = self.random.randrange(PEOPLE)
            yield person, self.one(f"r{n}", [one.told for one in self.accepted.get(person, [])])

    def one(self, key: str, before: list[Told]) -> Told:
        pick = self.random
        product, department = pick.choice(PLACES)
        name = f"Department {department[1:]}"
        told = Told(key, product, name, "attendance", ORIGIN + timedelta(days=pick.randrange(30, 400)))
        told.sent = pick.random() < 0.1
        model = pick.choice(before) if before and pick.random() < 0.35 else None
        if model is not None:
            told.first = model.first + timedelta(days=pick.choice((-1, 0, 0, 0, 0, 1)))
        opened = [other for other in before if other.is_open]
        if opened and pick.random() < 0.2:
            self.make_absence(told, pick.choice(opened))
        elif pick.random() < 0.2:
            self.make_absence(told, model)
        else:
            self.make_session(told, model)
        return told

    def make_absence(self, told: Told, model: Told | None) -> None:
        pick = self.random
        told.kind, told.absence_type = "absence", pick.choice(("Sickness", "Sickness", "Other"))
        told.start_part = pick.choice(("full", "full", "afternoon"))
        if model is None and pick.random() < 0.6 and told.first > ORIGIN + timedelta(days=300):
            return  # open, and so that it does not stand in the way of all that follows
        told.last = told.first + timedelta(days=pick.choice((0, 0, 0, 1, 2, 4, 13)))
        told.end_part = pick.choice(("full", "full", "morning"))
        if told.last == told.first and told.start_part == "afternoon":
            told.end_part = "full"
        if model is not None and model.kind == "absence" and pick.random() < 0.7:
            told.first, told.start_part, told.absence_type = model.first, model.start_part, model.absence_type
            told.last = model.last or told.first + timedelta(days=pick.randrange(1, 20))
            told.end_part = model.end_part
            if model.is_open and pick.random() < 0.9:
                told.product, told.department, told.closes = model.product, model.department, model.key
                if pick.random() < 0.2:
                    told.absence_type = "Other"
                if pick.random() < 0.2 and told.last > told.first:
                    told.first += timedelta(days=1)
        elif pick.random() < 0.02:
            told.closes = "nothing"

    def make_session(self, told: Told, model: Told | None) -> None:
        pick = self.random
        told.session = pick.choice((None, "Theatre 1", "theatre 1", "Room 2", "Room 3", "Room 4"))
        if pick.random() < 0.2:
            return  # without times
        begins = pick.randrange(0, 24 * 60, 5)
        length = pick.choice((30, 120, 240, 240, 240, 300, 480, 720, 1440))
        if model is not None and model.times is not None:
            begins = model.times[0].hour * 60 + model.times[0].minute + pick.randrange(-15, 16)
            length = int((model.times[1] - model.times[0]).total_seconds() // 60) + pick.choice((0, 0, -5, 15, 60))
        told.starts, told.ends = clock(begins), clock(begins + length)


def clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def content_of(told: Told) -> Content:
    if told.kind == "attendance":
        values: dict[str, Any] = {
            "date_worked": told.first,
            "session": told.session,
            "starts": told.starts,
            "ends": told.ends,
        }
        return AttendanceContent.model_validate(values)
    one_day = told.first == told.last
    values = {
        "absence_type": told.absence_type,
        "reason": "S13",
        "start_date": told.first,
        "start_part": "morning" if one_day and told.end_part == "morning" else told.start_part,
        "end_date": told.last,
        "end_part": "afternoon" if one_day and told.start_part == "afternoon" else told.end_part,
        "open": told.last is None,
        "closes": told.closes,
    }
    return AbsenceContent.model_validate(values)


def by_rules(around: Surroundings, number: int, person: int, told: Told) -> list[Said]:
    """As `take_in` judges a batch: one after the other, and what has no errors is what the next ones meet."""
    department = f"d{told.department.removeprefix('Department ')}"
    submittal_id = UUID(int=number + 1)
    found = assess(submittal_id, (told.product, department, f"p{person}"), content_of(told), around)
    said: list[Said] = []
    for finding in found.findings:
        if finding.code in CODES:
            place = NAMED_PLACE.search(finding.detail) if finding.code not in LIKELY else None
            said.append((finding.code, finding.severity, place.group(1) if place else ""))
    if not any(finding.severity == "error" for finding in found.findings):
        employee = f"3{person:07d}"
        around.claims.add(employee, Claim(submittal_id, told.product, department, found.content, told.sent, told.key))
    return said


def test_the_rules_find_what_a_check_of_every_pair_finds() -> None:
    around, accepted = surroundings(), dict[int, list[Known]]()
    counted: Counter[str] = Counter()
    for number, (person, told) in enumerate(Records(6, accepted)):
        mine = accepted.setdefault(person, [])
        expected = judged(told, mine)
        found = by_rules(around, number, person, told)
        assert sorted(found) == sorted(expected), (told, [one.told for one in mine])
        counted.update(code for code, _, _ in expected)
        if not any(severity == "error" for _, severity, _ in expected):
            mine.append(known(told))
    # Each kind of clash came up often enough to count for something.
    assert set(counted) == CODES, counted
    assert min(counted.values()) > 20, counted
