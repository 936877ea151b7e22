"""Turns invented people and posts into the rows of a GO file."""

from collections.abc import Iterator
from datetime import date, timedelta

from esr_sandbox.esr import records as r
from esr_sandbox.esr.records import day, midnight
from esr_sandbox.world.people import END_OF_TIME, TERMINATED, Assignment, PastAbsence, Person
from esr_sandbox.world.posts import Organisation, Position, posts_of
from esr_sandbox.world.trusts import ABSENCE_TYPES, Trust

_FOREVER = day(END_OF_TIME)
_SET_UP = date(2020, 4, 1)
_COMPETENCES = ("Fire Safety", "Information Governance", "Resuscitation Level 2")


def trust_rows(trust: Trust) -> Iterator[str]:
    """Return the rows that belong to a trust, not to a person: places, posts, competences, lists of values."""
    updated, since = midnight(_SET_UP), day(_SET_UP)
    posts = posts_of(trust)
    for place in posts.locations:
        yield r.LOCATION.row(
            location=place.location_id, code=place.code, description=place.description, line_1=place.description,
            town=place.town, postcode=place.postcode, country="GB", site=place.code, updated=updated,
        )  # fmt: skip
    for unit in posts.organisations:
        yield _organisation(trust, unit, since, updated)
    for position in posts.positions:
        yield position_row(trust, position)
    for n, position in enumerate(posts.positions[:20]):
        yield r.POSITION_EXTRA.row(
            position=position.position_id, extra=f"{trust.vpd}8{n:03d}", type="Rota", category="Rota",
            information_1="On-call post", updated=updated,
        )  # fmt: skip
    for n, name in enumerate(_COMPETENCES):
        yield r.COMPETENCE.row(
            competence=f"{trust.vpd}C{n}", name=f"{trust.vpd}|LOCAL|{name}|", description=name, start=since,
            end=_FOREVER, certification="Y", vpd=trust.vpd, updated=updated,
        )  # fmt: skip
    for kind in ABSENCE_TYPES:
        for reason in kind.reasons:
            yield f"LOV~ABSENCE_REASON~{reason.code}~{reason.esr_name}~{kind.esr_name}"


def position_row(trust: Trust, position: Position) -> str:
    """Return the row of a position."""
    role = position.role
    return r.POSITION.row(
        position=position.position_id, start=day(_SET_UP), end=_FOREVER, number=position.number, name=position.name,
        fte="10.0", subjective=role.occupation_code, staff_group=role.staff_group, job_role=role.job_role,
        occupation_code=role.occupation_code, payscale=role.grade, organisation=position.organisation.organisation_id,
        hiring_status="Active", type="Permanent", workplace=trust.ods_code, updated=midnight(_SET_UP),
        subjective_text=role.job_role,
    )  # fmt: skip


def person_rows(trust: Trust, person: Person) -> Iterator[str]:
    """Return every row of one person."""
    yield from identity_rows(person)
    for held in person.assignments:
        yield from assignment_rows(person, held)
        yield _costing(person, held)
    if person.registration:
        yield _registration(person)
    yield _standing_element(person)
    for past in person.absences:
        yield _past_absence(person, past)
    yield from _learning(trust, person)


def identity_rows(person: Person) -> Iterator[str]:
    """Return the dated person rows."""
    leaving = person.leaving_date
    before = ""
    gone = leaving is not None and leaving <= person.updated
    for spell in person.names:
        yield r.PERSON.row(
            person=person.person_id, start=day(spell.start), end=day(spell.end),
            employee_number=person.employee_number, title=person.title, last_name=spell.last_name,
            first_name=person.first_name, middle_names=person.middle_names, preferred_name=person.preferred_name,
            previous_last_name=before, gender=person.gender, born=day(person.date_of_birth),
            ni_number=person.ni_number, nhs_unique_id=person.nhs_unique_id, hired=day(person.hire_date),
            terminated=day(leaving) if leaving else "",
            termination_reason="Voluntary Resignation - Relocation" if leaving else "",
            employee_status="Permanent", wtr="N", system_type="EX_EMP" if gone else "EMP",
            user_type="Ex-employee" if gone else "Employee", email=person.email, nhs_start=day(person.hire_date),
            updated=day(person.updated),
        )  # fmt: skip
        before = spell.last_name


