"""Into which run a correction goes: the next that closes, or a supplementary one, which payroll must have opened."""

from __future__ import annotations

from datetime import datetime

from esrlink.db import ReadTx
from esrlink.errors import Conflict
from submittals.corrections.correction import RunChoice
from submittals.esr import cut_offs
from submittals.esr.cut_offs import Closing
from submittals.trusts.settings import TrustSettings


class NoSupplementaryRun(Conflict):
    """No supplementary run closes before the next normal one."""

    code, title = "no_supplementary_run", "There is no supplementary run to go into"


async def run_of(tx: ReadTx, vpd: str, choice: RunChoice, trust: TrustSettings, now: datetime) -> Closing | None:
    """The run that takes what is approved now, where one is known. Raises `NoSupplementaryRun` when the choice is not open.

    A run takes all that was approved before its cut-off, so the first one to close takes the correction.
    """
    coming = (await cut_offs.coming(tx, [vpd], now)).get(vpd)
    if choice == "next":
        return coming
    if not trust.supplementary_runs:
        raise NoSupplementaryRun(
            "The trust pays no corrections in supplementary runs: choose the next run.", field="run"
        )
    # A run's code has its period type, then N (normal) or S (supplementary), such as MS2705.
    if coming is None or coming.run_code[1:2] != "S":
        raise NoSupplementaryRun(
            "No supplementary run closes before the next normal one: payroll opens it first, or choose the next run.",
            field="run",
        )
    return coming
