"""The invented trusts and what their payroll knows: departments, pay elements, cost codes, absence types.

Every name here is made up, element and input names above all: real ones are local to a trust.
"""

from dataclasses import dataclass
from typing import Literal

Figure = Literal["units", "rate", "amount"]


@dataclass(frozen=True)
class Department:
    """A department that runs a rota in a product; its organisation in ESR carries the same name."""

    product: str
    department: str
    name: str
    cost_code: str


@dataclass(frozen=True)
class PayInput:
    """One input of a pay element: its name in ESR and the figure that it carries."""

    name: str
    figure: Figure


@dataclass(frozen=True)
class PayElement:
    """A pay element: its inputs in the order in which ESR shows them as entry values."""

    name: str
    description: str
    grades: tuple[str, ...]
    inputs: tuple[PayInput, ...]
    weekend: bool = False


@dataclass(frozen=True)
class AbsenceReason:
    """A reason within an absence type; `code` is empty where ESR knows the reason by its name only."""

    code: str
    esr_name: str


@dataclass(frozen=True)
class AbsenceType:
    """An absence type: the word that rota people use, the name in ESR and its reasons."""

    category: str
    esr_name: str
    reasons: tuple[AbsenceReason, ...] = ()
    reason_required: bool = False


@dataclass(frozen=True)
class Trust:
    """One invented trust."""

    vpd: str
    ods_code: str
    name: str
    staff: int
    supplier: str
    number_prefix: str
    departments: tuple[Department, ...]
    doctors_by_department: tuple[int, ...]
    pay_elements: tuple[PayElement, ...]
    other_cost_codes: tuple[str, ...]

    @property
    def open_cost_codes(self) -> tuple[str, ...]:
        """Cost codes that payroll accepts today."""
        return (*(department.cost_code for department in self.departments), *self.other_cost_codes)

    def element(self, name: str) -> PayElement | None:
        """Return the pay element of that exact name, if the trust has it."""
        return next((element for element in self.pay_elements if element.name == name), None)


_SICKNESS = {
    "S10": "Anxiety/stress/depression/other psychiatric illnesses",
    "S11": "Back Problems",
    "S12": "Other musculoskeletal problems",
    "S13": "Cold, Cough, Flu - Influenza",
    "S14": "Asthma",
    "S15": "Chest & respiratory problems",
    "S16": "Headache / migraine",
    "S17": "Benign and malignant tumours, cancers",
    "S18": "Blood disorders",
    "S19": "Heart, cardiac & circulatory problems",
    "S20": "Burns, poisoning, frostbite, hypothermia",
    "S21": "Ear, nose, throat (ENT)",
    "S22": "Dental and oral problems",
    "S23": "Eye problems",
    "S24": "Endocrine / glandular problems",
    "S25": "Gastrointestinal problems",
    "S26": "Genitourinary & gynaecological disorders",
    "S27": "Infectious diseases",
    "S28": "Injury, fracture",
    "S29": "Nervous system disorders",
    "S30": "Pregnancy related disorders",
    "S31": "Skin disorders",
    "S32": "Substance abuse",
    "S98": "Other known causes - not elsewhere classified",
    "S99": "Unknown causes / Not specified",
}

ABSENCE_TYPES = (
    AbsenceType(
        "Sickness",
        "Sickness",
        tuple(AbsenceReason(code, f"{code} {name}") for code, name in _SICKNESS.items()),
        reason_required=True,
    ),
    AbsenceType("Annual Leave", "Annual Leave"),
    AbsenceType("Study Leave", "Study Leave", (AbsenceReason("", "Course"), AbsenceReason("", "Examination"))),
    AbsenceType(
        "Special Leave",
        "Special Leave",
        (AbsenceReason("", "Carer Leave"), AbsenceReason("", "Compassionate Leave"), AbsenceReason("", "Jury Service")),
    ),
    AbsenceType("Maternity", "Maternity and Adoption", (AbsenceReason("", "Maternity"), AbsenceReason("", "Adoption"))),
)

_SENIOR = ("Consultant",)
_OTHERS = ("Specialty Doctor", "Specialty Registrar", "Foundation Doctor Year 2")

TRUSTS = (
    Trust(
        vpd="277",
        ods_code="ZX1",
        name="Alderbrook and Marsh University Hospitals",
        staff=2000,
        supplier="LNK",
        number_prefix="20",
        departments=(
            Department("clwrota", "anaesthetics", "Anaesthetics", "E10110"),
            Department("medirota", "cardiology", "Cardiology", "E10220"),
            Department("medirota", "radiology", "Radiology", "E10330"),
        ),
        doctors_by_department=(28, 17, 15),
        pay_elements=(
            PayElement(
                "AMU Consultant Extra Session",
                "A consultant's session beyond the job plan",
                _SENIOR,
                (PayInput("Sessions", "units"), PayInput("Session Rate", "rate"), PayInput("Pay Value", "amount")),
            ),
            PayElement(
                "AMU Medical Extra Hours",
                "Extra hours of SAS and resident doctors",
                _OTHERS,
                (PayInput("Hours", "units"), PayInput("Hourly Rate", "rate")),
            ),
            PayElement(
                "AMU Weekend Session",
                "A weekend session, paid as a fixed sum",
                (*_SENIOR, *_OTHERS),
                (PayInput("Units", "units"), PayInput("Amount", "amount")),
                weekend=True,
            ),
        ),
        other_cost_codes=("E10440", "E10550", "E20110", "E20220", "E30110"),
    ),
    Trust(
        vpd="312",
        ods_code="ZX2",
        name="Thornfield Vale Hospital",
        staff=300,
        supplier="LNK",
        number_prefix="31",
        departments=(Department("clwrota", "anaesthetics", "Anaesthetics", "T4100"),),
        doctors_by_department=(12,),
        pay_elements=(
            PayElement(
                "TV Extra Session Senior",
                "A consultant's session beyond the job plan",
                _SENIOR,
                (PayInput("Amount", "amount"), PayInput("Number", "units")),
            ),
            PayElement(
                "TV Locum Hours",
                "Extra hours of SAS and resident doctors",
                _OTHERS,
                (PayInput("Rate", "rate"), PayInput("Hours Worked", "units")),
            ),
            PayElement(
                "TV Weekend",
                "Weekend hours",
                (*_SENIOR, *_OTHERS),
                (PayInput("Hours Worked", "units"), PayInput("Rate", "rate")),
                weekend=True,
            ),
        ),
        other_cost_codes=("T4200", "T4300", "T5100"),
    ),
)


def trust_of(vpd: str) -> Trust | None:
    """Return the trust with that VPD, if the sandbox has it."""
    return next((trust for trust in TRUSTS if trust.vpd == vpd), None)
