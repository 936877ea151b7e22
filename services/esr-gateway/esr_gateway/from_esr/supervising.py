"""Who supervises whom, by the numbers that the world knows: found as the ids of supervisors come up, each once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from sqlalchemy import text

from esr_gateway.from_esr.documents import rows_of
from esr_gateway.from_esr.people import Before
from esr_gateway.from_esr.pictures import Surroundings
from esr_gateway.outbound_layout import OutboundLayout
from esrlink.db import ReadTx

Numbers = Callable[[set[str]], Awaitable[dict[str, str]]]

_KEPT = text("""
SELECT person_id, employee_number FROM person
 WHERE vpd = :vpd AND person_id = ANY(:ids) AND NOT is_gone AND employee_number IS NOT NULL
""")


def kept_numbers(tx: ReadTx, vpd: str) -> Numbers:
    """The employee numbers of people as they are kept."""

    async def numbers(ids: set[str]) -> dict[str, str]:
        rows = await tx.all(_KEPT, {"vpd": vpd, "ids": sorted(ids)})
        return {row.person_id: row.employee_number for row in rows}

    return numbers


class Supervisors:
    """Tells `around` the employee numbers of supervisors; `numbers` knows them."""

    def __init__(self, layout: OutboundLayout, around: Surroundings, numbers: Numbers) -> None:
        self._delimiter = layout.delimiter
        self._at = layout.record["AS"].index("Supervisor Person ID")
        self._around = around
        self._numbers = numbers
        self._asked: set[str] = {""}

    async def find(self, ids: set[str]) -> None:
        """Those of these people, as far as they are not known."""
        fresh = ids - self._asked
        self._asked |= fresh
        if fresh:
            self._around.employee_numbers.update(await self._numbers(fresh))

    async def of_stored(self, people: Iterable[Before]) -> None:
        """Those whom kept rows of these people name; a file's own are known by then."""
        rows = (row for one in people if one.document for row in rows_of(one.document) if row.startswith("AS"))
        await self.find({row.split(self._delimiter)[self._at] for row in rows})
