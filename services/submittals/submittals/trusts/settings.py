"""A trust's settings for submittals: its departments, absence types, pay elements, cost codes and limits.

They are the trust's own words and figures; nothing here is a constant of the product. They are put whole, so the same put
twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from esrlink.contracts.types import Department, Product
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import NotFound
from submittals import examples
from submittals.content import Actor, Rate, Unit, Words
from submittals.tables import trust


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DepartmentSettings(_Setting):
    """A department that runs a rota in a product."""

    product: Product
    department: Department
    name: Words
    cost_code: Words | None = None
    validators: tuple[Actor, ...] = Field(
        default=(), description="Who may validate; anyone but the claimant when empty."
    )


class Reason(_Setting):
    """A reason of an absence type."""

    code: Words
    words: Words


class AbsenceType(_Setting):
    """An absence type: the code that rotas send, and ESR's name for it, for people to read.

    What goes into a file is the gateway's own table, which knows the type by the same code.
    """

    code: Words
    esr_name: Words
    unit: Literal["days", "hours"] = Field(default="days", description="Sickness counts calendar days, leave hours.")
    reasons: tuple[Reason, ...] = ()
    reason_required: bool = False

    @property
    def is_sickness(self) -> bool:
        """Whether it needs a level-1 reason, S10 to S99 (ESR's own list)."""
        return "sickness" in {self.code.casefold(), self.esr_name.casefold()}


class RateFor(_Setting):
    """The default rate for some of the people whom an element is for."""

    grade: Words | None = None
    job_role: Words | None = None
    staff_group: Words | None = None
    rate: Rate


class PayElement(_Setting):
    """What extra work is paid as. With no grades, job roles or staff groups it is for everyone."""

    code: Words
    name: Words
    unit: Unit
    default_rate: Rate | None = Field(default=None, description="None: there is no rate card for it.")
    grades: tuple[Words, ...] = ()
    job_roles: tuple[Words, ...] = ()
    staff_groups: tuple[Words, ...] = ()
    rates: tuple[RateFor, ...] = Field(default=(), description="Default rates that differ by grade, role or group.")


class TrustSettings(_Setting):
    """All that the submittals service knows of a trust."""

    ods_code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3,6}$")]
    name: Words
    departments: tuple[DepartmentSettings, ...] = ()
    absence_types: tuple[AbsenceType, ...] = ()
    pay_elements: tuple[PayElement, ...] = ()
    cost_codes: tuple[Words, ...] = Field(
        default=(), description="Codes that payroll takes, beside the departments' own."
    )
    # Three months: the usual limit for claims in trust policies; older ones need payroll's own form.
    retro_days: int = Field(default=90, ge=0, le=3650)
    # 37.5 hours over five days: the standard week. Working patterns of a person come later.
    hours_per_day: Decimal = Field(default=Decimal("7.5"), gt=0, le=24, max_digits=4, decimal_places=2)
    period_type: Literal["W", "M", "L", "B"] = Field(default="M", description="Whose cut-offs are told to departments.")

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        _once("departments", [f"{d.product}/{d.department}" for d in self.departments])
        _once("absence_types", [kind.code.casefold() for kind in self.absence_types])
        _once("pay_elements", [element.code.casefold() for element in self.pay_elements])
        return self

    def department(self, product: str, department: str) -> DepartmentSettings | None:
        """The department's settings, if the trust has it."""
        return next((d for d in self.departments if (d.product, d.department) == (product, department)), None)

    def absence_type(self, code: str) -> AbsenceType | None:
        """The absence type of that code, whatever its capitals."""
        return next((kind for kind in self.absence_types if kind.code.casefold() == code.casefold()), None)

    def pay_element(self, code: str) -> PayElement | None:
        """The pay element of that code, whatever its capitals."""
        return next((element for element in self.pay_elements if element.code.casefold() == code.casefold()), None)

    def knows_cost_code(self, code: str) -> bool:
        """Whether payroll takes the code; a trust that lists none takes any."""
        return not self.cost_codes or code in self.cost_codes or any(code == d.cost_code for d in self.departments)


def _once(field: str, keys: list[str]) -> None:
    twice = sorted(key for key, count in Counter(keys).items() if count > 1)
    if twice:
        raise ValueError(f"{field} names these more than once: {', '.join(twice)}")


class TrustAnswer(BaseModel):
    """A trust's settings as they are stored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"vpd": "277", "version": 1, "settings": examples.TRUST}]}
    )

    vpd: str
    version: int
    settings: TrustSettings


async def store(tx: WriteTx, vpd: str, settings: TrustSettings, now: datetime) -> TrustAnswer:
    """Put a trust's settings; the version grows only when they changed."""
    configuration = settings.model_dump(mode="json")
    row = {"ods_code": settings.ods_code, "name": settings.name, "configuration": configuration, "updated_at": now}
    statement = insert(trust).values(vpd=vpd, version=1, **row)
    statement = statement.on_conflict_do_update(
        index_elements=["vpd"],
        set_={**row, "version": trust.c.version + 1},
        where=trust.c.configuration.is_distinct_from(statement.excluded.configuration),
    )
    await tx.execute(statement)
    return await load(tx, vpd)


async def load(tx: ReadTx, vpd: str) -> TrustAnswer:
    """A trust's settings. Raises `NotFound` when the trust was never set up here."""
    row = await tx.one_or_none(select(trust.c.version, trust.c.configuration).where(trust.c.vpd == vpd))
    if row is None:
        raise NotFound(f"Trust {vpd} is not set up for submittals yet: put its settings first.", field="vpd")
    return TrustAnswer(vpd=vpd, version=row.version, settings=_read(row.configuration))


async def department_names(tx: ReadTx, vpds: Iterable[str]) -> dict[tuple[str, str, str], str]:
    """The names of these trusts' departments, by (VPD, product, department)."""
    rows = await tx.all(select(trust.c.vpd, trust.c.configuration).where(trust.c.vpd == func.any(sorted(vpds))))
    return {
        (row.vpd, one["product"], one["department"]): one["name"]
        for row in rows
        for one in row.configuration["departments"]
    }


def _read(configuration: dict[str, Any]) -> TrustSettings:
    return TrustSettings.model_validate(configuration)
