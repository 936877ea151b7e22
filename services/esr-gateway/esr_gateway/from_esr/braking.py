"""The import brake: a file that would touch too many of a trust's people at once is held until a person has looked at it.

A file that was cut short, or one in which a mistake at the other end closed every assignment, looks like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from esr_gateway.from_esr.people import Before
from esr_gateway.from_esr.publishing import SAMPLE
from esr_gateway.from_esr.verdicts import Held
from esr_gateway.trust_settings import BrakeSettings

CODES = frozenset({"too_many_gone", "too_many_ended", "too_many_changed"})
"""Of files that the brake has held."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Of how many people a trust had, and how many of them a file touches; the removed are among the changed."""

    people: int
    removed: int
    ended: int
    changed: int
    sample: Sequence[tuple[str, Before]]


class Braked(Held):
    """Too many people at once. `figures` are for whoever decides."""

    def __init__(self, code: str, reason: str, figures: dict[str, Any]) -> None:
        super().__init__(code, reason)
        self.figures = figures


def brake(touched: Touched, limits: BrakeSettings) -> None:
    """Raise `Braked` if the file is to be looked at first. A trust's first snapshot touches nobody yet."""
    for code, count, limit, words in (
        ("too_many_gone", touched.removed, limits.removed, "people would be gone from ESR; more than {} may not go"),
        (
            "too_many_ended",
            touched.ended,
            limits.ended,
            "people would be without an assignment; those of more than {} may not end",
        ),
        (
            "too_many_changed",
            touched.changed,
            limits.changed,
            "people would look different; more than {} may not change",
        ),
    ):
        if count <= touched.people * limit:
            continue
        if code != "too_many_gone" and touched.people < limits.from_people:
            continue
        raise Braked(
            code,
            f"{count:,} of {touched.people:,} {words.format(f'{limit:.0%}')} without a person's word. Nothing of the file was "
            "taken. Release it if it is right.",
            _figures(touched, limits),
        )


def _figures(touched: Touched, limits: BrakeSettings) -> dict[str, Any]:
    order = ("removed", "ended", "changed")
    known: dict[str, tuple[str, Before]] = {}
    for what, one in sorted(touched.sample, key=lambda pair: order.index(pair[0])):
        known.setdefault(one.person_id, (what, one))
    return {
        "people": touched.people,
        "removed": touched.removed,
        "ended": touched.ended,
        "changed": touched.changed,
        "limits": limits.model_dump(mode="json"),
        "sample": [
            {
                "employee_number": one.employee_number,
                "family_name": one.family_name,
                "given_name": one.given_name,
                "what": what,
            }
            for what, one in list(known.values())[:SAMPLE]
        ],
    }
