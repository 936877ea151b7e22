"""Assessing a record: whose it is, on which assignment, with which defaults, and what the rules say. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from submittals.content import AbsenceContent, Content, Kind, digest
from submittals.esr.assignments import Resolution, assignment_on, full_time_part
from submittals.esr.cut_offs import Reach
from submittals.esr.people import ProfilePlace
from submittals.job_plans.signed import PlannedCare
from submittals.judging.surroundings import Surroundings
from submittals.records.record import Record, Version, errors_of
from submittals.rules import RULES_VERSION, Case, Claim, Finding, judge, reaches_back
from submittals.rules.case import error
from submittals.trusts.defaults import fill
from submittals.trusts.settings import DepartmentSettings


@dataclass(frozen=True, slots=True)
class Assessment:
    """What came of it: the content as it would be paid, and the findings."""

    content: Content
    employee_number: str | None
    assignment_number: str | None
    findings: tuple[Finding, ...]
    reach: Reach

    @property
    def content_hash(self) -> str:
        """SHA-256 of what people validate: the content, and whose pay it goes to."""
        return digest(self.employee_number, self.assignment_number, self.content)

    def version(self, number: int, given: Content, put_hash: str, around: Surroundings) -> Version:
        """The version that would store it."""
        return Version(
            number=number,
            given=given,
            content=self.content,
            content_hash=self.content_hash,
            put_hash=put_hash,
            employee_number=self.employee_number,
            assignment_number=self.assignment_number,
            rules_version=RULES_VERSION,
            made_at=around.now,
        )


def kind_of(content: Content) -> Kind:
    """Absence or attendance."""
    return "absence" if isinstance(content, AbsenceContent) else "attendance"


def assess(
    submittal_id: UUID,
    place: ProfilePlace,
    given: Content,
    around: Surroundings,
    *,
    complete: bool = False,
    filled: bool = False,
) -> Assessment:
    """Judge `given` for the profile at `place`; `filled` content is taken as it is, other content gets the defaults."""
    product, department, profile_id = place
    trust = around.trust_on(given.first_day)
    # A department that came later has no settings of its own for that day yet.
    known = trust.department(product, department) or around.trust.department(product, department)
    settings = known or DepartmentSettings(product=product, department=department, name=department)
    number = around.person_of(product, department, profile_id)
    posts = around.posts.get(number, ()) if number is not None else ()
    resolution = Resolution()
    if number is not None:
        resolution = assignment_on(
            given.first_day,
            posts,
            kind=kind_of(given),
            cost_code=settings.cost_code,
            chosen=given.assignment_number,
        )
    content = given if filled else fill(given, trust, settings, resolution.assignment)
    claims: tuple[Claim, ...] = ()
    earlier: tuple[Claim, ...] = ()
    part = None
    planned: tuple[PlannedCare, ...] = ()
    content = _naming_its_opening(content, number, place, around)
    if number is not None:
        claims = around.claims.near(number, submittal_id, content)
        back, last = reaches_back(content, trust), content.last_day
        if back and last is not None:
            earlier = around.claims.since(number, submittal_id, last - back, last)
            part = full_time_part(content.first_day, posts)
        planned = around.planned_on(number, content.first_day)
    reach = around.calendar.reach(given.first_day, around.now)
    case = Case(
        content=content,
        employee_number=number,
        resolution=resolution,
        trust=trust,
        today=around.today,
        reach=reach,
        product=product,
        department=department,
        claims=claims,
        complete=complete,
        submittal_id=submittal_id,
        earlier=earlier,
        full_time_part=part,
        planned=planned,
    )
    return Assessment(content, number, _number(resolution), judge(case), reach)


def _number(resolution: Resolution) -> str | None:
    return resolution.assignment.assignment_number if resolution.assignment else None


def _naming_its_opening(content: Content, number: str | None, place: ProfilePlace, around: Surroundings) -> Content:
    """The content with the submittal that it closes, as far as that is a live record of the person in the department."""
    if not isinstance(content, AbsenceContent) or (content.closes is None and content.closes_submittal is None):
        return content
    product, department, _ = place
    opening = around.claims.under(number, product, department, content.closes) if number and content.closes else None
    return content.model_copy(update={"closes_submittal": opening.submittal_id if opening else None})


def reassess(record: Record, around: Surroundings) -> Assessment:
    """Judge a stored version as it is, against what is known now; that it would go to another post is an error by itself."""
    place = (record.product, record.department, record.profile_id)
    found = assess(record.id, place, record.version.content, around, complete=True, filled=True)
    if found.assignment_number == record.version.assignment_number or errors_of(found.findings):
        return found
    changed = error(
        "assignment_changed",
        "ESR's assignment for that day has changed since it was enriched: check it and send it again.",
        f"{record.kind}.assignment_number",
    )
    return replace(found, findings=(changed, *found.findings))
