"""The trust register: which trusts use the service, their departments and providers, and their own rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from esrlink.contracts.types import Department, ExternalId, Product
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Invalid, NotFound
from jobplan_adapter.settings import Settings
from jobplan_adapter.tables import provider, trust

_Strict = ConfigDict(extra="forbid", frozen=True)


class DepartmentSettings(BaseModel):
    """A department that may put work."""

    model_config = _Strict
    product: Product
    department: Department
    name: str = Field(min_length=1, max_length=200)


class ProviderSettings(BaseModel):
    """A source of job plans. The token is named by the path of a file; it is never sent to or shown by this API."""

    model_config = _Strict
    name: ExternalId = Field(examples=["sard"])
    kind: Literal["sard"] = "sard"
    url: HttpUrl = Field(examples=["https://northcliffe.sard.example"])
    email: str = Field(min_length=3, max_length=254, examples=["esr-link@northcliffe.example"])
    token_file: Path = Field(examples=["/run/secrets/sard-277"])
    identity_field: str = Field(
        default="ui_employee_number",
        pattern=r"^[a-z][a-z0-9_]{0,59}$",
        description="The user attribute that holds the ESR number. Leading zeros are restored to eight digits.",
    )
    poll_seconds: int = Field(default=3600, ge=5, le=86_400, description="How often the provider is asked.")

    @field_validator("email")
    @classmethod
    def _one_line(cls, value: str) -> str:
        # It goes into an HTTP header.
        if not value.isascii() or not value.isprintable():
            raise ValueError("must be plain ASCII on one line")
        return value


class TrustSettings(BaseModel):
    """What jobplan-adapter needs to know of a trust."""

    model_config = _Strict
    ods_code: str = Field(pattern=r"^[A-Z0-9]{3,10}$", examples=["RPG"])
    name: str = Field(min_length=1, max_length=200, examples=["Northcliffe University Hospitals"])
    departments: list[DepartmentSettings] = Field(default=[], max_length=1000)
    providers: list[ProviderSettings] = Field(default=[], max_length=10)
    leave_within_working_weeks: list[str] = Field(
        default=["Annual Leave", "Study Leave", "Professional Leave", "Bank Holiday"],
        max_length=50,
        description="Absence types that a plan's working weeks allow for already, so that they are not taken off twice.",
    )

    @model_validator(mode="after")
    def _names_are_unique(self) -> TrustSettings:
        names = [one.name for one in self.providers]
        if len(set(names)) < len(names):
            raise ValueError("each provider needs a name of its own")
        return self


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust of the register."""

    vpd: str
    settings: TrustSettings

    def provider(self, name: str) -> ProviderSettings:
        """The provider of this name. Raises `NotFound`."""
        for one in self.settings.providers:
            if one.name == name:
                return one
        raise NotFound(f"The trust has no job plan provider {name!r}.", field="name")

    def has_department(self, product: str, department: str) -> bool:
        """Whether the department is registered."""
        return any((one.product, one.department) == (product, department) for one in self.settings.departments)


async def put_trust(tx: WriteTx, vpd: str, settings: TrustSettings, *, now: datetime) -> None:
    """Register a trust or change its configuration; the same again changes nothing."""
    values = {
        "ods_code": settings.ods_code,
        "name": settings.name,
        "configuration": settings.model_dump(mode="json"),
        "updated_at": now,
    }
    await tx.execute(insert(trust).values(vpd=vpd, **values).on_conflict_do_update(index_elements=["vpd"], set_=values))
    names = [one.name for one in settings.providers]
    # A provider that was left out is watched no more; its plans and their history stay.
    await tx.execute(delete(provider).where(provider.c.vpd == vpd, provider.c.name.not_in(names)))
    if settings.providers:
        rows = [{"vpd": vpd, "name": name} for name in names]
        await tx.execute(insert(provider).values(rows).on_conflict_do_nothing())


async def get_trust(tx: ReadTx, vpd: str) -> Trust:
    """The trust. Raises `NotFound`."""
    row = await tx.one_or_none(select(trust.c.configuration).where(trust.c.vpd == vpd))
    if row is None:
        raise NotFound(f"The trust {vpd!r} is not set up for job plans.", field="vpd")
    return Trust(vpd, TrustSettings.model_validate(row.configuration))


async def all_trusts(tx: ReadTx) -> Sequence[Trust]:
    """All trusts, for the loop: the register holds no person's data."""
    rows = await tx.all(select(trust.c.vpd, trust.c.configuration).order_by(trust.c.vpd))
    return [Trust(row.vpd, TrustSettings.model_validate(row.configuration)) for row in rows]


def check_token_files(settings: TrustSettings, service: Settings) -> None:
    """Refuse (`Invalid`) a token file outside the folder for secrets, and plain HTTP, in production."""
    root = service.secrets_root.resolve() if service.secrets_root else None
    production = service.mode == "production"
    for number, one in enumerate(settings.providers):
        where = f"providers.{number}"
        if production and root is None:
            raise Invalid("Set JOBPLAN_ADAPTER_SECRETS_ROOT to the folder of token files first.", field=where)
        if root is not None and not one.token_file.resolve().is_relative_to(root):
            raise Invalid("The token file must lie in the folder for secrets.", field=f"{where}.token_file")
        if production and one.url.scheme != "https":
            raise Invalid("A provider is asked over https only.", field=f"{where}.url")
