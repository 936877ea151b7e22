"""What a trust sets for itself: its exchange, how its pay elements are called, its payroll calendar and its rules.

Secrets are never in here: a password or key is named by a file or an environment variable that the service can read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from esr_gateway.layout import CodeWords
from esrlink.clock import LONDON
from esrlink.contracts import PayRun

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Folder = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,200}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,99}$")]
FigureName = Literal["units", "rate", "amount"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExchangeSettings(_Part):
    """How to reach the trust's folder pair with ESR."""

    host: Name = Field(examples=["sftp.esr.example"])
    port: int = Field(default=22, ge=1, le=65535)
    user: Name = Field(examples=["trust277"])
    password_file: Path | None = Field(default=None, description="File that holds the password; not the password.")
    password_env: Variable | None = Field(default=None, description="Environment variable that holds the password.")
    key_file: Path | None = Field(default=None, description="File that holds the private key.")
    key_env: Variable | None = Field(default=None, description="Environment variable that holds the private key.")
    host_key: Name = Field(
        max_length=2000,
        description="The server's public key, as in a .pub file. Any other key is refused.",
        examples=["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0GZ9DAJX6pSH5Fbg1vBlNfSo2Jn3zP0k2c0w9Z3k1x"],
    )
    out_folder: Folder = Field(default="Out", description="Where ESR puts its files.")
    in_folder: Folder = Field(default="In", description="Where files for ESR are put.")
    supplier: str = Field(pattern=r"^[A-Z]{3}$", description="Our code in the names of files.", examples=["LNK"])
    poll_seconds: int = Field(default=300, ge=1, le=86_400, description="The pause between two looks into Out/.")
    poll_cron: str | None = Field(
        default=None,
        max_length=100,
        description="When to look, as cron writes it, in Europe/London; in place of `poll_seconds`.",
        examples=["*/10 5-9 * * MON-FRI"],
    )
    delete_after_days: int | None = Field(
        default=None,
        ge=1,
        le=3_650,
        description="Files that were archived this many days ago are removed from Out/. None: nothing is ever removed.",
    )
    sends_confirmations: bool = Field(default=True, description="Whether ESR answers this trust's files with CF files.")
    asks_for_snapshots: bool = Field(
        default=False, description="Whether a gap in the changes makes us ask ESR for a snapshot, by itself."
    )

    @field_validator("poll_cron")
    @classmethod
    def _is_cron(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                CronSim(text, datetime(2026, 1, 1, tzinfo=LONDON))
            except CronSimError as error:
                raise ValueError(f"not a schedule that cron understands: {error}") from None
        return text

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        named = [self.password_file, self.password_env, self.key_file, self.key_env]
        if sum(one is not None for one in named) != 1:
            raise ValueError("name exactly one of password_file, password_env, key_file and key_env")
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


class LimitSettings(_Part):
    """How much ESR takes of this trust at a time; a run is split into as many files as that needs."""

    rows_per_file: int | None = Field(default=None, ge=1, le=1_000_000)
    rows_per_assignment: int | None = Field(
        default=None, ge=1, le=10_000, description="Rows of one assignment in one file; more go into the next file."
    )


class BrakeSettings(_Part):
    """The share of a trust's people that one file may touch before a person must look at it."""

    removed: float = Field(default=0.2, ge=0, le=1, description="People who are no longer shown.")
    ended: float = Field(default=0.2, ge=0, le=1, description="People whose last assignment ends.")
    changed: float = Field(default=0.5, ge=0, le=1, description="People who look different, the removed among them.")
    from_people: int = Field(
        default=20, ge=0, description="A trust with fewer people than this has no brake on changes."
    )


class UnusualSettings(_Part):
    """What is pointed out before a run is approved, against the trust's last three runs of the same period type."""

    change: float = Field(
        default=0.5, ge=0.01, le=100, description="A total that is off the usual by more than this share."
    )
    least_amount: int = Field(
        default=1_000, ge=0, description="Totals that differ by less than this many pounds are usual."
    )
    line_amount: int = Field(
        default=5_000, ge=1, description="A single line of more than this many pounds is pointed out."
    )


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
    sign: Literal["unsigned", "named_officer"] = Field(
        default="unsigned",
        description="Whether a run waits for a payroll officer's signature on its pack, or goes at the cut-off by itself.",
    )
    officers: tuple[Name, ...] = Field(
        default=(),
        description="Who may sign, by the subject of their sign-in; any payroll officer of the trust if empty.",
    )
    missed_cut_off: Literal["send", "ask"] = Field(
        default="send",
        description="A cut-off that passed while the service was down: the run is closed at once, or a person is asked.",
    )
    missed_after_minutes: int = Field(
        default=60, ge=1, le=10_080, description="From when on a cut-off counts as missed."
    )
    limits: LimitSettings = LimitSettings()
    brake: BrakeSettings = BrakeSettings()
    unusual: UnusualSettings = UnusualSettings()
    missing_after_days: int = Field(
        default=14, ge=1, le=365, description="A sent line that ESR's data do not show so many days later is missing."
    )
    codes: dict[str, CodeWords] = Field(
        default={}, description="What ESR's codes mean at this trust, in words; goes before the layout's own list."
    )

    @model_validator(mode="after")
    def _each_run_once(self) -> Self:
        codes = [period.pay_run.code for period in self.calendar]
        if len(codes) != len(set(codes)):
            raise ValueError("a run stands in the calendar twice")
        return self
