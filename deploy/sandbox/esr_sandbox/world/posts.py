"""Organisations, locations, roles and positions of an invented trust: few, fixed, and shared by its people."""

from dataclasses import dataclass
from functools import cache

from esr_sandbox.world.trusts import Trust


@dataclass(frozen=True)
class Role:
    """What people in a position do, with the words ESR has for it."""

    staff_group: str
    job_role: str
    occupation_code: str
    grade: str
    hours: str


MEDICAL = (
    Role("Medical and Dental", "Consultant", "021", "YC72", "40.00"),
    Role("Medical and Dental", "Specialty Doctor", "041", "MC46", "40.00"),
    Role("Medical and Dental", "Specialty Registrar", "056", "MN37", "40.00"),
    Role("Medical and Dental", "Foundation Doctor Year 2", "058", "MN15", "40.00"),
)
OTHER_STAFF = (
    Role("Nursing and Midwifery Registered", "Staff Nurse", "N6A", "XR05", "37.50"),
    Role("Nursing and Midwifery Registered", "Sister/Charge Nurse", "N6B", "XR06", "37.50"),
    Role("Nursing and Midwifery Registered", "Midwife", "N2C", "XR06", "37.50"),
    Role("Additional Clinical Services", "Healthcare Assistant", "H1A", "XR02", "37.50"),
    Role("Additional Professional Scientific and Technical", "Theatre Practitioner", "S9U", "XR05", "37.50"),
    Role("Administrative and Clerical", "Clerical Worker", "G2A", "XR03", "37.50"),
    Role("Administrative and Clerical", "Manager", "G0A", "XR07", "37.50"),
    Role("Allied Health Professionals", "Physiotherapist", "S1E", "XR06", "37.50"),
    Role("Estates and Ancillary", "Porter", "H2R", "XR02", "37.50"),
    Role("Healthcare Scientists", "Biomedical Scientist", "U2J", "XR06", "37.50"),
    Role("Students", "Student Nurse", "P2A", "XR01", "37.50"),
)
ROLES = MEDICAL + OTHER_STAFF

_OTHER_UNITS = ("Acute Medicine", "Theatres", "Pathology", "Estates", "Outpatients", "Finance and Payroll")


@dataclass(frozen=True)
class Location:
    """A site. Ids are text, and some carry letters."""

    location_id: str
    code: str
    description: str
    town: str
    postcode: str


@dataclass(frozen=True)
class Organisation:
    """A unit of a trust with its cost centre."""

    organisation_id: str
    name: str
    cost_centre: str
    location_id: str


@dataclass(frozen=True)
class Position:
    """One position: a role in an organisation. Several people may stand on it."""

    position_id: str
    number: str
    name: str
    role: Role
    organisation: Organisation


@dataclass(frozen=True)
class Posts:
    """All organisations, locations and positions of one trust."""

    locations: tuple[Location, ...]
    organisations: tuple[Organisation, ...]
    positions: tuple[Position, ...]

    def position(self, organisation: int, role: int) -> Position:
        """Return the position of that role number in that organisation number."""
        return self.positions[organisation * len(ROLES) + role]


@cache
def posts_of(trust: Trust) -> Posts:
    """Return the posts of a trust; departments come first among its organisations, in their order."""
    vpd = trust.vpd
    locations = tuple(
        Location(f"{vpd}L{n:02d}", f"{vpd}-SITE-{n}", f"{word} Wing", "Alderbrook", f"ZZ{n} 9ZZ")
        for n, word in enumerate(("North", "South", "Marsh"), start=1)
    )
    units = [(department.name, department.cost_code) for department in trust.departments]
    units += list(zip(_OTHER_UNITS, trust.other_cost_codes, strict=False))
    organisations = tuple(
        Organisation(f"{vpd}A{n:02d}", f"{vpd} {name}", cost, locations[n % len(locations)].location_id)
        for n, (name, cost) in enumerate(units)
    )
    positions = tuple(
        Position(
            f"{vpd}{o:02d}{r:02d}", f"{o:02d}{r:02d}7", f"{o:02d}{r:02d}7|{role.job_role}|{organisation.name}|", role,
            organisation,
        )
        for o, organisation in enumerate(organisations)
        for r, role in enumerate(ROLES)
    )  # fmt: skip
    return Posts(locations, organisations, positions)
