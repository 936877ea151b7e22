"""Short words for what tests of sending do: a file in doubt, a file that is ready to go, what the tables say of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from esr_gateway.to_esr.resolving import Verdict, resolve
from esr_sandbox.faults import Fault, LostReceipt
from esrlink.contracts import Event
from tests.integration.gateway.conftest import AFTER_CUT_OFF, GatewayUnderTest

NAME = "TA_277_LNK_MN2705_00000001.DAT"
SAW = "Ticket 4711 at ESR's service desk"


async def say(gateway: GatewayUnderTest, person: str, verdict: Verdict, evidence: str = SAW, name: str = NAME) -> str:
    async with gateway.hub.database.write(["277"]) as tx:
        return await resolve(
            tx, "277", name, person=person, verdict=verdict, evidence=evidence, now=gateway.hub.clock.now()
        )


async def rows(gateway: GatewayUnderTest, query: str, **values: Any) -> list[Any]:
    async with gateway.hub.database.read(["277"]) as tx:
        return list(await tx.all(text(query), values))


async def states_of_files(gateway: GatewayUnderTest) -> list[str]:
    return [row.state for row in await rows(gateway, "SELECT state FROM run_file ORDER BY file_name")]


async def the_run(gateway: GatewayUnderTest) -> dict[str, Any]:
    [run] = [one for one in (await gateway.get("/v1/runs"))["runs"] if one["files"]]
    return dict(run)


async def in_doubt(gateway: GatewayUnderTest, *approved: Event) -> dict[str, Any]:
    """Send a run of one file whose receipt is lost and which is gone when we look; return the run."""
    gateway.sandbox.faults.switch_on(Fault.LOST_RECEIPT, LostReceipt())
    await gateway.hub.deliver(*approved)
    gateway.hub.clock.move_to(AFTER_CUT_OFF)
    assert (await gateway.close_due_answer()).status_code == 503
    for path in gateway.inbox.iterdir():
        path.unlink()
    await gateway.close_due()
    return await the_run(gateway)


async def open_issues(gateway: GatewayUnderTest) -> dict[str, Any]:
    """The open issues by their cause."""
    return {row.cause: row for row in await rows(gateway, "SELECT * FROM issue WHERE closed_at IS NULL")}
