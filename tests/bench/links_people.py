"""Invented people of one trust for `make bench-links`: names from a dozen countries, families, twins and double records.

Seeded: the same seed makes the same people. Nothing here is shared with the service that is measured, and nobody is real.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

from faker import Faker

from tests.bench.links_noise import unaccented

# Where names come from, how often, and which pool lends the given names. Faker weights surnames where it knows how common
# they are, so that there are many Smiths, and its pools are smaller than life, so that namesakes are more frequent.
_ORIGINS = (
    ("en_GB", 34, ("en_GB", "en_US")),
    ("en_IE", 5, ("en_IE", "en_GB")),
    ("en_IN", 14, ("en_IN",)),
    ("en_PK", 8, ("en_PK",)),
    ("yo_NG", 4, ("yo_NG", "en_US")),
    ("ig_NG", 2, ("ig_NG", "en_US")),
    ("tw_GH", 4, ("tw_GH",)),
    ("es_ES", 7, ("en_US", "es_ES")),  # Filipino colleagues bear Spanish family names
    ("pl_PL", 4, ("pl_PL",)),
    ("ro_RO", 4, ("ro_RO",)),
    ("pt_PT", 4, ("pt_PT",)),
    ("it_IT", 3, ("it_IT",)),
    ("fr_FR", 3, ("fr_FR", "tw_GH")),
    ("de_DE", 2, ("de_DE",)),
    ("zu_ZA", 2, ("zu_ZA",)),
)
_POOL = 4_000

STAFF = {
    "medical": (
        30,
        ("Consultant", "Specialty Registrar", "Specialty Doctor", "Foundation Year 1", "Foundation Year 2"),
    ),
    "nursing": (45, ("Band 5", "Band 6", "Band 7", "Band 8a")),
    "allied": (25, ("Band 4", "Band 5", "Band 6", "Band 7")),
}
DEPARTMENTS = (
    "Anaesthetics", "Cardiology", "General Surgery", "Emergency Medicine", "Paediatrics", "Radiology", "Orthopaedics",
    "Obstetrics and Gynaecology", "Intensive Care", "Respiratory Medicine", "Gastroenterology", "Neurology", "Urology",
    "Ophthalmology", "Ear Nose and Throat", "Haematology", "Oncology", "Renal Medicine", "Stroke Medicine", "Dermatology",
    "Endocrinology", "Rheumatology", "Geriatric Medicine", "Acute Medicine", "Vascular Surgery",
)  # fmt: skip


@dataclass(frozen=True)
class Human:
    """A person as ESR holds them, and `human`: who they really are, which two numbers may share."""

    number: str
    human: int
    family: str
    given: str
    middle: str | None
    preferred: str | None
    previous: tuple[str, ...]
    female: bool
    title: str
    registration: str | None
    unique_id: str
    email: str | None
    grade: str
    department: str
    gone: bool = False
    twin: str | None = None


@cache
def _pool(locale: str, kind: str) -> tuple[str, ...]:
    fake = Faker(locale)
    fake.seed_instance(f"links/{locale}/{kind}")
    draw = getattr(fake, kind)
    return tuple(draw() for _ in range(_POOL))


def make_people(seed: int, size: int) -> list[Human]:
    """`size` people: 1 % twins, 0.5 % namesakes of a parent, 0.3 % second numbers of one human, 4 % leavers."""
    rng = random.Random(f"people/{seed}")  # noqa: S311 - seeded on purpose
    numbers = (str(20_000_000 + n) for n in count(1, 1))
    made: list[Human] = []
    humans = count(1)
    while len(made) < size:
        one = _person(rng, next(numbers), next(humans))
        made.append(one)
        made.extend(_kin(rng, one, numbers, humans))
    return made[:size]


def _person(rng: random.Random, number: str, human: int) -> Human:
    locale, _, lends = rng.choices(_ORIGINS, [weight for _, weight, _ in _ORIGINS])[0]
    female = rng.random() < 0.62
    lender = rng.choice(lends)
    firsts = _pool(lender, "first_name_female" if female else "first_name_male")
    given, middle = rng.choice(firsts), rng.choice(firsts)
    family = rng.choice(_pool(locale, "last_name"))
    if rng.random() < 0.04:
        family = f"{family}-{rng.choice(_pool(locale, 'last_name'))}"
    married = female and rng.random() < 0.12
    group = rng.choices(tuple(STAFF), [weight for weight, _ in STAFF.values()])[0]
    one = Human(
        number=number,
        human=human,
        family=family,
        given=given,
        middle=middle if rng.random() < 0.45 else None,
        preferred=middle if rng.random() < 0.03 else None,
        previous=(rng.choice(_pool(locale, "last_name")),) if married else (),
        female=female,
        title="Dr" if group == "medical" else "Ms" if female else "Mr",
        registration=_registration(rng, group),
        unique_id=f"UN{human:08d}",
        email=None,
        grade=rng.choice(STAFF[group][1]),
        department=rng.choice(DEPARTMENTS),
        gone=rng.random() < 0.04,
    )
    return replace(one, email=_work_address(rng, one))


def _kin(rng: random.Random, one: Human, numbers: Iterator[str], humans: Iterator[int]) -> Iterator[Human]:
    chance = rng.random()
    if chance < 0.005:
        yield _twin(rng, one, next(numbers), next(humans))
    elif chance < 0.0075:
        other = _person(rng, next(numbers), next(humans))
        namesake = replace(other, family=one.family, given=one.given, female=one.female)
        yield replace(namesake, email=_work_address(rng, namesake))
    elif chance < 0.0105:
        # A second employment: its own number, the same human.
        yield replace(one, number=next(numbers), department=rng.choice(DEPARTMENTS), gone=False)


def _twin(rng: random.Random, one: Human, number: str, human: int) -> Human:
    """A twin: the family name, the grade and the department, often a given name that begins alike."""
    firsts = _pool(rng.choice(("en_GB", "en_IN", "en_US")), "first_name_female" if one.female else "first_name_male")
    alike = [name for name in set(firsts) if name[:2] == one.given[:2] and name != one.given]
    given = rng.choice(sorted(alike)) if alike and rng.random() < 0.5 else rng.choice(firsts)
    registration = _registration(rng, "medical") if one.registration else None
    twin = replace(
        one, number=number, human=human, given=given, middle=None, preferred=None, registration=registration,
        unique_id=f"UN{human:08d}", twin=one.number, gone=False,
    )  # fmt: skip
    return replace(twin, email=_work_address(rng, twin))


def _registration(rng: random.Random, group: str) -> str | None:
    if group == "medical":
        return str(rng.randrange(6_000_000, 7_999_999))
    if group == "nursing":
        return f"{rng.randrange(10, 99)}{rng.choice('ABCDEFGHIJ')}{rng.randrange(1000, 9999)}E"
    return f"PH{rng.randrange(10_000, 999_999)}" if rng.random() < 0.6 else None


def _work_address(rng: random.Random, one: Human) -> str | None:
    if rng.random() < 0.12:
        return None
    tail = rng.choice(("", "", str(rng.randrange(2, 30))))
    local = unaccented(f"{one.given}.{one.family}{tail}").lower().replace(" ", "").replace("'", "")
    return f"{local}@alderbrook.example"
