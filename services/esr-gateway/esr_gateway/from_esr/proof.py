"""Whether ESR's own data show what we sent, said plainly of each line: also that nothing can show it, and why.

What can be proved differs by trust: some get no confirmations, and of some no file ever shows element entries or absences with
our reference. That is seen by the files that came, and never set by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import text

from esr_gateway.outbound_layout import OutboundLayout
from esr_gateway.trusts import Trust
from esrlink.clock import LONDON
from esrlink.db import ReadTx, WriteTx

ProofState = Literal["landed", "differs", "missing", "not_checkable", "waiting"]

_NOTE = text("""
INSERT INTO exchange AS x (vpd, elements_shown_at, absences_shown_at)
SELECT :vpd, max(:now) FILTER (WHERE record = 'EL'),
       max(:now) FILTER (WHERE record = 'AB' AND split_part(line, :d, :reference) <> '')
  FROM shown WHERE line IS NOT NULL
ON CONFLICT (vpd) DO UPDATE
   SET elements_shown_at = coalesce(excluded.elements_shown_at, x.elements_shown_at),
       absences_shown_at = coalesce(excluded.absences_shown_at, x.absences_shown_at)
""")
_SIGHT = text("SELECT reached, elements_shown_at, absences_shown_at FROM exchange WHERE vpd = :vpd")


@dataclass(frozen=True, slots=True)
class Sight:
    """What ESR's files let us see of a trust. `reached` is the moment up to which they tell."""

    sends_confirmations: bool
    missing_after_days: int
    reached: datetime | None = None
    shows_elements: bool = False
    shows_absences: bool = False

    @property
    def shown_by_now(self) -> datetime | None:
        """What was sent up to this moment should be shown by now; none while no file has come."""
        return self.reached - timedelta(days=self.missing_after_days) if self.reached else None


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether ESR's data show a line, in a sentence."""

    state: ProofState
    sentence: str


async def note_what_is_shown(tx: WriteTx, layout: OutboundLayout, vpd: str, now: datetime) -> None:
    """Remember that the trust's files show element entries, or absences with a reference, when the one at hand (`shown`) does."""
    reference = layout.record["AB"].index("3rd Party System Reference") + 1
    await tx.execute(_NOTE, {"vpd": vpd, "now": now, "d": layout.delimiter, "reference": reference})


async def sight_of(tx: ReadTx, trust: Trust) -> Sight:
    """What can be proved of a trust's lines."""
    settings = trust.settings
    confirms = settings.exchange is not None and settings.exchange.sends_confirmations
    row = await tx.one_or_none(_SIGHT, {"vpd": trust.vpd})
    if row is None:
        return Sight(confirms, settings.missing_after_days)
    return Sight(
        confirms,
        settings.missing_after_days,
        row.reached,
        shows_elements=row.elements_shown_at is not None,
        shows_absences=row.absences_shown_at is not None,
    )


def why_not_checkable(line: Any, sight: Sight) -> str | None:
    """Why no file of ESR's can show this line (its `kind`, `action` and `figures`); none where one can."""
    if line.kind == "attendance":
        if not any(figure.strip("-0.") for figure in line.figures):
            return "All of its figures are nothing, and ESR keeps no entry of nothing"
        return None if sight.shows_elements else "ESR's files for this trust show no element entries"
    if line.action == "delete":
        return "It takes an absence away, and what is not there cannot be shown"
    return None if sight.shows_absences else "ESR's files for this trust show no absences with our reference"


def proof_of(line: Any, sight: Sight) -> Proof:
    """Whether ESR's data show a line: a row with `state` and `reason` of its instruction, `kind`, `action`, `figures` and the
    file's `sent_at`.
    """
    if line.state == "landed":
        return Proof("landed", line.reason or "ESR's own data show it as it was sent.")
    if line.state in {"differs", "missing"}:
        return Proof(line.state, line.reason or "")
    if line.state == "rejected":
        return Proof(
            "waiting", "ESR refused it, so nothing is awaited. If its data show it all the same, that is said here."
        )
    if line.state not in {"sent", "accepted", "unknown"}:
        return Proof("waiting", "It has not been sent yet.")
    why = why_not_checkable(line, sight)
    if why is not None:
        if line.state == "accepted":
            return Proof("not_checkable", f"{why}. That ESR accepted it is all that can be known here.")
        if sight.sends_confirmations:
            return Proof("not_checkable", f"{why}. Only ESR's confirmation can say what became of it.")
        return Proof("not_checkable", f"{why}, and this trust gets no confirmations. Ask payroll, if it matters.")
    if sight.reached is None or line.sent_at is None:
        return Proof("waiting", "No file of ESR's has come since that could show it.")
    until = line.sent_at + timedelta(days=sight.missing_after_days)
    return Proof("waiting", f"ESR's files up to {day_in_words(sight.reached)} do not show it yet. "
                 f"If they do not by {day_in_words(until)}, it counts as missing.")  # fmt: skip


def day_in_words(moment: datetime) -> str:
    """A moment's day in London, as people write it: 5 August 2026."""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"
