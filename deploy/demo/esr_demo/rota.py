"""The pretend rota product's own data: its profiles of the sandbox's doctors, some with the gaps that real rotas have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Doctor:
    """A doctor as the rota products know them; `at` gives the profile id in each department."""

    number: str
    title: str
    given_name: str
    preferred_name: str
    family_name: str
    email: str
    gmc: str | None
    grade: str
    departments: tuple[str, ...]
    leaver: bool
    future_starter: bool
    place: int

    def profile_id(self, department: str) -> str:
        """The rota's own id of this doctor in a department: nothing in it tells the ESR number."""
        return f"{department[:4]}-{self.place + 1:03d}"


@dataclass(frozen=True)
class Profile:
    """A profile to put: where, and what the rota knows."""

    product: str
    department: str
    profile_id: str
    body: dict[str, Any]
    doctor: Doctor | None

    @property
    def path(self) -> str:
        """`product/department/profile_id`."""
        return f"{self.product}/{self.department}/{self.profile_id}"


def doctors_of(people: list[dict[str, Any]]) -> list[Doctor]:
    """The sandbox's people as doctors, in its order."""
    return [
        Doctor(
            number=p["employee_number"],
            title=p["title"],
            given_name=p["first_name"],
            preferred_name=p["preferred_name"],
            family_name=p["last_name"],
            email=p["email"],
            gmc=p["gmc"],
            grade=p["grade"],
            departments=tuple(p["departments"]),
            leaver=p["leaver"],
            future_starter=p["future_starter"],
            place=place,
        )
        for place, p in enumerate(people)
    ]


def profiles_of(doctors: list[Doctor], products: dict[str, str]) -> list[Profile]:
    """Every doctor's profile in every department; `products` gives each department's product.

    Most carry the ESR number. Some carry only a GMC number, some only a name; one has somebody else's name, and two are
    no doctor that ESR knows.
    """
    profiles = [
        Profile(products[department], department, doctor.profile_id(department), _known(doctor, department), doctor)
        for doctor in doctors
        for department in doctor.departments
    ]
    mixed_up = next(d for d in doctors if d.place % 7 == 4 and len(d.departments) == 1)
    department = mixed_up.departments[0]
    wrong_name = {"given_name": "Quentin", "family_name": "Oddworthy", "employee_number": mixed_up.number}
    strangers = [
        ("card-901", {"given_name": "Locum", "family_name": "1"}),
        ("card-902", {"given_name": "Zebedee", "family_name": "Quillfeather", "grade": "Consultant"}),
    ]
    return [
        *profiles,
        Profile(products[department], department, f"{department[:4]}-900", wrong_name, None),
        *(Profile(products["cardiology"], "cardiology", profile_id, body, None) for profile_id, body in strangers),
    ]


def _known(doctor: Doctor, department: str) -> dict[str, Any]:
    # A second department often knows its visitor less well than the first.
    visitor = department != doctor.departments[0]
    body: dict[str, Any] = {
        "title": doctor.title,
        "given_name": doctor.preferred_name if visitor else doctor.given_name,
        "family_name": doctor.family_name,
        "grade": doctor.grade,
    }
    if doctor.place % 9 == 5 and not visitor:
        return {**body, "email": doctor.email}
    if doctor.place % 13 == 7 and not visitor:
        return {**body, "registration_number": doctor.gmc}
    return {**body, "email": doctor.email, "employee_number": doctor.number}
