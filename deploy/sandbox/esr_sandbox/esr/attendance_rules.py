"""What the simulated ESR asks of an attendance (ATT) row before it pays.

An identical row is paid again: ESR cannot know that it was meant once.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from esr_sandbox.esr.inbound_file import compact_date
from esr_sandbox.esr.refusal import refuse_unless
from esr_sandbox.world.people import Assignment, Person
from esr_sandbox.world.trusts import PayElement
from esr_sandbox.world.world import World

_WIDTH = 40
_FIXED = 7
_RETRO = timedelta(days=180)


@dataclass(frozen=True)
class Payment:
    """A row that ESR pays: `values` stand in the order of the element's inputs, empty where none was sent."""

    person: Person
    assignment: Assignment
    element: PayElement
    earned: date
    values: tuple[str, ...]
    late: bool

    @property
    def figures(self) -> dict[str, str]:
        """The figures that the row carries: units, rate, amount."""
        return {given.figure: value for given, value in zip(self.element.inputs, self.values, strict=True) if value}


def judge_attendance(world: World, cells: list[str], read_on: date) -> Payment:
    """Return what the row pays.

    Raises:
        RefusedError: with the code of the first rule that it breaks.

    """
    refuse_unless(len(cells) == _WIDTH, "F010", f"The row has {len(cells)} columns where 40 are due")
    refuse_unless(cells[0] == "ATT", "F011", "The row is no ATT row")
    refuse_unless(cells[2] == "ADD", "F012", "Only ADD is known")
    earned = compact_date(cells[1], "F013", "The date does not exist")
    person, assignment = find_assignment(world, cells[4], earned)
    element = world.trust.element(cells[6])
    refuse_unless(element, "E010", "The pay element is not known")
    assert element is not None  # noqa: S101 - the line above refuses it; this tells the type checker
    values = _values(element, cells[_FIXED:-1])
    cost_code = cells[-1]
    refuse_unless(
        not cost_code or cost_code in world.trust.open_cost_codes,
        "C012",
        f"Cost code {cost_code} is closed or not known",
    )
    return Payment(person, assignment, element, earned, values, earned < read_on - _RETRO)


def find_assignment(world: World, number: str, on: date) -> tuple[Person, Assignment]:
    """Return the person and assignment of an assignment number that is active on a day, or refuse."""
    found = world.assignment(number)
    refuse_unless(found, "A001", "The assignment number is not known")
    assert found is not None  # noqa: S101 - as above
    person, assignment = found
    refuse_unless(assignment.active_on(on), "A002", "The assignment is not active on the day")
    return person, assignment


def is_number(text: str) -> bool:
    """Whether a text is a finite decimal number."""
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _values(element: PayElement, pairs: list[str]) -> tuple[str, ...]:
    given: dict[str, str] = {}
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        if not name and not value:
            continue
        refuse_unless(any(name == known.name for known in element.inputs), "E011", f"The element has no input {name!r}")
        refuse_unless(name not in given, "E012", f"The input {name!r} comes twice")
        right = is_number(value) and re.fullmatch(r"-?\d+(\.\d+)?", value)
        refuse_unless(right, "E013", f"The value of {name!r} is not a number")
        given[name] = value
    refuse_unless(given, "E014", "The row carries no value")
    return tuple(given.get(known.name, "") for known in element.inputs)
