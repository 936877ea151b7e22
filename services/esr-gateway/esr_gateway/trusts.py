"""What a trust sets for its exchange: where its SFTP server is, how its pay elements are called, its payroll calendar.

Secrets are never in here: a password or key is named by the path of a file that the service can read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from esr_gateway.tables import trust
from esrlink.clock import LONDON
from esrlink.contracts import PayRun
from esrlink.contracts.types import Vpd
from esrlink.db import ReadTx, WriteTx
from esrlink.errors import NotFound

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Folder = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,200}$")]
FigureName = Literal["units", "rate", "amount"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExchangeSettings(_Part):
    """How to reach the trust's folder pair with ESR."""

    host: Name = Field(examples=["sftp.esr.example"])
    port: int = Field(default=22, ge=1, le=65535)
    user: Name = Field(examples=["trust277"])
    password_file: Path | None = Field(default=None, description="File that holds the password; not the password.")
    key_file: Path | None = Field(default=None, description="File that holds the private key.")
    host_key: Name = Field(
        max_length=2000,
        description="The server's public key, as in a .pub file. Any other key is refused.",
        examples=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0GZ9DAJX6pSH5Fbg1vBlNfSo2Jn3zP0k2c0w9Z3k1x"],
    )
    out_folder: Folder = Field(default="Out", description="Where ESR puts its files.")
    in_folder: Folder = Field(default="In", description="Where files for ESR are put.")
    supplier: str = Field(pattern=r"^[A-Z]{3}$", description="Our code in the names of files.", examples=["LNK"])
    poll_seconds: int = Field(default=300, ge=1, le=86_400)

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.password_file is None) == (self.key_file is None):
            raise ValueError("name either a password_file or a key_file")
        return self


class ElementInput(_Part):
    """One input of a pay element: its name in ESR, and which of our figures goes into it."""

    name: Name = Field(examples=["Hours"])
    figure: FigureName


class ElementSettings(_Part):
    """What ESR calls one of the trust's pay elements."""

    esr_element: Name = Field(examples=["Medical Extra Hours"])
    inputs: tuple[ElementInput, ...] = Field(min_length=1, max_length=16)


class AbsenceSettings(_Part):
    """What ESR calls one of the trust's absence types. A type or reason that is not listed goes as it is."""

    esr_name: Name = Field(examples=["Maternity and Adoption"])
    reasons: dict[str, Name] = Field(default={}, examples=[{"S13": "S13 Cold, Cough, Flu - Influenza"}])


class PeriodSettings(_Part):
    """One run of the payroll calendar. The cut-off is local time in Europe/London."""

    period_type: Literal["W", "M", "L", "B"] = Field(description="W weekly, M monthly, L lunar, B two-weekly")
    run: Literal["N", "S"] = Field(default="N", description="N normal, S supplementary")
    tax_year: int = Field(
        ge=0, le=99, description="Last two digits of the year in which the tax year ends", examples=[27]
    )
    period: int = Field(ge=1, le=53, examples=[5])
    pay_name: Name = Field(examples=["August 2026 pay"])
    starts: date
    ends: date
    cut_off_local: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$", examples=["2026-09-02T12:00"])
    pay_date: date

    @field_validator("cut_off_local")
    @classmethod
    def _is_a_time(cls, text: str) -> str:
        datetime.fromisoformat(text)
        return text

    @property
    def pay_run(self) -> PayRun:
        """The run as events name it."""
        return PayRun(period_type=self.period_type, run=self.run, tax_year=self.tax_year, period=self.period)

    @property
    def cut_off(self) -> datetime:
        """The cut-off in UTC. An hour that comes twice in autumn is the first; one that spring skips is moved on by it."""
        return datetime.fromisoformat(self.cut_off_local).replace(tzinfo=LONDON, fold=0).astimezone(UTC)


class TrustSettings(_Part):
    """A trust as the gateway knows it."""

    ods_code: str = Field(pattern=r"^[A-Z0-9]{3,6}$", examples=["RPG"])
    name: Name = Field(examples=["Northcliffe University Hospitals"])
    exchange: ExchangeSettings | None = Field(default=None, description="None while the trust has no SFTP account yet.")
    elements: dict[str, ElementSettings] = Field(default={}, description="By the trust's own code of a pay element.")
    absence_types: dict[str, AbsenceSettings] = Field(default={}, description="By the trust's own absence type.")
    pay_layout: Literal["time-and-attendance"] = "time-and-attendance"
    absence_layout: Literal["absence"] = "absence"
    calendar: tuple[PeriodSettings, ...] = ()
    sign: Literal["unsigned"] = Field(
        default="unsigned",
        description="Runs go at the cut-off without a signature. Signed packs come in a later release.",
    )

    @model_validator(mode="after")
    def _each_run_once(self) -> Self:
        codes = [period.pay_run.code for period in self.calendar]
        if len(codes) != len(set(codes)):
            raise ValueError("a run stands in the calendar twice")
        return self


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust of the register."""

    vpd: Vpd
    settings: TrustSettings
    version: int
    calendar_revision: int


def _read(row: Any) -> Trust:
    return Trust(row.vpd, TrustSettings.model_validate(row.configuration), row.version, row.calendar_revision)


async def find_trust(tx: ReadTx, vpd: str) -> Trust:
    """The trust. Raises `NotFound` when it was never set up."""
    row = await tx.one_or_none(select(trust).where(trust.c.vpd == vpd))
    if row is None:
        raise NotFound(f"There is no trust {vpd!r} that you may see.", field="vpd")
    return _read(row)


async def keep_settings(tx: WriteTx, vpd: str) -> Trust:
    """The trust, whose settings nobody can change until this transaction ends. Raises `NotFound` as `find_trust` does."""
    await tx.execute(select(trust.c.vpd).where(trust.c.vpd == vpd).with_for_update(read=True))
    return await find_trust(tx, vpd)


async def all_trusts(tx: ReadTx) -> Sequence[Trust]:
    """Every trust, for schedulers. One whose settings this version cannot read is left out, and `doctor` tells."""
    found = []
    for row in await tx.all(select(trust).order_by(trust.c.vpd)):
        try:
            found.append(_read(row))
        except ValidationError:
            continue
    return found


async def put_trust(tx: WriteTx, vpd: str, settings: TrustSettings) -> Trust:
    """Store a trust's settings; the same ones again change nothing, not even the version."""
    row = await tx.one_or_none(select(trust).where(trust.c.vpd == vpd).with_for_update())
    configuration = settings.model_dump(mode="json")
    if row is not None and row.configuration == configuration:
        return _read(row)
    had_calendar = row is not None and row.configuration.get("calendar") == configuration["calendar"]
    revision = row.calendar_revision if row is not None else 0
    version = row.version + 1 if row is not None else 1
    calendar_revision = revision if had_calendar else revision + 1
    values = {
        "ods_code": settings.ods_code,
        "name": settings.name,
        "configuration": configuration,
        "version": version,
        "calendar_revision": calendar_revision,
    }
    statement = upsert(trust).values(vpd=vpd, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["vpd"], set_=values))
    return Trust(vpd, settings, version, calendar_revision)
