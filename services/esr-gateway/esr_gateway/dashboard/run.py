"""The page of one run: where it stands, its totals, what is unusual, its files, what was held back, and what it corrects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from esr_gateway.dashboard.desk import Desk, Viewer
from esr_gateway.dashboard.run_desk import amount_of, may, steps_of
from esr_gateway.to_esr.advice import what_to_do
from esr_gateway.to_esr.run_files import files_of_run
from esr_gateway.to_esr.run_lines import corrections_of_run, states_of_lines
from esr_gateway.to_esr.run_look import held_from, runs_before
from esr_gateway.to_esr.runs import find_run
from esr_gateway.to_esr.signing import find_signature
from esr_gateway.to_esr.totals import BY, By, totals_of_run
from esr_gateway.trusts import find_trust
from esrlink.db import ReadTx
from esrlink.errors import NotFound
from esrlink.web.desk import Said, told

SHOWN = 100
_SAID = {
    "signed": "You have signed. The files are being sent now.",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """The lines of one run that correct one record: what they take back, what they put in its place, and what it comes to."""

    corrects: UUID
    original: Any
    lines: Sequence[Any]
    net: Decimal | None


def router(desk: Desk) -> APIRouter:
    """The page at `/runs/{run_id}`."""
    page = APIRouter(prefix="/runs/{run_id}")

    @page.get("")
    async def one_run(
        request: Request,
        person: Viewer,
        run_id: UUID,
        by: Annotated[str, Query(max_length=50)] = BY[0],
        said: Said = None,
    ) -> HTMLResponse:
        chosen: By = next((one for one in BY if one == by), BY[0])
        async with desk.database.read(person.vpds) as tx:
            row = await run_of(tx, run_id)
            trust = await find_trust(tx, row.vpd)
            context: dict[str, Any] = {
                "files": await files_of_run(tx, row.vpd, run_id),
                "totals": await totals_of_run(tx, row.vpd, run_id, chosen),
                "before": await runs_before(tx, row.vpd, row.run_code, row.cut_off),
                "line_states": await states_of_lines(tx, row.vpd, run_id),
                "held": await held_from(tx, row.vpd, row.run_code, limit=SHOWN),
                "pairs": pairs_of(await corrections_of_run(tx, row.vpd, run_id, limit=2 * SHOWN)),
                "signed": await find_signature(tx, row.vpd, run_id),
            }
        is_unsigned = trust.settings.sign == "unsigned"
        return await desk.render(
            request,
            "run.html",
            person,
            section="runs",
            title=f"{row.pay_name}, trust {row.vpd}",
            above=(("runs", "Payroll runs"),),
            flash=told(said, _SAID),
            run=row,
            amount=amount_of(row),
            steps=steps_of(row, is_unsigned=is_unsigned),
            is_unsigned=is_unsigned,
            by=chosen,
            ways=BY,
            advice=what_to_do,
            shown=SHOWN,
            **context,
            **may(person),
        )

    return page


async def run_of(tx: ReadTx, run_id: UUID) -> Any:
    """The run. Raises `NotFound` when it is not of the transaction's trusts."""
    found = await find_run(tx, run_id)
    if found is None:
        raise NotFound("There is no such run that you may see.", field="run_id")
    return found


def pairs_of(rows: Sequence[Any]) -> Sequence[Pair]:
    """Lines that correct the same record, together; the net is of this run alone."""
    by_original: dict[UUID, list[Any]] = {}
    for row in rows:
        of_this = by_original.setdefault(row.corrects, [])
        if all((one.file_name, one.row_number) != (row.file_name, row.row_number) for one in of_this):
            of_this.append(row)
    return [
        Pair(corrects, some[0] if some[0].original_file else None, some, _net([one.amount for one in some]))
        for corrects, some in by_original.items()
    ]


def _net(amounts: Sequence[str | None]) -> Decimal | None:
    known = [Decimal(amount) for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
