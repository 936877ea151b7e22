"""Makes invented people, one by one: person number `index` of a trust is always the same person.

The mix is by index, not by chance, so the counts hold in a small trust too: 3 in 25 are doctors, 1 in 17 has a second
assignment, 1 in 29 has left, 1 in 53 starts later, 1 in 19 has changed the last name.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from esr_sandbox.world.names import names
from esr_sandbox.world.people import (
    ACTIVE,
    END_OF_TIME,
    TERMINATED,
    Assignment,
    NameSpell,
    PastAbsence,
    Person,
    Spell,
)
from esr_sandbox.world.posts import MEDICAL, OTHER_STAFF, Position, posts_of
from esr_sandbox.world.trusts import TRUSTS, Trust

_SHARED_HUMANS = 6
"""So many doctors of the first trust work in each other trust too, under another ESR number."""

_DEPARTMENT_LEAVERS = (21, 43)
_DEPARTMENT_STARTERS = (13, 37)
_OTHER_STATUSES = ("Maternity", "Career Break", "Out on External Secondment - Paid", "Acting Up")
_MEDICAL_MIX = (0, 0, 0, 1, 2)
_ORGANISATIONS_OF_OTHERS = 5


@dataclass(frozen=True)
class Recruiter:
    """Makes the people of one trust from a seed."""

    trust: Trust
    seed: int
    anchor: date

    def person(self, index: int, *, hired_on: date | None = None, entered: date | None = None) -> Person:
        """Return person number `index`; with `hired_on`, somebody who joins on that day and stays.

        `entered` is the day on which ESR got to know the person.
        """
        vpd = self.trust.vpd
        rng = random.Random(f"{self.seed}/{vpd}/{index}")
        ordinal = _doctor_ordinal(index)
        departments = self._departments(ordinal)
        person = self._who(index, rng, is_doctor=ordinal is not None)
        hire, leaving = self._dates(index, ordinal, rng, in_department=bool(departments))
        if hired_on is not None:
            hire, leaving = hired_on, None
        assignments = self._assignments(person, ordinal, departments, hire, leaving, rng)
        person = replace(
            person,
            hire_date=hire,
            leaving_date=leaving,
            updated=entered or leaving or self.anchor - timedelta(days=30),
            names=_name_spells(person, hire, leaving, rng.choice(names(self.seed).surnames)),
            assignments=assignments,
            departments=departments,
            absences=_past_absences(index, person.person_id, hire, leaving, rng),
        )
        return self._shared(person, ordinal)

    def _who(self, index: int, rng: random.Random, *, is_doctor: bool) -> Person:
        pool = names(self.seed)
        female = rng.random() < 0.6
        given = pool.female if female else pool.male
        first, last = rng.choice(given), rng.choice(pool.surnames)
        digits = (index * 7919 + 104729) % 1_000_000  # coprime with a million, so no number comes twice
        million = index // 1_000_000  # a nation's file has more people than six digits tell apart
        prefix = "00" if index % 14 == 0 and not million else f"{int(self.trust.number_prefix) + 10 * million}"
        number = f"{prefix}{digits:06d}"
        title = "Dr" if is_doctor else rng.choice(("Ms", "Mrs", "Miss") if female else ("Mr",))
        return Person(
            index=index,
            person_id=f"{self.trust.vpd}{1_000_000 + index}",
            employee_number=number,
            title=title,
            first_name=first,
            middle_names=rng.choice(given) if index % 3 == 0 else "",
            preferred_name=first[:3] if index % 11 == 0 and len(first) > 4 else "",
            names=(NameSpell(self.anchor, END_OF_TIME, last),),
            gender="Female" if female else "Male",
            date_of_birth=date(1958 + rng.randrange(42), 1 + rng.randrange(12), 1 + rng.randrange(28)),
            ni_number=f"QQ{rng.randrange(1_000_000):06d}{rng.choice('ABCD')}",
            nhs_unique_id=f"N{self.trust.vpd}{index:08d}",
            hire_date=self.anchor,
            leaving_date=None,
            email=f"{number}@{self.trust.ods_code.lower()}.example",
            registration=self._registration(index, is_doctor=is_doctor),
            assignments=(),
            departments=(),
            absences=(),
            competencies=1 + index % 2,
            updated=self.anchor,
        )

    def _registration(self, index: int, *, is_doctor: bool) -> tuple[str, str] | None:
        if is_doctor:
            return "General Medical Council", f"9{(int(self.trust.vpd) * 1009 + index) % 1_000_000:06d}"
        if _role_of(index, None) < len(MEDICAL) + 3:
            return "Nursing and Midwifery Council", f"99A{index % 10_000:04d}E"
        return None

    def _departments(self, ordinal: int | None) -> tuple[str, ...]:
        """Return the departments of a doctor: the first sixty or so work in one, one in six of them in two."""
        if ordinal is None:
            return ()
        place = ordinal
        for at, room in enumerate(self.trust.doctors_by_department):
            if place < room:
                own = self.trust.departments[at].department
                if ordinal % 6 == 0 and len(self.trust.departments) > 1:
                    return own, self.trust.departments[(at + 1) % len(self.trust.departments)].department
                return (own,)
            place -= room
        return ()

    def _dates(
        self, index: int, ordinal: int | None, rng: random.Random, *, in_department: bool
    ) -> tuple[date, date | None]:
        hire = self.anchor - timedelta(days=200 + rng.randrange(6000))
        leaver = ordinal in _DEPARTMENT_LEAVERS if in_department else index % 29 == 7
        starter = ordinal in _DEPARTMENT_STARTERS if in_department else index % 53 == 11
        if starter:
            return self.anchor + timedelta(days=14 + rng.randrange(60)), None
        if leaver:
            return hire, self.anchor - timedelta(days=5 + rng.randrange(80))
        return hire, None

    def _assignments(
        self,
        person: Person,
        ordinal: int | None,
        departments: tuple[str, ...],
        hire: date,
        leaving: date | None,
        rng: random.Random,
    ) -> tuple[Assignment, ...]:
        posts = posts_of(self.trust)
        known = [department.department for department in self.trust.departments]
        organisation = (
            known.index(departments[0])
            if departments
            else person.index % min(len(posts.organisations), len(known) + _ORGANISATIONS_OF_OTHERS)
        )
        role = _role_of(person.index, ordinal)
        fte = rng.choice(("1.0", "1.0", "1.0", "0.8", "0.6"))
        post = posts.position(organisation, role)
        first = _spells(post, fte, hire, leaving, index=person.index, settled=bool(departments))
        number = person.employee_number
        made = [Assignment(f"{person.person_id}01", number, True, first)]
        has_second = ordinal is not None and ordinal % 12 == 0 if len(departments) > 1 else person.index % 17 == 5
        if has_second:
            second = known.index(departments[1]) if len(departments) > 1 else (organisation + 1) % len(known)
            start = hire + timedelta(days=90) if leaving is None else hire
            spells = _spells(posts.position(second, role), "0.2", start, leaving, index=0, settled=True)
            made.append(Assignment(f"{person.person_id}02", f"{number}-2", False, spells))
        return tuple(made)

    def _shared(self, person: Person, ordinal: int | None) -> Person:
        """Make the first doctors of a later trust the same humans as doctors of the first trust."""
        if ordinal is None or ordinal >= _SHARED_HUMANS or self.trust.vpd == TRUSTS[0].vpd:
            return person
        other = Recruiter(TRUSTS[0], self.seed, self.anchor).person(person.index)
        return replace(
            person,
            title=other.title,
            first_name=other.first_name,
            middle_names=other.middle_names,
            preferred_name=other.preferred_name,
            names=tuple(replace(spell, last_name=other.last_name) for spell in person.names),
            gender=other.gender,
            date_of_birth=other.date_of_birth,
            ni_number=other.ni_number,
            nhs_unique_id=other.nhs_unique_id,
            registration=other.registration,
        )


def _doctor_ordinal(index: int) -> int | None:
    """Return which doctor this is, from 0; 3 people in 25 are doctors."""
    place = {0: 0, 8: 1, 16: 2}.get(index % 25)
    return None if place is None else index // 25 * 3 + place


def _role_of(index: int, ordinal: int | None) -> int:
    """Return the number of the role among all roles."""
    if ordinal is not None:
        return _MEDICAL_MIX[ordinal % 5] if ordinal < 60 else ordinal % len(MEDICAL)
    return len(MEDICAL) + index * 7 % len(OTHER_STAFF)


def _name_spells(person: Person, hire: date, leaving: date | None, earlier: str) -> tuple[NameSpell, ...]:
    last = person.last_name
    end = leaving or END_OF_TIME
    if person.index % 19 != 3 or hire > date(2025, 12, 31):
        return (NameSpell(hire, end, last),)
    changed = hire + timedelta(days=60 + person.index % 90)
    return NameSpell(hire, changed - timedelta(days=1), earlier), NameSpell(changed, end, last)


def _spells(
    position: Position, fte: str, hire: date, leaving: date | None, *, index: int, settled: bool
) -> tuple[Spell, ...]:
    """Return the dated rows of a post: some had other hours before, some are away, some are shown as terminated."""
    end = leaving or END_OF_TIME
    spells = [Spell(hire, end, ACTIVE, position, fte)]
    if index % 10 == 4 and (end - hire).days > 150:
        change = hire + timedelta(days=120)
        spells = [
            Spell(hire, change - timedelta(days=1), ACTIVE, position, "0.5"),
            Spell(change, end, ACTIVE, position, fte),
        ]
    if not settled and index % 41 == 2 and leaving is None:
        spells[-1] = replace(spells[-1], status=_OTHER_STATUSES[index % len(_OTHER_STATUSES)])
    if leaving is not None and index % 2:
        # Half of the leavers keep an assignment row that says so; of the others the rows just end.
        spells.append(Spell(leaving + timedelta(days=1), END_OF_TIME, TERMINATED, position, fte))
    return tuple(spells)


def _past_absences(
    index: int, person_id: str, hire: date, leaving: date | None, rng: random.Random
) -> tuple[PastAbsence, ...]:
    """Return what a third of the staff had in the spring of 2026; later days stay free for rotas to fill."""
    if index % 3 != 1 or hire > date(2025, 12, 31) or leaving is not None:
        return ()
    start = date(2026, 1, 5) + timedelta(days=rng.randrange(120))
    end = start + timedelta(days=rng.randrange(6))
    kind, reason = rng.choice((("Sickness", "S13 Cold, Cough, Flu - Influenza"), ("Annual Leave", "")))
    return (PastAbsence(f"{person_id}7", kind, reason, start, end),)
