"""Into which run a correction goes: the next that closes, a supplementary one that payroll has opened, or the next normal one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from esrlink.db import ReadTx
from esrlink.errors import Conflict
from submittals.corrections.correction import Correction, RunChoice
from submittals.deadlines.when import at_words
from submittals.esr import cut_offs
from submittals.esr.cut_offs import is_normal
from submittals.trusts.settings import TrustSettings


class NoSupplementaryRun(Conflict):
    """No supplementary run closes before the next normal one."""

    code, title = "no_supplementary_run", "There is no supplementary run to go into"


class SupplementaryClosesFirst(Conflict):
    """The correction is to skip the supplementary run that closes first."""

    code, title = "supplementary_closes_first", "A supplementary run closes before the normal one"


async def check_run(
    tx: ReadTx, vpd: str, choice: RunChoice, trust: TrustSettings, now: datetime, *, seconding: bool
) -> None:
    """Raise `NoSupplementaryRun` or, when it is seconded, `SupplementaryClosesFirst` when the choice is not open now.

    A run takes all that was approved before its cut-off, so the first one to close takes what is seconded now. A correction
    for the next normal run waits until no supplementary run closes before that.
    """
    if choice == "next":
        return
    if choice == "supplementary" and not trust.supplementary_runs:
        raise NoSupplementaryRun(
            "The trust pays no corrections in supplementary runs: choose the next run.", field="run"
        )
    coming = (await cut_offs.coming(tx, [vpd], now)).get(vpd)
    is_supplementary = coming is not None and not is_normal(coming.run_code)
    if choice == "supplementary" and not is_supplementary:
        raise NoSupplementaryRun(
            "No supplementary run closes before the next normal one: payroll opens it first, or choose the next run.",
            field="run",
        )
    if choice == "normal" and seconding and coming is not None and is_supplementary:
        raise SupplementaryClosesFirst(
            f"It is for the next normal run, and the {coming.pay_name} would take it: second it after"
            f" {at_words(coming.at)}.",
            field="run",
        )


async def runs_reached(tx: ReadTx, some: Sequence[Correction], now: datetime) -> dict[UUID, str]:
    """The pay that each proposed correction would go into, as far as a coming cut-off is known. Two statements at most."""
    proposed = [one for one in some if one.state == "proposed"]
    found: dict[UUID, str] = {}
    for normal in (False, True):
        own = [one for one in proposed if (one.run == "normal") is normal]
        coming = await cut_offs.coming(tx, sorted({one.vpd for one in own}), now, normal=normal) if own else {}
        found |= {one.id: coming[one.vpd].pay_name for one in own if one.vpd in coming}
    return found
