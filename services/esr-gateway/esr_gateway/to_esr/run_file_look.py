"""One file of a run as people look at it: with its run, and with who said what of it while it was in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from esr_gateway.tables import instruction, line, run, run_file
from esr_gateway.to_esr.resolving import resolutions
from esrlink.db import ReadTx
from esrlink.errors import NotFound


@dataclass(frozen=True, slots=True)
class RunFileLook:
    """A file. `said` are people's words of it, of all its doubts; `states` counts its lines by what became of them."""

    file: Any
    run: Any
    said: Sequence[Any]
    states: dict[str, int]

    @property
    def said_now(self) -> Sequence[Any]:
        """What was said of the doubt that it is in."""
        return [one for one in self.said if one.doubt == self.file.doubts] if self.file.state == "unknown" else []


async def look_at_file(tx: ReadTx, file_name: str) -> RunFileLook:
    """The file. Raises `NotFound` when the transaction's trusts have none of this name."""
    # A name carries its trust's VPD; if a layout left it out, the first of the caller's trusts is meant.
    found = (await tx.all(select(run_file).where(run_file.c.file_name == file_name).order_by(run_file.c.vpd)))[:1]
    if not found:
        raise NotFound("There is no such payroll file that you may see.", field="file_name")
    file = found[0]
    of_file = line.c.vpd == file.vpd, line.c.file_name == file_name
    rows = await tx.all(
        select(instruction.c.state, func.count().label("n"))
        .join(
            line,
            (instruction.c.vpd == line.c.vpd)
            & (instruction.c.submittal_id == line.c.submittal_id)
            & (instruction.c.version == line.c.version),
        )
        .where(*of_file)
        .group_by(instruction.c.state)
        .order_by(instruction.c.state)
    )
    return RunFileLook(
        file=file,
        run=await tx.one_or_none(select(run).where(run.c.vpd == file.vpd, run.c.run_id == file.run_id)),
        said=await resolutions(tx, file.vpd, file_name),
        states={row.state: row.n for row in rows},
    )
