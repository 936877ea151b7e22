"""The live records of people, found by day: what a record is compared with stays small, however many a person has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from submittals.content import AbsenceContent, Content
from submittals.records.record import Record
from submittals.rules import Claim

# Records are kept by stretches of 16 days: a session lies in one, leave of a fortnight in two.
_STRETCH = 4


class _Person:
    """One person's live records. Open absences stand by themselves: they reach into every day to come."""

    __slots__ = ("claims", "closings", "open", "sources", "stretches")

    def __init__(self) -> None:
        self.claims: dict[UUID, Claim] = {}
        self.stretches: dict[int, dict[UUID, Claim]] = {}
        self.open: dict[UUID, Claim] = {}
        self.closings: dict[UUID, set[UUID]] = {}
        self.sources: dict[tuple[str, str, str], UUID] = {}

    def add(self, claim: Claim) -> None:
        self.claims[claim.submittal_id] = claim
        self.sources[_source(claim)] = claim.submittal_id
        if _is_open(claim):
            self.open[claim.submittal_id] = claim
        for stretch in _stretches(claim):
            self.stretches.setdefault(stretch, {})[claim.submittal_id] = claim
        opening = _opening(claim)
        if opening is not None:
            self.closings.setdefault(opening, set()).add(claim.submittal_id)

    def remove(self, submittal_id: UUID) -> None:
        claim = self.claims.pop(submittal_id)
        self.sources.pop(_source(claim), None)
        self.open.pop(submittal_id, None)
        for stretch in _stretches(claim):
            self.stretches[stretch].pop(submittal_id)
        opening = _opening(claim)
        if opening is not None:
            self.closings[opening].discard(submittal_id)

    def between(self, first: int, last: int) -> Iterator[Claim]:
        """The records that touch these days (counted from the year 1)."""
        stretches = range(first >> _STRETCH, (last >> _STRETCH) + 1)
        if len(stretches) > len(self.stretches):
            found: Iterable[Claim] = self.claims.values()
        elif len(stretches) == 1:
            found = (*self.stretches.get(stretches[0], {}).values(), *self.open.values())
        else:
            merged = dict(self.open)
            for stretch in stretches:
                merged |= self.stretches.get(stretch, {})
            found = merged.values()
        lowest, highest = first * 2, last * 2 + 1
        return (claim for claim in found if claim.first_half <= highest and claim.last_half >= lowest)


class Claims:
    """The live records of people, by employee number."""

    def __init__(self) -> None:
        self._people: dict[str, _Person] = {}
        self._owners: dict[UUID, str] = {}

    def add(self, employee_number: str, claim: Claim) -> None:
        """Count a record in, in place of its former self."""
        self.forget(claim.submittal_id)
        self._owners[claim.submittal_id] = employee_number
        self._people.setdefault(employee_number, _Person()).add(claim)

    def forget(self, submittal_id: UUID) -> None:
        """Leave a record out, whosever it is."""
        owner = self._owners.pop(submittal_id, None)
        if owner is not None:
            self._people[owner].remove(submittal_id)

    def renew(self, before: Record | None, after: Record) -> None:
        """Keep in step with a record that changed."""
        if before is not None:
            self.forget(before.id)
        claim = after.claim()
        if claim is not None and after.version.employee_number is not None:
            self.add(after.version.employee_number, claim)

    def near(self, employee_number: str, besides: UUID, content: Content) -> tuple[Claim, ...]:
        """A person's other records from the day before the content's first day to the day after its last, by day.

        A night reaches into the next day, so a day more on either side. Of an open absence and its closing only the closing
        is given, unless the content closes that absence or is its closing.
        """
        person = self._people.get(employee_number)
        if person is None:
            return ()
        last = content.last_day.toordinal() + 1 if content.last_day else date.max.toordinal()
        mine = content.closes_submittal if isinstance(content, AbsenceContent) else None
        found = [
            claim
            for claim in person.between(content.first_day.toordinal() - 1, last)
            if claim.submittal_id != besides
            and (claim.submittal_id == mine or not person.closings.get(claim.submittal_id, set()) - {besides})
        ]
        found.sort(key=_by_day)
        return tuple(found)

    def since(self, employee_number: str, besides: UUID, first: date, last: date) -> tuple[Claim, ...]:
        """A person's other records of these days; an open absence with a closing as well."""
        person = self._people.get(employee_number)
        if person is None:
            return ()
        found = person.between(first.toordinal(), last.toordinal())
        return tuple(claim for claim in found if claim.submittal_id != besides)

    def opened(self) -> list[tuple[str, date]]:
        """Whose open absences there are, and since when."""
        people = self._people.items()
        return [(number, claim.content.first_day) for number, person in people for claim in person.open.values()]

    def under(self, employee_number: str, product: str, department: str, record_id: str) -> Claim | None:
        """The person's live record with this source key."""
        person = self._people.get(employee_number)
        found = person.sources.get((product, department, record_id)) if person else None
        return person.claims[found] if person and found else None


def _by_day(claim: Claim) -> tuple[int, str, str, str, UUID]:
    return claim.first_half, claim.product, claim.department, claim.record_id, claim.submittal_id


def _source(claim: Claim) -> tuple[str, str, str]:
    return claim.product, claim.department, claim.record_id


def _is_open(claim: Claim) -> bool:
    return claim.kind == "absence" and claim.content.last_day is None


def _opening(claim: Claim) -> UUID | None:
    if claim.kind != "absence":
        return None
    return claim.content.closes_submittal if isinstance(claim.content, AbsenceContent) else None


def _stretches(claim: Claim) -> range:
    if _is_open(claim):
        return range(0)
    return range(claim.first_half >> (_STRETCH + 1), (claim.last_half >> (_STRETCH + 1)) + 1)
