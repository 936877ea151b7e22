"""What the gateway makes of a correction's own events: the pair goes into a later run's file, and both sides count the same."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from esr_gateway.bootstrap import service as gateway_service
from esr_sandbox.run import Sandbox
from esrlink.contracts import Outcome, SubmittalApproved, SubmittalWithdrawn
from tests.conftest import RunService
from tests.integration.gateway.conftest import AFTER_CUT_OFF, CUT_OFF, NOON, GatewayUnderTest, period
from tests.integration.gateway.test_any_order import AFTER_SECOND_CUT_OFF
from tests.integration.gateway.test_corrections import freeze_and_send, held, lines
from tests.integration.submittals.conftest import Rota, work
from tests.integration.submittals.test_corrections import TWO_LISTS, proposed, second


@pytest.fixture
async def gateway(run_service: RunService, tmp_path: Path) -> GatewayUnderTest:
    """The gateway of the same trust, which needs no ESR to freeze its runs."""
    hub = await run_service(gateway_service, now=NOON)
    (tmp_path / "password").write_text("invented\n")
    exchange = {"host": "127.0.0.1", "port": 9, "user": "u", "password_file": str(tmp_path / "password")}
    element = {"esr_element": "Extra Session NP", "inputs": [{"name": "Amount", "figure": "amount"}]}
    settings = {
        "ods_code": "ZX1",
        "name": "Alderbrook and Marsh",
        "exchange": {**exchange, "host_key": "ssh-ed25519 AAAA", "supplier": "LNK"},
        "elements": {"EXTRA": element},
        "calendar": [period(5, CUT_OFF), period(6, "2026-09-04T12:00")],
    }
    one = GatewayUnderTest(hub, cast("Sandbox", None))
    answer = await hub.client.put("/v1/trusts/277", json=settings, headers=one.bearer())
    assert answer.status_code == 200, answer.text
    return one


async def told(rota: Rota, gateway: GatewayUnderTest, seen: int) -> int:
    """Hand the gateway what submittals published since, as the bus would."""
    events = [one.event for one in await rota.hub.emitted()]
    mine = [event for event in events if isinstance(event, SubmittalApproved | SubmittalWithdrawn)]
    await gateway.hub.deliver(*mine[seen:])
    return len(mine)


async def counted_alike(rota: Rota, gateway: GatewayUnderTest) -> tuple[int, int]:
    there: dict[str, Any] = await gateway.get("/v1/conservation")
    here = (await rota.hub.client.get("/v1/submittals/counts", headers=rota.bearer())).json()
    assert there["balanced"]
    assert (there["approved"], there["withdrawn"]) == (here["approved_versions"], here["withdrawn_versions"])
    return there["sent_lines"], there["held"]


async def test_the_pair_goes_into_a_later_run_and_is_one_line_each(rota: Rota, gateway: GatewayUnderTest) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    seen = await told(rota, gateway, 0)
    await freeze_and_send(gateway, AFTER_CUT_OFF)
    await rota.settle(submittal_id, Outcome.SENT)
    rota.hub.clock.move_to(AFTER_CUT_OFF + timedelta(days=1))
    done = (await second(rota, (await proposed(rota, submittal_id, **TWO_LISTS))["correction_id"])).json()
    await told(rota, gateway, seen)
    await freeze_and_send(gateway, AFTER_SECOND_CUT_OFF)
    back, anew = UUID(done["reversal"]["submittal_id"]), UUID(done["replacement"]["submittal_id"])
    found = await lines(gateway)
    assert {key: (row.change, row.corrects, row.amount) for key, row in found.items()} == {
        UUID(submittal_id): ("new", None, "500.00"),
        back: ("reversed", UUID(submittal_id), "-500.00"),
        anew: ("corrected", UUID(submittal_id), "1000.00"),
    }
    assert await held(gateway) == {}
    assert await counted_alike(rota, gateway) == (3, 0)


async def test_an_undone_correction_leaves_what_was_sent_as_it_is(rota: Rota, gateway: GatewayUnderTest) -> None:
    submittal_id = (await rota.approved("a", work()))["submittal_id"]
    seen = await told(rota, gateway, 0)
    await freeze_and_send(gateway, AFTER_CUT_OFF)
    await rota.settle(submittal_id, Outcome.SENT)
    rota.hub.clock.move_to(AFTER_CUT_OFF + timedelta(days=1))
    done = (await second(rota, (await proposed(rota, submittal_id, **TWO_LISTS))["correction_id"])).json()
    await rota.done(done["reversal"]["submittal_id"], "withdraw", "officer5", reason="The claim was right.")
    await told(rota, gateway, seen)
    await freeze_and_send(gateway, AFTER_SECOND_CUT_OFF)
    assert set(await lines(gateway)) == {UUID(submittal_id)}
    assert await counted_alike(rota, gateway) == (1, 0)