def assignment_rows(person: Person, held: Assignment) -> Iterator[str]:
    """Return the dated rows of an assignment."""
    last_day = person.leaving_date
    for spell in held.spells:
        position, role = spell.position, spell.position.role
        terminated = spell.status == TERMINATED
        yield r.ASSIGNMENT.row(
            person=person.person_id, assignment=held.assignment_id, start=day(spell.start), end=day(spell.end),
            earliest_start=day(held.spells[0].start), type="E", number=held.number,
            system_status="TERM_ASSIGN" if terminated else "ACTIVE_ASSIGN", status=spell.status,
            employee_status="Permanent", payroll=f"{position.organisation.name[:3]} Monthly",
            period_type="Calendar Month", location=position.organisation.location_id, category="Permanent",
            primary="Y" if held.primary else "N", hours=f"{float(role.hours) * float(spell.fte):.2f}", frequency="W",
            contract_hours=role.hours, fte=spell.fte, organisation=position.organisation.organisation_id,
            position=position.position_id, position_name=position.name, grade=role.grade,
            job=f"{role.staff_group}|{role.job_role}", updated=midnight(person.updated),
            last_working_day=day(last_day) if last_day else "", assignment_end=day(last_day) if last_day else "",
        )  # fmt: skip


def costing_id(held: Assignment) -> str:
    """Return the id of an assignment's costing row."""
    return f"{held.assignment_id}4"


def competency_id(person: Person, number: int) -> str:
    """Return the id of one competency of a person, from 0."""
    return f"{person.person_id}3{number}"


def _organisation(trust: Trust, unit: Organisation, since: str, updated: str) -> str:
    return r.ORGANISATION.row(
        organisation=unit.organisation_id, name=unit.name, type="Directorate", start=since, end=_FOREVER,
        hierarchy=f"{trust.vpd}1", hierarchy_start=since, cost_centre=unit.cost_centre, parent=f"{trust.vpd}A",
        nacs=trust.ods_code, location=unit.location_id, updated=updated, cost_centre_text=unit.name,
    )  # fmt: skip


def _costing(person: Person, held: Assignment) -> str:
    unit = held.last.position.organisation
    return r.COSTING.row(
        person=person.person_id, assignment=held.assignment_id, costing=costing_id(held),
        start=day(held.spells[0].start), end=_FOREVER, entity="01", cost_centre=unit.cost_centre,
        subjective=held.last.position.role.occupation_code, split="100", updated=midnight(person.updated),
    )  # fmt: skip


def _registration(person: Person) -> str:
    body, number = person.registration or ("", "")
    return r.PERSON_EXTRA.row(
        person=person.person_id, extra=f"{person.person_id}5", type="NHS Regs and Memships",
        category="NHS Regs and Memships", information_1=body, information_2=number, information_3="Full registration",
        information_5="31/03/2027 00:00:00", updated=midnight(person.updated),
    )  # fmt: skip


def _standing_element(person: Person) -> str:
    held = person.assignments[0]
    return r.ELEMENT.row(
        person=person.person_id, entry=f"{person.person_id}6", start=day(held.spells[0].start), end=_FOREVER,
        type="E", assignment=held.assignment_id, element_id="1001", element="Working Pattern NHS",
        value_1=held.last.position.role.hours, value_2="Days", updated=midnight(person.updated),
    )  # fmt: skip


def _past_absence(person: Person, past: PastAbsence) -> str:
    sick = past.absence_type == "Sickness"
    first, last = day(past.start), day(past.end)
    return r.ABSENCE.row(
        person=person.person_id, absence=past.absence_id, type=past.absence_type, reason=past.reason,
        status="Confirmed", start=first, end=last, sickness_start=first if sick else "",
        sickness_end=last if sick else "", days=str((past.end - past.start).days + 1), units="D",
        updated=midnight(person.updated), sickness_reason=past.reason if sick else "",
    )  # fmt: skip


def _learning(trust: Trust, person: Person) -> Iterator[str]:
    ident, updated, since = person.person_id, midnight(person.updated), day(person.hire_date)
    for n in range(person.competencies):
        yield r.COMPETENCY.row(
            person=ident, competency=competency_id(person, n), type="Personal", status="Achieved",
            name=f"{trust.vpd}|LOCAL|{_COMPETENCES[n]}|", start=since, level="1 - Assessed", vpd=trust.vpd,
            competence=f"{trust.vpd}C{n}", updated=updated,
        )  # fmt: skip
    if person.index % 4 == 0:
        yield r.QUALIFICATION.row(
            person=ident, qualification=f"{ident}2", type="Degree", title="Primary qualification", status="Awarded",
            awarded=day(person.hire_date - timedelta(days=400)), establishment="An invented university",
            country="GB", updated=updated,
        )  # fmt: skip
    if person.index % 5 == 0:
        yield r.SPECIAL_INFORMATION.row(
            person=ident, special=f"{ident}8", start=since, end=_FOREVER, type="Locker", segment_1="Block A",
            segment_2=str(person.index), updated=updated,
        )  # fmt: skip
    if person.index % 6 == 0:
        course = day(date(2026, 2, 2))
        yield r.TRAINING.row(
            person=ident, absence=f"{ident}9", type="Study Leave", reason="Course", status="Confirmed", start=course,
            end=course, days="1", updated=updated,
        )  # fmt: skip
    if person.index % 40 == 0:
        yield r.DISABILITY.row(person=ident, disability=f"{ident}1", category="Not declared", status="A")
