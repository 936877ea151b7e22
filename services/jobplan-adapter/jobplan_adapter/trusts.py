"""The trust register: which trusts use the service, their departments and providers, and their own rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from esrlink import audit
from esrlink.contracts.types import Department, Product
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import Conflict, Invalid, NotFound
from jobplan_adapter.providers.configuration import ProviderSettings, SardSettings, UploadSettings
from jobplan_adapter.settings import Settings
from jobplan_adapter.tables import provider, trust

# As a browser names an origin: scheme, host and port, no path. Plain HTTP only of one's own machine, to try things out.
_ORIGIN = r"^(https://[a-z0-9][a-z0-9.-]{0,252}(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)$"

_Strict = ConfigDict(extra="forbid", frozen=True)


class DepartmentSettings(BaseModel):
    """A department that may put work."""

    model_config = _Strict
    product: Product
    department: Department
    name: str = Field(min_length=1, max_length=200)
    specialties: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        default=[],
        max_length=50,
        description="Specialties of job plans, as the providers write them, whose people belong to this department.",
        examples=[["Anaesthetics"]],
    )


class TrustSettings(BaseModel):
    """What jobplan-adapter needs to know of a trust."""

    model_config = _Strict
    ods_code: str = Field(pattern=r"^[A-Z0-9]{3,10}$", examples=["RPG"])
    name: str = Field(min_length=1, max_length=200, examples=["Northcliffe University Hospitals"])
    departments: list[DepartmentSettings] = Field(default=[], max_length=1000)
    providers: list[ProviderSettings] = Field(default=[], max_length=10)
    embed_origins: list[Annotated[str, Field(pattern=_ORIGIN)]] = Field(
        default=[],
        max_length=50,
        description="Web origins of rota products that may show the embedded panel in a frame.",
        examples=[["https://rota.northcliffe.example"]],
    )
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

    def upload_provider(self, name: str) -> UploadSettings:
        """The provider of this name, to which plans are uploaded. Raises `NotFound`, or `Conflict` for one that is asked."""
        one = self.provider(name)
        if not isinstance(one, UploadSettings):
            raise Conflict(f"The provider {name!r} is asked for its plans; nothing is uploaded to it.", field="name")
        return one

    def has_department(self, product: str, department: str) -> bool:
        """Whether the department is registered."""
        return any((one.product, one.department) == (product, department) for one in self.settings.departments)


async def put_trust(tx: WriteTx, vpd: str, settings: TrustSettings, *, by: str, now: datetime) -> None:
    """Register a trust or change its configuration, with an entry in the audit trail; the same again changes nothing."""
    before = await tx.one_or_none(select(trust.c.configuration).where(trust.c.vpd == vpd).with_for_update())
    after = settings.model_dump(mode="json")
    values = {"ods_code": settings.ods_code, "name": settings.name, "configuration": after, "updated_at": now}
    await tx.execute(insert(trust).values(vpd=vpd, **values).on_conflict_do_update(index_elements=["vpd"], set_=values))
    names = [one.name for one in settings.providers]
    # A provider that was left out is watched no more; its plans and their history stay.
    await tx.execute(delete(provider).where(provider.c.vpd == vpd, provider.c.name.not_in(names)))
    if settings.providers:
        rows = [{"vpd": vpd, "name": name} for name in names]
        await tx.execute(insert(provider).values(rows).on_conflict_do_nothing())
    held = before.configuration if before else {}
    # Which parts, and not what they say: addresses of accounts are nobody's but the trust's.
    changed = sorted(name for name, value in after.items() if held.get(name) != value)
    if changed:
        detail = {"changed": changed, "providers": names}
        await audit.record(tx, vpd, actor=by, action="trust.put", about=vpd, at=now, detail=detail)


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
        if not isinstance(one, SardSettings):
            continue
        where = f"providers.{number}"
        if production and root is None:
            raise Invalid("Set JOBPLAN_ADAPTER_SECRETS_ROOT to the folder of token files first.", field=where)
        if root is not None and not one.token_file.resolve().is_relative_to(root):
            raise Invalid("The token file must lie in the folder for secrets.", field=f"{where}.token_file")
        if production and one.url.scheme != "https":
            raise Invalid("A provider is asked over https only.", field=f"{where}.url")
