"""What a proposed correction would pay, before anybody seconds it: what it says, with the trust's defaults as a put gets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from esrlink.db import ReadTx
from submittals.content import Content, content_of
from submittals.corrections.correction import Correction
from submittals.esr import people
from submittals.esr.assignments import assignment_on
from submittals.esr.people import AssignmentRow
from submittals.records.record import Record
from submittals.trusts import editions
from submittals.trusts.dated import DatedSettings
from submittals.trusts.defaults import fill
from submittals.trusts.settings import DepartmentSettings


async def proposed_contents(
    tx: ReadTx, some: Sequence[Correction], known: Mapping[UUID, Record]
) -> dict[UUID, Content]:
    """By correction: what those would pay that have no replacement yet. `known` has their originals.

    Two statements for each trust, none where nothing is proposed. It is judged when it is seconded, not here.
    """
    found: dict[UUID, Content] = {}
    proposals = [one for one in some if one.given is not None and one.replacement_id is None]
    for vpd in sorted({one.vpd for one in proposals}):
        own = [one for one in proposals if one.vpd == vpd]
        numbers = {known[one.submittal_id].version.employee_number for one in own} - {None}
        dated = await editions.dated(tx, vpd)
        posts = await people.assignments(tx, vpd, [number for number in numbers if number])
        found |= {one.id: _filled(one, known[one.submittal_id], dated, posts) for one in own}
    return found


def _filled(
    one: Correction, original: Record, dated: DatedSettings, posts: Mapping[str, Sequence[AssignmentRow]]
) -> Content:
    given = content_of(original.kind, dict(one.given or {}))
    trust = dated.on(given.first_day)
    department = trust.department(one.product, one.department) or DepartmentSettings(
        product=one.product, department=one.department, name=one.department
    )
    post = assignment_on(
        given.first_day,
        posts.get(original.version.employee_number or "", ()),
        kind=original.kind,
        cost_code=department.cost_code,
        chosen=given.assignment_number,
    ).assignment
    return fill(given, trust, department, post)
