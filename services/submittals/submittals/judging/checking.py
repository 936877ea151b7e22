"""Judging records without storing anything: as a put would, one after the other, each meeting those before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, and_, cast, func, select

from esrlink.db import ReadTx
from esrlink.errors import NotFound
from submittals.content import Content
from submittals.esr.people import ProfilePlace
from submittals.judging.assessing import Assessment, assess
from submittals.judging.surroundings import Surroundings, look
from submittals.records.record import SourceKey, errors_of
from submittals.rules import Claim
from submittals.tables import submittal


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that might be put: its source key, the profile it is about, and what it says."""

    key: SourceKey
    place: ProfilePlace
    given: Content


async def check(
    tx: ReadTx, vpd: str, candidates: Sequence[Candidate], now: datetime, *, complete: bool = False
) -> list[Assessment | NotFound]:
    """What the rules say of each, in the order given; `complete`: as strictly as from enrichment on.

    Raises `NotFound` for a trust that is not set up; a department that the trust does not have is refused by itself.
    """
    known = await _ids(tx, vpd, {one.key for one in candidates}) if candidates else {}
    around = await look(tx, vpd, now, subjects=[(one.place, one.given) for one in candidates])
    found: list[Assessment | NotFound] = []
    for number, one in enumerate(candidates):
        product, department, _ = one.key
        if around.trust.department(product, department) is None:
            words = f"The trust has no department {product}/{department} for submittals."
            found.append(NotFound(words, field="department"))
            continue
        # What is new gets an id that no stored record has, and keeps it when it comes twice.
        submittal_id = known.setdefault(one.key, UUID(int=number + 1))
        assessment = assess(submittal_id, one.place, one.given, around, complete=complete)
        _count_in(around, submittal_id, one, assessment)
        found.append(assessment)
    return found


def _count_in(around: Surroundings, submittal_id: UUID, one: Candidate, found: Assessment) -> None:
    """What follows is judged beside this record as it would stand then: a returned one claims nothing."""
    around.claims.forget(submittal_id)
    if found.employee_number is not None and not errors_of(found.findings):
        product, department, record_id = one.key
        claim = Claim(submittal_id, product, department, found.content, sent=False, record_id=record_id)
        around.claims.add(found.employee_number, claim)


async def _ids(tx: ReadTx, vpd: str, keys: Collection[SourceKey]) -> dict[SourceKey, UUID]:
    arrays = [cast(list(column), ARRAY(Text)) for column in zip(*keys, strict=True)]
    wanted = func.unnest(*arrays).table_valued("product", "department", "record_id").render_derived()
    own = submittal.c
    statement = (
        select(own.id, own.product, own.department, own.record_id)
        .join(
            wanted,
            and_(
                own.product == wanted.c.product,
                own.department == wanted.c.department,
                own.record_id == wanted.c.record_id,
            ),
        )
        .where(own.vpd == vpd)
    )
    return {(row.product, row.department, row.record_id): row.id for row in await tx.all(statement)}
