"""Each exchange is looked at when its turn has come: by whichever replica is first, and at once when a turn was missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from esr_gateway.exchange.polling import PollLoop
from esr_gateway.gateway import assemble
from esrlink.ids import new_id
from tests.integration.gateway.conftest import NOON, GatewayUnderTest, trust_settings
from tests.unit.gateway.building import Go, person


class Replica(PollLoop):
    """A loop whose looks are taken one at a time."""

    def __init__(self, gateway: GatewayUnderTest) -> None:
        hub, settings = gateway.hub, gateway.hub.settings
        poller = assemble(settings, hub.database, hub.clock, new_id).poller  # type: ignore[arg-type]
        super().__init__(poller, timedelta(seconds=1))

    async def look(self) -> list[str]:
        """Poll whose turn it is, and return whose it was."""
        due = await self._whose_turn()
        for trust in due:
            await self._poll(trust)
        return [trust.vpd for trust in due]


async def put(gateway: GatewayUnderTest, tmp_path: Path, **exchange: Any) -> None:
    settings = trust_settings(gateway.sandbox, tmp_path, **exchange)
    answer = await gateway.hub.client.put("/v1/trusts/277", json=settings, headers=gateway.bearer())
    assert answer.status_code == 200, answer.text


async def test_a_turn_is_taken_once_whatever_the_number_of_replicas(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    await put(gateway, tmp_path, poll_seconds=600)
    one, other = Replica(gateway), Replica(gateway)
    assert (await one.look(), await other.look()) == (["277"], [])
    gateway.hub.clock.move_to(NOON + timedelta(seconds=599))
    assert (await other.look(), await one.look()) == ([], [])
    gateway.hub.clock.move_to(NOON + timedelta(seconds=600))
    assert (await other.look(), await one.look()) == (["277"], [])


async def test_a_look_that_failed_is_a_look_and_its_turn_comes_again(gateway: GatewayUnderTest, tmp_path: Path) -> None:
    await put(gateway, tmp_path, port=1, poll_seconds=600)
    replica = Replica(gateway)
    assert (await replica.look(), await replica.look()) == (["277"], [])
    await put(gateway, tmp_path, poll_seconds=5)
    gateway.hub.clock.move_to(NOON + timedelta(seconds=5))
    assert await replica.look() == ["277"], "by the settings as they are now"


async def test_a_schedule_is_kept_and_a_turn_that_was_missed_is_made_up_for(
    gateway: GatewayUnderTest, tmp_path: Path
) -> None:
    await put(gateway, tmp_path, poll_cron="30 5 * * *")
    replica = Replica(gateway)
    assert await replica.look() == ["277"], "it was never looked at"
    gateway.hub.clock.move_to(datetime(2026, 8, 4, 4, 29, 59, tzinfo=UTC))
    assert await replica.look() == []
    gateway.hub.clock.move_to(datetime(2026, 8, 4, 4, 30, tzinfo=UTC))
    assert await replica.look() == ["277"]
    gateway.hub.clock.move_to(datetime(2026, 8, 9, 16, 0, tzinfo=UTC))  # nobody ran for days
    Go([person()]).write(gateway.out)
    assert (await replica.look(), await replica.look()) == (["277"], [])
    assert [file["state"] for file in (await gateway.get("/v1/files"))["files"]] == ["imported"]
