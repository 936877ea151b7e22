"""ESR numbers of one trust that may be one human's: shown to people, never merged.

A registration number is one human's, and so is an NHS Unique ID; two ESR numbers that share either are a second employment,
a return under a new number, or a mistake in ESR, which only ESR can mend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select

from esrlink.db import ReadTx
from profile_sync.tables import person, person_key

Shared = Literal["nhs_unique_id", "registration"]


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """People, as rows of `person`, who may be one human, and what they share."""

    people: Sequence[Any]
    shared: tuple[Shared, ...]


async def possible_duplicates(tx: ReadTx, vpd: str, limit: int) -> tuple[list[PossibleDuplicate], int]:
    """The first `limit` groups of people of a trust who share a registration or an NHS Unique ID, by number, and how many."""
    groups: dict[tuple[str, ...], set[Shared]] = defaultdict(set)
    for shared, statement in (("nhs_unique_id", _by_unique_id(vpd)), ("registration", _by_registration(vpd))):
        for row in await tx.all(statement):
            groups[tuple(row.numbers)].add(shared)  # type: ignore[arg-type]
    kept = sorted(groups)[:limit]
    wanted = sorted({number for numbers in kept for number in numbers})
    rows = await tx.all(select(person).where(person.c.vpd == vpd, person.c.employee_number.in_(wanted)))
    by_number = {row.employee_number: row for row in rows}
    found = [PossibleDuplicate([by_number[n] for n in numbers], tuple(sorted(groups[numbers]))) for numbers in kept]
    return found, len(groups)


def _by_unique_id(vpd: str) -> Any:
    numbers = func.array_agg(person.c.employee_number.distinct()).label("numbers")
    here = (person.c.vpd == vpd, person.c.nhs_unique_id.is_not(None))
    return select(numbers).where(*here).group_by(person.c.nhs_unique_id).having(func.count() > 1)


def _by_registration(vpd: str) -> Any:
    """By the keys of registrations, so that `L012345` and `l012345` are one."""
    numbers = func.array_agg(person_key.c.employee_number.distinct()).label("numbers")
    here = (person_key.c.vpd == vpd, person_key.c.key >= "r:", person_key.c.key < "r;")
    return select(numbers).where(*here).group_by(person_key.c.key).having(func.count() > 1)
