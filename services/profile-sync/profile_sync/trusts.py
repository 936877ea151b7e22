"""What profile-sync is told about a trust: its name, its departments, and how bold its rules may be."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert

from esrlink.contracts.types import Department, Product
from esrlink.db import ReadTx, WriteTx
from esrlink.db.questions import Question
from esrlink.db.rowset import insert_rows
from esrlink.errors import Conflict, NotFound
from profile_sync.links.locks import hold_trust
from profile_sync.rules.judging import RuleSettings
from profile_sync.rules.similarity import names_department
from profile_sync.tables import department, profile, trust

# No control characters: they would end up on a page.
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class DepartmentSettings(BaseModel):
    """A department that runs a rota in a product."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: Product
    department: Department
    name: Name = Field(examples=["Anaesthetics"])
    organisations: tuple[Name, ...] = Field(
        default=(),
        max_length=100,
        description="What ESR calls it: the organisations whose people belong here. Where none is named, those whose names "
        "hold every telling word of the department's.",
        examples=[["277 Anaesthetics", "277 Theatres Medical Staff"]],
    )

    def is_called(self, organisation: str | None) -> bool:
        """Whether this is the department that ESR calls so."""
        if organisation is None:
            return False
        if self.organisations:
            return organisation in self.organisations
        return names_department(self.name, organisation)


class TrustSettings(BaseModel):
    """A trust, as this service needs it."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "ods_code": "ZX1",
                    "name": "Alderbrook and Marsh University Hospitals",
                    "departments": [{"product": "clwrota", "department": "anaesthetics", "name": "Anaesthetics"}],
                    "registration_rule": "possible",
                }
            ]
        },
    )

    ods_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{3,10}$")]
    name: Name
    departments: tuple[DepartmentSettings, ...]
    registration_rule: Literal["possible", "matched"] = Field(
        default="possible",
        description="What a registration number with the same family name makes: a suggestion, or a link. A change "
        "holds for each profile from its next evaluation on; a run of the rules brings it to all.",
    )

    @model_validator(mode="after")
    def _departments_differ(self) -> TrustSettings:
        keys = [(one.product, one.department) for one in self.departments]
        if len(set(keys)) != len(keys):
            raise ValueError("a department is named twice")
        return self


_RULE = text("SELECT configuration ->> 'registration_rule' AS rule FROM trust WHERE vpd = :vpd")


async def put_trust(tx: WriteTx, vpd: str, settings: TrustSettings, now: datetime) -> list[str]:
    """Store a trust's settings and give the names of those that changed; the same again changes nothing.

    Raises `Conflict` when a department that still has profiles is left out. Holds the trust alone: a first profile must
    not come into a department while that is taken away.
    """
    await hold_trust(tx, vpd, alone=True)
    before = await tx.scalar(select(trust.c.configuration).where(trust.c.vpd == vpd)) or {}
    after = settings.model_dump(mode="json")
    changed = [name for name in after if before.get(name) != after[name]]
    if not changed:
        return changed
    values = {
        "vpd": vpd,
        "ods_code": settings.ods_code,
        "name": settings.name,
        "configuration": after,
        "updated_at": now,
    }
    statement = insert(trust).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["vpd"], set_=values))
    rows = [{"vpd": vpd, **one.model_dump()} for one in settings.departments]
    upsert = insert_rows(department, ["vpd", "product", "department", "name"])
    await tx.execute(
        upsert.on_conflict_do_update(
            index_elements=["vpd", "product", "department"], set_={"name": upsert.excluded.name}
        ),
        {"rows": rows},
    )
    await _remove_others(tx, vpd, {(one.product, one.department) for one in settings.departments})
    return changed


async def _remove_others(tx: WriteTx, vpd: str, kept: set[tuple[str, str]]) -> None:
    here = (profile.c.vpd == vpd, profile.c.product == department.c.product)
    in_use = exists().where(*here, profile.c.department == department.c.department)
    rows = await tx.all(
        select(department.c.product, department.c.department, in_use.label("in_use")).where(department.c.vpd == vpd)
    )
    for row in rows:
        if (row.product, row.department) in kept:
            continue
        if row.in_use:
            raise Conflict(f"{row.product}/{row.department} has profiles; it cannot be left out.", field="departments")
        await tx.execute(
            delete(department).where(
                department.c.vpd == vpd,
                department.c.product == row.product,
                department.c.department == row.department,
            )
        )


async def registered_trusts(tx: ReadTx) -> list[str]:
    """The VPDs of all trusts that are set up here."""
    return [row.vpd for row in await tx.all(select(trust.c.vpd).order_by(trust.c.vpd))]


async def get_trust(tx: ReadTx, vpd: str) -> TrustSettings:
    """A trust's settings. Raises `NotFound` when it was never put."""
    configuration = await tx.scalar(select(trust.c.configuration).where(trust.c.vpd == vpd))
    if configuration is None:
        raise NotFound(f"Trust {vpd} is not set up here. An administrator puts its settings first.", field="vpd")
    return TrustSettings.model_validate(configuration)


async def rule_settings(tx: ReadTx, vpd: str) -> RuleSettings:
    """How bold the rules may be in a trust; careful when it was never put."""
    return await tx.answer(rule_settings_of(vpd))


def rule_settings_of(vpd: str) -> Question[RuleSettings]:
    """The same as a question."""
    return Question(_RULE, {"vpd": vpd}, lambda rows: RuleSettings(registration_links=rows == [("matched",)]))
