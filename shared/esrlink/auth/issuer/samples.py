"""The people and machine clients of the try-out. All names are invented; the secret is no secret."""

from __future__ import annotations

from dataclasses import dataclass

from esrlink.auth.principal import Role, Scope

CLIENT_SECRET = "try-out-only"  # noqa: S105 - printed in the documentation


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A person who may be chosen on the sign-in page."""

    subject: str
    name: str
    role: Role
    vpds: tuple[str, ...]
    esr_numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleClient:
    """A machine client of the try-out; it may ask for any subset of its scopes."""

    client_id: str
    scopes: tuple[Scope, ...]
    vpds: tuple[str, ...]


_NAMES = {
    "277": {
        Role.ADMINISTRATOR: "Priya Raman",
        Role.CLINICIAN: "Dr Natasha Bera",
        Role.VALIDATOR: "Dr Ewa Lindqvist",
        Role.PAYROLL_OFFICER: "Marcus Bell",
        Role.AUDITOR: "Siobhan Keane",
    },
    "312": {
        Role.ADMINISTRATOR: "Grace Okonedo",
        Role.CLINICIAN: "Dr Lorraine Freitas",
        Role.VALIDATOR: "Dr Carys Pugh",
        Role.PAYROLL_OFFICER: "Derek Holt",
        Role.AUDITOR: "Mei-Lin Tsang",
    },
}

# These two are doctors of the sandbox's own ESR, so that a clinician of the try-out has records in the story.
_ESR_NUMBERS = {"Dr Natasha Bera": "277/00104729", "Dr Lorraine Freitas": "312/31168081"}

PEOPLE: tuple[SamplePerson, ...] = (
    SamplePerson("sample-operator", "Alex Winter", Role.OPERATOR, ("277", "312")),
    *(
        SamplePerson(
            f"sample-{vpd}-{role.value.replace('_', '-')}",
            name,
            role,
            (vpd,),
            (_ESR_NUMBERS[name],) if name in _ESR_NUMBERS else (),
        )
        for vpd, names in _NAMES.items()
        for role, name in names.items()
    ),
)

_ROTA_PRODUCT = (
    Scope.PROFILES_READ,
    Scope.PROFILES_WRITE,
    Scope.SUBMITTALS_WRITE,
    Scope.SUBMITTALS_APPROVE,
    Scope.JOBPLANS_READ,
    Scope.WORK_WRITE,
    Scope.CONTACTS_READ,
    Scope.WEBHOOKS_WRITE,
)

CLIENTS: tuple[SampleClient, ...] = (
    SampleClient("clwrota", _ROTA_PRODUCT, ("277",)),
    SampleClient("medirota", _ROTA_PRODUCT, ("277", "312")),
    SampleClient("central-reporting", (Scope.AUDIT_READ,), ("277", "312")),
    SampleClient(
        "operations",
        (Scope.EXCHANGE_OPERATE, Scope.TRUSTS_WRITE, Scope.AUDIT_READ, Scope.PROFILES_READ),
        ("277", "312"),
    ),
)
