"""What a person typed, checked and completed. Each refusal is a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from esr_reporting.builds import Build
from esr_reporting.question import Question, months
from esr_reporting.running import builds_of
from esr_reporting.settings import ReportingSettings
from esrlink.clock import Clock, today
from esrlink.errors import Invalid, NotFound


def settings_of(data_dir: Path | None) -> ReportingSettings:
    """The settings, with another folder where one was given."""
    return ReportingSettings() if data_dir is None else ReportingSettings(data_dir=data_dir)


def settings_with_bus() -> ReportingSettings:
    """The settings of a consumer. Raises `Invalid` without a bus."""
    settings = ReportingSettings()
    if not settings.bus_url.get_secret_value():
        raise Invalid("Set ESRLINK_BUS_URL to the address of the bus, as for the services.")
    return settings


def trusts(vpds: Sequence[str] | None, *, all_trusts: bool) -> list[str] | None:
    """The trusts asked for; none for all of them. Raises `Invalid` unless exactly one of the two was said."""
    if bool(vpds) == all_trusts:
        raise Invalid("Say which trusts: --vpd 277 (several times for several), or --all-trusts.", field="vpd")
    if any(not re.fullmatch(r"[0-9]{3}", vpd) for vpd in vpds or ()):
        raise Invalid("A VPD is three digits.", field="vpd")
    return sorted(set(vpds)) if vpds else None


def question(vpds: list[str] | None, first: str | None, last: str | None, as_of: str | None, clock: Clock) -> Question:
    """The question; twelve months up to this one where nothing else is said. Raises `Invalid`."""
    now = _day(as_of) or today(clock)
    ends = last or f"{now:%Y-%m}"
    return Question(vpds, *months(first or _eleven_before(ends), ends), now)


def build_in_use(settings: ReportingSettings, clock: Clock) -> Build:
    """The tables to answer from. Raises `NotFound` when nothing was consumed yet."""
    build = builds_of(settings, clock).current()
    if build is None or not build.path.exists():
        raise NotFound("There are no tables yet: start `esrlink reporting run`, or name their folder with --data-dir.")
    return build


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid("Write a day as 2026-08-31.", field="as_of") from None


def _eleven_before(month: str) -> str:
    last, _ = months(month, month)
    return f"{last.year - (last.month < 12)}-{last.month % 12 + 1:02d}"
